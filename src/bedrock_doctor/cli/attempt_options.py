"""The options that state an attempt, shared by every command that takes one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.model.attempt import ApiKey, Attempt, HopOptions, Operation
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.source import Source

Command = Callable[..., Any]
_MAX_TEXT = 16 * 1024 * 1024

_OPTIONS = (
    click.option(
        "--snapshot",
        "snapshots",
        multiple=True,
        required=True,
        metavar="PATH",
        help="Directory or zip of AWS CLI output; repeatable.",
    ),
    click.option("--as", "caller", metavar="ARN", help="Who starts: a user, role or session."),
    click.option(
        "--role",
        "roles",
        multiple=True,
        metavar="ARN",
        help="A role that is assumed; repeat for a chain, in order. None: a direct call.",
    ),
    click.option("--model", metavar="ID|ARN", help="Model id, inference profile id or ARN."),
    click.option("--region", metavar="REGION", help="Region whose endpoint is called."),
    click.option(
        "--operation",
        type=click.Choice([operation.value for operation in Operation]),
        default=Operation.CONVERSE.value,
        show_default=True,
        help="What is called.",
    ),
    click.option("--external-id", metavar="ID", help="ExternalId; not given: not sent."),
    click.option("--session-name", metavar="NAME", help="RoleSessionName; not given: not known."),
    click.option("--session-tag", "tags", multiple=True, metavar="K=V", help="Session tag."),
    click.option("--transitive-tag", multiple=True, metavar="K", help="Transitive tag key."),
    click.option("--source-identity", metavar="NAME", help="SourceIdentity; not given: not sent."),
    click.option(
        "--session-policy",
        "session_policies",
        multiple=True,
        metavar="FILE",
        help="Session policy passed with the last AssumeRole.",
    ),
    click.option(
        "--hop",
        "hops",
        multiple=True,
        metavar="N:KEY=VALUE",
        help="external-id, session-name, session-tag, transitive-tag or source-identity of hop N.",
    ),
    click.option("--mfa/--no-mfa", default=None, help="Whether the caller used MFA."),
    click.option(
        "--vpce", "endpoints", multiple=True, metavar="ID", help="VPC endpoint on the way."
    ),
    click.option("--source-ip", metavar="ADDRESS", help="Source address; not given: not known."),
    click.option("--guardrail", metavar="ID", help="Guardrail sent with the call."),
    click.option(
        "--api-key",
        type=click.Choice([kind.value for kind in ApiKey]),
        help="Sign with an Amazon Bedrock API key of this kind.",
    ),
    click.option(
        "--context", multiple=True, metavar="KEY=VALUE", help="A condition key that is known."
    ),
    click.option("--error", metavar="TEXT|@FILE|-", help="AWS's message, as evidence."),
    click.option("--event", metavar="FILE|-", help="CloudTrail event, as evidence."),
)


def attempt_options(command: Command) -> Command:
    """Adds the options of an attempt to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def denials_of(error: str | None, event: str | None) -> tuple[Denial, ...]:
    """What `--error` and `--event` say.

    Raises:
        BadInput: a file cannot be read, or the event is no CloudTrail record.
    """
    found: tuple[Denial, ...] = ()
    if error:
        from bedrock_doctor.evidence.error_message import denials_in

        found += denials_in(_text(error), "--error")
    if event:
        from bedrock_doctor.evidence.denied_event import denials_in_event

        found += denials_in_event(_text(event if event == "-" else f"@{event}"), "--event")
    return found


def _text(argument: str) -> str:
    if argument == "-":
        return sys.stdin.read(_MAX_TEXT)
    if argument.startswith("@"):
        return _file(argument[1:])
    return argument


def _file(name: str) -> str:
    try:
        with Path(name).open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(_MAX_TEXT)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"cannot be read: {reason}", path=name) from None


def attempt_of(options: dict[str, Any], denials: tuple[Denial, ...]) -> Attempt:
    """The attempt that the options state; what they leave open may come from the evidence.

    Raises:
        UsageError: something that nobody stated is missing, or an option cannot be read.
    """
    sts = [denial for denial in denials if denial.action.lower().startswith("sts:assumerole")]
    model = options["model"] or next(
        (
            d.resource
            for d in denials
            if ":bedrock:" in d.resource and "inference-profile" in d.resource
        ),
        None,
    )
    caller = options["caller"] or next((d.principal for d in sts if d.principal), None)
    if caller is None and not options["roles"]:
        caller = next((d.principal for d in denials if d.principal), None)
    roles = options["roles"] or tuple(d.resource for d in sts[:1] if d.resource)
    region = options["region"] or (model.split(":")[3] if model and model.count(":") >= 5 else None)
    stated = {"--as": caller, "--model": model, "--region": region}
    lacking = [name for name, value in stated.items() if not value]
    if lacking:
        raise UsageError(
            f"missing: {', '.join(lacking)}",
            help="a full question is: bedrock-doctor diagnose --snapshot DIR --as ARN --role ARN "
            "--model ID --region REGION",
        )
    return Attempt(
        caller=str(caller),
        roles=tuple(roles),
        model=str(model),
        region=str(region),
        operation=Operation(options["operation"]),
        hops=_hop_options(options, len(roles)),
        mfa=options["mfa"],
        endpoints=options["endpoints"],
        source_ip=options["source_ip"],
        guardrail=options["guardrail"],
        api_key=ApiKey(options["api_key"]) if options["api_key"] else None,
        context=_context(options["context"]),
    )


def _pair(text: str, option: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f"{option} `{text}` has no value", help=f"expected {option} KEY=VALUE")
    return key, value


def _context(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for text in pairs:
        key, value = _pair(text, "--context")
        found[key] = (*found.get(key, ()), value)
    return found


def _hop_options(options: dict[str, Any], count: int) -> tuple[HopOptions, ...]:
    tags = dict(_pair(text, "--session-tag") for text in options["tags"])
    own: list[dict[str, Any]] = [
        {
            "external_id": options["external_id"],
            "session_name": options["session_name"],
            "session_tags": dict(tags),
            "transitive_tags": tuple(options["transitive_tag"]),
            "source_identity": options["source_identity"],
        }
        for _ in range(count)
    ]
    for text in options["hops"]:
        _set_hop(own, text)
    policies = tuple(_session_policy(name) for name in options["session_policies"])
    if policies and own:
        own[-1]["session_policies"] = policies
    return tuple(HopOptions(**values) for values in own)


def _set_hop(own: list[dict[str, Any]], text: str) -> None:
    number, colon, rest = text.partition(":")
    if not colon or not number.isdecimal() or not 1 <= int(number) <= len(own):
        raise UsageError(
            f"--hop `{text}` names no hop",
            help=f"expected --hop N:KEY=VALUE with N from 1 to {len(own)}",
        )
    key, value = _pair(rest, "--hop")
    values = own[int(number) - 1]
    if key == "session-tag":
        values["session_tags"] = {**values["session_tags"], **dict([_pair(value, "--hop")])}
    elif key == "transitive-tag":
        values["transitive_tags"] = (*values["transitive_tags"], value)
    elif key == "session-policy":
        values["session_policies"] = (*values.get("session_policies", ()), _session_policy(value))
    elif key in ("external-id", "session-name", "source-identity"):
        values[key.replace("-", "_")] = value
    else:
        raise UsageError(
            f"--hop `{text}`: unknown key `{key}`",
            help="external-id, session-name, session-tag, transitive-tag, source-identity "
            "or session-policy",
        )


def _session_policy(name: str) -> PolicyDocument:
    return PolicyDocument(PolicyRef(PolicyKind.SESSION, name), Source(_file(name), name))
