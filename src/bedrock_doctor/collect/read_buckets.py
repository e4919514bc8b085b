"""Policies of Amazon S3 buckets, for the data of batch jobs.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
"""

from __future__ import annotations

from msgspec import Raw, Struct

from bedrock_doctor.collect.aws_json import Output
from bedrock_doctor.collect.cli_command import shell_word
from bedrock_doctor.collect.manifest import Manifest, Refusal
from bedrock_doctor.collect.policy_text import policy_source
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable

_CALL = "s3:GetBucketPolicy"
_NO_POLICY = "NoSuchBucketPolicy"


class BucketPolicy(Struct, rename="pascal"):
    """Output of GetBucketPolicy."""

    policy: Raw


def read_buckets(reading: Reading, manifest: Manifest, account: str) -> dict[str, Readable | None]:
    """Policies by bucket name; None where AWS said that a bucket has none."""
    found: dict[str, Readable | None] = {}
    for refusal in manifest.refusals:
        if bucket_policy_absent(refusal) and refusal.account == account:
            found.update(dict.fromkeys(word.strip("\"'`(),.;") for word in refusal.message.split()))
    for name in reading.tree.files("accounts", account, "s3", "get-bucket-policy"):
        place = ("accounts", account, "s3", "get-bucket-policy", name)
        what = f"the policy of bucket {name}"
        output: Output[BucketPolicy] | Absence = reading.single(
            *place, kind=BucketPolicy, unknown=what
        )
        if isinstance(output, Absence):
            command = f"aws s3api get-bucket-policy --bucket {shell_word(name)}"
            path = f"{'/'.join(place)}.json"
            found[name] = Missing(what, _CALL, account, "", output, "", command, path)
            continue
        arn = f"arn:aws:s3:::{name}"
        ref = PolicyRef(PolicyKind.RESOURCE, name, account, "", arn)
        found[name] = PolicyDocument(ref, policy_source(output.value.policy, output, "Policy"))
    return found


def bucket_policy_absent(refusal: Refusal) -> bool:
    """Whether AWS's error says that a bucket has no policy, which is an answer, not a refusal."""
    return refusal.call == _CALL and refusal.code == _NO_POLICY
