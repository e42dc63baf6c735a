"""An answer that says who gave it."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.host.servers import UNSEEN
from ..words import tr


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
