"""Canaries wherever secrets and prompts come in, looked for in everything that comes out.

Keys, tokens, API keys, a token of IAM Identity Center, passwords of proxies, questions to a model.
Access key ids, and the ExternalId of one's own question, are no secrets:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
"""

from __future__ import annotations

import base64
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bedrock_doctor.cli.main import run
from bedrock_doctor.lab.credentials import SECRET, TOKEN
from bedrock_doctor.lab.play import break_world
from bedrock_doctor.lab.scenario import find_scenario
from bedrock_doctor.live.reads import Group
from tests.lab.conftest import GATEWAY, NOVA, Running
from tests.mcp.conftest import Agent

APP = "arn:aws:iam::111122223333:role/app"
ASKED = ["--as", APP, "--role", GATEWAY, "--model", NOVA, "--region", "eu-central-1"]
API_KEY = "ABSK" + base64.b64encode(b"BedrockAPIKey-x-at-444455556666:cAnArYaPiKeY").decode()
PROMPT = "cAnArY prompt about the merger"
CANARIES = {
    "secret access key": SECRET,
    "session token": TOKEN,
    "API key": API_KEY,
    "secret within the API key": "cAnArYaPiKeY",
    "token of IAM Identity Center": "cAnArYsSoToKeN",
    "password of a proxy": "cAnArYpRoXy",
    "secret in a configuration": "cAnArYcOnFiGsEcReT0123456789abcdef",
    "secret in a message": "cAnArYmEsSaGeSeCrEt0123456789abcdef",
    "prompt": PROMPT,
    "ExternalId in an event": "cAnArYeXtErNaL",
    "session token in an event": "cAnArYeVeNtToKeN",
}


