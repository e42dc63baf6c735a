"""Repairs of a server that does not answer where it should. Any repair that changes what is seen from outside counts."""

from __future__ import annotations

import re

from ....words import tr
from .looks import NOWHERE, answers, behind_a_bridge, deaf, holds, on_host, places, ports_of, runs, who
from .model import Exercise, Page, Result, Scene, Solution, not_yet, passed

ORDERS, SITE = "http://localhost:8101", "http://localhost:8102"
NEWS, RATES = "http://localhost:8103", "http://localhost"


# Asks each socket that a process of monitor listens on, wherever that is: its own network's /proc/net/tcp, see proc_net(5).
OWN_PAGES = (
    "monitor",
    "perl",
    "-e",
    r"""
my %mine = map { (readlink($_) // "") =~ /^socket:.(\d+)/ ? ($1, 1) : () } glob "/proc/[0-9]*/fd/*";
for my $kind ("tcp", "tcp6") {
    open my $table, "<", "/proc/net/$kind" or next;
    for (map { [split] } <$table>) {
        next unless $$_[3] eq "0A" and $mine{$$_[9]};
        my ($address, $port) = split /:/, $$_[1];
        my $host = $kind eq "tcp6" ? "[::1]" : $address =~ /^0+$/ ? "127.0.0.1" : join ".", unpack "C4", pack "L", hex $address;
        my $place = "$host:" . hex $port;
        print "at $place\n", `curl -s --noproxy "*" --max-time 1 "http://$place/"`, "\n";
    }
}""",
)


def _taken_port(scene: Scene) -> Result:
    monitor = scene.containers.get("monitor")
    if monitor is None or not monitor.running:
        seen = (
            tr("monitor is {status}: a colleague needs it, and it was to go on running.", status=monitor.status)
            if monitor
            else tr("monitor is not there: a colleague needs it, and it was to go on running.")
        )
        if monitor and monitor.status == "paused":
            return not_yet(seen, tr("A paused container keeps its port, and answers nobody until it goes on."))
        return not_yet(seen, tr("It may move, even as a new container of that name; in the end it must be there, with its page."))
    page = scene.outputs.get(OWN_PAGES, (1, ""))[1]
    if "monitor: all is well" not in page:
        found = ", ".join(re.findall(r"^at (\S+)", page, re.MULTILINE)) or NOWHERE
        return not_yet(
            tr('monitor runs, and does not say "monitor: all is well". It listens at: {places}.', places=found),
            tr("A process that runs is no service: the colleague reads the page of monitor. Who would serve it now?"),
        )
    silent, said = answers(scene, ORDERS, "orders: open"), scene.pages.get(ORDERS)
    server = said.server if isinstance(said, Page) else None
    if silent is None and server == "monitor":
        return not_yet(
            tr("{url} is answered by {who}, not by {name}.", url=ORDERS, who=who(server), name="orders"),
            tr("Orders come from orders: one page of monitor is no second server."),
        )
    if silent is None:
        return passed(tr('{url} says "orders: open", and monitor still runs.', url=ORDERS))
    orders = scene.containers.get("orders")
    if orders is None:
        return not_yet(
            tr("there is no container orders. {found}", found=silent.seen),
            tr("It removed itself, and its log with it. Start it so that it leaves its evidence."),
        )
    ended, where = runs(scene, "orders"), tr(" Port 8101 is open at {places}.", places=places(scene, 8101) or NOWHERE)
    if ended:
        return not_yet(ended.seen + where, ended.hint)
    if not said and not on_host(scene, "orders"):
        return behind_a_bridge(scene, "orders", 8101, silent)
    return silent if said else not_yet(silent.seen + where, silent.hint)


