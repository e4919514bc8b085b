"""Configurations of applications: every model that they name becomes an attempt."""

from bedrock_doctor.evidence.app_config.configuration import (
    ConfigFinding,
    Configuration,
    ConfiguredAttempt,
    Signing,
)
from bedrock_doctor.evidence.app_config.read import read_configuration

__all__ = ["ConfigFinding", "Configuration", "ConfiguredAttempt", "Signing", "read_configuration"]
