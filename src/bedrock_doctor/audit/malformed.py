"""Malformed policies, as what would settle an answer."""

from __future__ import annotations

from dataclasses import replace

from bedrock_doctor.evaluate.policy_set import compile_document
from bedrock_doctor.evaluate.tristate import NO
from bedrock_doctor.model.audit import Settle
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument


def is_malformed(document: object) -> bool:
    """Whether a document is a policy that AWS would not have stored."""
    return isinstance(document, PolicyDocument) and bool(compile_document(document, NO)[0].problems)


def with_accounts(facts: Settle, account: str) -> Settle:
    """What settles an answer, malformed policies of IAM with the account in which they stand.

    Args:
        facts: what settles it.
        account: of the caller, whose policies carry no account in an audit.
    """
    return tuple(
        _placed(fact, fact.account or account)
        if isinstance(fact, Missing) and fact.absence is Absence.MALFORMED
        else fact
        for fact in facts
    )


def _placed(fact: Missing, account: str) -> Missing:
    if not fact.call.startswith("iam:"):
        return fact
    return replace(fact, what=f"{fact.what} in account {account}", account=account)
