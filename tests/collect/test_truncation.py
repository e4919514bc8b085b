"""A file that was cut off anywhere: nothing but gaps may follow from it."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bedrock_doctor.collect.load_snapshot import load_snapshot
from bedrock_doctor.errors import BedrockDoctorError
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.snapshot import Account, BedrockRegion, IamEntity, Organization, Snapshot
from tests.collect.worlds import WORLD, content, write_directory

Fact = tuple[Any, ...]


def facts(snapshot: Snapshot) -> set[Fact]:
    """All that a snapshot states for certain, the absence of things included."""
    found: set[Fact] = set()
    for account in snapshot.accounts.values():
        found.update((account.id, *fact) for fact in account_facts(account))
    for organization in snapshot.organizations:
        found.update(organization_facts(organization))
    return found


def account_facts(account: Account) -> Iterator[Fact]:
    """What is certain of an account."""
    for kind, entities in (("role", account.roles), ("user", account.users)):
        for entity in entities.values():
            yield from ((kind, entity.name, *fact) for fact in entity_facts(entity))
    yield from (("no other entity",),) if account.iam_complete else ()
    yield from (("no role", name) for name in account.absent_roles)
    yield from (("caller", account.caller),) if account.caller else ()
    yield from (("region", *item) for item in (account.regions or {}).items())
    yield from (("no other region",),) if account.regions is not None else ()
    for endpoint in account.endpoints.values():
        yield ("endpoint", endpoint.id, endpoint.service, endpoint.owner, text(endpoint.policy))
    for region in account.bedrock.values():
        yield from ((region.region, *fact) for fact in region_facts(region))


def entity_facts(entity: IamEntity) -> Iterator[Fact]:
    """What is certain of a role or user."""
    yield ("arn", entity.arn)
    yield from (("policy", text(p)) for p in entity.policies if isinstance(p, PolicyDocument))
    if not any(isinstance(policy, Missing) for policy in entity.policies):
        yield ("no other policy", len(entity.policies))
    if not isinstance(entity.boundary, Missing):
        yield ("boundary", entity.boundary and text(entity.boundary))
    if not isinstance(entity.trust, Missing):
        yield ("trust", entity.trust and text(entity.trust))
    if entity.tags is not None:
        yield ("tags", *sorted(entity.tags.items()))


def region_facts(region: BedrockRegion) -> Iterator[Fact]:
    """What is certain of Amazon Bedrock in a Region."""
    for field in ("models", "enforced_guardrails", "data_retention", "use_case", "quotas"):
        value = getattr(region, field)
        if value is not None and not isinstance(value, Missing):
            yield (field, repr(value))
    for field in ("profiles", "availability", "agreement_offers"):
        yield from ((field, key, repr(value)) for key, value in getattr(region, field).items())
    yield from (("no other profile",),) if region.profiles_complete else ()


def organization_facts(organization: Organization) -> Iterator[Fact]:
    """What is certain of an organization."""
    for field in ("id", "management_account", "feature_set", "policy_types"):
        if getattr(organization, field):
            yield (field, getattr(organization, field))
    yield from (("member", *item) for item in organization.members.items())
    yield from (("no other member",),) if organization.members_complete else ()
    yield from (("parent", *item) for item in organization.parents.items())
    for target, policies in organization.scps.items():
        yield from (("scp", target, text(p)) for p in policies if isinstance(p, PolicyDocument))
        if not any(isinstance(policy, Missing) for policy in policies):
            yield ("no other scp", target, len(policies))


def text(document: Any) -> str:
    """The text of a policy, or a word that no policy is."""
    return document.source.text if isinstance(document, PolicyDocument) else "unknown"


def load(files: Iterable[tuple[str, bytes]]) -> Snapshot:
    """Loads a snapshot directory of its own and builds every entity in it."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = load_snapshot([write_directory(Path(folder), dict(files))])
        for account in snapshot.accounts.values():
            list(account.roles.values())
            list(account.users.values())
        return snapshot


PLAIN = {name: content(value) for name, value in WORLD.items()}
UTF16 = {
    name: codecs.BOM_UTF16_LE + data.decode().encode("utf-16-le") for name, data in PLAIN.items()
}
KNOWN = facts(load(PLAIN.items()))


@settings(deadline=None, max_examples=250)
@given(st.sampled_from([PLAIN, UTF16]), st.sampled_from(sorted(WORLD)), st.integers(min_value=0))
@example(PLAIN, "snapshot.json", 0)
@example(PLAIN, "organization/describe-organization.json", 5)
def test_a_file_cut_off_anywhere_only_makes_things_unknown(
    files: dict[str, bytes], name: str, length: int
) -> None:
    """Our choice: less evidence never leads to another certain answer, and never to a crash."""
    cut = {**files, name: files[name][: length % len(files[name])]}
    try:
        found = facts(load(cut.items()))
    except BedrockDoctorError:
        return
    assert found <= KNOWN


def test_the_facts_of_the_whole_world_are_many() -> None:
    """Guard: the property above compares something."""
    kinds = {fact[1] if fact[0].isdigit() else fact[0] for fact in KNOWN}
    assert {"role", "user", "endpoint", "parent", "scp", "no other entity"} <= kinds
    assert len(KNOWN) > 40
