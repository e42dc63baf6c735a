"""Repairs of a server that does not answer where it should. Any repair that changes what is seen from outside counts."""

from __future__ import annotations

from ....words import tr
from .looks import NOWHERE, answers, places, ports_of, runs, serves
from .model import Exercise, Result, Scene, Solution, cannot_pass, not_yet, passed

ORDERS, SITE = "http://localhost:8101", "http://localhost:8102"
NEWS, RATES = "http://localhost:8103", "http://localhost"
BREAK_AGAIN = tr("Run the cell that breaks it once more: it starts from the beginning.")


def _taken_port(scene: Scene) -> Result:
    monitor = scene.containers.get("monitor")
    if monitor is None or not monitor.running:
        seen = (
            tr("monitor is {status}: a colleague needs it, and it was to go on running.", status=monitor.status)
            if monitor
            else tr("monitor is gone: a colleague needs it, and it was to go on running.")
        )
        return cannot_pass(seen, BREAK_AGAIN)
    silent = answers(scene, ORDERS, "orders: open")
    if silent is None:
        return passed(tr('{url} says "orders: open", and monitor still runs.', url=ORDERS))
    orders = scene.containers.get("orders")
    if orders is None:
        return not_yet(
            tr("there is no container orders. {found}", found=silent.seen),
            tr("It removed itself, and its log with it. Start it so that it leaves its evidence."),
        )
    ended = runs(scene, "orders")
    if ended:
        return not_yet(ended.seen + tr(" Port 8101 is open at {places}.", places=places(scene, 8101) or NOWHERE), ended.hint)
    return silent


def _published(scene: Scene) -> Result:
    missing = runs(scene, "site")
    if missing:
        return missing
    site = scene.containers["site"]
    silent = serves(scene, "site", SITE)
    if silent is None:
        return passed(tr("site answers on {url}.", url=SITE))
    if scene.pages.get(SITE) == "silent":
        return silent
    if site.in_host_mode:
        asked = tr(" -p asked for port {port}, and that was dropped.", port=site.asked[0].host_port) if site.asked else ""
        found = ports_of(scene, site)
        where = tr(" It listens on port {port}.", port=found) if found else ""
        return not_yet(
            tr("site runs in host mode.") + asked + where, tr("Nobody maps a port in host mode: it is nginx that must listen on 8102.")
        )
    ports = list(dict.fromkeys(one.host_port for one in site.published))
    if 8102 not in ports:
        seen = tr("site runs in {mode} mode, with published ports: none.", mode=site.network_mode)
        if ports:
            told = ", ".join(map(str, ports))
            seen = tr("site runs in {mode} mode, with published ports: {ports}.", mode=site.network_mode, ports=told)
        return not_yet(seen, tr("Which port do the readers ask for?"))
    return silent


LISTEN_LINES = ("news", "grep", "-rh", "listen", "/etc/nginx/conf.d")


def _moved_nginx(scene: Scene) -> Result:
    missing = runs(scene, "news")
    if missing:
        return missing
    silent, held = answers(scene, NEWS, "edition 7"), places(scene, 80)
    if silent and scene.pages.get(NEWS) == "silent":
        return silent
    if silent and scene.pages.get(NEWS):
        return not_yet(silent.seen, tr('The page lived in the container that was removed. It said "edition 7".'))
    if silent:
        written = scene.outputs.get(LISTEN_LINES, (1, ""))[1]
        where = tr(" Port 80 is still open.") if held else ""
        if "8103" in written:
            return not_yet(silent.seen + where, tr("Its `listen` line says 8103 already: nginx has not read it since."))
        return not_yet(silent.seen + where, tr("Its `listen` lines name another port: nginx reads those, and no such variable."))
    if held:
        return not_yet(
            tr('{url} says "edition 7", but port 80 is still open.', url=NEWS), tr("One server may have several `listen` lines.")
        )
    return passed(tr('{url} says "edition 7", and port 80 is free.', url=NEWS))


USER_OF_RATES = ("rates", "sh", "-c", "grep ^Uid: /proc/1/status")  # real, effective, saved, file system: proc_pid_status(5)


