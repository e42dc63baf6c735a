"""What `./lab doctor` says: each finding judged from plain facts, and the table of all of them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .engines import DEFAULT, Machine, Sight, choose, plan
from .facts import ContainerFacts
from .ownership import read_mark
from .proxies import in_use
from .whereabouts import SENTENCES, Place

State = Literal["ok", "in the way", "missing"]


@dataclass(frozen=True)
class Finding:
    """``missing``: the lab provides it by itself, or it is not needed for the lessons. ``mend``: what to type."""

    what: str
    state: State
    found: str
    owner: str = ""
    mend: str = ""


def exit_code(findings: Sequence[Finding]) -> int:
    """0 when nothing is in the way, else 1."""
    return int(any(one.state == "in the way" for one in findings))


def table(findings: Sequence[Finding], width: int = 100) -> str:
    """Three columns, plain ASCII; owner and remedy stand on lines of their own below."""
    left, middle = (max(len(text) for text in texts) for texts in ([f.what for f in findings], [f.state for f in findings]))
    indent = " " * (left + middle + 4)
    lines = []
    for one in findings:
        lines += textwrap.wrap(f"{one.what:{left}}  {one.state:{middle}}  {one.found}", width, subsequent_indent=indent)
        lines += [f"{indent}owner: {one.owner}"] if one.owner else []
        lines += [f"{indent}mend:  {one.mend}"] if one.mend else []  # never wrapped: it is there to be copied
    return "\n".join(lines)


def environment(version: str, missing: Sequence[str]) -> Finding:
    """``missing``: the names of packages that could not be found."""
    if missing:
        return Finding("environment", "in the way", f"without {', '.join(missing)}", mend="rm -r .lab/env && ./lab doctor")
    return Finding("environment", "ok", f"Python {version} in .lab/env")


def command(name: str, path: str | None, mend: str) -> Finding:
    if path:
        return Finding(f"{name} command", "ok", path)
    return Finding(f"{name} command", "missing", "not on the PATH; `./lab` installs it where it may", mend=mend)


def engine(sights: Sequence[Sight], machine: Machine, advice: str, version: Mapping[str, Any], info: Mapping[str, Any]) -> Finding:
    """``advice``: what to type to have one; ``version`` and ``info``: the engine's own, empty where none answers."""
    chosen = choose(sights)
    if chosen:
        rootless = ", rootless" if any("rootless" in option for option in info.get("SecurityOptions") or []) else ""
        words = f"{version.get('Version', '?')}, API {version.get('ApiVersion', '?')}{rootless}, {chosen.candidate.what}"
        away = chosen.candidate.endpoint not in ("", DEFAULT) and not chosen.candidate.named
        mend = f"in a terminal of your own: export DOCKER_HOST={chosen.candidate.endpoint}" if away else ""
        return Finding("engine", "ok", words, owner=str(info.get("Name", "")), mend=mend)
    words = "; ".join(map(str, sights))
    if sights[0].candidate.named:
        return Finding("engine", "in the way", words, mend="start that engine, or unset what names it")
    if plan(machine) and not any(one.state == "denied" for one in sights):
        return Finding("engine", "missing", "none answers; `./lab` brings one up", mend="./lab")
    return Finding("engine", "in the way", words, mend=advice)


def image(image_id: str | None) -> Finding:
    if image_id:
        return Finding("image nginx", "ok", image_id.removeprefix("sha256:")[:12])
    return Finding("image nginx", "missing", "the engine has none; `./lab` provides it", mend="./lab")


def port(number: int, owner: str | None, container: ContainerFacts | None, learner: int) -> Finding:
    """``owner``: who listens, in words, or None; ``container``: theirs, where it is one."""
    what = f"port {number}"
    if owner is None:
        return Finding(what, "ok", "free")
    lesson = _lesson(container, learner)
    if lesson:
        return Finding(what, "ok", f"held by {owner}: lesson {lesson} runs it", mend="the last cell of that lesson, or ./lab clean")
    return Finding(what, "in the way", "held", owner=owner, mend="stop its owner while you take the lessons")


def name(wanted: str, container: ContainerFacts | None, learner: int) -> Finding:
    what = f"name {wanted}"
    if container is None:
        return Finding(what, "ok", "free")
    lesson = _lesson(container, learner)
    if lesson:
        return Finding(what, "ok", f"lesson {lesson} runs it", mend="the last cell of that lesson, or ./lab clean")
    mend = f"it is left alone; if it is yours: docker rename {wanted} my-{wanted}"
    return Finding(what, "in the way", "taken", owner=f"a container ({container.status}) that this lab did not start", mend=mend)


def _lesson(container: ContainerFacts | None, learner: int) -> str | None:
    mark = read_mark(container.labels) if container else None
    return mark.lesson if mark and mark.learner == learner else None


def namespace(place: Place | None) -> Finding:
    """None: not looked at, as there is no engine or no image yet."""
    if place is None:
        return Finding("network namespace", "missing", "not looked at: this needs an engine and the image")
    if place == "same namespace":
        return Finding("network namespace", "ok", SENTENCES[place])
    return Finding("network namespace", "in the way", SENTENCES[place], mend="run the lab on the machine of the engine")


def proxies(values: Mapping[str, str]) -> Finding:
    names = in_use(values)
    words = f"{', '.join(names)} set; in the lab this host is excepted (no_proxy)" if names else "none set"
    return Finding("proxy variables", "ok", words)


def jupyter(address: str | None) -> Finding:
    if address:
        return Finding("JupyterLab", "ok", f"runs: {address.partition('?')[0]}", mend="")
    return Finding("JupyterLab", "ok", "does not run; `./lab` opens it")


def leftovers(names: Sequence[str]) -> Finding:
    if names:
        return Finding("leftovers", "in the way", f"of ended lessons: {', '.join(names)}", owner="this lab", mend="./lab clean")
    return Finding("leftovers", "ok", "none")


def browser(path: str | None, mend: str) -> Finding:
    if path:
        return Finding("browser for tests", "ok", path)
    return Finding("browser for tests", "missing", "only `./lab test` needs it", mend=mend)
