"""Predictions on ports: where a server answers, who moves it, who notices a conflict, what blank fields mean."""

from __future__ import annotations

from ....words import tr
from . import reading
from .model import FAILS, HOLDS, PARTLY, WHOLLY, Choice, Prediction

PORTS: tuple[Prediction, ...] = (
    Prediction(
        "published-8080",
        "02",
        tr("You start nginx with `--network host -p 8080:80`. Where on localhost will it answer?"),
        (
            Choice("8080", tr("On port 8080"), ("published",), tr("-p has nothing to lead into: the container has no network of its own.")),
            Choice("80", tr("On port 80"), HOLDS, tr("It answers where it listens; -p changes nothing.")),
            Choice("both", tr("On both"), (), tr("No process listens on 8080.")),
        ),
        ("p-is-ignored",),
        "p-remaps-the-port",
    ),
    Prediction(
        "mapped-and-moved",
        "04",
        tr("`mapped` is in host mode. Its nginx is told to listen on 8095, and `-p 8094:80` is asked for. Which port will answer?"),
        (
            Choice(
                "8094",
                tr("8094, which was asked for"),
                ("asked",),
                tr("A request is no listener: it stays in HostConfig and opens nothing."),
            ),
            Choice("8095", tr("8095, where nginx listens"), ("its own", *HOLDS), tr("The listener decides.")),
            Choice(
                "80", tr("80, which the image exposes"), ("exposed",), tr("EXPOSE opens nothing, and nginx was told to listen elsewhere.")
            ),
        ),
        ("p-is-ignored",),
        "p-remaps-the-port",
    ),
    Prediction(
        "answers-without-p",
        "01",
        tr("You start `webserver` in host mode, without -p. Will its page come from http://localhost?"),
        (
            Choice("yes", tr("Yes: in host mode a port needs no -p"), HOLDS),
            Choice("no", tr("No: without -p nothing leads to the container"), FAILS),
        ),
        ("answers-without-p",),
        explanation=tr(
            "nginx opened port 80 in the host's own network namespace, as a program that you start by hand does. "
            "Where that host is not yours, as in a virtual machine, somebody has to forward the port to you."
        ),
    ),
    Prediction(
        "up-and-200",
        "02",
        tr(
            "Another server holds a port. You start nginx in host mode on the same port; `docker ps` says Up, and curl gets a status "
            "200. Whose?"
        ),
        (
            Choice(
                "container",
                tr("The container's: it is Up"),
                HOLDS,
                tr("Up means that its process runs; it may still be trying to get the port."),
            ),
            Choice("other", tr("The other server's"), FAILS, tr("It had the port first, and keeps it.")),
            Choice(
                "alternating",
                tr("Now one's, now the other's"),
                (),
                tr("Sharing a port takes SO_REUSEPORT on both sides, and neither asked for it."),
            ),
        ),
        ("two-hundred-is-proof",),
        "up-means-it-answers",
    ),
    Prediction(
        "up-on-a-held-port",
        "03d",
        tr("And ten seconds later, what will `docker ps -a` say of `late`?"),
        (
            Choice("serves", tr("Up, and it serves"), ("serves",), tr("The port is held: it cannot serve there.")),
            Choice("waits", tr("Up, waiting for the port"), ("waits",), tr("nginx tries five times and gives up.")),
            Choice("exited", "Exited", ("exited",), tr("After its tries the process ends, and the container with it.")),
        ),
        ("conflict-fails-the-run",),
        "up-means-it-answers",
        read=reading.loser,
    ),
    Prediction(
        "nginx-port-variable",
        "02",
        tr("Tutorials start the official image with `-e NGINX_PORT=8081`. With nothing else changed, where will nginx listen?"),
        (
            Choice("8081", tr("On 8081"), HOLDS, tr("Nothing in the image's own configuration asks that variable.")),
            Choice("80", tr("On 80"), FAILS, tr("The variable is set, and nobody reads it.")),
            Choice("error", tr("Nowhere: it stops with an error"), (), tr("A variable that nobody reads disturbs nobody.")),
        ),
        ("nginx-port-variable",),
        "a-variable-moves-nginx",
    ),
    Prediction(
        "nginx-on-8090",
        "07",
        tr(
            "The capstone wants port 8090. A colleague adds `-e NGINX_PORT=8090 -p 8090:80` to `docker run --network host nginx`. Where "
            "will it answer?"
        ),
        (
            Choice("8090", tr("On 8090, by one of the two"), ("8090",), tr("The variable is not read, and the mapping is discarded.")),
            Choice("80", tr("On 80, as before"), ("80",), tr("Neither of the two reaches nginx's configuration.")),
            Choice("nowhere", tr("Nowhere: the two contradict each other"), (), tr("Both are accepted, and both have no effect.")),
        ),
        ("nginx-port-variable", "p-is-ignored"),
        "a-variable-moves-nginx",
        read=reading.nginx_ports,
    ),
    Prediction(
        "reader-of-nginx-port",
        "06a",
        tr("`news` is started with `-e NGINX_PORT=8103`, and the variable is there in the container. Who reads it?"),
        (
            Choice("nginx", tr("nginx, when it starts"), ("read", *HOLDS)),
            Choice("docker", tr("Docker, to map the port"), ("mapped",)),
            Choice("nobody", tr("Nobody: no file of the image names it"), ("nobody", *FAILS)),
        ),
        ("nginx-port-variable",),
        explanation=tr(
            "A variable moves a server only when the server, or a template that its configuration is made from, reads it. "
            "Its configuration is what nginx reads, and there the port is a number."
        ),
    ),
    Prediction(
        "docker-py-publish",
        "02",
        tr('The same request goes through docker-py: `network_mode="host", ports={"80/tcp": 8080}`. What will docker-py do?'),
        (
            Choice(
                "warn",
                tr("Warn and go on, as the command line does"),
                ("went on",),
                tr("The warning is the engine's, and docker-py never asks it."),
            ),
            Choice("raise", tr("Raise an exception"), ("raised",), tr("It checks the request itself, before anything is sent.")),
            Choice("map", tr("Map the port all the same"), ("mapped",), tr("No client can: there is no network to lead into.")),
        ),
        ("p-is-ignored",),
        "one-request-one-result",
        read=reading.docker_py,
    ),
    Prediction(
        "compose-publish",
        "06c",
        tr('A Compose file says `network_mode: host` and `ports: ["8080:80"]`. What will `docker compose up` do?'),
        (
            Choice("refuse", tr("Refuse the file"), FAILS, tr("Older and other versions may; the one here did not.")),
            Choice("drop", tr("Start it and drop the ports"), PARTLY, tr("It goes on like the command line.")),
            Choice("publish", tr("Start it, reachable on 8080"), WHOLLY, tr("There is no network to lead into, for Compose either.")),
        ),
        ("compose-ports",),
        "one-request-one-result",
    ),
    Prediction(
        "a-held-port",
        "03d",
        tr(
            "`webserver` holds port 80. You start `late` on the same port with `docker run -d --network host`. What will docker run's "
            "exit code be?"
        ),
        (
            Choice("125", tr("125: the engine refuses"), HOLDS, tr("The engine opens no port in host mode, so it meets no conflict.")),
            Choice("0", tr("0, as if all were well"), FAILS, tr("Its process was started, and no more was promised.")),
            Choice("1", tr("1: the container's own exit code"), (), tr("With -d nobody waits for the container's end.")),
        ),
        ("conflict-fails-the-run", "rm-eats-the-log"),
        "conflict-fails-at-once",
    ),
    Prediction(
        "where-a-conflict-shows",
        "06",
        tr("`second` will want port 80, which `webserver` holds. You start it all the same: what will tell you first that it lost?"),
        (
            Choice("run", tr("The exit code of docker run -d"), HOLDS, tr("It is 0: the process was started.")),
            Choice("ps", tr("docker ps, right afterwards"), (), tr("It says Up while nginx is still trying.")),
            Choice(
                "log",
                tr("Its own exit code and log, seconds later"),
                ("later", *FAILS),
                tr("The server finds the conflict, not the engine."),
            ),
        ),
        ("conflict-fails-the-run",),
        "conflict-fails-at-once",
    ),
    Prediction(
        "left-of-orders",
        "06a",
        tr("`orders` will run with `--rm`, and end at once. What will still tell its exit code?"),
        (
            Choice("log", tr("Its log: `docker logs orders`"), ("log",)),
            Choice("list", tr("The list of containers: `docker ps -a`"), ("list",)),
            Choice("events", tr("What happened lately: `docker events`"), ("events", *HOLDS)),
            Choice("nothing", tr("Nothing: `--rm` removes it all"), ("nothing",)),
        ),
        ("rm-eats-the-log",),
        explanation=tr(
            "--rm removes the container and its log, so neither docker logs nor docker ps -a knows of it any more. "
            "The engine keeps its last events apart, and the end of a container is one of them, with the exit code."
        ),
    ),
    Prediction(
        "a-conflict-on-a-bridge",
        "03d",
        tr("`early` goes on a bridge and publishes the held port: `-p 80:80`. How will that end?"),
        (
            Choice("at-once", tr("At once: docker run fails"), HOLDS),
            Choice("late", tr("Late and silent, as in host mode"), FAILS),
            Choice("well", tr("Well: a bridge has ports of its own"), ()),
        ),
        ("bridge-conflict-at-once",),
        explanation=tr(
            "The engine itself opens a published port on the host, before the container starts. "
            "So it meets the conflict, and docker run ends with exit code 125."
        ),
    ),
    Prediction(
        "one-port-two-servers",
        "03d",
        tr("Can two servers of one host have the same port at the same time?"),
        (
            Choice("never", tr("Never"), WHOLLY),
            Choice("shared", tr("On different addresses, or if both agree to share"), PARTLY),
            Choice("containers", tr("Yes, if they are in different containers"), FAILS),
        ),
        ("one-port-one-server",),
        explanation=tr(
            "A listener is an address and a port together, so 127.0.0.1 and another address can each have one on the same port. "
            "On the very same address both must have asked for SO_REUSEPORT."
        ),
    ),
    Prediction(
        "blank-ports",
        "04",
        tr("The image says EXPOSE 80, and `webserver` answers on port 80. What will `docker ps` and `docker port` show?"),
        (
            Choice(
                "80", tr("Port 80, since the image exposes it"), HOLDS, tr("EXPOSE is a remark; these commands list what the engine maps.")
            ),
            Choice(
                "answers",
                tr("Nothing, though it answers"),
                FAILS,
                tr("The engine mapped nothing, and does not look at what a process opens."),
            ),
            Choice("silent", tr("Nothing, because it does not answer"), (), tr("It does answer: you have asked it.")),
        ),
        ("ps-shows-the-port",),
        "expose-opens-a-port",
    ),
    Prediction(
        "publish-all",
        "06",
        tr("`--publish-all` maps every port that the image EXPOSEs. What will it do in host mode?"),
        (
            Choice("open", tr("Open each exposed port of the image"), ("published",), tr("EXPOSE names ports; a process opens them.")),
            Choice("warn", tr("Nothing, with a warning as for -p"), ("warned",), tr("The engine warns for explicit bindings only.")),
            Choice(
                "silent", tr("Nothing, without a word"), ("silent",), tr("There is nothing to map, and no explicit binding to warn of.")
            ),
        ),
        ("publish-all-warns",),
        "expose-opens-a-port",
        read=reading.published_all,
    ),
    Prediction(
        "zero-traffic",
        "04",
        tr("`webserver` has answered requests. How much traffic will `docker stats` show for it?"),
        (
            Choice("those", tr("The bytes of those requests"), ("its own",), tr("That would take an interface of its own to count at.")),
            Choice("nothing", "0B / 0B", ("nothing",), tr("It has no interface of its own.")),
            Choice(
                "host",
                tr("All traffic of the host"),
                ("everybody",),
                tr("The engine does not count at interfaces that are not the container's."),
            ),
        ),
        ("stats-show-traffic", "inspect-proves-it"),
        "zero-is-no-traffic",
        read=reading.counted,
    ),
    Prediction(
        "alarm-on-zero",
        "07",
        tr(
            "A monitor built on `docker stats` raises an alarm when a server sends nothing for an hour. Your server in host mode is "
            "busy. What will happen?"
        ),
        (
            Choice(
                "counted",
                tr("No alarm: its bytes are counted"),
                ("its own", "everybody"),
                tr("They are counted on the host's interfaces only."),
            ),
            Choice("busy", tr("An alarm, although it is busy"), ("nothing",), tr("To docker stats it has sent nothing, ever.")),
            Choice("lost", tr("An alarm, and rightly: host mode lost its packets"), (), tr("Nothing is lost. Nobody counts here.")),
        ),
        ("stats-show-traffic",),
        "zero-is-no-traffic",
        read=reading.counted,
    ),
)
