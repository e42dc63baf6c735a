"""One file with all that a machine without network needs: written by ``./lab bundle``, read by ``./lab host --bundle``.

Everything in it is checked before anything of it is used. Nothing is unpacked by the names in the file: images go to the
engine as streams, wheels into one folder of the checkout, under names of a known form.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import os
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from ..core.errors import ImageUnavailable, LabError, SetupFailed
from ..core.reasons import exhausted, said
from ..edges import builds
from ..edges.engine import Engine
from ..kept import asked
from ..kept import file as kept
from ..provision import brought, image
from ..words import tr
from . import host_image, wheels
from .bundle import HOST, LARGEST_MANIFEST, MANIFEST, NAME, NGINX, WHEELS, Broken, File, Manifest, mismatch, parse

CLIENT = ("docker", "requests", "urllib3", "certifi", "charset-normalizer", "idna")  # what speaks with the engine; pure Python
PIECE = 1 << 20
Say = wheels.Say


# -- writing ----------------------------------------------------------------------------------------


def write(engine: Engine, root: Path, target: Path, say: Say) -> Manifest:
    """Write the bundle whole or not at all. The engine must have both images. Raises SetupFailed."""
    try:
        place = asked.behind(target)
        with tempfile.TemporaryDirectory(prefix="hostnet-lab-bundle-", dir=place.parent) as name:
            folder = Path(name)
            (folder / WHEELS).mkdir()
            say(tr("fetching the wheels that speak with the engine"))
            pins = wheels.requirements((root / "locks" / "lab.lock").read_text("utf-8"), "3.11", "any")
            wheels.fetch_pure("".join(pins[name] for name in CLIENT), folder / WHEELS)
            say(tr("packing the images (half a minute)"))
            _pack(engine.save_image(host_image.tag(root)), folder / HOST)
            _pack(engine.save_image(image.IMAGE), folder / NGINX)
            manifest = _describe(engine, root, folder)
            with kept.made(place, asked.mode()) as (out, _):
                _write(out, manifest, folder)
    except OSError as error:
        tried = tr("write the bundle {path}", path=target)
        raise exhausted(error) or SetupFailed(tried, said(error), tr("choose a place with 300 MB free")) from error
    size = target.stat().st_size / 1e6
    say(
        tr(
            "{path}: {size:.0f} MB, version {version}, for {machine}",
            path=target,
            size=size,
            version=manifest.version,
            machine=manifest.machine,
        )
    )
    return manifest


def _pack(pieces: Iterable[bytes], target: Path) -> None:
    with target.open("wb") as file, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=5, mtime=0) as packed:
        for piece in pieces:
            packed.write(piece)


def _describe(engine: Engine, root: Path, folder: Path) -> Manifest:
    found = builds.image(engine, host_image.tag(root)) or {}
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and NAME.fullmatch(path.relative_to(folder).as_posix())):
        with path.open("rb") as data:
            files[path.relative_to(folder).as_posix()] = _sum(data)
    labels = found.get("Config", {}).get("Labels") or {}
    return Manifest(host_image.version(root), labels.get(host_image.INPUTS, ""), str(found.get("Architecture", "")), files)


def _write(out: BinaryIO, manifest: Manifest, folder: Path) -> None:
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        text = manifest.text().encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
        for name in manifest.files:
            info = tarfile.TarInfo(name)
            info.size = (folder / name).stat().st_size
            with (folder / name).open("rb") as data:
                tar.addfile(info, data)


# -- reading ----------------------------------------------------------------------------------------


@contextmanager
def opened(path: Path) -> Iterator[tuple[tarfile.TarFile, Manifest]]:
    """The bundle, checked from its first byte to its last. Raises ImageUnavailable with a sentence where it is not whole."""
    try:
        with os.fdopen(kept.opened(path), "rb") as file:
            try:
                with tarfile.open(fileobj=file, mode="r:") as tar:
                    yield tar, _check(tar)
            except (tarfile.TarError, EOFError, zlib.error) as error:
                raise Broken(tr("it is damaged, or not a bundle of hostnet-lab ({error})", error=error)) from error
    except OSError as error:
        raise _refused(path, said(error)) from error
    except Broken as error:
        raise _refused(path, str(error)) from error


def _refused(path: Path, why: str) -> ImageUnavailable:
    do = tr("copy it again, or write it anew where there is a network: ./lab bundle FILE")
    return ImageUnavailable(tr("use the bundle {path}", path=path), why, do)


def _check(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg() or first.size > LARGEST_MANIFEST:
        raise Broken(tr("it is not a bundle of hostnet-lab: it does not begin with a manifest"))
    manifest = parse(_open(tar, first).read().decode("utf-8", "replace"))
    seen: dict[str, File] = {}
    while member := tar.next():
        if member.name not in manifest.files or not member.isreg() or member.name in seen:
            raise Broken(tr("it holds what its manifest does not name: {name!r}", name=member.name[:80]))
        seen[member.name] = _sum(_open(tar, member))
    if wrong := mismatch(manifest, seen):
        raise Broken(wrong)
    return manifest


def _open(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(member)
    if file is None:
        raise Broken(tr("{name!r} is no file", name=member.name[:80]))
    return file


def _sum(data: IO[bytes]) -> File:
    digest, size = hashlib.sha256(), 0
    while piece := data.read(PIECE):
        digest.update(piece)
        size += len(piece)
    return File(digest.hexdigest(), size)


def load(engine: Engine, root: Path, path: Path, say: Say) -> str:
    """Give the engine what it lacks of both images; returns the id of the lab host's. An nginx that is there stays."""
    say(tr("checking {path}", path=path))
    with opened(path) as (tar, manifest):
        _fits(engine, path, manifest)
        reference = f"{host_image.NAME}:{manifest.version}"
        found = host_image.made_from(engine, reference, manifest.inputs)
        if found is None:
            say(tr("loading the lab host {version} (ten seconds)", version=manifest.version))
            _load(engine, tar, HOST)
            found = host_image.made_from(engine, reference, manifest.inputs)
            brought.note(root, engine, found or "")
        if engine.image_id(image.IMAGE) is None:
            _load(engine, tar, NGINX)
            brought.note(root, engine, engine.image_id(image.IMAGE) or "")
    if found is None:
        raise _refused(path, tr("the engine has loaded it, but it is not the image that the manifest names"))
    return found


