"""What a bundle is: a manifest, and the files that it names with their checksums. Rules only; pure.

A bundle is a plain tar. Its first member is the manifest; then come exactly the files that it names, all of them regular
and with a name of a known form. So nothing in it can lead out of the place that it is read into.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..kept import plain_json
from ..words import tr

FORMAT = "hostnet-lab-bundle"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 1_000_000
HOST, NGINX, WHEELS = "host-image.tar.gz", "nginx-image.tar.gz", "wheels/"
NAME = re.compile(r"host-image\.tar\.gz|nginx-image\.tar\.gz|wheels/[A-Za-z0-9][A-Za-z0-9._+-]*\.whl")
SUM = re.compile(r"[0-9a-f]{64}")


class Broken(ValueError):
    """Why a file is not a bundle, or not a whole one, in a sentence."""


@dataclass(frozen=True)
class File:
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """``version`` of the lab; ``inputs``: the hash of what the image was made from; ``machine``: as Docker names processors."""

    version: str
    inputs: str
    machine: str
    files: Mapping[str, File]

    def text(self) -> str:
        return json.dumps({"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(self)}, indent=1, sort_keys=True)


def parse(text: str) -> Manifest:
    """Raises Broken where the manifest is another's, of a later format, or names what a bundle does not hold."""
    try:
        found: Any = plain_json.parse(text)
        kind, number = found.get("format"), found.get("format_version")
    except (ValueError, AttributeError):
        raise Broken(tr("its manifest cannot be read: it is damaged, or not the lab's")) from None
    if kind != FORMAT:
        raise Broken(tr("it is not a bundle of hostnet-lab"))
    if number != FORMAT_VERSION:
        raise Broken(
            tr("it is a bundle of format {number!r}; this version of the lab reads format {ours}", number=number, ours=FORMAT_VERSION)
        )
    try:
        files = {str(name): _file(str(name), one) for name, one in found["files"].items()}
        manifest = Manifest(str(found["version"]), str(found["inputs"]), str(found["machine"]), files)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise error if isinstance(error, Broken) else Broken(tr("its manifest is incomplete")) from None
    if HOST not in files or NGINX not in files:
        raise Broken(tr("its manifest names no image"))
    return manifest


def _file(name: str, one: Mapping[str, Any]) -> File:
    if not NAME.fullmatch(name):
        raise Broken(tr("it names a file that no bundle holds: {name!r}", name=name[:80]))
    if not SUM.fullmatch(str(one["sha256"])):
        raise Broken(tr("the checksum of {name} is none", name=name))
    return File(str(one["sha256"]), int(one["size"]))


def mismatch(manifest: Manifest, seen: Mapping[str, File]) -> str:
    """What differs between the manifest and what was read; "" when nothing does."""
    missing = sorted(set(manifest.files) - set(seen))
    if missing:
        return tr("{name} is missing: the file was cut off, or not copied whole", name=missing[0])
    for name, file in seen.items():
        wanted = manifest.files[name]
        if file != wanted:
            sums = {"seen": file.sha256[:12], "wanted": wanted.sha256[:12]}
            return tr("{name} is damaged: its checksum is {seen}..., the manifest says {wanted}...", name=name, **sums)
    return ""
