"""The ledger: selection, expectation, exit code; and what becomes of experiments that break, hang or are interrupted."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

from hostnet_lab import ledger as verifying
from hostnet_lab.core.errors import BadRequest, SetupFailed
from hostnet_lab.core.guide import ledger as entries
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.ledger import Entry
from hostnet_lab.core.guide.verdicts import Judge, holds, untestable
from hostnet_lab.core.host.quirks import Kind, kind_of
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.experiments import disposable, schedule
from hostnet_lab.experiments.experiment import Experiment
from hostnet_lab.experiments.stage import Stage
from hostnet_lab.ledger import Progress

from .ledgers import KIND, FakeEngine, entry, ledger

BUDGET_S = 10.0


@pytest.fixture(autouse=True)
def _usual_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many run side by side here does not depend on the machine that tests."""
    monkeypatch.setattr(schedule, "width", lambda widest: widest)


def quiet(_progress: Progress) -> None:
    return None


def fill(
    *experiments: Experiment,
    ids: list[str] | None = None,
    kind: Kind = KIND,
    judge: Judge = lambda seen: holds(str(seen["said"])),
    engine: FakeEngine | None = None,
    progress: Callable[[Progress], None] = quiet,
    width: int = 4,
) -> tuple[dict[str, Entry], str]:
    ids = ids or [one for experiment in experiments for one in experiment.claims]
    fake: Any = engine or FakeEngine()
    judges = dict.fromkeys(CLAIMS, judge)
    made, broken = verifying.fill(fake, {}, entries.named(ids), kind, experiments, judges, progress, width)
    return {one.claim.id: one for one in made}, broken


def says(claim: str, said: str = "seen", **options: Any) -> Experiment:
    return Experiment((claim,), lambda _: {"said": said}, **options)


def noting(ran: list[Stage]) -> Callable[[Stage], dict[str, Any]]:
    """Observes only that it was run."""

    def observe(stage: Stage) -> dict[str, Any]:
        ran.append(stage)
        return {"said": "ran"}

    return observe


# -- which claims, which experiments ----------------------------------------------------------------


def test_no_id_means_every_claim_in_order() -> None:
    assert entries.named(None) == entries.named([]) == list(CLAIMS.values())


def test_ids_are_taken_once_and_in_the_order_of_the_claims() -> None:
    assert [claim.id for claim in entries.named(["no-address", "shares-the-network", "no-address"])] == ["shares-the-network", "no-address"]


