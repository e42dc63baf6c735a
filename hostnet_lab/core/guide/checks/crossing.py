"""An exercise in which a container on a bridge must reach the host."""

from __future__ import annotations

from ....words import tr
from .looks import LOOPBACK, NOWHERE, first_line, host_mode, places
from .model import Exercise, Result, Scene, Solution, not_yet, passed

CALL = ("caller", "curl", "-s", "--noproxy", "*", "--max-time", "2", "http://host.docker.internal:8082/")


def _call_the_host(scene: Scene) -> Result:
    caller = scene.containers.get("caller")
    if caller is None or not caller.running:
        seen = tr("caller is {status}.", status=caller.status) if caller else tr("no container called caller runs.")
        return not_yet(seen, tr("It must keep running, so that the check can call from it."))
    if caller.in_host_mode:
        return not_yet(tr("caller is in host mode itself."), tr("The task is to cross over from a bridge network."))
    service = host_mode(scene, "service")
    if service:
        return service
    code, text = scene.outputs.get(CALL, (1, ""))
    if code == 6:  # curl: could not resolve host
        return not_yet(
            tr("caller does not know the name host.docker.internal."), tr("A name can be added to a container when it is created.")
        )
    if code != 0 or "hello from service" not in text:
        seen = (
            tr("curl in caller gave exit code {code} and {text!r}.", code=code, text=first_line(text))
            if text
            else tr("curl in caller gave exit code {code}.", code=code)
        )
        return not_yet(seen, _where(scene))
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
        needs=("service",),
    ),
)
