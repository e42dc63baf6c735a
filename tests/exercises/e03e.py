"""03e-guarded: host mode, and no packet socket."""

ID = "03e-guarded"
SET_UP = "docker run -d --network host --name webserver nginx"
RUN = "docker run -d --network host --name guarded"
MOVED = """nginx sh -c "sed -i 's/80;/8086;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'" """
NOT_ROOT = " ".join(f"{kind}_temp_path /tmp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))

RIGHT = {
    "with its long name": f"{RUN} --cap-drop=CAP_NET_RAW {MOVED}",
    "all dropped but what nginx needs": f"{RUN} --cap-drop ALL --cap-add CHOWN --cap-add SETUID --cap-add SETGID {MOVED}",
    "another user than root": f"""{RUN} --user 65534 nginx sh -c "echo 'pid /tmp/pid; events {{}} http {{ {NOT_ROOT} server {{ listen 8086; \
        return 200 guarded; }} }}' > /tmp/own.conf && exec nginx -c /tmp/own.conf -g 'daemon off;'" """,
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
}
