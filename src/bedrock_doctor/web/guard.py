"""Who may talk to the pages: nobody but the person who started them.

A page on loopback can be reached by every site that the browser opens, by name rebinding, and by
other users of the machine. So each request must name the address that was printed, carry the token
of this run, and a form must come from these pages themselves.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from __future__ import annotations

import hmac
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bedrock_doctor.render.html.pages import content_security_policy

_ENTER = (
    '<!doctype html><html lang="en"><meta http-equiv="refresh" content="0; url={address}">'
    '<title>bedrock-doctor</title><a href="{address}">bedrock-doctor</a></html>'
)


class Guard:
    """Lets requests through that the person made, and adds headers to every answer."""

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self._token = token
        self._cookie = f"bedrock-doctor-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, or refuses it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Request(scope))
        answer: ASGIApp = refusal if refusal is not None else self._app

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_headers()]
            await send(message)

        await answer(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("host") not in self._hosts:
            return PlainTextResponse("this address is not served here\n", 421)
        given = request.query_params.get("token")
        if given is not None and request.method == "GET":
            return self._entry(request, given)
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        cookie = request.cookies.get(self._cookie, "")
        if not self._is_token(bearer) and not self._is_token(cookie):
            return PlainTextResponse(
                "open the address that `bedrock-doctor serve` printed: it carries the token\n", 403
            )
        if request.method == "POST" and not self._is_token(bearer) and not self._own(request):
            return PlainTextResponse("this form does not come from these pages\n", 403)
        return None

    def _entry(self, request: Request, given: str) -> Response:
        """Turns the token of the address into a cookie, and the address into one without it."""
        if not self._is_token(given):
            return PlainTextResponse("this token is not the one of this run\n", 403)
        kept = [(k, v) for k, v in request.query_params.multi_items() if k != "token"]
        path = "/" + request.url.path.lstrip("/")
        address = path + (f"?{urlencode(kept)}" if kept else "")
        # A page, not a redirect: SameSite=Strict cookies are not sent where another site's link
        # led here, and the browser follows this one from here.
        response = HTMLResponse(_ENTER.format(address=_attribute(address)))
        response.set_cookie(self._cookie, self._token, httponly=True, samesite="strict")
        return response

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self._token.encode())

    def _own(self, request: Request) -> bool:
        return request.headers.get("origin") in [f"http://{host}" for host in self._hosts]


def _headers() -> list[tuple[bytes, bytes]]:
    values = {
        "Content-Security-Policy": content_security_policy(forms=True) + "; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return Headers(values).raw


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
