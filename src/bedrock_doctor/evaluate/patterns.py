"""Action and Resource elements (clauses B1-B4, B9-B11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bedrock_doctor.evaluate.glob import (
    Matcher,
    compile_glob,
    compile_tokens,
    has_wildcard,
    tokens_of,
)
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES, agreed, negate
from bedrock_doctor.evaluate.variables import Template, Tokens, Unresolved, template_of, text_of
from bedrock_doctor.model.policy import Patterns, PolicyKind, Text
from bedrock_doctor.model.policy_values import VARIABLE
from bedrock_doctor.model.request import Context, Request

_COLONS = 5
"""In an ARN of six parts."""
_COMPLETED = (PolicyKind.INLINE, PolicyKind.MANAGED, PolicyKind.BOUNDARY)
"""Where AWS completes an ARN with fewer parts; of other kinds it does not say so (clause B9)."""


def normal_action(pattern: str) -> str:
    """Actions are compared without case."""
    return pattern.lower()


@dataclass(frozen=True, slots=True)
class CompiledActions:
    """An Action or NotAction element."""

    element: Patterns
    matchers: tuple[tuple[Matcher, Text], ...]

    def test(self, action: str) -> bool:
        """Whether the element covers a lower-case action."""
        return any(match(action) for match, _ in self.matchers) != self.element.negated

    def listed(self, action: str) -> tuple[Text, ...]:
        """The patterns that match, whether or not the element is negated."""
        return tuple(text for match, text in self.matchers if match(action))


def compile_actions(element: Patterns) -> CompiledActions:
    """Compiles an Action or NotAction element."""
    return CompiledActions(
        element,
        tuple((compile_glob(normal_action(text.value)), text) for text in element.values),
    )


def _matches_all(text: str) -> bool:
    return bool(text) and not text.strip("*")


@dataclass(frozen=True, slots=True)
class Filled:
    """What one reading of a listed value matches.

    Attributes:
        sure: patterns of which a match is a match.
        doubtful: patterns of which a match may be one.
    """

    sure: tuple[Tokens, ...] = ()
    doubtful: tuple[Tokens, ...] = ()

    def test(self, resource: str) -> int:
        """Whether it matches."""
        if any(compile_tokens(tokens)(resource) for tokens in self.sure):
            return YES
        return MAYBE if any(compile_tokens(tokens)(resource) for tokens in self.doubtful) else NO


NOTHING = Filled()


@dataclass(frozen=True, slots=True)
class ResourceValue:
    """A listed resource as its kind of policy reads it.

    Attributes:
        text: as written.
        completes: whether missing parts of an ARN are certainly completed with stars.
    """

    text: str
    completes: bool

    def filled(self, tokens: Tokens, *, doubted: bool = False) -> Filled:
        """What the value matches when its text reads so."""
        if not self.text.startswith("arn:"):
            # No ARN: AWS refuses it, or nothing is ever called so; a wildcard leaves a doubt (B10).
            certain = _matches_all(self.text)
            return Filled((tokens,)) if certain and not doubted else Filled((), (tokens,))
        whole: tuple[Tokens, ...] = (tokens,)
        completed: tuple[Tokens, ...] = ()
        missing = _COLONS - sum(t.count(":") for t in tokens if isinstance(t, str))
        if missing > 0:
            completed = ((*tokens, *tokens_of(":*" * missing)),)
        if self.completes:
            whole, completed = whole + completed, ()
        return Filled((), whole + completed) if doubted else Filled(whole, completed)


@dataclass(frozen=True, slots=True)
class ResourceTemplate:
    """A listed resource with variables."""

    value: ResourceValue
    template: Template
    is_early: bool
    """Whether a variable stands before the fifth colon, where AWS knows none (clause B4)."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The lower-case context keys that it reads."""
        return self.template.keys

    def filled(self, context: Context) -> tuple[Filled, ...]:
        """Every reading of the value in a request: it matches where all of them do."""
        return tuple(
            NOTHING
            if reading is None
            else self.value.filled(reading.tokens, doubted=self.is_early or reading.is_open)
            for reading in self.template.readings(context)
        )

    def test(self, resource: str, context: Context) -> int:
        """Whether it matches."""
        return agreed(filled.test(resource) for filled in self.filled(context))


class Pattern(NamedTuple):
    """A listed resource without variables.

    Attributes:
        match: tests a resource.
        value: the pattern, completed where it is an ARN with fewer than six parts.
        text: as written.
    """

    match: Matcher
    value: str
    text: Text


