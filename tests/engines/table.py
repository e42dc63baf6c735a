"""Make docs/engines.md from the ledgers in docs/engines/: ./lab exec python -m tests.engines.table [FILE ...]

``tests.engines.run`` fills those; a test proves that the page is what this command makes of them. FILE: a ledger that somebody
has sent in (``./lab verify --contribute FILE``). It is looked at field by field, and put beside them as what was read of it; one
that is damaged, of another schema, or holds anything else than such a ledger does is refused, and changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hostnet_lab.core.errors import BadRequest, LabError
from hostnet_lab.core.reports import contribution, matrix_page
from hostnet_lab.kept import file

from .recipes import NOT_TRIED

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "engines.md"
SENT_IN = DOCS / "engines" / "sent-in"


def text() -> str:
    saved = [json.loads(path.read_text("utf-8")) for path in sorted((DOCS / "engines").glob("*.json"))]
    sent = [contribution.read(held(path)) for path in sorted(SENT_IN.glob("*.json"))]
    return matrix_page.page([*saved, *sent], NOT_TRIED)


def held(path: Path) -> Any:
    """What a file holds, if it is one that may be read. Raises BadRequest."""
    try:
        return file.read_json(path, contribution.LARGEST)
    except OSError as error:
        raise BadRequest(f"read {path}", str(error), "leave it out") from error


def take(paths: Sequence[Path]) -> list[Path]:
    """Put those beside the others, all or none; returns where they are now. Raises BadRequest for one that is refused."""
    texts = []
    for found in map(held, paths):
        contribution.read(found)
        texts.append(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=True) + "\n")
    SENT_IN.mkdir(exist_ok=True)
    places = [SENT_IN / f"{hashlib.sha256(one.encode()).hexdigest()[:16]}.json" for one in texts]
    for place, one in zip(places, texts, strict=True):
        place.write_text(one, "utf-8")
    return places


def main(words: Sequence[str]) -> int:
    try:
        for place in take([Path(word) for word in words]) if words else ():
            print(f"taken: {place.relative_to(DOCS.parent)}")
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    PAGE.write_text(text(), "utf-8")
    print(f"{PAGE.relative_to(DOCS.parent)}: {text().count(chr(10))} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
