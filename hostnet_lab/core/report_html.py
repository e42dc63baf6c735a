"""A ledger as one page: "This guide, checked on this machine". It asks nothing of any other place, and needs no script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from . import latency
from .drawing import safe
from .ledger import Entry, Ledger, as_expected, counts, differing, exit_code
from .report import printable, summary
from .report_style import STYLE
from .verdicts import Verdict
from .whereabouts import SENTENCES

TITLE = "This guide, checked on this machine"
# The page itself says that nothing may be loaded or run: https://www.w3.org/TR/CSP3/
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
DRAWN = {"svg", "title", "desc", "style", "g", "text", "tspan", "rect", "line", "path", "circle"}
PATHS = {"faster-without-nat": "On the host itself", "faster-for-a-lan-client": "For a client on the network"}
NETWORKS = {"host_mode": "nginx in host mode", "publishing": "nginx on the bridge, its port published"}
LOOKS: Mapping[Verdict, str] = {
    "holds": "holds",
    "holds with a nuance": "nuance",
    "does not hold here": "fails",
    "not testable here": "untested",
}


def page(ledger: Ledger) -> str:
    """The whole document, in UTF-8; every text that comes from outside is escaped."""
    parts = (_facts(ledger), _verdicts(ledger), _differing(ledger), _claims(ledger), _latency(ledger), _network(ledger))
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{TITLE}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{TITLE}</h1>\n<p class="lead">{_text(summary(ledger))}</p>\n{body}\n</main>\n'
        "<footer><p>Made by <code>./lab verify --html</code>. Each verdict is for this engine on this machine, on this day.</p></footer>\n"
        "</body>\n</html>\n"
    )


def _facts(ledger: Ledger) -> str:
    machine = ledger.machine
    rights = "root" if machine.root else "not root: what needs a host of its own was not tested"
    facts = {
        "Engine": f"{machine.engine} {machine.version}, API {machine.api}{', rootless' if machine.rootless else ''}",
        "Kernel": f"Linux {machine.kernel}, {machine.architecture}",
        "Date": machine.date.replace("T", " ").replace("+00:00", " UTC"),
        "Run as": rights,
        "Place": SENTENCES[machine.place],
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{_text(said)}</dd></div>" for name, said in facts.items())
    return f"<h2>The machine</h2>\n<dl>{rows}</dl>"


def _verdicts(ledger: Ledger) -> str:
    rows = "".join(f'<tr><th scope="row">{_verdict(verdict)}</th><td>{number}</td></tr>' for verdict, number in counts(ledger).items())
    head = '<thead><tr><th scope="col">Verdict</th><th scope="col">Claims</th></tr></thead>'
    return f'<h2>The verdicts</h2>\n<table class="small"><caption>How often each was given</caption>{head}<tbody>{rows}</tbody></table>'


def _differing(ledger: Ledger) -> str:
    wrong = differing(ledger)
    if exit_code(ledger) == 0:
        return ""
    items = "".join(
        f'<li><a href="#{entry.claim.id}">{_text(entry.claim.statement)}</a> '
        f"Expected: {_verdict(entry.expected)}. Seen: {_verdict(entry.judgement.verdict)}.</li>"
        for entry in wrong
    )
    broken = f"<p>It could not be run to its end: {_text(ledger.broken)}.</p>" if ledger.broken else ""
    return f"<h2>Not as expected</h2>\n{broken}<ul>{items}</ul>" if items else f"<h2>Not as expected</h2>\n{broken}"


def _claims(ledger: Ledger) -> str:
    """Roles are written out, since on a narrow screen the rows are laid out as blocks, which takes a table's roles away."""
    names = ("Claim", "Verdict", "Evidence", "Seconds")
    head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in names)
    rows = "\n".join(map(_row, ledger.entries))
    return (
        '<h2>The claims</h2>\n<table class="claims" role="table"><caption>What guides say of host networking, '
        "and what was seen here</caption>\n"
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">\n{rows}\n</tbody></table>'
    )


def _row(entry: Entry) -> str:
    claim = entry.claim
    sources = ", ".join(f'<a href="{safe(url)}" rel="noreferrer">{_text(_site(url))}</a>' for url in claim.sources)
    expected = "" if as_expected(entry) else f'<p class="expected">Not as expected: {safe(entry.expected)}</p>'
    return (
        f'<tr role="row" id="{safe(claim.id)}">'
        f'<th scope="row" role="rowheader"><p>{_text(claim.statement)}</p>'
        f'<p class="fine"><code>{safe(claim.id)}</code>, lesson {safe(claim.lesson)}. Source: {sources}</p></th>'
        f'<td role="cell" data-name="Verdict">{_verdict(entry.judgement.verdict)}{expected}</td>'
        f'<td role="cell" data-name="Evidence">{_text(entry.judgement.evidence)}</td>'
        f'<td role="cell" data-name="Seconds">{entry.seconds:.1f}</td></tr>'
    )


def _latency(ledger: Ledger) -> str:
    found = {name: _observation(ledger, claim).get("microseconds") for claim, name in PATHS.items()}
    figures = "\n".join(f"<h3>{name}</h3>\n{_times(paths)}" for name, paths in found.items() if paths)
    return f"<h2>What it costs</h2>\n{figures}" if figures else ""


def _times(paths: Mapping[str, Any]) -> str:
    series = [latency.Series(str(path), tuple(tuple(map(float, one)) for one in rounds)) for path, rounds in paths.items()]
    caption = f"<figcaption>{_text(latency.sentence(series))}</figcaption>"
    return f"<figure>{latency.svg(series)}{caption}{_plain(latency.text(series))}</figure>"


def _network(ledger: Ledger) -> str:
    seen = _observation(ledger, "clean-up-restores")
    figures = "".join(
        f"<h3>{name}</h3><figure>{_drawing(seen[key].get('svg', ''))}{_plain(seen[key].get('text', ''))}</figure>"
        for key, name in NETWORKS.items()
        if isinstance(seen.get(key), Mapping)
    )
    return f"<h2>The host's network: before, during, after</h2>\n{figures}" if figures else ""


def _drawing(svg: str) -> str:
    """A drawing out of an observation, if it is nothing but a drawing: well-formed, without script, link or foreign markup."""
    try:
        parts = list(ElementTree.fromstring(svg).iter())
    except ElementTree.ParseError:
        return ""
    tags = {one.tag.rpartition("}")[2] for one in parts}
    attributes = {name for one in parts for name in one.attrib}
    harmless = tags <= DRAWN and not any(name.startswith("on") or name.endswith("href") for name in attributes)
    return svg if harmless else ""


def _observation(ledger: Ledger, claim: str) -> Mapping[str, Any]:
    return next((entry.observation for entry in ledger.entries if entry.claim.id == claim), {})


def _verdict(verdict: Verdict) -> str:
    return f'<span class="verdict {LOOKS[verdict]}">{verdict}</span>'


def _text(text: str) -> str:
    return safe(printable(text))


def _plain(text: str) -> str:
    """Lines as they are, for whom the drawing is none; scrolled by the keyboard too where they are too wide."""
    lines = "\n".join(safe(line) for line in text.splitlines())
    return f'<pre tabindex="0" role="region" aria-label="The same in words">{lines}</pre>'


def _site(url: str) -> str:
    """A source by the name of its place and its last word."""
    rest = url.partition("://")[2].rstrip("/")
    place, _, path = rest.partition("/")
    last = path.rpartition("/")[2]
    return f"{place}, {last}" if last else place
