"""Looks that several judges share. Each returns None when all is well, else a result that names what it saw."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from ....words import tr
from ...host.facts import ContainerFacts
from ...host.ownership import read_mark
from ...host.servers import UNSEEN
from .model import Result, Scene, not_yet

LOOPBACK = "127.0.0.1"
NOWHERE = tr("no address")  # said where ``places`` are named, and there is none


def first_line(text: str) -> str:
    """At most 60 characters; text from outside may be of any length."""
    return text.strip().splitlines()[0][:60] if text.strip() else ""


def shown(value: Any) -> str:
    """A learner's value in at most 60 characters; its own repr may fail."""
    try:
        return repr(value)[:60]
    except Exception:  # an integer of 5000 digits, or a class of the learner's own
        return tr("a value of type {type}", type=type(value).__name__)


def runs(scene: Scene, name: str) -> Result | None:
    """None when a container of that name runs."""
    container = scene.containers.get(name)
    if container is None:
        return not_yet(tr("there is no container called {name}.", name=name), _instead(scene, name))
    if container.status == "created":
        return not_yet(tr("{name} was created, and never started.", name=name), tr("Creating and starting are two steps."))
    if not container.running:
        seen = tr("{name} is {status}, exit code {code}.", name=name, status=container.status, code=container.exit_code)
        return not_yet(seen, tr("Read its log: what does {name} say last?", name=name))
    return None


def _instead(scene: Scene, name: str) -> str:
    near = get_close_matches(name[:60], sorted(scene.containers), 1, 0.7)
    if near:
        return tr("There is one called {near}: the task asks for {name}, letter by letter.", near=near[0][:60], name=name)
    ours = sorted(one for one, facts in scene.containers.items() if read_mark(facts.labels))
    names = ", ".join(ours)[:200]
    return tr("What this lab started is called: {names}.", names=names) if ours else tr("Nothing that this lab started is there.")


def host_mode(scene: Scene, name: str) -> Result | None:
    """None when ``name`` runs in host mode; else what is in the way, with a hint that has looked."""
    missing = runs(scene, name)
    if missing:
        return missing
    container = scene.containers[name]
    if container.in_host_mode:
        return None
    mode = container.network_mode
    return not_yet(
        tr("{name} runs, but in {mode} mode: its address is {address}.", name=name, mode=mode, address=container.addresses[0])
        if container.addresses
        else tr("{name} runs, but in {mode} mode.", name=name, mode=mode),
        tr("A container in host mode has no address of its own. The mode is chosen when it is created."),
    )


def serves(scene: Scene, name: str, url: str, words: str = "") -> Result | None:
    """None when ``name`` itself answers ``url``, with ``words`` in the body if given."""
    page = scene.pages.get(url)
    if page == "silent":
        return silence(url)
    if page is None:
        return not_yet(
            tr("nobody answers on {url}.", url=url), tr("{name} runs: which port and address does its server listen on?", name=name)
        )
    if page.server != name:
        seen = tr("{url} is answered by {who}, not by {name}.", url=url, who=who(page.server), name=name)
        return not_yet(seen, tr("Two servers cannot hold one port. Who was first?"))
    if page.status != 200:
        seen = tr("{name} answers {url} with status {status}.", name=name, url=url, status=page.status)
        return not_yet(
            seen,
            tr("The page is there, and nginx may not read it.") if page.status == 403 else tr("Is the page where nginx looks for it?"),
        )
    if words and words not in page.body:
        seen = tr("{name} answers {url}, with other words: {text!r}.", name=name, url=url, text=first_line(page.body))
        return not_yet(seen, tr("The page must hold: {words}", words=words))
    return None


def who(server: str | None) -> str:
    if server == UNSEEN:
        return tr("an unseen server")
    return tr("container {name}", name=server) if server else tr("a server that is not one of these containers")


def silence(called: str) -> Result:
    """Of an address that neither answers nor refuses: what is in the way is not known, so none is named."""
    return not_yet(
        tr("{url} neither answers nor refuses.", url=called),
        tr("Either its server is busy, and a second check finds it done, or something takes the packets on their way."),
    )


def answers(scene: Scene, url: str, words: str, called: str = "") -> Result | None:
    """None when anybody answers ``url`` with ``words``: how it came about is not asked. ``called``: how to name the url."""
    page, called = scene.pages.get(url), called or url
    if page == "silent":
        return silence(called)
    if page is None:
        return not_yet(tr("nobody answers on {url}.", url=called), tr("A port is open only while some process listens on it."))
    if words in page.body:
        return None
    return not_yet(
        tr("{url} is answered by {who}, with other words: {text!r}.", url=called, who=who(page.server), text=first_line(page.body)),
        tr('It must say "{words}".', words=words),
    )


def places(scene: Scene, port: int) -> str:
    """Where a port of the host is open, such as ``127.0.0.1:8105``; "" where it is not."""
    return ", ".join(dict.fromkeys(one.place for one in scene.listeners if one.port == port))


def open_elsewhere(scene: Scene, name: str, port: int) -> Result | None:
    """None when nothing of ``name`` listens on ``port`` beyond 127.0.0.1.

    Its other ports count too where their owner can be seen; a hidden listener on this port counts as its own.
    """
    mine = scene.containers[name].id
    found = [
        one.place
        for one in scene.listeners
        if one.address != LOOPBACK and (one.container == mine or (one.port == port and one.pid is None))
    ]
    if not found:
        return None
    return not_yet(
        tr("{name} listens on {places} too.", name=name, places=", ".join(found)),
        tr("A `listen` line without an address means every address."),
    )


def ports_of(scene: Scene, container: ContainerFacts) -> str:
    """The ports of the host that a container is seen to listen on; "" for none, or where their owner is hidden."""
    return ", ".join(dict.fromkeys(str(one.port) for one in scene.listeners if one.container == container.id))
