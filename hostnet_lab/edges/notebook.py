"""The notebook's shell: what a cell raises that is no defect is told with what to do.

A name that is missing, for cells are often run out of order; what the machine has no more of, which no traceback explains;
and a request or a wait that got no answer, which brings some fifty kilobytes of traceback.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from ..core.errors import LabError, NoAnswer
from ..core.reasons import exhausted
from ..words import printable, tr

EXPLAINED = (NameError, OSError, RuntimeError, MemoryError)
CELL_ABOVE = tr("A cell above makes it: that cell comes first, then this one. Else look at how it is spelt.")


def explain_errors() -> None:
    """From now on a NameError ends with a sentence on which cell comes first, and an exhausted machine, or a silent server, is an answer.

    Does nothing outside IPython, and nothing twice.
    """
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    if shell is not None and NameError not in (shell.custom_exceptions or ()):
        shell.set_custom_exc(EXPLAINED, _show)


def sentence(name: str) -> str:
    """``name``: as Python gives it, "" where it does not."""
    missing = tr("`{name}` is not made yet.", name=name) if name else tr("It is not made yet.")
    return f"{missing} {CELL_ABOVE}"


def silent(error: BaseException) -> LabError | None:
    """What to do after a request that got no answer; docker-py's waits end by the same error."""
    requests = sys.modules.get("requests")
    if requests is None or not isinstance(error, requests.RequestException):
        return None
    do = tr("look whether the cells above show that what is asked was started; then run this cell again")
    return NoAnswer(tr("a request of this cell"), printable(str(error))[:300], do)


def _show(shell: Any, kind: type[BaseException], error: BaseException, trace: TracebackType, tb_offset: int | None = None) -> None:
    """The usual traceback, for a name with one line more. IPython asks an exception for its own rendering before it makes one."""
    answer = exhausted(error) or silent(error)
    lines = (
        answer._render_traceback_() if answer else shell.InteractiveTB.structured_traceback(kind, error, trace, tb_offset=tb_offset or 1)
    )
    if isinstance(error, NameError):
        lines = [*lines, sentence(error.name or "")]
    error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
