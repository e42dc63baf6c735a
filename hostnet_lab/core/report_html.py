"""A ledger as one page: "This guide, checked on this machine". It asks nothing of any other place, and needs no script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import latency
from .drawing import safe
from .ledger import Entry, Ledger, as_expected, counts, differing, exit_code
from .pictures import harmless
from .report import summary
from .report_parts import document, facts, marked, plain, row, table
from .report_parts import text as _text
from .whereabouts import SENTENCES

TITLE = "This guide, checked on this machine"
PATHS = {"faster-without-nat": "On the host itself", "faster-for-a-lan-client": "For a client on the network"}
NETWORKS = {"host_mode": "nginx in host mode", "publishing": "nginx on the bridge, its port published"}
FOOTER = "<p>Made by <code>./lab verify --html</code>. Each verdict is for this engine on this machine, on this day.</p>"


def page(ledger: Ledger) -> str:
    """The whole document, in UTF-8; every text that comes from outside is escaped."""
    parts = (_facts(ledger), _verdicts(ledger), _differing(ledger), _claims(ledger), _latency(ledger), _network(ledger))
    return document(TITLE, summary(ledger), "\n".join(part for part in parts if part), FOOTER)


def _facts(ledger: Ledger) -> str:
    machine = ledger.machine
    rights = "root" if machine.root else "not root: what needs a host of its own was not tested"
    found = {
        "Engine": f"{machine.engine} {machine.version}, API {machine.api}{', rootless' if machine.rootless else ''}",
        "Kernel": f"Linux {machine.kernel}, {machine.architecture}",
        "Date": machine.date.replace("T", " ").replace("+00:00", " UTC"),
        "Run as": rights,
        "Place": SENTENCES[machine.place],
    }
    return f"<h2>The machine</h2>\n{facts(found)}"


def _verdicts(ledger: Ledger) -> str:
    rows = "".join(f'<tr><th scope="row">{marked(verdict)}</th><td>{number}</td></tr>' for verdict, number in counts(ledger).items())
    head = '<thead><tr><th scope="col">Verdict</th><th scope="col">Claims</th></tr></thead>'
    return f'<h2>The verdicts</h2>\n<table class="small"><caption>How often each was given</caption>{head}<tbody>{rows}</tbody></table>'


def _differing(ledger: Ledger) -> str:
    wrong = differing(ledger)
    if exit_code(ledger) == 0:
        return ""
    items = "".join(
        f'<li><a href="#{entry.claim.id}">{_text(entry.claim.statement)}</a> '
        f"Expected: {marked(entry.expected)}. Seen: {marked(entry.judgement.verdict)}.</li>"
        for entry in wrong
    )
    broken = f"<p>It could not be run to its end: {_text(ledger.broken)}.</p>" if ledger.broken else ""
    return f"<h2>Not as expected</h2>\n{broken}<ul>{items}</ul>" if items else f"<h2>Not as expected</h2>\n{broken}"


def _claims(ledger: Ledger) -> str:
    caption = "What guides say of host networking, and what was seen here"
    return "<h2>The claims</h2>\n" + table("claims", caption, ("Claim", "Verdict", "Evidence", "Seconds"), map(_row, ledger.entries))


def _row(entry: Entry) -> str:
    claim = entry.claim
    sources = ", ".join(f'<a href="{safe(url)}" rel="noreferrer">{_text(_site(url))}</a>' for url in claim.sources)
    expected = "" if as_expected(entry) else f'<p class="expected">Not as expected: {safe(entry.expected)}</p>'
    head = (
        f'<p>{_text(claim.statement)}</p><p class="fine"><code>{safe(claim.id)}</code>, lesson {safe(claim.lesson)}. Source: {sources}</p>'
    )
    cells = {
        "Verdict": marked(entry.judgement.verdict) + expected,
        "Evidence": _text(entry.judgement.evidence),
        "Seconds": f"{entry.seconds:.1f}",
    }
    return row(head, cells, claim.id)


def _latency(ledger: Ledger) -> str:
    found = {name: _observation(ledger, claim).get("microseconds") for claim, name in PATHS.items()}
    figures = "\n".join(f"<h3>{name}</h3>\n{_times(name, paths)}" for name, paths in found.items() if paths)
    return f"<h2>What it costs</h2>\n{figures}" if figures else ""


def _times(name: str, paths: Mapping[str, Any]) -> str:
    series = latency.read(paths)
    caption = f"<figcaption>{_text(latency.sentence(series))}</figcaption>"
    return f"<figure>{latency.svg(series)}{caption}{plain(latency.text(series), f'{name}, in words')}</figure>"


def _network(ledger: Ledger) -> str:
    seen = _observation(ledger, "clean-up-restores")
    figures = "".join(
        f"<h3>{name}</h3><figure>{harmless(seen[key].get('svg', ''))}{plain(seen[key].get('text', ''), f'{name}, in words')}</figure>"
        for key, name in NETWORKS.items()
        if isinstance(seen.get(key), Mapping)
    )
    return f"<h2>The host's network: before, during, after</h2>\n{figures}" if figures else ""


def _observation(ledger: Ledger, claim: str) -> Mapping[str, Any]:
    return next((entry.observation for entry in ledger.entries if entry.claim.id == claim), {})


def _site(url: str) -> str:
    """A source by the name of its place and its last word."""
    rest = url.partition("://")[2].rstrip("/")
    place, _, path = rest.partition("/")
    last = path.rpartition("/")[2]
    return f"{place}, {last}" if last else place
