"""Who signs, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bedrock_doctor.model.signer import Signer


def signer_json(signer: Signer) -> dict[str, Any]:
    """One object; its keys keep name and type within a major version of `schema_version`."""
    return {
        "schema_version": "1.0",
        "identity": asdict(signer.identity) if signer.identity else None,
        "method": signer.method or None,
        "profile": signer.profile,
        "region": signer.region or None,
        "minutes_left": signer.minutes_left,
        "api_key": asdict(signer.api_key) if signer.api_key else None,
        "usable": signer.usable,
        "sources": [{**asdict(source), "state": source.state.value} for source in signer.sources],
        "hops": [asdict(hop) for hop in signer.hops],
        "checks": [{**asdict(check), "level": check.level.value} for check in signer.checks],
    }
