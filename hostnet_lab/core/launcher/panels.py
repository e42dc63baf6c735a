"""The launcher in words: what became of a container, who answered, and the text of each panel."""

from __future__ import annotations

from collections.abc import Sequence

from ...words import Lines, tr
from ..host.commands import Publish
from ..host.facts import ContainerFacts
from ..host.servers import UNSEEN
from ..text import table
from .fields import LauncherState, Reply

REMOVED = tr("--rm removed it, and its log with it.")
ENDED = ("exited", "removing", "dead")


def end_words(name: str, container: ContainerFacts | None, log: str, code: int | None = None, auto_remove: bool = False) -> str:
    """What became of a container that does not run: its exit code and the end of its log."""
    if container is None:
        said = [tr("{name} is gone.", name=name)]
        said += [] if code is None else [tr("It ended with exit code {code}.", code=code)]
        return " ".join([*said, REMOVED] if auto_remove else said)
    end = Lines("\n".join(log.strip().splitlines()[-3:]))
    if container.status in ENDED:
        how = tr("{name} exited with code {code}.", name=name, code=container.exit_code)
    else:
        how = tr("{name} is {status}.", name=name, status=container.status)
    return how + " " + tr("Its log ends:") + "\n" + end if end else how


def panels(state: LauncherState) -> tuple[tuple[str, str], ...]:
    """Title and text of each panel: state, answer, inspect facts, log."""
    found = state.container
    return (
        (tr("State"), _state_words(state)),
        (tr("HTTP answer"), _reply_words(state)),
        (tr("What docker inspect says"), _inspect_words(found) if found else tr("Nothing: there is no such container.")),
        (tr("Log, last 10 lines"), state.sight.log.rstrip() or tr("(nothing)")),
    )


def _state_words(state: LauncherState) -> str:
    found = state.container
    if found is None:
        return tr("There is no container called {name}.", name=state.fields.name.strip() or tr("(no name)"))
    whose = tr("started by you in this lab") if state.ours else tr("not the lab's: it is left alone")
    status = found.status if found.running else tr("{status}, exit code {code}", status=found.status, code=found.exit_code)
    return "\n".join([status, tr("image {image}", image=found.image), whose])


def _reply_words(state: LauncherState) -> str:
    reply, name = state.reply, state.fields.name.strip()
    if reply is None:
        return tr("(not asked: it does not run)") if not state.container or not state.container.running else tr("Nobody answers.")
    return "\n".join([proof(reply, name), reply.line or tr("(empty body)")])


def proof(reply: Reply, name: str) -> str:
    """Who answered, by the request in a container's log, or by who holds the port."""
    if reply.server == name:
        proof = tr("{name} answered: its log shows this request, or the port is its own.", name=name)
    elif reply.server == UNSEEN:
        proof = tr("It could not be seen who answered.")
    elif reply.server:
        proof = tr("NOT {name} answered, but container {other}.", name=name, other=reply.server)
    else:
        proof = tr("NOT {name} answered, but a server that is no container of this engine.", name=name)
    return f"GET {reply.url}: {reply.status}. {proof}"


def _inspect_words(found: ContainerFacts) -> str:
    def ports(listed: Sequence[Publish]) -> str:
        """One line, or the word none."""
        shown = [str(one) for one in listed]
        return ", ".join(shown) or tr("none")

    address = ", ".join(found.addresses) or (tr("none: it uses the host's") if found.in_host_mode else tr("none"))
    end = found.sandbox.rpartition("/")[2]
    if end == "default":
        sandbox = tr("its key ends in /{end}: the host's network namespace", end=end)
    else:
        sandbox = tr("its key ends in /{end}: a namespace of its own", end=end) if end else tr("the engine names none")
    lines = {
        tr("Network mode:"): found.network_mode,
        tr("Own address:"): address,
        tr("Sandbox:"): sandbox,
        tr("Ports asked for:"): ports(found.asked),
        tr("Ports published:"): ports(found.published),
    }
    return table(lines.items())
