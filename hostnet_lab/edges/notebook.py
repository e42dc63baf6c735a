"""The notebook's shell: what a cell raises that is no defect is told with what to do.

A name that is missing, for cells are often run out of order; what the machine has no more of, which no traceback explains;
and a request or a wait that got no answer, which brings some fifty kilobytes of traceback. While a lesson cannot be opened, its
cells say that in one sentence, whatever they raise. And it runs a cell for the reader.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from ..core.errors import LabError, NoAnswer, StillOpen
from ..core.reasons import exhausted
from ..words import printable, tr, tr_n

EXPLAINED = (NameError, OSError, RuntimeError, MemoryError)
MIME = "application/vnd.hostnet-lab.not-open+json"
_held: dict[int, Callable[[list[str]], list[str]]] = {}  # by the shell whose lesson is not open: what holds its cells back
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


@contextmanager
def opening(lesson: str) -> Iterator[None]:
    """A lesson opens within. Where it cannot, its further cells run nothing, and say so in one sentence: what they would find, start
    or remove is another's.

    Does nothing outside IPython.
    """
    shell = running()
    if shell is None:
        yield
        return
    hold = _held.pop(id(shell), None)
    if hold:
        shell.input_transformers_cleanup.remove(hold)
    try:
        yield
    except Exception:
        _held[id(shell)] = hold = _hold(shell, lesson)
        shell.input_transformers_cleanup.insert(0, hold)
        shell.set_custom_exc((Exception,), _tell)
        raise
    shell.set_custom_exc(EXPLAINED, _show)


class NotOpen(Exception):
    """What a cell raises that is held back: so a run of all cells ends."""


def _hold(shell: Any, lesson: str) -> Callable[[list[str]], list[str]]:
    """Puts another source in the place of a lesson's own cell; the learner's own ones, and what opens or ends a lesson, are run."""

    def held(lines: list[str]) -> list[str]:
        kernel = getattr(shell, "kernel", None)  # IPython in a terminal has none
        message = (kernel.get_parent("shell") if kernel else None) or {}
        own = str((message.get("metadata") or {}).get("cellId", "")).startswith(f"{lesson}-")
        return (
            [f"raise __import__({__name__!r}, fromlist=['NotOpen']).NotOpen({lesson!r})\n"] if own and not _opens("".join(lines)) else lines
        )

    return held


def _opens(source: str) -> bool:
    return "Lab(" in source or "lab end" in source


def _tell(shell: Any, kind: type[BaseException], error: BaseException, trace: TracebackType, tb_offset: int | None = None) -> None:
    """While a lesson is not open. No error is shown: that one happened ends the run of all cells."""
    if isinstance(error, StillOpen):
        _display(in_the_way(error), str(error))
    elif isinstance(error, NotOpen):
        said = tr("Lesson {lesson} is not open yet: run its first cell, which says what is in the way.", lesson=error.args[0])
        _display({"said": said}, said)
    elif isinstance(error, EXPLAINED):
        _show(shell, kind, error, trace, tb_offset)
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def in_the_way(error: StillOpen) -> dict[str, Any]:
    """What the page shows of it, and does at the press of its button: stage/page/lesson.js."""
    lessons = ", ".join(error.lessons)
    found = tr_n(
        len(error.lessons),
        "Lesson {lessons} is still open, and has what this one needs: {things}.",
        "The lessons {lessons} are still open, and have what this one needs: {things}.",
        lessons=lessons,
        things=error.things,
    )
    return {
        "said": found,
        "button": tr_n(len(error.lessons), "End lesson {lessons}", "End lessons {lessons}", lessons=lessons),
        "busy": tr("Ending it ..."),
        "told": tr("It ends its kernel, and removes its containers; what you wrote in it stays. Then this cell is run again."),
        "typed": tr("or, in the terminal:"),
        "command": error.command,
        "processes": [*error.processes],
    }


def _display(data: dict[str, Any], text: str) -> None:
    """In the page's own way, where the stage is there; else as text."""
    from IPython.display import display

    display({MIME: data, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]


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
