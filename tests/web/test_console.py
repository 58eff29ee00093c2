"""The console in a real browser: `app.py` with the five plans, and scripted assistants for what rarely happens."""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from assistant.answering import Assistant
from assistant.answers import Answer
from assistant.errors import LibraryError
from assistant.library import Library
from assistant.settings import Settings
from assistant.web.feedback import FeedbackStore
from assistant.web.texts import texts

QUESTION = "who leads task 27 and when is it due"
VI, EN = texts("vi"), texts("en")


class ScriptedAssistant(Assistant):
    """Gives, in turn, what it was told to: an answer, or an error to raise."""

    def __init__(
        self, library: Library, script: Sequence[Answer | Exception] = (), release: threading.Event | None = None
    ) -> None:
        super().__init__(library)
        self._script = list(script)
        self._release = release

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        if self._release:
            assert self._release.wait(20)
        told = self._script.pop(0)
        if isinstance(told, Exception):
            raise told
        return told


def an_answer(text: str, status: str = "answered") -> Answer:
    return Answer(id="a", question="?", answer=text, status=status, language="vi")  # type: ignore[arg-type]


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, wait for its sources."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    expect(page.locator(".sources .asked")).to_contain_text(question)


def last_answer(page: Page) -> str:
    return page.locator("#conversation .bot-row").last.inner_text()


# --- with the five plans --------------------------------------------------------------------------------------------


def test_an_answer_stands_beside_its_highlighted_source(visit, app_url: str) -> None:
    page = visit.open(app_url)
    ask(page, QUESTION)
    assert "Sở Thông tin và Truyền thông" in last_answer(page)
    source = page.locator(".source").first
    expect(source.locator(".label")).to_have_text("Kế hoạch 166/KH-UBND, Phụ lục, mục VI, STT 27")
    expect(source.locator(".facts")).to_contain_text("ngày 24/12/2020")
    expect(source.locator("mark")).to_contain_text("Ban hành Chương trình Chuyển đổi số")
    expect(source.locator("mark")).to_contain_text("Quý I/2021")
    assert "28" in source.locator(".passage").inner_text().replace(source.locator("mark").inner_text(), "")
    assert visit.faults == []


def test_a_follow_up_question_refers_to_the_answer_before(visit, app_url: str) -> None:
    page = visit.open(app_url)
    ask(page, QUESTION)
    ask(page, "and what is its product?")
    assert "Quyết định của UBND tỉnh" in last_answer(page)
    expect(page.locator("#conversation .user-row")).to_have_count(2)


def test_a_marker_of_an_earlier_answer_leads_to_its_source(visit, app_url: str) -> None:
    page = visit.open(app_url)
    ask(page, QUESTION)
    ask(page, "Sở Nội vụ chủ trì những nhiệm vụ nào trong Kế hoạch 7018/KH-UBND?")
    page.locator('#conversation a[href="#s-0-1"]').first.press("Enter")
    expect(page.locator(".sources .asked")).to_contain_text(QUESTION)
    expect(page.locator("#s-0-1 summary")).to_be_focused()
    assert page.url.rstrip("/") == app_url


def test_a_folded_source_unfolds_when_its_marker_is_clicked(visit, app_url: str) -> None:
    page = visit.open(app_url)
    ask(page, "Sở Nội vụ chủ trì những nhiệm vụ nào trong Kế hoạch 7018/KH-UBND?")
    expect(page.locator("#s-0-9 mark")).to_be_hidden()
    page.click('#conversation a[href="#s-0-9"]')
    expect(page.locator("#s-0-9 mark")).to_be_in_viewport()


@pytest.mark.parametrize("number", range(4))
def test_an_example_is_asked_with_one_click_and_answered(visit, app_url: str, number: int) -> None:
    page = visit.open(app_url)
    example = page.locator("button.example").nth(number)
    question = example.inner_text()
    example.click()
    expect(page.locator(".sources .asked")).to_contain_text(question)
    expect(page.locator(".chip.answered")).to_have_text(VI.status_answered)


