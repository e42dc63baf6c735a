"""The commands in our texts are run as they stand, by a plain shell: text and behaviour cannot part."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import nbformat
import pytest

from conftest import missing
from hostnet_lab import cli
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.experiments import disposable
from hostnet_lab.experiments.stage import Stage
from hostnet_lab.provision import image
from hostnet_lab.provision.debian_image import LABEL

from .record import lessons
from .test_lessons import GUIDE_COMMANDS

CHECKOUT = Path(__file__).parents[1]
README = (CHECKOUT / "README.md").read_text("utf-8")
MIXED = re.compile(r"`(\./lab[^`]*)`|^(\./lab[^#\n]*)", re.M)


def lab_commands() -> list[list[str]]:
    """Every ``./lab ...`` of the README, in its blocks and in its sentences; FILE, N and ... are stand-ins for values."""
    texts = {(inline or block).strip() for inline, block in MIXED.findall(README)}
    values = {"N": "8899", "FILE": "file", "COMMAND": "true", "...": ""}
    return sorted([values.get(word, word) for word in text.split()[1:] if values.get(word, word)] for text in texts)


@pytest.fixture
def bare_host(engine: Engine) -> Iterator[Stage]:
    """A host on which port 80 and the name webserver are free, whatever the reader runs."""
    why = disposable.missing()
    if why:
        missing(why)
    with disposable.disposable(engine, Mark(0, "test", host.this_process()).labels()) as stage:
        yield stage


@pytest.mark.engine
def test_the_guides_commands_do_in_a_plain_shell_what_the_guide_says(bare_host: Stage) -> None:
    run, curl, inspect, stop, remove = GUIDE_COMMANDS
    assert re.fullmatch(r"[0-9a-f]{64}", bare_host.shell("bash", "-c", run).text)
    page = bare_host.inside("webserver", "cat", "/usr/share/nginx/html/index.html").text
    assert wait_until(lambda: bare_host.get("http://localhost") == page, 10.0, "the page of webserver")
    assert "Welcome to nginx!" in bare_host.shell("bash", "-c", curl).text
    assert bare_host.shell("bash", "-c", inspect).text == "host"
    assert bare_host.shell("bash", "-c", stop).text == "webserver"
    assert bare_host.shell("bash", "-c", remove).text == "webserver"
    assert bare_host.docker("ps", "-aq").text == ""


@pytest.mark.engine
def test_the_recap_of_the_last_lesson_runs_outside_jupyter_too(bare_host: Stage) -> None:
    (path,) = [path for path in lessons() if path.name.startswith("07")]
    cells = [cell.source for cell in nbformat.read(path, 4).cells if cell.source.startswith("%%bash")]
    block = next(source for source in cells if all(command.split("http")[0] in source for command in GUIDE_COMMANDS))
    said = bare_host.shell("bash", "-e", "-c", block.partition("\n")[2])
    assert said.exit_code == 0 and "<h1>Welcome to nginx!</h1>" in said.text and "host\nwebserver\nwebserver" in said.text


@pytest.mark.parametrize("words", lab_commands(), ids=lambda words: " ".join(words) or "./lab")
def test_every_command_of_the_readme_is_one_that_the_lab_knows(words: list[str]) -> None:
    options = cli.parse(words)
    assert options.command == (words[0] if words and not words[0].startswith("-") else "open")


@pytest.mark.engine
@pytest.mark.parametrize("words", [["doctor"], ["verify", "--list"], ["exec", "true"]], ids=" ".join)
def test_the_commands_that_only_look_are_run_as_they_stand(engine: Engine, words: list[str]) -> None:
    assert f"./lab {words[0]}" in README
    code, errors = ended([str(CHECKOUT / "lab"), *words])
    assert code in (0, 1) and "Traceback" not in errors, errors


def test_a_command_that_hangs_shows_where_it_stands() -> None:
    script = "import signal; from hostnet_lab import cli; cli.actions.ACTIONS['doctor'] = {}; cli.main(['doctor'])"
    hang = "lambda *_: (print('hangs', flush=True), signal.pause())"
    with subprocess.Popen(
        [sys.executable, "-c", script.format(hang)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stdout.readline() == "hangs\n"
        process.send_signal(signal.SIGQUIT)
        _, errors = process.communicate()
    assert process.returncode == -signal.SIGQUIT and "in <lambda>" in errors and "most recent call first" in errors


def ended(command: Sequence[str]) -> tuple[int, str]:
    """Exit code, and what was said on stderr; one that does not end is made to show where it stands."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        try:
            _, errors = process.communicate(timeout=limit_s(60))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            _, errors = process.communicate()
    return process.returncode, errors


READERS = "localhost/nginx:latest"  # which is the lab's too, where the engine is Podman


def reproducible_like(saved: Path) -> BinaryIO:
    """A reader's image: the layers, labels and date of the one that was saved, and a variable of their own."""
    made = BytesIO()
    with tarfile.open(saved) as old, tarfile.open(fileobj=made, mode="w") as new:
        parts = {one.name: file.read() for one in old if (file := old.extractfile(one))}
        (entry,) = json.loads(parts["manifest.json"])
        config = json.loads(parts[entry["Config"]])
        config["config"]["Env"].append("MINE=1")
        own = {"Config": "own.json", "RepoTags": [READERS], "Layers": entry["Layers"]}
        parts = {name: parts[name] for name in entry["Layers"]}
        parts |= {"own.json": json.dumps(config).encode(), "manifest.json": json.dumps([own]).encode()}
        for name, data in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            new.addfile(info, BytesIO(data))
    made.seek(0)
    return made


@pytest.mark.engine
def test_uninstalling_takes_the_labs_image_away_but_none_that_a_reader_made_of_it_and_a_saved_one_brings_it_back(
    bare_host: Stage, tmp_path: Path
) -> None:
    assert "./lab clean --images" in README and "docker save nginx -o nginx-image.tar" in README
    stage, here = bare_host, f"cd '{tmp_path}' && "
    assert stage.shell("bash", "-c", f"{here}docker save nginx -o nginx-image.tar && docker rmi nginx").exit_code == 0
    image.provide(stage.engine, root=CHECKOUT, bundle=tmp_path / "nginx-image.tar", say=print)
    ours = bool(stage.engine.images(LABEL))  # an image from a registry stays
    mine = reproducible_like(tmp_path / "nginx-image.tar")
    assert stage.engine.load_image(mine) == [READERS]
    assert not ours or [one["Created"] for one in stage.engine.images(LABEL)] == [0, 0]
    cleaned = stage.shell(str(CHECKOUT / "lab"), "clean", "--images")
    assert cleaned.exit_code == 0 and (stage.engine.image_id("nginx") is None) is ours, cleaned.text
    assert stage.engine.image_id(READERS)
    assert bare_host.docker("load", "-i", str(tmp_path / "nginx-image.tar")).exit_code == 0
    assert bare_host.engine.image_id("nginx")