def _fits(engine: Engine, path: Path, manifest: Manifest) -> None:
    ours = str(engine.version().get("Arch", ""))
    if ours and manifest.machine and ours != manifest.machine:
        raise _refused(
            path, tr("it is for processors of kind {theirs}, and this engine runs on {ours}", theirs=manifest.machine, ours=ours)
        )


def _load(engine: Engine, tar: tarfile.TarFile, name: str) -> None:
    """Unpacked on the way (see quirks): the length of a packed one would be announced wrongly, too."""
    with gzip.open(_open(tar, tar.getmember(name))) as plain:
        engine.load_image(cast(BinaryIO, iter(partial(plain.read, PIECE), b"")))


# -- a Python without docker-py ---------------------------------------------------------------------


def lend_client(root: Path, bundle: Path | None) -> None:
    """Make ``import docker`` work where no environment was made: by a bundle's wheels, kept in ``root``/.lab/bundle.

    They are pure Python and are imported as they are: nothing is installed. A Python that has docker-py keeps its own; the
    folder tells ./lab all the same that later calls need no environment.
    """
    folder = root / ".lab" / "bundle"
    if bundle:
        with opened(bundle) as (tar, manifest):
            folder.mkdir(parents=True, exist_ok=True)
            for name in manifest.files:
                if name.startswith(WHEELS):
                    kept.write(folder / name.removeprefix(WHEELS), _open(tar, tar.getmember(name)).read(), 0o644)
    if importlib.util.find_spec("docker"):
        return
    sys.path += [str(path) for path in sorted(folder.glob("*.whl"))]
    importlib.invalidate_caches()
    if not importlib.util.find_spec("docker"):
        do = tr("run `./lab` once, or name a bundle: ./lab host --bundle FILE")
        raise LabError(tr("speak with the engine"), tr("this Python has no docker-py"), do)
