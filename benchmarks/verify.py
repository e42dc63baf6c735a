"""Times ``./lab verify``: the whole ledger against its longest experiment, and each of some claims alone.

    python -m benchmarks.verify [--json FILE] [CLAIM ...]

Each is a command of its own, from its start to its end, as a reader waits for it. It needs root for the whole.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ALONE = ("answers-without-p", "no-address", "p-is-ignored", "multicast")  # the last one on a disposable host
WHOLE_S, RATIO, ALONE_S = 25.0, 2.0, 3.0  # the budgets
LIMIT_S = 300.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 within the budgets, 1 over one of them, 2 when a ledger could not be made."""
    options = _parser().parse_args(arguments)
    whole = timed([])
    alone = {claim: timed([claim]) for claim in options.claims or ALONE}
    if whole is None or None in alone.values():
        return 2
    figures = figures_of(whole, {claim: found[0] for claim, found in alone.items() if found})
    print("\n".join(lines(figures)))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return int(not within(figures))


def timed(claims: Sequence[str]) -> tuple[float, dict[str, Any]] | None:
    """Seconds of the command, and the ledger that it wrote; None when it wrote none, after its own words on stderr."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.json"
        words = [sys.executable, "-P", "-m", "hostnet_lab", "verify", "--no-install", "--json", str(file), *claims]
        begun = perf_counter()
        done = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        seconds = perf_counter() - begun
        if done.returncode == 2 or not file.exists():
            print(done.stderr, file=sys.stderr)
            return None
        return seconds, json.loads(file.read_text("utf-8"))


def figures_of(whole: tuple[float, dict[str, Any]], alone: dict[str, float]) -> dict[str, Any]:
    """In seconds. ``longest``: the experiment that took longest in the same run, with the start of its own host."""
    seconds, ledger = whole
    longest = max(ledger["claims"], key=lambda claim: claim["seconds"])
    tested = sum(claim["verdict"] != "not testable here" for claim in ledger["claims"])
    return {
        "whole": round(seconds, 2),
        "claims": len(ledger["claims"]),
        "tested": tested,
        "as_expected": all(claim["as_expected"] for claim in ledger["claims"]),
        "longest": {"claim": longest["id"], "seconds": longest["seconds"]},
        "ratio": round(seconds / longest["seconds"], 2) if longest["seconds"] else 0.0,
        "alone": {claim: round(found, 2) for claim, found in alone.items()},
    }


def within(figures: dict[str, Any]) -> bool:
    alone = max(figures["alone"].values(), default=0.0)
    return bool(figures["whole"] <= WHOLE_S and figures["ratio"] <= RATIO and alone <= ALONE_S)


def lines(figures: dict[str, Any]) -> list[str]:
    longest = figures["longest"]
    first = f"verify, {figures['claims']} claims ({figures['tested']} tested): {figures['whole']:.1f} s, budget {WHOLE_S:g} s"
    return [
        first + ("" if figures["as_expected"] else "; not all verdicts are as expected"),
        f"its longest experiment, {longest['claim']}: {longest['seconds']:.1f} s; ratio {figures['ratio']:.2f}, budget {RATIO:g}",
        *(f"verify {claim}: {seconds:.1f} s, budget {ALONE_S:g} s" for claim, seconds in figures["alone"].items()),
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.verify", description="Time the ledger, whole and claim by claim.")
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help=f"time these alone (default: {', '.join(ALONE)})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
