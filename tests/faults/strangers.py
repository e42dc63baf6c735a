"""What others have on the faults' host, with names and labels that are hard to look at; nothing of the lab's may touch any of it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hostnet_lab.core.host import ownership
from hostnet_lab.edges import host
from hostnet_lab.experiments.schedule import RUN

from ..private_host import engine

MARK = ownership.Mark(0, "01", replace(host.this_process(), pid=4_000_000)).labels()  # of a kernel that is gone
SLEEP = ("nginx", "sleep", "infinity")
COMMITTED = "strangers-own"


@dataclass(frozen=True)
class Stranger:
    """``words``: of docker run, ``then``: what is done to it afterwards, ``command``: image and what runs in it."""

    name: str
    words: tuple[str, ...] = ()
    command: tuple[str, ...] = SLEEP
    then: str = ""


def _labels(marks: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(word for key, value in marks.items() for word in ("--label", f"{key}={value}"))


STRANGERS = (
    Stranger("plain"),
    Stranger("in-host-mode", ("--network", "host")),
    Stranger("published", ("--publish", "8099:80")),
    Stranger("paused", then="pause"),
    Stranger("stopped", then="kill"),
    Stranger("never-started", then="create"),
    Stranger("without-a-log", ("--log-driver", "none", "--network", "host")),
    Stranger("half-a-mark", _labels({ownership.KERNEL: "x", ownership.LEARNER: "0"})),
    Stranger("long-numbers", _labels({key: re.sub(r"[0-9]+$", "9" * 5000, value) for key, value in MARK.items()})),
    Stranger(
        "terminal-codes", ("--label", f"{ownership.LESSON}=\x1b]0;owned\x07\x1b[2J", "--label", "ä\u202e=\x1b[31m", "--env", "X=\x1b[8m")
    ),
    Stranger("in-all-namespaces", ("--pid", "host", "--ipc", "host", "--uts", "host", "--network", "host")),
    Stranger("with-a-volume", ("--volume", "strangers-data:/data")),
    Stranger("of-a-marked-image", command=(COMMITTED, "sleep", "infinity")),
)


def settle() -> None:
    """Make all of them, where they are not."""
    there = set(engine.docker("ps", "--all", "--format", "{{.Names}}").splitlines())
    if COMMITTED not in engine.docker("images", "--format", "{{.Repository}}"):
        _commit()
    for one in STRANGERS:
        if f"strangers-{one.name}" not in there:
            verb = ["create"] if one.then == "create" else ["run", "--detach"]
            engine.docker(*verb, "--name", f"strangers-{one.name}", *one.words, *one.command)
            if one.then not in ("", "create"):
                engine.docker(one.then, f"strangers-{one.name}")
    if "strangers-network" not in engine.docker("network", "ls", "--format", "{{.Name}}"):
        engine.docker("network", "create", "--label", f"{ownership.LESSON}=01", "strangers-network")
    subprocess.run(["ip", "netns", "add", "hostnet-lab-strangers"], capture_output=True, check=False)
    for place in (Path("/tmp/hostnet-lab-strangers"), Path("/tmp/hostnet-lab-hl1-1")):
        place.mkdir(exist_ok=True)
        (place / "owner").write_text("somebody\x1b[31m" + "9" * 5000)
        (place / "pid").write_text("1 1")


def _commit() -> None:
    """An image from a container that the lab's marks are on: whoever starts one from it has them, too."""
    name = engine.docker("create", *_labels({**MARK, RUN: "1"}), "nginx")
    engine.docker("commit", name, COMMITTED)
    engine.docker("rm", name)


def seen(*, engine_died: bool) -> Mapping[str, str]:
    """Each thing with all that may not change. An engine that died ended their processes itself: then only what they are counts."""
    found = {}
    for one in engine.inspected("container", engine.ids("ps", "--all", "--quiet", "--filter", "name=^strangers-")):
        state = {key: one["State"][key] for key in ("Status", "Pid", "StartedAt", "FinishedAt", "ExitCode")}
        what = {"id": one["Id"], "image": one["Image"], "labels": one["Config"]["Labels"], "state": {} if engine_died else state}
        found[one["Name"]] = json.dumps(what, sort_keys=True)
    for kind in ("network", "volume"):
        for name in engine.ids(kind, "ls", "--format", "{{.Name}}", "--filter", "name=strangers-"):
            found[f"{kind} {name}"] = engine.docker(kind, "inspect", "--format", "{{.Name}} {{json .Labels}}", name)
    found["image"] = engine.docker("image", "inspect", "--format", "{{.Id}}", COMMITTED)
    for path in (
        Path("/run/netns/hostnet-lab-strangers"),
        *Path("/tmp/hostnet-lab-strangers").iterdir(),
        *Path("/tmp/hostnet-lab-hl1-1").iterdir(),
    ):
        status = path.stat()
        found[str(path)] = f"{status.st_ino} {status.st_mtime_ns}"
    return found
