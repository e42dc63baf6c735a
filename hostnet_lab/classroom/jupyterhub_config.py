"""The file that JupyterHub is started with; what it says stands in config.py."""

from hostnet_lab.classroom.config import configure
from hostnet_lab.classroom.settings import of_this_process

configure(get_config(), of_this_process())  # type: ignore[name-defined]  # noqa: F821 - JupyterHub gives it to this file
