"""``./lab report``: what the learner did, as text, as a page and as Markdown. Needs no engine; one that answers is named."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from ..core.errors import LabError
from ..core.guide.ledger import Machine
from ..core.reports.markdown import as_markdown
from ..core.reports.my_report import Catalogue, Report
from ..core.reports.my_report_reading import report_of
from ..core.reports.my_report_sections import document
from ..core.reports.pictures import drawn
from ..edges.console import answer
from ..pages import as_html
from ..words import tr

if TYPE_CHECKING:
    from ..edges.engine import Engine


def gather(name: str, engine: Engine | None) -> Report:
    """The report as of now, from the learner's file and pictures, with the facts of an engine if there is one."""
    from ..edges.clock import now
    from ..edges.lesson_folder import goals
    from ..edges.pictures import PictureFolder
    from ..edges.progress import ProgressFile

    file = ProgressFile()
    machine = _machine(engine) if engine else None
    catalogue, pictures = Catalogue(goals=goals()), drawn(PictureFolder(file.path).kept())
    return report_of(file.read(), now(), catalogue=catalogue, name=name, machine=machine, pictures=pictures)


def _machine(engine: Engine) -> Machine | None:
    """None for an engine that answers but runs nothing, such as one without the lab's image."""
    from ..core.host.ownership import Mark
    from ..edges import host
    from ..ledger import look_at

    try:
        return look_at(engine, Mark(os.getuid(), "report", host.this_process()).labels())[1]
    except LabError:
        return None


def write(report: Report, asked: Namespace) -> None:
    """Write what was asked for, and say where; without a file, show the Markdown, without its drawings."""
    from ..edges import report_file

    made = document(report)
    written = [(asked.html, as_html), (asked.markdown, as_markdown)]
    for place, text_of in written:
        if place is not None:
            answer(tr("Written: {file}", file=report_file.write(place, text_of(made))))
    if not any(place for place, _ in written):
        answer(as_markdown(made, drawings=False), end="")
