"""Accounts read from files go to other processes."""

from __future__ import annotations

import pickle

import pytest

from bedrock_doctor import app

ACME = "examples/acme/snapshot"


def test_accounts_read_from_files_can_be_sent_whole() -> None:
    """Their roles and users are built on first use, by functions that cannot be sent."""
    for account in app.load_snapshot([ACME]).accounts.values():
        sent = pickle.loads(pickle.dumps(account))

        assert sent.roles == dict(account.roles)
        assert sent.users == dict(account.users)


def test_a_snapshot_of_files_is_audited_in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is that of one process."""
    held = app.load_snapshot([ACME])
    monkeypatch.setattr("bedrock_doctor.audit.auditing.BATCH", 2)

    assert app.audit(held, jobs=2) == app.audit(held)
