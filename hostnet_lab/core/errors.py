"""Every error of the lab, and nothing else.

    LabError
    ├── BadRequest          a name, image, port or option that Docker would refuse; the engine was not asked
    ├── EngineUnavailable   no engine, a stopped one, a forbidden socket, a context that points nowhere
    ├── ImageUnavailable    no route led to the image
    ├── Taken               a port or a name that somebody else holds
    │   └── StillOpen       another open lesson of the same learner does: that one can be ended
    ├── NotOurs             the object exists, but does not carry this lab's labels
    ├── ContainerFailed     the container exited, or never became what was asked for
    ├── NoAnswer            nobody answers, or not as was asked
    │   └── OutOfTime       a limit passed: that says nothing of what was waited for
    ├── Exhausted           no disk, memory, processes, threads or open files left: of the machine, or for this user
    └── SetupFailed         a step of the set-up (environment, JupyterLab, browser) failed

An error says four things: what was tried, with which value, what was found, what to do next.
"""

from __future__ import annotations

from ..words import Lines, lines, tr, tr_n

INDENT = " " * 7  # as wide as the three words before


class LabError(Exception):
    """Says what was tried (with its value), what was found, and what to do next.

    In a notebook it is shown as these three sentences, without a traceback: it is an answer to the
    reader, not a defect of the lab. What others wrote and it repeats is printable.
    """

    def __init__(self, tried: str, found: str, do: str) -> None:
        self.tried, self.found, self.do = map(lines, (tried, found, do))
        super().__init__(self.tried, self.found, self.do)

    def __str__(self) -> str:
        return tr("Tried: {tried}\nFound: {found}\nNext:  {do}", tried=_below(self.tried), found=_below(self.found), do=_below(self.do))

    def _render_traceback_(self) -> list[str]:
        """IPython's hook for a custom display of an exception."""
        return [f"{type(self).__name__}", *str(self).splitlines()]


def _below(text: str) -> str:
    """Further lines are indented: none of them can pass for a "Next:" of ours."""
    if "\n" not in text:
        return text
    first, *more = text.split("\n")
    return Lines("\n".join([first, *(line if line.startswith(INDENT) else INDENT + line for line in more)]))


class BadRequest(LabError):
    """The rule of Docker's that the value breaks stands in ``found``; nothing was sent to the engine."""


class EngineUnavailable(LabError):
    """No engine answered; ``found`` holds one reason for each place that was asked."""


class ImageUnavailable(LabError):
    """Each route to the image was tried; ``found`` holds one reason for each."""


class Taken(LabError):
    """A port or a container name is held by somebody else, who is named in ``found``."""


class StillOpen(Taken):
    """``lessons``: their numbers, ``processes``: of their kernels, each as PID.START_TICKS; ``things``: what they have of it, in words."""

    def __init__(self, tried: str, lessons: tuple[str, ...], processes: tuple[str, ...], things: str) -> None:
        self.lessons, self.processes, self.things = lessons, processes, things
        self.command = f"lab end {' '.join(lessons)}"
        found = tr_n(
            len(lessons),
            "lesson {lessons} is still open, and has {things}",
            "the lessons {lessons} are still open, and have {things}",
            lessons=", ".join(lessons),
            things=things,
        )
        super().__init__(tried, found, tr("end it in the terminal: `{command}`; then run this cell again", command=self.command))


class NotOurs(LabError):
    """The lab refused to change something that does not carry its labels."""


class ContainerFailed(LabError):
    """``found`` holds the exit code and the last lines of the log."""


class NoAnswer(LabError):
    """``found`` holds what was seen instead of the answer."""


class OutOfTime(NoAnswer):
    """``found`` holds the seconds that went by and what was seen last. Never a fact: nobody may conclude anything from it."""


class SetupFailed(LabError):
    """``found`` holds the step's own last lines; a second call goes on where this one stopped."""


class Exhausted(LabError):
    """``found`` names what there is no more of; after the machine has some again, the same command goes on."""