def test_a_suggestion_is_asked_with_one_click(visit, app_url: str) -> None:
    page = visit.open(app_url)
    ask(page, QUESTION)
    suggestion = page.locator("button.option").first
    question = suggestion.inner_text()
    suggestion.click()
    expect(page.locator(".sources .asked")).to_contain_text(question)


def test_a_new_conversation_forgets_the_one_before(visit, app_url: str) -> None:
    page = visit.open(app_url)
    ask(page, QUESTION)
    page.click("#restart")
    expect(page.locator("button.example")).to_have_count(4)
    expect(page.locator(".sources .hint")).to_have_text(VI.sources_hint)
    ask(page, "and what is its product?")
    assert "Quyết định của UBND tỉnh" not in last_answer(page)


def test_the_language_switch_changes_every_text_and_keeps_the_conversation(visit, app_url: str) -> None:
    page = visit.open(app_url)
    ask(page, QUESTION)
    page.get_by_text("English", exact=True).click()
    expect(page.locator("#header h1")).to_have_text(EN.title)
    expect(page.locator("#restart")).to_have_text(EN.new_conversation)
    expect(page.locator("#ask")).to_have_text(EN.ask)
    expect(page.get_by_placeholder(EN.question_hint)).to_be_visible()
    expect(page.locator(".sources h2")).to_have_text(EN.sources)
    expect(page.locator(".source .facts").first).to_contain_text("issued 24 December 2020")
    expect(page.locator(".plans h2")).to_have_text(EN.plans.format(count=5))
    expect(page.locator("#conversation .user-row")).to_have_count(1)
    expect(page).to_have_title(EN.title)
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click("#restart")
    expect(page.locator("button.example").first).to_contain_text("which agency leads task")


def test_a_link_can_ask_for_english(visit, app_url: str) -> None:
    page = visit.open(f"{app_url}/?lang=en")
    expect(page.locator("#header h1")).to_have_text(EN.title)
    expect(page.get_by_role("radio", name="English")).to_be_checked()


def test_nothing_is_asked_of_another_host(visit, app_url: str) -> None:
    for dark in (False, True):
        page = visit.open(app_url, dark=dark)
        ask(page, QUESTION)
        page.get_by_text("English", exact=True).click()
        expect(page.locator("#header h1")).to_have_text(EN.title)
        page.locator(".copy").first.click()
        page.click("#restart")
        page.wait_for_timeout(1000)  # for whatever a page does once it is left alone
    assert visit.hosts == {urlsplit(app_url).netloc}
    assert visit.faults == []


@pytest.mark.parametrize("width", [360, 768, 1366])
def test_the_page_fits_its_screen(visit, app_url: str, width: int) -> None:
    page = visit.open(app_url, width=width, height=740)
    wider = """() => [...document.querySelectorAll('#top *, #desk *')].filter((e) => e.checkVisibility()
        && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 100))"""
    assert page.evaluate(wider) == []
    ask(page, QUESTION)
    assert page.evaluate(wider) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_sources_are_below_the_chat_on_a_phone_and_beside_it_on_a_desk(visit, app_url: str) -> None:
    for width, below in [(360, True), (1366, False)]:
        page = visit.open(app_url, width=width)
        chat, sources = page.locator("#chat").bounding_box(), page.locator("#sources").bounding_box()
        assert (sources["y"] >= chat["y"] + chat["height"]) == below


def test_a_keyboard_is_enough(visit, app_url: str) -> None:
    page = visit.open(app_url)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#question textarea')"):
            break
    page.keyboard.type(QUESTION)
    page.keyboard.press("Tab")
    expect(page.locator("#ask")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".sources .asked")).to_contain_text(QUESTION)


