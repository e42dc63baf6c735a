"""Two learners in a class, through its hub: what one tries against the other, and what the other notices. Nothing is simulated."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import requests

from benchmarks.class_learner import Kernel, Learner, Refused
from conftest import engine_or_reason, missing
from hostnet_lab.classroom import bounds, disks, firewall, hosts, hub_api, parts, settings
from hostnet_lab.classroom.capacity import Limits
from hostnet_lab.classroom.settings import LABEL, Settings
from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.edges import probe
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.provision import record

from . import attack_page, breakout
from .room import chromium, ms
from .room import page as page_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.engine
CHECKOUT = Path(__file__).parents[1]
ARTEFACTS = Path(__file__).parent / "artefacts"
ADA, BOB = "ada & <img src=x>", "bob"  # a name is data wherever it goes
PASSWORD = "a-class-for-tests"
LIMITS = ("--memory", "700", "--processes", "400", "--disk", "32")
BUDGET_S = 60.0  # for one answer, also on a busy machine


def lab(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, settings.VARIABLE: str(folder)}
    return subprocess.run([CHECKOUT / "lab", "classroom", *words], capture_output=True, text=True, check=False, env=environment)


@dataclass(frozen=True)
class Class:
    settings: Settings
    engine: Engine
    ada: Learner
    bob: Learner

    def container(self, name: str) -> str:
        return hosts.own_name(self.settings, name)

    def address_of(self, name: str) -> str:
        found = self.engine.inspect(self.container(name))
        assert found
        return str(found["NetworkSettings"]["Networks"][self.container(name)]["IPAddress"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("class") / "class"


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[Class]:
    """A class with two running lab hosts; at its end the proof that nothing is left of it."""
    engine = engine_or_reason()
    if isinstance(engine, str):
        missing(engine)
    assert isinstance(engine, Engine)
    if why := disks.why_not():
        missing(why)
    started = lab(folder, "--port", "18000", "--learners", "2", "--password", PASSWORD, "--flavour", "full", *LIMITS)
    assert started.returncode == 0, started.stderr
    assert "flavour full: " in started.stderr
    found = settings.read(folder)
    assert found and found.address in started.stdout and found.secrets.teacher in started.stdout
    ada, bob = (Learner(found.address, name, PASSWORD, BUDGET_S) for name in (ADA, BOB))
    try:
        for one in (ada, bob):
            one.log_in()
            one.start()
        yield Class(found, engine, ada, bob)
    finally:
        removed = lab(folder, "remove", "--yes")
        ada.session.close()
        bob.session.close()
        assert removed.returncode == 0, removed.stderr
        assert not engine.containers(f"{LABEL}={folder}") and not engine.networks(f"{LABEL}={folder}")
        assert not disks.mounted_below(folder) and not folder.exists()
        assert not rules(found) and not list(bounds.GROUPS.glob(f"*/{found.prefix}-*"))


def rules(found: Settings) -> list[str]:
    """Those of the class in the server's firewall, whichever table they are in."""
    said = subprocess.run(["iptables-save"], capture_output=True, text=True, check=True).stdout
    return [line for line in said.splitlines() if found.prefix in line]


@pytest.fixture
def ada(room: Class) -> Iterator[Kernel]:
    with room.ada.kernel() as kernel:
        yield kernel


@pytest.fixture(scope="module")
def bob(room: Class) -> Iterator[Kernel]:
    """With their own nginx, which shows their own words, on their own port 80."""
    with room.bob.kernel() as kernel:
        serve(kernel, "the page of bob")
        yield kernel


RUN = """
import subprocess
def sh(*words, timeout):
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return "timed out"
    return f"{done.returncode}: {done.stdout}"
"""


def sh(kernel: Kernel, *words: str) -> str:
    """A command in the learner's own JupyterLab, as they could type it in its terminal: exit code and output."""
    return kernel.run(f"{RUN}\nprint(sh(*{list(words)!r}, timeout={limit_s(20)}))").strip()


def in_container(kernel: Kernel, command: str, *options: str) -> str:
    """The same from a container of theirs, where they are root."""
    return sh(kernel, "docker", "run", "--rm", *options, "nginx", "sh", "-c", command)


def done(said: str) -> str:
    """What a command printed that ended well."""
    assert said == "0:" or said.startswith("0: "), said
    return said[3:]


def serve(kernel: Kernel, words: str) -> None:
    done(sh(kernel, "docker", "run", "-d", "--network", "host", "--name", "webserver", "nginx"))
    done(sh(kernel, "docker", "exec", "webserver", "sh", "-c", f"echo '{words}' >/usr/share/nginx/html/index.html"))
    kernel.run("from hostnet_lab.edges.probe import get, wait_until\nwait_until(lambda: get('http://localhost/'), 10, 'nginx')")