@pytest.mark.parametrize(("id_", "near"), [("p-ignored", "p-is-ignored"), ("NO-ADDRESS", "no-address"), ("zzz", "--list")])
def test_an_unknown_claim_is_refused_with_the_nearest_names(id_: str, near: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        entries.named([id_])
    assert near in refusal.value.do


def test_an_experiment_runs_once_for_all_its_claims_and_only_those_asked_for_are_entered() -> None:
    ran: list[Stage] = []
    shared = Experiment(("no-address", "shares-the-network", "names-resolve"), noting(ran))
    made, _ = fill(shared, says("p-is-ignored"), ids=["no-address", "names-resolve"])
    assert (list(made), len(ran)) == (["no-address", "names-resolve"], 1)


# -- what the engine is -----------------------------------------------------------------------------

DOCKER = {"Version": "28.5.1", "Components": [{"Name": "Engine"}, {"Name": "containerd"}]}
PODMAN = {"Version": "4.3.1", "Components": [{"Name": "Podman Engine"}, {"Name": "Conmon"}]}


@pytest.mark.parametrize(
    ("version", "info", "kind"),
    [
        (DOCKER, {}, Kind("docker", (28, 5))),
        (DOCKER, {"SecurityOptions": ["name=seccomp,profile=builtin", "name=rootless"]}, Kind("docker", (28, 5), rootless=True)),
        (PODMAN, {"SecurityOptions": None}, Kind("podman", (4, 3))),
        ({"Version": "29-dev"}, {}, Kind("docker", (29, 0))),
        ({"Version": "dev", "Components": None}, {}, Kind("docker", (0, 0))),
        ({}, {}, Kind("docker", (0, 0))),
    ],
)
def test_the_kind_of_engine_is_read_from_what_it_says(version: dict[str, Any], info: dict[str, Any], kind: Kind) -> None:
    assert kind_of(version, info, True, "same namespace") == kind


# -- expectation and exit code ----------------------------------------------------------------------


def test_exit_code_0_means_all_as_expected() -> None:
    assert entries.exit_code(ledger(entry("no-address", "holds"), entry("p-is-ignored", "not testable here"))) == 0


def test_exit_code_1_means_that_one_differs() -> None:
    assert entries.exit_code(ledger(entry("no-address", "holds"), entry("names-resolve", "holds", "does not hold here"))) == 1


def test_exit_code_2_means_that_it_was_not_run_to_its_end_whatever_was_found() -> None:
    assert entries.exit_code(ledger(entry("no-address", "holds"), broken="the engine is gone")) == 2


def test_a_need_that_is_not_met_is_expected_and_its_experiment_does_not_run() -> None:
    ran: list[Stage] = []
    experiment = Experiment(("multicast",), noting(ran), host="disposable")
    made, _ = fill(experiment, kind=Kind(root=False))
    assert not ran
    assert made["multicast"].judgement == untestable("it needs a host of its own, which only root can make")
    assert entries.as_expected(made["multicast"])


def test_without_what_a_disposable_host_is_made_of_its_claims_are_not_run_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disposable, "missing", lambda: "a host of its own needs dockerd")
    made, _ = fill(says("multicast", host="disposable"), says("no-address"))
    assert made["multicast"].judgement == untestable("a host of its own needs dockerd")
    assert (entries.as_expected(made["multicast"]), made["no-address"].judgement.verdict) == (True, "holds")


def test_what_only_the_experiment_can_find_missing_is_expected_where_the_claim_says_it_needs_it() -> None:
    lacking = {"missing": "no Compose is installed"}
    made, _ = fill(*(Experiment((claim,), lambda _: lacking) for claim in ("compose-ports", "no-address")))
    assert {id_: (one.judgement.verdict, entries.as_expected(one)) for id_, one in made.items()} == {
        "compose-ports": ("not testable here", True),
        "no-address": ("not testable here", False),
    }


# -- experiments that break -------------------------------------------------------------------------


def broken_by(error: BaseException) -> Experiment:
    def observe(_: Stage) -> dict[str, Any]:
        raise error

    return Experiment(("no-address",), observe)


@pytest.mark.parametrize(
    "error",
    [SetupFailed("set a rule", "iptables said no", "-"), ValueError("a\nb"), SystemExit(3), KeyboardInterrupt(), AssertionError()],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_is_never_a_finding_and_ends_no_other_experiment(error: BaseException) -> None:
    made, broken = fill(broken_by(error), says("names-resolve"))
    assert (made["no-address"].judgement.verdict, made["names-resolve"].judgement.verdict) == ("not testable here", "holds")
    assert made["no-address"].judgement.evidence.startswith("The experiment broke: ")
    assert not entries.as_expected(made["no-address"])
    assert not broken


def test_a_clean_up_that_fails_spoils_the_observation() -> None:
    def observe(stage: Stage) -> dict[str, Any]:
        stage.closing.callback(lambda: 1 / 0)
        return {"said": "seen"}

    made, _ = fill(Experiment(("no-address",), observe))
    assert made["no-address"].judgement.verdict == "not testable here"
    assert "division by zero" in made["no-address"].judgement.evidence


def test_an_observation_that_its_judge_cannot_read_is_not_testable() -> None:
    made, _ = fill(Experiment(("no-address",), lambda _: {}))
    assert made["no-address"].judgement.verdict == "not testable here"


def test_a_claim_that_nothing_serves_is_not_testable_and_differs() -> None:
    made, _ = fill(says("no-address"), ids=["names-resolve"])
    assert made["names-resolve"].judgement == untestable("no experiment serves it")
    assert not entries.as_expected(made["names-resolve"])


def test_an_engine_that_is_gone_spoils_what_was_seen_and_the_rest_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "RETURN_BUDGET_S", 0.0)
    engine = FakeEngine()

    def kill(_: Stage) -> dict[str, Any]:
        engine.alive = False
        return {"said": "refused"}

    made, broken = fill(Experiment(("no-address",), kill), says("names-resolve"), engine=engine, width=1)
    assert {one.judgement.verdict for one in made.values()} == {"not testable here"}
    assert "stopped answering" in broken


