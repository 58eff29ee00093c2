"""What went wrong, told over HTTP in one shape: {"error": {"code", "message", "request_id"}}; messages in vi and en.

The codes are a promise to clients; `STATUS` is the whole list. `message` is for a reader, in the language that the
request's Accept-Language prefers, Vietnamese when it names neither.
"""

from typing import Any, Final

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response

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

    def response(self, language: Language, request_id: str) -> Response:
        """The same as a response."""
        content = orjson.dumps(self.body(language, request_id))
        return Response(content, STATUS[self.code], self.headers, "application/json")


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