def own_page(kernel: Kernel) -> str:
    return sh(kernel, "curl", "-sS", "--max-time", f"{limit_s(5):.0f}", "http://localhost/")


# -- what works -------------------------------------------------------------------------------------


def test_each_learner_has_a_port_80_and_an_engine_of_their_own(room: Class, ada: Kernel, bob: Kernel) -> None:
    serve(ada, "the page of ada")
    assert own_page(ada) == "0: the page of ada" and own_page(bob) == "0: the page of bob"
    engines = {sh(one, "docker", "info", "--format", "{{.ID}}") for one in (ada, bob)}
    assert len(engines) == 2 and f"0: {room.engine.info()['ID']}" not in engines


def test_lesson_01_runs_in_the_class_and_the_teacher_side_sees_it(room: Class, bob: Kernel) -> None:
    with room.ada.kernel() as kernel:
        done(sh(kernel, "docker", "rm", "-f", "webserver"))
        for code, may_fail in room.ada.lesson("01-run-a-container.ipynb"):
            if "lab.check(" in code:  # nobody passes by running a lesson alone
                kernel.run(EXERCISES["01-front-door"].solution.cell)
            kernel.run(code, may_fail=may_fail)
        serve(kernel, "the page of ada")
    row = settings_row(room, ADA)
    assert {cell.lesson for cell in row.cells if cell.passed} == {"01"}


def settings_row(room: Class, name: str):  # type: ignore[no-untyped-def]
    from datetime import UTC, datetime

    from hostnet_lab.classroom import work
    from hostnet_lab.classroom.rows import events_of
    from hostnet_lab.classroom.rows import row as row_of

    return row_of(name, "running", events_of(work.read(room.settings.work(name), work.PROGRESS) or b""), datetime.now(UTC))


def test_the_same_name_twice_is_the_same_seat(room: Class, bob: Kernel) -> None:
    with Learner(room.settings.address, BOB.upper(), PASSWORD) as again:
        again.name, again.home = BOB, room.bob.home
        again.log_in()
        again.start()
        assert [one["id"] for one in again.api("GET", "kernels")] == [one["id"] for one in room.bob.api("GET", "kernels")]


@pytest.mark.parametrize(
    ("name", "password"), [("carol", "wrong-password"), ("a/b", PASSWORD), ("x" * 41, PASSWORD), ("teacher", PASSWORD)]
)
def test_who_has_no_seat_does_not_get_in(room: Class, name: str, password: str) -> None:
    with Learner(room.settings.address, name, password) as stranger, pytest.raises(Refused):
        stranger.log_in()


