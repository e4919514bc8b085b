"""Settings in JSON or YAML of tools without a reader of their own: LangChain, LibreChat, Continue
and the like. Every object that names a Bedrock model becomes an attempt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bedrock_doctor.evidence.app_config.configuration import (
    Configuration,
    ConfiguredAttempt,
    Signing,
    second_model,
    uneven_roles,
)
from bedrock_doctor.evidence.app_config.model_names import bedrock_model, purpose_of

_MODEL_KEYS = (
    "model", "modelid", "modelname", "deploymentname", "embeddingmodel", "titlemodel",
    "summarymodel", "models", "default", "basemodelid", "smallmodel", "rerankmodel",
)  # fmt: skip
_REGION_KEYS = ("regionname", "region", "awsregion", "awsregionname", "defaultregion")
_PROFILE_KEYS = ("credentialsprofilename", "profile", "profilename", "awsprofile", "awsprofilename")
_ROLE_KEYS = ("rolearn", "awsrolearn", "awsrolename", "assumerolearn", "assumerole", "iamrole")
_EXTERNAL_KEYS = ("externalid", "awsexternalid")
_SESSION_KEYS = ("rolesessionname", "sessionname", "awssessionname", "awsrolesessionname")
_ENDPOINT_KEYS = ("endpointurl", "bedrockruntimeendpoint", "awsbedrockruntimeendpoint")
_DEEPEST = 30


def read_settings(tree: Any) -> Configuration:
    """One attempt for each Bedrock model that an object of the tree names.

    Region, profile and role are taken from the same object, or from the nearest one around it.
    """
    attempts = tuple(dict.fromkeys(_walk(tree, "", {}, 0)))
    return Configuration("settings", attempts, uneven_roles(attempts) + second_model(attempts))


def _key(name: object) -> str:
    return str(name).lower().replace("_", "").replace("-", "")


def _walk(
    value: Any, where: str, around: Mapping[str, str], depth: int
) -> Iterator[ConfiguredAttempt]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _walk(item, f"{where}[{number}]", around, depth + 1)
        return
    if not isinstance(value, Mapping):
        return
    here = dict(around)
    for name, item in value.items():
        if isinstance(item, str):
            here[_key(name)] = item
    for options in (value.get("env"), value.get("client_kwargs"), value.get("model_kwargs")):
        if isinstance(options, Mapping):
            here |= {_key(name): item for name, item in options.items() if isinstance(item, str)}
    named = "bedrock" in here.get("provider", "").lower()
    for name, item in value.items():
        place = f"{where}.{name}" if where else str(name)
        if _key(name) in _MODEL_KEYS:
            yield from _named(item, place, here, named)
        yield from _walk(item, place, _inherited(here), depth + 1)


def _inherited(here: Mapping[str, str]) -> dict[str, str]:
    """What inner objects take from an outer one: everything but its models."""
    return {name: text for name, text in here.items() if name not in _MODEL_KEYS}


def _named(
    value: Any, where: str, here: Mapping[str, str], named: bool
) -> Iterator[ConfiguredAttempt]:
    names = value if isinstance(value, list) else [value]
    for name in names:
        model = bedrock_model(name, named_provider=named) if isinstance(name, str) else None
        if model is None:
            continue
        role = _pick(here, _ROLE_KEYS)
        profile = _pick(here, _PROFILE_KEYS)
        yield ConfiguredAttempt(
            where=where,
            purpose=purpose_of(where, model[0]),
            model=model[0],
            region=_pick(here, _REGION_KEYS) or model[1],
            roles=(role,) if role.startswith("arn:") else (),
            profile=profile,
            external_id=_pick(here, _EXTERNAL_KEYS) or None,
            session_name=_pick(here, _SESSION_KEYS) or None,
            signing=_signing(here, profile),
            endpoint_url=_pick(here, _ENDPOINT_KEYS),
        )


def _pick(here: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((here[name] for name in names if here.get(name)), "")


def _signing(here: Mapping[str, str], profile: str) -> Signing:
    if here.get("bedrockapikey") or here.get("awsbearertokenbedrock"):
        return Signing.API_KEY
    if here.get("awsaccesskeyid") or here.get("accesskeyid"):
        return Signing.STATIC_KEYS
    return Signing.PROFILE if profile else Signing.CHAIN
