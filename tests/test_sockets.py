"""Listeners by the kernel's own answer: the same as /proc tells, and every message taken apart."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from hostnet_lab.core.host.facts import read_listeners
from hostnet_lab.edges import host, sockets
from hostnet_lab.edges.pace import limit_s


def test_the_kernel_and_proc_tell_the_same_listeners() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        places = {(one.getsockname()[1], "127.0.0.1"), (other.getsockname()[1], "::1")}
        inodes = {os.fstat(one.fileno()).st_ino, os.fstat(other.fileno()).st_ino}
        found = sockets.listening()
        assert found is not None
        told = read_listeners(Path("/proc/net/tcp").read_text()) + read_listeners(Path("/proc/net/tcp6").read_text())
        for listeners in (found, told):
            mine = [listener for listener in listeners if (listener.port, listener.address) in places]
            assert {listener.inode for listener in mine} == inodes
        assert places <= host.places()


def test_where_the_kernel_refuses_the_table_of_proc_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "NETLINK_SOCK_DIAG", 31)  # of no subsystem: linux/netlink.h
    assert sockets.listening() is None
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
        (found,) = host.listeners([port])
        assert (found.address, found.pid) == ("127.0.0.1", os.getpid())


def test_messages_are_taken_apart_at_four_bytes() -> None:
    first, second = struct.pack("=IHHII", 17, 20, 2, 1, 0) + b"x" + b"\0" * 3, struct.pack("=IHHII", 16, 3, 2, 1, 0)
    assert list(sockets.messages(first + second)) == [(20, b"x"), (3, b"")]
    assert list(sockets.messages(struct.pack("=IHHII", 0, 20, 0, 0, 0))) == [(20, b"")]


def test_a_known_holder_is_not_searched_for_again_and_a_closed_one_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        inode = os.fstat(one.fileno()).st_ino
        assert host.owners_of({inode}) == {inode: os.getpid()}
        monkeypatch.setattr(os, "listdir", lambda *_: pytest.fail("searched again"))
        assert host.owners_of({inode}) == {inode: os.getpid()}
    monkeypatch.undo()
    assert host.owners_of({inode}) == {}


HOLDS = """
import socket, sys
one = socket.create_server(("127.0.0.1", 0)) if len(sys.argv) < 2 else socket.socket(fileno=int(sys.argv[1]))
print(one.getsockname()[1], flush=True)
sys.stdin.read()
"""


def test_the_holder_of_a_new_socket_is_a_new_process_or_the_first_of_those_that_handed_it_down_or_an_old_one() -> None:
    def child(*words: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", HOLDS, *words], stdin=PIPE, stdout=PIPE, text=True, **options)

    def holder(port: int) -> int | None:
        (found,) = host.listeners([port])
        return found.pid

    with socket.create_server(("127.0.0.1", 0)) as known:
        assert holder(known.getsockname()[1]) == os.getpid()  # all processes of now have been seen
        with child() as new, socket.create_server(("127.0.0.1", 0)) as old:
            assert new.stdout and holder(int(new.stdout.readline())) == new.pid
            assert holder(old.getsockname()[1]) == os.getpid()
            new.communicate()
        with socket.create_server(("127.0.0.1", 0)) as ours, child(str(ours.fileno()), pass_fds=[ours.fileno()]) as heir:
            assert heir.stdout and int(heir.stdout.readline()) == ours.getsockname()[1]
            assert holder(ours.getsockname()[1]) == os.getpid()
            heir.communicate()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a network namespace")
def test_interfaces_are_those_of_the_namespace_whatever_sys_shows_and_need_no_address() -> None:
    names = "print(*sorted(one.name for one in host.interfaces()), *os.listdir('/sys/class/net'))"
    look = f"import os; from hostnet_lab.edges import host; {names}"
    script = 'ip tuntap add mode tun hostnet-tun && exec "$0" -c "$1"'
    command = ["unshare", "--net", "sh", "-c", script, sys.executable, look]
    seen = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit_s(20)).stdout.split()
    assert seen[:2] == ["hostnet-tun", "lo"]
    assert "hostnet-tun" not in seen[2:]  # the control: /sys is of the namespace that it was mounted from
