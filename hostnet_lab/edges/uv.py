"""uv's settings: what is taken over of the reader's uv.toml: mirrors, certificates, cache, and not where it installs.

``python -m hostnet_lab.edges.uv FILE`` writes them as a uv.toml of our own; uv then reads that one and no other. Places and
order: https://docs.astral.sh/uv/concepts/configuration-files/ . Files of a project do not count: the lab is none of theirs.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..core.host.inheritance import What, rule_of
from ..kept import file
from .inheritance import rules


def places(environment: Mapping[str, str]) -> Iterator[Path]:
    """The files that uv would read, the ones that count more last."""
    if environment.get("UV_CONFIG_FILE"):
        yield Path(environment["UV_CONFIG_FILE"])
        return
    for folder in reversed([*environment.get("XDG_CONFIG_DIRS", "/etc/xdg").split(os.pathsep), "/etc"]):
        yield Path(folder) / "uv" / "uv.toml"
    yield Path(environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME", "/")) / ".config") / "uv" / "uv.toml"


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """What is taken over of all of them; one that cannot be read says nothing."""
    found: dict[str, Any] = {}
    for place in places(environment):
        try:
            read = tomllib.loads(file.read(place).decode())
        except (OSError, ValueError, RecursionError):
            continue
        for key, value in chosen({**read, **_table(read.get("pip"))}).items():
            value = _from(place.parent.absolute(), value)
            found[key] = value + found.get(key, []) if isinstance(value, list) else value
    return found


def chosen(read: Mapping[str, Any]) -> dict[str, Any]:
    """Those keys whose variable (``index-url``: UV_INDEX_URL) is taken over."""

    def stays(key: str) -> bool:
        rule = rule_of("UV_" + key.upper().replace("-", "_"), rules())
        return rule is not None and rule.what is What.KEEP

    return {key: value for key, value in read.items() if stays(key)}


def _from(folder: Path, value: Any) -> Any:
    """The same with its relative paths made absolute: they count from the file that they stand in."""
    if isinstance(value, list):
        return [_from(folder, one) for one in value]
    if isinstance(value, dict):
        return {key: _from(folder, one) for key, one in value.items()}
    return str(folder / value) if isinstance(value, str) and value.startswith(("./", "../")) else value


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def toml(value: Any) -> str:
    """A value as TOML has it; of the kinds that uv's settings are made of."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


if __name__ == "__main__":
    lines = [f"{key} = {toml(value)}\n" for key, value in settings(os.environ).items()]
    file.write(Path(sys.argv[1]), "".join(lines).encode())  # its owner's alone: an address may hold a password
