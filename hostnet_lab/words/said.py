"""A text that still knows what it was made of, so that a file can keep that, and each reader is told it in their own language.

What a file holds of it may be anything: only plain placeholders are filled, each by its value, and what cannot be is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from operator import index
from string import Formatter
from typing import Any

from .printable import Lines, lines, one_line

NOTHING: Mapping[str, Any] = {}
DEEPEST = 8  # texts within texts; the lab's own are four deep
MOST = 100  # placeholders in one text from a file
LONGEST = 1000  # signs of one value from a file
PLACE = re.compile(r"[a-z_]\w{0,40}", re.ASCII)
FORMAT = re.compile(r"[,+]?(\.\d)?[dfgs%]?")


class Said(str):
    """``text``: the English in the source; ``many``: its plural, where it counts; ``values``: what was filled in, by name.

    Joined with others it is a Said again; a piece of it is a plain ``str``.
    """

    text: str
    many: str
    values: Mapping[str, Any]

    def __new__(cls, said: str, text: str = "", many: str = "", values: Mapping[str, Any] = NOTHING) -> Said:
        made = super().__new__(cls, said)
        made.text, made.many, made.values = text or said, many, values
        return made

    def __add__(self, other: str) -> Said:
        return joined("", (self, other))

    def join(self, parts: Iterable[str], /) -> Said:
        return joined(self, parts)

    def reworded(self, said: str) -> Said:
        """Made of the same, and shown otherwise."""
        return Said(said, self.text, self.many, self.values)

    def record(self) -> dict[str, Any]:
        """What a file keeps, as plain JSON values."""
        values = {name: one.record() if isinstance(one, Said) else one for name, one in self.values.items()}
        return {"text": self.text} | ({"many": self.many} if self.many else {}) | ({"values": values} if values else {})


def joined(separator: str, parts: Iterable[str]) -> Said:
    """``separator.join(parts)``, which still knows its parts."""
    listed = list(parts)
    values = {f"part_{number}": part for number, part in enumerate(listed)}
    told = isinstance(separator, Said)
    between = "{between}" if told else separator.replace("{", "{{").replace("}", "}}")
    text = between.join(f"{{{name}}}" for name in values)
    return Said(str(separator).join(listed), text, "", values | ({"between": separator} if told else {}))


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` as a text keeps them: nothing that is held by it lives on or changes."""
    return {name: one if one is None or isinstance(one, str | bool | int | float) else str(one) for name, one in values.items()}


class _Filled(Formatter):
    """``str.format`` with every value printable: who writes a new sentence cannot forget it."""

    def format_field(self, value: Any, format_spec: str) -> str:
        said = str(super().format_field(value, format_spec))
        if isinstance(value, int | float):
            return said
        return lines(said) if isinstance(value, Lines) else one_line(said)


FILLED = _Filled()
Look = Callable[[str], str]
Count = Callable[[str, str, int], str]


def read(found: object, look: Look, count: Count, deepest: int = DEEPEST) -> str:
    """The record of a text, in words; "" where it is damaged. ``look`` and ``count``: the translation of a text, and of one that counts."""
    if not isinstance(found, dict):
        return "" if found is None or isinstance(found, list) else str(found)
    try:
        return _filled(found, look, count, deepest)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError):
        return ""


def _filled(found: Mapping[str, Any], look: Look, count: Count, deepest: int) -> str:
    text, many, values = found["text"], found.get("many", ""), found.get("values", NOTHING)
    if not isinstance(text, str) or not isinstance(many, str) or not deepest:
        return ""
    if not values:
        return look(text)
    _require_plain(text, values)
    words = count(text, many, index(values["n"])) if many else look(text)
    inner = {name: _value(one, look, count, deepest - 1) for name, one in values.items()}
    return FILLED.vformat(words, (), inner)


def _value(found: Any, look: Look, count: Count, deepest: int) -> Any:
    """A number as it is, a text within the text in words, and anything else as data: it is never looked up."""
    if isinstance(found, dict):
        return read(found, look, count, deepest)[:LONGEST]
    return found if isinstance(found, int | float) else one_line(str(found), LONGEST)


def _require_plain(text: str, values: Mapping[str, Any]) -> None:
    """Raise ValueError for a placeholder that is more than a name with a plain format, or has no value."""
    places = [(name, form or "", way) for _, name, form, way in Formatter().parse(text) if name is not None]
    for name, form, way in places:
        if not PLACE.fullmatch(name) or name not in values or not FORMAT.fullmatch(form) or way not in (None, "r", "s"):
            raise ValueError(name)
    if len(places) > MOST:
        raise ValueError(text)
