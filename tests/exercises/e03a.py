"""03a-no-detour: ways that must pass, and misunderstandings that must be refused."""

from .server import by_python

ID = "03a-no-detour"

SET_UP = r"""
docker run -d --network host --name hosted nginx sh -c "
    sed -i 's/80;/8088;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
docker run -d -p 8089:80 --name published nginx
"""

IN_SHELL = "sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"
MOVED = f'nginx sh -c "{IN_SHELL}"'
INSIDE = "sh -c \"sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf && nginx\""

RIGHT = {
    "a configuration of one's own": r"""
docker run -d --network host --name direct nginx sh -c "
    echo 'server { listen 8081; root /usr/share/nginx/html; }' > /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "a template that the image's entrypoint fills in": r"""
docker create --network host -e NGINX_PORT=8081 --name direct nginx
folder=$(mktemp -d) && mkdir $folder/templates
echo 'server { listen ${NGINX_PORT}; root /usr/share/nginx/html; }' > $folder/templates/default.conf.template
docker cp $folder/templates direct:/etc/nginx/
rm -r $folder
docker start direct
""",
    "published first, then started anew in host mode": r"""
docker run -d -p 8081:80 --name direct nginx
docker rm -f direct
docker run -d --network host --name direct nginx sh -c "
    sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "joined to a container in host mode": f"docker run -d --network container:hosted --name direct {MOVED}",
    "the other one renamed and moved": "docker rename hosted direct; docker exec direct sed -i 's/8088;/8081;/' /etc/nginx/conf.d/default.conf;"
    "docker restart direct",
    "by Python": by_python(name="direct", network_mode="host", command=["sh", "-c", IN_SHELL]),
    "from an image of one's own": "docker exec hosted sed -i 's/8088;/8081;/' /etc/nginx/conf.d/default.conf;"
    "image=$(docker commit -c 'LABEL hostnet-lab-case=1' hosted); docker run -d --network host --name direct $image nginx -g 'daemon off;'",
    "a server started inside later": "docker run -d --network host --name direct nginx sleep 600; docker exec direct " + INSIDE,
    "on loopback alone": f"docker run -d --network host --name direct {MOVED.replace('8081;', '127.0.0.1:8081;')}",
}

WRONG = {
    "nothing was started": "true",
    "published on all addresses: docker-proxy relays": "docker run -d -p 8081:80 --name direct nginx",
    "published on loopback alone: docker-proxy relays all the same": "docker run -d -p 127.0.0.1:8081:80 --name direct nginx",
    "in host mode -p moves nothing: nginx stays on port 80": "docker run -d --network host -p 8081:80 --name direct nginx",
    "the environment variable alone moves nothing": "docker run -d --network host -e NGINX_PORT=8081 --name direct nginx",
    "moved on a bridge, where the host cannot see the port": r"""
docker run -d --name direct nginx sh -c "
    sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "right, but under another name": r"""
docker run -d --network host --name straight nginx sh -c "
    sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "another container answers on the port": r"""
docker run -d --network host --name first nginx sh -c "
    sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
docker run -d --network host --name direct nginx sh -c "
    sed -i 's/80;/8090;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "a relay in host mode before a published container": """docker run -d --network host --name direct nginx sleep 600
        docker run -d --network host --name relay nginx sh -c "echo 'server { listen 8081; location / { proxy_pass http://127.0.0.1:8089; } }' \
        > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'" """,
    "a relay before direct": """docker run -d --network host --name direct """
    + MOVED.replace("8081", "8090")
    + """
        docker run -d --network host --name relay nginx sh -c "echo 'server { listen 8081; location / { proxy_pass http://127.0.0.1:8090; } }' \
        > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'" """,
    "joined to a published container": f"docker run -d -p 8081:8081 --name base nginx sleep 600; docker run -d --network container:base --name direct {MOVED}",
    "without any network": f"docker run -d --network none --name direct {MOVED}",
    "created only": f"docker create --network host --name direct {MOVED}",
    "nginx on the port that hosted holds": "docker run -d --network host --name direct "
    + MOVED.replace("8081", "8088")
    + "; docker wait direct",
    "restarted over and over": "docker run -d --restart always --network host --name direct nginx nginx -g 'listen 8081;';"
    "until docker inspect direct | grep -q restarting; do :; done",
    "its port not read again": "docker run -d --network host --name direct "
    + MOVED.replace("8081", "8090")
    + "; docker exec direct sed -i 's/8090;/8081;/' /etc/nginx/conf.d/default.conf",
}
