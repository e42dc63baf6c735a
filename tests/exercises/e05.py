"""05-only-yours: two removed, and the third left alone."""

from .server import PYTHON

ID = "05-only-yours"
SET_UP = """docker run -d --network host --name stage-left --label play=hamlet nginx sh -c \
        "sed -i 's/80;/8080;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"
    docker create --name stage-right --label play=hamlet nginx
    docker run -d --name neighbour --label play=macbeth nginx
    until curl -s -o /dev/null http://localhost:8080; do :; done"""

RIGHT = {
    "by name, politely": "docker stop stage-left; docker rm stage-left stage-right",
    "by label": "docker rm -f $(docker ps -aq --filter label=play=hamlet)",
    "pruned by label": "docker stop stage-left; docker container prune -f --filter label=play=hamlet",
    "neighbour killed by mistake and started again": "docker kill neighbour; docker rm -f stage-left stage-right; docker start neighbour",
    "renamed first, and removed": "docker rename stage-left old; docker rm -f old stage-right",
    "by id": "docker rm -f $(docker inspect -f '{{ .Id }}' stage-left stage-right)",
    "by Python": f"""{PYTHON} -c "import docker
for one in docker.from_env().containers.list(all=True, filters={{'label': 'play=hamlet'}}):
    one.remove(force=True)" """,
    "started, stopped and removed": "docker start stage-right; docker kill stage-left stage-right; docker rm stage-left stage-right",
    "neighbour paused for a while, and restarted": "docker pause neighbour; docker rm -f stage-left stage-right; docker unpause neighbour; docker restart -t 0 neighbour",
    "neighbour renamed and named back": "docker rename neighbour old; docker rm -f stage-left stage-right; docker rename old neighbour",
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
    "renamed": "docker rename stage-left left; docker rename stage-right right",
    "stopped and renamed": "docker stop stage-left; docker rename stage-left left; docker rm stage-right",
    "neighbour removed first": "docker rm -f neighbour stage-right",
    "neighbour removed and made anew": "docker rm -f stage-left stage-right neighbour; docker run -d --name neighbour nginx",
    "the old neighbour renamed, and one of that name made": "docker rm -f stage-left stage-right; docker rename neighbour old; docker run -d --name neighbour nginx",
    "a stage under the neighbour's name": "docker rm -f stage-right neighbour; docker rename stage-left neighbour",
    "all that have the label's key": "docker rm -f $(docker ps -aq --filter label=play)",
    "neighbour paused": "docker rm -f stage-left stage-right; docker pause neighbour",
    "made anew under their names": "docker rm -f stage-left stage-right; docker create --name stage-left nginx",
}
