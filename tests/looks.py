"""For each task the plain command that shows its result: taught by then (test_plainly.py), and played (test_exercises.py)."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from hostnet_lab.edges.pace import limit_s

from . import plain


@dataclass(frozen=True)
class Look:
    """``command``: what the reader puts in for themselves stands in ``<>``. ``shows``: matches what it prints once the task is solved."""

    command: str
    shows: str
    from_the_client: bool = False  # of a disposable host

    def shown(self) -> bool:
        """Type it, and see."""
        client = ["nsenter", f"--net=/run/netns/{os.environ['OWN_HOST']}c"] if self.from_the_client else []
        done = subprocess.run([*client, "bash", "-c", plain.typed(self.command)], capture_output=True, text=True, timeout=limit_s(20))
        return bool(re.search(self.shows, done.stdout + done.stderr))


LOOKS: Mapping[str, Look] = {
    "01-front-door": Look("docker exec <front-door> cat /proc/net/dev", "docker0"),
    "02-own-words": Look("curl -s --max-time 5 http://<localhost/exercise.html>", "I am on the host"),
    "03a-no-detour": Look("docker logs --tail <9> <direct>", r"(?m)^127\.0\.0\.1 "),  # who called: no relay, no gateway
    "03b-call-the-host": Look("docker exec <caller> curl -s --max-time 3 http://<host.docker.internal:8082>", "hello from service"),
    "03c-one-address": Look("ss -ltn 'sport = :<8083>'", r"(?s)\A(?!.*(0\.0\.0\.0|\*|\]):8083).*127\.0\.0\.1:8083"),
    "03d-second-place": Look("ss -ltn 'sport = :<8085>'", ":8085"),
    "03e-guarded": Look("docker inspect <guarded>", r'"CapDrop": \[\s*"(CAP_)?NET_RAW"'),
    "04-who-shares": Look('docker inspect -f "{{ .HostConfig.NetworkMode }}" <bee>', r"\Ahost$"),
    "05-only-yours": Look("docker ps -a", r"(?s)\A(?!.*stage-).*neighbour"),
    "06-switched": Look('docker inspect -f "{{ .HostConfig.NetworkMode }}" <switched>', r"\Ahost$"),
    "repair-taken-port": Look("curl -s --max-time 2 http://<localhost:8101>", "orders: open"),
    "repair-published": Look("curl -s --max-time 5 http://<localhost:8102>", "Welcome to nginx"),
    "repair-moved-nginx": Look("ss -ltn 'sport = :<80> or sport = :<8103>'", r"(?s)\A(?!.*:80 ).*:8103"),
    "repair-non-root": Look("curl -s --max-time 5 http://<localhost>", r"rates: 1\.09"),
    "repair-loopback": Look("ss -ltn 'sport = :<8105>'", r"0\.0\.0\.0:8105"),
    "repair-bridge-caller": Look("docker logs <bank>", "GET /"),  # the call of till has come there
    "repair-unresolved-name": Look("docker exec <clerk> curl -s --max-time <1> http://<archive:8107>", "archive: found"),
    "repair-firewall": Look("curl -s --max-time <1> http://<192.0.2.1>", "shop: open", from_the_client=True),
    "07-capstone": Look("ss -ltn 'sport = :<8090>'", r"(?s)\A(?!.*(0\.0\.0\.0|\*|\]):8090).*127\.0\.0\.1:8090"),
}
