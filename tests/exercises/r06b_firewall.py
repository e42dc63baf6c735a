"""repair-firewall: a rule meant for the published admin page, which blocks the shop in host mode instead. On a disposable host."""

from .server import await_page, serve

ID = "repair-firewall"
HOST = "nsenter --net=/run/netns/$OWN_HOST --"
ENGINE = "export DOCKER_HOST=$OWN_ENGINE; "
SHOP, ADMIN = serve("0.0.0.0:80", "shop: open"), serve("0.0.0.0:80", "admin: keys")
RULE = "INPUT -p tcp --dport 80 -j DROP"
UNBLOCK = f"{HOST} iptables -D {RULE}; "
SET_UP = f"""{ENGINE}
    docker rm -f shop admin other
    {HOST} iptables -D FORWARD -i eth0 -p tcp --dport 80 -j DROP; {HOST} iptables -F OUTPUT
    {HOST} iptables -F INPUT; {HOST} iptables -F DOCKER-USER; {HOST} iptables -t raw -F
    docker run -d --network host --name shop {SHOP}
    docker run -d -p 8080:80 --name admin {ADMIN}
    {HOST} sh -c "{await_page("http://127.0.0.1:8080", "admin")}"
    {HOST} iptables -A {RULE}"""

RIGHT = {
    "the rule moved to where forwarded packets pass": f"{UNBLOCK}{HOST} iptables -I DOCKER-USER -i eth0 -p tcp --dport 80 -j DROP",
    "the admin page published on loopback": f"{ENGINE}{UNBLOCK}docker rm -f admin; docker run -d -p 127.0.0.1:8080:80 --name admin {ADMIN}",
    "the admin page in host mode, on loopback": f"{ENGINE}{UNBLOCK}docker rm -f admin;"
    f"docker run -d --network host --name admin {serve('127.0.0.1:8080', 'admin: keys')}",
    "dropped before it is translated": f"{UNBLOCK}{HOST} iptables -t raw -I PREROUTING -i eth0 -p tcp --dport 8080 -j DROP",
    "refused instead of dropped": f"{UNBLOCK}{HOST} iptables -I DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8080 -j REJECT",
    "let in before the rule": f"{HOST} iptables -I INPUT -p tcp --dport 80 -j ACCEPT; {HOST} iptables -I DOCKER-USER -i eth0 -p tcp --dport 80 -j DROP",
    "the chain emptied": f"{HOST} iptables -F INPUT; {HOST} iptables -I DOCKER-USER -i eth0 -j DROP",
    "the admin page in host mode, and a rule in INPUT": f"{ENGINE}{UNBLOCK}docker rm -f admin;"
    f"docker run -d --network host --name admin {serve('0.0.0.0:8080', 'admin: keys')}; {HOST} iptables -A INPUT -i eth0 -p tcp --dport 8080 -j DROP",
    "by the client's address": f"{UNBLOCK}{HOST} iptables -I DOCKER-USER -s 192.0.2.2 -j DROP",
    "the admin page joined to the shop, on loopback": f"{ENGINE}{UNBLOCK}docker rm -f admin; docker run -d --network container:shop --name admin {serve('127.0.0.1:8080', 'admin: keys')}",
}
WRONG = {
    "nothing done": "true",
    "the rule deleted, and no other": UNBLOCK,
    "INPUT again, with the published port": f"{UNBLOCK}{HOST} iptables -A INPUT -p tcp --dport 8080 -j DROP",
    "the right chain, and the port before translation": f"{UNBLOCK}{HOST} iptables -I DOCKER-USER -p tcp --dport 8080 -j DROP",
    "the right rule, and the wrong one kept": f"{HOST} iptables -I DOCKER-USER -i eth0 -p tcp --dport 80 -j DROP",
    "the admin page ended": f"{ENGINE}{UNBLOCK}docker kill admin",
    "the admin page removed": f"{ENGINE}{UNBLOCK}docker rm -f admin",
    "the admin page on a bridge without a port": f"{ENGINE}{UNBLOCK}docker rm -f admin; docker run -d --name admin {ADMIN}",
    "the shop made anew": f"{ENGINE}docker rm -f shop; docker run -d --network host --name shop {SHOP}",
    "the first step of making the admin page anew": f"{ENGINE}{UNBLOCK}docker rm -f admin shop; docker run -d --network host --name shop {SHOP}",
    "the shop a stand-in, and another serves": f"{ENGINE}{UNBLOCK}docker rm -f shop; docker run -d --network host --name shop nginx sleep 600;"
    f"docker run -d --network host --name other {SHOP}; {HOST} iptables -I DOCKER-USER -i eth0 -p tcp --dport 80 -j DROP",
    "the admin page a stand-in, and the shop serves it": f"{ENGINE}{UNBLOCK}docker rm -f admin; docker run -d --network host --name admin nginx sleep 600;"
    f"docker run -d --network host --name other {serve('127.0.0.1:8080', 'admin: keys')}",
    "everything that comes in dropped": f"{UNBLOCK}{HOST} iptables -A INPUT -i eth0 -j DROP",
    "in FORWARD, behind what lets it pass": f"{UNBLOCK}{HOST} iptables -A FORWARD -i eth0 -p tcp --dport 80 -j DROP",
    "in OUTPUT": f"{UNBLOCK}{HOST} iptables -A OUTPUT -p tcp --sport 8080 -j DROP",
    "the admin page paused": f"{ENGINE}{UNBLOCK}docker pause admin",
    "the shop on another port": f"{ENGINE}docker rm -f shop; docker run -d --network host --name shop {serve('0.0.0.0:8081', 'shop: open')}",
}
