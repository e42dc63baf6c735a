"""repair-unresolved-name: clerk, in host mode, asks for a bridge container by its name."""

from .server import network, serve

ID = "repair-unresolved-name"
ARCHIVE = serve("0.0.0.0:8107", "archive: found")
CLERK = serve("0.0.0.0:8117", "clerk: ready")
ADDRESS = "address=$(docker inspect -f '{{ .NetworkSettings.IPAddress }}' archive); "
RUN = "docker rm -f clerk; docker run -d --network host --name clerk"
NETWORK = network("office")
SET_UP = f"docker run -d --name archive {ARCHIVE}; docker run -d --network host --name clerk {CLERK}"

RIGHT = {
    "the name written into the hosts file": f'{ADDRESS}docker exec clerk sh -c "echo $address archive >> /etc/hosts"',
    "published on loopback, and the name for it": f"docker rm -f archive; docker run -d -p 127.0.0.1:8107:8107 --name archive {ARCHIVE};"
    f"{RUN} --add-host archive:127.0.0.1 {CLERK}",
    "both on a network of one's own": f"{NETWORK}docker network connect office archive; docker rm -f clerk;"
    f"docker run -d --network office --name clerk {CLERK}",
    "clerk joined to archive": f"docker rm -f clerk; docker run -d --network container:archive --name clerk {CLERK}; docker exec archive sh -c 'echo 127.0.0.1 archive >> /etc/hosts'",
    "archive in host mode": f"docker rm -f archive; docker run -d --network host --add-host archive:127.0.0.1 --name archive {ARCHIVE}; {RUN} --add-host archive:127.0.0.1 {CLERK}",
    "both made anew on a network": f"docker rm -f archive clerk; {NETWORK}docker run -d --network office --name archive {ARCHIVE}; docker run -d --network office --name clerk {CLERK}",
    "a link, as it once was": f"docker rm -f clerk; docker run -d --link archive --name clerk {CLERK}",
    "a relay on the host": f"{ADDRESS}{RUN} --add-host archive:127.0.0.1 {CLERK};"
    + """docker run -d --network host --name relay nginx sh -c "echo 'server { listen 127.0.0.1:8107;
        location / { proxy_pass http://'$address':8107; } }' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'"; until curl -s http://127.0.0.1:8107; do :; done""",
    "published everywhere, and the gateway's name": f"docker rm -f archive; docker run -d -p 8107:8107 --name archive {ARCHIVE}; {RUN} --add-host archive:host-gateway {CLERK}",
}
WRONG = {
    "nothing done": "true",
    "connected later": "docker network connect bridge clerk || true",
    "both on the default bridge, which knows no names": f"docker rm -f clerk; docker run -d --name clerk {CLERK}",
    "published, and no name for it": f"docker rm -f archive; docker run -d -p 8107:8107 --name archive {ARCHIVE}",
    "the name leads to loopback": f"{RUN} --add-host archive:127.0.0.1 {CLERK}",
    "archive ended": f"{ADDRESS}{RUN} --add-host archive:$address {CLERK}; docker kill archive",
    "clerk answers itself": f"{RUN} --add-host archive:127.0.0.1 {CLERK.replace('8117', '8107')}",
    "clerk removed": "docker rm -f clerk",
    "clerk says the same itself": f"{RUN} --add-host archive:127.0.0.1 {serve('0.0.0.0:8107', 'archive: found')}",
    "another container says the same": f"docker run -d --name other {ARCHIVE}; address=$(docker inspect -f '{{{{ .NetworkSettings.IPAddress }}}}' other); {RUN} --add-host archive:$address {CLERK}",
    "archive moved to another address afterwards": f"{ADDRESS}{RUN} --add-host archive:$address {CLERK}; docker rm -f archive; docker run -d --name first nginx sleep 600;"
    f"docker run -d --name archive {ARCHIVE}",
    "clerk without any network": f"docker rm -f clerk; docker run -d --network none --name clerk {CLERK}",
    "an alias in host mode, which is refused": f"docker rm -f clerk; docker run -d --network host --link archive --name clerk {CLERK} || true",
    "archive paused": f"{ADDRESS}{RUN} --add-host archive:$address {CLERK}; docker pause archive",
    "archive a stand-in that sleeps": f"docker rm -f archive; docker run -d --name archive nginx sleep 600; {ADDRESS}{RUN} --add-host archive:$address {CLERK}",
    "only archive on the network of one's own": f"{NETWORK}docker network connect office archive",
    "another name": f"{ADDRESS}{RUN} --add-host archives:$address {CLERK}",
}