def _published(scene: Scene) -> Result:
    missing = runs(scene, "site")
    if missing:
        return missing
    site = scene.containers["site"]
    silent = answers(scene, SITE, "", by="site")
    if silent is None:
        return passed(tr("site answers on {url}.", url=SITE))
    if scene.pages.get(SITE) == "silent":
        return silent
    if on_host(scene, "site"):
        asked = tr(" -p asked for port {port}, and that was dropped.", port=site.asked[0].host_port) if site.asked else ""
        found = ports_of(scene, site)
        where = tr(" It listens on port {port}.", port=found) if found else ""
        return not_yet(
            tr("site runs in host mode.") + asked + where, tr("Nobody maps a port in host mode: it is nginx that must listen on 8102.")
        )
    return silent if scene.pages.get(SITE) else behind_a_bridge(scene, "site", 8102, silent)


LISTEN_LINES = ("news", "grep", "-rh", "listen", "/etc/nginx/conf.d")


def _moved_nginx(scene: Scene) -> Result:
    missing = runs(scene, "news")
    if missing:
        return missing
    silent, held = answers(scene, NEWS, "edition 7", by="news"), places(scene, 80)
    page = scene.pages.get(NEWS)
    if silent and (page == "silent" or (isinstance(page, Page) and page.server != "news")):
        return silent
    if silent and page:
        return not_yet(
            silent.seen, tr('Its page said "edition 7", and lived inside the container: whoever removes that removes its files.')
        )
    if silent and not on_host(scene, "news"):
        return behind_a_bridge(scene, "news", 8103, silent)
    if silent:
        written = scene.outputs.get(LISTEN_LINES, (1, ""))[1]
        where = tr(" Port 80 is still open.") if held else ""
        if why := deaf(scene, "news"):
            return not_yet(silent.seen + where, why)
        if found := places(scene, 8103):
            return not_yet(silent.seen + where, tr("Port 8103 is open at {places}. Is that where localhost leads?", places=found))
        if "8103" in written:
            return not_yet(silent.seen + where, tr("Its `listen` line says 8103 already: nginx has not read it since."))
        return not_yet(silent.seen + where, tr("Its `listen` lines name another port: nginx reads those, and no such variable."))
    if held:
        several, other = tr("One server may have several `listen` lines."), tr("It is not news that listens there. Who does?")
        seen = tr('{url} says "edition 7", but port 80 is still open.', url=NEWS)
        return not_yet(seen, several if holds(scene, "news", 80) else other)
    return passed(tr('{url} says "edition 7", and port 80 is free.', url=NEWS))


# Of each process, the first one first: its real, effective, saved and file system user, see proc_pid_status(5).
USER_OF_RATES = ("rates", "sh", "-c", "grep -h ^Uid: /proc/[0-9]*/status 2>/dev/null; true")


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
    silent = answers(scene, RATES, "rates: 1.09", by="rates")
    if silent:
        if not on_host(scene, "rates") and not scene.pages.get(RATES):
            return behind_a_bridge(scene, "rates", 80, silent)
        found = ports_of(scene, scene.containers["rates"])
        return not_yet(silent.seen + (tr(" rates listens on port {port}.", port=found) if found else ""), silent.hint)
    text = scene.outputs.get(USER_OF_RATES, (1, ""))[1]
    users = re.findall(r"^Uid:\s+\d+\s+(\d+)", text, re.MULTILINE)
    if not users:
        return not_yet(
            tr("the user that rates runs as could not be read."), tr("rates must be built on the image nginx, and stay running.")
        )
    user = scene.containers["rates"].user
    if users[0] != "0" and "0" in users and user not in ("", "0", "root"):
        return not_yet(
            tr("rates answers, and one of its processes runs as root, beside the first."),
            tr("A server that was started inside later counts as well. Who was it started as?"),
        )
    if users[0] == "0":
        return not_yet(
            tr("rates answers, but its first process runs as root."),
            tr("The rule is: not root. Which network lets other users open port 80?"),
        )
    if scene.containers["rates"].in_host_mode and user not in ("", "0", "root") and holds(scene, "rates", 80):
        return passed(
            tr('http://localhost says "rates: 1.09", as it was started: no difference here, for this host opens port 80 to every user.')
        )
    return passed(tr('http://localhost says "rates: 1.09", and rates does not run as root.'))


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
        (OWN_PAGES,),
        ("orders",),
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
        servers=("site",),
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
        ("news",),
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
        ("rates",),
        needs=("rates",),
    ),
)
