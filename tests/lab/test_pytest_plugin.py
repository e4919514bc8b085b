"""The pytest plugin in test suites of other people, run by pytester within this process."""

from __future__ import annotations

import re
from pathlib import Path

import boto3
import pytest

ACME = Path(__file__).parents[2] / "examples" / "acme" / "snapshot"
PAGE = Path(__file__).parents[2] / "docs" / "pytest.md"
ORDERS = "arn:aws:iam::111122223333:role/service/checkout/orders-api"
GATEWAY = "arn:aws:iam::444455556666:role/platform/bedrock-gateway"
SONNET = "eu.anthropic.claude-sonnet-4-6"


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A suite that loads the plugin and forgets boto3's default session."""
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return pytester


def run(suite: pytest.Pytester, *options: str) -> pytest.RunResult:
    plugins = ("-p", "bedrock_doctor.pytest_plugin", "-p", "no:socket", "-p", "no:cacheprovider")
    return suite.runpytest_inprocess(*plugins, *options)


ACCESS = f"""
ROLE, APP, MODEL = "{GATEWAY}", "{ORDERS}", "{SONNET}"

def test_denied(bedrock_access):
    access = bedrock_access(ROLE, MODEL, "eu-central-1", caller=APP)
    assert access.allowed, access

def test_findings(bedrock_access):
    access = bedrock_access(ROLE, MODEL, "eu-central-1", caller=APP)
    assert (access.verdict, access.findings[0]) == ("deny", "BD220")
    assert not access.allowed

def test_allowed(bedrock_access):
    access = bedrock_access(
        "arn:aws:iam::444455556666:role/rag-inference", "eu.amazon.nova-lite-v1:0",
        "eu-central-1", caller="arn:aws:iam::111122223333:role/rag-api",
    )
    assert access.allowed, access
"""


def test_a_failing_assertion_shows_the_whole_report(suite: pytest.Pytester) -> None:
    """As `diagnose` prints it, to its last line, not shortened by pytest."""
    suite.makepyfile(ACCESS)
    result = run(suite, f"--bedrock-snapshot={ACME}")
    result.assert_outcomes(passed=2, failed=1)
    text = result.stdout.str()
    assert "E       AssertionError: error[BD220]" in text
    assert "How AWS decided" in text
    assert "bedrock-doctor rule BD220" in text


def test_the_snapshot_may_stand_in_the_settings(suite: pytest.Pytester) -> None:
    """Relative to the file of the settings."""
    suite.makeini("[pytest]\nbedrock_snapshot = snapshot\n")
    (suite.path / "snapshot").symlink_to(ACME)
    suite.makepyfile(ACCESS)
    run(suite).assert_outcomes(passed=2, failed=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "give --bedrock-snapshot=PATH or set bedrock_snapshot"),
        (["--bedrock-snapshot=gone"], "gone"),
    ],
)
def test_no_snapshot_is_said(suite: pytest.Pytester, options: list[str], words: str) -> None:
    """The test errs instead of passing on nothing."""
    suite.makepyfile(ACCESS)
    result = run(suite, *options, "-k", "allowed")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert words in result.stdout.str()


LAB = """
import boto3, pytest
from botocore.exceptions import ClientError

GATEWAY = "arn:aws:iam::444455556666:role/gateway"
MODEL = "eu.amazon.nova-lite-v1:0"
HELLO = [{"role": "user", "content": [{"text": "hello"}]}]

def ask():
    session = boto3.Session(profile_name="gateway")
    return session.client("bedrock-runtime").converse(modelId=MODEL, messages=HELLO)

@pytest.mark.bedrock_lab("role-lacks-action")
def test_my_program_meets_the_denial(denied_calls):
    with denied_calls.expected():
        with pytest.raises(ClientError, match="AccessDenied"):
            ask()
    assert denied_calls.unexpected == ()

@pytest.mark.bedrock_lab("role-lacks-action")
def test_the_diagnosis_names_it(bedrock_lab, bedrock_access):
    assert bedrock_lab.diagnose().findings == (bedrock_lab.scenario.finding,)
    access = bedrock_access(GATEWAY, MODEL, "eu-central-1")
    assert access.findings == (bedrock_lab.scenario.finding,)
    assert bedrock_lab.client("sts").get_caller_identity()["Account"] == "111122223333"

@pytest.mark.bedrock_lab("role-lacks-action")
def test_a_swallowed_denial(denied_calls):
    try:
        ask()
    except ClientError:
        pass

@pytest.mark.bedrock_lab("role-lacks-action")
def test_a_raised_denial(denied_calls):
    ask()

@pytest.mark.bedrock_lab("role-lacks-action")
def test_nothing_denied(denied_calls):
    with denied_calls.expected():
        boto3.client("sts").get_caller_identity()

@pytest.mark.bedrock_lab("scp-region")
def test_unknown_scenario():
    pass

def test_without_scenario(bedrock_lab):
    pass
"""


def test_a_lab_and_denied_calls(suite: pytest.Pytester) -> None:
    """Marked tests meet the lab by the environment alone; unexpected denials fail them."""
    suite.makepyfile(LAB)
    result = run(suite)
    result.assert_outcomes(passed=2, failed=3, errors=2)
    text = result.stdout.str()
    assert "calls were denied that the test does not expect" in text
    assert "E           bedrock-doctor: denied[identity]: gateway of account 444455556666" in text
    assert "a denied call was expected, and none happened" in text
    assert "no such scenario `scp-region`" in text
    assert "the lab needs a scenario: @pytest.mark.bedrock_lab(NAME)" in text


@pytest.mark.parametrize("number", [0, 1])
def test_the_examples_of_the_page(suite: pytest.Pytester, number: int) -> None:
    """docs/pytest.md, with the example organization and the lab."""
    code = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)[number]
    suite.makepyfile(code)
    result = run(suite, f"--bedrock-snapshot={ACME}")
    result.assert_outcomes(passed=2)


def test_the_marker_is_known_to_strict_suites(suite: pytest.Pytester) -> None:
    """And the plugin alone changes nothing."""
    suite.makepyfile("import pytest\n@pytest.mark.bedrock_lab('x')\ndef test_it(): pass\n")
    result = run(suite, "--strict-markers", "--collect-only", "-q")
    assert result.ret == 0
