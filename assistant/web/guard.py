"""What every request passes before anything else sees it, and every response after: the one place of the safety rules.

In: who sends it, from which page (CORS), how large and how slow it is. Out: security headers, a request id, one line of log,
the figures for Prometheus, and one error shape for whatever went wrong. Plain ASGI: it costs some 30 microseconds.
"""

import asyncio
import json
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.logs import LOGGER, log
from assistant.web.logs import visitor as hidden
from assistant.web.origins import Visitor, is_allowed, visitor_of
from assistant.web.problems import Problem
from assistant.web.rates import address_key
from assistant.web.sessions import HEADER as SESSION_HEADER
from assistant.web.site import Site

BODY: Final = 256 * 1024  # bytes of an ordinary request
FILE: Final = 2 * 1024 * 1024  # bytes of an uploaded file; real plans have some 100 KB
_UPLOAD: Final = FILE + 1024 * 1024  # with what surrounds it
_BODY_SECONDS: Final = 15.0
_UPLOAD_SECONDS: Final = 120.0
_DISCARD_SECONDS: Final = 2.0
_DISCARD_BYTES: Final = 4 * 1024 * 1024

_WIDGET_ROUTES: Final = re.compile(r"/api/(?:session|ask|feedback|examples|plans|tasks|passages/[^/]*)")
_FOR_ANY_PAGE: Final = "/widget.js"
_ADMIN: Final = "/api/admin/"
_UPLOADS: Final = "/api/admin/plans"
# What the console's page needs of Gradio; the rest of it (uploads by anybody, files, proxies, recordings) is closed
_CONSOLE_API: Final = re.compile(
    r"/gradio_api/(?:info|queue/join|queue/data|heartbeat/\w+|reset|cancel|app_id|startup-events|theme\.css)/?"
)
_CONSOLE_QUEUE: Final = "/gradio_api/queue/join"
# what costs something and is no public route, which counts for itself
_COUNTED: Final = re.compile(r"/gradio_api/queue/join|/quality|/source/|/metrics|/readyz|/openapi\.json")
_CLOSED: Final = re.compile(r"/(?:gradio_api|monitoring|login|logout|custom_component|pwa_icon|dev)\b.*", re.DOTALL)
_QUIET: Final = re.compile(r"/(?:healthz|readyz|metrics|assets/.*|static/.*|gradio_api/(?:heartbeat|queue/data).*)")

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_HEARSAY: Final = re.compile(rb"x-forwarded-|forwarded$|x-real-ip$|x-gradio-server$|x-original-|x-rewrite-")
_FILE_FIELDS: Final = frozenset({"path", "meta", "_type", "orig_name", "mime_type"})

_NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_OWN_PAGE: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Swagger UI sets styles as attributes while it draws
_DOCS: Final = _OWN_PAGE.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
_REPORT: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# Gradio's page is inline script and style, and it compiles its event handlers at run time; still nothing leaves for another host
_CONSOLE: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_POLICIES: Final = (
    (re.compile(r"/docs"), _DOCS),
    (re.compile(r"/demo|/source/.*"), _OWN_PAGE),
    (re.compile(r"/quality"), _REPORT),
    (re.compile(r"/(?:api|v1|static)/.*|/(?:widget\.js|openapi\.json|healthz|readyz|metrics)"), _NOTHING),
)
_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_EXPOSED: Final = "RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"


@dataclass(slots=True)
class _Exchange:
    """A request and what became of it."""

    path: str
    method: str
    visitor: Visitor
    headers: Headers
    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    started: float = field(default_factory=time.perf_counter)
    oversized: bool = False  # too large, and not all of it has come
    problem: str | None = None  # the code of the problem that ended it
    cors: str | None = None  # the foreign origin that may read the response
    status: int = 0
    route: str = "other"  # its template: labels and log lines hold nothing that a visitor makes up


