"""pytest plugin: access as assertions, a lab for tests, and tests that fail on denied calls.

Loaded by name, never by itself: ``pytest -p bedrock_doctor.pytest_plugin``, or
``pytest_plugins = ["bedrock_doctor.pytest_plugin"]`` in the top ``conftest.py``.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bedrock_doctor import app, hook
from bedrock_doctor.errors import BedrockDoctorError
from bedrock_doctor.hook import DeniedCall
from bedrock_doctor.model.attempt import Attempt, HopOptions, Operation
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.snapshot import Snapshot

if TYPE_CHECKING:
    from bedrock_doctor.lab.lab import Lab
    from bedrock_doctor.lab.scenario import Scenario

_SETTING = "bedrock_snapshot"
_OPTION = "--bedrock-snapshot"


class Access(str):
    """The answer to "may this call pass?", which reads as the whole text report.

    It is a text so that pytest shows all of it in ``assert access.allowed, access``.

    Attributes:
        report: the diagnosis.
    """

    report: Report

    def __new__(cls, report: Report) -> Access:
        from bedrock_doctor.render.text import report_text

        made = super().__new__(cls, report_text(report, width=100, colour=False))
        made.report = report
        return made

    @property
    def allowed(self) -> bool:
        """True only where it is known that the call passes."""
        return self.report.verdict is Verdict.ALLOW

    @property
    def verdict(self) -> str:
        """``allow``, ``deny`` or ``unknown``."""
        return self.report.verdict.value

    @property
    def findings(self) -> tuple[str, ...]:
        """Ids of the findings that block, in the order in which AWS would meet them."""
        return tuple(finding.id for finding in self.report.findings if finding.blocking)


@dataclass(frozen=True, slots=True)
class LabSession:
    """A lab in a broken state, with the environment of the test pointed to it.

    Attributes:
        lab: the lab.
        endpoint: its URL on 127.0.0.1.
        scenario: what is broken.
    """

    lab: Lab
    endpoint: str
    scenario: Scenario

    def client(self, service: str, name: str = "app", region: str = "eu-central-1") -> Any:
        """A boto3 client that signs as ``app``, ``admin-app``, ``admin-ai`` or its like.

        Raises:
            KeyError: the lab has no credentials of this name.
        """
        from bedrock_doctor.lab.client import lab_client

        return lab_client(service, self.endpoint, region, self.lab.credentials(name).keys)

    def diagnose(self) -> Access:
        """The diagnosis of the scenario's call."""
        from bedrock_doctor.lab.play import attempt_of

        attempt = attempt_of(self.lab, self.scenario.call)
        return Access(app.diagnose(attempt, self.lab.snapshot))


class DeniedCalls:
    """The denied calls of one test. Those that it does not expect fail it."""

    def __init__(self) -> None:
        hook.clear()
        self._expected: Counter[int] = Counter()

    @contextmanager
    def expected(self) -> Iterator[None]:
        """Calls that are denied within are expected; there must be one."""
        before = _counted()
        yield
        within = _counted() - before
        if not within:
            pytest.fail("a denied call was expected, and none happened", pytrace=False)
        self._expected += within

    @property
    def unexpected(self) -> tuple[DeniedCall, ...]:
        """The denied calls so far that were not expected."""
        left = _counted() - self._expected
        return tuple(call for call in hook.denied_calls() if call.number in left)


def _counted() -> Counter[int]:
    return Counter({call.number: call.count for call in hook.denied_calls()})


