"""Random statements for one request: patterns, principals and conditions that nearly match."""

from __future__ import annotations

from random import Random
from typing import Any

OTHER = "444455556666"
COMPARISONS = (
    "Equals",
    "NotEquals",
    "LessThan",
    "LessThanEquals",
    "GreaterThan",
    "GreaterThanEquals",
)
TEXT_OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    *("StringLike", "StringNotLike", "StringLike", "StringEquals"),
)
TYPED_OPERATORS = {
    "aws:SourceIp": ("IpAddress", "NotIpAddress"),
    "aws:SecureTransport": ("Bool",),
    "aws:MultiFactorAuthPresent": ("Bool",),
    "app:Digest": ("BinaryEquals",),
    "aws:MultiFactorAuthAge": tuple(f"Numeric{name}" for name in COMPARISONS),
    "aws:CurrentTime": tuple(f"Date{name}" for name in COMPARISONS),
    "aws:PrincipalArn": ("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "StringLike"),
}
VALUES: dict[str, tuple[Any, ...]] = {
    "aws:RequestedRegion": ("eu-west-1", "eu-*", "EU-WEST-1", "us-east-1", "eu-west-?"),
    "aws:PrincipalArn": (
        "arn:aws:iam::111122223333:role/app",
        "arn:aws:iam::*:role/*",
        "arn:aws:iam::${aws:PrincipalAccount}:role/*",
        "arn:aws:iam::111122223333:role/team/*",
        "arn:aws:iam::*",
        "arn:*:role/app",
        "*",
        "${aws:PrincipalArn}",
    ),
    "app:Digest": ("YQ==", "Yg==", "a"),
    "aws:PrincipalAccount": ("111122223333", OTHER, 111122223333),
    "aws:PrincipalOrgID": ("o-1", "o-*", "${aws:PrincipalOrgID}", "o-3"),
    "aws:PrincipalTag/Team": ("ml", "m*", "${aws:PrincipalTag/Team, 'm*'}", "m${*}", "${*}"),
    "aws:username": ("bob", "b?b", "${aws:username, 'b*'}", "${aws:PrincipalTag/Team}", "alice"),
    "aws:userid": ("AROAEXAMPLE1234567890:*", "AIDA*"),
    "aws:SourceIp": ("203.0.113.0/24", "0.0.0.0/0", "2001:db8::/32", "203.0.113.7", "nowhere"),
    "aws:SecureTransport": ("true", "false", True, False, "True", "yes", "${aws:username}"),
    "aws:MultiFactorAuthPresent": ("true", "false", True),
    "aws:MultiFactorAuthAge": ("60", 60, 59.5, "+60.0", "6e1", "long"),
    "aws:CurrentTime": ("2026-01-01", "2026-01-01T00:00:00Z", "1767225600", "1767225601", "now"),
    "aws:TagKeys": ("team", "cost", "t*", "${aws:TagKeys}"),
    "sts:ExternalId": ("x-1", "x-*", "X-1", "y"),
}


def pattern(rng: Random, text: str) -> str:
    """A pattern that matches ``text``, or barely misses it."""
    roll = rng.random()
    if roll < 0.3:
        return "*"
    if roll < 0.5:
        return text
    cut = rng.randrange(len(text) + 1)
    if roll < 0.7:
        return text[:cut] + "*"
    if roll < 0.8:
        return text[:cut] + "*" + text[rng.randrange(cut, len(text) + 1) :]
    if roll < 0.87 and cut < len(text):
        return text[:cut] + "?" + text[cut + 1 :]
    return rng.choice([text.upper(), text + "x", text[:-1], text.swapcase(), text[:cut] + "*x"])


def statement(rng: Random, request: dict[str, Any], kind: str, generous: bool) -> dict[str, Any]:
    """One statement for a policy of ``kind``."""
    denies = rng.random() < (0.07 if generous else 0.3) or (kind == "rcp" and rng.random() < 0.9)
    built: dict[str, Any] = {"Effect": "Deny" if denies else "Allow"}
    if kind in ("resource", "trust", "vpce"):
        excludes = denies and kind != "trust" and rng.random() < 0.15
        element = "NotPrincipal" if excludes else "Principal"
        built[element] = principal(rng, request, generous)
    elif kind == "rcp":
        built["Principal"] = "*"
    name = "NotAction" if kind != "rcp" and rng.random() < 0.08 else "Action"
    built[name] = _some(rng, [_action(rng, request, kind, generous) for _ in range(2)])
    if kind != "trust":
        name = "NotResource" if rng.random() < 0.1 else "Resource"
        built[name] = _some(rng, [_resource(rng, request, generous) for _ in range(2)])
    if rng.random() < (0.25 if generous else 0.4):
        built["Condition"] = condition(rng, generous)
    return built


def _some(rng: Random, values: list[Any]) -> Any:
    return values[0] if rng.random() < 0.5 else values[: rng.choice([1, 2])]


def _action(rng: Random, request: dict[str, Any], kind: str, generous: bool) -> str:
    action = request["action"]
    service, _, name = action.partition(":")
    if kind == "rcp":
        return f"{service}:{pattern(rng, name)}"
    if rng.random() < (0.5 if generous else 0.2):
        return str(rng.choice(["*", action, f"{service}:*", action.lower()]))
    made = pattern(rng, action)
    return made if ":" in made or made == "*" else f"{service}:{made}"


def _resource(rng: Random, request: dict[str, Any], generous: bool) -> str:
    resource = request["resource"]
    roll = rng.random()
    if roll < (0.5 if generous else 0.2):
        return str(rng.choice(["*", resource, resource]))
    if roll > 0.93:
        tail = rng.choice(["${aws:username}", "${aws:PrincipalTag/Team, 'm*'}", "${*}", "${aws:x}"])
        if rng.random() < 0.2:
            return resource.replace(":eu-west-1:", ":${aws:RequestedRegion}:")
        return ":".join([*resource.split(":")[:5], resource.split(":", 5)[-1][:8] + tail + "*"])
    if roll > 0.9:
        return str(
            rng.choice(["bedrock:*", "arn:aws:bedrock", "arn:aws:s3*", "arn:aws:iam::4", "a*"])
        )
    return pattern(rng, resource)


def principal(rng: Random, request: dict[str, Any], generous: bool) -> Any:
    """A Principal element that names the caller, somebody near, or everyone."""
    caller = request["principal"]
    account = request["principal_account"] or OTHER
    if ":" not in caller or "-provider/" in caller:
        near = [{"Service": caller}, {"Federated": caller}, "*", {"AWS": "*"}]
        owner = rng.choice([OTHER, OTHER, "111122223333"])
        hosted = f"arn:aws:iam::{owner}:oidc-provider/{caller.split('/')[-1]}"
        return rng.choice([*near, {"Federated": [hosted, "accounts.google.com"]}])
    role = f"arn:aws:iam::{account}:role/app"
    own = [caller, role, f"arn:aws:iam::{account}:root", account]
    others = [
        *(f"arn:aws:iam::{account}:role/team/app", f"arn:aws:iam::{account}:user/team/bob"),
        *(f"arn:aws-cn:iam::{account}:root", f"arn:aws:iam::{OTHER}:root", OTHER),
        *("AROAEXAMPLE1234567890", "AIDAEXAMPLE1234567890"),
        f"arn:aws:sts::{account}:assumed-role/app/i-2",
        f"arn:aws:iam::{account}:role/application",
        f"arn:aws:iam::{account}:user/bob",
    ]
    roll = rng.random()
    if roll < 0.12:
        return rng.choice(["*", {"AWS": "*"}])
    if roll < 0.14:
        return {"AWS": f"arn:aws:iam::{account}:role/*"}
    pool = own if rng.random() < (0.8 if generous else 0.5) else own + others
    return {"AWS": _some(rng, rng.sample(pool, 2)) if rng.random() < 0.9 else rng.sample(pool, 3)}


def condition(rng: Random, generous: bool) -> dict[str, Any]:
    """A Condition block of one or two operators."""
    block: dict[str, Any] = {}
    for _ in range(rng.choice([1, 1, 1, 2])):
        key = rng.choice(sorted(VALUES))
        values = [rng.choice(VALUES[key]) for _ in range(2)]
        name: str = rng.choice(TYPED_OPERATORS.get(key, TEXT_OPERATORS))
        if rng.random() < 0.08:
            name, values = "Null", [rng.choice(["true", "false", True])]
        else:
            if rng.random() < (0.6 if key == "aws:TagKeys" else 0.04):
                name = rng.choice(["ForAllValues:", "ForAnyValue:"]) + name
            if rng.random() < (0.5 if generous else 0.2):
                name += "IfExists"
        spelling = rng.choice([key, key, key, key.lower()])
        block.setdefault(name, {})[spelling] = _some(rng, values)
        block[name] = _one_spelling(block[name])
    return block


def _one_spelling(keys: dict[str, Any]) -> dict[str, Any]:
    return dict({key.lower(): (key, value) for key, value in keys.items()}.values())
