"""What time it is, as the lab writes it into its files: ISO 8601 in UTC. ``core.text`` reads it, and shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal


def now(to: Literal["seconds", "milliseconds"] = "seconds") -> str:
    return datetime.now(UTC).isoformat(timespec=to)
