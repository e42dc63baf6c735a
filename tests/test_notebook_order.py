"""Errors of a lesson's own lines: which cell comes first, and who did not answer."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

from hostnet_lab.edges import notebook
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s

from . import record

SETUP = 'from hostnet_lab import Lab\n\nlab = Lab("02", ports=(), names=(), quiet=True)'
PREDICT = 'from hostnet_lab.widgets import Predict\n\nmapping = Predict(lab, "published-8080")'


def test_outside_a_notebook_nothing_is_changed_and_a_sentence_names_what_is_missing() -> None:
    notebook.explain_errors()
    assert notebook.sentence("mapping").startswith("`mapping` is not made yet.") and notebook.sentence("").startswith("It is")


@pytest.mark.engine
def test_a_test_that_is_run_before_its_prediction_says_that_the_prediction_comes_first(engine: Engine) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in (SETUP, SETUP, "mapping.test()", PREDICT, "repr(mapping)[:7]", "lab.clean()")]
    played = nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(record.METADATA))
    NotebookClient(played, timeout=round(limit_s(60)), allow_errors=True).execute()
    _, _, early, _, late, _ = played.cells
    (error,) = early.outputs
    assert error.ename == "NameError" and error.evalue == "name 'mapping' is not defined"
    assert error.traceback[-1] == notebook.sentence("mapping")
    assert late.outputs[0]["data"]["text/plain"] == "'Predict'"


@pytest.mark.engine
def test_a_wait_that_got_no_answer_is_told_in_a_sentence_and_not_by_a_page_of_traceback(engine: Engine) -> None:
    wait = """import docker
server = docker.from_env().containers.run("nginx", detach=True, network_mode="none", labels=lab.labels)
server.wait(timeout=0.2)"""
    played = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (SETUP, wait, "lab.clean()")])
    played.metadata = nbformat.from_dict(record.METADATA)
    NotebookClient(played, timeout=round(limit_s(60)), allow_errors=True).execute()
    (error,) = played.cells[1].outputs
    assert error.traceback[:2] == ["NoAnswer", "Tried: a request of this cell"] and len("".join(error.traceback)) < 600


@pytest.mark.engine
def test_a_machine_with_nothing_left_is_told_in_a_sentence_and_a_defect_by_its_traceback(engine: Engine) -> None:
    cells = [
        nbformat.v4.new_code_cell(source) for source in (SETUP, 'raise RuntimeError("can\'t start new thread")', "raise RuntimeError('x')")
    ]
    played = nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(record.METADATA))
    NotebookClient(played, timeout=round(limit_s(60)), allow_errors=True).execute()
    (told,), (defect,) = played.cells[1].outputs, played.cells[2].outputs
    assert told.traceback[0] == "Exhausted" and "ulimit -u" in told.traceback[-1] and len(told.traceback) == 4
    assert "Traceback" in "".join(defect.traceback)
