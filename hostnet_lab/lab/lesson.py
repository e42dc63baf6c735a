"""The lab of one lesson: it marks, waits, reads, checks and sweeps. Starting and inspecting is the lesson's own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.errors import NotOurs
from ..core.guide import checks
from ..core.guide.lessons import LESSONS
from ..core.host import proxies
from ..core.host.commands import RunRequest
from ..core.host.facts import ContainerFacts, Listener
from ..core.host.ownership import BIRTH, Mark
from ..core.host.whereabouts import Place
from ..core.progress.state import LessonState, states
from ..edges import host, notebook, open_lessons, shim
from ..edges.console import answer
from ..edges.engine import Engine
from ..edges.lesson_values import Values
from ..edges.pictures import PictureFolder
from ..edges.progress import ProgressFile
from ..experiments.engine_host import EngineHost
from ..experiments.lesson_host import LessonHost
from ..experiments.where import where_am_i
from ..words import tr
from . import ends, opening, running
from .looking import ANSWER_S, Sight
from .proof import Proof
from .settling import settle
from .sweeping import appeared, sweep, unmarked
from .trying import Exercises

if TYPE_CHECKING:
    from ..core.drawings.journey import Followed
    from ..core.drawings.stations import From
    from ..experiments.stage import Stage
    from .following import Following
    from .launching import Launching


class Lab:
    """Opens a lesson: finds the engine and the image, sweeps what a killed kernel left, says what is in the way.

    ``lesson`` is the number in the file name, such as ``"03b"``. Opening it again in the same kernel starts afresh: what
    this kernel started before is removed. ``take_over`` also removes what the learner's other open lessons
    run; strangers' containers are never touched. ``ports`` and ``names``: those that the lesson needs free.
    Raises EngineUnavailable, ImageUnavailable, or Taken with the holder's name: StillOpen where it is another lesson of the learner's.
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
        with notebook.opening(lesson):
            self._open(lesson, ports, names, take_over, engine, quiet)

    def _open(self, lesson: str, ports: Iterable[int], names: Iterable[str], take_over: bool, engine: Engine | None, quiet: bool) -> None:
        self.engine = engine or Engine.connect()
        self.lesson = lesson
        self.progress = ProgressFile()
        self.place: Place | None = None  # as where_am_i found it last
        self.pictures = PictureFolder(self.progress.path)
        ends.close_all()  # what an earlier lab of this kernel left open
        self.me = host.this_process()
        self.mark = Mark(os.getuid(), lesson, self.me)
        self.host = EngineHost(self.engine, self.labels)
        self._sight = Sight(self.engine, self.host, self.mark)
        self._exercises = Exercises(lesson, self.engine, self._sight, self.host.address)
        repaired = shim.lend(self.mark.labels())
        os.environ.update(proxies.exceptions(os.environ, filter(None, [host.own_address()])))  # curl and requests obey
        opening.require_image(self.engine)
        opening.require_command(self.engine, self.labels)
        swept = sweep(self.engine, self.me, everything=take_over)
        opening.require_free(self.engine, self._sight, self.host, names, ports, self.mark)
        self._strangers = frozenset(unmarked(self.engine))
        self._settled: frozenset[str] = frozenset()
        open_lessons.announce(self.me, self.mark.labels())
        self.at_end("open lesson", lambda: open_lessons.withdraw(self.me))
        self.at_end("values", Values().share())
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

    # -- facts --------------------------------------------------------------------------------------

    def container(self, name: str) -> ContainerFacts:
        """The facts of one container; raises LabError when there is none of that name."""
        return self._sight.container(name)

    def containers(self) -> list[ContainerFacts]:
        """Every container on the engine, strangers' too (to be named, never to be changed)."""
        return self._sight.containers()

    def listed(self) -> list[ContainerFacts]:
        """The same by the engine's list: at once, and without process ids, rights and what was asked for."""
        return self._sight.listed()

    def holder(self, port: int) -> str | None:
        """Who listens on a port of the host, in words, or None: a container by name, or a process."""
        return self._sight.holder(port)

    def listeners(self, ports: Collection[int] | None = None) -> list[Listener]:
        """Who listens on the engine's host, on ``ports`` only if given, with their containers."""
        return self._sight.listeners(ports)

    def with_containers(self, listeners: Iterable[Listener]) -> list[Listener]:
        """Listeners with their containers; those of hidden processes are looked up from inside this learner's own."""
        return self._sight.with_containers(listeners)

    def is_mine(self, facts: ContainerFacts) -> bool:
        """True when this learner's lab started it, in whichever lesson, on this machine."""
        return self._sight.is_mine(facts)

    def answer(self, url: str, timeout_s: float = ANSWER_S) -> Proof:
        """Wait until ``url`` answers, and prove which container did: by its log, or by who holds the port.

        Raises NoAnswer after ``timeout_s`` seconds, with what is found in place of an answer. The request goes straight to the
        address, never through a proxy.
        """
        return self._sight.answer(url, timeout_s)

    def where_am_i(self) -> Place:
        """Judge the reader's place by a container in host mode on a free port; it is removed again."""
        self.place = where_am_i(self.engine, self.labels)
        return self.place

    # -- running ------------------------------------------------------------------------------------

    def run(self, request: RunRequest, url: str | None = None, timeout_s: float = ANSWER_S) -> list[str]:
        """Create and start; with ``url``, wait for its first answer. Returns the engine's warnings.

        A container that exits meanwhile raises ContainerFailed with its exit code and last log lines; it is kept for
        a look, unless it was asked to be removed.
        """
        request = replace(request.validated(), labels={**request.labels, **self.labels})
        return running.run(self.engine, self._sight, request, url, timeout_s)

    def require_running(self, container: str, tried: str) -> None:
        """Raise ContainerFailed with exit code and last log lines when a container does not run."""
        running.require_running(self.engine, container, tried)

    @property
    def launching(self) -> Launching:
        """What the launcher looks at, and asks."""
        from .launching import Launching

        return Launching(self.engine, self._sight)

    # -- following ----------------------------------------------------------------------------------

    @property
    def following(self) -> Following:
        """The paths to containers, and one request on one of them."""
        from .following import Following

        return Following(self.engine, self.host, self._sight, lambda: self.labels, self._own_stage)

    def follow(self, container: str, sender: From | None = None) -> Followed:
        """Send one tagged request on the path of that sender ("loopback", "own", "direct", "remote"), or on the first, and tell where it
        was heard, or the reason why not. Printed, it is every packet. Raises OutOfTime where the machine was too slow to say.
        """
        return self.following.follow(container, sender)

    def _own_stage(self) -> Stage | None:
        return self._exercises.host.stage if self._exercises.host else None

    # -- exercises ----------------------------------------------------------------------------------

    def check(self, exercise_id: str, given: Any = None) -> checks.Result:
        """Look at the engine and the host, and judge; the result goes into the learner's file of progress. Nothing else is changed."""
        result = self.look(exercise_id, given)
        self.progress.record("checked", self.lesson, exercise_id, state=result.state, seen=result.seen)
        return result

    def look(self, exercise_id: str, given: Any = None, patience_s: float | None = None) -> checks.Result:
        """As ``check``, and nothing is recorded. Raises LabError for an unknown exercise.

        ``patience_s``: how long a silent address is asked; if None, longer where a container has started a moment ago.
        """
        return self._exercises.look(exercise_id, given, patience_s)

    def hint(self, exercise_id: str, step: int | None = None) -> checks.Hint:
        """The next of three steps of help, or a given one; the first also says what the last check found. After the third, it again."""
        shown = self._exercises.hint(exercise_id, step)
        self.progress.record("hinted", self.lesson, exercise_id, step=shown.step)
        return shown

    def solution(self, exercise_id: str) -> checks.Shown:
        """One right answer, to be read and typed. That it was shown is recorded: a pass that comes after it is solved with the solution."""
        found = self.exercise(exercise_id).solution
        self.progress.record("shown", self.lesson, exercise_id)
        so_far = states(self.progress.read()).get(self.lesson, LessonState(self.lesson)).exercise(exercise_id)
        return checks.Shown(found, own=so_far.passed and not so_far.with_solution)

    def exercise(self, exercise_id: str) -> checks.Exercise:
        """Raises LabError for an unknown one."""
        return self._exercises.named(exercise_id)

    def engine_of(self, exercise: checks.Exercise) -> Engine:
        """The engine on which an exercise takes place."""
        return self._exercises.engine_of(exercise)

    def scene(self, exercise: checks.Exercise, given: Any = None, patience_s: float | None = None) -> checks.Scene:
        """All that the exercise's judge may look at, as it is now."""
        return self._exercises.scene(exercise, given, patience_s)

    def disposable(self) -> LessonHost:
        """A host of its own for this lesson, with an engine; an earlier one is gone. ``clean`` ends it.

        Its name and its engine are in the environment, as OWN_HOST and OWN_ENGINE. Where it cannot be made, it says why.
        """
        self.at_end("disposable host", lambda: None)
        self._exercises.host = LessonHost(self.engine, self.labels, same_kernel=self.host.same_kernel)
        self.at_end("disposable host", self._exercises.host.close)
        return self._exercises.host

    # -- catching up --------------------------------------------------------------------------------

    def catch_up(self, section: str) -> None:
        """Go to the begin of a section of this lesson, named by its heading: what this lesson has started is removed, and the cells
        before that section are run anew, quietly, without what only asks or judges. ``lab`` itself is made anew, too.

        It is noted as caught up, and passes nothing. Raises LabError for an unknown section, and Taken, before anything is removed,
        where somebody else's container has a name that is needed.
        """
        from .catching_up import catch_up

        catch_up(self.lesson, section)

    # -- the end ------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait, as a reader would, until what was started since the last time listens or has ended: five seconds at most."""
        self._settled = settle(self._sight, self._settled)

    def at_end(self, what: str, close: Callable[[], None]) -> None:
        """Have ``close`` called by ``clean``, by the next lesson of this kernel, or at its end; an earlier ``what`` is closed now."""
        ends.at_end(what, close)

    def stop(self, name: str) -> None:
        """Stop one container that this learner's lab started; raises NotOurs for any other."""
        self.engine.stop(self._own(name, tr("stop container {name}", name=name), f"docker stop {name}"))

    def remove(self, name: str) -> None:
        """Remove one container that this learner's lab started; raises NotOurs for any other."""
        self.engine.remove(self._own(name, tr("remove container {name}", name=name), f"docker rm -f {name}"), force=True)

    def _own(self, name: str, tried: str, command: str) -> str:
        """The id of what was looked at: a name may pass to another one meanwhile."""
        facts = self.container(name)
        if not self.is_mine(facts):
            raise NotOurs(tried, tr("it does not carry this lab's labels"), tr("if it is yours: {command}", command=command))
        return facts.id

    def clean(self) -> None:
        """Remove what this kernel started and say so: the last cell of a lesson. It is finished when its exercises are passed."""
        own = self._exercises.host
        ended = [tr("The disposable host is gone.")] if own and own.stage else []
        ends.close_all()
        removed = sweep(self.engine, self.me)
        self._finish()
        came = appeared(self.engine, self._strangers)
        said = [tr("Removed: {names}.", names=", ".join(removed))] if removed else []
        nothing = [] if removed or came else [tr("Nothing of this lesson was left.")]
        answer(" ".join([*said, *nothing, *ended, *came]))

    def _finish(self) -> None:
        if self.lesson in LESSONS:
            state = states(self.progress.read())[self.lesson]
            if all(state.exercise(id).passed for id in LESSONS[self.lesson].exercises):
                self.progress.record("finished", self.lesson, self.lesson)
