"""The learner's own report: how far they are, and buttons that write it beside the lessons."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

import ipywidgets

from ..core.drawings.host_map import map_of
from ..core.guide.ledger import Machine
from ..core.reports.kept_pictures import NOW, Kept, kept
from ..core.reports.markdown import as_markdown
from ..core.reports.my_report import HELD, Catalogue, Report, lead
from ..core.reports.my_report_reading import report_of
from ..core.reports.my_report_sections import document
from ..core.reports.pictures import drawn
from ..core.reports.sections import Document
from ..edges import report_file
from ..edges.clock import now
from ..edges.lesson_folder import goals
from ..lab import Lab
from ..lab.worker import Worker
from ..ledger import look_at
from ..pages import as_html
from ..words import tr
from .markup import BUTTON, note, status

FORMS: dict[str, tuple[str, Callable[[Document], str]]] = {  # by the file's name: what its button says, and what makes it
    "my-report.html": (tr("Write HTML"), as_html),
    "my-report.md": (tr("Write Markdown"), as_markdown),
}


class MyReport(ipywidgets.VBox):  # type: ignore[misc]
    """Writes nothing until a button is pressed, and never over a file that somebody else wrote or changed.

    ``folder``: where the files go; a notebook's own folder if not given. ``close`` ends its thread.
    """

    def __init__(self, lab: Lab, folder: Path | None = None) -> None:
        self._lab, self._folder = lab, folder
        self._machine: Machine | None = None
        wide = {"width": "auto"}
        self._lead = ipywidgets.HTML(layout=wide)
        placeholder = tr("optional: it stands in the report as you type it")
        self._name = ipywidgets.Text(description=tr("Your name"), placeholder=placeholder)
        self._name.layout = {"width": "100%", "max_width": "520px"}
        self._status = ipywidgets.HTML(value=status(tr("Nothing written yet.")), layout=wide)
        self._written: dict[str, None] = {}  # names, in order
        self._links = ipywidgets.Output(layout=wide)  # JupyterLab resolves a link in an output against the notebook's folder
        self._buttons = [self._button(name) for name in FORMS]
        bar = ipywidgets.HBox(self._buttons, layout={"flex_flow": "row wrap"})
        children = [self._lead, self._name, bar, self._status, self._links, ipywidgets.HTML(value=note(HELD), layout=wide)]
        super().__init__(children, layout={"min_width": "0", "width": "auto"})
        self._worker = Worker(lambda error: self._end(str(error)))
        self._lead.value = status(lead(self._of_the_file()))

    def __repr__(self) -> str:
        return "MyReport()"

    def report(self) -> Report:
        """The report as of now, with the engine's facts and the host's map as they are; asks the engine, writes nothing."""
        self._machine = self._machine or look_at(self._lab.engine, self._lab.labels)[1]
        return self._of_the_file(self._machine, (self._map_now(),))

    def markdown(self) -> str:
        """The report as of now, as it would be written."""
        return as_markdown(document(self.report()))

    def close(self) -> None:
        """End the thread; what was written stays."""
        if hasattr(self, "_worker"):
            self._worker.close()

    def _of_the_file(self, machine: Machine | None = None, more: tuple[Kept, ...] = ()) -> Report:
        pictures = drawn((*more, *self._lab.pictures.kept()))
        catalogue = Catalogue(goals=goals())
        return report_of(self._lab.progress.read(), now(), catalogue=catalogue, name=self._name.value, machine=machine, pictures=pictures)

    def _map_now(self) -> Kept:
        facts = self._lab.host.facts()
        listeners = tuple(self._lab.with_containers(facts.listeners))
        seen = map_of(type(facts)(facts.namespace, facts.interfaces, listeners), self._lab.containers())
        return kept(NOW, self._lab.lesson, now(), seen)

    def _button(self, name: str) -> ipywidgets.Button:
        label, _ = FORMS[name]
        button = ipywidgets.Button(description=label, tooltip=tr("Write {file} beside this notebook", file=name), layout=BUTTON)
        button.on_click(lambda _: self._begin(name))
        return button

    def _begin(self, name: str) -> None:
        for button in self._buttons:
            button.disabled = True
        self._status.value = status(tr("Asking the engine and writing ..."))
        self._worker.submit(lambda: self._write(name), name)

    def _write(self, name: str) -> None:
        _, text_of = FORMS[name]
        report = self.report()
        place = report_file.write((self._folder or Path.cwd()) / name, text_of(document(report)))
        self._lead.value = status(lead(report))
        self._written[place.name] = None
        names = {one: tr("Open {file}", file=one) for one in self._written}
        links = "<br>".join(f'<a href="{quote(one)}">{escape(name)}</a>' for one, name in names.items())
        data = {"text/html": links, "text/plain": ", ".join(self._written)}
        self._links.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)
        self._end(tr("Written: {file}", file=place))

    def _end(self, said: str) -> None:
        self._status.value = status(said)
        for button in self._buttons:
            button.disabled = False
