"""What is run on a machine, as data: each step is a command of the lab's, and what must come of it. It runs nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from .recipes import By

# "ends": with exit code 0. "serves": it prints an address, which answers 200, and then ends with 0 or stays.
# "outside": looked at from another kernel, see outside.py.
Kind = Literal["ends", "serves", "outside"]
BUNDLE = "/srv/lab.bundle"  # there
SLOW = ("--nbval-cell-timeout=1800", "--nbval-kernel-startup-timeout=900")  # an emulated kernel takes minutes to come up


@dataclass(frozen=True)
class Step:
    """``words``: run in the account's checkout. ``ledger``: they write one into ledger.json. ``bundle``: it must be there."""

    words: tuple[str, ...]
    kind: Kind = "ends"
    by: tuple[By, ...] = ("reader", "root")
    ledger: bool = False
    bundle: bool = False


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
    {"verify": Step(("./lab", "verify", "--json", "ledger.json"), ledger=True)},
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
    {"clean": Step(("./lab", "clean", "--images"))},  # last: it removes what the others use
)
STEPS: Mapping[str, Step] = {name: step for group in GROUPS for name, step in group.items()}


def plan(names: Collection[str] = (), accounts: Collection[By] = ()) -> Iterator[tuple[str, Step, By]]:
    """The steps of these names by these accounts (none named: all), in the order in which they are run."""
    for group in GROUPS:
        for by in ("reader", "root"):
            for name, step in group.items():
                if (not names or name in names) and by in step.by and (not accounts or by in accounts):
                    yield name, step, by
