"""repair-published: -p was trusted in host mode."""

ID = "repair-published"
ON = """nginx sh -c "sed -i 's/80;/8102;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'" """
SET_UP = "docker run -d --network host -p 8102:80 --name site nginx"

RIGHT = {
    "in host mode, its listen line changed": f"docker rm -f site; docker run -d --network host --name site {ON}",
    "changed inside, and reloaded": "docker exec site sed -i 's/80;/8102;/' /etc/nginx/conf.d/default.conf; docker exec site nginx -s reload",
}
WRONG = {
    "nothing done": "true",
    "the other way round": "docker rm -f site; docker run -d --network host -p 80:8102 --name site nginx",
    "another port published": "docker rm -f site; docker run -d -p 8112:80 --name site nginx",
    "published to a port on which nobody listens": "docker rm -f site; docker run -d -p 8102:8102 --name site nginx",
    "on a bridge, not published": "docker rm -f site; docker run -d --name site nginx",
    "another server there": f"docker run -d --network host --name other {ON}",
    "gone": "docker rm -f site",
    "stopped": "docker stop site",
}
