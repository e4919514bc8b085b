"""Guardrails that an inference call must be allowed to apply: sent with it, or enforced on it.

A guardrail that uses cross-Region inference needs its guardrail profile in every destination.

https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions.html
https://docs.aws.amazon.com/bedrock/latest/userguide/guardrail-profiles-permissions.html
https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-resource-based-policies.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bedrock_doctor.catalog import bedrock_models
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.way import Check, Purpose
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.enforced_guardrails import enforced_entries
from bedrock_doctor.path.inference_call import InferenceCall, Resource
from bedrock_doctor.path.target import guardrail_arn, is_guardrail_arn

GUARDED = frozenset(
    {
        Operation.CONVERSE,
        Operation.CONVERSE_STREAM,
        Operation.INVOKE_MODEL,
        Operation.INVOKE_MODEL_STREAM,
        Operation.CHAT_COMPLETIONS,
    }
)
"""Operations to which guardrails apply."""

ACTION = "bedrock:ApplyGuardrail"
_PROFILE = "crossRegionDetails.guardrailProfileId"
_PROFILE_ARN = "crossRegionDetails.guardrailProfileArn"


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A guardrail that a call applies.

    Attributes:
        arn: without version.
        version: a number, ``DRAFT``, or empty where it is not known.
        purpose: GUARDRAIL where the caller names it, ENFORCED_GUARDRAIL otherwise.
    """

    arn: str
    version: str
    purpose: Purpose


def guardrails(call: InferenceCall) -> tuple[Guardrail, ...]:
    """The guardrails that the call applies: its own, then enforced ones, each once."""
    operation = call.attempt.operation
    applies = operation is Operation.APPLY_GUARDRAIL
    if not applies and operation not in GUARDED:
        return ()
    given = call.target.given if applies else call.attempt.guardrail
    found = [_named(call, given, "", Purpose.GUARDRAIL)] if given else []
    if not applies:
        found += [
            _named(call, entry.guardrail_arn, entry.version, Purpose.ENFORCED_GUARDRAIL)
            for entry in enforced_entries(call)
            if is_guardrail_arn(entry.guardrail_arn)
        ]
    unique = {(guardrail.arn, guardrail.purpose): guardrail for guardrail in reversed(found)}
    return tuple(reversed(unique.values()))


def _named(call: InferenceCall, text: str, version: str, purpose: Purpose) -> Guardrail:
    arn, told = guardrail_arn(text, call.partition, call.region, call.account)
    return Guardrail(arn, version or told, purpose)


def _resource_policy(call: InferenceCall, arn: str, what: str) -> Readable | None:
    """The resource-based policy of a guardrail or guardrail profile, from its owner's account."""
    parsed = parse_arn(arn)
    held = missing_evidence.bedrock_region(call.snapshot, parsed.account, parsed.region)
    if held.has_no_policy(arn):
        return None
    for name in (arn, parsed.resource_name):
        found = held.resource_policies.get(name)
        if found is not None:
            return found
    return missing_evidence.bedrock(
        call.snapshot,
        parsed.account,
        parsed.region,
        operation="get-resource-policy",
        what=f"the resource policy of {what} {parsed.resource_name} in {parsed.region}",
        argument=f"--resource-arn {arn}",
        name=parsed.resource_name,
    )


def apply_checks(call: InferenceCall, guardrail: Guardrail) -> Iterator[Check]:
    """ApplyGuardrail on the guardrail, and on its guardrail profile in every destination."""
    arn = guardrail.arn
    settle = f"aws bedrock list-tags-for-resource --resource-arn {arn}"
    policy = _resource_policy(call, arn, "guardrail")
    resource = replace(call.named(arn), policy=policy, tags=None, settle=settle)
    yield call.check(guardrail.purpose, resource, action=ACTION)
    profile = guardrail_profile(call, guardrail)
    if isinstance(profile, str) and profile:
        yield from _profile_checks(call, guardrail, profile)


def _profile_checks(call: InferenceCall, guardrail: Guardrail, profile: str) -> Iterator[Check]:
    owner = parse_arn(guardrail.arn)
    destinations = guardrail_destinations(profile, owner.region)
    for region in destinations:
        arn = f"arn:{owner.partition}:bedrock:{region}:{owner.account}:guardrail-profile/{profile}"
        policy = _resource_policy(call, arn, "guardrail profile")
        resource = Resource(arn, owner.account, region, policy)
        check = call.check(Purpose.GUARDRAIL_PROFILE, resource, action=ACTION)
        yield check if region == call.region else call.doubting_region(check)
    if not destinations:
        missing = Missing(
            what=f"the destination Regions of guardrail profile {profile} from {owner.region}",
            call="bedrock:GetGuardrail",
            account=owner.account,
            region=owner.region,
        )
        yield call.undecided(Purpose.GUARDRAIL_PROFILE, missing, ACTION)


def guardrail_profile(call: InferenceCall, guardrail: Guardrail) -> str | Missing:
    """Id of the guardrail profile that a guardrail uses; empty where it uses none.

    What differs between collected versions is not known where the version is not.
    """
    parsed = parse_arn(guardrail.arn)
    found: dict[str, str] = {}
    for account in dict.fromkeys((parsed.account, call.account)):
        held = missing_evidence.bedrock_region(call.snapshot, account, parsed.region)
        for name, details in held.resources.items():
            arn, _, version = name.rpartition(":")
            if arn == guardrail.arn:
                arn_of_profile = details.get(_PROFILE_ARN, "")
                profile = details.get(_PROFILE) or arn_of_profile.rpartition("/")[2]
                found.setdefault(version, profile)
    if guardrail.version in found:
        return found[guardrail.version]
    if not guardrail.version and len(set(found.values())) == 1:
        return next(iter(found.values()))
    version = f" --guardrail-version {guardrail.version}" if guardrail.version else ""
    return missing_evidence.bedrock(
        call.snapshot,
        parsed.account,
        parsed.region,
        operation="get-guardrail",
        what=f"whether guardrail {parsed.resource_name} uses a guardrail profile, which then must "
        "be allowed in each of its Regions",
        argument=f"--guardrail-identifier {guardrail.arn}{version}",
        name=parsed.resource_name,
    )


def guardrail_destinations(profile: str, source: str) -> tuple[str, ...]:
    """Regions to which a guardrail profile routes from a Region; empty where not known."""
    return bedrock_models.guardrail_profiles().get(profile, {}).get(source, ())


def guardrail_checks(call: InferenceCall) -> Iterator[Check]:
    """The checks of every guardrail that the call applies."""
    for guardrail in guardrails(call):
        yield from apply_checks(call, guardrail)
