"""The shape of the JSON report. Its JSON Schema is generated from here (tools/report_schema.py).

Within version 1 keys keep their name and type; new keys may appear and lists of words may grow, so
that a reader needs a default branch.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

SCHEMA_VERSION = "1.0"


class Tool(Struct, frozen=True, kw_only=True):
    """What made the report."""

    name: str
    version: str
    catalog_date: Annotated[str, Meta(description="date of the packaged AWS data")]


class HopOptionsEntry(Struct, frozen=True, kw_only=True):
    """What one AssumeRole passes; null: not sent, or for the session name: not known."""

    external_id: str | None
    session_name: str | None
    session_tags: dict[str, str]
    transitive_tags: list[str]
    source_identity: str | None
    session_policies: list[str]


class AttemptEntry(Struct, frozen=True, kw_only=True):
    """The question as asked; null: not known, or not sent."""

    caller: str
    roles: list[str]
    model: str
    region: str
    operation: str
    hops: list[HopOptionsEntry]
    mfa: bool | None
    endpoints: list[str]
    source_ip: str | None
    guardrail: str | None
    api_key: str | None
    context: dict[str, list[str]]
    service_role: str | None = None
    input_s3: str | None = None
    output_s3: str | None = None
    project: str | None = None
    key_region: str | None = None


class TargetEntry(Struct, frozen=True, kw_only=True):
    """What is called."""

    kind: str
    id: str
    arn: str
    profile_arn: str | None
    models: list[str]
    destinations: list[str]
    is_global: bool
    source: Annotated[str | None, Meta(description="snapshot or catalog: source of destinations")]
    dated: str | None


class PositionEntry(Struct, frozen=True, kw_only=True):
    """Line and column, both from 1, in characters."""

    line: int
    column: int


class SpanEntry(Struct, frozen=True, kw_only=True):
    """A stretch of text; the end is excluded."""

    start: PositionEntry
    end: PositionEntry


class PolicyEntry(Struct, frozen=True, kw_only=True):
    """Which policy, and whose."""

    name: str
    title: str | None
    kind: str
    account: Annotated[str | None, Meta(description="the account that owns the policy")]
    arn: str | None
    attached_to: str | None
    file: Annotated[str | None, Meta(description="file in the snapshot")]


class StatementEntry(Struct, frozen=True, kw_only=True):
    """How one statement met the request."""

    policy: PolicyEntry
    statement: Annotated[int, Meta(description="number of the statement, from 1")]
    sid: str | None
    pointer: Annotated[str, Meta(description="JSON pointer in the policy document")]
    span: SpanEntry
    effect: str
    match: Annotated[str, Meta(description="yes, no or unknown")]
    reasons: list[str]


class MissingEntry(Struct, frozen=True, kw_only=True):
    """A document or fact that is not there."""

    what: str
    absence: str | None
    call: str | None
    account: str | None
    command: Annotated[str | None, Meta(description="AWS CLI command whose output is missing")]


class LayerEntry(Struct, frozen=True, kw_only=True):
    """How one policy layer answered."""

    layer: str
    verdict: Annotated[str, Meta(description="allow, deny, unknown or not-applicable")]
    explicit: Annotated[bool | None, Meta(description="for deny: by a Deny statement")]
    reason: Annotated[str | None, Meta(description="why the layer does not apply")]
    statements: Annotated[
        list[StatementEntry],
        Meta(description="those that decide or come near; all of them with --verbose"),
    ]
    missing: list[MissingEntry]


class CheckEntry(Struct, frozen=True, kw_only=True):
    """One authorization check."""

    purpose: str
    principal: str
    action: str
    resource: str
    region: str
    verdict: str
    blocked_by: list[str]
    context: dict[str, list[str]]
    unknown_context: list[str]
    layers: list[LayerEntry]


class HopEntry(Struct, frozen=True, kw_only=True):
    """One step of the way."""

    index: int
    kind: str
    principal: str
    account: str
    target: str
    verdict: str
    problem: Annotated[str | None, Meta(description="slug of what stops it before any policy")]
    checks: list[CheckEntry]


class PieceEntry(Struct, frozen=True, kw_only=True):
    """A stretch of one line of policy text."""

    text: str
    mark: Annotated[
        str | None, Meta(description="primary: the deciding value; context: takes part; or null")
    ]


class LabelEntry(Struct, frozen=True, kw_only=True):
    """What is said of some pieces of a line."""

    first: Annotated[int, Meta(description="number of the first piece, from 0")]
    last: Annotated[int, Meta(description="number of the last piece, from 0")]
    primary: bool
    text: str


class LineEntry(Struct, frozen=True, kw_only=True):
    """One line of policy text; its pieces make up the whole line."""

    number: Annotated[int | None, Meta(description="in the file; null where set anew")]
    follows_gap: Annotated[bool, Meta(description="whether lines before it are left out")]
    pieces: list[PieceEntry]
    labels: list[LabelEntry]


class ExcerptEntry(Struct, frozen=True, kw_only=True):
    """The lines of a policy that matter, with what is underlined in them."""

    reformatted: Annotated[bool, Meta(description="whether the lines are set anew")]
    lines: list[LineEntry]
    remarks: Annotated[list[str], Meta(description="labels of values that stand in no line shown")]


class WhereEntry(Struct, frozen=True, kw_only=True):
    """The deciding place."""

    policy: str
    title: str | None
    kind: str
    account: str | None
    attached_to: str | None
    arn: str | None
    statement: int | None
    sid: str | None
    pointer: str
    span: SpanEntry
    file: str | None
    verbatim: Annotated[bool, Meta(description="whether line and column are those of the file")]
    resource: Annotated[
        str | None, Meta(description="of a plan or template: address or logical id")
    ]
    resource_pointer: Annotated[
        str | None, Meta(description="of a plan: JSON pointer of the document in it")
    ]
    resource_position: Annotated[
        PositionEntry | None, Meta(description="of a template: line and column of the value")
    ]
    label: Annotated[str | None, Meta(description="what is wrong there")]
    excerpt: ExcerptEntry | None = None


class DecisionClassEntry(Struct, frozen=True, kw_only=True):
    """Decisions that a change makes different in the same way."""

    account: Annotated[str | None, Meta(description="account of the principals; null: any other")]
    principals: list[str]
    actions: list[str]
    resources: list[str]
    regions: list[str]
    through: Annotated[list[str], Meta(description="inference profiles that route the requests")]
    before: Annotated[str, Meta(description="allow, deny or unknown")]
    after: Annotated[str, Meta(description="allow, deny or unknown")]
    decisions: Annotated[int, Meta(description="how many decisions these are")]
    words: str


class RadiusEntry(Struct, frozen=True, kw_only=True):
    """All decisions that a change makes different beyond the attempt."""

    decisions: Annotated[int, Meta(description="decisions compared, before and after the change")]
    principals: Annotated[int, Meta(description="principals asked, with one of any other account")]
    opened: list[DecisionClassEntry]
    closed: list[DecisionClassEntry]
    limits: Annotated[list[str], Meta(description="whose decisions could not be compared")]


class ArtifactsEntry(Struct, frozen=True, kw_only=True):
    """A changed document in the forms in which people put it in place; null: AWS keeps none."""

    json: str
    cli: str | None
    terraform: str | None
    cloudformation: str | None


class FixEntry(Struct, frozen=True, kw_only=True):
    """One thing that one person does."""

    id: str
    option: Annotated[int, Meta(description="1: of the plan; 2, 3, …: of an alternative plan")]
    kind: Annotated[str, Meta(description="policy, attempt or account")]
    finding: Annotated[str, Meta(description="the first of `findings`")]
    findings: list[str]
    owner_account: str | None
    person: Annotated[str, Meta(description="who does it there")]
    summary: str
    policy: PolicyEntry | None
    diff: Annotated[str | None, Meta(description="unified diff of the policy document")]
    commands: Annotated[list[str], Meta(description="commands or code, where no policy changes")]
    artifacts: ArtifactsEntry | None
    verified: Annotated[str | None, Meta(description="what evaluating again has proved")]
    also_opens: list[str]
    radius: RadiusEntry | None


class PlanEntry(Struct, frozen=True, kw_only=True):
    """Fixes that are made together."""

    option: int
    proved: Annotated[
        bool, Meta(description="allowed with all its fixes, denied without any one policy edit")
    ]
    fixes: list[str]
    remaining: Annotated[list[str], Meta(description="findings that it does not mend")]
    doubts: list[str]
    smallest: Annotated[bool, Meta(description="every smaller set of known edits was tried")]
    radius: RadiusEntry | None


class FindingEntry(Struct, frozen=True, kw_only=True):
    """One barrier, doubt or remark."""

    id: str
    slug: str
    hop: Annotated[str, Meta(description="sign, assume or invoke")]
    hop_index: int
    layer: str
    owner_account: str | None
    severity: str
    blocking: bool
    reported_first: Annotated[bool, Meta(description="AWS will have reported this one")]
    summary: str
    where: WhereEntry | None
    evidence: list[WhereEntry]
    notes: list[str]
    help: list[str]
    subjects: list[str]
    fixes: list[str]


class UnknownEntry(Struct, frozen=True, kw_only=True):
    """Something that is not known, and what settles it."""

    hop: str
    hop_index: int
    layer: str
    account: str | None
    decisive: bool
    missing: str
    settle: list[str]
    if_denied: str | None


class NotCheckedEntry(Struct, frozen=True, kw_only=True):
    """Something the verdict does not wait for."""

    layer: str
    what: str
    how: str


class ContradictionEntry(Struct, frozen=True, kw_only=True):
    """Evidence and snapshot that cannot both hold."""

    layer: str
    evidence: str
    snapshot: str
    meaning: str


class GateEntry(Struct, frozen=True, kw_only=True):
    """An account or model gate."""

    layer: str
    rule: str
    state: str
    account: str
    region: str | None
    subject: str
    detail: str | None
    evidence: Annotated[str | None, Meta(description="snapshot file or catalog")]


class CollectionEntry(Struct, frozen=True, kw_only=True):
    """What the report was made from."""

    snapshot: list[str]
    created: str | None
    calls: Annotated[int, Meta(description="AWS calls made for this report")]
    unreadable: list[str]
    ignored: list[str]
    redaction: str


class ProbeEntry(Struct, frozen=True, kw_only=True):
    """A call with an empty body that was made to learn whether AWS lets it pass."""

    question: str
    operation: str
    model: str
    region: str
    guardrail: str | None
    signed_by: Annotated[str, Meta(description="session or api-key")]
    is_attempt: bool
    outcome: Annotated[str, Meta(description="passed, denied or proves nothing")]
    said: Annotated[str, Meta(description="AWS's answer")]


class ReportDocument(Struct, frozen=True, kw_only=True):
    """One diagnosis by bedrock-doctor."""

    schema: str = field(name="$schema")
    schema_version: str
    tool: Tool
    verdict: Annotated[str, Meta(description="allow, deny or unknown")]
    certainty: Annotated[str, Meta(description="proven, evidence or open")]
    attempt: AttemptEntry
    target: TargetEntry
    hops: list[HopEntry]
    gates: list[GateEntry]
    findings: Annotated[list[FindingEntry], Meta(description="in the order AWS meets them")]
    blocked_by: list[str]
    unknowns: list[UnknownEntry]
    not_checked: list[NotCheckedEntry]
    fixes: Annotated[
        list[FixEntry], Meta(description="of all plans; empty where no fixes were asked for")
    ]
    plans: Annotated[list[PlanEntry], Meta(description="the smallest first")]
    contradictions: list[ContradictionEntry]
    notes: list[str]
    account_names: dict[str, str]
    collection: CollectionEntry
    redaction: Annotated[str, Meta(description="none, accounts or all")]
    probes: list[ProbeEntry] = []
