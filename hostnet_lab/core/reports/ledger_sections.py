"""A ledger as one page: "This guide, checked on this machine". It asks nothing of any other place, and needs no script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...words import tr
from ..drawings import latency, network_svg
from ..drawings.svg import safe
from ..guide.ledger import Entry, Ledger, as_expected, counts, differing, exit_code
from ..guide.verdicts import SPOKEN
from ..host.network import comparison, read_moments
from ..host.whereabouts import PLACES
from .html_parts import document, facts, marked, plain, row, table
from .html_parts import text as _text
from .ledger_text import summary

TITLE = tr("This guide, checked on this machine")
PATHS = {"faster-without-nat": tr("On the host itself"), "faster-for-a-lan-client": tr("For a client on the network")}
NETWORKS = {"host_mode": tr("nginx in host mode"), "publishing": tr("nginx on the bridge, its port published")}
MADE = tr("Made by <code>./lab verify --html</code>. Each verdict is for this engine on this machine, on this day.")


def page(ledger: Ledger) -> str:
    """The whole document, in UTF-8; every text that comes from outside is escaped."""
    parts = (_facts(ledger), _verdicts(ledger), _differing(ledger), _claims(ledger), _latency(ledger), _network(ledger))
    return document(TITLE, summary(ledger), "\n".join(part for part in parts if part), f"<p>{MADE}</p>")


def _facts(ledger: Ledger) -> str:
    machine = ledger.machine
    rights = "root" if machine.root else tr("not root: what needs a host of its own was not tested")
    found = {
        tr("Engine"): f"{machine.engine} {machine.version}, API {machine.api}{', rootless' if machine.rootless else ''}",
        tr("Kernel"): f"Linux {machine.kernel}, {machine.architecture}",
        tr("Date"): machine.date.replace("T", " ").replace("+00:00", " UTC"),
        tr("Run as"): rights,
        tr("Place"): PLACES[machine.place],
    }
    return _head(tr("The machine")) + facts(found)


def _verdicts(ledger: Ledger) -> str:
    rows = "".join(f'<tr><th scope="row">{marked(verdict)}</th><td>{number}</td></tr>' for verdict, number in counts(ledger).items())
    caption, verdict, claims = tr("How often each was given"), tr("Verdict"), tr("Claims")
    head = f'<caption>{caption}</caption><thead><tr><th scope="col">{verdict}</th><th scope="col">{claims}</th></tr></thead>'
    return _head(tr("The verdicts")) + f'<table class="small">{head}<tbody>{rows}</tbody></table>'


def _differing(ledger: Ledger) -> str:
    wrong = differing(ledger)
    if exit_code(ledger) == 0:
        return ""
    items = "".join(
        f'<li><a href="#{entry.claim.id}">{_text(entry.claim.statement)}</a> '
        + tr("Expected: {expected}. Seen: {seen}.", expected=marked(entry.expected), seen=marked(entry.judgement.verdict))
        + "</li>"
        for entry in wrong
    )
    why = tr("It could not be run to its end: {why}.", why=_text(ledger.broken))
    return _head(tr("Not as expected")) + (f"<p>{why}</p>" if ledger.broken else "") + (f"<ul>{items}</ul>" if items else "")


def _claims(ledger: Ledger) -> str:
    caption = tr("What guides say of host networking, and what was seen here")
    columns = (tr("Claim"), tr("Verdict"), tr("Evidence"), tr("Seconds"))
    return _head(tr("The claims")) + table("claims", caption, columns, map(_row, ledger.entries))


def _row(entry: Entry) -> str:
    claim = entry.claim
    sources = ", ".join(f'<a href="{safe(url)}" rel="noreferrer">{_text(_site(url))}</a>' for url in claim.sources)
    said = tr("Not as expected: {verdict}", verdict=SPOKEN[entry.expected])
    expected = "" if as_expected(entry) else f'<p class="expected">{safe(said)}</p>'
    place = tr("<code>{id}</code>, lesson {lesson}. Source: {sources}", id=safe(claim.id), lesson=safe(claim.lesson), sources=sources)
    head = f'<p>{_text(claim.statement)}</p><p class="fine">{place}</p>'
    cells = {
        tr("Verdict"): marked(entry.judgement.verdict) + expected,
        tr("Evidence"): _text(entry.judgement.evidence),
        tr("Seconds"): f"{entry.seconds:.1f}",
    }
    return row(head, cells, claim.id)


def _latency(ledger: Ledger) -> str:
    found = {name: _observation(ledger, claim).get("microseconds") for claim, name in PATHS.items()}
    figures = "\n".join(f"<h3>{name}</h3>\n{_times(name, paths)}" for name, paths in found.items() if paths)
    return _head(tr("What it costs")) + figures if figures else ""


def _times(name: str, paths: Mapping[str, Any]) -> str:
    series = latency.read(paths)
    caption = f"<figcaption>{_text(latency.sentence(series))}</figcaption>"
    return f"<figure>{latency.svg(series)}{caption}{_in_words(latency.text(series), name)}</figure>"


def _network(ledger: Ledger) -> str:
    seen = _observation(ledger, "clean-up-restores")
    moments = {name: read_moments(seen["before"], seen[key]) for key, name in NETWORKS.items() if key in seen}
    figures = "".join(
        f"<h3>{name}</h3><figure>{network_svg.draw(one)}{_in_words(comparison(one), name)}</figure>" for name, one in moments.items()
    )
    return _head(tr("The host's network: before, during, after")) + figures if figures else ""


def _head(title: str) -> str:
    return f"<h2>{title}</h2>\n"


def _in_words(text: str, name: str) -> str:
    return plain(text, tr("{name}, in words", name=name))


def _observation(ledger: Ledger, claim: str) -> Mapping[str, Any]:
    return next((entry.observation for entry in ledger.entries if entry.claim.id == claim), {})


def _site(url: str) -> str:
    """A source by the name of its place and its last word."""
    rest = url.partition("://")[2].rstrip("/")
    place, _, path = rest.partition("/")
    last = path.rpartition("/")[2]
    return f"{place}, {last}" if last else place
