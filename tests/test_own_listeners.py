"""What the lab itself listens on, told from what a cell of a notebook has opened; this process stands for a kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from hostnet_lab.core.host.facts import Listener
from hostnet_lab.edges.own_listeners import RANGE, own

TAKEN = int(RANGE.read_text().split()[0])  # a port that a kernel may have taken without choosing it
PROGRAMS = {"a kernel": "ipykernel_launcher", "another program": "http.server"}


@pytest.fixture(params=PROGRAMS)
def beside(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """Another child of this process's own parent would be a sibling kernel; a child of this process is none."""
    child = subprocess.Popen([sys.executable, "-c", "input()", PROGRAMS[request.param]], stdin=subprocess.PIPE)
    yield request.param, child.pid
    child.communicate(b"\n")


@pytest.mark.parametrize(
    ("listener", "mine"),
    [
        (Listener(TAKEN, "127.0.0.1", pid=os.getpid()), True),
        (Listener(8092, "127.0.0.1", pid=os.getpid()), False),
        (Listener(TAKEN, "0.0.0.0", pid=os.getpid()), False),
        (Listener(8888, "127.0.0.1", pid=os.getppid()), True),
        (Listener(TAKEN, "127.0.0.1", pid=None), False),
        (Listener(TAKEN, "127.0.0.1", pid=1), False),
    ],
    ids=["a channel", "a chosen port", "another address", "the server", "nobody's that is seen", "somebody else's"],
)
def test_only_what_nobody_chose_is_the_labs_own(listener: Listener, mine: bool) -> None:
    assert (listener in own([listener])) is mine


def test_a_server_that_a_cell_has_started_is_a_lessons(beside: tuple[str, int]) -> None:
    listener = Listener(TAKEN, "127.0.0.1", pid=beside[1])
    assert listener not in own([listener]), beside[0]
