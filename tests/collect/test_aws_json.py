"""Outputs of AWS calls in files: pages, and what is said about files that hold none."""

from __future__ import annotations

import pytest

from bedrock_doctor.collect.aws_json import decode_outputs
from bedrock_doctor.collect.bedrock_shapes import ListInferenceProfiles
from bedrock_doctor.collect.file_text import FileText, Malformed
from bedrock_doctor.collect.iam_shapes import PolicyNames, RoleDetail
from bedrock_doctor.model.source import Position


def names(text: str) -> list[list[str]]:
    """Policy names by page."""
    outputs = decode_outputs(FileText("x.json", text.encode()), PolicyNames)
    return [output.value.PolicyNames for output in outputs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"PolicyNames": ["a"]}', [["a"]]),
        ('{"PolicyNames": ["a"]}\n{"PolicyNames": ["b"]}\n', [["a"], ["b"]]),
        ('{"PolicyNames": ["a"]}{"PolicyNames": []}{"PolicyNames": ["c"]}', [["a"], [], ["c"]]),
        (' [{"PolicyNames": ["a"]},\n {"PolicyNames": ["b"]}]', [["a"], ["b"]]),
        ('{"PolicyNames": [], "ResponseMetadata": {"RequestId": "1"}}', [[]]),
    ],
    ids=["one", "appended", "appended without space", "list of pages", "sdk output"],
)
def test_all_pages_of_a_file_are_read(text: str, expected: list[list[str]]) -> None:
    """AWS-documented: with --no-paginate the AWS CLI prints one page for each call."""
    assert names(text) == expected


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ('"IsTruncated": true', True),
        ('"IsTruncated": false', False),
        ('"Marker": "x"', True),
        ('"NextToken": "x"', True),
        ('"NextToken": null', False),
        ('"nextToken": "x"', True),
    ],
)
def test_a_marker_left_behind_tells_of_further_pages(marker: str, expected: bool) -> None:
    """AWS-documented: each of these members announces a further page."""
    upper = FileText("x", f'{{"PolicyNames": [], {marker}}}'.encode())
    lower = FileText("x", f'{{"inferenceProfileSummaries": [], {marker}}}'.encode())
    assert decode_outputs(upper, PolicyNames)[0].value.has_more is expected
    assert decode_outputs(lower, ListInferenceProfiles)[0].value.has_more is expected


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("", "the file is empty", None),
        (" \n\n", "the file is empty", None),
        ("[]", "the list holds no output", Position(1, 1)),
        ("{", "the file ends in the middle of a value", Position(1, 2)),
        ('{"PolicyNames":\n ["a"', "the file ends in the middle of a value", Position(2, 6)),
        (
            '{"PolicyNames":\n ["a",]}',
            "the file is no JSON: trailing comma in array",
            Position(2, 7),
        ),
        ('{"PolicyNames": []} {"Poli', "the file ends in the middle of a value", Position(1, 27)),
        ('{"PolicyNames": []} oops', "the file is no JSON: invalid character", Position(1, 21)),
        ('{"PolicyNames": {}}', "`PolicyNames` is an object", Position(1, 17)),
        ('{"PolicyNames": [\n  "a", 1]}', "`PolicyNames[1]` is a whole number", Position(2, 8)),
        ('{"Other": 1}', "the output lacks `PolicyNames`", Position(1, 1)),
        ('{"PolicyNames": []}\n{"x": 1}', "the output lacks `PolicyNames`", Position(2, 1)),
        ('["a"]', "the output is a text", Position(1, 2)),
        ("7", "the output is a whole number", Position(1, 1)),
        ('{"PolicyNames": {}, "PolicyNames": {}}', "`PolicyNames` is an object", Position(1, 1)),
    ],
)
def test_what_is_wrong_is_said_with_its_position(
    text: str, message: str, position: Position | None
) -> None:
    """Our choice: messages speak of JSON, name the member and point to the value."""
    with pytest.raises(Malformed) as caught:
        names(text)
    assert (caught.value.message, caught.value.position) == (message, position)


def test_endless_nesting_is_refused_in_words() -> None:
    """Our choice: depth ends in a message, not in an overflow."""
    with pytest.raises(Malformed, match="nested too deeply"):
        names('{"PolicyNames": ' + "[" * 100_000 + "]" * 100_000 + "}")


def test_a_text_that_is_no_utf8_is_refused_in_words() -> None:
    """Our choice: a lone surrogate, which AWS never writes, makes the file malformed."""
    with pytest.raises(Malformed):
        names('{"PolicyNames": ["\\ud800"]}')


def test_a_member_that_may_be_absent_or_null_says_so_in_words() -> None:
    """Our choice: alternatives are listed, without names of programming types."""
    text = (
        '{"RoleName": "a", "Arn": "b", "AssumeRolePolicyDocument": {}, "RolePolicyList": [],'
        ' "AttachedManagedPolicies": [], "PermissionsBoundary": 3}'
    )
    with pytest.raises(Malformed) as caught:
        decode_outputs(FileText("x", text.encode()), RoleDetail)
    assert caught.value.expected == "an object or null"
