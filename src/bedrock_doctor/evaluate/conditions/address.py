"""IP address operators: by address, never by text; a network of one version holds no other.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
"""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

from bedrock_doctor.evaluate.conditions.comparison import Family, Test
from bedrock_doctor.evaluate.glob import Token
from bedrock_doctor.evaluate.tristate import MAYBE, NO
from bedrock_doctor.evaluate.variables import text_of
from bedrock_doctor.model.remembered import of_short_texts

_NETWORK = re.compile(r"[^/]+(?:/[0-9]+)?")
"""Python takes masks such as ``/255.0.0.0`` too, AWS names prefixes alone."""


def _read_address(text: str) -> tuple[int, int] | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.version, int(found)


_address = of_short_texts(_read_address, longest=64, most=4096)


def _in_network(operator: str, tokens: tuple[Token, ...]) -> Test:
    # what is no address does not match; whether it is outside is open (C16)
    unreadable = MAYBE if operator == "NotIpAddress" else NO
    text = text_of(tokens)
    if not _NETWORK.fullmatch(text):
        return lambda value: unreadable
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return lambda value: unreadable
    version = network.version
    first, last = int(network.network_address), int(network.broadcast_address)

    def test(value: str) -> int:
        found = _address(value)
        if found is None:
            return unreadable
        return int(found[0] == version and first <= found[1] <= last)

    return test


ADDRESS = Family(_in_network)
