"""Ledgers that are given away and sent in: nothing of the reader's goes out, nothing that is not ours reaches the page."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.core.errors import BadRequest
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.verdicts import holds, untestable
from hostnet_lab.core.reports import contribution, ledger_text, matrix_page
from hostnet_lab.words import is_ours, tr

from .engines import table
from .ledgers import MACHINE, entry, ledger, page, whole
from .reports import EVIL

SAVED = sorted((table.DOCS / "engines").glob("*.json"))
SECRETS = ("alice", "/home/alice/x", "10.20.30.40", "fd00::77", "alices-laptop", "02:42:ac:11:00:09", "b" * 64)


def given(found: Any) -> Any:
    return json.loads(contribution.as_json(found))


def small() -> Any:
    """A contribution of two claims, one of them with words left out."""
    said = holds(tr("{said} and {said}", said=tr("port {port}", port=80)))
    return given(ledger(entry("no-address", "holds"), replace(entry("p-is-ignored", "holds"), judgement=said)))


# -- going out --------------------------------------------------------------------------------------


def test_no_word_of_the_readers_goes_out_whatever_field_it_stands_in() -> None:
    """Each field of each kind holds one: of the machine, evidence, figures, observations."""
    for secret in (*SECRETS, EVIL):
        told = untestable(tr("{command} said: {words}", command="docker swarm init", words=secret))
        mine = {"name": secret, "list": [secret], secret: {secret: [secret]}}
        one = replace(entry("no-address", "holds", evidence=secret, observation=mine), judgement=holds(secret, secret))
        two = replace(entry("swarm-services", "not testable here", observation=mine), judgement=told)
        machine = replace(MACHINE, version=f"28.5.2-{secret}", kernel=f"6.18.0-{secret}", api=secret, architecture=secret, date=secret)
        text = contribution.as_json(replace(ledger(one, two), machine=machine))
        assert secret not in json.loads(text).__str__() and secret not in text and "alice" not in text
        found = json.loads(text)
        assert (found["machine"]["version"], found["machine"]["kernel"], found["machine"]["date"]) == ("28.5.2", "6.18.0", "?")
        assert contribution.read(found)["claims"][1]["evidence_kept"]["values"] == {"command": "…", "words": "…"}


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_of_a_recorded_ledger_every_verdict_goes_out_and_no_string_that_is_not_ours(path: Path) -> None:
    saved = json.loads(path.read_text("utf-8"))
    found = json.loads(json.dumps(contribution.contribution(saved)))
    assert {one["id"]: one["verdict"] for one in found["claims"]} == {one["id"]: one["verdict"] for one in saved["claims"]}
    words = {one for one in strings(found["claims"]) if not is_ours(one) and not contribution.PARTS.fullmatch(one)}
    known = {*CLAIMS, "…", "holds", "holds with a nuance", "does not hold here", "not testable here"}
    assert words <= known
    assert not re.search(r"\d+\.\d+\.\d+\.\d+|[0-9a-f]{12}|:\[|/(run|home|tmp)", json.dumps([sorted(words), found["machine"]]))


def strings(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for value in found.values():
            yield from strings(value)
    elif isinstance(found, list):
        for value in found:
            yield from strings(value)
    elif isinstance(found, str):
        yield found


# -- coming in --------------------------------------------------------------------------------------


def test_what_was_given_is_taken_and_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "SENT_IN", tmp_path / "sent-in")
    file = tmp_path / "theirs.json"
    file.write_text(contribution.as_json(whole()))
    assert [place.parent.name for place in table.take([file])] == ["sent-in"]
    text = table.text()
    assert "| Docker 20.10.24, sent in | 1.41 | Linux 6.18.0, amd64 | root | same namespace | 2026-01-02 |" in text
    assert table.take([file]) and table.text() == text, "the same file again is no second one"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"{}" * 2, b"[" * 100_000, b"\xff\xfe", b'{"schema": NaN}', b"1" * (contribution.LARGEST + 1)],
    ids=["empty", "cut", "list", "null", "two", "deep", "bytes", "nan", "large"],
)
def test_a_damaged_file_is_refused_and_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "SENT_IN", tmp_path / "sent-in")
    monkeypatch.setattr(table, "PAGE", tmp_path / "page.md")
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(small()))
    bad.write_bytes(content)
    assert table.main([str(good), str(bad)]) == 2 and capsys.readouterr().err
    assert not (tmp_path / "sent-in").exists() and not (tmp_path / "page.md").exists()


def test_a_ledger_of_another_schema_is_refused_also_our_own() -> None:
    for saved in (ledger_text.document(whole()), {**small(), "schema": "hostnet-lab/contribution/2"}):
        with pytest.raises(BadRequest, match="schema"):
            contribution.read(saved)


NASTY: tuple[Any, ...] = (
    *(
        EVIL,
        "<script>pwn</script>",
        "[pwn](javascript:pwn)",
        "pwn|pwn",
        "{pwn}",
        "{part_0.__class__}pwn",
        "\x1b[31mpwn",
        "pwn\n# pwn",
        "‮pwn",
    ),
    *({"text": "pwn"}, {"text": "holds", "values": {"pwn": "pwn"}}, {"text": "{part_0}", "values": {"part_0": "pwn"}}),
    *({"text": "port {port}", "values": {"port": "<pwn>"}}, {"text": "port {port:>99999999}"}, {"pwn": {}}),
    *([], {}, None, True, -1, 1e308, float("nan"), 10**400, ["pwn"] * 9),
)


def places(found: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key in found if isinstance(found, dict) else range(len(found)) if isinstance(found, list) else ():
        yield (*way, key)
        yield from places(found[key], (*way, key))


def spoilt(chance: random.Random, good: Any, ways: list[tuple[Any, ...]]) -> Any:
    """A value, a name, or a whole part is another one: whatever a file can hold."""
    found = copy.deepcopy(good)
    for _ in range(chance.randint(1, 2)):
        *way, last = chance.choice(ways)
        held, nasty = found, chance.choice(NASTY)
        try:
            for key in way:
                held = held[key]
            if chance.random() < 0.7:
                held[last] = nasty
            elif isinstance(held, dict):
                held[str(nasty)] = held.pop(last)
            else:
                held.append(nasty)
        except (KeyError, TypeError, IndexError, AttributeError):  # what stood there is gone already
            continue
    return found


def test_of_ten_thousand_hostile_ones_nothing_of_theirs_reaches_the_page() -> None:
    chance, good = random.Random(29), small()
    ways = [*places(good)]
    usual = matrix_page.page([contribution.read(good)], {})
    refused = 0
    for _ in range(10_000):
        found = spoilt(chance, good, ways)
        try:
            taken = contribution.read(found)
        except BadRequest:
            refused += 1
            continue
        text = usual if found == good else matrix_page.page([taken], {})
        assert "pwn" not in text and EVIL not in text and "\x1b" not in text, found
    assert 5_000 < refused < 10_000


def test_the_readers_own_page_tells_what_a_contribution_leaves_out() -> None:
    assert "Seen: 200." in page(whole()) and "Seen: 200." not in contribution.as_json(whole())
