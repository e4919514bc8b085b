"""What an audit says about the ways of a page, and the surprises."""

from __future__ import annotations

from typing import Any

from .page import Case


def assert_audits_what_is_expected(case: Case, answer: dict[str, Any]) -> None:
    """The audit tells the expected ways and surprises, each of them and no other."""
    assert list(case.ways) == _ways(answer)
    if "report" in answer:
        assert case.verdict == answer["report"]["verdict"]
        assert list(case.expects) == [finding["id"] for finding in answer["report"]["findings"]]
        return
    assert case.verdict == "none"
    told = [
        entry["kind"] + ("" if entry["certain"] else "?") for entry in answer.get("surprises", ())
    ]
    assert list(case.expects) == told


def _ways(answer: dict[str, Any]) -> list[str]:
    if "changes" in answer:
        return [
            _way(change["kind"], principal, change["via"], change["models"])
            for change in answer["changes"]
            for principal in change["principals"]
        ]
    if "ways" in answer:
        return [
            _way(way["access"], way["principal"]["arn"], way["over"], _models(way["routes"]))
            for way in answer["ways"]
        ]
    names = [principal["arn"] for principal in answer.get("principals", ())]
    return [
        _way(chain["access"], names[chain["principal"]], [names[n] for n in chain["shortest"]], ())
        for chain in answer.get("chains", ())
    ]


def _models(routes: list[dict[str, Any]]) -> list[str]:
    return sorted({route["model"] for route in routes})


def _way(access: str, principal: str, over: list[str], models: Any) -> str:
    """``allowed 111122223333:role/app over 444455556666:role/gateway to MODEL``."""
    words = [access, principal, *(["over", " > ".join(over)] if over else [])]
    words += ["to", " ".join(models)] if models else []
    return " ".join(words).replace("arn:aws:iam::", "")
