"""Which variables of the environment it is started in a process of the lab takes over. The rules: hostnet_lab/inherited.rules.

The script ``lab`` reads the same file, by the shell's own patterns, before there is a Python; so a pattern is letters, digits,
``_`` and ``*`` only, which mean the same here and there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class What(StrEnum):
    """What becomes of a variable; the file tells more of each."""

    KEEP = "keep"
    DROP = "drop"
    FOLDER = "folder"
    LOCALE = "locale"
    ADD = "add"
    SET = "set"


@dataclass(frozen=True)
class Rule:
    """One line of the file."""

    pattern: str
    what: What
    why: str


def read_rules(text: str) -> tuple[Rule, ...]:
    """The lines of the file, in order. Raises ValueError for one that is not pattern, what and why."""
    lines = (line.split(maxsplit=2) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(Rule(pattern, What(what), why.strip()) for pattern, what, why in lines)


def rule_of(name: str, rules: Iterable[Rule]) -> Rule | None:
    """The first that fits."""
    return next((rule for rule in rules if fnmatchcase(name, rule.pattern)), None)


def dropped(environment: Mapping[str, str], rules: Iterable[Rule], usable: Mapping[What, Callable[[str], bool]]) -> list[str]:
    """Names that are not taken over. ``usable``: for FOLDER and LOCALE, whether a value names one that can be used."""
    known = tuple(rules)

    def goes(name: str, value: str) -> bool:
        rule = rule_of(name, known)
        return rule is not None and (rule.what is What.DROP or (rule.what in usable and not usable[rule.what](value)))

    return [name for name, value in environment.items() if goes(name, value)]


def wanted_language(environment: Mapping[str, str]) -> str:
    """As gettext would say it, also of a locale that is not there; "" for none."""
    return next((environment[name] for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