class Guard:
    """The outermost ASGI application."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site
        self.in_flight = 0  # requests that a drain waits for; the console's endless streams are none

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return
        exchange = self._exchange(scope)
        counted = not exchange.path.startswith("/gradio_api/")
        self.in_flight += counted
        self._site.metrics.in_flight.inc()
        try:
            await self._answer(exchange, scope, receive, send)
        finally:
            self.in_flight -= counted
            self._site.metrics.in_flight.dec()
            self._record(exchange)

    def _exchange(self, scope: Scope) -> _Exchange:
        headers = Headers(scope=scope)
        peer = (scope.get("client") or ("", 0))[0]
        visitor = visitor_of(headers, peer, scope.get("scheme", "http"), self._site.proxies)
        exchange = _Exchange(scope["path"], scope["method"], visitor, headers)
        # what proxies say has been weighed; nothing below may take it at its word
        scope["headers"] = [(name, value) for name, value in scope["headers"] if not _HEARSAY.match(name)]
        scope["client"] = (visitor.address, 0)
        scope["scheme"] = visitor.scheme
        scope["state"] = {**scope.get("state", {}), "visitor": visitor, "request_id": exchange.request_id}
        return exchange

    async def _answer(self, exchange: _Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        sending = _Sending(exchange, send)
        try:
            if (early := self._before(exchange)) is not None:
                await early(scope, receive, sending)
                return
            body = await _body(receive, exchange)
            if exchange.path.startswith(_CONSOLE_QUEUE):
                _check_console(body)
            if exchange.method == "HEAD":  # as GET; the server leaves the body out
                scope = {**scope, "method": "GET"}
            await self._app(scope, _Replaying(body, receive), sending)
            exchange.route = _route(scope, exchange.path)
        except Problem as problem:
            if exchange.oversized:
                await _discard(receive)
            await self._tell(problem, exchange, scope, receive, sending)
        except Exception:
            LOGGER.exception("defect", extra={"fields": {"request_id": exchange.request_id, "path": exchange.path[:200]}})
            await self._tell(Problem("internal"), exchange, scope, receive, sending)

    async def _tell(self, problem: Problem, exchange: _Exchange, scope: Scope, receive: Receive, sending: "_Sending") -> None:
        self._site.metrics.failed(problem.code)
        exchange.problem = problem.code
        if exchange.status:  # too late for another status: a stream that ends early says it by ending
            return
        response = problem.response(exchange.headers, exchange.path, exchange.request_id)
        await response(scope, receive, sending)

    def _before(self, exchange: _Exchange) -> Response | None:
        """A response that needs nothing of the application, None to go on. Raises Problem for a request that is refused."""
        if self._site.draining and not exchange.path.startswith("/healthz"):
            raise Problem("not_ready", headers={"connection": "close", "retry-after": "10"})
        self._check_origin(exchange)
        if exchange.method == "OPTIONS" and "access-control-request-method" in exchange.headers:
            return Response(status_code=204, headers=_preflight(exchange))
        if _CLOSED.fullmatch(exchange.path) and not _CONSOLE_API.fullmatch(exchange.path):
            raise Problem("not_found")
        if _COUNTED.match(exchange.path):
            self._site.take(self._site.by_page, address_key(exchange.visitor.address))
        if exchange.path.startswith(_ADMIN):
            self._site.admit_admin(exchange.visitor, exchange.headers.get("authorization", ""))
        announced = exchange.headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced) > _most(exchange.path):
            exchange.oversized = "expect" not in exchange.headers  # who asks before sending is told not to
            raise Problem("too_large", headers={"connection": "close"}, limit=_told(exchange.path))
        return None

    def _check_origin(self, exchange: _Exchange) -> None:
        origin = exchange.visitor.origin
        if origin is None or exchange.visitor.own or exchange.path == _FOR_ANY_PAGE:
            return
        if not (_WIDGET_ROUTES.fullmatch(exchange.path) and is_allowed(origin, self._site.origins)):
            raise Problem("origin_refused", origin=origin[:100])
        exchange.cors = origin

    def _record(self, exchange: _Exchange) -> None:
        self._site.metrics.requested(exchange.route, exchange.method if exchange.method in _METHODS else "other", exchange.status)
        if _QUIET.fullmatch(exchange.path) and exchange.status < 400:
            return
        clear = self._site.settings.log_questions
        log(
            "request", request_id=exchange.request_id, method=exchange.method[:10], route=exchange.route, status=exchange.status,
            ms=round(1000 * (time.perf_counter() - exchange.started), 1), visitor=hidden(exchange.visitor.address),
            address=exchange.visitor.address if clear else None, problem=exchange.problem,
            origin=(exchange.visitor.origin or "")[:100] if exchange.problem == "origin_refused" else None,
        )  # fmt: skip


def _most(path: str) -> int:
    return _UPLOAD if path == _UPLOADS else BODY


def _told(path: str) -> int:
    """The limit that a visitor is told, in KB."""
    return (FILE if path == _UPLOADS else BODY) // 1024


def _route(scope: Scope, path: str) -> str:
    """The template of the route that answered."""
    template: Any = getattr(scope.get("route"), "path", None)
    if isinstance(template, str) and template:
        return template
    return "console" if path == "/" or path.startswith(("/gradio_api/", "/assets/", "/config", "/theme.css")) else "other"


def _preflight(exchange: _Exchange) -> dict[str, str]:
    return {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": f"content-type, accept-language, {SESSION_HEADER}",
        "access-control-max-age": "600",
    }


async def _body(receive: Receive, exchange: _Exchange) -> bytes:
    """The whole body, read before the application sees anything of it. Raises Problem when it is too large or comes too slowly."""
    most = _most(exchange.path)
    announced = exchange.headers.get("content-length", "0")
    body = bytearray()
    try:
        async with asyncio.timeout(_UPLOAD_SECONDS if exchange.path == _UPLOADS else _BODY_SECONDS):
            more = announced != "0" or "transfer-encoding" in exchange.headers
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > most:
                    exchange.oversized = more
                    raise Problem("too_large", headers={"connection": "close"}, limit=_told(exchange.path))
    except TimeoutError:
        raise Problem("too_slow", headers={"connection": "close"}) from None
    return bytes(body)


def _check_console(body: bytes) -> None:
    """Gradio takes any object with a path in it for a file to fetch, from this computer or another: no event of ours has one.

    Raises Problem for a body that holds one, at whatever depth, and for one that is no JSON.
    """
    try:
        left = [json.loads(body)]
    except (ValueError, RecursionError) as error:
        raise Problem("bad_request", reason="JSON") from error
    while left:
        value = left.pop()
        if isinstance(value, dict):
            if not _FILE_FIELDS.isdisjoint(value):
                raise Problem("bad_request", reason="file")
            left += value.values()
        elif isinstance(value, list):
            left += value


async def _discard(receive: Receive) -> None:
    """Take in a little more of what is too large, unread: hung up on at once, most senders never see why."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARD_SECONDS):
            left = _DISCARD_BYTES
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b"")) or left
                if not message.get("more_body", False):
                    return


