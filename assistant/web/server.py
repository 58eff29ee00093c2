"""The web server: one process on one port, which starts, tells where it is, and ends without cutting anybody off."""

import asyncio
import logging
import resource
import signal
import socket
from contextlib import suppress
from typing import Any, Final, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from assistant.answering import Assistant
from assistant.errors import UsageError
from assistant.library import Library
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.web.guard import Guard
from assistant.web.logs import write_logs
from assistant.web.origins import is_within
from assistant.web.site import Site

_PATIENCE: Final = 2  # seconds that open pages get when the server ends
_DRAIN: Final = 20.0  # seconds that answers under way get
_HEADERS_SECONDS: Final = 10.0
_HEADERS_BYTES: Final = 64 * 1024
_UNREAD_SECONDS: Final = 30.0  # that a response may wait for its reader
_CONNECTIONS: Final = 2_000
_OTHER_FILES: Final = 200
_CONNECTIONS_OF_ONE: Final = 256  # address; a console holds two, an office shares one


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the web application until Ctrl-C or SIGTERM; its address is printed as soon as it answers there.

    Raises UsageError when the address cannot be had, LibraryError when the library cannot be used.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both signals end the server the same way, also while it starts
    with suppress(KeyboardInterrupt), listening(host, port) as listener:
        library = Library.open(settings)
        write_logs()
        site = Site(Assistant(library), settings)
        Server(create_app(site), site).run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; binding it now leaves no moment for another program to take the port."""
    if not 0 <= port < 1 << 16:
        raise UsageError(f"there is no port {port}; choose another --port, up to 65535")
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (")[0].lower()
        raise UsageError(f"cannot serve on {host}, port {port}: {why}; choose another --port or --host") from error


class Server(uvicorn.Server):
    """Uvicorn with this application's limits and its way to end."""

    def __init__(self, guard: Guard, site: Site, log_level: str = "error") -> None:
        config = uvicorn.Config(
            guard, http=type("_Protocol", (_PatientProtocol,), {"site": site}), ws="none", log_config=None, log_level=log_level, server_header=False, proxy_headers=False,
            limit_concurrency=_most_connections(), timeout_keep_alive=15, timeout_graceful_shutdown=_PATIENCE,
        )  # fmt: skip
        super().__init__(config)
        self._guard = guard
        self._site = site

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            host, port = listener.getsockname()[:2]
            print(f"http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, let the answers under way be finished, then end.

        Quietly: every open page of the console holds a stream that only ends with it, and uvicorn logs its cancelling as an error.
        """
        self._site.drain()
        for server in self.servers:
            server.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN):
                while self._guard.in_flight and not self.force_exit:
                    await asyncio.sleep(0.05)
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def _most_connections() -> int:
    """As many as there may be open files, less what the library and the answers need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return max(soft - _OTHER_FILES, soft // 2)
    return _CONNECTIONS


class _PatientProtocol(HttpToolsProtocol):
    """HTTP whose patience ends: uvicorn itself waits for headers for ever, and takes them, and trailers, of any size.

    What arrives without an end of headers, a piece of a body or an end of the request in it counts towards the limit, also
    behind a response that is still being sent.
    """

    site: Site  # set by the server that makes them
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _unparsed = 0
    _progress = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._too_many():
            transport.abort()
        self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_came()
        self._read_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_headers()
        self._progress = False
        super().data_received(data)
        self._unparsed = 0 if self._progress else self._unparsed + len(data)
        if self._unparsed > _HEADERS_BYTES:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        self._headers_came()
        self._progress = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._progress = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._progress = True
        super().on_message_complete()

    def pause_writing(self) -> None:
        self._unread = self.loop.call_later(_UNREAD_SECONDS, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        self._read_on()
        super().resume_writing()

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _too_many(self) -> bool:
        """Whether one address has more connections open than anybody needs; a named proxy speaks for many."""
        if self.client is None or is_within(self.client[0], self.site.proxies):
            return False
        clients = [getattr(other, "client", None) for other in self.connections]
        return len([client for client in clients if client and client[0] == self.client[0]]) > _CONNECTIONS_OF_ONE

    def _expect_headers(self) -> None:
        self._deadline = self.loop.call_later(_HEADERS_SECONDS, cast(Any, self.transport).close)

    def _headers_came(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