def test_a_page_from_elsewhere_that_leads_a_name_of_its_own_here_gets_in_nowhere(room: Class) -> None:
    """As a browser would send it, whose name server says so (DNS rebinding)."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Host"] = "evil.example"
        page = session.get(f"{room.settings.address}hub/login", timeout=limit_s(BUDGET_S))
        form = {"username": BOB, "password": PASSWORD, "_xsrf": next(one.value for one in session.cookies if one.name == "_xsrf")}
        cookies = "; ".join(f"{one.name}={one.value}" for one in session.cookies)
        answer = session.post(page.url, data=form, headers={"Cookie": cookies}, timeout=limit_s(BUDGET_S))
        assert answer.status_code == 403 and "evil.example" in answer.text and room.settings.address in answer.text
        board = session.get(f"{room.settings.address}services/board/", timeout=limit_s(BUDGET_S), allow_redirects=False)
        assert board.status_code == 403


def test_there_are_no_more_seats_than_the_arithmetic_promised_and_whoever_gets_none_reads_why(room: Class, folder: Path) -> None:
    """Two were asked for, and both are taken: whoever comes later gets no disk, and reads why."""
    before = sorted(one.name for one in (folder / "disks").iterdir())
    for name in ("carol", "nobody0", "nobody1"):
        with Learner(room.settings.address, name, PASSWORD, BUDGET_S) as third:
            third.log_in()
            with pytest.raises(Refused, match="all 2 seats of this class are taken"):
                third.start()
    assert sorted(one.name for one in (folder / "disks").iterdir()) == before
    said = lab(folder, "seats")
    assert said.stdout.splitlines()[0] == "2 of 2 seats taken" and len(said.stdout.splitlines()) == 3, said.stderr
    kept = lab(folder, "free", BOB)
    assert kept.returncode == 2 and "their lab host is there" in kept.stderr


# -- what a learner cannot reach --------------------------------------------------------------------

SOCKETS = (  # who answers behind each socket that can be seen
    "for s in $(find / /host -xdev -type s 2>/dev/null); do "
    'curl -s --max-time 2 --unix-socket "$s" http://engine/info | grep -o \'"ID":"[^"]*"\'; done; true'
)
ASK = "curl -sS -o /dev/null -w '%{http_code}' --max-time 2 "
# All that an inner engine can give: more than this the lab host has not got itself (--privileged fails here, by cgroups).
ROOT = ("--cap-add", "ALL", "--security-opt", "seccomp=unconfined", "--network", "host")


def everywhere(kernel: Kernel, command: str) -> list[str]:
    """From a cell (a terminal is the same place), from a container in host mode, from one on a bridge, from one with all rights."""
    return [
        sh(kernel, "sh", "-c", command),
        in_container(kernel, command, "--network", "host"),
        in_container(kernel, command),
        in_container(kernel, command, *ROOT, "--pid", "host"),
    ]


def test_a_neighbours_nginx_jupyter_and_engine_are_out_of_reach(room: Class, ada: Kernel, bob: Kernel) -> None:
    address = room.address_of(BOB)
    for port, path in ((80, "/"), (8888, "/user/bob/api")):  # the control: the server itself reaches them
        answer = probe.get(f"http://{address}:{port}{path}")
        assert answer and answer.status == 200
    ports = "80 8888 2375 2376"
    for said in everywhere(
        ada, f"for port in {ports}; do (code=$({ASK} http://{address}:$port/ 2>/dev/null); echo $code $? $port) & done; wait"
    ):
        found = re.findall(r"^(\d{3}) (\d+) (\d+)$", done(said), re.M)
        assert {port for _, _, port in found} == set(ports.split()), said
        assert all(status == "000" and code in ("7", "28") for status, code, _ in found), said  # refused, or no answer


def test_a_route_to_the_neighbours_network_does_not_help(room: Class, ada: Kernel, bob: Kernel) -> None:
    address = room.address_of(BOB)
    trick = f"ip route add {address}/32 via $(ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p'); {ASK} http://{address}/"
    said = in_container(ada, trick, *ROOT)
    assert re.match(r"(28|7): ", said), said  # curl: no answer, or refused


def test_the_neighbours_address_cannot_be_taken_over(room: Class, ada: Kernel, bob: Kernel) -> None:
    """On one bridge for all this would work: the proxy's next packets for bob would go to ada."""
    address = room.address_of(BOB)
    steal = (
        f"ip addr add {address}/32 dev eth0; arping -U -c 3 -I eth0 {address} 2>/dev/null; ping -c 1 -W 1 -I {address} 192.0.2.1; ip addr"
    )
    taken = in_container(ada, steal, *ROOT)
    try:
        assert address in taken, taken
        answer = probe.get(f"http://{address}/")
        assert answer and answer.body.strip() == "the page of bob"
    finally:
        in_container(ada, f"ip addr del {address}/32 dev eth0", *ROOT)


def unused(room: Class) -> str:
    """An address of the class's that nobody has."""
    return str(IPv4Network(room.settings.addresses.pool)[-2])


@pytest.fixture
def in_the_room(room: Class) -> Iterator[tuple[str, ...]]:
    """What runs a command on another computer in the room, which knows a way to the class's networks; the server forwards for it."""
    name, wire = "hostnet-room", "hostnet-room0"
    ip, forward = ["ip", "-n", name], ["iptables", "-w", "-A", "FORWARD", "-i", wire, "-j", "ACCEPT"]
    with ExitStack() as stack:

        def did(*words: str, undo: tuple[str, ...] = ()) -> None:
            subprocess.run(words, check=True)
            if undo:
                stack.callback(subprocess.run, undo, check=True)

        did("ip", "netns", "add", name, undo=("ip", "netns", "del", name))
        did("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", name)
        did("ip", "address", "add", "198.51.100.129/30", "dev", wire)
        did("ip", "link", "set", wire, "up")
        did(*ip, "address", "add", "198.51.100.130/30", "dev", "eth0")
        did(*ip, "link", "set", "eth0", "up")
        did(*ip, "route", "add", room.settings.addresses.pool, "via", "198.51.100.129")
        did(*ip, "address", "add", unused(room), "dev", "eth0")  # to which the server's way leads by the room, as to all it does not know
        did("ip", "route", "add", unused(room), "dev", wire)
        did(*forward, undo=tuple("-D" if word == "-A" else word for word in forward))
        yield "ip", "netns", "exec", name


