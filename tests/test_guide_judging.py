"""What a guide comes to, and how it is told: verdicts, exit codes, files for programs; and every sentence of ours negated. No engine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.verdicts import VERDICTS, Judgement, Verdict, fails, holds, nuance, untestable
from hostnet_lab.core.guides import formats, judging
from hostnet_lab.core.guides.bindings import SideFile, Told, bind, found_again, uncovered
from hostnet_lab.core.guides.judging import BlockRun, Checked, Left, Ran, Way
from hostnet_lab.core.guides.model import Guide
from hostnet_lab.core.guides.told import told
from hostnet_lab.core.guides.wording import WORDING
from hostnet_lab.guides import files, markdown

ROOT = Path(__file__).parents[1]
OURS = {name: ROOT / "guide" / f"{name}.md" for name in ("host-networking", "corrected")}
AS_EXPECTED = {key: Judgement(claim.expected, f"Evidence of {key}.") for key, claim in CLAIMS.items()}
LEFT = Left("container", True, "x")
TEXT = "A container in host mode shares the host's network.\n\n```bash\nls\n```\n"


def checked(guide: Guide, judgements: dict[str, Judgement] = AS_EXPECTED, **more: Any) -> Checked:
    """As if all commands had gone as told."""
    side = files.side(Path(guide.name)) if Path(guide.name).exists() else SideFile()
    bound = found_again(side.bindings, guide.sentences)
    said = tuple(judging.say(one, judgements, WORDING) for one in bound)
    blocks = tuple(
        BlockRun(one, one.lines, tuple(Ran(number, line, "as told", 0) for number, line in enumerate(one.lines, one.line)))
        for one in guide.blocks
    )
    found = Checked(guide, "Docker 1", blocks, said, tuple(uncovered(bound, guide.sentences)), ())
    return replace(found, **more)


# -- verdicts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "how", "mentions", "fits"),
    [
        ("holds", "true", False, True),
        ("holds", "warning", False, True),
        ("holds", "false", False, False),
        ("holds with a nuance", "true", False, False),
        ("holds with a nuance", "true", True, True),
        ("holds with a nuance", "warning", False, True),
        ("holds with a nuance", "false", False, False),
        ("holds with a nuance", "false", True, True),
        ("does not hold here", "true", True, False),
        ("does not hold here", "warning", False, False),
        ("does not hold here", "false", False, True),
        *((("not testable here"), how, mentions, None) for how in ("true", "warning", "false") for mentions in (True, False)),
    ],
)
def test_a_verdict_fits_what_a_guide_tells_or_not(verdict: Verdict, how: Told, mentions: bool, fits: bool | None) -> None:
    assert judging.fits(verdict, how, mentions) is fits


def test_our_guide_differs_where_it_is_told_too_broadly_and_the_corrected_one_nowhere() -> None:
    found = {name: checked(files.guide(path)) for name, path in OURS.items()}
    assert judging.differing(found["corrected"]) == []
    loose = {one.bound.binding.claim for one in found["host-networking"].said if one.ok is False}
    assert loose == {
        *("same-as-on-the-host", "two-hundred-is-proof", "faster-without-nat", "conflict-fails-the-run", "bypasses-the-firewall"),
        *("inspect-proves-it", "ps-shows-the-port", "one-port-one-server", "options-still-work"),
    }
    assert all(one.proposal for one in found["host-networking"].said if one.ok is False)


LEDGERS = [path for path in (ROOT / "docs" / "engines").glob("docker-[!r]*.json")]


@pytest.mark.parametrize("path", LEDGERS, ids=lambda path: path.stem)
def test_every_sentence_of_the_corrected_guide_holds_on_every_docker_engine_that_was_tried(path: Path) -> None:
    found = {one["id"]: one["verdict"] for one in json.loads(path.read_text("utf-8"))["claims"]}
    side = files.side(OURS["corrected"])
    assert [one.claim for one in side.bindings if judging.fits(found[one.claim], one.told, one.mentions) is False] == []


SENTENCES = [(name, number) for name, path in OURS.items() for number in range(len(files.side(path).bindings))]


def negated(sentence: str) -> str:
    for plain, other in ((" not ", " "), ("Neither", "Both"), (" no ", " a "), (" is ", " is not "), (" shares ", " does not share ")):
        if plain in sentence:
            return sentence.replace(plain, other, 1)
    words = sentence.split()
    return " ".join([*words[:-2], "not", *words[-2:]])


@pytest.mark.parametrize(("name", "number"), SENTENCES)
def test_each_sentence_that_is_negated_is_found_and_no_other(name: str, number: int) -> None:
    """It was bound by other words: it has lost its verdict, and is named."""
    guide = files.guide(OURS[name])
    before = checked(guide)
    wanted = before.said[number].bound.sentence
    assert wanted
    sentences = tuple(replace(one, text=negated(one.text)) if one == wanted else one for one in guide.sentences)
    after = checked(replace(guide, sentences=sentences))
    new = [
        one
        for one in after.said
        if one.ok is False and one.bound.binding not in {old.bound.binding for old in before.said if old.ok is False}
    ]
    changed = [one for one in after.said if one.bound.trouble]
    assert [one.bound.binding.quote for one in changed] == [wanted.text] and {*map(id, new)} <= {*map(id, changed)}
    assert changed[0].bound.trouble == "edited" and changed[0].judgement is None


@pytest.mark.parametrize(("name", "number"), SENTENCES)
def test_each_sentence_that_is_told_the_other_way_round_changes_its_answer(name: str, number: int) -> None:
    """With a person who binds the negated sentence as what it now says."""
    other: dict[Told, Told] = {"true": "false", "warning": "false", "false": "true"}
    guide = files.guide(OURS[name])
    one = checked(guide).said[number]
    binding = replace(one.bound.binding, told=other[one.bound.binding.told], mentions=False)
    again = judging.say(replace(one.bound, binding=binding), AS_EXPECTED, WORDING)
    assert one.judgement
    assert (again.ok is not one.ok) or one.judgement.verdict == "holds with a nuance"
    assert again.ok is False or one.ok is False


# -- exit codes -------------------------------------------------------------------------------------


def with_way(way: Way) -> Checked:
    guide = markdown.read("g.md", TEXT)
    return replace(checked(guide), blocks=(BlockRun(guide.blocks[0], ("ls",), (Ran(4, "ls", way, 0, "", "why"),)),))


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (with_way("as told"), 0),
        (with_way("lacking"), 0),
        (with_way("long"), 0),
        (with_way("serves"), 0),
        (with_way("exit"), 1),
        (with_way("output"), 1),
        (with_way("gone"), 1),
        (with_way("waits"), 1),
        (with_way("shell gone"), 1),
        (replace(with_way("as told"), host=(LEFT,)), 1),
        (replace(with_way("as told"), host=(LEFT,), kept=("added: container x",)), 0),
        (replace(with_way("as told"), host=None), 0),
        (replace(with_way("exit"), broken="it broke"), 2),
    ],
)
def test_the_exit_code_is_of_facts_alone(found: Checked, code: int) -> None:
    assert judging.exit_code([found]) == code


def test_what_a_block_comes_to_is_what_its_commands_do() -> None:
    block = with_way("exit").blocks[0]
    mixed = replace(block, ran=(Ran(1, "a", "as told", 0), Ran(2, "b", "exit", 3), Ran(3, "c", "lacking", 127)))
    assert (block.ok, mixed.ok, mixed.exit, replace(block, ran=()).ok) == (False, False, 3, None)
    assert replace(block, ran=mixed.ran[::2]).ok is None


# -- files for programs -----------------------------------------------------------------------------


@pytest.fixture
def ours() -> Checked:
    return replace(checked(files.guide(OURS["host-networking"])), host=(LEFT,))


def test_json_has_the_form_that_was_promised(ours: Checked) -> None:
    found = json.loads(formats.as_json([ours]))
    assert found["schema"] == "hostnet-lab/guide/1"
    assert {"file", "engine", "blocks", "sentences", "uncovered", "host"} <= found.keys()
    assert all({"line", "commands", "exit", "ok", "why"} <= one.keys() for one in found["blocks"])
    assert all({"line", "quote", "claim", "verdict", "evidence", "ok"} <= one.keys() for one in found["sentences"])
    assert {one["verdict"] for one in found["sentences"]} <= {*VERDICTS}
    assert found["host"] == ["added: container x"]
    assert json.loads(formats.as_json([replace(ours, host=())]))["host"] == "before"
    assert [one["file"] for one in json.loads(formats.as_json([ours, ours]))["guides"]] == [ours.guide.name] * 2


def test_junit_fails_what_differs_and_skips_what_is_not_decided(ours: Checked) -> None:
    guide = replace(ours, blocks=(replace(ours.blocks[0], ran=(), why="no"), *ours.blocks[1:]))
    (suite,) = ElementTree.fromstring(formats.as_junit([guide]))
    assert (suite.get("failures"), suite.get("skipped"), suite.get("errors")) == (str(len(judging.differing(ours))), "1", "0")
    assert suite.get("tests") == str(len(suite.findall("testcase")))


def test_sarif_and_annotations_name_file_and_line(ours: Checked) -> None:
    results = json.loads(formats.as_sarif([ours]))["runs"][0]["results"]
    assert len(results) == len(judging.differing(ours)) == len(formats.as_annotations([ours]))
    assert results[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == ours.said[3].line
    assert all(one.startswith("::error file=") and "\n" not in one for one in formats.as_annotations([ours]))


def test_what_a_guide_holds_cannot_end_an_annotation() -> None:
    guide = markdown.read("a,b:c%.md", TEXT)
    found = replace(checked(guide), blocks=(BlockRun(guide.blocks[0], ("ls",), (Ran(4, "ls\n::warning::x", "exit", 1, "", "50%"),)),))
    (line,) = formats.as_annotations([found])
    assert line == "::error file=a%2Cb%3Ac%25.md,line=4,title=command/exit::ls ::warning::x: 50%25"


def test_the_terminal_has_a_line_for_everything_in_the_order_of_the_guide(ours: Checked) -> None:
    lines = told(ours).splitlines()
    numbers = [int(line.split(":")[1]) for line in lines if line[:2] in ("! ", "? ", "  ") and line[2:].startswith(str(ours.guide.name))]
    assert numbers == sorted(numbers) and len(numbers) == len(ours.said) + len(ours.uncovered) + sum(len(one.ran) for one in ours.blocks)
    assert sum(line.startswith("! ") for line in lines) == len(judging.differing(ours))
    assert "10 differ" in lines[-1]


# -- a baseline -------------------------------------------------------------------------------------


def test_a_baseline_sees_what_changed_and_nothing_else(ours: Checked) -> None:
    before = json.loads(formats.as_json([ours]))
    moved = [
        replace(one, bound=replace(one.bound, sentence=replace(one.bound.sentence, line=1))) for one in ours.said if one.bound.sentence
    ]
    assert judging.changed(before, formats.document(replace(ours, said=tuple(moved)))) == []
    other = replace(ours.said[0], judgement=untestable("no"), ok=None)
    assert [key[0] for key in judging.changed(before, formats.document(replace(ours, said=(other, *ours.said[1:]))))] == ["sentence"]
    assert [key[0] for key in judging.changed(before, formats.document(replace(ours, host=())))] == ["host"]
    assert [key[0] for key in judging.changed({}, formats.document(ours))].count("command") == sum(len(one.ran) for one in ours.blocks)
    assert judging.changed({"sentences": 1, "blocks": [1, {"runs": None}], "host": {}}, formats.document(replace(ours, said=(), blocks=())))


@pytest.mark.parametrize("judgement", [holds("Yes."), nuance("Partly."), fails("No."), untestable("cannot")])
def test_a_proposal_stands_where_something_differs_and_the_authors_own_comes_first(judgement: Judgement) -> None:
    (sentence,) = markdown.read("g.md", "Container names resolve in host mode.").sentences
    (bound,) = found_again([replace(bind(sentence, "names-resolve", "true"), instead="Mine.")], [sentence])
    found = judging.say(bound, {"names-resolve": judgement}, WORDING)
    assert found.proposal == ("Mine." if found.ok is False else "")


# -- update -----------------------------------------------------------------------------------------


def test_update_rewrites_the_output_that_differs_and_nothing_else() -> None:
    text = "Text.\n\n```console\n$ a\nold\nlines\n\n$ b\nsame\n```\n\n- x\n\n  ```console\n  $ c\n  old\n  ```\nEnd.\n"
    guide = markdown.read("g.md", text)
    runs = [
        Ran(4, "a", "output", 0, "new", "", 5, ("old", "lines")),
        Ran(8, "b", "as told", 0, "other", "", 9, ("same",)),
        Ran(15, "c", "output", 0, "one\ntwo", "", 16, ("old",)),
    ]
    assert files.updated(guide, runs) == text.replace("old\nlines", "new").replace("  old", "  one\n  two")
