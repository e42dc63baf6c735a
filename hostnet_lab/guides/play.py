"""``python -m hostnet_lab.guides.play``: runs a notebook from stdin in a kernel, and writes it with its outputs to stdout.

A program of its own, since it is run where the guide's commands are to be: in a disposable host's sandbox, or here.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from ..edges.pace import limit_s

CELL_S = 60.0  # of one cell at the usual pace of a machine


def play(notebook: Any) -> Any:
    """The same with outputs, as JSON; an error in a cell is an output as well. The last one ran out of time where ``late`` is in it."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    held = nbformat.from_dict(notebook)
    client = NotebookClient(held, timeout=round(limit_s(CELL_S)), kernel_name="python3", allow_errors=True)
    try:
        client.execute()
    except (CellTimeoutError, DeadKernelError):
        held.metadata["late"] = True
    return held


def main() -> None:
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # the kernel has what is 1 here: nothing of its own comes between
        json.dump(play(json.load(sys.stdin)), out)


if __name__ == "__main__":
    main()
