"""Looks that several judges share. Each returns None when all is well, else a result that names what it saw."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from ....words import tr
from ...host.facts import ContainerFacts, home_of
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
    if container.status == "created" and container.error:
        error = ": ".join(container.error.split(": ")[-3:])[-90:]  # what is wrong stands at the end
        seen = tr("{name} was created, and the engine could not start it: {error}.", name=name, error=error)
        return not_yet(seen, tr("The engine refused it at once, so that there is no log. What is in its way?"))
    if container.status == "created":
        return not_yet(tr("{name} was created, and never started.", name=name), tr("Creating and starting are two steps."))
    if container.status == "paused":
        return not_yet(tr("{name} is paused.", name=name), tr("A paused container keeps its port, and answers nobody until it goes on."))
    if container.status == "restarting":
        seen = tr("{name} ends, and is started again, over and over; last with exit code {code}.", name=name, code=container.exit_code)
        return not_yet(seen, tr("A restart repeats what went wrong. Read its log: what does {name} say last?", name=name))
    if not container.running:
        seen = tr("{name} is {status}, exit code {code}.", name=name, status=container.status, code=container.exit_code)
        return not_yet(seen, tr("Read its log: what does {name} say last?", name=name))
    return None


def cut_off(scene: Scene, name: str) -> Result | None:
    """None when ``name`` runs, and has more of a network than its own loopback."""
    missing = runs(scene, name)
    if missing or scene.containers[name].network_mode != "none":
        return missing
    return not_yet(
        tr("{name} runs without any network.", name=name), tr("It has a loopback of its own, and no way out. Which network has one?")
    )


def on_host(scene: Scene, name: str) -> bool:
    """True in host mode, joined to a container that is, or seen to listen there, whoever it once joined."""
    container = scene.containers[name]
    listens = any(one.container == container.id for one in scene.listeners)
    return listens or home_of(container, scene.containers.values()).in_host_mode


def mode(scene: Scene, name: str) -> str:
    """What its network mode is called, in words: whose network it joined, where it did."""
    container = scene.containers[name]
    home = home_of(container, scene.containers.values())
    if home is not container:
        return tr("the network of {name}", name=home.name[:60])
    gone = container.network_mode.startswith("container:")
    return tr("the network of a container that is gone") if gone else tr("{mode} mode", mode=container.network_mode[:60])


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
    if on_host(scene, name):
        return None
    if container.network_mode.startswith("container:"):
        seen = tr("{name} runs, in {network}, which is not the host's.", name=name, network=mode(scene, name))
        return not_yet(seen, tr("A container may join the network of another. Whose network has that other one?"))
    its_mode = container.network_mode
    return not_yet(
        tr("{name} runs, but in {mode} mode: its address is {address}.", name=name, mode=its_mode, address=container.addresses[0])
        if container.addresses
        else tr("{name} runs, but in {mode} mode.", name=name, mode=its_mode),
        tr("A container in host mode has no address of its own. The mode is chosen when it is created."),
    )


def serves(scene: Scene, name: str, url: str, words: str = "") -> Result | None:
    """None when ``name`` itself answers ``url``, with ``words`` in the body if given."""
    page = scene.pages.get(url)
    if page == "silent":
        return silence(url)
    if page is None:
        listens = tr("{name} runs: which port and address does its server listen on?", name=name)
        return not_yet(tr("nobody answers on {url}.", url=url), deaf(scene, name) or listens)
    if page.server != name:
        seen = tr("{url} is answered by {who}, not by {name}.", url=url, who=who(page.server), name=name)
        return not_yet(seen, deaf(scene, name) or tr("Two servers cannot hold one address and port. Who was first?"))
    port = urlsplit(url).port or 80
    if not holds(scene, name, port):
        seen = tr(
            "{name} answers {url}, and it is not {name} that listens on port {port}: something passes it on.", name=name, url=url, port=port
        )
        return not_yet(seen, tr("Who listens there? It is {name} itself that must.", name=name))
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


def holds(scene: Scene, name: str, port: int) -> bool:
    """True where ``name`` may be who listens on a port of the host: its own listener, one whose owner is hidden, or none is seen at all."""
    mine = scene.containers[name].id
    return not scene.listeners or any(
        one.port == port and (one.container == mine or (one.pid is None and one.container is None)) for one in scene.listeners
    )


def deaf(scene: Scene, name: str) -> str:
    """What to say where it is seen that nothing in ``name``, a container on the host, listens there; else ""."""
    mine = scene.containers[name].id
    if any(one.container == mine or not (one.pid or one.container) for one in scene.listeners):
        return ""
    return tr("No process of {name} listens: either it could not have its port, or it never asked for one. Its log tells which.", name=name)


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


def answers(scene: Scene, url: str, words: str, called: str = "", by: str = "") -> Result | None:
    """None when ``url`` is answered with ``words``, and it was ``by`` who was asked in the end: by which way is no matter.

    ``called``: how to name the url.
    """
    page, called = scene.pages.get(url), called or url
    if page == "silent":
        return silence(called)
    if page is None:
        return not_yet(tr("nobody answers on {url}.", url=called), tr("A port is open only while some process listens on it."))
    if words in page.body and by not in ("", page.server):
        seen = tr("{url} is answered by {who}, not by {name}.", url=called, who=who(page.server), name=by)
        return not_yet(seen, tr("The answer must come from {name}, directly or through another server.", name=by))
    if page.status != 200:
        seen = tr("{url} is answered by {who}, with status {status}.", url=called, who=who(page.server), status=page.status)
        return not_yet(seen, tr("Is the page where that server looks for it?"))
    if words in page.body:
        return None
    return not_yet(
        tr("{url} is answered by {who}, with other words: {text!r}.", url=called, who=who(page.server), text=first_line(page.body)),
        tr('It must say "{words}".', words=words),
    )


def behind_a_bridge(scene: Scene, name: str, port: int, silent: Result) -> Result:
    """What is in the way of a server that is not on the host, while nobody answers on a port there."""
    published = home_of(scene.containers[name], scene.containers.values()).published
    inner = ", ".join(dict.fromkeys(str(one.container_port) for one in published if one.host_port == port))
    if inner:
        return not_yet(
            silent.seen,
            tr("Port {port} leads to port {inner} of {name}. Who listens there, and at which address?", port=port, inner=inner, name=name),
        )
    ports = ", ".join(dict.fromkeys(str(one.host_port) for one in published))
    seen = (
        tr("{name} runs in {mode}, with published ports: {ports}.", name=name, mode=mode(scene, name), ports=ports)
        if ports
        else tr("{name} runs in {mode}, with published ports: none.", name=name, mode=mode(scene, name))
    )
    return not_yet(seen, tr("Which port do the readers ask for?"))


def places(scene: Scene, port: int) -> str:
    """Where a port of the host is open, such as ``127.0.0.1:8105``; "" where it is not."""
    return ", ".join(dict.fromkeys(one.place for one in scene.listeners if one.port == port))


def open_elsewhere(scene: Scene, name: str, port: int) -> Result | None:
    """None when nothing of ``name`` listens but at 127.0.0.1 on ``port``.

    Its other ports count where their owner can be seen; a hidden listener on this port counts as its own.
    """
    mine = scene.containers[name].id
    found = [
        one.place
        for one in scene.listeners
        if (one.address, one.port) != (LOOPBACK, port) and (one.container == mine or (one.port == port and one.pid is None))
    ]
    if not found:
        return None
    every = any(place.startswith(("0.0.0.0:", "[::]:")) for place in found)
    return not_yet(
        tr("{name} listens on {places} too.", name=name, places=", ".join(found)),
        tr("A `listen` line without an address means every address.") if every else tr("One server may have several `listen` lines."),
    )


def ports_of(scene: Scene, container: ContainerFacts) -> str:
    """The ports of the host that a container is seen to listen on; "" for none, or where their owner is hidden."""
    return ", ".join(dict.fromkeys(str(one.port) for one in scene.listeners if one.container == container.id))
