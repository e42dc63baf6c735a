"""repair-moved-nginx: a variable that nginx does not read, and a page that lives inside the container."""

ID = "repair-moved-nginx"
PAGE = "/usr/share/nginx/html/index.html"
CONF = "/etc/nginx/conf.d/default.conf"
SET_UP = f"docker run -d --network host -e NGINX_PORT=8103 --name news nginx; docker exec news sh -c 'echo edition 7 > {PAGE}'"

RIGHT = {
    "edited and reloaded": f"docker exec news sed -i 's/80;/8103;/' {CONF}; docker exec news nginx -s reload",
    "made anew with its page": f"""docker rm -f news; docker run -d --network host --name news nginx sh -c
        "echo edition 7 > {PAGE}; sed -i 's/80;/8103;/' {CONF}; exec nginx -g 'daemon off;'" """.replace("sh -c\n", "sh -c "),
    "on a bridge, published, with its page": f"docker cp news:{PAGE} page; docker rm -f news; docker create -p 8103:80 --name news nginx;"
    f"docker cp page news:{PAGE}; rm page; docker start news",
}
WRONG = {
    "nothing done": "true",
    "restarted as it is": "docker restart news",
    "edited, and not read again": f"docker exec news sed -i 's/80;/8103;/' {CONF}",
    "a second listen line: port 80 stays": f"docker exec news sed -i 's/listen  *80;/listen 80; listen 8103;/' {CONF}; docker exec news nginx -s reload",
    "made anew without its page": f"docker rm -f news; docker run -d --network host --name news nginx sh -c \"sed -i 's/80;/8103;/' {CONF}; exec nginx -g 'daemon off;'\"",
    "published in host mode": "docker rm -f news; docker run -d --network host -p 8103:80 --name news nginx",
    "stopped: port 80 is free, and the news are gone": "docker stop news",
}
