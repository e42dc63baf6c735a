"""04-who-shares: host mode told apart from a bridge with, and without, a published port."""

ID = "04-who-shares"
SET_UP = """docker run -d --name ant nginx
    docker run -d -p 8096:80 --name fly nginx
    docker run -d --network host -p 8094:80 --name bee nginx sh -c \
        "sed -i 's/80;/8097;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'" """

RIGHT = {
    "stopped ones still have a mode": "docker stop bee",
    "paused ones, too": "docker pause ant bee",
    "after a restart": "docker restart -t 0 bee fly",
    "renamed and named back": "docker rename bee other; docker rename other bee",
    "one made anew in its mode": "docker rm -f ant; docker run -d --name ant nginx",
    "others beside them, joined to one": "docker run -d --network container:bee --name wasp nginx sleep 600",
}
WRONG = {  # whatever is given
    "one is gone": "docker rm -f ant",
    "all are gone": "docker rm -f ant bee fly",
    "one is renamed": "docker rename ant aunt",
    "the names of two exchanged": "docker rename bee other; docker rename fly bee; docker rename other fly",
    "one made anew in another mode": "docker rm -f fly; docker run -d --network host --name fly nginx sleep 600",
    "one joined to another": "docker rm -f ant; docker run -d --network container:bee --name ant nginx sleep 600",
    "one made anew on a bridge": "docker rm -f bee; docker run -d --name bee nginx",
}

GIVEN_RIGHT = ["{'bee'}", "['bee']", "('bee',)", "frozenset({'bee'})", "['bee', 'bee']"]
GIVEN_WRONG = [
    "set()",
    "{}",  # an empty dictionary, often taken for an empty set
    "None",
    "'bee'",  # a word, not a set
    "{'ant'}",  # no ports asked for, none shown
    "{'fly'}",  # `docker ps` shows its port
    "{'ant', 'bee'}",  # both blank in `docker ps`
    "{'bee', 'fly'}",  # both have port bindings in HostConfig
    "{'ant', 'bee', 'fly'}",
    "{'Bee'}",
    "{('bee', True)}",
    "{'bee': 'host'}",
    "{' bee'}",
    "{'bee', 'wasp'}",
    "['bee, ant']",
    "True",
]