def test_answer_and_citation_can_be_copied(visit, app_url: str) -> None:
    page = visit.open(app_url)
    ask(page, QUESTION)
    page.get_by_text(VI.copy_answer).click()
    expect(page.get_by_text(VI.copied)).to_be_visible()
    answer = page.evaluate("navigator.clipboard.readText()")
    assert answer.startswith("Sở Thông tin và Truyền thông")
    assert "[1] Kế hoạch 166/KH-UBND, Phụ lục, mục VI, STT 27 (Số 166/KH-UBND, ngày 24/12/2020" in answer
    page.get_by_text(VI.copy_citation).click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('“27 | Ban hành'))")


@pytest.mark.parametrize("question", ["", "  ", "x" * 20_001], ids=["empty", "blank", "too long"])
def test_a_question_that_cannot_be_asked_is_told_and_kept(visit, app_url: str, question: str) -> None:
    page = visit.open(app_url)
    page.fill("#question textarea", question)
    page.click("#ask")
    expect(page.get_by_role("alert")).to_have_text(
        VI.question_long.format(length=len(question), limit=20_000) if question.strip() else VI.question_empty
    )
    expect(page.locator("#question textarea")).to_have_value(question)
    expect(page.locator("#conversation .user-row")).to_have_count(0)


def test_an_open_page_does_not_keep_the_server_from_ending(visit, start_app, library_dir: Path) -> None:
    app = start_app(library_dir, "--port", "0")
    page = visit.open(app.url())
    ask(page, QUESTION)
    status, out, _ = app.end(timeout=10)
    assert (status, out, [line for line in app.logged() if line["level"] != "info"]) == (0, "", [])


def test_a_source_can_be_read_in_the_whole_text(visit, app_url: str) -> None:
    page = visit.open(app_url)
    ask(page, QUESTION)
    link = page.locator(".source").first.get_by_role("link", name=VI.open_source)
    assert link.get_attribute("rel") == "noopener"
    with page.context.expect_page() as opened:
        link.click()
    place = opened.value
    expect(place.locator("mark")).to_contain_text("Ban hành Chương trình Chuyển đổi số")
    expect(place.locator("mark")).to_be_in_viewport()
    assert "/source/ba-ria-vung-tau-2021-166?start=" in place.url


def test_the_chat_and_its_answers_have_no_barriers_of_our_making(visit, app_url: str, artifacts: Path) -> None:
    for width, dark in [(1366, False), (1366, True), (360, False), (320, True)]:
        page = visit.open(app_url, width=width, height=740, dark=dark)
        ask(page, QUESTION)
        page.locator('a[href="#rate-up-0"]').click()
        expect(page.locator(".opinion")).to_be_visible()
        page.screenshot(path=artifacts / f"chat-{width}{'-dark' if dark else ''}.png")
        assert [f"{v['id']}: {n['html'][:150]}" for v in Axe().run(page).response["violations"] for n in v["nodes"]] == []


# --- what readers think ---------------------------------------------------------------------------------------------


def test_every_answer_can_be_rated_and_commented(visit, start: Callable, library: Library) -> None:
    served = start(Assistant(library))
    page = visit.open(served.url)
    ask(page, QUESTION)
    ask(page, "Nhiệm vụ 28 kế hoạch 166 do ai chủ trì?")
    before = {o.id for o in served.site.feedback.opinions()}
    page.locator('a[href="#rate-down-0"]').click()
    expect(page.locator(".opinion [role=status]")).to_have_text(VI.rating_thanks.format(n=1, rating=VI.rate_down))
    expect(page.locator('a[href="#rated-down-0"]')).to_be_visible()
    page.fill(".opinion textarea", "Thiếu <b>cơ quan</b> phối hợp.")
    page.get_by_role("button", name=VI.rating_send).click()
    expect(page.locator(".opinion [role=status]")).to_have_text(VI.rating_stored.format(n=1))
    page.locator('a[href="#rate-up-1"]').click()
    expect(page.locator(".opinion [role=status]")).to_have_text(VI.rating_thanks.format(n=2, rating=VI.rate_up))
    expect(page.locator(".opinion textarea")).to_have_value("")
    kept = [o for o in served.site.feedback.opinions() if o.id not in before]
    assert sorted((o.rating, o.comment, o.channel, o.turns[-1]) for o in kept) == [
        ("down", "Thiếu <b>cơ quan</b> phối hợp.", "console", QUESTION),
        ("up", "", "console", "Nhiệm vụ 28 kế hoạch 166 do ai chủ trì?"),
    ]
    assert 'cchc_feedback_total{rating="down"} 1.0' in served.site.metrics.text().decode()
    page.get_by_role("button", name=VI.rating_close).click()
    expect(page.locator(".opinion")).to_have_count(0)


