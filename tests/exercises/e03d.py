"""03d-second-place: two servers in host mode beside each other, each on a port of its own."""

from .server import by_python

ID = "03d-second-place"
ON = "exec nginx -g 'daemon off;'"
RUN = "docker run -d --network host --name"
MOVED = "nginx sh -c \"sed -i 's/80;/{port};/' /etc/nginx/conf.d/default.conf && " + ON + '"'
SECOND = f"{RUN} second {MOVED.format(port=8085)}"
SET_UP = f"""{RUN} first {MOVED.format(port=8084)}
    until curl -s -o /dev/null http://localhost:8084; do :; done
    {RUN} second {MOVED.format(port=8084)}
    docker wait second"""

RIGHT = {
    "the old one renamed": f"docker rename second old; {SECOND}",
    "the same container, its settings changed": """docker cp second:/etc/nginx/conf.d/default.conf - | tar -xO | sed 's/8084;/8085;/' > new.conf
        docker cp new.conf second:/etc/nginx/conf.d/default.conf; rm new.conf; docker start second""",
    "on the loopback address only": f"docker rm second; {RUN} second {MOVED.format(port='127.0.0.1:8085')}",
    "joined to first": f"docker rm second; {SECOND.replace('--network host', '--network container:first')}",
    "by Python": "docker rm second; " + by_python(name="second", network_mode="host", command=["sh", "-c", MOVED.format(port=8085)[13:-1]]),
    "both made anew": f"docker rm -f first second; {SECOND.replace('second', 'first').replace('8085', '8084')}; {SECOND}",
    "from an image of one's own": "docker rm second; docker exec first sed -i 's/8084;/8085;/' /etc/nginx/conf.d/default.conf;"
    "image=$(docker commit -c 'LABEL hostnet-lab-case=1' first); docker exec first sed -i 's/8085;/8084;/' /etc/nginx/conf.d/default.conf;"
    "docker run -d --network host --name second $image nginx -g 'daemon off;'",
    "made and started in two steps": f"docker rm second; {SECOND.replace('run -d', 'create')}; docker start second",
}
WRONG = {
    "nothing done": "true",
    "started again as it is": "docker start second",
    "moved by a published port": f"docker rm second; {RUN} second -p 8085:80 {MOVED.format(port=8084)}",
    "a bridge with a published port": "docker rm second; docker run -d -p 8085:80 --name second nginx",
    "moved by a variable that nginx does not read": "docker rm second; docker run -d --network host -e NGINX_PORT=8085 --name second nginx",
    "the first server stopped for it": f"docker rm second; docker stop first; {RUN} second {MOVED.format(port=8084)}",
    "the first server moved instead": f"docker rm -f first second; {RUN} first {MOVED.format(port=8085)}; {RUN} second {MOVED.format(port=8084)}",
    "the first server gone": f"docker rm second; docker rm -f first; {SECOND}",
    "another name": f"docker rm second; {SECOND.replace('--name second', '--name other')}",
    "a stand-in that sleeps": f"docker rm second; {RUN} second nginx sleep 600",
    "both ports served by first": "docker exec first sed -i 's/8084;/8084; listen 8085;/' /etc/nginx/conf.d/default.conf; docker exec first nginx -s reload;"
    f"docker rm second; {RUN} second nginx sleep 600",
    "started over and over, on the same port": "docker update --restart always second; docker start second;"
    "until docker inspect second | grep -q restarting; do :; done",
    "first paused meanwhile": f"docker rm second; {SECOND}; docker pause first",
    "the names exchanged": "docker exec first sed -i 's/8084;/8085;/' /etc/nginx/conf.d/default.conf; docker restart first;"
    "docker rename second old; docker rename first second",
    "joined to a published container": "docker rm second; docker run -d -p 8085:8085 --name base nginx sleep 600;"
    f"{SECOND.replace('--network host', '--network container:base')}",
    "made, and not started": f"docker rm second; {SECOND.replace('run -d', 'create')}",
}
