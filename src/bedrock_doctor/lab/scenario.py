"""Scenarios as data: who, what broke, what a newcomer tries first, and what repairs it."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bedrock_doctor.errors import UnknownName
from bedrock_doctor.lab.world import ApiCall

_SUFFIX = ".toml"


@dataclass(frozen=True, slots=True)
class LabCall:
    """The call that the application makes.

    Attributes:
        model: model or profile id.
        region: Region that is called.
        operation: ``converse``, ``converse-stream`` or ``invoke-model``.
        role: role that is assumed first, or empty.
        assume: further parameters of AssumeRole, as boto3 takes them.
        caller: ARN of a user whose long-term API key is sent; empty: the application.
        api_key: ``short`` for a key that the last session makes, ``long`` for the caller's, or
            empty for a signature.
        guardrail: id or ARN and version of the guardrail sent with the call, or empty.
    """

    model: str = "eu.amazon.nova-lite-v1:0"
    region: str = "eu-central-1"
    operation: str = "converse"
    role: str = "arn:aws:iam::444455556666:role/gateway"
    assume: Mapping[str, Any] = field(default_factory=dict)
    caller: str = ""
    api_key: str = ""
    guardrail: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario.

    Attributes:
        name: name of its file.
        title: what is wrong, in a few words.
        who: who is stuck.
        broke: what happened.
        first_try: what a newcomer tries first, and why it fails.
        finding: id that the diagnosis must report.
        call: the call that fails.
        breaks: API calls that break the world.
        fix: API calls that repair it, made as the administrators of the accounts.
        fixed_call: the call after the repair; differs from `call` where the application was wrong.
        no_agreement: models whose agreement the model account has not accepted.
        no_quota: codes of quotas that AWS has set to 0 for the model account.
        no_form: whether neither model account nor management account sent the use-case form.
    """

    name: str
    title: str
    who: str
    broke: str
    first_try: str
    finding: str
    call: LabCall
    breaks: tuple[ApiCall, ...]
    fix: tuple[ApiCall, ...]
    fixed_call: LabCall
    no_agreement: tuple[str, ...] = ()
    no_quota: tuple[str, ...] = ()
    no_form: bool = False


def _read(name: str, text: str) -> Scenario:
    data = tomllib.loads(text)
    call = LabCall(**data.pop("call", {}))
    return Scenario(
        name=name,
        call=call,
        fixed_call=replace(call, **data.pop("fixed_call", {})),
        breaks=tuple(ApiCall.of(table) for table in data.pop("break", ())),
        fix=tuple(ApiCall.of(table) for table in data.pop("fix", ())),
        no_agreement=tuple(data.pop("no_agreement", ())),
        no_quota=tuple(data.pop("no_quota", ())),
        **data,
    )


@lru_cache(maxsize=1)
def scenarios() -> tuple[Scenario, ...]:
    """All packaged scenarios, by name."""
    folder = files("bedrock_doctor.lab").joinpath("scenarios")
    found = sorted(
        (item for item in folder.iterdir() if item.name.endswith(_SUFFIX)),
        key=lambda item: item.name,
    )
    return tuple(_read(item.name.removesuffix(_SUFFIX), item.read_text("utf-8")) for item in found)


def find_scenario(name: str) -> Scenario:
    """The scenario of this name.

    Raises:
        UnknownName: there is none.
    """
    known = {scenario.name: scenario for scenario in scenarios()}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.lower(), known, 1)
    meant = f"did you mean `{near[0]}`?" if near else "bedrock-doctor lab list"
    raise UnknownName(f"no such scenario `{name}`", help=meant)
