"""The lessons' part of JupyterLab's server: how far one is in a lesson, and the end of lessons that were left open."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import ensure_async
from tornado import web
from tornado.ioloop import IOLoop

from ..core.errors import LabError
from ..words import tr

if TYPE_CHECKING:
    from ..lab.ending import Named

T = TypeVar("T")
WORDS = {
    "was_at": tr("You were at “{place}”."),
    "was_done": tr("You have finished this lesson."),
    "is_shut": tr("The lesson is not open at present: run its first code cell, then go on."),
    "go_on": tr("Go on"),
    "go_first": tr("Go to the first code cell"),
    "dismiss": tr("Dismiss"),
    "twice": tr("This lesson is open in another tab, too. Both have one kernel; of what you write, the tab that saves last counts."),
    "gone": tr("The kernel that showed this has ended: catch up to this section, or open the lesson again and run this cell."),
    "cut": tr("The connection to this lesson's kernel is lost. It is tried again by itself; what runs there goes on."),
    "unreached": tr("JupyterLab's server does not answer. Press again when it does."),
}


class Kernels:
    """Those of this server, by the process that each is."""

    def __init__(self, settings: Any) -> None:
        self._kernels, self._sessions = settings["kernel_manager"], settings["session_manager"]

    def process(self, kernel: str) -> int | None:
        provisioner = getattr(self._kernels.get_kernel(kernel), "provisioner", None)
        return getattr(provisioner, "pid", None)

    async def at(self, path: str) -> int | None:
        """The process id of the kernel of the notebook at ``path``; None where it has none."""
        for session in await ensure_async(self._sessions.list_sessions()):
            if session["path"] == path and session["kernel"]:
                return self.process(session["kernel"]["id"])
        return None

    async def end(self, named: Iterable[Named]) -> None:
        """In order, with their sessions: none is started anew. A process that is no kernel of this server's is ended by a signal."""
        from ..lab import ending

        sessions = await ensure_async(self._sessions.list_sessions())
        known = {self.process(one["kernel"]["id"]): one["id"] for one in sessions if one["kernel"]}
        for one in filter(ending.lives, named):
            if one[0] in known:
                await self._sessions.delete_session(known[one[0]])
            else:
                ending.terminate(one)


class Lesson(JupyterHandler):
    """GET: what is told of the notebook at ``path``."""

    @web.authenticated
    async def get(self) -> None:
        returning = await in_a_thread(import_module, "hostnet_lab.lab.returning")
        listen(self.settings)
        path = self.get_query_argument("path", "")
        kernel = await Kernels(self.settings).at(path)
        found = await in_a_thread(returning.told, path, kernel)
        self.finish(json.dumps(asdict(found) if found else None))


class End(JupyterHandler):
    """POST {"processes": ["PID.START_TICKS"]}: end these lessons, and remove what they ran; {"said": ...} where that failed."""

    @web.authenticated
    async def post(self) -> None:
        from ..lab import ending

        asked = [str(one) for one in (self.get_json_body() or {}).get("processes") or ()]
        try:
            named = await in_a_thread(ending.of_lessons, asked)
            await Kernels(self.settings).end(named)
            await in_a_thread(ending.settle_here, named)
            self.finish({"said": ""})
        except LabError as error:
            self.finish({"said": str(error)})


async def in_a_thread(work: Callable[..., T], *given: Any) -> T:
    """What looks at files, or asks the engine: the server goes on meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(None, work, *given)


def listen(settings: Any) -> None:
    """From the first lesson that a page shows on also end what a terminal or another kernel asks for."""
    from ..lab import ending

    if "hostnet_lab_asked" not in settings:
        pipe = settings["hostnet_lab_asked"] = ending.listen()
        if pipe is not None:
            loop = IOLoop.current()
            loop.add_handler(pipe, lambda *_: loop.spawn_callback(Kernels(settings).end, ending.asked(pipe)), loop.READ)
