"""Single questions: one request, one message, one Region, one process, one finding."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from bedrock_doctor.app.diagnosing import load_snapshot
from bedrock_doctor.errors import UnknownName
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Trace

if TYPE_CHECKING:
    from bedrock_doctor.diagnose.base import Rule
    from bedrock_doctor.evidence import Explanation
    from bedrock_doctor.model.signer import Signer
    from bedrock_doctor.path.callable_models import ModelListing
    from bedrock_doctor.surprises.base import SurpriseKind


def evaluate(request: Request, policies: Policies) -> Trace:
    """Decides one request against the policies that may bind it, and says why."""
    from bedrock_doctor.evaluate.explain import explain as trace

    return trace(request, policies)


def explain(text: str | bytes) -> Explanation:
    """Explains every denial in a message, traceback, log or event, without policies."""
    from bedrock_doctor.evidence import explain as read

    return read(text)


def models(
    region: str,
    *,
    snapshots: Sequence[str | os.PathLike[str]] = (),
    account: str | None = None,
    day: date | None = None,
) -> ModelListing:
    """Which models can be called from a Region, and how.

    Args:
        region: Region code.
        snapshots: directories and zip files of AWS CLI output; none: the catalog alone.
        account: the account that calls, where the snapshots hold several.
        day: the day of the question; None: today.

    Raises:
        UnknownName: no such Region or account.
        UsageError: a path is no snapshot, or no account is named where there are several.
    """
    from bedrock_doctor.path.callable_models import list_models

    snapshot = load_snapshot(snapshots) if snapshots else Snapshot()
    return list_models(region, snapshot, account, (day or date.today()).isoformat())


def whoami(
    *,
    profile: str | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    offline: bool = False,
) -> Signer:
    """Which identity signs a call to Amazon Bedrock from this process, and what it shadows.

    Args:
        profile: of the AWS config files; None: as the environment says.
        region: in place of the configured one.
        endpoint_url: where AWS STS is asked, in place of AWS's own endpoint.
        offline: read the configuration only; run nothing and call nobody.

    Raises:
        BadInput: an AWS config file cannot be read.
    """
    from bedrock_doctor.signing.resolve import resolve_signer

    return resolve_signer(
        profile=profile, region=region, endpoint_url=endpoint_url, offline=offline
    )


def rules() -> tuple[Rule, ...]:
    """All findings that can be reported, in the order of their ids."""
    from bedrock_doctor.diagnose.registry import RULES

    return RULES


def rule(name: str) -> Rule:
    """The finding with this id or slug, in any case.

    Raises:
        UnknownName: there is none.
    """
    from bedrock_doctor.diagnose.registry import BY_ID, BY_SLUG, find_rule

    found = find_rule(name)
    if found is not None:
        return found
    near = difflib.get_close_matches(name.lower(), BY_SLUG, 1) or difflib.get_close_matches(
        name.upper(), BY_ID, 1
    )
    meant = f"did you mean `{near[0]}`?" if near else "bedrock-doctor rule --list"
    raise UnknownName(f"no such finding `{name}`", help=meant)


def surprise_kinds() -> tuple[SurpriseKind, ...]:
    """All kinds of surprise that an audit can tell, in the order in which it tells them."""
    from bedrock_doctor.surprises.registry import KINDS

    return KINDS
