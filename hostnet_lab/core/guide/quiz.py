"""Questions on what learners get wrong most often, and the state of a learner who answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...words import tr


@dataclass(frozen=True)
class Choice:
    id: str  # what files keep, so it never changes
    text: str
    why: str  # shown once this choice was checked: why it is right, or what it overlooks


@dataclass(frozen=True)
class Question:
    id: str
    prompt: str
    choices: tuple[Choice, ...]
    right: int  # index in choices


@dataclass(frozen=True)
class QuizState:
    """``chosen``: the choice that was checked last, by question id; ``tries``: how many checks it took."""

    questions: tuple[Question, ...]
    chosen: Mapping[str, int] = field(default_factory=dict)
    tries: Mapping[str, int] = field(default_factory=dict)

    @property
    def right(self) -> int:
        return sum(self.chosen.get(one.id) == one.right for one in self.questions)

    @property
    def at_once(self) -> int:
        """Questions that were right at the first try."""
        return sum(self.chosen.get(one.id) == one.right and self.tries[one.id] == 1 for one in self.questions)


def checked(state: QuizState, question_id: str, choice: int | None) -> QuizState:
    """The state after one check. No choice, or the same choice again, changes nothing."""
    if choice is None or state.chosen.get(question_id) == choice:
        return state
    tries = state.tries.get(question_id, 0) + 1
    return replace(state, chosen={**state.chosen, question_id: choice}, tries={**state.tries, question_id: tries})


def feedback(state: QuizState, question: Question) -> str:
    """What is said under a question; "" before its first check."""
    choice = state.chosen.get(question.id)
    if choice is None:
        return ""
    why = question.choices[choice].why
    return tr("Right. {why}", why=why) if choice == question.right else tr("Not yet. {why}", why=why)


def score(state: QuizState) -> str:
    """One line: how many are answered rightly, and at the first try."""
    total = len(state.questions)
    if not state.chosen:
        return tr("No question of {total} checked yet.", total=total)
    said = tr("{right} of {total} right, {at_once} at the first try.", right=state.right, total=total, at_once=state.at_once)
    return said + " " + tr("All of them: you know the limits.") if state.right == total else said


def _ask(id: str, prompt: str, right: int, *choices: tuple[str, str, str]) -> Question:
    return Question(id, prompt, tuple(Choice(*one) for one in choices), right)


QUESTIONS: Sequence[Question] = (
    _ask(
        "publish",
        tr("You run `docker run -d --network host -p 8080:80 nginx`. Where does nginx answer?"),
        1,
        (
            "8080",
            tr("On port 8080"),
            tr("-p asks the engine to map a port, and in host mode there is nothing to map: it is discarded."),
        ),
        (
            "80",
            tr("On port 80"),
            tr("The server listens on 80 in the host's own namespace; -p is discarded with a warning on stderr."),
        ),
        ("both", tr("On both"), tr("Only what a process listens on is open. No process listens on 8080.")),
        (
            "nowhere",
            tr("Nowhere: the command fails"),
            tr("The CLI only warns and exits with 0. It is docker-py that raises an error."),
        ),
    ),
    _ask(
        "race",
        tr("Port 80 of the host is in use. You start nginx in host mode with `docker run -d`. What do you see at first?"),
        2,
        (
            "125",
            tr("Exit code 125, and no container runs"),
            tr("That is what a conflict on a published port looks like: the engine itself cannot bind."),
        ),
        ("next-port", tr("nginx answers on the next free port"), tr("Nothing picks another port: nginx asks for 80 and nothing else.")),
        (
            "0",
            tr("Exit code 0 and a container id"),
            tr("The engine binds nothing in host mode, so it sees no conflict. nginx retries, then exits some seconds later."),
        ),
        ("stopped", tr("The server that was there is stopped"), tr("Nobody takes a port from a process that holds it.")),
    ),
    _ask(
        "address",
        tr("`docker inspect` shows an empty IPAddress for a running container in host mode. What does that mean?"),
        0,
        (
            "host",
            tr("Nothing is wrong: it uses the host's addresses"),
            tr("It lives in the host's network namespace, so every address of the host is its address."),
        ),
        (
            "broken",
            tr("Its network is broken"),
            tr("An address of its own would need a namespace of its own, and host mode gives it none."),
        ),
        (
            "later",
            tr("It gets an address when the first client connects"),
            tr("Addresses belong to interfaces of a namespace, not to connections."),
        ),
        ("isolated", tr("It can reach the host only"), tr("It reaches whatever the host reaches, by the host's own routes.")),
    ),
    _ask(
        "move",
        tr("How do you make the official nginx image listen on 8081 in host mode?"),
        3,
        ("publish", "-p 8081:80", tr("In host mode -p is discarded.")),
        ("variable", "-e NGINX_PORT=8081", tr("Nothing in the image reads that variable, unless you add a template that uses it.")),
        ("expose", "--expose 8081", tr("EXPOSE is metadata: it opens no port and moves no server.")),
        (
            "configuration",
            tr("Give nginx a configuration with listen 8081"),
            tr("The server decides where it listens: by its configuration, a template, or another command."),
        ),
    ),
    _ask(
        "whose",
        tr("A bridge container asks http://localhost:80, where a host-mode nginx answers the host. What happens?"),
        1,
        (
            "host",
            tr("nginx answers: localhost is the host"),
            tr("Each network namespace has a loopback of its own. Whose localhost it is depends on who asks."),
        ),
        (
            "itself",
            tr("Nobody answers: it asked its own loopback"),
            tr("Its localhost is its own namespace. The gateway's address, or host-gateway, leads to the host."),
        ),
        (
            "forwarded",
            tr("Docker forwards it to the host"),
            tr("Loopback traffic never leaves its namespace, so there is nothing to forward."),
        ),
        ("same-user", tr("It works if both were started by the same user"), tr("Namespaces do not ask who started what.")),
    ),
    _ask(
        "names",
        tr("Can another container reach `webserver` in host mode by its container name?"),
        2,
        ("any-network", tr("Yes, on any network"), tr("Docker's DNS knows names on user-defined networks only.")),
        ("connect", tr("Yes, after docker network connect"), tr("A container in host mode cannot be connected to a second network.")),
        (
            "no",
            tr("No: host mode has no embedded DNS, on neither side"),
            tr("It uses the host's resolver, and its name is registered nowhere."),
        ),
        ("expose", tr("Only if it has an EXPOSE line"), tr("EXPOSE has nothing to do with names.")),
    ),
    _ask(
        "loopback",
        tr("A service on the host listens on 127.0.0.1 only. Which container can reach it, with default options?"),
        0,
        ("host-mode", tr("One in host mode"), tr("It shares the host's loopback. That is what isolation you give up.")),
        (
            "bridge",
            tr("One on the default bridge, through the gateway"),
            tr("The gateway's address is another address; a socket bound to 127.0.0.1 does not answer there."),
        ),
        (
            "any",
            tr("Any: containers are processes of the host"),
            tr("They are, but each namespace has a loopback interface of its own."),
        ),
        ("none", tr("None"), tr("One mode does: there, the loopback is the host's own.")),
    ),
    _ask(
        "firewall",
        tr("The host's firewall drops port 80 on its INPUT chain. nginx serves on 80 in host mode. Who is blocked?"),
        1,
        (
            "nobody",
            tr("Nobody: containers go around the firewall"),
            tr("That is said of published ports, which are forwarded and skip INPUT. In host mode it is the reverse."),
        ),
        (
            "clients",
            tr("Clients of nginx, as with any process of the host"),
            tr("Packets to a host-mode server are packets to the host: INPUT sees them."),
        ),
        (
            "local",
            tr("Only clients on the same machine"),
            tr("The chain decides for all of them; no exception is made for a container."),
        ),
        ("image", tr("It depends on the image"), tr("Packets meet the rules of a namespace, and no rule knows images.")),
    ),
    _ask(
        "stats",
        tr("`docker ps` shows no ports and `docker stats` shows 0B / 0B for your busy host-mode server. Why?"),
        3,
        ("down", tr("The server is down"), tr("Ask it: it answers. These columns say nothing about that.")),
        ("root", tr("The columns need root"), tr("They are the same for root.")),
        ("expose", tr("The image lacks EXPOSE"), tr("It has EXPOSE 80, and the column is still empty: nothing is published.")),
        (
            "unpublished",
            tr("Nothing is published, and no interface is its own to count"),
            tr("Both columns speak of a namespace of the container's own, and it has none."),
        ),
    ),
    _ask(
        "nonroot",
        tr("An image that runs as an ordinary user listens on port 80 behind a bridge. In host mode it may say:"),
        2,
        (
            "nothing",
            tr("Nothing: it works in both"),
            tr("In a namespace of its own the engine lowers the limit for privileged ports; the host keeps its own."),
        ),
        (
            "in-use",
            tr("Address already in use"),
            tr("That would be a port conflict. Here the port may be free, and it is still not allowed."),
        ),
        (
            "denied",
            tr("Permission denied"),
            tr("The engine sets ip_unprivileged_port_start=0 in private namespaces only; in the host's, ports below 1024 need a right."),
        ),
        ("no-route", tr("No route to host"), tr("Listening needs no route.")),
    ),
    _ask(
        "everywhere",
        tr("In a café's network you start nginx in host mode with `listen 80;`, and publish nothing. Who can open its page?"),
        3,
        (
            "you",
            tr("Only you: nothing was published"),
            tr("Publishing plays no part in host mode. What the server listens on is open, wherever that address leads."),
        ),
        (
            "containers",
            tr("Only containers on this machine"),
            tr("A socket of the host's namespace asks nobody whether a client is a container."),
        ),
        (
            "machine",
            tr("Whoever is on this machine: localhost ends there"),
            tr("That would be `listen 127.0.0.1:80;`. A `listen` line without an address means every address of the host."),
        ),
        (
            "everybody",
            tr("Everybody on that network, unless the host's firewall blocks it"),
            tr("It listens on every address of the host, the one in the café's network too."),
        ),
    ),
    _ask(
        "desktop",
        tr(
            "In a WSL2 shell with Docker Desktop, nginx in host mode is Up, yet `curl http://localhost` is refused. Which reason is likely?"
        ),
        0,
        (
            "elsewhere",
            tr("The engine's host network is another one than your shell's"),
            tr("Desktop's engine has a network namespace of its own; its ports reach you only where its settings enable host networking."),
        ),
        (
            "kernel",
            tr("WSL2 has no Linux kernel"),
            tr("It has one. What counts is not the kernel but the network namespace in which the engine runs."),
        ),
        (
            "ended",
            tr("nginx has ended, and the list is late"),
            tr("Up is true: the process runs and listens, in a namespace that your shell is not in."),
        ),
        (
            "forgotten",
            tr("-p 80:80 was forgotten"),
            tr("In host mode -p is discarded, here as everywhere."),
        ),
    ),
    _ask(
        "voices",
        tr("On the command line `--network host -p 8080:80` starts with a warning. You ask docker-py for the same. What happens?"),
        2,
        (
            "warns",
            tr("It starts, with the same warning"),
            tr("The warning is the engine's; docker-py looks at the request first, and does not send it."),
        ),
        (
            "maps",
            tr("It starts, and port 8080 answers"),
            tr("No library can map a port where the container has no network of its own."),
        ),
        (
            "error",
            tr("It raises an error, and nothing is started"),
            tr("docker-py calls the mode incompatible with port bindings. The same request has two outcomes: check what you got."),
        ),
        (
            "bridge",
            tr("It starts on a bridge, since that can publish"),
            tr("Nobody changes the mode that you asked for: it is obeyed or refused."),
        ),
    ),
    _ask(
        "rootless",
        tr(
            "A rootless engine older than 29.5 runs nginx with `--network host`. You ask `curl http://localhost` on the machine. "
            "What answers?"
        ),
        3,
        (
            "nginx",
            tr("nginx: host mode is host mode"),
            tr("The word host means the namespace that the engine itself lives in, and a rootless engine has one of its own."),
        ),
        (
            "high-port",
            tr("nginx, on a port above 1024"),
            tr("Nothing picks another port; the port is open, but elsewhere."),
        ),
        (
            "error",
            tr("An error, since only root may use host mode"),
            tr("The container starts. Its port is open where you do not look."),
        ),
        (
            "nobody",
            tr("Nobody: it listens inside the namespace of the rootless engine"),
            tr("Such an engine lives in a namespace that RootlessKit made, and host mode shares that one, not yours."),
        ),
    ),
    _ask(
        "connect",
        tr("`webserver` runs on a bridge. How does it get into host mode?"),
        1,
        (
            "connect",
            "docker network connect host webserver",
            tr("The engine refuses: a container joins the host's network when it is created, or never."),
        ),
        (
            "anew",
            tr("It is removed, and created anew with --network host"),
            tr("The mode decides which namespace the process is born in; it is chosen when the container is created."),
        ),
        (
            "restart",
            tr("It is stopped, and started with --network host"),
            tr("`docker start` has no such option: a container keeps the mode that it was created with."),
        ),
        (
            "publish",
            tr("Its ports are published on every address"),
            tr("Publishing leads to its own namespace from outside; it stays where it is."),
        ),
    ),
    _ask(
        "six",
        tr("A host-mode server listens on 127.0.0.1:8080 only. One program fails on `localhost:8080`, curl does not. What differs?"),
        2,
        (
            "root",
            tr("curl runs as root"),
            tr("Connecting to a port needs no right."),
        ),
        (
            "outside",
            tr("The program runs outside the container"),
            tr("So does curl, and both are in the host's namespace: loopback is one and the same."),
        ),
        (
            "ipv6-first",
            tr("It tries ::1 alone, curl goes on to 127.0.0.1"),
            tr("localhost may be two addresses. Nothing listens on [::1]:8080, so a client that stops there is refused."),
        ),
        (
            "no-ipv6",
            tr("Host mode has no IPv6"),
            tr("It has what the host has. It is this server that listens on IPv4 only."),
        ),
    ),
)
