"""Exercises in which a server must answer at a given place, and be the one that is meant."""

from __future__ import annotations

from ....words import tr
from .looks import host_mode, open_elsewhere, serves
from .model import Exercise, Result, Scene, Solution, not_yet, passed


def _front_door(scene: Scene) -> Result:
    return (
        host_mode(scene, "front-door")
        or serves(scene, "front-door", "http://localhost/")
        or passed(tr("front-door shares the host's network, and it is front-door that answers on http://localhost."))
    )


def _own_words(scene: Scene) -> Result:
    url = "http://localhost/exercise.html"
    return (
        host_mode(scene, "webserver")
        or serves(scene, "webserver", url, "I am on the host")
        or passed(tr("webserver answers {url} with your words.", url=url))
    )


def _no_detour(scene: Scene) -> Result:
    published = scene.containers.get("direct")
    if published and published.running and published.published:
        return not_yet(
            tr(
                "direct is published on port {port}: a docker-proxy process is in its path.",
                port=published.published[0].host_port,
            ),
            tr("Which mode needs neither an address translation nor a proxy?"),
        )
    return (
        host_mode(scene, "direct")
        or serves(scene, "direct", "http://localhost:8081/")
        or passed(tr("direct answers on port 8081 with nothing between the client and its socket."))
    )


def _one_address(scene: Scene) -> Result:
    return (
        host_mode(scene, "private")
        or serves(scene, "private", "http://127.0.0.1:8083/")
        or open_elsewhere(scene, "private", 8083)
        or passed(tr("private answers on 127.0.0.1:8083, and on no other address of the host."))
    )


def _second_place(scene: Scene) -> Result:
    first = host_mode(scene, "first") or serves(scene, "first", "http://localhost:8084/")
    if first:
        return not_yet(first.seen, tr("The first server must keep its port 8084."))
    return (
        host_mode(scene, "second")
        or serves(scene, "second", "http://localhost:8085/")
        or passed(tr("both run side by side in the host's namespace: first on 8084, second on 8085."))
    )


def _switched(scene: Scene) -> Result:
    return (
        host_mode(scene, "switched")
        or serves(scene, "switched", "http://localhost:8087/")
        or passed(tr("switched is in host mode now, under its old name, on port 8087."))
    )


EXERCISES = (
    Exercise(
        "01-front-door",
        tr("Start a container named front-door from nginx, in host mode, so that it answers on http://localhost."),
        _front_door,
        (
            tr("Two things must be true at once: the mode, and who holds port 80."),
            tr("webserver holds port 80 as long as it runs, and a port has one holder. A second server would lose the race, and end."),
            tr("First make port 80 free by removing the old server. Then repeat the guide's first command with another name."),
        ),
        Solution("""docker rm -f webserver
docker run -d --network host --name front-door nginx"""),
        ("http://localhost/",),
    ),
    Exercise(
        "02-own-words",
        tr("Make webserver answer http://localhost/exercise.html with the words: I am on the host"),
        _own_words,
        (
            tr(
                "The address has three parts: a host, a port, and a path. Which container holds the port, and where does it keep its pages?"
            ),
            tr("Port 80 is held by mapped, so webserver cannot have it yet. nginx serves the files of /usr/share/nginx/html."),
            tr("Remove mapped, or give it the other name. Then write a file exercise.html into that folder of the running container."),
        ),
        Solution('''docker rm -f mapped
docker run -d --network host --name webserver nginx
docker exec webserver sh -c "echo 'I am on the host' > /usr/share/nginx/html/exercise.html"'''),
        ("http://localhost/exercise.html",),
        needs=("mapped", "webserver"),
    ),
    Exercise(
        "03a-no-detour",
        tr("Start nginx as direct so that http://localhost:8081 reaches it with neither NAT nor docker-proxy in the path."),
        _no_detour,
        (
            tr("Publishing a port puts something into the path. Which mode does without?"),
            tr("In host mode nobody translates ports, so nginx itself must listen on 8081. Its `listen` line says 80."),
            tr("The lesson started hosted on another port: change the number in that command, and the name."),
        ),
        Solution('''docker run -d --network host --name direct nginx sh -c "
    sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"'''),
        ("http://localhost:8081/",),
    ),
    Exercise(
        "03c-one-address",
        tr("Start nginx in host mode as private: it answers on 127.0.0.1:8083 and on no other address."),
        _one_address,
        (
            tr("In host mode only the server decides on which addresses it listens."),
            tr("The `listen` line of nginx may hold an address before the port. With a port alone it means every address."),
            tr("Let the `listen` line say 127.0.0.1:8083 before nginx starts, in the way in which the lesson moved it to another port."),
        ),
        Solution('''docker run -d --network host --name private nginx sh -c "
    sed -i 's/80;/127.0.0.1:8083;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"'''),
        ("http://127.0.0.1:8083/",),
    ),
    Exercise(
        "03d-second-place",
        tr("first holds port 8084. Get second, also in host mode, to run beside it on port 8085."),
        _second_place,
        (
            tr("Why did second end? Its log names a port."),
            tr(
                "Starting second again repeats the race. It must listen somewhere else, "
                "and its `listen` line was written when it was created."
            ),
            tr("Remove second, and repeat the command that started it with 8085 in its `listen` line."),
        ),
        Solution('''docker rm -f second
docker run -d --network host --name second nginx sh -c "
    sed -i 's/80;/8085;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"'''),
        ("http://localhost:8084/", "http://localhost:8085/"),
        needs=("first",),
    ),
    Exercise(
        "06-switched",
        tr("switched runs on a bridge. Get a container of that name into host mode, answering on port 8087."),
        _switched,
        (
            tr("The lesson tried to connect a running container to the host network. What came of it?"),
            tr("The mode is chosen when a container is created; so it takes a new container, and a name has one bearer."),
            tr("Remove the old one, or rename it. Start the new one in host mode, with 8087 in the `listen` line of nginx."),
        ),
        Solution('''docker rm -f switched
docker run -d --network host --name switched nginx sh -c "
    sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"'''),
        ("http://localhost:8087/",),
        needs=("switched",),
    ),
)
