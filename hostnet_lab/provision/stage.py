"""Where JupyterLab finds the stage (``hostnet_lab/stage``): its server's part by name, its page's part as an extension that is ready.

Nothing is built: a script and a style are laid into JupyterLab's folder of data as its extensions are. Their names hold a hash of
what they hold, since a browser keeps an extension's files for ever.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from ..kept import file

SERVER, PAGE = "hostnet_lab.stage", "hostnet-lab-stage"
SOURCES = Path(__file__).resolve().parents[1] / "stage" / "page"
PARTS = ("stage.js", "stage.css")


def place(jupyter: Path) -> None:
    """Into JupyterLab's own folders, anew on each start."""
    enabled = jupyter / "config" / "jupyter_server_config.d"
    enabled.mkdir(parents=True, exist_ok=True)
    file.write(enabled / "hostnet-lab.json", json.dumps({"ServerApp": {"jpserver_extensions": {SERVER: True}}}).encode(), 0o644)
    parts = {name: (SOURCES / name).read_bytes() for name in PARTS}
    key = hashlib.sha256(b"".join(parts.values())).hexdigest()[:12]
    folder = jupyter / "data" / "labextensions" / PAGE
    if not (folder / "static" / f"stage.{key}.js").exists():
        shutil.rmtree(folder, ignore_errors=True)
    (folder / "static").mkdir(parents=True, exist_ok=True)
    for name, content in parts.items():
        file.write(folder / "static" / name.replace(".", f".{key}."), content, 0o644)
    build = {"load": f"static/stage.{key}.js", "extension": "./extension"}
    package = {"name": PAGE, "version": key, "jupyterlab": {"extension": True, "_build": build}}
    file.write(folder / "package.json", json.dumps(package).encode(), 0o644)
