"""What an experiment saw is kept as plain values: no drawing, no text of any reader's language. See also ``staging.observed``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hostnet_lab.edges.pace import limit_s

from .recordings import FOLDER, PATHS, read

TABLES = """
from tests import bracketed
import sys, hostnet_lab.ledger
for name, module in list(sys.modules.items()):
    if name.startswith("hostnet_lab.experiments."):
        for key, value in vars(module).items():
            if not key.startswith("__") and "⟦" in repr(value):
                print(name, key)
"""


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(FOLDER).with_suffix("")))
def test_a_recorded_observation_holds_no_drawing(path: Path) -> None:
    assert "<svg" not in json.dumps(read(path).observation)


def test_no_experiment_has_a_table_of_texts_at_hand() -> None:
    """A text that is said while it looks is found by ``staging.observed``; one that was said before would not be."""
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", TABLES], capture_output=True, text=True, timeout=limit_s(60))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
