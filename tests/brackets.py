"""A language that says each text as it stands, between ⟦ and ⟧: what is without them was not said in the reader's language."""

from __future__ import annotations

from gettext import NullTranslations


class Bracketed(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)
