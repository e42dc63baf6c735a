"""A real kernel and a real JupyterLab, started by somebody whose machine holds everything that could lead them astray, all at once."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.probe import get
from hostnet_lab.provision.apart import NO_HISTORY
from hostnet_lab.provision.jupyter_setup import child_environment

from .test_jupyter import OPEN, ship_a_lesson

BROKEN = "raise SystemExit('{} is not ours')"
SPECIFICATION = '{"argv": ["/bin/false", "{connection_file}"], "display_name": "another", "language": "python"}'
LIES_FOR_THE_MACHINE = {
    "ipython/ipython_config.py": "c.InteractiveShellApp.exec_lines = ['from_the_machine = 1']",
    "ipython/startup/00.py": "from_the_machines_startup = 1",
    "jupyter/jupyter_server_config.json": '{"ServerApp": {"base_url": "/elsewhere/", "jpserver_extensions": {"jupyterlab": false}}}',
    "jupyter/jupyter_config.py": BROKEN.format("/usr/local/etc/jupyter"),
}
LIES_IN_THE_HOME = {
    ".ipython/profile_default/startup/00.py": "from_the_home = 1",
    ".ipython/profile_default/ipython_config.py": BROKEN.format("~/.ipython"),
    ".jupyter/jupyter_config.py": BROKEN.format("~/.jupyter"),
    ".local/share/jupyter/kernels/python3/kernel.json": SPECIFICATION,
    f".local/lib/python{sysconfig.get_python_version()}/site-packages/docker/__init__.py": BROKEN.format("~/.local"),
    f".local/lib/python{sysconfig.get_python_version()}/site-packages/usercustomize.py": BROKEN.format("usercustomize"),
    "path/docker.py": BROKEN.format("PYTHONPATH"),
    "path/calendar.py": BROKEN.format("PYTHONPATH"),
    "path/sitecustomize.py": BROKEN.format("PYTHONPATH"),
    "kernels/python3/kernel.json": SPECIFICATION,
    "bash_env": "PATH=/nowhere",
    "lessons/docker.py": BROKEN.format("a file among the lessons"),
    "lessons/mine.py": "value = 'my own module'",
}
# A file system of our own over the one place of both that can be made here without touching the machine.
MACHINE = 'mount -t tmpfs none /usr/local/etc && cp -R "$0/." /usr/local/etc && exec "$@"'
CLIENT = """
import sys
from jupyter_client import KernelManager
manager = KernelManager(kernel_name="python3")
manager.start_kernel(cwd=sys.argv[1])
client = manager.blocking_client()
client.start_channels()
client.wait_for_ready(timeout=30)
reply = client.execute_interactive(sys.argv[2], timeout=30)
client.stop_channels()
manager.shutdown_kernel(now=True)
sys.exit(reply["content"]["status"] != "ok")
"""
FACTS = """
import calendar, docker, json, mine, os, signal, site, subprocess, sys
print(json.dumps({
    "kernel": sys.executable,
    "docker": docker.__version__,
    "calendar": os.path.dirname(calendar.__file__) == os.path.dirname(os.__file__),
    "own": mine.value,
    "strangers": [name for name in globals() if name.startswith("from_the_")],
    "bash": subprocess.run(["bash", "-c", "echo $PATH"], capture_output=True, text=True).stdout.strip() == os.environ["PATH"],
    "user site": bool(site.ENABLE_USER_SITE),
    "encoding": sys.stdout.encoding.lower(),
    "interrupt": subprocess.run([sys.executable, "-c", "import signal; print(signal.getsignal(signal.SIGINT))"],
                                capture_output=True, text=True).stdout.strip(),
    "history": get_ipython().history_manager.hist_file,
    "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
}))
"""
EXPECTED: dict[str, Any] = {
    "kernel": sys.executable,
    "docker": __import__("docker").__version__,
    "calendar": True,
    "own": "my own module",
    "strangers": [],
    "bash": True,
    "user site": False,
    "encoding": "utf-8",
    "interrupt": "<built-in function default_int_handler>",
    "history": ":memory:",
    "blocked": 0,
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def prefix(place: Path) -> list[str]:
    """What stands before a command that is to find the machine's lies; nothing where they cannot be told."""
    if os.geteuid() or not shutil.which("unshare"):
        return []
    etc = write(place / "etc", LIES_FOR_THE_MACHINE)
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", MACHINE, str(etc)]


