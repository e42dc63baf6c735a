"""01-front-door: a container in host mode that answers on http://localhost."""

ID = "01-front-door"
SET_UP = "docker run -d --network host --name webserver nginx"

RIGHT = {
    "create, then start": "docker rm -f webserver; docker create --net=host --name front-door nginx; docker start front-door",
    "renaming the one that runs": "docker rename webserver front-door",
}
WRONG = {
    "nothing done": "true",
    "the port is still held by webserver": "docker run -d --network host --name front-door nginx",
    "a bridge, not reachable": "docker rm -f webserver; docker run -d --name front-door nginx",
    "a bridge with a published port": "docker rm -f webserver; docker run -d -p 80:80 --name front-door nginx",
    "created only": "docker rm -f webserver; docker create --network host --name front-door nginx",
    "stopped again": "docker rename webserver front-door; docker stop front-door",
    "another name": "docker rename webserver frontdoor",
    "another port": """docker rm -f webserver; docker run -d --network host --name front-door nginx \
        sh -c "sed -i 's/80;/8081;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'" """,
}
