"""Predictions on ports: where a server answers, who moves it, who notices a conflict, what blank fields mean."""

from __future__ import annotations

from ....words import tr
from . import reading
from .model import FAILS, HOLDS, OTHERWISE, PARTLY, WHOLLY, Choice, Prediction

PORTS: tuple[Prediction, ...] = (
    Prediction(
        "published-8080",
        "02",
        tr("You start nginx with `--network host -p 8080:80`. Where on localhost will it answer?"),
        (
            Choice(
                "8080",
                tr("On port 8080"),
                ("published",),
                right=tr("Port 8080 answered here: the engine published it all the same."),
                wrong=tr("Nothing answered on 8080: -p has nothing to lead into, since the container has no network of its own."),
                believed=True,
            ),
            Choice("80", tr("On port 80"), HOLDS, right=tr("It answered where it listens, and -p changed nothing."), wrong=OTHERWISE),
            Choice(
                "both", tr("On both"), (), wrong=tr("Only one port answered: nginx listens on one, and -p opens no second."), believed=True
            ),
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
                right=tr("Port 8094 answered here: the engine mapped it all the same."),
                wrong=tr("Nothing listens on 8094: a request stays in HostConfig and opens nothing."),
                believed=True,
            ),
            Choice(
                "8095",
                tr("8095, where nginx listens"),
                ("its own", *HOLDS),
                right=tr("The listener decides: nginx was told to listen on 8095, and answered there."),
                wrong=OTHERWISE,
            ),
            Choice(
                "80",
                tr("80, which the image exposes"),
                ("exposed",),
                right=OTHERWISE,
                wrong=tr("Nothing of `mapped` is on port 80: EXPOSE opens nothing, and nginx was told to listen elsewhere."),
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
            Choice(
                "yes",
                tr("Yes: in host mode a port needs no -p"),
                HOLDS,
                right=tr("The page came with this container's name in it, and nothing was published."),
                wrong=tr("It did not come: the server answers in its container, and the host that it shares is not the one you sit at."),
            ),
            Choice(
                "no",
                tr("No: without -p nothing leads to the container"),
                FAILS,
                right=tr("It did not come, though for another reason: the host that it shares is not the one you sit at."),
                wrong=tr("The page came, and nothing was published: nginx opened a port of the host itself."),
            ),
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
                right=tr("The page was the container's own: it had the port by then."),
                wrong=tr("The page came from the other server: Up says that a process runs, and nothing about its port."),
                believed=True,
            ),
            Choice(
                "other",
                tr("The other server's"),
                FAILS,
                right=tr("It had the port first, and kept it."),
                wrong=tr("The page was the container's own: the other server had let the port go."),
            ),
            Choice(
                "alternating",
                tr("Now one's, now the other's"),
                (),
                wrong=tr("All came from one of the two: to share a port, both must ask for SO_REUSEPORT, and neither did."),
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
            Choice(
                "serves",
                tr("Up, and it serves"),
                ("serves",),
                right=OTHERWISE,
                wrong=tr("It never served: the port was held, and after its tries nginx gave up."),
                believed=True,
            ),
            Choice(
                "waits",
                tr("Up, waiting for the port"),
                ("waits",),
                right=OTHERWISE,
                wrong=tr("It did not wait for long: nginx tries five times, and gives up."),
            ),
            Choice(
                "exited", "Exited", ("exited",), right=tr("After its tries the process ended, and the container with it."), wrong=OTHERWISE
            ),
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
            Choice(
                "8081",
                tr("On 8081"),
                HOLDS,
                right=tr("It listened there: this image's own configuration reads the variable."),
                wrong=tr("It listened on 80: nothing in the image's own configuration asks for that variable."),
                believed=True,
            ),
            Choice(
                "80",
                tr("On 80"),
                FAILS,
                right=tr("The variable was set, and nobody read it."),
                wrong=tr("It moved: this image's own configuration reads the variable."),
            ),
            Choice(
                "error",
                tr("Nowhere: it stops with an error"),
                (),
                wrong=tr("It started and answered: a variable that nobody reads disturbs nobody."),
            ),
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
            Choice(
                "8090",
                tr("On 8090, by one of the two"),
                ("8090",),
                right=tr("It moved: this image's own configuration reads the variable."),
                wrong=tr("It answered on 80: the variable is not read, and the mapping is discarded."),
                believed=True,
            ),
            Choice(
                "80",
                tr("On 80, as before"),
                ("80",),
                right=tr("Neither of the two reached nginx's configuration."),
                wrong=tr("It moved: this image's own configuration reads the variable."),
            ),
            Choice(
                "nowhere",
                tr("Nowhere: the two contradict each other"),
                (),
                wrong=tr("It started and answered: both settings are accepted, and neither stops anything."),
            ),
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
            Choice(
                "nginx",
                tr("nginx, when it starts"),
                ("read", *HOLDS),
                right=tr("Here its configuration does read it."),
                wrong=tr("It is in the environment, and no file that nginx reads names it."),
            ),
            Choice(
                "docker",
                tr("Docker, to map the port"),
                ("mapped",),
                right=OTHERWISE,
                wrong=tr("Docker hands a variable to the process, and maps a port for -p alone."),
            ),
            Choice(
                "nobody",
                tr("Nobody: no file of the image names it"),
                ("nobody", *FAILS),
                right=tr("The variable was set, and nobody read it."),
                wrong=tr("Here its configuration does read it."),
            ),
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
                right=tr("It sent the request here, and went on."),
                wrong=tr("It did not go on: docker-py checks the request itself, and the warning is the engine's, which was never asked."),
                believed=True,
            ),
            Choice(
                "raise",
                tr("Raise an exception"),
                ("raised",),
                right=tr("It checked the request itself, and sent nothing."),
                wrong=tr("It sent the request here, and went on."),
            ),
            Choice(
                "map",
                tr("Map the port all the same"),
                ("mapped",),
                right=OTHERWISE,
                wrong=tr("Nothing was mapped: no client can do that, since there is no network to lead into."),
            ),
        ),
        ("p-is-ignored",),
        "one-request-one-result",
        read=reading.docker_py,
        told=reading.told_by_docker_py,
    ),
    Prediction(
        "compose-publish",
        "06c",
        tr('A Compose file says `network_mode: host` and `ports: ["8080:80"]`. What will `docker compose up` do?'),
        (
            Choice(
                "refuse",
                tr("Refuse the file"),
                FAILS,
                right=tr("This Compose refused the two together; other versions drop the ports."),
                wrong=tr("This Compose took the file; other versions do refuse it."),
            ),
            Choice(
                "drop",
                tr("Start it and drop the ports"),
                PARTLY,
                right=tr("It started the service, which answered on its own port alone."),
                wrong=tr("This Compose did not drop them quietly; other versions do."),
                believed=True,
            ),
            Choice(
                "publish",
                tr("Start it, reachable on 8080"),
                WHOLLY,
                right=tr("Port 8080 led to the service here."),
                wrong=tr("Port 8080 led nowhere: there is no network to lead into, for Compose either."),
                believed=True,
            ),
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
            Choice(
                "125",
                tr("125: the engine refuses"),
                HOLDS,
                right=tr("docker run reported the conflict here."),
                wrong=tr("It was 0: in host mode the engine opens no port, so it met no conflict."),
                believed=True,
            ),
            Choice(
                "0",
                tr("0, as if all were well"),
                FAILS,
                right=tr("Its process was started, and no more was promised."),
                wrong=tr("docker run reported the conflict here."),
            ),
            Choice(
                "1",
                tr("1: the container's own exit code"),
                (),
                wrong=tr("With -d nobody waits for the container's end, so docker run cannot pass its exit code on."),
                believed=True,
            ),
        ),
        ("conflict-fails-the-run", "rm-eats-the-log"),
        "conflict-fails-at-once",
    ),
    Prediction(
        "where-a-conflict-shows",
        "06",
        tr("`second` will want port 80, which `webserver` holds. You start it all the same: what will tell you first that it lost?"),
        (
            Choice(
                "run",
                tr("The exit code of docker run -d"),
                HOLDS,
                right=tr("docker run reported the conflict here."),
                wrong=tr("It was 0: the process was started, and -d reports no more."),
                believed=True,
            ),
            Choice("ps", tr("docker ps, right afterwards"), (), wrong=tr("Right afterwards docker ps says Up: nginx is still trying.")),
            Choice(
                "log",
                tr("Its own exit code and log, seconds later"),
                ("later", *FAILS),
                right=tr("The server found the conflict, not the engine, and said so seconds later."),
                wrong=tr("docker run itself reported the conflict here."),
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
            Choice("log", tr("Its log: `docker logs orders`"), ("log",), right=OTHERWISE, wrong=tr("The log went with the container.")),
            Choice(
                "list",
                tr("The list of containers: `docker ps -a`"),
                ("list",),
                right=OTHERWISE,
                wrong=tr("With its end the container left the list."),
            ),
            Choice(
                "events",
                tr("What happened lately: `docker events`"),
                ("events", *HOLDS),
                right=tr("The engine keeps its last events, and the end of a container is one."),
                wrong=OTHERWISE,
            ),
            Choice(
                "nothing",
                tr("Nothing: `--rm` removes it all"),
                ("nothing",),
                right=OTHERWISE,
                wrong=tr("Container and log are gone, and the engine's events still tell."),
            ),
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
            Choice(
                "at-once",
                tr("At once: docker run fails"),
                HOLDS,
                right=tr("The engine itself opens a published port, and met the conflict."),
                wrong=tr("docker run ended with exit code 0 here."),
            ),
            Choice(
                "late",
                tr("Late and silent, as in host mode"),
                FAILS,
                right=tr("docker run ended with exit code 0 here."),
                wrong=tr("It was told at once: the engine itself opens a published port, and docker run failed."),
            ),
            Choice(
                "well",
                tr("Well: a bridge has ports of its own"),
                (),
                wrong=tr("A bridge has ports of its own, but -p asks for one of the host's, and that one was held."),
            ),
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
            Choice(
                "never",
                tr("Never"),
                WHOLLY,
                right=tr("The second server was refused in each way that was tried."),
                wrong=tr("Two servers had one port number here, on different addresses or by consent."),
            ),
            Choice(
                "shared",
                tr("On different addresses, or if both agree to share"),
                PARTLY,
                right=tr("So it was seen, and one more server on the very same address was refused."),
                wrong=tr("The second server was refused here in each way that was tried."),
            ),
            Choice(
                "containers",
                tr("Yes, if they are in different containers"),
                FAILS,
                right=OTHERWISE,
                wrong=tr("In host mode a container brings no ports of its own: on the very same address the second server was refused."),
            ),
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
                "80",
                tr("Port 80, since the image exposes it"),
                HOLDS,
                right=tr("This engine does show it."),
                wrong=tr("Neither showed it: EXPOSE is a remark, and these commands list what the engine maps."),
                believed=True,
            ),
            Choice(
                "answers",
                tr("Nothing, though it answers"),
                FAILS,
                right=tr("The engine mapped nothing, and does not look at what a process opens."),
                wrong=tr("This engine does show the port."),
            ),
            Choice("silent", tr("Nothing, because it does not answer"), (), wrong=tr("It does answer: you have asked it yourself.")),
        ),
        ("ps-shows-the-port",),
        "expose-opens-a-port",
    ),
    Prediction(
        "publish-all",
        "06",
        tr("`--publish-all` maps every port that the image EXPOSEs. What will it do in host mode?"),
        (
            Choice(
                "open",
                tr("Open each exposed port of the image"),
                ("published",),
                right=tr("This engine did publish the port."),
                wrong=tr("It opened nothing: EXPOSE names ports, and a process opens them."),
                believed=True,
            ),
            Choice(
                "warn",
                tr("Nothing, with a warning as for -p"),
                ("warned",),
                right=tr("This engine warned, as it does for -p."),
                wrong=tr("There was no warning: the engine has one for an explicit -p at most."),
            ),
            Choice(
                "silent",
                tr("Nothing, without a word"),
                ("silent",),
                right=tr("There was nothing to map, and no explicit -p to warn of."),
                wrong=tr("This engine was not silent, as the evidence says."),
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
            Choice(
                "those",
                tr("The bytes of those requests"),
                ("its own",),
                right=tr("This engine counted them."),
                wrong=tr("They were not counted for it: that would take an interface of its own."),
            ),
            Choice(
                "nothing",
                "0B / 0B",
                ("nothing",),
                right=tr("It has no interface of its own to count at."),
                wrong=tr("This engine counted something, as the evidence says."),
            ),
            Choice(
                "host",
                tr("All traffic of the host"),
                ("everybody",),
                right=tr("This engine counts at the interfaces that it finds there: everybody's."),
                wrong=tr("The engine does not count at interfaces that are not the container's."),
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
                right=tr("This engine counted bytes for it, so the monitor stays quiet."),
                wrong=tr("Its bytes are not counted for it: they pass the host's interfaces alone."),
            ),
            Choice(
                "busy",
                tr("An alarm, although it is busy"),
                ("nothing",),
                right=tr("To docker stats it has sent nothing, ever."),
                wrong=tr("This engine counted bytes for it."),
            ),
            Choice(
                "lost",
                tr("An alarm, and rightly: host mode lost its packets"),
                (),
                wrong=tr("Nothing is lost: a zero says that nobody counts here, not that nothing was sent."),
                believed=True,
            ),
        ),
        ("stats-show-traffic",),
        "zero-is-no-traffic",
        read=reading.counted,
    ),
)
