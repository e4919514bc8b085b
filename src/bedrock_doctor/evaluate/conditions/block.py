"""One operator-key pair of a Condition block, compiled (clauses C1, C3, C6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bedrock_doctor.evaluate.conditions.address import ADDRESS
from bedrock_doctor.evaluate.conditions.arn import ARN
from bedrock_doctor.evaluate.conditions.comparison import Family, Test
from bedrock_doctor.evaluate.conditions.numeric import DATE, NUMERIC
from bedrock_doctor.evaluate.conditions.scalar import BINARY, BOOL
from bedrock_doctor.evaluate.conditions.string import EQUALS, LIKE
from bedrock_doctor.evaluate.glob import compile_tokens, tokens_of
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES, agreed, all_of, any_of, negate
from bedrock_doctor.evaluate.variables import (
    Reading,
    Template,
    Unresolved,
    template_of,
    text_of,
)
from bedrock_doctor.model.operators import Operator, parse_operator
from bedrock_doctor.model.policy import Condition
from bedrock_doctor.model.remembered import lowered
from bedrock_doctor.model.request import Context, Request


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
_MOST_KNOWN = 64
_LONGEST_KNOWN = 256
"""Of so many latest values, each no longer than this, a condition remembers its answers."""
_EMPTY = ("",)
"""An empty text as the only value: AWS leaves open whether the key counts as present."""


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
        single: the answer to one value of the request, where that needs no more than the value.
    """

    condition: Condition
    operator: Operator
    key: str
    tests: tuple[Test, ...]
    templates: tuple[Template, ...]
    family: Family
    single: Test | None

    @property
    def keys(self) -> tuple[str, ...]:
        """The lower-case context keys that it reads."""
        return (self.key, *(key for template in self.templates for key in template.keys))

    def test(self, context: Context) -> int:
        """Whether the condition holds."""
        values = context.values.get(self.key)
        if values is None:
            is_open = context.missing_fact(self.key) is not None
            return MAYBE if is_open or not self.condition.values else self._absent()
        if self.single is not None and len(values) == 1 and values[0]:
            return self.single(values[0])
        if not self.condition.values:
            return MAYBE
        if self.operator.base == "Null" and values:
            return MAYBE if values == _EMPTY else self._null(present=True)
        if values == _EMPTY and self.operator.quantifier == "ForAllValues":
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
        # Several values without a set operator: certain only where none of them matches (C6).
        unmatched = int(negated)
        return unmatched if set(answers) == {unmatched} else MAYBE

    def tester(self) -> Callable[[Request], int]:
        """The same test of a request, quickest for a key that has one value."""
        single, general, key = self.single, self.test, self.key
        if single is None:
            return lambda request: general(request.context)
        known: dict[str, int] = {}

        def test(request: Request) -> int:
            values = request.context.values.get(key)
            if values is None or len(values) != 1:
                return general(request.context)
            value = values[0]
            answer = known.get(value)
            if answer is None:
                answer = single(value) if value else general(request.context)
                if len(value) <= _LONGEST_KNOWN:
                    if len(known) == _MOST_KNOWN:
                        known.clear()
                    known[value] = answer
            return answer

        return test

    def _absent(self) -> int:
        if self.operator.base == "Null":
            return self._null(present=False)
        if self.operator.if_exists or self.operator.quantifier == "ForAllValues":
            return YES
        return int(self.operator.negated and not self.operator.quantifier)

    def _null(self, *, present: bool) -> int:
        wanted = {text.value.lower() for text in self.condition.values}
        return int(("false" if present else "true") in wanted)

    def _resolved(self, context: Context) -> list[Test]:
        return [*self.tests, *(self._filled(template, context) for template in self.templates)]

    def _filled(self, template: Template, context: Context) -> Test:
        """The test of a policy value with variables: all its readings must agree."""
        readings = template.readings(context)
        tests = [self._reading(reading) for reading in readings if reading is not None]
        if len(tests) == len(readings) == 1:
            return tests[0]
        nothing = [NO] if len(tests) < len(readings) else []
        return lambda value: agreed([*nothing, *(test(value) for test in tests)])

    def _reading(self, reading: Reading) -> Test:
        if not reading.is_open:
            return self.family.compile(self.operator.base, reading.tokens)
        # a value that is not known: no match only if none would match, whatever it were (E4)
        tokens, folds = reading.tokens, "IgnoreCase" in self.operator.base
        if folds:
            tokens = tuple(t.lower() if isinstance(t, str) else t for t in tokens)
        match = compile_tokens(tokens)
        return lambda value: MAYBE if match(value.lower() if folds else value) else NO

    def unresolved(self, context: Context) -> Unresolved | None:
        """The first policy variable without a value in this request."""
        found = (template.unresolved(context) for template in self.templates)
        return next((entry for entry in found if entry is not None), None)

    def resolved_values(self, context: Context) -> tuple[str, ...]:
        """The policy values as this request reads them."""
        shown: list[str] = [text.value for text in self.condition.values if "${" not in text.value]
        for template in self.templates:
            first = template.readings(context)[0]
            if first is not None and not first.is_open:
                shown.append(text_of(first.tokens))
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
    key = lowered(condition.key.value)
    single = None if templates or operator.base == "Null" else _single(operator, condition, tests)
    return CompiledCondition(
        condition, operator, key, tuple(tests), tuple(templates), family, single
    )


def _single(operator: Operator, condition: Condition, tests: list[Test]) -> Test | None:
    if not tests:
        return None
    if operator.base in ("StringEquals", "StringNotEquals"):
        wanted, found = (
            frozenset(text.value for text in condition.values),
            int(not operator.negated),
        )
        return lambda value: found if value in wanted else 1 - found
    if operator.negated:
        return lambda value: negate(any_of(test(value) for test in tests))
    return tests[0] if len(tests) == 1 else lambda value: any_of(test(value) for test in tests)
