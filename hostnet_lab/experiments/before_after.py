"""The host's network before, during and after a container: in host mode, and on a bridge with a published port."""

from __future__ import annotations

from typing import Any

from ..core.host.commands import Publish
from ..core.host.network import plain_moments, plain_parts
from ..edges.network import snapshot
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
        return {"answered": answered, **plain_moments(before, during, snapshot(stage.prefix))}

    return {
        "before": plain_parts(before),
        "host_mode": {"port": port, **looked(stage.nginx(port=port), f"http://{HOST_ADDRESS}:{port}/")},
        "publishing": {"port": other, **looked(published(stage, other), f"http://{HOST_ADDRESS}:{other}/", OWN)},
    }


def published(stage: Stage, port: int) -> str:
    """nginx on the bridge behind a published port, waiting for its first answer; returns the name."""
    name = stage.nginx("bridge", publish=(Publish(port, 80),))
    stage.await_page(f"http://{HOST_ADDRESS}:{port}/", name, OWN)
    return name
