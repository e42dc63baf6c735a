"""07-capstone: five points of a specification, each of which can be missed alone."""

from .server import BASE, by_python

ID = "07-capstone"
SET_UP = "true"
RESTART = "docker restart -t 5 capstone"
LATER = "until curl -s -o /dev/null http://127.0.0.1:8090; do :; done; now=$(date +%s); until [ $(date +%s) -gt $now ]; do :; done"


def run(
    options: str = "--network host --cap-drop NET_RAW", page: str = "proved by a run", listen: str = "127.0.0.1:8090", then: str = RESTART
) -> str:
    return f"""docker run -d {options} --name capstone nginx sh -c "
        echo '{page}' > /usr/share/nginx/html/index.html
        sed -i 's/80;/{listen};/' /etc/nginx/conf.d/default.conf
        exec nginx -g 'daemon off;'"
    {then}"""


IN_SHELL = (
    "echo proved by a run > /usr/share/nginx/html/index.html; sed -i 's/80;/127.0.0.1:8090;/' /etc/nginx/conf.d/default.conf;"
    "exec nginx -g 'daemon off;'"
)

RIGHT = {
    "all dropped but what nginx needs": run("--network host --cap-drop ALL --cap-add SETUID --cap-add SETGID --cap-add CHOWN"),
    "more words on the page": run(page="<h1>status: proved by a run</h1>"),
    "stopped and started": run(then="docker stop capstone; docker start capstone"),
    "ended by its own signal, started": run(then="docker kill -s QUIT capstone; docker wait capstone; docker start capstone"),
    "joined to a container in host mode": f"{BASE}\n    " + run("--network container:base --cap-drop NET_RAW"),
    "the page copied in, before a restart": """docker run -d --network host --cap-drop NET_RAW --name capstone nginx sh -c "
        sed -i 's/80;/127.0.0.1:8090;/' /etc/nginx/conf.d/default.conf
        exec nginx -g 'daemon off;'"
    f=$(mktemp); echo 'proved by a run' > $f; chmod 644 $f; docker cp $f capstone:/usr/share/nginx/html/index.html; rm $f; """
    + RESTART,
    "the page written on every start": run(then=RESTART + "; " + RESTART),
    "said by the server itself": """docker run -d --network host --cap-drop NET_RAW --name capstone nginx sh -c "
        echo 'server { listen 127.0.0.1:8090; return 200 \\"proved by a run\\"; }' > /etc/nginx/conf.d/default.conf
        exec nginx -g 'daemon off;'"\n    """
    + RESTART,
    "back by itself after it was killed": run("--network host --cap-drop NET_RAW --restart always", then="")
    + """\n    docker exec capstone nginx -s quit; until docker inspect -f '{{ .RestartCount }} {{ .State.Running }}' capstone | grep -q '1 true'; do :; done""",
    "by Python": by_python(name="capstone", network_mode="host", cap_drop=["NET_RAW"], command=["sh", "-c", IN_SHELL]) + f"; {RESTART}",
}
WRONG = {
    "nothing done": "true",
    "on every address": run(listen="8090"),
    "on the bridge's address as well": run().replace("127.0.0.1:8090;", "127.0.0.1:8090; listen 172.17.0.1:8090;"),
    "packet sockets allowed": run("--network host"),
    "other words": run(page="proven by a run"),
    "on a bridge, published on loopback": run("-p 127.0.0.1:8090:80 --cap-drop NET_RAW", listen="80"),
    "another port": run(listen="127.0.0.1:8089"),
    "another capability dropped": run("--network host --cap-drop NET_ADMIN"),
    "never restarted": run(then=""),
    "restarted, and not up again": run(then="docker stop capstone"),
    "removed and made anew instead": run(then="docker rm -f capstone") + "\n    " + run(then=""),
    "a page that a restart loses": run(
        page="other words", then="docker exec capstone sh -c \"echo 'proved by a run' > /usr/share/nginx/html/index.html\""
    )
    + f"\n    {RESTART}",
    "the tool taken away, not the permission": run("--network host") + "; docker exec capstone rm /usr/bin/perl",
    "mended after the restart, which the next start undoes": run(page="other words", then=f"{RESTART}; {LATER}")
    + "\n    docker exec capstone sh -c \"echo 'proved by a run' > /usr/share/nginx/html/index.html\"",
    "on another address of loopback": run(listen="127.0.0.2:8090"),
    "its old port beside it": run(listen="127.0.0.1:8090; listen 127.0.0.1:8091"),
    "joined to a container on a bridge": "docker run -d -p 127.0.0.1:8090:8090 --name base nginx sleep 600\n    "
    + run("--network container:base --cap-drop NET_RAW", listen="8090"),
    "paused after the restart": run(then=RESTART + "; docker pause capstone"),
    "a stand-in that sleeps": "docker run -d --network host --cap-drop NET_RAW --name capstone nginx sleep 600; docker restart -t 0 capstone",
    "its page not readable": run(then="docker exec capstone chmod 000 /usr/share/nginx/html/index.html; " + RESTART).replace(
        "echo 'proved", "test -s /usr/share/nginx/html/own || echo 'proved"
    ),
}