def _non_root(scene: Scene) -> Result:
    missing = runs(scene, "rates")
    if missing:
        container = scene.containers.get("rates")
        if container and container.in_host_mode and container.user not in ("", "0", "root"):
            return not_yet(
                missing.seen,
                tr("In host mode user {user} meets the host's own rule for ports below 1024. On a bridge?", user=container.user[:30]),
            )
        return missing
    silent = answers(scene, RATES, "rates: 1.09")
    if silent:
        found = ports_of(scene, scene.containers["rates"])
        return not_yet(silent.seen + (tr(" rates listens on port {port}.", port=found) if found else ""), silent.hint)
    code, text = scene.outputs.get(USER_OF_RATES, (1, ""))
    fields = text.split()
    if code or len(fields) < 3:
        return not_yet(
            tr("the user that rates runs as could not be read."), tr("rates must be built on the image nginx, and stay running.")
        )
    if fields[2] == "0":
        return not_yet(
            tr("rates answers, but its first process runs as root."),
            tr("The rule is: not root. Which network lets other users open port 80?"),
        )
    if scene.containers["rates"].in_host_mode and scene.containers["rates"].user not in ("", "0", "root") and _holds(scene, "rates", 80):
        return passed(
            tr('http://localhost says "rates: 1.09", as it was started: no difference here, for this host opens port 80 to every user.')
        )
    return passed(tr('http://localhost says "rates: 1.09", and rates does not run as root.'))


def _holds(scene: Scene, name: str, port: int) -> bool:
    return any(one.port == port and one.container == scene.containers[name].id for one in scene.listeners)


EXERCISES = (
    Exercise(
        "repair-taken-port",
        tr('Get http://localhost:8101 to say "orders: open". monitor must go on running, on whatever port or address.'),
        _taken_port,
        (
            tr("orders ended and removed itself. Start it again in a way that keeps what it says at its end."),
            tr("Its log names the address that it could not have: somebody else holds that port. Which process, and of which container?"),
            tr("monitor has no need of this very port. Start it anew on another one, and then orders as it was meant."),
        ),
        Solution('''docker rm -f monitor
docker run -d --network host --name monitor nginx perl -e "$SERVER" 127.0.0.1:8104 "monitor: all is well"
docker run -d --network host --name orders nginx perl -e "$SERVER" 0.0.0.0:8101 "orders: open"'''),
        (ORDERS,),
        needs=("monitor", "orders"),
    ),
    Exercise(
        "repair-published",
        tr("Get site to answer on http://localhost:8102."),
        _published,
        (
            tr("Docker said something when site was started: it was a warning, and it is true."),
            tr("There are two ways out: a network in which a port can be published, or a server that itself listens on 8102."),
            tr("Remove site. Start it without host mode and with its port published, or in host mode with 8102 in the `listen` line."),
        ),
        Solution("""docker rm -f site
docker run -d -p 8102:80 --name site nginx"""),
        (SITE,),
        needs=("site",),
    ),
    Exercise(
        "repair-moved-nginx",
        tr('Move news: http://localhost:8103 says "edition 7", and port 80 becomes free.'),
        _moved_nginx,
        (
            tr("The variable is set, and nginx does not care. What does nginx read when it starts?"),
            tr(
                "Its `listen` lines stand in /etc/nginx/conf.d/default.conf, inside the container. The page is inside, too: do not lose it."
            ),
            tr("Change 80 to 8103 in that file of the running container, then restart it, or let nginx reload."),
        ),
        Solution("""docker exec news sed -i 's/80;/8103;/' /etc/nginx/conf.d/default.conf
docker restart news"""),
        (NEWS,),
        (LISTEN_LINES,),
        needs=("news",),
    ),
    Exercise(
        "repair-non-root",
        tr('Get http://localhost to say "rates: 1.09". The first process of rates must not run as root.'),
        _non_root,
        (
            tr("rates says at its end what it was refused. On a bridge the same image worked."),
            tr("In a network namespace of its own, the engine opens ports below 1024 to everybody; it cannot do so in the host's."),
            tr("Give rates a bridge and publish port 80; or open the port as root, and let the server give up root afterwards."),
        ),
        Solution('''docker rm -f rates
docker run -d -p 80:80 --user 65534 --name rates nginx perl -e "$SERVER" 0.0.0.0:80 "rates: 1.09"'''),
        (RATES,),
        (USER_OF_RATES,),
        needs=("rates",),
    ),
)
