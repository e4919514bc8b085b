"""A caller's side of the policies, and what tells callers with the same policies apart."""

from __future__ import annotations

from collections.abc import Hashable

from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.layers.control_policies import signs_service_linked
from bedrock_doctor.evaluate.matrix_axes import Subject, policies_of, request_of
from bedrock_doctor.evaluate.matrix_layers import Layer, LayerMaker
from bedrock_doctor.evaluate.matrix_statements import Caller
from bedrock_doctor.evaluate.matrix_targets import Group, TargetIndex
from bedrock_doctor.model.request import Policies
from bedrock_doctor.model.trace import Decision

Row = tuple[tuple[Decision, int], ...]
"""Decisions, each with the set of targets that it holds for. The sets are disjoint and complete."""


class Bundle:
    """The policies of a caller's side with those of one group of targets.

    Attributes:
        group: the targets.
        identity: the identity policies.
        limits: the other layers that answer by any Deny and any Allow, always in one order.
        fixed: those of them that answer the same for all callers and targets.
        varying: the rest of them.
        witnesses: the layers of which every statement counts.
    """

    __slots__ = (
        "_compiled",
        "_policies",
        "fixed",
        "group",
        "identity",
        "limits",
        "varying",
        "witnesses",
    )

    def __init__(
        self, policies: Policies, layers: tuple[Layer, ...], group: Group, maker: LayerMaker
    ) -> None:
        self._policies = policies
        self._compiled: CompiledPolicies | None = None
        self.group = group
        self.identity, *others = (*layers, maker.rcp(group.first))
        self.limits = tuple(layer for layer in others if not layer.named)
        self.fixed = tuple(layer for layer in self.limits if layer.fixed)
        self.varying = tuple(layer for layer in self.limits if not layer.fixed)
        own = () if group.first.policy is None else (maker.resource(group.first),)
        self.witnesses = (*own, *(layer for layer in others if layer.named))

    def decide(self, subject: Subject, action: str, target: int, index: TargetIndex) -> Decision:
        """The single engine's decision of one cell."""
        if self._compiled is None:
            self._compiled = CompiledPolicies(policies_of(self._policies, self.group.first))
        return decide(self._compiled, request_of(subject, action, index.targets[target]))


class Side:
    """The policies of a caller's side, with those of all groups of targets.

    Attributes:
        bundles: one for each group.
        rows: the rows found before, by `profile`.
    """

    __slots__ = ("_conditional", "_index", "_keys", "_named", "bundles", "rows")

    def __init__(self, policies: Policies, layers: tuple[Layer, ...], maker: LayerMaker) -> None:
        self._index = maker.index
        self.rows: dict[Hashable, tuple[Row, ...]] = {}
        groups = maker.index.groups
        self.bundles = tuple(Bundle(policies, layers, group, maker) for group in groups)
        every = {
            layer
            for bundle in self.bundles
            for layer in (bundle.identity, *bundle.varying, *bundle.witnesses)
        }
        self._named = any(layer.named for layer in every)
        reaches = {
            reach
            for layer in every
            for action in maker.actions
            for reach in layer.cover(action).every
        }
        self._conditional = tuple(reach for reach in reaches if reach.own)
        self._keys = tuple({key for reach in reaches for key in reach.keys})

    def profile(self, caller: Caller) -> Hashable:
        """All that tells a caller from others with these policies."""
        if self._named:
            return id(caller.subject)
        subject = caller.subject
        principal = subject.principal
        linked = [signs_service_linked(principal, subject.context)]
        for group in self._index.naming:
            linked.append(signs_service_linked(principal, caller.context_of(group)))
        return (
            principal.kind,
            principal.account if principal.account in self._index.accounts else None,
            tuple(linked),
            tuple([caller.answer(reach) for reach in self._conditional]),
            caller.reads(self._keys),
        )
