"""repair-loopback: a server that listens on 127.0.0.1, and a neighbour who wants to read it."""

from .server import BASE, OWN, PERL, SERVER, network, serve

ID = "repair-loopback"
RUN = "docker rm -f stock; docker run -d --network host --name stock"
SET_UP = f"docker run -d --network host --name stock {serve('127.0.0.1:8105', 'stock: 12 crates')}"

RIGHT = {
    "on the host's own address": f"{OWN}{RUN} {serve('$own:8105', 'stock: 12 crates')}",
    "on a bridge, published": f"docker rm -f stock; docker run -d -p 8105:80 --name stock {serve('0.0.0.0:80', 'stock: 12 crates')}",
    "a relay beside it": f"""{OWN}docker run -d --network host --name relay nginx sh -c "echo 'server {{ listen $own:8105; \
        location / {{ proxy_pass http://127.0.0.1:8105; }} }}' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'" """,
    "joined to a container in host mode": f"{BASE}; {RUN.replace('--network host', '--network container:base')} {serve('0.0.0.0:8105', 'stock: 12 crates')}",
    "on a network of one's own": f"docker rm -f stock; {network('office')}docker run -d --network office -p 8105:8105 --name stock {serve('0.0.0.0:8105', 'stock: 12 crates')}",
    "made and started in two steps": f"docker rm -f stock; docker create --network host --name stock {serve('0.0.0.0:8105', 'stock: 12 crates')}; docker start stock",
    "published on the host's own address": f"{OWN}docker rm -f stock; docker run -d -p $own:8105:80 --name stock {serve('0.0.0.0:80', 'stock: 12 crates')}",
    "a second server inside": f"{OWN}docker exec -d stock {PERL.removeprefix('nginx ')} '{SERVER}' $own:8105 'stock: 12 crates'; until curl -s http://$own:8105; do :; done",
    "a relay on a bridge": """docker exec stock true; docker run -d -p 8115:80 --name relay nginx sleep 600; docker rm -f relay; """
    + f"{RUN} {serve('172.17.0.1:8105', 'stock: 12 crates')}"
    + """; until curl -s http://172.17.0.1:8105; do :; done
        own=$(python3 -c "import socket; s = socket.socket(2, 2); s.connect(('192.0.2.1', 9)); print(s.getsockname()[0])")
        docker run -d -p $own:8105:80 --name relay nginx sh -c "echo 'server { listen 80; location / { proxy_pass http://172.17.0.1:8105; } }' \
        > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'" """,
}
WRONG = {
    "nothing done": "true",
    "another address of loopback": f"{RUN} {serve('127.0.0.2:8105', 'stock: 12 crates')}",
    "published on loopback": f"docker rm -f stock; docker run -d -p 127.0.0.1:8105:80 --name stock {serve('0.0.0.0:80', 'stock: 12 crates')}",
    "-p in host mode": RUN.replace("host --name", "host -p 8105:8105 --name") + f" {serve('127.0.0.1:8105', 'stock: 12 crates')}",
    "on another port": f"{RUN} {serve('0.0.0.0:8115', 'stock: 12 crates')}",
    "other words": f"{RUN} {serve('0.0.0.0:8105', 'stock: unknown')}",
    "on the bridge's address": f"{RUN} {serve('172.17.0.1:8105', 'stock: 12 crates')}",
    "ended": "docker kill stock",
    "removed": "docker rm -f stock",
    "another container says the same": f"docker rm -f stock; {RUN.partition(';')[2]} nginx sleep 600; docker run -d -p 8105:80 --name other {serve('0.0.0.0:80', 'stock: 12 crates')}",
    "a stand-in that sleeps": f"{RUN} nginx sleep 600",
    "renamed": "docker rename stock store",
    "paused": f"{RUN} {serve('0.0.0.0:8105', 'stock: 12 crates')}; docker pause stock",
    "on a bridge, not published": f"docker rm -f stock; docker run -d --name stock {serve('0.0.0.0:8105', 'stock: 12 crates')}",
    "published to a server on loopback inside": f"docker rm -f stock; docker run -d -p 8105:8105 --name stock {serve('127.0.0.1:8105', 'stock: 12 crates')}",
    "started over and over": f"{RUN} --restart always nginx perl -e 'exit 3'; until docker inspect stock | grep -q restarting; do :; done",
    "a plain nginx there": """docker rm -f stock; docker run -d -p 8105:80 --name stock nginx""",
}
