"""From a configuration of an application to one attempt for every model that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bedrock_doctor.cli.asking_aws import ANYBODY
from bedrock_doctor.cli.configured_credentials import Beginning, beginning
from bedrock_doctor.cli.evidence_options import read_argument_file
from bedrock_doctor.cli.stated_attempt import stated_attempt
from bedrock_doctor.errors import UsageError
from bedrock_doctor.evidence.app_config.configuration import Configuration, ConfiguredAttempt
from bedrock_doctor.evidence.app_config.read import read_configuration
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.denial import Denial


@dataclass(frozen=True, slots=True)
class ConfiguredQuestion:
    """An attempt and the place of the configuration that asks for it.

    Attributes:
        where: the place.
        purpose: what the model is for, or empty.
        attempt: the attempt; where AWS is asked, as far as it is known before.
        state: the attempt with these credentials at its start, where AWS is asked.
        profile: AWS profile whose credentials start it where AWS is asked; empty: the default.
        notes: how the credentials at hand differ from those of the configuration.
    """

    where: str
    purpose: str
    attempt: Attempt
    state: Callable[[str], Attempt]
    profile: str = ""
    notes: tuple[str, ...] = ()


def configured_questions(
    options: Mapping[str, Any], denials: tuple[Denial, ...], *, live: bool = False
) -> tuple[Configuration, tuple[ConfiguredQuestion, ...]]:
    """The attempts of the file behind ``--config``; what options state wins over it.

    Attempts that do not differ are asked once.

    Args:
        options: of the command line.
        denials: the evidence.
        live: whether AWS is asked, so that credentials say who starts.

    Raises:
        BadInput: the file cannot be read, or is no configuration.
        UsageError: it names no model, or an attempt lacks something that nobody states.
    """
    name = options["config"]
    configuration = read_configuration(read_argument_file(name), name)
    seen: set[str] = set()
    questions = []
    for item in _asked(configuration, options["model"]):
        begin = beginning(item) if live and not options["profile"] else Beginning(item)
        state = partial(_attempt, begin.item, options, denials)
        attempt = state(ANYBODY if live else None)
        key = repr((attempt, begin.profile))
        if key not in seen:
            seen.add(key)
            questions.append(
                ConfiguredQuestion(
                    item.where, item.purpose, attempt, state, begin.profile, begin.notes
                )
            )
    return configuration, tuple(questions)


def _asked(configuration: Configuration, model: str | None) -> Iterator[ConfiguredAttempt]:
    named = [item.model for item in configuration.attempts if item.model]
    if model is None and not named:
        raise UsageError(
            f"the configuration ({configuration.kind}) names no model", help="add --model ID"
        )
    if model is not None and named and model not in named:
        raise UsageError(
            f"the configuration does not name the model `{model}`",
            help=f"it names {', '.join(dict.fromkeys(named))}",
        )
    for item in configuration.attempts:
        if model is None or item.model in ("", model):
            yield item


def _attempt(
    item: ConfiguredAttempt,
    options: Mapping[str, Any],
    denials: tuple[Denial, ...],
    start: str | None,
) -> Attempt:
    roles = options["roles"] or item.roles
    stated = {
        **options,
        "model": options["model"] or item.model,
        "region": options["region"] or item.region,
        "roles": roles,
        "mfa": item.mfa if options["mfa"] is None else options["mfa"],
    }
    if roles and roles == item.roles:
        stated["hops"] = (*_last_hop(item, len(roles)), *options["hops"])
    try:
        return stated_attempt(stated, denials, start=start)
    except UsageError as error:
        message = f"{item.where}: {error.message}"
        raise type(error)(message, help=error.help) from None


def _last_hop(item: ConfiguredAttempt, number: int) -> Iterator[str]:
    """What the configuration sends with the last role, as ``--hop`` says it."""
    if item.external_id is not None:
        yield f"{number}:external-id={item.external_id}"
    if item.session_name:
        yield f"{number}:session-name={item.session_name}"
    for key, value in item.session_tags:
        yield f"{number}:session-tag={key}={value}"
