"""The exercises: what each one asks for, what its check looks at, and how it judges.

A judge is pure: the scene (what the engine and the host show) goes in, a result comes out. It accepts every way
of doing the task and names what it saw when the task is not done yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .facts import ContainerFacts, Listener


@dataclass(frozen=True)
class Page:
    """What one address answered, and which container's log proves to have served it."""

    status: int
    body: str
    server: str | None = None


@dataclass(frozen=True)
class Scene:
    """All that a check may look at. ``pages``: url -> answer or None; ``outputs``: (container, command) -> text."""

    containers: Mapping[str, ContainerFacts] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    pages: Mapping[str, Page | None] = field(default_factory=dict)
    outputs: Mapping[tuple[str, ...], tuple[int, str]] = field(default_factory=dict)
    given: Any = None  # the learner's answer, where the task asks for one


@dataclass(frozen=True)
class Result:
    state: Literal["passed", "not yet", "cannot pass"]
    seen: str  # what the check found
    hint: str = ""  # the next thing to look at; never the command to paste

    @property
    def passed(self) -> bool:
        return self.state == "passed"

    def __str__(self) -> str:
        words = {"passed": "Passed", "not yet": "Not yet", "cannot pass": "Cannot pass any more"}[self.state]
        return f"{words}: {self.seen}" + (f"\nHint: {self.hint}" if self.hint else "")

    __repr__ = __str__


def passed(seen: str) -> Result:
    return Result("passed", seen)


def not_yet(seen: str, hint: str) -> Result:
    return Result("not yet", seen, hint)


Judge = Callable[[Scene], Result]


