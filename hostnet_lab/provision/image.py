"""The ladder to the image ``nginx``: present, a bundle file, a pull, a local build.

Each rung that fails says why, and the next one is tried. It never replaces an image that the engine has, and
removes only what this checkout has brought to the engine.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import queue
import shutil
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, TextIO, cast

from ..core.errors import ImageUnavailable, LabError, OutOfTime
from ..core.host.quirks import names_of
from ..core.reasons import said
from ..edges.console import redraw
from ..edges.pace import Limit
from ..kept import file
from ..words import tr
from . import brought
from .debian_image import LABEL, Say, build

IMAGE = "nginx:latest"
BUNDLE = "nginx-image.tar"

Json = dict[str, Any]
Layers = dict[str, tuple[dict[str, int], int, int]]
"""What a pull has brought: layer -> (its steps, each with the most that it has shown; bytes here, bytes in all)."""

Arrivals = queue.Queue[Json | Exception | None]
"""From the thread that reads a pull: an event, the reason why it broke, or None at its end."""


class ImageStore(Protocol):
    """The part of the engine's handle that this module calls."""

    def info(self) -> Json: ...
    def image_id(self, reference: str, /) -> str | None: ...
    def images(self, label: str, /) -> list[Json]: ...
    def load_image(self, stream: BinaryIO, /) -> list[str]: ...
    def pull_events(self, reference: str, /) -> Iterator[Json]: ...
    def tag_image(self, image_id: str, reference: str, /) -> None: ...
    def remove_image(self, image: str, /) -> None: ...


@dataclass(frozen=True)
class Provided:
    """By which rung the image came, and its id."""

    route: Literal["present", "bundle", "pulled", "built"]
    image_id: str


def provide(
    engine: ImageStore,
    *,
    root: Path,
    bundle: Path | None,
    say: Say,
    stall_s: float = 15.0,
) -> Provided:
    """Make sure that the engine has ``nginx:latest``; ``root`` is the lab's checkout.

    A pull may last as long as it brings something, and ``stall_s`` without progress. An image built here is kept in
    ``root``/.lab and is a bundle from then on. Raises ImageUnavailable with one line for each route.
    """
    if present := engine.image_id(IMAGE):
        return Provided("present", present)
    routes: list[tuple[str, Literal["bundle", "pulled", "built"], Callable[[], None]]] = [
        (tr("bundle"), "bundle", lambda: _load_bundle(engine, root, bundle, say)),
        (tr("pull"), "pulled", lambda: pull(engine, IMAGE, say, stall_s)),
        (tr("build"), "built", lambda: _build(engine, root, say)),
    ]
    reasons = []
    for name, route, attempt in routes:
        try:
            attempt()
        except LabError as error:
            reasons.append(f"{name}: {' '.join(error.found.split())}")
            say(reasons[-1])
            continue
        if image_id := engine.image_id(IMAGE):
            return Provided(route, image_id)
        reasons.append(tr("{route}: done, but the engine has no {image}", route=name, image=IMAGE))
    next_step = tr(
        "on a machine with the image: {command}; put the file into {folder}", command=f"`docker save -o {BUNDLE} nginx`", folder=root
    )
    raise ImageUnavailable(tr("provide the image {image}", image=IMAGE), "\n".join(reasons), next_step)


def remove(engine: ImageStore, root: Path) -> list[str]:
    """Remove the images that the lab builds, where ``root``'s lab has brought them here; returns their names, or ids without one.

    A name that a reader gave such an image stays, and the image with it.
    """
    gone = []
    for image in engine.images(LABEL):
        image_id = str(image["Id"])
        if brought.is_noted(root, engine, image_id):
            tags = [tag for tag in image.get("RepoTags") or [] if tag != "<none>:<none>"]
            for name in [tag for tag in tags if tag in names_of(IMAGE)] if tags else [image_id]:
                engine.remove_image(name)
                gone.append(name)
            brought.forget(root, engine, image_id)
    return gone


