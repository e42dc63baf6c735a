"""Experiments run once on a real engine, whole or sabotaged, and what the judges then say."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab import words
from hostnet_lab.core.errors import LabError
from hostnet_lab.core.guide.verdicts import Judge, Judgement, judged, untestable
from hostnet_lab.core.host.commands import RunRequest
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import PACE
from hostnet_lab.experiments import disposable
from hostnet_lab.experiments.experiment import Experiment
from hostnet_lab.experiments.stage import Settled, Stage

from .brackets import Bracketed

IDLE = ("sleep", "60")  # the command of a container that serves nothing
HASTE = 0.05  # of the usual limits


@contextmanager
def a_cut_off_host() -> Iterator[tuple[str, Path]]:
    """Name of a network namespace from which nothing outside is reached, and a folder for an engine in it; both gone afterwards."""
    with disposable.cut_off() as folder:
        try:
            yield folder.name, folder
        finally:
            for group in (group for place in (folder, *folder.iterdir()) for group in disposable.cgroups(place)):
                group.rmdir()


class Impatient(Stage):
    """Waits only a little for what a sabotaged server would never answer."""

    def settled(self, url: str, server: str, inside: str = "", asker: str = "") -> Settled:
        with PACE.more_time(HASTE):
            return super().settled(url, server, inside, asker)


class Idle(Impatient):
    """Its containers run, and serve nothing."""

    def create(self, request: RunRequest, **more: object) -> str:
        return super().create(replace(request, command=IDLE), **more)


def observed(observe: Callable[[Stage], Mapping[str, Any]], stage: Stage) -> dict[str, Any]:
    """What an experiment saw, as a file would keep it: plain values, no drawing, and nothing that is said in the reader's language."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(words, "_translations", Bracketed)  # private: a language is settled once, when the lab is imported
        kept = json.dumps(observe(stage), ensure_ascii=False)
    assert "⟦" not in kept and "<svg" not in kept
    return dict(json.loads(kept))


def judgements(experiment: Experiment, judges: Mapping[str, Judge], engine: Engine, stage: type[Stage] = Stage) -> dict[str, Judgement]:
    """Observe once and judge every claim of the experiment; one that breaks is not testable, as in a ledger."""
    with stage(engine, Mark(os.getuid(), "test", host.this_process()).labels()) as place:
        try:
            seen = observed(experiment.observe, place)
        except LabError as error:
            return {claim: untestable(error.found) for claim in experiment.claims}
    return {claim: judged(judges[claim], seen) for claim in experiment.claims}
