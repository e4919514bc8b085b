"""The Amazon S3 side of a batch job: its service role reads the input and writes the output.

https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.way import Check, Purpose
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.inference_call import InferenceCall, Resource

_PLACE = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<key>.*))?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A bucket and what lies under a key or beginning of keys."""

    bucket: str
    objects: str


def _place(text: str, option: str) -> _Place:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise UsageError(
            f"{option} `{text}` is no place in Amazon S3", help=f"expected {option} s3://BUCKET/KEY"
        )
    key = found["key"] or ""
    return _Place(found["bucket"], key if key.endswith(".jsonl") else f"{key}*")


def storage_checks(call: InferenceCall) -> Iterator[Check]:
    """What the service role does in the buckets that the attempt names.

    Args:
        call: the call of the service role.

    Raises:
        UsageError: an address is none of Amazon S3.
    """
    attempt = call.attempt
    if attempt.input_s3 is not None:
        place = _place(attempt.input_s3, "--input-s3")
        yield _check(call, Purpose.INPUT_DATA, "s3:ListBucket", place.bucket, "")
        yield _check(call, Purpose.INPUT_DATA, "s3:GetObject", place.bucket, place.objects)
    if attempt.output_s3 is not None:
        place = _place(attempt.output_s3, "--output-s3")
        yield _check(call, Purpose.OUTPUT_DATA, "s3:PutObject", place.bucket, place.objects)


def _check(call: InferenceCall, purpose: Purpose, action: str, bucket: str, objects: str) -> Check:
    owner, policy = _bucket(call, bucket)
    path = f"{bucket}/{objects}" if objects else bucket
    resource = Resource(f"arn:{call.partition}:s3:::{path}", owner, call.region, policy)
    check = call.check(purpose, resource, action=action)
    # prefix, encryption and other headers of the requests are Amazon Bedrock's own
    known = check.request.context
    prefixes = {
        **known.unknown_prefixes,
        "s3:": UnknownFact("s3:", "--context s3:KEY=VALUE"),
    }
    context = replace(known, unknown_prefixes=prefixes)
    return replace(check, request=replace(check.request, context=context))


def _bucket(call: InferenceCall, bucket: str) -> tuple[str, Readable | None]:
    """The account that owns a bucket, and its policy; the caller's own where nobody knows."""
    for account in call.snapshot.accounts.values():
        if bucket in account.bucket_policies:
            return account.id, account.bucket_policies[bucket]
    missing = Missing(
        what=f"the owner and the policy of bucket {bucket}",
        call="s3:GetBucketPolicy",
        account=call.account,
        command=f"aws s3api get-bucket-policy --bucket {bucket}",
        path=f"accounts/{call.account}/s3/get-bucket-policy/{bucket}.json",
    )
    held = call.snapshot.accounts.get(call.account)
    return call.account, missing_evidence.as_refused(missing, held.missing if held else ())
