"""The board as a page: the teacher's with all learners, and a learner's own. Every text from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from .board import STATES, Board, Cell, Misconception, Row
from .board_style import SCRIPT, STYLE

RECORDED = (
    "Recorded: which lessons were opened, predictions and answers with the time of each, which checks were run and what they "
    "found, and whether the lab host runs. Not recorded: what is typed into cells and terminals, what the containers do, and "
    "where anybody is. It stands in the learner's own folder, in .hostnet-lab/progress.jsonl; they can read it, and they can "
    "change it: this is a help for teaching, no exam."
)
MARKS = {"running": "●", "starting": "◌", "stopped": "○", "failed": "▲"}


def page(board: Board, *, prefix: str, nonce: str, address: str, qr: str = "", hidden: bool = False, token: str = "") -> str:
    """The teacher's page. ``prefix``: where it is served, with a slash at its end; ``qr``: an SVG of our own making.

    ``token``: against forged requests, for that of the events.
    """
    switch = '<a href="?">Show names</a>' if hidden else '<a href="?names=hidden">Hide names</a>'
    events = escape(f"{prefix}events?names={'hidden' if hidden else 'shown'}&_xsrf={quote(token, safe='')}", quote=True)
    join = f'<p class="join">Join at <b>{escape(address)}</b></p>'
    code = f"<details><summary>QR code</summary>{qr}</details>" if qr else ""
    body = (
        f'<header><h1>Class board</h1>{join}<nav aria-label="Board">{switch}</nav>{code}</header>\n'
        f'<div id="board">{fragment(board, prefix=prefix, hidden=hidden)}</div>\n'
        f'<p id="live" role="status" class="fine">Live.</p>\n{_recorded()}'
    )
    return _document("Class board", body, f'<script nonce="{nonce}" data-events="{events}">{SCRIPT}</script>', nonce)


def fragment(board: Board, *, prefix: str, hidden: bool = False) -> str:
    """The part that changes while the class goes on. Each row has an id, so that only rows with news are drawn anew."""
    if not board.rows:
        return '<p id="summary">Nobody has logged in yet.</p>'
    return f"{_summary(board)}{_stuck(board, prefix, hidden)}{_table(board, prefix, hidden)}{_misconceptions(board.misconceptions)}"


def _summary(board: Board) -> str:
    running = sum(row.state == "running" for row in board.rows)
    most = board.exercises * len(board.rows)
    done = sum(row.passed for row in board.rows)
    return (
        f'<p id="summary" class="lead">{len(board.rows)} learner{"s" * (len(board.rows) != 1)}, {running} lab '
        f"host{'s' * (running != 1)} running, {done} of {most} checks passed.</p>"
    )


def _stuck(board: Board, prefix: str, hidden: bool) -> str:
    """Whom to go to, longest first, before the long table: on a phone it is the first thing seen."""
    found = sorted(((row.stuck.minutes, row) for row in board.rows if row.stuck), key=lambda one: (-one[0], one[1].name))
    names = ", ".join(f"{_name(row, prefix, hidden)} ({minutes} min)" for minutes, row in found)
    return f'<p id="stuck"><b>Stuck: {len(found)}.</b> {names}</p>' if found else '<p id="stuck">Nobody is stuck.</p>'


def _name(row: Row, prefix: str, hidden: bool, id: str = "") -> str:
    if hidden:
        return f"<bdi>{escape(row.name)}</bdi>"
    return f'<a{f" id={id}" if id else ""} href="{prefix}learner/{quote(row.name, safe="")}"><bdi>{escape(row.name)}</bdi></a>'


def _table(board: Board, prefix: str, hidden: bool) -> str:
    lessons = "".join(f'<th scope="col" class="lesson">{cell.lesson}</th>' for cell in board.rows[0].cells)
    head = f'<tr><th scope="col">Learner</th><th scope="col">Host</th>{lessons}<th scope="col">Checks</th><th scope="col">Stuck</th></tr>'
    rows = "".join(_row(number, row, board.exercises, prefix, hidden) for number, row in enumerate(board.rows, 1))
    key = "✓ all checks of the lesson passed; 1/2 one of two; - opened, no check passed yet; blank: not opened"
    return f'<table id="table"><caption>{key}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _row(number: int, row: Row, exercises: int, prefix: str, hidden: bool) -> str:
    name = _name(row, prefix, hidden, f"link-{number}")
    stuck = ""
    if row.stuck:
        tries = f"{row.stuck.tries} tr{'y' if row.stuck.tries == 1 else 'ies'}"
        stuck = (
            f'<b>{escape(row.stuck.exercise)}</b> for {row.stuck.minutes} min, {tries}<span class="seen">: {escape(row.stuck.seen)}</span>'
        )
    return (
        f'<tr id="row-{number}"{" class=stuck" if row.stuck else ""}><th scope="row" class="name">{name}</th>{_state(row)}'
        f"{''.join(map(_cell, row.cells))}"
        f'<td class="checks" data-name="Checks">{row.passed}/{exercises}</td><td class="why" data-name="Stuck">{stuck}</td></tr>'
    )


def _state(row: Row) -> str:
    return f'<td class="host {row.state}" data-name="Host"><span aria-hidden="true">{MARKS[row.state]}</span> {STATES[row.state]}</td>'


def _cell(cell: Cell) -> str:
    """A mark for the eye, a sentence for the ear; the colour says nothing that the mark does not."""
    if not cell.opened:
        look, mark, words = "none", "", "not opened"
    elif cell.done:
        look, mark, words = "done", "✓", "all checks passed"
    else:
        look, mark = "open", f"{cell.passed}/{cell.exercises}" if cell.passed else "-"
        words = f"opened, {cell.passed} of {cell.exercises} checks passed" if cell.exercises else "opened"
    seen = f'<span aria-hidden="true">{mark}</span>' if mark else ""
    return f'<td class="lesson {look}" data-name="{cell.lesson}">{seen}<span class="sr">{words}</span></td>'


def _misconceptions(found: Iterable[Misconception]) -> str:
    items = "".join(map(_misconception, found))
    said = f"<ol>{items}</ol>" if items else "<p>None that two learners share so far.</p>"
    title = '<h2 id="wrong-title">What the class believed wrongly at first</h2>'
    return f'<section id="wrong" aria-labelledby="wrong-title">{title}{said}</section>'


def _misconception(one: Misconception) -> str:
    belief = f": {escape(one.belief)} They" if one.belief else ""
    fact = f"; in fact: {escape(one.fact)}" if one.fact else ""
    chose = f"chose “{escape(one.choice)}” for <code>{escape(one.id)}</code>"
    return f"<li><b>{one.learners} of {one.asked}</b>{belief} {chose}{fact}</li>"


def learner_page(row: Row, exercises: int, *, prefix: str, nonce: str, token: str | None) -> str:
    """One learner. ``token``: against forged requests; None for a learner's own page, which has no button to reset."""
    board = Board((row,), (), exercises)
    back = f'<nav aria-label="Board"><a href="{prefix}">All learners</a></nav>' if token is not None else ""
    title = escape(row.name)
    body = f"<header><h1><bdi>{title}</bdi></h1>{back}</header>\n{_table(board, prefix, True)}"
    if row.stuck:
        body += f"<p>The last check of <b>{escape(row.stuck.exercise)}</b> found: {escape(row.stuck.seen)}</p>"
    if token is not None:
        body += _reset(row, prefix, token)
    return _document(f"{row.name} - class board", f"{body}\n{_recorded()}", "", nonce)


