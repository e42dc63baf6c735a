"""What a look at a network did not see, and why: as values, which an observation keeps, and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...words import joined, tr

What = Literal["links", "routes", "listeners", "rules", "legacy rules", "nftables", "processes"]
Why = Literal["no command", "no root", "refused", "failed", "unreadable", "nobody"]


@dataclass(frozen=True)
class Unseen:
    """``family``: IPv4, IPv6, tcp or udp, where one alone was looked for. ``said``: by the command, or by who read it.

    ``hidden``: of so many of ``count`` listeners the process is not seen: "no root", or "nobody" that could be seen holds them.
    """

    what: What
    why: Why
    family: str = ""
    command: str = ""
    said: str = ""
    code: int = 0
    hidden: int = 0
    count: int = 0

    def __str__(self) -> str:
        if self.what == "processes":
            no_root = self.why == "no root"
            why = tr("other users' processes are hidden without root") if no_root else tr("held by the kernel, or closed meanwhile")
            return tr("the processes of {hidden} of {count} listeners: {why}", hidden=self.hidden, count=self.count, why=why)
        what = self._what()
        match self.why:
            case "no command":
                return tr("{what}: there is no command {command}", what=what, command=self.command)
            case "no root":
                return joined(": ", (what, tr("it needs root")))
            case "failed":
                return joined(": ", (what, tr("exit code {code}", code=self.code)))
            case "unreadable":
                why = tr("{command} printed what cannot be read ({error})", command=self.command, error=self.said)
                return joined(": ", (what, why))
        return joined(": ", (what, self.said))

    def _what(self) -> str:
        match self.what:
            case "links":
                return tr("links and addresses")
            case "routes":
                return tr("routes ({family})", family=self.family)
            case "listeners":
                return tr("{protocol} listeners", protocol=self.family)
            case "rules":
                return tr("nat and filter rules ({family})", family=self.family)
            case "legacy rules":
                return tr("legacy rules ({family})", family=self.family)
        return tr("rules of nftables")
