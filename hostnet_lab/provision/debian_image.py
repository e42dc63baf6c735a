"""Builds an nginx image out of this machine's Debian or Ubuntu packages: no registry, no root, no engine.

apt fetches and verifies the packages, ``dpkg-deb`` unpacks them, the standard library writes the tar. The
image keeps the contract of the official one: entrypoint and templates, logs on stdout and stderr, port 80,
SIGQUIT, user ``nginx``. From the packages it takes five programs (nginx, and what lessons
run inside the official one: curl, perl, envsubst, a shell), the libraries that they load, and the
copyright texts. The same packages give the same image id.

Never writes outside the working folder, and never installs a package. (Longer than most files here: one
recipe, read from top to bottom.)
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import posixpath
import re
import shutil
import struct
import subprocess
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import ImageUnavailable, OutOfTime
from ..edges.command import run
from ..words import tr

LABEL = "org.hostnet-lab.image"
Say = Callable[[str], None]

_PACKAGES = ("nginx", "nginx-common", "curl", "gettext-base", "perl-base", "busybox-static")
_PROGRAMS = ("usr/sbin/nginx", "usr/bin/curl", "usr/bin/envsubst", "usr/bin/perl", "usr/bin/busybox")
# zlib1g lacks the prefix; Ubuntu 22.04's nginx is an empty package that depends on nginx-core.
_FOLLOWED = re.compile(r"z?lib(?!nginx-mod)|nginx")
_KEPT = re.compile(r"etc/nginx/(mime\.types|\w+_params|fastcgi\.conf)|usr/share/doc/[^/]+(/copyright)?|usr/lib/[^/]+/perl-base/.+")
_OVERLAY = Path(__file__).parent / "nginx"
# Debian's word -> Docker's, where they differ.
_ARCHITECTURES = {"i386": "386", "armhf": "arm", "ppc64el": "ppc64le"}

# Read after the machine's own apt configuration, whose sources, keys and proxies stay in force.
_APT_CONF = """
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Debug::NoLocking "1";
Dir::Cache "{cache}";
"""


@dataclass(frozen=True)
class Node:
    """One member of the image: a file, a folder or a symbolic link, by tarfile's type byte."""

    kind: bytes = tarfile.REGTYPE
    data: bytes = b""
    link: str = ""
    mode: int = 0o644
    owner: int = 0


def build(workdir: Path, *, tag: str = "nginx:latest", say: Say) -> Path:
    """The path of a tar for ``docker load``, which will give the image this tag.

    Needs about 30 MB in ``workdir`` (100 where the package lists must be fetched too), and some seconds of
    network. Raises ImageUnavailable where there is no apt, or when apt fails (with its last lines).
    """
    absent = [name for name in ("apt-get", "apt-cache", "dpkg", "dpkg-deb") if shutil.which(name) is None]
    if absent:
        raise _unavailable(tr("no {programs} on this machine: it is not Debian or Ubuntu", programs=", ".join(absent)))
    workdir = workdir.resolve()
    debs = _download(workdir, say)
    found = _unpack(debs)
    chosen = sorted(_chosen(found))
    versions = {name: version for name, version in (found[path][1] for path in chosen if "/doc/" not in path)}
    tree = {path: found[path][0] for path in chosen}
    tree |= _applets(tree["usr/bin/busybox"], workdir, tree) | _overlay() | _skeleton()
    size = sum(len(node.data) for node in tree.values())
    say(tr("the image takes {size:.0f} MB from {count} packages", size=size / 1e6, count=len(versions)))
    target = workdir / "nginx-image.tar"
    _, version = found["usr/sbin/nginx"][1]
    target.write_bytes(_image(_layer(tree), versions, re.sub(r"^[0-9]+:|-[^-]*$", "", version), tag))
    return target


def _unavailable(found: str) -> ImageUnavailable:
    tried, do = tr("build the image nginx from Debian packages"), tr("bring an image file made with `docker save`")
    return ImageUnavailable(tried, found, do)