def test_who_is_in_the_room_reaches_lab_hosts_and_hub_by_the_proxy_alone(
    room: Class, folder: Path, in_the_room: tuple[str, ...], bob: Kernel
) -> None:
    """Nor from an address of the class's own; and rules that were lost come back once, at the next `./lab classroom`."""
    where = room.settings.addresses
    urls = [f"http://{room.address_of(BOB)}:8888/user/bob/api", f"http://{where.hub}:{where.hub_port}/hub/api"]

    def answered() -> list[bool]:
        ask = [*in_the_room, *shlex.split(ASK)]
        asked = [[*ask, *options, url] for options in ((), ("--interface", unused(room))) for url in urls]
        return [subprocess.run(words, capture_output=True, text=True, check=False).stdout == "200" for words in asked]

    assert answered() == [False] * 4
    stood = rules(room.settings)
    firewall.remove(room.settings)
    try:
        raw = int(room.engine.version()["Version"].partition(".")[0]) >= 28  # which drop what goes past their own networks by themselves
        assert answered() == [not raw, True] * 2, "the control: without the rules they would answer"
    finally:
        for _ in range(2):
            again = lab(folder)
            assert again.returncode == 0 and "the class runs already" in again.stderr, again.stderr
    assert rules(room.settings) == stood and answered() == [False] * 4


def test_the_outer_engines_socket_is_nowhere(room: Class, ada: Kernel) -> None:
    outer = room.engine.info()["ID"]
    own = sh(ada, "docker", "info", "--format", "{{.ID}}").removeprefix("0: ")
    for said in (sh(ada, "sh", "-c", SOCKETS), in_container(ada, SOCKETS, *ROOT, "--pid", "host", "-v", "/:/host")):
        assert outer not in done(said), said
    assert own in sh(
        ada, "sh", "-c", "find / -type s -name 'docker.sock' 2>/dev/null | head -1 | xargs -I{} curl -s --unix-socket {} http://engine/info"
    )


def test_the_servers_own_ports_are_out_of_reach(room: Class, ada: Kernel) -> None:
    where = room.settings.addresses
    for port in (where.proxy_port, where.board_port, where.labs_proxy_port, where.turn_port):
        assert probe.accepts("127.0.0.1", port), "the control: it is open on the server's loopback"
        for address in (where.hub, where.public):
            for said in everywhere(ada, f"{ASK} http://{address}:{port}/"):
                assert said.startswith("7: "), said  # refused: nobody listens there


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "users"),
        ("GET", "users/bob"),
        ("POST", "users/bob/server"),
        ("DELETE", "users/bob/server"),
        ("POST", "users/bob/tokens"),
        ("DELETE", "users/bob"),
        ("POST", "users/mallory"),
        ("GET", "proxy"),
        ("GET", "services"),
        ("GET", "groups"),
        ("POST", "shutdown"),
        ("PATCH", "users/ada%20%26%20%3Cimg%20src%3Dx%3E"),
    ],
)
def test_the_hubs_api_is_closed_beyond_a_learners_own(room: Class, ada: Kernel, bob: Kernel, method: str, path: str) -> None:
    """With the token that their lab host holds, from inside it; and with their own, made on the hub's page."""
    url = f"{room.settings.hub_api}/{path}"
    body = "-d '{\"admin\": true}' " if method in ("PATCH", "POST") else ""
    for token in ("$JUPYTERHUB_API_TOKEN", room.ada.token):
        said = sh(ada, "sh", "-c", f'{ASK} -X {method} {body} -H "Authorization: token {token}" "{url}"')
        assert said in ("0: 403", "0: 404"), said
    assert hub_api.ask(room.settings, room.settings.secrets.control, "GET", "users/bob")["servers"][""]["ready"]


def test_a_neighbours_jupyter_is_closed_through_the_proxy_too(room: Class, ada: Kernel) -> None:
    for token in ("$JUPYTERHUB_API_TOKEN", room.ada.token):
        said = sh(ada, "sh", "-c", f'{ASK} -H "Authorization: token {token}" {room.settings.labs}user/bob/api/kernels')
        assert said == "0: 403", said


# -- the board --------------------------------------------------------------------------------------


def board_of(learner: Learner, path: str = "", **more: Any) -> requests.Response:
    """A page of the board, as the learner's browser gets it: through the hub's OAuth."""
    method = "POST" if more else "GET"
    return learner.session.request(method, f"{learner.address}/services/board/{path}", timeout=limit_s(BUDGET_S), **more)


