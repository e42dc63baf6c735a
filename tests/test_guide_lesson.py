"""A guide as a lesson: its cells, hostile Markdown as data, what varies from run to run, and nobody's file overwritten."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from hostnet_lab.core.errors import BadRequest, LabError
from hostnet_lab.core.guides.as_markdown import written
from hostnet_lab.core.guides.bindings import bind, found_again
from hostnet_lab.core.guides.lesson import BASH, Cell, cells
from hostnet_lab.core.guides.model import Guide
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.experiments import disposable
from hostnet_lab.guides import files, lesson, markdown
from hostnet_lab.guides.running import commands_in

ROOT = Path(__file__).parents[1]
OURS = ROOT / "guide" / "host-networking.md"
TEXT = """# A guide

A container in host mode has no address of its own.

1. Start it:

   ```bash
   docker run -d --network host --name webserver nginx
   ```

   It is up.

```console
$ ls none
No such file
$ true
```

```bash no-run
rm -rf /
```
"""


def made(guide: Guide) -> list[Cell]:
    side = files.side(Path(guide.name)) if Path(guide.name).exists() else None
    bound = found_again(side.bindings if side else [bind(one, "no-address", "true") for one in guide.sentences[:1]], guide.sentences)
    return cells(guide, {one.line: commands_in(one) for one in guide.blocks if not one.kept}, bound)


# -- its cells --------------------------------------------------------------------------------------


def test_text_commands_and_a_question_before_the_claim_stand_in_the_order_of_the_guide() -> None:
    found = made(markdown.read("g.md", TEXT))
    assert [(one.kind, one.source.splitlines()[0], one.tags) for one in found] == [
        ("markdown", "# A guide", ()),
        ("code", "from hostnet_lab import Lab", ("setup",)),
        ("markdown", "**Ask yourself**: is it so? *A container in host mode has no address of its own.*", ("question",)),
        ("markdown", "A container in host mode has no address of its own.", ()),
        ("code", BASH, ()),
        ("code", "# until what was started listens, or has ended", ()),
        ("markdown", "It is up.", ()),
        ("code", BASH, ()),
        ("markdown", "```", ()),
        ("code", "lab.clean()", ("cleanup",)),
    ]
    assert found[1].source.endswith('lab = Lab("guide", ports=(), names=["webserver"])')
    assert found[7].source == f"{BASH}\nls none\ntrue" and found[8].source == "```\nrm -rf /\n```"


def test_every_claim_of_our_guide_is_asked_once_and_every_command_stands_in_a_cell() -> None:
    found = made(files.guide(OURS))
    asked = "\n".join(one.source for one in found if "question" in one.tags)
    assert all(asked.count(f"`./lab verify {one.claim}`") == 1 for one in files.side(OURS).bindings)
    assert [one.source.split("\n", 1)[1] for one in found if one.source.startswith(BASH)] == [
        "\n".join(one.text for one in commands_in(block)) for block in files.guide(OURS).blocks
    ]


def test_what_needs_what_is_not_here_stays_text_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "find", lambda word: None)
    heard: list[str] = []
    guide = markdown.read("g.md", "```bash\nls\nbrew install curl\n```\n\n```bash\nls\n```\n")
    assert [*lesson.runnable(guide, heard.append)] == [7] and heard == ["line 2 stays text: it needs `brew`, which is not here"]


# -- whatever a guide holds is data -----------------------------------------------------------------

HOSTILE = {
    "scripts": "<script>alert(1)</script>\n\nOne <b onclick=x>container</b> &lt;i&gt; here. <!-- a -->\n",
    "pictures": "![x](attachment:a.png) ![y](http://x/y.png) [j](javascript:alert(1)) <http://x/?a=b> a container.\n",
    "magics": "%%javascript\nalert(1)\n\n!rm -rf /\n\n%load x.py\n\n?print\n\n```bash\n%%bash\n!ls\n```\n",
    "backticks": "A `` ` `` b ``` `` ``` c.\n\n~~~\n```bash\nls\n```\n~~~\n\n```bash\necho '```'\n```\n",
    "formulas": "It costs $1 and $2, \\(x\\) and $$y$$.\n",
    "lists": "- a\n\n  1. b\n     > c *d `e*` f*\n\n  ```bash\n  ls\n  ```\n- \\- no list\n\n1\\. nor this.\n\n\\# nor a heading\n",
    "tables": "| a | `b \\| c` |\n|---|---|\n| <i> | *d* |\n\nx | y\n",
    "headings": "a\n===\n\n1. one\n-\n\n# *b* #\n",
    "signs": "One\x1b[31m\u202e two.\n\n```bash\nls \x1b[31m\n```\n",
    "marks in marks": "**a *b `c` d* e** ~~x~~ ***y*** _z_ * a * b ** c\n",
    "nothing": "",
}
REAL = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "guide").glob("*.md"), *(ROOT / "tests" / "guides").glob("*.md")]
TEXTS = {**HOSTILE, **{path.name: path.read_text("utf-8") for path in REAL}}


LOADING = {"html_block", "html_inline", "image"}


def kinds(text: str) -> set[str]:
    return {token.type for top in markdown.PARSER.parse(text) for token in (top, *(top.children or ()))}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_written_again_says_the_same_and_holds_nothing_but_text(name: str) -> None:
    guide = markdown.read("g.md", TEXTS[name])
    again = markdown.read("g.md", written(guide.nodes))
    assert [one.text for one in again.sentences] == [one.text for one in guide.sentences]
    assert written(again.nodes) == again.source
    assert not kinds(again.source) & LOADING
    assert all(f"{sign}" not in again.source.replace(f"\\{sign}", "") for sign in "$<" if name == "formulas")


SCRAPS = [
    *("a", "b ", "<", ">", "<script>", "</p>", "<!--", "-->", "&lt;", "`", "``", "```\n", "~~~\n", "*", "**", "_", "[x](y)", "![", "("),
    *(
        "](http://a b)",
        "](<http://a>)",
        "<http://a.b/c>",
        "\n",
        "\n\n",
        "# ",
        "1. ",
        "- ",
        "> ",
        "    ",
        "|",
        "|---|\n",
        "$",
        "\\",
        "!",
        ":",
    ),
]


def test_nothing_but_text_comes_out_of_whatever_scraps() -> None:
    for seed in range(500):
        chance = random.Random(seed)
        guide = markdown.read("g.md", "".join(chance.choice(SCRAPS) for _ in range(chance.randrange(2, 30))))
        assert not kinds(written(guide.nodes)) & LOADING, guide.source


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_runs_anything_but_the_guides_commands_in_bash(name: str) -> None:
    guide = markdown.read("g.md", HOSTILE[name])
    found = made(guide)
    assert found[-1].source == "lab.clean()" and found[1].tags == ("setup",)
    code = [one.source for one in found if one.kind == "code" and not one.tags]
    assert code == ["\n".join([BASH, *(one.text for one in commands_in(block))]) for block in guide.blocks]


def test_names_of_containers_cannot_end_the_opening_cell() -> None:
    found = made(markdown.read("g.md", "```bash\ndocker run --name a\"]);x=1 --name=b.c --name '$(d)' nginx\n```\n"))
    assert found[1].source.splitlines()[-1] == 'lab = Lab("guide", ports=(), names=["a", "b.c"])'


# -- two runs ---------------------------------------------------------------------------------------


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


ERROR = {"output_type": "error", "ename": "CalledProcessError", "evalue": "exit status 1", "traceback": ["long"]}


def recorded(*runs: list[dict[str, Any]], command: str = "$ ls\n", late: bool = False) -> Any:
    """The cell of the command, as ``runs`` have it."""
    guide = markdown.read("g.md", f"A guide.\n\n```console\n{command}```\n")
    commands = {one.line: commands_in(one) for one in guide.blocks}
    left = list(runs)

    def run(notebook: Any) -> Any:
        played = copy.deepcopy(notebook)
        for number, cell in enumerate(one for one in played["cells"] if one["cell_type"] == "code"):
            cell["execution_count"] = number + 1
        next(cell for cell in played["cells"] if cell["source"].startswith(BASH))["outputs"] = left.pop(0)
        played["metadata"].update({"late": True} if late else {})
        return played

    notebook = lesson.recorded(guide, commands, made(guide), run, lambda _: None)
    return next(cell for cell in notebook["cells"] if cell["source"].startswith(BASH))


def test_what_is_the_same_in_both_runs_is_stored_and_compared() -> None:
    cell = recorded([stream("a\n"), stream("b\n")], [stream("a\nb\n")])
    assert (cell["outputs"], cell["metadata"], cell["execution_count"]) == ([stream("a\nb\n")], {}, 2)


def test_what_varies_is_not_compared_and_what_varies_beside_the_answer_is_put_aside() -> None:
    assert recorded([stream("a")], [stream("b")])["metadata"]["tags"] == ["nbval-ignore-output"]
    cell = recorded([stream("a"), stream("1 s", "stderr")], [stream("2 s", "stderr"), stream("a")])
    assert cell["source"].startswith(f"{lesson.ASIDE}\n") and cell["outputs"] == [stream("a")] and not cell["metadata"]


def test_an_error_that_the_guide_shows_is_expected_and_any_other_ends_it() -> None:
    shown = recorded([stream("No\n", "stderr"), ERROR], [stream("No\n", "stderr"), ERROR], command="$ ls x\nNo\n")
    assert shown["metadata"]["tags"] == ["raises-exception"] and shown["outputs"][-1]["traceback"] == []
    with pytest.raises(LabError, match="line 4 on ended with an error: No") as caught:
        recorded([stream("Yes\nNo\n", "stderr"), ERROR])
    assert caught.value.do == "see what differs: ./lab guide check g.md"
    with pytest.raises(LabError, match="did not end"):
        recorded([stream("")], late=True)


# -- nobody's file ----------------------------------------------------------------------------------


def test_only_what_was_made_here_and_not_edited_is_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    lesson.require_own(out)
    guide = markdown.read("g.md", "A guide.\n")
    notebook = lesson.recorded(guide, {}, made(guide), copy.deepcopy, lambda _: None)
    out.write_text(json.dumps(notebook, indent=1))
    lesson.require_own(out)
    notebook["cells"][1]["outputs"] = [stream("run by a reader")]
    out.write_text(json.dumps(notebook))
    lesson.require_own(out)
    notebook["cells"][0]["source"] += " Mine."
    out.write_text(json.dumps(notebook))
    with pytest.raises(BadRequest, match="edited since"):
        lesson.require_own(out)


@pytest.mark.parametrize("content", ["mine", "{}", "[]", '{"metadata": {}}', '{"metadata": {"hostnet_lab": 1}}', "[" * 9999])
def test_what_somebody_else_made_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "out.ipynb").write_text(content)
    with pytest.raises(BadRequest, match="did not make") as caught:
        lesson.require_own(tmp_path / "out.ipynb")
    assert caught.value.do == "name another file, or move that one away"
    for other in (tmp_path, tmp_path / "out.md"):
        with pytest.raises(BadRequest, match=r"does not end in \.ipynb"):
            lesson.require_own(other)


# -- on a host --------------------------------------------------------------------------------------

PROGRAM = "import sys; from hostnet_lab.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.engine
@pytest.mark.skipif(bool(disposable.missing()), reason=disposable.missing() or "-")
def test_our_guide_becomes_a_lesson_that_nbval_runs_strictly(engine: Engine, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    words = [sys.executable, "-c", PROGRAM, "guide", "lesson", str(OURS), "-o", str(out), "--no-install"]
    done = subprocess.run(words, text=True, capture_output=True, timeout=limit_s(180.0))
    assert done.returncode == 0, done.stdout + done.stderr
    notebook = nbformat.read(out, 4)
    nbformat.validate(notebook)
    stored = {cell.source.split("\n")[1]: cell for cell in notebook.cells if cell.source.startswith(BASH)}
    assert stored["curl http://localhost"].outputs[0].text.startswith("<!DOCTYPE html>")
    assert [one for one, cell in stored.items() if cell.metadata.get("tags")] == ["docker run -d --network host --name webserver nginx"]
    nbval = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(out),
    ]
    compared = subprocess.run(nbval, text=True, capture_output=True, timeout=limit_s(180.0))
    assert compared.returncode == 0, compared.stdout
    assert lab_refuses_what_was_edited(out)


def lab_refuses_what_was_edited(out: Path) -> bool:
    notebook = json.loads(out.read_text())
    notebook["cells"][0]["source"] = "mine"
    out.write_text(json.dumps(notebook))
    words = [sys.executable, "-c", PROGRAM, "guide", "lesson", str(OURS), "-o", str(out), "--no-install"]
    done = subprocess.run(words, text=True, capture_output=True, timeout=limit_s(60.0))
    return done.returncode == 2 and "it was edited since it was made" in done.stderr and "mine" in out.read_text()
