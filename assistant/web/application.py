"""READ FIRST: the web application, one on one port. `create_app` shows all of it; every part is a name to jump to.

A request passes the guard (who, how much, which page), then a route: the public API, OpenAI's shape of it, the administrator's
routes, pages, health; the console answers for everything else.
"""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from assistant.web.admin import admin_routes
from assistant.web.api import public_routes
from assistant.web.completions import completion_routes
from assistant.web.guard import Guard
from assistant.web.pages import health_routes, page_routes
from assistant.web.problems import Problem
from assistant.web.site import Site

_ABOUT: Final = """Hỏi đáp về các kế hoạch cải cách hành chính, mỗi câu trả lời kèm đúng mục hoặc STT làm căn cứ.
Answers questions about Vietnamese administrative-reform plans, each with the section or appendix row it rests on.

`curl -s HOST/api/ask -H 'content-type: application/json' -d '{"question": "Nhiệm vụ 27 kế hoạch 166 do ai chủ trì?"}'`"""
_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
_CODES: Final = {404: "not_found", 405: "method_not_allowed"}


def create_app(site: Site) -> Guard:
    """The application, its guard outermost."""
    from assistant.web.console import mount_console  # Gradio takes seconds: only after port and library are known to be fine

    app = FastAPI(
        title="CCHC assistant", version="1", description=_ABOUT, docs_url=None, redoc_url=None, lifespan=_lifespan(site)
    )
    for routes in (public_routes(site), completion_routes(site), admin_routes(site), health_routes(site), page_routes(site)):
        app.include_router(routes)
    app.add_exception_handler(Problem, _problem(site))
    app.add_exception_handler(RequestValidationError, _problem(site))
    app.add_exception_handler(HTTPException, _problem(site))
    app.add_exception_handler(Exception, _problem(site))  # the guard logs it
    app.include_router(_refusals(app))
    console = mount_console(app, site)
    console.add_exception_handler(404, _problem(site))
    return Guard(app, site)


def _refusals(app: FastAPI) -> APIRouter:
    """What is under the API's addresses and no route is refused here: the console would answer in a shape of its own."""
    router = APIRouter(include_in_schema=False)

    async def refuse(request: Request) -> Response:
        routes = [one for route in app.routes for one in getattr(getattr(route, "original_router", None), "routes", [route])]
        here = [route for route in routes if route.matches(request.scope)[0] is Match.PARTIAL]
        allowed = {method for route in here for method in getattr(route, "methods", None) or ()}
        if not allowed:
            raise Problem("not_found")
        raise Problem("method_not_allowed", headers={"allow": ", ".join(sorted(allowed))})

    for path in ("/api/{rest:path}", "/v1/{rest:path}", "/{page}"):
        methods = _METHODS if path != "/{page}" else [m for m in _METHODS if m != "GET"]
        router.add_api_route(path, refuse, methods=methods)
    return router


def _lifespan(site: Site) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warming = threading.Thread(target=site.warm_up, name="warm-up")
        warming.start()
        yield
        site.close()
        await anyio.to_thread.run_sync(warming.join)  # ending a process under a library that is being loaded aborts it

    return lifespan


def _problem(site: Site) -> Any:
    """Whatever ends a request becomes the one error shape."""

    async def tell(request: Request, error: Exception) -> Response:
        problem = _as_problem(request, error)
        site.metrics.failed(problem.code)
        return problem.response(request.headers, request.url.path, request.state.request_id)

    return tell


def _as_problem(request: Request, error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method == "POST" and kind not in ("application/json", "multipart/form-data"):
            return Problem("unsupported_media_type")
        return Problem("invalid", reason=_reason(error))
    if isinstance(error, HTTPException):
        return Problem(_CODES.get(error.status_code, "bad_request"), headers=dict(error.headers or {}), reason=str(error.detail))
    return Problem("internal")


def _reason(error: RequestValidationError) -> str:
    """The first field that is wrong, and how; never its value, which may be anything."""
    first = error.errors()[0]
    where = ".".join(str(part)[:40] for part in first["loc"][1:])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
