"""The same reaction in the page of a real JupyterLab, seen by the page itself; and a kernel that has nothing to do."""

from __future__ import annotations

from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

import nbformat
import psutil

from hostnet_lab import Lab
from tests import record, room

from .reaction import BARE, BUDGET_S, NAME, SHOWN, BareListener, Times, request

if TYPE_CHECKING:
    from playwright.sync_api import Page

IDLE_S = 10.0
CELLS = [
    'from hostnet_lab import Lab\n\nlab = Lab("bench-page", ports=(), names=())',
    "from hostnet_lab.widgets import HostMapView\n\nhost_map = HostMapView(lab)\nhost_map",
    "from hostnet_lab.widgets import PortsBoard\n\nboard = PortsBoard(lab)\nboard",
    f'from hostnet_lab.widgets import PathView\n\npaths = PathView(lab, "{NAME}")\npaths',
    "from hostnet_lab.widgets import Launcher, Quiz\n\nlauncher, quiz = Launcher(lab), Quiz()\nlauncher",
    "quiz",
]
# Where each says it; what is looked at are the pictures: not the status lines, which speak of what is gone, too.
WATCHED = {
    "map": (".jp-Notebook svg text", SHOWN["HostMapView"]),
    "board": (".jp-Notebook td", SHOWN["PortsBoard"].rstrip("<")),
    "paths": (".jp-Notebook svg text", SHOWN["PathView"]),
    "stage": (".hostnet-stage .home [data-key] bdi", "{}"),
}
SAYS = "([where, said]) => [...document.querySelectorAll(where)].some(one => one.textContent.includes(said))"
# Notes the moment at which each text first stands in the page. Date.now() is in whole milliseconds.
WATCH = f"""wanted => {{
  const says = {SAYS};
  window.seen = {{}};
  const look = () => {{
    for (const [name, one] of Object.entries(wanted))
      if (!(name in window.seen) && says(one)) window.seen[name] = Date.now();
  }};
  window.watcher = new MutationObserver(look);
  window.watcher.observe(document.body, {{subtree: true, childList: true, characterData: true}});
}}"""
GONE = f"wanted => !Object.values(wanted).some({SAYS})"


def in_the_page(lab: Lab, folder: Path, rounds: int, listener: BareListener) -> tuple[Times, dict[str, float]]:
    """Seconds after the event's own time until the page shows it, by widget; and shares of one core while idle."""
    times: Times = {name: [] for name in (BARE, *WATCHED)}
    (folder / "notebooks").mkdir()
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(record.METADATA)), folder / "notebooks/bench.ipynb")
    with room.jupyterlab(folder) as address, room.chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        room.open_notebook(page, address, "bench.ipynb")
        room.command(page, "View", "hostnet-lab:map")
        room.go_to(page, "bench.ipynb")
        room.run_all(page, len(CELLS))
        page.get_by_text("Drawn.").nth(3).wait_for()
        for turn in range(rounds + 1):
            seen = _start_once(lab, page, listener)
            if turn:  # the first one warms up
                for name, seconds in seen.items():
                    times[name].append(seconds)
        return times, _idle()


def _start_once(lab: Lab, page: Page, listener: BareListener) -> dict[str, float]:
    wanted = {name: (where, said.format(NAME)) for name, (where, said) in WATCHED.items()}
    listener.forget()
    page.evaluate(WATCH, wanted)
    lab.run(request())
    try:
        own, heard = listener.heard("start", NAME)
        page.wait_for_function(f"Object.keys(window.seen).length === {len(WATCHED)}", timeout=BUDGET_S * 1e3)
        shown = page.evaluate("window.watcher.disconnect(), window.seen")
    finally:
        lab.remove(NAME)
    page.wait_for_function(GONE, arg=wanted, timeout=BUDGET_S * 1e3)
    return {BARE: (heard - own) / 1e9, **{name: at / 1e3 - own / 1e9 for name, at in shown.items()}}


def _idle() -> dict[str, float]:
    """Processor time over ten seconds as a share of one core: of the kernel, and of the JupyterLab server beside it."""
    family = psutil.Process().children(recursive=True)
    kernels = [one for one in family if any("ipykernel_launcher" in part for part in one.cmdline())]
    processes = {"kernel": kernels, "server": [one for one in family if one not in kernels and _is_server(one)]}
    before = {name: sum(map(_used_s, all_of)) for name, all_of in processes.items()}
    sleep(IDLE_S)  # the measurement itself: nothing is waited for
    return {name: (sum(map(_used_s, all_of)) - before[name]) / IDLE_S for name, all_of in processes.items()}


def _used_s(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def _is_server(process: psutil.Process) -> bool:
    return any("jupyter" in part for part in process.cmdline())
