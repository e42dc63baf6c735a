"""``./lab crib``: the plain commands on one page, as text or as a page to print. Needs no engine."""

from __future__ import annotations

from argparse import Namespace

from ..core.reports.crib import document
from ..core.reports.markdown import as_markdown
from ..edges import report_file
from ..edges.console import answer
from ..pages import as_html
from ..words import tr


def write(asked: Namespace) -> None:
    if asked.html:
        answer(tr("Written: {file}", file=report_file.write(asked.html, as_html(document()))))
    else:
        answer(as_markdown(document()), end="")
