"""One operator-key pair of a Condition block, compiled (clauses C1, C3, C6)."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.evaluate.conditions.address import ADDRESS
from bedrock_doctor.evaluate.conditions.arn import ARN
from bedrock_doctor.evaluate.conditions.comparison import Family, Test
from bedrock_doctor.evaluate.conditions.numeric import DATE, NUMERIC
from bedrock_doctor.evaluate.conditions.scalar import BINARY, BOOL
from bedrock_doctor.evaluate.conditions.string import EQUALS, LIKE
from bedrock_doctor.evaluate.glob import tokens_of
from bedrock_doctor.evaluate.tristate import MAYBE, YES, all_of, any_of, negate
from bedrock_doctor.evaluate.variables import Template, Unresolved, template_of, text_of
from bedrock_doctor.model.operators import Operator, parse_operator
from bedrock_doctor.model.policy import Condition
from bedrock_doctor.model.request import Context


def _family(base: str) -> Family:
    if base.startswith("String"):
        return LIKE if base.endswith("Like") else EQUALS
    families = (("Numeric", NUMERIC), ("Date", DATE), ("Arn", ARN), ("Bool", BOOL))
    for prefix, family in families:
        if base.startswith(prefix):
            return family
    return BINARY if base == "BinaryEquals" else ADDRESS


_WITH_VARIABLES = (EQUALS, LIKE, ARN)
"""Elsewhere ``${…}`` is text; AWS's pages differ about Bool (clause C8)."""


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """A condition ready to be tested.

    Attributes:
        condition: as written.
        operator: taken apart.
        key: lower-case context key.
        tests: one for each policy value without variables.
        templates: the policy values with variables.
        family: how values are compared.
    """

    condition: Condition
    operator: Operator
    key: str
    tests: tuple[Test, ...]
    templates: tuple[Template, ...]
    family: Family

    @property
    def keys(self) -> tuple[str, ...]:
        """The lower-case context keys that it reads."""
        return (self.key, *(key for template in self.templates for key in template.keys))

    def test(self, context: Context) -> int:
        """Whether the condition holds."""
        values = context.values.get(self.key)
        if values is None and context.missing_fact(self.key) is not None:
            return MAYBE
        if not self.condition.values:
            return MAYBE
        if self.operator.base == "Null":
            return MAYBE if values and not any(values) else self._null(bool(values))
        if values and not any(values) and self.operator.quantifier == "ForAllValues":
            # an empty text counts as an empty set (clause C6)
            return YES
        if not values:
            return self._absent()
        tests = self._resolved(context) if self.templates else self.tests
        negated = self.operator.negated
        if len(values) == 1:
            answer = any_of(test(values[0]) for test in tests)
            return negate(answer) if negated else answer
        answers = [any_of(test(value) for test in tests) for value in values]
        if negated:
            answers = [negate(answer) for answer in answers]
        if self.operator.quantifier == "ForAllValues":
            return all_of(answers)
        if self.operator.quantifier == "ForAnyValue":
            return any_of(answers)
        # Several values without a set operator: AWS gives no rule (clause C6).
        return answers[0] if len(set(answers)) == 1 else MAYBE

    def _absent(self) -> int:
        if self.operator.if_exists or self.operator.quantifier == "ForAllValues":
            return YES
        return int(self.operator.negated and not self.operator.quantifier)

    def _null(self, present: bool) -> int:
        wanted = {text.value.lower() for text in self.condition.values}
        return int(("false" if present else "true") in wanted)

    def _resolved(self, context: Context) -> list[Test]:
        found = list(self.tests)
        for template in self.templates:
            tokens = template.resolve(context)
            if not isinstance(tokens, Unresolved):
                found.append(self.family.compile(self.operator.base, tokens))
            elif tokens.fact is not None:
                found.append(lambda value: MAYBE)
        return found

    def unresolved(self, context: Context) -> Unresolved | None:
        """The first policy variable without a value in this request."""
        for template in self.templates:
            tokens = template.resolve(context)
            if isinstance(tokens, Unresolved):
                return tokens
        return None

    def resolved_values(self, context: Context) -> tuple[str, ...]:
        """The policy values as this request reads them."""
        shown: list[str] = [text.value for text in self.condition.values if "${" not in text.value]
        for template in self.templates:
            tokens = template.resolve(context)
            if not isinstance(tokens, Unresolved):
                shown.append(text_of(tokens))
        return tuple(shown)


def compile_condition(condition: Condition, version: str) -> CompiledCondition:
    """Compiles one condition whose operator is known to exist."""
    operator = parse_operator(condition.operator.value)
    if operator is None:
        raise ValueError(f"unknown condition operator {condition.operator.value}")
    family = _family(operator.base)
    tests: list[Test] = []
    templates: list[Template] = []
    for text in condition.values if operator.base != "Null" else ():
        template = template_of(text.value, version, wildcards=family.wildcards)
        if template is not None and family is BOOL:
            tests.append(lambda value: MAYBE)
            continue
        if template is not None and family in _WITH_VARIABLES:
            templates.append(template)
            continue
        tokens = tokens_of(text.value) if family.wildcards else (text.value,)
        tests.append(family.compile(operator.base, tokens))
    return CompiledCondition(
        condition,
        operator,
        condition.key.value.lower(),
        tuple(tests),
        tuple(templates),
        family,
    )
