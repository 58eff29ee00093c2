"""A browser, and consoles to look at with it."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from assistant.answering import Assistant
from assistant.web.application import create_app
from assistant.web.guard import Guard
from assistant.web.server import Server, listening
from assistant.web.site import Site

ROOT = Path(__file__).parent.parent.parent
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

Start = Callable[..., "Running"]
expect.set_options(timeout=45_000)  # milliseconds; an upload starts a process, and tests may share their cores with others
ARTIFACTS = ROOT / "build" / "artifacts"


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
    """Pages of a browser, the hosts that they asked for anything, and what they complained about."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.hosts: set[str] = set()
        self.faults: list[str] = []

    def open(
        self, url: str, *, width: int = 1366, height: int = 768, dark: bool = False, until: str = ".plans, #problem [role=alert]"
    ) -> Page:
        """A page of the console, as soon as it shows `until`."""
        page = self.context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        ).new_page()
        page.goto(url)
        page.wait_for_selector(until)
        return page

    def context(self, **settings: Any) -> BrowserContext:
        """A window of its own, with nothing in it yet."""
        context = self._browser.new_context(**settings)
        context.set_default_timeout(15_000)
        context.on("request", lambda request: self._asked(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._asked(socket.url)))
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("console", lambda message: self.faults.append(message.text) if "Policy" in message.text else None)
        self._contexts.append(context)
        return context

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob", "about"):
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
def artifacts() -> Path:
    """Where screenshots stay for people to look at."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    return ARTIFACTS


class Running:
    """A running `app.py`. Its log goes to a file: a pipe that nobody reads would stop it when full."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        self.log_file = folder / "log"
        with self.log_file.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, ROOT / "app.py", *arguments],
                stdout=subprocess.PIPE, stderr=log, text=True, cwd=folder, env=environment,
            )  # fmt: skip

    def url(self) -> str:
        """Its address, as soon as it serves."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def logged(self) -> list[dict[str, Any]]:
        """The lines of its log; every one is JSON."""
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]

    def end(self, sign: signal.Signals = signal.SIGTERM, timeout: float = 30) -> tuple[int, str, str]:
        """Ask it to end: exit status, what it still printed, and its log."""
        self.process.send_signal(sign)
        return self.ended(timeout)

    def ended(self, timeout: float = 30) -> tuple[int, str, str]:
        """The same when it ends by itself."""
        out, _ = self.process.communicate(timeout=timeout)
        return self.process.returncode, out, self.log_file.read_text()


def faults(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that tell of something wrong inside."""
    return [line for line in log if line["level"] != "info"]


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Runs `python app.py` with a library, away from any settings of this computer."""
    running: list[Running] = []

    def start(library: Path, *arguments: str, **settings: str) -> Running:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("CCHC_", "OPENAI_", "COV_"))}
        app = Running(list(arguments), {**environment, "CCHC_LIBRARY": str(library), **settings}, tmp_path_factory.mktemp("app"))
        running.append(app)
        return app

    yield start
    for app in running:
        app.process.kill()
        app.process.communicate()


@pytest.fixture(scope="session")
def app_url(library_dir: Path, start_app: Start) -> Iterator[str]:
    """The address of a running `app.py` with the five plans, without rate limits: its visitors are many tests."""
    app = start_app(library_dir, "--port", "0", CCHC_ADDRESS_RATE="0", CCHC_SESSION_RATE="0")
    url = app.url()
    wait_until_ready(url)
    yield url
    status, out, _ = app.end()
    assert (status, out, faults(app.logged())) == (0, "", [])


def wait_until_ready(url: str) -> None:
    for _ in range(200):
        if httpx.get(f"{url}/readyz").status_code == 200:
            return
        time.sleep(0.1)
    raise AssertionError("the server did not become ready")


def _put_together(site: Site) -> Guard:
    """The application, made where an event loop runs: Gradio else makes loops of its own that nobody closes."""

    async def make() -> Guard:
        return create_app(site)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, make()).result()


class Served:
    """An assistant served from this process."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.guard: Guard = _put_together(site)
        self._listener = listening("127.0.0.1", 0)
        self._server = Server(self.guard, site, log_level="critical")
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread.start()
        while not self._server.started:
            time.sleep(0.05)

    def wait_until_ready(self) -> None:
        wait_until_ready(self.url)

    def begin_to_end(self) -> None:
        self._server.should_exit = True

    def end(self) -> None:
        self.begin_to_end()
        self._thread.join(timeout=30)
        assert not self._thread.is_alive()


@pytest.fixture
def start() -> Iterator[Callable[..., Served]]:
    """Serves an assistant from this process, with settings changed as named."""
    running: list[Served] = []

    def begin(assistant: Assistant, **changes: object) -> Served:
        settings = replace(assistant.library.settings, **changes)  # type: ignore[arg-type]
        running.append(Served(Site(assistant, settings)))
        return running[-1]

    yield begin
    for served in running:
        served.end()


@pytest.fixture
def serve(start: Callable[..., Served]) -> Callable[[Assistant], str]:
    """Serves an assistant from this process and says where."""
    return lambda assistant: start(assistant).url
