"""The launcher's state: what is typed, what will come of it, what happened. Every function returns the next state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ...words import tr
from ..errors import BadRequest, LabError
from ..host.commands import RunRequest
from ..host.ports import Consequence, Kind, foresee
from .fields import LauncherState, Reply, Sight
from .panels import REMOVED, end_words, proof

Verb = Literal["start", "stop", "remove"]
HEADINGS: dict[Kind, str] = {
    "answers": tr("Answers"),
    "discarded": tr("Discarded"),
    "taken": tr("Taken"),
    "refused": tr("Refused"),
    "unreachable": tr("Not reachable"),
}


@dataclass(frozen=True)
class Plan:
    """The command in both voices, and what will come of it, each line with its heading; or the rule that is broken."""

    cli: str = ""
    sdk: str = ""
    outlook: tuple[tuple[str, str], ...] = ()
    error: str = ""


def plan(state: LauncherState) -> Plan:
    try:
        request = state.fields.request()
    except BadRequest as error:
        return Plan(error=str(error))
    return Plan(request.cli(), request.sdk(), tuple((HEADINGS[one.kind], one.sentence) for one in _outlook(state, request)))


def _outlook(state: LauncherState, request: RunRequest) -> list[Consequence]:
    sight = state.sight
    if state.container and state.ours:
        there = tr("{name} is there already ({status}).", name=request.name, status=state.container.status)
        if state.container.running:
            can = tr("Stop and Remove work on it; Start would be refused.")
        else:
            can = tr("Remove works on it; Start would be refused.")
        return [Consequence("taken", f"{there} {can}")]
    found = foresee(request, sight.listeners, sight.containers, sight.serves)
    if not sight.image_here:
        said = tr("The engine has no image {image}. `docker run` would pull it first; this form does not.", image=request.image)
        found.insert(0, Consequence("refused", said))
    if request.network == "host" and not sight.serves:
        found.append(Consequence("answers", tr("On whichever ports its server opens: on every address of the host.")))
    return found


def edited(state: LauncherState, **changed: Any) -> LauncherState:
    """The form with a field changed. What belongs to a container of another name is forgotten."""
    after = _told(state, state.busy, fields=replace(state.fields, **changed))
    if after.fields.name.strip() != state.fields.name.strip():
        after = replace(after, reply=None, sight=replace(after.sight, log=""))
    return after


def begun(state: LauncherState, verb: Verb) -> LauncherState:
    """Busy, with the command written down; or, where a field breaks a rule, not busy and the rule as status."""
    try:
        request = state.fields.request()
    except BadRequest as error:
        return failed(state, error)
    said = {
        "start": tr("Starting {name} ...", name=request.name),
        "stop": tr("Stopping {name} ...", name=request.name),
        "remove": tr("Removing {name} ...", name=request.name),
    }[verb]
    written = (*state.commands, voices(state, request, verb))
    return _told(state, said, busy=said, commands=written, reply=None if verb == "start" else state.reply)


def voices(state: LauncherState, request: RunRequest, verb: Verb) -> str:
    """The command that a button runs: for the shell, then for Python."""
    get = f"client.containers.get({request.name!r})"
    force = state.container is not None and state.container.running
    if verb == "start":
        return f"{request.cli()}\n{request.sdk()}"
    if verb == "stop":
        return f"docker stop {request.name}\n{get}.stop()"
    return f"docker rm {'-f ' if force else ''}{request.name}\n{get}.remove({'force=True' if force else ''})"


def failed(state: LauncherState, error: LabError) -> LauncherState:
    return _told(state, str(error), busy="")


def troubled(state: LauncherState, error: LabError) -> LauncherState:
    """A look at the world failed; what a button does goes on."""
    return _told(state, str(error))


def _told(state: LauncherState, status: str, **changed: Any) -> LauncherState:
    """With a status that does not say that the container runs."""
    return replace(state, status=status, warned=None, **changed)


def done(state: LauncherState, verb: Verb, name: str, sight: Sight, warnings: Sequence[str] = ()) -> LauncherState:
    """The button's work on ``name`` is finished, ``sight`` was taken afterwards; the form may say another by now."""
    after = replace(state, sight=sight, busy="")
    container = next((one for one in sight.containers if one.name == name), None)
    if verb == "remove":
        return _told(after, tr("{name} was removed.", name=name), reply=None)
    if verb == "stop" and container and not container.running:
        return _told(after, tr("{name} stopped, exit code {code}.", name=name, code=container.exit_code), reply=None)
    if container is None or not container.running:
        return _told(after, end_words(name, container, sight.log), reply=None)
    return _runs(after, name, tuple(warnings))


def answered(state: LauncherState, name: str, reply: Reply | None) -> LauncherState:
    """``name`` was asked over HTTP; a status that says it runs goes on to say who answered."""
    if name != state.fields.name.strip():
        return state  # the form names another one by now
    after = replace(state, reply=reply)
    if state.warned is None:
        return after
    return _runs(after, name, state.warned, proof(reply, name) if reply else tr("Nobody answers over HTTP yet."))


def _runs(state: LauncherState, name: str, warned: tuple[str, ...] = (), more: str = "") -> LauncherState:
    said = " ".join(filter(None, (tr("{name} runs.", name=name), more)))
    warnings = (tr("The engine warns: {warning}.", warning=one) for one in warned)
    return replace(state, status="\n".join([said, *warnings]), warned=warned)


def status_line(state: LauncherState) -> str:
    return state.status or (tr("Edited: nothing was run since.") if state.commands else tr("Nothing was run yet."))


def seen(state: LauncherState, sight: Sight, exit_codes: Mapping[str, int] | None = None) -> LauncherState:
    """The world was looked at again. A container that ran before and does not now is spoken of in the status.

    ``exit_codes``: name -> code, from the engine's events, for containers that are gone already.
    """
    before, after = state.container, replace(state, sight=sight)
    container, name = after.container, state.fields.name.strip()
    if state.busy or not before or (container and (container.running or not before.running)):
        return after
    if not before.running:  # its end was told already; now it is gone
        return _told(after, f"{state.status}\n{REMOVED}" if before.auto_remove else tr("{name} was removed.", name=name))
    code, log = (exit_codes or {}).get(name), sight.log or state.sight.log
    return _told(after, end_words(name, container, log, code, before.auto_remove), reply=None)


def looked(state: LauncherState) -> LauncherState:
    """The reader asked to look again: the status says what was found, whatever it said before."""
    name, found = state.fields.name.strip() or tr("(no name)"), state.container
    if found is None:
        return _told(state, tr("Looked: there is no container called {name}.", name=name), reply=None)
    return _runs(state, name) if found.running else _told(state, end_words(name, found, state.sight.log))
