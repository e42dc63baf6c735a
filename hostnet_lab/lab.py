"""The lab of one lesson: it marks, waits, reads, checks and sweeps. Starting and inspecting is the lesson's own."""

from __future__ import annotations

import atexit
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from .core.errors import ContainerFailed, EngineUnavailable, ImageUnavailable, LabError, NotOurs, OutOfTime, Taken
from .core.guide import checks
from .core.guide.checks.looks import shown as shown_value
from .core.guide.lessons import LESSONS
from .core.host import proxies, silence
from .core.host.commands import RunRequest
from .core.host.facts import ContainerFacts, Listener, name_of, number, read_container
from .core.host.ownership import BIRTH, KERNEL, OWNER, Mark, Process, is_here, is_orphan, read_mark, whose
from .core.host.ports import holder, owner
from .core.host.servers import UNSEEN, holding
from .core.host.trial import Trial
from .core.host.whereabouts import Place
from .core.progress.state import states
from .edges import containers, host, notebook, open_lessons, probe, shim
from .edges.console import answer
from .edges.docker_settings import may_differ
from .edges.engine import Engine
from .edges.pace import limit_s, stretched
from .edges.pictures import PictureFolder
from .edges.progress import ProgressFile
from .experiments.asking import server_of
from .experiments.disposable import sweep_hosts as sweep_hosts  # the commands' too, where no engine answers
from .experiments.engine_host import EngineHost as EngineHost  # doctor's too, which may not import experiments
from .experiments.engine_host import names_this_machine as names_this_machine
from .experiments.lesson_host import LessonHost
from .experiments.where import where_am_i as where_am_i  # the ledger's too
from .words import original, tr

IMAGE = "nginx"
START_BUDGET_S = 15.0  # from `start` to the first answer; about 0.1 s is usual
YOUNG_S, PATIENCE_S = 5.0, 1.0  # of a check, with a server that was started a moment ago
SOCKETS = ("sh", "-c", "ls -l /proc/[0-9]*/fd")  # run inside a container: which sockets its processes hold
_ends: dict[str, Callable[[], None]] = {}  # how to close what this kernel's lab opened: widgets that watch, a disposable host


@dataclass(frozen=True)
class Proof:
    """An answer, and the container that gave it: its log shows the very request, or it holds the port.

    ``server``: None, where a process outside of this engine's containers holds it; UNSEEN, where that could not be seen.
    """

    status: int
    server: str | None
    body: str

    def __repr__(self) -> str:
        lines = self.body.strip().splitlines()
        nobodys = tr("a server that could not be seen") if self.server == UNSEEN else tr("a server that is no container here")
        server = self.server or nobodys
        return tr("{status} from {server}: {line}", status=self.status, server=server, line=lines[0] if lines else tr("(empty)"))


