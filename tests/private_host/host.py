"""A private host: namespaces, control groups, an engine's place and a copy of the checkout of its own. Needs root.

The reader's engine is asked for one thing, the image nginx; nothing of theirs is changed, and no name of it can be guessed. It is
made in the namespaces of a process, and all of it is gone when that process has ended.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.core.host.ownership import Process, is_gone
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.host import start_ticks, this_process

from . import groups

IMAGE = "nginx:latest"
TOOLS = ("unshare", "nsenter", "mount", "ip", "ss", "iptables-save", "docker", "dockerd")
MADE = "make a private host"
CHECKOUT = Path(__file__).parents[2]
PLACE = "/var/tmp"  # not /tmp: that is laid over
NAMED = "hostnet-lab-host-"  # then eight signs of chance
# What the lab consists of; what a reader or a test leaves beside it comes and goes.
COPIED = ("hostnet_lab", "notebooks", "tests", "benchmarks", "docs", "guide", "labhost", "locks", ".ci", "conftest.py",
          "environment.yml", "lab", ".devcontainer", "pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE",
          ".gitignore", ".gitattributes", "action.yml", ".pre-commit-hooks.yaml")  # fmt: skip
NOT_COPIED = ("artefacts", "__pycache__", "node_modules", ".ipynb_checkpoints")
APART = ("unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "--mount-proc", "--kill-child", "--propagation", "private")
# It must reap what is left to it, as the first process of a pid namespace; a shell that waits does. What it waits for gets its
# standard input, which a shell would not give it.
FIRST = 'exec 3<&0; "$@" <&3 3<&- & exec 3<&-; wait $!'
KEPT = ("PATH", "LANG", "TERM", "SSL_CERT_FILE")  # of the environment: nothing else of the reader's gets in


def lacking() -> list[str]:
    """Of the commands that it takes."""
    return [name for name in TOOLS if shutil.which(name) is None]


@contextmanager
def furnished() -> Iterator[Path]:
    """The folder that holds all that a host lays over this machine's. Raises SetupFailed, or what the reader's engine raises."""
    if absent := lacking():
        raise SetupFailed(MADE, f"there is no command {', '.join(absent)} here", "install what is lacking")
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=NAMED, dir=PLACE))
    (folder / "owner").write_text(str(this_process()))
    try:
        with ExitStack() as stack:
            with _refused():
                _furnish(folder)
                stack.enter_context(groups.prepared(folder))
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Remove what a run that was killed has left: only what root owns, and whose maker is gone for certain."""
    for folder in Path(PLACE).glob(f"{NAMED}*"):
        seen = folder.lstat()
        ours = seen.st_uid == os.geteuid() and stat.S_ISDIR(seen.st_mode) and not seen.st_mode & 0o077
        if ours and _is_left(folder) and groups.remove(folder.name):  # a folder whose groups are in use is found again
            shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    try:
        maker = Process.parse((folder / "owner").read_text())
    except OSError:
        return False
    return maker is not None and is_gone(maker, this_process(), start_ticks)


def first(folder: Path, *command: str) -> list[str]:
    """``command`` on the host: the host is made by it, in namespaces of its own, and ends with it."""
    return [*APART, str(Path(__file__).with_name("enter")), str(folder), str(CHECKOUT), "sh", "-c", FIRST, "sh", *command]


def further(folder: Path, pid: int, *command: str) -> list[str]:
    """``command`` on the host of which ``pid`` is the first process, seen from here."""
    return [str(Path(__file__).with_name("join")), str(folder), str(CHECKOUT), str(pid), *command]


def environment(folder: Path) -> Mapping[str, str]:
    own = {"HOME": str(folder / "home"), "HOSTNET_LAB_LANGUAGE": "en", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(CHECKOUT)}
    return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **own}


@contextmanager
def _refused() -> Iterator[None]:
    """What the system says when it lets nobody make a host here."""
    try:
        yield
    except OSError as error:
        raise SetupFailed(MADE, str(error), "it takes root's own rights over mounts and control groups, and room in /var/tmp") from error


def _furnish(folder: Path) -> None:
    for name in ("checkout", "env", "home", "laid"):
        (folder / name).mkdir()
    for name in COPIED:
        source, target = CHECKOUT / name, folder / "checkout" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(*NOT_COPIED))
        elif source.exists():  # in a lab host some are not
            shutil.copy2(source, target)
    (folder / "checkout" / ".lab" / "jupyter").mkdir(parents=True)  # for the files of JupyterLab and IPython
    if (pip := CHECKOUT / ".lab" / "pip").is_dir():  # fetched where Python brings none
        shutil.copytree(pip, folder / "checkout" / ".lab" / "pip")
    with closing(Engine.connect().client) as client, (folder / "checkout" / "nginx-image.tar").open("wb") as out:  # `./lab` looks there
        out.writelines(Engine(client).save_image(IMAGE))
