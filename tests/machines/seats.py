"""Who carries out steps: the accounts of a machine, and the readers outside, who are seated when they are first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from .outside import Outside, outside
from .place import Place
from .recipes import ACCOUNTS, By
from .vm import Booted, There
from .walk import Seat


class Seats:
    """``stack`` ends what the readers outside need: a namespace, an ssh connection, a folder."""

    def __init__(self, machine: Booted, place: Place, stack: ExitStack) -> None:
        self._machine, self._place, self._stack = machine, place, stack
        self._outside: Mapping[str, Outside] = {}

    def seat(self, by: By) -> Seat:
        """Raises LabError where a reader outside cannot be seated."""
        if by in ACCOUNTS:
            return There(self._machine, ACCOUNTS[by])
        if not self._outside:
            folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="outside-")))
            self._outside = self._stack.enter_context(outside(self._machine, folder, self._place.bundle))
        return self._outside[by]
