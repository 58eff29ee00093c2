"""Starting and ending the web application."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from assistant.answering import Assistant, Explained
from assistant.answers import Answer
from assistant.errors import UsageError
from assistant.library import Library
from assistant.settings import Settings
from assistant.web.server import listening

QUESTION = "who leads task 27 and when is it due"


class SlowAssistant(Assistant):
    """Takes its time: answers when it is told to."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.asked, self.release = threading.Event(), threading.Event()

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        if question == QUESTION:
            self.asked.set()
            assert self.release.wait(30)
        return super().ask(question, history)


class ColdAssistant(Assistant):
    """Is not ready before it is told to be."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.release = threading.Event()

    def explain(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Explained:
        assert self.release.wait(30)
        return super().explain(question, history)


def test_it_is_healthy_once_it_serves(app_url: str) -> None:
    assert httpx.get(f"{app_url}/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_cleanly(library_dir: Path, start_app, sign: signal.Signals) -> None:
    app = start_app(library_dir, "--port", "0")
    assert app.url().startswith("http://127.0.0.1:")
    assert app.end(sign) == (0, "", "")


def test_a_port_in_use_is_told_in_one_line(library_dir: Path, start_app) -> None:
    with listening("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        ended = start_app(library_dir, "--port", port).ended()
    assert ended == (
        2,
        "",
        f"cchc: cannot serve on 127.0.0.1, port {port}: address already in use; choose another --port or --host\n",
    )


def test_a_missing_library_is_told_in_one_line(tmp_path: Path, start_app) -> None:
    status, out, log = start_app(tmp_path, "--port", "0").ended()
    assert (status, out, log.count("\n")) == (2, "", 1)
    assert "ingest" in log


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"CCHC_LIBRARI": "x"}, "unknown setting CCHC_LIBRARI; did you mean CCHC_LIBRARY?"),
        ({"CCHC_WIDGET_ORIGINS": "https://a.gov.vn/cchc"}, "has more than an origin; write https://a.gov.vn"),
        ({"CCHC_WIDGET_ORIGINS": "*"}, "'*' is no origin; write it as https://"),
        ({"CCHC_TRUSTED_PROXIES": "nginx"}, "give addresses or networks such as 10.0.0.5"),
        ({"CCHC_ADDRESS_RATE": "many"}, "must be a whole number, 0 or more"),
    ],
    ids=["unknown", "origin with a path", "every origin", "proxy's name", "no number"],
)
def test_a_wrong_setting_is_told_in_one_line(library_dir: Path, start_app, settings: dict[str, str], told: str) -> None:
    status, out, log = start_app(library_dir, "--port", "0", **settings).ended()
    assert (status, out, log.count("\n")) == (2, "", 1)
    assert log.startswith("cchc: ")
    assert told in log


def test_it_is_ready_only_when_the_library_is_open(start: Callable, library: Library) -> None:
    assistant = ColdAssistant(library)
    served = start(assistant)
    assert httpx.get(f"{served.url}/readyz").status_code == 503
    assert httpx.get(f"{served.url}/healthz").status_code == 200
    assert "\ncchc_ready 0.0\n" in httpx.get(f"{served.url}/metrics").text
    assistant.release.set()
    served.wait_until_ready()
    assert "\ncchc_ready 1.0\n" in httpx.get(f"{served.url}/metrics").text


def test_an_empty_library_is_not_ready(start: Callable, tmp_path: Path) -> None:
    served = start(Assistant(Library.create(Settings(library=tmp_path / "empty"))))
    served.site.warm_up()
    assert httpx.get(f"{served.url}/readyz").status_code == 503
    assert "\ncchc_ready 0.0\n" in httpx.get(f"{served.url}/metrics").text


def test_an_answer_under_way_is_finished_before_the_server_ends(start: Callable, library: Library) -> None:
    assistant = SlowAssistant(library)
    served = start(assistant)
    got: list[httpx.Response] = []
    asking = threading.Thread(
        target=lambda: got.append(httpx.post(f"{served.url}/api/ask", json={"question": QUESTION}, timeout=30))
    )
    asking.start()
    assert assistant.asked.wait(10)
    served.begin_to_end()
    time.sleep(0.5)
    with pytest.raises(httpx.ConnectError):  # no new ones meanwhile
        httpx.get(f"{served.url}/healthz")
    assistant.release.set()
    asking.join(10)
    assert got[0].status_code == 200
    assert "Sở Thông tin và Truyền thông" in got[0].json()["answer"]


def test_a_visitor_that_never_finishes_its_headers_is_cut_off(
    start: Callable, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.server._HEADERS_SECONDS", 0.5)
    served = start(Assistant(library))
    with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2]))) as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        slow.settimeout(5)
        assert slow.recv(100) == b""


BEGINNINGS = {
    "first": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ",
    "behind an endless response": b"GET /gradio_api/heartbeat/abcd HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nX: ",
    "trailer": b"POST /api/ask HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nX: ",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_headers_without_end_are_cut_off(app_url: str, beginning: bytes) -> None:
    with socket.create_connection(("127.0.0.1", int(app_url.rpartition(":")[2]))) as huge:
        huge.sendall(beginning)
        huge.settimeout(5)
        time.sleep(0.3)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):  # noqa: PT012  whichever comes first
            for _ in range(500):
                huge.sendall(b"a" * 4096)
                time.sleep(0.001)


def test_one_address_cannot_take_all_connections(start: Callable, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.server._CONNECTIONS_OF_ONE", 5)
    served = start(Assistant(library))
    place = ("127.0.0.1", int(served.url.rpartition(":")[2]))
    with ExitStack() as opened:
        visitors = [opened.enter_context(socket.create_connection(place)) for _ in range(8)]
        time.sleep(0.3)
        for visitor in visitors:
            visitor.settimeout(2)
        alive = 0
        for visitor in visitors:
            with suppress(OSError):
                visitor.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                alive += visitor.recv(12) == b"HTTP/1.1 200"
    assert alive == 5


def test_a_response_that_nobody_reads_is_given_up(start: Callable, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.server._UNREAD_SECONDS", 0.5)
    served = start(Assistant(library))
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect(("127.0.0.1", int(served.url.rpartition(":")[2])))
        lazy.settimeout(5)
        lazy.sendall(b"GET /static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n" * 8)
        time.sleep(1.5)
        taken = 0
        with suppress(ConnectionResetError):
            while piece := lazy.recv(65536):
                taken += len(piece)
    assert taken < 8_000_000  # of some 12 MB


@pytest.mark.parametrize("path", ["/api/ask", "/api/admin/plans", "/gradio_api/queue/join"])
def test_a_body_announced_as_huge_is_refused_before_it_is_sent(app_url: str, path: str) -> None:
    with socket.create_connection(("127.0.0.1", int(app_url.rpartition(":")[2]))) as visitor:
        visitor.settimeout(5)
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n"
        visitor.sendall(head.encode())
        assert visitor.recv(20)[9:12] in (b"413", b"403")


@pytest.mark.parametrize("size", [60_000, 100_000, 200_000])
def test_head_and_body_in_one_piece_are_taken(app_url: str, size: int) -> None:
    body = b'{"question": "nhi\\u1ec7m v\\u1ee5 27", "history": []' + b" " * size + b"}"
    head = b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    with socket.create_connection(("127.0.0.1", int(app_url.rpartition(":")[2]))) as visitor:
        visitor.settimeout(10)
        for _ in range(2):  # on the same connection, too
            visitor.sendall(head + body)
            assert visitor.recv(20).startswith(b"HTTP/1.1 200")
            visitor.settimeout(0.5)
            with suppress(TimeoutError):
                while visitor.recv(65536):
                    pass
            visitor.settimeout(10)


def test_a_connection_that_is_kept_open_serves_many_requests(app_url: str) -> None:
    with httpx.Client(base_url=app_url) as client:
        assert [client.get("/healthz").status_code for _ in range(20)] == [200] * 20


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("127.0.0.1", -1), ("203.0.113.1", 7860)])
def test_an_address_that_cannot_be_had_is_wrong_use(host: str, port: int) -> None:
    with pytest.raises(UsageError, match="choose another --port"):
        listening(host, port)
