"""`bedrock-doctor check` as CI calls it: outcomes, exit codes, formats, files that are broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from bedrock_doctor.cli.main import run

ACME = Path(__file__).parents[2] / "examples" / "acme"
SCHEMA = json.loads(
    (Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")
)
DEFAULTS = f"""
[defaults]
snapshot = {json.dumps(str(ACME / "snapshot"))}
region = "eu-central-1"
model = "eu.amazon.nova-lite-v1:0"
as = "arn:aws:iam::111122223333:role/rag-api"
"""
WORKS = '[[expect]]\nrole = "arn:aws:iam::444455556666:role/rag-inference"\nverdict = "allow"\n'
DENIED = '[[expect]]\nverdict = "deny"\nbecause = "BD311"\n'
UNMET = '[[expect]]\nname = "direct"\nverdict = "allow"\n'
OPEN = """[[expect]]
as = "arn:aws:iam::222233334444:role/finding-summarizer"
role = "arn:aws:iam::444455556666:role/security-inference"
verdict = "allow"
"""


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `check` on a text; gives exit code, standard output and standard error."""

    def run_check(text: str, *options: str) -> tuple[int, str, str]:
        file = tmp_path / "access.toml"
        file.write_text(text, encoding="utf-8")
        code = run(["check", str(file), *options])
        told = capsys.readouterr()
        return code, told.out.replace(str(tmp_path), "."), told.err.replace(str(tmp_path), ".")

    return run_check


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        (WORKS + DENIED, 0),
        (WORKS + UNMET, 1),
        (WORKS + OPEN, 3),
        (OPEN + UNMET, 1),
        (DENIED.replace("BD311", "BD312"), 1),
        (DENIED.replace('"BD311"', '["BD311", "BD401"]'), 1),
        (OPEN.replace('"allow"', '"unknown"'), 0),
        (OPEN.replace('"allow"', '"unknown"\nbecause = "BD021"'), 0),
        (OPEN.replace('"allow"', '"deny"'), 3),
        (WORKS.replace('"allow"', '"deny"'), 1),
        (WORKS.replace('"allow"', '"unknown"'), 1),
    ],
)
def test_the_exit_code_tells_the_worst_outcome(check: Any, entries: str, code: int) -> None:
    """Not met wins over cannot tell (UX 2.2)."""
    assert check(DEFAULTS + entries)[0] == code


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--exit-zero"], (0, 0)),
        (["--fail-on", "never"], (0, 0)),
        (["--fail-on", "deny"], (1, 0)),
        (["--fail-on", "unknown"], (1, 3)),
    ],
)
def test_exit_codes_can_be_softened(check: Any, options: list[str], codes: tuple[int, int]) -> None:
    """For what is not met, and for what cannot be told."""
    assert check(DEFAULTS + UNMET, *options)[0] == codes[0]
    assert check(DEFAULTS + OPEN, *options)[0] == codes[1]


def test_the_text_names_line_and_causes_once(check: Any) -> None:
    """The second expectation that fails for the same cause refers to the first."""
    _, out, _ = check(DEFAULTS + WORKS + UNMET + UNMET)
    assert "NOT MET  direct: rag-api bedrock:InvokeModel" in out
    assert "--> ./access.toml:10" in out
    assert out.count("SCP p-5n1v6b3x") == 1
    assert " ".join(out.split()).count("BD311: as for ./access.toml:10") == 1
    assert "3 expectations: 1 met, 2 not met" in out


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("[[expect]\n", ":1:9: ", "is no TOML"),
        ("[defaults]\n", ":1:1: ", "states no expectation"),
        ("expect = 3\n", ":1:1: ", "states no expectation"),
        ("[[expect]]\nverdict = 'maybe'\n", ":2:1: ", "expected allow, deny, unknown"),
        ("[[expect]]\nrole = 'x'\n", ":1:1: ", "has no `verdict`"),
        ("[[expect]]\nverdict = 'deny'\nrool = 'x'\n", ":3:1: ", "did you mean `role`?"),
        ("[[expect]]\nverdict = 'deny'\nmfa = 'yes'\n", ":3:1: ", "expected true or false"),
        ("[[expect]]\nverdict = 'deny'\nrole = [1]\n", ":3:1: ", "a text or a list of texts"),
        ("[[expect]]\nverdict = 'deny'\nbecause = 'BD999'\n", ":3:1: ", "no such finding `BD999`"),
        ("[[expect]]\nverdict = 'allow'\nbecause = 'BD311'\n", ":3:1: ", "nothing denies"),
        ("[[expect]]\nverdict = 'deny'\noperation = 'talk'\n", ":3:1: ", "expected converse, "),
        ("[[expect]]\nverdict = 'deny'\nconfig = 'x'\n", ":3:1: ", "unknown key `config`"),
        ("[[expect]]\nverdict = 'deny'\nerror = '-'\n", ":3:1: ", "cannot be standard input"),
        ("ignore = 3\n[[expect]]\nverdict = 'deny'\n", ":1:1: ", "`ignore` is no text"),
        (
            "[[expect]]\nverdict = 'deny'\n",
            ":1:1: ",
            "missing: `snapshot`, `as`, `model`, `region`",
        ),
        (
            DEFAULTS + "[[expect]]\nverdict = 'deny'\nas = 'me'\n",
            ":7:1: ",
            "`me` cannot be the caller",
        ),
        (DEFAULTS + "[[expect]]\nverdict = 'deny'\nmodel = 'gpt'\n", ":7:1: ", "gpt"),
        (DEFAULTS + "[[expect]]\nverdict = 'deny'\nsnapshot = 'no'\n", ":7:1: ", "./no"),
        (DEFAULTS + "[[expect]]\nverdict = 'deny'\ncontext = 'x'\n", ":7:1: ", "context `x`"),
    ],
)
def test_mistakes_of_the_file_have_line_and_column(
    check: Any, text: str, place: str, words: str
) -> None:
    """A wrong file is bad input, never an expectation that holds."""
    code, out, err = check(text)
    assert (code, out) == (2, "")
    assert f"access.toml{place}" in err
    assert words in err


