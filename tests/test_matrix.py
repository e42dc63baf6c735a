"""Saved ledgers side by side: what the page says of them, and that the page in docs is the one that they make."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.core.errors import BadRequest
from hostnet_lab.core.guide.ledger import JUDGES, Entry
from hostnet_lab.core.guide.verdicts import Verdict, judged
from hostnet_lab.core.reports import ledger_text, matrix, matrix_page

from .engines import recipes, table
from .engines.run import added
from .ledgers import KIND, MACHINE, entry, ledger
from .machines.__main__ import PLACES
from .machines.recipes import MACHINES

CLAIM, OTHER = "no-address", "p-is-ignored"


def saved(*entries: Entry, engine: str = "Docker", version: str = "20.10.24+dfsg1", rootless: bool = False, broken: str = "") -> Any:
    """A ledger as it stands in a file."""
    found = replace(ledger(*entries, broken=broken), machine=replace(MACHINE, engine=engine, version=version, rootless=rootless), kind=KIND)
    return json.loads(ledger_text.as_json(found))


def one(verdict: Verdict, evidence: str = "Seen: 200.", claim: str = CLAIM, **machine: Any) -> Any:
    return saved(entry(claim, verdict, evidence=evidence), **machine)


def test_engines_stand_by_kind_then_rights_then_age_by_number() -> None:
    versions = [("Podman", "5.8.6", False), ("Docker", "28.5.2", False), ("Docker", "9.1.0", False), ("Docker", "20.10.24+dfsg1", True)]
    columns = matrix.ordered(matrix.column(one("holds", engine=a, version=b, rootless=c)) for a, b, c in versions)
    assert [column.title for column in columns] == ["Docker 9.1.0", "Docker 28.5.2", "Docker 20.10.24 rootless", "Podman 5.8.6"]


def test_engines_differ_on_a_claim_when_two_that_tested_it_found_two_verdicts() -> None:
    columns = [matrix.column(one(verdict)) for verdict in ("holds", "not testable here", "does not hold here")]
    assert matrix.differing(columns) == [CLAIM]
    assert matrix.differing(columns[:2]) == []  # what could not be tested says nothing against the others


def test_a_difference_is_told_with_its_engines_and_their_evidence() -> None:
    page = matrix_page.page([one("holds", "Seen: 1."), one("does not hold here", "seen: 2", engine="Podman", version="4.3.1")], {})
    assert "- *holds*: Docker 20.10.24: Seen: 1.\n- *does not hold here*: Podman 4.3.1: seen: 2." in page
    assert "| A container in host mode has no address of its own. * | holds | **no** |" in page


def test_evidence_of_a_reader_of_another_language_is_told_in_this_ones() -> None:
    german = one("not testable here", "Es gibt hier kein Docker Compose.")
    german["claims"][0]["evidence_kept"] = {"text": "there is no Docker Compose here"}
    assert matrix.column(german).findings[CLAIM].evidence == "There is no Docker Compose here."
    german["claims"][0]["evidence_kept"] = {"text": "{no}", "values": {}}, 7
    assert matrix.column(german).findings[CLAIM].evidence == "Es gibt hier kein Docker Compose."


def test_engines_that_agree_are_said_to_agree() -> None:
    page = matrix_page.page([one("holds"), one("holds", engine="Podman", version="4.3.1")], {})
    assert "Nowhere: each claim was found alike" in page
    assert "Nothing: every verdict is the one" in page


def test_a_verdict_that_was_not_expected_is_told_apart_from_a_claim_that_could_not_be_tested() -> None:
    page = matrix_page.page(
        [saved(entry(CLAIM, "not testable here", "holds", "it broke"), entry(OTHER, "not testable here", evidence="no root"))], {}
    )
    unexpected, untested = page.split("## Not as expected there")[1].split("## Could not be tested")
    assert CLAIM in unexpected and "it broke" in unexpected and OTHER not in unexpected
    assert OTHER in untested and "no root" in untested and CLAIM not in untested


def test_a_claim_that_an_older_ledger_lacks_is_shown_as_not_yet_asked_there() -> None:
    page = matrix_page.page([one("holds"), saved(entry(CLAIM, "holds"), entry(OTHER, "holds"), version="28.5.2")], {})
    assert "| -p is ignored in host mode, with a warning. | not yet asked | holds |" in page


def test_an_engine_that_was_not_tried_is_named_with_the_reason() -> None:
    assert "| Engine of tomorrow | - | - | - | - | - | not tried: it is not there yet |" in matrix_page.page(
        [one("holds")], {"Engine of tomorrow": "it is not there yet"}
    )


def test_what_a_container_wrote_is_shown_and_never_becomes_markup() -> None:
    page = matrix_page.page([one("holds"), one("does not hold here", "<img src=x> [a](b) *c* | `d`\n# e", version="28.5.2")], {})
    assert r"\<img src=x\> \[a\](b) \*c\* \| \`d\` # e." in page


@pytest.mark.parametrize(
    "wrong", [{"schema": "hostnet-lab/ledger/0"}, {}, {"schema": ledger_text.SCHEMA, "broken": "the engine went away"}]
)
def test_a_file_of_another_schema_or_without_an_end_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadRequest, match="fill it anew"):
        matrix.column(wrong)


def test_the_page_in_docs_is_what_the_command_makes_of_the_saved_ledgers() -> None:
    assert table.PAGE.read_text("utf-8") == table.text(), "run: ./lab exec python -m tests.engines.table"


def test_a_ledger_of_the_old_form_is_read_with_its_drawings_and_sentences() -> None:
    old = json.loads((Path(__file__).parent / "kept" / "old-ledger.json").read_text("utf-8"))
    assert "<svg" in json.dumps(old) and matrix.column(old).title == "Podman 4.3.1"
    page = matrix_page.page([old], {})
    assert "| Removing the container leaves the host's network as it was. | holds |" in page
    assert "There is no Docker Compose here." in page and "<svg" not in page


@pytest.mark.parametrize("path", sorted((table.DOCS / "engines").glob("*.json")), ids=lambda path: path.stem)
def test_a_saved_ledger_holds_plain_values_and_is_judged_again_as_it_was(path: Path) -> None:
    claims = json.loads(path.read_text("utf-8"))["claims"]
    assert "<svg" not in path.read_text("utf-8")
    seen = {claim["id"]: claim for claim in claims if claim["observation"]}
    again = {key: judged(JUDGES[key], claim["observation"]) for key, claim in seen.items()}
    assert {key: vars(one) for key, one in again.items()} == {
        key: {name: claim[name] for name in ("verdict", "evidence", "figures")} for key, claim in seen.items()
    }


def test_every_recipe_has_its_ledger_and_every_ledger_its_recipe() -> None:
    machines = {path.stem for path in (table.DOCS / "engines").glob("docker-debian-*-*.json")}
    assert machines <= {f"docker-{name}-{place}" for name in MACHINES for place in PLACES.values()}
    assert {path.stem for path in (table.DOCS / "engines").glob("*.json")} == {*recipes.RECIPES, *recipes.SENT, *machines}


def test_a_ledger_that_was_filled_elsewhere_says_so_in_its_title_and_in_a_sentence() -> None:
    usual, other = one("holds", version="29.1"), {**one("holds", version="29-dev"), "setting": "from source", "note": "Built by hand"}
    assert [column.title for column in matrix.ordered(map(matrix.column, (usual, other)))] == ["Docker 29-dev, from source", "Docker 29.1"]
    page = matrix_page.page([usual, other], {})
    assert "- Docker 29-dev, from source: Built by hand." in page and "- Docker 29.1:" not in page.partition("## Claims")[0]


def test_a_saved_ledger_names_no_folder_of_the_machine_that_filled_it() -> None:
    for path in (table.DOCS / "engines").glob("*.json"):
        text = path.read_text("utf-8")
        assert not [word for word in ("/work/", "/root/", "/home/", "/tmp/") if word in text], path.name


def test_claims_that_are_asked_alone_stand_in_the_saved_ledger_in_their_place_with_their_day() -> None:
    old = saved(entry(CLAIM, "holds"), entry(OTHER, "does not hold here"))
    new = saved(entry("reaches-you", "holds"), entry(OTHER, "holds"))
    found = json.loads(added(old, new))
    assert [(claim["id"], claim["verdict"]) for claim in found["claims"]] == [(CLAIM, "holds"), ("reaches-you", "holds"), (OTHER, "holds")]
    assert [claim.get("asked") for claim in found["claims"]] == [None, MACHINE.date, MACHINE.date] and found["verdicts"]["holds"] == 3
