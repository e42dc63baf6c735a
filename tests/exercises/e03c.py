"""03c-one-address: ways that must pass, and misunderstandings that must be refused."""

from .server import BASE, by_python

ID = "03c-one-address"

SET_UP = "true"

IN_SHELL = "sed -i 's/80;/127.0.0.1:8083;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"
ON = f'nginx sh -c "{IN_SHELL}"'

RIGHT = {
    "a configuration of one's own": r"""
docker run -d --network host --name private nginx sh -c "
    echo 'server { listen 127.0.0.1:8083; return 200 private; }' > /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "on every address first, mended and restarted": r"""
docker run -d --network host --name private nginx sh -c "
    sed -i 's/80;/8083;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
docker exec private sed -i 's/8083;/127.0.0.1:8083;/' /etc/nginx/conf.d/default.conf
docker restart private
""",
    "joined to a container in host mode": f"{BASE}; docker run -d --network container:base --name private {ON}",
    "by Python": by_python(name="private", network_mode="host", command=["sh", "-c", IN_SHELL]),
    "by the name localhost": f"docker run -d --network host --name private {ON.replace('127.0.0.1', 'localhost')}",
    "made, its settings copied in, started": "docker create --network host --name private nginx; f=$(mktemp);"
    "echo 'server { listen 127.0.0.1:8083; root /usr/share/nginx/html; }' > $f; chmod 644 $f;"
    "docker cp $f private:/etc/nginx/conf.d/default.conf; rm $f; docker start private",
    "with a port asked for besides": f"docker run -d --network host -p 8083:80 --restart unless-stopped --name private {ON}",
    "a server started inside later": "docker run -d --network host --name private nginx sleep 600;"
    + """docker exec private sh -c "sed -i 's/80;/127.0.0.1:8083;/' /etc/nginx/conf.d/default.conf && nginx" """,
}

WRONG = {
    "nothing was started": "true",
    "a port without an address means every address": r"""
docker run -d --network host --name private nginx sh -c "
    sed -i 's/80;/8083;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "published on loopback from a bridge: not host mode": "docker run -d -p 127.0.0.1:8083:80 --name private nginx",
    "in host mode -p chooses no address": "docker run -d --network host -p 127.0.0.1:8083:80 --name private nginx",
    "bound to the host's own address instead": r"""
own=$(python3 -c "
import socket
probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
probe.connect(('192.0.2.1', 9))
print(probe.getsockname()[0])")
docker run -d --network host --name private nginx sh -c "
    sed -i 's/80;/$own:8083;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "server_name chooses no address": r"""
docker run -d --network host --name private nginx sh -c "
    sed -i 's/80;/8083;/; s/server_name .*;/server_name 127.0.0.1;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "loopback, and another address of the host beside it": r"""
docker run -d --name probe nginx
gateway=$(docker inspect -f "{{ range .NetworkSettings.Networks }}{{ .Gateway }}{{ end }}" probe)
docker run -d --network host --name private nginx sh -c "
    sed -i 's/80;/127.0.0.1:8083; listen $gateway:8083;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "another address of loopback": f"docker run -d --network host --name private {ON.replace('127.0.0.1', '127.0.0.2')}",
    "loopback, and its old port beside it": f"docker run -d --network host --name private {ON.replace('8083;', '8083; listen 8093;')}",
    "others turned away by their address, after they were let in": """docker run -d --network host --name private nginx sh -c "
    echo 'server { listen 8083; allow 127.0.0.1; deny all; root /usr/share/nginx/html; }' > /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'" """,
    "without any network": f"docker run -d --network none --name private {ON}",
    "joined to a container on a bridge": f"docker run -d -p 127.0.0.1:8083:8083 --name base nginx sleep 600; docker run -d --network container:base --name private {ON}",
    "mended inside, and not read again": f"docker run -d --network host --name private {ON.replace('127.0.0.1:8083', '8083')};"
    "docker exec private sed -i 's/8083;/127.0.0.1:8083;/' /etc/nginx/conf.d/default.conf",
    "paused": f"docker run -d --network host --name private {ON}; docker pause private",
    "loopback of IPv6 as well": f"docker run -d --network host --name private {ON.replace('8083;', '8083; listen [::1]:8083;')}",
}
