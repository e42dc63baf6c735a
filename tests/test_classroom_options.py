"""A class as a careful teacher starts it: a roster, encrypted, on addresses of their choice, ready before anybody comes."""

from __future__ import annotations

import os
import shlex
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from ipaddress import IPv4Network, ip_address

import pytest
import requests

from benchmarks.class_learner import Learner, Refused
from conftest import engine_or_reason, missing
from hostnet_lab.classroom import bounds, disks, hosts, hub_api, parts, settings
from hostnet_lab.classroom.settings import LABEL, Settings
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.probe import wait_until

from . import breakout
from .test_classroom_through_the_hub import ASK, CHECKOUT, SOCKETS, done, in_container, lab, own_page, rules, serve

pytestmark = pytest.mark.engine
NAMES = ("Ada Lovelace", "bob")
ADA = "ada lovelace"
NETWORK = IPv4Network("10.201.16.0/20")
PASSWORD = "careful-class"
BUDGET_S = 120.0


@pytest.fixture(scope="module")
def engine() -> Engine:
    found = engine_or_reason()
    if isinstance(found, str):
        missing(found)
    assert isinstance(found, Engine)
    return found


@pytest.fixture(scope="module")
def started(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, subprocess.CompletedProcess[str]]]:
    """The class, and what was said at its start."""
    if why := disks.why_not():
        missing(why)
    folder = tmp_path_factory.mktemp("careful") / "class"
    roster = folder.parent / "roster.txt"
    roster.write_text("\n".join(["# of today", *NAMES, ""]))
    wishes = {"--port": "18100", "--roster": str(roster), "--password": PASSWORD, "--subnet": str(NETWORK)}
    limits = {"--memory": "900", "--processes": "500", "--disk": "32"}
    words = [word for pair in {**wishes, **limits}.items() for word in pair]
    done = lab(folder, *words, "--tls", "--ahead")
    found = settings.read(folder)
    try:
        assert found and done.returncode == 0, done.stderr
        yield found, done
    finally:
        removed = lab(folder, "remove", "--yes")
        assert removed.returncode == 0, removed.stderr
        assert not engine.containers(f"{LABEL}={folder}") and not disks.mounted_below(folder) and not folder.exists()
        assert found and not rules(found) and not list(bounds.GROUPS.glob(f"*/{found.prefix}-*"))


@pytest.fixture(scope="module")
def room(started: tuple[Settings, subprocess.CompletedProcess[str]]) -> Settings:
    return started[0]


def runs(found: Settings, name: str) -> bool:
    servers = hub_api.ask(found, found.secrets.control, "GET", hub_api.user_path(name)).get("servers") or {}
    return bool(servers.get("", {}).get("ready"))


def test_the_lab_hosts_of_a_roster_are_up_before_anybody_logs_in(room: Settings) -> None:
    assert room.names == (ADA, "bob") and room.learners == 2
    for name in room.names:
        wait_until(lambda name=name: runs(room, name), BUDGET_S, f"the lab host of {name}", pause_s=0.2)  # type: ignore[misc]


