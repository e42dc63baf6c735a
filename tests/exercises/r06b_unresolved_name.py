"""repair-unresolved-name: clerk, in host mode, asks for a bridge container by its name."""

from .server import serve

ID = "repair-unresolved-name"
ARCHIVE = serve("0.0.0.0:8107", "archive: found")
CLERK = serve("0.0.0.0:8117", "clerk: ready")
ADDRESS = "address=$(docker inspect -f '{{ .NetworkSettings.IPAddress }}' archive); "
RUN = "docker rm -f clerk; docker run -d --network host --name clerk"
NETWORK = 'for label in $HOSTNET_LAB_LABELS; do set -- "$@" --label $label; done; docker network create "$@" office; '
SET_UP = f"docker run -d --name archive {ARCHIVE}; docker run -d --network host --name clerk {CLERK}"

RIGHT = {
    "the name written into the hosts file": f'{ADDRESS}docker exec clerk sh -c "echo $address archive >> /etc/hosts"',
    "published on loopback, and the name for it": f"docker rm -f archive; docker run -d -p 127.0.0.1:8107:8107 --name archive {ARCHIVE};"
    f"{RUN} --add-host archive:127.0.0.1 {CLERK}",
    "both on a network of one's own": f"{NETWORK}docker network connect office archive; docker rm -f clerk;"
    f"docker run -d --network office --name clerk {CLERK}",
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
}
