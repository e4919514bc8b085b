"""Action and Resource elements (clauses B1-B4)."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.evaluate.glob import STAR, Matcher, compile_glob, compile_tokens
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES, negate
from bedrock_doctor.evaluate.variables import Template, Unresolved, template_of
from bedrock_doctor.model.policy import Patterns, Text
from bedrock_doctor.model.request import Context


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
class CompiledResources:
    """A Resource or NotResource element.

    Attributes:
        element: as written.
        matchers: one for each pattern without variables.
        templates: patterns with variables.
        everything: True for ``Resource: "*"``.
    """

    element: Patterns
    matchers: tuple[tuple[Matcher, Text], ...]
    templates: tuple[tuple[Template, Text], ...]
    everything: bool

    def test(self, resource: str, context: Context) -> int:
        """Whether the element covers the resource."""
        if self.everything:
            return YES
        for match, _ in self.matchers:
            if match(resource):
                return NO if self.element.negated else YES
        answer = self._templates(resource, context) if self.templates else NO
        return negate(answer) if self.element.negated else answer

    def _templates(self, resource: str, context: Context) -> int:
        answer = NO
        for template, _ in self.templates:
            found = _resolved(template, resource, context)
            if found == YES:
                return YES
            if found == MAYBE:
                answer = MAYBE
        return answer

    @property
    def keys(self) -> tuple[str, ...]:
        """The lower-case context keys that it reads."""
        return tuple(key for template, _ in self.templates for key in template.keys)

    def listed(self, resource: str, context: Context) -> tuple[Text, ...]:
        """The patterns that match, whether or not the element is negated."""
        plain = [text for match, text in self.matchers if match(resource)]
        filled = [
            text
            for template, text in self.templates
            if _resolved(template, resource, context) == YES
        ]
        return (*plain, *filled)

    def unresolved(self, context: Context) -> tuple[Unresolved, Text] | None:
        """The first variable without a value, with the pattern that holds it."""
        for template, text in self.templates:
            tokens = template.resolve(context)
            if isinstance(tokens, Unresolved):
                return tokens, text
        return None


def _resolved(template: Template, resource: str, context: Context) -> int:
    tokens = template.resolve(context)
    if isinstance(tokens, Unresolved):
        return NO if tokens.fact is None else MAYBE
    return int(compile_tokens(tokens)(resource))


def compile_resources(element: Patterns, version: str) -> CompiledResources:
    """Compiles a Resource or NotResource element."""
    matchers: list[tuple[Matcher, Text]] = []
    templates: list[tuple[Template, Text]] = []
    for text in element.values:
        template = template_of(text.value, version, wildcards=True)
        if template is None:
            matchers.append((compile_glob(text.value), text))
        elif template.parts == (STAR,):
            matchers.append((compile_tokens((STAR,)), text))
        else:
            templates.append((template, text))
    everything = not element.negated and any(_matches_all(text.value) for text in element.values)
    return CompiledResources(element, tuple(matchers), tuple(templates), everything)
