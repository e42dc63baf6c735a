"""The launcher: a form, three buttons, and what came of them. It draws core.launching and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any

import ipywidgets

from ..core.errors import LabError
from ..core.host.commands import RunRequest
from ..core.host.facts import number
from ..core.launcher import steps
from ..core.launcher.fields import Fields, LauncherState
from ..core.launcher.panels import panels
from ..core.launcher.steps import Verb
from ..lab.worker import Follower, Worker
from ..words import tr
from . import markup

if TYPE_CHECKING:
    from ..lab import Lab

LABELS = tr("The lab adds its labels (who, which lesson, which kernel): they tell what may be stopped and removed here.")
VERBS: Mapping[str, tuple[str, str]] = {  # what is written on a button, and its tooltip
    "start": (tr("Start"), tr("Start the container")),
    "stop": (tr("Stop"), tr("Stop the container")),
    "remove": (tr("Remove"), tr("Remove the container")),
}
WIDE = {"width": "auto", "min_width": "0"}


class Launcher(ipywidgets.VBox):  # type: ignore[misc]
    """Starts, stops and removes one container, in the open: each command is printed before it runs.

    Engine calls run on one worker thread that writes traits only. ``close`` removes what this launcher started and
    ends its threads.
    """

    def __init__(
        self,
        lab: Lab,
        *,
        image: str = "nginx",
        name: str = "my-server",
        network: str = "host",
        publish: str = "",
    ) -> None:
        self.state = LauncherState(Fields(image, name, network, publish))
        self._lab = lab
        lab.host.settle()
        self._lock, self._started, self._exit_codes = RLock(), set[str](), dict[str, int]()
        self._follower: Follower | None = None
        self._make_form()
        self._make_panels()
        form = ipywidgets.HBox([*self._fields.values()], layout={"flex_flow": "row wrap", **WIDE})
        buttons = ipywidgets.HBox([*self._buttons.values(), self._again], layout={"flex_flow": "row wrap", **WIDE})
        grid = ipywidgets.GridBox(
            self._panels[:2],
            layout={"grid_template_columns": "repeat(auto-fit, minmax(300px, 1fr))", "grid_gap": "8px", **WIDE},
        )
        super().__init__(
            [form, self._plan, buttons, self._status, grid, *self._panels[2:], self._commands],
            layout=WIDE,
        )
        self._draw()
        self._worker = Worker(self._on_error)
        self._worker.submit(self._look, "look")

    def __repr__(self) -> str:
        return "Launcher()"

    def close(self) -> None:
        """Remove what this launcher started, end its threads. The page keeps what was seen last, and says so."""
        if not hasattr(self, "_worker") or self._again.disabled:
            return
        self._worker.close()  # first: a look under way may yet open the stream
        if self._follower:
            self._follower.close()
        for name in sorted(self._started):
            with suppress(LabError):  # gone already, or the engine is: nothing that this widget could do
                self._lab.remove(name)
        self._started.clear()
        for one in (*self._fields.values(), *self._buttons.values(), self._again):
            one.disabled = True
        self._status.value = markup.status(tr("Closed. What it started was removed."))

    # -- making -------------------------------------------------------------------------------------

    def _make_form(self) -> None:
        typed = self.state.fields
        layout, style = {"width": "auto", "flex": "1 1 240px", "min_width": "220px"}, {"description_width": "76px"}
        look: dict[str, Any] = {"layout": layout, "style": style}
        networks = list(dict.fromkeys(["host", "bridge", "none", typed.network]))
        self._fields = {
            "image": ipywidgets.Text(typed.image, description=tr("Image"), **look),
            "name": ipywidgets.Text(typed.name, description=tr("Name"), **look),
            "network": ipywidgets.Dropdown(value=typed.network, options=networks, description=tr("Network"), **look),
            "publish": ipywidgets.Text(typed.publish, description=tr("Publish"), placeholder="8080:80", **look),
            "auto_remove": ipywidgets.Checkbox(description=tr("Remove when it exits (--rm)"), indent=False, layout=layout),
        }
        for key, one in self._fields.items():
            one.observe(self._on_edit(key), "value")
        self._buttons = {
            verb: ipywidgets.Button(description=name, tooltip=tip, layout=markup.BUTTON) for verb, (name, tip) in VERBS.items()
        }
        self._buttons["start"].on_click(lambda _: self.press("start"))
        self._buttons["stop"].on_click(lambda _: self.press("stop"))
        self._buttons["remove"].on_click(lambda _: self.press("remove"))
        self._again = ipywidgets.Button(description=tr("Look again"), tooltip=tr("Read facts, log and answer again"), layout=markup.BUTTON)
        self._again.on_click(lambda _: self._worker.submit(self._look_and_ask, "ask"))

    def _make_panels(self) -> None:
        self._plan, self._status, self._commands = (ipywidgets.HTML(layout=WIDE) for _ in range(3))
        self._panels = [ipywidgets.HTML(layout=WIDE) for _ in panels(self.state)]

    def _on_edit(self, key: str) -> Callable[[Any], None]:
        def edit(change: Any) -> None:
            self._step(lambda state: steps.edited(state, **{key: change["new"]}))
            self._worker.submit(self._look, "look")

        return edit

    # -- acting -------------------------------------------------------------------------------------

    def press(self, verb: Verb) -> None:
        """What the button of that name does: print the command, and hand it to the worker."""
        with self._lock:
            if self.state.busy:
                return  # a second click that came before the button was off
            self._step(lambda state: steps.begun(state, verb))
            fields, wanted = self.state.fields, bool(self.state.busy)
        if wanted:
            self._worker.submit(lambda: self._act(verb, fields))

    def _act(self, verb: Verb, fields: Fields) -> None:
        try:
            warnings = self._do(verb, fields.request())
            sight = self._lab.launching.look(self.state.fields)
        except Exception as error:
            known = _as_answer(error)
            self._step(lambda state: steps.failed(state, known))
            return
        self._step(lambda state: steps.done(state, verb, fields.name.strip(), sight, warnings))
        if verb == "start":
            self._started |= {one.id for one in sight.containers if one.name == fields.name.strip()}
            self._ask()

    def _do(self, verb: Verb, request: RunRequest) -> tuple[str, ...]:
        if verb == "start":
            return tuple(self._lab.run(request))
        (self._lab.stop if verb == "stop" else self._lab.remove)(request.name)
        return ()

    def _look(self) -> None:
        if self._follower is None or not self._follower.alive:
            again = partial(self._worker.submit, self._look, "look")
            self._follower = Follower(self._lab.engine.events(type="container"), self._on_event, on_end=again)
        sight, codes = self._lab.launching.look(self.state.fields), dict(self._exit_codes)
        self._step(lambda state: steps.seen(state, sight, codes))

    def _look_and_ask(self) -> None:
        self._look()
        if not self.state.busy:
            self._step(steps.looked)
            self._ask()

    def _ask(self) -> None:
        """Ask the running container over HTTP, and read its log again: the request shows there."""
        container = self.state.container
        if container and container.running:
            reply = self._lab.launching.answer(container.name)
            self._step(lambda state: steps.answered(state, container.name, reply))
            self._look()

    def _on_event(self, event: Any) -> None:
        attributes = (event.get("Actor") or {}).get("Attributes") or {}
        code = number(str(attributes.get("exitCode", "")))
        if event.get("Action") == "die" and code is not None:
            self._exit_codes[str(attributes.get("name"))] = code
        if not str(event.get("Action", "")).startswith(("exec", "top", "attach")):
            self._worker.submit(self._look, "look")

    def _on_error(self, error: Exception) -> None:
        self._step(lambda state: steps.troubled(state, _as_answer(error)))

    # -- drawing ------------------------------------------------------------------------------------

    def _step(self, change: Callable[[LauncherState], LauncherState]) -> None:
        with self._lock:
            self.state = change(self.state)
            self._draw()

    def _draw(self) -> None:
        state, plan = self.state, steps.plan(self.state)
        self._plan.value = _plan_markup(plan)
        self._status.value = markup.status(steps.status_line(state))
        self._buttons["start"].disabled = not state.can_start
        self._buttons["stop"].disabled = not state.can_stop
        self._buttons["remove"].disabled = not state.can_remove
        for shown, (title, text) in zip(self._panels, panels(state), strict=True):
            shown.value = markup.panel(title, text)
        self._commands.value = markup.panel(tr("Done so far, as you would type it"), "\n\n".join(state.commands) or tr("(none yet)"))


def _plan_markup(plan: steps.Plan) -> str:
    if plan.error:
        return markup.panel(tr("This cannot be started"), plan.error, scrolls=False)
    return (
        markup.panel(tr("On the command line"), plan.cli, scrolls=False)
        + markup.panel(tr("In Python, with docker-py"), plan.sdk, scrolls=False)
        + markup.note(LABELS)
        + markup.lines(plan.outlook)
    )


def _as_answer(error: Exception) -> LabError:
    return error if isinstance(error, LabError) else LabError(tr("this step"), repr(error), tr("press Look again"))
