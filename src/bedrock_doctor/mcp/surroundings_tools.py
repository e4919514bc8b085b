"""Tools about the server's own surroundings, and the lab."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from bedrock_doctor import __version__, app
from bedrock_doctor.catalog import bedrock_models
from bedrock_doctor.mcp import answers
from bedrock_doctor.mcp.shortened import blocking_ids
from bedrock_doctor.mcp.toolbox import Toolbox
from bedrock_doctor.model.snapshot import Snapshot

_SHOWN = 20
_lab = threading.Lock()


def register(box: Toolbox) -> None:
    """Adds the tools."""
    memory = box.memory

    @box.tool("Who signs here?", asks_aws=True)
    def whoami() -> answers.SignerAnswer:
        """Show which identity signs calls in this server's environment and what it shadows. Asks
        AWS STS who it is, and resolves credentials as botocore does. Prints no secret."""
        signer = app.whoami()
        return answers.SignerAnswer(
            identity=signer.identity.arn if signer.identity else None,
            method=signer.method or None,
            profile=signer.profile or None,
            region=signer.region or None,
            usable=signer.usable,
            checks=[
                answers.SignerCheck(
                    name=check.name,
                    level=check.level.value,
                    text=check.text,
                    details=list(check.details),
                    fixes=list(check.fixes),
                    finding=check.finding or None,
                )
                for check in signer.checks
            ],
        )

    @box.tool("What does this server know?")
    def doctor() -> answers.DoctorAnswer:
        """Show what the server was started with: accounts of the snapshots, what could not be read,
        redaction, dates, reports in memory."""
        snapshot = memory.snapshot
        return answers.DoctorAnswer(
            version=__version__,
            catalog_date=bedrock_models.data_date(),
            redaction=memory.redaction.value,
            accounts=sorted(snapshot.accounts),
            created=snapshot.created or None,
            missing=list(dict.fromkeys(_missing(snapshot)))[:_SHOWN],
            unreadable=[f"{p.path}: {p.message}" for p in snapshot.problems[:_SHOWN]],
            reports=memory.ids,
        )

    @box.tool("List the scenarios of the lab")
    def lab_scenarios() -> answers.ScenariosAnswer:
        """List broken states that can be played without an AWS account."""
        from bedrock_doctor.lab.scenario import scenarios

        return answers.ScenariosAnswer(
            scenarios=[
                answers.ScenarioLine(name=s.name, finding=s.finding, title=s.title)
                for s in scenarios()
            ]
        )

    @box.tool("Play a scenario in the lab")
    def lab_run(
        name: Annotated[str, Field(description="as lab_scenarios lists it")],
    ) -> answers.LabAnswer:
        """Play a scenario in an AWS on loopback within this process: the failing call, the
        diagnosis, the repair, the call again. It teaches and proves nothing about AWS."""
        from bedrock_doctor.lab.lab import Lab
        from bedrock_doctor.lab.play import play
        from bedrock_doctor.lab.scenario import find_scenario
        from bedrock_doctor.lab.server import serving

        scenario = find_scenario(name)
        with _lab:
            lab = Lab()
            with serving(lab) as endpoint:
                played = play(lab, endpoint, scenario)
        for report in (played.report, played.report_after):
            memory.learn(report)
        return answers.LabAnswer(
            name=scenario.name,
            who=scenario.who,
            broke=scenario.broke,
            first_try=scenario.first_try,
            call_before=played.before.text,
            verdict_before=played.report.verdict.value,
            findings=blocking_ids(played.report),
            fix=[f"{call.words} (in account {call.account})" for call in scenario.fix],
            call_after=played.after.text,
            verdict_after=played.report_after.verdict.value,
            surprises=list(played.surprises),
        )


def _missing(snapshot: Snapshot) -> Iterator[str]:
    gaps = [gap for account in snapshot.accounts.values() for gap in account.missing]
    for gap in gaps:
        yield f"{gap.call or gap.what} in account {gap.account or '(not known)'}: {gap.what}"
