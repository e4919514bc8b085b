"""One refusal with everything that the text around it tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bedrock_doctor.model.denial import Denial, EventFacts
from bedrock_doctor.model.finding import Layer

_PRINCIPAL = re.compile(
    r"arn:(?P<partition>[\w-]+):(?P<service>sts|iam)::(?P<account>[^:]*):"
    r"(?P<kind>assumed-role|user|role|root|federated-user)(?:/(?P<rest>.+))?$"
)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signer:
    """A principal as a message writes it; parts that are masked or cut are empty.

    Attributes:
        arn: as written.
        kind: ``assumed-role``, ``user``, ``role``, ``root``, ``federated-user``, or empty.
        account: 12 digits, or empty when masked.
        partition: of the ARN, or empty.
        name: role or user name without path.
        session: session name.
    """

    arn: str
    kind: str = ""
    account: str = ""
    partition: str = ""
    name: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource ARN as a message writes it.

    Attributes:
        arn: as written, possibly ``*`` or empty.
        region: its Region; empty for global routing and global resources; None when it is no ARN.
        account: 12 digits, or empty.
        kind: resource type, for example ``inference-profile``.
        name: what follows the type.
        partition: of the ARN, or empty.
    """

    arn: str
    region: str | None = None
    account: str = ""
    kind: str = ""
    name: str = ""
    partition: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal, whatever form it came in. Unknown parts are empty or None.

    Attributes:
        text: the message, without secrets.
        source: ``text``, ``cloudtrail`` or ``authorization-details``.
        entry: id of the message family, or empty.
        signer: who signed.
        action: IAM action.
        resource: what was asked for.
        layer: policy layer that AWS names, or None.
        explicit: explicit or implicit denial, None when not told.
        policy_arn: policy that AWS names.
        authorization_id: id for GetRequestAuthorizationDetails.
        error_code: AWS's error code.
        http_status: HTTP status, or None.
        service: service prefix or endpoint name.
        operation: API operation called.
        call_region: Region whose endpoint was called.
        model: model or profile id that the call named.
        event: what a CloudTrail event adds.
        matched_policies: policies named by authorization details, each with its statement ids.
    """

    text: str
    source: str = "text"
    entry: str = ""
    signer: Signer = Signer("")
    action: str = ""
    resource: Resource = Resource("")
    layer: Layer | None = None
    explicit: bool | None = None
    policy_arn: str = ""
    authorization_id: str = ""
    error_code: str = ""
    http_status: int | None = None
    service: str = ""
    operation: str = ""
    call_region: str = ""
    model: str = ""
    event: EventFacts | None = None
    matched_policies: tuple[str, ...] = ()

    @property
    def crosses_accounts(self) -> bool | None:
        """Whether the resource is another account's; None when one of both is not known."""
        if not self.signer.account or not self.resource.account:
            return None
        return self.signer.account != self.resource.account

    def as_denial(self, *, is_access_problem: bool, finding: str = "") -> Denial:
        """The same in the form that the diagnosis takes."""
        return Denial(
            text=self.text,
            source=self.source,
            principal=self.signer.arn,
            account=self.signer.account,
            action=self.action,
            resource=self.resource.arn,
            region=self.resource.region or self.call_region,
            layer=self.layer,
            explicit=self.explicit,
            policy_arn=self.policy_arn,
            authorization_id=self.authorization_id,
            error_code=self.error_code,
            role=self.signer.name if self.signer.kind in ("assumed-role", "role") else "",
            session=self.signer.session,
            operation=self.operation,
            model=self.model,
            call_region=self.call_region,
            entry=self.entry,
            finding=finding,
            is_access_problem=is_access_problem,
            event=self.event,
        )


def read_signer(arn: str) -> Signer:
    """The parts of a principal ARN, also of one whose account was masked."""
    found = _PRINCIPAL.match(arn)
    if not found:
        return Signer(arn)
    kind, rest = found["kind"], found["rest"] or ""
    name, session = rest.rpartition("/")[2], ""
    if kind == "assumed-role":
        name, _, session = rest.partition("/")
    account = found["account"] if _ACCOUNT.fullmatch(found["account"]) else ""
    return Signer(arn, kind, account, found["partition"], name, session)


def read_resource(arn: str) -> Resource:
    """The parts of a resource ARN, also of one whose account was masked."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return Resource(arn)
    found = re.match(r"([^/:]*)[/:](.*)", parts[5], re.DOTALL)
    kind, name = (found[1], found[2]) if found else ("", parts[5])
    account = parts[4] if _ACCOUNT.fullmatch(parts[4]) else ""
    return Resource(arn, parts[3], account, kind, name, parts[1])
