"""The launcher in words: what became of a container, who answered, and the text of each panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .commands import Publish
from .facts import ContainerFacts
from .launch_facts import Reply

if TYPE_CHECKING:
    from .launching import LauncherState  # which needs the words below

REMOVED = "--rm removed it, and its log with it."
ENDED = ("exited", "removing", "dead")


def end_words(name: str, container: ContainerFacts | None, log: str, code: int | None = None, auto_remove: bool = False) -> str:
    """What became of a container that does not run: its exit code and the end of its log."""
    if container is None:
        how = "" if code is None else f" It ended with exit code {code}."
        return f"{name} is gone.{how}{' ' + REMOVED if auto_remove else ''}"
    end = "\n".join(log.strip().splitlines()[-3:])
    how = f"exited with code {container.exit_code}" if container.status in ENDED else f"is {container.status}"
    return f"{name} {how}." + (f" Its log ends:\n{end}" if end else "")


def panels(state: LauncherState) -> tuple[tuple[str, str], ...]:
    """Title and text of each panel: state, answer, inspect facts, log."""
    found = state.container
    return (
        ("State", _state_words(state)),
        ("HTTP answer", _reply_words(state)),
        ("What docker inspect says", _inspect_words(found) if found else "Nothing: there is no such container."),
        ("Log, last 10 lines", state.sight.log.rstrip() or "(nothing)"),
    )


def _state_words(state: LauncherState) -> str:
    found = state.container
    if found is None:
        return f"There is no container called {state.fields.name.strip() or '(no name)'}."
    whose = "started by you in this lab" if state.ours else "not the lab's: it is left alone"
    code = "" if found.running else f", exit code {found.exit_code}"
    return f"{found.status}{code}\nimage {found.image}\n{whose}"


def _reply_words(state: LauncherState) -> str:
    reply, name = state.reply, state.fields.name.strip()
    if reply is None:
        return "(not asked: it does not run)" if not state.container or not state.container.running else "Nobody answers."
    return f"{proof(reply, name)}\n{reply.line or '(empty body)'}"


def proof(reply: Reply, name: str) -> str:
    """Who answered, by the one proof that counts: the request in a container's log."""
    who = f"container {reply.server}" if reply.server else "a server that is no container of this engine"
    proof = f"{name} answered: its log shows this request" if reply.server == name else f"NOT {name} answered, but {who}"
    return f"GET {reply.url}: {reply.status}. {proof}."


def _inspect_words(found: ContainerFacts) -> str:
    def ports(listed: Sequence[Publish]) -> str:
        """One line, or the word none."""
        shown = [str(one) for one in listed]
        return ", ".join(shown) or "none"

    address = ", ".join(found.addresses) or ("none: it uses the host's" if found.in_host_mode else "none")
    end = found.sandbox.rpartition("/")[2]
    space = "the host's network namespace" if end == "default" else "a namespace of its own"
    sandbox = f"its key ends in /{end}: {space}" if end else "the engine names none"
    return "\n".join(
        [
            f"Network mode:    {found.network_mode}",
            f"Own address:     {address}",
            f"Sandbox:         {sandbox}",
            f"Ports asked for: {ports(found.asked)}",
            f"Ports published: {ports(found.published)}",
        ]
    )
