"""The second evaluator: one case of ``evaluate`` decided straight from docs/semantics.

It exists to disagree: it shares no code with the engine, is not optimised, and a reader can
check it line by line against the clauses whose ids stand beside the code.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

from tests.differential.naive_grammar import OPERATOR, as_list, is_malformed
from tests.differential.naive_match import (
    Context,
    Tri,
    action_matches,
    all_of,
    any_of,
    condition_holds,
    negate,
    resource_matches,
)
from tests.differential.naive_principals import Caller, Hit, excluded, listed, read_caller

LAYERS = ("identity", "resource", "boundary", "session", "scp", "rcp", "vpce")
BLOCK_ORDER = ("identity", "boundary", "session", "resource", "scp", "rcp", "vpce")
TRUST_ACTIONS = {
    *("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"),
    *("sts:tagsession", "sts:setsourceidentity", "sts:setcontext"),
}
RCP_SERVICES = frozenset(
    {
        *("aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets"),
        *("clouddirectory", "cloudfront", "cloudsearch", "cloudtrail-data", "codeartifact"),
        *("codebuild", "codecommit", "codepipeline", "cognito-identity", "cognito-idp"),
        *("comprehend", "comprehendmedical", "compute-optimizer", "cost-optimization-hub"),
        *("dax", "dsql", "dynamodb", "ecr", "ecr-public", "events", "firehose", "fis"),
        *("fms", "gamelift", "health", "inspector-scan", "kendra", "kinesisvideo", "kms"),
        *("logs", "memorydb", "networkmonitor", "notifications", "opensearch"),
        *("pca-connector-ad", "personalize", "polly", "pricing", "resource-groups"),
        *("rolesanywhere", "s3", "secretsmanager", "servicediscovery", "signin", "sqs"),
        *("sts", "support", "swf", "textract", "timestream-influxdb", "transcribe"),
        *("transfer", "translate", "wafv2", "workspaces", "xray"),
    }
)
"""D3: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A layer: is there a matching Allow, is there a matching Deny, and how the Allow names us."""

    allow: Tri
    deny: Tri = False
    direct: Tri = False
    role: Tri = False
    star: Tri = False

    @property
    def outcome(self) -> str:
        """E1: the word for the layer on its own."""
        if self.deny is True:
            return "ExplicitlyDenied"
        if self.allow is False:
            return "ImplicitlyDenied"
        return "Unknown" if None in (self.allow, self.deny) else "Allowed"


UNREADABLE = Answer(None, None, None, None, None)
OPEN_DOOR = Answer(True, False, True, True, False)
State = dict[str, Answer | None]
"""The seven layers; ``None`` for one that does not apply."""


def merge(answers: list[Answer]) -> Answer:
    """Several documents of one layer are one union of statements (D4)."""
    columns = ("allow", "deny", "direct", "role", "star")
    return Answer(*(any_of(getattr(a, column) for a in answers) for column in columns))


@dataclass(frozen=True, slots=True)
class Request:
    """What one case asks, with the circumstances that the clauses depend on."""

    caller: Caller
    action: str
    resource: str
    same_account: bool
    context: Context
    boundary: Any

    @property
    def is_trust(self) -> bool:
        """D7: the actions whose resource policy is a role's trust policy."""
        parts = self.resource.split(":", 5)
        role = len(parts) == 6 and parts[2] == "iam" and parts[5].startswith("role/")
        return self.action.lower() in TRUST_ACTIONS and role

    @property
    def needs_resource_policy(self) -> bool:
        """D7, D13: roles and KMS keys are reached only if their own policy allows."""
        key = self.action.lower().startswith("kms:") and ":key/" in self.resource
        return self.is_trust or key

    @property
    def is_root_assuming(self) -> bool:
        """D10: a root user cannot assume a role."""
        return self.caller.type == "root" and self.is_trust

    @property
    def is_service_linked(self) -> Tri:
        """D2, D3: told by the role's path; not known when only the name tells of it."""
        arns = [self.caller.arn, *(self.context.lookup("aws:PrincipalArn") or [])]
        paths = [arn.split(":role/", 1)[1] for arn in arns if ":role/" in arn]
        if paths:
            return any(path.startswith("aws-service-role/") for path in paths)
        name = self.caller.role_name
        named = self.caller.type == "assumed-role" and name.startswith("AWSServiceRoleFor")
        return None if named else False


