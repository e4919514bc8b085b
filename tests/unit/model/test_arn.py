"""ARNs of all partitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.errors import BadArn
from bedrock_doctor.model.arn import PARTITIONS, Arn, is_arn, parse_arn

_WORD = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
_ACCOUNT = st.from_regex(r"(?:[0-9]{12})?", fullmatch=True)
_RESOURCE = st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=1)


@given(st.sampled_from(PARTITIONS), _WORD, st.just("") | _WORD, _ACCOUNT, _RESOURCE)
def test_an_arn_survives_being_written_and_read(
    partition: str, service: str, region: str, account: str, resource: str
) -> None:
    """AWS-documented: six parts, Region and account may be empty."""
    arn = Arn(partition, service, region, account, resource)
    assert parse_arn(str(arn)) == arn


@given(st.text())
def test_any_text_is_an_arn_or_refused(text: str) -> None:
    """Our choice: nothing but BadArn is raised."""
    assert not is_arn(text) or str(parse_arn(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "arn",
        "arn:aws:iam::111122223333",
        "ARN:aws:iam::111122223333:role/x",
        "arn:aws:iam::1111:role/x",
        "arn:aws:iam::11112222333a:role/x",
        "arn::iam::111122223333:role/x",
        "arn:aws:iam::111122223333:",
        "bedrock:*",
    ],
)
def test_what_is_no_arn_is_refused(text: str) -> None:
    """AWS-documented: reference-arns.html."""
    with pytest.raises(BadArn):
        parse_arn(text)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("arn:aws:iam::111122223333:role/team/app", "role", "team/app"),
        ("arn:aws:bedrock:::foundation-model/a.b-v1:0", "foundation-model", "a.b-v1:0"),
        ("arn:aws:sns:eu-west-1:111122223333:topic", "", "topic"),
        ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:a/b", "secret", "a/b"),
    ],
)
def test_the_resource_is_cut_at_its_first_separator(text: str, kind: str, name: str) -> None:
    """AWS-documented: the resource part has a slash or a colon behind its type."""
    arn = parse_arn(text)
    assert (arn.resource_type, arn.resource_name) == (kind, name)
