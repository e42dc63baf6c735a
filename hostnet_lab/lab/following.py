"""Follows one tagged request of a lesson on one of the paths to a container. What is started for it is gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from ..core.drawings.journey import Followed
from ..core.drawings.stations import From, Path, Way, paths_of
from ..core.host.facts import ContainerFacts
from ..core.host.followed import Caught, Reason
from ..core.host.ownership import LOOK
from ..edges import counters
from ..edges.containers import described_again
from ..edges.engine import Engine
from ..experiments import disposable
from ..experiments.before_after import published
from ..experiments.engine_host import EngineHost
from ..experiments.following import caught
from ..experiments.stage import Stage
from .looking import Sight


class Following:
    """``labels``: a mark for what is started. ``own``: the lesson's own disposable host, where it has one."""

    def __init__(
        self,
        engine: Engine,
        its_host: EngineHost,
        sight: Sight,
        labels: Callable[[], Mapping[str, str]],
        own: Callable[[], Stage | None],
    ) -> None:
        self._engine, self._host, self._sight, self._labels, self._own = engine, its_host, sight, labels, own

    # -- paths --------------------------------------------------------------------------------------

    def paths(self, *names: str) -> tuple[Path, ...]:
        """Those to each container; from the client, to one on the lesson's own disposable host. None where the engine is elsewhere."""
        if not self._host.beside:
            return ()
        listed = {one.name: one for one in self._sight.listed()}
        here = [described_again(self._engine, listed[name]) for name in names if name in listed and listed[name].running]
        running = [one for one in here if one]
        listeners = self._sight.listeners() if any(one.in_host_mode for one in running) else []
        ground, _ = counters.ground(running, listeners)
        found = [path for one in running for path in paths_of(one, ground)]
        return (*found, *(path for name in names if name not in listed for path in self._from_its_client(name)))

    def _from_its_client(self, name: str) -> tuple[Path, ...]:
        facts = self._there(name)
        if facts is None or not facts.running:
            return ()
        open_ = [one.host_port for one in facts.published if not (one.address or "").startswith("127.")]
        ports = facts.exposed_ports if facts.in_host_mode else open_
        way: Way = "host remote" if facts.in_host_mode else "port remote"
        return tuple(Path(name, way, f"http://{disposable.HOST_ADDRESS}:{port}", ()) for port in list(ports)[:1])

    def _there(self, name: str) -> ContainerFacts | None:
        own = self._own()
        return own.facts(name) if own else None

    # -- one request --------------------------------------------------------------------------------

    def follow(self, container: str, sender: From | None = None) -> Followed:
        """The request on the path of that sender, or on the first. Raises OutOfTime where an ear neither listens nor is refused."""
        if not self._host.beside:
            return Followed(None, Caught(reason=Reason.ELSEWHERE))
        path = next((one for one in self.paths(container) if sender in (None, one.sender)), None)
        facts = self._there(container) or self._sight.container(container) if path else None
        if path is None or facts is None:
            return Followed(None, Caught(reason=Reason.NO_PATH))
        if self._there(container):
            return Followed(path, self._on_its_host(path, facts))
        if path.remote:
            return Followed(path, self._on_another_host(path, facts), like_it=True)
        with Stage(self._engine, self._looking()) as stage:
            return Followed(path, caught(stage, path.url, _ports(path, facts), _inside(facts)))

    def _looking(self) -> dict[str, str]:
        return {**self._labels(), LOOK: "1"}

    def _on_its_host(self, path: Path, facts: ContainerFacts) -> Caught:
        own = self._own()
        assert own
        with Stage(own.engine, self._looking(), own.prefix, own.endpoint) as stage:
            return caught(stage, path.url, _ports(path, facts), _inside(facts), disposable.client_prefix(own))

    def _on_another_host(self, path: Path, facts: ContainerFacts) -> Caught:
        """A client in the network takes a host of its own, with a server like this one: in host mode, or published, on the same port."""
        if why := disposable.missing():
            return Caught(reason=Reason.NO_HOST, said=why)
        port = urlsplit(path.url).port or 80
        url = f"http://{disposable.HOST_ADDRESS}:{port}"
        with disposable.disposable(self._engine, self._looking()) as stage:
            client = disposable.client_prefix(stage)
            if facts.in_host_mode:
                stage.nginx(port=port)
                return caught(stage, url, {port}, sender=client)
            return caught(stage, url, {port, 80}, published(stage, port), client)


def _inside(facts: ContainerFacts) -> str:
    return "" if facts.in_host_mode else facts.name


def _ports(path: Path, facts: ContainerFacts) -> set[int]:
    """The one that is asked, and those of the container that it may lead to."""
    asked = urlsplit(path.url).port or 80
    return {asked, *(one.container_port for one in facts.published if one.host_port == asked)}
