"""The lab: one WSGI application in front of moto's state and our own services."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from bedrock_doctor.lab import api_keys, quotas, simulator
from bedrock_doctor.lab.api_keys import ApiKeys
from bedrock_doctor.lab.authority import Authority
from bedrock_doctor.lab.bedrock_control import BedrockControl
from bedrock_doctor.lab.bedrock_runtime import (
    GUARDRAIL,
    OPERATIONS,
    guardrail_answer,
    guardrail_sent,
    runtime_answer,
)
from bedrock_doctor.lab.bedrock_state import BedrockState
from bedrock_doctor.lab.credentials import TOKEN, Credentials, Keyring
from bedrock_doctor.lab.model_access import list_regions
from bedrock_doctor.lab.moto_state import MotoState
from bedrock_doctor.lab.sts_service import StsService
from bedrock_doctor.lab.trail import Trail
from bedrock_doctor.lab.wire import (
    QUERY_SERVICES,
    Answer,
    BadRequest,
    Call,
    Refused,
    error_answer,
    json_answer,
    read_call,
)
from bedrock_doctor.lab.world import ADMIN, World, read_world, seed
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.snapshot import Snapshot

MOTO_SERVICES = {
    "iam": "iam",
    "organizations": "organizations",
    "ec2": "ec2",
    "servicequotas": "servicequotas",
}
"""Signing name to action prefix of the services that moto answers."""
_READS = ("Get", "List", "Describe", "Simulate", "Lookup")
_BODY_LIMIT = 25 << 20
_KEPT_HEADERS = ("content-type", "x-amz-target", "authorization")
_UNREADABLE = Refused("SerializationException", "A parameter of the request cannot be read.")


class Lab:
    """A whole lab. moto keeps its state in the process, so that there can be one at a time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.world: World = read_world()
        self.state = MotoState()
        self.reset()

    def reset(self) -> None:
        """Puts the world back as it was."""
        with self._lock:
            seed(self.world, self.state)
            self.bedrock = BedrockState()
            self.keyring = Keyring()
            self.api_keys = ApiKeys(self.keyring)
            self.trail = Trail()
            self.authority = Authority(self.world, self.state, self.bedrock)
            self._sts = StsService(self.authority, self.keyring, self.state)
            self._control = BedrockControl(self.authority, self.bedrock)
            self._issue()

    @property
    def snapshot(self) -> Snapshot:
        """The present state as a snapshot."""
        with self._lock:
            return self.authority.snapshot

    def credentials(self, name: str) -> Credentials:
        """``app``: the application's role session; ``admin-ACCOUNT``: the account's administrator.

        Raises:
            KeyError: there are none of this name.
        """
        return self._named[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the credentials."""
        return tuple(self._named)

    def _issue(self) -> None:
        self._named: dict[str, Credentials] = {}
        for name, account in self.world.accounts.items():
            arn = f"arn:aws:iam::{account}:user/{ADMIN}"
            user = self.state.client("iam", account).get_user(UserName=ADMIN)["User"]
            key = f"AKIALAB0{account}"
            made = Credentials(key, "", account, arn, user["UserId"], arn)
            self._named[f"{ADMIN}-{name}"] = made
        account = self.world.accounts["app"]
        role = self.state.client("iam", account).get_role(RoleName="app")["Role"]
        arn = f"arn:aws:sts::{account}:assumed-role/app/lab"
        self._named["app"] = Credentials(
            f"ASIALAB0{account}", TOKEN, account, arn, f"{role['RoleId']}:lab", arn
        )
        for made in self._named.values():
            self.keyring.add(made)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answers one HTTP request."""
        answer = self._answer(environ)
        headers = [(name, value) for name, value in answer.headers.items()]
        start_response(f"{answer.status} {_phrase(answer.status)}", headers)
        return answer.chunks

    def _answer(self, environ: dict[str, Any]) -> Answer:
        try:
            call = _read(environ, self.world.regions[0])
        except BadRequest as problem:
            return json_answer({"message": str(problem)}, 400)
        with self._lock:
            operation = _operation(call, self._control)
            who = None
            try:
                who = self._authenticate(call)
                answer = self._dispatch(call, who)
            except Refused as refused:
                if who is not None:
                    self.trail.record(call, who, operation, refused)
                return error_answer(call.service, refused)
            except (AttributeError, OverflowError, TypeError, ValueError):
                return error_answer(call.service, _UNREADABLE)
            self.trail.record(call, who, operation, None)
            return answer

    def _authenticate(self, call: Call) -> Credentials:
        """Who signed. The signature itself is not checked: there is nothing to protect."""
        if call.api_key:
            return self.api_keys.authenticate(call.api_key, call.region, datetime.now(UTC))
        who = self.keyring.find(call.key)
        is_query = call.service in QUERY_SERVICES
        if who is None or who.token != call.token:
            code = "InvalidClientTokenId" if is_query else "UnrecognizedClientException"
            raise Refused(code, "The security token included in the request is invalid.", 403)
        if who.expires is not None and who.expires <= datetime.now(UTC):
            code = "ExpiredToken" if is_query else "ExpiredTokenException"
            raise Refused(code, "The security token included in the request is expired", 403)
        return who

    def _dispatch(self, call: Call, who: Credentials) -> Answer:
        match call.service:
            case "sts":
                return self._sts.answer(call, who)
            case "bedrock":
                return self._bedrock(call, who)
            case "cloudtrail" if call.operation == "LookupEvents":
                self.authority.check_call(who, "cloudtrail:LookupEvents", "*", None, call.region)
                return json_answer(self.trail.lookup(call, who))
            case "account" if unquote(call.path) == "/listRegions":
                self.authority.check_call(who, "account:ListRegions", "*", None, call.region)
                return json_answer(list_regions())
            case name if name in MOTO_SERVICES:
                return self._moto(call, who)
        raise Refused("UnknownOperationException", f"the lab has no {call.service}", 404)

    def _bedrock(self, call: Call, who: Credentials) -> Answer:
        path = unquote(call.path)
        head, _, verb = path.rpartition("/")
        if call.method == "POST" and head.startswith("/model/") and verb in OPERATIONS:
            operation = OPERATIONS[verb]
            named = head.removeprefix("/model/")
            guardrail = self._guardrail(call, who, guardrail_sent(call.headers, call.params))
            model = self.authority.check_inference(who, operation, named, call.region, guardrail)
            return runtime_answer(operation, model, call.body)
        applied = GUARDRAIL.fullmatch(path)
        if call.method == "POST" and applied:
            named = self._guardrail(call, who, (applied["name"], applied["version"])) or ""
            applies = Operation.APPLY_GUARDRAIL
            self.authority.check_inference(who, applies, named, call.region)
            return json_answer(guardrail_answer(call.body))
        routed = self._control.route(call.method, path)
        if routed is None:
            message = f"the lab has no Bedrock operation {call.method} {path}"
            raise Refused("UnknownOperationException", message, 404)
        return self._control.answer(call, who, routed)

    def _guardrail(self, call: Call, who: Credentials, sent: tuple[str, str] | None) -> str | None:
        """ARN and version of a guardrail that a call names.

        Raises:
            Refused: it does not exist.
        """
        if sent is None:
            return None
        name, version = sent
        arn = self.bedrock.guardrails.check(name, version, who.account, call.region)
        return f"{arn}:{version}"

    def _moto(self, call: Call, who: Credentials) -> Answer:
        prefix = MOTO_SERVICES[call.service]
        account, resource = who.account, self._resource(call, who)
        self.authority.check_call(
            who, f"{prefix}:{call.operation}", resource, who.account, call.region
        )
        if call.operation == "SimulatePrincipalPolicy":
            return simulator.simulate(call, self.authority)
        if call.service == "servicequotas" and call.operation in quotas.OPERATIONS:
            # moto knows no quotas of Bedrock
            answer = self.bedrock.quotas.answer(call, account)
            self._unless_read(call)
            return json_answer(answer)
        if call.service == "iam" and call.operation in api_keys.OPERATIONS:
            # moto knows no credentials for single services
            users = frozenset(self.authority.snapshot.accounts[account].users)
            return self.api_keys.answer(call, account, users, datetime.now(UTC))
        if call.service == "organizations":
            if call.operation == "DescribeEffectivePolicy":
                message = "No effective policy of this type was found."
                raise Refused("EffectivePolicyNotFoundException", message)
            if account != self.world.management and call.operation != "DescribeOrganization":
                message = "You don't have permissions to access this resource."
                raise Refused("AccessDeniedException", message)
            account = self.world.management
        headers = {name: call.headers[name] for name in _KEPT_HEADERS if name in call.headers}
        path = f"{call.path}?{call.query}" if call.query else call.path
        status, given, body = self.state.answer(
            call.service, call.region, account, path, headers, call.body
        )
        self._unless_read(call)
        kept = {k: v for k, v in given.items() if k.lower() not in ("content-length", "date")}
        return Answer(status, kept, [body])

    def _unless_read(self, call: Call) -> None:
        if not call.operation.startswith(_READS):
            self.authority.changed()

    def _resource(self, call: Call, who: Credentials) -> str:
        """The resource of an IAM call, with the entity's path; ``*`` for everything else."""
        if call.service != "iam":
            return "*"
        held = self.authority.snapshot.accounts[who.account]
        for name, kind, entities in (
            ("RoleName", "role", held.roles),
            ("UserName", "user", held.users),
        ):
            given = call.text(name)
            if given is not None:
                known = entities.get(given)
                return known.arn if known else f"arn:aws:iam::{who.account}:{kind}/{given}"
        return call.text("PolicyArn") or "*"


def _read(environ: dict[str, Any], region: str) -> Call:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise BadRequest("the content length is no number") from None
    if not 0 <= length <= _BODY_LIMIT:
        raise BadRequest("the body is too long")
    body = environ["wsgi.input"].read(length)
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    raw = environ.get("RAW_URI") or quote(environ.get("PATH_INFO", "/"), safe="/%:")
    path = str(raw).partition("?")[0]
    query = environ.get("QUERY_STRING", "")
    return read_call(environ["REQUEST_METHOD"], path, query, headers, body, region)


def _operation(call: Call, control: BedrockControl) -> str:
    """The name under which CloudTrail records the call."""
    if call.service == "account":
        return "ListRegions"
    if call.service != "bedrock":
        return call.operation
    verb = call.path.rpartition("/")[2]
    names = {
        "converse": "Converse",
        "converse-stream": "ConverseStream",
        "invoke": "InvokeModel",
        "invoke-with-response-stream": "InvokeModelWithResponseStream",
        "count-tokens": "CountTokens",
    }
    if call.path.startswith("/model/"):
        return names.get(verb, verb)
    if GUARDRAIL.fullmatch(unquote(call.path)):
        return "ApplyGuardrail"
    routed = control.route(call.method, unquote(call.path))
    return routed[0] if routed else ""


def _phrase(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
