"""The pages that are not the console: the widget and its demonstration, a source in its plan, the documentation of the API."""

import gzip
import hashlib
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import fastapi_offline
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from assistant.answers import Language
from assistant.plans import PlanCard
from assistant.web import widget as widgets
from assistant.web.api import Asking, Reading, json_response
from assistant.web.problems import Problem
from assistant.web.site import Site
from assistant.web.sources import issued, plan_name, readable
from assistant.web.texts import Texts, texts

_STATIC: Final = files(__package__) / "static"
_SWAGGER: Final = Path(fastapi_offline.__file__).parent / "static"
_TYPES: Final = {"css": "text/css", "js": "text/javascript"}
_OURS: Final = ("demo.css", "demo.js", "source.css", "docs.js")
_SWAGGERS: Final = ("swagger-ui-bundle.js", "swagger-ui.css")


def page_routes(site: Site) -> APIRouter:
    """Pages and the files that they load, all from here."""
    router = APIRouter(include_in_schema=False)

    @router.get("/widget.js")
    async def widget(request: Request) -> Response:
        return _file(widgets.widget_script(), "js", request)

    @router.get("/demo")
    async def demo(who: Asking) -> Response:
        return HTMLResponse(widgets.demo_page(who.base_url))

    @router.get("/docs")
    async def docs() -> Response:
        return HTMLResponse(_DOCS_PAGE)

    @router.get("/quality")
    def quality() -> Response:
        """The last eval run's whole report."""
        report = site.settings.eval_report / "report.html"
        if not report.is_file():
            raise Problem("not_found")
        return FileResponse(report, media_type="text/html; charset=utf-8", headers={"cache-control": "no-cache"})

    @router.get("/static/{name}")
    async def static(name: str, request: Request) -> Response:
        if name not in (*_OURS, *_SWAGGERS):
            raise Problem("not_found")
        return _file(_content(name), name.rpartition(".")[2], request)

    @router.get("/source/{plan_id}")
    def source(
        plan_id: str,
        reading: Reading,
        request: Request,
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 0,
        lang: Language | None = None,
    ) -> Response:
        language = lang or reading
        try:
            plan, card = site.plan(plan_id)
            if not start <= end <= len(plan.text):
                raise Problem("not_found")
        except Problem as problem:
            if "text/html" not in request.headers.get("accept", "") or problem.code != "not_found":
                raise
            return HTMLResponse(_no_source_page(language, texts(language)), 404)
        starts = {s.start for s in plan.sections} | {task.start for task in plan.tasks}
        parts = [readable(plan.text, a, b, starts) for a, b in ((0, start), (start, end), (end, None))]
        return HTMLResponse(_source_page(card, parts, language, texts(language)))

    return router


def health_routes(site: Site) -> APIRouter:
    """What machines ask about the server itself."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="The process is alive")
    async def healthz() -> Response:
        return json_response({"status": "ok"})

    @router.get("/readyz", summary="Questions can be answered")
    def readyz() -> Response:
        ready = site.ready
        return json_response({"status": "ready" if ready else "not ready"}, 200 if ready else 503)

    @router.get("/metrics", summary="Figures for Prometheus")
    def metrics() -> Response:
        return Response(site.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


@cache
def _content(name: str) -> bytes:
    return (_SWAGGER / name if name in _SWAGGERS else _STATIC / name).read_bytes()


@cache
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _file(content: bytes, kind: str, request: Request) -> Response:
    """A file that browsers keep, and ask about again after an hour."""
    tag = hashlib.sha256(content).hexdigest()[:24]
    headers = {"cache-control": "public, max-age=3600", "vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, tag = _compressed(content), f"{tag}-gzip"
        headers["content-encoding"] = "gzip"
    headers["etag"] = tag = f'"{tag}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=f"{_TYPES[kind]}; charset=utf-8")


def _no_source_page(language: Language, t: Texts) -> str:
    """What a reader sees whose link is older than the library."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(t.source_gone)}</title><link rel="stylesheet" href="/static/source.css"></head><body>'
        f"<header><h1>{escape(t.source_gone)}</h1><p>{escape(t.source_gone_todo)}</p></header></body></html>"
    )


def _source_page(card: PlanCard, parts: list[str], language: Language, t: Texts) -> str:
    before, quote, after = parts
    facts = " · ".join(filter(None, [card.issuer, issued(card.issued_on, language, t), card.source]))
    mark = f'<mark id="quote" tabindex="-1">{quote}</mark>' if quote else ""
    jump = f'<p><a href="#quote">{escape(t.to_quote)}</a></p>' if quote else ""
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(plan_name(card, t))}</title><link rel="stylesheet" href="/static/source.css"></head><body>'
        f'<header lang="{language}"><h1>{escape(plan_name(card, t))}</h1><p lang="vi">{escape(card.title)}</p><p>{escape(facts)}</p>{jump}</header>'
        f'<main><div class="text" tabindex="0" role="region" aria-label="{escape(t.whole_text)}">{before}{mark}{after}</div></main></body></html>'
    )


_DOCS_PAGE: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>CCHC assistant – API</title><link rel="stylesheet" href="/static/swagger-ui.css"></head><body><div id="swagger-ui"></div>'
    '<script src="/static/swagger-ui-bundle.js"></script><script src="/static/docs.js"></script></body></html>'
)
