"""Building and importing images, and volumes: what only the lab host needs of the engine. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from ..core.errors import SetupFailed
from ..words import tr
from .engine import Engine, Json, refusals


def build(engine: Engine, context: BinaryIO, tag: str, arguments: Mapping[str, str], labels: Mapping[str, str]) -> Iterator[str]:
    """Build an image from a tar with a Dockerfile in it; yields the lines of its output. No buildx is needed.

    Source: https://docs.docker.com/reference/api/engine/ (ImageBuild). Raises SetupFailed with the last lines.
    """
    said: list[str] = []
    tried = tr("build image {image}", image=tag)
    with refusals(tried):
        choice = {"buildargs": dict(arguments), "labels": dict(labels), "rm": True, "forcerm": True, "decode": True}
        stream = engine.client.api.build(fileobj=context, custom_context=True, tag=tag, **choice)
        for event in stream:
            if "error" in event:
                found = "\n       ".join([*said[-4:], str(event["error"]).strip()])
                raise SetupFailed(tried, found, tr("mend what these lines name, then the same command again"))
            lines = str(event.get("stream", "")).strip().splitlines()
            said += lines
            yield from lines


def import_root(engine: Engine, root: BinaryIO, reference: str) -> None:
    """Make an image of one layer out of the tar of a root file system."""
    with refusals(tr("import image {image}", image=reference)):
        name, _, tag = reference.partition(":")
        pieces = iter(partial(root.read, 1 << 20), b"")  # docker-py says "chunked", so it must be given chunks
        engine.client.api.import_image_from_stream(pieces, repository=name, tag=tag or "latest")


def image(engine: Engine, reference: str) -> Json | None:
    """The engine's description of a local image, or None."""
    image_id = engine.image_id(reference)
    if image_id is None:
        return None
    with refusals(tr("look at image {image}", image=reference)):
        return dict(engine.client.api.inspect_image(image_id))


def volumes(engine: Engine, label: str) -> list[Json]:
    with refusals(tr("list the volumes with label {label}", label=label)):
        return list(engine.client.api.volumes(filters={"label": label})["Volumes"] or [])


def volume(engine: Engine, name: str) -> Json | None:
    """The engine's description of a volume, or None."""
    with refusals(tr("look at volume {name}", name=name)):
        there = engine.client.api.volumes(filters={"name": name})["Volumes"] or []  # of all whose names hold this one
    return next((dict(one) for one in there if one["Name"] == name), None)


def make_volume(engine: Engine, name: str, labels: Mapping[str, str]) -> None:
    """Does nothing where a volume of that name is there already."""
    with refusals(tr("make volume {name}", name=name)):
        engine.client.api.create_volume(name, labels=dict(labels))


def remove_volume(engine: Engine, name: str) -> None:
    with refusals(tr("remove volume {name}", name=name)):
        engine.client.api.remove_volume(name)
