"""03e-guarded: host mode, and no packet socket."""

from .server import BASE, by_python

ID = "03e-guarded"
SET_UP = "docker run -d --network host --name webserver nginx"
RUN = "docker run -d --network host --name guarded"
IN_SHELL = "sed -i 's/80;/8086;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"
MOVED = f'nginx sh -c "{IN_SHELL}"'
NOT_ROOT = " ".join(f"{kind}_temp_path /tmp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))

RIGHT = {
    "with its long name": f"{RUN} --cap-drop=CAP_NET_RAW {MOVED}",
    "all dropped but what nginx needs": f"{RUN} --cap-drop ALL --cap-add CHOWN --cap-add SETUID --cap-add SETGID {MOVED}",
    "another user than root": f"""{RUN} --user 65534 nginx sh -c "echo 'pid /tmp/pid; events {{}} http {{ {NOT_ROOT} server {{ listen 8086; \
        return 200 guarded; }} }}' > /tmp/own.conf && exec nginx -c /tmp/own.conf -g 'daemon off;'" """,
    "joined to a container in host mode": f"{BASE}; docker run -d --network container:base --cap-drop NET_RAW --name guarded {MOVED}",
    "by Python": by_python(name="guarded", network_mode="host", cap_drop=["NET_RAW"], command=["sh", "-c", IN_SHELL]),
    "more rights than by default, and not that one": f"{RUN} --cap-add NET_ADMIN --cap-drop NET_RAW {MOVED}",
    "the call itself forbidden": """f=$(mktemp); echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["socket"], "action": "SCMP_ACT_ERRNO",
        "args": [{"index": 0, "value": 17, "op": "SCMP_CMP_EQ"}]}]}' > $f; """
    + f"{RUN} --security-opt seccomp=$f {MOVED}; rm $f",
    "no new privileges besides": f"{RUN} --cap-drop NET_RAW --security-opt no-new-privileges --restart unless-stopped {MOVED}",
    "made and started in two steps": f"{RUN.replace('run -d', 'create')} --cap-drop NET_RAW {MOVED}; docker start guarded",
}
WRONG = {
    "nothing done": "true",
    "the defaults": f"{RUN} {MOVED}",
    "another capability dropped": f"{RUN} --cap-drop NET_ADMIN {MOVED}",
    "dropped and added again": f"{RUN} --cap-drop ALL --cap-add CHOWN --cap-add SETUID --cap-add SETGID --cap-add NET_RAW {MOVED}",
    "no new privileges, but the old ones": f"{RUN} --security-opt no-new-privileges {MOVED}",
    "on a bridge": "docker run -d --cap-drop NET_RAW -p 8086:80 --name guarded nginx",
    "moved by a published port": f"docker rm -f webserver; {RUN} --cap-drop NET_RAW -p 8086:80 nginx",
    "the port is still held by webserver": f"{RUN} --cap-drop NET_RAW nginx",
    "more dropped than nginx can do without": f"{RUN} --cap-drop ALL {MOVED}",
    "the tool taken away, not the permission": f"{RUN} {MOVED}; docker exec guarded rm /usr/bin/perl",
    "another name": f"{RUN.replace('guarded', 'safe')} --cap-drop NET_RAW {MOVED}",
    "only one right added": f"{RUN} --cap-add NET_RAW {MOVED}",
    "dropped in another container": f"{RUN} {MOVED}; docker run -d --network host --cap-drop NET_RAW --name safe nginx sleep 600",
    "a stand-in that sleeps": f"{RUN} --cap-drop NET_RAW nginx sleep 600",
    "a file system that cannot be written": f"{RUN} --read-only {MOVED}",
    "joined to a container on a bridge": "docker run -d -p 8086:8086 --name base nginx sleep 600;"
    f"docker run -d --network container:base --cap-drop NET_RAW --name guarded {MOVED}",
    "paused": f"{RUN} --cap-drop NET_RAW {MOVED}; docker pause guarded",
}
