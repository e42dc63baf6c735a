"""The board as a page: the teacher's with all learners, and a learner's own. The templates are ``pages/board*.html``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from ..core.guide.catching_up import heading
from ..pages import render
from .calls import Offer
from .rows import STATES, Board, Row

MARKS = {"running": "●", "starting": "◌", "stopped": "○", "failed": "▲"}


def page(
    board: Board,
    *,
    prefix: str,
    nonce: str,
    address: str,
    qr: str = "",
    hidden: bool = False,
    token: str = "",
    offers: Sequence[Offer] = (),
) -> str:
    """The teacher's page. ``prefix``: where it is served, with a slash at its end; ``qr``: an SVG of our own making.

    ``token``: against forged requests, for that of the events and of the forms. ``offers``: the sections that the class can be brought to.
    """
    sections = [(lesson, list(those)) for lesson, those in groupby(offers, lambda one: one.lesson)]
    return _drawn("board", board, prefix, hidden, nonce=nonce, address=address, qr=qr, token=token, sections=sections, heading=heading)


def fragment(board: Board, *, prefix: str, hidden: bool = False, token: str = "") -> str:
    """The part of it that changes while the class goes on."""
    return _drawn("board_class", board, prefix, hidden, token=token, heading=heading)


def learner_page(row: Row, exercises: int, *, prefix: str, nonce: str, token: str | None) -> str:
    """One learner. ``token``: None for a learner's own page, which has no button to reset."""
    return _drawn("board_learner", Board((row,), (), exercises), prefix, hidden=True, nonce=nonce, token=token)


def message(title: str, text: str, *, prefix: str, nonce: str) -> str:
    return render("board_message.html", title=title, text=text, prefix=prefix, nonce=nonce)


def _drawn(template: str, board: Board, prefix: str, hidden: bool, **values: Any) -> str:
    return render(f"{template}.html", board=board, prefix=prefix, hidden=hidden, marks=MARKS, states=STATES, **values)


def policy(nonce: str) -> str:
    """For the header Content-Security-Policy: nothing from elsewhere, no script but ours: https://www.w3.org/TR/CSP3/"""
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; img-src 'self' data:"
    )