# -- side by side, and in quiet ------------------------------------------------------------------------


def test_experiments_here_run_side_by_side() -> None:
    together = threading.Barrier(3)

    def meet(_: Stage) -> dict[str, Any]:
        together.wait(limit_s(BUDGET_S))  # broken, and so an exception, when they come one after the other
        return {"said": "met"}

    ids = ["no-address", "names-resolve", "p-is-ignored"]
    made, _ = fill(*(Experiment((id_,), meet) for id_ in ids))
    assert [one.judgement.verdict for one in made.values()] == ["holds"] * 3


def test_one_that_measures_does_so_after_the_others_with_nothing_beside_it() -> None:
    log: list[str] = []
    others = threading.Barrier(3)

    def look(_: Stage) -> dict[str, Any]:
        others.wait(limit_s(BUDGET_S))  # with the one that measures: it arranges beside the others
        log.append("looked")
        return {"said": "seen"}

    def measure(stage: Stage) -> dict[str, Any]:
        others.wait(limit_s(BUDGET_S))
        with stage.quiet():
            log.append("measured")
        return {"said": "seen"}

    measuring = Experiment(("faster-without-nat",), measure, measures=True)
    made, _ = fill(measuring, Experiment(("no-address",), look), Experiment(("names-resolve",), look))
    assert log == ["looked", "looked", "measured"]
    assert len(made) == 3


def test_the_time_that_one_waits_for_quiet_is_not_its_own() -> None:
    def slow(_: Stage) -> dict[str, Any]:
        threading.Event().wait(0.4)
        return {"said": "seen"}

    def measure(stage: Stage) -> dict[str, Any]:
        with stage.quiet():
            return {"said": "seen"}

    made, _ = fill(Experiment(("faster-without-nat",), measure, measures=True), Experiment(("no-address",), slow))
    assert made["faster-without-nat"].seconds < 0.3 <= made["no-address"].seconds


@contextmanager
def fake_host(made: list[tuple[str, ...]], engine: FakeEngine, labels: dict[str, str], options: tuple[str, ...]) -> Iterator[Stage]:
    made.append(options)
    own: Any = FakeEngine()
    yield Stage(own, labels, ("nsenter",), "unix:///own")


def test_disposable_ones_share_one_host_for_each_set_of_options_and_are_closed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, ...]] = []
    log: list[str] = []
    monkeypatch.setattr(disposable, "missing", lambda: "")
    monkeypatch.setattr(disposable, "disposable", lambda *words: fake_host(made, *words))

    def on(claim: str, *options: str) -> Experiment:
        def observe(stage: Stage) -> dict[str, Any]:
            log.append(claim)
            stage.closing.callback(log.append, f"{claim} closed")
            return {"said": stage.endpoint}

        return Experiment((claim,), observe, host="disposable", options=options)

    found, _ = fill(on("multicast"), on("userns-remap", "--userns-remap=default"), on("swarm-services"))
    assert sorted(made) == [(), ("--userns-remap=default",)]
    plain = [line for line in log if not line.startswith("userns")]
    assert plain == ["multicast", "multicast closed", "swarm-services", "swarm-services closed"]
    assert {one.observation["said"] for one in found.values()} == {"unix:///own"}