def test_files_of_an_entry_stand_beside_the_expectation_file(check: Any, tmp_path: Path) -> None:
    """A session policy that allows nothing denies; on hops as on the last role."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    nothing = {"Version": "2012-10-17", "Statement": [statement]}
    (tmp_path / "session.json").write_text(json.dumps(nothing), encoding="utf-8")
    for key in ("session-policy = 'session.json'", "hop = '1:session-policy=session.json'"):
        entry = WORKS.replace('"allow"', '"deny"') + f"because = 'BD413'\n{key}\n"
        assert check(DEFAULTS + entry)[0] == 0, key


def test_tables_state_pairs(check: Any) -> None:
    """Context keys and session tags as TOML tables."""
    entry = UNMET + 'context = { "aws:SourceVpc" = ["vpc-1"], "x:y" = "z" }\n'
    _, out, _ = check(DEFAULTS + entry, "--format", "json")
    context = json.loads(out)["expectations"][0]["report"]["attempt"]["context"]
    assert context == {"aws:SourceVpc": ["vpc-1"], "x:y": ["z"]}


def test_the_command_line_wins_over_the_files_snapshots(check: Any, tmp_path: Path) -> None:
    """CI collects a fresh snapshot and checks the committed expectations."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "snapshot.json").write_text(
        '{"schema": "bedrock-doctor/snapshot/1"}', encoding="utf-8"
    )
    assert check(DEFAULTS + WORKS, "--snapshot", str(tmp_path / "empty"))[0] == 3


IGNORE = '[[ignore]]\nid = "BD311"\nreason = "until the new landing zone"\n'


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        (IGNORE, 0, "1 silenced; 1 finding silenced"),
        (IGNORE + "expires = 9999-12-31\n", 0, "(until 9999-12-31)"),
        (IGNORE + "expires = 2020-01-01\n", 1, "expired on 2020-01-01 and silences nothing"),
        (IGNORE + 'account = "999900001111"\n', 0, "1 finding silenced"),
        (IGNORE + 'account = "111122223333"\n', 1, "the entry for BD311 silences nothing"),
        (IGNORE + 'policy = "ModelsOnlyThroughPlatform"\n', 0, "1 finding silenced"),
        (IGNORE + 'policy = "p-other"\n', 1, "silences nothing"),
    ],
)
def test_silenced_findings_do_not_fail_and_are_counted(
    check: Any, tmp_path: Path, entry: str, code: int, words: str
) -> None:
    """An entry holds to its day, for its owner and policy; a stale one is told."""
    (tmp_path / "ignore.toml").write_text(entry, encoding="utf-8")
    found, out, _ = check('ignore = "ignore.toml"\n' + DEFAULTS + UNMET)
    assert found == code
    assert words in " ".join(out.split())


def test_what_is_silenced_still_counts_as_a_reason(check: Any, tmp_path: Path) -> None:
    """An expected denial stays met when its cause is put up with."""
    (tmp_path / "ignore.toml").write_text(IGNORE, encoding="utf-8")
    assert check('ignore = "ignore.toml"\n' + DEFAULTS + DENIED)[0] == 0


@pytest.mark.parametrize(
    ("entry", "place", "words"),
    [
        ('[[ignore]]\nid = "BD311"\n', ":1:1: ", "has no `reason`"),
        ('[[ignore]]\nid = "BD311"\nreason = " "\n', ":3:1: ", "`reason` is no text"),
        ('[[ignore]]\nid = "bd311"\nreason = "x"\n', ":2:1: ", "did you mean `BD311`"),
        (IGNORE + 'expires = "soon"\n', ":4:1: ", "`expires` is no date"),
        (IGNORE + 'account = "12"\n', ":4:1: ", "expected 12 digits"),
        (IGNORE + "until = 2027-01-01\n", ":4:1: ", "unknown key `until`"),
        ("[ignore]\n", ":1:1: ", "expected [[ignore]]"),
    ],
)
def test_mistakes_of_the_ignore_file_have_line_and_column(
    check: Any, tmp_path: Path, entry: str, place: str, words: str
) -> None:
    """An entry without a reason is refused: silence has to be explained."""
    file = tmp_path / "quiet.toml"
    file.write_text(entry, encoding="utf-8")
    code, _, err = check(DEFAULTS + UNMET, "--ignore", str(file))
    assert code == 2
    assert f"quiet.toml{place}" in err
    assert words in err


