"""Which language the reader wants: what HOSTNET_LAB_LANGUAGE forces, what they chose in JupyterLab, or their system's."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path

FORCED = "HOSTNET_LAB_LANGUAGE"  # tests and recorded outputs are in English on every machine
FOLDER = "JUPYTERLAB_SETTINGS_DIR"
FILE = "@jupyterlab/translation-extension/plugin.jupyterlab-settings"  # what JupyterLab's menu Settings, Language writes
LOCALES = {"en": "en", "de": "de_DE", "system": "default"}  # as JupyterLab names them
SYSTEM = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # gettext's own order


def chosen(known: Collection[str], otherwise: str, environment: Mapping[str, str] = os.environ) -> str:
    """One of ``known``, by its two letters; ``otherwise`` where the reader's is none of them."""
    forced = environment.get(FORCED, "")
    if forced:
        return _match(forced, known) or otherwise
    asked = in_jupyterlab(Path(environment[FOLDER])) if environment.get(FOLDER) else ""
    if asked:
        return _match(asked, known) or otherwise
    wanted = next((environment[name] for name in SYSTEM if environment.get(name)), "")
    return next((found for word in wanted.split(":") if (found := _match(word, known))), otherwise)


def in_jupyterlab(folder: Path) -> str:
    """What the reader chose in JupyterLab, such as ``de_DE``; "" for nothing, or for the system's own language."""
    path = folder / FILE
    try:
        value = _read(path).get("locale", "") if path.exists() else ""
    except ImportError:  # before the environment is made
        return ""
    return value if isinstance(value, str) and value != "default" else ""


def choose(folder: Path, language: str) -> None:
    """Write what JupyterLab's own menu would; "system" leaves the choice to the system. Other settings beside it stay."""
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    settings = {**_read(path), "locale": LOCALES[language]}
    path.write_text(json.dumps(settings, indent=4) + "\n", "utf-8")


def _read(path: Path) -> dict[str, object]:
    import json5

    try:
        found = json5.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _match(word: str, known: Collection[str]) -> str:
    letters = word.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return letters if letters in known else ""
