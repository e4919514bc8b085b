"""The addresses. Every page has a twin that answers the same as JSON, at the same address with
``.json``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bedrock_doctor.errors import BadInput, BedrockDoctorError, UnknownName
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.render.html.pages import content_security_policy
from bedrock_doctor.web.asked import PASTED, Asked
from bedrock_doctor.web.guard import Guard
from bedrock_doctor.web.views import Answer, Desk, refused

View = Callable[[Asked], Answer]
LIMIT = 8 << 20
"""Bytes of a form that are read."""
_AS_FILE = {"Content-Disposition": 'attachment; filename="why.html"'}
_SAID = {404: "there is no such page", 405: "this page cannot be asked in this way"}
_LINKS = (
    ("/", "Start"),
    ("/diagnose", "Ask"),
    ("/explain", "Explain"),
    ("/compare", "Compare"),
    ("/snapshot", "Snapshot"),
    ("/findings", "Findings"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands above every live page.

    Attributes:
        links: address, name, and whether it is this page.
        twin: address of the JSON; empty where only a form leads to it.
    """

    links: tuple[tuple[str, str, bool], ...]
    twin: str


def application(snapshot: Snapshot, port: int, token: str) -> Starlette:
    """The pages over one snapshot.

    Args:
        snapshot: what is asked; it is read once.
        port: the port on loopback, for the check of Host and Origin.
        token: what a request has to carry.
    """
    desk = Desk(snapshot)
    views: dict[str, tuple[View, list[str]]] = {
        "/": (desk.home, ["GET"]),
        "/diagnose": (desk.diagnose, ["GET", "POST"]),
        "/explain": (desk.explain, ["GET", "POST"]),
        "/compare": (desk.compare, ["GET"]),
        "/snapshot": (desk.snapshot_page, ["GET"]),
        "/findings": (desk.findings, ["GET"]),
    }
    routes = [Route("/report.html", _sending(desk), methods=["GET"])]
    for path, (view, methods) in views.items():
        twin = "/index.json" if path == "/" else f"{path}.json"
        routes.append(Route(twin, _json(view), methods=methods))
        routes.append(Route(path, _page(view, path), methods=methods))
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, port=port, token=token)],
        exception_handlers={HTTPException: _error, BedrockDoctorError: _error, Exception: _error},
    )


def _page(view: View, path: str) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        asked = await _asked(request)
        if request.method == "POST" and asked.fields and not _private(asked):
            return RedirectResponse(asked.address(path), 303)
        found = await run_in_threadpool(view, asked)
        bar = Bar(tuple((to, name, to == path) for to, name in _LINKS), _twin(found, path))
        text = await run_in_threadpool(_rendered, found, bar)
        return HTMLResponse(text, found.status)

    return answer


def _private(asked: Asked) -> bool:
    """Whether something was pasted: that stands in no address."""
    return any(asked.text(name) for name in PASTED)


def _twin(found: Answer, path: str) -> str:
    return found.twin or ("/index.json" if path == "/" else "")


def _rendered(found: Answer, bar: Bar) -> str:
    return found.page(live=bar, policy=content_security_policy(forms=True))


def _json(view: View) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        return _as_json(await run_in_threadpool(view, await _asked(request)))

    return answer


def _as_json(found: Answer) -> Response:
    text = json.dumps(found.tree, indent=2) + "\n"
    return Response(text, found.status, media_type="application/json")


def _sending(desk: Desk) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        text = await run_in_threadpool(desk.page_to_send, await _asked(request))
        return HTMLResponse(
            text, headers={"Content-Disposition": 'attachment; filename="why.html"'}
        )

    return answer


async def _asked(request: Request) -> Asked:
    if request.method != "POST":
        pairs = request.query_params.multi_items()
        return Asked.of((name, value) for name, value in pairs if name not in PASTED)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LIMIT:
            raise BadInput(f"the form is longer than {LIMIT >> 20} MiB")
    return Asked.of_form(bytes(body))


def _error(request: Request, error: Exception) -> Response:
    """An error in the form that was asked for; of a defect the kind alone, because its message may
    hold what somebody pasted."""
    if isinstance(error, HTTPException):
        told = BedrockDoctorError(_SAID.get(error.status_code, error.detail))
        status = error.status_code
    elif isinstance(error, BedrockDoctorError):
        told, status = error, 404 if isinstance(error, UnknownName) else 400
    else:
        told, status = BedrockDoctorError(f"internal error: {type(error).__name__}"), 500
    found = refused(told, status)
    if request.url.path.endswith(".json"):
        return _as_json(found)
    bar = Bar(tuple((to, name, False) for to, name in _LINKS), "")
    return HTMLResponse(_rendered(found, bar), status)
