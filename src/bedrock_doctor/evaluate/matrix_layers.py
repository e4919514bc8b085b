"""One policy layer over all targets: what it answers, and for which of them.

Targets are divided by whether some Deny and whether some Allow applies, in each set of policies
that answers as one. The single engine answers for one member of each class, once for all classes
of the same family that are alike in this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.layers.control_policies import rcps_cover
from bedrock_doctor.evaluate.layers.resource import owned_by_its_policy
from bedrock_doctor.evaluate.matrix_axes import Reading, Target, request_of
from bedrock_doctor.evaluate.matrix_statements import Caller, Reach
from bedrock_doctor.evaluate.matrix_targets import TargetIndex
from bedrock_doctor.evaluate.policy_set import Answer, PolicySet
from bedrock_doctor.evaluate.principals import names_only_everyone
from bedrock_doctor.evaluate.statement import CompiledStatement
from bedrock_doctor.evaluate.target_set import first
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES
from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.request import Level, Policies, Readable

Parts = tuple[tuple[int, int], ...]
"""Sets of outcomes, each with the set of targets that it holds for; disjoint and complete."""

State = tuple[bool, bool, int, int]
"""Of one set of policies: whether some are broken, whether some are missing, whether some Deny and
whether some Allow applies."""

Kind = tuple[Callable[[str], bool] | None, bool]
"""What the engine itself reads of an action: which resources are reached only if their own policy
allows, and whether RCPs take part."""

Masks = dict[tuple[Kind, tuple[State, ...]], int]
"""Kind of action and states to the set of outcomes that the engine gives."""


class Layer:
    """The policies of one layer, over all targets.

    Args:
        sets: the policies, in the sets that answer as one; none where the layer does not apply or
            was not collected.
        answer: the single engine's answer to an action.
        masks: answers known before; layers share them if they combine their sets alike.
        maker: what all layers of the matrix share.

    Attributes:
        fixed: whether it answers the same for all callers and targets.
        named: whether a statement names principals, so that more than any Deny and Allow counts.
    """

    def __init__(
        self,
        sets: tuple[PolicySet, ...],
        answer: Callable[[str], Answer],
        masks: Masks,
        maker: LayerMaker,
    ) -> None:
        self._sets = sets
        self._answer = answer
        self._masks = masks
        self._maker = maker
        self._reaches = [[*map(maker.reach, policies.statements)] for policies in sets]
        self._covers: dict[str, Cover] = {}
        self._alike: dict[Hashable, Cover] = {}
        self.fixed = not sets
        self.named = not all(
            names_only_everyone(entry.statement.principal)
            for policies in sets
            for entry in policies.statements
        )

    def parts(self, caller: Caller, action: str) -> Parts:
        """What it answers to a caller, and for which targets."""
        cover = self.cover(action)
        key = cover.key(caller)
        found = cover.found.get(key)
        if found is None:
            found = cover.found[key] = self._parts(cover, caller, action)
        return found

    def cover(self, action: str) -> Cover:
        """The statements that cover an action; actions with the same ones share it."""
        found = self._covers.get(action)
        if found is None:
            reaches = [[r for r in one if action in r.actions] for one in self._reaches]
            key = self._maker.kinds[action], *(tuple(map(id, one)) for one in reaches)
            found = self._covers[action] = self._alike.setdefault(key, Cover(reaches))
        return found

    def _parts(self, cover: Cover, caller: Caller, action: str) -> Parts:
        everything = self._maker.index.everything
        classes: list[tuple[tuple[State, ...], int]] = [((), everything)]
        for policies, reaches in zip(self._sets, cover.reaches, strict=True):
            broken, missing = bool(policies.broken), bool(policies.missing)
            classes = [
                ((*states, (broken, missing, deny, allow)), part)
                for deny, allow, bits in _states(reaches, caller, everything)
                for states, before in classes
                if (part := before & bits)
            ]
        found: dict[int, int] = {}
        kind = self._maker.kinds[action]
        for states, bits in classes:
            mask = self._masks.get((kind, states))
            if mask is None:
                mask = self._masks[kind, states] = self._asked(bits, caller, action)
            found[mask] = found.get(mask, 0) | bits
        return tuple(found.items())

    def _asked(self, bits: int, caller: Caller, action: str) -> int:
        answer = self._answer(action)
        if isinstance(answer, int):
            return answer
        return answer(request_of(caller.subject, action, self._maker.index.targets[first(bits)]))


class Cover:
    """The statements of a layer that cover an action.

    Attributes:
        reaches: those of each set.
        every: all of them.
        found: the parts found before, by `key`.
    """

    __slots__ = ("_conditional", "_keys", "every", "found", "reaches")

    def __init__(self, reaches: list[list[Reach]]) -> None:
        self.reaches = reaches
        self.every = tuple(reach for entries in reaches for reach in entries)
        self._conditional = tuple(reach for reach in self.every if reach.own)
        self._keys = tuple(sorted({key for reach in self.every for key in reach.keys}))
        self.found: dict[Hashable, Parts] = {}

    def key(self, caller: Caller) -> tuple[tuple[int, ...], tuple[Reading, ...]]:
        """All that tells one caller from another."""
        answers = tuple(map(caller.answer, self._conditional)) if self._conditional else ()
        return answers, caller.reads(self._keys) if self._keys else ()


def _states(
    reaches: Iterable[Reach], caller: Caller, everything: int
) -> Iterator[tuple[int, int, int]]:
    """The targets by whether some Deny and some Allow applies. Behind a Deny no Allow counts."""
    deny = may_deny = allow = may_allow = 0
    for reach in reaches:
        yes, maybe = reach.split(caller)
        if reach.denies:
            deny |= yes
            may_deny |= maybe
        else:
            allow |= yes
            may_allow |= maybe
    yield YES, NO, deny
    rest = everything & ~deny
    for denied, bits in ((MAYBE, rest & may_deny), (NO, rest & ~may_deny)):
        yield denied, YES, bits & allow
        yield denied, MAYBE, bits & may_allow & ~allow
        yield denied, NO, bits & ~(allow | may_allow)


def _kind(action: str) -> Kind:
    return owned_by_its_policy(action), rcps_cover(action)


class LayerMaker:
    """Makes the layers of a matrix, equal policies once.

    Attributes:
        index: the targets.
        actions: those of the matrix.
        kinds: the kind of each.
    """

    def __init__(self, index: TargetIndex, actions: tuple[str, ...]) -> None:
        self.index = index
        self.actions = actions
        self.kinds = {action: _kind(action.lower()) for action in actions}
        self._masks: dict[str, Masks] = defaultdict(dict)
        self._reaches: dict[int, Reach] = {}
        self._covered: dict[tuple[object, ...], frozenset[str]] = {}
        self._layers: dict[Hashable, list[Layer]] = {}
        self._near: dict[Hashable, tuple[Hashable, Layer]] = {}

    def reach(self, entry: CompiledStatement) -> Reach:
        """A statement over all targets. It lives as long as the layers that hold it."""
        found = self._reaches.get(id(entry))
        if found is None:
            element = entry.actions.element
            patterns = element.negated, *(text.value for text in element.values)
            covered = self._covered.get(patterns)
            if covered is None:
                covered = frozenset(a for a in self.actions if entry.actions.test(a.lower()))
                self._covered[patterns] = covered
            found = self._reaches[id(entry)] = Reach(entry, covered, self.index)
        return found

    def caller_side(self, policies: Policies) -> tuple[Layer, ...]:
        """The layers that a caller brings, endpoint policy last."""
        return (
            self._once(self._identity, policies.identity),
            self._once(self._boundary, policies.boundary),
            self._once(self._session, policies.session),
            self._once(self._scp, policies.scp),
            self._once(self._endpoint, policies.endpoint),
        )

    def rcp(self, target: Target) -> Layer:
        """The RCPs that bind a target."""
        return self._once(self._rcp, target.rcp)

    def resource(self, target: Target) -> Layer:
        """The resource-based policy of a target."""
        return self._once(self._resource, target.policy)

    def _once(self, make: Callable[[Any], Layer], source: Hashable) -> Layer:
        near = self._near.get((make, id(source)))
        if near is not None:
            return near[1]
        known = self._layers.setdefault((make, source), [])
        if not known:
            known.append(make(source))
        self._near[make, id(source)] = source, known[0]
        return known[0]

    def _identity(self, documents: tuple[Readable, ...]) -> Layer:
        compiled = CompiledPolicies(Policies(identity=documents))
        return self._united(compiled.identity, lambda action: compiled.plan(action).identity)

    def _boundary(self, document: Readable | None) -> Layer:
        compiled = CompiledPolicies(Policies(boundary=document))
        return self._united(compiled.boundary, lambda action: compiled.plan(action).boundary)

    def _session(self, documents: tuple[Readable, ...] | None) -> Layer:
        compiled = CompiledPolicies(Policies(session=documents))
        return self._united(compiled.session, lambda action: compiled.plan(action).session)

    def _endpoint(self, document: Readable | None) -> Layer:
        compiled = CompiledPolicies(Policies(endpoint=document))
        return self._united(compiled.endpoint, lambda action: compiled.plan(action).endpoint)

    def _resource(self, document: Readable | None) -> Layer:
        compiled = CompiledPolicies(Policies(resource=document))
        return self._united(compiled.resource, lambda action: compiled.plan(action).resource or 0)

    def _scp(self, levels: tuple[Level, ...] | NotApplicable | Missing) -> Layer:
        compiled = CompiledPolicies(Policies(scp=levels))
        return self._layer(compiled.scp.sets, lambda action: compiled.plan(action).scp, "scp")

    def _rcp(self, levels: tuple[Level, ...] | NotApplicable | Missing) -> Layer:
        compiled = CompiledPolicies(Policies(rcp=levels))
        return self._layer(compiled.rcp.sets, lambda action: compiled.plan(action).rcp, "rcp")

    def _united(self, policies: PolicySet | None, answer: Callable[[str], Answer]) -> Layer:
        return self._layer(() if policies is None else (policies,), answer, "united")

    def _layer(
        self, sets: tuple[PolicySet, ...], answer: Callable[[str], Answer], family: str
    ) -> Layer:
        return Layer(sets, answer, self._masks[family] if sets else {}, self)