@dataclass(frozen=True)
class Exercise:
    """``urls``: addresses to knock at. ``commands``: run inside a container, its name first."""

    id: str
    task: str
    judge: Judge
    urls: tuple[str, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()


def _host_mode(scene: Scene, name: str) -> Result | None:
    """None when ``name`` runs in host mode; else what is in the way, with a hint that has looked."""
    container = scene.containers.get(name)
    if container is None:
        return not_yet(f"there is no container called {name}.", "Look at `docker ps -a`: which names are there?")
    if container.status == "created":
        return not_yet(f"{name} was created, and never started.", "Creating and starting are two steps.")
    if not container.running:
        return not_yet(f"{name} is {container.status}, exit code {container.exit_code}.", f"Read its log: what does {name} say last?")
    if not container.in_host_mode:
        address = f": its address is {container.addresses[0]}" if container.addresses else ""
        return not_yet(
            f"{name} runs, but in {container.network_mode} mode{address}.",
            "A container in host mode has no address of its own. The mode is chosen when it is created.",
        )
    return None


def _serves(scene: Scene, name: str, url: str, words: str = "") -> Result | None:
    """None when ``name`` itself answers ``url``, with ``words`` in the body if given."""
    page = scene.pages.get(url)
    if page is None:
        return not_yet(f"nobody answers on {url}.", f"{name} runs: which port and address does its server listen on?")
    if page.server != name:
        who = f"container {page.server}" if page.server else "a server that is not one of these containers"
        return not_yet(f"{url} is answered by {who}, not by {name}.", "Two servers cannot hold one port. Who was first?")
    if page.status != 200:
        return not_yet(f"{name} answers {url} with status {page.status}.", "Is the page where nginx looks for it?")
    if words and words not in page.body:
        return not_yet(f"{name} answers {url}, with other words: {_first_line(page.body)!r}.", f"The page must hold: {words}")
    return None


def _open_elsewhere(scene: Scene, name: str, port: int) -> Result | None:
    """None when nothing of ``name`` listens on ``port`` beyond 127.0.0.1.

    Its other ports count too where their owner can be seen; a hidden listener on this port counts as its own.
    """
    mine = scene.containers[name].id
    places = [
        one.place
        for one in scene.listeners
        if one.address != "127.0.0.1" and (one.container == mine or (one.port == port and one.pid is None))
    ]
    if not places:
        return None
    return not_yet(f"{name} listens on {', '.join(places)} too.", "A `listen` line without an address means every address.")


def _first_line(body: str) -> str:
    return body.strip().splitlines()[0][:60] if body.strip() else ""


def _front_door(scene: Scene) -> Result:
    return (
        _host_mode(scene, "front-door")
        or _serves(scene, "front-door", "http://localhost/")
        or passed("front-door shares the host's network, and it is front-door that answers on http://localhost.")
    )


def _own_words(scene: Scene) -> Result:
    url = "http://localhost/exercise.html"
    return (
        _host_mode(scene, "webserver")
        or _serves(scene, "webserver", url, "I am on the host")
        or passed(f"webserver answers {url} with your words.")
    )


def _no_detour(scene: Scene) -> Result:
    published = scene.containers.get("direct")
    if published and published.running and published.published:
        return not_yet(
            f"direct is published on port {published.published[0].host_port}: a docker-proxy process is in its path.",
            "Which mode needs neither an address translation nor a proxy?",
        )
    return (
        _host_mode(scene, "direct")
        or _serves(scene, "direct", "http://localhost:8081/")
        or passed("direct answers on port 8081 with nothing between the client and its socket.")
    )


CALL = ("caller", "curl", "-s", "--max-time", "2", "http://host.docker.internal:8082/")


def _call_the_host(scene: Scene) -> Result:
    caller = scene.containers.get("caller")
    if caller is None or not caller.running:
        return not_yet("no container called caller runs.", "It must keep running, so that the check can call from it.")
    if caller.in_host_mode:
        return not_yet("caller is in host mode itself.", "The task is to cross over from a bridge network.")
    service = _host_mode(scene, "service")
    if service:
        return service
    code, text = scene.outputs.get(CALL, (1, ""))
    if code == 6:  # curl: could not resolve host
        return not_yet("caller does not know the name host.docker.internal.", "A name can be added to a container when it is created.")
    if code != 0 or "hello from service" not in text:
        seen = f"curl in caller gave exit code {code}" + (f" and {_first_line(text)!r}" if text else "")
        return not_yet(f"{seen}.", "Does the service listen on more than 127.0.0.1? To which address does the name lead?")
    return passed("caller, on a bridge, was answered by the service in host mode.")


def _one_address(scene: Scene) -> Result:
    return (
        _host_mode(scene, "private")
        or _serves(scene, "private", "http://127.0.0.1:8083/")
        or _open_elsewhere(scene, "private", 8083)
        or passed("private answers on 127.0.0.1:8083, and on no other address of the host.")
    )


def _second_place(scene: Scene) -> Result:
    first = _host_mode(scene, "first") or _serves(scene, "first", "http://localhost:8084/")
    if first:
        return first if first.state == "cannot pass" else not_yet(first.seen, "The first server must keep its port 8084.")
    second = _host_mode(scene, "second")
    if second:
        return second
    return _serves(scene, "second", "http://localhost:8085/") or passed(
        "both run side by side in the host's namespace: first on 8084, second on 8085."
    )


LISTEN_IN = ("guarded", "perl", "-e", 'socket(my $s, 17, 3, 0x300) or die "$!\\n"; print "open\\n"')


def _guarded(scene: Scene) -> Result:
    missing = _host_mode(scene, "guarded") or _serves(scene, "guarded", "http://localhost:8086/")
    if missing:
        return missing
    code, text = scene.outputs.get(LISTEN_IN, (0, ""))
    if code == 0:
        return not_yet("guarded can still open a packet socket, and read the host's traffic.", "Which capability allows that?")
    if "not permitted" not in text:
        return not_yet(f"the attempt to listen in ended otherwise: {_first_line(text)!r}.", "Was the container built on the image nginx?")
    return passed("guarded answers on port 8086, and the kernel refuses it a packet socket.")


NAMES = ("ant", "bee", "fly")


def _who_shares(scene: Scene) -> Result:
    there = [name for name in NAMES if name in scene.containers]
    if len(there) < len(NAMES):
        lost = ", ".join(name for name in NAMES if name not in there)
        way_back = "Open the lesson again with its first code cell, and run the cell that starts the three."
        return Result("cannot pass", f"gone: {lost}. The question has no answer now.", way_back)
    if not isinstance(scene.given, (set, frozenset, list, tuple)) or not all(isinstance(one, str) for one in scene.given):
        return not_yet(f"the answer is {repr(scene.given)[:60]}.", "It must be a set of names, such as {'ant', 'bee'}.")
    truth = {name for name in NAMES if scene.containers[name].in_host_mode}
    wrong, missing = set(scene.given) - truth, truth - set(scene.given)
    if wrong or missing:
        seen = f"{len(truth & set(scene.given))} of {len(truth)} found, and {len(wrong)} named that should not be."
        return not_yet(seen, "The name of a container and its image say nothing. Ask for the network mode of each.")
    return passed("every container in host mode is named, and no other.")


def _only_yours(scene: Scene) -> Result:
    neighbour = scene.containers.get("neighbour")
    if neighbour is None:
        way_back = "Open the lesson again with its first code cell, and run the cell that starts the three."
        return Result("cannot pass", "neighbour is gone: it was not yours to remove.", way_back)
    left = [name for name in ("stage-left", "stage-right") if name in scene.containers]
    if left:
        states = ", ".join(f"{name} ({scene.containers[name].status})" for name in left)
        return not_yet(f"still there: {states}.", "Stopping keeps a container; its name stays taken until it is removed.")
    if not neighbour.running:
        return not_yet(f"neighbour is {neighbour.status}; it was to be left alone.", "It can be started again.")
    return passed("both stages are gone, and neighbour was left running.")


def _switched(scene: Scene) -> Result:
    return (
        _host_mode(scene, "switched")
        or _serves(scene, "switched", "http://localhost:8087/")
        or passed("switched is in host mode now, under its old name, on port 8087.")
    )


LISTEN_IN_CAPSTONE = ("capstone", *LISTEN_IN[1:])


def _capstone(scene: Scene) -> Result:
    missing = (
        _host_mode(scene, "capstone")
        or _serves(scene, "capstone", "http://127.0.0.1:8090/", "proved by a run")
        or _open_elsewhere(scene, "capstone", 8090)
    )
    if missing:
        return missing
    if scene.outputs.get(LISTEN_IN_CAPSTONE, (0, ""))[0] == 0:
        return not_yet("capstone can open a packet socket.", "The specification says: it cannot read the host's traffic.")
    if not scene.containers["capstone"].finished_at:
        return not_yet(
            "capstone has met every other point since it was first started; it was never restarted.",
            "The last point is on what comes after an end: what you set up inside must be there again.",
        )
    return passed("capstone meets all five points of its specification.")


EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise(
            "01-front-door",
            "Start a container named front-door from nginx, in host mode, so that it answers on http://localhost.",
            _front_door,
            ("http://localhost/",),
        ),
        Exercise(
            "02-own-words",
            "Make webserver answer http://localhost/exercise.html with the words: I am on the host",
            _own_words,
            ("http://localhost/exercise.html",),
        ),
        Exercise(
            "03a-no-detour",
            "Start nginx as direct so that http://localhost:8081 reaches it with neither NAT nor docker-proxy in the path.",
            _no_detour,
            ("http://localhost:8081/",),
        ),
        Exercise(
            "03b-call-the-host",
            "From caller, a container on the default bridge, reach service on http://host.docker.internal:8082.",
            _call_the_host,
            commands=(CALL,),
        ),
        Exercise(
            "03c-one-address",
            "Start nginx in host mode as private: it answers on 127.0.0.1:8083 and on no other address.",
            _one_address,
            ("http://127.0.0.1:8083/",),
        ),
        Exercise(
            "03d-second-place",
            "first holds port 8084. Get second, also in host mode, to run beside it on port 8085.",
            _second_place,
            ("http://localhost:8084/", "http://localhost:8085/"),
        ),
        Exercise(
            "03e-guarded",
            "Start nginx in host mode as guarded, on port 8086, so that it cannot read the host's traffic.",
            _guarded,
            ("http://localhost:8086/",),
            (LISTEN_IN,),
        ),
        Exercise("04-who-shares", "Which of ant, bee and fly share the host's network?", _who_shares),
        Exercise("05-only-yours", "Remove stage-left and stage-right, and leave neighbour running.", _only_yours),
        Exercise(
            "06-switched",
            "switched runs on a bridge. Get a container of that name into host mode, answering on port 8087.",
            _switched,
            ("http://localhost:8087/",),
        ),
        Exercise(
            "07-capstone",
            "capstone: host mode; only 127.0.0.1:8090 answers; the page says: proved by a run; "
            "it cannot read the host's traffic; all of that still holds after a restart.",
            _capstone,
            ("http://127.0.0.1:8090/",),
            (LISTEN_IN_CAPSTONE,),
        ),
    )
}
