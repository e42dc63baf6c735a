"""Predictions on addresses, names and paths: whose localhost, which address, who is reached from where, and how fast."""

from __future__ import annotations

from ....words import tr
from . import reading
from .model import FAILS, HOLDS, OTHERWISE, PARTLY, WHOLLY, Choice, Prediction

# Answers that several choices share.
NO_DETOUR = tr("No detour was found: nothing stands between that forwards.")
ANSWERED = tr("Its port did answer here when the probe asked.")
MEASURED, NOT_MEASURED = tr("A difference was measured here, round by round."), tr("No difference could be measured here.")
MEASURED_SO = tr("It was measured so here, round by round.")

PATHS: tuple[Prediction, ...] = (
    Prediction(
        "whose-network",
        "00",
        tr("A container in host mode shares a network. Is it the network of this very notebook?"),
        (
            Choice(
                "same",
                tr("Yes, the same one"),
                ("same namespace",),
                right=tr("The probe found this notebook and the container in one network namespace."),
                wrong=tr("The probe found two networks: the container shares that of the engine's host, which is not yours."),
                believed=True,
            ),
            Choice(
                "detour",
                tr("No, but its ports answer here"),
                ("other namespace", "forwarded"),
                right=tr("Its port answered from another namespace or kernel, so something forwards it."),
                wrong=NO_DETOUR,
            ),
            Choice(
                "none",
                tr("No, and its ports do not answer here"),
                ("unreachable",),
                right=tr("The server answers in its container and not here: nothing forwards its port."),
                wrong=ANSWERED,
            ),
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
                right=tr("So the probe found it; the name of the system could not tell."),
                wrong=tr("The probe found otherwise: the name of a system does not say whose network it is."),
                believed=True,
            ),
            Choice(
                "detour",
                tr("Its ports answer here, by a detour"),
                PARTLY,
                right=tr("Another kernel or namespace stands between, and something forwards."),
                wrong=NO_DETOUR,
            ),
            Choice(
                "none", tr("Its ports do not answer here"), FAILS, right=tr("Its host is a machine that you do not sit at."), wrong=ANSWERED
            ),
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
                right=tr("The engine named one here."),
                wrong=tr("None is shown: an address of its own takes a network of its own, as `bridged` has."),
            ),
            Choice(
                "host",
                tr("None: it uses the host's addresses"),
                ("host",),
                right=tr("It is at home in the host's network, and needs no address of its own."),
                wrong=tr("The engine named an address of its own here."),
            ),
            Choice(
                "broken", tr("None: its network is broken"), (), wrong=tr("Its network works: it answered you a moment ago."), believed=True
            ),
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
            Choice(
                "host",
                tr("The host's own address"),
                (),
                wrong=tr("The engine lists what it gave a container, and the host's address is not its to give."),
            ),
            Choice(
                "engine",
                tr("An address that the engine gave it"),
                PARTLY,
                right=tr("This engine listed one."),
                wrong=tr("The field is empty: the network host has no addresses to give."),
            ),
            Choice(
                "none",
                tr("None, and it works"),
                WHOLLY,
                right=tr("A member without an address is the normal case in host mode."),
                wrong=tr("This engine listed an address."),
            ),
        ),
        ("network-lists-it",),
        "no-address-is-broken",
    ),
    Prediction(
        "three-names",
        "02",
        tr("A server in host mode is told to `listen 80`, which is IPv4. Which of 127.0.0.1, [::1] and localhost will lead to it?"),
        (
            Choice(
                "all",
                tr("All three: they are the same"),
                ("all",),
                right=tr("All three answered here."),
                wrong=tr("[::1] did not answer: it is an address of its own, and nobody listened there."),
                believed=True,
            ),
            Choice(
                "ipv4",
                tr("127.0.0.1 and localhost, not [::1]"),
                ("not ::1",),
                right=tr("curl tries ::1, is refused, and goes on to 127.0.0.1."),
                wrong=OTHERWISE,
            ),
            Choice(
                "127.0.0.1",
                tr("127.0.0.1 only"),
                ("127.0.0.1 only",),
                right=tr("The name localhost did not lead to it here."),
                wrong=tr("localhost led to it, too: a client may try the second address of a name after the first."),
            ),
        ),
        ("localhost-is-both",),
        "localhost-is-127",
        read=reading.own_listen_line,
        told=reading.told_of_own_command,
    ),
    Prediction(
        "the-other-loopback",
        "03c",
        tr("`inner` will listen on 127.0.0.1:8094. Will it answer on http://[::1]:8094, loopback as well?"),
        (
            Choice(
                "yes",
                tr("Yes: loopback is loopback"),
                (True,),
                right=tr("It answered on [::1] as well here."),
                wrong=tr("[::1] did not answer: two families, two addresses, and it is bound to one of them."),
                believed=True,
            ),
            Choice(
                "no",
                tr("No: that is another address"),
                (False,),
                right=tr("It is bound to 127.0.0.1, and to nothing else."),
                wrong=tr("It answered on [::1] as well here."),
            ),
        ),
        ("localhost-is-both",),
        "localhost-is-127",
        read=reading.ipv6_loopback,
        told=reading.told_of_own_command,
    ),
    Prediction(
        "which-localhost",
        "03b",
        tr(
            "A service on the host listens on 127.0.0.1:8091. Two containers run `curl http://localhost:8091`, one in host mode, one on "
            "a bridge. Who is answered?"
        ),
        (
            Choice(
                "both",
                tr("Both: localhost is this machine"),
                ("both",),
                right=tr("Both were answered here."),
                wrong=tr("Not both: localhost is the network namespace of the one who asks."),
                believed=True,
            ),
            Choice(
                "host-mode",
                tr("The one in host mode"),
                ("host mode",),
                right=tr("It asked the host's loopback; the other one asked its own."),
                wrong=OTHERWISE,
            ),
            Choice(
                "neither",
                tr("Neither: containers cannot reach loopback"),
                ("neither",),
                right=tr("Neither was answered here."),
                wrong=tr("The one in host mode was answered: it shares the host's loopback."),
            ),
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
                right=tr("Nobody got it here."),
                wrong=tr("`webserver` got it: in host mode a container is on this machine, to its network."),
            ),
            Choice(
                "both",
                tr("Both: they run on this machine"),
                ("both", "who got it: webserver, bridged"),
                right=tr("Both got it here."),
                wrong=tr("Not both: each asks the loopback of its own namespace, and `bridged` has another."),
                believed=True,
            ),
            Choice(
                "host-mode",
                tr("Only webserver"),
                ("host mode", "who got it: webserver"),
                right=tr("It shares the loopback that the page is on."),
                wrong=OTHERWISE,
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
            Choice(
                "server",
                tr("The server: it turns away callers that are not local"),
                ("server",),
                right=OTHERWISE,
                wrong=tr("The server was never asked: no listener of it is at that address."),
            ),
            Choice(
                "docker",
                tr("Docker: the port is not published"),
                ("docker",),
                right=OTHERWISE,
                wrong=tr("In host mode nothing is published, and Docker stands in no way."),
            ),
            Choice(
                "kernel",
                tr("The kernel: nobody listens at that address"),
                ("kernel", *HOLDS),
                right=tr("The kernel itself answers for a port where nobody listens."),
                wrong=OTHERWISE,
            ),
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
            Choice(
                "localhost",
                "localhost",
                ("localhost",),
                right=tr("On this engine localhost led there."),
                wrong=tr("localhost did not lead there: it is the caller's own namespace."),
                believed=True,
            ),
            Choice(
                "gateway",
                tr("The gateway of the bridge"),
                ("gateway",),
                right=tr("It is the host's address on the bridge."),
                wrong=OTHERWISE,
            ),
            Choice(
                "none",
                tr("There is no way across"),
                ("none",),
                right=tr("Nothing led there here."),
                wrong=tr("There is a way: the host has an address on the bridge."),
            ),
        ),
        ("bridge-reaches-gateway", "bridge-reaches-localhost"),
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
                right=tr("It was answered here, though the server listens on 127.0.0.1 alone."),
                wrong=tr("It was not: the gateway is another address of the host, and the server is not bound to it."),
            ),
            Choice(
                "no",
                tr("No: the server does not listen there"),
                (False,),
                right=tr("The right address is not enough; the server has to listen on it."),
                wrong=tr("It was answered here, though the server listens on 127.0.0.1 alone."),
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
            Choice(
                "both-ways",
                tr("Yes, both ways"),
                WHOLLY,
                right=tr("Names led both ways here."),
                wrong=tr("Not both ways: in host mode nobody asks Docker's name server, and nobody is entered there."),
                believed=True,
            ),
            Choice(
                "one-way",
                tr("One way: from host mode to the other"),
                PARTLY,
                right=tr("So it was here."),
                wrong=tr("It was not so: the host's own name servers do not know containers."),
            ),
            Choice(
                "neither",
                tr("Neither way"),
                FAILS,
                right=tr("Host mode is connected to none of these networks."),
                wrong=tr("A name did lead to an answer here."),
            ),
        ),
        ("names-resolve", "hosts-name-servers"),
        "names-resolve-everywhere",
    ),
    Prediction(
        "an-alias",
        "06",
        tr("You add `--network-alias db` so that others find your container in host mode as `db`. What will Docker do?"),
        (
            Choice(
                "obey",
                tr("Obey: db resolves"),
                ("obeyed",),
                right=tr("The name did resolve here."),
                wrong=tr("The name did not come to be: there is no network on which it could be known."),
                believed=True,
            ),
            Choice(
                "ignore",
                tr("Take the option, without effect"),
                ("ignored",),
                right=tr("It was taken, and nothing came of it."),
                wrong=tr("For this option Docker does not stay silent."),
            ),
            Choice(
                "refuse",
                tr("Refuse to run it"),
                ("refused",),
                right=tr("A name needs a network that you created."),
                wrong=tr("It was taken here."),
            ),
        ),
        ("options-still-work",),
        "names-resolve-everywhere",
        read=reading.alias,
        told=reading.told_of_the_alias,
    ),
    Prediction(
        "one-address",
        "03c",
        tr(
            "`inner` shares the host's whole network, and its nginx listens on 127.0.0.1:8094. Will it answer on the host's own "
            "address, too?"
        ),
        (
            Choice(
                "yes",
                tr("Yes: it has all of the host's addresses"),
                FAILS,
                right=tr("It answered on the host's own address as well here."),
                wrong=tr("It did not: it sees all addresses, and bound one."),
                believed=True,
            ),
            Choice(
                "no",
                tr("No: it answers where it is bound"),
                HOLDS,
                right=tr("One address, one place."),
                wrong=tr("It answered on the host's own address as well here."),
            ),
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
                right=tr("It was open on more than 127.0.0.1 here."),
                wrong=tr("It was open on 127.0.0.1 alone: an address before the port is obeyed."),
                believed=True,
            ),
            Choice(
                "127.0.0.1",
                tr("On 127.0.0.1 only"),
                ("127.0.0.1", *HOLDS),
                right=tr("Bound to one address, closed on the others."),
                wrong=tr("It was open on more than 127.0.0.1 here."),
            ),
            Choice(
                "nowhere",
                tr("Nowhere: 127.0.0.1 is the container's"),
                (),
                wrong=tr("It was open on the host: the engine binds there, for the container."),
            ),
        ),
        ("chosen-address",),
        "loopback-is-everywhere",
    ),
    Prediction(
        "which-path-is-faster",
        "03a",
        tr("On this machine, what does host mode save, compared with a published port?"),
        (
            Choice(
                "nat",
                tr("The translation of addresses (NAT) above all"),
                WHOLLY,
                right=tr("The translation was the greater part of what it saved here."),
                wrong=tr("The translation was not the greater part here, as the evidence says."),
            ),
            Choice(
                "relay",
                tr("The relay docker-proxy above all"),
                PARTLY,
                right=tr("The relay was the greater part here: a process that copies every byte."),
                wrong=tr("The relay was not the greater part here, as the evidence says."),
            ),
            Choice("none", tr("Nothing that can be measured"), FAILS, right=NOT_MEASURED, wrong=MEASURED),
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
            Choice(
                "nat",
                tr("The translation of addresses above all"),
                WHOLLY,
                right=tr("The translation was the greater part of what it saved here."),
                wrong=tr("The translation was not the greater part here, as the evidence says."),
            ),
            Choice(
                "relay",
                tr("The relay above all"),
                PARTLY,
                right=tr("The relay was the greater part here: a process that copies every byte."),
                wrong=tr("The relay was not the greater part here, as the evidence says."),
            ),
            Choice("none", tr("Nothing that can be measured"), FAILS, right=NOT_MEASURED, wrong=MEASURED),
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
            Choice("faster", tr("Yes: measurably, if only by microseconds"), WHOLLY, right=MEASURED_SO, wrong=OTHERWISE),
            Choice("same", tr("No difference can be measured"), PARTLY, right=NOT_MEASURED, wrong=MEASURED),
            Choice("slower", tr("No, slower"), FAILS, right=MEASURED_SO, wrong=tr("It was not slower in what was measured here.")),
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
        (
            Choice(
                "host",
                tr("The host's interfaces"),
                HOLDS,
                right=tr("It listed the host's own interfaces."),
                wrong=tr("It did not list all of the host's here."),
            ),
            Choice(
                "own",
                tr("An eth0 of its own"),
                FAILS,
                right=tr("It did not list all of the host's here."),
                wrong=tr("It listed the host's: an eth0 of its own takes a namespace of its own."),
            ),
        ),
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
        (
            Choice(
                "both",
                tr("Those in host mode and on a bridge"),
                FAILS,
                right=tr("Host mode made no difference here."),
                wrong=tr("The one on the bridge heard what was sent on the bridge alone: the host carries no groups over."),
            ),
            Choice(
                "host-mode",
                tr("Those in host mode only"),
                HOLDS,
                right=tr("It is on the host's wire; the bridge is a wire of its own."),
                wrong=tr("Host mode made no difference here."),
            ),
        ),
        ("multicast",),
        explanation=tr(
            "Multicast stays on the wire that it was sent on, and host mode is on the host's wire. "
            "A bridge is a wire of its own, and the host does not carry groups over to it by itself."
        ),
    ),
)
