"""The widget in a real browser: on the server's own demonstration, on a hostile page of another origin, and with answers,
refusals and breakdowns that the server rarely gives, put in its place at the network's edge."""

import base64
import gzip
import hashlib
import json
import re
import time
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader

from assistant.web.widget import demo_page, integrity, snippet, widget_script
from tests.web.conftest import Visit
from tests.web.hostile_page import HostilePage

QUESTION = "Nhiệm vụ 27 kế hoạch 166 do ai chủ trì, hạn khi nào?"
FIELD = ".asking textarea"
LABEL = "Kế hoạch 166/KH-UBND, Phụ lục, mục VI, STT 27"
CITATION = {
    "n": 1, "plan_id": "ba-ria-vung-tau-2021-166", "plan_number": "166/KH-UBND", "plan_title": "KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH",
    "province": "Bà Rịa - Vũng Tàu", "year": "2021", "kind": "task", "stt": "27", "section": "VI", "label": LABEL,
    "quote": "27\n|\nBan hành\nChương trình", "source": "166.txt", "start": 21618, "end": 21913, "page": None,
}  # fmt: skip

Open = Callable[..., Page]


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def hostile() -> Iterator[HostilePage]:
    page = HostilePage()
    yield page
    page.close()


@pytest.fixture(scope="session")
def stranger() -> Iterator[HostilePage]:
    """The same page on an origin that the server does not know."""
    page = HostilePage()
    yield page
    page.close()


@pytest.fixture(scope="session")
def server(library_dir: Path, start_app: Any, hostile: HostilePage) -> Iterator[str]:
    """A running `app.py` with the five plans that lets the hostile page embed the widget."""
    app = start_app(library_dir, "--port", "0", CCHC_WIDGET_ORIGINS=hostile.origin, CCHC_SESSION_RATE="0", CCHC_ADDRESS_RATE="0")
    yield app.url()
    app.end()


@pytest.fixture
def demo(visit: Visit, server: str) -> Open:
    """Opens the demonstration; `tag`: other attributes of the script's tag; `opened`: with the panel open."""

    def open_demo(
        *, width: int = 1366, height: int = 768, dark: bool = False, tag: str = "", opened: bool = True, **more: Any
    ) -> Page:
        scheme = "dark" if dark else "light"
        context = visit.context(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
        if tag:
            html = demo_page(server).replace("<script src", f"<script {tag} src")
            context.route("**/demo", lambda route: route.fulfill(body=html, content_type="text/html"))
        page = context.new_page()
        page.goto(f"{server}/demo")
        if opened:
            page.click(".launcher")
        return page

    return open_demo


def embed(page: HostilePage, server: str, attributes: str = "") -> str:
    """Put the widget's tag into a page; its address."""
    page.server = server
    page.snippet = snippet(server).replace("<script ", f"<script {attributes} ")
    return page.origin


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, wait for the turn to end."""
    turns = page.locator(".turn").count()
    page.fill(FIELD, question)
    page.press(FIELD, "Enter")
    expect(page.locator(".turn")).to_have_count(turns + 1)


def console(page: Page, kind: str) -> list[str]:
    """What will be written to the browser's console."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == kind else None)
    return told


def focused(page: Page) -> str:
    """Which element of the widget has the focus: tag and classes."""
    name: str = page.evaluate(
        "() => { const e = document.querySelector('cchc-assistant').shadowRoot.activeElement;"
        " return e ? `${e.localName}.${e.className}` : ''; }"
    )
    return name


# --- a server that is told what to say ----------------------------------------------------------------------------------


def answer_of(text: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": "0123456789abcdef", "question": "?", "answer": text, "status": "answered", "language": "vi", "mode": "extractive",
        "citations": [], "suggestions": [], "elapsed_ms": 1.0, **fields,
    }  # fmt: skip


def stream(*events: tuple[str, object]) -> str:
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)


def tell(page: Page, *replies: dict[str, Any]) -> None:
    """Give these replies to questions, in turn; the real server answers when they are used up."""
    left = list(replies)
    page.route("**/api/ask", lambda route: route.fulfill(**left.pop(0)) if left else route.continue_())


def streamed(*events: tuple[str, object]) -> dict[str, Any]:
    return {"status": 200, "content_type": "text/event-stream", "body": stream(*events)}


def told(text: str, **fields: Any) -> dict[str, Any]:
    return streamed(("delta", {"text": text}), ("answer", answer_of(text, **fields)))


def refusal(status: int, code: str, message: str) -> dict[str, Any]:
    error = {"error": {"code": code, "message": message, "request_id": "r"}}
    return {"status": status, "content_type": "application/json", "body": json.dumps(error)}


def hold(page: Page) -> list[Route]:
    """Questions get no answer; the held requests."""
    held: list[Route] = []
    page.route("**/api/ask", lambda route: held.append(route))
    return held


# --- what is served ----------------------------------------------------------------------------------------------------


def test_the_script_is_small_and_asks_no_other_host() -> None:
    script = widget_script()
    assert len(gzip.compress(script, 9)) <= 20 * 1024
    assert set(re.findall(rb"https?://[^\s'\"`)]+", script)) <= {b"http://www.w3.org/2000/svg"}
    assert not re.search(rb"__[A-Z]+__|innerHTML|\beval\b|new Function|document\.write|localStorage|\.cookie", script)


