"""Terraform plans laid over the example organization.

The format: https://developer.hashicorp.com/terraform/internals/json-format. The plans are written
after it by hand; attributes are those of hashicorp/aws 5 and 6.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor import app
from bedrock_doctor.errors import BadInput
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.snapshot import Snapshot
from tests.preflight.plans import AI, ROLE_ARN, change, plan, policy, resource, trust

ACME = Path(__file__).parents[2] / "examples" / "acme" / "snapshot"
CALLER = "arn:aws:iam::111122223333:role/rag-api"
MODEL = "eu.amazon.nova-lite-v1:0"
INVOKE = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}


@pytest.fixture(scope="module")
def acme() -> Snapshot:
    """The example organization."""
    return app.load_snapshot([ACME])


def asked(
    snapshot: Snapshot,
    data: bytes,
    *,
    role: str = ROLE_ARN,
    caller: str = CALLER,
    account: str | None = None,
    **more: Any,
) -> Report:
    """The diagnosis once the plan is applied."""
    planned = app.preflight(snapshot, plans=[("tfplan.json", data)], account=account)
    attempt = Attempt(caller, (role,) if role else (), MODEL, "eu-central-1", **more)
    return app.diagnose_planned(attempt, planned)


def ids(report: Report) -> list[str]:
    """What blocks."""
    return [finding.id for finding in report.findings if finding.blocking]


def role(name: str, **more: Any) -> dict[str, Any]:
    """Attributes of a role that exists."""
    arn = f"{AI}:role/{name}"
    return {"name": name, "arn": arn, "path": "/", "assume_role_policy": trust(CALLER), **more}


def new_role(**more: Any) -> dict[str, Any]:
    """Attributes of a role that will exist: its ARN is not known before."""
    return {"name": "chat", "path": "/apps/", "assume_role_policy": trust(CALLER), **more}


NEW = f"{AI}:role/apps/chat"
UNKNOWN_ARN = {"arn": True, "id": True, "unique_id": True}


def test_a_plan_without_changes_changes_nothing(acme: Snapshot) -> None:
    """No-op entries and data sources describe what is."""
    same = role("rag-inference")
    data = plan(change("aws_iam_role.rag", "no-op", same, same))
    assert asked(acme, data).verdict is Verdict.ALLOW


def test_a_changed_trust_policy_breaks_the_way(acme: Snapshot) -> None:
    """The finding points into the plan: address of the resource and JSON pointer."""
    after = role("rag-inference", assume_role_policy=trust(f"{CALLER}x"))
    data = plan(
        change("aws_kms_key.unrelated", "create", None, {}),
        change("module.ai.aws_iam_role.rag", "update", role("rag-inference"), after),
    )
    report = asked(acme, data)
    assert ids(report) == ["BD211"]
    place = report.findings[0].place
    assert place is not None
    assert place.source.path == "tfplan.json"
    assert place.source.declared is not None
    assert place.source.declared.resource == "module.ai.aws_iam_role.rag"
    assert place.source.declared.pointer == "/resource_changes/1/change/after/assume_role_policy"


def test_an_update_gives_the_verdict_that_a_snapshot_of_the_result_gives(
    acme: Snapshot, tmp_path: Path
) -> None:
    """The same trust policy, once from the plan and once collected after it was applied."""
    import shutil

    copy = tmp_path / "after"
    shutil.copytree(ACME, copy)
    file = copy / "accounts/444455556666/iam/get-account-authorization-details.json"
    tree = json.loads(file.read_text(encoding="utf-8"))
    changed = trust(f"{CALLER}x")
    for entry in tree["RoleDetailList"]:
        if entry["RoleName"] == "rag-inference":
            entry["AssumeRolePolicyDocument"] = json.loads(changed)
    file.write_text(json.dumps(tree), encoding="utf-8")
    attempt = Attempt(CALLER, (ROLE_ARN,), MODEL, "eu-central-1")
    collected = app.diagnose(attempt, app.load_snapshot([copy]))
    after = role("rag-inference", assume_role_policy=changed)
    planned = asked(acme, plan(change("aws_iam_role.r", "update", role("rag-inference"), after)))
    assert (planned.verdict, ids(planned)) == (collected.verdict, ids(collected))


def test_a_new_role_with_a_new_policy_is_followed_by_references(acme: Snapshot) -> None:
    """The attachment's ``policy_arn`` is known after apply; the configuration tells which it is."""
    configuration = {
        "root_module": {
            "resources": [
                resource("aws_iam_role.chat"),
                resource("aws_iam_policy.chat"),
                resource(
                    "aws_iam_role_policy_attachment.chat",
                    role=["aws_iam_role.chat.name", "aws_iam_role.chat"],
                    policy_arn=["aws_iam_policy.chat.arn", "aws_iam_policy.chat"],
                ),
            ]
        }
    }
    changes = (
        change("aws_iam_role.chat", "create", None, new_role(), UNKNOWN_ARN),
        change(
            "aws_iam_policy.chat",
            "create",
            None,
            {"name": "chat", "path": "/", "policy": policy(INVOKE)},
            UNKNOWN_ARN,
        ),
        change(
            "aws_iam_role_policy_attachment.chat",
            "create",
            None,
            {"role": "chat"},
            {"policy_arn": True, "id": True},
        ),
    )
    data = plan(*changes, configuration=configuration)
    caller_allows = change(
        "aws_iam_role_policy.caller",
        "create",
        None,
        {"name": "all", "role": "rag-api", "policy": policy(ASSUME)},
    )
    assert ids(asked(acme, data, role=NEW, account="444455556666")) == ["BD202"]
    both = app.preflight(
        acme,
        plans=[("tfplan.json", data)],
        account="444455556666",
    )
    both = app.preflight(
        both.snapshot, plans=[("caller.json", plan(caller_allows))], account="111122223333"
    )
    attempt = Attempt(CALLER, (NEW,), MODEL, "eu-central-1")
    assert app.diagnose_planned(attempt, both).verdict is Verdict.ALLOW
    without = plan(*changes[:2], configuration=configuration)
    assert "BD401" in ids(asked(acme, without, role=NEW, account="444455556666"))


