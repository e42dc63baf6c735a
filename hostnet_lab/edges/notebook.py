"""The notebook's shell: what a cell raises that is no defect is told with what to do.

A name that is missing, for cells are often run out of order; what the machine has no more of, which no traceback explains;
and a request or a wait that got no answer, which brings some fifty kilobytes of traceback. And it runs a cell for the reader.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
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
    shell = running()
    if shell is not None and NameError not in (shell.custom_exceptions or ()):
        shell.set_custom_exc(EXPLAINED, _show)


def running() -> Any | None:
    """The shell that runs the reader's cells; None outside IPython."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def play(shell: Any, name: str, source: str, kept: Callable[[ast.Module], ast.Module]) -> None:
    """Run of a cell's source what ``kept`` leaves of it, in the reader's namespace and without a word.

    An error of the cell becomes a Failed with what the cell said last; one of the lab's is raised as it is.
    """
    from IPython.utils.capture import capture_output

    code = compile(ast.fix_missing_locations(kept(ast.parse(shell.transform_cell(source)))), f"<{name}>", "exec")
    with capture_output() as said:
        try:
            exec(code, shell.user_ns)
        except LabError:
            raise
        except Exception as error:
            last = (said.stderr.strip() or said.stdout.strip()).rpartition("\n")[2]
            found = f"{type(error).__name__}: {error}"
            raise Failed(f"{last} ({found})" if last else found) from error


class Failed(Exception):
    """A cell that was played raised an error."""


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
