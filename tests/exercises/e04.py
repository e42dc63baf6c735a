"""04-who-shares: host mode told apart from a bridge with, and without, a published port."""

ID = "04-who-shares"
SET_UP = """docker run -d --name ant nginx
    docker run -d -p 8096:80 --name fly nginx
    docker run -d --network host -p 8094:80 --name bee nginx sh -c \
        "sed -i 's/80;/8097;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'" """

RIGHT = {"stopped ones still have a mode": "docker stop bee"}
WRONG = {"one is gone": "docker rm -f ant", "all are gone": "docker rm -f ant bee fly"}  # whatever is given

GIVEN_RIGHT = ["{'bee'}", "['bee']", "('bee',)", "frozenset({'bee'})"]
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
]
