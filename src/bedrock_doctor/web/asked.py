"""What a request asks: the fields of an address or of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.model.attempt import ApiKey, Attempt, HopOptions, Operation

LISTS = ("role", "session-tag", "transitive-tag", "vpce", "context")
"""Fields of several lines, one value a line."""
PASTED = ("text", "error")
"""Fields that hold what somebody pasted."""
_MFA = {"": None, "yes": True, "no": False}
_API_KEYS = {"": None, **{kind.value: kind for kind in ApiKey}}


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of a request; those of several values joined by line feeds."""

    fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Asked:
        """From names and values; empty ones are left out."""
        found: dict[str, str] = {}
        for name, value in pairs:
            text = value.replace("\r\n", "\n").strip("\n")
            if text.strip():
                found[name] = f"{found[name]}\n{text}" if name in found else text
        return cls(found)

    @classmethod
    def of_form(cls, body: bytes) -> Asked:
        """From the body of a form.

        Raises:
            BadInput: it is no form.
        """
        try:
            return cls.of(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
        except (UnicodeDecodeError, ValueError):
            raise BadInput("the form cannot be read", help="send it as UTF-8") from None

    def text(self, name: str) -> str:
        """The value of a field; empty where it is not given."""
        return self.fields.get(name, "")

    def lines(self, name: str) -> tuple[str, ...]:
        """The values of a field of several lines."""
        return tuple(line.strip() for line in self.text(name).split("\n") if line.strip())

    @property
    def has_more(self) -> bool:
        """Whether more is said than who calls what where."""
        plain = {"as", "role", "model", "region", "error"}
        return any(name not in plain and text != "converse" for name, text in self.fields.items())

    def address(self, path: str) -> str:
        """The address that asks the same; what was pasted stands in none."""
        pairs = []
        for name, text in self.fields.items():
            if name in PASTED:
                continue
            many = name.rpartition(".")[2] in LISTS
            pairs += [(name, value) for value in (text.split("\n") if many else [text])]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def part(self, prefix: str) -> Asked:
        """The fields that begin with a prefix, without it."""
        return Asked(
            {k.removeprefix(prefix): v for k, v in self.fields.items() if k.startswith(prefix)}
        )


def attempt_of(asked: Asked) -> Attempt:
    """The attempt that the fields state.

    Raises:
        UsageError: a field is missing or cannot be read.
    """
    lacking = [name for name in ("as", "model", "region") if not asked.text(name).strip()]
    if lacking:
        raise UsageError(f"missing: {', '.join(f'`{name}`' for name in lacking)}")
    roles = asked.lines("role")
    options = HopOptions(
        external_id=asked.text("external-id").strip() or None,
        session_name=asked.text("session-name").strip() or None,
        session_tags=dict(_pair(text, "session-tag") for text in asked.lines("session-tag")),
        transitive_tags=asked.lines("transitive-tag"),
        source_identity=asked.text("source-identity").strip() or None,
    )
    if options != HopOptions() and not roles:
        raise UsageError("options of AssumeRole are given, and no role is assumed")
    context: dict[str, tuple[str, ...]] = {}
    for text in asked.lines("context"):
        key, value = _pair(text, "context")
        context[key] = (*context.get(key, ()), value)
    return Attempt(
        caller=asked.text("as").strip(),
        roles=roles,
        model=asked.text("model").strip(),
        region=asked.text("region").strip(),
        operation=Operation(_one_of(asked, "operation", [o.value for o in Operation], "converse")),
        hops=(options,) * len(roles),
        mfa=_MFA[_one_of(asked, "mfa", list(_MFA), "")],
        endpoints=asked.lines("vpce"),
        source_ip=_address(asked.text("source-ip").strip()),
        guardrail=asked.text("guardrail").strip() or None,
        api_key=_API_KEYS[_one_of(asked, "api-key", list(_API_KEYS), "")],
        context=context,
        service_role=asked.text("service-role").strip() or None,
    )


def _pair(text: str, name: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f"{name} `{text}` cannot be read", help="expected KEY=VALUE, one a line")
    return key, value


def _one_of(asked: Asked, name: str, words: list[str], default: str) -> str:
    value = asked.text(name).strip() or default
    if value not in words:
        raise UsageError(
            f"{name} `{value}` is not known", help=f"expected {', '.join(filter(None, words))}"
        )
    return value


def _address(text: str) -> str | None:
    from ipaddress import ip_address

    if text:
        try:
            ip_address(text)
        except ValueError:
            raise UsageError(f"source-ip `{text}` is no IP address") from None
    return text or None
