"""OpenAI's chat completions, for clients that speak them. The sources are part of the message, each with its quote."""

import time
from collections.abc import Iterator
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from assistant.answers import Answer
from assistant.web.api import ERRORS, Asking, Reading, check_question, json_response
from assistant.web.origins import Visitor
from assistant.web.problems import Problem
from assistant.web.rates import rate_headers
from assistant.web.shapes import ChatMessage, ChatRequest
from assistant.web.site import Site
from assistant.web.sources import one_line, source_address
from assistant.web.streaming import HEADERS, answered, pieces, told
from assistant.web.texts import texts

MODEL: Final = "cchc"
_DONE: Final = b"data: [DONE]\n\n"


def completion_routes(site: Site) -> APIRouter:
    """The routes under /v1."""
    router = APIRouter(prefix="/v1", tags=["OpenAI"], responses=ERRORS)

    @router.get("/models", summary="The one model there is")
    async def models(who: Asking) -> Response:
        headers = rate_headers(site.admit(who, None))
        return json_response(
            {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "cchc"}]}, headers=headers
        )

    @router.post("/chat/completions", summary="Chat completions (OpenAI)")
    async def complete(body: ChatRequest, who: Asking, request: Request, reading: Reading) -> Response:
        """The last user message is the question, the ones before it are its history; system messages and sampling have no effect."""
        headers = rate_headers(site.admit(who, None))
        question, history = _conversation(body.messages)
        future = site.answer(check_question(question), history, "chat_completions", request.state.request_id)
        if not body.stream:
            return json_response(_completion(await answered(site, future), who), headers=headers)

        head = {
            "id": f"chatcmpl-{request.state.request_id}",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": MODEL,
        }

        def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
            return _data(head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]})

        def tell(answer: Answer) -> Iterator[bytes]:
            for piece in pieces(message_text(answer, who.base_url)):
                yield chunk({"content": piece})
            yield chunk({}, "stop")
            yield _DONE

        def fail(problem: Problem) -> bytes:
            return _data(problem.body(reading, request.state.request_id)) + _DONE

        chunks = told(site, future, begin=chunk({"role": "assistant", "content": ""}), tell=tell, fail=fail)
        return StreamingResponse(chunks, media_type="text/event-stream", headers=HEADERS | headers)

    return router


def message_text(answer: Answer, base_url: str) -> str:
    """The answer with its sources below it: label, quote, and the address of the place in the plan."""
    if not answer.citations:
        return answer.answer
    sources = [
        f"[{c.n}] {c.label}: “{one_line(c.quote)}” {base_url}{source_address(c.plan_id, c.start, c.end)}"
        for c in answer.citations
    ]
    return "\n".join([answer.answer, "", f"{texts(answer.language).sources}:", *sources])


def _conversation(messages: list[ChatMessage]) -> tuple[str, list[dict[str, str]]]:
    said = [{"role": m.role, "content": _text(m)} for m in messages if m.role in ("user", "assistant")]
    if not said or said[-1]["role"] != "user":
        raise Problem("bad_request", reason="messages: the last one must be the user's")
    return said[-1]["content"], said[:-1]


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, list):
        return "\n".join(str(part["text"]) for part in message.content if isinstance(part.get("text"), str))
    return message.content or ""


def _completion(answer: Answer, who: Visitor) -> dict[str, Any]:
    message = {"role": "assistant", "content": message_text(answer, who.base_url), "refusal": None}
    return {
        "id": f"chatcmpl-{answer.id}", "object": "chat.completion", "created": int(time.time()), "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        # no tokens are spent: the words are the plans' own
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }  # fmt: skip


def _data(value: object) -> bytes:
    return b"data: " + orjson.dumps(value) + b"\n\n"
