"""Predictions on addresses, names and paths: whose localhost, which address, who is reached from where, and how fast."""

from __future__ import annotations

from ....words import tr
from . import reading
from .model import FAILS, HOLDS, PARTLY, WHOLLY, Choice, Prediction

PATHS: tuple[Prediction, ...] = (
    Prediction(
        "whose-network",
        "00",
        tr("A container in host mode shares a network. Is it the network of this very notebook?"),
        (
            Choice("same", tr("Yes, the same one"), ("same namespace",), tr("Only a probe can tell, whatever the system is called.")),
            Choice(
                "detour",
                tr("No, but its ports answer here"),
                ("other namespace", "forwarded"),
                tr("Then something stands between and forwards them."),
            ),
            Choice("none", tr("No, and its ports do not answer here"), ("unreachable",), tr("Then nothing forwards them.")),
        ),
        ("reaches-you",),
        "wsl2-is-linux",
        read=reading.place,
    ),
    Prediction(
        "name-of-the-system",
        "06",
        tr(
            "`uname` says Linux: on a Linux server, in WSL2, and in the virtual machine of a Mac. On this machine, what follows "
            "for host mode?"
        ),
        (
            Choice(
                "direct",
                tr("Its ports answer here, in your own network"),
                WHOLLY,
                tr("So it was found; the name of the system could not tell."),
            ),
            Choice(
                "detour", tr("Its ports answer here, by a detour"), PARTLY, tr("Another kernel or namespace stands between, and forwards.")
            ),
            Choice("none", tr("Its ports do not answer here"), FAILS, tr("Its host is a machine that you do not sit at.")),
        ),
        ("reaches-you",),
        "wsl2-is-linux",
    ),
    Prediction(
        "no-address",
        "01",
        tr("Which address of its own will `docker inspect` show for `webserver`, and what does that mean?"),
        (
            Choice(
                "own",
                tr("One such as 172.17.0.2, as for any container"),
                ("own",),
                tr("That takes a network of its own, as `bridged` has."),
            ),
            Choice("host", tr("None: it uses the host's addresses"), ("host",), tr("It is at home in the host's network.")),
            Choice("broken", tr("None: its network is broken"), (), tr("It answered you a moment ago.")),
        ),
        ("no-address", "shares-the-network"),
        "no-address-is-broken",
        read=reading.address,
    ),
    Prediction(
        "listed-address",
        "04",
        tr("`docker network inspect host` lists `webserver`. Which address will stand beside its name?"),
        (
            Choice("host", tr("The host's own address"), (), tr("The engine lists what it gave, and it gave none.")),
            Choice("engine", tr("An address that the engine gave it"), PARTLY, tr("The network host has no addresses to give.")),
            Choice("none", tr("None, and it works"), WHOLLY, tr("A member without an address is the normal case in host mode.")),
        ),
        ("network-lists-it",),
        "no-address-is-broken",
    ),
    Prediction(
        "three-names",
        "02",
        tr("A server in host mode is told to `listen 80`, which is IPv4. Which of 127.0.0.1, [::1] and localhost will lead to it?"),
        (
            Choice("all", tr("All three: they are the same"), ("all",), tr("[::1] is an address of its own, and nobody listens there.")),
            Choice(
                "ipv4", tr("127.0.0.1 and localhost, not [::1]"), ("not ::1",), tr("curl tries ::1, is refused, and goes on to 127.0.0.1.")
            ),
            Choice(
                "127.0.0.1", tr("127.0.0.1 only"), ("127.0.0.1 only",), tr("A client may try the second address of a name after the first.")
            ),
        ),
        ("localhost-is-both",),
        "localhost-is-127",
        read=reading.own_listen_line,
    ),
    Prediction(
        "the-other-loopback",
        "03c",
        tr("`inner` will listen on 127.0.0.1:8094. Will it answer on http://[::1]:8094, loopback as well?"),
        (
            Choice("yes", tr("Yes: loopback is loopback"), (True,), tr("Two families, two addresses; it is bound to one of them.")),
            Choice("no", tr("No: that is another address"), (False,), tr("It is bound to 127.0.0.1, and to nothing else.")),
        ),
        ("localhost-is-both",),
        "localhost-is-127",
        read=reading.ipv6_loopback,
    ),
    Prediction(
        "which-localhost",
        "03b",
        tr(
            "A service on the host listens on 127.0.0.1:8091. Two containers run `curl http://localhost:8091`, one in host mode, one on "
            "a bridge. Who is answered?"
        ),
        (
            Choice("both", tr("Both: localhost is this machine"), ("both",), tr("localhost is the network namespace of the one who asks.")),
            Choice("host-mode", tr("The one in host mode"), ("host mode",), tr("It asks the host's loopback; the other one asks its own.")),
            Choice("neither", tr("Neither: containers cannot reach loopback"), ("neither",), tr("One of them shares it.")),
        ),
        ("reaches-loopback-services",),
        "one-localhost",
        read=reading.loopback_callers,
    ),
    Prediction(
        "this-machine-only",
        "03e",
        tr(
            "A page is meant for this machine only: it is on 127.0.0.1:8093. `webserver` is in host mode, `bridged` on a bridge. Who "
            "gets the page?"
        ),
        (
            Choice(
                "neither",
                tr("Neither: it is for this machine only"),
                ("neither", "who got it: nobody"),
                tr("In host mode a container is on this machine, to its network."),
            ),
            Choice(
                "both",
                tr("Both: they run on this machine"),
                ("both", "who got it: webserver, bridged"),
                tr("They do, and each asks the loopback of its own namespace."),
            ),
            Choice(
                "host-mode", tr("Only webserver"), ("host mode", "who got it: webserver"), tr("It shares the loopback that the page is on.")
            ),
        ),
        ("reaches-loopback-services",),
        "one-localhost",
        read=reading.loopback_callers,
    ),
    Prediction(
        "who-refuses",
        "06b",
        tr(
            "On the host `curl http://localhost:8105` shows the stock. With the host's own address it is refused at once, and no firewall "
            "is there. Who refuses?"
        ),
        (
            Choice("server", tr("The server: it turns away callers that are not local"), ("server",)),
            Choice("docker", tr("Docker: the port is not published"), ("docker",)),
            Choice("kernel", tr("The kernel: nobody listens at that address"), ("kernel", *HOLDS)),
        ),
        ("chosen-address",),
        explanation=tr(
            "A call that no listener matches is answered by the kernel, at once, with a refusal. "
            "The server hears nothing of it, so its log shows no such request."
        ),
    ),
    Prediction(
        "way-across",
        "03b",
        tr("A container on the bridge wants a server in host mode, which listens on all addresses. By which address will it get there?"),
        (
            Choice("localhost", "localhost", ("localhost",), tr("That is the caller's own namespace.")),
            Choice("gateway", tr("The gateway of the bridge"), ("gateway",), tr("It is the host's address on the bridge.")),
            Choice("none", tr("There is no way across"), ("none",), tr("The host has an address on the bridge.")),
        ),
        ("bridge-reaches-localhost", "bridge-reaches-gateway"),
        "localhost-crosses-the-bridge",
        read=reading.way_across,
    ),
    Prediction(
        "bridge-to-capstone",
        "07",
        tr(
            "The capstone answers on 127.0.0.1:8090 and nowhere else. A container on the bridge calls the gateway's address, port 8090. "
            "Will it be answered?"
        ),
        (
            Choice(
                "yes",
                tr("Yes: the gateway is the host"),
                (True,),
                tr("It is another address of the host, and the server is not bound to it."),
            ),
            Choice(
                "no",
                tr("No: the server does not listen there"),
                (False,),
                tr("The right address is not enough; the server has to listen on it."),
            ),
        ),
        ("bridge-reaches-gateway",),
        "localhost-crosses-the-bridge",
        read=reading.gateway_to_loopback,
    ),
    Prediction(
        "by-name",
        "03b",
        tr("Two containers, one in host mode and one on a network that you created. Will they reach each other by name?"),
        (
            Choice("both-ways", tr("Yes, both ways"), WHOLLY, tr("In host mode nobody asks Docker's name server.")),
            Choice(
                "one-way", tr("One way: from host mode to the other"), PARTLY, tr("The host's own name servers do not know containers.")
            ),
            Choice("neither", tr("Neither way"), FAILS, tr("Host mode is connected to none of these networks.")),
        ),
        ("names-resolve", "hosts-name-servers"),
        "names-resolve-everywhere",
    ),
    Prediction(
        "an-alias",
        "06",
        tr("You add `--network-alias db` so that others find your container in host mode as `db`. What will Docker do?"),
        (
            Choice("obey", tr("Obey: db resolves"), ("obeyed",), tr("There is no network on which the name could be known.")),
            Choice("ignore", tr("Take the option, without effect"), ("ignored",), tr("For this option it says no.")),
            Choice("refuse", tr("Refuse to run it"), ("refused",), tr("A name needs a network that you created.")),
        ),
        ("options-still-work",),
        "names-resolve-everywhere",
        read=reading.alias,
    ),
    Prediction(
        "one-address",
        "03c",
        tr(
            "`inner` shares the host's whole network, and its nginx listens on 127.0.0.1:8094. Will it answer on the host's own "
            "address, too?"
        ),
        (
            Choice("yes", tr("Yes: it has all of the host's addresses"), FAILS, tr("It sees them all, and bound one.")),
            Choice("no", tr("No: it answers where it is bound"), HOLDS, tr("One address, one place.")),
        ),
        ("chosen-address",),
        "loopback-is-everywhere",
    ),
    Prediction(
        "published-on-loopback",
        "03e",
        tr("`closed` is on a bridge and published with `-p 127.0.0.1:8088:80`. Where on the host will port 8088 be open?"),
        (
            Choice(
                "everywhere",
                tr("On every address, as with -p 8088:80"),
                ("everywhere", *FAILS),
                tr("An address before the port is obeyed."),
            ),
            Choice("127.0.0.1", tr("On 127.0.0.1 only"), ("127.0.0.1", *HOLDS), tr("Bound to one address, closed on the others.")),
            Choice("nowhere", tr("Nowhere: 127.0.0.1 is the container's"), (), tr("The engine binds on the host, for the container.")),
        ),
        ("chosen-address",),
        "loopback-is-everywhere",
    ),
    Prediction(
        "which-path-is-faster",
        "03a",
        tr("On this machine, what does host mode save, compared with a published port?"),
        (
            Choice("nat", tr("The translation of addresses (NAT) above all"), WHOLLY),
            Choice("relay", tr("The relay docker-proxy above all"), PARTLY),
            Choice("none", tr("Nothing that can be measured"), FAILS),
        ),
        ("faster-without-nat",),
        explanation=tr(
            "Over loopback a published port goes through docker-proxy, a process that copies every byte: that is most of it. "
            "The kernel's translation, on the other path, costs little beside it."
        ),
    ),
    Prediction(
        "much-at-a-time",
        "03a",
        tr("One big answer, or many requests at once: what does host mode save there, compared with a published port?"),
        (
            Choice("nat", tr("The translation of addresses above all"), WHOLLY, tr("It is done for each packet, and costs little.")),
            Choice("relay", tr("The relay above all"), PARTLY, tr("Each byte and each connection passes through one more process.")),
            Choice("none", tr("Nothing that can be measured"), FAILS, tr("A relay has more to do where more passes through it.")),
        ),
        ("carries-more-without-nat",),
        explanation=tr(
            "The relay reads each byte of the big answer and writes it again, and opens a second connection for each of the many. "
            "The translation only changes the address of each packet on its way through the kernel."
        ),
    ),
    Prediction(
        "a-client-on-the-network",
        "03a",
        tr("And for a client on another machine: will host mode be faster than a published port?"),
        (
            Choice("faster", tr("Yes: measurably, if only by microseconds"), WHOLLY),
            Choice("same", tr("No difference can be measured"), PARTLY),
            Choice("slower", tr("No, slower"), FAILS),
        ),
        ("faster-for-a-lan-client",),
        explanation=tr(
            "For a client on the network the kernel translates the address of each packet, and no relay is in the path. "
            "That can be measured on a wire without delay; a request that takes milliseconds in all hides it."
        ),
    ),
    Prediction(
        "interfaces",
        "03c",
        tr("What will a container in host mode find in /proc/net/dev?"),
        (Choice("host", tr("The host's interfaces"), HOLDS), Choice("own", tr("An eth0 of its own"), FAILS)),
        ("sees-the-interfaces",),
        explanation=tr(
            "Interfaces belong to a network namespace, and in host mode that is the host's. "
            "A container on a bridge has a namespace with one end of a virtual cable in it, called eth0."
        ),
    ),
    Prediction(
        "multicast",
        "03c",
        tr("Somebody on the network sends to a multicast group. Which containers that joined it will hear?"),
        (Choice("both", tr("Those in host mode and on a bridge"), FAILS), Choice("host-mode", tr("Those in host mode only"), HOLDS)),
        ("multicast",),
        explanation=tr(
            "Multicast stays on the wire that it was sent on, and host mode is on the host's wire. "
            "A bridge is a wire of its own, and the host does not carry groups over to it by itself."
        ),
    ),
)