def test_another_rating_takes_the_place_of_the_one_before(visit, start: Callable, library: Library) -> None:
    served = start(Assistant(library))
    page = visit.open(served.url)
    ask(page, QUESTION)
    before = {o.id for o in served.site.feedback.opinions()}
    page.locator('a[href="#rate-up-0"]').press("Enter")
    expect(page.locator('a[href="#rated-up-0"]')).to_be_visible()
    page.locator('a[href="#rate-down-0"]').press("Enter")
    expect(page.locator('a[href="#rated-down-0"]')).to_be_visible()
    assert [o.rating for o in served.site.feedback.opinions() if o.id not in before] == ["down"]


def test_an_opinion_that_cannot_be_stored_is_told_and_what_was_typed_stays(
    visit, start: Callable, library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    served = start(Assistant(library))
    page = visit.open(served.url)
    ask(page, QUESTION)
    page.locator('a[href="#rate-up-0"]').click()
    page.fill(".opinion textarea", "Rất rõ.")
    (tmp_path / "feedback.db").mkdir()  # as good as full: nothing can be written there
    monkeypatch.setattr(served.site, "feedback", FeedbackStore(tmp_path, 180))
    page.get_by_role("button", name=VI.rating_send).click()
    expect(page.locator(".opinion [role=alert]")).to_have_text(VI.rating_lost)
    expect(page.locator(".opinion textarea")).to_have_value("Rất rõ.")
    assert str(tmp_path) not in page.content()
    (tmp_path / "feedback.db").rmdir()
    page.get_by_role("button", name=VI.rating_send).click()
    expect(page.locator(".opinion [role=status]")).to_have_text(VI.rating_stored.format(n=1))
    assert [(o.rating, o.comment) for o in served.site.feedback.opinions()] == [("up", "Rất rõ.")]


def test_too_many_questions_are_told_and_the_question_stays(visit, start: Callable, library: Library) -> None:
    served = start(Assistant(library), address_rate=20)
    page = visit.open(served.url)
    ask(page, QUESTION)
    for _ in range(19):
        served.site.by_address.take("127.0.0.1")
    page.fill("#question textarea", "câu hai")
    page.click("#ask")
    expect(page.locator("#notice [role=alert]")).to_contain_text(re.compile(r"thử lại sau \d+ giây"))
    expect(page.locator("#question textarea")).to_have_value("câu hai")
    expect(page.locator("#conversation .user-row")).to_have_count(1)


# --- what rarely happens --------------------------------------------------------------------------------------------


def test_html_and_images_in_an_answer_are_shown_as_text(visit, serve: Callable[[Assistant], str], library: Library) -> None:
    hostile = "<script>window.hit = 1</script> <img src=http://elsewhere.example/a.png onerror='window.hit = 1'> ![x](http://elsewhere.example/b.png)"
    page = visit.open(serve(ScriptedAssistant(library, [an_answer(hostile)])))
    ask(page, hostile)
    expect(page.locator("#conversation .bot-row")).to_contain_text("<script>window.hit = 1</script>")
    assert page.locator("#conversation img").count() == 0
    assert page.evaluate("window.hit") is None
    assert {host.partition(":")[0] for host in visit.hosts} == {"127.0.0.1"}


def test_an_unavailable_service_is_told_as_such(visit, serve: Callable[[Assistant], str], library: Library) -> None:
    page = visit.open(serve(ScriptedAssistant(library, [an_answer("Dịch vụ không trả lời.", "unavailable")])))
    ask(page, "Mục tiêu?")
    expect(page.locator(".chip.unavailable")).to_have_text(VI.status_unavailable)


@pytest.mark.parametrize(
    ("error", "told"),
    [(RuntimeError("a secret"), VI.failed), (LibraryError("a secret"), VI.library_gone)],
    ids=["defect", "library gone"],
)
def test_an_error_is_told_without_its_insides_and_the_question_is_kept(
    visit, serve: Callable[[Assistant], str], library: Library, error: Exception, told: str
) -> None:
    page = visit.open(serve(ScriptedAssistant(library, [an_answer("Một."), error, an_answer("Hai.")])))
    ask(page, "câu một")
    page.fill("#question textarea", "câu hai")
    page.click("#ask")
    expect(page.locator("#notice [role=alert]")).to_have_text(told)
    expect(page.locator("#question textarea")).to_have_value("câu hai")
    assert "secret" not in page.content()
    assert "Traceback" not in page.content()
    expect(page.locator("#conversation .user-row")).to_have_count(1)
    page.click("#ask")
    expect(page.locator("#conversation .bot-row").last).to_contain_text("Hai.")
    expect(page.locator("#notice [role=alert]")).to_have_count(0)


def test_the_question_is_shown_while_the_answer_is_being_made(visit, serve: Callable[[Assistant], str], library: Library) -> None:
    release = threading.Event()
    page = visit.open(serve(ScriptedAssistant(library, [an_answer("Xong.")], release)))
    page.fill("#question textarea", "câu hỏi chậm")
    page.press("#question textarea", "Enter")
    expect(page.locator("#conversation .user-row")).to_have_text(re.compile("câu hỏi chậm"))
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.locator("#conversation .bot-row")).to_contain_text(VI.searching)
    release.set()
    expect(page.locator("#conversation .bot-row").last).to_contain_text("Xong.")


