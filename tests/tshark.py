"""What tshark, Wireshark's own reader, makes of a file of ours."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence

from conftest import missing
from hostnet_lab.edges.command import find


def read(content: bytes, *fields: str) -> list[Sequence[str]]:
    """A list for each packet with these fields as text. Skips, or fails where it must not, without tshark."""
    if find("tshark") is None:
        missing("no tshark: `./lab test` installs it")
    with tempfile.NamedTemporaryFile(suffix=".pcapng") as file:
        file.write(content)
        file.flush()
        wanted = [word for field in fields for word in ("-e", field)]
        command = ["tshark", "-n", "-r", file.name, "-T", "fields", *wanted]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": "/usr/sbin:/usr/bin:/bin", "LC_ALL": "C"})
    assert done.returncode == 0 and "appears to" not in done.stderr, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]
