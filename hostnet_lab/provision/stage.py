"""Where JupyterLab finds the stage (``hostnet_lab/stage``): its server's part by name, its page's part as an extension that is ready.

Nothing is built: scripts and styles are laid into JupyterLab's folder of data as its extensions are. The name of their folder is a
hash of what they hold, since a browser keeps an extension's files for ever.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from ..kept import file

SERVER, PAGE = "hostnet_lab.stage", "hostnet-lab-stage"
SOURCES = Path(__file__).resolve().parents[1] / "stage" / "page"


def place(jupyter: Path) -> None:
    """Into JupyterLab's own folders, anew on each start."""
    enabled = jupyter / "config" / "jupyter_server_config.d"
    enabled.mkdir(parents=True, exist_ok=True)
    file.write(enabled / "hostnet-lab.json", json.dumps({"ServerApp": {"jpserver_extensions": {SERVER: True}}}).encode(), 0o644)
    parts = {path.name: path.read_bytes() for path in sorted(SOURCES.iterdir())}
    key = hashlib.sha256(b"".join(parts.values())).hexdigest()[:12]
    folder = jupyter / "data" / "labextensions" / PAGE
    static = folder / "static" / key
    if not (static / "stage.js").exists():
        shutil.rmtree(folder, ignore_errors=True)
    static.mkdir(parents=True, exist_ok=True)
    for name, content in parts.items():
        file.write(static / name, content, 0o644)
    build = {"load": f"static/{key}/stage.js", "extension": "./extension"}
    package = {"name": PAGE, "version": key, "jupyterlab": {"extension": True, "_build": build}}
    file.write(folder / "package.json", json.dumps(package).encode(), 0o644)
