"""The web server: one FastAPI application on one port."""

import logging
import signal
import socket
from contextlib import suppress
from typing import Final

import uvicorn
from fastapi import FastAPI

from assistant.answering import Assistant
from assistant.errors import UsageError
from assistant.library import Library
from assistant.settings import Settings

_PATIENCE: Final = 2  # seconds that open pages get when the server ends


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the web application until Ctrl-C or SIGTERM; its address is printed as soon as it answers there.

    Raises UsageError when the address cannot be had, LibraryError when the library cannot be used.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both signals end the server the same way, also while it starts
    with suppress(KeyboardInterrupt), listening(host, port) as listener:
        app = create_app(Assistant(Library.open(settings)))
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=_PATIENCE)
        _Server(config).run(sockets=[listener])


def create_app(assistant: Assistant) -> FastAPI:
    """The application: what machines ask, then the console for everything else."""
    from assistant.web.console import mount_console  # Gradio takes seconds: only after port and library are known to be fine

    # no pages of documentation: FastAPI's load their scripts from another host
    app = FastAPI(title="CCHC assistant", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    mount_console(app, assistant)
    return app


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; binding it now leaves no moment for another program to take the port."""
    if not 0 <= port < 1 << 16:
        raise UsageError(f"there is no port {port}; choose another --port, up to 65535")
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (")[0].lower()
        raise UsageError(f"cannot serve on {host}, port {port}: {why}; choose another --port or --host") from error


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            host, port = listener.getsockname()[:2]
            print(f"http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, quietly: every open page holds a stream that only ends with it, and uvicorn logs its cancelling as an error."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