@pytest.fixture(scope="module")
def teacher(room: Class) -> Iterator[Learner]:
    with Learner(room.settings.address, "teacher", room.settings.secrets.teacher, BUDGET_S) as teacher:
        teacher.log_in()
        yield teacher


def test_the_teacher_sees_the_class_and_its_events_come_by_themselves(room: Class, teacher: Learner, bob: Kernel) -> None:
    page = board_of(teacher)
    assert page.status_code == 200 and "ada &amp; &lt;img src=x&gt;" in page.text and ">bob<" in page.text
    assert "<img" not in page.text and "<svg" in page.text and room.settings.address in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert ">bob<" not in board_of(teacher, "?names=hidden").text
    url = f"{teacher.address}/services/board/events"
    with teacher.session.get(url, stream=True, timeout=limit_s(BUDGET_S)) as stream:
        first = next(line for line in stream.iter_lines() if line.startswith(b"data: "))
    assert ">bob<" in json.loads(first[6:])


@pytest.mark.browser
def test_in_a_real_browser_the_board_is_where_the_teacher_lands_and_news_come_by_themselves(room: Class, bob: Kernel) -> None:
    """A browser says of each request what it is for, and the hub refuses on that what plain requests get."""
    with chromium() as browser:
        page = page_of(browser)
        page.goto(room.settings.address)
        page.locator("#username_input").fill("teacher")
        page.locator("#password_input").fill(room.settings.secrets.teacher)
        page.locator("#login_submit").click()
        page.get_by_role("status").get_by_text("Live.", exact=True).wait_for(timeout=ms(60))
        assert page.url.endswith("/services/board/")
        bobs = page.locator("tr", has=page.get_by_text("bob", exact=True)).locator('[data-name="03a"]')
        assert "not opened" in str(bobs.text_content())
        bob.run("from hostnet_lab.edges.progress import ProgressFile\nProgressFile().record('opened', '03a', '03a')")
        bobs.get_by_text("opened, 0 of 1 checks passed").wait_for(state="attached", timeout=ms(60))
        page.get_by_role("link", name="Hide names").click()
        page.get_by_text("Learner 1", exact=True).wait_for(timeout=ms(60))
        assert "bob" not in str(page.locator("#table").text_content())


@pytest.mark.browser
def test_in_a_learners_browser_the_map_beside_the_lesson_is_of_their_own_lab_host(room: Class, bob: Kernel) -> None:
    with chromium() as browser:
        page = page_of(browser)
        page.goto(room.settings.address)
        page.locator("#username_input").fill(BOB)
        page.locator("#password_input").fill(PASSWORD)
        page.locator("#login_submit").click()
        host_map = page.locator(".hostnet-stage")
        host_map.locator(".frame .box").first.wait_for(timeout=ms(60))  # nginx, which is there from the beginning
        name = bob.run(
            "import subprocess\nprint(subprocess.check_output(['docker', 'ps', '--format', '{{ .Names }}'], text=True))"
        ).split()[0]
        assert host_map.locator(f'.frame [data-key="container {name}"]').count() == 1


def fill_in(page: Page, name: str, password: str) -> None:
    page.locator("#username_input").fill(name)
    page.locator("#password_input").fill(password)
    page.locator("#login_submit").click()


