"""Policy documents to statements, with every defect for which AWS would have refused to store them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from bedrock_doctor.model.json_spans import JsonDefect, Member, Node, read_json
from bedrock_doctor.model.operators import Operator, parse_operator
from bedrock_doctor.model.policy import (
    Condition,
    Effect,
    Patterns,
    Policy,
    PolicyDocument,
    PolicyKind,
    PolicyProblem,
    Principals,
    PrincipalValue,
    Statement,
    Text,
)
from bedrock_doctor.model.policy_values import (
    has_wildcard,
    is_action_pattern,
    is_aws_principal,
    is_every_action,
    variable_defect,
)
from bedrock_doctor.model.remembered import Remembered
from bedrock_doctor.model.source import Span

VERSIONS = ("2012-10-17", "2008-10-17")
WITH_VARIABLES = VERSIONS[0]
"""The Version under which ``${…}`` is a policy variable; under the other one it is text."""
PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")
_TOP = ("Version", "Id", "Statement")
_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_WITH_PRINCIPAL = (PolicyKind.TRUST, PolicyKind.RESOURCE, PolicyKind.ENDPOINT, PolicyKind.RCP)
_WITHOUT_RESOURCE = (PolicyKind.TRUST,)


def _parse(document: PolicyDocument) -> Policy:
    reader = _PolicyReader(document.ref.kind)
    try:
        root = read_json(document.source.text)
    except JsonDefect as defect:
        end = min(defect.offset + 1, len(document.source.text))
        problem = PolicyProblem(
            defect.pointer, Span(defect.offset, end), defect.message, "a JSON document"
        )
        return Policy(document, VERSIONS[1], (), (problem,))
    version, statements = reader.policy(root)
    if reader.problems:
        return Policy(document, version, (), tuple(reader.problems))
    return Policy(document, version, tuple(statements))


def weight_of(document: PolicyDocument) -> int:
    """The characters of a document."""
    return len(document.source.text)


parse_policy = Remembered(_parse, weight_of, most=1 << 23)
"""Parses one document; never raises.

