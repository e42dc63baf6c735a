"""Imported before anything else of the lab: all of it speaks in brackets, its tables of texts too."""

from __future__ import annotations

from hostnet_lab import words

from .brackets import Bracketed

vars(words)["_translations"] = Bracketed  # private: of texts that stand in tables, before these are imported