@pytest.mark.browser
def test_a_learner_raises_a_hand_is_helped_and_is_offered_to_catch_up(room: Class, teacher: Learner, bob: Kernel) -> None:
    """In two real browsers: whatever one presses the other sees."""
    from playwright.sync_api import expect

    bob.run("from hostnet_lab.edges.progress import ProgressFile\nProgressFile().record('opened', '01', '01')")
    with chromium() as browser:
        learners, board = page_of(browser), page_of(browser, viewport={"width": 1600, "height": 900})
        board.goto(room.settings.address)
        fill_in(board, "teacher", room.settings.secrets.teacher)
        expect(board.locator("#hands")).to_contain_text("Raised hands: 0")
        learners.goto(room.settings.address)
        fill_in(learners, BOB, PASSWORD)
        line = learners.locator(".hostnet-class")
        line.get_by_role("button", name="Raise a hand").click(timeout=ms(90))
        expect(line).to_contain_text("Your teacher will see: bob, lesson 01.")
        expect(board.locator("#hands")).to_contain_text("Raised hands: 0")  # nothing was sent yet
        line.get_by_role("button", name="Send").click()
        expect(line).to_contain_text("Your hand is up: place 1.")
        hands = board.locator("#hands")
        expect(hands).to_contain_text("Raised hands: 1")
        hands.get_by_role("button", name="I am coming").click()
        expect(line).to_contain_text("Your teacher is on the way.")
        ARTEFACTS.mkdir(exist_ok=True)
        board.screenshot(path=ARTEFACTS / "class-hand-board.png", full_page=True)
        learners.screenshot(path=ARTEFACTS / "class-hand-learner.png")
        board.locator("#hands").get_by_role("button", name="Answered").click()
        expect(line.get_by_role("button", name="Raise a hand")).to_be_visible()
        board.get_by_label("Message, shown to everybody").fill("Five more minutes <b>")
        board.get_by_role("button", name="Show", exact=True).click()
        expect(line).to_contain_text("Five more minutes <b>")
        board.get_by_label("Timer, in minutes").fill("5")
        board.get_by_role("button", name="Start").click()
        expect(line).to_contain_text("Time left: 4:5")
        section = board.locator("#offer optgroup").nth(1).locator("option").first
        board.get_by_label("Offer to catch up to").select_option(section.get_attribute("value"))
        board.get_by_role("button", name="Offer", exact=True).click()
        expect(line).to_contain_text("Your teacher offers to catch up to")
        learners.screenshot(path=ARTEFACTS / "class-offer-learner.png")
        board.screenshot(path=ARTEFACTS / "class-offer-board.png", full_page=True)
        done(sh(bob, "docker", "rm", "-f", "webserver"))  # no lesson's: it would be in the way
        learners.get_by_role("button", name="Catch up", exact=True).click()
        reached = learners.locator('.hostnet-section[data-state="done"], .hostnet-section[data-state="failed"]').first
        expect(reached).to_contain_text("Caught up", timeout=ms(90))
    sh(bob, "docker", "rm", "-f", "webserver")  # the lesson's, if it came so far
    serve(bob, "the page of bob")
    board_of(room.bob)
    refused = board_of(room.bob, "say", data={"message": "mine", "_xsrf": xsrf(room.bob)})
    assert refused.status_code == 403 and "only the teacher" in refused.text


def test_a_learner_sees_themselves_only(room: Class, bob: Kernel) -> None:
    page = board_of(room.bob)
    assert page.status_code == 200 and ">bob<" in page.text and "ada" not in page.text and "<form" not in page.text
    assert board_of(room.bob, f"learner/{quote(ADA, safe='')}").status_code == 403
    assert board_of(room.bob, "events").status_code == 403
    form = {"name": ADA, "_xsrf": xsrf(room.bob)}
    assert board_of(room.bob, "reset", data=form).status_code == 403


def xsrf(learner: Learner) -> str:
    return next((cookie.value or "" for cookie in learner.session.cookies if cookie.name == "_xsrf" and "board" in cookie.path), "")


def test_a_forged_request_resets_nobody(room: Class, teacher: Learner) -> None:
    before = room.engine.inspect(room.container(ADA))
    assert board_of(teacher, "reset", data={"name": ADA, "_xsrf": "forged"}).status_code == 403
    after = room.engine.inspect(room.container(ADA))
    assert before and after and before["Id"] == after["Id"]


@pytest.mark.browser
def test_a_page_of_a_learners_that_the_teacher_opens_can_do_nothing_as_the_teacher(room: Class) -> None:
    """Whatever a lab host serves: its learner can put any program in JupyterLab's place."""
    with attack_page.served(room.settings) as served, chromium() as browser:
        board = page_of(browser)
        board.goto(room.settings.address)
        fill_in(board, "teacher", room.settings.secrets.teacher)
        board.get_by_role("status").get_by_text("Live.", exact=True).wait_for(timeout=ms(60))
        other = board.context.new_page()
        other.goto(f"{room.settings.address}user/{attack_page.NAME}/homework.html")
        assert other.url.startswith(room.settings.labs)
        told = served.told()
        assert told.pop("the control: a page of its own") == "read" and set(told.values()) == {"closed"}, told
        assert not {"jupyterhub-hub-login", "service-board"} & served.cookies
        board.reload()
        assert f"{attack_page.NAME} was here" not in board.content()


