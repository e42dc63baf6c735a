"""JSON of a file that somebody else may have written: values that the rest of the lab can walk, compare and show. Pure."""

from __future__ import annotations

import json
from math import isfinite

DEEPEST = 100  # levels; a notebook has about ten. Python's own walkers (json, repr, copy) end at some hundreds
Json = object


def parse(text: str | bytes) -> Json:
    """The value of a JSON text in UTF-8. Raises ValueError for everything else, and for what no program of ours could go on with.

    That is: NaN and Infinity (no JSON, RFC 8259, section 6), a number beyond a float's range or beyond Python's own limit of
    digits, lists in lists without end, and half of a surrogate pair, which no terminal and no file could take.
    """
    try:
        whole = text if isinstance(text, str) else text.decode("utf-8")
        found = json.loads(whole, parse_constant=refuse, parse_float=_finite, parse_int=_countable)
    except RecursionError:
        raise ValueError("too-deep") from None
    _walk(found)
    return found


def require_walkable(found: Json) -> None:
    """The same of a value that another parser made. Raises ValueError."""
    _walk(found)


def _walk(found: Json) -> None:
    level, depth = [found], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError("too-deep")
        below: list[Json] = []
        for one in level:
            if isinstance(one, dict):
                below += [*one.keys(), *one.values()]
            elif isinstance(one, list):
                below += one
            elif isinstance(one, str):
                one.encode("utf-8")  # UnicodeEncodeError is a ValueError
            elif isinstance(one, float):
                _finite(repr(one))
        level = below


def _finite(digits: str) -> float:
    found = float(digits)
    if not isfinite(found):
        raise ValueError(digits[:40])
    return found


def _countable(digits: str) -> int:
    found = int(digits)
    if len(digits) > 300:  # a float's range ends at some 308 digits
        _finite(digits)
    return found


def refuse(word: str) -> None:
    """For a parser's ``parse_constant``."""
    raise ValueError(word)
