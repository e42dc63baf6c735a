"""03a-no-detour: ways that must pass, and misunderstandings that must be refused."""

ID = "03a-no-detour"

SET_UP = r"""
docker run -d --network host --name hosted nginx sh -c "
    sed -i 's/80;/8088;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
docker run -d -p 8089:80 --name published nginx
"""

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
}
