"""What a lesson shows beside its cells. Each widget draws the module of ``core`` that it is named after."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .come_back import ComeBack
    from .comparison import ComparisonView
    from .figure import Figure
    from .follow import FollowView
    from .hostmap import HostMapView
    from .launcher import Launcher
    from .ledger import LedgerView
    from .lessons import Lessons
    from .my_report import MyReport
    from .path import PathView
    from .ports import PortsBoard
    from .predict import Predict
    from .progress import ProgressView
    from .quiz import Quiz
    from .task import Task
    from .whereabouts import WhereAmI

__all__ = [
    "ComeBack",
    "ComparisonView",
    "Figure",
    "FollowView",
    "HostMapView",
    "Launcher",
    "LedgerView",
    "Lessons",
    "MyReport",
    "PathView",
    "PortsBoard",
    "Predict",
    "ProgressView",
    "Quiz",
    "Task",
    "WhereAmI",
]
_HOMES = {
    "ComeBack": ".come_back",
    "ComparisonView": ".comparison",
    "Figure": ".figure",
    "FollowView": ".follow",
    "HostMapView": ".hostmap",
    "Launcher": ".launcher",
    "LedgerView": ".ledger",
    "Lessons": ".lessons",
    "MyReport": ".my_report",
    "PathView": ".path",
    "PortsBoard": ".ports",
    "Predict": ".predict",
    "ProgressView": ".progress",
    "Quiz": ".quiz",
    "Task": ".task",
    "WhereAmI": ".whereabouts",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)
