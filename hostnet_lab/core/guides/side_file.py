"""The side file of a guide, FILE.claims.toml: bindings, outputs and what the guide means to leave, as text and as values. Pure."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from ...words import tr
from .bindings import TOLD, Binding, Output, SideFile

HEAD = """# Which sentence of the guide beside this file states which claim, confirmed by a person: `./lab guide bind`.
# told: "true", "warning" or "false", as the guide has it. mentions: the guide tells the nuance, too.
"""
MOST = 5000  # entries


class Damaged(ValueError):
    """Says in which entry what is wrong."""


def read(text: str) -> SideFile:
    """Raises Damaged for what is no TOML, or not of this form."""
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise Damaged(str(error)) from error
    unknown = found.keys() - {"sentence", "output", "keeps"}
    if unknown:
        raise Damaged(tr("{names}: no such key", names=", ".join(sorted(unknown))))
    return SideFile(
        tuple(_binding(one, number) for number, one in _entries(found, "sentence")),
        tuple(_output(one, number) for number, one in _entries(found, "output")),
        _texts(found.get("keeps", []), "keeps"),
    )


def _entries(found: Mapping[str, Any], key: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    entries = found.get(key, [])
    if not isinstance(entries, list) or len(entries) > MOST or not all(isinstance(one, dict) for one in entries):
        raise Damaged(tr("[[{key}]] is a list of tables, of {most} at most", key=key, most=MOST))
    return ((f"[[{key}]] {number}", one) for number, one in enumerate(entries, 1))


def _text(entry: Mapping[str, Any], key: str, place: str, otherwise: str | None = None) -> str:
    value = entry.get(key, otherwise)
    if not isinstance(value, str):
        raise Damaged(tr("{place}: {key} is missing, or no text", place=place, key=key))
    return value


def _texts(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Damaged(tr("{place} is a list of texts", place=place))
    return tuple(value)


def _binding(entry: Mapping[str, Any], place: str) -> Binding:
    told, mentions = entry.get("told"), entry.get("mentions", False)
    if told not in TOLD:
        raise Damaged(tr("{place}: told is one of: {names}", place=place, names=", ".join(TOLD)))
    if not isinstance(mentions, bool):
        raise Damaged(tr("{place}: mentions is true or false", place=place))
    quote, key, claim = (_text(entry, name, place) for name in ("quote", "hash", "claim"))
    return Binding(quote, key, claim, told, mentions, _text(entry, "instead", place, ""))


def _output(entry: Mapping[str, Any], place: str) -> Output:
    return Output(_text(entry, "command", place), _texts(entry.get("lines"), f"{place}: lines"))


def write(side: SideFile) -> str:
    """The same as TOML; what ``read`` makes of it is equal."""
    parts = [HEAD]
    if side.keeps:
        parts.append(f"keeps = {_value(side.keeps)}\n")
    for one in side.bindings:
        entry: dict[str, Any] = {"quote": one.quote, "hash": one.hash, "claim": one.claim, "told": one.told, "mentions": one.mentions}
        parts.append(_table("sentence", {**entry, **({"instead": one.instead} if one.instead else {})}))
    parts += [_table("output", {"command": one.command, "lines": one.lines}) for one in side.outputs]
    return "\n".join(parts)


def _table(name: str, entry: Mapping[str, Any]) -> str:
    return "".join([f"[[{name}]]\n", *(f"{key} = {_value(value)}\n" for key, value in entry.items())])


def _value(value: object) -> str:
    """A basic string of TOML is one of JSON, but that it takes no DEL: https://toml.io/en/v1.0.0#string"""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
