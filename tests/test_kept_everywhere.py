"""Every reader of a kept file, with that file in every state that it may be in: a value or a sentence, at once, and nothing lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.classroom import certificate, collecting, plan, proxy_program, settings
from hostnet_lab.core.errors import LabError
from hostnet_lab.core.guides.bindings import SideFile
from hostnet_lab.core.reports.kept_pictures import Kept
from hostnet_lab.edges import lesson_folder, report_file
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.lesson_folder import LessonFolder
from hostnet_lab.edges.pictures import PictureFolder
from hostnet_lab.edges.progress import ProgressFile
from hostnet_lab.guides import files, markdown, observed
from hostnet_lab.labhost import bundling
from hostnet_lab.provision import engine_search, image, jupyter_files, jupyter_setup, record, room, workspace
from hostnet_lab.words import setting
from tests.faults.damages import DAMAGES, Damage, untouched

BOUND_S = 20  # of one reading; a hang, such as of a pipe's reader, ends in a failure and not in a run without an end
CELLS = '{"cells": [{"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}], "metadata": {}}'
PICTURE = Kept("a", "01", "2026-01-01T00:00:00+00:00", {"n": 1})


@dataclass(frozen=True)
class Reader:
    """``at``: the file, below a folder; ``good``: what it may hold; ``read``: all that the lab does with it, given that folder."""

    name: str
    at: str
    good: str
    read: Callable[[Path], object]
    may_replace: bool = False  # written anew by right: a plain file of the lab's own, kept by its content, or reset on wish


def _lessons(place: Path) -> LessonFolder:
    originals = place / "originals"
    originals.mkdir(exist_ok=True)
    (originals / "01-run.ipynb").write_text(CELLS)
    return LessonFolder(place / "lessons", originals)


def _fill(place: Path) -> None:
    lessons = _lessons(place)
    lessons.edited("01-run.ipynb")
    lessons.fill()
    LessonFolder.around(place / "lessons")
    lessons.reset("01-run.ipynb")


def _progress(place: Path) -> None:
    file = ProgressFile(place / "progress.jsonl", lambda _: None)
    file.read()
    file.record("opened", "01", "01")
    file.read()
    file.export(place / "export.jsonl")
    file.reset()


def _pictures(place: Path) -> None:
    pictures = PictureFolder(place / "progress.jsonl")
    pictures.kept()
    pictures.keep(PICTURE)
    pictures.holds("a")
    pictures.kept()


def _observed(place: Path) -> None:
    engine = Named()
    observed.take(place / "root", engine, ["no-address"])
    observed.keep(place / "root", engine, [])
    guide = markdown.read("g.md", "```bash\nls\n```\n")
    observed.take_commands(place / "root", engine, guide, SideFile())
    observed.keep_commands(place / "root", engine, guide, SideFile(), (), ())


class Named(Engine):
    """As much of an engine as tells one from another."""

    def __init__(self) -> None:
        pass

    def info(self) -> dict[str, Any]:
        return {"ID": "a"}

    def version(self) -> dict[str, Any]:
        return {"Version": "1"}


def _guide(place: Path) -> None:
    files.guide(place / "g.md")
    files.write_side(place / "g.md", files.side(place / "g.md"))


def _docker(place: Path) -> None:
    os.environ["DOCKER_CONFIG"] = str(place)
    engine_search.current_context()
    Engine.connect("tcp://127.0.0.1:9")  # discard, RFC 863


def _class(place: Path) -> settings.Settings:
    addresses = settings.Addresses("127.0.0.1", "x", 80, "10.0.0.0/20", "10.0.0.1", 1, 2, 3, 4, 5, 6)
    return settings.Settings(place, "image", "full", 1, addresses, settings.Secrets("x"))


def _settings(place: Path) -> None:
    found = settings.read(place)
    if found:
        settings.write(found)


def _known(place: Path) -> None:
    (place / "disks" / "a.ext4").touch()
    collecting.known(_class(place))


def _window(place: Path) -> None:
    jupyter_files.make_room(place, lambda _: None)
    workspace.write(place / "workspaces", "00-start.ipynb", fresh=False)


def _defaults(place: Path) -> None:
    jupyter_files.make_room(place, lambda _: None)
    room.write_defaults(place / "config")


def _bundle(place: Path) -> None:
    with bundling.opened(place / "bundle.tar"):
        pass


def _log(place: Path) -> None:
    record.log_end(place / "run" / "jupyter.log")
    record.log(place / "run" / "jupyter.log", fresh=True).close()


def _image(name: str) -> Callable[[Path], object]:
    def read(place: Path) -> None:
        with image._opened(place / name) as stream:  # private: to provide an image from nothing else would build one
            stream.read(1)

    return read


def _stamp(place: Path) -> None:
    proxy_program._content(place / "installed.json")  # private: the whole needs Node.js, which the lab's own environment has not


READERS = (
    Reader("record", "run/engine.json", '{"how": "server"}', lambda place: record.read(place / "run" / "engine.json")),
    Reader("log", "run/jupyter.log", "log", _log, True),
    Reader("log that goes on", "run/hub.log", "log", lambda place: record.log(place / "run" / "hub.log").close(), True),
    Reader("lock", "run/jupyter.lock", "", lambda place: record.lock(place / "run" / "jupyter.lock").close(), True),
    Reader("language", setting.FILE, '{"locale": "de_DE"}', setting.in_jupyterlab),
    Reader("choice of a language", setting.FILE, '{"locale": "de_DE", "x": 1}', lambda place: setting.choose(place, "en")),
    Reader("window", f"workspaces/{workspace.FILE}", "{}", _window),
    Reader("settings of JupyterLab", "settings/x/y.jupyterlab-settings", "{}", _window),
    Reader("signatures", "data/nbsignatures.db", "", _window),
    Reader("cookie", "runtime/jupyter_cookie_secret", "x", _window),
    Reader("note of a short folder", ".lab/run/runtime.json", "{}", jupyter_setup.forget_runtime),
    Reader("defaults", "config/labconfig/default_setting_overrides.json", "{}", _defaults, True),
    Reader("manifest", f"lessons/{lesson_folder.MANIFEST}", '{"originals": "/x", "copied": {}}', _fill),
    Reader("copy", "lessons/01-run.ipynb", CELLS, _fill),
    Reader("progress", "progress.jsonl", "", _progress, True),
    Reader("picture", "progress-pictures/a.json", PICTURE.line(), _pictures, True),
    Reader("pictures", "progress-pictures", "", _pictures),
    Reader("docker's settings", "config.json", "{}", _docker),
    Reader("class", "settings.json", "{}", _settings),
    Reader("learner's name", "disks/a.name", "ann", _known),
    Reader("roster", "roster.txt", "ann\nben\n", lambda place: plan.names_of(plan.Wishes(roster=place / "roster.txt"), None)),
    Reader("certificate", "tls.crt", "x", lambda place: certificate.make(place, "127.0.0.1")),
    Reader("key", "tls.key", "x", lambda place: certificate.make(place, "127.0.0.1")),
    Reader("proxy's stamp", "installed.json", "{}", _stamp),
    Reader("observed", "root/.lab/run/guide-observed.json", '{"schema": "hostnet-lab/observed/1", "claims": {}}', _observed, True),
    Reader("side file", "g.md.claims.toml", 'keeps = ["a"]', _guide),
    Reader("guide", "g.md", "A container.", _guide),
    Reader("report", "my-report.html", "<html>", lambda place: report_file.write(place / "my-report.html", "new")),
    Reader("bundle", "bundle.tar", "", _bundle),
    Reader("image file", "nginx-image.tar", "", _image("nginx-image.tar")),
    Reader("packed image file", "nginx-image.tar.gz", "", _image("nginx-image.tar.gz")),
)


@pytest.fixture(autouse=True)
def bounded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DOCKER_CONFIG", "/proc/nonexistent")

    def late(_number: int, _frame: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(BOUND_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.name)
@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.name)
def test_a_reader_of_a_damaged_file_answers_or_says_why_and_loses_nothing(reader: Reader, damage: Damage, tmp_path: Path) -> None:
    path = tmp_path / reader.at
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(reader.good)
    damage.do(path)
    was = os.lstat(path)
    try:
        reader.read(tmp_path)
    except LabError as error:
        assert error.tried and error.found and error.do
    except OSError as error:
        assert reader.name.endswith("image file") or error.filename, "what ./lab then says must name the file"
    assert untouched(path)
    kept = {(one.st_dev, one.st_ino) for one in map(os.lstat, path.parent.iterdir())}
    plain = damage.reason is None or damage in DAMAGES[10:]
    assert (was.st_dev, was.st_ino) in kept or reader.may_replace or (plain and not damage.reason) or _is_link(was), "it is lost"


def _is_link(found: os.stat_result) -> bool:
    """A link stands for what it leads to, which is untouched; in the place of a file of ours it may be replaced."""
    from stat import S_ISLNK

    return S_ISLNK(found.st_mode)
