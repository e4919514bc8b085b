"""Every clause of docs/semantics is proved by a test, and every proof names a clause."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from tests.differential import case_files

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "clauses.toml").read_text(encoding="utf-8")
)["clauses"]
CASES = case_files.load()
CASE_FILE = "tests/differential/cases/{}.json"


def written_clauses() -> list[str]:
    """The ids of all clauses, as the pages have them in bold at the start of a paragraph."""
    pages = sorted((ROOT / "docs" / "semantics").glob("[a-e]-*.md"))
    texts = [page.read_text(encoding="utf-8") for page in pages]
    return [found for text in texts for found in re.findall(r"^\*\*([A-E]\d+)\*\*", text, re.M)]


def case_proofs() -> set[tuple[str, str]]:
    """Clause and case file, for every clause that a case of the file names."""
    return {
        (clause, CASE_FILE.format(name.split("/")[0]))
        for name, entry in CASES.items()
        for clause in entry["clauses"]
    }


def marked_tests() -> set[tuple[str, str]]:
    """Clause and test, for every test marked ``@pytest.mark.clause``."""
    found = set()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                test = f"{path.relative_to(ROOT).as_posix()}::{node.name}"
                found |= {(clause, test) for clause in _marks(node)}
    return found


def _marks(node: ast.FunctionDef) -> list[str]:
    calls = [d for d in node.decorator_list if isinstance(d, ast.Call)]
    marks = [c for c in calls if ast.unparse(c.func) == "pytest.mark.clause"]
    return [str(ast.literal_eval(argument)) for mark in marks for argument in mark.args]


def listed() -> set[tuple[str, str]]:
    """Clause and proof, as the manifest has them."""
    return {(clause, proof) for clause, proofs in MANIFEST.items() for proof in proofs}


def test_every_clause_has_a_proof_and_every_proof_a_clause() -> None:
    """Our choice: the manifest and the pages name the same clauses, none twice."""
    written = written_clauses()
    assert len(written) == len(set(written))
    assert sorted(MANIFEST) == sorted(written)
    assert [clause for clause, proofs in MANIFEST.items() if not proofs] == []


def test_every_proof_in_the_manifest_exists() -> None:
    """Our choice: a renamed or deleted test is missed at once."""
    functions: dict[Path, set[str]] = {}
    gone = []
    for clause, proof in sorted(listed()):
        if proof.endswith(".json"):
            if (clause, proof) not in case_proofs():
                gone.append((clause, proof))
            continue
        file, _, name = proof.partition("::")
        path = ROOT / file
        if path.is_file() and path not in functions:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            functions[path] = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        if name not in functions.get(path, set()):
            gone.append((clause, proof))
    assert gone == []


def test_everything_that_claims_to_prove_a_clause_is_in_the_manifest() -> None:
    """Our choice: the other direction, for cases and for marked tests."""
    assert (case_proofs() | marked_tests()) - listed() == set()


def test_every_clause_names_a_page_of_aws() -> None:
    """Our choice: each page of clauses cites the documentation that it rests on."""
    for page in (ROOT / "docs" / "semantics").glob("[a-e]-*.md"):
        assert "https://docs.aws.amazon.com/" in page.read_text(encoding="utf-8"), page.name
