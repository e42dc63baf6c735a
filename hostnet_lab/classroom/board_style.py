"""The board's style and its one script: a phone (390 px) to a projector (1920 px), light and dark, with 30 learners."""

from __future__ import annotations

STYLE = """
:root {
  --paper: #fff; --ink: #1b1b1f; --faint: #55565c; --edge: #c9cad1; --wash: #f3f4f7; --link: #0b57d0;
  --good: #0f6b3a; --good-wash: #e3f4ea; --warn: #7a4d00; --warn-wash: #fff3dc; --bad: #a3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #17181c; --ink: #e7e8ec; --faint: #b0b2ba; --edge: #44464e; --wash: #24262c; --link: #9cc2ff;
    --good: #7fd8a4; --good-wash: #1d3327; --warn: #f0c070; --warn-wash: #39301d; --bad: #ff9d94;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.4 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 110rem; margin: 0 auto; padding: 0.5rem 1rem 2rem; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: baseline; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.15rem; margin: 1.25rem 0 0.25rem; }
p, ol { margin: 0.25rem 0 0.5rem; }
a { color: var(--link); }
a:focus-visible, button:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.lead { font-size: 1.1rem; }
.fine, footer, caption { color: var(--faint); font-size: 0.875rem; }
footer h2 { font-size: 1rem; }
footer p { max-width: 60rem; }
caption { text-align: left; padding: 0.25rem 0; caption-side: bottom; }
code { font: 0.9em ui-monospace, monospace; }
details svg { display: block; width: min(20rem, 80vw); height: auto; background: #fff; padding: 0.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.2rem 0.5rem; border-bottom: 1px solid var(--edge); vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; white-space: nowrap; position: sticky; top: 0; background: var(--paper); }
th.name { font-weight: 600; max-width: 18rem; }
.lesson { text-align: center; padding: 0.2rem; min-width: 2.4rem; font-variant-numeric: tabular-nums; }
.checks { font-variant-numeric: tabular-nums; white-space: nowrap; }
.host { white-space: nowrap; }
.done { background: var(--good-wash); color: var(--good); font-weight: 600; }
.open { background: var(--wash); }
.running { color: var(--good); }
.failed { color: var(--bad); font-weight: 600; }
tr.stuck .why, tr.stuck th { background: var(--warn-wash); }
.why b { color: var(--warn); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button { font: inherit; padding: 0.5rem 1rem; min-height: 2.75rem; }
.reset { margin: 1rem 0; }
summary { cursor: pointer; padding: 0.5rem 0; }
@media (min-width: 100rem) {
  body { font-size: 1.05rem; }
  th, td { padding-block: 0.05rem; }
  th.name, .why { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 22rem; }
  .why { width: 45%; max-width: 0; }
}
@media (max-width: 75rem) { .seen { display: none; } }
@media (max-width: 44rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table { display: flex; flex-direction: column; }
  caption { order: 2; }
  tbody, caption { display: block; }
  tr { display: grid; grid-template-columns: repeat(14, 1fr); border-bottom: 1px solid var(--edge); padding: 0.4rem 0; }
  th, td { border: 0; padding: 0.1rem 0; }
  th.name { grid-column: 1 / 8; max-width: none; }
  .host { grid-column: 8 / 12; white-space: normal; }
  .checks { grid-column: 12 / 15; grid-row: 1; text-align: right; }
  .why { grid-column: 1 / 15; padding: 0 0.3rem; }
  .why:empty { display: none; }
  .lesson { grid-column: span 2; min-width: 0; min-height: 2.3rem; border: 1px solid var(--edge); font-size: 0.8rem; }
  .lesson::before { content: attr(data-name); display: block; font-size: 0.65rem; color: var(--faint); font-weight: 400; }
}
@media print { details, nav { display: none; } }
"""

# Draws anew only what has news, so that a finger, a reader's place and the keyboard's focus stay where they are.
SCRIPT = """
const me = document.currentScript, words = JSON.parse(me.dataset.words);
const live = document.getElementById('live'), board = document.getElementById('board');
const source = new EventSource(me.dataset.events);
source.onopen = () => { live.textContent = words.on; };
source.onerror = () => { live.textContent = words.off; };
source.onmessage = (event) => {
  const fresh = document.createElement('div');
  fresh.innerHTML = JSON.parse(event.data);
  const ids = (root) => [...root.querySelectorAll('[id]')].map((one) => one.id).join();
  const focus = document.activeElement && document.activeElement.id;
  if (ids(fresh) !== ids(board)) { board.replaceChildren(...fresh.childNodes); }
  else for (const old of board.querySelectorAll('tr[id], p[id], section[id]')) {
    const now = fresh.querySelector('#' + old.id);
    if (now.outerHTML !== old.outerHTML) old.replaceWith(now);
  }
  if (focus && document.getElementById(focus)) document.getElementById(focus).focus({preventScroll: true});
};
"""
