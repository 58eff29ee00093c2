"""What went wrong, told over HTTP in one shape: {"error": {"code", "message", "request_id"}}; messages in vi and en.

The codes are a promise to clients; `STATUS` is the whole list. `message` is for a reader, in the language that the
request's Accept-Language prefers, Vietnamese when it names neither. Who opens an address in a browser gets it as a page.
"""

from html import escape
from typing import Any, Final

import orjson
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

from assistant.answers import Language
from prompts import render

STATUS: Final = {
    "bad_request": 400,
    "session_required": 401,
    "session_invalid": 401,
    "session_expired": 401,
    "admin_required": 401,
    "origin_refused": 403,
    "admin_off": 403,
    "not_found": 404,
    "answer_unknown": 404,
    "method_not_allowed": 405,
    "timeout": 504,
    "too_slow": 408,
    "busy": 503,
    "too_large": 413,
    "question_too_long": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "rate_limited": 429,
    "admin_locked": 429,
    "internal": 500,
    "public_api_off": 503,
    "not_ready": 503,
    "library_unusable": 503,
}


class Problem(Exception):
    """Ends a request with one of the codes above; `values` fill in its message, `headers` go with the response."""

    def __init__(self, code: str, *, headers: dict[str, str] | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.headers = headers or {}
        self.values = values

    def message(self, language: Language) -> str:
        """What a reader is told."""
        return render(f"problem_{self.code}", language, **self.values)

    def body(self, language: Language, request_id: str) -> dict[str, Any]:
        """The one error shape."""
        return {"error": {"code": self.code, "message": self.message(language), "request_id": request_id}}

    def response(self, headers: Headers, path: str, request_id: str) -> Response:
        """The same as a response to a request with these headers: a page for a browser, JSON for all others and for the API."""
        language = reader_language(headers)
        if "text/html" in headers.get("accept", "") and not path.startswith(("/api/", "/v1/", "/gradio_api/")):
            page = _page(self.message(language), render("problem_request", language, request_id=request_id), language)
            return HTMLResponse(page, STATUS[self.code], self.headers)
        content = orjson.dumps(self.body(language, request_id))
        return Response(content, STATUS[self.code], self.headers, "application/json")


def _page(message: str, request: str, language: Language) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(message)}</title><link rel="stylesheet" href="/static/source.css"></head><body>'
        f'<header><h1>{escape(message)}</h1><p>{escape(request)}</p><a href="/">{escape(render("problem_home", language))}</a></header></body></html>'
    )


def reader_language(headers: Headers) -> Language:
    """English when Accept-Language prefers it to Vietnamese, else Vietnamese."""
    best: tuple[float, Language] = (0.0, "vi")
    for part in headers.get("accept-language", "")[:200].split(","):
        tag, _, quality = part.strip().lower().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if tag[:2] in ("vi", "en") and weight > best[0]:
            best = (weight, "en" if tag[:2] == "en" else "vi")
    return best[1]
