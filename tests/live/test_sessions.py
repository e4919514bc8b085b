"""Sessions of profiles that cannot sign: one sentence each, no traceback, no secret."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import botocore.credentials
import botocore.session
import pytest
from botocore.exceptions import ClientError

from bedrock_doctor.cli.main import run
from bedrock_doctor.errors import NoCredentials
from bedrock_doctor.live.caller import Caller, ReadFailed
from bedrock_doctor.live.readonly import ReadOnlyClients
from bedrock_doctor.live.sessions import open_session

CANARY = "cAnArYoFaPrOcEsS"


def test_a_profile_whose_role_is_refused_gives_no_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """botocore assumes the role of a profile when a key is first wanted: AWS may say no."""

    def refused(*_: Any) -> Any:
        said = {"Error": {"Code": "AccessDenied", "Message": "not authorized"}}
        raise ClientError(said, "AssumeRole")

    deferred = botocore.credentials.DeferredRefreshableCredentials(refused, "assume-role")
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: deferred)

    with pytest.raises(NoCredentials, match="AccessDenied"):
        open_session(None, ("eu-central-1",), None)


def process(script: str) -> str:
    return f"credential_process = {shlex.join([sys.executable, '-c', script])}"


ROLE = "role_arn = arn:aws:iam::444455556666:role/gateway"
PROFILES = {
    "shouts": (
        process(f"import sys; sys.stderr.write('{CANARY}'); sys.exit(3)"),
        "the credential_process failed; what it said is not shown",
    ),
    "garbage": (process(f"print('{{{CANARY}')"), "something that cannot be read"),
    "list": (process("print('[]')"), "something that cannot be read"),
    "old": (process("print('{\"Version\": 9}')"), "the credential_process failed"),
    "absent": ("credential_process = /no/such/program", "`/no/such/program`: no such file"),
    "irsa": (f"{ROLE}\nweb_identity_token_file = /no/such/token", "`/no/such/token`: no such file"),
    "sso": ("sso_session = s\nsso_account_id = 111122223333\nsso_role_name = x", "SSO Token"),
    "circle": (f"{ROLE}\nsource_profile = circle2", "Infinite loop"),
    "circle2": (f"{ROLE}\nsource_profile = circle", "Infinite loop"),
    "mfa": (f"{ROLE}\nsource_profile = keys\nmfa_serial = arn:aws:iam::111122223333:mfa/a", "MFA"),
    "half": ("aws_access_key_id = AKIAEXAMPLE", "Partial credentials"),
    "nobody": ("source_profile = keys", "no AWS credentials were found"),
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "config"
    text = "[profile keys]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n"
    text += "[sso-session s]\nsso_start_url = https://acme.awsapps.com/start\n"
    text += "sso_region = eu-central-1\n"
    for name, (settings, _) in PROFILES.items():
        text += f"[profile {name}]\nregion = eu-central-1\n{settings}\n"
    file.write_text(text, "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return file


@pytest.mark.parametrize("profile", PROFILES)
def test_every_source_that_fails_ends_with_4_and_its_reason(
    config: Path, capsys: pytest.CaptureFixture[str], profile: str
) -> None:
    """What botocore raises for each, files and programs that are absent among it."""
    question = ["--as", "arn:aws:iam::111122223333:user/ann", "--model", "amazon.nova-lite-v1:0"]
    assert run(["diagnose", "--profile", profile, "--region", "eu-central-1", *question]) == 4
    told = capsys.readouterr()
    assert PROFILES[profile][1] in told.err
    assert run(["whoami", "--profile", profile]) == 4
    more = capsys.readouterr()
    assert CANARY not in told.out + told.err + more.out + more.err


def test_credentials_that_go_away_midway_are_a_failed_read(config: Path, tmp_path: Path) -> None:
    """The program gives credentials once, for a moment; then it is gone."""
    program = tmp_path / "once.py"
    given = {"Version": 1, "AccessKeyId": "AKIAEXAMPLE", "SecretAccessKey": "x",
             "Expiration": "2020-01-01T00:00:00Z"}  # fmt: skip
    program.write_text(f"import os, sys\nprint({json.dumps(given)!r})\nos.remove(sys.argv[0])\n")
    with config.open("a", encoding="utf-8") as file:
        words = shlex.join([sys.executable, str(program)])
        file.write(f"[profile once]\ncredential_process = {words}\n")
    session = botocore.session.Session(profile="once")
    with pytest.raises(ReadFailed) as gone:
        Caller(ReadOnlyClients(session, None), "eu-central-1").one("sts", "GetCallerIdentity")
    assert gone.value.failed.code in ("CredentialRetrievalError", "RuntimeError")


@pytest.mark.parametrize("endpoint", ["notaurl", "http://"])
def test_an_endpoint_that_is_none_is_said_to_be_none(endpoint: str) -> None:
    session = botocore.session.Session()
    session.set_credentials("AKIAEXAMPLE", "x")
    with pytest.raises(ReadFailed) as gone:
        Caller(ReadOnlyClients(session, endpoint), "eu-central-1").one("sts", "GetCallerIdentity")
    assert endpoint in gone.value.failed.message
