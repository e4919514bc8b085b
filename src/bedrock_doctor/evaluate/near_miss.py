"""How a pattern fails by one thing only: the hint that people need most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bedrock_doctor.catalog.service_authorization import is_action
from bedrock_doctor.errors import BadArn
from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.model.arn import is_account_id, parse_arn
from bedrock_doctor.model.policy import Condition, Patterns, Principals, Text
from bedrock_doctor.model.policy_values import has_wildcard
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.request import Request
from bedrock_doctor.model.trace import Near, NearMiss

_STREAM = "withresponsestream"
_PARTS = ("", "partition", "service", "region", "account")


def action(element: Patterns, wanted: str) -> tuple[Near, ...]:
    """Near misses among the actions of an element."""
    return tuple(_found(element.values, lambda text: _action(text, wanted.lower())))


def _action(pattern: str, wanted: str) -> NearMiss | None:
    folded = pattern.lower()
    service, _, name = folded.partition(":")
    if service != wanted.partition(":")[0]:
        return None
    other = wanted.removesuffix(_STREAM) if wanted.endswith(_STREAM) else wanted + _STREAM
    if compile_glob(folded)(other):
        return NearMiss.STREAMING
    if "*" not in name and "?" not in name and is_action(pattern) is False:
        return NearMiss.NO_SUCH_ACTION
    return None


def resource(element: Patterns, wanted: str) -> tuple[Near, ...]:
    """Near misses among the resources of an element."""
    return tuple(_found(element.values, lambda text: _resource(text, wanted)))


def _resource(pattern: str, wanted: str) -> NearMiss | None:
    if not pattern.startswith("arn:"):
        return None if has_wildcard(pattern[:4]) else NearMiss.NOT_AN_ARN
    pattern += ":*" * (5 - pattern.count(":"))
    if compile_glob(pattern.lower())(wanted.lower()):
        return NearMiss.CASE
    got, want = pattern.split(":", 5), wanted.split(":", 5)
    if len(want) != 6:
        return None
    if _names_a_session(got, want):
        return NearMiss.SESSION_ARN
    same = [compile_glob(a)(b) for a, b in zip(got, want, strict=True)]
    if same.count(False) == 1:
        return _one_part(got, want, same.index(False))
    if not want[4] and got[4] and same[5]:
        return NearMiss.ACCOUNT_IN_ACCOUNTLESS_ARN
    if all(same[:3]) and same[5]:
        return NearMiss.ACCOUNT
    return None


def _names_a_session(got: Sequence[str], want: Sequence[str]) -> bool:
    """Whether a session ARN stands where the ARN of its role is asked for."""
    kind, _, name = got[5].partition("/")
    role = want[5].rpartition("/")[2]
    return kind == "assumed-role" and want[2] == "iam" and name.partition("/")[0] == role


def _one_part(got: Sequence[str], want: Sequence[str], index: int) -> NearMiss | None:
    if index == 1:
        return NearMiss.PARTITION
    if index == 3:
        return NearMiss.REGION
    if index == 4:
        return NearMiss.ACCOUNT if want[4] else NearMiss.ACCOUNT_IN_ACCOUNTLESS_ARN
    if index != 5:
        return None
    if want[5].startswith("role/") and got[5].startswith("role/"):
        same_name = got[5].rpartition("/")[2] == want[5].rpartition("/")[2]
        return NearMiss.PATH if same_name else None
    kind, _, name = got[5].partition("/")
    wanted_kind, _, wanted_name = want[5].partition("/")
    if kind != wanted_kind and compile_glob(name)(wanted_name):
        return NearMiss.RESOURCE_TYPE
    return None


def principal(element: Principals, request: Request) -> tuple[Near, ...]:
    """Near misses among the principals of an element."""
    if element.negated:
        return ()
    texts = [entry.text for entry in element.values if entry.type == "AWS"]
    return tuple(_found(texts, lambda text: _principal(text, request)))


def _principal(value: str, request: Request) -> NearMiss | None:
    caller = request.principal
    if value.startswith(("AROA", "AIDA")):
        return NearMiss.DELETED_PRINCIPAL
    if is_account_id(value):
        return NearMiss.ANOTHER_ACCOUNT
    try:
        arn = parse_arn(value)
    except BadArn:
        return None
    if arn.account != caller.account:
        return NearMiss.ANOTHER_ACCOUNT
    if arn.partition != caller.partition:
        return NearMiss.PARTITION
    is_session = caller.kind in (PrincipalKind.ROLE, PrincipalKind.SESSION)
    if is_session and arn.resource.startswith(f"assumed-role/{caller.name}/"):
        return NearMiss.ANOTHER_SESSION
    name = arn.resource.rpartition("/")[2]
    if arn.resource.startswith("role/") and is_session and name == caller.name:
        return NearMiss.PATH
    if name.lower() == caller.name.lower():
        return NearMiss.CASE
    return NearMiss.ANOTHER_PRINCIPAL


def value(condition: Condition, resolved: Iterable[str], actual: Iterable[str]) -> tuple[Near, ...]:
    """Condition values that differ from the request's in case only."""
    given = {text.lower() for text in actual}
    if not any(text.lower() in given for text in resolved):
        return ()
    return tuple(
        Near(NearMiss.CASE, text) for text in condition.values if text.value.lower() in given
    )


def _found(texts: Iterable[Text], classify: Callable[[str], NearMiss | None]) -> Iterable[Near]:
    for text in texts:
        kind = classify(text.value)
        if kind is not None:
            yield Near(kind, text)
