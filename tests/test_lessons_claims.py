"""Each claim is proved in its own lesson, and a lesson proves no claim that there is not."""

from __future__ import annotations

import re

import pytest

from hostnet_lab.core.claims import CLAIMS, Claim

from .test_lessons import LESSONS, code, number, read

CALL = re.compile(r"\bprove\(([^)]*)\)")
PROVED = {
    number(path): set(re.findall(r"\"([^\"]+)\"", " ".join(CALL.findall("\n".join(c.source for c in code(read(path)))))))
    for path in LESSONS
}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.id)
def test_a_claim_is_proved_in_its_lesson(claim: Claim) -> None:
    assert claim.id in PROVED[claim.lesson]


@pytest.mark.parametrize("lesson", PROVED)
def test_a_lesson_proves_claims_that_there_are(lesson: str) -> None:
    assert PROVED[lesson] <= set(CLAIMS)