def test_a_new_conversation_drops_an_answer_that_is_still_being_made(
    visit, serve: Callable[[Assistant], str], library: Library
) -> None:
    release = threading.Event()
    page = visit.open(serve(ScriptedAssistant(library, [an_answer("Cũ."), an_answer("Mới.")], release)))
    page.fill("#question textarea", "câu cũ")
    page.press("#question textarea", "Enter")
    expect(page.locator("#conversation .user-row")).to_be_visible()
    page.click("#restart")
    expect(page.locator("#conversation .user-row")).to_have_count(0)  # cleared before the old answer comes
    expect(page.locator("button.example")).to_have_count(4)
    release.set()
    page.wait_for_timeout(500)
    ask(page, "câu mới")
    expect(page.locator("#conversation .user-row")).to_have_count(1)
    assert "Mới." in last_answer(page)


def test_an_empty_library_says_what_to_do(visit, serve: Callable[[Assistant], str], tmp_path: Path) -> None:
    page = visit.open(serve(Assistant(Library.create(Settings(library=tmp_path / "empty")))))
    expect(page.get_by_role("alert")).to_contain_text(VI.library_empty)
    expect(page.get_by_role("alert")).to_contain_text("cchc ingest data/plans")
    expect(page.locator("#question")).to_be_hidden()


def test_a_library_that_has_gone_says_what_to_do(visit, serve: Callable[[Assistant], str], tmp_path: Path) -> None:
    library = Library.create(Settings(library=tmp_path / "gone"))
    url = serve(Assistant(library))
    for file in (tmp_path / "gone").glob("register.db*"):
        file.unlink()
    page = visit.open(url)
    expect(page.get_by_role("alert")).to_contain_text(VI.library_unusable)
    assert str(tmp_path) not in page.content()
