"""Resolves the identity that signs: botocore decides, and AWS STS is asked who it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.configloader import load_config, raw_config_parse
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    NoCredentialsError,
    ProfileNotFound,
)

from bedrock_doctor.errors import BadInput
from bedrock_doctor.model.signer import (
    CallerIdentity,
    CredentialSource,
    Level,
    Signer,
    SignerCheck,
    SourceState,
)
from bedrock_doctor.signing.api_key import VARIABLE, read_api_key
from bedrock_doctor.signing.failure_words import CREDENTIAL_ERRORS
from bedrock_doctor.signing.profiles import role_hops
from bedrock_doctor.signing.prompts import forbid_prompts
from bedrock_doctor.signing.refusals import Refusal, refusal_of
from bedrock_doctor.signing.sources import Settings, credential_sources, first_configured
from bedrock_doctor.signing.surroundings import clock_check, override_check, region_check

_SOON = 5
"""Minutes of remaining lifetime below which a session is called nearly over."""


def resolve_signer(
    *, profile: str | None, region: str | None, endpoint_url: str | None, offline: bool
) -> Signer:
    """Who signs a call to Amazon Bedrock from this process.

    Args:
        profile: as given with ``--profile``; None: as the environment says.
        region: as given with ``--region``; None: as configured.
        endpoint_url: of AWS STS, in place of AWS's own; None: AWS's own.
        offline: read the configuration only; run nothing and call nobody.

    Raises:
        BadInput: an AWS config file cannot be read.
    """
    session = botocore.session.Session(profile=profile)
    try:
        settings = _settings(session, profile)
    except BotoCoreError as error:
        raise BadInput(f"the AWS config files cannot be read: {error}") from None
    now = datetime.now(UTC)
    key = os.environ.get(VARIABLE)
    api_key = read_api_key(key, now) if key else None
    known = session.full_config.get("profiles", {})
    answer = _Answer()
    try:
        order = _order(session)
    except ProfileNotFound as error:
        order = ()
        answer.refusal = refusal_of(error, settings)
    if order and not offline:
        answer = _ask(session, settings, region, endpoint_url)
    winner = answer.method or (first_configured(order, settings) if offline else "")
    sources = credential_sources(order, settings, winner)
    effective = region or _configured_region(session)
    checks = (
        _identity_check(answer, settings, winner, sources, offline=offline),
        *_leftovers(sources, settings),
        region_check(effective, region or "", os.environ),
        override_check(os.environ, api_key),
        clock_check(answer.date, now),
    )
    return Signer(
        identity=answer.identity,
        method=winner,
        profile=settings.profile,
        region=effective,
        minutes_left=answer.minutes_left,
        api_key=api_key,
        sources=sources,
        hops=role_hops(settings.profile, known) if winner != "env" else (),
        checks=checks,
        usable=answer.refusal is None or not answer.refusal.conclusive,
    )


class _Answer:
    """What the resolution and AWS STS told."""

    def __init__(self) -> None:
        self.method = ""
        self.identity: CallerIdentity | None = None
        self.minutes_left: int | None = None
        self.date = ""
        self.refusal: Refusal | None = None


def _ask(session: Any, settings: Settings, region: str | None, endpoint_url: str | None) -> _Answer:
    answer = _Answer()
    forbid_prompts(session)
    try:
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        answer.method = credentials.method
        credentials.get_frozen_credentials()
        expiry = getattr(credentials, "_expiry_time", None)
        if expiry is not None:
            answer.minutes_left = int((expiry - datetime.now(UTC)).total_seconds() // 60)
        client = session.create_client(
            "sts",
            region_name=region or _configured_region(session) or "us-east-1",
            endpoint_url=endpoint_url,
            config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2}),
        )
        told = client.get_caller_identity()
    except ClientError as error:
        answer.refusal = refusal_of(error, settings)
        headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        answer.date = headers.get("date", "")
        return answer
    except CREDENTIAL_ERRORS as error:
        answer.refusal = refusal_of(error, settings)
        return answer
    answer.identity = CallerIdentity(told["Arn"], told["Account"])
    answer.date = told["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    return answer


def _order(session: Any) -> tuple[str, ...]:
    return tuple(p.METHOD for p in session.get_component("credential_provider").providers)


def _configured_region(session: Any) -> str:
    try:
        return str(session.get_config_variable("region") or "")
    except BotoCoreError:
        return ""


def _settings(session: Any, explicit: str | None) -> Settings:
    profile = str(explicit or session.get_config_variable("profile") or "default")
    merged = session.full_config.get("profiles", {}).get(profile, {})
    try:
        config = load_config(session.get_config_variable("config_file")).get("profiles", {})
    except ConfigNotFound:
        config = {}
    try:
        credentials = raw_config_parse(session.get_config_variable("credentials_file"))
    except ConfigNotFound:
        credentials = {}
    return Settings(
        os.environ,
        profile,
        explicit is not None,
        merged,
        config.get(profile, {}),
        credentials.get(profile, {}),
    )


def _identity_check(
    answer: _Answer,
    settings: Settings,
    winner: str,
    sources: tuple[CredentialSource, ...],
    *,
    offline: bool,
) -> SignerCheck:
    source = next((s for s in sources if s.state is SourceState.WINS), None)
    by = f"{source.name}: {source.where}" if source and source.where else winner or "nothing"
    if answer.identity is not None:
        arn = answer.identity.arn
        left = "" if answer.minutes_left is None else f", {answer.minutes_left} min left"
        text = f"{arn} in {answer.identity.account} ({by}{left})"
        if answer.minutes_left is not None and answer.minutes_left < _SOON:
            return SignerCheck("Identity", Level.WARNING, text, ("the session is nearly over",))
        if arn.endswith(":root"):
            detail = "the root user of an account cannot assume roles"
            return SignerCheck("Identity", Level.ERROR, text, (detail,), (), "BD130")
        return SignerCheck("Identity", Level.OK, text)
    if answer.refusal is not None:
        level = Level.ERROR if answer.refusal.conclusive else Level.WARNING
        details = (f"the credentials come from {by}",) if winner else ()
        if not sources:
            details = (f"profile {settings.profile}: the SDK stops there, whatever else is set",)
        return SignerCheck("Identity", level, answer.refusal.text, details, answer.refusal.fixes)
    text = f"by the configuration, {by} will sign; nobody was asked"
    level = Level.SKIPPED if offline and winner else Level.WARNING
    return SignerCheck("Identity", level, text)


def _leftovers(
    sources: tuple[CredentialSource, ...], settings: Settings
) -> tuple[SignerCheck, ...]:
    """Sources that are configured and do not sign, and a profile that has no effect."""
    details = [
        f"{s.name} ({s.where}): {s.why}"
        for s in sources
        if s.where and s.state in (SourceState.SHADOWED, SourceState.BROKEN)
        if s.why != "switched off"
    ]
    environment_wins = any(
        s.name == "environment variables" and s.state is SourceState.WINS for s in sources
    )
    fixes: tuple[str, ...] = ()
    if environment_wins and settings.environment.get("AWS_PROFILE"):
        details.insert(0, f"AWS_PROFILE={settings.environment['AWS_PROFILE']} has no effect")
        fixes = ("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN",)
    if not details:
        return ()
    text = "credentials are configured that do not sign"
    return (SignerCheck("Shadowed", Level.WARNING, text, tuple(details), fixes, "BD101"),)
