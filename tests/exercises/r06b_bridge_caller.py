"""repair-bridge-caller: till, on a bridge, asks its own localhost for bank, which is in host mode."""

from .server import serve

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
}
