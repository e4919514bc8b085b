"""`collect` while one of its reads fails: the snapshot says so (our choice, ADR 0024).

Every read of the table that a collection makes is tried, with answers made from botocore's models.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import botocore.session
import pytest
from botocore.loaders import Loader

from bedrock_doctor.collect.load_snapshot import load_snapshot
from bedrock_doctor.live.collecting import CollectRequest, collect
from bedrock_doctor.live.reads import READS, Group, Read
from tests.live.fake_aws import ACCOUNT, FakeAws
from tests.live.wire_answers import answer, error, sample

_REAL = botocore.session.Session
_LOADER = Loader()
_MODELS = _REAL()
_MODELS.register_component("data_loader", _LOADER)
PRINCIPALS = (f"arn:aws:iam::{ACCOUNT}:role/app", f"arn:aws:iam::{ACCOUNT}:user/ann")
MODELS = ("eu.amazon.nova-lite-v1:0", "s3://acme-batch/input/")


NAMED = {
    "ListGuardrails": ("guardrails", "arn", "guardrail/g"),
    "ListCustomModels": ("modelSummaries", "modelArn", "custom-model/base/c"),
    "ListInferenceProfiles": (
        "inferenceProfileSummaries",
        "inferenceProfileArn",
        "application-inference-profile/p",
    ),
}
"""Listed resources of which more is read, by their ARN."""
NOT_COLLECTED = (
    "GetCallerIdentity",
    "GetRequestAuthorizationDetails",
    "GetRequestAuthorizationPolicy",
    "SimulatePrincipalPolicy",
)
"""Reads of a diagnosis alone; without the first there is no collection."""


def world() -> FakeAws:
    """AWS that answers everything, with one entry in every list."""
    aws = FakeAws()
    for read in READS:
        if read.operation in NOT_COLLECTED:
            continue
        model = _MODELS.get_service_model(read.service).operation_model(read.operation)
        values = sample(model.output_shape, full=True)
        if read.operation in NAMED:
            member, name, resource = NAMED[read.operation]
            values[member][0][name] = f"arn:aws:bedrock:eu-central-1:{ACCOUNT}:{resource}"
        more = ("nextToken", "NextToken", "Marker", "IsTruncated")
        aws.on(read.operation, answer(model, {k: v for k, v in values.items() if k not in more}))
    return aws


def collected(aws: FakeAws, out: Path, group: Group, *, whole: bool) -> dict[str, bytes]:
    """The files of a collection, and none of the manifest."""
    request = CollectRequest(
        str(out), models=MODELS, principals=PRINCIPALS, everything=whole, groups=(group,)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.Session", lambda **_: aws.session(_REAL))
        patch.setattr("bedrock_doctor.live.sessions._loader", lambda _: _LOADER)
        patch.setattr("time.sleep", lambda _: None)
        collect(request, lambda _: None)
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in out.rglob("*.json")
        if path.name != "snapshot.json"
    }


@cache
def undisturbed(group: Group, whole: bool) -> tuple[dict[str, bytes], frozenset[str]]:
    """The files of a collection in which nothing fails, and the calls that it makes."""
    aws = world()
    with TemporaryDirectory() as folder:
        files = collected(aws, Path(folder) / "s", group, whole=whole)
    return files, frozenset(aws.calls)


def calls_whole(read: Read) -> bool:
    """Whether a read belongs to a collection of everything; else to one of named principals."""
    assert read.group is not None
    return read.operation in undisturbed(read.group, True)[1]


@pytest.mark.parametrize(
    "read",
    [read for read in READS if read.operation not in NOT_COLLECTED],
    ids=lambda read: f"{read.service}:{read.operation}",
)
def test_what_fails_is_recorded_and_spoils_nothing_else(read: Read, tmp_path: Path) -> None:
    """Credentials that expire for one read: no file of it, and the others as if nothing were."""
    whole = calls_whole(read)
    assert read.group is not None
    before, calls = undisturbed(read.group, whole)
    assert read.operation in calls
    aws = world()
    model = _MODELS.get_service_model(read.service).operation_model(read.operation)
    aws.on(read.operation, error(model, 403, "ExpiredToken"))
    after = collected(aws, tmp_path / "s", read.group, whole=whole)
    manifest = json.loads((tmp_path / "s" / "snapshot.json").read_text())
    recorded = [entry for entry in manifest["missing"] if entry["call"] == read.action]
    assert {entry["code"] for entry in recorded} == {"ExpiredToken"}
    # of IAM, all at once and named principals take each other's place
    instead = read.operation in ("GetAccountAuthorizationDetails", "GetRole", "GetUser")
    assert instead or before.items() > after.items()
    load_snapshot([tmp_path / "s"])
