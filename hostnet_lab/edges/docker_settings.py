"""The docker command's own settings: where they are, and which proxies they put into every container.

docker-py obeys the same file. Source: https://docs.docker.com/engine/cli/proxy/ and docker/cli, cli/config.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..kept import file

PLAIN = {"auths", "credsStore", "credHelpers", "currentContext", "proxies"}  # settings of logins, and those that the lab follows itself
Environment = Mapping[str, str]


def folder(environment: Environment) -> Path:
    """DOCKER_CONFIG, else ~/.docker."""
    return Path(environment.get("DOCKER_CONFIG") or Path(environment.get("HOME") or "~").expanduser() / ".docker")


def settings_file(environment: Environment) -> Path:
    return folder(environment) / "config.json"


def settings(environment: Environment) -> dict[str, Any]:
    """What stands in the file; empty where there is none, or none that can be used: the docker command goes on without, too."""
    try:
        found = file.read_json(settings_file(environment))
    except (OSError, RuntimeError):  # RuntimeError: no home
        return {}
    return dict(found) if isinstance(found, dict) else {}


def context_address(environment: Environment, name: str) -> str | None:
    """Where a context's engine is, as DOCKER_HOST would have it; None where there is no context of that name, "" where it does not say.

    The docker command keeps each context in a folder named by the SHA-256 of its name (docker/cli, cli/context/store).
    """
    place = folder(environment) / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest() / "meta.json"
    if not place.is_file():
        return None
    try:
        found: Any = file.read_json(place)
    except OSError:
        return ""
    for key in ("Endpoints", "docker", "Host"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def may_differ(environment: Environment) -> bool:
    """Whether something is set that could make the docker command behave otherwise than the engine's socket does."""
    return any(name.startswith("DOCKER_") for name in environment) or bool(settings(environment).keys() - PLAIN)


def proxies(environment: Environment) -> list[str]:
    """Keys of the proxies that containers are given, such as ``httpProxy``, for whatever engine; without ``noProxy``."""
    found = settings(environment).get("proxies")
    entries = found.values() if isinstance(found, dict) else ()
    return sorted({str(key) for one in entries if isinstance(one, dict) for key, value in one.items() if value and key != "noProxy"})


def without_proxies(environment: Environment, place: Path) -> dict[str, str]:
    """Where containers would be given proxies: DOCKER_CONFIG, a folder with the same settings but those; else nothing.

    What a lesson starts asks its own neighbours only, and a proxy knows none of them. ``place`` is filled anew: links to all else that
    is in the reader's folder, such as contexts, and a file without proxies and logins, which are in nobody's second copy.
    """
    theirs = folder(environment).absolute()
    if not proxies(environment):
        return {}
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for link in place.iterdir():
        if link.is_symlink():
            link.unlink()
    for one in theirs.iterdir():
        if one.name != "config.json":
            (place / one.name).symlink_to(one)
    kept = {key: value for key, value in settings(environment).items() if key not in ("proxies", "auths")}
    file.write(place / "config.json", json.dumps(kept, indent=1).encode())
    return {"DOCKER_CONFIG": str(place)}
