"""02-own-words: a page of one's own, served by webserver in host mode."""

from .server import BASE, by_python

ID = "02-own-words"
SET_UP = "docker run -d --network host --name mapped nginx"
PAGE = "/usr/share/nginx/html/exercise.html"
WEBSERVER = "docker rm -f mapped; docker run -d --network host --name webserver nginx; "

RIGHT = {
    "copied in, with more words": WEBSERVER
    + f"f=$(mktemp); echo '<p>Yes: I am on the host!</p>' > $f; chmod 644 $f; docker cp $f webserver:{PAGE}; rm $f",
    "the old one renamed": f"docker rename mapped webserver; docker exec webserver sh -c 'echo I am on the host > {PAGE}'",
    "said by the server, without a file": WEBSERVER
    + """docker exec webserver sh -c "echo 'server { listen 80; location = /exercise.html { return 200 \\"I am on the host\\"; } }' \
        > /etc/nginx/conf.d/default.conf; nginx -s reload" """,
    "copied before the start": "docker rm -f mapped; docker create --network host --name webserver nginx; f=$(mktemp);"
    f"echo I am on the host > $f; chmod 644 $f; docker cp $f webserver:{PAGE}; rm $f; docker start webserver",
    "written by the command that starts it": "docker rm -f mapped; docker run -d --network host --name webserver nginx "
    f"""sh -c "echo I am on the host > {PAGE}; exec nginx -g 'daemon off;'" """,
    "in memory": "docker rm -f mapped; docker run -d --network host --tmpfs /usr/share/nginx/html --name webserver nginx;"
    f"docker exec webserver sh -c 'echo I am on the host > {PAGE}'",
    "joined to a container in host mode": f"docker rm -f mapped; {BASE}; docker run -d --network container:base --name webserver nginx;"
    f"docker exec webserver sh -c 'echo I am on the host > {PAGE}'",
    "by Python": f"docker rm -f mapped; {by_python(name='webserver', network_mode='host')};"
    f"docker exec webserver sh -c 'echo I am on the host > {PAGE}'",
}
WRONG = {
    "nothing done": "true",
    "the page in the other container": f"docker exec mapped sh -c 'echo I am on the host > {PAGE}'",
    "other words": WEBSERVER + f"docker exec webserver sh -c 'echo I am in the box > {PAGE}'",
    "another page": WEBSERVER + "docker exec webserver sh -c 'echo I am on the host > /usr/share/nginx/html/index.html'",
    "on a bridge": "docker rm -f mapped; docker run -d -p 80:80 --name webserver nginx;"
    f"docker exec webserver sh -c 'echo I am on the host > {PAGE}'",
    "not readable for nginx": WEBSERVER + f"docker exec webserver sh -c 'echo I am on the host > {PAGE}; chmod 000 {PAGE}'",
    "a folder of that name": WEBSERVER + f"docker exec webserver sh -c 'mkdir {PAGE}; echo I am on the host > {PAGE}/index.html'",
    "with a tag between the words": WEBSERVER + f"docker exec webserver sh -c 'echo I am on the \\<b\\>host\\</b\\> > {PAGE}'",
    "lost with its container": WEBSERVER
    + f"docker exec webserver sh -c 'echo I am on the host > {PAGE}';"
    + WEBSERVER.replace("mapped", "webserver"),
    "stopped afterwards": WEBSERVER + f"docker exec webserver sh -c 'echo I am on the host > {PAGE}'; docker stop webserver",
    "paused afterwards": WEBSERVER + f"docker exec webserver sh -c 'echo I am on the host > {PAGE}'; docker pause webserver",
    "a webserver that sleeps, and mapped answers": f"docker exec mapped sh -c 'echo I am on the host > {PAGE}';"
    "docker run -d --network host --name webserver nginx sleep 600",
    "joined to a published container": "docker rm -f mapped; docker run -d -p 80:80 --name base nginx sleep 600;"
    f"docker run -d --network container:base --name webserver nginx; docker exec webserver sh -c 'echo I am on the host > {PAGE}'",
}