def test_references_are_followed_through_modules(acme: Snapshot) -> None:
    """A policy of one module's output is the other module's variable."""
    configuration = {
        "root_module": {
            "module_calls": {
                "policies": {
                    "module": {
                        "resources": [resource("aws_iam_policy.models")],
                        "outputs": {
                            "arn": {"expression": {"references": ["aws_iam_policy.models.arn"]}}
                        },
                    }
                },
                "roles": {
                    "expressions": {
                        "policy": {"references": ["module.policies.arn", "module.policies"]}
                    },
                    "module": {
                        "resources": [
                            resource(
                                "aws_iam_role_policy_attachment.rag", policy_arn=["var.policy"]
                            )
                        ]
                    },
                },
            }
        }
    }
    deny = {**INVOKE, "Effect": "Deny"}
    data = plan(
        change(
            "module.policies.aws_iam_policy.models",
            "create",
            None,
            {"name": "models", "policy": policy(deny)},
            UNKNOWN_ARN,
        ),
        change(
            'module.roles["a"].aws_iam_role_policy_attachment.rag',
            "create",
            None,
            {"role": "rag-inference"},
            {"policy_arn": True},
        ),
        configuration=configuration,
    )
    assert ids(asked(acme, data, account="444455556666")) == ["BD410"]