def test_the_hash_is_that_of_the_script() -> None:
    assert integrity() == "sha384-" + base64.b64encode(hashlib.sha384(widget_script()).digest()).decode()
    widget_script.cache_clear()
    assert f'integrity="{integrity()}" crossorigin="anonymous"' in snippet("https://cchc.example")


def test_both_languages_fill_in_the_same_values() -> None:
    tables = tomllib.loads(files("prompts").joinpath("widget.toml").read_text(encoding="utf-8"))
    for part in (lambda table: table, lambda table: table["demo"]):
        vi, en = (
            {k: set(re.findall(r"\{\w+\}", v)) for k, v in part(tables[lang]).items() if k != "demo"} for lang in ("vi", "en")
        )
        assert vi == en


def test_the_demonstration_has_nothing_inline_and_escapes_the_address() -> None:
    page = demo_page('https://x"><script>alert(1)</script>')
    assert "<script>" not in page
    assert not re.search(r"\sstyle=|<style|\son\w+=", page)
    for name in ("lang", "theme", "color", "title", "greeting", "position", "open"):
        assert page.count(f"<code>data-{name}</code>") == 2


@pytest.mark.parametrize("width", [320, 1366])
def test_the_demonstration_shows_what_to_copy(visit: Visit, server: str, artifacts: Path, width: int) -> None:
    page = visit.context(viewport={"width": width, "height": 768}, permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(f"{server}/demo")
    line = snippet(server, ' data-lang="vi" data-theme="auto" data-color="#1d4ed8" data-position="right"')
    policy = f"script-src 'self' {server}; connect-src 'self' {server}"
    section = page.locator("section[lang=vi]")
    assert section.locator("pre").all_inner_texts() == [line, "CCHC_WIDGET_ORIGINS=https://sonoivu.tinh.gov.vn", policy]
    for number, text in enumerate(section.locator("pre").all_inner_texts()):
        section.locator(".copy button").nth(number).click()
        expect(section.locator(".copy [role=status]").nth(number)).to_have_text("Đã sao chép")
        assert page.evaluate("() => navigator.clipboard.readText()") == text
    assert page.locator("section[lang=en] pre").first.inner_text() == line.replace('"vi"', '"en"')
    page.screenshot(path=artifacts / f"demo-{width}.png", full_page=True)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    assert visit.faults == []


def test_a_site_with_the_shown_line_setting_and_policy_can_use_the_assistant(
    visit: Visit, server: str, hostile: HostilePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = demo_page(server).split("<section")[2]
    line, _, policy = (unescape(code) for code in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", section))
    page = visit.context().new_page()
    warned = console(page, "warning")
    address = embed(hostile, server)
    hostile.snippet = line
    monkeypatch.setattr(HostilePage, "policy", f"default-src 'none'; style-src 'self'; img-src data:; {policy}")
    page.goto(address)
    page.click(".launcher")
    ask(page, "Who leads task 27 of plan 166?")
    expect(page.locator(".ref").first).to_be_visible()
    assert (warned, visit.faults) == ([], [])


# --- a conversation -----------------------------------------------------------------------------------------------------


def test_an_answer_comes_with_its_sources(demo: Open, visit: Visit, server: str) -> None:
    page = demo()
    expect(page.locator(".welcome button")).to_have_count(4)
    ask(page, QUESTION)
    expect(page.locator(".text")).to_contain_text("Sở Thông tin và Truyền thông chủ trì [1]. Thời hạn")
    expect(page.locator(".sources > summary")).to_have_text("Nguồn (1)")
    page.locator(".ref").first.click()
    expect(page.locator(".source")).to_have_attribute("open", "")
    assert focused(page) == "summary."
    expect(page.locator(".source summary")).to_contain_text(LABEL)
    expect(page.locator(".quote")).to_contain_text("27 | Ban hành Chương trình Chuyển đổi số tỉnh Bà Rịa - Vũng Tàu đến năm 2025")
    page.get_by_role("button", name="Về câu trả lời").click()
    assert focused(page) == "button.ref"
    assert visit.faults == []
    assert visit.hosts == {urlsplit(server).netloc}


def test_a_quote_is_shown_without_the_marks_of_the_file(demo: Open) -> None:
    page = demo()
    ask(page, "chỉ tiêu của kế hoạch 7018 là gì?")
    page.locator(".source summary").first.click()
    expect(page.locator(".quote").first).to_contain_text("II. CÁC CHỈ TIÊU CHỦ YẾU")
    assert "**" not in page.locator(".quote").first.inner_text()


def test_a_source_is_shown_in_its_surroundings(demo: Open, server: str) -> None:
    page = demo()
    ask(page, QUESTION)
    page.locator(".source summary").click()
    page.get_by_role("button", name="Xem trong văn bản").click()
    expect(page.locator(".quote mark")).to_contain_text("27 | Ban hành Chương trình Chuyển đổi số")
    expect(page.locator(".quote .around").last).to_contain_text("28 |")
    assert focused(page) == "blockquote.quote"
    links = page.locator(".panel a").evaluate_all("links => links.map(a => [a.href, a.target, a.rel])")
    assert links == [
        [f"{server}/source/ba-ria-vung-tau-2021-166?start=21618&end=21913&lang=vi#quote", "_blank", "noopener noreferrer"]
    ]


def test_a_follow_up_question_refers_to_the_answer_before(demo: Open) -> None:
    page = demo()
    ask(page, QUESTION)
    ask(page, "thế còn sản phẩm?")
    expect(page.locator(".text").last).to_contain_text("Quyết định của UBND tỉnh")


def test_a_suggestion_asks_itself(demo: Open) -> None:
    page = demo()
    ask(page, QUESTION)
    page.locator(".next button").first.click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".text").last).to_contain_text("phối hợp")
    assert focused(page).startswith("textarea")


@pytest.mark.parametrize(
    ("status", "chip"),
    [
        ("answered", None), ("ambiguous", "Cần làm rõ"), ("not_found", "Không có trong kế hoạch"),
        ("out_of_scope", None), ("unavailable", "Dịch vụ chưa sẵn sàng"),
    ],
)  # fmt: skip
def test_what_is_no_plain_answer_says_so(demo: Open, status: str, chip: str | None) -> None:
    page = demo()
    tell(page, told("Xin nêu rõ.", status=status))
    ask(page, "nhiệm vụ 5")
    assert page.locator(".chip").all_inner_texts() == ([chip] if chip else [])


@pytest.mark.parametrize("words", ["xin chào", "cảm ơn"])
def test_a_greeting_is_not_called_out_of_scope(demo: Open, words: str) -> None:
    page = demo()
    ask(page, words)
    assert page.locator(".turn .chip").count() == 0
    assert "phạm vi" not in page.locator(".turn").inner_text()


def test_an_answer_is_announced_once(demo: Open) -> None:
    page = demo()
    expect(page.locator(".choices button")).to_have_count(4)
    page.locator(".log").evaluate(
        "log => { window.added = []; new MutationObserver((all) => all.forEach((m) => added.push(m.addedNodes.length)))"
        ".observe(log, {childList: true, subtree: true, characterData: true}); }"
    )
    for number, question in enumerate([QUESTION, "ai ký kế hoạch 166"], 1):
        ask(page, question)
        assert page.evaluate("() => added") == [1] * number
    expect(page.locator("[role=log]")).to_be_visible()
    expect(page.locator(".pending")).to_have_attribute("aria-hidden", "true")


def test_text_that_grows_is_shown_and_the_question_at_once(demo: Open) -> None:
    page = demo()
    page.evaluate(
        """() => {
            const start = (c) => { window.feed = (text) => c.enqueue(new TextEncoder().encode(text)); };
            const body = new ReadableStream({start});
            const real = window.fetch;
            window.fetch = (url, init) => String(url).endsWith('/api/ask') ? Promise.resolve(new Response(body)) : real(url, init);
        }"""
    )
    page.fill(FIELD, "Ai chủ trì?")
    page.press(FIELD, "Enter")
    expect(page.locator(".pending .asked")).to_contain_text("Ai chủ trì?")
    expect(page.locator(".panel > [role=status]")).to_have_text("Đang tìm trong các kế hoạch…")
    feed = partial(page.evaluate, "text => feed(text)")
    feed('event: status\ndata: {"phase": "searching"}\n\n: heartbeat\n\nevent: del')
    feed('ta\ndata: {"text": "**Sở Nội"}\n\n')
    expect(page.locator(".pending .text")).to_have_text("Sở Nội")
    feed('event: delta\ndata: {"text": " vụ** chủ trì"}\n\n')
    expect(page.locator(".pending strong")).to_have_text("Sở Nội vụ")
    expect(page.locator(".log")).to_be_empty()
    assert focused(page).startswith("textarea")
    feed(stream(("answer", answer_of("**Sở Nội vụ** chủ trì."))))
    expect(page.locator(".log .text")).to_have_text("Sở Nội vụ chủ trì.")
    expect(page.locator(".pending")).to_be_empty()


def test_an_answer_can_be_copied_with_its_sources(demo: Open, server: str) -> None:
    page = demo(permissions=["clipboard-read", "clipboard-write"])
    tell(page, told("**Sở Nội vụ** chủ trì \\[x\\] [1].", citations=[CITATION]))
    ask(page, "ai")
    page.get_by_role("button", name="Sao chép câu trả lời").click()
    expect(page.locator(".said")).to_have_text("Đã sao chép")
    source = f"[1] {LABEL} – {server}/source/ba-ria-vung-tau-2021-166?start=21618&end=21913&lang=vi#quote"
    assert page.evaluate("() => navigator.clipboard.readText()") == f"Sở Nội vụ chủ trì [x] [1].\n\nNguồn (1):\n{source}"


def test_copying_works_where_the_clipboard_interface_is_missing(demo: Open) -> None:
    page = demo(permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    page.get_by_role("button", name="Sao chép câu trả lời").click()
    expect(page.locator(".said")).to_have_text("Đã sao chép")
    assert "Sở Thông tin và Truyền thông" in page.evaluate("() => navigator.clipboard.readText()")
    assert focused(page) == "button."


def test_opinions_reach_the_server(demo: Open) -> None:
    page = demo()
    ask(page, QUESTION)
    with page.expect_response("**/api/feedback") as sent:
        page.get_by_role("button", name="Câu trả lời hữu ích").click()
    assert sent.value.status == 201
    expect(page.locator(".said")).to_have_text("Cảm ơn bạn đã góp ý.")
    page.get_by_role("button", name="Câu trả lời chưa tốt").click()
    page.get_by_label("Câu trả lời chưa đúng").fill("Thiếu cơ quan phối hợp.")
    with page.expect_request("**/api/feedback") as sent_again:
        page.get_by_role("button", name="Gửi góp ý").click()
    body = sent_again.value.post_data_json
    assert (body["rating"], body["comment"]) == ("down", "Thiếu cơ quan phối hợp.")
    expect(page.get_by_role("button", name="Câu trả lời chưa tốt")).to_have_attribute("aria-pressed", "true")


# --- what an answer can try ------------------------------------------------------------------------------------------------


def test_a_hostile_answer_is_text(demo: Open, visit: Visit, server: str, artifacts: Path) -> None:
    evil = (
        "<script>alert(1)</script> <img src=https://evil.example/a onerror=alert(1)> ![x](https://evil.example/b.png)\n"
        "[bấm](javascript:alert(1)) https://evil.example/c \u202etxt.exe\u202c a\u200bb\u00adc [1] [7]\n\n<iframe src=//evil.example>"
    )
    source = {
        **CITATION,
        "label": "<b>Nguồn\u202e</b>",
        "plan_title": "<i>x",
        "quote": "<img src=x onerror=alert(1)>",
        "plan_id": "../../x",
    }
    page = demo()
    tell(page, told(evil, citations=[source], suggestions=["<b>Hỏi</b>"], status="<img>"))
    ask(page, "?")
    page.locator(".source summary").click()
    page.screenshot(path=artifacts / "hostile-answer.png")
    shown = page.locator(".text").inner_text()
    assert "<script>alert(1)</script> <img src=https://evil.example/a onerror=alert(1)> ![x](https://evil.example/b.png)" in shown
    assert "[bấm](javascript:alert(1)) https://evil.example/c txt.exe abc [1] [7]" in shown
    assert page.locator(".panel :is(script, img, iframe, object, style, b:not(.source b))").count() == 0
    assert page.locator(".panel a").evaluate_all("links => links.map(a => a.href)") == [
        f"{server}/source/..%2F..%2Fx?start=21618&end=21913&lang=vi#quote"
    ]
    assert page.locator(".ref").all_inner_texts() == ["[1]"]
    assert page.locator(".source summary").inner_text().split() == ["1", "<b>Nguồn</b>"]
    assert visit.faults == []
    assert visit.hosts == {urlsplit(server).netloc}


def test_the_forms_of_markdown_that_answers_use(demo: Open) -> None:
    page = demo()
    text = (
        "Có **2 nhiệm vụ**:\n- STT 1: 2 * 3 \\*sao\\* [1]\n  - con *nghiêng*\n- 1. Công tác\n\n3. ba\n4. bốn\n\n"
        "> trích\n\n---\n\n| A | B \\| C |\n|---|---|\n| 1 | **2** |\n\n**hở"
    )
    tell(page, told(text, citations=[CITATION]))
    ask(page, "?")
    assert page.locator(".text").evaluate("node => node.innerHTML.replace(/<button.*?<\\/button>/g, '[1]')") == (
        "<p>Có <strong>2 nhiệm vụ</strong>:</p><ul><li>STT 1: 2 * 3 *sao* [1]<ul><li>con <em>nghiêng</em></li></ul></li>"
        '<li>1. Công tác</li></ul><ol><li value="3">ba</li><li value="4">bốn</li></ol><blockquote><p>trích</p></blockquote><hr>'
        '<div class="wide" role="region" tabindex="0" aria-label="Bảng"><table><thead><tr><th scope="col">A</th><th scope="col">B | C</th></tr></thead>'
        "<tbody><tr><td>1</td><td><strong>2</strong></td></tr></tbody></table></div><p>**hở</p>"
    )


# --- when things go wrong ------------------------------------------------------------------------------------------------------


def test_a_server_that_dies_mid_answer_can_be_asked_again(demo: Open, artifacts: Path) -> None:
    page = demo()
    tell(page, streamed(("status", {"phase": "searching"}), ("delta", {"text": "Sở"})))
    ask(page, QUESTION)
    expect(page.locator(".problem")).to_contain_text("Câu trả lời bị ngắt giữa chừng")
    expect(page.locator(".asked")).to_contain_text(QUESTION)
    page.screenshot(path=artifacts / "error.png")
    page.get_by_role("button", name="Thử lại").click()
    expect(page.locator(".text")).to_contain_text("Sở Thông tin và Truyền thông")
    expect(page.locator(".problem")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(1)


def test_a_network_that_is_down_is_told_and_the_question_kept(demo: Open) -> None:
    page = demo()
    page.context.set_offline(True)
    ask(page, QUESTION)
    expect(page.locator(".problem")).to_contain_text("Không kết nối được với máy chủ của trợ lý")
    page.context.set_offline(False)
    page.get_by_role("button", name="Thử lại").click()
    expect(page.locator(".text")).to_contain_text("Sở Thông tin và Truyền thông")


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (429, "rate_limited", "Bạn hỏi nhanh quá. Hãy thử lại sau 12 giây."),
        (503, "public_api_off", "Trợ lý tạm nghỉ để bảo trì đến 17 giờ."),
        (504, "timeout", "Trả lời quá lâu."),
    ],
)
def test_the_servers_own_words_say_why_not(demo: Open, status: int, code: str, message: str) -> None:
    page = demo()
    tell(page, refusal(status, code, message), streamed(("error", json.loads(refusal(200, code, f"{message}!")["body"]))))
    ask(page, "ai?")
    expect(page.locator(".problem p")).to_have_text(message)
    page.get_by_role("button", name="Thử lại").click()
    expect(page.locator(".problem p")).to_have_text(f"{message}!")


def test_a_public_api_that_is_off_is_told_before_anything_is_asked(demo: Open) -> None:
    page = demo(opened=False)
    page.route("**/api/examples*", lambda route: route.fulfill(**refusal(503, "public_api_off", "Bảo trì đến 17 giờ.")))
    page.click(".launcher")
    expect(page.locator(".welcome .off")).to_have_text("Bảo trì đến 17 giờ.")
    page.unroute("**/api/examples*")
    page.keyboard.press("Escape")
    page.click(".launcher")
    expect(page.locator(".welcome .choices button").first).to_be_visible()
    expect(page.locator(".welcome .off")).to_have_text("")


def test_an_expired_session_is_renewed_unseen(demo: Open) -> None:
    page = demo()
    tokens = ["stale"]
    asked: list[str] = []

    def session(route: Route) -> None:
        asked.append(route.request.url)
        if tokens:
            route.fulfill(
                status=200, content_type="application/json", body=json.dumps({"token": tokens.pop(), "expires_in": 1800})
            )
        else:
            route.continue_()

    page.route("**/api/session", session)
    ask(page, QUESTION)
    expect(page.locator(".text")).to_contain_text("Sở Thông tin và Truyền thông")
    assert len(asked) == 2


def test_a_question_can_be_stopped_and_comes_back_to_be_changed(demo: Open) -> None:
    page = demo()
    hold(page)
    page.fill(FIELD, QUESTION)
    page.press(FIELD, "Enter")
    page.get_by_role("button", name="Dừng trả lời").click()
    expect(page.locator(FIELD)).to_have_value(QUESTION)
    expect(page.locator(".panel > [role=status]")).to_contain_text("Đã dừng")
    expect(page.get_by_role("button", name="Gửi câu hỏi")).to_be_visible()
    assert focused(page).startswith("textarea")


def test_a_stopped_question_is_not_lost_when_another_is_being_written(demo: Open) -> None:
    page = demo()
    hold(page)
    page.fill(FIELD, QUESTION)
    page.press(FIELD, "Enter")
    page.fill(FIELD, "câu khác")
    page.get_by_role("button", name="Dừng trả lời").click()
    expect(page.locator(".turn .asked")).to_contain_text(QUESTION)
    expect(page.locator(".problem p")).to_have_text("Đã dừng trả lời.")
    expect(page.locator(FIELD)).to_have_value("câu khác")


def test_a_question_that_is_too_long_is_not_sent_and_not_cut(demo: Open) -> None:
    page = demo()
    page.fill(FIELD, "a" * 1700)
    expect(page.locator(".count")).to_be_hidden()
    page.fill(FIELD, "a" * 1900)
    expect(page.locator(".count")).to_have_text("1.900/2.000")
    page.fill(FIELD, "a" * 2030)
    expect(page.locator(".count")).to_have_text("Câu hỏi dài quá 30 ký tự; hãy rút gọn còn tối đa 2.000.")
    page.press(FIELD, "Enter")
    expect(page.locator(FIELD)).to_have_value("a" * 2030)
    expect(page.locator(".turn, .pending > *")).to_have_count(0)
    expect(page.locator(".panel > [role=status]")).to_contain_text("dài quá 30 ký tự")


def test_enter_that_ends_a_composed_syllable_does_not_send(demo: Open) -> None:
    page = demo()
    page.fill(FIELD, "việt")
    page.locator(FIELD).evaluate(
        "f => f.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    page.press(FIELD, "Shift+Enter")
    assert page.input_value(FIELD) == "việt\n"


# --- what is kept -----------------------------------------------------------------------------------------------------------------


def test_a_conversation_survives_a_reload_and_is_not_shared_between_tabs(demo: Open, server: str) -> None:
    page = demo()
    ask(page, QUESTION)
    page.reload()
    expect(page.locator(".text")).to_contain_text("Sở Thông tin và Truyền thông")  # and the panel is open as it was
    other = page.context.new_page()
    other.goto(f"{server}/demo")
    other.click(".launcher")
    expect(other.locator(".welcome h3")).to_be_visible()
    expect(other.locator(".turn")).to_have_count(0)
    page.get_by_role("button", name="Cuộc trò chuyện mới").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.reload()
    expect(page.locator(".welcome h3")).to_be_visible()


def test_a_question_that_was_being_answered_when_the_page_was_left_can_be_asked_again(demo: Open) -> None:
    page = demo()
    hold(page)
    page.fill(FIELD, QUESTION)
    page.press(FIELD, "Enter")
    expect(page.locator(".pending .asked")).to_be_visible()
    page.reload()
    page.unroute("**/api/ask")
    expect(page.locator(".problem")).to_contain_text("bị ngắt giữa chừng")
    page.get_by_role("button", name="Thử lại").click()
    expect(page.locator(".text")).to_contain_text("Sở Thông tin và Truyền thông")


def test_it_keeps_the_last_twenty_turns(demo: Open) -> None:
    page = demo()
    page.route("**/api/ask", lambda route: route.fulfill(**told(route.request.post_data_json["question"])))
    for number in range(22):
        page.fill(FIELD, f"câu {number}")
        page.press(FIELD, "Enter")
        expect(page.locator(".turn").last).to_contain_text(f"câu {number}")
    page.reload()
    expect(page.locator(".turn")).to_have_count(20)
    expect(page.locator(".turn .text").first).to_have_text("câu 2")


@pytest.mark.parametrize("kept", [None, "{", '{"turns": [{"question": "q", "answer": {"citations": [null]}}]}'])
def test_it_works_without_storage_and_with_rubbish_in_it(visit: Visit, server: str, kept: str | None) -> None:
    page = visit.context().new_page()
    if kept is None:
        page.add_init_script(
            "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"
        )
    else:
        page.add_init_script(f"sessionStorage.setItem('cchc-assistant {server}', {json.dumps(kept)})")
    page.goto(f"{server}/demo")
    page.click(".launcher")
    ask(page, QUESTION)
    expect(page.locator(".text").last).to_contain_text("Sở Thông tin và Truyền thông")
    assert visit.faults == []


# --- on other people's pages ---------------------------------------------------------------------------------------------------------


def test_a_page_of_another_origin_cannot_break_it_nor_it_the_page(
    visit: Visit, server: str, hostile: HostilePage, artifacts: Path
) -> None:
    page = visit.context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(embed(hostile, server))
    page.click(".launcher")
    ask(page, QUESTION)
    page.locator(".ref").first.click()
    page.screenshot(path=artifacts / "hostile-page.png")
    panel = page.locator(".panel").bounding_box()
    assert panel
    assert (round(panel["x"] + panel["width"]), round(panel["y"] + panel["height"])) == (1346, 748)
    assert (round(panel["width"]), round(panel["height"])) == (432, 720)
    style = page.locator(".text").evaluate(
        "n => { const s = getComputedStyle(n); return [s.fontSize, s.color, s.direction, s.letterSpacing, s.textTransform, s.textAlign]; }"
    )
    assert style == ["15px", "rgb(24, 33, 46)", "ltr", "normal", "none", "start"]
    ask(page, "a/b ai chủ trì")
    page.type(FIELD, "/x")
    assert page.evaluate("() => keys") == []
    expect(page.locator(FIELD)).to_have_value("/x")
    page.press(FIELD, "Escape")
    assert page.evaluate("() => Object.getOwnPropertyNames(window).filter((name) => !before.has(name))") == []
    assert (
        page.evaluate("() => document.adoptedStyleSheets.length + document.body.querySelectorAll('[style], style').length") == 0
    )
    assert visit.faults == []
    assert visit.hosts == {urlsplit(server).netloc, urlsplit(hostile.origin).netloc}


def test_a_page_that_is_not_allowed_says_so(visit: Visit, server: str, stranger: HostilePage) -> None:
    page = visit.context().new_page()
    page.goto(embed(stranger, server))
    page.click(".launcher")
    ask(page, QUESTION)
    expect(page.locator(".problem p")).to_contain_text(
        f"chưa được phép dùng trợ lý. Người quản trị cần thêm địa chỉ {stranger.origin}"
    )


def test_a_policy_that_blocks_the_server_is_told_to_the_web_master_once(
    visit: Visit, server: str, hostile: HostilePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit.context().new_page()
    told = console(page, "error")
    address = embed(hostile, server)
    monkeypatch.setattr(HostilePage, "policy", hostile.policy.replace(f"connect-src {server}", "connect-src 'self'"))
    page.goto(address)
    page.click(".launcher")
    ask(page, QUESTION)
    ask(page, QUESTION)
    expect(page.locator(".problem p").last).to_have_text(
        "Trang web này chưa kết nối được với trợ lý. Xin báo cho người quản trị trang."
    )
    ours = [text for text in told if "hãy thêm" in text]
    assert len(ours) == 1
    assert f"connect-src 'self' {server}" in ours[0]


@pytest.mark.parametrize(
    ("disposition", "directive", "address"),
    [
        ("report", "connect-src", "{server}/api/ask"),
        ("enforce", "img-src", "{server}/logo.png"),
        ("enforce", "connect-src", "{server}.example/api"),
        ("enforce", "connect-src", "eval"),
    ],
)
def test_what_else_the_policy_blocks_is_the_pages_affair(
    demo: Open, server: str, disposition: str, directive: str, address: str
) -> None:
    page = demo()
    told = console(page, "error")
    page.evaluate(
        "init => document.dispatchEvent(new SecurityPolicyViolationEvent('securitypolicyviolation', init))",
        {
            "disposition": disposition, "effectiveDirective": directive, "violatedDirective": directive, "statusCode": 200,
            "blockedURI": address.format(server=server), "documentURI": page.url, "originalPolicy": "",
        },
    )  # fmt: skip
    page.context.set_offline(True)
    ask(page, QUESTION)
    expect(page.locator(".problem")).to_contain_text("kiểm tra mạng")
    assert [text for text in told if "hãy thêm" in text] == []


def test_included_twice_it_is_there_once(visit: Visit, server: str, hostile: HostilePage) -> None:
    page = visit.context().new_page()
    address = embed(hostile, server)
    hostile.snippet *= 2
    page.goto(address)
    expect(page.locator(".launcher")).to_have_count(1)


def test_an_element_that_takes_the_scripts_name_gets_no_question(visit: Visit, server: str, hostile: HostilePage) -> None:
    page = visit.context().new_page()
    address = embed(hostile, server)
    hostile.snippet = f'<img name="currentScript" src="{hostile.origin}/evil/x.png">' + hostile.snippet
    page.goto(address)
    page.locator(".launcher").click()
    page.locator(FIELD).fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".log .text")).to_contain_text("Sở Thông tin và Truyền thông")


def test_the_page_chooses_language_name_place_and_colour(demo: Open, artifacts: Path) -> None:
    page = demo(
        opened=False,
        tag='data-lang="en" data-title="Ask\u202e us" data-greeting="Hello there" data-position="left" data-open="true" data-color="#fc0" data-theme="dark"',
    )
    expect(page.locator(".head h2")).to_have_text("Ask us")
    expect(page.locator(".welcome h3")).to_have_text("Hello there")
    expect(page.locator(".welcome button").first).to_contain_text("which agency leads")
    panel = page.locator(".panel").bounding_box()
    assert panel
    assert panel["x"] == 20
    assert page.locator(".head").evaluate("n => [getComputedStyle(n).backgroundColor, getComputedStyle(n).color]") == [
        "rgb(255, 204, 0)",
        "rgb(0, 0, 0)",
    ]
    assert page.locator(".panel").evaluate("n => getComputedStyle(n).backgroundColor") == "rgb(23, 27, 33)"
    assert page.locator(".root").get_attribute("lang") == "en"
    assert page.evaluate("() => document.activeElement === document.body")  # what opens by itself takes no focus
    ask(page, QUESTION)
    assert page.locator(".text").get_attribute("lang") == "vi"
    page.screenshot(path=artifacts / "chosen.png")


@pytest.mark.parametrize("colour", ["red; background: url(https://evil.example)", "#12345", "javascript:x", "#ggg", "var(--x)"])
def test_a_colour_that_is_none_is_ignored(demo: Open, visit: Visit, server: str, colour: str) -> None:
    page = demo(tag=f'data-color="{colour}"')
    assert page.locator(".head").evaluate("n => getComputedStyle(n).backgroundColor") == "rgb(29, 78, 216)"
    assert visit.hosts == {urlsplit(server).netloc}


def test_values_are_read_whatever_their_case_and_the_space_around_them(demo: Open) -> None:
    page = demo(tag='data-lang=" EN" data-theme="Dark " data-position="Left" data-open="TRUE" data-color=" #FC0 "', opened=False)
    assert page.locator(".root").get_attribute("lang") == "en"
    assert set((page.locator(".root").get_attribute("class") or "").split()) == {"root", "left", "dark"}
    expect(page.locator(".panel")).to_be_visible()
    assert page.locator(".head").evaluate("n => getComputedStyle(n).backgroundColor") == "rgb(255, 204, 0)"


@pytest.mark.parametrize(
    ("attribute", "allowed"),
    [
        ('data-lang="tiếng Anh"', "vi, en"),
        ('data-theme="black"', "auto, light, dark"),
        ('data-position="bottom"', "right, left"),
        ('data-open="yes"', "true, false"),
        ('data-color="blue"', "#rgb, #rrggbb"),
        ("data-language", "data-lang, data-theme"),
        ("data-colour", "data-lang, data-theme, data-color"),
    ],
)
def test_an_attribute_that_is_not_understood_is_told_to_the_web_master(
    visit: Visit, server: str, attribute: str, allowed: str
) -> None:
    warned = embedded_with(visit, server, f'{attribute} data-title="Dark" data-cookieconsent="none"')
    assert len(warned) == 1
    assert f"{attribute} ({allowed}" in warned[0]
    assert "cookieconsent" not in warned[0]


def test_a_tag_that_is_understood_is_no_occasion_to_warn(visit: Visit, server: str) -> None:
    assert embedded_with(visit, server, 'data-lang="VI" data-color="#FFF" data-greeting="" data-title="x" data-turbo-track') == []


def embedded_with(visit: Visit, server: str, attributes: str) -> list[str]:
    """What the widget warns of with these attributes of its tag."""
    page = visit.context().new_page()
    warned = console(page, "warning")
    html = demo_page(server).replace("<script src", f"<script {attributes} src")
    page.route("**/demo", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{server}/demo")
    expect(page.locator(".launcher")).to_be_visible()
    return warned


# --- keyboard, screens, paper ---------------------------------------------------------------------------------------------------------


def test_everything_works_by_keyboard(demo: Open) -> None:
    page = demo(opened=False)
    while "launcher" not in focused(page):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page).startswith("textarea")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    while focused(page) != "button.ref":
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "summary."
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".quote mark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    assert "launcher" in focused(page)


def test_escape_outside_the_panel_is_the_pages(demo: Open) -> None:
    page = demo()
    page.locator("main pre").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_visible()


def test_the_focus_does_not_get_lost_behind_a_panel_that_fills_the_screen(demo: Open) -> None:
    page = demo(width=640, height=360)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "button."
    assert page.evaluate("() => document.querySelector('cchc-assistant').shadowRoot.activeElement.title") == "Cuộc trò chuyện mới"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "button.fill"


def test_an_answer_that_comes_while_it_is_closed_is_signalled(demo: Open) -> None:
    page = demo()
    held = hold(page)
    page.fill(FIELD, "ai?")
    page.press(FIELD, "Enter")
    expect(page.locator(".pending .asked")).to_be_visible()
    page.press(FIELD, "Escape")
    while not held:
        page.wait_for_timeout(20)
    held[0].fulfill(**told("Sở Nội vụ."))
    expect(page.locator(".dot")).to_be_visible()
    page.get_by_role("button", name="có câu trả lời mới").click()
    expect(page.locator(".text")).to_have_text("Sở Nội vụ.")


@pytest.mark.parametrize(("width", "height"), [(320, 568), (640, 360), (360, 740)])
def test_it_fills_small_screens_and_nothing_sticks_out(demo: Open, artifacts: Path, width: int, height: int) -> None:
    page = demo(width=width, height=height)
    ask(page, "Sở Nội vụ chủ trì những nhiệm vụ nào?")
    page.locator(".ref").first.click()
    page.screenshot(path=artifacts / f"screen-{width}.png")
    assert page.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": width, "height": height}
    assert page.locator(".scroll").evaluate("n => n.scrollWidth <= n.clientWidth")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    log = page.locator(".scroll").bounding_box()
    assert log
    assert log["height"] > 180


def test_targets_are_large_enough_for_a_thumb(demo: Open) -> None:
    page = demo(width=360, height=740)
    ask(page, QUESTION)
    page.locator(".source summary").click()
    page.get_by_role("button", name="Câu trả lời chưa tốt").click()
    small = page.locator(".panel :is(button, summary, a, textarea)").evaluate_all(
        "all => all.map((n) => [n.className, n.textContent, n.getBoundingClientRect()]).filter(([name, , r]) =>"
        " r.width && (name === 'ref' ? r.height < 24 || r.width < 24 : r.height < 44 || r.width < 44))"
    )
    assert small == []


STATES = ["closed", "empty", "answering", "answered", "error"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_accessibility_rules_hold(demo: Open, artifacts: Path, state: str, dark: bool) -> None:
    page = demo(dark=dark, opened=state != "closed")
    if state == "empty":
        expect(page.locator(".choices button")).to_have_count(4)
    if state == "answering":
        hold(page)
        page.fill(FIELD, QUESTION)
        page.press(FIELD, "Enter")
    if state == "answered":
        ask(page, QUESTION)
        page.locator(".ref").first.click()
        page.get_by_role("button", name="Câu trả lời chưa tốt").click()
        tell(
            page,
            told(
                "- **a** [1]\n\n| A |\n|---|\n| b |", status="ambiguous", language="en", citations=[CITATION], suggestions=["?"]
            ),
        )
        ask(page, "?")
    if state == "error":
        tell(page, refusal(429, "rate_limited", "Hãy thử lại sau 12 giây."))
        ask(page, QUESTION)
    page.screenshot(path=artifacts / f"{state}-{'dark' if dark else 'light'}.png")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]], v["nodes"][0]["failureSummary"]) for v in found] == []


