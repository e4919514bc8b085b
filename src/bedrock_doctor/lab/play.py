"""A scenario played in the lab: the failing call, the diagnosis, the repair, the call again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bedrock_doctor import app
from bedrock_doctor.catalog import inference_profiles
from bedrock_doctor.evidence import evidence_of
from bedrock_doctor.lab import api_keys
from bedrock_doctor.lab.api_keys import short_term_key
from bedrock_doctor.lab.bearer_call import BearerCallDenied, converse_by_key
from bedrock_doctor.lab.client import lab_client
from bedrock_doctor.lab.in_process import in_process_client
from bedrock_doctor.lab.lab import MOTO_SERVICES, Lab
from bedrock_doctor.lab.scenario import LabCall, Scenario
from bedrock_doctor.lab.world import ADMIN
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.attempt import ApiKey, Attempt, HopOptions, Operation
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.source import Source

QUESTION = [{"role": "user", "content": [{"text": "Is anybody there?"}]}]
_SESSION = "lab-run"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to.

    Attributes:
        ok: whether the model answered.
        text: the answer, or AWS's error.
    """

    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class Play:
    """A scenario as it went.

    Attributes:
        scenario: which one.
        before: the call in the broken world.
        report: the diagnosis of the broken world.
        after: the call after the repair.
        report_after: the diagnosis after it.
        surprises: where it went otherwise than the scenario says; empty when all is well.
    """

    scenario: Scenario
    before: Outcome
    report: Report
    after: Outcome
    report_after: Report
    surprises: tuple[str, ...]


def break_world(lab: Lab, scenario: Scenario) -> None:
    """Sets the lab to the scenario's broken state."""
    lab.reset()
    region = scenario.call.region
    for call in scenario.breaks:
        if call.service in MOTO_SERVICES and call.operation not in api_keys.OPERATIONS:
            # not authorized: a scenario may break what its administrators may not touch
            call.run(lab.state.client(call.service, lab.world.accounts[call.account]))
        else:
            call.run(in_process_client(lab, call.service, call.account, region))
    ai, access = lab.world.accounts["ai"], lab.bedrock.access
    access.no_agreement |= {(ai, model) for model in scenario.no_agreement}
    if scenario.no_form:
        # a member account inherits the form of the management account
        access.no_form |= {ai, lab.world.management}
    for code in scenario.no_quota:
        lab.bedrock.quotas.set(ai, region, code, 0)
    # the diagnosis asks for the availability of the model, called or not
    split = inference_profiles.split_profile_id(scenario.call.model)
    access.watched.add(split[1] if split else scenario.call.model)
    lab.authority.changed()


def repair(lab: Lab, endpoint: str, scenario: Scenario) -> None:
    """Makes the scenario's fix as real API calls of the accounts' administrators."""
    for call in scenario.fix:
        keys = lab.credentials(f"{ADMIN}-{call.account}").keys
        regional = call.service in ("bedrock", "service-quotas")
        region = scenario.call.region if regional else "us-east-1"
        call.run(lab_client(call.service, endpoint, region, keys))


