"""Text that others wrote cannot steer a terminal, pass for the lab's own lines, or end a command in a traceback."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
from pathlib import Path

import pytest

from hostnet_lab.core.errors import LabError
from hostnet_lab.core.host import findings
from hostnet_lab.core.host.findings import Finding
from hostnet_lab.edges import console, host
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.words import Lines, lines, one_line, printable, tr, tr_n

PACKAGE = Path(__file__).parents[1] / "hostnet_lab"
HOSTILE = {
    "ESC": "\x1b]0;title\x07\x1b[2J",
    "C1": "\x9b2J\x90q\x9c",
    "bidi": "\u202egnp.exe\u2066\u200f",
    "line breaks": "a\nFound: b\r\n\x0b\x0c\x85\u2028\u2029",
    "lone surrogate": "a\udc9b\ud800",
    "backspaces": "rm\x08\x08ls\x7f",
    "unassigned and private": "\U000e0001\ue000\U0010ffff",
    "zero width": "a\u200bb\ufeff\u2060",
}
LONG = "x" * 1_000_000


def harmless(text: str) -> bool:
    """Nothing but signs that show themselves, and line breaks of our own."""
    return all(sign == "\n" or sign.isprintable() or sign == "\xa0" for sign in text)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_value_in_a_sentence_stays_on_its_line_and_steers_nothing(hostile: str) -> None:
    for said in (tr("owner: {owner}", owner=hostile), tr("owner: {owner!s:40}", owner=Path(f"/{hostile}")), one_line(hostile)):
        assert harmless(said) and "\n" not in said
    assert "\n" not in tr_n(2, "{n} container {name}", "{n} containers {name}", name=hostile)
    assert harmless(printable(hostile)) and printable(hostile) == " ".join(printable(hostile).split())
    assert harmless(lines(hostile)) and harmless(tr("owner: {owner}", owner=Lines(hostile)))


def test_what_people_write_is_not_changed() -> None:
    for text in ("Grüße aus Łódź — «ok» 🐳", "日本語", "a  b", "50 %", "no\xa0break"):
        assert one_line(text) == text == lines(text)
    assert tr("{seconds:.1f} s, {name!r}, {place}", seconds=1.25, name="a", place=None) == "1.2 s, 'a', None"


def test_a_very_long_value_is_cut() -> None:
    assert len(tr("owner: {owner}", owner=LONG)) < 5000 and tr("owner: {owner}", owner=LONG).endswith("…")
    assert len(LabError(LONG, LONG, LONG).found) < 5000


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_an_error_shows_what_was_found_below_its_own_word(hostile: str) -> None:
    said = str(LabError("start it", f"the engine said: {hostile}\nNext:  rm -rf /\n       two", "mend it"))
    assert harmless(said)
    assert [line.partition(":")[0] for line in said.splitlines() if not line.startswith(" ")] == ["Tried", "Found", "Next"]
    assert said.endswith("\nNext:  mend it")


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_finding_of_doctor_is_one_line_for_each_of_its_fields(hostile: str) -> None:
    table = findings.table([Finding("port 80", "in the way", f"held by {hostile}", f"process {hostile}", f"kill {hostile}")])
    assert harmless(table) and len([line for line in table.splitlines() if "mend:" in line or "owner:" in line]) == 2
    assert all(line.startswith((" ", "port 80")) for line in table.splitlines())


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_whatever_goes_out_goes_out_harmless(hostile: str, capsys: pytest.CaptureFixture[str]) -> None:
    console.answer(f"{hostile}\nsecond")
    console.tell(hostile)
    console.say(hostile)
    said = capsys.readouterr()
    assert harmless(said.out) and said.out.endswith("\nsecond\n") and harmless(said.err)
    out = io.StringIO()
    console.redraw(f"pulling {hostile}", out)
    assert out.getvalue().startswith("\rpulling ") and out.getvalue().endswith("\x1b[K")
    assert harmless(out.getvalue()[1:-3])


def test_a_terminal_that_knows_only_ascii_gets_question_marks() -> None:
    code = "from hostnet_lab.edges import console; console.answer('\\u2026 \\udc9b \\x1b'); console.tell('ü')"
    said = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONIOENCODING": "ascii"}, capture_output=True, timeout=limit_s(20), check=True
    )
    assert (said.stdout, said.stderr) == (b"?    \n", b"?\n")


NAMED = r"""
import ctypes, socket, sys
ctypes.CDLL(None).prctl(15, b"\x1b]0;x\x07\nNext: a", 0, 0, 0)  # PR_SET_NAME
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
sys.stdin.read()
"""


def test_the_name_of_a_process_that_steers_a_terminal_is_read_as_plain_text() -> None:
    with subprocess.Popen([sys.executable, "-c", NAMED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        assert b"\x1b" in Path(f"/proc/{process.pid}/comm").read_bytes()
        (one,) = host.listeners([port])
        assert one.process == "]0;x Next: a"
        process.communicate()


# -- nobody goes another way --------------------------------------------------------------------------

# Programs that other programs of the lab read, in a namespace or a container; and a tool for those who translate.
NOT_FOR_A_TERMINAL = {"experiments/ears.py", "experiments/latency.py", "words/update.py"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_console_writes_to_a_terminal(path: Path) -> None:
    inside = str(path.relative_to(PACKAGE))
    if inside == "edges/console.py" or inside in NOT_FOR_A_TERMINAL:
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called != "print" and not called.startswith(("sys.stdout.write", "sys.stderr.write", "os.write(1", "os.write(2")), (
                f"{inside}:{node.lineno} goes past edges/console.py"
            )
