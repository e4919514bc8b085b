"""`audit` in its other forms, its surprises, and what changed since an older snapshot."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bedrock_doctor.cli.main import run

ACME = "examples/acme/snapshot"
SHOP, PLATFORM = "111122223333", "444455556666"
NARROW = ("--model", "amazon.nova-lite-v1:0", "--region", "eu-central-1")
RAG = f"arn:aws:iam::{SHOP}:role/rag-api"


@pytest.fixture
def changed(tmp_path: Path) -> str:
    """The example a month later: rag-api lost its role, and evaluation-jobs may call the model."""
    folder = tmp_path / "later"
    shutil.copytree(ACME, folder)
    file = folder / f"accounts/{PLATFORM}/iam/get-account-authorization-details.json"
    tree: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    roles = {entry["RoleName"]: entry for entry in tree["RoleDetailList"]}
    trust = roles["rag-inference"]["AssumeRolePolicyDocument"]["Statement"][0]
    trust["Principal"] = {"AWS": f"arn:aws:iam::{SHOP}:role/service/checkout/orders-api"}
    roles["evaluation-jobs"]["RolePolicyList"] += roles["partner-inference"]["RolePolicyList"]
    file.write_text(json.dumps(tree), encoding="utf-8")
    return str(folder)


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> str:
    """What a command prints, with the exit code that it must have."""
    assert run(["audit", *words]) == code, capsys.readouterr()
    return capsys.readouterr().out


def test_tables_answer_who_reaches_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CSV on standard output, Parquet in a file; the same rows, queried by DuckDB."""
    text = told(capsys, "--snapshot", ACME, *NARROW, "--format", "csv", code=3)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    mine = [row for row in rows if row["principal"] == RAG and row["access"] == "allowed"]
    assert [(row["how"], row["profile"], row["regions"]) for row in mine] == [
        ("chain", "eu.amazon.nova-lite-v1:0", "eu-central-1")
    ]
    assert mine[0]["chain"] == f"arn:aws:iam::{PLATFORM}:role/rag-inference"
    out = tmp_path / "audit.parquet"
    told(capsys, "--snapshot", ACME, *NARROW, "--format", "parquet", "-o", str(out), code=3)
    (count,) = duckdb.sql(f"select count(*) from '{out}'").fetchall()[0]
    assert count == len(rows)
    some = told(capsys, "--snapshot", ACME, *NARROW, "--format", "csv", "--account", SHOP, code=3)
    accounts = {row["account"] for row in csv.DictReader(io.StringIO(some, newline=""))}
    assert accounts == {SHOP}