def not_ours(engine: ImageStore, labels: Sequence[str]) -> list[str]:
    """What carries one of these labels and was not removed: another's, or a reader's that is built on the lab's. Names, or ids."""
    left = {str(one["Id"]): one.get("RepoTags") or [] for label in labels for one in engine.images(label)}
    return [name for one, tags in left.items() for name in ([tag for tag in tags if tag != "<none>:<none>"] or [one])]


# -- bundle and build -------------------------------------------------------------------------------


def _unavailable(tried: str, found: str) -> ImageUnavailable:
    return ImageUnavailable(tried, found, tr("the next route is tried"))


def _load_bundle(engine: ImageStore, root: Path, given: Path | None, say: Say) -> None:
    root = root.resolve()
    places = (root, root.parent, root / ".lab")
    files = [path for place in places for path in sorted(place.glob(BUNDLE + "*")) if _trusted(path, root)]
    reasons = []
    for path in ([given] if given else []) + files:
        say(tr("loading the image from {path}", path=path))
        try:
            return _load(engine, root, path)
        except LabError as error:
            reasons.append(tr("{path} cannot be used: {why}", path=path, why=error.found))
    nothing = tr("none given, and no {pattern} in {places}", pattern=f"{BUNDLE}*", places=", ".join(map(str, places)))
    raise _unavailable(tr("load a bundle"), "; ".join(reasons) or nothing)


def _trusted(path: Path, root: Path) -> bool:
    """A file merely found must not be a stranger's: the checkout may lie in a folder open to all."""
    return path.is_file() and path.lstat().st_uid in (0, os.getuid(), root.stat().st_uid)