def read_document(document: Any, kind: str, request: Request) -> Answer:
    """The answer of one document; unreadable and malformed ones tell nothing (A4, E1)."""
    if document == "unknown" or is_malformed(document, kind):
        return UNREADABLE
    variables = document.get("Version") == "2012-10-17"
    context = replace(request.context, variables=variables)
    answers = []
    for statement in as_list(document["Statement"]):
        matter = all_of(_matters(statement, kind, request, context))
        names: list[Hit] = [(True, "star")]
        if "Principal" in statement:
            names = listed(statement["Principal"], request.caller, context)
        elif "NotPrincipal" in statement:
            names = [(_not_principal(statement, request, context), "star")]
        matched = all_of([matter, any_of(hit for hit, _ in names)])
        if statement["Effect"] == "Deny":
            answers.append(Answer(False, matched))
            continue
        how = {kind: any_of(h for h, k in names if k == kind) for kind in ("direct", "role")}
        star = any_of(hit for hit, k in names if k == "star")
        if _tests_principal_arn(statement):
            how["direct"], star = any_of([how["direct"], star]), False
        direct, role = (all_of([matter, how[kind]]) for kind in ("direct", "role"))
        answers.append(Answer(matched, False, direct, role, all_of([matter, star])))
    return merge(answers)


def _matters(statement: Any, kind: str, request: Request, context: Context) -> list[Tri]:
    """B1-B3, C1: action, resource and condition of a statement."""
    listed_actions = as_list(statement.get("Action", statement.get("NotAction")))
    action: Tri = any(action_matches(text, request.action) for text in listed_actions)
    resource: Tri = True
    if kind != "trust":
        texts = as_list(statement.get("Resource", statement.get("NotResource")))
        resource = any_of(resource_matches(t, request.resource, context, kind) for t in texts)
    return [
        negate(action) if "NotAction" in statement else action,
        negate(resource) if "NotResource" in statement else resource,
        condition_holds(statement.get("Condition", {}), context),
    ]


def _not_principal(statement: Any, request: Request, context: Context) -> Tri:
    """B7: a boundary makes NotPrincipal deny its bearer whatever is listed."""
    matched = negate(excluded(statement["NotPrincipal"], request.caller, context))
    if request.caller.type not in ("user", "role", "assumed-role") or request.boundary is None:
        return matched
    return any_of([matched, None if request.boundary == "unknown" else True])


def _tests_principal_arn(statement: Any) -> bool:
    """D5: everyone narrowed by a positive test of aws:PrincipalArn names the caller itself."""
    for name, keys in statement.get("Condition", {}).items():
        parsed = OPERATOR.fullmatch(name)
        positive = parsed is not None and parsed["base"] and "Not" not in name
        if positive and any(key.lower() == "aws:principalarn" for key in keys):
            return True
    return False


def read_levels(levels: Any, kind: str, request: Request) -> Answer | None:
    """D2, D3: every level must allow; of RCPs only Deny matters."""
    if not levels:
        return None
    if levels == "unknown" or request.is_service_linked is None:
        return UNREADABLE
    answers = [
        UNREADABLE
        if level == "unknown"
        else merge([read_document(document, kind, request) for document in level])
        for level in levels
    ]
    deny = any_of(answer.deny for answer in answers)
    return Answer(True if kind == "rcp" else all_of(a.allow for a in answers), deny)