def test_sarif_follows_the_official_schema(check: Any, tmp_path: Path) -> None:
    """Findings by id, stated at the line of the expectation; suppressed ones say why."""
    (tmp_path / "ignore.toml").write_text(IGNORE, encoding="utf-8")
    text = 'ignore = "ignore.toml"\n' + DEFAULTS + UNMET + OPEN + WORKS.replace('"allow"', '"deny"')
    _, out, _ = check(text, "--format", "sarif")
    log = json.loads(out)
    jsonschema.validate(log, SCHEMA, format_checker=jsonschema.FormatChecker())
    ran = log["runs"][0]
    assert [r["ruleId"] for r in ran["results"]] == ["BD311", "BD021", "expectation-not-met"]
    assert ran["results"][0]["suppressions"][0]["justification"] == "until the new landing zone"
    assert ran["results"][1]["level"] == "warning"
    assert ran["results"][2]["locations"][0]["physicalLocation"]["region"]["startLine"] == 15
    rules = ran["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in ran["results"])
    assert "## How to fix" in rules[0]["help"]["markdown"]


def test_fingerprints_follow_the_cause_not_the_line(check: Any) -> None:
    """Code scanning keeps an alert when lines move, and merges calls with one cause."""

    def told(text: str) -> list[Any]:
        results: list[Any] = json.loads(check(text, "--format", "sarif")[1])["runs"][0]["results"]
        return results

    one = told(DEFAULTS + UNMET)
    both = told(DEFAULTS + "# a line\n" + UNMET + UNMET)
    assert [r["partialFingerprints"] for r in one] == [r["partialFingerprints"] for r in both]
    assert both[0]["message"]["text"].split("\n")[0].endswith("(and 1 more call)")
    assert len(both[0]["relatedLocations"]) == 2


def test_github_annotations_stand_at_the_expectation(check: Any) -> None:
    """One command a line; steps of help are lines of the message."""
    _, out, _ = check(DEFAULTS + UNMET, "--format", "github")
    lines = out.splitlines()
    assert lines[0].startswith("::error file=./access.toml,line=7,col=1,title=BD311::rag-api ")
    assert "%0A- " in lines[0]
    assert lines[1:] == ["::notice title=bedrock-doctor::1 expectation: 0 met, 1 not met"]


def test_hostile_names_stay_inside_their_annotation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Paths with the separators of workflow commands; names with line ends and markup."""
    folder = tmp_path / "a,b:c%"
    folder.mkdir()
    file = folder / "access.toml"
    name = '"]]> <x/> \\u0000 \\n::error::no"'
    file.write_text(DEFAULTS + UNMET.replace('"direct"', name), encoding="utf-8")
    run(["check", str(file), "--format", "github"])
    out = capsys.readouterr().out
    assert f"file={tmp_path}/a%2Cb%3Ac%25/access.toml,line=7" in out
    assert sum(line.startswith("::error") for line in out.splitlines()) == 1
    run(["check", str(file), "--format", "junit"])
    case = ElementTree.fromstring(capsys.readouterr().out)[0][0]
    assert case.attrib["name"] == "]]> <x/> \\u0000 \\u000a::error::no"


def test_junit_has_a_case_for_each_expectation(check: Any) -> None:
    """Counts of the suite agree with its cases."""
    _, out, _ = check(DEFAULTS + WORKS + UNMET + OPEN, "--format", "junit")
    suite = ElementTree.fromstring(out)[0]
    assert [child.tag for case in suite for child in case] == ["failure", "error"]
    counts = {key: suite.attrib[key] for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "3", "failures": "1", "errors": "1", "skipped": "0"}
    assert "BD311" in (suite[1][0].text or "")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
def test_redacted_answers_hold_no_account_ids(check: Any, form: str) -> None:
    """What CI prints is often public."""
    text = DEFAULTS + WORKS + UNMET + OPEN
    _, out, _ = check(text, "--format", form, "--redact", "all")
    for secret in ("111122223333", "444455556666", "rag-inference", "finding-summarizer"):
        assert secret not in out


def test_answers_do_not_change_from_run_to_run(check: Any) -> None:
    """Same input, byte-identical output."""
    text = DEFAULTS + WORKS + UNMET + OPEN
    for form in ("text", "json", "sarif", "github", "junit"):
        assert check(text, "--format", form) == check(text, "--format", form)


def test_the_example_file_holds_what_its_readme_says(capsys: pytest.CaptureFixture[str]) -> None:
    """examples/acme/access.toml."""
    assert run(["check", str(ACME / "access.toml")]) == 1
    out = capsys.readouterr().out
    assert "5 expectations: 2 met, 1 not met, 1 cannot tell, 1 silenced" in out
