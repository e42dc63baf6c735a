"""What of the checkout this user may not write to, whose it is, and the command that gives it back. Changes nothing.

A first ``./lab`` with sudo leaves files of root's; a checkout may be somebody else's, or lie on a disk that is mounted read-only.
"""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from ..core.errors import SetupFailed
from ..words import tr
from .host import user_name

REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def require(root: Path) -> None:
    """All that the lab writes to in its checkout ``root`` may be written to. Raises SetupFailed for the first that may not."""
    for path in _written(root):
        if not os.access(path, os.W_OK):
            raise refusal(path, root)


def explained(error: BaseException, root: Path) -> SetupFailed | None:
    """The same for an exception over a file of the checkout's; None for any other."""
    if not isinstance(error, OSError) or error.errno not in REFUSED or not isinstance(error.filename, str):
        return None
    path = Path(error.filename).absolute()
    return refusal(path, root) if any(path.is_relative_to(root / name) for name in (".lab", "lessons")) else None


def refusal(path: Path, root: Path) -> SetupFailed:
    """Why ``path`` may not be written to, and what to do: by what is found there now."""
    while not os.path.lexists(path) and path != path.parent:
        path = path.parent
    tried, copy = tr("write to {path}", path=path), f"cp -R {shlex.quote(str(root))} ~/hostnet-lab"
    elsewhere = tr("take a copy of your own, without .lab: {command}", command=f"{copy} && rm -rf ~/hostnet-lab/.lab")
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return SetupFailed(tried, tr("it lies on a disk that is mounted read-only"), elsewhere)
    me, owner, inside = os.geteuid(), path.lstat().st_uid, path.is_relative_to(root)
    if owner == me:
        do = tr("give yourself the right: {command}", command=f"chmod u+rwX {shlex.quote(str(path))}")
        return SetupFailed(tried, tr("it is yours, but its rights do not let you write"), do)
    if inside and root.lstat().st_uid != me:
        return SetupFailed(tried, tr("it belongs to {owner}, and so does the lab's folder", owner=user_name(owner)), elsewhere)
    places = [root / name for name in (".lab", "lessons") if (root / name).exists()] if inside else [path]
    command = shlex.join(["sudo", "chown", "-R", f"{me}:{os.getegid()}", *map(str, places)])
    found = tr("it belongs to {owner}, as after a ./lab that was run with sudo", owner=user_name(owner))
    return SetupFailed(tried, found, tr("take it back: {command}   then the same command again", command=command))


def _written(root: Path) -> Iterator[Path]:
    """Folders before what is in them; of the lessons the first level alone, since what a learner keeps below is not the lab's."""
    lab, lessons = root / ".lab", root / "lessons"
    yield from (one for one in (root if not lab.exists() else lab, lessons) if one.exists())
    for top in (lab / "run", lab / "jupyter"):
        for folder, _, files in os.walk(top):
            yield Path(folder)
            yield from (path for name in files if not (path := Path(folder) / name).is_symlink())
    if lessons.is_dir():
        yield from (one for one in lessons.iterdir() if one.is_file() and not one.is_symlink())
