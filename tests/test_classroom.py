"""What a class is made from, without one: names, arithmetic, addresses, requests to the engine, the hub's configuration, files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from traitlets.config import Config

from hostnet_lab import cli
from hostnet_lab.classroom import capacity, config, hosts, parts, plan, roster, settings, subnets, work
from hostnet_lab.classroom.capacity import Limits, Machine
from hostnet_lab.classroom.settings import Addresses, Secrets, Settings
from hostnet_lab.cli import classroom
from hostnet_lab.cli.checkout import ROOT
from hostnet_lab.cli.options import COMMANDS
from hostnet_lab.core.errors import BadRequest, LabError, SetupFailed
from hostnet_lab.edges import host, turns
from hostnet_lab.labhost.configuration import host_config
from hostnet_lab.provision import record

HOSTILE = ["<script>alert(1)</script>", "ada\nbob", "ada\x1b[2J", "..", "a/b", "a\\b", " ada", "x" * 41, "", "\u202eada", "\ud800"]


def a_class(folder: Path) -> Settings:
    where = Addresses("192.0.2.10", "192.0.2.10", 8000, "10.224.0.0/20", "10.224.0.1", 18081, 18082, 18083, 8001, 18084, 18085)
    return Settings(folder, "hostnet-lab/host:1", "full", 3, where, Secrets("our-password"), names=("ada", "bob"))


# -- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ada", "Łucja", "o'neill & sons", "<b>", "李", "a b", 'x" onload="y'])
def test_a_name_may_hold_letters_of_any_script_and_markup(name: str) -> None:
    assert roster.is_name(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_would_lead_elsewhere_or_rewrite_its_line_is_none(name: str) -> None:
    assert not roster.is_name(name) or name.startswith("<"), "markup is text"


def test_a_roster_is_one_name_a_line_in_the_hubs_spelling() -> None:
    assert roster.roster("# class 7b\nAda\n\n  Bob \n") == ("ada", "bob")


@pytest.mark.parametrize(
    ("text", "said"),
    [("ada\nAda\n", "line 2"), ("teacher", "teacher's own"), ("a/b", "no slash"), ("\n# none\n", "no name"), ("x" * 41, "1 to 40")],
)
def test_a_roster_that_cannot_be_is_refused_with_the_line(text: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        roster.roster(text)


def test_every_name_has_a_slug_of_its_own_that_is_safe_for_files_and_containers() -> None:
    names = ["ada", "Ada", "a-da", "a da", "<ada>", "李", "王", "x" * 40, "'; rm -rf /", "ada-"]
    slugs = [roster.slug(name) for name in names]
    assert len(set(slugs)) == len(names)
    assert all(len(one) <= 31 and set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") and one[0] != "-" for one in slugs)


# -- arithmetic -------------------------------------------------------------------------------------


def test_too_little_memory_is_said_with_the_arithmetic_and_what_would_fit() -> None:
    with pytest.raises(SetupFailed) as refused:
        capacity.require(30, Machine(4000, 100_000, 2), Limits())
    assert "30 x 280 MiB + 600 MiB for the hub = 9000 MiB; available 4000 MiB" in refused.value.found
    assert refused.value.do.startswith("--learners 12,")
    capacity.require(12, Machine(4000, 100_000, 2), Limits())


def test_too_little_disk_is_said_with_the_arithmetic() -> None:
    with pytest.raises(SetupFailed) as refused:
        capacity.require(30, Machine(64_000, 4000, 16), Limits())
    assert "30 x 256 MiB + 2048 MiB for the server = 9728 MiB; free 4000 MiB" in refused.value.found and "--disk" in refused.value.do


def test_a_server_for_nobody_is_not_told_to_take_zero_learners() -> None:
    with pytest.raises(SetupFailed) as refused:
        capacity.require(1, Machine(100, 100, 1), Limits())
    assert "--learners" not in refused.value.do and "larger server" in refused.value.do


def test_the_largest_class_that_fits_fits_and_one_more_does_not() -> None:
    for machine in (Machine(9000, 90_000, 2), Machine(90_000, 9000, 2)):
        fits = capacity.room_for(machine, Limits())
        capacity.require(fits, machine, Limits())
        with pytest.raises(SetupFailed):
            capacity.require(fits + 1, machine, Limits())


def test_many_learners_on_few_processors_are_warned_of_the_wait() -> None:
    assert capacity.crowded(16, Machine(1, 1, 2)) is None
    assert "82 s" in str(capacity.crowded(30, Machine(1, 1, 2)))


# -- addresses --------------------------------------------------------------------------------------


def test_the_pool_overlaps_nothing_that_the_server_knows() -> None:
    taken = ["0.0.0.0/0", "10.224.0.0/16", "10.225.0.0/19", "172.17.0.0/16", "2001:db8::/32"]
    assert subnets.pool(taken) == IPv4Network("10.225.32.0/20")
    assert subnets.pool(["10.0.0.0/8", "", "fd00::/64", "a driver's own word"]) == IPv4Network("192.168.0.0/20")


def test_a_server_with_no_private_range_left_is_told_what_to_name() -> None:
    with pytest.raises(SetupFailed, match="--subnet"):
        subnets.pool(["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"])


def test_every_seat_gets_a_network_that_nobody_has() -> None:
    wide, taken = IPv4Network("10.224.0.0/20"), ["10.224.0.0/29"]
    for _ in range(511):
        taken.append(str(subnets.next_free(wide, taken)))
    assert len(set(taken)) == 512
    with pytest.raises(SetupFailed, match="512"):
        subnets.next_free(wide, taken)


def test_the_servers_routes_are_read_in_the_order_that_people_write_them() -> None:
    assert all(IPv4Network(one) for one in host.routes())


# -- what the engine is asked for -------------------------------------------------------------------


def test_a_lab_host_gets_its_flavours_rights_and_the_limits_of_the_class(tmp_path: Path) -> None:
    ours, rights = a_class(tmp_path), host_config("full")
    asked = hosts.request(ours, "ada", {"JUPYTERHUB_API_TOKEN": "secret"}, rights)
    config = asked["HostConfig"]
    assert config["CapAdd"] == rights["CapAdd"] and "Privileged" not in config
    assert (config["Memory"], config["MemorySwap"], config["PidsLimit"], config["NanoCpus"]) == (1 << 30, 1 << 30, 1000, 10**9)
    assert config["PortBindings"] == {} and config["ReadonlyRootfs"] and config["NetworkMode"] == hosts.own_name(ours, "ada")
    assert "JUPYTERHUB_API_TOKEN=secret" in asked["Env"]


def test_nothing_but_the_learners_own_disk_is_on_the_servers_disk(tmp_path: Path) -> None:
    ours = a_class(tmp_path)
    asked = hosts.request(ours, "ada", {}, host_config("full"))["HostConfig"]
    assert [one for one in asked["Mounts"] if one["Type"] != "tmpfs"] == [
        {"Type": "bind", "Source": str(ours.work("ada")), "Target": hosts.WORK}
    ]
    assert not asked.get("Binds") and all("size=" in options for options in asked["Tmpfs"].values())
    assert "/var/lib/docker" in asked["Tmpfs"] and "docker.sock" not in json.dumps(asked)


def test_two_servers_with_the_same_folder_give_their_containers_other_names_and_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = a_class(tmp_path)
    ours = here.prefix, here.labels
    monkeypatch.setattr(host, "machine", lambda: "f" * 32)
    assert here.prefix != ours[0] and here.labels != ours[1]


def test_two_learners_share_no_network_no_disk_and_no_name(tmp_path: Path) -> None:
    ours = a_class(tmp_path)
    ada, bob = (hosts.request(ours, name, {}, host_config("full")) for name in ("ada", "bob"))
    for key in ("NetworkMode", "Mounts"):
        assert ada["HostConfig"][key] != bob["HostConfig"][key]


# -- the hub's configuration ------------------------------------------------------------------------


def configured(ours: Settings) -> Config:
    c = Config()
    config.configure(c, ours)
    return c


def test_the_hubs_own_address_is_not_the_public_one_and_the_proxys_api_is_on_loopback(tmp_path: Path) -> None:
    c = configured(a_class(tmp_path))
    assert c.JupyterHub.hub_bind_url == "http://10.224.0.1:18081"
    assert c.ConfigurableHTTPProxy.api_url == "http://127.0.0.1:18082"
    assert [one["url"] for one in c.JupyterHub.services if "url" in one] == ["http://127.0.0.1:18083"]


def test_with_a_roster_only_its_names_may_come_and_without_one_anybody(tmp_path: Path) -> None:
    c = configured(a_class(tmp_path))
    assert not c.Authenticator.allow_all and c.Authenticator.allowed_users == {"ada", "bob"}
    assert configured(replace(a_class(tmp_path), names=None)).Authenticator.allow_all


def test_learners_get_their_own_and_the_board_no_more_than_it_needs(tmp_path: Path) -> None:
    roles = {one["name"]: one["scopes"] for one in configured(a_class(tmp_path)).JupyterHub.load_roles}
    assert roles["user"] == ["self", "access:services!service=board"]
    assert not any(scope.startswith("admin") for scope in roles["board"])


def test_a_hub_that_ends_leaves_lab_hosts_and_proxy_alone(tmp_path: Path) -> None:
    c = configured(a_class(tmp_path))
    assert c.JupyterHub.cleanup_servers is False and c.JupyterHub.cleanup_proxy is False and c.ConfigurableHTTPProxy.should_start is False


def test_the_login_page_says_what_a_name_means_and_what_the_teacher_sees(tmp_path: Path) -> None:
    said = configured(a_class(tmp_path)).JupyterHub.template_vars["announcement_login"]
    assert "Your name is your seat" in said and "teacher sees" in said


# -- settings ---------------------------------------------------------------------------------------


def test_settings_come_back_as_they_were_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    ours = a_class(tmp_path / "class")
    settings.write(ours)
    assert settings.read(ours.folder) == ours
    assert (ours.folder / "settings.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["", "{", "{}", "[]", '{"names": 1}'])
def test_damaged_settings_are_refused_with_what_to_do(tmp_path: Path, damage: str) -> None:
    (tmp_path / "settings.json").write_text(damage)
    with pytest.raises(SetupFailed, match="work stays"):
        settings.read(tmp_path)


@pytest.mark.parametrize("name", ["192.0.2.10", "192.0.2.10:8000", "localhost:8000", "127.0.0.1", "School.Example", "school.example:8000"])
def test_a_class_answers_to_its_own_names(tmp_path: Path, name: str) -> None:
    ours = a_class(tmp_path)
    assert replace(ours, addresses=replace(ours.addresses, name="school.example")).is_called(name)


@pytest.mark.parametrize(
    "name", ["", "evil.example", "evil.example:8000", "192.0.2.10.evil.example", "192.0.2.11", "[::1", "x@192.0.2.11", "a b"]
)
def test_a_class_does_not_answer_to_a_name_that_leads_here(tmp_path: Path, name: str) -> None:
    assert not a_class(tmp_path).is_called(name)


def test_a_password_that_is_made_can_be_read_from_a_projector() -> None:
    made = {settings.new_password() for _ in range(50)}
    assert len(made) == 50 and all(len(one) == 9 and not set("0o1li") & set(one) for one in made)


def test_the_folder_of_the_class_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.VARIABLE, raising=False)
    assert settings.place(tmp_path) == tmp_path / ".lab" / "class"
    monkeypatch.setenv(settings.VARIABLE, str(tmp_path / "other"))
    assert settings.place(tmp_path) == tmp_path / "other"


# -- the command line -------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["classroom"], ["classroom", "stop"], ["classroom", "--roster", "FILE", "--port", "8080", "--tls"]])
def test_the_words_of_classroom_are_understood(words: list[str]) -> None:
    options = cli.parse(words)
    assert options.command == "classroom"
    assert options.word in COMMANDS["classroom"].words


@pytest.mark.parametrize(("field", "value"), [("memory_mib", 100), ("disk_mib", 1), ("cpus", 0.01), ("processes", 10)])
def test_a_limit_below_what_a_lab_host_needs_is_refused(field: str, value: Any) -> None:
    with pytest.raises(BadRequest, match="does not work with less"):
        plan.limits_of(replace(plan.Wishes(), **{field: value}), Limits())


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_roster_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "roster.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadRequest, match="read the roster"):
        plan.names_of(plan.Wishes(roster=file), None)


def test_a_short_password_is_refused_and_none_is_made_up_twice() -> None:
    with pytest.raises(BadRequest, match="8 are the least"):
        plan.secrets_of(plan.Wishes(password="short"), None)
    first = plan.secrets_of(plan.Wishes(), None)
    assert len(first.teacher) >= 32 and first != plan.secrets_of(plan.Wishes(), None)


def test_removing_a_class_asks_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.VARIABLE, str(tmp_path))
    options = cli.parse(["classroom", "remove"])
    with pytest.raises(BadRequest, match="deletes all learners' work"):
        classroom.run(options)


def test_a_command_that_changes_a_class_waits_for_the_one_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.VARIABLE, str(tmp_path))
    program = "import sys; from hostnet_lab.cli import main; sys.exit(main(sys.argv[1:]))"
    with turns.turn(record.lock(settings.lock(ROOT, record.folder(ROOT))), print):
        later = subprocess.Popen([sys.executable, "-c", program, "classroom", "remove"], stderr=subprocess.PIPE, text=True)
        assert later.stderr and "waiting for another command at this class: process" in later.stderr.readline()
        assert later.poll() is None
    _, said = later.communicate()
    assert "it deletes all learners' work" in said and later.returncode == 2


def part_of(folder: Path, name: str) -> subprocess.Popen[str]:
    """What is started as a part of a class is, and ignores SIGTERM."""
    program = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
    environment = {**os.environ, settings.VARIABLE: str(folder), parts.PART: name}
    command = [sys.executable, "-c", program]
    made = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert made.stdout and made.stdout.readline()
    return made


@pytest.mark.parametrize(
    "damage", [None, b"", b"{", b'{"how": "server"}', b'{"how": "server", "processes": [{"pid": 1, "start_ticks": 1}]}']
)
def test_what_runs_is_read_from_what_runs_and_ended_whatever_its_record_says(
    tmp_path: Path, damage: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "END_BUDGET_S", 0.2)
    if damage is not None:
        (tmp_path / "proxy.json").write_bytes(damage)
    with part_of(tmp_path, "proxy") as proxy, part_of(tmp_path / "another", "proxy") as others:
        try:
            assert parts.running(tmp_path, "proxy") and not parts.running(tmp_path, "hub")
            said: list[str] = []
            assert parts.stop(tmp_path, said.append) == ["proxy"] and "killing it" in said[-1]
            assert proxy.wait() == -9 and others.poll() is None
            assert not parts.running(tmp_path, "proxy") and parts.stop(tmp_path, print) == []
        finally:
            for one in (proxy, others):
                one.kill()


def test_without_a_class_the_other_words_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.VARIABLE, str(tmp_path))
    for word in ("status", "reports"):
        options = cli.parse(["classroom", word])
        with pytest.raises(LabError, match="no class here yet"):
            classroom.run(options)


# -- a learner's folder -----------------------------------------------------------------------------


def test_a_plain_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"12345")
    assert work.read(tmp_path, PurePosixPath("a/b")) == b"12345"
    assert work.read(tmp_path, PurePosixPath("a/b"), 3) == b"123"


def test_no_link_is_followed_out_of_a_learners_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "progress.jsonl").write_text("root's own")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / ".hostnet-lab").symlink_to(secret)
    (inside / "report.html").symlink_to(secret / "progress.jsonl")
    assert work.read(inside, work.PROGRESS) is None and work.changed(inside, work.PROGRESS) is None
    assert work.read(inside, PurePosixPath("report.html")) is None
    assert work.read(inside, PurePosixPath("../secret/progress.jsonl")) is None
    assert work.names(inside, (".html",)) == []


def test_a_pipe_or_a_folder_in_the_place_of_a_file_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / ".hostnet-lab").mkdir()
    os.mkfifo(tmp_path / work.PROGRESS)
    assert work.read(tmp_path, work.PROGRESS) is None
    (tmp_path / "folder.html").mkdir()
    assert work.read(tmp_path, PurePosixPath("folder.html")) is None and work.names(tmp_path, (".html",)) == []
