"""Where the lab lies: the folder of the script ``lab``, of the lessons and of ``.lab``."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
