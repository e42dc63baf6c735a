"""Records anew what the tests of journeys eat: what the ears said on each path. As root: ./lab exec python -m tests.record_journeys"""

from __future__ import annotations

import json
from typing import Any

from hostnet_lab import Lab, Publish, RunRequest
from hostnet_lab.core.host.capture import Frame, read_frames
from hostnet_lab.experiments import following
from hostnet_lab.experiments.servers import nginx_command

from .journeys import FOLDER, PATHS

HOST_PORT, PORT = 8286, 8287


def main() -> None:
    lab = Lab("journeys", ports=(HOST_PORT, PORT), names=("hosted", "published"), quiet=True)
    version = lab.engine.version().get("Version", "unknown")
    said: dict[str, str] = {}  # by where it was heard; of two looks the later one

    def read(text: str, inside: str = "") -> list[Frame]:
        said[inside] = text
        return read_frames(text, inside)

    vars(following)["read_frames"] = read
    lab.run(RunRequest("nginx", "hosted", command=nginx_command("hosted", str(HOST_PORT))), f"http://127.0.0.1:{HOST_PORT}")
    published = RunRequest("nginx", "published", "bridge", (Publish(PORT, 80),), nginx_command("published", "80"))
    lab.run(published, f"http://127.0.0.1:{PORT}")
    try:
        for container, sender in PATHS:
            said.clear()
            followed = lab.follow(container, sender)
            sent, journey, path = followed.caught.sent, followed.caught.journey, followed.path
            assert sent and sent.pair and journey and path
            asks = next(one.said for one in journey.packets if one.kind == "asks")
            kept: dict[str, Any] = {
                "from": f"Docker {version}",
                "way": path.way,
                "url": path.url,
                "relay": next((one.name for one in path.stations if one.kind == "relay"), ""),
                "tag": asks.partition("hostnet-lab=")[2].split(" ")[0],
                "sent": {"pair": sent.pair, "status": sent.status, "took_us": sent.took_us},
                "host": said.pop("").splitlines(),
                "inside": [line for text in said.values() for line in text.splitlines()],
            }
            (FOLDER / f"{container}-{sender}.json").write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    finally:
        lab.clean()


if __name__ == "__main__":
    main()
