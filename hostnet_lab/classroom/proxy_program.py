"""JupyterHub's proxy, a Node.js program: installed once into the class's environment, from a lock with checksums."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from ..core.errors import SetupFailed
from ..edges import apt

Say = Callable[[str], None]
LOCK = Path(__file__).parent / "proxy"
OLDEST = (20, 19)  # the proxy's parser of arguments is an ES module, which older ones cannot require()
PROGRAM = Path("node_modules") / "configurable-http-proxy" / "bin" / "configurable-http-proxy"


def ensure(folder: Path, say: Say, *, may_install: bool = True) -> list[str]:
    """The proxy's command line without options. ``folder``: where it is, or is put. Raises SetupFailed with the way out."""
    node = _node(say, may_install)
    lock = (LOCK / "package-lock.json").read_bytes()
    stamp = folder / "installed.json"  # the lock itself, written last: an interrupted installation has none
    if not (stamp.is_file() and stamp.read_bytes() == lock and (folder / PROGRAM).exists()):
        say("installing JupyterHub's proxy with npm")
        _install(folder)
        stamp.write_bytes(lock)
    return [node, str(folder / PROGRAM)]


def _node(say: Say, may_install: bool) -> str:
    found = shutil.which("node")
    version = _version(found) if found else None
    if found and version and version >= OLDEST and shutil.which("npm"):
        return found
    have = f"node {'.'.join(map(str, version))}" if version else "no node here"
    if may_install and not found and apt.candidates(["nodejs", "npm"]):
        apt.install(["nodejs", "npm"], say)
        return _node(say, False)
    wanted = ".".join(map(str, OLDEST))
    raise SetupFailed(
        f"find Node.js {wanted} or newer, with npm", have, apt.by_hand(("nodejs", "npm")) + "   (Debian 13 has it), then again"
    )


def _version(node: str) -> tuple[int, int] | None:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)\.", said)
    return (int(found[1]), int(found[2])) if found else None


def _install(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in LOCK.glob("*.json"):
        shutil.copyfile(file, folder / file.name)
    command = ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())[-400:]
        raise SetupFailed(" ".join(command), f"exit code {done.returncode}: {said}", "mend what it names, then `./lab classroom` again")