APT_S = 300.0  # a command of apt's, downloads with it

# -- apt --------------------------------------------------------------------------------------------


def _run(*args: str, cwd: Path | None = None) -> bytes:
    """Standard output; ImageUnavailable with the last lines of standard error when the command fails."""
    environ, nothing = {**os.environ, "LC_ALL": "C"}, subprocess.DEVNULL
    try:
        pipe = subprocess.PIPE
        done = run(args, APT_S, cwd=cwd, env=environ, stdin=nothing, stdout=pipe, stderr=pipe)
    except OutOfTime as late:
        raise _unavailable(f"{args[0]}: {late.found}") from late
    if done.returncode:
        last = done.stderr.decode(errors="replace").splitlines()[-5:]
        raise _unavailable(f"{args[0]}: " + "\n".join(last))
    return bytes(done.stdout)


def _download(workdir: Path, say: Say) -> list[Path]:
    """The packages by this machine's apt lists, or by fresh private ones when those do not serve."""
    conf, cache, lists = workdir / "apt.conf", workdir / "cache", workdir / "lists"
    for folder in (cache / "archives/partial", lists / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    conf.write_text(_APT_CONF.format(cache=cache))
    say(tr("fetching nginx and its libraries with apt"))
    try:
        return _download_by(conf, workdir / "debs")
    except ImageUnavailable as first:
        why = first.found.splitlines()[-1]
        say(tr("apt's lists on this machine do not serve ({why}); fetching fresh ones", why=why))
    conf.write_text(conf.read_text() + f'Dir::State::Lists "{lists}";\n')
    trouble = ""
    try:
        _run("apt-get", "-c", str(conf), "-q", "-o", "APT::Update::Error-Mode=any", "update")
    except ImageUnavailable as error:  # not final: one broken source among many need not be one of ours
        trouble = error.found
    try:
        return _download_by(conf, workdir / "debs")
    except ImageUnavailable as error:
        raise _unavailable(trouble or error.found) from error


def _download_by(conf: Path, folder: Path) -> list[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    text = _run("apt-cache", "-c", str(conf), "depends", "--recurse", "--important", *_PACKAGES).decode()
    _run("apt-get", "-c", str(conf), "-q", "download", *closure(text, _PACKAGES), cwd=folder)
    return sorted(folder.glob("*.deb"))


def closure(depends: str, start: Iterable[str]) -> list[str]:
    """The packages of ``start`` and every library below them, sorted.

    ``depends`` is the text of ``apt-cache depends --recurse --important``. Of alternatives (``|Depends``) the
    first counts; packages of other architectures and virtual ones do not.
    """
    needs: dict[str, list[str]] = {}
    package, settled = "", False
    for line in depends.splitlines():
        if not line.startswith(" "):
            package = line.strip()
            needs[package] = []
        elif match := re.fullmatch(r" ([ |])(?:Pre)?Depends: (\S+)", line):
            if not settled and _FOLLOWED.match(match[2]) and ":" not in match[2]:
                needs[package].append(match[2])
            settled = match[1] == "|"
    found, todo = set[str](), list(start)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += needs.get(name, [])
    return sorted(found)


# -- choosing files ---------------------------------------------------------------------------------


def _merged(path: str) -> str:
    """The path in a merged /usr, without a leading slash: packages may still ship files in /lib and /bin."""
    path = posixpath.normpath("/" + path).lstrip("/")
    return "usr/" + path if re.match(r"(bin|sbin|lib\w*)/", path) else path


def _unpack(debs: list[Path]) -> dict[str, tuple[Node, tuple[str, str]]]:
    """Path -> (file or link, (package, version)); folders are left out."""
    found = {}
    for deb in debs:
        shown = _run("dpkg-deb", "-W", "--showformat=${Package} ${Version}", str(deb))
        package, version = shown.decode().split()
        with tarfile.open(fileobj=io.BytesIO(_run("dpkg-deb", "--fsys-tarfile", str(deb)))) as tar:
            for member in tar:
                if member.issym():
                    node = Node(tarfile.SYMTYPE, link=member.linkname, mode=0o777)
                elif file := tar.extractfile(member):
                    node = Node(data=file.read(), mode=member.mode & 0o755)
                else:
                    continue
                found[_merged(member.name)] = node, (package, version)
    return found


def _chosen(found: dict[str, tuple[Node, Any]]) -> set[str]:
    """The programs, what the loader will look for on their behalf, and the few other files worth keeping."""
    libraries: dict[str, list[str]] = {}
    for path in found:
        if path.startswith("usr/lib"):
            libraries.setdefault(posixpath.basename(path), []).append(path)
    chosen, todo = set[str](), [*_PROGRAMS, *filter(_KEPT.fullmatch, found)]
    while todo:
        path = todo.pop()
        if path in chosen or (path.startswith("usr/share/doc/") and path not in found):
            continue  # a link to another package's folder, whose text is here by itself
        if path not in found:
            raise _unavailable(tr("the packages hold no {path}", path=f"/{path}"))
        chosen.add(path)
        node = found[path][0]
        if node.link:
            todo.append(_merged(posixpath.join("/", posixpath.dirname(path), node.link)))
        for name in needed(node.data):
            todo += libraries.get(name) or [f"usr/lib/{name}"]
    return chosen


def needed(elf: bytes) -> list[str]:
    """The libraries that an ELF file names as DT_NEEDED (elf(5)); none for a static one or another file."""
    if elf[:4] != b"\x7fELF":
        return []
    order = "<" if elf[5] == 1 else ">"
    # 64 or 32 bits: the places of e_phoff and e_phentsize; a segment's type, offset, address and size; a
    # dynamic entry's tag and value.
    start, sizes, segment, entry = (32, 54, "I4xQQ8xQ", "qQ") if elf[4] == 2 else (28, 42, "III4xI", "iI")
    (table,) = struct.unpack_from(order + entry[1], elf, start)
    size, count = struct.unpack_from(order + "HH", elf, sizes)
    segments = [struct.unpack_from(order + segment, elf, table + size * i) for i in range(count)]
    dynamic = [
        pair
        for kind, offset, _, length in segments
        if kind == 2  # PT_DYNAMIC
        for pair in struct.iter_unpack(order + entry, elf[offset : offset + length])
    ]
    wanted = [value for tag, value in dynamic if tag == 1]
    if not wanted:
        return []
    address = dict(dynamic)[5]  # DT_STRTAB, as an address in memory
    loaded = [(offset, at, length) for kind, offset, at, length in segments if kind == 1]  # PT_LOAD
    names = next(address - at + offset for offset, at, length in loaded if at <= address < at + length)
    return [elf[names + value : elf.index(b"\0", names + value)].decode() for value in wanted]


# -- our own files ----------------------------------------------------------------------------------


def _applets(busybox: Node, workdir: Path, present: dict[str, Node]) -> dict[str, Node]:
    """A link for every busybox applet whose name no real program of the image bears."""
    program = workdir / "busybox"
    program.write_bytes(busybox.data)
    program.chmod(0o755)
    taken = {posixpath.basename(path) for path in present if re.match(r"usr/s?bin/", path)}
    paths = map(_merged, _run(str(program), "--list-full").decode().split())
    link = Node(tarfile.SYMTYPE, link="/usr/bin/busybox", mode=0o777)
    return {path: link for path in paths if path.startswith("usr/") and posixpath.basename(path) not in taken}


def _overlay() -> dict[str, Node]:
    """The files beside this module; scripts are made executable here, since a wheel may lose that bit."""
    places = {"nginx.conf": "etc/nginx", "default.conf": "etc/nginx/conf.d", ".html": "usr/share/nginx/html"}
    tree = {}
    for file in sorted(path for path in _OVERLAY.rglob("*") if path.is_file()):
        folder = places.get(file.name) or places.get(file.suffix, "")
        path = posixpath.join(folder, file.relative_to(_OVERLAY).as_posix())
        tree[path] = Node(data=file.read_bytes(), mode=0o755 if file.suffix == ".sh" else 0o644)
    # The IPv6 script asks whether the reader has changed the site.
    return tree | {"usr/share/hostnet-lab/default.conf": tree["etc/nginx/conf.d/default.conf"]}


def _skeleton() -> dict[str, Node]:
    """Accounts, the links of a merged /usr, and the folders that nginx writes to.

    Any user may write there: with ``--user`` the first error is then the one about the port.
    """
    link, folder = tarfile.SYMTYPE, tarfile.DIRTYPE
    tree = {
        "etc/passwd": Node(
            data=b"root:x:0:0:root:/root:/bin/sh\n"
            b"nginx:x:101:101:nginx:/nonexistent:/bin/false\n"
            b"nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"
        ),
        "etc/group": Node(data=b"root:x:0:\ntty:x:5:\nnginx:x:101:\nnogroup:x:65534:\n"),
        "etc/nsswitch.conf": Node(data=b"hosts: files dns\n"),
        "var/cache/nginx": Node(folder, mode=0o1777, owner=101),
        "var/lib/nginx": Node(link, link="../cache/nginx", mode=0o777),  # compiled into Debian's nginx
        "var/run": Node(link, link="../run", mode=0o777),
        "var/log/nginx/access.log": Node(link, link="/dev/stdout", mode=0o777),
        "var/log/nginx/error.log": Node(link, link="/dev/stderr", mode=0o777),
    }
    tree |= {name: Node(link, link="usr/" + name, mode=0o777) for name in ("bin", "sbin", "lib", "lib64")}
    tree |= {name: Node(folder, mode=0o1777) for name in ("tmp", "run", "var/tmp")}
    return tree | {name: Node(folder, mode=0o755) for name in ("dev", "proc", "root", "sys", "usr/lib64")}


# -- writing ----------------------------------------------------------------------------------------


def _tar(members: Iterable[tuple[str, Node]]) -> bytes:
    """Nothing of this machine or this hour gets in: no names of owners, no times."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path, node in members:
            info = tarfile.TarInfo(path)
            info.type, info.linkname, info.mode, info.size = node.kind, node.link, node.mode, len(node.data)
            info.uid = info.gid = node.owner
            tar.addfile(info, io.BytesIO(node.data))
    return buffer.getvalue()


def _layer(tree: dict[str, Node]) -> bytes:
    folders = {str(parent) for path in tree for parent in Path(path).parents} - {"."}
    return _tar(sorted({**{path: Node(tarfile.DIRTYPE, mode=0o755) for path in folders}, **tree}.items()))


def _image(layer: bytes, versions: dict[str, str], nginx: str, tag: str) -> bytes:
    """A plain tar (see quirks) with a gzipped layer inside."""
    packages = " ".join(f"{name}={version}" for name, version in sorted(versions.items()))
    architecture = _run("dpkg", "--print-architecture").decode().strip()
    config = {
        "architecture": _ARCHITECTURES.get(architecture, architecture),
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": {
            "Env": [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                f"NGINX_VERSION={nginx}",
            ],
            "Entrypoint": ["/docker-entrypoint.sh"],
            "Cmd": ["nginx", "-g", "daemon off;"],
            "ExposedPorts": {"80/tcp": {}},
            "StopSignal": "SIGQUIT",
            "WorkingDir": "/",
            "Labels": {LABEL: "nginx", "org.hostnet-lab.packages": packages},
        },
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
    }
    described = json.dumps(config, sort_keys=True).encode()
    name = hashlib.sha256(described).hexdigest() + ".json"
    manifest = [{"Config": name, "RepoTags": [tag], "Layers": ["layer.tar.gz"]}]
    parts = {
        name: described,
        "layer.tar.gz": gzip.compress(layer, 6, mtime=0),
        "manifest.json": json.dumps(manifest).encode(),
    }
    return _tar((path, Node(data=data)) for path, data in parts.items())
