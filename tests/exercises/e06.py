"""06-switched: a container's mode cannot be switched; one of that name must be made anew."""

from .server import BASE, by_python

ID = "06-switched"
SET_UP = "docker run -d --name switched nginx"
RUN = "docker run -d --network host --name switched nginx sh -c"
ON_8087 = "exec nginx -g 'daemon off;'"
IN_SHELL = f"sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}"

RIGHT = {
    "renamed, and one more": f"""docker rename switched old
        {RUN} "echo 'server {{ listen 8087; return 200 moved; }}' > /etc/nginx/conf.d/default.conf && {ON_8087}" """,
    "joined to a container in host mode": f"""docker rm -f switched; {BASE}
        {RUN.replace("--network host", "--network container:base")} "sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}" """,
    "by Python": "docker rm -f switched;" + by_python(name="switched", network_mode="host", command=["sh", "-c", IN_SHELL]),
    "from an image of the old one": """docker exec switched sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf
        image=$(docker commit -c 'LABEL hostnet-lab-case=1' switched); docker rm -f switched; docker run -d --network host --name switched $image""",
    "made under another name, and renamed": f"""{RUN.replace("switched", "new")} "sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}"
        docker rename switched old; docker rename new switched""",
    "moved after the start": "docker rm -f switched; docker run -d --network host --name switched nginx;"
    "docker exec switched sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf; docker exec switched nginx -s reload",
    "on loopback alone, and back after an end": f"""docker rm -f switched; {RUN.replace("run -d", "run -d --restart unless-stopped")} \
        "sed -i 's/80;/127.0.0.1:8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}" """,
}
WRONG = {
    "nothing done": "true",
    "connected to the host network": "docker network connect host switched || true",
    "published instead": "docker rm -f switched; docker run -d -p 8087:80 --name switched nginx",
    "host mode on port 80": "docker rm -f switched; docker run -d --network host --name switched nginx",
    "host mode, published": "docker rm -f switched; docker run -d --network host -p 8087:80 --name switched nginx",
    "another name": f"""docker rm -f switched
        {RUN.replace("switched", "other")} "sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}" """,
    "a stand-in that sleeps": "docker rm -f switched; docker run -d --network host --name switched nginx sleep 600",
    "disconnected, and connected to the host": "docker network disconnect bridge switched; docker network connect host switched || true",
    "the old one kept, and the new one without its name": f"""{RUN.replace("switched", "switched2")} \
        "sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}" """,
    "joined to a published container": f"""docker rm -f switched; docker run -d -p 8087:8087 --name base nginx sleep 600
        {RUN.replace("--network host", "--network container:base")} "sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}" """,
    "a relay in host mode before the old one": """address=$(docker inspect -f '{{ .NetworkSettings.IPAddress }}' switched)
        docker run -d --network host --name relay nginx sh -c "echo 'server { listen 8087; location / { proxy_pass http://'$address'; } }' \
        > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'" """,
    "made, and not started": f"""docker rm -f switched
        {RUN.replace("run -d", "create")} "sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}" """,
    "removed, and no more": "docker rm -f switched",
    "on the bridge's address": f"""docker rm -f switched; {RUN} "sed -i 's/80;/172.17.0.1:8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}" """,
}
