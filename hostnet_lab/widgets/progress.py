"""The learner's progress: all lessons with the way back to where they were, or one lesson with the way on."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

import ipywidgets

from ..core import text
from ..core.errors import LabError
from ..core.guide.lessons import LESSONS, START, Lesson, next_lesson
from ..core.progress import summary as words
from ..core.progress.state import LessonState, states, where_i_was
from ..edges.pictures import PictureFolder
from ..words import tr
from .markup import TEXT, folded, lines, status, table

if TYPE_CHECKING:
    from ..edges.progress import ProgressFile
    from ..lab import Lab

WIDTHS = (30, 17, 20, 14, 19)  # percent, of the columns of words.HEADINGS
FLAT = {"width": "auto", "min_width": "0"}


class ProgressView(ipywidgets.VBox):  # type: ignore[misc]
    """All lessons, or with ``lesson`` that one. Drawn again when this kernel records something, and on Refresh.

    It needs no engine. ``close`` ends the watching; the last drawing stays.
    """

    def __init__(self, lab: Lab, lesson: str | None = None) -> None:
        self._file: ProgressFile = lab.progress
        self._lesson = LESSONS[lesson] if lesson else None
        self._body, self._said = ipywidgets.HTML(layout=FLAT), ipywidgets.HTML(layout=FLAT)
        self._way = ipywidgets.Output(layout=FLAT)  # Lab opens a relative link of an output in itself; of an HTML widget not
        children = [self._body, self._way, self._said] if self._lesson else [self._way, self._body, self._buttons(), self._said]
        super().__init__(children, layout=FLAT)
        self._end = self._file.watch(lambda _: self.refresh())
        self.refresh()

    def __repr__(self) -> str:
        shown = self._lesson.id if self._lesson else tr("all lessons")
        return f"ProgressView({shown!r})"

    def close(self) -> None:
        """Watch no more."""
        if hasattr(self, "_end"):
            self._end()

    def _buttons(self) -> ipywidgets.HBox:
        self._sure = False  # the next press on Reset does it
        actions: dict[str, tuple[str, str, Callable[[], str]]] = {
            "refresh": (tr("Refresh"), tr("Read the file again: another notebook may have written to it"), lambda: ""),
            "export": (tr("Export"), tr("Write a copy of the file beside this notebook"), self._export),
            "reset": (tr("Reset"), tr("Begin anew; the old events are kept aside"), self._reset),
        }
        self.buttons = {
            id: ipywidgets.Button(description=name, tooltip=tip, layout={"width": "auto"}) for id, (name, tip, _) in actions.items()
        }
        for id, (*_, action) in actions.items():
            self.buttons[id].on_click(lambda _, id=id, action=action: self._act(id, action))
        return ipywidgets.HBox([*self.buttons.values()], layout={"flex_flow": "row wrap", **FLAT})

    # -- actions ------------------------------------------------------------------------------------

    def _act(self, id: str, action: Callable[[], str]) -> None:
        try:
            said = action()
        except LabError as error:
            said = str(error)
        if id != "reset":
            self._ask(False)  # any other press takes the question back
        self.refresh()
        self._say(said or self._trouble() or tr("Read again."))

    def _export(self) -> str:
        return tr("A copy is in {file}", file=self._file.export())

    def _ask(self, sure: bool) -> None:
        self._sure = sure
        self.buttons["reset"].description = tr("Reset: press again") if sure else tr("Reset")

    def _reset(self) -> str:
        self._ask(not self._sure)
        if self._sure:
            return tr("This begins anew for all lessons. Press Reset again to do it, or any other button to leave all as it is.")
        aside = self._file.reset()
        PictureFolder(self._file.path).clear()
        return tr("Begun anew. The old events are kept in {file}", file=aside) if aside else tr("There was nothing to reset.")

    # -- drawing ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the file, and draw."""
        found = states(self._file.read())
        if self._lesson:
            self._draw_one(self._lesson, found[self._lesson.id])
        else:
            self._draw_all(found)
        trouble = self._trouble()
        if trouble:
            self._say(trouble)

    def _draw_all(self, found: dict[str, LessonState]) -> None:
        place = where_i_was(found)
        if place.lesson == LESSONS[START]:
            self._link("", None, tr("Nothing is done yet: begin here, with the next cell."))
        else:
            begun = any(state.opened for id, state in found.items() if id != START)
            self._link(tr("Continue where you were") if begun else tr("Go on with"), place.lesson, place.why)
        rows = words.rows(found)
        caption = words.summary(found)
        twin = folded(tr("As text"), text.table([words.HEADINGS, *rows]))
        self._body.value = table(caption, dict(zip(words.HEADINGS, WIDTHS, strict=True)), rows) + twin

    def _draw_one(self, lesson: Lesson, state: LessonState) -> None:
        title = tr("Your progress in lesson {lesson}", lesson=lesson.id)
        heading = f'<div style="{TEXT};font-weight:600">{escape(title)}</div>'
        self._body.value = heading + lines(words.told(state))
        self._link(tr("Next lesson"), next_lesson(lesson.id), "" if next_lesson(lesson.id) else tr("This was the last lesson."))

    def _link(self, what: str, lesson: Lesson | None, why: str) -> None:
        link = f'{what}: <a href="{escape(lesson.file, quote=True)}">{escape(f"{lesson.id} {lesson.title}")}</a>. ' if lesson else ""
        plain = f"{what}: {lesson.id} {lesson.title} ({lesson.file}). {why}" if lesson else why
        data = {"text/html": f'<div style="{TEXT}">{link}{escape(why)}</div>', "text/plain": plain}
        self._way.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)

    def _trouble(self) -> str:
        return self._file.trouble if self._file.kept else tr("No progress is kept: there is no file for it.")

    def _say(self, said: str) -> None:
        self._said.value = status(said)
