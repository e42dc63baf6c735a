"""The Python packages of a lab host, as wheels for its Python and processor, fetched by this machine's pip.

Fetched here and not inside the image: so the machine's own index, proxy and certificates are used, and none of them
comes near the image. The lock's hashes decide what is taken.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ..core.errors import SetupFailed
from ..edges import pip
from ..words import tr

Say = Callable[[str], None]
PLATFORMS = ("manylinux_2_5", "manylinux_2_12", "manylinux2014", "manylinux_2_17", "manylinux_2_24", "manylinux_2_26", "manylinux_2_28",
             "manylinux_2_31", "manylinux_2_34", "manylinux_2_35", "manylinux_2_36")  # fmt: skip


def requirements(lock: str, python: str, machine: str) -> dict[str, str]:
    """Package -> its pin with hashes, of those in a lock that count on Linux with this Python ("3.13") and processor ("x86_64")."""
    from packaging.requirements import Requirement

    environment = {
        "implementation_name": "cpython", "platform_python_implementation": "CPython", "python_version": python,
        "python_full_version": f"{python}.5", "implementation_version": f"{python}.5", "os_name": "posix", "sys_platform": "linux",
        "platform_system": "Linux", "platform_machine": machine, "platform_release": "", "platform_version": "",
    }  # fmt: skip
    kept = {}
    for pin, hashes in _pins(lock):
        wanted = Requirement(pin)
        if wanted.marker is None or wanted.marker.evaluate(environment):
            kept[wanted.name] = f"{wanted.name}{wanted.specifier} \\\n{hashes}\n"  # without its condition
    return kept


def _pins(lock: str) -> Iterator[tuple[str, str]]:
    for block in re.split(r"\n(?=\S)", lock.strip()):
        first, _, hashes = block.partition("\n")
        if not first.startswith("#"):
            yield first.removesuffix("\\").strip(), hashes


def fetch(wanted: str, folder: Path, python: str, machine: str) -> None:
    """Download what ``wanted`` (pins with hashes) names into ``folder``. Raises SetupFailed with pip's last lines."""
    platforms = [word for one in PLATFORMS for word in ("--platform", f"{one}_{machine}")]
    abis = ["--abi", f"cp{python.replace('.', '')}", "--abi", "abi3", "--abi", "none"]
    _fetch(wanted, folder, ["--python-version", python, "--implementation", "cp", *abis, *platforms])


def fetch_pure(wanted: str, folder: Path) -> None:
    """The same, but only wheels that any Python 3 on any machine can read."""
    _fetch(wanted, folder, ["--python-version", "3.11", "--implementation", "py", "--abi", "none", "--platform", "any"])


def _fetch(wanted: str, folder: Path, choice: Sequence[str]) -> None:
    listed = folder / "wanted.txt"
    folder.mkdir(parents=True, exist_ok=True)
    listed.write_text(wanted, "utf-8")
    fixed = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    program, words = pip.command(), ["download", *fixed, *choice, "--dest", str(folder), "--requirement", str(listed)]
    _run([*program, *words], pip.environment(program, "download"))


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        last = "\n       ".join(done.stderr.strip().splitlines()[-4:])
        tried = tr("fetch the lab host's Python packages with pip")
        raise SetupFailed(tried, last, tr("mend what these lines name, then the same command again"))
