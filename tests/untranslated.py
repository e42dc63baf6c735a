"""What looks like a sentence in the source and is not for the reader: by module, a part of each text."""

from __future__ import annotations

from collections.abc import Mapping

VERDICTS = ("holds with a nuance", "does not hold here", "not testable here")

UNTRANSLATED: Mapping[str, tuple[str, ...]] = {
    "__init__.py": ("has no attribute",),
    "core/board_style.py": ("const old of",),
    "core/checks/crossing.py": ("hello from service",),
    "core/checks/rights.py": ("proved by a run",),
    "core/checks/serving.py": ("I am on the host",),
    "core/claims.py": VERDICTS,
    "core/engines.py": ("start by hand", "start by systemd", "systemctl start docker"),
    "core/findings.py": ("in the way",),
    "core/judges/own_host.py": ("no packet socket", "the processes of"),
    "core/judges/paths.py": ("a published port", "the bridge address"),
    "core/latency.py": (
        "the host's own address",
        "address on the bridge",
        "published, by loopback",
        "a published port",
        "holds no samples",
        "the bridge address",
    ),
    "core/ledger.py": ("not testable here",),
    "core/matrix.py": ("not testable here",),
    "core/matrix_page.py": VERDICTS,
    "core/ports_board.py": ("address already in use|",),
    "core/predictions/model.py": ("holds with a nuance", "does not hold here", "not testable here"),
    "core/predictions/paths.py": ("who got it",),
    "core/predictions/reading.py": ("holds with a nuance", "does not hold here"),
    "core/quiz.py": ("docker network connect host webserver",),
    "core/reasons.py": ("can't start new thread",),
    "core/report.py": VERDICTS,
    "core/report_parts.py": VERDICTS,
    "core/report_style.py": (":root {",),
    "core/verdicts.py": VERDICTS,
    "edges/engine.py": (
        "is already in use by container",
        "port is already allocated",
        "address already in use",
        "No such image",
        "no such container",
    ),
    "edges/sockets.py": ("the kernel refuses sock_diag",),
    "experiments/disposable.py": ("link set lo up",),
    "experiments/ears.py": ("no packet socket", "import signal, socket, sys"),
    "experiments/identity.py": ("for kind in cgroup ipc",),
    "experiments/options.py": ("host host local",),
    "experiments/other_engines.py": ("docker swarm init",),
    "experiments/own_engine.py": ("its data is kept beside its sockets",),
    "experiments/paths.py": ("the bridge address", "a published port"),
    "provision/doctor.py": ("in the way",),
    "provision/engine_start.py": ("start by systemd",),
    "provision/image.py": ("What a pull has brought", "From the thread that reads a pull"),
    "widgets/__init__.py": ("has no attribute",),
    "widgets/launcher.py": ("Launcher needs a lab",),
    "widgets/ledger.py": ("holds with a nuance", "does not hold here", "not testable here"),
    "widgets/path.py": ("for url in",),
    "words/update.py": ("texts to translate",),
}
