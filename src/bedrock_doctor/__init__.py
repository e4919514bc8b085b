"""bedrock-doctor: names every barrier of a denied call to Amazon Bedrock.

The public names are imported when they are first used, so that the package itself costs nothing::

    snapshot = bedrock_doctor.load_snapshot(["acme.zip"])
    report = bedrock_doctor.diagnose(attempt, snapshot)
    [finding.id for finding in report.findings]
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from bedrock_doctor.app import diagnose, evaluate, explain, load_snapshot
    from bedrock_doctor.model.attempt import Attempt
    from bedrock_doctor.model.report import Report

__all__ = ["Attempt", "Report", "diagnose", "evaluate", "explain", "load_snapshot"]

_HOMES = {
    "Attempt": "bedrock_doctor.model.attempt",
    "Report": "bedrock_doctor.model.report",
    "diagnose": "bedrock_doctor.app",
    "evaluate": "bedrock_doctor.app",
    "explain": "bedrock_doctor.app",
    "load_snapshot": "bedrock_doctor.app",
}


class _Public:
    """A public name. It wins over the sub-package of the same name, which Python's import system
    would otherwise put into its place."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, module: ModuleType, owner: type[ModuleType]) -> object:
        found: object = getattr(import_module(_HOMES[self.name]), self.name)
        return found

    def __set__(self, module: ModuleType, value: object) -> None:
        """Keeps the public name when a sub-package is imported."""


class _Package(ModuleType):
    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


for _name in _HOMES:
    setattr(_Package, _name, _Public(_name))
sys.modules[__name__].__class__ = _Package
