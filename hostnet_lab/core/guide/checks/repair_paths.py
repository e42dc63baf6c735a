"""Repairs of a path between a client and a server. Any repair that changes what is seen from outside counts."""

from __future__ import annotations

from ....words import tr
from .looks import LOOPBACK, NOWHERE, answers, behind_a_bridge, cut_off, first_line, mode, on_host, places, runs, who
from .model import HOST, NONCE, Exercise, Page, Result, Scene, Solution, not_yet, passed

STOCK, STOCK_CALLED = "http://{address}:8105/", "http://YOUR-HOST:8105"
UNKNOWN, REFUSED, SILENT = (6,), (7,), (28,)  # what curl's exit codes mean: curl(1)


def _loopback(scene: Scene) -> Result:
    silent = answers(scene, STOCK, "stock: 12 crates", STOCK_CALLED, "stock")
    if silent is None:
        return passed(tr("stock answers on the host's own address, so a neighbour reaches it."))
    missing = runs(scene, "stock")
    if missing:
        return missing
    found = places(scene, 8105)
    if not scene.pages.get(STOCK) and not on_host(scene, "stock") and (not found or "0.0.0.0" in found):
        return behind_a_bridge(scene, "stock", 8105, silent)
    if not scene.pages.get(STOCK) and found:
        return not_yet(
            silent.seen + tr(" Port 8105 is open at {places} alone.", places=found),
            tr("Who may reach that address? Only the host itself.")
            if found.startswith("127.")
            else tr("Is that the address that others use?"),
        )
    if not scene.pages.get(STOCK):
        return not_yet(
            silent.seen + tr(" stock runs, and port 8105 is open nowhere."), tr("What does its log say? And is it in host mode?")
        )
    return silent


ASK = 'echo "$BANK"; exec curl -s --noproxy "*" --max-time 1 "$BANK?hostnet-lab={nonce}"'
TILL = ("till", "sh", "-c", ASK)


def _bridge_caller(scene: Scene) -> Result:
    missing = cut_off(scene, "till")
    if missing:
        return missing
    code, text = scene.outputs.get(TILL, (1, ""))
    asked, _, answer = text.partition("\n")
    server = scene.servers.get(TILL)
    if code == 0 and "bank: open" in answer and server == "bank":
        return passed(tr("till asks {address}, and bank answers.", address=asked.strip()[:60]))
    missing = runs(scene, "bank")
    if missing:
        return not_yet(tr("till gets no answer, and {found}", found=missing.seen), missing.hint)
    if code == 0 and "bank: open" in answer:
        return _impostor("till", server, "bank")
    if not asked.strip():
        return not_yet(
            tr("till asks nothing: its BANK is empty."),
            tr("A variable of a container is given to it when it is created. What was in it before?"),
        )
    return _till_says(scene, code, asked.strip()[:60], answer)


def _impostor(caller: str, server: str | None, wanted: str) -> Result:
    return not_yet(
        tr("{caller} reads those words, from {who}, not from {name}.", caller=caller, who=who(server), name=wanted),
        tr("The log of {name} tells who has called it. To whom does the address lead?", name=wanted),
    )


def _till_says(scene: Scene, code: int, asked: str, answer: str) -> Result:
    if code in UNKNOWN:
        seen = tr("till asks {address}, and does not know that name.", address=asked)
        return not_yet(seen, tr("A name can be given to a container when it is created."))
    if code in REFUSED and ("localhost" in asked or LOOPBACK in asked) and not on_host(scene, "till"):
        return not_yet(
            tr("till asks {address}: its own loopback, and nobody listens there.", address=asked),
            tr("Whose localhost is it? till has a namespace of its own."),
        )
    if code in REFUSED:
        found = places(scene, 8106)
        seen = tr(
            "till asks {address}, and nobody listens there. Port 8106 of the host is open at {places}.",
            address=asked,
            places=found or NOWHERE,
        )
        listens = tr("{name} runs: which port and address does its server listen on?", name="bank")
        return not_yet(seen, tr("Do the two agree?") if found else listens)
    if code in SILENT:
        return not_yet(
            tr("till asks {address}, and hears nothing within a second.", address=asked),
            tr("Does till know an address for that name, and is it one of this host, as seen from a bridge?"),
        )
    seen = tr("till asks {address}; curl ends with {code}, and it got {text!r}.", address=asked, code=code, text=first_line(answer))
    return not_yet(seen, tr("The answer must come from bank."))


