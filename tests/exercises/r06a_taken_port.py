"""repair-taken-port: the port is held by monitor, and --rm has eaten the evidence."""

from .server import await_page, serve

ID = "repair-taken-port"
HOST = "docker run -d --network host --name"
MONITOR = f"{HOST} monitor {serve('127.0.0.1:8101', 'monitor: all is well')}"
ORDERS = f"{HOST} orders {serve('0.0.0.0:8101', 'orders: open')}"
MOVED = f"docker rm -f monitor; {MONITOR.replace('8101', '8111')}"
SET_UP = f"""{MONITOR}
    {await_page("http://127.0.0.1:8101", "monitor")}
    {ORDERS.replace("-d", "-d --rm")}
    until ! docker inspect orders >/dev/null 2>&1; do :; done"""

RIGHT = {
    "monitor on another address of loopback": f"docker rm -f monitor; {MONITOR.replace('127.0.0.1', '127.0.0.2')}; {ORDERS.replace('0.0.0.0', '127.0.0.1')}",
    "orders on a bridge, published": f"{MOVED}; docker run -d -p 8101:80 --name orders {serve('0.0.0.0:80', 'orders: open')}",
    "monitor on a bridge, published elsewhere": f"docker rm -f monitor; docker run -d -p 8112:80 --name monitor {serve('0.0.0.0:80', 'monitor: all is well')}; {ORDERS}",
    "monitor on a bridge, for its own readers": f"docker rm -f monitor; docker run -d --name monitor {serve('0.0.0.0:8101', 'monitor: all is well')}; {ORDERS}",
    "orders on every address but monitor's": f"{ORDERS.replace('0.0.0.0', '127.0.0.2')}; docker rm -f monitor; {MONITOR.replace('8101', '8113')};"
    f"docker rm -f orders; {ORDERS.replace('0.0.0.0', '127.0.0.1')}",
    "monitor joined to orders": f"docker rm -f monitor; {ORDERS}; docker run -d --network container:orders --name monitor {serve('127.0.0.1:8111', 'monitor: all is well')}",
    "monitor renamed, moved and named back": f"docker rm -f monitor; {MONITOR.replace('--name monitor', '--name moved').replace('8101', '8111')}; {ORDERS}; docker rename moved monitor",
    "orders joined to a published container": f"{MOVED}; docker run -d -p 8101:8101 --name base nginx sleep 600;"
    f"docker run -d --network container:base --name orders {serve('0.0.0.0:8101', 'orders: open')}",
}
WRONG = {
    "nothing done": "true",
    "started again without --rm: the evidence is there, the port is not": f"{ORDERS}; docker wait orders",
    "on another port": ORDERS.replace("8101", "8111"),
    "published on a bridge: refused by the engine": f"docker run -d -p 8101:80 --name orders {serve('0.0.0.0:80', 'orders: open')} || true",
    "the colleague's server removed": f"docker rm -f monitor; {ORDERS}",
    "the colleague's server stopped": f"docker kill monitor; {ORDERS}",
    "its page changed instead": f"docker rm -f monitor; {MONITOR.replace('all is well', 'orders are open')}",
    "a monitor that sleeps": f"docker rm -f monitor; docker run -d --network host --name monitor nginx sleep 600; {ORDERS}",
    "the first step alone": "docker rm -f monitor",
    "a plain nginx called monitor": f"docker rm -f monitor; docker run -d --name monitor nginx; {ORDERS}",
    "monitor paused": f"{MOVED}; {ORDERS}; docker pause monitor",
    "monitor says both": f"docker rm -f monitor; {MONITOR.replace('all is well', 'all is well, orders: open')}",
    "monitor renamed away": f"docker rename monitor old; docker stop -t 0 old; {ORDERS}",
    "monitor moved, orders as --rm again, on the wrong address": f"{MOVED}; {ORDERS.replace('0.0.0.0', '127.0.0.2')}",
    "orders started over and over": f"{ORDERS.replace('-d', '-d --restart always')}; until docker inspect orders | grep -q restarting; do :; done",
}
