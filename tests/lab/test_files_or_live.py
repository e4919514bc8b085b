"""Two people collect, one joins and asks the files: the answer is the one of asking AWS at once.

For every scenario, in its broken world. The lab decides by the engine under test: what is proved is
that the two ways of reading lose and add nothing.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from bedrock_doctor import app
from bedrock_doctor.collect.merge import join_snapshots
from bedrock_doctor.collect.save_joined import NOTHING_HIDDEN, save_joined
from bedrock_doctor.lab.play import attempt_of, break_world
from bedrock_doctor.lab.scenario import Scenario, scenarios
from bedrock_doctor.live.collecting import CollectRequest, collect
from bedrock_doctor.live.live_diagnosis import LiveQuestion
from bedrock_doctor.live.looking import LiveOptions
from bedrock_doctor.live.reads import Group
from bedrock_doctor.live.sessions import Opened, open_session
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.report import Report
from tests.lab.conftest import Running

KINDS = {
    "admin-app": (Group.IAM,),
    "admin-ai": (Group.IAM, Group.BEDROCK, Group.QUOTAS, Group.REGIONS),
    "admin-management": (Group.ORGANIZATIONS,),
}


def from_files(attempt: Attempt, folder: Path) -> Report:
    """Each account's owner collects what the attempt needs; somebody joins and asks."""
    models = [attempt.model, *([attempt.guardrail] if attempt.guardrail else [])]
    of_management = (Group.ORGANIZATIONS, Group.BEDROCK)
    foreign = "999900001111:guardrail" in (attempt.guardrail or "")
    whose = {**KINDS, "admin-management": of_management} if foreign else KINDS
    for profile, kinds in whose.items():
        request = CollectRequest(
            str(folder / profile),
            profile=profile,
            regions=(attempt.region,),
            models=tuple(models),
            principals=(attempt.caller, *attempt.roles),
            groups=kinds,
        )
        collect(request, lambda _: None)
    joined = str(folder / "all.zip")
    save_joined(join_snapshots([folder / profile for profile in KINDS]), joined, NOTHING_HIDDEN)
    return app.diagnose(attempt, app.load_snapshot([joined]))


def from_aws(attempt: Attempt) -> Report:
    options = LiveOptions("admin-app", "admin-ai", "admin-management")
    return app.diagnose_live(
        LiveQuestion(options, lambda _: attempt, region=attempt.region), lambda _: None
    )


def told(report: Report) -> object:
    """What a report says, without how it came to know."""
    decided = [
        [(c.check.request.action, c.check.request.resource, c.trace.decision) for c in hop.checks]
        for hop in report.hops
    ]
    gates = [(gate.rule, gate.state, gate.subject) for gate in report.way.gates]
    blocking = [(f.id, f.hop_index, f.owner_account) for f in report.findings if f.blocking]
    return report.verdict, blocking, report.unknowns, decided, gates


@cache
def opened(profile: str | None, regions: tuple[str, ...], endpoint_url: str | None) -> Opened:
    """Sessions are opened once for all scenarios: making clients is what is slow."""
    return open_session(profile, regions, endpoint_url)


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_collect_merge_diagnose_is_diagnose_live(
    running: Running, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in running.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    for module in ("collecting", "live_diagnosis", "looking"):
        monkeypatch.setattr(f"bedrock_doctor.live.{module}.open_session", opened)
    break_world(running.lab, scenario)
    attempt = attempt_of(running.lab, scenario.call)
    files = from_files(attempt, tmp_path)
    assert scenario.finding in [finding.id for finding in files.findings]
    assert told(files) == told(from_aws(attempt))