def lies(home: Path) -> dict[str, str]:
    """An environment in which everything is wrong."""
    write(home, LIES_IN_THE_HOME)
    own = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "HOSTNET_LAB_LANGUAGE", "HOSTNET_LAB_PROGRESS")}
    wrong = {
        "HOME": str(home), "JUPYTER_PATH": str(home), "JUPYTER_CONFIG_PATH": str(home / ".jupyter"),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"), "JUPYTER_PLATFORM_DIRS": "1", "IPYTHONDIR": str(home / ".ipython"),
        "PYTHONPATH": str(home / "path"), "PYTHONSTARTUP": str(home / "bash_env"),
        "PYTHONWARNINGS": "error", "PYTHONOPTIMIZE": "2", "PYTHONIOENCODING": "latin-1", "PYTHONUSERBASE": str(home / ".local"),
        "BASH_ENV": str(home / "bash_env"), "TMPDIR": "/proc/nonexistent", "XDG_RUNTIME_DIR": "/proc/nonexistent", "LC_ALL": "C",
    }  # fmt: skip
    return own | wrong


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one kernel saw that was started with all of it at once, by a process that ignores interruptions."""
    place = tmp_path_factory.mktemp("apart")
    environment = child_environment(place / "lab", lies(place / "home"), [])
    words = [sys.executable, "-P", "-c", CLIENT, str(place / "home" / "lessons"), FACTS]
    deaf = ["sh", "-c", 'trap "" INT QUIT CHLD && exec "$0" "$@"']
    done = subprocess.run(
        [*prefix(place), *deaf, *words], env=environment, text=True, capture_output=True, timeout=limit_s(120), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("fact", EXPECTED)
def test_a_kernel_is_the_labs_own(facts: dict[str, Any], fact: str) -> None:
    assert facts[fact] == EXPECTED[fact]


def test_a_client_that_forgets_the_history_itself_gets_its_kernel(tmp_path: Path) -> None:
    """As nbclient does: a kernel that is told twice does not start."""
    script = (
        "from jupyter_client.manager import start_new_kernel as start\n"
        f"manager, client = start(startup_timeout={limit_s(30)}, extra_arguments=['{NO_HISTORY}'])\n"
        "client.stop_channels(); manager.shutdown_kernel(now=True)"
    )
    environment = child_environment(tmp_path, os.environ, [])
    done = subprocess.run([sys.executable, "-P", "-c", script], env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_jupyterlab_opens_whatever_is_set_up_around_it(tmp_path: Path) -> None:
    root = tmp_path / "host net lab"
    ship_a_lesson(root)
    words = [*prefix(tmp_path), sys.executable, "-P", "-c", OPEN, str(root), "--no-browser"]
    wrong = {**lies(tmp_path / "home"), "PYTHONPATH": "", "PYTHONWARNINGS": "", "PYTHONUSERBASE": "", "PYTHONNOUSERSITE": "1"}
    with subprocess.Popen(words, env=wrong, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        address = process.stdout.readline().strip()
        page = get(address) if address else None
        process.terminate()
        said = process.stderr.read()
    assert page and page.status == 200 and "jupyter-config-data" in page.body, said


def test_a_server_does_without_the_grammars_that_cost_a_second_and_no_schema_of_jupyters_needs_them(tmp_path: Path) -> None:
    asks = "import sys, jsonschema; print(sys.modules['rfc3987_syntax'], jsonschema.validate(1, {'format': 'uri'}))"
    (tmp_path / "asks.py").write_text(asks)
    command = [sys.executable, "-P", "-m", "hostnet_lab.provision.apart", "asks"]
    assert subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, check=True).stdout == "None None\n"
    packages = Path(sysconfig.get_path("purelib"))
    schemas = [path for end in ("json", "yaml", "yml") for path in packages.glob(f"*jupyter*/**/*.{end}")]
    asking = re.compile(r"""["']?format["']?\s*:\s*["']?iri\b""")
    assert schemas and not [path for path in schemas if asking.search(path.read_text("utf-8", "replace"))]