def test_the_page_carries_map_and_surprises(tmp_path: Path) -> None:
    """One file, whose policy admits nothing but itself. An audit of one model knows no surprises:
    a role that does not reach this one may reach others."""
    out = tmp_path / "who.html"
    words = ["audit", "--snapshot", ACME, "--format", "html", "-o", str(out)]
    assert run([*words, *NARROW]) == 3
    assert "Not looked for" in out.read_text(encoding="utf-8")
    assert run(words) == 3
    page = out.read_text(encoding="utf-8")
    assert "default-src &#39;none&#39;" in page
    assert 'id="audit-data"' in page
    assert "A policy allows everything of Amazon Bedrock on everything" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_surprises_stand_alone_and_in_the_whole_picture(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every kind that the example holds; with their policy lines where that is asked for."""
    narrow = told(capsys, "--snapshot", ACME, *NARROW, "--format", "json", code=3)
    assert "surprises" not in json.loads(narrow)
    whole = told(capsys, "--snapshot", ACME, "--format", "json", code=3)
    alone = told(capsys, "surprises", "--snapshot", ACME, "--format", "json", code=3)
    found = json.loads(alone)["surprises"]
    assert json.loads(whole)["surprises"] == found
    assert {entry["kind"] for entry in found} == {
        "api-key-usable", "assumable-role-without-access", "bedrock-on-everything",
        "half-blocked-profile",
    }  # fmt: skip
    fences = [entry for entry in found if entry["kind"] == "half-blocked-profile"]
    fenced = {(entry["owner_account"], entry["where"]["kind"]) for entry in fences}
    assert fenced == {
        ("999900001111", "service control policy"), (PLATFORM, "inline policy"),
    }  # fmt: skip
    text = told(capsys, "--snapshot", ACME, "--account", PLATFORM, code=3)
    assert f"AdministratorAccess allows 3 principals of account {PLATFORM}" in text
    assert f"principals of account {SHOP}" not in text


def test_a_difference_says_who_gained_and_who_lost(
    changed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over which role; the exit code says whether somebody gained."""
    words = ("--snapshot", changed, "--diff", ACME, *NARROW)
    text = told(capsys, *words, code=1)
    assert "2 principals gained access, 2 lost it" in text
    assert f"+ evaluation-jobs of acme-ai-platform ({PLATFORM})" in text
    assert "+ bedrock.amazonaws.com" in text
    assert f"- rag-api of acme-shop-prod ({SHOP})" in text
    assert f"through rag-inference in {PLATFORM}" in text
    tree = json.loads(told(capsys, *words, "--format", "json", code=1))
    assert (tree["gained"], tree["lost"], tree["compared"]) == (2, 2, 4)
    rows = list(csv.DictReader(io.StringIO(told(capsys, *words, "--format", "csv", code=1))))
    assert [(row["change"], row["principal"].rpartition("/")[2]) for row in rows] == [
        ("gained", "bedrock.amazonaws.com"), ("gained", "evaluation-jobs"),
        ("lost", "ecs-tasks.amazonaws.com"), ("lost", "rag-api"),
    ]  # fmt: skip
    assert "evaluation-jobs" in told(capsys, *words, "--format", "html", code=1)


def test_nothing_changed_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is unknown in both."""
    words = ("--snapshot", ACME, "--diff", ACME, *NARROW)
    assert told(capsys, *words, code=0).startswith("nobody gained or lost access to a model")


@pytest.mark.parametrize("form", ["csv", "html", "json", "text"])
def test_names_can_be_hidden(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--redact works in every form of the whole picture."""
    words = ("--snapshot", ACME, "--format", form, "--redact", "all")
    text = told(capsys, *words, code=3)
    for name in (SHOP, PLATFORM, "rag-api", "bedrock-gateway", "acme-shop-prod"):
        assert name not in text


@pytest.mark.parametrize(
    ("words", "help"),
    [
        (["--format", "parquet"], "add -o FILE.parquet"),
        (["--format", "html", "--account", SHOP], "its own filter finds one"),
        (["--diff", ACME, "--account", SHOP], "leave it out"),
        (["--diff", ACME, "--format", "parquet", "-o", "x"], "leave it out"),
        (["--format", "csv", "-o", "/no/such/folder/x.csv"], ""),
        (["--diff", "/no/such/snapshot"], ""),
    ],
)
def test_what_does_not_fit_is_said(
    words: list[str], help: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Usage errors with what to do, never a traceback."""
    assert run(["audit", "--snapshot", ACME, *NARROW, *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert help in error


STRANGERS = """\
{"Role": {"RoleName": "gateway", "Arn": "arn:aws:iam::444455556666:role/gateway", "Path": "/",
  "RoleId": "AROA4GATEWAY00000000X", "AssumeRolePolicyDocument": {
    "Version": "2012-10-17",
    "Statement": [
      {"Sid": "Vendor", "Effect": "Allow", "Action": "sts:AssumeRole",
       "Principal": {"AWS": ["arn:aws:iam::555566667777:root", "AROAJQABLZS4A3QDU576Q"]}},
      {"Sid": "Ci", "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
       "Principal": {"Federated":
         "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"},
       "Condition": {"StringEquals":
         {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}},
      {"Sid": "Jobs", "Effect": "Allow", "Action": "sts:AssumeRole",
       "Principal": {"Service": "bedrock.amazonaws.com"}},
      {"Sid": "Open", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}
    ]}}}
"""


def test_each_stranger_is_found_on_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One trust policy with all that can be wrong with it, as AWS CLI output in files. An RCP
    of the organization keeps other accounts out, until it is detached."""
    folder = tmp_path / "snapshot"
    shutil.copytree("tests/casebook/worlds/two-accounts", folder)
    file = folder / f"accounts/{PLATFORM}/iam/roles/gateway/get-role.json"
    file.write_text(STRANGERS, encoding="utf-8")
    kept_out = {
        "oidc-trust-without-subject": ("Ci", 9),
        "service-trust-without-source": ("Jobs", 13),
        "dead-principal-in-trust": ("Vendor", 6),
    }
    assert places(folder, capsys) == kept_out
    for policies in folder.glob("organization/list-policies-for-target/*/RESOURCE*.json"):
        policies.write_text('{"Policies": []}', encoding="utf-8")
    assert places(folder, capsys) == {
        "trust-of-anybody": ("Open", 14),
        "foreign-account-with-access": ("Vendor", 6),
        "foreign-trust-without-condition": ("Vendor", 6),
        **kept_out,
    }


def places(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, int]]:
    """Sid and line of each surprise; all are certain."""
    words = ("surprises", "--snapshot", str(folder), "--format", "json")
    found = json.loads(told(capsys, *words, code=3))["surprises"]
    assert all(entry["certain"] for entry in found)
    return {
        entry["kind"]: (entry["where"]["sid"], entry["where"]["span"]["start"]["line"])
        for entry in found
    }
