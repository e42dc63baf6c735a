"""Where the reader sits: what could not be read differs from nothing, and a command's error is no identity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hostnet_lab.core.errors import LabError
from hostnet_lab.core.guide.claims import CLAIMS, met
from hostnet_lab.core.host.commands import RunRequest
from hostnet_lab.core.host.quirks import Kind
from hostnet_lab.core.host.whereabouts import Place, Sighting, place_of
from hostnet_lab.experiments import where
from hostnet_lab.experiments.stage import Output, Settled, Stage

BOOT, NET = "cc2c7af4-a0dc-492f-b3b5-90bc2f5e50dd", "net:[4026532258]"
HERE = Sighting(BOOT, BOOT, NET, NET, answered=True, answered_inside=True)
OTHER = BOOT.replace("c", "d")


@pytest.mark.parametrize(
    ("sighting", "place"),
    [
        (HERE, "same namespace"),
        (replace(HERE, its_namespace="net:[1]"), "other namespace"),
        (replace(HERE, its_boot_id=OTHER), "forwarded"),
        (replace(HERE, answered=False), "unreachable"),
        (replace(HERE, answered=False, its_boot_id="", its_namespace=""), "unreachable"),
        (replace(HERE, answered=False, answered_inside=False), "unknown"),
        (replace(HERE, answered_inside=False), "same namespace"),  # no curl in the image: the answer came here all the same
        (replace(HERE, its_boot_id=""), "unknown"),
        (replace(HERE, my_boot_id=""), "unknown"),
        (replace(HERE, my_boot_id="", its_boot_id=""), "unknown"),
        (replace(HERE, its_namespace=""), "unknown"),
        (replace(HERE, my_namespace="", its_namespace=""), "unknown"),
        (replace(HERE, its_boot_id=OTHER, my_namespace=""), "forwarded"),
    ],
)
def test_a_place_is_judged_only_from_what_could_be_read(sighting: Sighting, place: Place) -> None:
    assert place_of(sighting) == place


class OneContainer(Stage):
    """Its commands say what they are told to."""

    def __init__(self, said: Output | None) -> None:
        self.said, self.labels = said, {}

    def run(self, request: RunRequest, **_: object) -> str:
        return request.name

    def settled(self, *_: str) -> Settled:
        return "ended"

    def inside(self, container: str, *command: str) -> Output:
        if self.said is None:
            raise LabError("exec", "authorization denied by plugin", "")
        return self.said


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (Output(0, BOOT), BOOT),
        (Output(0, ""), ""),
        (Output(0, "net:[4026532258]"), ""),
        (Output(126, 'OCI runtime exec failed: exec: "cat": executable file not found in $PATH: unknown'), ""),
        (Output(0, 'OCI runtime exec failed: exec: "cat": executable file not found in $PATH: unknown'), ""),
        (Output(1, BOOT), ""),
        (None, ""),
    ],
)
def test_the_error_of_a_command_that_is_absent_or_refused_is_no_identity(said: Output | None, read: str) -> None:
    assert where.look(OneContainer(said)).sighting.its_boot_id == read


def test_a_reader_whose_system_is_not_linux_sits_on_another_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert place_of(replace(HERE, my_boot_id=where.my_kernel(), my_namespace="")) == "forwarded"


@pytest.mark.parametrize(("same", "why"), [(True, ""), (False, "you do not sit"), (None, "could not be looked at")])
def test_a_claim_that_needs_the_readers_place_says_why_it_is_not_tested(same: Any, why: str) -> None:
    claim = next(one for one in CLAIMS.values() if one.needs == ("host",))
    found = met(claim, Kind(same_namespace=same))
    assert why in found and bool(why) == bool(found)
