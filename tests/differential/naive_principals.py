"""Who asks, and whether a Principal or NotPrincipal element means them: clauses B5-B8, D5."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.differential.naive_grammar import as_list
from tests.differential.naive_match import Context, Tri, all_of, any_of

IAM_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?:iam|sts)::(?P<account>\d{12}):"
    r"(?P<type>root|user|role|assumed-role|federated-user|oidc-provider|saml-provider)"
    r"(?:/(?P<name>.+))?"
)
Hit = tuple[Tri, str]
"""Whether one listed principal means the caller, and how direct that naming is (D5)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal of a request: its ARN or name, its kind, partition and account.

    ``asks_in`` is the account of the resource that it asks for, or empty.
    """

    arn: str
    type: str
    partition: str
    account: str
    name: str
    asks_in: str = ""

    @property
    def is_outsider(self) -> bool:
        """Services, web and SAML identities and anonymous callers have no identity policies."""
        return self.type in ("service", "provider", "anonymous")

    @property
    def role_name(self) -> str:
        """The role's name without path; of a session the part before the session name."""
        return self.name.split("/")[0 if self.type == "assumed-role" else -1]


def read_caller(arn: str, account: str | None) -> Caller:
    """The caller named by ``request.principal`` of a case (B5)."""
    found = IAM_ARN.fullmatch(arn)
    if found:
        kind = "provider" if found["type"].endswith("-provider") else found["type"]
        owner = account or found["account"]
        return Caller(arn, kind, found["partition"], owner, found["name"] or "")
    kind = "anonymous" if arn in ("*", "anonymous") else "provider"
    if arn.endswith((".amazonaws.com", ".amazonaws.com.cn")) and not arn.startswith("cognito-id"):
        kind = "service"
    return Caller(arn, kind, "", account or "", arn)


def listed(element: Any, caller: Caller, context: Context) -> list[Hit]:
    """Every principal of an element with whether it means the caller (B5)."""
    if element == "*":
        return [(True, "star")]
    hits = []
    for key, values in element.items():
        for value in as_list(values):
            if key == "AWS":
                hits.append(_aws(value, caller, context))
            elif key == "Service":
                hits.append((caller.type == "service" and value == caller.arn, "direct"))
            elif key == "Federated":
                hits.append((_federated(value, caller), "direct"))
    return hits


def _federated(value: str, caller: Caller) -> Tri:
    if caller.type != "provider":
        return False
    if value.startswith("arn:") and caller.arn.startswith("arn:") and value != caller.arn:
        return False
    if _host(value) != _host(caller.arn):
        return False
    found = IAM_ARN.fullmatch(value)
    elsewhere = found is not None and caller.asks_in not in ("", found["account"])
    return None if elsewhere else True


def _host(text: str) -> str:
    found = IAM_ARN.fullmatch(text)
    return (found["name"] or "") if found and found["type"] == "oidc-provider" else text


def _aws(value: str, caller: Caller, context: Context) -> Hit:
    if value == "*":
        return (None if caller.type in ("service", "provider") else True), "star"
    if caller.is_outsider:
        return False, "direct"
    if re.fullmatch(r"\d{12}", value):
        return value == caller.account, "account"
    if not value.startswith("arn:"):
        ids = context.lookup("aws:userid")
        return (None if ids is None else ids != [] and ids[0].split(":")[0] == value), "role"
    found = IAM_ARN.fullmatch(value)
    if found is None or found["partition"] != caller.partition:
        return False, "direct"
    if found["account"] != caller.account:
        return False, "direct"
    name, kinds = found["name"] or "", (found["type"], caller.type)
    if found["type"] == "root":
        return True, "account"
    if kinds == ("role", "assumed-role"):
        return _is_role_of_session(value, name, caller, context), "role"
    if kinds == ("assumed-role", "role"):
        return (None if name.split("/")[0] == caller.role_name else False), "direct"
    if kinds == ("user", "federated-user"):
        return None, "role"
    return value == caller.arn, ("role" if found["type"] == "role" else "direct")


def _is_role_of_session(value: str, name: str, caller: Caller, context: Context) -> Tri:
    """B8: by the role ARN with its path where the request tells it, else by the unique name."""
    known = context.lookup("aws:PrincipalArn") or []
    found = IAM_ARN.fullmatch(known[0]) if len(known) == 1 else None
    told = found and found["type"] == "role" and found["account"] == caller.account
    if found and told and (found["name"] or "").split("/")[-1] == caller.role_name:
        return value == known[0]
    if name.split("/")[-1] != caller.role_name:
        return False
    return True if "/" not in name else None


def excluded(element: Any, caller: Caller, context: Context) -> Tri:
    """B7: whether NotPrincipal exempts the caller: all of its chain is listed, or none of it."""
    hits = listed(element, caller, context)
    if any(hit and how == "star" for hit, how in hits):
        return True
    chain: dict[str, Tri] = {
        how: any_of(hit for hit, kind in hits if kind == how)
        for how in ("account", "role", "direct")
    }
    if caller.is_outsider:
        return any_of([chain["direct"], None if (None, "star") in hits else False])
    needed = {
        "root": ["account"],
        "assumed-role": ["account", "role", "direct"],
        "role": ["account", "role", "direct"],
    }.get(caller.type, ["account", "direct"])
    states = [chain[how] for how in needed]
    if any_of(states) is False:
        return False
    return True if all_of(states) is True else None
