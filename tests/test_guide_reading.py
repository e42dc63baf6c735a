"""A guide as it is read: blocks, sentences and their places, bindings, expected output, the side file. No engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostnet_lab.core.errors import BadRequest
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guides import side_file
from hostnet_lab.core.guides.bindings import Binding, Output, SideFile, bind, found_again, plain, proposals, uncovered
from hostnet_lab.core.guides.console import commands_of
from hostnet_lab.core.guides.expected import matches
from hostnet_lab.core.guides.lacking import lacking, reaches_out
from hostnet_lab.core.guides.model import Guide
from hostnet_lab.core.guides.sentences import promises
from hostnet_lab.guides import files, markdown
from hostnet_lab.guides.running import commands_in
from hostnet_lab.guides.shell import cut

SENTENCE = "A container in host mode shares the host's network."


def read(text: str) -> Guide:
    return markdown.read("g.md", text)


# -- blocks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("```bash\nls\n```", [("script", "")]),
        ("```sh\nls\n```", [("script", "")]),
        ("```shell\n$ ls\n```", [("console", "")]),
        ("```console\n$ ls\na\n```", [("console", "")]),
        ("```\n$ ls\n```", [("console", "")]),
        ("    $ ls\n", [("console", "")]),
        ("```\nls\n```", []),
        ("```yaml\na: $ b\n```", []),
        ("```bash no-run\nls\n```", [("script", "no-run")]),
        ("```{bash, no-run}\nls\n```", [("script", "no-run")]),
        ("```powershell\nGet-Item\n```", [("elsewhere", "elsewhere")]),
        ("- in a list\n\n  ```bash\n  ls\n  ```", [("script", "")]),
        ("> ```bash\n> ls\n> ```", [("script", "")]),
        ("<!--\n```bash\nls\n```\n-->", []),
        ("```bash\n\n```", []),
        ("~~~Bash\nls\n~~~", [("script", "")]),
    ],
)
def test_a_block_of_commands_is_known_by_its_fence_or_its_prompts(text: str, kinds: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.kept) for one in read(text).blocks] == kinds


def test_a_command_has_its_line_and_as_many_lines_as_bash_wants() -> None:
    text = "# A\n\n```bash\n# note\ndocker run \\\n  nginx\n\nfor a in 1 2; do\n  echo $a\ndone\ncat <<END\nx\nEND\n```\n"
    (block,) = read(text).blocks
    assert [(one.line, one.text.split("\n")[-1]) for one in commands_in(block)] == [(5, "  nginx"), (8, "done"), (11, "END")]


def test_what_never_ends_is_one_command() -> None:
    assert cut(["echo 'open", "ls"]) == [(0, "echo 'open\nls")]


def test_a_console_block_has_commands_with_their_output() -> None:
    (block,) = read("```console\nold output\n$ a \\\n> b\nout\n\n$ c\n# d\ne\n```").blocks
    found = commands_of(block)
    assert [(one.line, one.text, one.expected) for one in found] == [(3, "a \\\nb", ("out",)), (7, "c", None), (8, "d", ("e",))]
    assert (found[0].shown, found[2].shown) == (5, 9)


def test_a_guide_without_bounds_is_refused() -> None:
    with pytest.raises(BadRequest, match="more than"):
        read("```bash\nls\n```\n\n" * 501)


# -- expected output --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        (["a"], ["a"], True),
        (["a"], ["a  ", "", ""], True),
        (["a"], ["b"], False),
        (["a"], ["a", "b"], False),
        (["a", "b"], ["a"], False),
        (["..."], [], True),
        (["..."], ["a", "b"], True),
        (["a", "...", "c"], ["a", "c"], True),
        (["a", "...", "c"], ["a", "b", "c", "d"], False),
        (["...", "a", "...", "a"], ["a", "x", "a", "a"], True),
        (["a* (glob)"], ["abc"], True),
        (["a? (glob)"], ["abc"], False),
        ([r"a\* (glob)"], ["abc"], False),
        ([r"a\* (glob)"], ["a*"], True),
        (["[a] (glob)"], ["[a]"], True),
        (["[0-9]+ (re)"], ["42"], True),
        (["[0-9]+ (re)"], ["42x"], False),
        (["( (re)"], ["("], False),
        ([], ["a"], False),
    ],
)
def test_output_is_compared_as_cram_does(expected: list[str], actual: list[str], same: bool) -> None:
    assert matches(expected, actual) == same


# -- sentences --------------------------------------------------------------------------------------


def test_a_sentence_has_line_and_column_wherever_it_stands() -> None:
    text = "# No sentence here.\n\nFirst one, e.g. this. Second `a.b. C` one\ngoes on here.\n\n- **Bold**: in a list.\n\n"
    text += "| a | b |\n|---|---|\n| Cell one. | Cell two. |\n"
    found = read(text).sentences
    assert [(one.line, one.column, one.text) for one in found] == [
        (3, 1, "First one, e.g. this."),
        (3, 23, "Second a.b. C one goes on here."),
        (6, 5, "Bold: in a list."),
        (8, 3, "a"),
        (8, 7, "b"),
        (10, 3, "Cell one."),
        (10, 15, "Cell two."),
    ]


@pytest.mark.parametrize(
    "text", ["A &amp; B. Next one.", "![alt. text](a.png) One. Two.", "[link. here](x) One.", "a  \nb. C.", "\\*a. B*."]
)
def test_every_sentence_begins_where_it_is_said_to(text: str) -> None:
    source = text.split("\n")
    for one in read(text).sentences:
        assert source[one.line - 1][one.column - 1 :].strip("*[\\ ")[:1] == one.text.strip("* ")[:1]


def test_what_stands_before_a_guide_for_a_generator_is_no_prose() -> None:
    (sentence,) = read("---\ntitle: A container.\n---\n\nOne sentence.\n").sentences
    assert (sentence.line, sentence.text) == (5, "One sentence.")


def test_what_steers_a_terminal_does_not_come_out_of_a_guide() -> None:
    (sentence,) = read("One \x1b[31m\u202e sentence.").sentences
    assert sentence.text.isprintable()


@pytest.mark.parametrize(
    ("text", "so"),
    [
        (SENTENCE, True),
        ("What is host networking?", False),
        ("Start a container on the host's network:", False),
        ("This guide is short and sweet.", False),
        ("Host mode.", False),
    ],
)
def test_a_sentence_that_could_be_untrue_promises_something(text: str, so: bool) -> None:
    assert promises(text) == so


# -- bindings ---------------------------------------------------------------------------------------


def bound_in(text: str, quote: str = SENTENCE, claim: str = "shares-the-network") -> tuple[str, int]:
    binding = bind(next(iter(read(quote).sentences)), claim, "true")
    guide = read(text)
    (found,) = found_again([binding], guide.sentences)
    return found.trouble, len(uncovered([found], guide.sentences))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SENTENCE, ("", 0)),
        (f"Before.\n\n  {SENTENCE.replace(' mode', chr(10) + 'mode')}", ("", 0)),
        (SENTENCE.replace("host mode", "**host mode**"), ("", 0)),
        (SENTENCE.replace("shares", "does not share"), ("edited", 0)),
        (SENTENCE.replace("container", "program"), ("edited", 0)),
        (f"{SENTENCE} {SENTENCE}", ("doubled", 1)),
        ("Nothing like it at all, but a port of Docker.", ("missing", 1)),
        ("", ("missing", 0)),
    ],
)
def test_a_binding_holds_for_its_words_alone(text: str, found: tuple[str, int]) -> None:
    assert bound_in(text) == found


def test_a_claim_that_there_is_not_is_named() -> None:
    assert bound_in(SENTENCE, claim="gone")[0] == "unknown claim"


def test_a_quotation_that_was_changed_by_hand_is_named() -> None:
    (found,) = found_again([Binding(SENTENCE, "0" * 16, "shares-the-network", "true")], read(SENTENCE).sentences)
    assert found.trouble == "damaged"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The container does not get its own IP address.", "no-address"),
        ("By avoiding NAT, host mode is faster.", "faster-without-nat"),
        ("Removing it leaves the host's network unchanged.", "clean-up-restores"),
        ("docker ps shows which port it has.", "ps-shows-the-port"),
        ("It bypasses the firewall.", "bypasses-the-firewall"),
    ],
)
def test_claims_are_proposed_by_words_in_common(text: str, claim: str) -> None:
    assert claim in [one.id for one in proposals(text)]


def test_nothing_is_proposed_for_words_that_no_claim_has() -> None:
    assert proposals("Lorem ipsum dolor.") == []


# -- the side file ----------------------------------------------------------------------------------


def test_what_is_written_is_read_again_as_it_was() -> None:
    hard = 'quote " \\ \n tab \t del \x7f [x] = # ☃ 𝄞'
    binding = Binding(hard, "a", "no-address", "warning", True, hard)
    side = SideFile((binding, Binding("b", "c", "d", "false")), (Output("ls", ("a", hard)),), (hard, "b"))
    assert side_file.read(side_file.write(side)) == side
    assert side_file.read(side_file.write(SideFile())) == SideFile()


@pytest.mark.parametrize(
    "text",
    [
        "[[sentence]]",
        "sentence = 1",
        'keeps = "a"',
        "a = 1",
        "[[",
        '[[sentence]]\nquote = "a"\nhash = "b"\nclaim = "c"\ntold = "maybe"',
        '[[sentence]]\nquote = 1\nhash = "b"\nclaim = "c"\ntold = "true"',
        '[[sentence]]\nquote = "a"\nhash = "b"\nclaim = "c"\ntold = "true"\nmentions = 1',
        '[[output]]\ncommand = "a"',
        "x = " + "[" * 5000,
    ],
)
def test_a_side_file_of_another_form_is_damaged(text: str) -> None:
    with pytest.raises(side_file.Damaged):
        side_file.read(text)


def test_a_damaged_side_file_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "g.md").write_text("a")
    (tmp_path / "g.md.claims.toml").write_text("x = 1")
    with pytest.raises(BadRequest, match="no such key"):
        files.side(tmp_path / "g.md")


def test_a_side_file_that_is_a_link_to_nothing_is_no_guide_without_bindings(tmp_path: Path) -> None:
    (tmp_path / "g.md.claims.toml").symlink_to("nowhere")
    with pytest.raises(BadRequest, match="side file"):
        files.side(tmp_path / "g.md")


def test_folders_are_searched_and_what_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("z.md", "b/a.markdown", "c.txt"):
        (tmp_path / name).write_text("a")
    assert [one.name for one in files.named([tmp_path])] == ["a.markdown", "z.md"]
    for none in ([tmp_path / "b" / "none"], []):
        with pytest.raises(BadRequest):
            [files.guide(one) for one in files.named(none)]


# -- what is lacking --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "output", "so"),
    [
        ("brew install docker", 127, "", True),
        ("sudo -n systemctl restart docker", 127, "", True),
        ("systemctl restart docker", 1, "", False),
        ("docekr run nginx", 127, "", False),
        ("docker run x", 125, "Unable to find image 'x:latest' locally\nnope", True),
        ("docker pull nginx", 1, "", True),
        ("docker run nginx", 125, "docker: Error", False),
        ("curl http://example.invalid", 6, "", True),
        ("curl http://localhost", 7, "", False),
        ("echo 'open", 2, "", False),
    ],
)
def test_what_cannot_be_here_is_told_from_what_went_wrong(text: str, code: int, output: str, so: bool) -> None:
    assert bool(lacking(text, code, output, cut_off=True)) == so


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("docker run -v /etc:/e nginx", True),
        ("docker run --privileged nginx", True),
        ("docker run \\\n --mount type=bind,src=/,dst=/h nginx", True),
        ("docker run -dv /:/h nginx", True),
        ("docker run --pid=host nginx", True),
        ("docker run -d --network host --name webserver nginx", False),
        ("curl -v http://localhost", False),
    ],
)
def test_a_container_that_would_get_the_machines_files_is_known_before(text: str, so: bool) -> None:
    assert reaches_out(text) == so


# -- our own guides ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["host-networking", "corrected"])
def test_every_binding_of_our_guides_is_found_and_has_a_claim(name: str) -> None:
    path = Path(__file__).parents[1] / "guide" / f"{name}.md"
    guide, side = files.guide(path), files.side(path)
    assert side.bindings and not [one for one in found_again(side.bindings, guide.sentences) if one.trouble]
    assert {one.claim for one in side.bindings} <= CLAIMS.keys()
    assert all(one.quote == plain(one.quote) for one in side.bindings)
