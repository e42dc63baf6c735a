"""The learner's own copies of the lessons: which are edited, and the way back to an original."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets

from ..core.errors import LabError
from ..edges.lesson_folder import LessonFolder
from .markup import status

ORIGINALS = "These are the originals: there is nothing to reset. Your own copies are made by ./lab."


class Lessons(ipywidgets.VBox):  # type: ignore[misc]
    """A choice of lesson and one button. ``folder``: by default the one that the notebook lies in.

    Nothing is lost by a reset: what was edited stays beside the lesson, under a name that the widget says.
    """

    def __init__(self, folder: LessonFolder | None = None) -> None:
        self._folder = folder or LessonFolder.around(Path.cwd())
        names = self._folder.lessons() if self._folder else []
        self._chosen = ipywidgets.Dropdown(
            options=[(name.removesuffix(".ipynb"), name) for name in names],
            index=None,
            description="Lesson",
            disabled=not names,
            layout={"width": "auto", "flex": "1 1 260px", "min_width": "0"},
        )
        tip = "Bring back the original; what you edited is kept beside it"
        self._reset = ipywidgets.Button(description="Reset this lesson", tooltip=tip, disabled=True, layout={"width": "auto"})
        self._status = ipywidgets.HTML(layout={"width": "auto"})
        self._chosen.observe(self._look, "value")
        self._reset.on_click(lambda _: self._bring_back())
        self._say("Choose a lesson." if names else ORIGINALS)
        bar = ipywidgets.HBox([self._chosen, self._reset], layout={"flex_flow": "row wrap", "width": "auto"})
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
            self._say(f"{name}: {'you edited it.' if edited else 'not edited. Reset clears its outputs.'}")

    def _bring_back(self) -> None:
        assert self._folder
        name = self._chosen.value
        try:
            kept = self._folder.reset(name)
        except (LabError, OSError) as error:
            self._say(str(error))
            return
        yours = f" What you had edited is in {kept}." if kept else ""
        self._say(f"{name}: the original is back.{yours} If it is open in a tab, go there and use File, Reload Notebook from Disk.")

    def _say(self, said: str) -> None:
        self._said = said
        self._status.value = status(said)