def read_layers(case: dict[str, Any], request: Request) -> State:
    """E1: each layer for itself, also where another already decides."""
    caller = request.caller
    state: State = dict.fromkeys(LAYERS)

    def union(position: str, kind: str) -> Answer | None:
        documents = case.get(position)
        if documents is None or documents == []:
            return None
        return merge([read_document(d, kind, request) for d in as_list(documents)])

    if caller.type == "root":
        state["identity"] = Answer(not request.is_root_assuming)
    elif not caller.is_outsider:
        state["identity"] = union("identity_policies", "identity") or Answer(False)
        state["boundary"] = union("boundary", "boundary")
        state["session"] = union("session_policy", "session")
    state["resource"] = union("resource_policy", "trust" if request.is_trust else "resource")
    needed = not request.same_account or request.needs_resource_policy or caller.is_outsider
    if state["resource"] is None and needed:
        state["resource"] = Answer(False)
    state["vpce"] = union("vpce_policy", "vpce")
    if request.is_service_linked is not True:
        if not caller.is_outsider:
            state["scp"] = read_levels(case.get("scp_levels"), "scp", request)
        service = request.action.lower().split(":")[0]
        if service in RCP_SERVICES and request.action.lower() != "kms:retiregrant":
            state["rcp"] = read_levels(case.get("rcp_levels"), "rcp", request)
    return state


def is_granted(state: State, request: Request) -> Tri:
    """D2-D8, D10, D13: whether all that must allow does allow, explicit denies aside."""

    def allows(*layers: str) -> Tri:
        return all_of(True if (a := state[name]) is None else a.allow for name in layers)

    walls = allows("scp", "rcp", "vpce")
    limits = allows("boundary", "session")
    person = all_of([allows("identity"), limits])
    resource = state["resource"] or Answer(False)
    if request.caller.is_outsider:
        core = resource.allow
    elif not request.same_account or request.is_root_assuming:
        core = all_of([person, resource.allow])
    else:
        needed = resource.allow if request.needs_resource_policy else True
        everyone = all_of([resource.star, True if limits else None])
        own = all_of([person, needed])
        core = any_of([own, resource.direct, all_of([resource.role, limits]), everyone])
    return all_of([core, walls])


def verdict_of(state: State, request: Request) -> str:
    """D1, E2: the word for the whole request."""
    denies = any_of(answer.deny for answer in state.values() if answer)
    granted = is_granted(state, request)
    return Answer(granted, denies).outcome


def blockers(state: State, request: Request) -> list[str]:
    """D12: the smallest set of layers that must change; of equal sets the first in order."""
    present = [name for name in BLOCK_ORDER if state[name]]
    by_role = request.caller.type in ("role", "assumed-role")
    for size in range(len(present) + 1):
        for chosen in itertools.combinations(present, size):
            changed = state | dict.fromkeys(chosen, OPEN_DOOR)
            if "resource" in chosen:
                changed["resource"] = Answer(True, False, not by_role, by_role)
            if "Denied" not in verdict_of(changed, request):
                return list(chosen)
    raise AssertionError("a request whose layers all allow is allowed")


def evaluate(case: dict[str, Any]) -> dict[str, Any]:
    """The answer to one case in the format of ``evaluate`` (CONTRACTS, "evaluate cases")."""
    asked = case["request"]
    context = Context(asked.get("context") or {}, frozenset(asked.get("unknown_keys") or ()))
    caller = read_caller(asked["principal"], asked.get("principal_account"))
    parts = asked["resource"].split(":", 5)
    owner = asked.get("resource_account")
    if owner is None and len(parts) == 6 and parts[4].isdigit():
        owner = parts[4]
    caller = replace(caller, asks_in=owner or "")
    owner = owner or caller.account
    if len(parts) == 6 and parts[4] == "" and parts[5].startswith("foundation-model/"):
        owner = caller.account
    action, resource = asked["action"], asked["resource"]
    same = owner == caller.account
    request = Request(caller, action, resource, same, context, case.get("boundary"))
    state = read_layers(case, request)
    return {
        "id": case.get("id"),
        "verdict": verdict_of(state, request),
        "layers": {
            name: answer.outcome if (answer := state[name]) else "NotApplicable" for name in LAYERS
        },
        "blocked_by": blockers(state, request),
    }
