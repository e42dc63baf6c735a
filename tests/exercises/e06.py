"""06-switched: a container's mode cannot be switched; one of that name must be made anew."""

ID = "06-switched"
SET_UP = "docker run -d --name switched nginx"
RUN = "docker run -d --network host --name switched nginx sh -c"
ON_8087 = "exec nginx -g 'daemon off;'"

RIGHT = {
    "renamed, and one more": f"""docker rename switched old
        {RUN} "echo 'server {{ listen 8087; return 200 moved; }}' > /etc/nginx/conf.d/default.conf && {ON_8087}" """,
}
WRONG = {
    "nothing done": "true",
    "connected to the host network": "docker network connect host switched || true",
    "published instead": "docker rm -f switched; docker run -d -p 8087:80 --name switched nginx",
    "host mode on port 80": "docker rm -f switched; docker run -d --network host --name switched nginx",
    "host mode, published": "docker rm -f switched; docker run -d --network host -p 8087:80 --name switched nginx",
    "another name": f"""docker rm -f switched
        {RUN.replace("switched", "other")} "sed -i 's/80;/8087;/' /etc/nginx/conf.d/default.conf && {ON_8087}" """,
}
