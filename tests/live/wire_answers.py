"""Answers in the form in which AWS sends them, made from botocore's models.

A read that is added to the table gets its answers from here without anybody writing them.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from tests.live.fake_aws import Answer

_XML = ("query", "ec2", "rest-xml")
MOMENT = "2026-11-01T10:00:00Z"


def is_xml(model: OperationModel) -> bool:
    """Whether the protocol of an operation's service is one of XML."""
    return model.service_model.protocol in _XML


def sample(shape: Shape, *, full: bool = False, depth: int = 0) -> Any:
    """A value of a shape: its required members, or all of them, three levels deep."""
    match shape.type_name:
        case "structure":
            assert isinstance(shape, StructureShape)
            names = list(shape.members) if full and depth < 3 else list(shape.required_members)
            if shape.is_tagged_union:
                names = list(shape.members)[:1]
            return {n: sample(shape.members[n], full=full, depth=depth + 1) for n in names}
        case "list":
            assert isinstance(shape, ListShape)
            return [sample(shape.member, full=full, depth=depth + 1)]
        case "map":
            assert isinstance(shape, MapShape)
            return {"k": sample(shape.value, full=full, depth=depth + 1)}
        case "integer" | "long":
            return 1
        case "float" | "double":
            return 1.5
        case "boolean":
            return True
        case "timestamp":
            return MOMENT
        case "blob":
            return base64.b64encode(b"blob").decode()
        case _:
            return (getattr(shape, "enum", None) or ["a" * max(shape.metadata.get("min", 1), 20)])[
                0
            ]


def answer(model: OperationModel, values: dict[str, Any]) -> Answer:
    """A successful answer that holds these members."""
    shape = model.output_shape
    assert isinstance(shape, StructureShape)
    payload = shape.serialization.get("payload")
    if payload:
        return 200, str(values.get(payload, ""))
    if not is_xml(model):
        return 200, json.dumps(_named(shape, values))
    inner = _members(shape, values, ec2=model.service_model.protocol == "ec2")
    if model.service_model.protocol == "query":
        wrapper = shape.serialization.get("resultWrapper", f"{model.name}Result")
        inner = f"<{wrapper}>{inner}</{wrapper}>"
    return 200, f"<{model.name}Response>{inner}</{model.name}Response>"


def error(model: OperationModel, status: int, code: str) -> Answer:
    """An error in the form of the protocol."""
    match model.service_model.protocol:
        case "ec2":
            return status, (
                f"<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error>"
                "</Errors><RequestID>1</RequestID></Response>"
            )
        case "query":
            return status, (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
                "<Message>no</Message></Error></ErrorResponse>"
            )
        case "rest-xml":
            return status, f"<Error><Code>{code}</Code><Message>no</Message></Error>"
        case _:
            return status, json.dumps({"__type": code, "code": code, "message": "no"})


def _named(shape: Shape, value: Any) -> Any:
    """The value with the names of the wire."""
    if isinstance(shape, StructureShape):
        members = shape.members
        return {members[n].serialization.get("name", n): _named(members[n], v)
                for n, v in value.items()}  # fmt: skip
    if isinstance(shape, ListShape):
        return [_named(shape.member, entry) for entry in value]
    if isinstance(shape, MapShape):
        return {key: _named(shape.value, entry) for key, entry in value.items()}
    return value


def _members(shape: StructureShape, values: dict[str, Any], *, ec2: bool) -> str:
    parts = []
    for name, value in values.items():
        member = shape.members[name]
        tag = member.serialization.get("name", name)
        if isinstance(member, ListShape):
            parts.append(_list(member, tag, value, ec2=ec2))
        else:
            parts.append(f"<{tag}>{_content(member, value, ec2=ec2)}</{tag}>")
    return "".join(parts)


def _list(shape: ListShape, tag: str, entries: list[Any], *, ec2: bool) -> str:
    flat = shape.serialization.get("flattened", False)
    inner = tag if flat else shape.member.serialization.get("name", "item" if ec2 else "member")
    told = "".join(f"<{inner}>{_content(shape.member, e, ec2=ec2)}</{inner}>" for e in entries)
    return told if flat else f"<{tag}>{told}</{tag}>"


def _content(shape: Shape, value: Any, *, ec2: bool) -> str:
    if isinstance(shape, StructureShape):
        return _members(shape, value, ec2=ec2)
    if isinstance(shape, ListShape):
        return _list(shape, "list", value, ec2=ec2)
    if isinstance(shape, MapShape):
        return "".join(
            f"<entry><key>{key}</key><value>{_content(shape.value, v, ec2=ec2)}</value></entry>"
            for key, v in value.items()
        )
    return escape(str(value).lower() if isinstance(value, bool) else str(value))
