"""The judges in German: the same verdict on every recorded observation, and evidence in the reader's own language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.core.guide.ledger import JUDGES
from hostnet_lab.core.guide.verdicts import judged, sentence
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.words import told
from hostnet_lab.words.setting import FORCED

from .recordings import FOLDER, PATHS, read

CASES = [(path, claim) for path in PATHS for claim in read(path).claims]
# The language is settled once in a process, and this one's is English.
ELSEWHERE = """
import json, sys
from hostnet_lab.core.guide.ledger import JUDGES
from hostnet_lab.core.guide.verdicts import judged
from tests.test_words import kept_in_a_file
found = [judged(JUDGES[claim], seen) for claim, seen in json.load(sys.stdin)]
json.dump([{**vars(one), "kept": kept_in_a_file(one.evidence)} for one in found], sys.stdout)
"""


@pytest.fixture(scope="module")
def german() -> dict[tuple[Path, str], Any]:
    """What the judges say of each case to a reader of German."""
    asked = json.dumps([(claim, read(path).observation) for path, claim in CASES])
    environment = os.environ | {FORCED: "de"}
    child = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], input=asked, text=True, capture_output=True, env=environment, timeout=limit_s(60)
    )
    assert child.returncode == 0, child.stderr
    return dict(zip(CASES, json.loads(child.stdout), strict=True))


@pytest.mark.parametrize(("path", "claim"), CASES, ids=lambda one: one if isinstance(one, str) else str(one.relative_to(FOLDER)))
def test_a_verdict_does_not_depend_on_the_language_and_its_evidence_does(
    german: dict[tuple[Path, str], Any], path: Path, claim: str
) -> None:
    english, said = judged(JUDGES[claim], read(path).observation), german[path, claim]
    assert said["verdict"] == english.verdict
    assert said["evidence"][:1] == said["evidence"][:1].upper() and len(said["evidence"].splitlines()) == 1
    assert said["evidence"] != english.evidence
    assert sentence(told(said["kept"])) == english.evidence, "what a German lab keeps, as an English one tells it"