def test_a_token_of_the_teachers_lab_host_is_no_teacher(room: Class, teacher: Learner) -> None:
    """It lies behind the learners' door; what a learner's page may take there shows nothing of the class, and presses nothing."""
    headers = {"Authorization": f"token {teacher.token}"}
    asked: dict[str, dict[str, Any]] = {"events": {}, "say": {"data": {"message": "mine"}}, "reset": {"data": {"name": BOB}}}
    for path, more in asked.items():
        url, method = f"{room.settings.address}services/board/{path}", "POST" if more else "GET"
        with requests.request(method, url, headers=headers, stream=True, timeout=limit_s(BUDGET_S), **more) as answer:
            assert answer.status_code == 403, path


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "of the lab hosts"])
def test_the_teachers_buttons_are_pressed_by_the_boards_own_pages_only(room: Class, teacher: Learner, origin: str) -> None:
    """With the right token, even."""
    board_of(teacher)
    said = {"message": "", "_xsrf": xsrf(teacher)}
    elsewhere = {"Origin": room.settings.labs.rstrip("/") if "lab hosts" in origin else origin}
    assert board_of(teacher, "say", data=said, headers=elsewhere).status_code == 403
    assert board_of(teacher, "say", data=said, headers={"Origin": room.settings.address.rstrip("/")}).status_code == 200


def test_resetting_a_learners_host_gives_a_new_one_with_the_old_work(room: Class, teacher: Learner, bob: Kernel) -> None:
    with room.ada.kernel() as kernel:
        kernel.run("open('/home/learner/work/before.txt', 'w').write('kept')")
    before = room.engine.inspect(room.container(ADA))
    form = re.search(r'name="_xsrf" value="([^"]+)"', board_of(teacher, f"learner/{quote(ADA, safe='')}").text)
    assert before and form
    answer = board_of(teacher, "reset", data={"name": ADA, "_xsrf": form[1]})
    assert answer.status_code == 200 and "started anew" in answer.text, answer.text

    def anew() -> bool:
        user = hub_api.ask(room.settings, room.settings.secrets.control, "GET", hub_api.user_path(ADA))
        now = room.engine.inspect(room.container(ADA))
        return bool(now and now["Id"] != before["Id"] and user["servers"].get("", {}).get("ready"))

    probe.wait_until(anew, BUDGET_S, "a new lab host", pause_s=0.2)
    with room.ada.kernel() as kernel:
        assert kernel.run("print(open('/home/learner/work/before.txt').read())").strip() == "kept"
    unbothered(room, bob)


# -- what the others do not notice ------------------------------------------------------------------


def unbothered(room: Class, bob: Kernel) -> None:
    assert own_page(bob) == "0: the page of bob"
    assert bob.run("print(6 * 7)").strip() == "42"
    assert room.bob.api("GET", "status")["started"]


def device_of(room: Class, name: str) -> tuple[int, int]:
    found = room.settings.mount(name).stat().st_dev
    return os.major(found), os.minor(found)


def test_with_all_rights_in_the_flavour_full_the_limits_hold_and_the_servers_disk_does_not(room: Class, ada: Kernel, bob: Kernel) -> None:
    """As the table of docs/classroom.md says."""
    limits = room.settings.limits
    attack = breakout.script(limits.memory_mib, limits.processes, device_of(room, BOB))
    said = in_container(ada, f"chroot /host sh -c {shlex.quote(attack)}", *ROOT, "--pid", "host", "-v", "/:/host")
    taken, held = ("a little", "a device", "disk", "server"), ("memory", "processes", "neighbour")
    assert set(done(said).split("\n")) == {f"{one} taken" for one in taken} | {f"{one} held" for one in held}
    unbothered(room, bob)


def test_filling_the_disk_fills_ones_own(room: Class, ada: Kernel, bob: Kernel) -> None:
    free = os.statvfs(room.settings.folder).f_bavail
    said = sh(
        ada, "sh", "-c", "dd if=/dev/zero of=/home/learner/work/big bs=1M count=64; dd if=/dev/zero of=/opt/hostnet-lab/big bs=1M count=1"
    )
    assert "No space left on device" in said and "Read-only file system" in said, said
    unbothered(room, bob)
    done(sh(bob, "dd", "if=/dev/zero", "of=/home/learner/work/mine", "bs=1M", "count=4"))
    block = os.statvfs(room.settings.folder).f_frsize
    assert (free - os.statvfs(room.settings.folder).f_bavail) * block < 64 << 20
    done(sh(ada, "rm", "/home/learner/work/big"))


