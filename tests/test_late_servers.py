"""A container runs before its server answers, on a slow machine for seconds: each lesson says the same then."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from conftest import missing
from tests.private_host import host


@pytest.mark.engine
@pytest.mark.wide
def test_the_lessons_wait_for_servers_that_come_up_late() -> None:
    if os.geteuid() or host.lacking():
        missing("a private host takes root and its tools")
    with host.furnished() as folder:
        command = host.first(folder, sys.executable, "-P", "-m", "tests.late_servers")
        done = subprocess.run(command, env=host.environment(folder), text=True, capture_output=True, check=False)
    assert not done.returncode, f"{done.stdout}\n{done.stderr}"
