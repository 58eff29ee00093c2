"""OpenAI's chat completions, for clients that speak them. The sources are part of the message, each with its quote."""

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from urllib.parse import quote as quoted

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from assistant.answers import Answer
from assistant.web.api import ERRORS, Asking, check_question, json_response, language
from assistant.web.origins import Visitor
from assistant.web.problems import Problem
from assistant.web.rates import rate_headers
from assistant.web.shapes import ChatMessage, ChatRequest
from assistant.web.site import Site
from assistant.web.sources import one_line
from assistant.web.streaming import HEADERS, answered, beats, pieces
from assistant.web.texts import texts

MODEL: Final = "cchc"


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
    async def complete(body: ChatRequest, who: Asking, request: Request, reading: Annotated[Any, Depends(language)]) -> Response:
        """The last user message is the question, the ones before it are its history; system messages and sampling have no effect."""
        headers = rate_headers(site.admit(who, None))
        question, history = _conversation(body.messages)
        future = site.answer(check_question(question), history, "chat_completions", request.state.request_id)
        if not body.stream:
            return json_response(_completion(await answered(site, future), who), headers=headers)

        async def chunks() -> AsyncIterator[bytes]:
            head = {
                "id": f"chatcmpl-{request.state.request_id}",
                "object": "chat.completion.chunk",
                "created": int(time.time()),
                "model": MODEL,
            }

            def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
                return _data(head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]})

            yield chunk({"role": "assistant", "content": ""})
            try:
                async for answer in beats(site, future):
                    if answer is None:
                        yield b": heartbeat\n\n"
                        continue
                    for piece in pieces(message_text(answer, who.base_url)):
                        yield chunk({"content": piece})
                    yield chunk({}, "stop")
            except Problem as problem:
                site.metrics.failed(problem.code)
                yield _data(problem.body(reading, request.state.request_id))
            yield b"data: [DONE]\n\n"

        return StreamingResponse(chunks(), media_type="text/event-stream", headers=HEADERS | headers)

    return router


def message_text(answer: Answer, base_url: str) -> str:
    """The answer with its sources below it: label, quote, and the address of the place in the plan."""
    if not answer.citations:
        return answer.answer
    lines = [answer.answer, "", f"{texts(answer.language).sources}:"]
    for c in answer.citations:
        place = f"{base_url}/source/{quoted(c.plan_id, safe='')}?start={c.start}&end={c.end}"
        lines.append(f"[{c.n}] {c.label}: “{one_line(c.quote)}” {place}")
    return "\n".join(lines)


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
