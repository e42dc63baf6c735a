"""The learner's own copies of the lessons: which are edited, the way back to an original, and their language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets

from ..core.errors import LabError
from ..edges.lesson_folder import LessonFolder
from ..words import LANGUAGE, NAMES, tr
from .markup import status

ORIGINALS = tr("These are the originals: there is nothing to reset. Your own copies are made by ./lab.")


class Lessons(ipywidgets.VBox):  # type: ignore[misc]
    """A choice of lesson and a button to reset it. ``folder``: by default the one that the notebook lies in.

    Where the learner has chosen another language than the copies have, a second button brings them in it.

    Nothing is lost by a reset: what was edited stays beside the lesson, under a name that the widget says.
    """

    def __init__(self, folder: LessonFolder | None = None) -> None:
        self._folder = folder or LessonFolder.around(Path.cwd())
        names = self._folder.lessons() if self._folder else []
        self._chosen = ipywidgets.Dropdown(
            options=[(name.removesuffix(".ipynb"), name) for name in names],
            index=None,
            description=tr("Lesson"),
            disabled=not names,
            layout={"width": "auto", "flex": "1 1 260px", "min_width": "0"},
        )
        tip = tr("Bring back the original; what you edited is kept beside it")
        self._reset = ipywidgets.Button(description=tr("Reset this lesson"), tooltip=tip, disabled=True, layout={"width": "auto"})
        self._status = ipywidgets.HTML(layout={"width": "auto"})
        self._chosen.observe(self._look, "value")
        self._reset.on_click(lambda _: self._bring_back())
        self._say(tr("Choose a lesson.") if names else ORIGINALS)
        self._translate = ipywidgets.Button(layout={"width": "auto"})
        self._translate.on_click(lambda _: self._bring_language())
        self._offer()
        bar = ipywidgets.HBox([self._chosen, self._reset, self._translate], layout={"flex_flow": "row wrap", "width": "auto"})
        super().__init__([bar, self._status], layout={"min_width": "0", "width": "auto"})

    def __repr__(self) -> str:
        return "Lessons()"

    @property
    def said(self) -> str:
        """What the status line says, as plain text."""
        return self._said

    def _look(self, _: Any = None) -> None:
        name = self._chosen.value
        self._reset.disabled = not name
        if self._folder and name:
            edited = self._folder.edited(name)
            said = tr("you edited it.") if edited else tr("not edited. Reset clears its outputs.")
            self._say(f"{name}: {said}")

    def _bring_back(self) -> None:
        assert self._folder
        name = self._chosen.value
        try:
            kept = self._folder.reset(name)
        except (LabError, OSError) as error:
            self._say(str(error))
            return
        yours = [tr("What you had edited is in {file}.", file=kept)] if kept else []
        then = tr("If it is open in a tab, go there and use File, Reload Notebook from Disk.")
        self._say(" ".join([tr("{name}: the original is back.", name=name), *yours, then]))

    def _offer(self) -> None:
        foreign = self._folder is not None and self._folder.language != LANGUAGE
        self._translate.description = tr("Bring all lessons in {language}", language=NAMES[LANGUAGE]) if foreign else ""
        self._translate.tooltip = tr("What you edited stays as it is") if foreign else ""
        self._translate.layout.display = "" if foreign else "none"

    def _bring_language(self) -> None:
        assert self._folder
        try:
            said = self._folder.fill()
        except LabError as error:
            self._say(str(error))
            return
        done = tr("Done. Where a lesson is open in a tab, go there and use File, Reload Notebook from Disk.")
        self._say(" ".join([done, *(f"{one}." for one in said)]))
        self._offer()

    def _say(self, said: str) -> None:
        self._said = said
        self._status.value = status(said)
