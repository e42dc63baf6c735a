"""One look over all containers of an engine, strangers' too. No single one of them can break it, or hold back its answer.

It changes nothing. What the engine refuses to tell of one container is left at what its list tells; one that is gone is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..core.errors import EngineUnavailable, LabError, OutOfTime
from ..core.host.facts import ContainerFacts, Json, read_container, read_listed
from ..core.host.ownership import LOOK, read_mark
from ..core.host.quirks import is_build_step
from .engine import Engine

LEAVING = ("removing", "dead")  # states in which `docker inspect` waits, or fails


def described(engine: Engine) -> list[ContainerFacts]:
    """Facts of every container, by ``docker inspect`` where it answers."""
    return [facts for entry in _shown(engine) if (facts := _described(engine, entry))]


def listed(engine: Engine) -> list[ContainerFacts]:
    """The same by the engine's list alone: one call, which waits for no container that is being started or removed.

    Process ids, rights and what was asked for are not in it. Where an engine's list does not tell the network mode,
    that container is inspected.
    """
    seen = ((entry, read_listed(entry)) for entry in _shown(engine))
    return [facts for entry, one in seen if (facts := one if one.network_mode else _described(engine, entry))]


def _shown(engine: Engine) -> list[Json]:
    return [entry for entry in engine.containers() if LOOK not in (entry.get("Labels") or {})]


def described_again(engine: Engine, listed: ContainerFacts) -> ContainerFacts:
    """More of one container; what its listed facts tell where it is gone or the engine refuses."""
    try:
        found = engine.inspect(listed.id)
        return read_container(found) if found else listed
    except EngineUnavailable:
        raise
    except (LabError, ValueError, TypeError, AttributeError):
        return listed


def builds(engine: Engine, container: str) -> bool:
    """True while the engine carries out a step of an image's build in it; False where the engine tells nothing of it."""
    try:
        return is_build_step(engine.inspect(container) or {})
    except EngineUnavailable:
        raise
    except (LabError, ValueError, TypeError, AttributeError):
        return False


def log_of(engine: Engine, container: str, tail: int) -> str:
    """The last lines of a log; "" where the engine gives none: with --log-driver none, or while the container is removed.

    Raises OutOfTime where the engine does not answer: what is in the log is then not known.
    """
    try:
        return engine.logs(container, tail)
    except (EngineUnavailable, OutOfTime):
        raise
    except LabError:
        return ""


def running(engine: Engine) -> Iterator[ContainerFacts]:
    """Those that may answer a request, this lab's before strangers'."""
    found = [one for one in map(read_listed, engine.containers()) if one.status == "running"]
    yield from sorted(found, key=lambda one: read_mark(one.labels) is None)


def _described(engine: Engine, entry: Json) -> ContainerFacts | None:
    """None for one that is gone."""
    if entry.get("State") not in LEAVING:
        try:
            found = engine.inspect(str(entry["Id"]))
            return read_container(found) if found else None
        except EngineUnavailable:
            raise
        except (LabError, ValueError, TypeError, AttributeError):  # refused, or not of the API's form
            pass
    return read_listed(entry)
