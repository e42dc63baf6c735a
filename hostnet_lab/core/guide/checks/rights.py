"""Exercises on what a container in host mode may still do to the host."""

from __future__ import annotations

from ....words import tr
from .looks import first_line, host_mode, open_elsewhere, serves
from .model import Exercise, Result, Scene, Solution, not_yet, passed

LISTEN_IN = ("guarded", "perl", "-e", 'socket(my $s, 17, 3, 0x300) or die "$!\\n"; print "open\\n"')
LISTEN_IN_CAPSTONE = ("capstone", *LISTEN_IN[1:])
# What was written after nginx had begun, which then writes its own id: it may be gone after a restart.
CHANGED = ("capstone", "sh", "-c", "find /usr/share/nginx/html /etc/nginx -type f -newer /run/nginx.pid 2>/dev/null")


def _guarded(scene: Scene) -> Result:
    missing = host_mode(scene, "guarded") or serves(scene, "guarded", "http://localhost:8086/")
    if missing:
        return missing
    code, text = scene.outputs.get(LISTEN_IN, (0, ""))
    if code == 0:
        return not_yet(tr("guarded can still open a packet socket, and read the host's traffic."), tr("Which capability allows that?"))
    if "not permitted" not in text:
        return not_yet(
            tr("the attempt to listen in ended otherwise: {text!r}.", text=first_line(text)),
            tr("Was the container built on the image nginx?"),
        )
    return passed(tr("guarded answers on port 8086, and the kernel refuses it a packet socket."))


def _capstone(scene: Scene) -> Result:
    missing = (
        host_mode(scene, "capstone")
        or serves(scene, "capstone", "http://127.0.0.1:8090/", "proved by a run")
        or open_elsewhere(scene, "capstone", 8090)
    )
    if missing:
        return missing
    code, text = scene.outputs.get(LISTEN_IN_CAPSTONE, (0, ""))
    if code == 0:
        return not_yet(tr("capstone can open a packet socket."), tr("The specification says: it cannot read the host's traffic."))
    if "not permitted" not in text:
        return not_yet(
            tr("the attempt to listen in ended otherwise: {text!r}.", text=first_line(text)),
            tr("Was the container built on the image nginx?"),
        )
    if not scene.containers["capstone"].finished_at:
        return not_yet(
            tr("capstone has met every other point since it was first started; it was never restarted."),
            tr("The last point is on what comes after an end: what you set up inside must be there again."),
        )
    changed = scene.outputs.get(CHANGED, (1, ""))[1].split()
    if changed:
        return not_yet(
            tr("capstone meets the other points, and {file} was changed since nginx started last.", file=changed[0][:60]),
            tr("Whether a change outlives an end shows after the next one."),
        )
    return passed(tr("capstone meets all five points of its specification."))


EXERCISES = (
    Exercise(
        "03e-guarded",
        tr("Start nginx in host mode as guarded, on port 8086, so that it cannot read the host's traffic."),
        _guarded,
        (
            tr("Reading traffic takes a packet socket, and the kernel gives one only to whoever has the right."),
            tr("Docker gives every container some rights by default. The lesson named the one that packet sockets need."),
            tr("Start it with that right, NET_RAW, dropped, and move nginx to port 8086 by its `listen` line."),
        ),
        Solution('''docker run -d --network host --cap-drop NET_RAW --name guarded nginx sh -c "
    sed -i 's/80;/8086;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"'''),
        ("http://localhost:8086/",),
        (LISTEN_IN,),
    ),
    Exercise(
        "07-capstone",
        tr(
            "capstone: host mode; only 127.0.0.1:8090 answers; the page says: proved by a run; "
            "it cannot read the host's traffic; all of that still holds after a restart."
        ),
        _capstone,
        (
            tr("Take the five points one at a time: the check names the first that is missing."),
            tr("One `listen` line decides on address and port (lesson 03c); one dropped right decides on packet sockets (lesson 03e)."),
            tr(
                "Write the words into index.html and 127.0.0.1:8090 into the `listen` line before nginx starts, all in one start command "
                "that drops NET_RAW. Then restart the container."
            ),
        ),
        Solution("""docker run -d --network host --cap-drop NET_RAW --name capstone nginx sh -c "
    echo 'proved by a run' > /usr/share/nginx/html/index.html
    sed -i 's/80;/127.0.0.1:8090;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
docker restart capstone"""),
        ("http://127.0.0.1:8090/",),
        (LISTEN_IN_CAPSTONE, CHANGED),
    ),
)
