"""Drafts are the least: they let their way pass, and a test takes each piece away again."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from bedrock_doctor.authoring import proof
from bedrock_doctor.authoring.draft import Draft, Part
from bedrock_doctor.authoring.proof import NotProved, prove
from bedrock_doctor.authoring.write import write_policies
from bedrock_doctor.catalog import inference_profiles
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.attempt import ApiKey, Attempt, HopOptions, Operation
from bedrock_doctor.model.snapshot import Account, BedrockRegion, InferenceProfile, Snapshot
from bedrock_doctor.path.expand import expand

CALLER = "arn:aws:iam::111122223333:role/app"
ROLE = "arn:aws:iam::444455556666:role/team/gateway"
ATTEMPT = Attempt(
    CALLER,
    (ROLE,),
    "eu.amazon.nova-lite-v1:0",
    "eu-central-1",
    hops=(HopOptions(external_id="acme"),),
)
WAYS = [
    (profile, region)
    for profile in inference_profiles.profile_ids()
    for region in inference_profiles.sources(profile)
]


SECOND = "arn:aws:iam::777788889999:role/entry"
CHAIN = replace(ATTEMPT, roles=(SECOND, ROLE), hops=(HopOptions(external_id="acme"), HopOptions()))
SERVICE_ROLE = "arn:aws:iam::444455556666:role/jobs/batch"
JOB = replace(
    ATTEMPT,
    operation=Operation.BATCH,
    service_role=SERVICE_ROLE,
    input_s3="s3://acme-in/today.jsonl",
    output_s3="s3://acme-out/results/",
)


def parts(draft: Draft) -> dict[Part, Any]:
    return {policy.part: policy.document for policy in draft.policies}


@pytest.mark.parametrize("region", sorted({region for _, region in WAYS}))
def test_every_profile_from_every_source_region_is_proved(region: str) -> None:
    """A draft that does not prove itself raises; stars stand only where no ARN is known."""
    for profile in [name for name, source in WAYS if source == region]:
        draft = write_policies(replace(ATTEMPT, model=profile, region=region), Snapshot())
        (first, second) = parts(draft)[Part.ROLE]["Statement"]
        assert "*" not in str(first) + str(second)
        named = second["Resource"]
        assert len(named) == len(set(named)) if isinstance(named, list) else named


@pytest.mark.parametrize("operation", [op for op in Operation if op is not Operation.BATCH])
def test_every_operation_is_proved(operation: Operation) -> None:
    """Each asks for its own actions and resources."""
    model = {
        Operation.MANTLE_INFERENCE: "anthropic.claude-sonnet-4-6",
        Operation.MANTLE_COUNT_TOKENS: "anthropic.claude-sonnet-4-6",
        Operation.RESPONSES: "openai.gpt-oss-120b-1:0",
        Operation.APPLY_GUARDRAIL: "gr1abc2def3",
    }.get(operation, ATTEMPT.model)
    draft = write_policies(replace(ATTEMPT, model=model, operation=operation), Snapshot())
    assert Part.ROLE in parts(draft)


def test_the_documents_of_a_way() -> None:
    """The trust names the caller and its ExternalId, the caller names the role."""
    found = parts(write_policies(ATTEMPT, Snapshot()))
    assert list(found) == [
        Part.ROLE,
        Part.TRUST,
        Part.CALLER,
        Part.ENDPOINT,
        Part.STS_ENDPOINT,
        Part.SCP,
    ]
    assert found[Part.TRUST]["Statement"] == [
        {
            "Sid": "AllowCaller",
            "Effect": "Allow",
            "Principal": {"AWS": CALLER},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "acme"}},
        }
    ]
    assert found[Part.CALLER]["Statement"][0]["Resource"] == ROLE
    assert found[Part.ENDPOINT]["Statement"][0]["Principal"] == {"AWS": ROLE}
    (at_sts,) = found[Part.STS_ENDPOINT]["Statement"]
    assert (at_sts["Principal"], at_sts["Resource"]) == ({"AWS": CALLER}, ROLE)


def test_a_chain_has_documents_for_each_step() -> None:
    """Each role trusts the one before it, which may assume exactly the next."""
    draft = write_policies(CHAIN, Snapshot())
    told = [(policy.part, policy.account, policy.holder, policy.hop) for policy in draft.policies]
    assert told[:5] == [
        (Part.ROLE, "444455556666", ROLE, 3),
        (Part.TRUST, "444455556666", ROLE, 2),
        (Part.CALLER, "777788889999", SECOND, 2),
        (Part.TRUST, "777788889999", SECOND, 1),
        (Part.CALLER, "111122223333", CALLER, 1),
    ]
    trusts = [p.document["Statement"][0] for p in draft.policies if p.part is Part.TRUST]
    assert [trust["Principal"]["AWS"] for trust in trusts] == [SECOND, CALLER]
    assert ["Condition" in trust for trust in trusts] == [False, True]
    sids = [statement["Sid"] for statement in parts(draft)[Part.STS_ENDPOINT]["Statement"]]
    assert sids == ["AssumeRole", "AssumeRole2"]


def test_tags_that_stay_with_the_session_are_allowed_on_every_step() -> None:
    """AWS-documented: transitive tags are passed again by every later AssumeRole."""
    hops = (HopOptions(session_tags={"team": "a"}, transitive_tags=("team",)), HopOptions())
    draft = write_policies(replace(CHAIN, hops=hops), Snapshot())
    trusts = [p.document["Statement"][0] for p in draft.policies if p.part is Part.TRUST]
    assert [trust["Action"] for trust in trusts] == [["sts:AssumeRole", "sts:TagSession"]] * 2


def test_a_batch_job_has_documents_for_the_role_that_it_runs_as() -> None:
    """AWS-documented: batch-iam-sr.html; the caller passes the role, Amazon Bedrock assumes it."""
    draft = write_policies(JOB, Snapshot())
    found = parts(draft)
    passing = found[Part.ROLE]["Statement"][-1]
    assert (passing["Action"], passing["Resource"]) == ("iam:PassRole", SERVICE_ROLE)
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}
    }
    (trust,) = found[Part.SERVICE_TRUST]["Statement"]
    assert trust["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "444455556666"}
    actions = [statement["Action"] for statement in found[Part.SERVICE_ROLE]["Statement"]]
    assert actions == [
        "bedrock:InvokeModel",
        "bedrock:InvokeModel",
        "s3:ListBucket",
        "s3:GetObject",
        "s3:PutObject",
    ]
    assert "iam:PassRole" not in str(found[Part.ENDPOINT])
    holders = {policy.part: policy.holder for policy in draft.policies}
    assert holders[Part.SERVICE_TRUST] == holders[Part.SERVICE_ROLE] == SERVICE_ROLE


def test_what_is_not_known_is_not_written() -> None:
    """A prompt whose model was not collected would need an Allow on everything."""
    prompt = "arn:aws:bedrock:eu-central-1:444455556666:prompt/PROMPT1234"
    with pytest.raises(UsageError, match="the model that prompt PROMPT1234 names is not known"):
        write_policies(replace(ATTEMPT, model=prompt), Snapshot())
    custom = "arn:aws:bedrock:eu-central-1:444455556666:custom-model/amazon.nova-lite-v1:0/abc"
    with pytest.raises(UsageError, match="what a service role needs"):
        write_policies(replace(JOB, model=custom), Snapshot())


def test_what_the_call_passes_is_allowed_too() -> None:
    """Session tags, a source identity, an API key."""
    hop = HopOptions(session_tags={"team": "a"}, source_identity="ana")
    tagged = parts(write_policies(replace(ATTEMPT, hops=(hop,)), Snapshot()))
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    assert tagged[Part.TRUST]["Statement"][0]["Action"] == actions
    keyed = parts(write_policies(replace(ATTEMPT, api_key=ApiKey.SHORT), Snapshot()))
    allowed = [statement["Action"] for statement in keyed[Part.ROLE]["Statement"]]
    assert "bedrock:CallWithBearerToken" in allowed


def test_a_direct_call_needs_no_trust_and_an_unnamed_caller_no_endpoint_policy() -> None:
    """Documents that would name somebody unknown are left out."""
    direct = replace(ATTEMPT, roles=(), hops=())
    assert list(parts(write_policies(direct, Snapshot()))) == [Part.ROLE, Part.ENDPOINT, Part.SCP]
    unnamed = write_policies(direct, Snapshot(), named=False)
    assert [(policy.part, policy.holder) for policy in unnamed.policies] == [
        (Part.ROLE, ""),
        (Part.SCP, ""),
    ]


def test_destinations_of_a_snapshot_are_used() -> None:
    """GovCloud is not in the catalog: without evidence nothing is written."""
    gov = replace(
        ATTEMPT,
        caller="arn:aws-us-gov:iam::111122223333:role/app",
        roles=("arn:aws-us-gov:iam::444455556666:role/gateway",),
        model="us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
        region="us-gov-west-1",
    )
    with pytest.raises(UsageError, match=r"destinations .* are not known"):
        write_policies(gov, Snapshot())
    model = "foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0"
    profile = InferenceProfile(
        f"arn:aws-us-gov:bedrock:us-gov-west-1:444455556666:inference-profile/{gov.model}",
        gov.model,
        "SYSTEM_DEFINED",
        "ACTIVE",
        tuple(f"arn:aws-us-gov:bedrock:{r}::{model}" for r in ("us-gov-east-1", "us-gov-west-1")),
    )
    held = BedrockRegion("us-gov-west-1", profiles={profile.id: profile})
    snapshot = Snapshot({"444455556666": Account("444455556666", bedrock={"us-gov-west-1": held})})
    draft = write_policies(gov, snapshot)
    assert (draft.source, set(draft.regions)) == ("snapshot", {"us-gov-east-1", "us-gov-west-1"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"operation": Operation.BATCH}, "service role"),
        ({"caller": "arn:aws:sts::111122223333:assumed-role/app/s"}, "no role or user"),
        ({"caller": "arn:aws:iam::111122223333:root"}, "no role or user"),
    ],
)
def test_what_cannot_be_written_is_said(change: dict[str, Any], message: str) -> None:
    """With the reason, and no half of an answer."""
    with pytest.raises(UsageError, match=message):
        write_policies(replace(ATTEMPT, **change), Snapshot())


def test_unknown_models_are_named() -> None:
    """With near matches, as everywhere."""
    with pytest.raises(UnknownName):
        write_policies(replace(ATTEMPT, model="eu.amazon.nova-lite-v9:9"), Snapshot())


def spoilt(draft: Draft, part: Part, change: Any) -> Draft:
    policies = []
    for policy in draft.policies:
        document = copy.deepcopy(policy.document)
        if policy.part is part:
            change(document["Statement"])
        policies.append(replace(policy, document=document))
    return replace(draft, policies=tuple(policies))


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (Part.ROLE, lambda s: s.pop()),
        (Part.ROLE, lambda s: s[1].pop("Condition")),
        (Part.ROLE, lambda s: s[1]["Resource"].pop()),
        (Part.ROLE, lambda s: s[0].update(Resource="*")),
        (Part.ROLE, lambda s: s[0].update(Action="bedrock:*")),
        (Part.TRUST, lambda s: s[0].pop("Condition")),
        (Part.TRUST, lambda s: s[0].update(Principal={"AWS": "111122223333"})),
        (Part.CALLER, lambda s: s[0].update(Resource="*")),
        (Part.CALLER, lambda s: s[0].update(Effect="Deny")),
        (Part.ENDPOINT, lambda s: s[0].update(Resource="*")),
        (Part.ENDPOINT, lambda s: s[1]["Resource"].pop(0)),
        (Part.SCP, lambda s: s[0]["Condition"].pop("ArnNotEquals")),
        (Part.SCP, lambda s: s[0].update(Effect="Allow")),
    ],
)
def test_the_proof_notices_a_document_that_is_too_wide_or_too_narrow(
    part: Part, change: Any
) -> None:
    """A proof that accepts a spoilt draft would prove nothing."""
    draft = write_policies(ATTEMPT, Snapshot())
    with pytest.raises(NotProved):
        prove(spoilt(draft, part, change), expand(ATTEMPT, Snapshot()))


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (Part.ROLE, lambda s: s[-1].pop("Condition")),
        (Part.ROLE, lambda s: s[-1].update(Resource="*")),
        (Part.SERVICE_TRUST, lambda s: s[0]["Condition"].pop("StringEquals")),
        (Part.SERVICE_TRUST, lambda s: s[0]["Condition"].pop("ArnLike")),
        (Part.SERVICE_TRUST, lambda s: s[0].update(Principal={"AWS": CALLER})),
        (Part.SERVICE_ROLE, lambda s: s.pop()),
        (Part.SERVICE_ROLE, lambda s: s[-1].update(Resource="arn:aws:s3:::*")),
        (Part.SERVICE_ROLE, lambda s: s[1].pop("Condition")),
        (Part.STS_ENDPOINT, lambda s: s[0].update(Principal="*")),
        (Part.STS_ENDPOINT, lambda s: s[0].update(Resource="*")),
    ],
)
def test_the_proof_notices_it_in_the_documents_of_a_job(part: Part, change: Any) -> None:
    """Of the caller, of Amazon Bedrock, of the service role, and around them."""
    draft = write_policies(JOB, Snapshot())
    with pytest.raises(NotProved):
        prove(spoilt(draft, part, change), expand(JOB, Snapshot()))


def test_a_malformed_document_is_never_shown() -> None:
    """AWS would refuse to store it."""
    draft = write_policies(ATTEMPT, Snapshot())
    with pytest.raises(NotProved, match="malformed"):
        proof.prove(
            spoilt(draft, Part.ROLE, lambda s: s[0].pop("Effect")), expand(ATTEMPT, Snapshot())
        )
