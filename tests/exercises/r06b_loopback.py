"""repair-loopback: a server that listens on 127.0.0.1, and a neighbour who wants to read it."""

from .server import serve

ID = "repair-loopback"
RUN = "docker rm -f stock; docker run -d --network host --name stock"
OWN = "own=$(python3 -c \"import socket; s = socket.socket(2, 2); s.connect(('192.0.2.1', 9)); print(s.getsockname()[0])\"); "
SET_UP = f"docker run -d --network host --name stock {serve('127.0.0.1:8105', 'stock: 12 crates')}"

RIGHT = {
    "on the host's own address": f"{OWN}{RUN} {serve('$own:8105', 'stock: 12 crates')}",
    "on a bridge, published": f"docker rm -f stock; docker run -d -p 8105:80 --name stock {serve('0.0.0.0:80', 'stock: 12 crates')}",
    "a relay beside it": f"""{OWN}docker run -d --network host --name relay nginx sh -c "echo 'server {{ listen $own:8105; \
        location / {{ proxy_pass http://127.0.0.1:8105; }} }}' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'" """,
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
}
