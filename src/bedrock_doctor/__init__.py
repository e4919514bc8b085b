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
    from bedrock_doctor import hook
    from bedrock_doctor.app import diagnose, evaluate, explain, load_snapshot
    from bedrock_doctor.hook import explain_denied
    from bedrock_doctor.model.attempt import Attempt
    from bedrock_doctor.model.report import Report

__all__ = [
    "Attempt",
    "Report",
    "diagnose",
    "evaluate",
    "explain",
    "explain_denied",
    "hook",
    "load_snapshot",
]

_HOMES = {
    "Attempt": "bedrock_doctor.model.attempt",
    "Report": "bedrock_doctor.model.report",
    "diagnose": "bedrock_doctor.app",
    "evaluate": "bedrock_doctor.app",
    "explain": "bedrock_doctor.app",
    "explain_denied": "bedrock_doctor.hook",
    "hook": "bedrock_doctor.hook",
    "load_snapshot": "bedrock_doctor.app",
}


class _Public:
    """A public name. It wins over the sub-package of the same name, which Python's import system
    would otherwise put into its place."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, module: ModuleType, owner: type[ModuleType]) -> object:
        home = import_module(_HOMES[self.name])
        if home.__name__ == f"{module.__name__}.{self.name}":
            return home
        found: object = getattr(home, self.name)
        return found

    def __set__(self, module: ModuleType, value: object) -> None:
        """Keeps the public name when a sub-package is imported."""


class _Package(ModuleType):
    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


for _name in _HOMES:
    setattr(_Package, _name, _Public(_name))
sys.modules[__name__].__class__ = _Package
