"""05-only-yours: two removed, and the third left alone."""

ID = "05-only-yours"
SET_UP = """docker run -d --network host --name stage-left --label play=hamlet nginx sh -c \
        "sed -i 's/80;/8080;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"
    docker create --name stage-right --label play=hamlet nginx
    docker run -d --name neighbour nginx
    until curl -s -o /dev/null http://localhost:8080; do :; done"""

RIGHT = {
    "by name, politely": "docker stop stage-left; docker rm stage-left stage-right",
    "by label": "docker rm -f $(docker ps -aq --filter label=play=hamlet)",
    "pruned by label": "docker stop stage-left; docker container prune -f --filter label=play=hamlet",
    "neighbour killed by mistake and started again": "docker kill neighbour; docker rm -f stage-left stage-right; docker start neighbour",
}
WRONG = {
    "nothing done": "true",
    "stopped only": "docker stop stage-left stage-right",
    "only what `docker ps` shows without -a": "docker rm -f $(docker ps -q --filter label=play=hamlet)",
    "one of them": "docker rm -f stage-left",
    "renamed and gone": "docker rename neighbour stage; docker rm -f stage stage-left stage-right",
    "refused: it still runs": "docker rm stage-right; docker rm stage-left || true",
    "everything": "docker rm -f stage-left stage-right neighbour",
    "neighbour ended as well": "docker kill neighbour; docker rm -f stage-left stage-right",
    "what is stopped only": "docker rm $(docker ps -aq --filter label=play=hamlet --filter status=created)",
}