THE_HOSTS = tr("the host's")  # said where the address of a container is named, and it has none of its own
CLERK = ("clerk", "curl", "-s", "--noproxy", "*", "--max-time", "1", f"http://archive:8107/?hostnet-lab={NONCE}")


def _unresolved_name(scene: Scene) -> Result:
    missing = cut_off(scene, "clerk")
    if missing:
        return missing
    code, text = scene.outputs.get(CLERK, (1, ""))
    server = scene.servers.get(CLERK)
    if code == 0 and "archive: found" in text and server == "archive":
        return passed(tr("clerk asks http://archive:8107, and archive answers."))
    missing = runs(scene, "archive")
    if missing:
        return not_yet(tr("clerk gets no answer, and {found}", found=missing.seen), missing.hint)
    if code == 0 and "archive: found" in text:
        return _impostor("clerk", server, "archive")
    if code in UNKNOWN or code in SILENT:
        seen = (
            tr("clerk is in host mode, and gets no address for the name archive: it asks the host's resolver, which knows no containers.")
            if on_host(scene, "clerk")
            else tr("clerk is in {mode}, and gets no address for the name archive from the resolver there.", mode=mode(scene, "clerk"))
        )
        return not_yet(seen, tr("A name can be given to a container; or both can share a network on which the engine knows names."))
    if code in REFUSED:
        address = ", ".join(scene.containers["archive"].addresses) or THE_HOSTS
        return not_yet(
            tr(
                "the name archive leads clerk to a place where nobody listens on 8107. The address of archive: {address}.",
                address=address,
            ),
            tr("Compare them. Where they agree, it is a server that is missing there."),
        )
    seen = tr("curl in clerk ends with exit code {code}, and it got {text!r}.", code=code, text=first_line(text))
    return not_yet(seen, tr("The answer must come from archive."))


SHOP, ADMIN, ADMIN_INSIDE = "http://192.0.2.1/", "http://192.0.2.1:8080/", "http://127.0.0.1:8080/"
INPUT_RULES, USER_RULES = (HOST, "iptables", "-S", "INPUT"), (HOST, "iptables", "-S", "DOCKER-USER")


def _firewall(scene: Scene) -> Result:
    for name in ("shop", "admin"):
        missing = runs(scene, name)
        if missing and name not in scene.containers:
            way = tr("It can be started anew, with its page; or run the cell that breaks it once more, and start from the beginning.")
            return not_yet(tr("{name} is not there.", name=name), way)
        if missing:
            return missing
    silent = answers(scene, SHOP, "shop: open", tr("http://192.0.2.1 (asked by the client)"), "shop")
    if silent and isinstance(scene.pages.get(SHOP), Page):
        return silent
    if silent:
        guilty = _drops(scene, INPUT_RULES, "80")
        rule = tr(" A rule of INPUT says: {rule}.", rule=guilty) if guilty else ""
        return not_yet(
            tr("the shop is closed to the client: {found}", found=silent.seen) + rule,
            tr("Which chain does a packet for host mode pass, and with which port?"),
        )
    page = scene.pages.get(ADMIN)
    if isinstance(page, Page):  # else refused, or silent while the shop answered the same client
        guilty = _drops(scene, INPUT_RULES, "8080") or _drops(scene, USER_RULES, "8080")
        rule = tr(" This rule does not meet it: {rule}.", rule=guilty) if guilty else ""
        text = first_line(page.body)
        seen = tr("the shop is open, and so is the admin page: the client read {text!r} on port 8080.", text=text)
        return not_yet(
            seen + rule, tr("A published port is translated before it is filtered, and it is forwarded. Which chain, and which port then?")
        )
    inside = answers(scene, ADMIN_INSIDE, "admin: keys", tr("http://127.0.0.1:8080 (asked on the host itself)"), "admin")
    if inside and isinstance(scene.pages.get(ADMIN_INSIDE), Page):
        return inside
    if inside:
        return not_yet(
            tr("the admin page is closed on the host itself, too: {found}", found=inside.seen),
            tr("On the host itself it must still answer."),
        )
    return passed(tr("the client reads the shop and not the admin page, which still answers on the host itself."))


