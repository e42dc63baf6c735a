"""Imported before anything else of the lab: a language that says each text as it stands, between ⟦ and ⟧."""

from __future__ import annotations

from gettext import NullTranslations

from hostnet_lab import words


class Bracketed(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


vars(words)["_translations"] = Bracketed
