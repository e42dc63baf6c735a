"""JupyterHub's configuration, from the settings of the class. It only writes into ``c``."""

from __future__ import annotations

from html import escape
from typing import Any

from ..edges.pace import limit_s
from ..words import tr
from .roster import TEACHER
from .settings import Settings

START_BUDGET_S = 300  # thirty at once on two processors: the last is up after some 90 s
BOARD = "board"
CONTROL = "control"
CULLER = "culler"
HEADERS = {  # of every page of hub and board
    "Cross-Origin-Opener-Policy": "same-origin",  # browsers heed it where the class is encrypted
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
COOKIES = {"SameSite": "Lax"}  # what most browsers do by themselves
SEATS = tr(
    "Your name is your seat: the same name, typed again on any computer, goes on with the same work. "
    "Everybody in this room has the same password, so take no name that is not yours. "
    "Your teacher sees which lessons you opened, your predictions, and which checks passed, with the solution or without; "
    "not your notebooks' text."
)


def configure(c: Any, settings: Settings) -> None:
    """``c``: traitlets' configuration object, as jupyterhub_config.py gets it."""
    _addresses(c, settings)
    _people(c, settings)
    _lab_hosts(c, settings)
    _services(c, settings)


def _addresses(c: Any, settings: Settings) -> None:
    where = settings.addresses
    hub = c.JupyterHub
    hub.bind_url = f"{'https' if settings.certificate else 'http'}://{where.public}:{where.port}/"
    hub.hub_bind_url = f"http://{where.hub}:{where.hub_port}"  # a bridge's gateway: this server and its containers reach it
    hub.hub_connect_url = hub.hub_bind_url
    hub.db_url = f"sqlite:///{settings.folder / 'hub.sqlite'}"
    hub.cookie_secret = bytes.fromhex(settings.secrets.cookie)
    # A hub that is restarted finds proxy and lab hosts as they were: learners go on meanwhile.
    hub.cleanup_proxy = False
    hub.cleanup_servers = False
    proxy = c.ConfigurableHTTPProxy
    proxy.should_start = False  # it is a process of its own
    proxy.auth_token = settings.secrets.proxy
    proxy.api_url = f"http://127.0.0.1:{where.proxy_port}"
    hub.proxy_class = "hostnet_lab.classroom.proxies.TwoDoors"
    c.TwoDoors.labs_api_url = f"http://127.0.0.1:{where.labs_proxy_port}"
    c.TwoDoors.turn_url = f"http://127.0.0.1:{where.turn_port}"
    hub.tornado_settings = {"headers": HEADERS}
    hub.cookie_options = COOKIES


def _people(c: Any, settings: Settings) -> None:
    c.JupyterHub.authenticator_class = "hostnet_lab.classroom.login.ClassAuthenticator"
    people = c.Authenticator
    people.admin_users = {TEACHER}
    people.allow_all = settings.names is None
    people.allowed_users = set(settings.names or ())
    people.delete_invalid_users = False  # a name that leaves the roster loses access, not its work
    shared = c.SharedPasswordAuthenticator
    shared.user_password = settings.secrets.learners
    shared.admin_password = settings.secrets.teacher
    c.JupyterHub.default_url = landing
    c.JupyterHub.template_vars = {"announcement_login": escape(SEATS)}


def landing(handler: Any) -> str:
    """The teacher gets to the board; "": everybody else, and who has not logged in yet, as JupyterHub does."""
    user = handler.current_user
    return f"/services/{BOARD}/" if user is not None and user.name == TEACHER else ""


def _lab_hosts(c: Any, settings: Settings) -> None:
    hub, spawner = c.JupyterHub, c.Spawner
    hub.spawner_class = "hostnet_lab.classroom.spawner.LabHostSpawner"
    hub.active_server_limit = settings.learners + 1  # the sum that was promised, and the teacher's own
    hub.concurrent_spawn_limit = 0  # nobody is told to come back later: the last waits for the others
    hub.allow_named_servers = False
    spawner.start_timeout = round(limit_s(START_BUDGET_S))
    spawner.http_timeout = round(limit_s(START_BUDGET_S))
    spawner.poll_interval = 5  # seconds until a lab host that died is seen as stopped
    spawner.notebook_dir = ""
    spawner.default_url = "/lab"
    docker = c.DockerSpawner
    docker.image = settings.image
    docker.pull_policy = "never"
    docker.remove = True
    docker.use_internal_ip = True
    docker.port = 8888


def _services(c: Any, settings: Settings) -> None:
    board = f"http://127.0.0.1:{settings.addresses.board_port}"
    c.JupyterHub.services = [
        {"name": BOARD, "url": board, "api_token": settings.secrets.board, "oauth_no_confirm": True, "display": True},
        {"name": CONTROL, "api_token": settings.secrets.control},
        {"name": CULLER, "api_token": settings.secrets.culler},  # no child of the hub: it would outlive one that is killed
    ]
    c.JupyterHub.load_roles = [
        {"name": "user", "scopes": ["self", f"access:services!service={BOARD}"]},
        # What a lab host's own token may do: JupyterHub's default, and pass on to the board what its learner presses.
        {"name": "server", "scopes": ["users:activity!user", "access:servers!server", f"access:services!service={BOARD}"]},
        {"name": "board", "services": [BOARD], "scopes": ["list:users", "read:users", "servers"]},
        {"name": "control", "services": [CONTROL], "scopes": ["admin:users", "servers"]},
        {"name": CULLER, "services": [CULLER], "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"]},
    ]
