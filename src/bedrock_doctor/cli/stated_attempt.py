"""From options and evidence to an `Attempt`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bedrock_doctor.cli.evidence_options import read_file
from bedrock_doctor.errors import BadArn, BadInput, UsageError
from bedrock_doctor.model.arn import is_arn, parse_arn
from bedrock_doctor.model.attempt import ApiKey, Attempt, HopOptions, Operation
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.source import Source

if TYPE_CHECKING:
    from bedrock_doctor.evidence import AttemptHints

_OF_ASSUME = {
    "external_id": "--external-id",
    "session_name": "--session-name",
    "session_tags": "--session-tag",
    "transitive_tags": "--transitive-tag",
    "source_identity": "--source-identity",
    "session_policies": "--session-policy",
    "hops": "--hop",
}
_HOP_KEYS = (
    "external-id", "session-name", "session-tag", "transitive-tag", "source-identity",
    "session-policy",
)  # fmt: skip


def stated_attempt(
    options: Mapping[str, Any], denials: tuple[Denial, ...], *, start: str | None = None
) -> Attempt:
    """The attempt that the options state; what they leave open may come from the evidence.

    Args:
        options: of the command line.
        denials: the evidence.
        start: ARN of the credentials at hand: they start where nobody says otherwise, and no
            snapshot has to be given.

    Raises:
        UsageError: something is missing that nobody stated, or an option cannot be read.
    """
    hints = _hints(denials)
    caller = options["caller"] or (hints.caller if hints else None) or start
    roles = options["roles"] or _hinted_roles(options, hints)
    model = options["model"] or (hints.model if hints else None)
    region = options["region"] or (hints.region if hints else None) or _region_of(model)
    known = {"--as": caller, "--model": model, "--region": region}
    _require(options, known if start else {"--snapshot": options["snapshots"], **known})
    endpoints = options["endpoints"] or ((hints.vpce,) if hints and hints.vpce else ())
    operation = options["operation"] or (hints.operation if hints else None)
    return Attempt(
        caller=str(caller),
        roles=tuple(roles),
        model=str(model),
        region=str(region),
        operation=Operation(operation or Operation.CONVERSE),
        hops=_hop_options(options, str(caller), tuple(roles), hints),
        mfa=options["mfa"] if options["mfa"] is not None or not hints else hints.mfa,
        endpoints=tuple(endpoints),
        source_ip=_address(options["source_ip"]) or (hints.source_ip if hints else None),
        guardrail=options["guardrail"],
        api_key=ApiKey(options["api_key"]) if options["api_key"] else None,
        context=_context(options["context"]),
        service_role=options["service_role"],
        input_s3=options["input_s3"],
        output_s3=options["output_s3"],
        project=options["project"],
        key_region=options["api_key_region"],
    )


def _address(text: str | None) -> str | None:
    """The source address as given.

    Raises:
        UsageError: it is no IPv4 or IPv6 address.
    """
    from ipaddress import ip_address

    if text:
        try:
            ip_address(text)
        except ValueError:
            raise UsageError(
                f"--source-ip `{text}` is no IP address", help="expected --source-ip 203.0.113.7"
            ) from None
    return text


def _hints(denials: tuple[Denial, ...]) -> AttemptHints | None:
    if not denials:
        return None
    from bedrock_doctor.evidence import attempt_hints

    return attempt_hints(denials)


def _hinted_roles(options: Mapping[str, Any], hints: AttemptHints | None) -> tuple[str, ...]:
    """Roles that the evidence names, unless the caller is stated: then the way is stated too."""
    if hints is None or hints.roles is None or options["caller"]:
        return ()
    return hints.roles


def _region_of(model: str | None) -> str | None:
    """The Region in the ARN of a model or profile."""
    return (parse_arn(model).region or None) if model and is_arn(model) else None


def _require(options: Mapping[str, Any], stated: Mapping[str, object]) -> None:
    lacking = [name for name, value in stated.items() if not value]
    if lacking:
        told = "; the evidence does not tell it" if options["error"] or options["event"] else ""
        raise UsageError(
            f"missing: {', '.join(f'`{name}`' for name in lacking)}{told}",
            help="a full question is: bedrock-doctor diagnose --snapshot DIR "
            "--as arn:aws:iam::111122223333:role/app "
            "--role arn:aws:iam::444455556666:role/gateway "
            "--model eu.amazon.nova-lite-v1:0 --region eu-central-1",
        )


def _pair(text: str, option: str, form: str = "KEY=VALUE") -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f"{option} `{text}` cannot be read", help=f"expected {option} {form}")
    return key, value


def _context(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for text in pairs:
        key, value = _pair(text, "--context")
        found[key] = (*found.get(key, ()), value)
    return found


def _hop_options(
    options: Mapping[str, Any], caller: str, roles: tuple[str, ...], hints: AttemptHints | None
) -> tuple[HopOptions, ...]:
    given = [name for name in _OF_ASSUME if options[name]]
    if given and not roles:
        raise UsageError(
            f"`{_OF_ASSUME[given[0]]}` belongs to an AssumeRole call, and there is none",
            help="name the role that is assumed with --role",
        )
    single = hints if len(roles) == 1 else None
    hops = [_common(options, single, role) for role in roles]
    for text in options["hops"]:
        _set_hop(hops, text, (caller, *roles))
    if roles:
        policies = tuple(
            _session_policy(name, (caller, *roles)[-2]) for name in options["session_policies"]
        )
        hops[-1]["session_policies"] += policies or _hinted_policies(hints, (caller, *roles)[-2])
    _check_hints(hops, hints)
    return tuple(HopOptions(**values) for values in hops)


def _common(options: Mapping[str, Any], hints: AttemptHints | None, role: str) -> dict[str, Any]:
    """What goes to every AssumeRole; hints of an event are about one call."""
    tags = dict(_pair(text, "--session-tag", "K=V") for text in options["session_tags"])
    hinted_tags = dict(hints.session_tags or ()) if hints else {}
    hinted_keys = (hints.transitive_tags or ()) if hints else ()
    return {
        "external_id": options["external_id"],
        "session_name": options["session_name"] or _hinted_session(hints, role),
        "session_tags": tags or hinted_tags,
        "transitive_tags": tuple(options["transitive_tags"]) or hinted_keys,
        "source_identity": options["source_identity"] or (hints.source_identity if hints else None),
        "session_policies": (),
    }


def _hinted_session(hints: AttemptHints | None, role: str) -> str | None:
    """The session name in the evidence, unless it is one of another role."""
    if hints is None or hints.session_name is None:
        return None
    if hints.bedrock_signer is None or hints.roles == (role,):
        return hints.session_name
    try:
        signer, assumed = parse_principal(hints.bedrock_signer), parse_principal(role)
    except BadArn:
        return None
    same = (signer.account, signer.name) == (assumed.account, assumed.name)
    return hints.session_name if same else None


def _check_hints(hops: list[dict[str, Any]], hints: AttemptHints | None) -> None:
    """Refuses to take for absent what an event shows to be there."""
    if hints is None or not hops:
        return
    if hints.external_id_sent and all(hop["external_id"] is None for hop in hops):
        raise UsageError(
            "the event shows that an ExternalId was sent, but not which one",
            help="add --external-id ID",
        )
    if hints.session_policy_arns and not hops[-1]["session_policies"]:
        raise UsageError(
            f"the event shows session policies: {', '.join(hints.session_policy_arns)}",
            help="add their documents with --session-policy FILE",
        )


def _set_hop(hops: list[dict[str, Any]], text: str, signers: tuple[str, ...]) -> None:
    number, colon, rest = text.partition(":")
    known = number.isascii() and number.isdecimal() and 1 <= int(number) <= len(hops)
    if not colon or not known:
        raise UsageError(
            f"--hop `{text}` names no AssumeRole call",
            help=f"expected --hop N:KEY=VALUE with N from 1 to {len(hops)}",
        )
    key, value = _pair(rest, "--hop", "N:KEY=VALUE")
    values = hops[int(number) - 1]
    if key not in _HOP_KEYS:
        raise UsageError(
            f"--hop `{text}` has an unknown key `{key}`", help=f"expected {', '.join(_HOP_KEYS)}"
        )
    if key == "session-tag":
        name, content = _pair(value, "--hop", "N:session-tag=K=V")
        values["session_tags"] = {**values["session_tags"], name: content}
    elif key == "transitive-tag":
        values["transitive_tags"] = (*values["transitive_tags"], value)
    elif key == "session-policy":
        document = _session_policy(value, signers[int(number) - 1])
        values["session_policies"] = (*values["session_policies"], document)
    else:
        values[key.replace("-", "_")] = value


def _session_policy(name: str, signer: str) -> PolicyDocument:
    from bedrock_doctor.evidence.text_decoding import decode_text
    from bedrock_doctor.model.policy_parser import parse_policy

    document = _document(decode_text(read_file(name)), signer, name)
    problems = parse_policy(document).problems
    if problems:
        at = document.source.position(problems[0].span.start)
        raise BadInput(
            problems[0].message,
            path=name,
            line=at.line,
            column=at.column,
            help=f"expected {problems[0].expected}" if problems[0].expected else None,
        )
    return document


def _hinted_policies(hints: AttemptHints | None, signer: str) -> tuple[PolicyDocument, ...]:
    if hints is None or not hints.session_policy:
        return ()
    return (_document(hints.session_policy, signer, None),)


def _document(text: str, signer: str, file: str | None) -> PolicyDocument:
    """A session policy; it belongs to the account that passes it."""
    account = parse_arn(signer).account if is_arn(signer) else ""
    ref = PolicyRef(PolicyKind.SESSION, file or "of the event", account)
    return PolicyDocument(ref, Source(text, file, verbatim=file is not None))
