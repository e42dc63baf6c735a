"""Made-up ledgers and experiments for the tests: no engine is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hostnet_lab.cli.verify import page as page
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.ledger import Entry, Ledger, Machine
from hostnet_lab.core.guide.verdicts import Judgement, Verdict
from hostnet_lab.core.host.quirks import Kind

MACHINE = Machine("Docker", "20.10.24", "1.41", "6.18.0", "amd64", "2026-01-02T03:04:05+00:00", True, False, "same namespace")
KIND = Kind("docker", (20, 0))


def entry(
    claim: str,
    verdict: Verdict,
    expected: Verdict | None = None,
    evidence: str = "Seen: 200.",
    observation: Mapping[str, Any] | None = None,
) -> Entry:
    return Entry(CLAIMS[claim], Judgement(verdict, evidence), expected or verdict, 0.25, observation or {})


def ledger(*entries: Entry, broken: str = "") -> Ledger:
    return Ledger(KIND, MACHINE, entries, 1.5, broken)


def whole(evidence: str = "Seen: 200.") -> Ledger:
    """Every claim, as expected."""
    return ledger(*(entry(claim.id, claim.expected, evidence=evidence) for claim in CLAIMS.values()))


class FakeEngine:
    """As much of an engine as a schedule asks of it."""

    endpoint = "unix:///nowhere"

    def __init__(self) -> None:
        self.alive = True
        self.held: dict[str, dict[str, str]] = {}  # id -> labels

    def version(self) -> dict[str, Any]:
        if not self.alive:
            raise ConnectionError("nobody listens")
        return {"Version": "20.10.24", "ApiVersion": "1.41", "KernelVersion": "6.18.0", "Arch": "amd64"}

    def containers(self, label: str) -> list[dict[str, Any]]:
        key, _, value = label.partition("=")
        return [{"Id": one} for one, labels in list(self.held.items()) if labels.get(key) == value]

    def remove(self, container: str, *, force: bool = False) -> bool:
        return self.held.pop(container, None) is not None
