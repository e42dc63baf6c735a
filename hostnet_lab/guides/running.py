"""Runs the commands of a guide in order, in one shell, and says how each went. Between two it waits as a reader would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from ..core.guides.bindings import SideFile
from ..core.guides.console import commands_of
from ..core.guides.expected import difference
from ..core.guides.judging import BlockRun, Ran, Way
from ..core.guides.lacking import NOT_FOUND, first_words, lacking, reaches_out
from ..core.guides.model import Block, Command, Guide
from ..words import tr
from . import shell
from .containers import Watch
from .place import Place
from .shell import Done, Shell

Tell = Callable[[str], None]
KEPT = {
    "no-run": tr("it is marked no-run"),
    "elsewhere": tr("it is for another system"),
}


def commands_in(block: Block) -> list[Command]:
    """In a script as bash itself takes it apart; in a console block by its prompts."""
    if block.kind == "console":
        return commands_of(block)
    return [Command(block.line + place, text) for place, text in shell.cut(block.lines)] if block.kind == "script" else []


def planned(block: Block, side: SideFile) -> list[Command]:
    """Its commands, each with the output that is expected of it, wherever that is told."""
    told = {one.command.strip(): one.lines for one in side.outputs}
    return [replace(one, expected=told.get(one.text.strip(), one.expected)) for one in commands_in(block)]


def not_run(guide: Guide, why: str = "") -> tuple[BlockRun, ...]:
    """All blocks as they stand."""
    return tuple(kept(block, why) for block in guide.blocks)


def kept(block: Block, why: str) -> BlockRun:
    texts = tuple(one.text for one in commands_in(block)) or block.lines
    return BlockRun(block, texts, (), KEPT.get(block.kept, why))


class Running:
    """One run of one guide at one place."""

    def __init__(self, guide: Guide, side: SideFile, place: Place, tell: Tell) -> None:
        self.guide, self.side, self.place, self.tell = guide, side, place, tell
        self.ended = False  # the shell
        self.shell = Shell(place.first, place.environment, place.folder)

    def stop(self) -> None:
        """From another thread: what runs is ended, and nothing more begun."""
        self.shell.stopping.set()

    def run(self, at_end: Callable[[], None] = lambda: None) -> tuple[BlockRun, ...]:
        """``at_end`` is called when all commands were run, and what they left in the background is still there."""
        place = self.place
        with Watch(place.engine, place.listeners) as watch, self.shell as bash:
            watch.before = frozenset(str(one["Id"]) for one in place.engine.containers())
            found = [self._block(block, watch, bash) for block in self.guide.blocks]
            at_end()
            return tuple(_with_fallen(found, watch))

    def _block(self, block: Block, watch: Watch, bash: Shell) -> BlockRun:
        if block.kept:
            return kept(block, "")
        commands = planned(block, self.side)
        return BlockRun(block, tuple(one.text for one in commands), tuple(self._ran(one, watch, bash) for one in commands))

    def _ran(self, command: Command, watch: Watch, bash: Shell) -> Ran:
        expected = command.expected
        watch.command += 1
        if self.place.cut_off and reaches_out(command.text):
            why = tr("not run: it would give a container files or devices of this machine, which a disposable host keeps out")
            return Ran(command.line, command.text, "lacking", None, "", why, command.shown, expected)
        if self.ended:
            why = tr("not reached: the shell had ended before")
            return Ran(command.line, command.text, "not reached", None, "", why, command.shown, expected)
        self.tell(command.text)
        done = bash.do(command.text, watch.serves)
        self.ended = done.ended == "shell gone"
        watch.settle()
        way, why = judged(command, done, expected, self.place.cut_off)
        if way == "as told" and (fallen := watch.fallen()):
            way, why = "gone", "; ".join(tr("exit {code}, but {why}", code=done.code, why=watch.why(one)) for one in fallen)
        return Ran(command.line, command.text, way, done.code, done.output, why, command.shown, expected)


def judged(command: Command, done: Done, expected: tuple[str, ...] | None, cut_off: bool) -> tuple[Way, str]:
    """How a command went by what it printed and how it ended, and why, "" where it is as told."""
    if done.ended != "exit":
        ways: Mapping[str, Way] = {"waits": "waits", "long": "long", "serves": "serves", "shell gone": "shell gone"}
        if done.ended == "serves" and expected is not None and (found := difference(expected, done.output.splitlines())):
            return "output", _otherwise(*found)
        return ways[done.ended], shell.said(done)
    if done.code and (why := lacking(command.text, done.code, done.output, cut_off)):
        return "lacking", why
    if expected is not None and (found := difference(expected, done.output.splitlines())):
        return "output", _otherwise(*found)
    if done.code and expected is None:  # a guide that shows an error shows its output, too
        return "exit", _failed(command, done)
    return "as told", ""


def _otherwise(_place: int, wanted: str, seen: str) -> str:
    if not seen:
        return tr("the guide shows {wanted!r}, and that did not come", wanted=wanted)
    return tr("the guide shows {wanted!r}, and {seen!r} came", wanted=wanted, seen=seen) if wanted else tr("more came: {seen!r}", seen=seen)


def _failed(command: Command, done: Done) -> str:
    last = next((line for line in reversed(done.output.splitlines()) if line.strip()), "")
    said = tr("it ended with {code}: {line}", code=done.code, line=last) if last else tr("it ended with {code}", code=done.code)
    words = first_words(command.text)
    near = get_close_matches(words[0], _programs(), n=1) if done.code == NOT_FOUND and words else []
    return tr("{said}. Near: {command}", said=said, command=near[0]) if near else said


def _programs() -> list[str]:
    folders = (Path(one) for one in ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"))
    return [one.name for folder in folders if folder.is_dir() for one in folder.iterdir()]


def _with_fallen(blocks: list[BlockRun], watch: Watch) -> Iterator[BlockRun]:
    """A container that ended after its command was looked at is told of that command."""
    fallen = {one.command: one for one in watch.fallen()}
    number = 0
    for block in blocks:
        ran = []
        for one in block.ran:
            number += 1
            life = fallen.get(number)
            why = tr("exit {code}, but {why}", code=one.exit, why=watch.why(life)) if life and one.way == "as told" else ""
            ran.append(Ran(one.line, one.text, "gone", one.exit, one.output, why, one.shown, one.expected) if why else one)
        yield BlockRun(block.block, block.commands, tuple(ran), block.why)
