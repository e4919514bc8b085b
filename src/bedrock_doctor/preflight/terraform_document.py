"""A Terraform plan as JSON: its resources, what they refer to, and whose account they are in.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bedrock_doctor.errors import BadInput

_INDEX = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")
_CALLED = re.compile(rf"(?:(.*)\.)?module\.([\w-]+)(?:{_INDEX.pattern})?")
"""The address of a module: where it is called, and its name there."""
_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_DEEPEST = 12
"""Modules that a reference is followed through."""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One entry of ``resource_changes``.

    Attributes:
        address: of the resource, with its modules and its index.
        module: address of its module, or empty.
        type: its type.
        name: its name.
        index: of the instance, or None.
        actions: what will be done: ``no-op``, ``create``, ``update``, ``delete``, ``read`` ….
        before: its attributes as they are; empty where it does not exist.
        after: its attributes as they will be; empty where it will be gone.
        unknown: names of attributes known after the deployment, or parts of them, as a tree.
        pointer: JSON pointer of ``after``.
    """

    address: str
    module: str
    type: str
    name: str
    index: str | int | None
    actions: tuple[str, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    unknown: Mapping[str, Any]
    pointer: str

    @property
    def changes(self) -> bool:
        """Whether anything is created, updated or deleted."""
        return not {"no-op", "read", "forget"} & set(self.actions)

    @property
    def fresh(self) -> bool:
        """Whether the object is made anew."""
        return "create" in self.actions


@dataclass(slots=True)
class PlanDocument:
    """A whole plan.

    Attributes:
        path: the file, as the user named it.
        tree: what it holds.
        account: the account where nothing else tells one, or None.
    """

    path: str
    tree: Mapping[str, Any]
    account: str | None
    changes: tuple[PlannedChange, ...] = ()
    by_address: dict[str, PlannedChange] = field(default_factory=dict)
    _by_plain_address: dict[str, list[PlannedChange]] = field(default_factory=dict)
    _accounts: dict[str, str] | None = None
    _configs: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)

    def account_of(self, change: PlannedChange, *arns: object) -> str:
        """The account in which a resource stands.

        Args:
            change: the resource.
            arns: ARNs of it that may be known.

        Raises:
            BadInput: nothing tells it.
        """
        own = (change.before.get("arn"), change.after.get("arn"))
        for arn in (*own, *arns):
            if account := account_in(arn):
                return account
        if self._accounts is None:
            self._accounts = dict(self._provider_accounts())
        account = self._accounts.get(self._provider(change)) or self.account or ""
        if not account:
            raise BadInput(
                f"nothing tells the account of `{change.address}`",
                path=self.path,
                help="add --account ID, the account of the provider",
            )
        return account

    def referred(self, change: PlannedChange, attribute: str) -> PlannedChange | None:
        """The one resource of the plan that an attribute refers to; None where it is not one."""
        config = self._config(change)
        expression = config.get("expressions", {}).get(attribute) if config else None
        found = {
            target.address: target
            for target in self._targets(expression, change.module, change.index, 0)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def states(self, change: PlannedChange, attribute: str) -> bool | None:
        """Whether the configuration gives an attribute at all; None where it is not known."""
        config = self._config(change)
        return None if config is None else attribute in config.get("expressions", {})

    def _targets(
        self, expression: Any, module: str, index: str | int | None, depth: int
    ) -> Iterator[PlannedChange]:
        if not isinstance(expression, dict) or depth > _DEEPEST:
            return
        for reference in expression.get("references", []):
            parts = reference.split(".")
            called = _CALLED.fullmatch(module)
            if parts[0] == "var" and called:
                parent = called[1] or ""
                caller = self._module(parent).get("module_calls", {}).get(called[2], {})
                inputs = caller.get("expressions", {})
                yield from self._targets(inputs.get(parts[1]), parent, None, depth + 1)
            elif parts[0] == "module" and len(parts) > 2:
                inner = f"{module}.module.{parts[1]}" if module else f"module.{parts[1]}"
                outputs = self._module(inner).get("outputs", {})
                output = outputs.get(_INDEX.sub("", parts[2]), {}).get("expression")
                yield from self._targets(output, inner, None, depth + 1)
            elif len(parts) > 1 and parts[0].startswith("aws_"):
                yield from self._instances(".".join(parts[:2]), module, index)

    def _instances(
        self, name: str, module: str, index: str | int | None
    ) -> Iterator[PlannedChange]:
        """The resource that a reference in a module means: with its own index where it has one."""
        address = f"{module}.{name}" if module else name
        if address in self.by_address:
            yield self.by_address[address]
            return
        if not self._by_plain_address:
            for change in self.changes:
                plain = _INDEX.sub("", change.address)
                self._by_plain_address.setdefault(plain, []).append(change)
        found = self._by_plain_address.get(_INDEX.sub("", address), [])
        same = [c for c in found if c.index == index and index is not None]
        yield from same or found

    def _config(self, change: PlannedChange) -> Mapping[str, Any] | None:
        module = _INDEX.sub("", change.module)
        if module not in self._configs:
            resources = self._module(module).get("resources", [])
            self._configs[module] = {entry.get("address", ""): entry for entry in resources}
        return self._configs[module].get(f"{change.type}.{change.name}")

    def _module(self, address: str) -> Mapping[str, Any]:
        module: Mapping[str, Any] = self.tree.get("configuration", {}).get("root_module", {})
        names = _INDEX.sub("", address).split(".")
        for name in names[1::2]:
            module = module.get("module_calls", {}).get(name, {}).get("module", {})
        return module

    def _provider(self, change: PlannedChange) -> str:
        config = self._config(change)
        return str(config.get("provider_config_key", "")) if config else ""

    def _provider_accounts(self) -> Iterator[tuple[str, str]]:
        """Accounts of providers: from their configuration, else from what is in their accounts."""
        seen: dict[str, set[str]] = {}
        for change in self.changes:
            account = account_in(change.before.get("arn"))
            if account and change.type.startswith("aws_"):
                seen.setdefault(self._provider(change), set()).add(account)
        for key, account in self._caller_identities():
            seen.setdefault(key, set()).add(account)
        yield from ((key, accounts.pop()) for key, accounts in seen.items() if len(accounts) == 1)
        configured = self.tree.get("configuration", {}).get("provider_config", {})
        for key, provider in configured.items():
            if account := self._configured_account(provider.get("expressions", {})):
                yield key, account

    def _caller_identities(self) -> Iterator[tuple[str, str]]:
        values = self.tree.get("prior_state", {}).get("values", {})
        modules = [values.get("root_module", {})]
        while modules:
            module = modules.pop()
            modules += module.get("child_modules", [])
            address = module.get("address", "")
            for resource in module.get("resources", []):
                if resource.get("type") == "aws_caller_identity":
                    for config in self._module(address).get("resources", []):
                        if config.get("address") == _INDEX.sub(
                            "", resource["address"]
                        ).removeprefix(f"{address}." if address else ""):
                            account = str(resource.get("values", {}).get("account_id", ""))
                            if _ACCOUNT.fullmatch(account):
                                yield str(config.get("provider_config_key", "")), account

    def _configured_account(self, expressions: Mapping[str, Any]) -> str:
        allowed = self._constant(expressions.get("allowed_account_ids"))
        if isinstance(allowed, list) and len(allowed) == 1 and _ACCOUNT.fullmatch(str(allowed[0])):
            return str(allowed[0])
        assumed = expressions.get("assume_role")
        for block in assumed if isinstance(assumed, list) else [assumed]:
            if isinstance(block, dict):
                arn = self._constant(block.get("role_arn"))
                if account := account_in(arn):
                    return account
        return ""

    def _constant(self, expression: Any) -> Any:
        """The value of an expression that is a constant or a variable of the root module."""
        if not isinstance(expression, dict):
            return None
        if "constant_value" in expression:
            return expression["constant_value"]
        references = expression.get("references", [])
        if len(references) == 1 and references[0].startswith("var."):
            variables = self.tree.get("variables", {})
            return variables.get(references[0].removeprefix("var."), {}).get("value")
        return None


def read_plan_document(data: bytes, path: str, account: str | None) -> PlanDocument:
    """Reads the output of ``terraform show -json PLANFILE``.

    Raises:
        BadInput: it is no JSON, no plan, or of a format that is not known.
    """
    tree = _tree(data, path)
    version = tree.get("format_version")
    changes = tree.get("resource_changes", [])
    if not isinstance(version, str) or "planned_values" not in tree:
        raise BadInput(
            "is no Terraform plan",
            path=path,
            line=1,
            help="expected the output of `terraform show -json PLANFILE` (or of `tofu show`)",
        )
    if version.partition(".")[0] not in ("0", "1"):
        raise BadInput(f"has the unknown format version {version}", path=path, line=1)
    if tree.get("errored"):
        raise BadInput("is the plan of a run that failed", path=path, line=1, help="plan again")
    document = PlanDocument(path, tree, account)
    document.changes = tuple(
        _change(entry, f"/resource_changes/{number}/change/after")
        for number, entry in enumerate(changes)
        if entry.get("mode", "managed") == "managed"
    )
    document.by_address = {change.address: change for change in document.changes}
    return document


def _tree(data: bytes, path: str) -> Mapping[str, Any]:
    try:
        tree = json.loads(data)
    except UnicodeDecodeError:
        raise BadInput("is no JSON text", path=path, line=1) from None
    except json.JSONDecodeError as error:
        raise BadInput(
            f"is no JSON: {error.msg[:1].lower()}{error.msg[1:]}",
            path=path,
            line=error.lineno,
            column=error.colno,
            help="expected the output of `terraform show -json PLANFILE`; the plan file itself "
            "is not JSON",
        ) from None
    except RecursionError:
        raise BadInput("is nested too deeply", path=path, line=1) from None
    return tree if isinstance(tree, dict) else {}


def _change(entry: Mapping[str, Any], pointer: str) -> PlannedChange:
    change = entry["change"]
    unknown = change.get("after_unknown")
    return PlannedChange(
        entry["address"],
        entry.get("module_address", ""),
        entry["type"],
        entry["name"],
        entry.get("index"),
        tuple(change["actions"]),
        change.get("before") or {},
        change.get("after") or {},
        unknown if isinstance(unknown, dict) else {},
        pointer,
    )


def account_in(arn: object) -> str:
    """The account in an ARN, or an empty string."""
    parts = arn.split(":", 5) if isinstance(arn, str) else []
    found = parts[4] if len(parts) == 6 else ""
    return found if _ACCOUNT.fullmatch(found) else ""
