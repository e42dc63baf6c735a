"""The image of a lab host: found by what it was made from, else built.

Two images: the base (Debian, engine, Python; some minutes) and on it the lab (seconds). Each carries the hash of all that
went into it, so a change of a file leads to a new one, and a second call builds nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import platform
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from ..core.errors import ImageUnavailable, LabError
from ..edges import builds
from ..edges.engine import Engine
from ..provision import apt, brought, image
from ..words import tr
from . import debian_root, wheels

NAME = "hostnet-lab/host"
BASE = "hostnet-lab/host-base"
LABEL = "org.hostnet-lab.host"
BASE_LABEL = "org.hostnet-lab.host.base"
VERSION = "org.hostnet-lab.version"
INPUTS = f"{LABEL}.inputs"  # the hash of all that an image was made from
# Of the checkout: what runs inside, what the lessons follow or name, and what compares a lesson with its stored outputs.
PARTS = ("hostnet_lab", "notebooks", "guide", "labhost", "locks", "environment.yml", "lab", "pyproject.toml", "LICENSE", "docs/engines.md",
         "conftest.py", "tests/__init__.py", "tests/sanitize.cfg", "tests/workers.py", "tests/private_host")  # fmt: skip
NEVER = {"__pycache__", "all.mo", ".ipynb_checkpoints", ".pytest_cache", ".mypy_cache", ".ruff_cache", "artefacts"}
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def version(root: Path) -> str:
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def tag(root: Path) -> str:
    return f"{NAME}:{version(root)}"


def find(engine: Engine, root: Path) -> str | None:
    """The id of the image made from this very checkout, or None."""
    return made_from(engine, tag(root), _hash(lab_files(root)))


def made_from(engine: Engine, reference: str, inputs: str) -> str | None:
    """The id of the image of that name if it was made from these inputs, else None."""
    found = builds.image(engine, reference)
    labels = (found or {}).get("Config", {}).get("Labels") or {}
    return str(found["Id"]) if found and labels.get(INPUTS) == inputs else None


def ensure(engine: Engine, root: Path, say: apt.Say, *, may_install: bool = True) -> str:
    """The id of the lab host's image, built where it is not there. The engine must have the image nginx.

    Raises LabError where a part cannot be had.
    """
    name, wanted = tag(root), _hash(lab_files(root))
    if found := made_from(engine, name, wanted):
        return found
    base = _ensure_base(engine, root, say, may_install)
    say(tr("building {image}", image=name))
    with tempfile.TemporaryFile() as file:
        _write_context(file, lab_files(root), {".lab/nginx-image.tar.gz": _nginx(engine)})
        labels = {LABEL: "1", INPUTS: wanted, VERSION: version(root)}
        _follow(builds.build(engine, cast(BinaryIO, file), name, {"BASE": base}, labels), say)
    made = engine.image_id(name)
    if made is None:
        raise ImageUnavailable(tr("build {image}", image=name), tr("the engine built it, but does not have it"), tr("run `./lab doctor`"))
    brought.note(root, engine, made)
    _forget_replaced(engine, root)
    return made


def remove(engine: Engine, root: Path) -> list[str]:
    """Remove the lab host's images and their bases, where ``root``'s lab has brought them; returns their names.

    What a reader built on them is the reader's, whatever its name and labels.
    """
    gone = _forget_replaced(engine, root)
    for label in (LABEL, BASE_LABEL):
        for one in _brought(engine, root, label):
            names = [name for name in _names(one) if name.rpartition(":")[0] in (NAME, BASE)]
            for name in names:
                engine.remove_image(name)
            gone += names
            if _names(one):  # else it is in use, and goes another time
                brought.forget(root, engine, str(one["Id"]))
    return gone


def _forget_replaced(engine: Engine, root: Path) -> list[str]:
    """Remove the lab host's images that another took the name of; returns their ids. What has a reader's name, or is in use, stays."""
    gone = []
    for image_id in [str(one["Id"]) for one in _brought(engine, root, LABEL) if not _names(one)]:
        _forget(engine, image_id)
        if builds.image(engine, image_id) is None:
            gone.append(image_id)
            brought.forget(root, engine, image_id)
    return gone


def _names(image: Mapping[str, Any]) -> list[str]:
    return [name for name in image.get("RepoTags") or [] if name != "<none>:<none>"]


def _brought(engine: Engine, root: Path, label: str) -> list[dict[str, Any]]:
    return [one for one in engine.images(label) if brought.is_noted(root, engine, str(one["Id"]))]


# -- the base ---------------------------------------------------------------------------------------


def _ensure_base(engine: Engine, root: Path, say: apt.Say, may_install: bool) -> str:
    folder = root / "labhost" / "base"
    lock = root / "locks" / "labhost.lock"
    inputs = _hash([*_files(folder, folder), (Path("labhost.lock"), lock)])
    reference = f"{BASE}:{inputs[:12]}"
    if made_from(engine, reference, inputs):
        return reference
    packages = (folder / "packages").read_text("utf-8").split()
    debian, python = debian_root.provide(engine, root, packages, say, may_install=may_install)
    say(tr("fetching Python packages"))
    with tempfile.TemporaryDirectory(prefix="hostnet-lab-wheels-") as place:
        machine = _machine(engine)
        pins = wheels.requirements(lock.read_text("utf-8"), python, machine)
        wheels.fetch("".join(pins.values()), Path(place) / "wheels", python, machine)
        pins.pop("pip")  # it installs the others, and is left out
        say(tr("building {image} (a minute)", image=reference))
        with tempfile.TemporaryFile() as file:
            extra = {"requirements.txt": "".join(pins.values()).encode()}
            _write_context(file, [*_files(folder, folder), *_files(Path(place) / "wheels", Path(place))], extra)
            _follow(builds.build(engine, cast(BinaryIO, file), reference, {"DEBIAN": debian}, {BASE_LABEL: "1", INPUTS: inputs}), say)
    brought.note(root, engine, engine.image_id(reference) or "")
    _tidy(engine, root, reference)
    return reference


def _tidy(engine: Engine, root: Path, reference: str) -> None:
    """Remove what the base was made from, and older bases: more than a gigabyte. What is in use, or another's, stays."""
    for name in older_bases(_brought(engine, root, BASE_LABEL), reference):
        _forget(engine, name)
    debian_root.forget(engine, root)


