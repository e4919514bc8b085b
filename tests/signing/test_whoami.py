"""Who signs: real credential chains of botocore, with files and a loopback peer."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bedrock_doctor.app import whoami
from bedrock_doctor.cli.main import run
from bedrock_doctor.model.signer import Level, Signer, SourceState
from bedrock_doctor.signing.api_key import read_api_key
from tests.signing.peer import CANARY, Peer, running_peer

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
STATIC = {"AWS_ACCESS_KEY_ID": "AKIASTATICSTATICSTAT", "AWS_SECRET_ACCESS_KEY": CANARY}


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as found:
        yield found


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that runs the tests takes part."""
    import os

    for name in [n for n in os.environ if n.startswith("AWS_") or n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("HOME", str(tmp_path))


def setting(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def config(tmp_path: Path, text: str) -> None:
    (tmp_path / "config").write_text(text, encoding="utf-8")


def states(signer: Signer) -> dict[str, SourceState]:
    return {s.name: s.state for s in signer.sources if s.state is not SourceState.UNUSED}


def level(signer: Signer, name: str) -> Level:
    return next(check.level for check in signer.checks if check.name == name)


GATEWAY = f"""
[profile base]
aws_access_key_id = AKIABASEBASEBASEBASE
aws_secret_access_key = {CANARY}
[profile gateway]
role_arn = arn:aws:iam::444455556666:role/gateway
source_profile = base
external_id = acme
"""


def test_a_profile_assumes_its_role(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, peer: Peer
) -> None:
    """The SDK assumes the role of the profile, and AWS STS is asked with its session."""
    config(tmp_path, GATEWAY)
    peer.arn = "arn:aws:sts::444455556666:assumed-role/gateway/s"
    setting(monkeypatch, AWS_ENDPOINT_URL_STS=peer.url)
    signer = whoami(profile="gateway")
    assert peer.calls == ["AssumeRole", "GetCallerIdentity"]
    assert signer.identity is not None
    assert signer.identity.account == "444455556666"
    assert signer.method == "assume-role"
    assert [(hop.role_arn, hop.source, hop.external_id) for hop in signer.hops] == [
        ("arn:aws:iam::444455556666:role/gateway", "profile base", True)
    ]
    assert signer.minutes_left is not None


def test_keys_in_the_environment_win_over_the_profile(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, peer: Peer
) -> None:
    """AWS_PROFILE has no effect beside keys in the environment (boto3's documented order)."""
    config(tmp_path, GATEWAY)
    setting(monkeypatch, AWS_PROFILE="gateway", **STATIC)
    signer = whoami(endpoint_url=peer.url)
    assert peer.calls == ["GetCallerIdentity"]
    assert states(signer) == {
        "environment variables": SourceState.WINS,
        "assumed role of the profile": SourceState.SHADOWED,
        "instance metadata (EC2 role)": SourceState.BROKEN,
    }
    shadowed = next(check for check in signer.checks if check.name == "Shadowed")
    assert shadowed.details[0] == "AWS_PROFILE=gateway has no effect"
    assert signer.hops == ()


def test_an_explicit_profile_wins_over_keys_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, peer: Peer
) -> None:
    """botocore leaves the environment out when a profile is given in code."""
    config(tmp_path, GATEWAY)
    setting(monkeypatch, AWS_ENDPOINT_URL_STS=peer.url, **STATIC)
    assert whoami(profile="gateway").method == "assume-role"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"AWS_SESSION_TOKEN": CANARY}, "AWS_ACCESS_KEY_ID is not set"),
        ({"AWS_ACCESS_KEY_ID": "AKIAX"}, "AWS_SECRET_ACCESS_KEY is not set"),
        (
            {**STATIC, "AWS_SESSION_TOKEN": CANARY},
            "a long-term key with the session token of other credentials; AWS refuses the pair",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "ASIAX", "AWS_SECRET_ACCESS_KEY": CANARY},
            "a temporary key without AWS_SESSION_TOKEN",
        ),
    ],
)
def test_leftovers_in_the_environment_are_named(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], why: str
) -> None:
    """Halves of two different pairs of credentials are a common cause of refusals."""
    setting(monkeypatch, **values)
    signer = whoami(offline=True)
    assert [s.why for s in signer.sources if s.name == "environment variables"] == [why]


