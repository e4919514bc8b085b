"""An identity provider is trusted without a condition on whose token it is."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.model.finding import Mark
from bedrock_doctor.model.policy import PrincipalValue, Statement, Text
from bedrock_doctor.model.principal import Principal, PrincipalKind
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.ground import Ground
from bedrock_doctor.surprises.issuers import is_shared, issuer_of, telling_claim
from bedrock_doctor.surprises.stand_ins import conditioned, wanted_values
from bedrock_doctor.surprises.strangers import Stranger, admission
from bedrock_doctor.surprises.telling import let_in, reach_words, underlined

_GITHUB = "token.actions.githubusercontent.com"


def _find(ground: Ground) -> Iterator[Surprise]:
    for trust in ground.trusts:
        for statement, value in trust.named():
            issuer = issuer_of(value.text.value) if value.type == "Federated" else None
            if issuer is None:
                continue
            entered = admission(ground, trust, statement, _strangers(statement, value, issuer))
            if entered is None:
                continue
            role, claim = name_of(trust.role.arn), f"{issuer}:{telling_claim(issuer)}"
            asked = tuple(wanted_values(statement, claim.lower()))
            who = "customer of" if is_shared(issuer) else "identity of"
            yield let_in(
                KIND.slug,
                trust,
                statement,
                entered,
                summary=(
                    f"{'another' if asked else 'any'} {who} {issuer} may assume {role}, which "
                    f"{reach_words(entered.reach)}: {_lack(asked, claim)}"
                ),
                marks=_marks(asked, value, claim),
                concerned=(value.text.value,),
                help=(
                    f"{'narrow the' if asked else 'add a'} condition on {claim} "
                    f"{'of' if asked else 'to'} this statement so that it names who may come, "
                    f"{_example(issuer)}",
                ),
            )


def _lack(asked: tuple[Text, ...], claim: str) -> str:
    return f"others meet its condition on {claim}" if asked else f"nothing asks for {claim}"


def _marks(asked: tuple[Text, ...], value: PrincipalValue, claim: str) -> list[Mark]:
    if not asked:
        return [underlined(value.text, f"trusted whatever {claim} says")]
    return [underlined(text, "met by tokens of others") for text in asked]


def _example(issuer: str) -> str:
    if issuer == _GITHUB:
        return "for example repo:ORGANIZATION/REPOSITORY:environment:NAME"
    if telling_claim(issuer) == "sub":
        return "for example the subject of the one workload that calls"
    return "the id of your own application or identity pool"


def _strangers(statement: Statement, value: PrincipalValue, issuer: str) -> Iterator[Stranger]:
    """Another customer, or another identity, with a valid token of the same issuer."""
    who = Principal(PrincipalKind.WEB_IDENTITY, value.text.value, name=issuer)
    claims = {"sub": "another-subject", "aud": "another-audience"}
    claims |= {
        key.partition(f"{issuer}:")[2]: "another-claim"
        for condition in statement.conditions
        if (key := condition.key.value).startswith(f"{issuer}:")
        and key.rpartition(":")[2] not in ("sub", "aud")
    }
    if telling_claim(issuer) == "sub":
        # whoever asks for a token names its audience
        audiences = conditioned(statement, f"{issuer}:aud".lower())
        claims["aud"] = audiences[0] if audiences else claims["aud"]
    for subject in _subjects(statement, issuer):
        told = {f"{issuer}:{claim}": text for claim, text in {**claims, "sub": subject}.items()}
        common = {"aws:FederatedProvider": value.text.value, "aws:SecureTransport": "true"}
        yield Stranger(who, "sts:AssumeRoleWithWebIdentity", {**told, **common})


def _subjects(statement: Statement, issuer: str) -> Iterator[str]:
    """Subjects of strangers; in GitHub's, an organization's name ends at the first slash."""
    if issuer != _GITHUB:
        yield "another-subject"
        return
    yield "repo:another-organization/another:ref:refs/heads/main"
    for pattern in conditioned(statement, f"{_GITHUB}:sub"):
        start, star, _ = pattern.partition("*")
        if star and start.startswith("repo:") and "/" not in start:
            yield f"{start}-another/another:ref:refs/heads/main"


KIND = SurpriseKind(
    slug="oidc-trust-without-subject",
    title="An identity provider is trusted whoever its token is for",
    page=Page(
        seen=(
            "The trust policy of a role that reaches a model names an OIDC provider, and a token "
            "of another of its subjects, or of another of its customers, opens it too."
        ),
        why=(
            "GitHub, GitLab, HCP Terraform and others sign the tokens of all their customers with "
            "one issuer. The audience is the same for all of them; only the subject (for some "
            "issuers the audience) tells whose job it is. IAM refuses such trust policies of "
            "known shared issuers since 2025, but older ones stay as they are."
        ),
        confirm=(
            "Read the conditions of the statement shown: is there one on the subject claim, "
            "without `IfExists`, whose value ends the name of your own organization?"
        ),
        right=(
            "Add a `StringEquals` or `StringLike` condition on the subject claim that names your "
            "organization, the repository and the branch or environment."
        ),
        avoid=(
            "Do not end the organization's name with a wildcard: `repo:acme*` is met by "
            "`repo:acme-other/x`. Do not use `ForAllValues`: an absent claim meets it."
        ),
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
        ),
    ),
    find=_find,
)
