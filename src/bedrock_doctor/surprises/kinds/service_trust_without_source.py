"""A service of Amazon Bedrock may use a role for the resources of any account."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.model.policy import Statement
from bedrock_doctor.model.principal import Principal, PrincipalKind
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.ground import Ground
from bedrock_doctor.surprises.stand_ins import stand_ins
from bedrock_doctor.surprises.strangers import (
    NO_ACCOUNT,
    OTHER_ORGANIZATION,
    Stranger,
    Values,
    admission,
)
from bedrock_doctor.surprises.telling import let_in, reach_words, underlined

_SERVICES = frozenset({"bedrock.amazonaws.com", "bedrock-agentcore.amazonaws.com"})


def _find(ground: Ground) -> Iterator[Surprise]:
    for trust in ground.trusts:
        for statement, value in trust.named():
            service = value.text.value
            if value.type != "Service" or service not in _SERVICES:
                continue
            partition = trust.role.arn.split(":")[1]
            entered = admission(ground, trust, statement, _strangers(statement, service, partition))
            if entered is None:
                continue
            role = name_of(trust.role.arn)
            yield let_in(
                KIND.slug,
                trust,
                statement,
                entered,
                summary=(
                    f"{service} may assume {role} for a resource of any account, and the role "
                    f"{reach_words(entered.reach)}"
                ),
                marks=[underlined(value.text, "trusted for whichever account it acts")],
                concerned=(service,),
                help=(
                    f"add StringEquals aws:SourceAccount {trust.account} to this statement, and "
                    "ArnLike aws:SourceArn with the jobs or agents that use the role",
                ),
            )


def _strangers(statement: Statement, service: str, partition: str) -> Iterator[Stranger]:
    """The service, acting for a resource of nobody's account."""
    family = service.partition(".")[0]
    job = f"arn:{partition}:{family}:us-east-1:{NO_ACCOUNT}:model-invocation-job/any"
    for source in (job, *stand_ins(statement, "aws:sourcearn")):
        values: Values = {
            "aws:SourceArn": source,
            "aws:SourceAccount": NO_ACCOUNT,
            "aws:SourceOrgID": OTHER_ORGANIZATION,
            "aws:SourceOrgPaths": (f"{OTHER_ORGANIZATION}/r-0000/",),
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": service,
            "aws:PrincipalServiceNamesList": (service,),
            "aws:SecureTransport": "true",
        }
        yield Stranger(Principal(PrincipalKind.SERVICE, service), "sts:AssumeRole", values)


KIND = SurpriseKind(
    slug="service-trust-without-source",
    title="Amazon Bedrock may use a role for resources of any account",
    page=Page(
        seen=(
            "The trust policy of a service role names Amazon Bedrock, and no condition (nor an "
            "RCP) says for whose resources it may assume the role."
        ),
        why=(
            "The service is the same for all AWS accounts. Without `aws:SourceAccount`, "
            "`aws:SourceArn`, `aws:SourceOrgID` or `aws:SourceOrgPaths` a job or agent of another "
            "account could have the service act with your role: the cross-service confused "
            "deputy. AWS recommends these keys for every service role of Amazon Bedrock."
        ),
        confirm=(
            "Passing a role of another account to Amazon Bedrock needs more than its ARN, so this "
            "is a missing second lock rather than an open door."
        ),
        right=(
            "Add `StringEquals` on `aws:SourceAccount` with the account of the role, and "
            "`ArnLike` on `aws:SourceArn` with the kind of resource that uses it."
        ),
        avoid="Do not leave the account in `aws:SourceArn` as a wildcard.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        ),
    ),
    find=_find,
)
