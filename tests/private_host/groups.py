"""The control groups of a private host: one of its own in every hierarchy, shown to it as the root; removed, and thawed, from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hostnet_lab.core.errors import NoAnswer
from hostnet_lab.edges.probe import wait_until

CGROUPS = Path("/sys/fs/cgroup")


@contextmanager
def prepared(folder: Path) -> Iterator[None]:
    """A group of one's own in every hierarchy, shown to the host as its root: what it leaves can be told, and limited."""
    made: list[Path] = []
    try:
        _make(folder, made)
        yield
    finally:
        for group in made:
            _remove(group)


def _make(folder: Path, made: list[Path]) -> None:
    (folder / "cgroups").mkdir(exist_ok=True)
    single = (CGROUPS / "cgroup.procs").exists()
    roots = {"unified": CGROUPS} if single else {one.name: one for one in CGROUPS.iterdir() if (one / "cgroup.procs").exists()}
    for name, root in roots.items():
        group = root / folder.name
        group.mkdir()
        made.append(group)
        for rule in ("cpuset.cpus", "cpuset.mems"):
            if (root / rule).exists() and not single:
                (group / rule).write_text((root / rule).read_text())
        (folder / "cgroups" / name).symlink_to(group)


def remove(name: str) -> bool:
    """Those of a host whose maker was killed; False where one is still in use."""
    left = [*CGROUPS.glob(name), *CGROUPS.glob(f"*/{name}")]
    for group in left:
        _remove(group)
    return not any(group.exists() for group in left)


def _remove(group: Path) -> None:
    """With all below it; the last processes in it are about to end, once they may."""
    thaw([group])
    with suppress(NoAnswer):
        wait_until(lambda: not any(one.read_text() for one in group.rglob("cgroup.procs")), 10, "the end of what was there")
    for one in [*sorted(group.rglob("*/"), reverse=True), group]:
        with suppress(OSError):
            one.rmdir()


def thaw(groups: Iterable[Path]) -> None:
    """What is frozen cannot be killed (freezer of cgroup v1), and its namespace would wait for it for ever."""
    for group in groups:
        for rule, word in (("freezer.state", "THAWED"), ("cgroup.freeze", "0")):
            for file in group.resolve().rglob(rule):
                with suppress(OSError):
                    file.write_text(word)
