"""The ledger's four voices: text, JSON, JUnit, a page. Each is read back by what would read it."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from markupsafe import escape

from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guides.page import page as told
from hostnet_lab.core.host.network import KINDS
from hostnet_lab.core.reports import ledger_text
from hostnet_lab.core.reports.ledger_sections import ORDER
from hostnet_lab.core.reports.pictures import MOMENTS, TIMES, TITLES
from hostnet_lab.guides import files
from hostnet_lab.words import printable

from . import room
from .ledgers import entry, ledger, page, whole
from .pages import RUNS_OR_LOADS, STYLE, Reader, elements
from .test_guide_judging import OURS, checked

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request

EVIL = "<script>alert(1)</script> & \x1b[31mred\x00 \ud800 ]]> \"'"
DIFFERING = ledger(
    entry("no-address", "holds"),
    entry("names-resolve", "holds", "does not hold here", "It did: 200."),
    entry("multicast", "not testable here", evidence="no root"),
    entry("compose-ports", "not testable here", "holds with a nuance", "it broke"),
)
ROUNDS = {"host mode": [[50.0], [51.0], [52.0], [49.0]] * 3, "<b>relay</b>": [[110.0], [112.0], [113.0], [111.0]] * 3}
CLOSE = {"host mode": [[50.0], [60.0], [55.0], [52.0]] * 3, "from afar": [[51.0], [58.0], [57.0], [50.0]] * 3}


def seen(came: str = "0.0.0.0:80/tcp (nginx)") -> str:
    network = {"during": [["listener", True, came]], "after": [], "unseen": []}
    return page(
        ledger(
            entry("faster-without-nat", "holds with a nuance", observation={"microseconds": ROUNDS}),
            entry("faster-for-a-lan-client", "holds with a nuance", observation={"microseconds": CLOSE}),
            entry("clean-up-restores", "holds", observation={"before": {kind: ["x"] for kind in KINDS}, "host_mode": network}),
        )
    )


# -- text -------------------------------------------------------------------------------------------


def test_the_table_fits_100_columns_and_names_every_claim_once() -> None:
    lines = ledger_text.table(whole("a word of evidence " * 20)).splitlines()
    assert max(map(len, lines)) <= 100
    assert [line.split("  ")[0] for line in lines if line.startswith("!")] == []
    text = " ".join(" ".join(lines).split())
    assert all(text.count(f"{printable(claim.statement)} [{key}]") == 1 for key, claim in CLAIMS.items())


def test_a_word_that_is_longer_than_its_column_is_broken() -> None:
    assert max(map(len, ledger_text.table(whole("x" * 300)).splitlines())) <= 100


def test_what_differs_is_marked_with_expected_against_seen() -> None:
    text = " ".join(ledger_text.table(DIFFERING).split())
    assert "! holds 0.2 Container names resolve in host mode. [names-resolve] It did: 200." in text
    assert "differs: expected 'does not hold here', seen 'holds'" in text
    assert "Not as expected for this kind of host: names-resolve, compose-ports." in text


def test_the_summary_counts_the_verdicts_and_names_the_engine() -> None:
    said = ledger_text.summary(ledger(entry("no-address", "holds"), entry("names-resolve", "does not hold here")))
    assert said.startswith("2 claims in 1.5 s on Docker 20.10.24, Linux 6.18.0, as root: 1 holds, 1 does not hold here.")
    assert said.endswith("All as expected for this kind of host.")


def test_a_ledger_that_broke_off_says_why() -> None:
    said = ledger_text.summary(ledger(entry("no-address", "holds"), broken="the engine is gone"))
    assert said.endswith("It could not be run to its end: the engine is gone.")


def test_what_a_container_wrote_does_not_steer_the_terminal() -> None:
    text = ledger_text.table(whole(EVIL))
    assert not set(text) & {"\x1b", "\x00", "\ud800"}


def test_the_listing_names_every_claim_its_lesson_and_what_it_needs() -> None:
    lines = ledger_text.listing().splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == list(CLAIMS)
    assert max(map(len, lines)) <= 100
    assert "Needs: root." in ledger_text.listing()


# -- JSON -------------------------------------------------------------------------------------------

KEYS = {"id", "statement", "lesson", "verdict", "expected", "as_expected", "evidence", "seconds", "tries", "lost_seconds"}
KEYS |= {"sources", "observation", "evidence_kept", "figures", "figures_kept"}


def test_the_json_has_a_versioned_schema_and_all_of_each_claim() -> None:
    read = json.loads(ledger_text.as_json(whole(EVIL)))
    assert read["schema"] == "hostnet-lab/ledger/1"
    assert [one["id"] for one in read["claims"]] == list(CLAIMS)
    assert all(set(one) == KEYS for one in read["claims"])
    assert {"engine", "version", "api", "kernel", "architecture", "date", "root", "place"} <= set(read["machine"])


def test_an_observation_comes_back_as_it_was() -> None:
    observation = {"microseconds": {"µ": [[1.5, 2]]}, "relays": ["docker-proxy"], "answered": True}
    read = json.loads(ledger_text.as_json(ledger(entry("faster-without-nat", "holds", observation=observation))))
    assert read["claims"][0]["observation"] == observation


def test_a_reader_of_the_json_sees_what_differs() -> None:
    read = json.loads(ledger_text.as_json(DIFFERING))
    assert [one["as_expected"] for one in read["claims"]] == [True, False, True, False]
    assert read["verdicts"] == {"holds": 2, "holds with a nuance": 0, "does not hold here": 0, "not testable here": 2}


# -- JUnit ------------------------------------------------------------------------------------------


def test_junit_passes_what_is_as_expected_skips_what_cannot_be_tested_and_fails_what_differs() -> None:
    suite = ElementTree.fromstring(ledger_text.as_junit(DIFFERING).encode())
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == dict(
        tests="4", failures="2", errors="0", skipped="1"
    )
    said = {case.get("name"): [part.tag for part in case] for case in suite}
    assert said == {
        "no-address": ["system-out"],
        "names-resolve": ["failure"],
        "multicast": ["skipped"],
        "compose-ports": ["failure"],
    }


def test_junit_is_xml_whatever_the_evidence_holds() -> None:
    ElementTree.fromstring(ledger_text.as_junit(whole(EVIL)).encode())


# -- the page ---------------------------------------------------------------------------------------


STATED = {one.claim for one in files.side(OURS["host-networking"]).bindings}
PAGES = [whole(), whole(EVIL), DIFFERING]


@pytest.mark.parametrize("found", PAGES, ids=["whole", "evil", "differing"])
def test_the_page_loads_nothing_and_runs_nothing(found: Any) -> None:
    text = page(found)
    tags = {tag for tag, _ in Reader(text).elements}
    assert not tags & RUNS_OR_LOADS
    assert not any(
        name.startswith("on") or name in ("src", "srcset", "style") for _, attributes in Reader(text).elements for name in attributes
    )
    assert not re.search(r"url\(|@import|@font-face", text)
    assert "default-src 'none'" in text


def test_the_only_addresses_elsewhere_are_links_to_the_sources() -> None:
    sources = {url for claim in CLAIMS.values() for url in claim.sources}
    links = {one["href"] for one in elements(page(whole()), "a") if not one["href"].startswith("#")}
    assert links == sources


def test_every_claim_is_a_row_with_its_statement_and_verdict_in_words() -> None:
    text = page(whole())
    rows = [one["id"] for one in elements(text, "tr") if "id" in one]
    assert sorted([*rows, *STATED]) == sorted(CLAIMS)
    plain = re.sub(r'<span class="whole">(.*?)</span>|</?code>', r"\1", text)
    assert all(escape(printable(claim.statement)).replace("`", "") in plain for claim in CLAIMS.values())
    assert {one["href"][1:] for one in elements(text, "a") if one["href"].startswith("#g1n")} <= {
        one.get("id") for one in elements(text, "div")
    }


def test_our_guide_stands_first_as_guide_check_shows_it_and_what_is_believed_wrongly_next() -> None:
    text, found = page(whole()), checked(files.guide(OURS["host-networking"]))
    led = re.findall(r'<li><a href="#(g1n\d+)"', text.partition("</header>")[0])
    places = told(found).places
    assert led == [places[one.bound.binding.claim] for one in found.said if one.ok is False]
    assert text.index("<article") < text.index('id="claims"') < text.index('id="machine"')
    order = [CLAIMS[one["id"]].expected for one in elements(text, "tr") if "id" in one]
    assert order == sorted(order, key=ORDER.index) and order[0] == "does not hold here"


def test_of_some_claims_the_page_says_nothing_more_than_of_these() -> None:
    text = page(ledger(entry("no-address", "holds"), entry("names-resolve", "does not hold here")))
    assert text.count('class="note holds"') == 2 and "nothing was judged" not in text and "2 claims in" in text


def test_text_from_elsewhere_is_never_markup() -> None:
    text = page(whole(EVIL)) + page(ledger(entry("no-address", "holds"), broken=EVIL))
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in text
    assert not set(text) & {"\x1b", "\x00", "\ud800"}


def test_a_screen_reader_gets_language_headings_in_order_captions_and_scopes() -> None:
    text = seen()
    assert next(elements(text, "html"))["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in Reader(text).elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
    assert text.count("<table") == text.count("<caption>")
    assert all(one.get("scope") in ("row", "col") for one in elements(text, "th"))


def test_the_page_has_a_look_for_paper_for_a_phone_and_for_the_dark() -> None:
    assert all(rule in STYLE for rule in ("@media print", "@media (max-width", "prefers-color-scheme: dark"))
    assert "width=device-width" in page(whole())


def test_the_latency_that_was_measured_is_drawn_and_its_sentence_is_chosen_by_the_data() -> None:
    text = seen()
    assert "median 50 µs" in text or "median 51 µs" in text
    assert "relay&lt;/b&gt;: +61 (+60 to +62 µs)" in text
    assert "<b>relay" not in text


def test_a_clients_latency_stands_under_the_hosts_own_with_its_own_sentence() -> None:
    text = seen()
    here, there = (f"<h3>{TITLES[name]}</h3>" for name in TIMES)
    assert text.index(here) < text.index(there)
    own, clients = text.split(there)
    assert "no measurable difference" not in own and "From afar: no measurable difference (" in clients
    assert own.count('role="img"') == 1 and clients.count('role="img"') >= 1


def test_the_hosts_network_is_drawn_and_told() -> None:
    text = seen()
    network = text.partition(f"<h3>{escape(TITLES[MOMENTS['host_mode']])}</h3>")[2]
    assert network.count('role="img"') == 1 and ">+ listener<" in network
    assert "During: 1 listener added since before:\n  added: listener 0.0.0.0:80/tcp (nginx)" in network


def test_what_came_is_text_in_the_drawing_and_below_it() -> None:
    text = seen(EVIL)
    assert "<script" not in text and text.count("&lt;script&gt;") >= 2
    Reader(text)


def test_without_those_observations_the_page_has_no_empty_figure() -> None:
    assert "<figure" not in page(DIFFERING)


def listen(opened: Page) -> list[str]:
    """What the page will ask for and say, as it does."""
    heard: list[str] = []

    def ask(request: Request) -> None:
        heard.append(request.url)

    def say(message: ConsoleMessage) -> None:
        heard.append(message.text)

    opened.on("request", ask)
    opened.on("console", say)
    return heard


@pytest.mark.browser
def test_in_a_browser_the_page_asks_for_nothing_and_fits_a_phone(tmp_path: Path) -> None:

    file = tmp_path / "page.html"
    file.write_text(page(whole("a longer word of evidence " * 9)).replace("</main>", f"{seen().partition('<main>')[2]}", 1), "utf-8")
    with room.chromium() as browser:
        for scheme in ("light", "dark"):
            context = room.context(browser, viewport={"width": 360, "height": 800}, color_scheme=scheme)
            opened = context.new_page()
            heard = listen(opened)
            opened.goto(file.as_uri())
            assert opened.evaluate("document.documentElement.scrollWidth") <= 360
            assert heard == [file.as_uri()]
            first = opened.locator("header li").first.bounding_box()
            assert first and first["y"] + first["height"] <= 800, "the first claim stands on the first screen"
            context.close()
