"""Pages as HTML: templates by Jinja2, one palette and one stylesheet. Text goes in as text, whatever it holds, and made printable.

A page asks nothing of any other place. Jinja2 is imported when the first page is made.
"""

from __future__ import annotations

from ..core.reports.sections import Document

__all__ = ["as_html", "render"]


def as_html(document: Document) -> str:
    """A report as one page in UTF-8 that needs no other file and runs nothing: its own policy says so."""
    return render("document.html", document=document)


def render(template: str, **values: object) -> str:
    """A template of this folder with its values; a name that it lacks is an error."""
    from .environment import ENVIRONMENT

    return ENVIRONMENT.get_template(template).render(values)
