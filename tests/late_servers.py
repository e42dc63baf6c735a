"""Runs on a private host: the lessons, with an image nginx whose servers come up late. Prints and ends as pytest does."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.private_host import engine

LATE_S = 2
ENTRY = f"""#!/bin/sh
case "$*" in
    *"daemon off"* | *perl*) sleep {LATE_S} ;;
esac
exec /docker-entrypoint.sh "$@"
"""


def main() -> int:
    engine.start()
    try:
        make_late()
        return subprocess.run([sys.executable, "-m", "pytest", "-q", "--hosts", "0", "notebooks"], check=False).returncode
    finally:
        engine.end()


def make_late() -> None:
    """From now on "nginx" on this engine is the image whose servers come up late."""
    made = engine.docker("create", "nginx")
    with tempfile.TemporaryDirectory() as folder:
        (entry := Path(folder) / "late").write_text(ENTRY)
        entry.chmod(0o755)
        engine.docker("cp", str(entry), f"{made}:/late")
    changes = ('ENTRYPOINT ["/late"]', 'CMD ["nginx", "-g", "daemon off;"]')  # the first takes the second away
    engine.docker("commit", *(word for one in changes for word in ("--change", one)), made, "nginx")
    engine.docker("rm", made)


if __name__ == "__main__":
    sys.exit(main())
