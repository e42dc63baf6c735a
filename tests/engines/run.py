"""Fill the ledger on every engine that can be had: sudo ./lab exec python -m tests.engines.run [ENGINE ...]

Each engine comes from a release of Debian in a disposable root (about 20 s and 500 MB each, below --roots; remove the folder
when you are done), runs in a network namespace of its own with the image ``nginx`` of your engine, and is looked at by
``hostnet-lab verify`` from that namespace: as root, or for a rootless engine as the unprivileged user whose it is. The ledgers
are saved in docs/engines/; ``./lab exec python -m tests.engines.table`` makes docs/engines.md from them. Needs root, Debian with
mmdebstrap, /dev/net/tun. Nothing of your own engine or network is changed. Exit code: 0 when all were saved, else 1.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from hostnet_lab.core.errors import LabError
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.verdicts import VERDICTS
from hostnet_lab.edges.engine import Engine

from . import roots
from .recipes import RECIPES, Recipe
from .room import PROJECT, room

SAVED = PROJECT / "docs" / "engines"


def fill(name: str, recipe: Recipe, root: Path, image: Path, claims: list[str], add: bool = False) -> bool:
    """Fill and save one engine's ledger; True when it was carried to its end. ``add``: these claims into the one that is there."""
    with room(name, recipe, root, image) as place:
        folder = Path(place.endpoint.removeprefix("unix://")).parent
        file = folder / "ledger.json"
        code = place.python("-m", "hostnet_lab", "verify", *claims, "--json", str(file))
        if code not in (0, 1) or not file.is_file():
            return False
        text = file.read_text("utf-8").replace(str(folder), "/run/engine").replace(str(PROJECT), "/hostnet-lab")
    SAVED.mkdir(parents=True, exist_ok=True)
    saved = SAVED / f"{name}.json"
    if claims and add:
        text = added(json.loads(saved.read_text("utf-8")), json.loads(text))
    if claims and not add:
        print(text)
    else:
        saved.write_text(text, "utf-8")
    return True


def added(saved: dict[str, Any], asked: dict[str, Any]) -> str:
    """A saved ledger with the claims that were asked alone, in place of what stood there; each of them tells when it was asked."""
    new = {claim["id"]: {**claim, "asked": asked["machine"]["date"]} for claim in asked["claims"]}
    held = {claim["id"]: claim for claim in saved["claims"]} | new
    saved["claims"] = [held[one] for one in CLAIMS if one in held]
    saved["verdicts"] = {verdict: sum(claim["verdict"] == verdict for claim in saved["claims"]) for verdict in VERDICTS}
    return json.dumps(saved, indent=2) + "\n"


def save_image(folder: Path) -> Path:
    """The image nginx of the caller's engine as a file."""
    path = folder / "nginx.tar"
    with path.open("wb") as file:
        file.writelines(Engine.connect().save_image("nginx"))
    return path


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m tests.engines.run", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("engines", nargs="*", metavar="ENGINE", help=f"only these of {', '.join(RECIPES)}")
    parser.add_argument("--roots", type=Path, default=Path(tempfile.gettempdir()) / "engines", help="where roots are made and kept")
    parser.add_argument("--claim", action="append", default=[], help="only this claim, printed and not saved; may be repeated")
    parser.add_argument("--add", action="store_true", help="put those claims into the ledger that is saved already")
    parser.add_argument("--accept-expired", action="store_true", help="take a mirror whose index is past its date")
    options = parser.parse_args(words)
    unknown = set(options.engines) - set(RECIPES)
    if unknown:
        parser.error(f"no recipe for {', '.join(sorted(unknown))}")
    if os.geteuid():
        parser.error("roots and network namespaces are root's to make")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is undone
    (PROJECT / ".lab" / "run").mkdir(parents=True, exist_ok=True)  # an unprivileged reader of this checkout cannot make it
    failed = []
    with tempfile.TemporaryDirectory(prefix="hostnet-lab-") as folder:
        image = save_image(Path(folder))
        for name in options.engines or RECIPES:
            print(f"== {name}", flush=True)
            try:
                root = roots.make(RECIPES[name].suite, options.roots, accept_expired=options.accept_expired)
                done = fill(name, RECIPES[name], root, image, options.claim, options.add)
            except LabError as error:
                print(error, file=sys.stderr)
                done = False
            failed += [] if done else [name]
    if failed:
        print(f"without a ledger: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