def test_instances_refer_to_the_instance_with_their_own_key(acme: Snapshot) -> None:
    """``aws_iam_policy.p[each.key].arn`` in a resource with for_each."""
    references = ["aws_iam_policy.p", "each.key"]
    configuration = {
        "root_module": {
            "resources": [
                resource("aws_iam_policy.p"),
                resource(
                    "aws_iam_role_policy_attachment.p",
                    policy_arn=references,
                ),
            ]
        }
    }
    deny = {**INVOKE, "Effect": "Deny"}

    def made(key: str, statement: dict[str, str]) -> dict[str, Any]:
        values = {"name": key, "policy": policy(statement)}
        return change(f'aws_iam_policy.p["{key}"]', "create", None, values, UNKNOWN_ARN)

    attached = change(
        'aws_iam_role_policy_attachment.p["b"]',
        "create",
        None,
        {"role": "rag-inference"},
        {"policy_arn": True},
    )
    data = plan(made("a", INVOKE), made("b", deny), attached, configuration=configuration)
    assert ids(asked(acme, data, account="444455556666")) == ["BD410"]
    data = plan(made("a", deny), made("b", INVOKE), attached, configuration=configuration)
    assert asked(acme, data, account="444455556666").verdict is Verdict.ALLOW


def test_what_is_known_after_apply_is_unknown(acme: Snapshot) -> None:
    """A policy with an ARN that does not exist yet; neither allowed nor denied."""
    before = {"name": "AllowNova", "role": "rag-inference", "policy": policy(INVOKE)}
    after = {"name": "AllowNova", "role": "rag-inference"}
    data = plan(change("aws_iam_role_policy.r", "update", before, after, {"policy": True}))
    report = asked(acme, data, account="444455556666")
    assert report.verdict is Verdict.UNKNOWN
    assert any("aws_iam_role_policy.r (known after apply)" in p.missing for p in report.unknowns)


def test_a_deny_holds_whatever_is_known_after_apply(acme: Snapshot) -> None:
    """What is not known cannot undo an explicit Deny."""
    unknown = change(
        "aws_iam_role_policy.r", "create", None, {"name": "r", "role": "rag-inference"},
        {"policy": True},
    )  # fmt: skip
    denied = change(
        "aws_iam_role_policy.d",
        "create",
        None,
        {"name": "d", "role": "rag-inference", "policy": policy({**INVOKE, "Effect": "Deny"})},
    )
    assert ids(asked(acme, plan(unknown, denied), account="444455556666")) == ["BD410"]


def test_removed_policies_and_roles_are_gone(acme: Snapshot) -> None:
    """An inline policy, an attachment that never was, the role itself."""
    held = {"name": "AllowNova", "role": "rag-inference", "policy": policy(INVOKE)}
    gone = plan(change("aws_iam_role_policy.r", "delete", held, None))
    assert "BD401" in ids(asked(acme, gone, account="444455556666"))
    away = plan(change("aws_iam_role.r", "delete", role("rag-inference"), None))
    assert ids(asked(acme, away)) == ["BD207"]


def test_a_replaced_role_starts_without_policies(acme: Snapshot) -> None:
    """What the plan leaves attached to it may be lost: that is not known."""
    before, after = role("rag-inference"), role("rag-inference")
    del after["arn"]
    replaced = change("aws_iam_role.r", ["delete", "create"], before, after, UNKNOWN_ARN)
    assert "BD401" in ids(asked(acme, plan(replaced)))
    held = {"name": "AllowNova", "role": "rag-inference", "policy": policy(INVOKE)}
    left = change("aws_iam_role_policy.r", "no-op", held, held)
    report = asked(acme, plan(replaced, left))
    assert report.verdict is Verdict.UNKNOWN
    assert any("outlives the replacement" in point.missing for point in report.unknowns)


def test_exclusive_lists_remove_what_they_do_not_name(acme: Snapshot) -> None:
    """``managed_policy_arns`` and the ``_exclusive`` resources."""
    emptied = change(
        "aws_iam_role_policies_exclusive.r",
        "create",
        None,
        {"role_name": "rag-inference", "policy_names": []},
    )
    assert "BD401" in ids(asked(acme, plan(emptied), account="444455556666"))
    kept = change(
        "aws_iam_role_policies_exclusive.r",
        "create",
        None,
        {"role_name": "rag-inference", "policy_names": ["AllowNova"]},
    )
    assert asked(acme, plan(kept), account="444455556666").verdict is Verdict.ALLOW