A document that AWS would not have stored comes back with `problems` and without statements.
"""


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


class _PolicyReader:
    """Reads one policy and collects its problems instead of stopping at the first."""

    def __init__(self, kind: PolicyKind) -> None:
        self.kind = kind
        self.variables = False
        self.problems: list[PolicyProblem] = []

    def problem(self, node: Node, message: str, expected: str, span: Span | None = None) -> None:
        self.problems.append(PolicyProblem(node.pointer, span or node.span, message, expected))

    def policy(self, root: Node) -> tuple[str, list[Statement]]:
        version = VERSIONS[1]
        if root.kind != "object":
            self.problem(root, f"a policy is an object, not a {root.kind}", "a JSON object")
            return version, []
        self._known_names(root, _TOP)
        given = root.member("Version")
        if given:
            if given.value.scalar in VERSIONS and given.value.kind == "string":
                version = str(given.value.scalar)
                self.variables = version == WITH_VARIABLES
            else:
                self.problem(given.value, "unknown Version", " or ".join(VERSIONS))
        statement = root.member("Statement")
        if statement is None:
            self.problem(root, "the policy has no Statement", "a Statement element")
            return version, []
        nodes = statement.value.items if statement.value.kind == "array" else (statement.value,)
        if not nodes:
            self.problem(statement.value, "Statement is an empty list", "at least one statement")
        statements = [self._statement(index, node) for index, node in enumerate(nodes)]
        return version, [statement for statement in statements if statement is not None]

    def _known_names(self, node: Node, names: tuple[str, ...]) -> None:
        for member in node.members:
            if member.name not in names:
                near = next((name for name in names if name.lower() == member.name.lower()), None)
                expected = f"`{near}`" if near else "one of " + ", ".join(names)
                self.problem(
                    member.value, f"unknown element `{member.name}`", expected, member.name_span
                )

    def _statement(self, index: int, node: Node) -> Statement | None:
        if node.kind != "object":
            self.problem(node, f"a statement is an object, not a {node.kind}", "a JSON object")
            return None
        before = len(self.problems)
        self._known_names(node, _ELEMENTS)
        sid = node.member("Sid")
        if sid and sid.value.kind != "string":
            self.problem(sid.value, "Sid is no string", "a string")
        effect = node.member("Effect")
        if effect is None or effect.value.scalar not in ("Allow", "Deny"):
            at = effect.value if effect else node
            self.problem(at, "Effect is missing or unknown", "`Allow` or `Deny`")
        action = self._one_of(node, "Action", required=True)
        resource = self._one_of(node, "Resource", required=self.kind not in _WITHOUT_RESOURCE)
        if resource and self.kind in _WITHOUT_RESOURCE:
            self.problem(node, "a trust policy has no Resource", "no Resource", resource.key.span)
        principal = self._principal(node, effect.value.scalar if effect else None)
        if self.kind is PolicyKind.RCP and effect and action:
            self._check_rcp(node, effect.value.scalar == "Deny", action)
        conditions = self._conditions(node)
        if len(self.problems) > before or action is None or effect is None:
            return None
        return Statement(
            index=index,
            sid=str(sid.value.scalar) if sid and sid.value.scalar else None,
            effect=Effect(str(effect.value.scalar)),
            action=action,
            resource=resource,
            principal=principal,
            conditions=conditions,
            pointer=node.pointer,
            span=node.span,
            effect_text=self._text(effect.value),
        )

    def _one_of(self, node: Node, name: str, *, required: bool) -> Patterns | None:
        plain, negated = node.member(name), node.member("Not" + name)
        if plain and negated:
            self.problem(node, f"both {name} and Not{name} are given", "one", negated.name_span)
        member = plain or negated
        if member is None:
            if required:
                self.problem(node, f"the statement has no {name}", f"{name} or Not{name}")
            return None
        values = self._strings(member.value, member.name)
        for value in values:
            if name == "Action" and not is_action_pattern(value.value):
                message = "an action has a service prefix and a name"
                self._text_problem(value, message, "`service:Action` or `*`")
            elif name == "Resource":
                self._check_variables(value)
        return Patterns(member is negated, values, self._key(member))

    def _check_rcp(self, node: Node, denies: bool, action: Patterns) -> None:
        """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html"""
        if action.negated:
            self._text_problem(action.key, "a resource control policy has no NotAction", "Action")
        for value in action.values:
            if denies and is_every_action(value.value):
                message = "a Deny of a resource control policy names a service in every action"
                self._text_problem(value, message, "`service:*` or `service:Action`")

    def _check_variables(self, text: Text) -> None:
        defect = variable_defect(text.value) if self.variables else None
        if defect:
            self._text_problem(text, defect, "`${key}`, `${key, 'default'}` or `${*}`")

    def _text_problem(self, text: Text, message: str, expected: str) -> None:
        self.problems.append(PolicyProblem(text.pointer, text.span, message, expected))

    def _strings(self, node: Node, name: str) -> tuple[Text, ...]:
        nodes = node.items if node.kind == "array" else (node,)
        if not nodes:
            self.problem(node, f"{name} is an empty list", "at least one value")
        for item in nodes:
            if item.kind != "string":
                self.problem(item, f"{name} holds a {item.kind}", "a string or a list of strings")
        return tuple(self._text(item) for item in nodes if item.kind == "string")

    def _principal(self, node: Node, effect: object) -> Principals | None:
        plain, negated = node.member("Principal"), node.member("NotPrincipal")
        if plain and negated:
            self.problem(node, "both Principal and NotPrincipal are given", "one")
        member = plain or negated
        if member is None:
            if self.kind in _WITH_PRINCIPAL:
                self.problem(node, "the statement has no Principal", "a Principal element")
            return None
        if self.kind not in _WITH_PRINCIPAL:
            self.problem(
                node, f"a {self.kind} has no {member.name}", "no Principal", member.name_span
            )
            return None
        if negated:
            self._check_not_principal(negated, effect)
        found = self._principals(member.value)
        if self.kind is PolicyKind.RCP and [entry.type for entry in found] != ["*"]:
            message = "a resource control policy names everyone"
            self.problem(member.value, message, '`"Principal": "*"`, narrowed by conditions')
        return Principals(member is negated, tuple(found), self._key(member))

    def _check_not_principal(self, member: Member, effect: object) -> None:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"""
        if self.kind in (PolicyKind.TRUST, PolicyKind.RCP):
            self.problem(
                member.value, f"a {self.kind} has no NotPrincipal", "Principal", member.name_span
            )
        elif effect == "Allow":
            message = "NotPrincipal stands with Allow"
            self.problem(member.value, message, "Principal, or the effect Deny", member.name_span)

    def _principals(self, value: Node) -> list[PrincipalValue]:
        if value.kind == "string":
            if value.scalar != "*":
                self.problem(value, "Principal is a text", '`"*"` or an object such as {"AWS": …}')
            return [PrincipalValue("*", self._text(value))]
        if value.kind != "object" or not value.members:
            self.problem(value, "Principal names nobody", '`"*"` or an object such as {"AWS": …}')
            return []
        found: list[PrincipalValue] = []
        for entry in value.members:
            if entry.name not in PRINCIPAL_TYPES:
                self.problem(
                    entry.value,
                    f"unknown principal type `{entry.name}`",
                    "one of " + ", ".join(PRINCIPAL_TYPES),
                    entry.name_span,
                )
            texts = self._strings(entry.value, entry.name)
            found += [PrincipalValue(entry.name, text) for text in texts]
            for text in texts:
                self._check_principal(entry.name, text)
        return found

    def _check_principal(self, kind: str, text: Text) -> None:
        if has_wildcard(text.value) and not (kind == "AWS" and text.value == "*"):
            expected = "a full ARN, or `*` with a condition on aws:PrincipalArn"
            if kind != "AWS":
                expected = "the whole name"
            self._text_problem(text, "a principal holds a wildcard", expected)
        elif kind == "AWS" and not is_aws_principal(text.value):
            expected = "an account id, or the ARN of an account root, user, role or session"
            self._text_problem(text, f"`{text.value}` is no principal", expected)

    def _conditions(self, node: Node) -> tuple[Condition, ...]:
        block = node.member("Condition")
        if block is None:
            return ()
        if block.value.kind != "object":
            self.problem(block.value, "Condition is no object", "operators with their keys")
            return ()
        found: list[Condition] = []
        for operator in block.value.members:
            if parse_operator(operator.name) is None:
                self.problem(
                    operator.value,
                    f"unknown condition operator `{operator.name}`",
                    "an operator such as StringEquals, in this spelling",
                    operator.name_span,
                )
            if operator.value.kind != "object":
                self.problem(operator.value, "an operator holds no keys", "keys with values")
                continue
            seen: set[str] = set()
            for key in operator.value.members:
                if key.name.lower() in seen:
                    message, expected = f"`{key.name}` is given twice", "each key once"
                    self.problem(key.value, message, expected, key.name_span)
                seen.add(key.name.lower())
                found.append(self._condition(operator, key))
        return tuple(found)

    def _condition(self, operator: Member, key: Member) -> Condition:
        nodes = key.value.items if key.value.kind == "array" else (key.value,)
        for item in nodes:
            if item.kind in ("object", "array", "null"):
                self.problem(item, f"`{key.name}` holds a {item.kind}", "texts, numbers, booleans")
        if ":" not in key.name:
            message = f"the condition key `{key.name}` has no prefix"
            self.problem(key.value, message, "a key such as aws:PrincipalArn", key.name_span)
        values = tuple(self._text(item) for item in nodes)
        parsed = parse_operator(operator.name)
        if parsed is not None:
            for value in values:
                self._check_value(parsed, value)
        return Condition(self._key(operator), self._key(key), values)

    def _check_value(self, operator: Operator, value: Text) -> None:
        if operator.base == "Null" and value.value.lower() not in ("true", "false"):
            self._text_problem(value, f"Null is `{value.value}`", "`true` or `false`")
        if operator.base.startswith(("String", "Arn")):
            self._check_variables(value)

    def _key(self, member: Member) -> Text:
        return Text(member.name, member.value.pointer, member.name_span)

    def _text(self, node: Node) -> Text:
        scalar = node.scalar
        value = str(scalar).lower() if isinstance(scalar, bool) else str(scalar)
        return Text(value, node.pointer, node.span)
