"""Who signs a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bedrock_doctor.errors import BadArn
from bedrock_doctor.model.arn import is_account_id, parse_arn


class PrincipalKind(StrEnum):
    """The kinds of principal that can sign a request."""

    ROOT = "account root"
    USER = "user"
    ROLE = "role"
    SESSION = "role session"
    FEDERATED_USER = "federated user"
    WEB_IDENTITY = "web identity"
    SAML = "SAML identity"
    SERVICE = "service"
    ANONYMOUS = "anonymous"


SERVICE_LINKED_PATH = ":role/aws-service-role/"
_LINKED_NAME = "AWSServiceRoleFor"
_SERVICES = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal")
_PROVIDERS = ("cognito-identity.", "cognito-identity-", "www.amazon.com")
"""Web identity providers with names like those of services.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""


@dataclass(frozen=True, slots=True)
class Principal:
    """A principal as AWS names it in messages and policies.

    Attributes:
        kind: what it is. ROLE stands for a session of that role whose name is not known.
        arn: its ARN (session ARNs carry no path), service name, provider, or ``*``.
        account: its account id; empty for services, outside identities and anonymous callers.
        partition: partition of the ARN; ``aws`` where it has none.
        name: user or role name without path; provider host for web identities.
        session_name: last part of a session ARN, else empty.
        role_arn: the role's ARN **with its path**, where known; else empty. A session ARN alone
            does not tell the path, so it must not be built from one.
        unique_id: ``AROA…`` or ``AIDA…`` where known, else empty.
        may_be_service_linked: whether the path of its role is that of service-linked roles, or,
            where no path is known, a session's role is called like one. SCPs and RCPs do not bind
            them: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """

    kind: PrincipalKind
    arn: str
    account: str = ""
    partition: str = "aws"
    name: str = ""
    session_name: str = ""
    role_arn: str = ""
    unique_id: str = ""
    may_be_service_linked: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.role_arn:
            linked = SERVICE_LINKED_PATH in self.role_arn
        else:
            linked = self.kind is PrincipalKind.SESSION and self.name.startswith(_LINKED_NAME)
        object.__setattr__(self, "may_be_service_linked", linked)


def parse_principal(text: str, *, role_arn: str = "", unique_id: str = "") -> Principal:
    """Reads a principal from an ARN, a 12-digit account id (its root), a service name or ``*``.

    Args:
        text: what signs the request.
        role_arn: for session ARNs the role's ARN with its path, where known.
        unique_id: the principal's unique id, where known.

    Raises:
        BadArn: `text` is an ARN, but of nothing that can sign a request.
    """
    if text in ("*", "anonymous", ""):
        return Principal(PrincipalKind.ANONYMOUS, "*")
    if is_account_id(text):
        return Principal(PrincipalKind.ROOT, f"arn:aws:iam::{text}:root", text)
    if not text.startswith("arn:"):
        service = text.endswith(_SERVICES) and not text.startswith(_PROVIDERS)
        kind = PrincipalKind.SERVICE if service else PrincipalKind.WEB_IDENTITY
        return Principal(kind, text, name=text)
    arn = parse_arn(text)
    family, _, rest = arn.resource.partition("/")
    name = rest.rpartition("/")[2]
    base = {"arn": text, "account": arn.account, "partition": arn.partition}
    match arn.service, family:
        case "iam", "root":
            return Principal(PrincipalKind.ROOT, **base)
        case "iam", "user" if name:
            return Principal(PrincipalKind.USER, name=name, unique_id=unique_id, **base)
        case "iam", "role" if name:
            return Principal(
                PrincipalKind.ROLE,
                name=name,
                role_arn=text,
                unique_id=unique_id,
                **base,
            )
        case "sts", "assumed-role" if rest.count("/") == 1 and name:
            role, session = rest.split("/")
            return Principal(
                PrincipalKind.SESSION,
                name=role,
                session_name=session,
                role_arn=role_arn,
                unique_id=unique_id,
                **base,
            )
        case "sts", "federated-user" if name:
            return Principal(PrincipalKind.FEDERATED_USER, name=name, **base)
        case "iam", "oidc-provider" if rest:
            return Principal(PrincipalKind.WEB_IDENTITY, name=rest, **base)
        case "iam", "saml-provider" if rest:
            return Principal(PrincipalKind.SAML, name=rest, **base)
    raise BadArn(
        f"`{text}` does not name a principal",
        help="expected a user, a role, a role session "
        "(arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION) or an account root",
    )