def older_bases(images: Iterable[Mapping[str, Any]], reference: str) -> list[str]:
    """Names of bases other than ``reference``: by a base's own name only, for what somebody has built on one carries its labels too."""
    names = {name for one in images for name in one.get("RepoTags") or []} - {reference}
    return sorted(name for name in names if name.rpartition(":")[0] == BASE)


def _machine(engine: Engine) -> str:
    """The processor's name as wheels have it."""
    said = str(engine.info().get("Architecture") or platform.machine())
    return MACHINES.get(said, said)


# -- what goes in -----------------------------------------------------------------------------------


def lab_files(root: Path) -> list[tuple[Path, Path]]:
    """(path in the image, file here) of all that a lab host needs; no environment, no cache, nothing of the reader's."""
    return [*files_of(root, PARTS), (Path("Dockerfile"), root / "labhost" / "Dockerfile")]


def files_of(root: Path, parts: Iterable[str]) -> list[tuple[Path, Path]]:
    """(path below ``root``, file) of files and whole folders, where they are there."""
    return [one for part in parts if (root / part).exists() for one in _files(root / part, root)]


def _files(start: Path, root: Path) -> Iterator[tuple[Path, Path]]:
    candidates = [start] if start.is_file() else sorted(start.rglob("*"))
    for path in candidates:
        if path.is_file() and not path.is_symlink() and not NEVER & set(path.relative_to(root).parts):
            yield path.relative_to(root), path


def _hash(files: Iterable[tuple[Path, Path]]) -> str:
    digest = hashlib.sha256()
    for inside, path in sorted(files):
        data = path.read_bytes()
        digest.update(f"\0{inside.as_posix()}\0{path.stat().st_mode & 0o111 != 0}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _write_context(file: IO[bytes], files: Iterable[tuple[Path, Path]], extra: dict[str, bytes]) -> None:
    """A tar with neither names, times nor owners of this machine."""
    with tarfile.open(fileobj=file, mode="w") as tar:
        for inside, path in files:
            info = tarfile.TarInfo(inside.as_posix())
            info.size, info.mode = path.stat().st_size, 0o755 if path.stat().st_mode & 0o111 else 0o644
            with path.open("rb") as data:
                tar.addfile(info, data)
        for name, content in extra.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o644
            tar.addfile(info, io.BytesIO(content))
    file.seek(0)


def _nginx(engine: Engine) -> bytes:
    """The image nginx as ``docker load`` takes it, packed."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as out:
        for piece in engine.save_image(image.IMAGE):
            out.write(piece)
    return packed.getvalue()


def _follow(lines: Iterator[str], say: apt.Say) -> None:
    for line in lines:
        if line.startswith("labhost: "):
            say(line.removeprefix("labhost: "))


def _forget(engine: Engine, name: str) -> None:
    """Remove an image that nothing needs any more; where a container or another image does, it stays."""
    with suppress(LabError):
        engine.remove_image(name)
