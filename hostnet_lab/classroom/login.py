"""Who may log in: a shared password, and a name that can be one. Imported by the hub only."""

from __future__ import annotations

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator

from .roster import is_name


class ClassAuthenticator(SharedPasswordAuthenticator):  # type: ignore[misc]
    """JupyterHub's own, and names that a board can show."""

    def validate_username(self, username: str) -> bool:
        return bool(super().validate_username(username)) and is_name(username)
