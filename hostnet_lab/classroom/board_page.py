"""The board as a page: the teacher's with all learners, and a learner's own. Every text from outside is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from ..words import LANGUAGE, tr, tr_n
from .board_style import SCRIPT, STYLE
from .rows import STATES, Board, Cell, Misconception, Row

RECORDED = tr(
    "Recorded: which lessons were opened, predictions and answers with the time of each, which checks were run and what they "
    "found, and whether the lab host runs. Not recorded: what is typed into cells and terminals, what the containers do, and "
    "where anybody is. It stands in the learner's own folder, in .hostnet-lab/progress.jsonl; they can read it, and they can "
    "change it: this is a help for teaching, no exam."
)
LIVE = {"on": tr("Live."), "off": tr("The board is out of reach; it goes on by itself when the server answers again.")}  # for the script
MARKS = {"running": "●", "starting": "◌", "stopped": "○", "failed": "▲"}


def page(board: Board, *, prefix: str, nonce: str, address: str, qr: str = "", hidden: bool = False, token: str = "") -> str:
    """The teacher's page. ``prefix``: where it is served, with a slash at its end; ``qr``: an SVG of our own making.

    ``token``: against forged requests, for that of the events.
    """
    title, show, hide, summary = tr("Class board"), tr("Show names"), tr("Hide names"), tr("QR code")
    switch = f'<a href="?">{show}</a>' if hidden else f'<a href="?names=hidden">{hide}</a>'
    events = escape(f"{prefix}events?names={'hidden' if hidden else 'shown'}&_xsrf={quote(token, safe='')}", quote=True)
    join = tr("Join at {address}", address=f"<b>{escape(address)}</b>")
    code = f"<details><summary>{summary}</summary>{qr}</details>" if qr else ""
    words = escape(json.dumps(LIVE), quote=True)
    body = (
        f'<header><h1>{title}</h1><p class="join">{join}</p>{_nav(switch)}{code}</header>\n'
        f'<div id="board">{fragment(board, prefix=prefix, hidden=hidden)}</div>\n'
        f'<p id="live" role="status" class="fine">{LIVE["on"]}</p>\n{_recorded()}'
    )
    script = f'<script nonce="{nonce}" data-events="{events}" data-words="{words}">{SCRIPT}</script>'
    return _document(title, body, script, nonce)


def _nav(links: str) -> str:
    label = tr("Board")
    return f'<nav aria-label="{label}">{links}</nav>'


def fragment(board: Board, *, prefix: str, hidden: bool = False) -> str:
    """The part that changes while the class goes on. Each row has an id, so that only rows with news are drawn anew."""
    if not board.rows:
        nobody = tr("Nobody has logged in yet.")
        return f'<p id="summary">{nobody}</p>'
    return f"{_summary(board)}{_stuck(board, prefix, hidden)}{_table(board, prefix, hidden)}{_misconceptions(board.misconceptions)}"


def _summary(board: Board) -> str:
    running = sum(row.state == "running" for row in board.rows)
    done = sum(row.passed for row in board.rows)
    learners = tr_n(len(board.rows), "{n} learner", "{n} learners")
    hosts = tr_n(running, "{n} lab host running", "{n} lab hosts running")
    checks = tr("{passed} of {exercises} checks passed.", passed=done, exercises=board.exercises * len(board.rows))
    return f'<p id="summary" class="lead">{learners}, {hosts}, {checks}</p>'


def _stuck(board: Board, prefix: str, hidden: bool) -> str:
    """Whom to go to, longest first, before the long table: on a phone it is the first thing seen."""
    found = sorted(((row.stuck.minutes, row) for row in board.rows if row.stuck), key=lambda one: (-one[0], one[1].name))
    names = ", ".join(f"{_name(row, prefix, hidden)} ({minutes} min)" for minutes, row in found)
    many, nobody = tr("Stuck: {n}.", n=len(found)), tr("Nobody is stuck.")
    return f'<p id="stuck"><b>{many}</b> {names}</p>' if found else f'<p id="stuck">{nobody}</p>'


def _name(row: Row, prefix: str, hidden: bool, id: str = "") -> str:
    if hidden:
        return f"<bdi>{escape(row.name)}</bdi>"
    return f'<a{f" id={id}" if id else ""} href="{prefix}learner/{quote(row.name, safe="")}"><bdi>{escape(row.name)}</bdi></a>'


def _table(board: Board, prefix: str, hidden: bool) -> str:
    lessons = "".join(f'<th scope="col" class="lesson">{cell.lesson}</th>' for cell in board.rows[0].cells)
    learner, host, checks, stuck = (f'<th scope="col">{one}</th>' for one in (tr("Learner"), tr("Host"), tr("Checks"), tr("Stuck")))
    head = f"<tr>{learner}{host}{lessons}{checks}{stuck}</tr>"
    rows = "".join(_row(number, row, board.exercises, prefix, hidden) for number, row in enumerate(board.rows, 1))
    key = tr("✓ all checks of the lesson passed; 1/2 one of two; - opened, no check passed yet; blank: not opened")
    return f'<table id="table"><caption>{key}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _row(number: int, row: Row, exercises: int, prefix: str, hidden: bool) -> str:
    name = _name(row, prefix, hidden, f"link-{number}")
    stuck = ""
    if row.stuck:
        tries = tr_n(row.stuck.tries, "for {minutes} min, {n} try", "for {minutes} min, {n} tries", minutes=row.stuck.minutes)
        stuck = f'<b>{escape(row.stuck.exercise)}</b> {tries}<span class="seen">: {escape(row.stuck.seen)}</span>'
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
        look, mark, words = "none", "", tr("not opened")
    elif cell.done:
        look, mark, words = "done", "✓", tr("all checks passed")
    else:
        look, mark = "open", f"{cell.passed}/{cell.exercises}" if cell.passed else "-"
        if cell.exercises:
            words = tr("opened, {passed} of {exercises} checks passed", passed=cell.passed, exercises=cell.exercises)
        else:
            words = tr("opened")
    seen = f'<span aria-hidden="true">{mark}</span>' if mark else ""
    return f'<td class="lesson {look}" data-name="{cell.lesson}">{seen}<span class="sr">{words}</span></td>'


def _misconceptions(found: Iterable[Misconception]) -> str:
    items = "".join(map(_misconception, found))
    title, none = tr("What the class believed wrongly at first"), tr("None that two learners share so far.")
    said = f"<ol>{items}</ol>" if items else f"<p>{none}</p>"
    return f'<section id="wrong" aria-labelledby="wrong-title"><h2 id="wrong-title">{title}</h2>{said}</section>'


def _misconception(one: Misconception) -> str:
    many = tr("{learners} of {asked}", learners=one.learners, asked=one.asked)
    chosen = {"who": f"<b>{many}</b>", "choice": escape(one.choice), "id": f"<code>{escape(one.id)}</code>"}
    if one.belief:
        said = tr("{who}: {belief} They chose “{choice}” for {id}", belief=escape(one.belief), **chosen)
    else:
        said = tr("{who} chose “{choice}” for {id}", **chosen)
    fact = tr("; in fact: {fact}", fact=escape(one.fact)) if one.fact else ""
    return f"<li>{said}{fact}</li>"


def learner_page(row: Row, exercises: int, *, prefix: str, nonce: str, token: str | None) -> str:
    """One learner. ``token``: against forged requests; None for a learner's own page, which has no button to reset."""
    board = Board((row,), (), exercises)
    everybody = tr("All learners")
    back = _nav(f'<a href="{prefix}">{everybody}</a>') if token is not None else ""
    name = escape(row.name)
    body = f"<header><h1><bdi>{name}</bdi></h1>{back}</header>\n{_table(board, prefix, True)}"
    if row.stuck:
        exercise = f"<b>{escape(row.stuck.exercise)}</b>"
        found = tr("The last check of {exercise} found: {found}", exercise=exercise, found=escape(row.stuck.seen))
        body += f"<p>{found}</p>"
    if token is not None:
        body += _reset(row, prefix, token)
    return _document(tr("{name} - class board", name=row.name), f"{body}\n{_recorded()}", "", nonce)


def _reset(row: Row, prefix: str, token: str) -> str:
    """A second step on the same page: a finger on a phone slips."""
    title, button = tr("Reset this learner's host"), tr("Reset it now")
    means = tr(
        "Ends the lab host with all its containers, and starts a new one. The learner's work and progress stay; "
        "what runs in their notebooks ends, and their page has to be loaded again."
    )
    return (
        f'<details class="reset"><summary>{title}</summary><p>{means}</p>'
        f'<form method="post" action="{prefix}reset"><input type="hidden" name="_xsrf" value="{escape(token, quote=True)}">'
        f'<input type="hidden" name="name" value="{escape(row.name, quote=True)}"><button>{button}</button></form></details>'
    )


def message(title: str, text: str, *, prefix: str, nonce: str) -> str:
    back = tr("Back to the board")
    body = f'<h1>{escape(title)}</h1><p role="status">{escape(text)}</p><p><a href="{prefix}">{back}</a></p>'
    return _document(title, body, "", nonce)


def _recorded() -> str:
    title = tr("What is recorded")
    return f"<footer><h2>{title}</h2><p>{escape(RECORDED)}</p></footer>"


def _document(title: str, body: str, script: str, nonce: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
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