def make_call(lab: Lab, endpoint: str, call: LabCall) -> Outcome:
    """Makes the application's call with boto3."""
    from botocore.exceptions import ClientError

    keys = lab.credentials("app").keys
    try:
        if call.api_key == "long":
            return _by_key(endpoint, call, _key_of_user(lab, call.caller))
        if call.role:
            sts = lab_client("sts", endpoint, call.region, keys)
            given = {"RoleArn": call.role, "RoleSessionName": _SESSION, **call.assume}
            made = sts.assume_role(**given)["Credentials"]
            keys = (made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
        if call.api_key == "short":
            session = lab.keyring.find(keys[0])
            key = short_term_key(session, call.region, datetime.now(UTC)) if session else ""
            return _by_key(endpoint, call, key)
        runtime = lab_client("bedrock-runtime", endpoint, call.region, keys)
        return Outcome(True, _ask(runtime, call))
    except ClientError as error:
        return Outcome(False, str(error).replace(" (reached max retries: 0)", ""))


def _key_of_user(lab: Lab, arn: str) -> str:
    user = parse_arn(arn)
    return lab.api_keys.of_user(user.account, user.resource_name) or ""


def _by_key(endpoint: str, call: LabCall, key: str) -> Outcome:
    try:
        answer = converse_by_key(endpoint, key, call.model, {"messages": QUESTION})
    except BearerCallDenied as denied:
        return Outcome(False, str(denied))
    return Outcome(True, str(answer["output"]["message"]["content"][0]["text"]))


def _ask(runtime: Any, call: LabCall) -> str:
    if call.guardrail:
        name, _, version = call.guardrail.rpartition(":")
        guarded = {"guardrailIdentifier": name, "guardrailVersion": version}
        answer = runtime.converse(modelId=call.model, messages=QUESTION, guardrailConfig=guarded)
        return str(answer["output"]["message"]["content"][0]["text"])
    if call.operation == "converse-stream":
        stream = runtime.converse_stream(modelId=call.model, messages=QUESTION)["stream"]
        deltas = [event["contentBlockDelta"] for event in stream if "contentBlockDelta" in event]
        return "".join(delta["delta"]["text"] for delta in deltas).strip()
    answer = runtime.converse(modelId=call.model, messages=QUESTION)
    return str(answer["output"]["message"]["content"][0]["text"])


def attempt_of(lab: Lab, call: LabCall) -> Attempt:
    """The call as a question to the diagnosis."""
    hops = (_hop(call),) if call.role else ()
    return Attempt(
        caller=call.caller or lab.credentials("app").arn,
        roles=(call.role,) if call.role else (),
        model=call.model,
        region=call.region,
        operation=Operation(call.operation),
        hops=hops,
        mfa=False,
        source_ip="127.0.0.1",
        guardrail=call.guardrail or None,
        api_key=ApiKey(call.api_key) if call.api_key else None,
    )


def _hop(call: LabCall) -> HopOptions:
    assume = call.assume
    policies: tuple[PolicyDocument, ...] = ()
    if "Policy" in assume:
        # the session policy belongs to the account that passes it
        ref = PolicyRef(PolicyKind.SESSION, "of the call", "111122223333")
        policies = (PolicyDocument(ref, Source(assume["Policy"], None, verbatim=False)),)
    return HopOptions(
        external_id=assume.get("ExternalId"),
        session_name=assume.get("RoleSessionName", _SESSION),
        session_tags={tag["Key"]: tag["Value"] for tag in assume.get("Tags", ())},
        transitive_tags=tuple(assume.get("TransitiveTagKeys", ())),
        source_identity=assume.get("SourceIdentity"),
        session_policies=policies,
    )


def play(lab: Lab, endpoint: str, scenario: Scenario) -> Play:
    """Plays a scenario from beginning to end."""
    break_world(lab, scenario)
    before = make_call(lab, endpoint, scenario.call)
    denials = tuple(
        replace(denial, source="the call")
        for denial in evidence_of(before.text)
        if denial.is_access_problem
    )
    report = app.diagnose(attempt_of(lab, scenario.call), lab.snapshot, denials)
    repair(lab, endpoint, scenario)
    after = make_call(lab, endpoint, scenario.fixed_call)
    report_after = app.diagnose(attempt_of(lab, scenario.fixed_call), lab.snapshot)
    found = [finding.id for finding in report.findings]
    surprises = []
    if before.ok:
        surprises.append("the call did not fail")
    if scenario.finding not in found:
        surprises.append(f"the diagnosis found {', '.join(found) or 'nothing'}")
    if not after.ok:
        surprises.append("the call failed again after the fix")
    if report_after.verdict is not Verdict.ALLOW:
        surprises.append(f"the diagnosis says {report_after.verdict} after the fix")
    return Play(scenario, before, report, after, report_after, tuple(surprises))
