"""A lab host: a container with its own engine and JupyterLab, started, found, stopped and reset."""

from __future__ import annotations

from .labhost_config import FLAVOURS, Flavour, host_config

__all__ = ["FLAVOURS", "Flavour", "host_config"]