def test_inline_blocks_count_where_the_configuration_has_them(acme: Snapshot) -> None:
    """Elsewhere the role's attributes only repeat what other resources made."""
    block = {"name": "Other", "policy": policy({**INVOKE, "Action": "s3:*"})}
    after = role("rag-inference", inline_policy=[block])
    changed = change("aws_iam_role.r", "update", role("rag-inference"), after)
    assert asked(acme, plan(changed)).verdict is Verdict.ALLOW
    stated = resource("aws_iam_role.r", inline_policy=[])
    configuration = {"root_module": {"resources": [stated]}}
    assert "BD401" in ids(asked(acme, plan(changed, configuration=configuration)))


def test_what_terraform_forgets_stays(acme: Snapshot) -> None:
    """A `removed` block takes a resource out of the state, not out of the account."""
    held = {"name": "AllowNova", "role": "rag-inference", "policy": policy(INVOKE)}
    data = plan(change("aws_iam_role_policy.r", "forget", held, None))
    assert asked(acme, data, account="444455556666").verdict is Verdict.ALLOW


def test_a_policy_that_moves_to_another_resource_stays_attached(acme: Snapshot) -> None:
    """Detached by one address and attached by another, in whichever order they stand."""
    values = {"role": "rag-inference", "policy_arn": f"{AI}:policy/deny"}
    arn = f"{AI}:policy/deny"
    deny = {"name": "deny", "arn": arn, "policy": policy({**INVOKE, "Effect": "Deny"})}
    made = change("aws_iam_policy.d", "update", deny, deny)
    away = change("aws_iam_role_policy_attachment.b", "delete", values, None)
    here = change("aws_iam_role_policy_attachment.a", "create", None, values)
    for order in ((away, here), (here, away)):
        assert ids(asked(acme, plan(made, *order))) == ["BD410"]


def test_an_update_of_a_role_that_nobody_collected_leaves_the_rest_open(acme: Snapshot) -> None:
    """The plan knows its trust policy, not what others attached to it."""
    later = role("made-later")
    data = plan(change("aws_iam_role.l", "update", later, later))
    report = asked(acme, data, role=later["arn"], caller="arn:aws:iam::111122223333:role/rag-api")
    missing = " ".join(point.missing for point in report.unknowns)
    assert "policies of role `made-later`" in missing


def test_boundaries_come_from_the_plan(acme: Snapshot) -> None:
    """A boundary that allows nothing of Bedrock."""
    arn = f"{AI}:policy/narrow"
    values = {"name": "narrow", "arn": arn, "policy": policy({**INVOKE, "Action": "s3:*"})}
    narrow = change("aws_iam_policy.narrow", "update", values, values)
    after = role("rag-inference", permissions_boundary=arn)
    bounded = change("aws_iam_role.r", "update", role("rag-inference"), after)
    assert ids(asked(acme, plan(narrow, bounded))) == ["BD411"]
    assert asked(acme, plan(bounded)).verdict is Verdict.UNKNOWN


def test_a_changed_managed_policy_reaches_all_that_it_is_attached_to(acme: Snapshot) -> None:
    """The role is not in the plan, only the policy that somebody attached to it."""
    arn = f"{AI}:policy/shared"
    attach = change(
        "aws_iam_role_policy_attachment.r",
        "create",
        None,
        {"role": "rag-inference", "policy_arn": arn},
    )
    shared = {"name": "shared", "arn": arn, "policy": policy({**INVOKE, "Effect": "Deny"})}
    first = app.preflight(
        acme, plans=[("a.json", plan(attach, change("aws_iam_policy.s", "update", shared, shared)))]
    )
    assert ids(app.diagnose(Attempt(CALLER, (ROLE_ARN,), MODEL, "eu-central-1"), first.snapshot))
    opened = {**shared, "policy": policy(INVOKE)}
    report = asked(first.snapshot, plan(change("aws_iam_policy.s", "update", shared, opened)))
    assert report.verdict is Verdict.ALLOW


