"""What a report document says, in words that all shared forms use."""

from __future__ import annotations

from bedrock_doctor.diagnose.wording import counted, name_of
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.asked import CALLS
from bedrock_doctor.render.layer_names import spoken
from bedrock_doctor.render.snippet import kind_words

VERDICT_WORDS = {"allow": "allowed", "deny": "denied", "unknown": "cannot tell"}
_ROOM = 96
"""Columns that an underline and its label may take together."""
_CERTAINTY = {
    ("deny", "proven"): "The cause is proven by policy text and snapshot.",
    ("deny", "evidence"): "AWS's own message says so.",
    ("allow", "proven"): "Everything that was checked allows it.",
}


def blocking(document: doc.ReportDocument) -> list[doc.FindingEntry]:
    """The findings that deny the attempt, in the order in which AWS would meet them."""
    return [finding for finding in document.findings if finding.blocking]


def verdict_sentence(document: doc.ReportDocument) -> str:
    """The answer in one sentence, without the id of a finding."""
    barriers = blocking(document)
    if document.verdict == "deny" and barriers:
        return barriers[0].summary
    who = " as ".join(signers(document))
    what = f"{document.target.id} from {document.attempt.region}"
    if document.verdict == "allow":
        return f"{who} may call {what}"
    if document.verdict == "deny":
        return f"{who} may not call {what}"
    points = sum(point.decisive for point in document.unknowns)
    depends = f"on {counted(points, 'thing')} that" if points else "on evidence that"
    return f"whether {who} may call {what} depends {depends} could not be read"


def certainty_sentence(document: doc.ReportDocument) -> str:
    """What the verdict rests on."""
    told = _CERTAINTY.get((document.verdict, document.certainty))
    return told or "Something decisive is missing."


def call_of(document: doc.ReportDocument) -> doc.HopEntry:
    """The step in which the application calls Amazon Bedrock."""
    return document.hops[min(len(document.attempt.roles), len(document.hops) - 1)]


def signers(document: doc.ReportDocument) -> list[str]:
    """The caller and, where roles are assumed, the role that signs the call; by name."""
    names = [document.attempt.caller, *document.attempt.roles]
    return [name_of(arn) for arn in dict.fromkeys((names[0], names[-1]))]


def sources_words(document: doc.ReportDocument) -> str:
    """What a report was made from."""
    calls = document.collection.calls
    if not calls:
        return "from files, without a call to AWS"
    return f"with {counted(calls, 'call')} to AWS, none of which writes"


def opened_words(fix: doc.FixEntry) -> list[str]:
    """What else a fix opens: counted where that was done, else as it is built."""
    return [entry.words for entry in fix.radius.opened] if fix.radius else list(fix.also_opens)


def operation_words(document: doc.ReportDocument) -> str:
    """The operation as AWS spells it."""
    operation = document.attempt.operation
    return CALLS.get(Operation(operation), operation) if operation in list(Operation) else operation


def account_words(document: doc.ReportDocument, account: str | None) -> str:
    """An account for people: its name, where one is known, and its id."""
    if not account:
        return "an account that is not known"
    name = document.account_names.get(account, "")
    return f"{name} {account}" if name else account


def layer_words(layer: str) -> str:
    """What people call a layer; a layer that a later version adds keeps its name."""
    try:
        return spoken(Layer(layer))
    except ValueError:
        return layer.replace("-", " ")


def place_words(where: doc.WhereEntry) -> str:
    """A place in words: the policy, the statement and what it is attached to."""
    single = where.kind in (PolicyKind.TRUST, PolicyKind.ENDPOINT, PolicyKind.RESOURCE)
    words = kind_words(where.kind)
    if where.policy and not single:
        words += f" {where.policy}"
    if where.title and where.title != where.policy:
        words += f' "{where.title}"'
    if where.statement is not None:
        words += f", statement {where.statement}" + (f' "{where.sid}"' if where.sid else "")
    if where.attached_to:
        words += f", {'of' if single else 'attached to'} {where.attached_to}"
    return words


def file_words(where: doc.WhereEntry) -> str:
    """``file:line:column`` of the deciding value; empty where there is no file."""
    if not where.file:
        return ""
    if not where.verbatim or where.label is None:
        return where.file
    return f"{where.file}:{where.span.start.line}:{where.span.start.column}"


def excerpt_lines(excerpt: doc.ExcerptEntry) -> list[str]:
    """Policy text with its underlined values and labels, as compilers show source code."""
    numbers = [len(str(line.number)) for line in excerpt.lines if line.number is not None]
    gutter = max([2, *numbers])
    lines = []
    for line in excerpt.lines:
        if line.follows_gap:
            lines.append("...")
        number = "" if line.number is None else str(line.number)
        text = "".join(piece.text for piece in line.pieces)
        lines.append(f"{number:>{gutter}} | {text}".rstrip())
        for label in line.labels:
            before = "".join(piece.text for piece in line.pieces[: label.first])
            under = "".join(piece.text for piece in line.pieces[label.first : label.last + 1])
            rule = ("^" if label.primary else "-") * max(1, len(under))
            indent = "".join("\t" if c == "\t" else " " for c in before)
            margin = f"{'':>{gutter}} | "
            if len(indent) + len(rule) + len(label.text) < _ROOM:
                lines.append(f"{margin}{indent}{rule} {label.text}".rstrip())
            else:
                lines += [f"{margin}{indent}{rule}", f"{margin}    {label.text}"]
    return [*lines, *(f"{'':>{gutter}} = {text}" for text in excerpt.remarks)]
