"""repair-bridge-caller: till, on a bridge, asks its own localhost for bank, which is in host mode."""

from .server import OWN, network, serve

ID = "repair-bridge-caller"
BANK = serve("0.0.0.0:8106", "bank: open")
TILL = serve("0.0.0.0:8116", "till: ready")
RUN = "docker rm -f till; docker run -d --name till"
SET_UP = f"docker run -d --network host --name bank {BANK}; docker run -d -e BANK=http://localhost:8106 --name till {TILL}"

RIGHT = {
    "the gateway's address": "gateway=$(docker inspect -f '{{ .NetworkSettings.Gateway }}' till); "
    + f"{RUN} -e BANK=http://$gateway:8106 {TILL}",
    "till in host mode as well": f"{RUN} --network host -e BANK=http://localhost:8106 {TILL}",
    "bank in the network namespace of till": f"docker rm -f bank; docker run -d --network container:till --name bank {BANK}",
    "till joined to bank": f"{RUN} --network container:bank -e BANK=http://127.0.0.1:8106 {TILL}",
    "a relay inside till": f"""{RUN} --add-host bank.internal:host-gateway -e BANK=http://localhost:8106 nginx sh -c "echo 'server {{ listen 8106; location / \
        {{ proxy_pass http://bank.internal:8106; }} }}' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'"; until docker exec till curl -s http://localhost:8106; do :; done""",
    "both on a network of one's own": f"{network('office')}docker rm -f bank; docker run -d --network office --name bank {BANK};"
    f"{RUN} --network office -e BANK=http://bank:8106 {TILL}",
    "the host's own address": f"{OWN}{RUN} -e BANK=http://$own:8106 {TILL}",
    "bank published, and till by the gateway": f"docker rm -f bank; docker run -d -p 8106:8106 --name bank {BANK};"
    + f"{RUN} --add-host bank:host-gateway -e BANK=http://bank:8106/ {TILL}",
    "bank on a bridge, by its address": f"docker rm -f bank; docker run -d --name bank {BANK};"
    "address=$(docker inspect -f '{{ .NetworkSettings.IPAddress }}' bank); " + f"{RUN} -e BANK=http://$address:8106 {TILL}",
}
WRONG = {
    "nothing done": "true",
    "the container's name, which nobody knows": f"{RUN} -e BANK=http://bank:8106 {TILL}",
    "the added name leads to loopback": f"{RUN} --add-host bank.internal:127.0.0.1 -e BANK=http://bank.internal:8106 {TILL}",
    "the added name, not used": f"{RUN} --add-host bank.internal:host-gateway -e BANK=http://localhost:8106 {TILL}",
    "a published port": f"{RUN} -p 8106:8106 -e BANK=http://localhost:8106 {TILL} || true",
    "bank on loopback alone": f"docker rm -f bank; docker run -d --network host --name bank {BANK.replace('0.0.0.0', '127.0.0.1')};"
    f"{RUN} --add-host bank.internal:host-gateway -e BANK=http://bank.internal:8106 {TILL}",
    "an address that nobody has": f"{RUN} -e BANK=http://192.0.2.99:8106 {TILL}",
    "till asks itself": f"{RUN} -e BANK=http://localhost:8116 {TILL}",
    "bank ended": f"docker kill bank; {RUN} --add-host bank.internal:host-gateway -e BANK=http://bank.internal:8106 {TILL}",
    "till removed": "docker rm -f till",
    "till says the same itself": f"{RUN} -e BANK=http://localhost:8106 {serve('0.0.0.0:8106', 'bank: open')}",
    "a file that says the same": f"{RUN} -e BANK=file:///tmp/bank {TILL}; docker exec till sh -c 'echo bank: open > /tmp/bank; cp /tmp/bank /tmp/bank?hostnet-lab=1'",
    "another container says the same": f"docker run -d --name other {BANK}; address=$(docker inspect -f '{{{{ .NetworkSettings.IPAddress }}}}' other);"
    f"{RUN} -e BANK=http://$address:8106 {TILL}",
    "no address at all": f"{RUN} {TILL}",
    "the wrong port": f"{RUN} --add-host bank.internal:host-gateway -e BANK=http://bank.internal {TILL}",
    "bank paused": f"{RUN} --add-host bank.internal:host-gateway -e BANK=http://bank.internal:8106 {TILL}; docker pause bank",
    "bank a stand-in that sleeps": f"docker rm -f bank; docker run -d --network host --name bank nginx sleep 600; {RUN} --network host -e BANK=http://localhost:8106 {TILL}",
    "the variable set in a shell of till": "docker exec till sh -c 'export BANK=http://172.17.0.1:8106'",
    "till without any network": f"{RUN} --network none -e BANK=http://172.17.0.1:8106 {TILL}",
}
