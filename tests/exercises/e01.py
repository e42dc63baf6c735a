"""01-front-door: a container in host mode that answers on http://localhost."""

from .server import BASE, by_python

ID = "01-front-door"
SET_UP = "docker run -d --network host --name webserver nginx"

RIGHT = {
    "create, then start": "docker rm -f webserver; docker create --net=host --name front-door nginx; docker start front-door",
    "renaming the one that runs": "docker rename webserver front-door",
    "joined to a container in host mode": f"docker rm -f webserver; {BASE}; docker run -d --network container:base --name front-door nginx",
    "joined to one that is gone since": f"docker rm -f webserver; {BASE}; docker run -d --network container:base --name front-door nginx;"
    "docker rm -f base",
    "from an image of one's own": "image=$(docker commit -c 'LABEL hostnet-lab-case=1' webserver); docker rm -f webserver;"
    "docker run -d --network host --name front-door $image",
    "by Python": f"docker rm -f webserver; {by_python(name='front-door', network_mode='host')}",
    "as a service that comes back, with a port asked for": "docker rm -f webserver;"
    "docker run -d --restart unless-stopped -p 80:80 --network host --name front-door nginx",
    "webserver moved, not removed": "docker exec webserver sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf; docker restart webserver;"
    "docker run -d --network host --name front-door nginx",
    "a server started inside later": "docker rm -f webserver; docker run -d --network host --name front-door nginx sleep 600;"
    "docker exec front-door nginx",
}
WRONG = {
    "nothing done": "true",
    "the port is still held by webserver": "docker run -d --network host --name front-door nginx",
    "a bridge, not reachable": "docker rm -f webserver; docker run -d --name front-door nginx",
    "a bridge with a published port": "docker rm -f webserver; docker run -d -p 80:80 --name front-door nginx",
    "created only": "docker rm -f webserver; docker create --network host --name front-door nginx",
    "stopped again": "docker rename webserver front-door; docker stop front-door",
    "another name": "docker rename webserver frontdoor",
    "another port": """docker rm -f webserver; docker run -d --network host --name front-door nginx \
        sh -c "sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'" """,
    "a stand-in that sleeps, beside webserver": "docker run -d --network host --name front-door nginx sleep 600",
    "paused": "docker rename webserver front-door; docker pause front-door",
    "started over and over": "docker rm -f webserver; docker run -d --restart always --network host --name front-door nginx sh -c 'exit 3';"
    "until docker inspect front-door | grep -q restarting; do :; done",
    "joined to a published container": "docker rm -f webserver; docker run -d -p 80:80 --name base nginx sleep 600;"
    "docker run -d --network container:base --name front-door nginx",
    "joined to webserver, whose port it wants": "docker run -d --network container:webserver --name front-door nginx; docker wait front-door",
    "on the bridge's address alone": """docker rm -f webserver; docker run -d --network host --name front-door nginx \
        sh -c "sed -i 's/80;/172.17.0.1:80;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'" """,
    "another container passes it on": """docker exec webserver sh -c "echo 'server { listen 80; location / { proxy_pass http://127.0.0.1:8081; } }' \
        > /etc/nginx/conf.d/default.conf; nginx -s reload"; docker run -d --network host --name front-door nginx \
        sh -c "sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'" """,
    "a network of that name": """for label in $HOSTNET_LAB_LABELS; do set -- "$@" --label $label; done; docker network create "$@" front-door""",
}
