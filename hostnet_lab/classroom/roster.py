"""Who may take part: names, the roster's text, and the name that a learner's things have on the server. Pure."""

from __future__ import annotations

import hashlib
import re
from unicodedata import category

from ..core.errors import BadRequest
from ..words import tr

LONGEST = 40  # characters; a board with thirty rows has no room for more
TEACHER = "teacher"


def is_name(name: str) -> bool:
    """True for what a learner may be called: 1 to 40 printable characters, no slash, no space at either end.

    Markup, quotes and letters of any script are allowed: a name is data wherever it is shown. Control and format
    characters are not, because they would rewrite the line that they stand in. A lone dot or two would mean a folder.
    """
    if not 0 < len(name) <= LONGEST or name != name.strip() or "/" in name or "\\" in name or set(name) == {"."}:
        return False
    return not any(category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for sign in name)


def normal(name: str) -> str:
    """The one spelling under which a name is known: JupyterHub's, which is lower case."""
    return name.strip().lower()


def roster(text: str) -> tuple[str, ...]:
    """The names of a roster file: one a line; empty lines and lines that begin with # do not count.

    Raises BadRequest for a name that cannot be one, for the teacher's, and for the same name twice: the two would share
    one seat and overwrite each other's work.
    """
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name = normal(line)
        if not name or name.startswith("#"):
            continue
        if not is_name(name):
            rule = tr("a name has 1 to {most} printable characters and no slash", most=LONGEST)
            raise BadRequest(_line(number, line[:60]), rule, tr("change that line"))
        if name == TEACHER:
            raise BadRequest(_line(number, name), tr("this name is the teacher's own"), tr("change that line"))
        if name in seen:
            found = tr("the same name stands in line {number}; whoever logs in by it takes the same seat", number=seen[name])
            raise BadRequest(_line(number, name), found, tr("tell the two apart, for example by an initial"))
        seen[name] = number
    if not seen:
        raise BadRequest(tr("read the roster"), tr("no name in it"), tr("write one name a line"))
    return tuple(seen)


def _line(number: int, text: str) -> str:
    return tr("read the roster, line {number}: {text!r}", number=number, text=text)


def slug(name: str) -> str:
    """The name of a learner's container, network and disk: at most 31 of [a-z0-9-], and another one for every name."""
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:20].rstrip("-")
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    return f"{readable}-{digest}" if readable else digest
