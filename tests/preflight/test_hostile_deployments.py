"""Plans and templates that are broken anywhere: bad input with its file, never a crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedrock_doctor import app
from bedrock_doctor.errors import BadInput
from bedrock_doctor.model.snapshot import Snapshot

ACME = Path(__file__).parents[2] / "examples" / "acme"
PLAN = json.loads((ACME / "preflight" / "tfplan.json").read_text(encoding="utf-8"))
TEMPLATE = (ACME / "preflight" / "template.yaml").read_text(encoding="utf-8")
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 3),
    st.sampled_from(["", "x", "arn:aws:iam::444455556666:role/x", "aws_iam_role.x", "${A.B}"]),
    st.sampled_from([[], {}, [1], [[]], {"a": []}, {"references": [1, "a.b.c"]}, {"Ref": {}}]),
)
MANY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def acme() -> Snapshot:
    """The example organization."""
    return app.load_snapshot([ACME / "snapshot"])


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values below the root."""
    items: Any = ()
    if isinstance(tree, dict):
        items = tree.items()
    elif isinstance(tree, list):
        items = enumerate(tree)
    found = [path] if path else []
    for key, value in items:
        found += places(value, (*path, key))
    return found


def with_junk(tree: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """A copy of the tree with one value replaced."""
    copy = json.loads(json.dumps(tree))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk
    return copy


@MANY
@given(path=st.sampled_from(places(PLAN)), junk=JUNK)
def test_a_plan_with_one_wrong_value(acme: Snapshot, path: tuple[Any, ...], junk: Any) -> None:
    """Read, or refused as bad input."""
    data = json.dumps(with_junk(PLAN, path, junk)).encode()
    try:
        app.preflight(acme, plans=[("p.json", data)], account="444455556666")
    except BadInput as refused:
        assert refused.path == "p.json"


class _Plain(yaml.SafeLoader):
    """Reads short forms as the functions that they stand for."""


def _long_form(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    else:
        value = loader.construct_sequence(node, deep=True)
    return {"Ref" if tag == "Ref" else f"Fn::{tag}": value}


_Plain.add_multi_constructor("!", _long_form)
TREE = json.loads(json.dumps(yaml.load(TEMPLATE, Loader=_Plain), default=str))


@MANY
@given(path=st.sampled_from(places(TREE)), junk=JUNK)
def test_a_template_with_one_wrong_value(acme: Snapshot, path: tuple[Any, ...], junk: Any) -> None:
    """The same for a template, in JSON."""
    data = json.dumps(with_junk(TREE, path, junk)).encode()
    try:
        app.preflight(
            acme, templates=[("t.json", data)], account="444455556666", region="eu-central-1"
        )
    except BadInput as refused:
        assert refused.path == "t.json"


@pytest.mark.parametrize("name", ["!Ref Rag", "!Sub '${Rag.Arn}'", "!GetAtt Other.Arn"])
def test_resources_that_refer_to_themselves_have_no_name(acme: Snapshot, name: str) -> None:
    """A circle is refused by CloudFormation; here nothing is known of it."""
    text = (
        f"Resources:\n  Rag: {{ Type: AWS::IAM::Role, Properties: {{ RoleName: {name} }} }}\n"
        "  Other: { Type: AWS::IAM::Role, Properties: { RoleName: !Ref Rag } }\n"
    )
    planned = app.preflight(acme, templates=[("t.yaml", text.encode())], account="444455556666")
    assert any("refers to itself" in note for note in planned.notes)
