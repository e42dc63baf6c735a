"""Signals, open files and the mask of new files, as somebody hands them over who starts ./lab in an unusual way. A line is a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostnet_lab.edges.pace import limit_s

SAY = """
import os, signal, stat, sys
from hostnet_lab.edges import inheritance
inheritance.settle()
child = r'''{child}'''
import subprocess
print(subprocess.run(["sh", "-c", child] if child else ["true"], capture_output=True, text=True).stdout.strip())
print({expression})
"""
# How it is started (sh's own words before exec), what is asked of the process, what of a child of it, and both answers.
STARTED = (
    ('trap "" INT', "signal.getsignal(signal.SIGINT) is signal.default_int_handler", "kill -INT $$; echo alive", "True", ""),
    ('trap "" QUIT', "signal.getsignal(signal.SIGQUIT) is signal.SIG_DFL", "kill -QUIT $$; echo alive", "True", ""),
    ('trap "" TERM', "signal.getsignal(signal.SIGTERM) is signal.SIG_DFL", "kill -TERM $$; echo alive", "True", ""),
    ('trap "" PIPE', "signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN", "kill -PIPE $$; echo alive", "True", ""),
    ('trap "" CHLD', 'subprocess.run(["false"]).returncode', "false; echo $?", "1", "1"),
    ('trap "" HUP', "signal.getsignal(signal.SIGHUP) is signal.SIG_IGN", "kill -HUP $$; echo alive", "True", "alive"),
    ("exec <&-", 'open("/dev/zero").fileno() > 2 and sys.stdin.read() == ""', "cat && echo read", "True", "read"),
    ("exec 2>&-", 'open("/dev/zero").fileno() > 2 and sys.stderr.write("") == 0', "echo lost >&2 && echo said", "True", "said"),
    ("umask 000", "oct(os.umask(0))", "umask", "0o2", "0002"),
    ("umask 077", "oct(os.umask(0))", "umask", "0o77", "0077"),
    ("umask 027", "oct(os.umask(0))", "umask", "0o27", "0027"),
    (":", "len(signal.pthread_sigmask(signal.SIG_BLOCK, ()))", "", "0", ""),
)  # fmt: skip
BLOCKING = "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()); os.execv(sys.argv[1], sys.argv[1:])"


@pytest.mark.parametrize(("start", "expression", "child", "own", "of_child"), STARTED, ids=[line[0] for line in STARTED])
def test_a_process_of_the_lab_is_as_it_is_elsewhere(start: str, expression: str, child: str, own: str, of_child: str) -> None:
    program = [sys.executable, "-c", SAY.format(expression=expression, child=child)]
    blocked = [sys.executable, "-c", BLOCKING] if start == ":" else []
    done = subprocess.run(["sh", "-c", f'{start}; exec "$0" "$@"', *blocked, *program], text=True, capture_output=True, timeout=limit_s(30))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [of_child, own]


def test_without_a_standard_output_nothing_that_is_opened_later_becomes_it(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    program = f"""
from hostnet_lab.edges import inheritance
inheritance.settle()
kept = open({str(path)!r}, "w")
print("not for this file", flush=True)
import os; os.system("echo nor this")
"""
    subprocess.run(["sh", "-c", 'exec "$0" -c "$1" >&-', sys.executable, program], check=True, timeout=limit_s(30))
    assert path.read_text() == ""


def test_a_command_behind_exec_ends_by_a_broken_pipe_as_it_would_without() -> None:
    words = ["sh", "-c", '"$0" -m hostnet_lab exec sh -c "yes; echo $? >&2" | head -n 1', sys.executable]
    done = subprocess.run(words, text=True, capture_output=True, timeout=limit_s(30), cwd=Path(__file__).parents[1], env=dict(os.environ))
    assert done.stdout == "y\n" and "Broken pipe" not in done.stderr
