"""What stands beside a lesson in JupyterLab and needs no kernel: an extension of its server, and one of its page.

The page's part lies in ``page``, written by hand: nothing is built. ``provision.stage`` lays both where JupyterLab looks.
jupyter_server asks this module for its points and loads it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

MODULE = __name__
AWAITS = "HOSTNET_LAB_AWAITS"  # names a pipe, which is closed when commands find an engine and its image


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": MODULE}]


def _load_jupyter_server_extension(server: Any) -> None:
    from . import handlers

    if awaited := os.environ.pop(AWAITS, ""):
        Path(awaited).read_bytes()  # a server answers nobody while its extensions are loaded
    handlers.add_to(server.web_app)
