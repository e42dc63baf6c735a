"""Compose in host mode: a service with ``ports:``, and one with ``networks:``. Only where Compose is installed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..core.guide.missing import lacking
from .asking import answers, asked_port
from .servers import nginx_command
from .stage import Output, Stage


def ports(stage: Stage) -> dict[str, Any]:
    compose = _command(stage)
    if not compose:
        return lacking("compose")
    folder = Path(stage.closing.enter_context(TemporaryDirectory(prefix="hostnet-compose-")))
    asked, served = stage.port(), stage.port()
    name, other = stage.name("compose"), stage.name("compose")
    up = _up(stage, compose, folder, name, served, {"ports": [f"{asked}:80"]})
    without = Output(0, "") if up.exit_code == 0 else _up(stage, compose, folder, other, stage.port(), {})
    both = _write(folder, other, _service(stage, other, served, {"networks": ["elsewhere"]}), networks={"elsewhere": {}})
    checked = stage.shell(*compose, "-p", other, "-f", str(both), "config", "-q")
    facts = stage.facts(name)
    answering = up.exit_code == 0 and answers(stage, name, f"http://127.0.0.1:{served}/", name)
    return {
        "version": stage.shell(*compose, "version", "--short").text,
        "name": name,
        "asked": asked,
        "served": served,
        "up": {"exit_code": up.exit_code, "words": up.text[:300]},
        "network_mode": facts.network_mode if facts else "",
        "without": {"exit_code": without.exit_code, "words": without.text[:300]},  # asked only where ports: was refused
        "networks": {"exit_code": checked.exit_code, "words": checked.text[:300]},
        "answers": answering,
        "asked_port": asked_port(stage, name, asked) if answering else {},
    }


def _command(stage: Stage) -> tuple[str, ...]:
    if shutil.which("docker") and stage.docker("compose", "version").exit_code == 0:
        return ("docker", "compose")
    return ("docker-compose",) if shutil.which("docker-compose") else ()


def _up(stage: Stage, compose: tuple[str, ...], folder: Path, name: str, port: int, more: dict[str, Any]) -> Output:
    file = _write(folder, name, _service(stage, name, port, more))
    stage.closing.callback(stage.engine.remove, name, force=True)
    return stage.shell(*compose, "-p", name, "-f", str(file), "up", "-d")


def _service(stage: Stage, name: str, port: int, more: dict[str, Any]) -> dict[str, Any]:
    command = nginx_command(name, str(port))
    return {"image": "nginx", "container_name": name, "network_mode": "host", "labels": stage.labels, "command": command, **more}


def _write(folder: Path, name: str, service: dict[str, Any], **more: Any) -> Path:
    """A Compose file in JSON, which is YAML."""
    file = folder / f"{name}-{len(list(folder.iterdir()))}.json"
    file.write_text(json.dumps({"services": {"web": service}, **more}))
    return file
