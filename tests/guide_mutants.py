"""Our guide with one thing wrong at a time: commands, expected outputs, what is left behind, a port that is taken. What each printed on
a disposable host is kept in ``guides/mutants.json``; as root: python -m tests.guide_mutants
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hostnet_lab.core.guides.bindings import SideFile
from hostnet_lab.core.guides.judging import Ran, Way
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.guides import markdown, place, running

GUIDE = Path(__file__).parents[1] / "guide" / "host-networking.md"
RECORDED = Path(__file__).parent / "guides" / "mutants.json"
RUN = "docker run -d --network host --name webserver nginx"
PAGE, MODE = "<!DOCTYPE html>\n...", "webserver\nhost\n"
STOP, REMOVE = "docker stop webserver\n", "docker rm webserver\n"


@dataclass(frozen=True)
class Mutant:
    """``at``: numbers of the commands that differ. ``left``: how each thing begins that is told to be left on the host."""

    kind: Literal["command", "output", "left", "port"]
    name: str
    old: str
    new: str
    at: tuple[int, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        text = GUIDE.read_text("utf-8")
        assert text.count(self.old) == 1, self
        return text.replace(self.old, self.new)


LISTENING = ("added: listener 0.0.0.0:80/tcp", "added: listener [::]:80/tcp")
MUTANTS = (
    Mutant("command", "the program is misspelt", RUN, RUN.replace("docker", "docekr"), (0, 1, 2, 3, 4)),
    Mutant("command", "an option is misspelt", RUN, RUN.replace("--network", "--netwrok"), (0, 1, 2, 3, 4)),
    Mutant("command", "another network", RUN, RUN.replace("host", "bridge"), (1, 2)),
    Mutant("command", "another name is given", RUN, RUN.replace("webserver", "server"), (2, 3, 4), ("added: container server", *LISTENING)),
    Mutant("command", "what it runs ends with an error", RUN, f"{RUN} false", (0, 1)),
    Mutant("command", "another port is asked", "curl http://localhost", "curl http://localhost:8080", (1,)),
    Mutant("command", "another scheme is asked", "curl http://localhost", "curl https://localhost", (1,)),
    Mutant("command", "the question is misspelt", "curl http://localhost", "crul http://localhost", (1,)),
    Mutant("command", "another name is inspected", '" webserver', '" webservr', (2,)),
    Mutant("command", "a field that is not there", ".HostConfig.NetworkMode", ".HostConfig.NetworkMod", (2,)),
    Mutant("command", "a template that is none", ".HostConfig.NetworkMode }}", ".HostConfig.NetworkMode }", (2,)),
    Mutant("command", "another name is stopped", STOP, "docker stop webservr\n", (3, 4), ("added: container webserver", *LISTENING)),
    Mutant("command", "what stops it is misspelt", STOP, "docker stpo webserver\n", (3, 4), ("added: container webserver", *LISTENING)),
    Mutant("command", "another name is removed", REMOVE, "docker rm webservr\n", (4,), ("added: container webserver",)),
    Mutant("command", "what removes it is misspelt", REMOVE, "docker mr webserver\n", (4,), ("added: container webserver",)),
    Mutant("command", "it waits for an answer", STOP, f"read answer\n{STOP}", (3,)),
    Mutant("command", "the shell is left", STOP, f"exit 3\n{STOP}", (3,), ("added: container webserver", *LISTENING)),
    Mutant("output", "the page is another", PAGE, PAGE.replace("html", "htm"), (1,)),
    Mutant("output", "the page has an end that it has not", PAGE, f"{PAGE}\nEnd", (1,)),
    Mutant("output", "the page has one line", PAGE, "<!DOCTYPE html>", (1,)),
    Mutant("output", "the page begins later", PAGE, f"<html>\n{PAGE}", (1,)),
    Mutant("output", "the mode is another", MODE, "webserver\nbridge\n", (2,)),
    Mutant("output", "nothing more comes", MODE, f"{MODE}host\n", (2,)),
    Mutant("output", "a pattern that does not fit", MODE, "webserver\nh?st? (glob)\n", (2,)),
    Mutant("output", "an expression that does not fit", MODE, "webserver\n[a-g]+ (re)\n", (2,)),
    Mutant("left", "a container", f"{STOP}{REMOVE}", "true\n", (), ("added: container webserver", *LISTENING)),
    Mutant("left", "a container that has ended", REMOVE, "true\n", (), ("added: container webserver",)),
    Mutant("left", "a container that never ran", REMOVE, f"{REMOVE}docker create --name left nginx\n", (), ("added: container left",)),
    Mutant("left", "a network", REMOVE, f"{REMOVE}docker network create mine\n", (), ("added: network mine", "added:")),
    Mutant("left", "a link", REMOVE, f"{REMOVE}ip link add mine type bridge\n", (), ("added: link mine",)),
    Mutant("left", "a rule", REMOVE, f"{REMOVE}iptables -A INPUT -p tcp --dport 81 -j DROP\n", (), ("added: filter rule",)),
    Mutant(
        *("port", "by a container", RUN, f"{RUN.replace('webserver', 'first')}\n{RUN}", (1,)),
        ("added: container first", *LISTENING),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Played:
    ran: tuple[Ran, ...]
    left: tuple[str, ...]

    @property
    def ways(self) -> list[Way]:
        return [one.way for one in self.ran]

    @property
    def differ(self) -> list[str]:
        return [one.text for one in self.ran if one.ok is False]


def play(engine: Engine, text: str, side: SideFile | None = None) -> Played:
    """A guide's commands on a disposable host of their own, and what is different there at the end."""
    guide = markdown.read("g.md", text)
    with place.apart(engine, Mark(os.getuid(), "test", host.this_process()).labels(), []) as at:
        before = place.look(at)
        looks: list[place.Look] = []
        blocks = running.Running(guide, side or SideFile(), at, lambda _: None).run(lambda: looks.append(place.look(at)))
        return Played(tuple(one for block in blocks for one in block.ran), tuple(one.key for one in place.differences(before, looks[0])))


def entry(played: Played) -> dict[str, Any]:
    ran = [{"text": one.text, "way": one.way, "exit": one.exit, "output": one.output, "why": one.why} for one in played.ran]
    return {"ran": ran, "left": played.left}


def main() -> None:
    engine = Engine.connect()
    found = {f"{one.kind}: {one.name}": entry(play(engine, one.text)) for one in MUTANTS}
    RECORDED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