def forms(canary: str) -> Iterator[bytes]:
    """A canary as it is, and as encodings would show it."""
    yield canary.encode()
    yield quote(canary, safe="").encode()
    yield json.dumps(canary)[1:-1].encode()
    for cut in range(3):
        # what remains of base64, wherever the canary begins
        inner = base64.b64encode(canary.encode()[cut:])
        yield inner[: len(inner) // 4 * 4 - 4]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, and every file within its archives."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        yield str(path), str(path).encode() + data
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    yield f"{path}!{name}", archive.read(name)


MESSAGE = f"""Traceback (most recent call last):
  File "app.py", line 7, in <module>
    client.converse(modelId=m, messages=[{{"role": "user", "content": [{{"text": "{PROMPT}"}}]}}])
    aws_secret_access_key={CANARIES["secret in a message"]}
    Authorization: Bearer {API_KEY}
botocore.errorfactory.AccessDeniedException: An error occurred (AccessDeniedException) when calling
the Converse operation: User: arn:aws:sts::444455556666:assumed-role/gateway/lab is not authorized
to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:eu-north-1::foundation-model/
amazon.nova-lite-v1:0 with an explicit deny in a service control policy
"""


def put_canaries(running: Running, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in running.environment(home).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv("TMPDIR", str(home / "tmp"))
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", API_KEY)
    monkeypatch.setenv("HTTPS_PROXY", f"http://ana:{CANARIES['password of a proxy']}@127.0.0.1:9")
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    token = {
        "accessToken": CANARIES["token of IAM Identity Center"],
        "expiresAt": "2020-01-01T00:00:00Z",
        "startUrl": "https://acme.awsapps.com/start",
        "region": "eu-central-1",
    }
    (cache / "d033e22ae348aeb5660fc2140aec35850c4da997.json").write_text(json.dumps(token))
    with (home / "config").open("a", encoding="utf-8") as config:
        config.write(
            "[profile sso]\nsso_session = admin\nsso_account_id = 111122223333\n"
            "sso_role_name = x\nregion = eu-central-1\n[sso-session admin]\n"
            "sso_start_url = https://acme.awsapps.com/start\nsso_region = eu-central-1\n"
        )
    (home / "tmp").mkdir()
    (home / "message.txt").write_text(MESSAGE)
    (home / ".env").write_text(
        f"AWS_ACCESS_KEY_ID=AKIAOFSOMEBODY000000\nBEDROCK_MODEL={NOVA}\nAWS_REGION=eu-central-1\n"
        f"AWS_SECRET_ACCESS_KEY={CANARIES['secret in a configuration']}\n"
        f"BEDROCK_ROLE_ARN={GATEWAY}\nAWS_BEARER_TOKEN_BEDROCK={API_KEY}\n"
    )
    event = {
        "eventVersion": "1.11", "eventTime": "2026-11-20T08:00:00Z", "awsRegion": "eu-central-1",
        "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "eventID": "e-1",
        "errorCode": "AccessDenied", "recipientAccountId": "444455556666",
        "errorMessage": f"User: {APP} is not authorized to perform: sts:AssumeRole on resource: "
        f"{GATEWAY} secret_access_key={CANARIES['secret in a message']}",
        "userIdentity": {"type": "AssumedRole", "principalId": "A:lab", "accessKeyId": "ASIALAB",
                         "arn": "arn:aws:sts::444455556666:assumed-role/gateway/lab",
                         "accountId": "444455556666"},
        "requestParameters": {"roleArn": GATEWAY, "roleSessionName": "lab", "body": PROMPT,
                              "externalId": CANARIES["ExternalId in an event"]},
        "responseElements": {"credentials": {
            "sessionToken": CANARIES["session token in an event"]}},
    }  # fmt: skip
    running.lab.trail._events.append(event)
    (home / "event.json").write_text(json.dumps({"Records": [event]}))


FORMATS = ("text", "concise", "json", "markdown", "html", "sarif", "github", "junit")


def play_everything(home: Path, out: Path) -> None:
    """Commands of every kind; what they answer is not what is tested here."""
    live = ["--target-profile", "admin-ai", "--org-profile", "admin-management"]
    evidence = ["--error", f"@{home / 'message.txt'}"]
    kinds = ",".join(Group)
    for name, profile, words in (
        ("ai", "admin-ai", ["--debug", "collect", "--only", kinds, *ASKED]),
        ("org.zip", "admin-management", ["collect", "--only", "organizations"]),
        ("hidden", "admin-app", ["collect", "--only", "iam", *ASKED, "--redact", "all"]),
        ("app.zip", "admin-app", ["collect", "--only", "iam", *ASKED]),
    ):
        run([*words, "--profile", profile, "-o", str(out / name)])
    parts = [str(out / name) for name in ("ai", "app.zip", "org.zip")]
    run(["merge", *parts, "-o", str(out / "all")])
    snapshot = ["--snapshot", str(out / "all")]
    for form in FORMATS:
        run(
            [
                "diagnose",
                *snapshot,
                *ASKED,
                *evidence,
                "--format",
                form,
                "-v",
                "-o",
                str(out / form),
            ]
        )
    run(["diagnose", *snapshot, *ASKED, *evidence, "-v"])
    run(["--debug", "diagnose", *ASKED[2:], *live, *evidence, "--probe", "--yes", "-v"])
    run(["diagnose", *ASKED[2:], *live, "--last", "--format", "json"])
    run(["diagnose", "--profile", "sso", *ASKED])
    run(["diagnose", "--config", str(home / ".env"), *live])
    run(["diagnose", "--config", str(home / ".env"), *snapshot, "--as", APP, "--format", "json"])
    run(
        [
            "diagnose",
            *snapshot,
            *ASKED,
            "--event",
            str(home / "event.json"),
            "--external-id",
            "x",
            "--format",
            "json",
        ]
    )
    for form in ("diff", "json", "cli", "terraform", "cloudformation", "message"):
        run(["fix", *snapshot, *ASKED, *evidence, "--format", form])
    run(["fix", *snapshot, *ASKED, "-o", f"{out / 'fix'}/"])
    run(["report", *snapshot, *ASKED, *evidence, "-o", str(out / "why.html"), "--redact", "none"])
    for form in ("text", "json"):
        run(["explain", str(home / "message.txt"), "--format", form])
        run(["scan", str(home / "event.json"), "--format", form])
        run(["whoami", "--format", form])
        run(["whoami", "--profile", "sso", "--format", form])
    run(["--debug", "whoami", "-v"])
    agent = Agent((str(out / "all"),), trails=(str(home / "event.json"),))
    given = {"caller": APP, "roles": [GATEWAY], "model": NOVA, "region": "eu-central-1"}
    for tool, arguments in (
        ("explain_denial", {"text": MESSAGE}),
        ("diagnose", {**given, "error": MESSAGE}),
        ("whoami", {}),
        ("search_denied_calls", {}),
    ):
        answer = agent.raw(tool, **arguments)
        print(answer.content, answer.structured_content)


def test_no_secret_and_no_prompt_comes_out_anywhere(
    running: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    home.mkdir()
    out.mkdir()
    break_world(running.lab, find_scenario("scp-region-deny"))
    put_canaries(running, home, monkeypatch)
    before = {path for path in home.rglob("*") if path.is_file()}
    play_everything(home, out)
    told = capsys.readouterr()
    written = {path for path in home.rglob("*") if path.is_file()} - before
    assert written == set()
    assert len(told.out) > 50_000
    assert "Traceback" not in told.err
    places = [("stdout", told.out.encode()), ("stderr", told.err.encode()), *contents(out)]
    assert len(places) > 60
    leaks = [
        (kind, place)
        for kind, canary in CANARIES.items()
        for form in forms(canary)
        for place, data in places
        if form in data
    ]
    assert sorted(set(leaks)) == []
    running.lab.reset()
