"""03b-call-the-host: ways that must pass, and misunderstandings that must be refused."""

from .server import by_python, network

ID = "03b-call-the-host"

SET_UP = r"""
docker run -d --network host --name service nginx sh -c "
    echo 'hello from service' > /usr/share/nginx/html/index.html
    sed -i 's/80;/127.0.0.1:8082;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
until curl -s --noproxy '*' -o /dev/null http://127.0.0.1:8082; do :; done
"""

OPENED = r"""
docker exec service sed -i 's/127.0.0.1:8082;/8082;/' /etc/nginx/conf.d/default.conf
docker restart service
"""

RIGHT = {
    "started anew on every address": r"""
docker rm -f service
docker run -d --network host --name service nginx sh -c "
    echo 'hello from service' > /usr/share/nginx/html/index.html
    sed -i 's/80;/8082;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
docker run -d --add-host host.docker.internal:host-gateway --name caller nginx
""",
    "the name given the gateway's address by hand": OPENED
    + r"""
docker run -d --name probe nginx
gateway=$(docker inspect -f "{{ range .NetworkSettings.Networks }}{{ .Gateway }}{{ end }}" probe)
docker run -d --add-host=host.docker.internal:$gateway --name caller nginx
""",
    "the service on the gateway's address alone": r"""
docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx
gateway=$(docker inspect -f "{{ range .NetworkSettings.Networks }}{{ .Gateway }}{{ end }}" caller)
docker exec service sed -i "s/127.0.0.1:8082;/$gateway:8082;/" /etc/nginx/conf.d/default.conf
docker restart service
""",
    "a second listen line beside the first, and a reload": r"""
docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx
gateway=$(docker inspect -f "{{ range .NetworkSettings.Networks }}{{ .Gateway }}{{ end }}" caller)
docker exec service sed -i "s/listen .*127.0.0.1:8082;/&listen $gateway:8082;/" /etc/nginx/conf.d/default.conf
docker exec service nginx -s reload
""",
    "the name written into the running container's hosts file": OPENED
    + r"""
docker run -d --name caller nginx
gateway=$(docker inspect -f "{{ range .NetworkSettings.Networks }}{{ .Gateway }}{{ end }}" caller)
docker exec caller sh -c "echo $gateway host.docker.internal >> /etc/hosts"
""",
    "on a network of one's own": OPENED
    + network("office")
    + "docker run -d --network office --add-host=host.docker.internal:host-gateway --name caller nginx",
    "joined to a container that knows the name": OPENED
    + "docker run -d --add-host=host.docker.internal:host-gateway --name base nginx; docker run -d --network container:base --name caller nginx",
    "a relay on the gateway's address": r"""
docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx
gateway=$(docker inspect -f "{{ range .NetworkSettings.Networks }}{{ .Gateway }}{{ end }}" caller)
docker run -d --network host --name relay nginx sh -c "
    echo 'server { listen $gateway:8082; location / { proxy_pass http://127.0.0.1:8082; } }' > /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
until curl -s -o /dev/null http://$gateway:8082; do :; done
""",
    "by Python": OPENED + by_python(name="caller", extra_hosts={"host.docker.internal": "host-gateway"}),
    "a caller that only sleeps, and comes back": OPENED
    + "docker run -d --restart unless-stopped --add-host=host.docker.internal:host-gateway --name caller nginx sleep 600",
    "made and started in two steps": OPENED
    + "docker create --add-host=host.docker.internal:host-gateway --name caller nginx; docker start caller",
}

WRONG = {
    "nothing was done": "true",
    "a caller without the name": OPENED + "docker run -d --name caller nginx",
    "the name, but the service still on loopback": "docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx",
    "the name leads to the caller's own loopback": OPENED + "docker run -d --add-host=host.docker.internal:127.0.0.1 --name caller nginx",
    "a reload, which cannot take the port from its own old socket": r"""
docker exec service sed -i 's/127.0.0.1:8082;/8082;/' /etc/nginx/conf.d/default.conf
docker exec service nginx -s reload
docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx
""",
    "caller in host mode, where localhost would have done": r"""
docker run -d --network host --add-host=host.docker.internal:127.0.0.1 --name caller nginx sh -c "
    sed -i 's/80;/8090;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "caller does one call and ends": OPENED
    + r"""
docker run --add-host=host.docker.internal:host-gateway --name caller nginx curl -s http://host.docker.internal:8082
""",
    "service moved to a bridge and published": r"""
docker rm -f service
docker run -d -p 8082:80 --name service nginx sh -c "
    echo 'hello from service' > /usr/share/nginx/html/index.html
    exec nginx -g 'daemon off;'"
docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx
""",
    "caller answers itself": r"""
docker run -d --add-host=host.docker.internal:127.0.0.1 --name caller nginx sh -c "
    echo 'my own page' > /usr/share/nginx/html/index.html
    sed -i 's/80;/8082;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "caller joined to service": OPENED
    + """docker run -d --network container:service --name caller nginx sleep 600
        docker exec service sh -c 'echo 127.0.0.1 host.docker.internal >> /etc/hosts'""",
    "caller says the same itself": r"""
docker run -d --add-host=host.docker.internal:127.0.0.1 --name caller nginx sh -c "
    echo 'hello from service' > /usr/share/nginx/html/index.html
    sed -i 's/80;/8082;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
""",
    "another container says the same": OPENED.replace("restart", "stop")
    + r"""
docker start service
docker run -d --name impostor nginx sh -c "
    echo 'hello from service' > /usr/share/nginx/html/index.html
    sed -i 's/80;/8082;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
docker run -d --add-host=host.docker.internal:$(docker inspect -f "{{ .NetworkSettings.IPAddress }}" impostor) --name caller nginx
""",
    "caller paused": OPENED + "docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx; docker pause caller",
    "service paused": OPENED + "docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx; docker pause service",
    "service stopped for good": "docker stop service; docker run -d --add-host=host.docker.internal:host-gateway --name caller nginx",
    "caller without any network": OPENED + "docker run -d --network none --name caller nginx",
    "its page lost when it was made anew": r"""
docker rm -f service
docker run -d --network host --name service nginx sh -c "
    sed -i 's/80;/8082;/' /etc/nginx/conf.d/default.conf
    exec nginx -g 'daemon off;'"
docker run -d --add-host host.docker.internal:host-gateway --name caller nginx
""",
}
