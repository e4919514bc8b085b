"""Hand-built reports for the renderers: traces from the engine, findings written by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.model.attempt import Attempt, HopOptions
from bedrock_doctor.model.finding import (
    Contradiction,
    Finding,
    Layer,
    Mark,
    Place,
    Severity,
    Stage,
    Unknown,
)
from bedrock_doctor.model.json_spans import read_json
from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.report import Certainty, NotChecked, Report, Verdict
from bedrock_doctor.model.request import Context, Level, Policies, Request
from bedrock_doctor.model.source import Position, Source
from bedrock_doctor.model.way import (
    Check,
    Gate,
    GateState,
    Hop,
    HopKind,
    Purpose,
    Target,
    TracedCheck,
    TracedHop,
    Way,
)

CALLER = "arn:aws:iam::111122223333:role/rag-api"
ROLE = "arn:aws:iam::444455556666:role/bedrock-gateway"
SESSION = "arn:aws:sts::444455556666:assumed-role/bedrock-gateway/rag"
MODEL = "anthropic.claude-sonnet-4-6"
PROFILE_ARN = f"arn:aws:bedrock:eu-central-1:444455556666:inference-profile/eu.{MODEL}"
REGIONS = ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3")

FENCE = """\
{
  "Version": "2012-10-17", "Statement": [{
  "Sid": "DenyOutsideApprovedRegions", "Effect": "Deny",
  "NotAction": ["iam:*", "organizations:*", "sts:*"],
  "Resource": "*",
  "Condition": {"StringNotEquals": {"aws:RequestedRegion":
                ["eu-central-1", "eu-west-1"]}}
  }]
}"""
ALLOW_ALL = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
)
CALL_GATEWAY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE}],
    },
    indent=2,
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": CALLER}, "Action": "sts:AssumeRole"}
        ],
    },
    indent=2,
)


def document(
    text: str, ref: PolicyRef, *, path: str | None = None, line: int = 1
) -> PolicyDocument:
    """A policy at line `line` of a file."""
    return PolicyDocument(ref, Source(text, path, Position(line, 1)))


SCP_REF = PolicyRef(
    PolicyKind.SCP,
    "p-8f3k2q1m",
    "999900001111",
    holder="ou-ab12-prod",
    title="DenyUnapprovedRegions",
)
FENCE_DOCUMENT = document(FENCE, SCP_REF, path="organization/describe-policy/p-8f3k2q1m.json")
ROLE_POLICY = document(
    ALLOW_ALL, PolicyRef(PolicyKind.INLINE, "AllowEuInference", "444455556666", holder=ROLE)
)
FULL = document(ALLOW_ALL, PolicyRef(PolicyKind.SCP, "p-FullAWSAccess", holder="r-ab12"))


def place(
    source: PolicyDocument, marks: Iterable[tuple[str, str, bool]], statement: int = 1
) -> Place:
    """A place with marks given as (JSON pointer, label, primary)."""
    tree = read_json(source.source.text)
    found = []
    for pointer, label, primary in marks:
        node = tree.at(pointer)
        assert node is not None, pointer
        found.append(Mark(node.span, label, primary, pointer))
    head = tree.at(f"/Statement/{statement - 1}")
    sid = head.member("Sid") if head else None
    return Place(
        source.ref,
        source.source,
        statement,
        str(sid.value.scalar) if sid else None,
        f"/Statement/{statement - 1}",
        tuple(found),
    )


def assume_hop(trust: str = TRUST) -> TracedHop:
    """rag-api assumes bedrock-gateway."""
    request = Request(
        parse_principal(CALLER), "sts:AssumeRole", ROLE, "444455556666", Context.of({})
    )
    policies = Policies(
        identity=(
            document(CALL_GATEWAY, PolicyRef(PolicyKind.INLINE, "CallGateway", "111122223333")),
        ),
        resource=document(trust, PolicyRef(PolicyKind.TRUST, "bedrock-gateway", holder=ROLE)),
    )
    check = Check(Purpose.ASSUME_ROLE, request, policies, "eu-central-1")
    hop = Hop(HopKind.ASSUME, 1, CALLER, "111122223333", ROLE, (check,))
    return TracedHop(hop, (TracedCheck(check, explain(request, policies)),))


def invoke_hop(
    *,
    scp: tuple[Level, ...] | Missing | NotApplicable = NotApplicable("no organization"),
    regions: tuple[str, ...] = REGIONS,
) -> TracedHop:
    """bedrock-gateway calls the profile and the model in every Region."""
    policies = Policies(identity=(ROLE_POLICY,), scp=scp)
    principal = parse_principal(SESSION, role_arn=ROLE)
    checks = []
    for purpose, arn, region in [
        (Purpose.PROFILE, PROFILE_ARN, "eu-central-1"),
        *(
            (
                Purpose.CALL_REGION_MODEL if r == "eu-central-1" else Purpose.DESTINATION_MODEL,
                f"arn:aws:bedrock:{r}::foundation-model/{MODEL}",
                r,
            )
            for r in regions
        ),
    ]:
        context = Context.of({"aws:RequestedRegion": region})
        request = Request(principal, "bedrock:InvokeModel", arn, None, context)
        checks.append(Check(purpose, request, policies, region))
    hop = Hop(HopKind.INVOKE, 2, SESSION, "444455556666", PROFILE_ARN, tuple(checks))
    return TracedHop(hop, tuple(TracedCheck(c, explain(c.request, c.policies)) for c in checks))


def way(hops: tuple[TracedHop, ...], gates: tuple[Gate, ...] = ()) -> Way:
    """The way over these hops."""
    attempt = Attempt(
        CALLER, (ROLE,), f"eu.{MODEL}", "eu-central-1", hops=(HopOptions(session_name="rag"),)
    )
    target = Target(
        Purpose.PROFILE,
        f"eu.{MODEL}",
        PROFILE_ARN,
        PROFILE_ARN,
        (MODEL,),
        REGIONS,
        source="snapshot",
    )
    return Way(attempt, target, tuple(hop.hop for hop in hops), gates)


FENCE_LEVELS = (
    Level("r-ab12", "Root", (FULL,)),
    Level("ou-ab12-prod", "prod", (FULL, FENCE_DOCUMENT)),
    Level("444455556666", "ai-platform", (FULL,)),
)
FENCE_PLACE = place(
    FENCE_DOCUMENT,
    [
        ("/Statement/0/NotAction", "does not exempt bedrock:InvokeModel", False),
        (
            "/Statement/0/Condition/StringNotEquals/aws:RequestedRegion",
            "eu-north-1 and eu-west-3 are missing",
            True,
        ),
    ],
)
FENCE_FINDING = Finding(
    "BD312",
    "scp-blocks-profile-region",
    Stage.INVOKE,
    2,
    Layer.SCP,
    "999900001111",
    Severity.ERROR,
    True,
    "an organization policy blocks 2 of the 4 Regions behind this inference profile",
    FENCE_PLACE,
    notes=("the profile chooses the destination Region; your own call went to eu-central-1",),
    help=("exempt calls through an eu.* profile",),
    subjects=("eu-north-1", "eu-west-3"),
)
NAMES = {"111122223333": "workload", "444455556666": "AI platform"}
COLLECTION: dict[str, object] = {
    "snapshot": ["acme.zip"],
    "created": "2026-11-23T22:01:00Z",
    "unreadable": [],
    "ignored": ["notes.txt"],
    "redaction": "none",
}
NO_ENDPOINT = NotChecked(
    Layer.ENDPOINT, "VPC endpoint policy", "give --vpce if the caller is inside a VPC"
)


def denied() -> Report:
    """One barrier: mock-up 1."""
    hops = (assume_hop(), invoke_hop(scp=FENCE_LEVELS))
    return Report(
        Verdict.DENY, Certainty.PROVEN, way(hops), hops, (FENCE_FINDING,), FENCE_FINDING,
        (Layer.SCP,), (), (NO_ENDPOINT,), collection=COLLECTION, account_names=NAMES,
    )  # fmt: skip


def denied_twice() -> Report:
    """The trust policy names another principal, and the fence stands behind it; one warning."""
    other = TRUST.replace(CALLER, "arn:aws:iam::111122223333:role/batch")
    hops = (assume_hop(other), invoke_hop(scp=FENCE_LEVELS))
    trust = document(
        other, PolicyRef(PolicyKind.TRUST, "bedrock-gateway", holder=ROLE), path="a.json"
    )
    first = Finding(
        "BD211", "trust-names-another-principal", Stage.ASSUME, 1, Layer.TRUST, "444455556666",
        Severity.ERROR, True, "the trust policy of bedrock-gateway names batch, not rag-api",
        place(trust, [("/Statement/0/Principal/AWS", "names another principal", True)]),
        help=("add the caller to the trust policy", "or start as the principal that it names"),
    )  # fmt: skip
    warning = Finding(
        "BD608", "model-legacy", Stage.INVOKE, 2, Layer.LIFECYCLE, "444455556666",
        Severity.WARNING, False, "the model is a legacy model in eu-central-1",
    )  # fmt: skip
    return Report(
        Verdict.DENY, Certainty.PROVEN, way(hops), hops, (first, FENCE_FINDING, warning), first,
        (Layer.TRUST, Layer.SCP), (), (), account_names=NAMES,
    )  # fmt: skip


def allowed() -> Report:
    """Nothing stops the call: mock-up 2."""
    gates = (
        Gate(Layer.AGREEMENT, "agreement-missing", GateState.OPEN, "444455556666", "eu-central-1",
             MODEL, "agreement AVAILABLE"),
    )  # fmt: skip
    hops = (assume_hop(), invoke_hop(scp=(Level("r-ab12", "Root", (FULL,)),)))
    return Report(
        Verdict.ALLOW, Certainty.PROVEN, way(hops, gates), hops, (), None, (), (), (NO_ENDPOINT,),
        collection=COLLECTION, account_names=NAMES,
    )  # fmt: skip


def undecided() -> Report:
    """The SCPs were not collected: mock-up 3."""
    missing = Missing(
        "SCPs attached to ou-ab12-prod", "organizations:ListPoliciesForTarget", "999900001111",
        command="aws organizations list-policies-for-target --target-id ou-ab12-prod "
        "--filter SERVICE_CONTROL_POLICY",
        path="organization/list-policies-for-target/ou-ab12-prod/SERVICE_CONTROL_POLICY.json",
    )  # fmt: skip
    hops = (assume_hop(), invoke_hop(scp=missing))
    finding = Finding(
        "BD021", "missing-evidence", Stage.INVOKE, 2, Layer.SCP, "999900001111", Severity.WARNING,
        False, "the answer depends on 1 thing that is not in the snapshot",
    )  # fmt: skip
    unknown = Unknown(
        Stage.INVOKE, 2, Layer.SCP, "999900001111", True, missing.what, missing,
        (f"have it collected: {missing.command}", "call once and paste the message"), "BD311",
    )  # fmt: skip
    return Report(
        Verdict.UNKNOWN, Certainty.OPEN, way(hops), hops, (finding,), None, (), (unknown,), (),
        collection=COLLECTION, account_names=NAMES,
    )  # fmt: skip


def contradicted() -> Report:
    """AWS's message alone proves the denial, and contradicts the snapshot in another layer."""
    finding = Finding(
        "BD011", "evidence-names-layer", Stage.INVOKE, 2, Layer.RCP, "", Severity.ERROR, True,
        "AWS names the rcp layer; it was not collected",
    )  # fmt: skip
    contradiction = Contradiction(
        Layer.BOUNDARY, "AWS names the boundary layer", "the boundary lets the call pass",
        "the snapshot is older than the message",
    )  # fmt: skip
    return replace(
        denied(), certainty=Certainty.EVIDENCE, findings=(finding,), reported_first=finding,
        blocked_by=(Layer.RCP,), contradictions=(contradiction,), collection={},
    )  # fmt: skip


ALL = {
    "denied": denied,
    "denied-twice": denied_twice,
    "allowed": allowed,
    "undecided": undecided,
    "contradicted": contradicted,
}
