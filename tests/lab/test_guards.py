"""The lab stays on loopback, reads nobody's settings, and says so when moto is absent."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bedrock_doctor.errors import UsageError
from bedrock_doctor.lab.client import bare_session, lab_client
from bedrock_doctor.lab.moto_state import MotoState
from bedrock_doctor.lab.server import bind
from bedrock_doctor.lab.shell_environment import environment, variables
from tests.lab.conftest import Running


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://bedrock-runtime.eu-central-1.amazonaws.com",
        "http://127.0.0.1.example.com:80",
        "http://user@127.0.0.1:80",
        "http://localhost:80",
        "http://0.0.0.0:80",
        "",
    ],
)
def test_no_client_leaves_loopback(running: Running, tmp_path: Path, endpoint: str) -> None:
    keys = running.lab.credentials("app").keys
    with pytest.raises(UsageError, match="the lab makes no client"):
        lab_client("sts", endpoint, "eu-central-1", keys)
    with pytest.raises(UsageError, match="the lab makes no client"):
        variables(running.lab, endpoint, tmp_path / "config")


def test_the_server_listens_on_loopback_only(running: Running) -> None:
    server = bind(running.lab)
    try:
        assert server.server_address[0] == "127.0.0.1"
        with pytest.raises(UsageError, match=r"cannot listen on 127\.0\.0\.1"):
            bind(running.lab, server.server_port)
    finally:
        server.server_close()


def test_settings_of_the_machine_are_not_read(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile mine]\nregion = us-west-2\nendpoint_url = http://192.0.2.1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "a-key-of-somebody")
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    session = bare_session("a", "b", "")
    assert session.available_profiles == []
    assert session.get_credentials().access_key == "a"
    models = running.session("bedrock").list_foundation_models()
    assert models["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_the_shell_keeps_nothing_of_the_users_settings(running: Running, tmp_path: Path) -> None:
    base = {"AWS_PROFILE": "prod", "AWS_BEARER_TOKEN_BEDROCK": "x", "HOME": "/home/ana"}
    added = variables(running.lab, running.endpoint, tmp_path / "config")
    made = environment(base, added)
    assert made["HOME"] == "/home/ana"
    assert "AWS_PROFILE" not in made
    assert "AWS_BEARER_TOKEN_BEDROCK" not in made
    assert made["AWS_ACCESS_KEY_ID"].startswith("ASIALAB")


def test_credentials_are_recognisable(running: Running) -> None:
    for name in running.lab.names:
        key, secret, _ = running.lab.credentials(name).keys
        assert key.startswith(("AKIALAB", "ASIALAB"))
        assert len(key) == 20
        assert "not-a-secret" in secret


def test_moto_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto.core.botocore_stubber", None)
    with pytest.raises(UsageError) as caught:
        MotoState()
    assert caught.value.help == "pip install 'bedrock-doctor[lab]'"


@pytest.mark.parametrize(
    ("service", "target", "body", "said"),
    [
        ("iam", "", b"\xff\xfe", b"the body is no text"),
        (
            "iam",
            "",
            b"Action=CreateServiceSpecificCredential&UserName=admin&CredentialAgeDays=99999999999"
            b"&ServiceName=bedrock.amazonaws.com",
            b"<Code>SerializationException</Code>",
        ),
        (
            "servicequotas",
            "RequestServiceQuotaIncrease",
            b'{"ServiceCode": "bedrock", "QuotaCode": "L-1AB00001", "DesiredValue": "many"}',
            b"SerializationException",
        ),
        ("cloudtrail", "LookupEvents", b'{"LookupAttributes": 5}', b"SerializationException"),
        ("cloudtrail", "LookupEvents", b'{"LookupAttributes": [5]}', b"SerializationException"),
        ("cloudtrail", "LookupEvents", b'{"MaxResults": "many"}', b"SerializationException"),
    ],
)
def test_what_cannot_be_read_is_refused(
    running: Running, service: str, target: str, body: bytes, said: bytes
) -> None:
    """Our choice: AWS's code of JSON services, in the shape of the service that is called."""
    who = running.lab.credentials("admin-ai")
    scope = f"{who.key}/20261126/eu-central-1/{service}/aws4_request"
    environ = {
        "REQUEST_METHOD": "POST",
        "RAW_URI": "/",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=0",
        "HTTP_X_AMZ_TARGET": f"x.{target}",
    }
    told: list[str] = []
    answer = b"".join(running.lab(environ, lambda status, headers: told.append(status)))
    assert told == ["400 Bad Request"]
    assert said in answer
