"""The exercises: what each one asks for, what its check looks at, and how it judges.

A judge is pure: the scene (what the engine and the host show) goes in, a result comes out. It accepts every way of
doing the task, and names what it saw when the task is not done yet. One file for each group of exercises.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import crossing, owning, repair_paths, repair_ports, rights, serving
from .model import Exercise, Hint, Judge, Page, Result, Scene, Seen, Shown, Solution, cannot_pass, not_yet, passed

__all__ = [
    "EXERCISES",
    "Exercise",
    "Hint",
    "Judge",
    "Page",
    "Result",
    "Scene",
    "Seen",
    "Shown",
    "Solution",
    "cannot_pass",
    "not_yet",
    "passed",
]

_GROUPS = (serving, crossing, rights, owning, repair_ports, repair_paths)
EXERCISES: Mapping[str, Exercise] = {one.id: one for group in _GROUPS for one in group.EXERCISES}
