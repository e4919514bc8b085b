"""SimulatePrincipalPolicy, answered by the lab's engine.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from bedrock_doctor.lab.authority import Authority
from bedrock_doctor.lab.credentials import Credentials
from bedrock_doctor.lab.wire import Answer, Call, Refused, xml_answer
from bedrock_doctor.model.arn import is_arn, parse_arn

_DECISIONS = {None: "allowed", True: "explicitDeny", False: "implicitDeny"}


def simulate(call: Call, authority: Authority) -> Answer:
    """Evaluates every action on every resource for a user or role.

    Raises:
        Refused: no such user or role.
    """
    source = call.text("PolicySourceArn") or ""
    if not is_arn(source):
        raise Refused(
            "InvalidInput", f"Invalid Entity Arn: {source} does not clearly define entity"
        )
    account = parse_arn(source).account
    who = Credentials("", "", account, source, "", source)
    members = []
    for action in _members(call, "ActionNames"):
        for resource in _members(call, "ResourceArns") or ["*"]:
            denied: bool | None = None
            try:
                authority.check_call(who, action, resource, account, call.region)
            except Refused as refused:
                if refused.code == "InvalidClientTokenId":
                    message = f"The user or role {source} cannot be found."
                    raise Refused("NoSuchEntity", message, 404) from None
                if refused.status == 500:
                    raise
                denied = "with an explicit deny" in refused.message
            members.append(
                f"<member><EvalActionName>{escape(action)}</EvalActionName>"
                f"<EvalResourceName>{escape(resource)}</EvalResourceName>"
                f"<EvalDecision>{_DECISIONS[denied]}</EvalDecision>"
                "<MatchedStatements/><MissingContextValues/></member>"
            )
    result = f"<EvaluationResults>{''.join(members)}</EvaluationResults>"
    return xml_answer("iam", call.operation, f"<IsTruncated>false</IsTruncated>{result}")


def _members(call: Call, name: str) -> list[str]:
    found: list[str] = []
    while (value := call.text(f"{name}.member.{len(found) + 1}")) is not None:
        found.append(value)
    return found