class Lab:
    """Opens a lesson: finds the engine and the image, sweeps what a killed kernel left, says what is in the way.

    ``lesson`` is the number in the file name, such as ``"03b"``. Opening it again in the same kernel starts afresh: what
    this kernel started before is removed. ``take_over`` also removes what the learner's other open lessons
    run; strangers' containers are never touched. ``ports`` and ``names``: those that the lesson needs free.
    Raises EngineUnavailable, ImageUnavailable, or Taken with the holder's name.
    """

    def __init__(
        self,
        lesson: str,
        *,
        ports: Iterable[int] = (80,),
        names: Iterable[str] = ("webserver",),
        take_over: bool = False,
        engine: Engine | None = None,
        quiet: bool = False,
    ) -> None:
        notebook.explain_errors()
        self.engine = engine or Engine.connect()
        self.lesson = lesson
        self.progress = ProgressFile()
        self.place: Place | None = None  # as where_am_i found it last
        self.pictures = PictureFolder(self.progress.path)
        self._host: LessonHost | None = None
        self._results: dict[str, checks.Result] = {}
        self._steps: dict[str, int] = {}  # of hints, by exercise
        _close_all()  # what an earlier lab of this kernel left open
        self.me = host.this_process()
        self.mark = Mark(os.getuid(), lesson, self.me)
        self.host = EngineHost(self.engine, self.labels)
        self._homes: dict[int, str | None] = {}  # socket inode -> container, of listeners whose process is hidden
        repaired = shim.lend(self.mark.labels())
        os.environ.update(proxies.exceptions(os.environ, filter(None, [host.own_address()])))  # curl and requests obey
        if self.engine.image_id(IMAGE) is None:
            raise ImageUnavailable(
                tr("the image {image}", image=IMAGE), tr("the engine has none"), tr("run `./lab`: it provides the image")
            )
        self._require_command()
        swept = self._sweep(everything=take_over)
        for name in names:
            self._require_name(name)
        self._require_ports(ports)
        self._strangers = frozenset(self._unmarked())
        open_lessons.announce(self.me, self.mark.labels())
        self.at_end("open lesson", lambda: open_lessons.withdraw(self.me))
        if lesson in LESSONS:
            self.progress.record("opened", lesson, lesson)
        if not quiet:
            left = [tr("Swept: {names}.", names=", ".join(swept))] if swept else []
            left += [repaired] if repaired else []
            ready = tr("Lesson {lesson} is ready: engine and image are there, nothing is in the way.", lesson=lesson)
            answer(" ".join([ready, *left]))

    @property
    def labels(self) -> dict[str, str]:
        """The mark for one container that a cell starts by the API: ``labels=lab.labels``. Asked again, another birth."""
        return {**self.mark.labels(), BIRTH: secrets.token_hex(8)}

    # -- set-up -------------------------------------------------------------------------------------

    def _require_command(self) -> None:
        """That `docker` in a cell reaches this engine; tried only where something is set that could lead it elsewhere."""
        if may_differ(os.environ):
            from .experiments.trial import refused  # a lesson has no use for it else

            found = refused(self.engine, os.environ, self.labels)
            if found:
                raise EngineUnavailable(tr("`docker` as cells run it"), found.found, found.mend)

    def _require_name(self, name: str) -> None:
        found = self.engine.inspect(name)
        if not found:
            return
        tried, labels = tr("the container name {name}", name=name), read_container(found).labels
        mark, owner = read_mark(labels), whose(labels, self.mark)
        if mark and owner == "ours":
            code = f"Lab({self.lesson!r}, take_over=True)"
            do = tr("run the last cell of lesson {lesson}, or open this one with {code}", lesson=mark.lesson, code=code)
            raise Taken(tried, tr("lesson {lesson} is still open and runs it", lesson=mark.lesson), do)
        do = tr("it is left alone; if it is yours, rename it: docker rename {name} my-{name}", name=name)
        elsewhere = tr("a lesson on another machine, or one that cannot be told any more, started the container that has it")
        raise Taken(tried, elsewhere if owner == "elsewhere" else tr("a container that this lab did not start has it"), do)

    def _require_ports(self, ports: Iterable[int]) -> None:
        for port in ports:
            found = holder(self.with_containers(self.host.held(port)), port)
            if found:
                do = tr("stop it while you take this lesson, or use a machine where the port is free")
                if found.pid == self.me.pid and not found.container:
                    do = tr("a cell of this notebook opened it: run its last cell, or restart the kernel")
                who = owner(found, self.listed())
                raise Taken(tr("port {port}, which this lesson needs", port=port), tr("held by {owner}", owner=who), do)

    # -- facts --------------------------------------------------------------------------------------

    def container(self, name: str) -> ContainerFacts:
        """The facts of one container; raises LabError when there is none of that name."""
        found = self.engine.inspect(name)
        if found is None:
            do = tr("run the cell that starts it first")
            raise LabError(tr("inspect container {name}", name=name), tr("there is no such container"), do)
        return read_container(found)

    def containers(self) -> list[ContainerFacts]:
        """Every container on the engine, strangers' too (to be named, never to be changed)."""
        return containers.described(self.engine)

    def listed(self) -> list[ContainerFacts]:
        """The same by the engine's list: at once, and without process ids, rights and what was asked for."""
        return containers.listed(self.engine)

    def holder(self, port: int) -> str | None:
        """Who listens on a port of the host, in words, or None: a container by name, or a process."""
        found = self._listener(port)
        return owner(found, self.listed()) if found else None

    def _listener(self, port: int) -> Listener | None:
        return holder(self.listeners([port]), port)

    def listeners(self, ports: Collection[int] | None = None) -> list[Listener]:
        """Who listens on the engine's host, on ``ports`` only if given, with their containers."""
        return self.with_containers(self.host.listeners(ports))

    def with_containers(self, listeners: Iterable[Listener]) -> list[Listener]:
        """Listeners with their containers; those of hidden processes are looked up from inside this learner's own.

        A look inside takes an exec of its own, so each socket (by inode) is looked up once.
        """
        known = list(listeners)
        hidden = {one.inode for one in known if one.pid is None}
        if hidden - self._homes.keys():
            inside = [facts for facts in self.listed() if facts.running and facts.in_host_mode and self.is_mine(facts)]
            found = {inode: facts.id for facts in inside for inode in self._sockets(facts)}
            self._homes = {inode: self._homes.get(inode) or found.get(inode) for inode in hidden}
        return [one if one.container or one.pid else replace(one, container=self._homes[one.inode]) for one in known]

    def is_mine(self, facts: ContainerFacts) -> bool:
        """True when this learner's lab started it, in whichever lesson, on this machine."""
        return whose(facts.labels, self.mark) == "ours"

    def _sockets(self, facts: ContainerFacts) -> list[int]:
        _, text = self._output(facts.id, SOCKETS)
        inodes = (number(word[8:-1], 20) for word in text.split() if word.startswith("socket:[") and word.endswith("]"))
        return [inode for inode in inodes if inode is not None]

    def answer(self, url: str, timeout_s: float = START_BUDGET_S) -> Proof:
        """Wait until ``url`` answers, and prove which container did: by its log, or by who holds the port.

        Raises NoAnswer after ``timeout_s`` seconds, with what is found in place of an answer. The request goes straight to the
        address, never through a proxy.
        """
        nonce = os.urandom(8).hex()
        try:
            reply = probe.wait_until(lambda: probe.get(_marked(url, nonce)), timeout_s, tr("an answer from {url}", url=url))
        except OutOfTime as late:
            raise self._silence(url, late) from late
        assert reply is not None
        return self._proof(url, nonce, reply)

    def _proof(self, url: str, nonce: str, reply: probe.Answer) -> Proof:
        def holder() -> str | None:
            name, port = _place(url)
            return holding(host.resolved(name) or (), port, self.listeners([port]), self.listed())

        return Proof(reply.status, server_of(self.engine, nonce, holder), reply.body)

    def _silence(self, url: str, late: OutOfTime) -> OutOfTime:
        name, port = _place(url)
        found, do = silence.explained(name, port, host.resolved(name), self.host.listeners([port]), self.holder(port))
        return OutOfTime(late.tried, f"{late.found}. {found}", do)

    def where_am_i(self) -> Place:
        """Judge the reader's place by a container in host mode on a free port; it is removed again."""
        self.place = where_am_i(self.engine, self.labels)
        return self.place

    # -- running ------------------------------------------------------------------------------------

    def run(self, request: RunRequest, url: str | None = None, timeout_s: float = START_BUDGET_S) -> list[str]:
        """Create and start; with ``url``, wait for its first answer. Returns the engine's warnings.

        A container that exits meanwhile raises ContainerFailed with its exit code and last log lines; it is kept for
        a look, unless it was asked to be removed.
        """
        request = replace(request.validated(), labels={**request.labels, **self.labels})
        container, warnings = self.engine.create(request.payload(), request.name or None)
        try:
            self.engine.start(container)
        except BaseException:
            self.engine.remove(container, force=True)  # created a moment ago by this very call
            raise
        if url:
            self._wait_for_answer(container, request, url, timeout_s)
        return warnings

    def _wait_for_answer(self, container: str, request: RunRequest, url: str, timeout_s: float) -> None:
        tried = tr("run {command}", command=request.cli())
        looks = count(1)

        def answered() -> bool:
            if probe.get(url) is not None:
                return True
            if next(looks) % 100 == 0:  # some 0.2 s: a server that has ended will not answer any more
                self.require_running(container, tried)
            return False

        try:
            probe.wait_until(answered, timeout_s, tr("an answer from {url}", url=url))
        except OutOfTime as late:
            self.require_running(container, tried)
            raise self._silence(url, late) from late

    def require_running(self, container: str, tried: str) -> None:
        """Raise ContainerFailed with exit code and last log lines when a container does not run."""
        seen = self.engine.inspect(container)
        if seen is None:
            found = tr("the container is gone; with --rm its log is gone too")
            raise ContainerFailed(tried, found, tr("run it again without --rm"))
        facts = read_container(seen)
        if not facts.running:
            lines = "\n       ".join(self.engine.logs(container, tail=5).strip().splitlines()) or tr("(it wrote nothing)")
            ended = tr("{status}, exit code {code}. Its log ends:", status=facts.status, code=facts.exit_code)
            raise ContainerFailed(tried, f"{ended}\n       {lines}", tr("mend what the log names"))

    # -- exercises ----------------------------------------------------------------------------------

    def check(self, exercise_id: str, given: Any = None) -> checks.Result:
        """Look at the engine and the host, and judge; the result goes into the learner's file of progress. Nothing else is changed."""
        result = self.look(exercise_id, given)
        self.progress.record("checked", self.lesson, exercise_id, state=result.state, seen=original(result.seen))
        return result

    def look(self, exercise_id: str, given: Any = None, patience_s: float | None = None) -> checks.Result:
        """As ``check``, and nothing is recorded. Raises LabError for an unknown exercise.

        ``patience_s``: how long a silent address is asked; if None, longer where a container has started a moment ago.
        """
        exercise = self.exercise(exercise_id)
        if exercise.place == "disposable" and not (self._host and self._host.stage):
            gone = tr("its host is not there, or not any more.")
            why = tr("it cannot be tried here: {why}.", why=self._host.why) if self._host else gone
            result = checks.cannot_pass(why, tr("The cell that makes the host comes first; it needs root."))
        else:
            result = exercise.judged(self.scene(exercise, given, patience_s))
        self._results[exercise_id] = result
        return result

    def hint(self, exercise_id: str, step: int | None = None) -> checks.Hint:
        """The next of three steps of help, or a given one; the first also says what the last check found. After the third, it again."""
        exercise = self.exercise(exercise_id)
        shown = exercise.hint(step or self._steps.get(exercise_id, 0) + 1, self._results.get(exercise_id))
        self._steps[exercise_id] = shown.step
        self.progress.record("hinted", self.lesson, exercise_id, step=shown.step)
        return shown

    def exercise(self, exercise_id: str) -> checks.Exercise:
        if not isinstance(exercise_id, str) or exercise_id not in checks.EXERCISES:
            mine = LESSONS[self.lesson].exercises if self.lesson in LESSONS else ()
            tried, do = tr("exercise {id}", id=shown_value(exercise_id)), tr("one of: {names}", names=", ".join(mine or checks.EXERCISES))
            raise LabError(tried, tr("no such exercise"), do)
        return checks.EXERCISES[exercise_id]

    def disposable(self) -> LessonHost:
        """A host of its own for this lesson, with an engine; an earlier one is gone. ``clean`` ends it.

        Its name and its engine are in the environment, as OWN_HOST and OWN_ENGINE. Where it cannot be made, it says why.
        """
        self.at_end("disposable host", lambda: None)
        self._host = LessonHost(self.engine, self.labels, same_kernel=self.host.same_kernel)
        self.at_end("disposable host", self._host.close)
        return self._host

    def at_end(self, what: str, close: Callable[[], None]) -> None:
        """Have ``close`` called by ``clean``, by the next lesson of this kernel, or at its end; an earlier ``what`` is closed now."""
        _ends.pop(what, lambda: None)()
        _ends[what] = close

    def engine_of(self, exercise: checks.Exercise) -> Engine:
        """The engine on which an exercise takes place."""
        stage = self._host.stage if self._host and exercise.place == "disposable" else None
        return stage.engine if stage else self.engine

    def scene(self, exercise: checks.Exercise, given: Any = None, patience_s: float | None = None) -> checks.Scene:
        """All that the exercise's judge may look at, as it is now."""
        if exercise.place == "disposable" and self._host:
            return self._host.scene(exercise, given, PATIENCE_S if patience_s is None else patience_s)
        there = {facts.name: facts for facts in self.containers()}
        commands = [line for line in exercise.commands if line[0] in there and there[line[0]].running]
        if patience_s is None:
            patience_s = PATIENCE_S if any(facts.running and _age_s(facts) < limit_s(YOUNG_S) for facts in there.values()) else 0.1
        address = self.host.address() or "127.0.0.1"
        return checks.Scene(
            containers=there,
            pages={url: self._page(url.format(address=address), patience_s) for url in exercise.urls},
            listeners=tuple(self.listeners()),
            outputs={line: self._output(line[0], line[1:]) for line in commands},
            given=given,
        )

    def _output(self, container: str, command: Sequence[str]) -> tuple[int, str]:
        try:
            return self.engine.execute(container, stretched(command))
        except LabError:  # it ended between two looks
            return 1, ""

    def _page(self, url: str, patience_s: float) -> checks.Seen:
        """What it answers within ``patience_s``, or what the last of several questions came to."""
        nonce = os.urandom(8).hex()
        reply: probe.Answer | None
        try:
            reply = probe.wait_until(lambda: probe.get(_marked(url, nonce)), patience_s, tr("an answer from {url}", url=url))
        except OutOfTime:
            try:
                reply = probe.get(_marked(url, nonce))
            except OutOfTime:
                return "silent"
        if reply is None:
            return None
        proof = self._proof(url, nonce, reply)
        return checks.Page(proof.status, proof.body, proof.server)

    # -- sweeping -----------------------------------------------------------------------------------

    def remove(self, name: str) -> None:
        """Remove one container that this learner's lab started; raises NotOurs for any other."""
        facts = self.container(name)
        if not self.is_mine(facts):
            tried, do = tr("remove container {name}", name=name), tr("if it is yours: docker rm -f {name}", name=name)
            raise NotOurs(tried, tr("it does not carry this lab's labels"), do)
        self.engine.remove(facts.id, force=True)  # by what was looked at: a name may pass to another one meanwhile

    def clean(self) -> None:
        """Remove what this kernel started and say so: the last cell of a lesson. It is finished when its exercises are passed."""
        ended = [tr("The disposable host is gone.")] if self._host and self._host.stage else []
        _close_all()
        removed = self._sweep()
        self._finish()
        appeared = self._appeared()
        said = [tr("Removed: {names}.", names=", ".join(removed))] if removed else []
        nothing = [] if removed or appeared else [tr("Nothing of this lesson was left.")]
        answer(" ".join([*said, *nothing, *ended, *appeared]))

    def _finish(self) -> None:
        if self.lesson in LESSONS:
            state = states(self.progress.read())[self.lesson]
            if all(state.exercise(id).passed for id in LESSONS[self.lesson].exercises):
                self.progress.record("finished", self.lesson, self.lesson)

    def _unmarked(self) -> dict[str, str]:
        """Containers and networks without a mark, and no lab host: id -> the command that would remove it."""
        there = [(one, ("docker", "rm", "-f", name_of(one))) for one in sorted(self.engine.containers(), key=name_of)]
        networks = ((str(one.get("Name") or one["Id"][:12]), one) for one in self.engine.networks())
        there += [(one, ("docker", "network", "rm", name)) for name, one in sorted(networks, key=lambda pair: pair[0])]
        known = [one["Id"] for one, _ in there if OWNER in (one.get("Labels") or {}) or read_mark(one.get("Labels"))]
        return {one["Id"]: " ".join(command) for one, command in there if one["Id"] not in known}

    def _appeared(self) -> list[str]:
        """What came meanwhile and carries no mark may be the learner's own, started past the lab's `docker`: it is named.

        Not so a step of an image's build, which comes and goes by itself.
        """
        new = {key for key in self._unmarked() if key not in self._strangers and not containers.builds(self.engine, key)}
        commands = [command for key, command in self._unmarked().items() if key in new]  # a build's last step ends meanwhile
        if not commands:
            return []
        names = ", ".join(command.rpartition(" ")[2] for command in commands)
        said = tr("Appeared meanwhile without a mark, and was left alone: {names}.", names=names)
        return [f"{said}\n{tr('If it is yours: {command}', command='; '.join(commands))}"]

    def _sweep(self, everything: bool = False) -> list[str]:
        return sweep(self.engine, self.me, everything=everything)


