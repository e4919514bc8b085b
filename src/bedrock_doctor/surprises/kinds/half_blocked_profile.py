"""An inference profile is allowed, but not in all Regions that it routes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bedrock_doctor.diagnose.examine import examine
from bedrock_doctor.diagnose.wording import counted, listed
from bedrock_doctor.errors import BedrockDoctorError
from bedrock_doctor.evaluate.target_set import first, positions
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.audit import Access, AccessClass
from bedrock_doctor.model.finding import Finding
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.path.inference_call import UNSPECIFIED
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.ground import Ground

_CALL = "bedrock:InvokeModel"
_LAYERS = {
    PolicyLayer.IDENTITY: "an identity-based policy",
    PolicyLayer.BOUNDARY: "a permissions boundary",
    PolicyLayer.SCP: "an SCP",
}
_BOUND_BY_ORGANIZATION = (PolicyLayer.SCP,)


@dataclass(slots=True)
class _Group:
    """Half-blocked profiles with one cause.

    Attributes:
        first: a class of it.
        accounts: whose principals are concerned.
        principals: their positions.
        routes: the routes, a set.
    """

    first: AccessClass
    accounts: set[str] = field(default_factory=set)
    principals: set[int] = field(default_factory=set)
    routes: int = 0


def _find(ground: Ground) -> Iterator[Surprise]:
    groups: dict[tuple[object, ...], _Group] = {}
    for entry in ground.audit.classes:
        if entry.access is not Access.HALF_BLOCKED or entry.action != _CALL:
            continue
        group = groups.setdefault(_cause(ground, entry), _Group(entry))
        group.accounts.add(entry.account)
        group.principals.update(entry.principals)
        group.routes |= entry.routes
    return (_told(ground, group) for group in groups.values())


def _cause(ground: Ground, entry: AccessClass) -> tuple[object, ...]:
    """What half-blocked profiles with one cause have in common.

    SCPs of a root or unit bind all its accounts in the same way.
    """
    what = (entry.blocked_regions, entry.blocked_by)
    org = ground.snapshot.organization_of(entry.account)
    if entry.blocked_by != _BOUND_BY_ORGANIZATION or org is None:
        return (entry.account, *what)
    above = org.chain(entry.account)[0][:-1]
    attached = tuple(
        document.ref.name
        for document in org.scps.get(entry.account, ())
        if isinstance(document, PolicyDocument)
    )
    return (org.id, above, attached, *what)


def _told(ground: Ground, group: _Group) -> Surprise:
    entry, audit = group.first, ground.audit
    profiles = sorted({audit.routes[at].profile for at in positions(group.routes)})
    principals = tuple(sorted(audit.principals[at].arn for at in group.principals))
    owner = audit.owner(entry.account, entry.blocked_by[0]) if entry.blocked_by else entry.account
    finding = _finding(ground, entry)
    layers = listed([_LAYERS.get(layer, layer.value) for layer in entry.blocked_by])
    example = audit.routes[first(entry.routes)]
    shown = profiles[0] if len(profiles) == 1 else counted(len(profiles), "inference profile")
    return Surprise(
        kind=KIND.slug,
        account=entry.account if len(group.accounts) == 1 else owner,
        owner_account=owner,
        certain=True,
        summary=(
            f"{shown} may run in {_places(entry.blocked_regions)}, where {layers} "
            f"{'blocks' if len(entry.blocked_by) == 1 else 'block'} "
            f"{counted(len(principals), 'principal')} of {counted(len(group.accounts), 'account')}"
        ),
        subject=principals[0],
        place=finding.place if finding else None,
        concerned=principals,
        reached=tuple(profiles),
        notes=(
            "a profile needs all its destination Regions: calls fail as long as one is blocked",
            *((finding.summary,) if finding else ()),
        ),
        help=(
            "either let calls through the profile pass in its other Regions as well, or have the "
            "callers use a model or profile that stays in the allowed ones: bedrock-doctor fix "
            f"--as {principals[0]} --model {example.profile} --region {example.region} shows "
            "proved changes",
        ),
    )


def _places(regions: tuple[str, ...]) -> str:
    """Blocked destinations in words; global routing has no Region of its own."""
    return listed(["any Region (global routing)" if r == UNSPECIFIED else r for r in regions])


def _finding(ground: Ground, entry: AccessClass) -> Finding | None:
    """What stands in the way of one of them."""
    route = ground.audit.routes[first(entry.routes)]
    caller = ground.audit.principals[entry.principals[0]].arn
    try:
        report = examine(Attempt(caller, (), route.profile, route.region), ground.snapshot)
    except BedrockDoctorError:
        return None
    told = [found for found in report.findings if found.blocking and found.place]
    first_layer = entry.blocked_by[0].value if entry.blocked_by else ""
    return next((f for f in told if f.layer.value == first_layer), next(iter(told), None))


KIND = SurpriseKind(
    slug="half-blocked-profile",
    title="An inference profile is blocked in some of its Regions",
    page=Page(
        seen=(
            "Principals may call an inference profile and the model behind it in some of its "
            "destination Regions, and are blocked in others."
        ),
        why=(
            "Amazon Bedrock checks the model in every destination Region of a profile, each with "
            "its own `aws:RequestedRegion`. One Region fence is enough for all calls through the "
            "profile to fail, although the policy that grants it looks right."
        ),
        confirm=(
            "`bedrock-doctor diagnose` with one of the principals and the profile names the "
            "statement and every Region."
        ),
        right=(
            "Exempt calls through the profile from the Region fence by "
            "`bedrock:InferenceProfileArn`, or use a model or profile that stays in the allowed "
            "Regions."
        ),
        avoid="Do not open the Regions for everything else.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html",
        ),
    ),
    find=_find,
)