def pytest_addoption(parser: pytest.Parser) -> None:
    """The snapshots that `bedrock_access` asks."""
    words = "Directory or zip of AWS CLI output for bedrock_access; repeatable."
    group = parser.getgroup("bedrock-doctor")
    group.addoption(_OPTION, action="append", metavar="PATH", default=[], help=words)
    parser.addini(_SETTING, "Snapshots for bedrock_access.", type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Tells pytest of the marker."""
    words = "the test runs with a lab in this broken state, and its environment pointed to it"
    config.addinivalue_line("markers", f"bedrock_lab(scenario): {words}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives marked tests their lab, and watches sessions before any test makes one."""
    for item in items:
        names = getattr(item, "fixturenames", [])
        if item.get_closest_marker("bedrock_lab") and "bedrock_lab" not in names:
            names.insert(0, "bedrock_lab")
        if "denied_calls" in names:
            hook.install()


def pytest_unconfigure() -> None:
    """Takes the handlers out again."""
    hook.uninstall()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Explains denials in the traceback, and fails a test for those that it does not expect."""
    calls = getattr(item, "funcargs", {}).get("denied_calls")
    if not isinstance(calls, DeniedCalls):
        return (yield)
    with hook.explain_denied():
        result = yield
    if calls.unexpected:
        pytest.fail(_failure(calls.unexpected), pytrace=False)
    return result


def _failure(calls: tuple[DeniedCall, ...]) -> str:
    from bedrock_doctor.render.denial_note import denial_note

    lines = ["calls were denied that the test does not expect"]
    for call in calls:
        lines += ["", call.text]
        explanation = app.explain(call.text)
        if explanation.denies_access:
            lines.append(denial_note(explanation, model=call.model))
    return "\n".join(lines)


@pytest.fixture(scope="session")
def bedrock_snapshot(pytestconfig: pytest.Config) -> Snapshot:
    """The snapshots of the settings, merged."""
    given = pytestconfig.getoption(_OPTION) or pytestconfig.getini(_SETTING)
    if not given:
        raise pytest.UsageError(
            f"bedrock_access has no snapshot: give {_OPTION}=PATH or set {_SETTING}"
        )
    try:
        return app.load_snapshot([Path(path) for path in given])
    except BedrockDoctorError as error:
        raise pytest.UsageError(_words(error)) from None


@pytest.fixture
def bedrock_access(request: pytest.FixtureRequest) -> Callable[..., Access]:
    """``bedrock_access(role, model, region)``: may this role call this model?

    Asked are the snapshots of ``--bedrock-snapshot``, or the lab where the test has one.
    Keywords: ``caller`` (ARN of who assumes the role first; None: the role itself signs),
    ``operation``, ``external_id``, ``session_name``, as the options of ``diagnose``.
    """

    def ask(
        role: str,
        model: str,
        region: str,
        *,
        caller: str | None = None,
        operation: str = "converse",
        external_id: str | None = None,
        session_name: str | None = None,
    ) -> Access:
        hop = HopOptions(external_id=external_id, session_name=session_name)
        attempt = Attempt(
            caller=caller or role,
            roles=(role,) if caller else (),
            model=model,
            region=region,
            operation=Operation(operation),
            hops=(hop,) if caller else (),
        )
        try:
            return Access(app.diagnose(attempt, snapshot()))
        except BedrockDoctorError as error:
            raise pytest.UsageError(_words(error)) from None

    def snapshot() -> Snapshot:
        if "bedrock_lab" in request.fixturenames:
            running: LabSession = request.getfixturevalue("bedrock_lab")
            return running.lab.snapshot
        found: Snapshot = request.getfixturevalue("bedrock_snapshot")
        return found

    return ask


@pytest.fixture(scope="session")
def bedrock_lab_server() -> Iterator[tuple[Lab, str]]:
    """One lab for all tests: its state is that of the process."""
    from bedrock_doctor.lab.lab import Lab
    from bedrock_doctor.lab.server import serving

    lab = Lab()
    with serving(lab) as endpoint:
        yield lab, endpoint


@pytest.fixture
def bedrock_lab(
    request: pytest.FixtureRequest,
    bedrock_lab_server: tuple[Lab, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> LabSession:
    """A lab in the state of the marker ``bedrock_lab(scenario)``; boto3 finds it."""
    import boto3

    from bedrock_doctor.lab.play import break_world
    from bedrock_doctor.lab.scenario import find_scenario
    from bedrock_doctor.lab.shell_environment import environment, profiles, variables

    marker = request.node.get_closest_marker("bedrock_lab")
    if marker is None or len(marker.args) != 1:
        raise pytest.UsageError("the lab needs a scenario: @pytest.mark.bedrock_lab(NAME)")
    try:
        scenario = find_scenario(str(marker.args[0]))
    except BedrockDoctorError as error:
        raise pytest.UsageError(_words(error)) from None
    lab, endpoint = bedrock_lab_server
    break_world(lab, scenario)
    config = tmp_path / "lab-aws-config"
    config.write_text(profiles(lab), "utf-8")
    pointed = environment(os.environ, variables(lab, endpoint, config))
    for name in set(os.environ) - set(pointed):
        monkeypatch.delenv(name)
    for name, value in pointed.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return LabSession(lab, endpoint, scenario)


@pytest.fixture
def denied_calls() -> DeniedCalls:
    """Fails the test for every call of Bedrock or STS that is denied outside ``expected()``."""
    return DeniedCalls()


def _words(error: BedrockDoctorError) -> str:
    return f"{error.message}; {error.help}" if error.help else error.message
