"""pip, the program: which one, and what it takes over of the reader's settings: mirrors, proxies, certificates, cache.

``python -m hostnet_lab.edges.pip WORD ...`` runs it so; the script ``lab`` does, before anything else is installed.
Its settings come from variables and from up to five files (https://pip.pypa.io/en/stable/topics/configuration/). The rules
decide on a key of a file as on the variable of its name; a file itself cannot be left out but with all others.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ..core.errors import SetupFailed
from ..core.host.inheritance import What, rule_of
from ..words import tr
from .inheritance import rules, taken_over

DEBIANS, WHEEL = Path("/usr/share/python-wheels"), "pip-*.whl"  # of Debian's package python3-pip-whl; a wheel of pip runs unpacked
FETCHED = Path(__file__).resolve().parents[2] / ".lab" / "pip"  # where ./lab has put that package's files, not installed
ON_CERTIFICATES = {"PIP_USE_FEATURE": "truststore", "PIP_USE_DEPRECATED": "legacy-certs"}  # other words are another pip's
# A file may say "quiet", or "user", which `pip config` reads as: only that user's file.
ALL_TOLD = dict.fromkeys(("PIP_QUIET", "PIP_VERBOSE", "PIP_USER", "PIP_GLOBAL", "PIP_SITE"), "0")


def command() -> list[str]:
    """This environment's pip; else the wheel that ./lab made the environment with, or what uv lends where uv made it."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    for wheel in (*DEBIANS.glob(WHEEL), *(FETCHED / str(DEBIANS)[1:]).glob(WHEEL)):
        return [sys.executable, str(wheel / "pip")]
    if shutil.which("uv"):
        return ["uv", "run", "--quiet", "--no-project", "--python", sys.executable, "--with", "pip", "python", "-m", "pip"]
    tried, found = tr("find pip"), tr("this environment has neither pip nor uv")
    raise SetupFailed(tried, found, f"{sys.executable} -m ensurepip")


def environment(program: Sequence[str], verb: str) -> dict[str, str]:
    """For ``program``, a pip, with the command ``verb``: what is taken over of variables and files, as variables; no file counts."""
    own = taken_over(os.environ)
    told = subprocess.run([*program, "config", "list"], env={**own, **ALL_TOLD}, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    settings = {name: value for name, value in own.items() if name.startswith("PIP_")}
    if told.returncode == 0:
        settings = read_settings(told.stdout, verb)
    others = {name: value for name, value in own.items() if not name.startswith("PIP_")}
    return {**others, **chosen(settings), "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def read_settings(listed: str, verb: str) -> dict[str, str]:
    """What ``pip config list`` says, by variable: lines such as ``global.index-url='...'``. A variable comes before a file's [verb]."""
    found: dict[str, dict[str, str]] = {"global": {}, verb: {}, ":env:": {}}
    for line in listed.splitlines():
        place, _, value = line.partition("=")
        section, _, key = place.partition(".")
        with suppress(ValueError, SyntaxError):
            found.get(section, {})["PIP_" + key.upper().replace("-", "_")] = str(ast.literal_eval(value))
    return {**found["global"], **found[verb], **found[":env:"]}


def chosen(settings: Mapping[str, str]) -> dict[str, str]:
    """Those that are taken over. ``no-index`` counts only beside find-links: alone it leaves nothing to install from."""

    def stays(name: str, value: str) -> bool:
        rule = rule_of(name, rules())
        if rule is None or rule.what is not What.KEEP or value.split() == []:
            return False
        return name != "PIP_NO_INDEX" or bool(settings.get("PIP_FIND_LINKS", "").split())

    kept = {name: value for name, value in settings.items() if stays(name, value)}
    for name, word in ON_CERTIFICATES.items():
        if word not in kept.pop(name, "").split():
            continue
        kept[name] = word
    return kept


if __name__ == "__main__":
    try:
        program = command()
    except SetupFailed as error:
        raise SystemExit(str(error)) from None
    os.execvpe(program[0], [*program, *sys.argv[1:]], environment(program, sys.argv[1]))
