"""One engine from a root, running in a network namespace of its own; and commands beside it, as its reader."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from hostnet_lab.core.errors import EngineUnavailable, NoAnswer, SetupFailed
from hostnet_lab.edges import probe
from hostnet_lab.edges.engine import Engine

from .recipes import READER, Recipe
from .wire import namespace

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
START_BUDGET_S = 30.0


@dataclass(frozen=True)
class Room:
    """``prefix`` goes before what is to run as the engine's reader, in the engine's network namespace."""

    endpoint: str
    prefix: tuple[str, ...]
    environment: dict[str, str]

    def python(self, *words: str) -> int:
        """Run Python on the checkout, with an interpreter that the reader may open; returns the exit code.

        When we are ended meanwhile, it is asked to end too, and has the time to take away what it made.
        """
        command = [*self.prefix, self._interpreter(), "-P", *words]
        with subprocess.Popen(command, cwd=PROJECT, env=self.environment) as process:
            try:
                return process.wait()
            except BaseException:
                process.terminate()
                process.wait()
                raise

    def _interpreter(self) -> str:
        """Ours; else the system's of the same version, which finds our packages by PYTHONPATH."""
        for one in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
            said = subprocess.run([*self.prefix, one, "-P", "-c", "import docker"], env=self.environment, capture_output=True, check=False)
            if said.returncode == 0:
                return one
        found = f"user {READER} may not open {sys.executable}, and there is no Python 3.{sys.version_info.minor} of the system"
        raise SetupFailed(
            "run the ledger as an unprivileged user", found, "install that version, or move the checkout out of a closed home"
        )


@contextmanager
def room(name: str, recipe: Recipe, root: Path, image: Path) -> Iterator[Room]:
    """Start the engine, load the image, and leave nothing but the root. Raises SetupFailed."""
    with ExitStack() as stack:
        folder = root.parent / f"run-{os.getpid()}-{name}"
        folder.mkdir()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if recipe.rootless:
            os.chown(folder, READER, READER)
        inside = stack.enter_context(namespace(f"hle-{os.getpid()}"))
        socket = f"{folder}/docker.sock"
        with (folder / "log").open("wb") as log:
            daemon = subprocess.Popen(
                [*inside, str(HERE / "enter"), str(root), *recipe.command(socket)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        stack.callback(_end, daemon)
        with image.open("rb") as file:
            _await(daemon, socket, folder / "log").load_image(file)
        yield Room(f"unix://{socket}", (*inside, *_reader(recipe)), _environment(recipe, root, socket, _client_settings(folder, root)))


def _reader(recipe: Recipe) -> tuple[str, ...]:
    return ("setpriv", f"--reuid={READER}", f"--regid={READER}", "--clear-groups", "--") if recipe.rootless else ()


def _environment(recipe: Recipe, root: Path, socket: str, config: str) -> dict[str, str]:
    """The caller's, without what names another engine; ours stands first on PATH, see the file dockerd."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DOCKER_", "XDG_"))}
    paths = os.pathsep.join([str(PROJECT), *(path for path in sys.path if path.endswith("-packages"))])
    own = {"DOCKER_HOST": f"unix://{socket}", "ENGINE_ROOT": str(root), "ENGINE_KIND": recipe.kind, "PYTHONPATH": paths}
    home = {"HOME": str(Path(socket).parent)} if recipe.rootless else {}
    return {**kept, **own, **home, "DOCKER_CONFIG": config, "PATH": f"{HERE}{os.pathsep}{kept.get('PATH', os.defpath)}"}


def _client_settings(folder: Path, root: Path) -> str:
    """A folder of settings for the docker command: Compose is taken from the root, where its release has one."""
    (folder / "config").mkdir()
    extra = {"cliPluginsExtraDirs": [f"{root}/usr/libexec/docker/cli-plugins"]}
    (folder / "config" / "config.json").write_text(json.dumps(extra))
    return str(folder / "config")


def _await(daemon: subprocess.Popen[bytes], socket: str, log: Path) -> Engine:
    def up() -> bool:
        return daemon.poll() is not None or Path(socket).exists()

    with suppress(NoAnswer):
        probe.wait_until(up, START_BUDGET_S, "the engine's socket", pause_s=0.05)
    if daemon.poll() is not None or not Path(socket).exists():
        raise SetupFailed("start the engine", "\n       ".join(log.read_text("utf-8", "replace").splitlines()[-6:]), "look at those lines")
    found: list[Engine] = []

    def answers() -> bool:
        with suppress(EngineUnavailable):
            found.append(Engine.connect(f"unix://{socket}"))
        return bool(found)

    probe.wait_until(answers, START_BUDGET_S, "the engine to answer", pause_s=0.05)
    return found[0]


def _end(daemon: subprocess.Popen[bytes]) -> None:
    """End the engine as its service would; what it leaves behind in the namespace goes with the namespace."""
    daemon.send_signal(signal.SIGTERM)
    try:
        daemon.wait(20)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()
