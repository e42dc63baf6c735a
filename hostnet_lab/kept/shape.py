"""A dataclass from the JSON that its ``asdict`` once was: every field of the type that it names, or none of it. Pure."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def shaped(kind: type[T], found: object) -> T:
    """``found`` as a ``kind``. Raises ValueError with its name for a field that is missing, or of another type; more fields are ignored.

    A true is no 1 here, and a 1.0 no 1: what was written was of the right type. An integer serves as a float.
    """
    return _dataclass(kind, found)  # type: ignore[no-any-return]


def _dataclass(kind: Any, found: object) -> Any:
    if not isinstance(found, dict):
        raise ValueError(kind.__name__)
    hints, values = get_type_hints(kind), {}
    for one in fields(kind):
        if one.name in found:
            values[one.name] = _value(hints[one.name], found[one.name], one.name)
        elif one.default is MISSING and one.default_factory is MISSING:
            raise ValueError(one.name)
    return kind(**values)


def _value(kind: Any, found: Any, name: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _dataclass(kind, found)
    if origin in (Union, types.UnionType):
        return None if found is None and type(None) in inner else _value(next(one for one in inner if one is not type(None)), found, name)
    if origin is Literal and found in inner and isinstance(found, str):
        return found
    if origin is tuple and isinstance(found, list | tuple):
        return tuple(_value(inner[0], one, name) for one in found)
    if origin is Mapping and isinstance(found, dict):
        return {key: _value(inner[1], one, name) for key, one in found.items()}
    if kind is Any:
        return found
    if kind is Path and type(found) is str:
        return Path(found)
    if kind is float and type(found) is int:
        return float(found)
    if kind in (str, int, float, bool) and type(found) is kind:
        return found
    raise ValueError(name)
