"""A last line that tells a text which we wrote from one that somebody has changed since."""

from __future__ import annotations

from hashlib import sha256

SEAL = "<!-- hostnet-lab report "


def sealed(text: str) -> str:
    """The text with a last line that tells it from one that somebody has changed since."""
    body = text.rstrip("\n") + "\n"
    return f"{body}{SEAL}{_digest(body)} -->\n"


def is_sealed(text: str) -> bool:
    """True for what ``sealed`` returned, unchanged: it may be written anew without anything being lost."""
    body, _, seal = text.rpartition(SEAL)
    return bool(body) and seal == f"{_digest(body)} -->\n"


def _digest(body: str) -> str:
    return sha256(body.encode("utf-8", "replace")).hexdigest()[:32]
