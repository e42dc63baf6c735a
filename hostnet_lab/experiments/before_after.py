"""The host's network before, during and after a container: in host mode, and on a bridge with a published port."""

from __future__ import annotations

from typing import Any

from ..core.drawings.network_svg import draw
from ..core.host.commands import Publish
from ..core.host.network import Network, comparison, difference, text
from ..edges.network import nameless, snapshot
from .disposable import HOST_ADDRESS
from .stage import OWN, Stage


def before_and_after(stage: Stage) -> dict[str, Any]:
    """Each change is told since before; what no snapshot could see is told too."""
    port, other = stage.port(), stage.port()
    before = snapshot(stage.prefix)

    def looked(name: str, url: str, inside: str = "") -> dict[str, Any]:
        answered = stage.settled(url, name, inside) == "answers"
        during = snapshot(stage.prefix)
        stage.engine.remove(name, force=True)
        after = snapshot(stage.prefix)
        return {
            "answered": answered,
            "during": [[change.kind, change.added, change.what] for change in difference(before, during)],
            "after": [[change.kind, change.added, change.what] for change in difference(before, after)],
            "unseen": list(dict.fromkeys(what for one in (before, during, after) for what in _unseen(one))),
            "text": comparison(before, during, after),
            "svg": draw(before, during, after),
        }

    return {
        "before": text(before),
        "host_mode": {"port": port, **looked(stage.nginx(port=port), f"http://{HOST_ADDRESS}:{port}/")},
        "publishing": {"port": other, **looked(published(stage, other), f"http://{HOST_ADDRESS}:{other}/", OWN)},
    }


def _unseen(network: Network) -> list[str]:
    """What a snapshot did not see, but for the names of processes: of those no claim speaks."""
    return [one for one in network.unseen if one not in nameless(network.listeners)]


def published(stage: Stage, port: int) -> str:
    """nginx on the bridge behind a published port, waiting for its first answer; returns the name."""
    name = stage.nginx("bridge", publish=(Publish(port, 80),))
    stage.await_page(f"http://{HOST_ADDRESS}:{port}/", name, OWN)
    return name
