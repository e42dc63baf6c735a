"""What another user of the machine has made, owns or exchanges is not read, written, emptied or killed by root."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.edges import host, private_folder
from hostnet_lab.edges.private_folder import NotPrivate, ensure
from hostnet_lab.experiments import disposable
from hostnet_lab.provision import engine_stop, jupyter_record
from hostnet_lab.provision.record import Record, Running

from .strangers import STRANGER, as_stranger, everybodys, may_start, require_root, roots

__all__ = ["everybodys", "roots"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture
def victim() -> Iterator[int]:
    require_root()
    process = may_start("sleep", "60", uid=STRANGER + 1)
    yield process.pid
    assert process.poll() is None, "it was killed"
    process.kill()
    process.wait()


# -- a folder of one's own ----------------------------------------------------------------------------


def test_it_is_made_for_this_user_alone(tmp_path: Path) -> None:
    assert ensure(tmp_path / "deep" / "run") == tmp_path / "deep" / "run"
    assert mode(tmp_path / "deep" / "run") == 0o700


def test_what_others_could_enter_or_exchange_is_closed_only_where_it_is_the_labs_by_its_path(tmp_path: Path) -> None:
    above, run = tmp_path / ".lab", tmp_path / ".lab" / "run"
    run.mkdir(parents=True)
    above.chmod(0o775)
    run.chmod(0o700)
    with pytest.raises(NotPrivate, match=f"others may exchange what is in {above}"):
        ensure(run)
    above.chmod(0o755)
    run.chmod(0o775)
    with pytest.raises(NotPrivate, match="open to others"):
        ensure(run)
    above.chmod(0o775)
    assert (mode(above), mode(run)) == (0o775, 0o775)
    ensure(run, close=True)
    assert (mode(above), mode(run)) == (0o755, 0o700)


@pytest.mark.parametrize("there", ["a link", "a link to nowhere", "a file", "a pipe"])
def test_what_is_no_folder_is_refused_at_once(tmp_path: Path, there: str) -> None:
    place = tmp_path / "run"
    if there == "a file":
        place.touch()
    elif there == "a pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(tmp_path if there == "a link" else "nowhere")
    with pytest.raises(NotPrivate, match="a link, or no folder"):
        ensure(place, close=True)


def test_a_folder_is_removed_only_if_it_is_the_one_that_was_noted(tmp_path: Path) -> None:
    made = ensure(tmp_path / "made")
    (made / "record").touch()
    (made / "inner").mkdir()
    (made / "inner" / "link").symlink_to(tmp_path)
    noted = private_folder.identity(made)
    private_folder.remove_made(made, (noted[0], noted[1] + 1))
    assert (made / "record").exists()
    private_folder.remove_made(made, noted)
    assert os.listdir(tmp_path) == []


def test_a_strangers_folder_is_refused_and_stays_as_it_is(everybodys: Path) -> None:
    as_stranger("os.mkdir(sys.argv[1], 0o755)", everybodys / "run")
    with pytest.raises(NotPrivate, match=f"belongs to {STRANGER}"):
        ensure(everybodys / "run", close=True)
    assert (mode(everybodys / "run"), (everybodys / "run").lstat().st_uid) == (0o755, STRANGER)


def test_a_strangers_file_in_it_is_not_believed(everybodys: Path) -> None:
    """As where the folder was open to others before."""
    (everybodys / "run").mkdir()
    (everybodys / "run").chmod(0o777)
    as_stranger("open(sys.argv[1], 'w').write('theirs')", everybodys / "run" / "engine.json")
    with pytest.raises(NotPrivate, match=f"engine.json belongs to {STRANGER}; remove it"):
        ensure(everybodys / "run", close=True)


def test_a_folder_below_one_of_a_strangers_is_not_believed(everybodys: Path) -> None:
    as_stranger("os.mkdir(sys.argv[1], 0o755)", everybodys / "theirs")
    with pytest.raises(NotPrivate, match=f"theirs belongs to {STRANGER}"):
        ensure(everybodys / "theirs" / "run", close=True)


def test_a_record_that_a_stranger_put_there_ends_nobodys_process(everybodys: Path, victim: int) -> None:
    """`./lab down` as root, where .lab/run was open to others."""
    run = everybodys / ".lab" / "run"
    run.mkdir(parents=True)
    run.chmod(0o777)
    planted = Record("by hand", (Running(victim, host.start_ticks(victim) or 0),))
    text = json.dumps(asdict(planted))
    as_stranger("open(sys.argv[1], 'w').write(sys.argv[2])", run / "engine.json", text)
    for stop in (engine_stop.stop, jupyter_record.stop):
        with pytest.raises(SetupFailed, match=f"belongs to {STRANGER}"):
            stop(everybodys, print)


# -- root's place -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mischief", ["os.mkdir(p)", "os.symlink('/etc', p)", "open(p, 'w')", "os.mkfifo(p)"])
def test_a_place_that_a_stranger_could_make_is_passed_over(
    everybodys: Path, roots: Path, monkeypatch: pytest.MonkeyPatch, mischief: str
) -> None:
    as_stranger(f"p = sys.argv[1]; {mischief}", everybodys / "hostnet-lab")
    monkeypatch.setattr(private_folder, "ROOTS", (everybodys / "hostnet-lab", roots / "hostnet-lab"))
    assert private_folder.roots_place() == roots / "hostnet-lab"
    assert mode(roots / "hostnet-lab") == 0o700


def test_where_there_is_none_the_reason_is_said_and_no_host_is_made(everybodys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_folder, "ROOTS", (everybodys / "hostnet-lab", everybodys / "gone" / "hostnet-lab"))
    monkeypatch.setattr(disposable, "COMMANDS", ())
    assert f"{everybodys} is not for root alone to change" in disposable.missing()
    assert disposable.sweep_hosts() == []
    with pytest.raises(SetupFailed, match="not for root alone"):
        disposable.place()


def test_asking_for_a_reason_makes_nothing(roots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_folder, "ROOTS", (roots / "hostnet-lab",))
    assert private_folder.no_place() == "" and os.listdir(roots) == []


# -- disposable hosts ---------------------------------------------------------------------------------


@pytest.fixture
def base(roots: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(private_folder, "ROOTS", (roots / "hostnet-lab",))
    return disposable.place()


def test_a_stranger_cannot_put_anything_where_hosts_are_looked_for(base: Path) -> None:
    told = as_stranger("os.mkdir(sys.argv[1])", base / "hlaaaaaaaa")
    assert "PermissionError" in told.stderr
    assert "PermissionError" in as_stranger("os.listdir(sys.argv[1])", base).stderr


def test_names_that_a_stranger_made_in_advance_are_no_hosts(
    everybodys: Path, base: Path, monkeypatch: pytest.MonkeyPatch, victim: int
) -> None:
    """The attack: a folder with the old name and a pid file in it, and a link to a folder of somebody's."""
    monkeypatch.setenv("TMPDIR", str(everybodys))
    precious = everybodys / "precious"
    precious.mkdir()
    (precious / "file").touch()
    name = everybodys / f"hostnet-lab-hl{os.getpid()}-1"
    ticks = host.start_ticks(victim)
    as_stranger("p, v = sys.argv[1:]; os.mkdir(p); open(p + '/pid', 'w').write(v)", name, f"{victim} {ticks}")
    as_stranger("os.symlink(*sys.argv[1:])", precious, everybodys / "hostnet-lab-hl4194304-1")
    with disposable.cut_off() as folder:
        assert folder.parent == base and disposable.sweep_hosts() == []
        assert (precious / "file").exists() and (name / "pid").exists()


def test_a_host_whose_maker_was_killed_at_once_is_swept_and_one_of_a_living_process_is_not(base: Path) -> None:
    (base / "hlkilled00").mkdir()
    with disposable.cut_off() as mine:
        assert disposable.sweep_hosts() == ["hlkilled00"]
        assert (mine / "owner").exists()
    assert os.listdir(base) == []


def test_links_in_roots_place_are_no_hosts_and_those_in_a_host_lead_nowhere(base: Path, roots: Path) -> None:
    (roots / "precious").mkdir()
    (roots / "precious" / "file").touch()
    (base / "hllink0000").symlink_to(roots / "precious")
    (base / "hlkilled00").mkdir()
    for name in ("exec", "data", "pid"):
        (base / "hlkilled00" / name).symlink_to(roots / "precious")
    assert disposable.sweep_hosts() == ["hlkilled00"]
    assert (roots / "precious" / "file").exists()


def test_a_pid_that_has_come_to_mean_another_process_is_not_killed(base: Path, victim: int) -> None:
    with disposable.cut_off() as folder:
        (folder / "pid").write_text(f"{victim} {(host.start_ticks(victim) or 0) - 1}")
    os.kill(victim, signal.SIG_DFL)
