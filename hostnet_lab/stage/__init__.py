"""What stands beside a lesson in JupyterLab and needs no kernel: an extension of its server, and one of its page.

The page's part lies in ``page``, written by hand: nothing is built. ``provision.stage`` lays both where JupyterLab looks.
jupyter_server asks this module for its points and loads it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

MODULE = __name__
AWAITS = "HOSTNET_LAB_AWAITS"  # names a file: until it is there, commands would find no engine, or no image
BUDGET_S = 120.0


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": MODULE}]


def _load_jupyter_server_extension(server: Any) -> None:
    from . import handlers

    if awaited := os.environ.pop(AWAITS, ""):
        _await(Path(awaited), server)
    handlers.add_to(server.web_app)


def _await(ready: Path, server: Any) -> None:
    """A server answers nobody while its extensions are loaded; one that waited too long says so, and is of use without."""
    from ..core.errors import OutOfTime
    from ..edges.probe import wait_until

    try:
        wait_until(ready.exists, BUDGET_S, str(ready), pause_s=0.05)
    except OutOfTime as error:
        server.log.warning(error.found)
