"""JupyterHub's proxy, twice: one for each door. Imported by the hub only."""

from __future__ import annotations

from typing import Any

from jupyterhub.proxy import ConfigurableHTTPProxy
from traitlets import Instance, Unicode, default

from .doors import Routes, merged


class TwoDoors(ConfigurableHTTPProxy):  # type: ignore[misc]
    """JupyterHub's own, and a second one for the lab hosts. At the first door a lab host's address leads over to the second.

    ``turn_url``: of who sends a browser over.
    """

    labs_api_url = Unicode(config=True)
    turn_url = Unicode(config=True)
    labs = Instance(ConfigurableHTTPProxy)

    @default("labs")
    def _labs_default(self) -> ConfigurableHTTPProxy:
        return ConfigurableHTTPProxy(parent=self, app=self.app, hub=self.hub, api_url=self.labs_api_url)

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        if "user" in data:
            await self.labs.add_route(routespec, target, {**data})
            target = self.turn_url
        await super().add_route(routespec, target, {**data})

    async def delete_route(self, routespec: str) -> None:
        if routespec in await self.labs.get_all_routes():
            await self.labs.delete_route(routespec)
        await super().delete_route(routespec)

    async def get_all_routes(self) -> Routes:
        return merged(await super().get_all_routes(), await self.labs.get_all_routes())
