"""Makes the bytecode of the folders it is given, and leaves none that is cut short; for the script ``lab``.

CPython takes as much of a file as a full disk, or a limit, has let through for the whole of it, and ends in "marshal data too
short" at each start from then on. So the lab's processes write none while they run (PYTHONDONTWRITEBYTECODE), and what was written
here, by pip or by anybody else is read once. Run as a file, since its own bytecode may be what is cut short.
"""

from __future__ import annotations

import compileall
import marshal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

HEADER_BYTES = 16  # before the code: PEP 552


def remove_cut(folder: Path) -> None:
    """What this Python would find beside the sources, and cannot read."""
    for source in folder.rglob("*.py"):
        compiled = Path(cache_from_source(str(source)))
        with suppress(OSError):
            data = compiled.read_bytes()
            try:
                marshal.loads(data[HEADER_BYTES:])
            except (EOFError, ValueError, TypeError):
                compiled.unlink()


def main(folders: Sequence[str]) -> None:
    for folder in folders:
        remove_cut(Path(folder))
        compileall.compile_dir(folder, quiet=2)
        remove_cut(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
