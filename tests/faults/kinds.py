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
    """``inject`` returns which it was, and what was said. ``share``: how often it comes. ``engine_dies``: with it others' processes do.
    ``restarts``: False where what reads a damaged file is the next start itself.
    """

    name: str
    inject: Inject
    share: int = 1
    engine_dies: bool = False
    restarts: bool = True

    def after(self, dice: Random) -> Sequence[Sequence[str]]:
        """What a reader does next: a start of one sort or the other, a look, and the end."""
        return (dice.choice(STARTS), dice.choice(LOOKS), END) if self.restarts else ()


KINDS = (
    Kind("kill-verify", killing.kill_verify, share=4),
    Kind("stop-verify", killing.stop_verify, share=2),
    Kind("kill-kernel", killing.kill_kernel, share=3),
    Kind("stop-kernel", killing.stop_kernel),
    Kind("kill-engine", killing.kill_engine, share=2, engine_dies=True),
    Kind("stop-engine", killing.stop_engine, share=2),
    Kind("kill-containerd", killing.kill_containerd, engine_dies=True),
    Kind("stop-containerd", killing.stop_containerd),
    Kind("kill-lab", killing.kill_lab, share=2),
    Kind("kill-jupyter", killing.kill_jupyter, share=2),
    Kind("two-at-once", together.two_at_once, share=3),
    Kind("taken", taking.taken, share=3),
    Kind("gone", taking.gone, share=2),
    Kind("no-processes", exhausting.no_processes, share=2),
    Kind("no-files", exhausting.no_files, share=2),
    Kind("no-size", exhausting.no_size, share=2),
    Kind("no-disk", exhausting.no_disk, share=2),
    Kind("no-rights", exhausting.no_rights, share=2),
    Kind("damaged", damaging.damaged, share=16, restarts=False),
    Kind("stranger", taking.stranger, share=2),
)
BY_NAME = {one.name: one for one in KINDS}
