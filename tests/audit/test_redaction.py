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


def test_names_in_what_would_settle_an_answer_are_hidden() -> None:
    """They stand alone there, behind the word for what they are; one name has one pseudonym."""
    redactor = Redactor(Redaction.ALL)
    arn = redactor.text("arn:aws:iam::444455556666:role/team/secret")
    assert arn.endswith("role/<path-1>/<role-1>")
    for said, hidden in (
        ("trust policy secret (malformed) in account 444455556666",
         "trust policy <role-1> (malformed) in account <account-1>"),
        ("policies of role secret in account 444455556666",
         "policies of role <role-1> in account <account-1>"),
        ("managed policies of role `secret`", "managed policies of role `<role-1>`"),
        ("aws iam get-role --role-name secret", "aws iam get-role --role-name <role-1>"),
        ("inline policy hush (malformed)", "inline policy <policy-1> (malformed)"),
        ("managed policy `hush`", "managed policy `<policy-1>`"),
        ("inline policy `hush` of role `secret`", "inline policy `<policy-1>` of role `<role-1>`"),
        ("content of organization policy `hush hush`",
         "content of organization policy `<policy-2>`"),
        ("permissions boundary hush (malformed)", "permissions boundary <policy-1> (malformed)"),
        ("trust policy of the role", "trust policy of the role"),
    ):  # fmt: skip
        assert redactor.fact(said) == hidden
    assert (
        Redactor(Redaction.ACCOUNTS)
        .fact("inline policy hush (malformed)")
        .endswith("policy hush (malformed)")
    )