def test_the_class_is_encrypted_with_the_certificate_whose_fingerprint_was_said(
    started: tuple[Settings, subprocess.CompletedProcess[str]],
) -> None:
    room, done = started
    made = room.folder / "tls.crt"
    fingerprint = sha256(ssl.PEM_cert_to_DER_cert(made.read_text("ascii"))).digest().hex(":").upper()
    assert room.address.startswith("https://") and fingerprint in done.stderr
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{room.address}hub/login", verify=str(made), timeout=limit_s(BUDGET_S)).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            session.get(room.address, timeout=limit_s(BUDGET_S))
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get(room.address.replace("https:", "http:"), timeout=limit_s(BUDGET_S))


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")  # as a learner who has clicked the browser's warning away
def test_only_names_of_the_roster_get_in_however_they_are_typed(room: Settings) -> None:
    with Learner(room.address, "carol", PASSWORD, BUDGET_S) as stranger, pytest.raises(Refused):
        stranger.log_in()
    with Learner(room.address, ADA, PASSWORD, BUDGET_S) as ada:
        ada.log_in()


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_rootless_lab_host_has_no_added_right_its_own_port_80_and_an_address_of_the_subnet(engine: Engine, room: Settings) -> None:
    with Learner(room.address, ADA, PASSWORD, BUDGET_S) as ada:
        ada.log_in()
        ada.start()
        with ada.kernel() as kernel:
            serve(kernel, "the page of ada")
            assert own_page(kernel) == "0: the page of ada"
    found = engine.inspect(hosts.own_name(room, ADA))
    assert found and not found["HostConfig"]["CapAdd"] and not found["HostConfig"]["Privileged"]
    addresses = {one["IPAddress"] for one in found["NetworkSettings"]["Networks"].values()}
    assert addresses and all(ip_address(one) in NETWORK for one in addresses)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_with_all_rights_in_the_default_flavour_nothing_is_taken(room: Settings) -> None:
    bobs = room.mount("bob").stat().st_dev
    attack = breakout.script(room.limits.memory_mib, room.limits.processes, (os.major(bobs), os.minor(bobs)))
    rights = ("--privileged", "--network", "host", "--pid", "host", "-v", "/:/host")
    lesser = ("--cap-add", "ALL", "--security-opt", "seccomp=unconfined", *rights[1:])  # where cgroups refuse the rest
    with Learner(room.address, ADA, PASSWORD, BUDGET_S) as ada:
        ada.log_in()
        ada.start()
        with ada.kernel() as kernel:
            for options in (rights, lesser):
                said = in_container(kernel, f"chroot /host sh -c {shlex.quote(attack)}", *options)
                assert [line for line in said.split("\n") if line.endswith(" taken")] in ([], ["0: a little taken"]), said
            assert done(said).startswith("a little taken") and said.count(" held") == 6


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_with_all_rights_in_the_default_flavour_nothing_of_the_others_or_the_servers_answers(engine: Engine, room: Settings) -> None:
    rights = ("--cap-add", "ALL", "--security-opt", "seccomp=unconfined", "--network", "host", "--pid", "host", "-v", "/:/host")
    where, found = room.addresses, engine.inspect(hosts.own_name(room, "bob"))
    assert found
    bobs = found["NetworkSettings"]["Networks"][hosts.own_name(room, "bob")]["IPAddress"]
    closed = [f"{bobs}:{port}" for port in (80, 8888, 2375)]
    closed += [f"{address}:{port}" for address in (where.hub, where.public) for port in (where.proxy_port, where.board_port)]
    asks = [f"{ASK} http://{one}/ 2>/dev/null; echo" for one in (*closed, f"{where.hub}:{where.hub_port}")]
    with Learner(room.address, ADA, PASSWORD, BUDGET_S) as ada:
        ada.log_in()
        ada.start()
        with ada.kernel() as kernel:
            codes = done(in_container(kernel, "; ".join(asks), *rights)).split()
            assert set(codes[:-1]) == {"000"} and codes[-1] != "000", codes  # the last is the control: the hub is there for all
            assert engine.info()["ID"] not in done(in_container(kernel, SOCKETS, *rights))


def test_a_lab_host_that_nobody_uses_is_stopped_and_its_disk_stays(room: Settings) -> None:
    """The class's own culler, with its own rights, told to wait three seconds where it waits three hours."""
    soon = next(part for part in parts.parts(replace(room, idle_s=3), []) if part.name == "culler")
    command = [str(CHECKOUT / ".lab" / "classroom" / "bin" / "python"), *soon.command[1:], "--cull-every=1"]
    with subprocess.Popen(command, env={**soon.secrets, "PATH": ""}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as culler:
        try:
            for name in room.names or ():
                wait_until(lambda name=name: not runs(room, name), BUDGET_S, f"the end of {name}'s lab host", pause_s=0.2)  # type: ignore[misc]
        finally:
            culler.terminate()
    assert all(room.disk(name).exists() for name in room.names or ())
