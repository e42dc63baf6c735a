"""What this process was given by whoever started it: variables. Made good once, at its start, for itself and all it starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..core.inheritance import Rule, dropped, read_rules

FILE = Path(__file__).resolve().parents[1] / "inherited.rules"


@cache
def rules() -> tuple[Rule, ...]:
    """Those of this version of the lab."""
    return read_rules(FILE.read_text("utf-8"))


def settle() -> None:
    """Forget the variables that are not taken over."""
    for name in dropped(os.environ, rules(), _usable):
        del os.environ[name]


def taken_over(environment: Mapping[str, str]) -> dict[str, str]:
    """What is left of an environment after the rules."""
    gone = set(dropped(environment, rules(), _usable))
    return {name: value for name, value in environment.items() if name not in gone}


def _usable(folder: str) -> bool:
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)
