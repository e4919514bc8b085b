"""Sizes that AWS lets a policy document have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from bedrock_doctor.model.fix import ChangedDocument
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.way import TracedHop

LIMITS = {
    PolicyKind.MANAGED: 6_144,
    PolicyKind.BOUNDARY: 6_144,
    PolicyKind.TRUST: 2_048,
    PolicyKind.SESSION: 2_048,
    PolicyKind.SCP: 5_120,
    PolicyKind.RCP: 5_120,
    PolicyKind.ENDPOINT: 20_480,
}
_RAISED_TRUST = 4_096
"""The largest quota for trust policies that an account can be given."""
_INLINE = {"user": 2_048, "group": 5_120, "role": 10_240}
"""All inline policies of one holder together."""
_AS_STORED = (PolicyKind.SCP, PolicyKind.RCP)
"""All characters of these count, blanks too.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
"""
InlineSizes = Mapping[str, Mapping[str, int]]
"""Holder, name and size of inline policies."""


def fitted(ref: PolicyRef, text: str) -> str:
    """The text of a document; without white space where it is too long with it."""
    if ref.kind not in _AS_STORED or len(text) <= LIMITS[ref.kind]:
        return text
    return _dense(text)


def shortened(document: ChangedDocument) -> bool:
    """Whether the white space of a document was removed so that the change fits."""
    if document.policy.kind not in _AS_STORED or document.before == _dense(document.before):
        return False
    return document.after == _dense(document.after)


def inline_sizes(hops: Iterable[TracedHop]) -> InlineSizes:
    """The inline policies that the principals of a way have now."""
    found: dict[str, dict[str, int]] = {}
    for hop in hops:
        for check in hop.checks:
            for entry in check.check.policies.identity:
                if isinstance(entry, PolicyDocument) and entry.ref.kind is PolicyKind.INLINE:
                    held = found.setdefault(entry.ref.holder, {})
                    held.setdefault(entry.ref.name, len(_dense(entry.source.text)))
    return found


def too_large(documents: Iterable[ChangedDocument], inline: InlineSizes) -> tuple[str, ...]:
    """What is wrong with the sizes of changed documents, in words; nothing where all fit.

    Args:
        documents: all that change together.
        inline: the inline policies that are there before.
    """
    return tuple(_problems(tuple(documents), inline))


def _problems(documents: tuple[ChangedDocument, ...], inline: InlineSizes) -> Iterator[str]:
    together: dict[str, dict[str, int]] = {}
    for document in documents:
        ref = document.policy
        if ref.kind is PolicyKind.INLINE:
            held = together.setdefault(ref.holder, dict(inline.get(ref.holder, {})))
            held[ref.name] = len(_dense(document.after))
            continue
        size, limit = _size(document), _limit(document)
        if limit is not None and size > limit:
            raised = ref.kind is PolicyKind.TRUST and limit < _RAISED_TRUST
            more = f", or {_RAISED_TRUST} after a quota increase" if raised else ""
            name = ref.title or ref.name
            yield f"{ref.kind} {name} would have {size} characters; AWS takes {limit}{more}"
    for holder, sizes in together.items():
        kind = next((kind for kind in _INLINE if f":{kind}/" in holder), "role")
        if sum(sizes.values()) > _INLINE[kind]:
            yield (
                f"the inline policies of {kind} {holder.rpartition('/')[2]} would have "
                f"{sum(sizes.values())} characters together; AWS takes {_INLINE[kind]}"
            )


def _size(document: ChangedDocument) -> int:
    stored = document.policy.kind in _AS_STORED
    return len(document.after if stored else _dense(document.after))


def _limit(document: ChangedDocument) -> int | None:
    """The quota; a trust policy above the default shows that the account's was raised."""
    kind = document.policy.kind
    before = document.before if kind is PolicyKind.TRUST else ""
    if before and len(_dense(before)) > LIMITS[kind]:
        return _RAISED_TRUST
    return LIMITS.get(kind)


def _dense(text: str) -> str:
    try:
        return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
    except ValueError:
        return text
