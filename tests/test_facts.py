"""Recorded text in, facts out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hostnet_lab.core.host.commands import Publish
from hostnet_lab.core.host.facts import home_of, number, read_container, read_container_id, read_listed, read_listeners

# Linux 6.1, /proc/net/tcp and tcp6, while nginx listened on every address and one client was connected.
TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 40311 1 00000000f2a3 100 0 0 10 0
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 40317 1 00000000f2a4 100 0 0 10 0
   2: 0100007F:0050 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 40400 1 00000000f2a5 20 4 30 10 -1
"""
TCP6 = """\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 40312 1 0
   1: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 40313 1 0
"""
# Engine 20.10.24, shortened.
HOST_MODE = {
    "Id": "f" * 64,
    "Name": "/webserver",
    "State": {"Status": "running", "Pid": 4711, "ExitCode": 0},
    "Config": {"Image": "nginx", "ExposedPorts": {"80/tcp": {}}, "Labels": {"a": "b"}},
    "HostConfig": {"NetworkMode": "host", "PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}, "CapDrop": ["CAP_NET_RAW"]},
    "NetworkSettings": {
        "IPAddress": "",
        "Ports": {},
        "SandboxKey": "/var/run/docker/netns/default",
        "Networks": {"host": {"IPAddress": ""}},
    },
}
# Podman 4.3 through its Docker-compatible socket, shortened.
PODMAN = {
    "Id": "e" * 64,
    "Name": "webserver",
    "State": {"Status": "running", "Pid": 12},
    "Config": {"Image": "localhost/nginx:latest", "ExposedPorts": None, "Labels": None},
    "HostConfig": {"NetworkMode": "host", "PortBindings": None},
    "NetworkSettings": {"IPAddress": "", "Ports": None, "SandboxKey": "", "Networks": {}},
}


def test_only_listening_sockets_are_listeners() -> None:
    assert [one.place for one in read_listeners(TCP)] == ["0.0.0.0:80", "127.0.0.1:8080"]


def test_an_ipv6_address_is_read_in_the_kernels_word_order() -> None:
    assert [one.place for one in read_listeners(TCP6)] == ["[::]:80", "[::1]:631"]


def test_text_that_is_not_a_table_has_no_listeners() -> None:
    assert read_listeners("") == read_listeners("sl local\n garbage\n") == []


def test_what_was_asked_and_what_happened_are_kept_apart() -> None:
    facts = read_container(HOST_MODE)
    assert facts.asked == (Publish(8080, 80),)
    assert facts.published == ()
    assert facts.in_host_mode and facts.running and facts.addresses == ()
    assert facts.cap_drop == ("NET_RAW",)


def test_whose_network_a_container_uses_is_found_at_the_end_of_what_it_joined() -> None:
    host = replace(read_container({}), id="a" * 64, name="host", network_mode="host")
    joined = replace(host, id="b" * 64, name="joined", network_mode=f"container:{host.id}")
    twice = replace(host, id="c" * 64, name="twice", network_mode="container:joined")
    lost = replace(host, id="d" * 64, name="lost", network_mode="container:" + "e" * 64)
    itself = replace(host, id="f" * 64, name="itself", network_mode="container:itself")
    known = [host, joined, twice, lost, itself]
    assert [home_of(one, known) for one in known] == [host, host, host, lost, itself]


def test_podmans_empty_fields_are_read_as_host_mode_too() -> None:
    facts = read_container(PODMAN)
    assert facts.in_host_mode and facts.exposed == () and facts.labels == {} and facts.name == "webserver"


def test_a_bridge_container_has_its_address_once() -> None:
    network = {"IPAddress": "172.17.0.2", "Networks": {"bridge": {"IPAddress": "172.17.0.2"}}}
    assert read_container({"NetworkSettings": network}).addresses == ("172.17.0.2",)


def test_a_container_id_is_found_in_every_kind_of_cgroup_path() -> None:
    key = "0123456789abcdef" * 4
    assert read_container_id(f"12:pids:/docker/{key}\n") == key  # Docker, cgroup v1
    assert read_container_id(f"0::/system.slice/docker-{key}.scope\n") == key  # Docker, cgroup v2, systemd
    assert read_container_id(f"0::/machine.slice/libpod-{key}.scope\n") == key  # Podman
    assert read_container_id("0::/user.slice/session-2.scope\n") is None


@pytest.mark.parametrize(
    "text", ["", "9" * 5000, "-1", "+1", " 1", "1_0", "\N{ARABIC-INDIC DIGIT ONE}", "\N{SUPERSCRIPT TWO}", "1\n", "0x1"]
)
def test_what_is_no_plain_number_is_none_and_no_error(text: str) -> None:
    assert number(text) is None and number("65535") == 65535


def test_ports_that_are_none_are_left_out_and_the_container_is_still_told() -> None:
    odd: dict[str, Any] = {
        "Name": "/odd",
        "Config": {"ExposedPorts": {"80/tcp": {}, "8000-8010/tcp": {}, "x/tcp": {}, f"{'9' * 5000}/tcp": {}, "53/udp": {}, "7": {}}},
        "HostConfig": {"PortBindings": {"x/tcp": [{"HostPort": "1"}], "80/tcp": [{"HostPort": "9" * 5000}, None, {"HostPort": "8080"}]}},
        "NetworkSettings": {"Networks": {"gone": None}},
    }
    facts = read_container(odd)
    assert facts.exposed_ports == [80] and [one.host_port for one in facts.asked] == [8080] and facts.name == "odd"


def test_an_entry_of_the_list_without_a_name_is_called_by_its_id() -> None:
    listed = read_listed({"Id": "0123456789abcdef", "Names": None, "State": "removing", "NetworkSettings": {"Networks": {"gone": None}}})
    assert (listed.name, listed.status, listed.addresses) == ("0123456789ab", "removing", ())
