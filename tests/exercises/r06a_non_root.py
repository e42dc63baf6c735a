"""repair-non-root: an ordinary user on port 80 of the host."""

from .server import PERL, SERVER, network, serve

ID = "repair-non-root"
RATES = serve("0.0.0.0:80", "rates: 1.09")
DROPPING = SERVER.replace("while (", "$) = $( = 65534; $> = $< = 65534;\nwhile (", 1)
RUN = "docker run -d --network host --name rates"
SET_UP = f"{RUN} --user 65534 {RATES}; docker wait rates"

RIGHT = {
    "on a bridge, a high port inside": f"docker rm rates; docker run -d -p 80:8080 --user 65534 --name rates {serve('0.0.0.0:8080', 'rates: 1.09')}",
    "opened as root, which is given up": f"docker rm rates; {RUN} {PERL} '{DROPPING}' 0.0.0.0:80 'rates: 1.09'",
    "on a high port of the host, with a relay before it": f"""docker rm rates; {RUN} --user 65534 {serve("0.0.0.0:8104", "rates: 1.09")}
        docker run -d --network host --name relay nginx sh -c "echo 'server {{ listen 80; location / {{ proxy_pass http://127.0.0.1:8104; }} }}' \
        > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'" """,
    "by the name of a user": f"docker rm rates; docker run -d -p 80:80 --user nobody --name rates {RATES}",
    "on a network of one's own": f"docker rm rates; {network('office')}docker run -d --network office -p 80:80 --user 65534 --name rates {RATES}",
    "published on loopback alone": f"docker rm rates; docker run -d -p 127.0.0.1:80:80 --user 1000:1000 --name rates {RATES}",
    "joined to a published container": f"docker rm rates; docker run -d -p 80:80 --name base nginx sleep 600; docker run -d --network container:base --user 65534 --name rates {RATES}",
    "without any right besides": f"docker rm rates; docker run -d -p 80:80 --user 65534 --cap-drop ALL --restart unless-stopped --name rates {RATES}",
    "a relay on a bridge": f"""docker rm rates; {RUN} --user 65534 {serve("0.0.0.0:8104", "rates: 1.09")}
        docker run -d -p 80:80 --add-host host.docker.internal:host-gateway --name relay nginx sh -c "echo 'server {{ listen 80; location / \
        {{ proxy_pass http://host.docker.internal:8104; }} }}' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'" """,
}
WRONG = {
    "nothing done": "true",
    "started again": "docker start rates; docker wait rates",
    "as root": f"docker rm rates; {RUN} {RATES}",
    "as root on a bridge": f"docker rm rates; docker run -d -p 80:80 --name rates {RATES}",
    "a right that another user does not get": f"docker rm rates; {RUN} --user 65534 --cap-add NET_BIND_SERVICE {RATES}; docker wait rates",
    "on a high port of the host": f"docker rm rates; {RUN} --user 65534 {serve('0.0.0.0:8104', 'rates: 1.09')}",
    "other words": f"docker rm rates; docker run -d -p 80:80 --user 65534 --name rates {serve('0.0.0.0:80', 'rates: none')}",
    "as another user than it says": f"docker rm rates; {RUN} --user 0:65534 {RATES}",
    "a stand-in that sleeps, and root serves": f"docker rm rates; {RUN} --user 65534 nginx sleep 600; docker run -d --network host --name other {RATES}",
    "started inside as root": f"docker rm rates; {RUN} --user 65534 nginx sleep 600; docker exec -d -u 0 rates {PERL.removeprefix('nginx ')} '{SERVER}' 0.0.0.0:80 'rates: 1.09';"
    "until curl -s http://127.0.0.1; do :; done",
    "published on another port": f"docker rm rates; docker run -d -p 8104:80 --user 65534 --name rates {RATES}",
    "on a bridge, not published": f"docker rm rates; docker run -d --user 65534 --name rates {RATES}",
    "a stand-in that sleeps": "docker rm rates; docker run -d -p 80:80 --user 65534 --name rates nginx sleep 600",
    "started over and over": "docker update --restart always rates; docker start rates; until docker inspect rates | grep -q restarting; do :; done",
    "removed": "docker rm rates",
}
