"""AWS STS: GetCallerIdentity and AssumeRole.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from bedrock_doctor.lab.authority import Authority
from bedrock_doctor.lab.credentials import SECRET, Credentials, Keyring
from bedrock_doctor.lab.moto_state import MotoState
from bedrock_doctor.lab.wire import Answer, Call, Refused, xml_answer
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.attempt import HopOptions
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.policy_parser import parse_policy
from bedrock_doctor.model.source import Source

_SESSION = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
_CHAIN_LIMIT = 3600
_SHORTEST, _LONGEST = 900, 43200


class StsService:
    """The STS operations of the lab."""

    def __init__(self, authority: Authority, keyring: Keyring, state: MotoState) -> None:
        self._authority, self._keyring, self._state = authority, keyring, state

    def answer(self, call: Call, who: Credentials) -> Answer:
        """Answers a request.

        Raises:
            Refused: with an AWS error.
        """
        match call.operation:
            case "GetCallerIdentity":
                # nothing can deny it:
                # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
                return xml_answer(
                    "sts",
                    call.operation,
                    f"<Arn>{escape(who.arn)}</Arn><UserId>{escape(who.user_id)}</UserId>"
                    f"<Account>{who.account}</Account>",
                )
            case "AssumeRole":
                return self._assume(call, who)
        message = f"Could not find operation {call.operation} for version 2011-06-15"
        raise Refused("InvalidAction", message)

    def _assume(self, call: Call, who: Credentials) -> Answer:
        role, session = call.text("RoleArn") or "", call.text("RoleSessionName") or ""
        if not _ROLE.fullmatch(role):
            raise Refused("ValidationError", f"{role} is invalid")
        if not _SESSION.fullmatch(session):
            raise Refused(
                "ValidationError",
                f"1 validation error detected: Value '{session}' at 'roleSessionName' failed to "
                "satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
            )
        options = self._options(call, role, session)
        unique_id = self._authority.check_assume(who, role, options, call.region)
        lifetime = self._lifetime(call, who, role)
        key, token = self._keyring.next_session()
        arn = parse_arn(role)
        name = arn.resource.rpartition("/")[2]
        made = Credentials(
            key=key,
            token=token,
            account=arn.account,
            arn=f"arn:{arn.partition}:sts::{arn.account}:assumed-role/{name}/{session}",
            user_id=f"{unique_id}:{session}",
            caller=who.caller,
            roles=(*who.roles, role),
            hops=(*who.hops, options),
            expires=datetime.now(UTC) + timedelta(seconds=lifetime),
        )
        self._keyring.add(made)
        return xml_answer("sts", "AssumeRole", _session_xml(made, options))

    def _lifetime(self, call: Call, who: Credentials, role: str) -> int:
        given = call.text("DurationSeconds")
        if given is None:
            return _CHAIN_LIMIT
        if not given.isdecimal() or not _SHORTEST <= int(given) <= _LONGEST:
            raise Refused(
                "ValidationError",
                f"1 validation error detected: Value '{given}' at 'durationSeconds' failed to "
                "satisfy constraint: Member must have value between 900 and 43200",
            )
        # any temporary credentials make it role chaining, not only those of this lab's AssumeRole
        if who.token and int(given) > _CHAIN_LIMIT:
            raise Refused(
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed "
                "by role chaining.",
            )
        arn = parse_arn(role)
        iam = self._state.client("iam", arn.account)
        held = iam.get_role(RoleName=arn.resource.rpartition("/")[2])["Role"]
        if int(given) > held.get("MaxSessionDuration", _CHAIN_LIMIT):
            raise Refused(
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            )
        return int(given)

    def _options(self, call: Call, role: str, session: str) -> HopOptions:
        tags = {}
        for number in range(1, 51):
            name = call.text(f"Tags.member.{number}.Key")
            if name is None:
                break
            tags[name] = call.text(f"Tags.member.{number}.Value") or ""
        return HopOptions(
            external_id=call.text("ExternalId"),
            session_name=session,
            session_tags=tags,
            transitive_tags=_members(call, "TransitiveTagKeys.member.{}"),
            source_identity=call.text("SourceIdentity"),
            session_policies=self._session_policies(call, role),
        )

    def _session_policies(self, call: Call, role: str) -> tuple[PolicyDocument, ...]:
        texts = [] if call.text("Policy") is None else [("Policy", call.text("Policy") or "")]
        account = parse_arn(role).account
        for arn in _members(call, "PolicyArns.member.{}.arn"):
            texts.append((arn, self._managed_policy(account, arn)))
        documents = []
        for name, text in texts:
            document = PolicyDocument(
                PolicyRef(PolicyKind.SESSION, name, account), Source(text, None, verbatim=False)
            )
            if parse_policy(document).problems:
                message = "The policy is not in the valid JSON format."
                raise Refused("MalformedPolicyDocument", message)
            documents.append(document)
        return tuple(documents)

    def _managed_policy(self, account: str, arn: str) -> str:
        import json

        from botocore.exceptions import ClientError

        iam = self._state.client("iam", account)
        try:
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=arn, VersionId=version)
        except ClientError:
            raise Refused("ValidationError", f"PolicyArn {arn} does not exist") from None
        return json.dumps(found["PolicyVersion"]["Document"])


def _members(call: Call, pattern: str) -> tuple[str, ...]:
    found = []
    for number in range(1, 51):
        value = call.text(pattern.format(number))
        if value is None:
            break
        found.append(value)
    return tuple(found)


def _session_xml(made: Credentials, options: HopOptions) -> str:
    expires = made.expires.strftime("%Y-%m-%dT%H:%M:%SZ") if made.expires else ""
    identity = ""
    if options.source_identity:
        identity = f"<SourceIdentity>{escape(options.source_identity)}</SourceIdentity>"
    return (
        f"<AssumedRoleUser><Arn>{escape(made.arn)}</Arn>"
        f"<AssumedRoleId>{escape(made.user_id)}</AssumedRoleId></AssumedRoleUser>"
        f"<Credentials><AccessKeyId>{made.key}</AccessKeyId>"
        f"<SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{made.token}</SessionToken>"
        f"<Expiration>{expires}</Expiration></Credentials>{identity}"
    )