@dataclass(frozen=True, slots=True)
class CompiledResources:
    """A Resource or NotResource element.

    Attributes:
        element: as written.
        matchers: of values without variables: a match is a match.
        doubtful: the same where a match may be one, for AWS leaves it open.
        templates: values with variables.
        everything: True for ``Resource: "*"``.
    """

    element: Patterns
    matchers: tuple[Pattern, ...]
    doubtful: tuple[Pattern, ...]
    templates: tuple[tuple[ResourceTemplate, Text], ...]
    everything: bool

    def test(self, resource: str, context: Context) -> int:
        """Whether the element covers the resource."""
        if self.everything:
            return YES
        for pattern in self.matchers:
            if pattern.match(resource):
                return NO if self.element.negated else YES
        answer = NO
        if self.doubtful or self.templates:
            answer = self._doubtful(resource, context)
        return negate(answer) if self.element.negated else answer

    def _doubtful(self, resource: str, context: Context) -> int:
        answer = MAYBE if any(pattern.match(resource) for pattern in self.doubtful) else NO
        for template, _ in self.templates:
            found = template.test(resource, context)
            if found == YES:
                return YES
            if found == MAYBE:
                answer = MAYBE
        return answer

    def tester(self) -> Callable[[Request], int]:
        """The same test of a request, in the quickest form."""
        if self.doubtful or self.templates or self.element.negated or not self.matchers:
            return lambda request: self.test(request.resource, request.context)
        begun = [p for p in self.matchers if not has_wildcard(p.value[:-1]) and p.value[-1:] == "*"]
        starts = tuple(pattern.value[:-1] for pattern in begun)
        matches = tuple(pattern.match for pattern in self.matchers if pattern not in begun)
        if not matches:
            return lambda request: request.resource.startswith(starts)
        if len(matches) == 1 and not starts:
            only = matches[0]
            return lambda request: only(request.resource)

        def test(request: Request) -> int:
            resource = request.resource
            if resource.startswith(starts):
                return YES
            for match in matches:
                if match(resource):
                    return YES
            return NO

        return test

    @property
    def keys(self) -> tuple[str, ...]:
        """The lower-case context keys that it reads."""
        return tuple(key for template, _ in self.templates for key in template.keys)

    def listed(self, resource: str, context: Context) -> tuple[Text, ...]:
        """The patterns that match, whether or not the element is negated."""
        plain = [pattern.text for pattern in self.matchers if pattern.match(resource)]
        filled = [text for value, text in self.templates if value.test(resource, context) == YES]
        return (*plain, *filled)

    def left_open(self, resource: str, context: Context) -> Text:
        """The first value of which it is open whether it matches."""
        plain = [pattern.text for pattern in self.doubtful if pattern.match(resource)]
        filled = [text for value, text in self.templates if value.test(resource, context) == MAYBE]
        return next(iter((*plain, *filled)), self.element.key)

    def unresolved(self, context: Context) -> tuple[Unresolved, Text] | None:
        """The first variable without a value, with the pattern that holds it."""
        for value, text in self.templates:
            found = value.template.unresolved(context)
            if found is not None:
                return found, text
        return None


def compile_resources(element: Patterns, version: str, kind: PolicyKind) -> CompiledResources:
    """Compiles a Resource or NotResource element."""
    matchers: list[Pattern] = []
    doubtful: list[Pattern] = []
    templates: list[tuple[ResourceTemplate, Text]] = []
    for text in element.values:
        value = ResourceValue(text.value, kind in _COMPLETED)
        template = template_of(text.value, version, wildcards=True)
        if template is not None:
            templates.append((ResourceTemplate(value, template, _is_early(text.value)), text))
            continue
        filled = value.filled(tokens_of(text.value))
        matchers += _compiled(filled.sure, text)
        doubtful += _compiled(filled.doubtful, text)
    everything = not element.negated and any(_matches_all(text.value) for text in element.values)
    return CompiledResources(
        element, tuple(matchers), tuple(doubtful), tuple(templates), everything
    )


def _compiled(patterns: Iterable[Tokens], text: Text) -> list[Pattern]:
    values = [text_of(tokens) for tokens in patterns]
    return [Pattern(compile_glob(value), value, text) for value in values]


def _is_early(text: str) -> bool:
    return VARIABLE.split(text)[0].count(":") < _COLONS
