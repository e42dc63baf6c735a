"""Make docs/engines.md from the ledgers in docs/engines/: ./lab exec python -m tests.engines.table

``tests.engines.run`` fills those; a test proves that the page is what this command makes of them.
"""

from __future__ import annotations

import json
from pathlib import Path

from hostnet_lab.core.reports import matrix_page

from .recipes import NOT_TRIED

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "engines.md"


def text() -> str:
    saved = [json.loads(path.read_text("utf-8")) for path in sorted((DOCS / "engines").glob("*.json"))]
    return matrix_page.page(saved, NOT_TRIED)


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
    print(f"{PAGE.relative_to(DOCS.parent)}: {text().count(chr(10))} lines")
