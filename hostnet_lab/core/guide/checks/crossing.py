"""An exercise in which a container on a bridge must reach the host."""

from __future__ import annotations

from ....words import tr
from .looks import LOOPBACK, NOWHERE, cut_off, first_line, host_mode, on_host, places, who
from .model import NONCE, Exercise, Result, Scene, Solution, not_yet, passed

CALL = ("caller", "curl", "-s", "--noproxy", "*", "--max-time", "2", f"http://host.docker.internal:8082/?hostnet-lab={NONCE}")

WORDS = "hello from service"


def _call_the_host(scene: Scene) -> Result:
    caller = scene.containers.get("caller")
    if caller is None or not caller.running:
        seen = tr("caller is {status}.", status=caller.status) if caller else tr("no container called caller runs.")
        return not_yet(seen, tr("It must keep running, so that the check can call from it."))
    without = cut_off(scene, "caller")
    if without:
        return without
    if on_host(scene, "caller"):
        return not_yet(tr("caller is in the host's network itself."), tr("The task is to cross over from a bridge network."))
    service = host_mode(scene, "service")
    if service:
        return service
    code, text = scene.outputs.get(CALL, (1, ""))
    if code == 6:  # curl: could not resolve host
        return not_yet(
            tr("caller does not know the name host.docker.internal."), tr("A name can be added to a container when it is created.")
        )
    if code != 0:
        return not_yet(tr("curl in caller gave exit code {code}.", code=code), _where(scene))
    server = scene.servers.get(CALL)
    if server != "service":
        return not_yet(
            tr("caller is answered by {who}, not by service.", who=who(server)),
            tr("To which address does the name lead, and who listens there? The log of service tells who has called it."),
        )
    if WORDS not in text:
        seen = tr("service answers caller, with other words: {text!r}.", text=first_line(text))
        return not_yet(seen, tr('It must say "{words}".', words=WORDS))
    return passed(tr("caller, on a bridge, was answered by the service in host mode."))


def _where(scene: Scene) -> str:
    found = places(scene, 8082)
    if found == f"{LOOPBACK}:8082":
        return tr("Port 8082 is open at {place} alone: that is the host's own loopback, which no bridge leads to.", place=found)
    return tr("Port 8082 is open at: {places}. To which address does the name lead?", places=found or NOWHERE)


EXERCISES = (
    Exercise(
        "03b-call-the-host",
        tr("From caller, a container on the default bridge, reach service on http://host.docker.internal:8082."),
        _call_the_host,
        (
            tr("There are two obstacles: a name that nobody knows, and an address on which nobody listens. Which one do you meet?"),
            tr(
                "The name can be given to caller when it is created, with the host's address on the bridge. "
                "service listens on 127.0.0.1 alone: no other namespace gets there."
            ),
            tr(
                "Take the address out of the `listen` line of service, and restart it. "
                "Create caller with an added host whose address is the word host-gateway."
            ),
        ),
        Solution("""docker exec service sed -i 's/127.0.0.1:8082;/8082;/' /etc/nginx/conf.d/default.conf
docker restart service
docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx"""),
        commands=(CALL,),
        servers=("service",),
        needs=("service",),
    ),
)
