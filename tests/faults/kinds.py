"""All kinds of faults, by name: what each does, and what comes after it. The table that `python -m tests.faults` goes through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from . import damaging, exhausting, killing, taking, together
from .killing import as_a_kernel
from .said import Said

OPENED = "from hostnet_lab import Lab; Lab('01', take_over=True).clean()"
STARTS: Sequence[Sequence[str]] = (("./lab", "verify", "shares-the-network", "--no-install"), as_a_kernel(OPENED))
LOOKS: Sequence[Sequence[str]] = (("./lab", "doctor"), ("./lab", "clean"))
END: Sequence[str] = ("./lab", "down")
Inject = Callable[[Random], tuple[str, list[Said]]]


@dataclass(frozen=True)
class Kind:
    """``inject`` returns which it was, and what was said. ``engine_dies``: with it others' processes do.
    ``restarts``: False where what reads a damaged file is the next start itself."""

    name: str
    inject: Inject
    engine_dies: bool = False
    restarts: bool = True

    def after(self, dice: Random) -> Sequence[Sequence[str]]:
        """What a reader does next: a start of one sort or the other, a look, and the end."""
        return (dice.choice(STARTS), dice.choice(LOOKS), END) if self.restarts else ()


KINDS = (
    Kind("kill-verify", killing.kill_verify),
    Kind("stop-verify", killing.stop_verify),
    Kind("kill-kernel", killing.kill_kernel),
    Kind("stop-kernel", killing.stop_kernel),
    Kind("kill-engine", killing.kill_engine, engine_dies=True),
    Kind("stop-engine", killing.stop_engine),
    Kind("kill-containerd", killing.kill_containerd, engine_dies=True),
    Kind("stop-containerd", killing.stop_containerd),
    Kind("kill-lab", killing.kill_lab),
    Kind("kill-jupyter", killing.kill_jupyter),
    Kind("two-at-once", together.two_at_once),
    Kind("taken", taking.taken),
    Kind("gone", taking.gone),
    Kind("no-processes", exhausting.no_processes),
    Kind("no-files", exhausting.no_files),
    Kind("no-size", exhausting.no_size),
    Kind("no-disk", exhausting.no_disk),
    Kind("no-rights", exhausting.no_rights),
    Kind("damaged", damaging.damaged, restarts=False),
    Kind("stranger", taking.stranger),
)
BY_NAME = {one.name: one for one in KINDS}
