"""Who holds a port, and what will come of a request."""

from __future__ import annotations

from hostnet_lab.core.host.commands import Publish, RunRequest
from hostnet_lab.core.host.facts import ContainerFacts, Listener
from hostnet_lab.core.host.ports import foresee, holder, owner


def container(name: str, mode: str = "host", status: str = "running", published: tuple[Publish, ...] = ()) -> ContainerFacts:
    return ContainerFacts(f"id-{name}", name, "nginx", mode, status, 0, 1, (), "", published, published, ())


EVERYWHERE = Listener(80, "0.0.0.0", 1, 42, "apache2")
LOOPBACK = Listener(80, "127.0.0.1", 2, 42, "apache2")


def test_a_listener_on_every_address_keeps_any_address_from_being_bound() -> None:
    assert holder([EVERYWHERE], 80, "192.0.2.1") == EVERYWHERE


def test_a_listener_on_one_address_leaves_the_others_free() -> None:
    assert holder([LOOPBACK], 80, "192.0.2.1") is None
    assert holder([LOOPBACK], 80) == LOOPBACK


def test_the_owner_is_named_container_first() -> None:
    mine = Listener(80, "0.0.0.0", 1, 42, "nginx", "id-webserver")
    assert str(owner(mine, [container("webserver")])) == "container webserver"
    published = container("db", "bridge", published=(Publish(80, 80),))
    assert str(owner(EVERYWHERE, [published])) == "container db, published"
    assert str(owner(EVERYWHERE)) == "process apache2 (pid 42)"
    assert "root" in str(owner(Listener(80, "0.0.0.0")))


def test_host_mode_answers_on_the_servers_own_port_and_discards_published_ones() -> None:
    kinds = [one.kind for one in foresee(RunRequest(publish=(Publish(8080, 80),)), [], [])]
    assert kinds == ["discarded", "answers"]


def test_a_taken_port_in_host_mode_is_said_to_fail_late_and_names_the_owner() -> None:
    (taken,) = foresee(RunRequest(), [EVERYWHERE], [])
    assert taken.blocks and "apache2" in taken.sentence and "later" in taken.sentence


def test_a_taken_published_port_is_said_to_fail_at_once() -> None:
    (taken,) = foresee(RunRequest(network="bridge", publish=(Publish(80, 80),)), [EVERYWHERE], [])
    assert taken.blocks and "at once" in taken.sentence


def test_a_taken_name_is_said_first_whatever_its_state() -> None:
    first = foresee(RunRequest(), [], [container("webserver", status="exited")])[0]
    assert first.kind == "taken" and "exited" in first.sentence


def test_a_bridge_without_a_published_port_is_reached_by_no_port_of_the_host() -> None:
    assert [one.kind for one in foresee(RunRequest(network="bridge"), [], [])] == ["unreachable"]
