"""An audit, or what changed since one, under pseudonyms: every face shows the same ones."""

from __future__ import annotations

from dataclasses import replace

from bedrock_doctor.model.audit import Audit, Settle
from bedrock_doctor.model.audit_change import AuditDifference
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.render.redact import Redaction, Redactor


def redacted(audit: Audit, redactor: Redactor) -> Audit:
    """The audit with account ids, or all names, replaced."""
    if redactor.level is Redaction.NONE:
        return audit
    text = redactor.text
    hides_names = redactor.level is Redaction.ALL
    known: dict[Settle, Settle] = {}

    def settle(facts: Settle) -> Settle:
        if facts not in known:
            known[facts] = tuple(
                replace(
                    fact,
                    what=redactor.fact(fact.what),
                    account=text(fact.account),
                    command=redactor.fact(fact.command),
                    path=text(fact.path),
                )
                if isinstance(fact, Missing)
                else replace(fact, key=text(fact.key), settle=text(fact.settle))
                for fact in facts
            )
        return known[facts]

    return replace(
        audit,
        accounts=tuple(
            replace(
                account,
                id=text(account.id),
                name="" if hides_names else text(account.name),
                management=text(account.management),
            )
            for account in audit.accounts
        ),
        principals=tuple(
            replace(principal, arn=text(principal.arn), account=text(principal.account))
            for principal in audit.principals
        ),
        routes=tuple(
            replace(route, profile=text(route.profile), account=text(route.account))
            for route in audit.routes
        ),
        classes=tuple(
            replace(entry, account=text(entry.account), settle=settle(entry.settle))
            for entry in audit.classes
        ),
        edges=tuple(
            replace(edge, settle=settle(edge.settle)) if edge.settle else edge
            for edge in audit.edges
        ),
        limits=tuple(map(text, audit.limits)),
        left=tuple(map(text, audit.left)),
    )


def redacted_difference(difference: AuditDifference, redactor: Redactor) -> AuditDifference:
    """The difference with the names hidden that stand alone in what answers depend on."""
    return replace(
        difference,
        changes=tuple(
            replace(change, depends_on=tuple(map(redactor.fact, change.depends_on)))
            for change in difference.changes
        ),
    )
