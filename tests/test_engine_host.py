"""The engine's own host: whether it is the reader's, and what is told of it where it is another one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import missing
from hostnet_lab.core.host.facts import Interface
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments import disposable, engine_host, where
from hostnet_lab.experiments.engine_host import EngineHost, read_sight
from hostnet_lab.experiments.servers import start_nginx
from hostnet_lab.experiments.stage import Stage
from hostnet_lab.lab import Lab

from .strangers import seen_by_doctor

SEEN = (Path(__file__).parent / "observations" / "engine-host.txt").read_text()  # as a virtual machine of Debian 13 said it
LABELS = Mark(os.getuid(), "test", host.this_process()).labels()
PORT = 8731


def test_a_look_tells_kernel_namespace_interfaces_and_listeners() -> None:
    sight = read_sight(SEEN)
    assert sight.boot_id == "7989dbba-1a67-4eb6-8548-7a7860688a08" and sight.facts.namespace == "net:[4026531840]"
    assert Interface("enp0s1", ("10.0.2.15",), True) in sight.facts.interfaces and sight.address == "10.0.2.15"
    assert Interface("docker0", ("172.17.0.1",), True) in sight.facts.interfaces
    listening = {(one.port, one.address) for one in sight.facts.listeners}
    assert listening == {
        (22, "0.0.0.0"),
        (22, "::"),
        (32969, "127.0.0.1"),
        (34415, "0.0.0.0"),
    }
    assert not any(one.pid or one.process or one.container for one in sight.facts.listeners)


@pytest.mark.parametrize("text", ["", "boot\nnamespace\nlink\n", "link eth0\n\x00\xff", "sh: perl: not found", "default eth0\nboot a b"])
def test_what_could_not_be_read_is_unknown_and_never_ours(text: str) -> None:
    sight = read_sight(text)
    assert sight.boot_id == "" and sight.facts.listeners == () and sight.address is None


# -- an engine whose host is another namespace of this kernel ------------------------------------------


@pytest.fixture(scope="module")
def away(request: pytest.FixtureRequest) -> Iterator[Stage]:
    why = disposable.missing()
    if why:
        missing(why)
    with disposable.disposable(Engine.connect(), LABELS) as stage:
        yield stage


@pytest.mark.engine
def test_the_host_of_our_own_engine_is_this_one(engine: Engine) -> None:
    ours = EngineHost(engine, LABELS)
    assert ours.beside == (ours.place == "same namespace") and ours.same_kernel
    if ours.beside:
        assert ours.places() == host.places() and ours.address() == host.own_address()


@pytest.mark.engine
def test_of_another_host_nothing_is_asked_of_this_one(engine: Engine, away: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with Stage(away.engine, LABELS, away.prefix, away.endpoint) as stage:
        start_nginx(stage, str(PORT))
        there = EngineHost(away.engine, LABELS)
        assert there.same_kernel and not there.beside
        for name in ("listeners", "places", "facts", "own_address", "interfaces", "addresses"):
            monkeypatch.setattr(host, name, lambda *_, name=name: pytest.fail(f"{name} of this machine was asked"))
        assert PORT in {one.port for one in there.listeners()} and there.listeners([PORT + 1]) == []
        assert there.address() == disposable.HOST_ADDRESS and there.places() == frozenset()
        assert disposable.HOST_ADDRESS in {address for one in there.facts().interfaces for address in one.addresses}


@pytest.mark.engine
def test_a_lab_names_who_holds_a_port_there_and_not_who_holds_it_here(engine: Engine, away: Stage) -> None:
    lab = Lab("02", engine=away.engine, quiet=True, ports=())
    try:
        with Stage(away.engine, lab.labels, away.prefix, away.endpoint) as stage:
            name = start_nginx(stage, str(PORT))
            stage.settled(f"http://127.0.0.1:{PORT}/", name)
            assert lab.holder(PORT) == f"container {name}"  # ours: looked up from inside
    finally:
        lab.clean()


@pytest.mark.engine
def test_under_another_kernel_no_disposable_host_stands_for_the_engines(
    engine: Engine, away: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, "my_kernel", lambda: "darwin")
    lab = Lab("06", engine=engine, quiet=True, ports=(), names=())
    try:
        assert not lab.host.same_kernel and not lab.host.beside
        assert "another kernel" in lab.disposable().why
    finally:
        lab.clean()


@pytest.mark.engine
def test_doctor_looks_for_port_80_where_the_engine_is(engine: Engine, away: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_host, "names_this_machine", lambda _: False)  # as an engine elsewhere says by itself
    with Stage(away.engine, LABELS, away.prefix, away.endpoint) as stage:
        name = start_nginx(stage, "80")
        stage.inside(name, "curl", "-s", "--retry", "20", "--retry-connrefused", "http://127.0.0.1/")
        found = seen_by_doctor(away.engine, EngineHost(away.engine, LABELS))["port 80"]
        assert found.state == "in the way" and "cannot be seen from here" in found.owner
    assert seen_by_doctor(away.engine, EngineHost(away.engine, LABELS))["port 80"].state == "ok"
