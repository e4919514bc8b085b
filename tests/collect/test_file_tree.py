"""Places of files: names as people's tools write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bedrock_doctor.collect.file_tree import place_of
from tests.collect.worlds import MANIFEST, REGION, TARGET, load, role

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("snapshot.json", ("snapshot",)),
        ("SNAPSHOT.JSON", ("snapshot",)),
        (
            "accounts/1/iam/roles/App/get-role.json",
            ("accounts", "1", "iam", "roles", "App", "get-role"),
        ),
        (
            "Accounts/1/IAM/Roles/App/Get-Role.JSON",
            ("accounts", "1", "iam", "roles", "App", "get-role"),
        ),
        ("accounts/1/x/a%3A0.json", ("accounts", "1", "x", "a:0")),
        ("accounts/1/x/a:0.json", ("accounts", "1", "x", "a:0")),
        ("accounts/1/x/arn%3Aa%2Fb.json", ("accounts", "1", "x", "arn:a", "b")),
        ("accounts/1/x/arn:a/b.json", ("accounts", "1", "x", "arn:a", "b")),
        ("accounts/1/x/a+b@c=d.json", ("accounts", "1", "x", "a+b@c=d")),
    ],
)
def test_names_stand_for_places(name: str, place: tuple[str, ...]) -> None:
    """CONTRACTS: writers percent-encode what Windows forbids, readers accept both."""
    assert place_of(name) == tuple(
        part for segment in place for part in (segment.split("/") if "/" in segment else [segment])
    )


@pytest.mark.parametrize("name", [MODEL, MODEL.replace(":", "%3A"), "renamed"])
def test_the_content_decides_over_the_name(tmp_path: Path, name: str) -> None:
    """CONTRACTS: where content and name disagree the content decides."""
    folder = f"accounts/{TARGET}/bedrock/{REGION}/get-foundation-model-availability"
    snapshot = load(
        tmp_path,
        {
            f"{folder}/{name}.json": {
                "modelId": MODEL,
                "agreementAvailability": {"status": "PENDING"},
                "authorizationStatus": "AUTHORIZED",
                "entitlementAvailability": "AVAILABLE",
                "regionAvailability": "AVAILABLE",
            }
        },
    )
    availability = snapshot.accounts[TARGET].bedrock[REGION].availability
    assert {key: value.agreement for key, value in availability.items()} == {MODEL: "PENDING"}
    assert availability[MODEL].path == f"{folder}/{name}.json"


def test_a_role_is_known_by_the_name_in_its_output(tmp_path: Path) -> None:
    """CONTRACTS: a folder that a case-insensitive disk renamed does not rename the role."""
    found = role("AppRole")
    snapshot = load(
        tmp_path, {f"accounts/{TARGET}/iam/roles/approle/get-role.json": {"Role": found}}
    )
    assert list(snapshot.accounts[TARGET].roles) == ["AppRole"]


def test_files_that_mean_nothing_are_listed(tmp_path: Path) -> None:
    """CONTRACTS: unknown files are ignored with a note."""
    snapshot = load(
        tmp_path,
        {
            "readme.md": "x",
            "accounts/notes.txt": "x",
            f"accounts/{TARGET}/iam/list-roles.json": {"Roles": []},
            f"accounts/{TARGET}/s3/list-buckets.json": {},
            f"accounts/{TARGET}/iam/roles/A/notes.json": {},
        },
    )
    assert snapshot.ignored == (
        f"accounts/{TARGET}/iam/list-roles.json",
        f"accounts/{TARGET}/iam/roles/A/notes.json",
        f"accounts/{TARGET}/s3/list-buckets.json",
        "accounts/notes.txt",
        "readme.md",
    )
    assert MANIFEST["created"] == snapshot.created
