"""What an attempt needs of one account."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bedrock_doctor.catalog.inference_profiles import split_profile_id
from bedrock_doctor.live.reads import Group
from bedrock_doctor.model.arn import is_arn, parse_arn


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be collected.

    Attributes:
        groups: kinds of reads.
        regions: Region codes.
        models: model ids whose access is read.
        profiles: inference profile ids or ARNs that are read one by one.
        resources: ARNs or ids of further resources that are read one by one: provisioned models,
            deployments of custom models, imported models, prompt routers, guardrails, prompts.
        buckets: names of buckets of Amazon S3 whose policies are read.
        principals: ``(role|user, name)`` that are read one by one.
        accounts: accounts of an organization above which is read; empty: all that are listed.
        whole: whether IAM is read as a whole; principals then count only where that is refused.
        everything: whether all that can be listed is read, asked about or not.
    """

    groups: frozenset[Group]
    regions: tuple[str, ...]
    models: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    principals: tuple[tuple[str, str], ...] = ()
    accounts: tuple[str, ...] = ()
    whole: bool = True
    everything: bool = False


_S3 = "s3://"
_RESOURCES = (
    "provisioned-model", "custom-model-deployment", "imported-model", "prompt-router",
    "default-prompt-router", "guardrail", "prompt", "custom-model",
)  # fmt: skip


def wanted_of(
    account: str,
    groups: Collection[Group],
    regions: tuple[str, ...],
    models: Iterable[str],
    principals: Iterable[str],
    *,
    everything: bool = False,
) -> Wanted:
    """The reads of one account for models and ARNs that stand on a way through several.

    Args:
        account: the account that is read.
        groups: kinds of reads.
        regions: Region codes.
        models: models, profiles and other resources, as ids or ARNs; ``s3://`` addresses.
        principals: ARNs of roles, users and sessions; those of other accounts are left out.
        everything: whether more is read than they need.
    """
    named: list[tuple[str, str]] = []
    accounts: list[str] = []
    for text in principals:
        arn = parse_arn(text)
        accounts.append(arn.account)
        kind, _, rest = arn.resource.partition("/")
        name = rest.split("/")[0] if kind == "assumed-role" else rest.rsplit("/", 1)[-1]
        kind = "role" if kind == "assumed-role" else kind
        if arn.account == account and kind in ("role", "user") and name:
            named.append((kind, name))
    plain: list[str] = []
    profiles: list[str] = []
    resources: list[str] = []
    buckets: list[str] = []
    for given in models:
        if given.startswith(_S3):
            buckets.append(given.removeprefix(_S3).partition("/")[0])
            continue
        kind = parse_arn(given).resource.partition("/")[0] if is_arn(given) else ""
        bare = given.rpartition("/")[2]
        split = split_profile_id(bare)
        if kind in _RESOURCES:
            resources.append(given)
        elif "inference-profile/" in given or split:
            profiles.append(given)
            plain += [split[1]] if split else []
        else:
            plain.append(bare)
    return Wanted(
        frozenset(groups),
        regions,
        tuple(dict.fromkeys(plain)),
        tuple(dict.fromkeys(profiles)),
        tuple(dict.fromkeys(resources)),
        tuple(dict.fromkeys(buckets)),
        tuple(dict.fromkeys(named)),
        tuple(dict.fromkeys(accounts)),
        whole=everything or not named,
        everything=everything,
    )