def test_service_control_policies_are_changed_made_and_attached(acme: Snapshot) -> None:
    """A new SCP on the unit of the platform, and an existing one that is closed."""
    deny = policy({"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"})
    configuration = {
        "root_module": {
            "resources": [
                resource("aws_organizations_policy.no"),
                resource(
                    "aws_organizations_policy_attachment.no",
                    policy_id=["aws_organizations_policy.no.id", "aws_organizations_policy.no"],
                ),
            ]
        }
    }
    made = change(
        "aws_organizations_policy.no",
        "create",
        None,
        {"name": "NoModels", "type": "SERVICE_CONTROL_POLICY", "content": deny},
        {"id": True, "arn": True},
    )
    attached = change(
        "aws_organizations_policy_attachment.no",
        "create",
        None,
        {"target_id": "444455556666"},
        {"policy_id": True},
    )
    report = asked(acme, plan(made, attached, configuration=configuration))
    assert ids(report) == ["BD311"]
    assert report.findings[0].owner_account == "999900001111"
    assert asked(acme, plan(made, configuration=configuration)).verdict is Verdict.ALLOW
    old = {"id": "p-8f3k2q1m", "name": "DenyUnapprovedRegions", "content": policy(INVOKE)}
    closed = change("aws_organizations_policy.r", "update", old, {**old, "content": deny})
    assert "BD311" in ids(asked(acme, plan(closed)))


def test_endpoint_policies_come_from_the_plan(acme: Snapshot) -> None:
    """A new endpoint is named by its address; one without policy lets everything pass."""
    service = {"service_name": "com.amazonaws.eu-central-1.bedrock-runtime", "vpc_id": "vpc-1"}
    unknown = {"id": True, "policy": True}
    made = change("aws_vpc_endpoint.models", "create", None, service, unknown)
    configuration = {"root_module": {"resources": [resource("aws_vpc_endpoint.models")]}}
    data = plan(made, configuration=configuration)
    through = ("aws_vpc_endpoint.models",)
    open_ = asked(acme, data, account="111122223333", endpoints=through)
    assert open_.verdict is Verdict.ALLOW
    closed = policy({**INVOKE, "Principal": "*", "Effect": "Deny"})
    made = change("aws_vpc_endpoint.models", "create", None, {**service, "policy": closed}, {})
    report = asked(acme, plan(made), account="111122223333", endpoints=through)
    assert ids(report) == ["BD502"]


@pytest.mark.parametrize(
    ("configuration", "more"),
    [
        ({"assume_role": [{"role_arn": {"constant_value": f"{AI}:role/deploy"}}]}, {}),
        (
            {"assume_role": [{"role_arn": {"references": ["var.role"]}}]},
            {"variables": {"role": {"value": f"{AI}:role/deploy"}}},
        ),
        ({"allowed_account_ids": {"constant_value": ["444455556666"]}}, {}),
        (
            {},
            {
                "prior_state": {
                    "values": {
                        "root_module": {
                            "resources": [
                                {
                                    "address": "data.aws_caller_identity.me",
                                    "type": "aws_caller_identity",
                                    "values": {"account_id": "444455556666"},
                                }
                            ]
                        }
                    }
                }
            },
        ),
    ],
)
def test_the_provider_tells_the_account(
    acme: Snapshot, configuration: dict[str, Any], more: dict[str, Any]
) -> None:
    """Its role, its allowed accounts, or who it says it is."""
    denied = {"name": "d", "role": "rag-inference", "policy": policy({**INVOKE, "Effect": "Deny"})}
    identity = resource("aws_caller_identity.me", "aws.ai")
    identity["address"] = "data.aws_caller_identity.me"
    data = plan(
        change("aws_iam_role_policy.d", "create", None, denied),
        configuration={
            "provider_config": {"aws.ai": {"name": "aws", "expressions": configuration}},
            "root_module": {"resources": [resource("aws_iam_role_policy.d", "aws.ai"), identity]},
        },
        **more,
    )
    assert ids(asked(acme, data)) == ["BD410"]


