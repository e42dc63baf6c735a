"""03c-one-address: ways that must pass, and misunderstandings that must be refused."""

ID = "03c-one-address"

SET_UP = "true"

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
}
