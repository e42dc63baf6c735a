"""A lesson's kernel, and what it says: cells are run in it as JupyterLab runs them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbclient import NotebookClient

from hostnet_lab.edges.pace import limit_s

from . import record


@dataclass
class Kernel:
    """``ran``: every cell so far, with its outputs."""

    client: NotebookClient
    ran: list[Any] = field(default_factory=list)

    def run(self, source: str) -> list[Any]:
        """The outputs of one cell; an error is one of them."""
        cell = nbformat.v4.new_code_cell(source)
        self.client.nb.cells.append(cell)
        self.client.execute_cell(cell, len(self.client.nb.cells) - 1)
        self.ran.append(cell)
        return record.merged(cell.outputs, 1)

    def said(self, source: str) -> str:
        """All text of a cell, an error's too."""
        parts = [one.get("text") or "\n".join(one.get("traceback", ())) for one in self.run(source)]
        return "".join(filter(None, parts))


@contextmanager
def kernel(environment: Mapping[str, str]) -> Iterator[Kernel]:
    """One that works in the folder of the lessons, gone afterwards."""
    notebook = nbformat.v4.new_notebook()
    resources = {"metadata": {"path": str(record.NOTEBOOKS)}}
    client = NotebookClient(notebook, timeout=round(limit_s(60)), kernel_name="python3", allow_errors=True, resources=resources)
    with client.setup_kernel(env={**os.environ, **environment}):
        yield Kernel(client)
