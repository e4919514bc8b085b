"""Nothing of a name is shown where names are hidden."""

from __future__ import annotations

from bedrock_doctor.render.audit_redact import redacted
from bedrock_doctor.render.redact import Redaction, Redactor
from tests.audit.organizations import ACCOUNTS
from tests.audit.test_trust import audited, role, trust


def test_a_comma_does_not_end_a_name() -> None:
    """Names of roles can hold commas, in ARNs that stand one after the other as well.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    one = role(ACCOUNTS[0], "team,secret", trust({"Service": "ec2.amazonaws.com"}))
    redactor = Redactor(Redaction.ALL)
    hidden = redacted(audited(one), redactor)
    pair = f"{one.arn}, {one.arn},{one.arn}."

    assert "secret" not in repr(hidden)
    assert "secret" not in redactor.text(pair)
    assert redactor.text(pair).count("arn:aws:iam::<account-1>:role/") == 3
