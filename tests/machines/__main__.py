"""The lab on real machines: sudo ./lab exec python -m tests.machines NAME ...

Boots a virtual machine with systemd, cgroup v2 and AppArmor, and runs the lab there over ssh, as a user with sudo and as root: see
steps.py; ``--step`` chooses, ``--list`` names them. All is set up natively before the boot, below --roots, which is kept: a later
call takes some two minutes less. KVM is used where the processor's own is there, else the processor is emulated, and all takes some
twelve times longer. Logs and ledgers are kept in a folder that is named at the end. Needs root, on Debian; your own engine gives the
image nginx and, for the lab host, makes a bundle. Exit code: 0 when all steps passed, 1 when one did not, 2 when no machine came up.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from hostnet_lab.core.errors import LabError
from tests.engines.run import SAVED

from . import vm
from .place import Place
from .recipes import MACHINES, TOOLS
from .seats import Seats
from .steps import SEATS, STEPS, plan
from .walk import Result, Walk, table

PLACES = {"verify-root": "machine", "outside-verify-outside": "outside"}  # log of a step -> what its ledger is called
SETTINGS = {
    "machine": ("a virtual machine", "A virtual machine of {release} with systemd, cgroup version 2 and AppArmor, its processor emulated."),
    "outside": ("seen from outside", "The engine of that virtual machine of {release}, its socket and ports forwarded to another kernel."),
}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tests.machines", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("machines", nargs="*", metavar="NAME", help=f"of {', '.join(MACHINES)}; none: all")
    parser.add_argument(
        "--step",
        action="append",
        default=[],
        choices=(*STEPS, *SEATS),
        metavar="STEP",
        help="only this one, or all of a seat (outside); may be repeated",
    )
    parser.add_argument("--as", action="append", default=[], choices=SEATS, dest="seats", help="only by this one")
    parser.add_argument("--list", action="store_true", help="name the steps, and make nothing")
    parser.add_argument("--roots", type=Path, help="where machines are set up and kept (default: a new folder, removed at the end)")
    parser.add_argument("--bundle", type=Path, help="a file that `./lab bundle` has made (default: it is made, below --roots)")
    parser.add_argument("--accel", choices=("kvm", "tcg"), default=vm.accelerator(), help="how the processor is had (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=180, metavar="MINUTES", help="a step that is not done then has failed (%(default)s)")
    parser.add_argument("--save", action="store_true", help="save the ledgers in docs/engines/")
    parser.add_argument("--accept-expired", action="store_true", help="take a mirror whose index is past its date")
    options = parser.parse_args(words)
    if options.list:
        print("\n".join(f"{name:18} {' '.join(one.words)}"[:120] for name, one in STEPS.items()))
        return 0
    if unknown := set(options.machines) - set(MACHINES):
        parser.error(f"no recipe for {', '.join(sorted(unknown))}")
    if os.geteuid():
        parser.error("a machine's root is root's to make")
    if lacking := vm.missing(TOOLS):
        parser.error(f"it needs what is not here: {lacking}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is undone
    with tempfile.TemporaryDirectory(prefix="machines-") as passing:
        return max(run(name, options, options.roots or Path(passing)) for name in options.machines or MACHINES)


def run(name: str, options: argparse.Namespace, roots: Path) -> int:
    """One machine from its root to its end; returns the exit code."""
    chosen = list(plan(options.step, options.seats))
    logs = Path(tempfile.mkdtemp(prefix=f"{name}-logs-"))
    print(f"== {name}: {len(chosen)} steps, {options.accel}; logs in {logs}", flush=True)
    results: list[Result] = []
    try:
        place = Place.of(name, roots)
        place.set_up(accept_expired=options.accept_expired, bundle=options.bundle, lab_host=any(step.bundle for _, step, _ in chosen))
        with place.booted(options.accel, logs) as machine, ExitStack() as stack:
            walk = Walk(Seats(machine, place, stack).seat, logs, options.limit * 60)
            with walk.left:
                for one in chosen:
                    results.append(walk.carry_out(*one))
                    print(table(results[-1:]).splitlines()[-1], flush=True)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        if results:
            (logs / "table").write_text(table(results) + "\n")
            print(table(results))
        print(f"logs and ledgers: {logs}", flush=True)
    if options.save:
        save(name, logs)
    return int(not all(one.passed for one in results))


def save(name: str, logs: Path) -> None:
    """The ledgers of root there and of the reader outside, as rows of docs/engines.md; one that is not whole is left out."""
    for step, place in PLACES.items():
        found = logs / f"{step}.json"
        ledger = json.loads(found.read_text("utf-8")) if found.is_file() else {"broken": "none"}
        if not ledger["broken"]:
            told = {**ledger, "setting": SETTINGS[place][0], "note": SETTINGS[place][1].format(release=name.replace("-", " ").title())}
            (SAVED / f"docker-{name}-{place}.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
