"""A widget as its reader has it, without a browser: what it shows, and its controls by the words on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import ipywidgets


def parts(widget: Any) -> Iterator[Any]:
    """The widget and all that is in it, but for what is hidden."""
    if getattr(getattr(widget, "layout", None), "display", None) != "none":
        yield widget
        for child in getattr(widget, "children", ()):
            yield from parts(child)


def shown(widget: Any) -> str:
    """All markup; what a text field holds is none."""
    markup = [one.value for one in parts(widget) if isinstance(one, ipywidgets.HTML)]
    outputs = [output for one in parts(widget) if isinstance(one, ipywidgets.Output) for output in one.outputs]
    whole = "".join([*markup, *(output["data"]["text/html"] for output in outputs)])
    return re.sub(r'<span style="white-space:nowrap">(.*?)</span>', r"\1", whole)  # an option of a command, kept on one line


def told(widget: Any) -> str:
    """The markup of the lines that a screen reader is told of."""
    return "".join(one.value for one in parts(widget) if isinstance(one, ipywidgets.HTML) and 'role="status"' in one.value)


def panel(widget: Any, title: str) -> str:
    """The markup of the one part with that title."""
    (found,) = (one.value for one in parts(widget) if isinstance(one, ipywidgets.HTML) and f">{title}<" in one.value)
    return str(found)


def controls(widget: Any, words: str = "") -> list[Any]:
    """What can be pressed, typed into or chosen, where the words on it begin so."""
    described = [one for one in parts(widget) if getattr(one, "description", "")]
    return [one for one in described if one.description.startswith(words)]


def control(widget: Any, words: str) -> Any:
    found = controls(widget, words)
    (one,) = [each for each in found if each.description == words] or found
    return one


def press(widget: Any, words: str) -> None:
    button = control(widget, words)
    assert not button.disabled
    button.click()
