"""``python -P -m hostnet_lab.provision.apart MODULE WORD ...``: JupyterLab, or a kernel, apart from what is set up for the whole machine.

No variable keeps /etc/jupyter, /usr/local/etc/jupyter, /etc/ipython and the folders of data beside them out; they may name
another port, switch extensions off, or run code in every kernel. Before MODULE runs they are taken off the lists of places
that Jupyter and IPython look at.
"""

from __future__ import annotations

import json
import runpy
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..edges import inheritance
from ..kept import file

KERNEL = Path("kernels") / "python3"
SPECIFICATION = "kernel.json"
# No lesson asks for the cells of another day; a database in a file would be one more that may be damaged, locked, or without room.
# Said once: a kernel that is told of two does not start, and nbclient says the same by itself.
HISTORY, NO_HISTORY = "--HistoryManager.hist_file", "--HistoryManager.hist_file=:memory:"
LAUNCHER = "ipykernel_launcher"
NEVER_ASKED = "rfc3987_syntax"  # a second of every start, for a format, "iri", that no schema of Jupyter's has


def write_kernel(data: Path) -> None:
    """Into a folder for Jupyter's data: the kernel that the environment brings, as it is, but run apart. Written once."""
    theirs, ours = Path(sys.prefix) / "share" / "jupyter" / KERNEL, data / KERNEL
    try:
        found = file.read_json(theirs / SPECIFICATION)
    except OSError:  # ipykernel knows how to start it without
        return
    command = [sys.executable, "-P", "-m", __name__, LAUNCHER, "-f", "{connection_file}"]
    text = json.dumps({**(found if isinstance(found, dict) else {}), "argv": command}, indent=1).encode()
    ours.mkdir(parents=True, exist_ok=True)
    for picture in theirs.glob("logo*"):
        _write_once(ours / picture.name, picture.read_bytes())
    _write_once(ours / SPECIFICATION, text)


def _write_once(path: Path, content: bytes) -> None:
    with suppress(OSError):
        if file.read(path) == content:
            return
    file.write(path, content)


def run(module: str) -> None:
    """Run it as ``python -m`` would, with the words that are left."""
    from IPython.core import application
    from jupyter_core import paths

    inheritance.settle_process()
    lists: tuple[list[Any], ...] = (paths.SYSTEM_JUPYTER_PATH, paths.SYSTEM_CONFIG_PATH, application.SYSTEM_CONFIG_DIRS)
    for places in lists:
        places.clear()
    if module == LAUNCHER:
        sys.argv += [] if any(word.startswith(HISTORY) for word in sys.argv) else [NO_HISTORY]
    else:
        sys.modules[NEVER_ASKED] = None  # type: ignore[assignment]  # as if it were not installed: jsonschema goes on without
    sys.path.append("")  # after the packages: a docker.py among the lessons is not the package
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    del sys.argv[0]
    run(sys.argv[0])
