"""Does output match what a guide shows? Lines as they are, ``...`` for any lines, `` (glob)`` and `` (re)`` at a line's end.

The rules are cram's (https://bitheap.org/cram/) and Scrut's. A line's end does not count, nor do empty lines at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

ANY = "..."
GLOB, RE = " (glob)", " (re)"
MOST_LINES, LONGEST = 2000, 2000  # what is compared; of a pattern a quarter


def matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    return difference(expected, actual) is None


def difference(expected: Sequence[str], actual: Sequence[str]) -> tuple[int, str, str] | None:
    """None when it matches; else where it stops: the place in ``expected``, the line there, and the line that came instead ("": none)."""
    wanted, seen = _trimmed(expected), _trimmed(actual)
    tests = [None if line.strip() == ANY else _test(line) for line in wanted]
    reached, furthest = {0}, (0, 0)  # places in ``seen`` that the lines so far can end at
    for place, test in enumerate(tests):
        if test is None:
            reached = set(range(min(reached), len(seen) + 1))
        else:
            found = {at + 1 for at in reached if at < len(seen) and test(seen[at])}
            if not found:
                return place, wanted[place], seen[min(reached)] if min(reached) < len(seen) else ""
            reached = found
        furthest = (place + 1, min(reached))
    if len(seen) in reached:
        return None
    return furthest[0], "", seen[furthest[1]]


def _trimmed(lines: Sequence[str]) -> list[str]:
    kept = [line.rstrip()[:LONGEST] for line in lines[:MOST_LINES]]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _test(line: str) -> Callable[[str], bool]:
    for ending, pattern_of in ((GLOB, _glob), (RE, str)):
        if line.endswith(ending):
            return partial(_fits, _compiled(pattern_of(line[: -len(ending)][: LONGEST // 4])))
    return lambda seen: seen == line


def _fits(pattern: re.Pattern[str] | None, seen: str) -> bool:
    return bool(pattern and pattern.fullmatch(seen))


def _glob(text: str) -> str:
    """``*`` for any signs, ``?`` for one; behind a backslash they are themselves."""
    parts = re.split(r"(\\[*?\\]|[*?])", text)
    return "".join({"*": ".*", "?": "."}.get(one) or re.escape(one[1:] if re.fullmatch(r"\\[*?\\]", one) else one) for one in parts)


@lru_cache(256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """None for what is no pattern: it matches nothing."""
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