def test_instance_metadata_answers_when_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch, peer: Peer
) -> None:
    """The role of the node signs: the fall-through that is so often not wanted."""
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    setting(monkeypatch, AWS_EC2_METADATA_SERVICE_ENDPOINT=peer.url)
    signer = whoami(endpoint_url=peer.url)
    assert signer.method == "iam-role"
    assert states(signer) == {"instance metadata (EC2 role)": SourceState.WINS}


def test_a_pod_identity_comes_before_the_node(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, peer: Peer
) -> None:
    """The container endpoint is asked before instance metadata, which stays untried."""
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    setting(monkeypatch, AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{peer.url}/pod")
    signer = whoami(endpoint_url=peer.url)
    assert signer.method == "container-role"
    assert states(signer) == {
        "container credentials (ECS, EKS Pod Identity)": SourceState.WINS,
        "instance metadata (EC2 role)": SourceState.UNTRIED,
    }


def test_an_unreadable_web_identity_token_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """IRSA without its token file: other sources, such as the node's role, would sign."""
    setting(monkeypatch, AWS_WEB_IDENTITY_TOKEN_FILE="/nowhere", AWS_ROLE_ARN="arn:x")
    found = {s.name: s for s in whoami(offline=True).sources}["web identity (IRSA, OIDC)"]
    assert (found.state, found.why) == (SourceState.BROKEN, "the token file cannot be read")


def test_an_expired_sso_session_names_the_login(tmp_path: Path) -> None:
    """The exact command, with the name of the session."""
    config(
        tmp_path,
        "[default]\nsso_session=corp\nsso_account_id=111122223333\nsso_role_name=dev\n"
        "[sso-session corp]\nsso_start_url=https://x.awsapps.com/start\nsso_region=eu-west-1\n",
    )
    signer = whoami()
    identity = signer.checks[0]
    assert identity.fixes == ("aws sso login --sso-session corp",)
    assert not signer.usable


@pytest.mark.parametrize(
    ("code", "fixes"),
    [
        ("ExpiredToken", ()),
        ("SignatureDoesNotMatch", ("check the secret key, and the clock of this machine",)),
        (
            "InvalidClientTokenId",
            ("check that no session token of other credentials is left, and the partition",),
        ),
    ],
)
def test_what_aws_refuses_is_explained(
    monkeypatch: pytest.MonkeyPatch, peer: Peer, code: str, fixes: tuple[str, ...]
) -> None:
    """The code of AWS's answer is shown, with what to do."""
    setting(monkeypatch, **STATIC)
    peer.refuse["GetCallerIdentity"] = code
    signer = whoami(endpoint_url=peer.url)
    assert code in signer.checks[0].text
    assert signer.checks[0].fixes == fixes
    assert not signer.usable


def test_a_refused_role_is_no_working_identity(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, peer: Peer
) -> None:
    """The role of the profile cannot be assumed: the chain ends there."""
    config(tmp_path, GATEWAY)
    setting(monkeypatch, AWS_ENDPOINT_URL_STS=peer.url)
    peer.refuse["AssumeRole"] = "AccessDenied"
    signer = whoami(profile="gateway")
    assert signer.checks[0].text.startswith("a role of the profile could not be assumed")
    assert signer.identity is None


@pytest.mark.parametrize(
    ("ahead", "found"), [(0, Level.OK), (120, Level.OK), (372, Level.ERROR), (-900, Level.ERROR)]
)
def test_the_clock_is_compared_with_the_answer(
    monkeypatch: pytest.MonkeyPatch, peer: Peer, ahead: int, found: Level
) -> None:
    """AWS refuses signatures that are more than five minutes off."""
    setting(monkeypatch, **STATIC)
    peer.seconds_ahead = ahead
    assert level(whoami(endpoint_url=peer.url), "Clock") is found


def test_a_mistyped_profile_stops_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also beside keys in the environment: botocore raises before it looks at them."""
    setting(monkeypatch, AWS_PROFILE="gatewya", **STATIC)
    signer = whoami(offline=True)
    assert not signer.usable
    assert signer.sources == ()


def test_a_circle_of_profiles_is_named(tmp_path: Path) -> None:
    """source_profile settings that lead back to where they began."""
    config(
        tmp_path,
        "[profile a]\nrole_arn=arn:aws:iam::444455556666:role/a\nsource_profile=b\n"
        "[profile b]\nrole_arn=arn:aws:iam::444455556666:role/b\nsource_profile=a\n",
    )
    signer = whoami(profile="a")
    assert signer.checks[0].text == "the source_profile settings lead in a circle"


def test_boto3_does_not_read_aws_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other SDKs go to AWS_REGION, boto3 to AWS_DEFAULT_REGION."""
    setting(monkeypatch, AWS_REGION="us-east-1")
    signer = whoami(offline=True)
    assert (signer.region, level(signer, "Region")) == ("eu-central-1", Level.WARNING)
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert level(whoami(offline=True), "Region") is Level.ERROR


def test_proxies_and_endpoints_are_shown_without_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password in the URL of a proxy is a secret."""
    setting(
        monkeypatch,
        HTTPS_PROXY=f"http://ana:{CANARY}@proxy.corp:3128",
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME="http://localhost:4566/x",
    )
    check = next(c for c in whoami(offline=True).checks if c.name == "Overrides")
    assert check.details == (
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME sends calls to localhost:4566",
        "HTTPS_PROXY sends calls through proxy.corp:3128",
    )


def _short_term_key(expires: int) -> str:
    query = (
        "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=ASIAX%2F20261125%2Feu-central-1%2Fbedrock%2Faws4_request"
        f"&X-Amz-Date=20261120T080000Z&X-Amz-Expires={expires}&X-Amz-Signature={CANARY}"
    )
    return "bedrock-api-key-" + base64.b64encode(query.encode()).decode()


def test_api_keys_tell_what_they_are() -> None:
    """Kind, Region, account and lifetime; never the secret."""
    now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    short = read_api_key(_short_term_key(7200), now)
    assert (short.kind, short.region, short.minutes_left) == ("short-term", "eu-central-1", 60)
    user = f"BedrockAPIKey-abc1-at-444455556666:{CANARY}".encode()
    long = read_api_key("ABSK" + base64.b64encode(user).decode(), now)
    assert (long.kind, long.account) == ("long-term", "444455556666")
    assert read_api_key("sk-123", now).kind == "unrecognized"
    assert read_api_key("bedrock-api-key-!!", now).kind == "short-term"


def test_an_api_key_signs_in_place_of_the_credentials(
    monkeypatch: pytest.MonkeyPatch, peer: Peer
) -> None:
    """boto3 prefers AWS_BEARER_TOKEN_BEDROCK for Amazon Bedrock over SigV4."""
    setting(monkeypatch, AWS_BEARER_TOKEN_BEDROCK=_short_term_key(60), **STATIC)
    signer = whoami(endpoint_url=peer.url)
    assert level(signer, "Overrides") is Level.ERROR
    assert signer.api_key is not None
    assert signer.api_key.kind == "short-term"


def test_no_secret_is_ever_printed(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    peer: Peer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A canary in keys, tokens, API key and proxy is in no output, of no format, on no failure."""
    config(tmp_path, GATEWAY)
    setting(
        monkeypatch,
        AWS_ENDPOINT_URL_STS=peer.url,
        AWS_PROFILE="gateway",
        AWS_SESSION_TOKEN=CANARY,
        AWS_BEARER_TOKEN_BEDROCK=_short_term_key(60),
        HTTP_PROXY=f"http://u:{CANARY}@127.0.0.1:1",
        NO_PROXY="127.0.0.1",
        **STATIC,
    )
    for refused in ({}, {"GetCallerIdentity": "ExpiredToken"}):
        peer.refuse = dict(refused)
        for words in (["-v"], ["--format", "json"], ["--profile", "gateway", "-v"]):
            run(["whoami", *words])
    output = capsys.readouterr()
    assert CANARY not in output.out + output.err
    assert base64.b64encode(CANARY.encode()).decode()[:20] not in output.out + output.err


def test_exit_codes_and_json(
    monkeypatch: pytest.MonkeyPatch, peer: Peer, capsys: pytest.CaptureFixture[str]
) -> None:
    """4 without usable credentials, 0 when nothing is found, one JSON object."""
    assert run(["whoami"]) == 4
    setting(monkeypatch, **STATIC)
    capsys.readouterr()
    assert run(["whoami", "--endpoint-url", peer.url, "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["identity"] == {"arn": peer.arn, "account": "111122223333"}
    assert answer["sources"][0]["state"] == "wins"
