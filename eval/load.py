"""Load over real HTTP: a server in a process of its own, and a client that keeps so many connections busy.

Server and client share this machine's cores, so the client is kept small: requests are bytes made once, responses are read to
their length and checked, and nothing else is done with them.
"""

import asyncio
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PAGE: Final = resource.getpagesize()
_STARTING: Final = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Load:
    """What so many seconds at so many connections gave. Times in milliseconds; memory of the server in MB."""

    answers: int
    seconds: float
    errors: int
    median: float
    p95: float
    memory: tuple[float, ...]  # at equal intervals, from the end of the first second on

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


@contextmanager
def served(library: Path) -> Iterator[tuple[int, int]]:
    """A server without rate limits over a library: its port and its process. Ended afterwards, and waited for."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CCHC_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "--library", str(library), "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**environment, "CCHC_ADDRESS_RATE": "0", "CCHC_SESSION_RATE": "0"},
    )  # fmt: skip
    try:
        assert server.stdout
        port = int(server.stdout.readline().strip().rpartition(":")[2])
        _wait_until_ready(port)
        yield port, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def load(port: int, process: int, questions: Sequence[str], *, connections: int = 16, seconds: float = 10.0) -> Load:
    """Ask the questions in turn, over and over, on so many connections."""
    return asyncio.run(_load(port, process, [_request(q) for q in questions], connections, seconds))


async def _load(port: int, process: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    times: list[float] = []
    errors = 0
    begun = time.perf_counter()
    until = begun + seconds

    async def visitor(number: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        turn = number
        while (started := time.perf_counter()) < until:
            writer.write(requests[turn % len(requests)])
            errors += not await _is_answer(reader)
            times.append(time.perf_counter() - started)
            turn += 1
        writer.close()

    memory: list[float] = []

    async def watch() -> None:
        await asyncio.sleep(1)
        while time.perf_counter() < until:
            memory.append(memory_of(process))
            await asyncio.sleep(max(1.0, seconds / 20))

    await asyncio.gather(watch(), *(visitor(n) for n in range(connections)))
    spent = time.perf_counter() - begun
    ordered = sorted(times)
    p95 = ordered[int(0.95 * len(ordered))]
    return Load(len(times), spent, errors, 1000 * statistics.median(ordered), 1000 * p95, tuple(memory))


async def _is_answer(reader: asyncio.StreamReader) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line.partition(b":")[2]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    body = await reader.readexactly(length)
    return head.startswith(b"HTTP/1.1 200") and b'"citations":[{' in body


def _request(question: str) -> bytes:
    body = json.dumps({"question": question}).encode()
    return (
        b"POST /api/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        + body
    )


def memory_of(process: int) -> float:
    """Resident memory of a process in MB."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE / 2**20


def _wait_until_ready(port: int) -> None:
    async def ready() -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
        line = await reader.readline()
        writer.close()
        return b" 200 " in line

    until = time.monotonic() + _STARTING
    while time.monotonic() < until:
        if asyncio.run(ready()):
            return
        time.sleep(0.2)
    raise SystemExit("bench: the server did not become ready")
