"""Pieces of SVG that work in light, in dark and in an exported page: JupyterLab's colours, each with a fallback.

Every text that comes from outside is escaped here, and only here. Nothing is measured: widths are estimates.
"""

from __future__ import annotations

from hashlib import sha256
from html import escape
from unicodedata import category, east_asian_width

EM = 0.52  # mean width of a sans-serif letter, in units of its size; estimates lean to the wide side
STYLE = """
{id} text {{ font-family: var(--jp-ui-font-family, system-ui, sans-serif); fill: var(--jp-ui-font-color1, #212121); }}
{id} .faint {{ fill: var(--jp-ui-font-color2, #555); }}
{id} .bold {{ font-weight: 600; }}
{id} .code {{ font-family: var(--jp-code-font-family, monospace); }}
{id} .paper {{ fill: var(--jp-layout-color0, #fff); }}
{id} .frame {{ fill: none; stroke: var(--jp-ui-font-color2, #555); stroke-width: 2; }}
{id} .host {{ fill: none; stroke: var(--jp-brand-color1, #1976d2); stroke-width: 3; }}
{id} .apart {{ fill: none; stroke: var(--jp-ui-font-color1, #212121); stroke-width: 2; stroke-dasharray: 9 5; }}
{id} .box {{ fill: var(--jp-layout-color2, #eee); stroke: var(--jp-ui-font-color2, #555); stroke-width: 1.5; }}
{id} .gone {{ fill: none; stroke: var(--jp-ui-font-color2, #555); stroke-width: 1.5; stroke-dasharray: 2 4; }}
{id} .tab {{ fill: var(--jp-layout-color0, #fff); stroke: var(--jp-ui-font-color1, #212121); stroke-width: 1.5; }}
{id} .link {{ fill: none; stroke: var(--jp-ui-font-color1, #212121); stroke-width: 2; }}
{id} .tip {{ fill: var(--jp-ui-font-color1, #212121); }}
{id} .thin {{ stroke: var(--jp-ui-font-color2, #555); stroke-width: 1; }}
{id} .grid {{ stroke: var(--jp-border-color2, #ccc); stroke-width: 1; }}
{id} .mark {{ stroke: var(--jp-ui-font-color1, #212121); stroke-width: 3; }}
{id} .dot {{ fill: var(--jp-layout-color0, #fff); stroke: var(--jp-brand-color1, #1976d2); stroke-width: 2; }}
"""


def safe(text: str) -> str:
    """The text as markup shows it: escaped, and without the control characters that XML forbids."""
    return escape("".join(" " if category(sign) in ("Cc", "Cs") else sign for sign in text), quote=True)


def extent(text: str, size: float) -> float:
    """Estimated width of a text in the drawing's units; wide scripts count in full."""
    return sum(size * (1.0 if east_asian_width(sign) in "WF" else EM) for sign in text)


def fit(text: str, room: float, size: float) -> str:
    """The text, cut with an ellipsis where it would be wider than ``room``."""
    if len(text) * size * EM <= room and extent(text, size) <= room:
        return text
    left = room - extent("…", size)
    for index, sign in enumerate(text):
        left -= extent(sign, size)
        if left < 0:
            return text[:index].rstrip() + "…"
    return text


def words(x: float, y: float, text: str, look: str = "", *, size: float = 15, room: float = 0, anchor: str = "start") -> str:
    """One line of text with its baseline at ``y``; ``room`` > 0 cuts it to that width."""
    wider = 1.18 if "bold" in look or "code" in look else 1.0
    shown = safe(fit(text, room / wider, size) if room else text)
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" class="{look}">{shown}</text>'


def box(x: float, y: float, width: float, height: float, look: str, *, corner: float = 6) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{corner:g}" class="{look}"/>'


def line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="{look}"/>'


def arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    """A curve from left to right with a tip at its end."""
    bend, end = (x1 + x2) / 2, x2 - 9
    curve = f'<path d="M{x1:g},{y1:g} C{bend:g},{y1:g} {bend:g},{y2:g} {end:g},{y2:g}" class="link"/>'
    return curve + f'<path d="M{x2:g},{y2:g} l-12,-6 v12 z" class="tip"/>'


def document(title: str, description: str, width: float, height: float, body: list[str]) -> str:
    """A whole ``<svg>``: named for a screen reader, as wide as its place allows, never wider than its own size."""
    drawn = "".join(body)
    key = "hostnet-" + sha256(f"{title}{description}{drawn}".encode("utf-8", "replace")).hexdigest()[:10]
    return (
        f'<svg id="{key}" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}-title {key}-desc" '
        f'viewBox="0 0 {width:g} {height:g}" style="width:100%;max-width:{width * 1.2:g}px;height:auto;display:block">'
        f'<title id="{key}-title">{safe(title)}</title><desc id="{key}-desc">{safe(description)}</desc>'
        f"<style>{STYLE.format(id='#' + key)}</style>{box(0, 0, width, height, 'paper', corner=0)}{drawn}</svg>"
    )
