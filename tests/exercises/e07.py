"""07-capstone: five points of a specification, each of which can be missed alone."""

ID = "07-capstone"
SET_UP = "true"
RESTART = "docker restart -t 5 capstone"


def run(
    options: str = "--network host --cap-drop NET_RAW", page: str = "proved by a run", listen: str = "127.0.0.1:8090", then: str = RESTART
) -> str:
    return f"""docker run -d {options} --name capstone nginx sh -c "
        echo '{page}' > /usr/share/nginx/html/index.html
        sed -i 's/80;/{listen};/' /etc/nginx/conf.d/default.conf
        exec nginx -g 'daemon off;'"
    {then}"""


RIGHT = {
    "all dropped but what nginx needs": run("--network host --cap-drop ALL --cap-add SETUID --cap-add SETGID --cap-add CHOWN"),
    "more words on the page": run(page="<h1>status: proved by a run</h1>"),
    "stopped and started": run(then="docker stop capstone; docker start capstone"),
    "ended by its own signal, started": run(then="docker kill -s QUIT capstone; docker wait capstone; docker start capstone"),
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
}