def _load(engine: ImageStore, root: Path, path: Path) -> None:
    before = {image["Id"] for image in engine.images(LABEL)}
    try:
        with _opened(path) as stream:
            loaded = engine.load_image(stream)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise _unavailable(tr("load {path}", path=path), said(error) if isinstance(error, OSError) else str(error)) from error
    if engine.image_id(IMAGE) is None:
        ids = {image_id for name in loaded if (image_id := engine.image_id(name))}
        if len(ids) != 1:
            if loaded:
                found = tr("it holds {names}, not {image}", names=", ".join(loaded), image=IMAGE)
            else:
                found = tr("it holds no image, not {image}", image=IMAGE)
            raise _unavailable(tr("load {path}", path=path), found)
        engine.tag_image(ids.pop(), IMAGE)
    made = engine.image_id(IMAGE)
    if made and made not in before:
        brought.note(root, engine, made)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The plain tar (see quirks): an HTTP client would announce the packed length, too."""
    openers: dict[str, Callable[[BinaryIO], Any]] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}
    with os.fdopen(file.opened(path), "rb") as stream:
        if path.suffix not in openers:
            yield stream
            return
        with openers[path.suffix](stream) as packed, tempfile.TemporaryFile() as plain:
            shutil.copyfileobj(packed, plain)
            plain.seek(0)
            yield cast(BinaryIO, plain)


def _build(engine: ImageStore, root: Path, say: Say) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix="hostnet-lab-image-") as folder:
            tar = build(Path(folder), tag=IMAGE, say=say)
            _load(engine, root, tar)
            _keep(tar, root / ".lab" / BUNDLE, say)
    except OSError as error:  # a full disk, a folder that may not be written
        raise _unavailable(tr("build the image"), str(error)) from error


def _keep(tar: Path, place: Path, say: Say) -> None:
    try:
        place.parent.mkdir(exist_ok=True)
        file.write(place, tar.read_bytes(), 0o644)
    except OSError as error:
        say(tr("built, but not kept for the next start: {error}", error=error))
    else:
        say(tr("built, and kept as {place}: the next start needs no network", place=place))


# -- pull -------------------------------------------------------------------------------------------


def _next(arrivals: Arrivals, stall: Limit) -> Json | Exception | None:
    """What arrives next; raises OutOfTime when the limit has passed, also of a stream that never pauses."""
    while not stall.passed:
        with suppress(queue.Empty):
            return arrivals.get(timeout=stall.left_s)
    raise OutOfTime(tr("pull {image}", image=IMAGE), tr("no progress for {seconds:g} s", seconds=stall.seconds), tr("run it again"))


def pull(engine: ImageStore, reference: str, say: Say, stall_s: float = 15.0) -> None:
    """As long as it brings something: a slow line is no reason. What brings nothing for ``stall_s`` is given up.

    The stream is read on a thread of its own, as a read that hangs cannot be interrupted. Raises ImageUnavailable.
    """
    tried = tr("pull {image}", image=reference)
    say(tr("pulling {image} (given up after {seconds:.0f} s without progress)", image=reference, seconds=stall_s))
    arrivals: Arrivals = queue.Queue()
    over = threading.Event()
    stream = engine.pull_events(reference)
    threading.Thread(target=_read, args=(stream, arrivals, over), name="pull", daemon=True).start()
    layers: Layers = {}
    meter = Meter(say, sys.stdout)
    try:
        with Limit(stall_s) as stall:
            while (event := _next(arrivals, stall)) is not None:
                if isinstance(event, Exception):
                    reason = event.found if isinstance(event, LabError) else str(event)
                    raise _unavailable(tried, reason) from event
                if "error" in event:
                    raise _unavailable(tried, str(event["error"]))
                now = after(layers, event)
                if now != layers:
                    layers = now
                    stall.renew()
                    meter.draw(*totals(layers))
    except OutOfTime as late:
        raise _unavailable(tried, f"{late.found}, {bar(*totals(layers))}") from None
    finally:
        over.set()
        meter.finish()
        _close(stream)


def _read(stream: Iterator[Json], arrivals: Arrivals, over: threading.Event) -> None:
    try:
        for event in stream:
            arrivals.put(event)
            if over.is_set():
                return
        arrivals.put(None)
    except Exception as error:  # whatever it is, it belongs to the thread that waits
        arrivals.put(error)
    finally:
        _close(stream)


def _close(stream: Iterator[Json]) -> None:
    """Ends the request. A generator that another thread is inside refuses; its reader then closes it."""
    with suppress(ValueError):
        getattr(stream, "close", lambda: None)()


def after(layers: Layers, event: Json) -> Layers:
    """The layers after one progress event of the engine; equal to ``layers`` where it brought nothing new.

    Source: https://docs.docker.com/reference/api/engine/ (ImageCreate). No progress: "Retrying in 5 s", and what comes
    anew of a layer that began again.
    """
    name, step, detail = event.get("id"), str(event.get("status", "")), event.get("progressDetail") or {}
    if not name or step.startswith(("Retrying", "Waiting", "Pulling from")):
        return layers
    reached, here, whole = layers.get(name, ({}, 0, 0))
    shown, total = detail.get("current", 0), max(detail.get("total", 0), 0)
    most = max(reached.get(step, 0), min(shown, total) if total else shown)
    if step == "Downloading":
        here, whole = most, max(whole, total)
    elif step in ("Verifying Checksum", "Download complete", "Extracting", "Pull complete"):
        here = whole
    return {**layers, name: ({**reached, step: most}, here, whole)}


def totals(layers: Layers) -> tuple[int, int]:
    """Bytes here and bytes in all; a layer whose download has not begun is not counted yet."""
    return sum(here for _, here, _ in layers.values()), sum(whole for _, _, whole in layers.values())


def bar(done: int, total: int, width: int = 24) -> str:
    """One line of fixed-width bar and megabytes (10^6 bytes)."""
    filled = min(width, width * done // total) if total > 0 else 0
    drawn = f"[{'#' * filled}{'.' * (width - filled)}]"
    return tr("{bar} {done:.1f} of {total:.1f} MB", bar=drawn, done=done / 1e6, total=total / 1e6)


class Meter:
    """Shows a bar: one line drawn over and over on a terminal, elsewhere a plain line every five seconds."""

    def __init__(self, say: Say, out: TextIO) -> None:
        self._say, self._out, self._tty = say, out, out.isatty()
        self._due, self._drawn = 0.0, False

    def draw(self, done: int, total: int) -> None:
        if self._tty:
            redraw(bar(done, total), self._out)
            self._drawn = True
        elif total and time.monotonic() >= self._due:
            self._due = time.monotonic() + 5
            self._say(bar(done, total))

    def finish(self) -> None:
        if self._drawn:
            self._out.write("\n")
