"""Which language the reader wants: what HOSTNET_LAB_LANGUAGE forces, what they chose in JupyterLab, or their system's."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from ..kept import file
from ..kept.plain_json import refuse, require_walkable
from ..kept.unusable import Reason, Unusable

FORCED = "HOSTNET_LAB_LANGUAGE"  # tests and recorded outputs are in English on every machine
FOLDER = "JUPYTERLAB_SETTINGS_DIR"
FILE = "@jupyterlab/translation-extension/plugin.jupyterlab-settings"  # what JupyterLab's menu Settings, Language writes
LOCALES = {"en": "en", "de": "de_DE", "system": "default"}  # as JupyterLab names them
LARGEST = 32 << 10  # bytes; it has one line
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
    """What the reader chose in JupyterLab, such as ``de_DE``; "" for nothing, for the system's own language, or a damaged file."""
    try:
        value = read(folder / FILE).get("locale", "")
    except (OSError, ImportError):  # ImportError: before the environment is made
        return ""
    return value if isinstance(value, str) and value != "default" else ""


def choose(folder: Path, language: str) -> Path | None:
    """Write what JupyterLab's own menu would; "system" leaves the choice to the system. Other settings beside it stay.

    Returns where a file is kept that could not be used, None where all was well. Raises OSError.
    """
    path, aside = folder / FILE, None
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        settings = read(path)
    except FileNotFoundError:
        settings = {}
    except Unusable:
        settings, aside = {}, file.set_aside(path)
    file.write(path, (json.dumps({**settings, "locale": LOCALES[language]}, indent=4) + "\n").encode())
    return aside


def read(path: Path) -> Mapping[str, object]:
    """The settings in a file of JupyterLab's, which is JSON with comments (json5). Raises OSError, and ImportError without json5."""
    text = file.read(path, LARGEST)  # json5 is slow: a megabyte takes a minute
    import json5

    try:
        found = json5.loads(text.decode("utf-8"), parse_constant=refuse)
        require_walkable(found)
    except (ValueError, RecursionError) as error:
        raise Unusable(path, Reason.NOT_READABLE) from error
    if not isinstance(found, dict):
        raise Unusable(path, Reason.NOT_READABLE)
    return found


def _match(word: str, known: Collection[str]) -> str:
    letters = word.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return letters if letters in known else ""
