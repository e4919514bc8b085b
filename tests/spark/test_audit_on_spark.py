"""Audits on a real cluster, held against audits on this machine."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bedrock_doctor import app
from bedrock_doctor.model.snapshot import Snapshot
from tests.audit.organizations import snapshot as random_snapshot
from tests.spark.cluster import Cluster

ACME = "examples/acme/snapshot"


def test_accounts_on_executors_give_the_audit_of_one_machine(
    spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 9: identical results; chains and trusts cross what was audited apart."""
    from bedrock_doctor.spark import audit

    monkeypatch.setattr("bedrock_doctor.audit.auditing.BATCH", 1)
    held = app.load_snapshot([ACME])

    assert audit(spark, held) == app.audit(held)
    assert len(held.accounts) > 2


@pytest.mark.parametrize("seed", [3, 8])
def test_random_organizations_are_audited_alike(
    spark: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """With gaps, conditions, application profiles and foreign accounts."""
    from bedrock_doctor.audit.auditing import AuditQuestion
    from bedrock_doctor.audit.offers import Wanted
    from bedrock_doctor.spark import audit

    monkeypatch.setattr("bedrock_doctor.audit.auditing.BATCH", 1)
    held: Snapshot = random_snapshot(Random(seed))
    question = AuditQuestion(Wanted(frozenset(), frozenset({"eu-central-1"})), 2)

    found = audit(spark, held, regions=["eu-central-1"], depth=2)

    assert found == app.audit(held, question)
    assert found != app.audit(replace(held, accounts=dict(list(held.accounts.items())[:1])))


def test_the_command_line_gives_the_same_bytes(cluster: Cluster, tmp_path: Path) -> None:
    """`audit --spark`, with its exit code."""
    command = [sys.executable, "-m", "bedrock_doctor", "audit", "--snapshot", ACME]
    options: dict[str, Any] = {"capture_output": True, "env": cluster.environment, "timeout": 300}

    local = subprocess.run([*command, "--jobs", "1"], check=False, **options)
    on_spark = subprocess.run([*command, "--spark", cluster.url], check=False, **options)

    assert (on_spark.returncode, on_spark.stdout) == (local.returncode, local.stdout)
    assert on_spark.stdout
