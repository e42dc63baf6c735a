"""The lessons, in their order, as data: what the file is called, how long it takes, which exercises it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...words import tr


@dataclass(frozen=True)
class Lesson:
    """``id``: the number in the file name. ``exercises``: their ids, in order.

    ``minutes``: as the lesson itself promises, and a test holds it to: reading, running, thinking and typing, to the nearest five.
    """

    id: str
    file: str
    title: str
    minutes: int
    exercises: tuple[str, ...] = ()


LESSONS: Mapping[str, Lesson] = {
    lesson.id: lesson
    for lesson in (
        Lesson("00", "00-start-here.ipynb", tr("Start here: find out where you are"), 5),
        Lesson("01", "01-run-a-container.ipynb", tr("Run a container on the host's network"), 15, ("01-front-door",)),
        Lesson("02", "02-reach-it.ipynb", tr("Reach it over HTTP"), 20, ("02-own-words",)),
        Lesson("03a", "03a-measure-the-cost.ipynb", tr("Measure the cost of a detour"), 20, ("03a-no-detour",)),
        Lesson("03b", "03b-talk-to-the-host.ipynb", tr("Talk to the host from a container"), 20, ("03b-call-the-host",)),
        Lesson("03c", "03c-choose-an-interface.ipynb", tr("Choose an interface for a container"), 20, ("03c-one-address",)),
        Lesson("03d", "03d-lose-a-port-race.ipynb", tr("Lose a port race"), 20, ("03d-second-place",)),
        Lesson("03e", "03e-lose-isolation.ipynb", tr("Lose isolation, and win it back"), 20, ("03e-guarded",)),
        Lesson("04", "04-inspect.ipynb", tr("Inspect what a container asked for and what it got"), 20, ("04-who-shares",)),
        Lesson("05", "05-clean-up.ipynb", tr("Clean up, and prove that nothing is left"), 20, ("05-only-yours",)),
        Lesson("06", "06-know-the-limits.ipynb", tr("Know the limits"), 20, ("06-switched",)),
        Lesson(
            "06a",
            "06a-repair-a-port.ipynb",
            tr("Repair a port"),
            35,
            ("repair-taken-port", "repair-published", "repair-moved-nginx", "repair-non-root"),
        ),
        Lesson(
            "06b",
            "06b-repair-a-path.ipynb",
            tr("Repair a path"),
            35,
            ("repair-loopback", "repair-bridge-caller", "repair-unresolved-name", "repair-firewall"),
        ),
        Lesson("06c", "06c-know-more-limits.ipynb", tr("Know more limits: rootless, Compose, Swarm"), 15),
        Lesson("07", "07-prove-it.ipynb", tr("Prove what you learned"), 20, ("07-capstone",)),
    )
}
START = "00"  # the way in, with the table of contents: opened each time, so never "where you were"


def next_lesson(id: str) -> Lesson | None:
    """The one after ``id``; None behind the last and for a lesson that is not in the list."""
    order = [*LESSONS.values(), None]
    return order[list(LESSONS).index(id) + 1] if id in LESSONS else None
