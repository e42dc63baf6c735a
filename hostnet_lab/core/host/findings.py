"""What `./lab doctor` says: each finding judged from plain facts, and the table of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ...words import Lines, one_line, printable, tr
from .. import text
from .engines import DEFAULT, Machine, Sight, choose, plan
from .facts import ContainerFacts
from .ownership import Mark, read_mark, whose
from .proxies import in_use
from .quirks import is_rootless
from .whereabouts import PLACES, Place

State = Literal["ok", "in the way", "missing", "unknown"]
STATES: Mapping[State, str] = {"ok": tr("ok"), "in the way": tr("in the way"), "missing": tr("missing"), "unknown": tr("unknown")}


@dataclass(frozen=True)
class Finding:
    """``missing``: the lab provides it by itself, or it is not needed for the lessons. ``unknown``: nobody could be asked.

    ``mend``: what to type.
    """

    what: str
    state: State
    found: str
    owner: str = ""
    mend: str = ""


def exit_code(findings: Sequence[Finding]) -> int:
    """0 when nothing is in the way, else 1; what could not be asked is not in the way by itself, but what kept it is."""
    return int(any(one.state == "in the way" for one in findings))


def table(findings: Sequence[Finding], width: int = 100) -> str:
    """Three columns of plain text; owner and remedy stand on lines of their own below."""
    rows = []
    for one in map(_printable, findings):
        rows += [(one.what, STATES[one.state], one.found)]
        rows += [("", "", Lines(tr("owner: {owner}", owner=one.owner)))] if one.owner else []
        rows += [("", "", Lines(tr("mend:  {mend}", mend=one.mend)))] if one.mend else []
    return text.table(rows, width)


def _printable(one: Finding) -> Finding:
    """Each field on one line, whoever named what stands in it."""
    return replace(one, found=printable(one.found), owner=one_line(one.owner), mend=one_line(one.mend))


def environment(version: str, missing: Sequence[str]) -> Finding:
    """``missing``: the names of packages that could not be found."""
    if missing:
        found = tr("without {packages}", packages=", ".join(missing))
        return Finding(tr("environment"), "in the way", found, mend="rm -r .lab/env && ./lab doctor")
    return Finding(tr("environment"), "ok", f"Python {version} in .lab/env")


def not_asked() -> list[Finding]:
    """Of what only an engine can tell, where none answers: neither there nor missing."""
    why = tr("not asked: no engine answers")
    whats = (tr("image nginx"), tr("name {name}", name="webserver"), tr("leftovers"))
    return [Finding(what, "unknown", why) for what in whats]


def command(name: str, path: str | None, mend: str) -> Finding:
    what = tr("{name} command", name=name)
    if path:
        return Finding(what, "ok", path)
    return Finding(what, "missing", tr("not on the PATH; `./lab` installs it where it may"), mend=mend)


def engine(sights: Sequence[Sight], machine: Machine, advice: str, version: Mapping[str, Any], info: Mapping[str, Any]) -> Finding:
    """``advice``: what to type to have one; ``version`` and ``info``: the engine's own, empty where none answers."""
    chosen = choose(sights)
    if chosen:
        rootless = ", rootless" if is_rootless(info) else ""
        words = f"{version.get('Version', '?')}, API {version.get('ApiVersion', '?')}{rootless}, {chosen.candidate.what}"
        away = chosen.candidate.endpoint not in ("", DEFAULT) and not chosen.candidate.named
        mend = tr("in a terminal of your own: export DOCKER_HOST={endpoint}", endpoint=chosen.candidate.endpoint) if away else ""
        return Finding(tr("engine"), "ok", words, owner=str(info.get("Name", "")), mend=mend)
    words = "; ".join(map(str, sights))
    barred = sights[0].candidate.named or sights[0].state == "busy" or any(one.state == "denied" for one in sights)
    if plan(machine) and not barred:
        return Finding(tr("engine"), "missing", tr("none answers; `./lab` brings one up"), mend="./lab")
    return Finding(tr("engine"), "in the way", words, mend=advice)


def image(image_id: str | None) -> Finding:
    if image_id:
        return Finding(tr("image nginx"), "ok", image_id.removeprefix("sha256:")[:12])
    return Finding(tr("image nginx"), "missing", tr("the engine has none; `./lab` provides it"), mend="./lab")


