"""repair-published: -p was trusted in host mode."""

from .server import by_python, network

ID = "repair-published"
ON = """nginx sh -c "sed -i 's/80;/8102;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'" """
SET_UP = "docker run -d --network host -p 8102:80 --name site nginx"

RIGHT = {
    "in host mode, its listen line changed": f"docker rm -f site; docker run -d --network host --name site {ON}",
    "changed inside, and reloaded": "docker exec site sed -i 's/80;/8102;/' /etc/nginx/conf.d/default.conf; docker exec site nginx -s reload",
    "a relay in host mode before it": """docker run -d --network host --name relay nginx sh -c "echo 'server { listen 8102; location / { proxy_pass http://127.0.0.1; } }' \
        > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'" """,
    "on a network of one's own": f"docker rm -f site; {network('office')}docker run -d --network office -p 8102:80 --name site nginx",
    "on loopback alone": "docker rm -f site; docker run -d -p 127.0.0.1:8102:80 --name site nginx",
    "by Python": "docker rm -f site; " + by_python(name="site", ports={"80/tcp": 8102}),
    "the old one renamed": "docker rename site old; docker stop old; docker run -d -p 8102:80 --name site nginx",
    "joined to a published container": "docker rm -f site; docker run -d -p 8102:80 --name base nginx sleep 600; docker run -d --network container:base --name site nginx",
}
WRONG = {
    "nothing done": "true",
    "the other way round": "docker rm -f site; docker run -d --network host -p 80:8102 --name site nginx",
    "another port published": "docker rm -f site; docker run -d -p 8112:80 --name site nginx",
    "published to a port on which nobody listens": "docker rm -f site; docker run -d -p 8102:8102 --name site nginx",
    "on a bridge, not published": "docker rm -f site; docker run -d --name site nginx",
    "another server there": f"docker run -d --network host --name other {ON}",
    "gone": "docker rm -f site",
    "stopped": "docker stop site",
    "a stand-in that sleeps, published": "docker rm -f site; docker run -d -p 8102:80 --name site nginx sleep 600",
    "renamed, and another of its name": f"docker rename site old; docker run -d --network host --name other {ON}; docker run -d --name site nginx",
    "a range of ports, and its start missed": "docker rm -f site; docker run -d -p 8103-8105:80-82 --name site nginx",
    "all exposed ports, by chance": "docker rm -f site; docker run -d -P --name site nginx",
    "published for another protocol": "docker rm -f site; docker run -d -p 8102:80/udp --name site nginx",
    "made, and not started": "docker rm -f site; docker create -p 8102:80 --name site nginx",
    "paused": "docker rm -f site; docker run -d -p 8102:80 --name site nginx; docker pause site",
    "started again as it is": "docker restart site",
    "connected to a bridge": "docker network connect bridge site || true",
}
