"""02-own-words: a page of one's own, served by webserver in host mode."""

ID = "02-own-words"
SET_UP = "docker run -d --network host --name mapped nginx"
PAGE = "/usr/share/nginx/html/exercise.html"
WEBSERVER = "docker rm -f mapped; docker run -d --network host --name webserver nginx; "

RIGHT = {
    "copied in, with more words": WEBSERVER
    + f"f=$(mktemp); echo '<p>Yes: I am on the host!</p>' > $f; chmod 644 $f; docker cp $f webserver:{PAGE}; rm $f",
    "the old one renamed": f"docker rename mapped webserver; docker exec webserver sh -c 'echo I am on the host > {PAGE}'",
}
WRONG = {
    "nothing done": "true",
    "the page in the other container": f"docker exec mapped sh -c 'echo I am on the host > {PAGE}'",
    "other words": WEBSERVER + f"docker exec webserver sh -c 'echo I am in the box > {PAGE}'",
    "another page": WEBSERVER + "docker exec webserver sh -c 'echo I am on the host > /usr/share/nginx/html/index.html'",
    "on a bridge": "docker rm -f mapped; docker run -d -p 80:80 --name webserver nginx;"
    f"docker exec webserver sh -c 'echo I am on the host > {PAGE}'",
    "not readable for nginx": WEBSERVER + f"docker exec webserver sh -c 'echo I am on the host > {PAGE}; chmod 000 {PAGE}'",
}
