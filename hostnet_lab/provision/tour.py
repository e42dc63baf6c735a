"""The short tour of the room, as settings of the extension jupyterlab-tour: what is where, in five steps.

It starts from lesson 00 or from the Help menu, never by itself. A step whose place is not on the page, or behind another tab, is
passed over; so each names what is in front.
"""

from __future__ import annotations

from typing import Any

from ..words import tr

PLUGIN = "jupyterlab-tour:user-tours"
NOT_OURS = ("jupyterlab-tour:default-tours", "jupyterlab-tour:notebook-tours")  # they would cover the lesson with an offer
LABEL = tr("Tour of the lab")
STEPS = (  # CSS selector, side, title, text; "center": beside a place that fills the window there is no room for a text
    (
        ".jp-NotebookPanel:not(.lm-mod-hidden)",
        "center",
        tr("The lesson"),
        tr("Read from the top, and run each cell with Shift+Enter. Where it says Predict, answer for yourself before you go on."),
    ),
    (
        ".jp-Terminal:not(.lm-mod-hidden)",
        "left",
        tr("Your terminal"),
        tr(
            "Exercises are meant for it. The button >_ beside a command puts it here, and Enter runs it. The lesson's last cell removes "
            "what you start."
        ),
    ),
    (
        ".hostnet-stage",
        "left",
        tr("The map of your host"),
        tr("It is drawn anew whenever a container comes or goes, whoever started it. Closed, it is opened again by the menu View."),
    ),
    (
        ".jp-SideBar.jp-mod-left",
        "right",
        tr("All lessons, and the headings of this one"),
        tr("The folder lists your copies of the lessons: edit them as you like. The list below it shows the headings of the lesson."),
    ),
    (
        "#jp-main-statusbar",
        "top",
        tr("When the window is narrow"),
        tr("Then one part has the whole page, and the buttons at its top change to another. This tour stays in the menu Help."),
    ),
)


def settings() -> dict[str, Any]:
    """The value of the extension's setting ``tours``, in the terms of react-joyride."""
    steps = [{"target": where, "placement": side, "title": title, "content": text} for where, side, title, text in STEPS]
    return {"tours": [{"id": "room", "label": LABEL, "steps": steps, "options": {"disableScrolling": True, "hideBackButton": True}}]}
