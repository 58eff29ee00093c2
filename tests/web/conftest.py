"""A browser, and consoles to look at with it."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from assistant.answering import Assistant
from assistant.web.server import create_app, listening

ROOT = Path(__file__).parent.parent.parent
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if path is None:
        pytest.skip("no Chromium on this computer: the console is not tested in a browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


class Visit:
    """Pages of a browser, and the hosts that they asked for anything."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.hosts: set[str] = set()
        self.faults: list[str] = []

    def open(self, url: str, *, width: int = 1366, height: int = 768, dark: bool = False) -> Page:
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(url)
        page.wait_for_selector(".plans, #problem [role=alert]")
        return page

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(url).netloc)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser)
    yield visit
    visit.close()


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Runs `python app.py` with a library, away from any settings of this computer."""

    def start(library: Path, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("CCHC_", "OPENAI_", "COV_"))}
        return subprocess.Popen(
            [sys.executable, ROOT / "app.py", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path_factory.mktemp("app"),
            env={**environment, "CCHC_LIBRARY": str(library), **settings},
        )  # fmt: skip

    return start


@pytest.fixture(scope="session")
def app_url(library_dir: Path, start_app: Start) -> Iterator[str]:
    """The address of a running `app.py` with the five plans."""
    app = start_app(library_dir, "--port", "0")
    assert app.stdout
    yield app.stdout.readline().strip()
    app.send_signal(signal.SIGTERM)
    out, err = app.communicate(timeout=30)
    assert (app.returncode, out, err) == (0, "", "")


@pytest.fixture
def serve() -> Iterator[Callable[[Assistant], str]]:
    """Serves an assistant from this process and says where."""
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve(assistant: Assistant) -> str:
        listener = listening("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(create_app(assistant), log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        servers.append((server, thread))
        while not server.started:
            time.sleep(0.05)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield serve
    for server, thread in servers:
        server.should_exit = True
        thread.join(timeout=20)
