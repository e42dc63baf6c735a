"""How soon the teacher's board answers: thirty learners with full records, while nothing changes, and while one writes without pause.

    ./lab exec python -m benchmarks.board [--learners N] [--answers N] [--json FILE]

The board's own process, asked as a browser asks it. The hub before it is a stand-in that answers at once; no lab host runs, each
learner's disk is a folder. Exit code 1 when the budget is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from benchmarks.figures import p95
from hostnet_lab.classroom import parts, plan, settings
from hostnet_lab.classroom.settings import Addresses, Secrets, Settings
from hostnet_lab.classroom.work import LARGEST, PROGRESS
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.progress.events import Event
from hostnet_lab.edges.probe import accepts, wait_until
from hostnet_lab.edges.progress import LIMIT

CHECKOUT = Path(__file__).resolve().parents[1]
PYTHON = CHECKOUT / ".lab" / "classroom" / "bin" / "python"
LEARNERS, ANSWERS = 30, 100
BUDGET_S = 0.3  # p95
UP_S = 60.0
# Writes the same again and again, as fast as it can: each time the file has another time.
WRITER = """
import os, sys
file = os.open(sys.argv[1], os.O_RDWR)
data = os.read(file, 1 << 30)
while True:
    os.pwrite(file, data, 0)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when the budget is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=LEARNERS, metavar="N")
    parser.add_argument("--answers", type=int, default=ANSWERS, metavar="N", help="measured in each state (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    report = measure(options.learners, options.answers)
    print(json.dumps(report, indent=2))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    broken = [state for state in ("quiet", "one writes") if report[state]["p95"] > BUDGET_S]
    print("\n".join(f"Budget broken: {state}" for state in broken) or "The budget holds.")
    return int(bool(broken))


def measure(learners: int, answers: int) -> dict[str, Any]:
    """Seconds: of the first answer, and by state the median, the 95th percentile and the most."""
    names = [f"learner-{number:02}" for number in range(1, learners + 1)]
    with tempfile.TemporaryDirectory(prefix="hostnet-lab-bench-") as folder, ExitStack() as stack:
        ours = _class(Path(folder), names)
        for name in names:
            _keep(ours, name, record(LIMIT))
        stack.enter_context(_hub(ours, names))
        stack.enter_context(_board(ours))
        teacher = stack.enter_context(_logged_in(ours))
        report: dict[str, Any] = {"learners": learners, "record_mib": LIMIT / 2**20, "first": _asked(teacher, ours)}
        report["quiet"] = _figures([_asked(teacher, ours) for _ in range(answers)])
        _keep(ours, names[0], record(LARGEST))
        stack.enter_context(_writing(ours.work(names[0]) / PROGRESS))
        report["one writes"] = _figures([_asked(teacher, ours) for _ in range(answers)])
        return report


def _figures(seconds: list[float]) -> dict[str, float]:
    return {"median": round(median(seconds), 3), "p95": round(p95(seconds), 3), "most": round(max(seconds), 3)}


def record(size: int) -> bytes:
    """A learner's file of nearly ``size`` bytes, of events as lessons record them."""
    lines: list[bytes] = []
    at, left = datetime.now(UTC).isoformat(timespec="milliseconds"), size
    while True:
        for exercise, lesson in ((exercise, one.id) for one in LESSONS.values() for exercise in one.exercises):
            for event in (Event("opened", at, lesson, lesson), Event("checked", at, lesson, exercise, {"state": "open", "seen": "x" * 60})):
                line = event.line().encode() + b"\n"
                if (left := left - len(line)) < 0:
                    return b"".join(lines)
                lines.append(line)


# -- the class ----------------------------------------------------------------------------------------


def _class(folder: Path, names: list[str]) -> Settings:
    hub, proxy, board, labs, turn = plan.free_ports(5)
    where = Addresses("127.0.0.1", "127.0.0.1", 8000, "10.224.0.0/20", "127.0.0.1", hub, proxy, board, 8001, labs, turn)
    ours = Settings(folder / "class", "none", "rootless", len(names), where, Secrets("not-used-here"), names=tuple(names))
    settings.write(ours)
    return ours


def _keep(ours: Settings, name: str, content: bytes) -> None:
    path = ours.work(name) / PROGRESS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@contextmanager
def _hub(ours: Settings, names: list[str]) -> Iterator[None]:
    """What the board asks of it: a token for a login, whose that is, and who is there."""
    users = [{"name": name, "servers": {}} for name in names]
    teacher = {"kind": "user", "name": "teacher", "admin": True, "groups": [], "scopes": ["access:services!service=board"]}

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            offset = int(parse_qs(asked.query).get("offset", ["0"])[0])
            self._answer(users[offset : offset + 200] if asked.path.endswith("/users") else teacher)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer({"access_token": "teachers", "token_type": "Bearer"})

        def _answer(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((ours.addresses.hub, ours.addresses.hub_port), Answers) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@contextmanager
def _board(ours: Settings) -> Iterator[None]:
    part = next(one for one in parts.parts(ours, []) if one.name == "board")
    environment = {**os.environ, **part.secrets, settings.VARIABLE: str(ours.folder), "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen([PYTHON, *part.command[1:]], env=environment, cwd=CHECKOUT, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: accepts(part.address, part.port), UP_S, "the board")
            yield
        finally:
            process.terminate()


@contextmanager
def _logged_in(ours: Settings) -> Iterator[requests.Session]:
    """As the hub leads a browser back to the board."""
    with requests.Session() as session:
        session.trust_env = False
        led = session.get(_url(ours), allow_redirects=False, timeout=UP_S)
        state = parse_qs(urlsplit(led.headers["Location"]).query)["state"][0]
        session.get(f"{_url(ours)}oauth_callback", params={"code": "any", "state": state}, timeout=UP_S).raise_for_status()
        yield session


def _url(ours: Settings) -> str:
    return f"http://127.0.0.1:{ours.addresses.board_port}/services/board/"


def _asked(session: requests.Session, ours: Settings) -> float:
    """Seconds until all of the page was there."""
    began = monotonic()
    answer = session.get(_url(ours), timeout=UP_S)
    took = monotonic() - began
    assert answer.status_code == 200 and "learner-01" in answer.text, answer.text[:500]
    return took


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)]) as writer:
        try:
            yield
        finally:
            writer.kill()


if __name__ == "__main__":
    sys.exit(main())
