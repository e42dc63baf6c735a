"""Starts and ends a learner's lab host with its network and its disk. Imported by the hub only."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Network
from typing import Any

from dockerspawner import DockerSpawner
from traitlets import default

from ..core.errors import LabError
from ..edges.engine import Engine
from ..labhost import configuration
from . import belongings, bounds, collecting, disks, hosts, seats
from .settings import NAME_LABEL, of_this_process
from .subnets import gateway, next_free

CHOOSING = threading.Lock()  # two starts at once must not choose the same network, nor take the same last seat
AT_ONCE = 8  # calls to the engine; DockerSpawner's own default is one, and one slow stop would hold up a class


@cache
def engine() -> Engine:
    return Engine.connect()


class LabHostSpawner(DockerSpawner):  # type: ignore[misc]
    """One lab host, one network, one disk for each learner; the first two end with the lab host, the disk stays."""

    _executor = ThreadPoolExecutor(AT_ONCE)
    _around = ""  # the control group that bounds it; "": none can be had here

    async def start(self) -> tuple[str, int]:
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._prepare)
        except LabError as error:
            error.jupyterhub_message = f"{error.found}. {error.do}."  # type: ignore[attr-defined]  # what the hub's page shows
            raise
        place: tuple[str, int] = await super().start()
        return place

    async def create_object(self) -> Any:
        settings = of_this_process()
        privileges = configuration.host_config(settings.flavour)
        request = hosts.request(settings, self.user.name, self.get_env(), privileges, self._around)
        return await self.docker("create_container_from_config", request, self.container_name)

    async def stop(self, now: bool = False) -> None:
        await super().stop(now)
        await asyncio.get_running_loop().run_in_executor(None, self._clear)

    def _clear(self) -> None:
        name = hosts.own_name(of_this_process(), self.user.name)
        with suppress(LabError):  # gone already
            engine().remove_network(name)
        bounds.remove(name)

    @default("object_name")
    def _object_name_default(self) -> str:
        return hosts.own_name(of_this_process(), self.user.name)

    def _prepare(self) -> None:
        """In a thread: a new disk takes a second."""
        settings, name = of_this_process(), self.user.name
        self.network_name = hosts.own_name(settings, name)
        with CHOOSING:
            there = belongings.networks(engine(), settings.folder)
            present = {owner for one in there if (owner := one["Labels"].get(NAME_LABEL))}
            seats.require(settings, name, present)
            disks.mount(settings.disk(name), settings.work(name), settings.limits.disk_mib)
            collecting.remember(settings, name)
            if bounds.can_be(engine()):
                self._around = bounds.make(hosts.own_name(settings, name), settings.limits)
            if name in present:
                return
            subnet = next_free(IPv4Network(settings.addresses.pool), [part["Subnet"] for one in there for part in one["IPAM"]["Config"]])
            engine().create_network(hosts.network_request(settings, name, str(subnet), str(gateway(subnet))))