def _drops(scene: Scene, rules: tuple[str, ...], port: str) -> str:
    """The first rule of a chain that turns packets for a port away; "" where there is none."""
    lines = scene.outputs.get(rules, (1, ""))[1].splitlines()
    found = [line for line in lines if f"--dport {port} " in line and ("DROP" in line or "REJECT" in line)]
    return found[0][:120] if found else ""


EXERCISES = (
    Exercise(
        "repair-loopback",
        tr("Get the stock server to answer on port 8105 of the host's own address, so that a neighbour can read it."),
        _loopback,
        (
            tr("On this machine it answers, from elsewhere it is refused. So a process listens; the question is where."),
            tr("A listener is an address and a port. The one at 127.0.0.1 takes calls from this host alone."),
            tr("Start stock anew with an address that means all of them, 0.0.0.0, or with the host's own."),
        ),
        Solution('''docker rm -f stock
docker run -d --network host --name stock nginx perl -e "$SERVER" 0.0.0.0:8105 "stock: 12 crates"'''),
        (STOCK,),
        servers=("stock",),
        needs=("stock",),
    ),
    Exercise(
        "repair-bridge-caller",
        tr("Get till, asking the address in its variable BANK, to be answered by bank."),
        _bridge_caller,
        (
            tr("till asks localhost. Whose localhost is that, and who listens on it?"),
            tr(
                "Either till gets an address that leads to the host, or the two share one network namespace. bank listens on every address."
            ),
            tr("Create till anew: with an added host of the address host-gateway, and that name in BANK; or in the mode that bank is in."),
        ),
        Solution(r'''docker rm -f till
docker run -d --add-host bank.internal:host-gateway -e BANK=http://bank.internal:8106 --name till \
    nginx perl -e "$SERVER" 0.0.0.0:8116 "till: ready"'''),
        commands=(TILL,),
        servers=("bank",),
        needs=("till", "bank"),
    ),
    Exercise(
        "repair-unresolved-name",
        tr("Get clerk to read http://archive:8107 by that name."),
        _unresolved_name,
        (
            tr("Try the call inside clerk: is it the name that fails, or the connection?"),
            tr(
                "The engine's own name server serves containers that share a network of your making; host mode has none of it. "
                "The hosts file works everywhere."
            ),
            tr("Look up the address of archive, and create clerk anew with that added host; or give both a network of your making."),
        ),
        Solution('''address=$(docker inspect -f "{{ .NetworkSettings.Networks.bridge.IPAddress }}" archive)
docker rm -f clerk
docker run -d --network host --add-host archive:$address --name clerk nginx perl -e "$SERVER" 0.0.0.0:8117 "clerk: ready"'''),
        commands=(CLERK,),
        servers=("archive",),
        needs=("clerk", "archive"),
    ),
    Exercise(
        "repair-firewall",
        tr("Open the shop to the client, and close the admin page to it. On the host itself the admin page must still answer."),
        _firewall,
        (
            tr("List the rules of the chain INPUT. Which of the two servers do they meet?"),
            tr(
                "A packet for host mode passes INPUT with the port that was asked for. "
                "One for a published port gets the container's port first, and passes DOCKER-USER."
            ),
            tr(
                "Delete the rule in INPUT. Then drop, in DOCKER-USER, what came in by eth0 for port 8080: "
                "the kernel remembers the port that was asked for; "
                "or publish admin on 127.0.0.1 alone, which keeps every neighbour out from Docker 28 on."
            ),
        ),
        Solution("""nsenter --net=/run/netns/$OWN_HOST iptables -D INPUT -p tcp --dport 80 -j DROP
nsenter --net=/run/netns/$OWN_HOST iptables -I DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8080 -j DROP
nsenter --net=/run/netns/$OWN_HOST iptables -S DOCKER-USER"""),
        (SHOP, ADMIN, ADMIN_INSIDE),
        (INPUT_RULES, USER_RULES),
        ("shop", "admin"),
        needs=("shop", "admin"),
        place="disposable",
    ),
)
