"""Questions on what learners get wrong most often, and the state of a learner who answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Choice:
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
    verdict = "Right" if choice == question.right else "Not yet"
    return f"{verdict}. {question.choices[choice].why}"


def score(state: QuizState) -> str:
    """One line: how many are answered rightly, and at the first try."""
    total = len(state.questions)
    if not state.chosen:
        return f"No question of {total} checked yet."
    end = " All of them: you know the limits." if state.right == total else ""
    return f"{state.right} of {total} right, {state.at_once} at the first try.{end}"


def _ask(id: str, prompt: str, right: int, *choices: tuple[str, str]) -> Question:
    return Question(id, prompt, tuple(Choice(text, why) for text, why in choices), right)


QUESTIONS: Sequence[Question] = (
    _ask(
        "publish",
        "You run `docker run -d --network host -p 8080:80 nginx`. Where does nginx answer?",
        1,
        (
            "On port 8080",
            "-p asks the engine to map a port, and in host mode there is nothing to map: it is discarded.",
        ),
        (
            "On port 80",
            "The server listens on 80 in the host's own namespace; -p is discarded with a warning on stderr.",
        ),
        ("On both", "Only what a process listens on is open. No process listens on 8080."),
        (
            "Nowhere: the command fails",
            "The CLI only warns and exits with 0. It is docker-py that raises an error.",
        ),
    ),
    _ask(
        "race",
        "Port 80 of the host is in use. You start nginx in host mode with `docker run -d`. What do you see at first?",
        2,
        (
            "Exit code 125, and no container runs",
            "That is what a conflict on a published port looks like: the engine itself cannot bind.",
        ),
        ("nginx answers on the next free port", "Nothing picks another port: nginx asks for 80 and nothing else."),
        (
            "Exit code 0 and a container id",
            "The engine binds nothing in host mode, so it sees no conflict. nginx retries, then exits some seconds later.",
        ),
        ("The server that was there is stopped", "Nobody takes a port from a process that holds it."),
    ),
    _ask(
        "address",
        "`docker inspect` shows an empty IPAddress for a running container in host mode. What does that mean?",
        0,
        (
            "Nothing is wrong: it uses the host's addresses",
            "It lives in the host's network namespace, so every address of the host is its address.",
        ),
        (
            "Its network is broken",
            "An address of its own would need a namespace of its own, and host mode gives it none.",
        ),
        (
            "It gets an address when the first client connects",
            "Addresses belong to interfaces of a namespace, not to connections.",
        ),
        ("It can reach the host only", "It reaches whatever the host reaches, by the host's own routes."),
    ),
    _ask(
        "move",
        "How do you make the official nginx image listen on 8081 in host mode?",
        3,
        ("-p 8081:80", "In host mode -p is discarded."),
        ("-e NGINX_PORT=8081", "Nothing in the image reads that variable, unless you add a template that uses it."),
        ("--expose 8081", "EXPOSE is metadata: it opens no port and moves no server."),
        (
            "Give nginx a configuration with listen 8081",
            "The server decides where it listens: by its configuration, a template, or another command.",
        ),
    ),
    _ask(
        "whose",
        "A bridge container asks http://localhost:80, where a host-mode nginx answers the host. What happens?",
        1,
        (
            "nginx answers: localhost is the host",
            "Each network namespace has a loopback of its own. Whose localhost it is depends on who asks.",
        ),
        (
            "Nobody answers: it asked its own loopback",
            "Its localhost is its own namespace. The gateway's address, or host-gateway, leads to the host.",
        ),
        (
            "Docker forwards it to the host",
            "Loopback traffic never leaves its namespace, so there is nothing to forward.",
        ),
        ("It works if both were started by the same user", "Namespaces do not ask who started what."),
    ),
    _ask(
        "names",
        "Can another container reach `webserver` in host mode by its container name?",
        2,
        ("Yes, on any network", "Docker's DNS knows names on user-defined networks only."),
        ("Yes, after docker network connect", "A container in host mode cannot be connected to a second network."),
        (
            "No: host mode has no embedded DNS, on neither side",
            "It uses the host's resolver, and its name is registered nowhere.",
        ),
        ("Only if it has an EXPOSE line", "EXPOSE has nothing to do with names."),
    ),
    _ask(
        "loopback",
        "A service on the host listens on 127.0.0.1 only. Which container can reach it, with default options?",
        0,
        ("One in host mode", "It shares the host's loopback. That is what isolation you give up."),
        (
            "One on the default bridge, through the gateway",
            "The gateway's address is another address; a socket bound to 127.0.0.1 does not answer there.",
        ),
        (
            "Any: containers are processes of the host",
            "They are, but each namespace has a loopback interface of its own.",
        ),
        ("None", "One mode does: there, the loopback is the host's own."),
    ),
    _ask(
        "firewall",
        "The host's firewall drops port 80 on its INPUT chain. nginx serves on 80 in host mode. Who is blocked?",
        1,
        (
            "Nobody: containers go around the firewall",
            "That is said of published ports, which are forwarded and skip INPUT. In host mode it is the reverse.",
        ),
        (
            "Clients of nginx, as with any process of the host",
            "Packets to a host-mode server are packets to the host: INPUT sees them.",
        ),
        (
            "Only clients on the same machine",
            "The chain decides for all of them; no exception is made for a container.",
        ),
        ("It depends on the image", "Packets meet the rules of a namespace, and no rule knows images."),
    ),
    _ask(
        "stats",
        "`docker ps` shows no ports and `docker stats` shows 0B / 0B for your busy host-mode server. Why?",
        3,
        ("The server is down", "Ask it: it answers. These columns say nothing about that."),
        ("The columns need root", "They are the same for root."),
        ("The image lacks EXPOSE", "It has EXPOSE 80, and the column is still empty: nothing is published."),
        (
            "Nothing is published, and no interface is its own to count",
            "Both columns speak of a namespace of the container's own, and it has none.",
        ),
    ),
    _ask(
        "nonroot",
        "An image that runs as an ordinary user listens on port 80 behind a bridge. In host mode it may say:",
        2,
        (
            "Nothing: it works in both",
            "In a namespace of its own the engine lowers the limit for privileged ports; the host keeps its own.",
        ),
        (
            "Address already in use",
            "That would be a port conflict. Here the port may be free, and it is still not allowed.",
        ),
        (
            "Permission denied",
            "The engine sets ip_unprivileged_port_start=0 in private namespaces only; in the host's, ports below 1024 need a right.",
        ),
        ("No route to host", "Listening needs no route."),
    ),
    _ask(
        "everywhere",
        "In a café's network you start nginx in host mode with `listen 80;`, and publish nothing. Who can open its page?",
        3,
        (
            "Only you: nothing was published",
            "Publishing plays no part in host mode. What the server listens on is open, wherever that address leads.",
        ),
        (
            "Only containers on this machine",
            "A socket of the host's namespace asks nobody whether a client is a container.",
        ),
        (
            "Whoever is on this machine: localhost ends there",
            "That would be `listen 127.0.0.1:80;`. A `listen` line without an address means every address of the host.",
        ),
        (
            "Everybody on that network, unless the host's firewall blocks it",
            "It listens on every address of the host, the one in the café's network too.",
        ),
    ),
    _ask(
        "desktop",
        "In a WSL2 shell with Docker Desktop, nginx in host mode is Up, yet `curl http://localhost` is refused. Which reason is likely?",
        0,
        (
            "The engine's host network is another one than your shell's",
            "Desktop's engine has a network namespace of its own; its ports reach you only where its settings enable host networking.",
        ),
        (
            "WSL2 has no Linux kernel",
            "It has one. What counts is not the kernel but the network namespace in which the engine runs.",
        ),
        (
            "nginx has ended, and the list is late",
            "Up is true: the process runs and listens, in a namespace that your shell is not in.",
        ),
        (
            "-p 80:80 was forgotten",
            "In host mode -p is discarded, here as everywhere.",
        ),
    ),
    _ask(
        "voices",
        "On the command line `--network host -p 8080:80` starts with a warning. You ask docker-py for the same. What happens?",
        2,
        (
            "It starts, with the same warning",
            "The warning is the engine's; docker-py looks at the request first, and does not send it.",
        ),
        (
            "It starts, and port 8080 answers",
            "No library can map a port where the container has no network of its own.",
        ),
        (
            "It raises an error, and nothing is started",
            "docker-py calls the mode incompatible with port bindings. The same request has two outcomes: check what you got.",
        ),
        (
            "It starts on a bridge, since that can publish",
            "Nobody changes the mode that you asked for: it is obeyed or refused.",
        ),
    ),
    _ask(
        "rootless",
        "A rootless engine older than 29.5 runs nginx with `--network host`. You ask `curl http://localhost` on the machine. What answers?",
        3,
        (
            "nginx: host mode is host mode",
            "The word host means the namespace that the engine itself lives in, and a rootless engine has one of its own.",
        ),
        (
            "nginx, on a port above 1024",
            "Nothing picks another port; the port is open, but elsewhere.",
        ),
        (
            "An error, since only root may use host mode",
            "The container starts. Its port is open where you do not look.",
        ),
        (
            "Nobody: it listens inside the namespace of the rootless engine",
            "Such an engine lives in a namespace that RootlessKit made, and host mode shares that one, not yours.",
        ),
    ),
    _ask(
        "connect",
        "`webserver` runs on a bridge. How does it get into host mode?",
        1,
        (
            "docker network connect host webserver",
            "The engine refuses: a container joins the host's network when it is created, or never.",
        ),
        (
            "It is removed, and created anew with --network host",
            "The mode decides which namespace the process is born in; it is chosen when the container is created.",
        ),
        (
            "It is stopped, and started with --network host",
            "`docker start` has no such option: a container keeps the mode that it was created with.",
        ),
        (
            "Its ports are published on every address",
            "Publishing leads to its own namespace from outside; it stays where it is.",
        ),
    ),
    _ask(
        "six",
        "A host-mode server listens on 127.0.0.1:8080 only. One program fails on `localhost:8080`, curl does not. What differs?",
        2,
        (
            "curl runs as root",
            "Connecting to a port needs no right.",
        ),
        (
            "The program runs outside the container",
            "So does curl, and both are in the host's namespace: loopback is one and the same.",
        ),
        (
            "It tries ::1 alone, curl goes on to 127.0.0.1",
            "localhost may be two addresses. Nothing listens on [::1]:8080, so a client that stops there is refused.",
        ),
        (
            "Host mode has no IPv6",
            "It has what the host has. It is this server that listens on IPv4 only.",
        ),
    ),
)
