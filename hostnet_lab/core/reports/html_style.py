"""The style of the report's page: light and dark, wide and narrow, screen and paper.

The drawings take their colours from JupyterLab's variables; here they get the page's own. Contrast is at least 4.5 : 1
(WCAG 2.2, 1.4.3), and no verdict is told by its colour alone.
"""

from __future__ import annotations

STYLE = """
:root {
  --paper: #fff; --ink: #1b1b1f; --faint: #55565c; --edge: #c9cad1; --wash: #f3f4f7; --link: #0b57d0;
  --holds: #0f6b3a; --nuance: #7a4d00; --fails: #a3261e; --untested: #55565c;
  --jp-layout-color0: var(--paper); --jp-layout-color2: var(--wash); --jp-border-color2: var(--edge);
  --jp-ui-font-color1: var(--ink); --jp-ui-font-color2: var(--faint); --jp-brand-color1: var(--link);
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #17181c; --ink: #e7e8ec; --faint: #b0b2ba; --edge: #44464e; --wash: #24262c; --link: #9cc2ff;
    --holds: #7fd8a4; --nuance: #f0c070; --fails: #ff9d94; --untested: #b0b2ba;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.5rem 0 0.5rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
a { color: var(--link); }
.lead { font-size: 1.05rem; }
.fine, footer, caption, figcaption { color: var(--faint); font-size: 0.875rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.875em; }
pre { overflow-x: auto; padding: 0.75rem; background: var(--wash); }
dl { margin: 0; }
dl div { display: flex; gap: 1rem; padding: 0.2rem 0; border-bottom: 1px solid var(--edge); }
dt { flex: 0 0 6.5rem; color: var(--faint); }
dd { margin: 0; min-width: 0; }
table { border-collapse: collapse; width: 100%; }
table.small { width: auto; }
caption { text-align: left; padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.75rem 0.5rem 0; border-bottom: 1px solid var(--edge); }
th { font-weight: 400; }
thead th, .verdict, .expected { font-weight: 600; }
th p, td p { margin: 0 0 0.25rem; }
td:last-child { text-align: right; padding-right: 0; font-variant-numeric: tabular-nums; }
@media (min-width: 44rem) {
  .claims { table-layout: fixed; }
  .claims th:nth-child(1) { width: 32%; }
  .claims th:nth-child(2) { width: 12rem; }
  .claims th:nth-child(4) { width: 5rem; text-align: right; padding-right: 0; }
}
@media (min-width: 44rem) { .verdict:lang(en) { white-space: nowrap; } }
.verdict.holds { color: var(--holds); }
.verdict.nuance { color: var(--nuance); }
.verdict.fails { color: var(--fails); }
.verdict.untested { color: var(--untested); }
.expected { color: var(--fails); }
figure { margin: 0; }
@media (max-width: 44rem) {
  .claims thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .claims, .claims caption, .claims tbody, .claims tr, .claims th, .claims td { display: block; }
  .claims tr { padding: 0.75rem 0; border-bottom: 1px solid var(--edge); }
  .claims th, .claims td, .claims td:last-child { border: 0; padding: 0.1rem 0; text-align: left; }
  .claims td::before { content: attr(data-name) ": "; color: var(--faint); }
}
@media print {
  body { font-size: 10pt; }
  main, footer { max-width: none; padding: 0; }
  tr, figure, dl div { break-inside: avoid; }
  thead { display: table-header-group; }
  h2 { break-after: avoid; }
  a { color: inherit; }
  pre { white-space: pre-wrap; }
}
"""
