"""Bucket policies of an account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument
from tests.collect.worlds import MANIFEST, TARGET, load

FOLDER = f"accounts/{TARGET}/s3/get-bucket-policy"


def absent(name: str, code: str = "NoSuchBucketPolicy") -> dict[str, Any]:
    """A manifest with AWS's answer for one bucket."""
    message = f"The bucket policy does not exist (reading {name})"
    entry = {"account": TARGET, "region": "", "call": "s3:GetBucketPolicy", "code": code}
    return {**MANIFEST, "missing": [{**entry, "message": message}]}


def test_bucket_policies_are_documents(tmp_path: Path) -> None:
    """AWS-documented: GetBucketPolicy returns the policy as a string."""
    files = {
        f"{FOLDER}/acme-in.json": {"Policy": '{"Statement": []}'},
        f"{FOLDER}/acme-bad.json": "{",
    }
    found = load(tmp_path, files).accounts[TARGET].bucket_policies
    policy, broken = found["acme-in"], found["acme-bad"]
    assert isinstance(policy, PolicyDocument)
    assert policy.source.text == '{"Statement": []}'
    assert isinstance(broken, Missing)
    assert broken.absence is Absence.MALFORMED


def test_a_bucket_without_policy_is_an_answer(tmp_path: Path) -> None:
    """AWS-documented: the error NoSuchBucketPolicy; another error is a refusal."""
    account = load(tmp_path / "a", {"snapshot.json": absent("acme-in")}).accounts[TARGET]
    assert account.bucket_policies["acme-in"] is None
    assert account.missing == ()
    refused = load(tmp_path / "b", {"snapshot.json": absent("acme-in", "AccessDenied")})
    assert "acme-in" not in refused.accounts[TARGET].bucket_policies
    assert [missing.code for missing in refused.accounts[TARGET].missing] == ["AccessDenied"]
