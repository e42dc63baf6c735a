"""``./lab guide``: check a guide and say what was found, as text and files; bind its sentences to claims."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from ..core.errors import BadRequest
from ..core.guide.claims import CLAIMS, Claim
from ..core.guides import formats, judging
from ..core.guides.bindings import Binding, Bound, SideFile, Told, bind, found_again, plain, proposals, uncovered
from ..core.guides.judging import Checked
from ..core.guides.model import Sentence
from ..core.guides.told import told
from ..core.reasons import said
from ..edges.console import answer
from ..edges.engine import Engine
from ..guides import checking, files, lesson
from ..kept import asked
from ..words import tr
from .verify import Teller

Say = Callable[[str], None]
TELLING: dict[str, Told] = {"t": "true", "w": "warning", "f": "false"}


def check(engine: Engine | None, options: Namespace, root: Path, say: Say) -> int:
    """Print what was found, write the files that were asked for; returns the exit code. Without an engine nothing is run."""
    if engine is None and options.baseline:
        raise BadRequest("./lab guide check --no-run", tr("a baseline holds verdicts, and there will be none"), tr("leave one of them out"))
    before = files.earlier(options.baseline) if options.baseline else None
    with _in_a_workflow() as annotate:
        found = _found(engine, options, root, say)
        for one in found:
            answer(told(one))
    changed = None if before is None else _changed(before, found)
    if annotate:
        for line in formats.as_annotations(found, changed):
            answer(line)
    if options.update:
        _update(found, say)
    code = judging.exit_code(found) if changed is None else _against(changed, found, say)
    return code if _write(found, options, say) else 2


@contextmanager
def _in_a_workflow() -> Iterator[bool]:
    """Is this one of GitHub's? Then nothing that a guide or its commands print meanwhile is taken for a workflow command.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
    """
    if not os.environ.get("GITHUB_ACTIONS"):
        yield False
        return
    word = token_hex(16)
    answer(f"::stop-commands::{word}")
    try:
        yield True
    finally:
        answer(f"::{word}::")


def _found(engine: Engine | None, options: Namespace, root: Path, say: Say) -> list[Checked]:
    if options.here:
        _announce(options.files, say)
    teller = Teller()
    try:
        return checking.check(engine, checking.Wanted(options.files, root, options.here, options.reuse, say, teller))
    finally:
        teller.end()


def _announce(paths: Sequence[Path], say: Say) -> None:
    """What will be started, before it is."""
    from ..guides.running import commands_in

    for path in files.named(paths):
        for block in files.guide(path).blocks:
            if not block.kept:
                for one in commands_in(block):
                    say(tr("will be run here: {command}", command=one.text))


def _update(found: Sequence[Checked], say: Say) -> None:
    for one in found:
        text = files.updated(one.guide, [ran for block in one.blocks for ran in block.ran])
        if text != one.guide.source:
            files.update(Path(one.guide.name), text)
            say(tr("{file}: the output that it shows is now what came", file=one.guide.name))


def _changed(before: object, found: Sequence[Checked]) -> dict[str, list[judging.Key]]:
    """Of each guide what has another verdict than then."""
    was = _by_file(before)
    return {one.guide.name: judging.changed(was.get(one.guide.name, {}), formats.document(one)) for one in found}


def _against(changed: Mapping[str, Sequence[judging.Key]], found: Sequence[Checked], say: Say) -> int:
    """1 only where a verdict has changed."""
    for name, keys in changed.items():
        for key in keys:
            say(tr("changed since then: {file}: {what}", file=name, what=" ".join(key)))
    return 2 if any(one.broken for one in found) else int(any(changed.values()))


def _by_file(document: object) -> dict[str, dict[str, object]]:
    documents = document.get("guides", [document]) if isinstance(document, dict) else []
    return {str(one.get("file")): one for one in documents if isinstance(one, dict)} if isinstance(documents, list) else {}


def _write(found: Sequence[Checked], options: Namespace, say: Say) -> bool:
    done = True
    for path, text_of in (
        (options.json, formats.as_json),
        (options.junit, formats.as_junit),
        (options.sarif, formats.as_sarif),
        (options.html, _page),
    ):
        if path is None:
            continue
        try:
            asked.write(path, text_of(found).encode("utf-8", "replace"))
        except OSError as error:
            done = False
            say(tr("the report {path} could not be written: {why}; the verdicts stand above", path=path, why=said(error)))
    return done


def _page(found: Sequence[Checked]) -> str:
    from ..core.guides.page import page
    from ..pages import render

    title = tr("{names}: checked", names=", ".join(Path(one.guide.name).name for one in found))
    return render("guide.html", title=title, pages=[page(one, number) for number, one in enumerate(found, 1)])


# -- a lesson ---------------------------------------------------------------------------------------


def lesson_paths(options: Namespace) -> tuple[Path, Path]:
    """The guide and the notebook. Raises BadRequest before anything is started."""
    example = tr("for example: ./lab guide lesson README.md -o README.ipynb")
    if len(options.files) != 1 or options.out is None:
        raise BadRequest("./lab guide lesson", tr("name one guide, and with -o the notebook"), example)
    lesson.require_own(options.out)
    return options.files[0], options.out


def make_lesson(engine: Engine, options: Namespace, say: Say) -> int:
    path, out = lesson_paths(options)
    if options.here:
        _announce([path], say)
    made = lesson.make(engine, path, out, options.here, say)
    for one in made.troubled:
        say(tr("nothing is asked of {quote!r}: {why}", quote=one.binding.quote, why=judging.TROUBLES[one.trouble]))
    answer(
        tr(
            "Written: {file}, {n} cells. Open it in JupyterLab, or try it: {command}",
            file=out,
            n=made.cells,
            command=f"./lab exec pytest --nbval {out}",
        )
    )
    return 0


# -- binding ----------------------------------------------------------------------------------------


def bind_guide(options: Namespace, say: Say) -> int:
    """Propose claims for each sentence that promises something, and ask. Without somebody to ask, nothing is bound."""
    (path, *more) = options.files or [None]
    if path is None or more:
        raise BadRequest("./lab guide bind", tr("name one guide"), tr("for example: ./lab guide bind README.md"))
    guide, side = files.guide(path), files.side(path)
    bound = found_again(side.bindings, guide.sentences)
    bare = uncovered(bound, guide.sentences)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        _list(bare, bound)
        say(tr("nothing was bound: that needs somebody to answer, on a terminal"))
        return 0
    try:
        side = _rebound(path, side, bound)
        for sentence in bare:
            side = _asked(path, side, sentence)
    except (EOFError, KeyboardInterrupt):
        say(tr("what was confirmed is kept in {file}", file=files.side_path(path)))
    return 0


def _list(bare: Sequence[Sentence], bound: Sequence[Bound]) -> None:
    for one in bound:
        if one.trouble:
            answer(f"{one.sentence.line if one.sentence else '-'}: {plain(one.binding.quote)}\n    {judging.TROUBLES[one.trouble]}")
    for sentence in bare:
        answer(f"{sentence.line}: {sentence.text}")
        for claim in proposals(sentence.text):
            answer(f"    {claim.id}: {claim.statement}")


def _rebound(path: Path, side: SideFile, bound: Sequence[Bound]) -> SideFile:
    """An edited sentence is shown beside what it was: the person decides whether it still says the same."""
    for one in bound:
        if one.trouble == "edited" and one.sentence:
            answer(tr("Line {line} was: {quote}", line=one.sentence.line, quote=one.binding.quote))
            answer(tr("Now it is: {quote}", quote=one.sentence.text))
            answer(tr("Bound to {claim}: {statement}", claim=one.binding.claim, statement=_statement(one.binding.claim)))
            if _yes(tr("Does it still state that, in the same way? y/n ")):
                new = replace(bind(one.sentence, one.binding.claim, one.binding.told, one.binding.mentions), instead=one.binding.instead)
                side = _kept(path, side, tuple(new if held == one.binding else held for held in side.bindings))
    return side


def _statement(claim: str) -> str:
    return CLAIMS[claim].statement if claim in CLAIMS else tr("there is no claim of that name")


def _asked(path: Path, side: SideFile, sentence: Sentence) -> SideFile:
    offered = proposals(sentence.text)
    answer(f"\n{sentence.line}: {sentence.text}")
    for number, claim in enumerate(offered, 1):
        answer(f"  {number}  {claim.id}: {claim.statement}")
    chosen = _claim(input(tr("Which claim does it state? a number, a claim's id, or Enter for none: ")).strip(), offered)
    if chosen is None:
        return side
    how = TELLING.get(input(tr("Told as true, as a warning, or as false? t/w/f: ")).strip().lower()[:1])
    if how is None:
        return side
    mentions = _yes(tr("Does it mention where the claim does not hold? y/n "))
    return _kept(path, side, (*side.bindings, bind(sentence, chosen.id, how, mentions)))


def _claim(typed: str, offered: Sequence[Claim]) -> Claim | None:
    if typed.isdecimal() and typed.isascii() and len(typed) < 3 and 1 <= int(typed) <= len(offered):
        return offered[int(typed) - 1]
    if typed and typed not in CLAIMS:
        answer(tr("There is no claim of that name; `./lab verify --list` names them all."))
    return CLAIMS.get(typed)


def _yes(question: str) -> bool:
    return input(question).strip().lower()[:1] in ("y", "j")


def _kept(path: Path, side: SideFile, bindings: tuple[Binding, ...]) -> SideFile:
    """Written after each answer: nothing that was confirmed is lost."""
    new = replace(side, bindings=bindings)
    files.write_side(path, new)
    return new
