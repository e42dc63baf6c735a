"""What an experiment is: which claims it serves, where it runs, and the function that observes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .stage import Stage


@dataclass(frozen=True)
class Experiment:
    """``observe`` arranges on the stage, looks, and returns plain JSON values; the stage cleans up.

    It never judges. What it cannot do on this machine it says by returning ``lacking(...)``. ``host``: on the
    reader's own host, or on a disposable one (with ``options`` for its engine). ``measures``: it waits
    for quiet (``Stage.quiet``), and so for all others.
    """

    claims: tuple[str, ...]
    observe: Callable[[Stage], dict[str, Any]]
    host: Literal["here", "disposable"] = "here"
    options: tuple[str, ...] = ()
    measures: bool = False
