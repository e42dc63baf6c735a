"""The files of a guide: the Markdown, its side file, an earlier result. Bounded before they are read; written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..core.errors import BadRequest, SetupFailed
from ..core.guides import side_file
from ..core.guides.bindings import SideFile
from ..core.guides.judging import Ran
from ..core.guides.model import Guide
from ..core.reasons import said
from ..kept import asked, file
from ..words import tr
from . import markdown

MOST_FILES = 200
SUFFIXES = (".md", ".markdown")


def named(paths: Iterable[Path]) -> list[Path]:
    """Files, and the Markdown in folders, sorted. Raises BadRequest for what is not there."""
    found: list[Path] = []
    for path in paths:
        found += sorted(one for one in path.rglob("*") if one.suffix in SUFFIXES and one.is_file()) if path.is_dir() else [path]
    if not found:
        raise BadRequest("./lab guide", tr("no Markdown file was named"), tr("for example: ./lab guide check README.md"))
    if len(found) > MOST_FILES:
        raise BadRequest("./lab guide", tr("{n} files are more than {most}", n=len(found), most=MOST_FILES), tr("name fewer"))
    return list(dict.fromkeys(found))


def guide(path: Path) -> Guide:
    return markdown.read(str(path), _text(path, tr("read the guide {file}", file=path)))


def side_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.claims.toml")


def side(path: Path) -> SideFile:
    """What stands beside a guide; nothing where nothing does."""
    place = side_path(path)
    if not os.path.lexists(place):  # a link that leads nowhere is no guide without bindings
        return SideFile()
    tried = tr("read the side file {file}", file=place)
    try:
        return side_file.read(_text(place, tried))
    except side_file.Damaged as error:
        raise BadRequest(tried, str(error), tr("mend it, or move it away and bind anew: ./lab guide bind {file}", file=path)) from error


def write_side(path: Path, held: SideFile) -> None:
    _write(side_path(path), side_file.write(held))


def updated(found: Guide, runs: Iterable[Ran]) -> str:
    """The guide's text with the output that came in place of what it shows, where that differs; nothing else is changed."""
    lines = found.source.split("\n")
    for one in sorted((ran for ran in runs if ran.way == "output" and ran.shown), key=lambda ran: -ran.shown):
        at, count = one.shown - 1, len(one.expected or ())
        indent = lines[one.line - 1][: len(lines[one.line - 1]) - len(lines[one.line - 1].lstrip())]
        lines[at : at + count] = [f"{indent}{line}".rstrip() for line in one.output.splitlines()]
    return "\n".join(lines)


def update(path: Path, text: str) -> None:
    _write(path, text)


def earlier(path: Path) -> Mapping[str, object]:
    """What --json has written before."""
    tried = tr("read the earlier result {file}", file=path)
    try:
        found = file.read_json(path, markdown.LARGEST * 16)
    except (OSError, ValueError) as error:
        why = said(error) if isinstance(error, OSError) else str(error)
        raise BadRequest(tried, why, tr("write one: ./lab guide check FILE --json {file}", file=path)) from error
    if not isinstance(found, dict) or not str(found.get("schema")).startswith("hostnet-lab/guide"):
        raise BadRequest(tried, tr("it is none"), tr("write one: ./lab guide check FILE --json {file}", file=path))
    return found


def _text(path: Path, tried: str) -> str:
    try:
        return file.read(path, markdown.LARGEST).decode("utf-8", "replace")
    except OSError as error:
        raise BadRequest(tried, said(error), tr("check its name: {command}", command=f"ls -l {path}")) from error


def _write(path: Path, text: str) -> None:
    try:
        asked.write(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise SetupFailed(
            tr("write {file}", file=path), said(error), tr("see who may write there: {command}", command=f"ls -ld {path.parent}")
        ) from error