def test_forking_without_end_ends_at_ones_own_limit(room: Class, ada: Kernel, bob: Kernel) -> None:
    """By a bare interpreter, whose children are small: the limit of processes is to be met before that of memory."""
    bomb = (
        "import os, signal, sys\nchildren = []\ntry:\n    while True:\n        pid = os.fork()\n        pid or signal.pause()\n"
        "        children.append(pid)\nexcept OSError as error:\n    print(error.strerror, len(children), flush=True)\nsys.stdin.read()\n"
        "for pid in children:\n    os.kill(pid, 9)\n"
    )
    ada.run(
        "import subprocess, sys\n"
        f"bomb = subprocess.Popen([sys.executable, '-S', '-c', {bomb!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)"
    )
    try:
        assert re.match(r"Resource temporarily unavailable \d\d\d", ada.run("print(bomb.stdout.readline())"))
        unbothered(room, bob)
    finally:
        ada.run("bomb.communicate('')")


def test_eating_memory_ends_in_ones_own_lab_host(room: Class, bob: Kernel) -> None:
    hog = "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'x = b\"1\" * (2 << 30); print(len(x))']).returncode)"
    with room.ada.kernel() as kernel:
        assert kernel.run(hog).strip() == "-9"
    unbothered(room, bob)


# -- faults -----------------------------------------------------------------------------------------


def test_a_hub_that_dies_and_comes_back_is_not_noticed_in_a_lesson(room: Class, folder: Path, bob: Kernel) -> None:
    bob.run("before = 17")
    hub = record.read(folder / "hub.json")
    assert hub
    os.kill(hub.processes[0].pid, 9)
    probe.wait_until(lambda: not parts.running(folder, "hub"), 10, "the end of the hub")
    unbothered(room, bob)
    again = lab(folder)
    assert again.returncode == 0 and "starting the hub" in again.stderr and "starting the proxy" not in again.stderr, again.stderr
    assert bob.run("print(before)").strip() == "17", "over the same websocket"
    assert hub_api.ask(room.settings, room.settings.secrets.control, "GET", "users/bob")["servers"][""]["ready"]


def test_a_lab_host_that_is_killed_is_its_learners_loss_and_the_work_is_kept(room: Class, ada: Kernel, bob: Kernel) -> None:
    ada.run("open('/home/learner/work/mine.txt', 'w').write('kept')")
    room.engine.kill(room.container(ADA))
    unbothered(room, bob)

    def seen() -> bool:
        return not hub_api.ask(room.settings, room.settings.secrets.control, "GET", hub_api.user_path(ADA)).get("servers")

    probe.wait_until(seen, 40, "the hub to see it", pause_s=0.2)
    room.ada.start()
    with room.ada.kernel() as kernel:
        assert kernel.run("print(open('/home/learner/work/mine.txt').read())").strip() == "kept"
        assert own_page(kernel).startswith("7: "), "its engine began anew"


def test_stopping_and_starting_goes_on_with_the_same_class(room: Class, folder: Path, tmp_path: Path) -> None:
    """As after a reboot of the server: no process, no container, no mount is left, and the same command goes on."""
    collected = lab(folder, "reports", "--into", str(tmp_path))
    assert collected.returncode == 0 and ADA in (tmp_path / "class.csv").read_text(), collected.stderr
    (folder / "proxy.json").write_bytes(b"")  # a record that is lost ends nothing
    (folder / "hub.json").unlink()
    assert lab(folder, "stop").returncode == 0
    where = room.settings.addresses
    assert not any(probe.accepts("127.0.0.1", port) for port in (where.proxy_port, where.labs_proxy_port, where.board_port))
    assert not room.engine.containers(f"{LABEL}={folder}") and not disks.mounted_below(folder)
    later = lab(folder, "reports", "--into", str(tmp_path / "later"))
    assert later.returncode == 0 and not disks.mounted_below(folder), later.stderr
    assert (tmp_path / "later" / "class.csv").read_text() == (tmp_path / "class.csv").read_text()
    assert len(list((tmp_path / "later").glob("*/report-from-progress.html"))) == 2
    again = lab(folder)
    assert again.returncode == 0 and room.settings.address in again.stdout and PASSWORD in again.stdout, again.stderr
    room.ada.log_in()
    room.ada.start()
    with room.ada.kernel() as kernel:
        assert kernel.run("print(open('/home/learner/work/mine.txt').read())").strip() == "kept"


def test_the_limits_of_the_class_stand_at_the_engine(room: Class) -> None:
    found = room.engine.inspect(room.container(ADA))
    assert found
    limits = Limits(memory_mib=700, processes=400, disk_mib=32)
    assert room.settings.limits == limits
    config = found["HostConfig"]
    assert (config["Memory"], config["MemorySwap"], config["PidsLimit"], config["NanoCpus"]) == (700 << 20, 700 << 20, 400, int(1e9))
    assert not config["Privileged"] and config["ReadonlyRootfs"] and not config["PortBindings"]
