"""One learner of a class, as their browser would be: log in, wait for the lab host, run cells over the kernel's websocket."""

from __future__ import annotations

import json
import ssl
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlsplit

import requests

BUDGET_S = 300.0


class Refused(Exception):
    """The hub or the lab host said no: status and words."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text[:200]}")
        self.status = status


class Learner:
    """``address``: of the class. ``budget_s``: for one answer. As a context it closes its connections; no lab host ends by that."""

    def __init__(self, address: str, name: str, password: str, budget_s: float = BUDGET_S) -> None:
        self.budget_s = budget_s
        self.address, self.name, self.password = address.rstrip("/"), name, password
        self.labs = self.address  # the door to the lab hosts; known when the own one has answered
        self.home = f"/user/{quote(name, safe='@~')}"
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy between a learner and the class
        self.session.verify = False  # a certificate made here is believed by nobody
        self.token = ""

    def __enter__(self) -> Learner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.session.close()

    def log_in(self) -> None:
        """Raises Refused where name or password are not taken."""
        self.session.get(f"{self.address}/hub/login", timeout=self.budget_s).raise_for_status()
        form = {"username": self.name, "password": self.password, "_xsrf": self.session.cookies.get("_xsrf", path="/hub/")}
        answer = self.session.post(f"{self.address}/hub/login?next=%2Fhub%2Fhome", data=form, timeout=self.budget_s)
        if answer.status_code >= 400 or not answer.url.endswith("/hub/home"):
            raise Refused(answer.status_code, "not logged in")
        made = self.hub("POST", f"users/{quote(self.name, safe='')}/tokens", json={"note": "learner"})
        self.token = str(made["token"])

    def hub(self, method: str, path: str, **more: Any) -> Any:
        """The hub's API with this learner's cookies; raises Refused."""
        headers = {"X-XSRFToken": self.session.cookies.get("_xsrf", path="/hub/") or "", "Referer": f"{self.address}/hub/home"}
        return _json(self.session.request(method, f"{self.address}/hub/api/{path}", headers=headers, timeout=self.budget_s, **more))

    def start(self) -> None:
        """Ask for the lab host, and return when it answers; the hub tells when. Raises Refused when it cannot be started."""
        path = f"users/{quote(self.name, safe='')}/server"
        try:
            self.hub("POST", path)
        except Refused as error:
            if error.status != 400:  # it runs already
                raise
        url = f"{self.address}/hub/api/{path}/progress"
        with self.session.get(url, headers=self._authorized(), stream=True, timeout=self.budget_s) as stream:
            for line in stream.iter_lines():
                told = json.loads(line[6:]) if line.startswith(b"data: ") else {}
                if told.get("failed"):
                    raise Refused(500, str(told.get("message")))
                if told.get("ready"):
                    self.labs = self._led_over()
                    return
        raise Refused(500, "the hub stopped telling")

    def _led_over(self) -> str:
        """Where the class's address sends a browser that asks for a lab host."""
        answer = self.session.get(f"{self.address}{self.home}/", allow_redirects=False, timeout=self.budget_s)
        place = urlsplit(answer.headers["Location"])
        return f"{place.scheme}://{place.netloc}"

    def api(self, method: str, path: str, **more: Any) -> Any:
        """The own JupyterLab's API."""
        url = f"{self.labs}{self.home}/api/{path}"
        return _json(self.session.request(method, url, headers=self._authorized(), timeout=self.budget_s, **more))

    def _authorized(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}"}

    def lesson(self, name: str) -> list[tuple[str, bool]]:
        """The code cells of a notebook in the learner's folder, and whether each may fail."""
        found = self.api("GET", f"contents/{quote(name)}")["content"]
        cells = [cell for cell in found["cells"] if cell["cell_type"] == "code"]
        return [("".join(cell["source"]), "raises-exception" in cell["metadata"].get("tags", [])) for cell in cells]

    def open_kernel(self) -> tuple[str, str, float]:
        """Start a kernel; returns what ``Kernel`` is made from. It runs until it is ended, or its lab host is."""
        made = self.api("POST", "kernels", json={"name": "python3"})
        return f"{self.labs}{self.home}/api/kernels/{made['id']}/channels", self.token, self.budget_s

    @contextmanager
    def kernel(self) -> Iterator[Kernel]:
        """A new kernel, ended at the end of the block, also where its lab host is gone by then."""
        url, token, budget_s = self.open_kernel()
        try:
            yield Kernel(url, token, budget_s)
        finally:
            with suppress(Refused, requests.RequestException):
                self.api("DELETE", f"kernels/{url.split('/')[-2]}")


class Kernel:
    """Messages as in https://jupyter-client.readthedocs.io/en/stable/messaging.html, over a websocket for each cell.

    A server ends one that answers no ping, and nobody here answers while no cell runs.
    """

    def __init__(self, url: str, token: str, budget_s: float) -> None:
        parts = urlsplit(url)
        scheme = {"http": "ws", "https": "wss"}[parts.scheme]
        self._session = uuid.uuid4().hex
        self._address = f"{scheme}://{parts.netloc}{parts.path}?session_id={self._session}"
        self._token, self._budget_s = token, budget_s

    def _connected(self) -> Any:
        import websocket

        return websocket.create_connection(
            self._address,
            timeout=self._budget_s,
            header={"Authorization": f"token {self._token}"},
            sslopt={"cert_reqs": ssl.CERT_NONE},
            http_no_proxy=["*"],
        )

    def run(self, code: str, *, may_fail: bool = False) -> str:
        """What the cell printed or returned as text. Raises AssertionError with the kernel's words where it failed."""
        asked = uuid.uuid4().hex
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        header = {"msg_id": asked, "msg_type": "execute_request", "username": "", "session": self._session, "date": "", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        said: list[str] = []
        error = ""
        with closing(self._connected()) as socket:
            socket.send(json.dumps(message))
            while True:
                message = json.loads(socket.recv())
                if message["parent_header"].get("msg_id") != asked:
                    continue
                kind, content = message["msg_type"], message["content"]
                if kind == "stream":
                    said.append(content["text"])
                elif kind in ("execute_result", "display_data"):
                    said.append(content["data"].get("text/plain", ""))
                elif kind == "error":
                    error = f"{content['ename']}: {content['evalue']}"
                elif kind == "status" and content["execution_state"] == "idle":
                    break
        assert may_fail or not error, f"{code[:200]}\n{error}\n{''.join(said)[-500:]}"
        return "".join(said)


def _json(answer: requests.Response) -> Any:
    if answer.status_code >= 400:
        raise Refused(answer.status_code, answer.text)
    return answer.json() if answer.text.strip() else None
