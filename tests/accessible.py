"""axe-core in a page: what it finds against the WCAG, and the way through a widget by keyboard alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .room import ms

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LONGEST_WAY = 60  # presses of Tab

# Only what is ours: a lesson's text and outputs. Rules of a whole page are JupyterLab's to keep.
OURS = (".jp-OutputArea-output", ".jp-MarkdownOutput")
NOT_OURS = {
    "region": "landmarks are JupyterLab's: an output lies inside its notebook",
    "landmark-one-main": "likewise",
    "page-has-heading-one": "likewise",
    "heading-order": "a lesson's headings are judged as a whole by the test of its anatomy; axe sees them cut into cells",
}


@cache
def script() -> str:
    return (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")


def violations(page: Page, *within: str, all_rules: bool = False) -> list[str]:
    """One line for each node that breaks a rule: rule, what it asks for, the node. ``within``: CSS selectors; none: the page."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(script())
    there = [[one] for one in within if page.locator(one).count()]
    assert there or not within, f"nothing to look at: {within}"
    rules = {} if all_rules else {name: {"enabled": False} for name in NOT_OURS}
    found: dict[str, Any] = page.evaluate(
        "([within, rules]) => axe.run(within.length ? {include: within} : document, {rules, resultTypes: ['violations']})", [there, rules]
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


class Keyboard:
    """A user without a mouse, in front of one output of a notebook."""

    def __init__(self, page: Page, output: Locator) -> None:
        self.page, self.output = page, output

    def start(self) -> None:
        """Put the focus on the cell, where the arrow keys lead too; from here on only keys are pressed."""
        self.output.locator("xpath=ancestor::*[contains(@class, 'jp-Cell')]").first.focus()

    def reach(self, role: Any, name: str) -> None:
        """Press Tab until the control has the focus; fails when it never gets it, or when the focus cannot be seen."""
        self.reach_node(self.output.get_by_role(role, name=name, exact=True).first)

    def reach_node(self, wanted: Locator) -> None:
        for _ in range(LONGEST_WAY):
            if wanted.evaluate("node => node === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"{LONGEST_WAY} times Tab did not reach {wanted}")
        shown = """node => {
            const look = () => (({outline, boxShadow, borderColor}) => outline + boxShadow + borderColor)(getComputedStyle(node))
            const with_focus = look()
            node.blur()
            const without = look()
            node.focus()
            return with_focus !== without
        }"""
        assert wanted.evaluate(shown), f"the focus on {wanted} cannot be seen"

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def press_on(self, name: str) -> None:
        """A button, by Space."""
        self.reach("button", name)
        self.press("Space")

    def sees(self, text: str) -> None:
        self.output.get_by_text(text).first.wait_for(timeout=ms(20))

    def says(self, text: str) -> None:
        """What a screen reader announces: a text in a live region."""
        self.output.get_by_role("status").filter(has_text=text).first.wait_for(timeout=ms(20))