@pytest.mark.parametrize("colour", ["#ffffff", "#000", "#ffd500", "#7f7f7f", "#da251d", "#00ff00", "#1d4ed8"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_any_colour_stays_legible(demo: Open, colour: str, dark: bool) -> None:
    page = demo(dark=dark, tag=f'data-color="{colour}"')
    tell(page, told("Sở Nội vụ [1]", citations=[CITATION], suggestions=["Tiếp?"]))
    ask(page, "?")
    found = Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    assert [n["html"] for v in found for n in v["nodes"]] == []


def test_reduced_motion_and_forced_colours_are_respected(demo: Open, artifacts: Path) -> None:
    page = demo(reduced_motion="reduce", forced_colors="active")
    hold(page)
    page.fill(FIELD, QUESTION)
    page.press(FIELD, "Enter")
    page.screenshot(path=artifacts / "forced-colours.png")
    assert page.locator(".panel, .waiting i").evaluate_all("all => all.map((n) => getComputedStyle(n).animationName)") == [
        "none",
        "none",
    ]
    assert page.locator(".pending .asked").evaluate("n => getComputedStyle(n).borderTopWidth") == "1px"


def test_one_answer_is_printed_alone_with_question_sources_and_date(visit: Visit, server: str, hostile: HostilePage) -> None:
    page = visit.context().new_page()
    page.add_init_script(
        "window.print = () => { top.printed = {text: document.body.innerText, title: document.title,"
        " sheets: document.adoptedStyleSheets.length, size: getComputedStyle(document.querySelector('h1')).fontWeight}; }"
    )
    page.goto(embed(hostile, server))
    page.click(".launcher")
    ask(page, "ai ký kế hoạch 249")
    ask(page, QUESTION)
    page.get_by_role("button", name="In câu trả lời").last.click()
    printed = page.evaluate("() => printed")
    for part in (QUESTION, "Sở Thông tin và Truyền thông chủ trì [1]", f"[1] {LABEL}", "27 | Ban hành", time.strftime("%Y")):
        assert part in printed["text"]
    assert "249" not in printed["text"]
    assert printed["title"] == "Trợ lý cải cách hành chính"
    assert printed["sheets"] == 1
    assert visit.faults == []


def test_ctrl_p_prints_the_page_and_nothing_of_an_open_panel(demo: Open) -> None:
    page = demo()

    def printed() -> str:
        return " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf())).pages)

    closed = page.context.new_page()
    closed.goto(page.url)
    alone = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(closed.pdf())).pages)
    assert "CCHC_WIDGET_ORIGINS" in alone
    assert printed() == alone
    ask(page, QUESTION)
    assert printed() == alone
    hold(page)
    page.fill(FIELD, QUESTION)
    page.press(FIELD, "Enter")
    expect(page.locator(".pending .asked")).to_be_visible()
    assert printed() == alone
    expect(page.locator(".panel")).to_be_visible()  # and on the screen all is as it was