class _Replaying:
    """Gives the application the body that was read, then whatever else comes: the visitor's leaving."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Sending:
    """The response, with the headers that every response has."""

    def __init__(self, exchange: _Exchange, send: Send) -> None:
        self._exchange = exchange
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._exchange.status = message["status"]
            self._add_headers(MutableHeaders(scope=message))
        await self._send(message)

    def _add_headers(self, headers: MutableHeaders) -> None:
        exchange = self._exchange
        for name in [n for n in headers if n.startswith("access-control-") and not exchange.cors]:
            del headers[name]  # what an application below allows of its own accord does not count
        headers.update(_ALWAYS)
        headers["x-request-id"] = exchange.request_id
        headers["content-security-policy"] = next(
            (policy for paths, policy in _POLICIES if paths.fullmatch(exchange.path)), _CONSOLE
        )
        headers["cross-origin-resource-policy"] = (
            "cross-origin" if exchange.cors or exchange.path == _FOR_ANY_PAGE else "same-origin"
        )
        if exchange.visitor.scheme == "https":
            headers["strict-transport-security"] = "max-age=31536000"
        if exchange.path == _FOR_ANY_PAGE:
            headers["access-control-allow-origin"] = "*"
        else:
            headers.add_vary_header("Origin")
            if exchange.path.startswith(("/api/", "/v1/")):
                headers["cache-control"] = "no-store"
        if exchange.cors:
            headers["access-control-allow-origin"] = exchange.cors
            headers["access-control-expose-headers"] = _EXPOSED
