"""What an exception of the system means, for a reader: why a file cannot be used, and of what the machine has no more."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from ..kept.unusable import Reason, Unusable
from ..words import tr
from .errors import Exhausted, LabError, SetupFailed

FILES = {
    Reason.NOT_PLAIN: tr("it is not a plain file"),
    Reason.NOT_FOLDER: tr("it is not a plain folder"),
    Reason.NOT_OURS: tr("it belongs to another user, or is a link that another user made"),
    Reason.TOO_LARGE: tr("it is larger than any that the lab writes"),
    Reason.NOT_READABLE: tr("it does not hold what the lab writes there: it is damaged, or another version's"),
}
DISK = (tr("there is no room left on the disk, or in what you may use of it"), tr("make room (df -h), then the same command again"))
MEMORY = (tr("the machine has no memory left"), tr("end other programs (free -h), then the same command again"))
TASKS = (
    tr("no further process or thread may be started: the limit of the user, of the container or of the machine is reached"),
    tr("end other programs, or raise the limit (ulimit -u, pids.max), then the same command again"),
)
OPEN_FILES = (tr("no further file may be opened: the limit is reached"), tr("raise the limit (ulimit -n), then the same command again"))
SIZE = (tr("no file may become that large here"), tr("raise the limit (ulimit -f), then the same command again"))
READING = (tr("the disk did not give what is on it"), tr("see what the system's log says of that disk (dmesg)"))
MACHINE = {
    errno.ENOSPC: DISK,
    errno.EDQUOT: DISK,
    errno.ENOMEM: MEMORY,
    errno.EAGAIN: TASKS,
    errno.EMFILE: OPEN_FILES,
    errno.ENFILE: OPEN_FILES,
    errno.EFBIG: SIZE,
    errno.EIO: READING,
}
IN_THE_PLACE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EEXIST)
NO_THREAD = "can't start new thread"  # a RuntimeError that Python tells from others by this text alone (Modules/_threadmodule.c)


def said(error: OSError) -> str:
    """Why, in words: ours where we know better than the system."""
    if isinstance(error, Unusable):
        return FILES[error.reason]
    return error.strerror or str(error) or type(error).__name__


def exhausted(error: BaseException) -> Exhausted | None:
    """What the machine has no more of, where that is what an exception is about; None for any other."""
    for one in _chain(error):
        reason = _of_the_machine(one)
        if reason is TASKS and one is not error and isinstance(one, OSError):
            continue  # fork's EAGAIN comes as it is; one inside is a busy socket's, of a server that is stopped
        if reason:
            return Exhausted(_tried(one), *reason)
    return None


def explained(error: BaseException) -> LabError | None:
    """The same, and a file that may not be used or stands in a place of the lab's; None for what is a defect of the lab's."""
    found = exhausted(error)
    if found is None and isinstance(error, OSError) and error.filename and (isinstance(error, Unusable) or error.errno in IN_THE_PLACE):
        do = tr(
            "see whose it is and what it is: {command}   then move it away, or take its rights back", command=f"ls -ld {error.filename}"
        )
        return SetupFailed(_tried(error), said(error), do)
    return found


def _of_the_machine(error: BaseException) -> tuple[str, str] | None:
    if isinstance(error, MemoryError):
        return MEMORY
    if isinstance(error, RuntimeError) and str(error) == NO_THREAD:
        return TASKS
    return MACHINE.get(error.errno or 0) if isinstance(error, OSError) else None


def _tried(error: BaseException) -> str:
    name = error.filename if isinstance(error, OSError) else None
    return tr("use {file}", file=name) if name else tr("go on with the command")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception, what it was raised from, and what it holds: requests wraps the socket's own twice."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            inside = (one.__cause__, one.__context__, *one.args, getattr(one, "reason", None))
            waiting += [other for other in inside if isinstance(other, BaseException)]
