"""Shows an address that holds a token, and opens it in the reader's browser, without telling the machine's other users.

Every user can read a command line; so the browser is given a page that leads to the address, which its reader alone can read.
"""

from __future__ import annotations

import os
import socket
import sys
import webbrowser
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from ..kept import file
from ..words import tr
from . import record

PAGE = "open-jupyterlab.html"


def present(root: Path, address: str, browser: bool, say: Callable[[str], None], show: Callable[[str], None]) -> None:
    """Show the address, and open it in the reader's browser where that is wished for and there is a display."""
    show(address)
    display = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not browser:
        return
    if not display:
        port = urlsplit(address).port
        name = f"{os.environ.get('USER', 'you')}@{socket.gethostname()}"
        command = f"ssh -L {port}:127.0.0.1:{port} {name}"
        say(tr("no display here; from your own computer: {command}   then open the address above", command=command))
    elif webbrowser.open(_page(root, address).as_uri()):
        why = tr("it is a snap, a flatpak, or another user's, and may not read that page")
        say(tr("your browser opens it by a page of your own; where it shows nothing ({why}), open the address above yourself", why=why))
    else:
        say(tr("no browser could be opened: open the address above yourself"))


def forget(root: Path) -> None:
    """Remove the page: its token is worth nothing any more."""
    (record.folder(root) / PAGE).unlink(missing_ok=True)


def _page(root: Path, address: str) -> Path:
    """A file of mode 0600 in a folder of mode 0700."""
    path = record.folder(root) / PAGE
    target = escape(address)
    leads = f'<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url={target}">'
    page = f'<!doctype html><meta charset="utf-8"><title>JupyterLab</title>{leads}<a href="{target}">JupyterLab</a>\n'
    file.write(path, page.encode())
    return path
