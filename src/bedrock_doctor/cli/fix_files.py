"""The forms of a plan as text, and as files: one for each account and form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.model.fix import Plan
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.model.report import Report

_ENDINGS = {
    "diff": "diff.txt",
    "json": "json",
    "cli": "sh",
    "terraform": "tf",
    "cloudformation": "yaml",
    "message": "message.txt",
}


def answer(plan: Plan, report: Report, number: int, form: str) -> str:
    """One form of a plan.

    Raises:
        UsageError: a template is asked for documents of several accounts, or of none.
    """
    if form == "diff":
        from bedrock_doctor.render.fix_text import plan_text

        return plan_text(plan, number)
    option = plan.options[number - 1]
    if form == "message":
        from bedrock_doctor.render.fix_message import plan_messages

        return plan_messages(option, report)
    if form == "json":
        from bedrock_doctor.render.plan_json import plan_tree

        return json.dumps(plan_tree(plan, report), indent=2) + "\n"
    return _artifacts(option, form)


def _artifacts(plan: Plan, form: str) -> str:
    from bedrock_doctor.fix.artifacts.changed import changed_artifacts

    documents = [fix.document for fix in plan.fixes if fix.document]
    owners = sorted({document.owner for document in documents})
    if form != "cli" and len(owners) > 1:
        raise UsageError(
            f"a template is for one account; these changes are for {', '.join(owners)}",
            help=f"add --owner {owners[0]}",
        )
    artifacts = changed_artifacts(documents)
    if form == "cli":
        return _commands(plan)
    if not artifacts:
        raise UsageError("there is nothing to write as a template", help="see --format diff")
    if form == "terraform":
        from bedrock_doctor.fix.artifacts.terraform import terraform

        try:
            return terraform(artifacts)
        except ValueError as error:
            raise UsageError(str(error), help="take --format cli or cloudformation") from None
    from bedrock_doctor.fix.artifacts.cloudformation import cloudformation

    return cloudformation(artifacts)


def _commands(plan: Plan) -> str:
    """The commands of all fixes, each below what it opens."""
    from bedrock_doctor.fix.artifacts.aws_cli import aws_cli
    from bedrock_doctor.fix.artifacts.changed import changed_artifacts

    parts = [] if plan.proved else ["# not proved to be enough: see --format diff\n"]
    for fix in plan.fixes:
        lines = [f"also opens: {text}" for text in fix.opens]
        if fix.document is None:
            lines = [f"{fix.summary} (account {fix.owner or 'not known'})", *lines, *fix.commands]
        elif fix.document.policy.kind is PolicyKind.SESSION:
            lines = ["the caller passes the session policy itself: see --format diff", *lines]
        notes = "".join(f"# {' '.join(line.split())}\n" for line in lines)
        kept = changed_artifacts([fix.document]) if fix.document else ()
        parts.append(notes + (aws_cli(kept) if kept else ""))
    return "\n".join(parts)


def is_directory(path: str) -> bool:
    """Whether answers go into a directory: it exists, or is written like one."""
    return path.endswith("/") or Path(path).is_dir()


def write_files(
    plan: Plan, report: Report, number: int, forms: Iterable[str], directory: str
) -> None:
    """Writes every form for every account; the JSON form once, for the whole plan.

    Raises:
        BadInput: a file cannot be written.
    """
    from bedrock_doctor import app

    option = plan.options[number - 1]
    owners = dict.fromkeys(fix.owner for fix in option.fixes)
    for form in forms:
        if form == "json":
            _write(directory, f"plan.{_ENDINGS[form]}", answer(plan, report, number, form))
            continue
        for owner in owners:
            part = app.part_of_plan(option, owner=owner)
            template = form in ("terraform", "cloudformation")
            if template and not any(_is_kept(fix.document) for fix in part.fixes):
                continue
            name = f"{owner or 'unknown'}.{_ENDINGS[form]}"
            _write(directory, name, answer(part, report, 1, form))


def _is_kept(document: object) -> bool:
    from bedrock_doctor.fix.artifacts.changed import changed_artifacts
    from bedrock_doctor.model.fix import ChangedDocument

    return isinstance(document, ChangedDocument) and bool(changed_artifacts([document]))


def _write(directory: str, name: str, text: str) -> None:
    path = Path(directory) / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"cannot be written: {reason}", path=str(path)) from None
