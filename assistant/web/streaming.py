"""Answers as they come: server-sent events, with a sign of life while there is nothing to send.

One way for streaming and not: the events end with the same Answer that a request without a stream gets.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Final

import orjson

from assistant.answers import Answer
from assistant.errors import LibraryError
from assistant.web.logs import log
from assistant.web.problems import Problem
from assistant.web.site import Site

HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}  # a proxy must not collect the events
_HEARTBEAT: Final = b": heartbeat\n\n"  # a comment, which readers of events pass over
_PIECE: Final = re.compile(r"[^\n]*\n+|[^\n]+")


def event(name: str, data: object) -> bytes:
    """One event. JSON has no line breaks of its own, so that its data is one line."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


def pieces(text: str) -> Iterator[str]:
    """The lines of a text; joined they are the text."""
    yield from (m[0] for m in _PIECE.finditer(text))


async def answered(site: Site, future: "Future[Answer]") -> Answer:
    """Wait for an answer. Raises Problem when it takes too long, when the library cannot be used, or after a defect."""
    return await _result(asyncio.wrap_future(future), site.patience)


async def beats(site: Site, future: "Future[Answer]") -> AsyncIterator[Answer | None]:
    """None at each heartbeat, then the answer. A reader that leaves takes the question off the queue.

    Raises Problem as `answered` does.
    """
    waiting = asyncio.wrap_future(future)
    left = site.patience
    try:
        while left > 0:
            done, _ = await asyncio.wait({waiting}, timeout=min(site.heartbeat, left))
            if done:
                break
            left -= site.heartbeat
            yield None
        yield await _result(waiting, max(left, 0.001))
    finally:
        waiting.cancel()


async def told(
    site: Site,
    future: "Future[Answer]",
    *,
    begin: bytes,
    tell: Callable[[Answer], Iterable[bytes]],
    fail: Callable[[Problem], bytes],
) -> AsyncIterator[bytes]:
    """The body of a stream: what it begins with, signs of life, then the answer as `tell` puts it.

    The response has begun by then, so that a problem is told inside it, as `fail` puts it.
    """
    yield begin
    try:
        async for answer in beats(site, future):
            if answer is None:
                yield _HEARTBEAT
                continue
            for part in tell(answer):
                yield part
    except Problem as problem:
        site.metrics.failed(problem.code)
        yield fail(problem)


async def _result(waiting: "asyncio.Future[Answer]", seconds: float) -> Answer:
    try:
        return await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        raise Problem("timeout", headers={"retry-after": "30"}) from None
    except LibraryError as error:
        log("library_unusable", error=str(error))
        raise Problem("library_unusable", headers={"retry-after": "60"}) from error
