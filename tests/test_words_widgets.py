"""What a widget shows is marked, all of it: said in a language that brackets each text, nothing stands outside but data."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from hostnet_lab import widgets

PROGRAM = "from tests import bracketed, marked; marked.main()"
SHOWN = (*widgets.__all__, "Proof", "places", "trouble")
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧|⟦[^⟧\n]*…$", re.M)  # what a drawing has no room for is cut off, with its bracket
WORD = re.compile(r"[^\W\d_]{2,}")
# Commands and code, files and addresses, what Docker and the kernel call things, and what the specimens are called.
DATA = re.compile(
    r"%%bash$|docker \w+ .*|for \w+ in .*|done$|requests\.get.*|client\.containers\..*|^\w+\(['\w, -]*\)$|-+\w[\w= ]*\d$"
    r"|\S+\.(?:html|ipynb|md)\b|\b\d+ µs|(?:GET )?http://\S+|127\.0\.0\.1|localhost|net:\[\d+\]|\b(?:eth0|lo|docker0|veth1a|docker-proxy|DNAT|nginx)\b"
    r"|GET /\?hostnet-lab=\w+|HTTP/1\.1(?: 200 OK)?|^curl .*|^tcpdump .*"
    r"|\bveth[0-9a-f]{7}\b|\bhosted(?:: host mode, by loopback)?|\bpublished\b"
    r"|\b(?:host|bridge|none|running|exited|Exited|no-address|ant|bee|fly|hello|my-server|other|web|back|late)\b"
)


@cache
def shown() -> dict[str, list[str]]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def unmarked(text: str) -> list[str]:
    """Lines with a word outside of all brackets."""
    before = ""
    while before != text:
        before, text = text, BRACKETED.sub("", text)
    return [line for line in map(str.strip, text.splitlines()) if WORD.search(DATA.sub("", line))]


@pytest.mark.parametrize("name", SHOWN)
def test_all_that_a_widget_shows_is_marked(name: str) -> None:
    said = shown().get(name)
    assert said, "tests/marked.py does not show it"
    assert sorted({line for text in said for line in unmarked(text)}) == []


def test_a_text_that_is_not_marked_is_found() -> None:
    assert unmarked("⟦a b ⟦c d⟧⟧: web, ⟦e\nf⟧ 80\n⟦g ⟦h…") == []
    assert unmarked("⟦a b⟧ and ⟦c⟧\nweb 80") == ["and"]