def test_an_account_that_nothing_tells_is_asked_for(acme: Snapshot) -> None:
    """A guess could lay the change over the wrong account."""
    data = plan(
        change("aws_iam_role_policy.d", "create", None, {"name": "d", "role": "x", "policy": "{}"})
    )
    with pytest.raises(BadInput, match=r"nothing tells the account of `aws_iam_role_policy.d`"):
        asked(acme, data)


def test_what_is_not_considered_is_told(acme: Snapshot) -> None:
    """Permission sets and guardrails of a plan are named in the notes; other services are not."""
    data = plan(
        change("aws_ssoadmin_permission_set.g", "create", None, {}),
        change("aws_bedrock_guardrail.g", "create", None, {}),
        change("aws_s3_bucket.b", "create", None, {}),
        change("aws_iam_role.r", "create", None, {"assume_role_policy": "{}"}, {"name": True}),
    )
    notes = " ".join(asked(acme, data).way.notes)
    assert "tfplan.json: aws_ssoadmin_permission_set.g is not considered" in notes
    assert "aws_bedrock_guardrail.g is not considered" in notes
    assert "aws_iam_role.r has no name before it is applied" in notes
    assert "aws_s3_bucket" not in notes


def test_changes_of_groups_leave_users_open_and_roles_alone(acme: Snapshot) -> None:
    """Who is in a group, and what it has, is not followed."""
    arn = "arn:aws:iam::111122223333:user/dev"
    user = {"name": "dev", "arn": arn, "path": "/"}
    allow = {"name": "a", "user": "dev", "policy": policy(ASSUME)}
    trusting = role("rag-inference", assume_role_policy=trust(arn))
    ways = (
        change("aws_iam_user.dev", "create", None, {"name": "dev", "path": "/"}),
        change("aws_iam_user_policy.a", "create", None, allow),
    )
    opened = plan(change("aws_iam_role.r", "update", role("rag-inference"), trusting))
    first = app.preflight(acme, plans=[("a.json", opened)]).snapshot
    report = asked(first, plan(*ways), caller=user["arn"], account="111122223333")
    assert report.verdict is Verdict.ALLOW
    group = change("aws_iam_group_policy.g", "create", None, {"name": "g", "group": "g"})
    report = asked(first, plan(*ways, group), caller=user["arn"], account="111122223333")
    assert report.verdict is Verdict.UNKNOWN
    assert asked(acme, plan(group), account="111122223333").verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b'{"format_version": "1.2",', "is no JSON"),
        (b"[]", "is no Terraform plan"),
        (b'{"format_version": "1.0", "values": {}}', "is no Terraform plan"),
        (b'{"format_version": "2.0", "planned_values": {}}', "unknown format version 2.0"),
        (b'{"format_version": "1.2", "planned_values": {}, "errored": true}', "run that failed"),
        (
            b'{"format_version": "1.2", "planned_values": {}, "resource_changes": [{}]}',
            "not what Terraform writes: KeyError",
        ),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_plan_is_refused(acme: Snapshot, data: bytes, words: str) -> None:
    """The binary plan file, a state, another major version, a run that failed."""
    with pytest.raises(BadInput, match=words) as failure:
        asked(acme, data)
    assert failure.value.path == "tfplan.json"
    assert failure.value.line
