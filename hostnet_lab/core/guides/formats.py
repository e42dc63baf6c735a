"""What was found of a guide for programs: JSON, JUnit XML, SARIF, GitHub's annotations. Pure; text from guides and commands is data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from ...words import printable, tr
from ..guide.verdicts import SPOKEN
from .judging import BlockRun, Checked, Key, Ran, Said, differing

SCHEMA, SEVERAL = "hostnet-lab/guide/1", "hostnet-lab/guides/1"
SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(found: Sequence[Checked]) -> str:
    """One guide as one document; several as a list of them."""
    documents = [document(one) for one in found]
    whole = documents[0] if len(documents) == 1 else {"schema": SEVERAL, "guides": documents}
    return json.dumps(whole, indent=2, ensure_ascii=True) + "\n"


def document(found: Checked) -> dict[str, Any]:
    """``host``: "before" where it is as before, a list of differences where it is not, null where it was not compared."""
    return {
        "schema": SCHEMA,
        "file": found.guide.name,
        "engine": found.engine,
        "blocks": [_block(one) for one in found.blocks],
        "sentences": [_sentence(one) for one in found.said],
        "uncovered": [{"line": one.line, "column": one.column, "quote": one.text} for one in found.uncovered],
        "host": None if found.host is None else [one.key for one in found.host] or "before",
        "not_run": found.not_run,
        "broken": found.broken,
        "reused": found.reused,
    }


def _block(one: BlockRun) -> dict[str, Any]:
    return {
        "line": one.block.line,
        "commands": list(one.commands),
        "exit": one.exit,
        "ok": one.ok,
        "why": one.why or next((ran.why for ran in one.ran if ran.why), ""),
        "runs": [_ran(ran) for ran in one.ran],
    }


def _ran(one: Ran) -> dict[str, Any]:
    return {"line": one.line, "text": one.text, "exit": one.exit, "ok": one.ok, "way": one.way, "why": one.why, "output": one.output}


def _sentence(one: Said) -> dict[str, Any]:
    binding, sentence = one.bound.binding, one.bound.sentence
    return {
        "line": sentence.line if sentence else None,
        "column": sentence.column if sentence else None,
        "quote": binding.quote,
        "claim": binding.claim,
        "told": binding.told,
        "verdict": one.judgement.verdict if one.judgement else None,
        "evidence": one.why,
        "figures": one.judgement.figures if one.judgement else "",
        "ok": one.ok,
        "trouble": one.bound.trouble,
        "proposal": one.proposal,
    }


def as_junit(found: Sequence[Checked]) -> str:
    """A suite for each guide; a case for each sentence that is bound, each command, and the host."""
    root = ElementTree.Element("testsuites", name="hostnet-lab guide")
    for guide in found:
        suite = ElementTree.SubElement(root, "testsuite", name=printable(guide.guide.name))
        for name, line, ok, why in _cases(guide):
            case = ElementTree.SubElement(suite, "testcase", classname=printable(guide.guide.name), name=f"{line}: {printable(name)[:200]}")
            if ok is not True:
                ElementTree.SubElement(case, "skipped" if ok is None else "failure", message=printable(why))
        if guide.broken:
            ElementTree.SubElement(suite, "system-err").text = printable(guide.broken)
        for key, tag in (("tests", "testcase"), ("failures", ".//failure"), ("skipped", ".//skipped")):
            suite.set(key, str(len(suite.findall(tag))))
        suite.set("errors", str(int(bool(guide.broken))))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _cases(found: Checked) -> Iterator[tuple[str, int, bool | None, str]]:
    for said in found.said:
        verdict = SPOKEN[said.judgement.verdict] if said.judgement else tr("no verdict")
        yield said.bound.binding.quote, said.line, said.ok, f"{verdict}: {said.why}"
    for block in found.blocks:
        for ran in block.ran:
            yield ran.text, ran.line, ran.ok, ran.why
        if not block.ran:
            yield "; ".join(block.commands), block.block.line, None, block.why or found.not_run
    if found.host is not None:
        yield tr("the host's network and containers"), 0, not found.left, "; ".join(map(str, found.left))


@dataclass(frozen=True)
class _Place:
    """Something that differs: a rule's id, the line, a sentence; ``key``: how a key of ``judging.changed`` begins for it."""

    rule: str
    line: int
    said: str
    key: Key


def _places(found: Checked) -> Iterator[_Place]:
    for one in differing(found):
        if isinstance(one, Said):
            quote = one.bound.binding.quote
            yield _Place(
                f"claim/{one.bound.binding.claim}", one.line, printable(f"{quote!r}: {one.why} {one.proposal}"), ("sentence", quote)
            )
        elif isinstance(one, Ran):
            yield _Place(f"command/{one.way.replace(' ', '-')}", one.line, printable(f"{one.text}: {one.why}"), ("command", one.text))
        else:
            yield _Place("host/left", 0, printable(tr("left on the host: {what}", what=one)), ("host",))


def as_sarif(found: Sequence[Checked]) -> str:
    """Static Analysis Results Interchange Format 2.1.0 (OASIS): what code hosts show beside the lines of a change."""
    results = [_result(guide.guide.name, place) for guide in found for place in _places(guide)]
    rules = [{"id": one} for one in dict.fromkeys(result["ruleId"] for result in results)]
    driver = {"name": "hostnet-lab guide", "rules": rules}
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}, indent=2) + "\n"


def _result(name: str, place: _Place) -> dict[str, Any]:
    region = {"region": {"startLine": place.line}} if place.line else {}
    where = {"physicalLocation": {"artifactLocation": {"uri": name}, **region}}
    return {"ruleId": place.rule, "level": "error", "message": {"text": place.said}, "locations": [where]}


def as_annotations(found: Iterable[Checked], changed: Mapping[str, Iterable[Key]] | None = None) -> list[str]:
    """GitHub's workflow commands: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands

    ``changed``: of each file what differs from a baseline; what does not is a notice, no error.
    """
    lines = []
    for one in found:
        new = None if changed is None else {key[:2] for key in changed.get(one.guide.name, ())}
        for place in _places(one):
            lines.append(_annotation("error" if new is None or place.key in new else "notice", one.guide.name, place))
    return lines


def _annotation(level: str, name: str, place: _Place) -> str:
    def escaped(text: str, more: str = "") -> str:
        for sign in f"%\r\n{more}":
            text = text.replace(sign, f"%{ord(sign):02X}")
        return text

    return f"::{level} file={escaped(name, ':,')},line={place.line or 1},title={escaped(place.rule, ':,')}::{escaped(place.said)}"
