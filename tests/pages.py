"""Reads a page as a browser would, strictly: what is opened must be closed."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hostnet_lab import pages

FOLDER = Path(pages.__file__).parent
STYLE = (FOLDER / "style.css").read_text("utf-8")
RUNS_OR_LOADS = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio", "image", "use", "foreignobject"}


class Reader(HTMLParser):
    """Elements with their attributes, and whether every one that is opened is closed."""

    VOID = ("meta", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def elements(text: str, tag: str) -> Iterator[dict[str, Any]]:
    return (attributes for name, attributes in Reader(text).elements if name == tag)
