"""What looks like a sentence in the source and is not for the reader: by module, a part of each text."""

from __future__ import annotations

from collections.abc import Mapping

VERDICTS = ("holds with a nuance", "does not hold here", "not testable here")

UNTRANSLATED: Mapping[str, tuple[str, ...]] = {
    "__init__.py": ("has no attribute",),
    "core/guide/checks/crossing.py": ("hello from service",),
    "core/guide/checks/repair_ports.py": ("monitor: all is well",),
    "core/guide/checks/rights.py": ("proved by a run",),
    "core/guide/checks/serving.py": ("I am on the host",),
    "core/guide/claims.py": VERDICTS,
    "core/host/engines.py": ("start by hand", "start by systemd", "systemctl start docker"),
    "core/host/findings.py": ("in the way",),
    "core/host/quirks.py": ("no such container",),
    "core/guide/missing.py": ("docker swarm init",),
    "core/guide/judges/paths.py": ("a published port", "the bridge address"),
    "core/drawings/latency.py": (
        "the host's own address",
        "address on the bridge",
        "published, by loopback",
        "a published port",
        "the bridge address",
    ),
    "core/host/timings.py": ("holds no samples", "one small request", "one big answer", "32 requests at once"),
    "core/guide/ledger.py": ("not testable here",),
    "core/reports/matrix.py": ("not testable here",),
    "core/reports/matrix_page.py": VERDICTS,
    "core/drawings/ports_board.py": ("address already in use|",),
    "core/guide/predictions/model.py": ("holds with a nuance", "does not hold here", "not testable here"),
    "core/guide/predictions/paths.py": ("who got it",),
    "core/guide/predictions/reading.py": ("holds with a nuance", "does not hold here"),
    "core/guide/quiz.py": ("docker network connect host webserver",),
    "core/reasons.py": ("can't start new thread",),
    "core/reports/ledger_text.py": VERDICTS,
    "core/reports/sections.py": VERDICTS,
    "core/host/trial.py": ("in the way",),
    "core/guide/verdicts.py": VERDICTS,
    "edges/engine.py": (
        "is already in use by container",
        "port is already allocated",
        "address already in use",
        "No such image",
    ),
    "edges/sockets.py": ("the kernel refuses sock_diag",),
    "experiments/disposable.py": ("link set lo up",),
    "experiments/ears.py": ("import select, socket, sys",),
    "experiments/identity.py": ("*) echo namespace",),
    "experiments/options.py": ("host host local",),
    "experiments/own_engine.py": ("its data is kept beside its sockets",),
    "experiments/paths.py": ("the bridge address", "a published port"),
    "provision/doctor.py": ("in the way",),
    "provision/engine_start.py": ("start by systemd",),
    "provision/lesson_trial.py": ("in the way",),
    "provision/image.py": ("What a pull has brought", "From the thread that reads a pull"),
    "widgets/__init__.py": ("has no attribute",),
    "widgets/ledger.py": ("holds with a nuance", "does not hold here", "not testable here"),
    "widgets/path.py": ("for url in",),
    "words/update.py": ("texts to translate",),
}