@pytest.mark.parametrize("width", [1, 4])
def test_those_that_measure_take_turns_and_clean_up_when_all_have_measured(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    log: list[str] = []

    @contextmanager
    def slow_host(*_: object) -> Iterator[Stage]:
        log.append("host")
        own: Any = FakeEngine()
        yield Stage(own, {}, ("nsenter",), "unix:///own")
        threading.Event().wait(0.2)  # its removal takes a while
        log.append("host gone")

    def on(claim: str, **options: Any) -> Experiment:
        def observe(stage: Stage) -> dict[str, Any]:
            with stage.quiet() if options.get("measures") else nullcontext():
                log.append(claim)
            return {"said": "seen"}

        return Experiment((claim,), observe, **options)

    monkeypatch.setattr(disposable, "missing", lambda: "")
    monkeypatch.setattr(disposable, "disposable", slow_host)
    fill(
        on("faster-for-a-lan-client", host="disposable", measures=True),
        on("faster-without-nat", measures=True),
        on("multicast", host="disposable"),
        width=width,
    )
    assert log[:2] == ["host", "multicast"] and log[-1] == "host gone"
    assert sorted(log[2:4]) == ["faster-for-a-lan-client", "faster-without-nat"]


def test_an_interruption_ends_one_that_waits_on_its_host_to_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    @contextmanager
    def host(*_: object) -> Iterator[Stage]:
        own: Any = FakeEngine()
        try:
            yield Stage(own, {}, ("nsenter",), "unix:///own")
        finally:
            closed.append("host gone")

    def measure(stage: Stage) -> dict[str, Any]:
        with stage.quiet():
            return {"said": "seen"}

    def look(_: Stage) -> dict[str, Any]:
        threading.Event().wait(0.2)  # the other one waits by now
        return {"said": "seen"}

    def told(progress: Any) -> None:
        if any(entry.claim.id == "no-address" for entry in progress.entered):
            raise KeyboardInterrupt

    monkeypatch.setattr(disposable, "missing", lambda: "")
    monkeypatch.setattr(disposable, "disposable", host)
    measures = Experiment(("faster-for-a-lan-client",), measure, host="disposable", measures=True)
    with pytest.raises(KeyboardInterrupt):
        fill(Experiment(("no-address",), look), measures, progress=told)
    assert closed == ["host gone"]


def test_a_host_that_cannot_be_made_spoils_its_own_claims_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Any:
        raise SetupFailed("start the engine of a disposable host", "no space left", "-")

    monkeypatch.setattr(disposable, "missing", lambda: "")
    monkeypatch.setattr(disposable, "disposable", refuse)
    made, broken = fill(says("multicast", host="disposable"), says("swarm-services", host="disposable"), says("no-address"))
    assert [one.judgement.verdict for one in made.values()] == ["holds", "not testable here", "not testable here"]
    assert "no space left" in made["multicast"].judgement.evidence
    assert not broken


# -- interrupted ------------------------------------------------------------------------------------


def test_an_interruption_takes_the_containers_away_closes_the_stages_and_is_passed_on() -> None:
    engine, closed = FakeEngine(), threading.Event()
    hears = signal.getsignal(signal.SIGINT)
    gone = threading.Event()
    take_away = engine.remove

    def remove(container: str, *, force: bool = False) -> bool:
        gone.set()
        return take_away(container, force=force)

    engine.remove = remove  # type: ignore[method-assign]

    def hang(stage: Stage) -> dict[str, Any]:
        stage.closing.callback(closed.set)
        engine.held["mine"] = dict(stage.labels)
        os.kill(os.getpid(), signal.SIGINT)  # the kernel gives it to the main thread
        if not gone.wait(limit_s(BUDGET_S)):
            raise AssertionError("its container was not taken away")
        return {"said": "too late"}

    engine.held["a stranger's"] = {}
    ran: list[Stage] = []
    never = Experiment(("names-resolve",), noting(ran))
    with pytest.raises(KeyboardInterrupt):
        fill(Experiment(("no-address",), hang), never, engine=engine, width=1)
    assert closed.is_set()
    assert list(engine.held) == ["a stranger's"]
    assert not ran
    assert signal.getsignal(signal.SIGINT) is hears


def test_progress_counts_to_the_end_and_names_what_runs() -> None:
    told: list[Progress] = []
    fill(says("no-address"), says("multicast", host="disposable"), kind=Kind(root=False), progress=told.append, width=1)
    assert [(one.done, one.total, one.running) for one in told] == [(1, 2, ()), (1, 2, ("no-address",)), (2, 2, ())]
    assert [entry.claim.id for one in told for entry in one.entered] == ["multicast", "no-address"]
