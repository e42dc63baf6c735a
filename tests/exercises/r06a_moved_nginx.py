"""repair-moved-nginx: a variable that nginx does not read, and a page that lives inside the container."""

from .server import BASE

ID = "repair-moved-nginx"
PAGE = "/usr/share/nginx/html/index.html"
CONF = "/etc/nginx/conf.d/default.conf"
SET_UP = f"docker run -d --network host -e NGINX_PORT=8103 --name news nginx; docker exec news sh -c 'echo edition 7 > {PAGE}'"
ALONE = f"""docker exec news sh -c "echo 'server {{ listen PLACE; root /usr/share/nginx/html; }}' > {CONF}"; docker restart news"""

RIGHT = {
    "edited and reloaded": f"docker exec news sed -i 's/80;/8103;/' {CONF}; docker exec news nginx -s reload",
    "made anew with its page": f"""docker rm -f news; docker run -d --network host --name news nginx sh -c
        "echo edition 7 > {PAGE}; sed -i 's/80;/8103;/' {CONF}; exec nginx -g 'daemon off;'" """.replace("sh -c\n", "sh -c "),
    "on a bridge, published, with its page": f"docker cp news:{PAGE} page; docker rm -f news; docker create -p 8103:80 --name news nginx;"
    f"docker cp page news:{PAGE}; rm page; docker start news",
    "a listen line of its own, the file replaced": f"""docker exec news sh -c "echo 'server {{ listen 8103; root /usr/share/nginx/html; }}' > {CONF}"; docker restart news""",
    "kept as an image": f"docker exec news sed -i 's/80;/8103;/' {CONF}; image=$(docker commit -c 'LABEL hostnet-lab-case=1' news);"
    "docker rm -f news; docker run -d --network host --name news $image",
    "the old one kept, its page copied": f"docker rename news old; docker stop old; docker cp old:{PAGE} page; docker create -p 8103:80 --name news nginx;"
    f"docker cp page news:{PAGE}; rm page; docker start news",
    "on loopback alone": ALONE.replace("PLACE", "127.0.0.1:8103"),
    "moved elsewhere, and a relay before it": f"""docker exec news sed -i 's/80;/8104;/' {CONF}; docker restart news
        docker run -d --network host --name relay nginx sh -c "echo 'server {{ listen 8103; location / {{ proxy_pass http://127.0.0.1:8104; }} }}' > {CONF};
        exec nginx -g 'daemon off;'" """,
    "joined to a container in host mode": f"""{BASE}; docker rm -f news; docker run -d --network container:base --name news nginx sh -c
        "echo edition 7 > {PAGE}; sed -i 's/80;/8103;/' {CONF}; exec nginx -g 'daemon off;'" """.replace("sh -c\n", "sh -c "),
}
WRONG = {
    "nothing done": "true",
    "restarted as it is": "docker restart news",
    "edited, and not read again": f"docker exec news sed -i 's/80;/8103;/' {CONF}",
    "a second listen line: port 80 stays": f"docker exec news sed -i 's/listen  *80;/listen 80; listen 8103;/' {CONF}; docker exec news nginx -s reload",
    "made anew without its page": f"docker rm -f news; docker run -d --network host --name news nginx sh -c \"sed -i 's/80;/8103;/' {CONF}; exec nginx -g 'daemon off;'\"",
    "published in host mode": "docker rm -f news; docker run -d --network host -p 8103:80 --name news nginx",
    "stopped: port 80 is free, and the news are gone": "docker stop news",
    "a relay, and port 80 stays": f"""docker run -d --network host --name relay nginx sh -c "echo 'server {{ listen 8103; location / {{ proxy_pass http://127.0.0.1; }} }}' > {CONF};
        exec nginx -g 'daemon off;'" """,
    "another container says the same": f"""docker rm -f news; docker run -d --network host --name news nginx sleep 600; docker run -d --network host --name other nginx sh -c
        "echo edition 7 > {PAGE}; sed -i 's/80;/8103;/' {CONF}; exec nginx -g 'daemon off;'" """.replace("sh -c\n", "sh -c "),
    "a stand-in that sleeps": "docker rm -f news; docker run -d --network host --name news nginx sleep 600",
    "moved, and another server on port 80": f"docker exec news sed -i 's/80;/8103;/' {CONF}; docker restart news; docker run -d --network host --name shop nginx",
    "on a bridge, published elsewhere": "docker rm -f news; docker run -d -p 8104:80 --name news nginx",
    "on another address of loopback": ALONE.replace("PLACE", "127.0.0.2:8103"),
    "paused": f"docker exec news sed -i 's/80;/8103;/' {CONF}; docker restart news; docker pause news",
    "renamed, and one of that name without the page": "docker rename news old; docker stop old; docker run -d -p 8103:80 --name news nginx",
}
