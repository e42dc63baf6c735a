"""Text from outside, made fit to be shown: it cannot steer a terminal, nor pass for lines of the lab's own, nor break XML 1.0.

What others named (processes, containers, images, files), what engines and programs said, what a configuration holds: all of it
is data. Of Unicode's signs those go that show nothing by themselves: controls, surrogates, marks of direction, unassigned ones.
"""

from __future__ import annotations

from unicodedata import category

UNSEEN = frozenset(("Cc", "Cs", "Cf", "Cn", "Co", "Zl", "Zp"))  # The Unicode Standard, table 4-4
LONGEST = 4000  # signs of one value; a screen has some 5,000


class Lines(str):
    """A text whose line breaks are meant: for ``tr``, which takes any other value for one line."""


def one_line(text: str, longest: int = LONGEST) -> str:
    """Each unseen sign becomes a blank; what is longer is cut, and ends by an ellipsis."""
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    if shown.isprintable():
        return shown
    return "".join(" " if category(sign) in UNSEEN else sign for sign in shown)


def lines(text: str, longest: int = LONGEST) -> str:
    """The same for each line; the breaks stay."""
    return text if text.isprintable() and len(text) <= longest else "\n".join(one_line(line, longest) for line in text.split("\n"))


def printable(text: str) -> str:
    """On one line, with single blanks; not cut."""
    return " ".join(one_line(text, max(len(text), 1)).split())
