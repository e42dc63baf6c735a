"""What is on the faults' host, by kind of thing, and what one look has more than another. Asks the host itself, never the lab."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ..private_host import engine

CHECKOUT = Path(__file__).parents[2]
Look = Mapping[str, Counter[str]]

# What a dead engine or a dead container leaves by itself, with no lab on the machine: (kind of thing, pattern, why).
ENGINES_OWN = (
    ("mounts", r"/(run|var/run)/docker/", "an engine that was killed unmounts no namespace of a container"),
    ("mounts", r"/var/lib/(docker|containerd)/", "nor its layers and volumes"),
    ("cgroups", r"docker(/[0-9a-f]{64}(/.*)?)?$", "nor does it remove the group of a container"),
    ("links", r"veth", "nor its end of a container's wire"),
    ("rules", r".*172\.17\.", "nor the rules of a port that it published"),
    ("processes", r".* \(lost\)$", "a container whose start was cut short with containerd is removed, but what runs in it runs on"),
    ("listeners", r"\S+ \S+ \(lost\)$", "with its ports"),
    ("listeners", r"\S+ docker-proxy$", "an engine that was killed leaves the relays of its ports, see below"),
    ("files", r"/tmp/(containerd|dockerd)[.\d]*\.stacks?\.log", "the stacks that containerd writes on SIGUSR1"),
    ("files", r"/run/(docker|containerd|runc)", "state of the running engine"),
    (
        "processes",
        r"\S*(containerd|containerd-shim-runc-v2|dockerd|docker-proxy|runc)\b",
        "an engine that was killed leaves its own servants",
    ),
)
LOST = "(lost)"  # of a container that the engine does not know any more
IGNORED_FILES = re.compile(
    r"/__pycache__(/|$)|/home/\.npm(/|$)|^/run/hostnet-lab$|\.damaged-\d+|/run/docker\.(pid|sock)$|/run/dockerd\.log$|^/run/(docker|containerd|runc|user|lock|mount)(/|$)"
)


def look() -> Look:
    return {name: Counter(see()) for name, see in SEEN.items()}


def more(now: Look, before: Look) -> list[tuple[str, str]]:
    """What there is now and was not, or fewer times, before: kind and name of each."""
    return [(kind, name) for kind, names in now.items() for name in (names - before[kind]).elements()]


def engines_own(kind: str, name: str) -> bool:
    return any(kind == one and re.match(pattern, name) for one, pattern, _ in ENGINES_OWN)


def _containers() -> Iterator[str]:
    yield from engine.docker("ps", "--all", "--format", "{{.Names}}").splitlines()


def _networks() -> Iterator[str]:
    yield from engine.docker("network", "ls", "--format", "{{.Name}}").splitlines()


def _volumes() -> Iterator[str]:
    yield from engine.ids("volume", "ls", "--quiet")


def _images() -> Iterator[str]:
    yield from engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines()


def _processes() -> Iterator[str]:
    """Command lines of all but this process, those above it, and what runs in a container: containers are counted themselves."""
    ours, pid, known = set(), os.getpid(), _known()
    while pid:
        ours.add(pid)
        pid = _parent(pid)
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) not in ours:
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
                of = _containers_in(f"{line} {(entry / 'cgroup').read_text()}")
            except OSError:
                continue
            if line and (not of or of - known):
                yield f"{line} {LOST}" if of else line


def _known() -> set[str]:
    return set(engine.ids("ps", "--all", "--quiet", "--no-trunc"))


def _containers_in(text: str) -> set[str]:
    """Ids: in a shim's command line, and in the name of a control group."""
    return set(re.findall(r"\b[0-9a-f]{64}\b", text))


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _namespaces() -> Iterator[str]:
    yield from (path.name for path in Path("/run/netns").iterdir())


def _mounts() -> Iterator[str]:
    for line in Path("/proc/self/mountinfo").read_text("utf-8", "replace").splitlines():
        yield line.split()[4]


def _cgroups() -> Iterator[str]:
    for root in Path("/sys/fs/cgroup").iterdir():
        if root.is_dir():
            yield from (str(group.relative_to(root)) for group in root.rglob("*/") if not _of_a_container(group))


def _of_a_container(group: Path) -> bool:
    """Of one that is there: it is counted as a container."""
    return any(re.fullmatch(r"[0-9a-f]{64}", part) for part in group.parts) and any(group.rglob("cgroup.procs")) and bool(_pids(group))


def _pids(group: Path) -> str:
    try:
        return (group / "cgroup.procs").read_text()
    except OSError:
        return ""


def _files() -> Iterator[str]:
    places = ("/tmp", "/run", "/var/lib/hostnet-lab", os.environ["HOME"], str(CHECKOUT))
    for place in places:
        for folder, folders, files in os.walk(place):
            if folder == f"{CHECKOUT}/.lab":
                folders.remove("env")
            for name in (*folders, *files):
                path = f"{folder}/{name}"
                if not IGNORED_FILES.search(path):
                    yield path


def _listeners() -> Iterator[str]:
    """Address and port of each, and the name of its first process."""
    known = _known()
    for line in _said("ss", "-Hltnp").splitlines():
        place, by = line.split()[3], re.search(r'users:\(\("([^"]*)",pid=(\d+)', line)
        yield f"{place} {by[1]}{f' {LOST}' if _lost(int(by[2]), known) else ''}" if by else place


def _lost(pid: int, known: set[str]) -> bool:
    try:
        return bool(_containers_in(Path(f"/proc/{pid}/cgroup").read_text()) - known)
    except OSError:
        return False


def _rules() -> Iterator[str]:
    for table in ("nat", "filter", "mangle"):
        for line in _said("iptables-save", "-t", table).splitlines():
            if line.startswith("-"):
                yield f"{table} {re.sub(r'172[.]17[.][0-9.]+', '172.17.x.x', line)}"


def _links() -> Iterator[str]:
    for line in _said("ip", "-o", "link").splitlines():
        yield re.sub(r"^veth.*", "veth", line.split(": ")[1].partition("@")[0])


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


SEEN: Mapping[str, Callable[[], Iterator[str]]] = {
    "containers": _containers,
    "networks": _networks,
    "volumes": _volumes,
    "images": _images,
    "processes": _processes,
    "namespaces": _namespaces,
    "mounts": _mounts,
    "cgroups": _cgroups,
    "files": _files,
    "listeners": _listeners,
    "rules": _rules,
    "links": _links,
}
