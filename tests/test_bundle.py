"""A bundle that is not whole, not ours, or not harmless is refused with a sentence, before anything of it is used."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import json
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, BinaryIO, cast

import pytest

from hostnet_lab.core.errors import ImageUnavailable
from hostnet_lab.edges import builds
from hostnet_lab.edges.engine import Engine
from hostnet_lab.labhost import bundling
from hostnet_lab.labhost.bundle import Broken, File, Manifest, parse

LAYER = Random(1).randbytes(200_000)  # cannot be packed, so that a file cut off at 90% ends inside it
IMAGES = {"host-image.tar.gz": gzip.compress(LAYER), "nginx-image.tar.gz": gzip.compress(b"nginx")}
FILES = {**IMAGES, "wheels/docker-7.2.0-py3-none-any.whl": b"a wheel"}
Member = tuple[tarfile.TarInfo, bytes]


def described(files: dict[str, bytes], **other: Any) -> bytes:
    sums = {name: File(hashlib.sha256(data).hexdigest(), len(data)) for name, data in files.items()}
    text = Manifest("0.1.0", "inputs", "amd64", sums).text()
    return json.dumps({**json.loads(text), **other}).encode()


def member(name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> Member:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(data)
    return info, data


def written(path: Path, members: list[Member]) -> Path:
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return path


def whole() -> list[Member]:
    return [member("manifest.json", described(FILES)), *(member(name, data) for name, data in FILES.items())]


class Recorder:
    """An engine that keeps what it was given."""

    def __init__(self) -> None:
        self.loaded: list[bytes] = []

    def info(self) -> dict[str, str]:
        return {"ID": "the only one"}

    def version(self) -> dict[str, str]:
        return {"Arch": "amd64"}

    def image_id(self, reference: str) -> str | None:
        return None

    def load_image(self, stream: BinaryIO) -> list[str]:
        self.loaded.append(b"".join(stream))
        return []


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()

    def image(_engine: Engine, _reference: str) -> dict[str, Any] | None:
        made = {"Id": "sha256:1", "Config": {"Labels": {"org.hostnet-lab.host.inputs": "inputs"}}}
        return made if recorder.loaded else None

    monkeypatch.setattr(builds, "image", image)
    return recorder


def load(engine: Recorder, path: Path) -> str:
    return bundling.load(cast(Engine, engine), path.parent, path, lambda text: None)


def test_a_whole_bundle_gives_both_images_to_the_engine(engine: Recorder, tmp_path: Path) -> None:
    assert load(engine, written(tmp_path / "lab.bundle", whole())) == "sha256:1"
    assert engine.loaded == [LAYER, b"nginx"]


def damaged(members: list[Member]) -> None:
    info, data = members[1]
    members[1] = info, data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


def with_a_way_out(members: list[Member]) -> None:
    members[0] = member("manifest.json", described({**FILES, "wheels/../../../etc/passwd": b""}))


def with_an_absolute_name(members: list[Member]) -> None:
    members.append(member("/etc/cron.d/x", b"* * * * * root true"))


def with_a_link(members: list[Member]) -> None:
    members[3] = member("wheels/docker-7.2.0-py3-none-any.whl", kind=tarfile.SYMTYPE, link="/etc/shadow")


def with_a_hard_link(members: list[Member]) -> None:
    members[3] = member("wheels/docker-7.2.0-py3-none-any.whl", kind=tarfile.LNKTYPE, link="manifest.json")


def with_a_file_twice(members: list[Member]) -> None:
    members.append(member("nginx-image.tar.gz", b"another"))


def without_an_image(members: list[Member]) -> None:
    members.pop(1)


def without_a_manifest(members: list[Member]) -> None:
    members.pop(0)


def of_a_later_format(members: list[Member]) -> None:
    members[0] = member("manifest.json", described(FILES, format_version=2))


def of_somebody_else(members: list[Member]) -> None:
    members[0] = member("manifest.json", described(FILES, format="other"))


def for_other_processors(members: list[Member]) -> None:
    members[0] = member("manifest.json", described(FILES, machine="riscv64"))


def with_a_huge_manifest(members: list[Member]) -> None:
    members[0] = member("manifest.json", b" " * 1_000_001)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (damaged, "host-image.tar.gz is damaged: its checksum"),
        (with_a_way_out, "names a file that no bundle holds"),
        (with_an_absolute_name, "what its manifest does not name: '/etc/cron.d/x'"),
        (with_a_link, "what its manifest does not name"),
        (with_a_hard_link, "what its manifest does not name"),
        (with_a_file_twice, "what its manifest does not name"),
        (without_an_image, "host-image.tar.gz is missing"),
        (without_a_manifest, "does not begin with a manifest"),
        (of_a_later_format, "format 2; this version of the lab reads format 1"),
        (of_somebody_else, "not a bundle of hostnet-lab"),
        (for_other_processors, "of kind riscv64, and this engine runs on amd64"),
        (with_a_huge_manifest, "does not begin with a manifest"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_spoilt_bundle_is_refused_and_nothing_of_it_used(
    spoil: Callable[[list[Member]], None], sentence: str, engine: Recorder, tmp_path: Path
) -> None:
    members = whole()
    spoil(members)
    with pytest.raises(ImageUnavailable) as caught:
        load(engine, written(tmp_path / "lab.bundle", members))
    assert sentence in caught.value.found
    assert engine.loaded == []


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_bundle_that_was_cut_off_is_refused(share: float, engine: Recorder, tmp_path: Path) -> None:
    path = written(tmp_path / "lab.bundle", whole())
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(ImageUnavailable, match="use the bundle"):
        load(engine, path)
    assert engine.loaded == []


@pytest.mark.parametrize(
    "content", [b"", b"# a text\n", gzip.compress(b"x" * 9_000), bytes(20_000)], ids=["empty", "text", "packed", "zeros"]
)
def test_a_file_of_another_kind_is_refused(content: bytes, engine: Recorder, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ImageUnavailable, match="not a bundle of hostnet-lab"):
        load(engine, path)


def test_a_file_that_is_not_there_is_named_with_the_reason(engine: Recorder, tmp_path: Path) -> None:
    with pytest.raises(ImageUnavailable, match="No such file or directory"):
        load(engine, tmp_path / "missing.bundle")


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"format": 1}', '{"format": "hostnet-lab-bundle", "format_version": 1}'])
def test_a_manifest_that_cannot_be_read_is_no_bundle(text: str) -> None:
    with pytest.raises(Broken):
        parse(text)


def test_wheels_are_kept_in_the_labs_own_folder_and_nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = written(tmp_path / "lab.bundle", whole())
    root = tmp_path / "checkout"
    seen = iter([None, "found"])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: next(seen))
    monkeypatch.setattr(sys, "path", list(sys.path))
    bundling.lend_client(root, path)
    assert [one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file()] == [".lab/bundle/docker-7.2.0-py3-none-any.whl"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["checkout", "lab.bundle"]