def sweep(engine: Engine, me: Process | None = None, *, everything: bool = False) -> list[str]:
    """Remove this learner's containers and networks that ``me`` started or whose process is gone; with ``everything`` all of
    this machine's. And, as root, the disposable hosts that killed processes have left.

    Returns their names, sorted. Ownership goes by mark (core.ownership): what carries none, another learner's or another
    machine's is left alone, and so is a network that somebody else's container uses.
    """
    me = me or host.this_process()

    def ours(labels: Mapping[str, str] | None) -> bool:
        mark = read_mark(labels)
        if mark is None or mark.learner != os.getuid():
            return False
        return (everything and is_here(mark.process, me)) or mark.process == me or is_orphan(mark, me, host.start_ticks)

    removed = []
    for entry in engine.containers(label=KERNEL):
        if ours(entry.get("Labels")) and engine.remove(entry["Id"], force=True):
            removed.append(name_of(entry))
    for network in engine.networks(label=KERNEL):
        if ours(network.get("Labels")):
            with suppress(LabError):  # in use, or gone meanwhile
                engine.remove_network(network["Id"])
                removed.append(str(network.get("Name") or network["Id"][:12]))
    return sorted(removed) + sweep_hosts()


def left_elsewhere(engine: Engine) -> list[str]:
    """Containers with this learner's number whose machine is another one, or cannot be told: by name, and never touched."""
    me = Mark(os.getuid(), "", host.this_process())
    return sorted(name_of(entry) for entry in engine.containers(label=KERNEL) if whose(entry.get("Labels"), me) == "elsewhere")


@atexit.register
def _close_all() -> None:
    while _ends:
        _ends.popitem()[1]()


def try_a_lesson(engine: Engine, environment: Mapping[str, str], labels: Mapping[str, str]) -> Trial:
    """What cells do, done once in their ``environment``; the containers that it takes are gone afterwards. For the doctor."""
    from .experiments.trial import attempt  # a lesson itself has no use for it

    return attempt(engine, environment, labels)


def _place(url: str) -> tuple[str, int]:
    """The name and the port in an address."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80


def _marked(url: str, nonce: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}hostnet-lab={nonce}"


def _age_s(facts: ContainerFacts) -> float:
    """Seconds since a container was started: a server that has only begun may not listen yet."""
    from datetime import UTC, datetime

    try:
        return (datetime.now(UTC) - datetime.fromisoformat(facts.started_at)).total_seconds()
    except (ValueError, TypeError):
        return float("inf")
