"""The notebook's shell: a name that is missing is told with what to do, for cells are often run out of order."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from ..words import tr

CELL_ABOVE = tr("A cell above makes it: that cell comes first, then this one. Else look at how it is spelt.")


def explain_missing_names() -> None:
    """From now on a NameError ends with a sentence on which cell comes first. Does nothing outside IPython, and nothing twice."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    if shell is not None and NameError not in (shell.custom_exceptions or ()):
        shell.set_custom_exc((NameError,), _show)


def sentence(name: str) -> str:
    """``name``: as Python gives it, "" where it does not."""
    missing = tr("`{name}` is not made yet.", name=name) if name else tr("It is not made yet.")
    return f"{missing} {CELL_ABOVE}"


def _show(shell: Any, kind: type[NameError], error: NameError, trace: TracebackType, tb_offset: int | None = None) -> None:
    """The usual traceback and one line more. IPython asks an exception for its own rendering before it makes one."""
    lines = shell.InteractiveTB.structured_traceback(kind, error, trace, tb_offset=tb_offset or 1)
    error._render_traceback_ = lambda: [*lines, sentence(error.name or "")]  # type: ignore[attr-defined]
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
