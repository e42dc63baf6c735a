"""Which commands need what a host with Docker need not have: another system's tools, a registry, a network. Data; pure."""

from __future__ import annotations

import re
import shlex

from ...words import tr

ELSEWHERE = frozenset(
    (
        *("apk", "apt", "apt-get", "brew", "choco", "colima", "dnf", "emerge", "firewall-cmd", "flatpak", "kubectl"),
        *("launchctl", "minikube", "multipass", "nix", "open", "orb", "pacman", "podman", "port", "powershell", "pwsh"),
        *("rdctl", "scoop", "service", "snap", "systemctl", "ufw", "winget", "wsl", "wsl.exe", "xdg-open", "yum", "zypper"),
    )
)
REGISTRY = re.compile(r"\bdocker\s+(?:image\s+)?(?:pull|push|login|search)\b")
NO_IMAGE = re.compile(r"Unable to find image '([^'\s]{1,200})' locally")  # docker run, before it pulls
NOT_FOUND = 127  # bash(1), EXIT STATUS
NO_NAME = 6  # curl(1), EXIT CODES: could not resolve host
REACHING = re.compile(r"--privileged|--(?:pid|userns|uts|ipc)[= ]host|--(?:volume|mount|device)\b|(?:^|\s)-\w*v[= ]?\S")


def first_words(text: str) -> list[str]:
    """The words of a command's first line, "sudo" and what it is given left out; [] where it has an open quotation."""
    try:
        words = shlex.split(text.split("\n")[0], comments=True)
    except ValueError:
        return []
    while words and (words[0] == "sudo" or words[0].startswith("-") or re.match(r"\w+=", words[0])):
        words.pop(0)
    return words


def elsewhere(text: str) -> str:
    """The program of another system, or of some systems, that a command begins with; "" for any other."""
    return next((word for word in first_words(text)[:1] if word in ELSEWHERE), "")


def lacking(text: str, exit_code: int, output: str, cut_off: bool) -> str:
    """Why a command that failed could not have done here, in a sentence; "" where nothing is known to be lacking."""
    words = first_words(text)
    if exit_code == NOT_FOUND and (program := elsewhere(text)):
        return tr("it needs `{command}`, which is not here", command=program)
    if cut_off and (found := NO_IMAGE.search(output)):
        return tr("it needs the image {image}, which this machine's engine does not have", image=found[1])
    if cut_off and exit_code and REGISTRY.search(text):
        return tr("it needs a registry, which a disposable host cannot reach")
    if cut_off and exit_code == NO_NAME and words[:1] == ["curl"]:
        return tr("it asks a name that a disposable host, without a network outside, cannot resolve")
    return ""


def reaches_out(text: str) -> bool:
    """It would give a container files or devices, which the engine of a disposable host would take from this machine."""
    return bool(re.search(r"\bdocker\b", text)) and bool(REACHING.search(text.replace("\\\n", " ")))
