"""What is run on a machine, as data: each step is a command of the lab's, and what must come of it. It runs nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from .recipes import By

SEATS: tuple[By, ...] = ("reader", "root", "outside", "bare")

# "ends": with the exit code that is asked for. "serves": it prints an address, which answers 200, and then ends with 0 or stays.
Kind = Literal["ends", "serves"]
BUNDLE, LEDGER = "@bundle", "@ledger"  # where they are, which each seat knows
SLOW = ("--nbval-cell-timeout=1800", "--nbval-kernel-startup-timeout=900")  # an emulated kernel takes minutes to come up


@dataclass(frozen=True)
class Step:
    """``words``: run in a checkout. ``ledger``: they write one into LEDGER. ``bundle``: it must be there.

    ``code``: with which the command ends when all is well. ``says``: what must stand in what it says then.
    """

    words: tuple[str, ...]
    kind: Kind = "ends"
    by: tuple[By, ...] = ("reader", "root")
    ledger: bool = False
    bundle: bool = False
    code: int = 0
    says: str = ""


IS_MODERN = (
    'set -e; test "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs; test "$(cat /sys/module/apparmor/parameters/enabled)" = Y; '
    "systemctl is-system-running --wait; systemctl is-active docker; uname -r"
)
LAB_HOST = ("./lab", "host", "--no-browser", "--bundle", BUNDLE)
LESSONS = ("pytest", "-q", "-p", "no:cacheprovider", *SLOW, "notebooks")
INSIDE = ("./lab", "host", "exec", "sh", "-c", f"cd /opt/hostnet-lab && {' '.join(LESSONS)}")

# Groups in the order in which they are run: each by one account after the other, its steps together.
GROUPS: tuple[Mapping[str, Step], ...] = (
    {"machine": Step(("sh", "-c", IS_MODERN), by=("root",))},
    {"doctor": Step(("./lab", "doctor"))},
    {"verify": Step(("./lab", "verify", "--json", LEDGER), ledger=True)},
    {"lessons": Step(("./lab", "exec", *LESSONS))},
    {"open": Step(("./lab", "--no-browser"), "serves"), "down": Step(("./lab", "down"))},
    {
        "host": Step(LAB_HOST, "serves", bundle=True),
        "host-lessons": Step(INSIDE, bundle=True),
        "host-stop": Step(("./lab", "host", "stop"), bundle=True),
    },
    {
        "rootless": Step((*LAB_HOST, "--rootless"), "serves", bundle=True),
        "rootless-lessons": Step(INSIDE, bundle=True),
        "rootless-stop": Step(("./lab", "host", "stop"), bundle=True),
    },
    {
        "outside-doctor": Step(("./lab", "doctor"), by=("outside",), code=1, says="Another kernel"),
        "outside-verify": Step(("./lab", "verify", "--json", LEDGER), by=("outside",), ledger=True),
        "outside-open": Step(("./lab", "--no-browser"), "serves", by=("outside",), says="Another kernel"),
        "outside-down": Step(("./lab", "down"), by=("outside",)),
        "outside-host": Step(LAB_HOST, "serves", by=("outside",), bundle=True),
        "outside-lessons": Step(INSIDE, by=("outside",), bundle=True),
        "outside-stop": Step(("./lab", "host", "stop"), by=("outside",), bundle=True),
    },
    {
        "bare-host": Step(LAB_HOST, "serves", by=("bare",), bundle=True),
        "bare-stop": Step(("./lab", "host", "stop", "--bundle", BUNDLE), by=("bare",), bundle=True),
    },
    {"clean": Step(("./lab", "clean", "--images"))},  # last: it removes what the others use
)
STEPS: Mapping[str, Step] = {name: step for group in GROUPS for name, step in group.items()}


def plan(names: Collection[str] = (), accounts: Collection[By] = ()) -> Iterator[tuple[str, Step, By]]:
    """The steps of these names by these seats (none named: all), in the order in which they are run.

    The name of a seat stands for all its own steps: ``outside``.
    """
    for group in GROUPS:
        for by in SEATS:
            for name, step in group.items():
                if (not names or name in names or by in names) and by in step.by and (not accounts or by in accounts):
                    yield name, step, by