def _reset(row: Row, prefix: str, token: str) -> str:
    """A second step on the same page: a finger on a phone slips."""
    return (
        '<details class="reset"><summary>Reset this learner\'s host</summary>'
        "<p>Ends the lab host with all its containers, and starts a new one. The learner's work and progress stay; "
        "what runs in their notebooks ends, and their page has to be loaded again.</p>"
        f'<form method="post" action="{prefix}reset"><input type="hidden" name="_xsrf" value="{escape(token, quote=True)}">'
        f'<input type="hidden" name="name" value="{escape(row.name, quote=True)}"><button>Reset it now</button></form></details>'
    )


def message(title: str, text: str, *, prefix: str, nonce: str) -> str:
    body = f'<h1>{escape(title)}</h1><p role="status">{escape(text)}</p><p><a href="{prefix}">Back to the board</a></p>'
    return _document(title, body, "", nonce)


def _recorded() -> str:
    return f"<footer><h2>What is recorded</h2><p>{escape(RECORDED)}</p></footer>"


def _document(title: str, body: str, script: str, nonce: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        '<link rel="icon" href="data:,">\n'
        f'<title>{escape(title)}</title>\n<style nonce="{nonce}">{STYLE}</style>\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n{script}\n</body>\n</html>\n"
    )


def policy(nonce: str) -> str:
    """For the header Content-Security-Policy: nothing from elsewhere, no script but ours: https://www.w3.org/TR/CSP3/"""
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; img-src 'self' data:"
    )
