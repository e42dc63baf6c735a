"""Where an experiment runs: an engine, the network beside it, and the promise that all of it is gone afterwards.

``Stage`` is the reader's own engine and host. ``disposable()`` (in ``disposable.py``) yields the same thing with an engine
and a network namespace of its own, for what must not touch the reader's host: rules, captures, other engine options.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from itertools import count
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import Literal

from ..core.errors import EngineUnavailable, LabError, NoAnswer, OutOfTime
from ..core.host.commands import RunRequest
from ..core.host.facts import ContainerFacts, read_container
from ..edges import probe
from ..edges.command import run
from ..edges.engine import Engine, engine_words
from ..edges.pace import limit_s
from ..words import tr

SILENT = 28  # curl's exit code when its time was over: curl(1)
SHELL_S = 20.0  # a docker command is done in a tenth of a second
ANSWER_BUDGET_S = 5.0  # of a server that was started; it needs a tenth of a second
ENDED_S = 0.3  # between two looks whether it still runs
CONTROLS = 4  # so many times longer than its control must a silence be
OWN = "http://127.0.0.1/"  # how a server on a bridge, behind whatever published port, is asked from inside its container
Settled = Literal["answers", "itself", "ended"]  # "itself": its own container gets an answer, and who asked does not
_numbers = count(1)
_ports_lock = Lock()
_ports_given: set[int] = set()


@dataclass(frozen=True)
class Output:
    """What a command said; both streams together."""

    exit_code: int
    text: str


class Stage:
    """Used as a context: what was started on it is removed when the block ends, also by an exception.

    ``labels`` go on every container. ``prefix`` is put before every command that must run in the stage's network
    namespace; empty on the reader's own host. ``quiet``: the context in which nothing else is at work, for what measures.
    """

    def __init__(
        self,
        engine: Engine,
        labels: Mapping[str, str],
        prefix: Sequence[str] = (),
        endpoint: str = "",
        quiet: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.engine, self.labels, self.prefix = engine, dict(labels), tuple(prefix)
        self.endpoint, self.quiet = endpoint or engine.endpoint, quiet
        self.closing = ExitStack()  # for what an experiment opens itself

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closing.close()

    # -- names and ports ----------------------------------------------------------------------------

    def name(self, what: str) -> str:
        """A container name that nobody else has: two runs side by side do not disturb each other."""
        process = "-".join(self.labels.get("org.hostnet-lab.kernel", "0").split("/")[-2:])  # pid and start ticks
        return f"hostnet-{what}-{process}-{next(_numbers)}"

    def port(self) -> int:
        """A TCP port that is free on every address now, and is given to no other experiment of this process."""
        with _ports_lock:
            while True:
                with socket.socket() as one:
                    one.bind(("0.0.0.0", 0))
                    port = int(one.getsockname()[1])
                if port not in _ports_given:
                    _ports_given.add(port)
                    return port

    # -- containers ---------------------------------------------------------------------------------

    def create(self, request: RunRequest, **more: object) -> str:
        """Create a container that the stage removes at its end; ``more`` is laid over the JSON's HostConfig."""
        payload = replace(request, labels={**request.labels, **self.labels}).payload()
        payload["HostConfig"].update(more)
        key, _ = self.engine.create(payload, request.name or None)
        self.closing.callback(self.engine.remove, key, force=True)
        return key

    def run(self, request: RunRequest, **more: object) -> str:
        """Create and start; returns the id."""
        key = self.create(request, **more)
        self.engine.start(key)
        return key

    def nginx(self, network: str = "host", port: int = 80, **options: object) -> str:
        """nginx on a port, its page the container's own name, waiting for its first answer in host mode. Returns the name.

        ``options``: more fields of RunRequest, such as ``publish`` or ``cap_drop``; ``listen`` instead of ``port``.
        """
        listen = str(options.pop("listen", port))
        name = self.name("nginx")
        script = (
            f"echo {name} > /usr/share/nginx/html/index.html; "
            f"sed -i 's/80;/{listen};/' /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'"
        )
        request = RunRequest(name=name, network=network, command=("sh", "-c", script))
        self.run(replace(request, **options))  # type: ignore[arg-type]
        if network == "host":
            address, _, number = listen.rpartition(":")
            self.await_page(f"http://{address or '127.0.0.1'}:{number}/", name)
        return name

    def facts(self, container: str) -> ContainerFacts | None:
        found = self.engine.inspect(container)
        return read_container(found) if found else None

    def log(self, container: str) -> str:
        """What a container wrote; "" where the engine keeps no log that can be read."""
        try:
            return self.engine.logs(container)
        except (EngineUnavailable, OutOfTime):
            raise
        except LabError:
            return ""

    def refused_log(self, container: str) -> str | None:
        """The engine's words, where it refuses the log of a container; None where it does not: its log driver decides."""
        try:
            self.engine.logs(container, tail=1)
        except (EngineUnavailable, OutOfTime):
            raise
        except LabError as error:
            return engine_words(error)
        return None

    def inside(self, container: str, *command: str) -> Output:
        """Run a command in a running container."""
        code, text = self.engine.execute(container, command)
        return Output(code, text.strip())

    # -- the network of the stage -------------------------------------------------------------------

    def shell(self, *command: str, limit_s: float = SHELL_S) -> Output:
        """Run a command in the stage's network namespace, against the stage's engine; never through a shell of its own.

        Raises OutOfTime after ``limit_s`` at the usual pace.
        """
        environment = {**os.environ, "DOCKER_HOST": self.endpoint, "LC_ALL": "C"}
        done = run(
            [*self.prefix, *command],
            limit_s,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=environment,
        )
        return Output(done.returncode, done.stdout.strip())

    def docker(self, *words: str) -> Output:
        """The reader's own docker command, as a guide has it. What you start gets ``*self.own_options()``."""
        return self.shell("docker", *words)

    def own_options(self) -> list[str]:
        """For ``docker run`` and ``create``: the labels; and that an image which is gone is an error at once, not a pull of minutes."""
        return ["--pull=never", *(word for key, value in self.labels.items() for word in ("--label", f"{key}={value}"))]

    def get(self, url: str, timeout_s: float = 2.0, asker: str = "") -> str | None:
        """The body that ``url`` answers with status 200; None for any other status, a refusal, a name that nobody knows.

        Asked from the stage's own network, or from inside the container ``asker``. Raises OutOfTime where there is only silence.
        """
        if not self.prefix and not asker:
            reply = probe.get(url, timeout_s)
            return reply.body.strip() if reply and reply.status == 200 else None
        said = self.curl(url, "-f", timeout_s=timeout_s, asker=asker)
        return said.text if said.exit_code == 0 else None

    def curl(self, url: str, *more: str, timeout_s: float = 2.0, asker: str = "") -> Output:
        """curl, never through a proxy, with ``more`` of its options; asked from where ``get`` asks, and as silent as that."""
        words = curl_words(url, timeout_s, *more)
        said = self.inside(asker, *words) if asker else self.shell(*words)
        if said.exit_code == SILENT:
            raise probe.silent(url, limit_s(timeout_s))
        return said

    def await_page(self, url: str, server: str, inside: str = "") -> None:
        """Wait until ``url`` answers with the name of the container ``server``; raises NoAnswer where it never will, else OutOfTime."""
        found = self.settled(url, server, inside)
        if found != "answers":
            why = tr("it answers itself, and nobody else") if found == "itself" else tr("it ended")
            tried, do = tr("wait for {name} to answer on {url}", name=server, url=url), tr("`./lab doctor` says what is in the way")
            raise NoAnswer(tried, why, do)

    def settled(self, url: str, server: str, inside: str = "", asker: str = "") -> Settled:
        """What becomes of a server that was started: ``url`` answers with the name of the container ``server`` (what follows an @
        is left out), or a fact says that it will not. Raises OutOfTime where neither is so.

        Such a fact: a container has ended. Or the control: asked from inside the server's own container (by the address ``inside``,
        if that is another one there), it answers at once, while ``url`` has been refused or silent all the time.
        """
        begun = looked = monotonic()

        def decided() -> Settled | None:
            nonlocal looked
            if self._shows(url, server, asker):
                return "answers"
            if monotonic() - looked < ENDED_S:
                return None
            looked = monotonic()
            return None if self._run(server, asker) else "ended"

        waiting_for = tr("{name} to answer on {url}", name=server, url=url)
        try:
            return probe.wait_until(decided, ANSWER_BUDGET_S, waiting_for, pause_s=0.005)
        except OutOfTime:
            waited_s, begun = monotonic() - begun, monotonic()
            if not self._shows(inside or url, server, server) or CONTROLS * (monotonic() - begun) > waited_s:
                raise
            return "answers" if self._shows(url, server, asker) else "itself"

    def _shows(self, url: str, server: str, asker: str) -> bool:
        try:
            return (self.get(url, asker=asker) or "").partition("@")[0] == server
        except LabError:  # silent; or there is nobody any more to ask from: what it comes to is looked at elsewhere
            return False

    def _run(self, *containers: str) -> bool:
        facts = [self.facts(name) for name in containers if name]
        return all(one is not None and one.running for one in facts)


def curl_words(url: str, timeout_s: float, *more: str) -> tuple[str, ...]:
    """The words of one request; ``timeout_s`` at the usual pace of the machine."""
    return ("curl", "-s", "--noproxy", "*", "--max-time", f"{limit_s(timeout_s):.2f}", *more, url)


def attempt(action: object, *arguments: object) -> str:
    """Call an action that may be refused; returns the refusal in the engine's words, or "" when there was none.

    That the engine did not answer in time is no refusal: OutOfTime is passed on.
    """
    try:
        action(*arguments)  # type: ignore[operator]
    except OutOfTime:
        raise
    except LabError as error:
        return engine_words(error)
    return ""