def port(number: int, owner: str | None, container: ContainerFacts | None, me: Mark) -> Finding:
    """``owner``: who listens, in words, or None; ``container``: theirs, where it is one; ``me``: who asks."""
    what = tr("port {number}", number=number)
    if owner is None:
        return Finding(what, "ok", tr("free"))
    lesson = _lesson(container, me)
    if lesson:
        held = tr("held by {owner}: lesson {lesson} runs it", owner=owner, lesson=lesson)
        return Finding(what, "ok", held, mend=tr("the last cell of that lesson, or ./lab clean"))
    return Finding(what, "in the way", tr("held"), owner=owner, mend=tr("stop its owner while you take the lessons"))


def name(wanted: str, container: ContainerFacts | None, me: Mark) -> Finding:
    what = tr("name {name}", name=wanted)
    if container is None:
        return Finding(what, "ok", tr("free"))
    lesson = _lesson(container, me)
    if lesson:
        return Finding(what, "ok", tr("lesson {lesson} runs it", lesson=lesson), mend=tr("the last cell of that lesson, or ./lab clean"))
    mend = tr("it is left alone; if it is yours: docker rename {name} my-{name}", name=wanted)
    owner = tr("a container ({state}) that this lab did not start", state=container.status)
    if whose(container.labels, me) == "elsewhere":
        owner = tr("a container ({state}) of a lesson on another machine, or one that cannot be told any more", state=container.status)
    return Finding(what, "in the way", tr("taken"), owner=owner, mend=mend)


def _lesson(container: ContainerFacts | None, me: Mark) -> str | None:
    mark = read_mark(container.labels) if container and whose(container.labels, me) == "ours" else None
    return mark.lesson if mark else None


def port_unseen(number: int) -> Finding:
    """A port of an engine's host that only a container could tell."""
    found = tr("not looked at: this needs an engine that runs containers of the image")
    return Finding(tr("port {number}", number=number), "unknown", found)


def namespace(place: Place | None) -> Finding:
    """None: not looked at, as there is no engine or no image yet."""
    what = tr("network namespace")
    if place is None:
        return Finding(what, "unknown", tr("not looked at: this needs an engine and the image"))
    if place == "same namespace":
        return Finding(what, "ok", PLACES[place])
    mend = "" if place == "unknown" else tr("./lab host: it runs the lab beside the engine")
    return Finding(what, "unknown" if place == "unknown" else "in the way", PLACES[place], mend=mend)


def proxies(values: Mapping[str, str], given: Sequence[str], file: str) -> Finding:
    """``given``: the keys by which the docker command's settings, in ``file``, give proxies to every container."""
    names = in_use(values)
    words = [tr("{names} set; in the lab this host is excepted (no_proxy)", names=", ".join(names)) if names else tr("none set")]
    if given:
        words.append(tr("{file} gives containers {keys}; those of lessons get none", file=file, keys=", ".join(given)))
    return Finding(tr("proxies"), "ok", "; ".join(words))


def jupyter(address: str | None) -> Finding:
    if address:
        return Finding("JupyterLab", "ok", tr("runs: {address}", address=address.partition("?")[0]))
    return Finding("JupyterLab", "ok", tr("does not run; `./lab` opens it"))


def leftovers(names: Sequence[str], elsewhere: Sequence[str] = ()) -> Finding:
    """``elsewhere``: of lessons on another machine, or on one that cannot be told; these are only named."""
    if names:
        found = tr("of ended lessons: {names}", names=", ".join(names))
        return Finding(tr("leftovers"), "in the way", found, owner=tr("this lab"), mend="./lab clean")
    if elsewhere:
        return Finding(tr("leftovers"), "ok", elsewhere_words(elsewhere))
    return Finding(tr("leftovers"), "ok", tr("none"))


def elsewhere_words(names: Sequence[str]) -> str:
    """What ``./lab clean`` and ``./lab doctor`` say of containers that only their own machine can judge."""
    said = tr("left alone, as they come from a lesson on another machine, or on one that cannot be told: {names}", names=", ".join(names))
    return tr("{said}; if they are yours: {command}", said=said, command=f"docker rm -f {' '.join(names)}")


def browser(path: str | None, mend: str) -> Finding:
    what = tr("browser for tests")
    if path:
        return Finding(what, "ok", path)
    return Finding(what, "missing", tr("only `./lab test` needs it"), mend=mend)
