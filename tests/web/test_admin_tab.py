"""The administration tab in a real browser, against real routes."""

import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from assistant.answering import Assistant
from assistant.library import Library
from assistant.settings import Settings
from assistant.web.admin_tab import AdminTexts, admin_texts
from assistant.web.texts import texts
from eval.cases import Case

TOKEN = "a-secret-of-the-administrator"
VI, EN = admin_texts("vi"), admin_texts("en")
SCRIPT = Path(__file__).parent.parent.parent / "assistant" / "web" / "static" / "admin.js"
HOSTILE = "<img src=x onerror='window.hit = 1'>"


@pytest.fixture
def served(start: Callable, tmp_path: Path):
    """A library of its own, empty at first."""
    return start(Assistant(Library.create(Settings(library=tmp_path / "library"))), admin_token=TOKEN)


def open_tab(visit, url: str, **screen: object) -> Page:
    page = visit.open(url, **screen)
    page.get_by_role("tab", name=texts("vi").tab_admin).click()
    expect(page.locator(".admin h2")).to_be_visible()
    return page


def enter(page: Page, token: str = TOKEN) -> None:
    page.get_by_label(VI.token).fill(token)
    page.get_by_label(VI.token).press("Enter")


def entered(visit, served, **screen: object) -> Page:
    page = open_tab(visit, served.url, **screen)
    enter(page)
    expect(page.locator(".said")).to_have_text(VI.entered)
    return page


def a_file(name: str, text: str) -> dict[str, object]:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def rated(served, small_plan: Callable[..., str], comment: str = "Thiếu hạn.", rating: str = "down") -> None:
    """A plan in the library, and an opinion on an answer about it."""
    with httpx.Client(base_url=served.url, timeout=60) as client:
        upload = {"file": ("a.txt", small_plan(5).encode(), "text/plain")}
        client.post("/api/admin/plans", files=upload, headers={"authorization": f"Bearer {TOKEN}"})
        answer = client.post("/api/ask", json={"question": "nhiệm vụ 2 kế hoạch 5 do ai chủ trì"}).json()
        stored = client.post("/api/feedback", json={"answer_id": answer["id"], "rating": rating, "comment": comment})
        assert stored.status_code == 201


# --- coming and leaving ---------------------------------------------------------------------------------------------


def test_without_a_token_on_the_server_the_tab_says_how_to_set_one(visit, app_url: str) -> None:
    page = open_tab(visit, app_url)
    expect(page.locator("#admin-page")).to_contain_text(VI.off)
    expect(page.locator("#admin-page")).to_contain_text("CCHC_ADMIN_TOKEN")
    expect(page.locator("#admin-token")).to_have_count(0)


def test_a_wrong_token_is_told_and_too_many_are_refused(visit, served) -> None:
    page = open_tab(visit, served.url)
    error = page.locator("#admin-token-error")
    enter(page, "")
    expect(error).to_have_text(VI.token_empty)
    enter(page, "mã bí mật")
    expect(error).to_have_text(VI.token_signs)
    for n in range(10):
        with page.expect_response("**/api/admin/state"):
            enter(page, f"wrong-{n}")
    expect(error).to_contain_text("Mã quản trị không đúng")
    enter(page, "wrong")
    expect(error).to_contain_text(re.compile(r"thử lại sau \d+ giây"))
    expect(page.locator("#admin-token")).to_be_focused()
    expect(page.locator(".inside")).to_be_hidden()


def test_the_token_is_kept_nowhere_and_leaving_forgets_it(visit, served) -> None:
    page = entered(visit, served)
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href, document.documentElement.outerHTML])"
    assert TOKEN not in page.evaluate(kept)
    assert TOKEN not in str(page.context.storage_state())
    assert page.locator("#admin-token").input_value() == ""
    page.get_by_role("tab", name=texts("vi").tab_chat).click()
    page.get_by_role("tab", name=texts("vi").tab_admin).click()
    expect(page.locator(".inside")).to_be_visible()  # looking at another tab is not leaving
    page.get_by_role("button", name=VI.leave).click()
    expect(page.locator(".inside")).to_be_hidden()
    expect(page.locator("#admin-token")).to_be_focused()
    enter(page)
    expect(page.locator(".inside")).to_be_visible()
    page.reload()
    expect(page.locator("#admin-token")).to_be_visible()


def test_gradio_sees_neither_token_nor_file(visit, served, small_plan: Callable[..., str]) -> None:
    page = open_tab(visit, served.url)
    bodies: list[str] = []
    page.on("request", lambda r: bodies.append(f"{r.url} {r.post_data or ''}") if "gradio_api" in r.url else None)
    enter(page)
    page.set_input_files("#admin-files", [a_file("a.txt", small_plan(5))])
    expect(page.locator(".jobs .chip.met")).to_be_visible()
    page.get_by_text("English", exact=True).click()
    expect(page.locator(".ingest h3").first).to_have_text(EN.upload)
    assert bodies
    assert not [b for b in bodies if TOKEN in b or "KH-UBND" in b or "upload" in b]


# --- plans ----------------------------------------------------------------------------------------------------------


def test_files_are_taken_one_after_the_other_each_with_its_result(visit, served, small_plan: Callable[..., str]) -> None:
    page = entered(visit, served)
    files = [
        a_file("Một.txt", small_plan(5)),
        a_file("hai.md", small_plan(6, rows=3)),
        a_file("ba.txt", "no plan"),
        a_file("bốn.exe", "x"),
    ]
    page.set_input_files("#admin-files", files)
    rows = page.locator(".jobs > li")
    expect(rows).to_have_count(4)
    expect(page.locator(".said")).to_have_text(VI.all_done)
    expect(rows.nth(0)).to_contain_text(VI.added)
    expect(rows.nth(1)).to_contain_text("3 nhiệm vụ")
    expect(rows.nth(2).locator(".chip")).to_have_text(VI.not_taken)
    expect(rows.nth(2)).to_contain_text(VI.failed_no_plan)
    expect(rows.nth(3).locator(".error")).to_have_text(VI.failed_suffix)
    expect(page.locator("progress")).to_have_count(0)
    page.get_by_role("tab", name=texts("vi").tab_tasks).click()
    expect(page.locator("#tasks-found .count")).to_contain_text("5 nhiệm vụ trong 2 kế hoạch")
    assert visit.faults == []


def test_dropped_files_are_taken(visit, served, small_plan: Callable[..., str]) -> None:
    page = entered(visit, served)
    page.evaluate(
        """(text) => {
            const dropped = new DataTransfer();
            dropped.items.add(new File([text], 'thả.txt', {type: 'text/plain'}));
            const drop = (kind) => document.querySelector('.drop').dispatchEvent(new DragEvent(kind, {dataTransfer: dropped, bubbles: true, cancelable: true}));
            drop('dragover');
            drop('drop');
        }""",
        small_plan(5),
    )
    expect(page.locator(".jobs .chip.met")).to_have_text(VI.added)
    expect(page.locator(".drop.over")).to_have_count(0)


def test_files_are_taken_in_the_order_chosen_and_a_replaced_plan_is_named(visit, served, small_plan: Callable[..., str]) -> None:
    page = entered(visit, served)
    page.set_input_files("#admin-files", [a_file("cũ.txt", small_plan(5)), a_file("mới.txt", small_plan(5, rows=3))])
    expect(page.locator(".said")).to_have_text(VI.all_done)
    rows = page.locator(".jobs > li")
    expect(rows.nth(0).locator(".chip")).to_have_text(VI.added)
    expect(rows.nth(1).locator(".replaced")).to_have_text(VI.replaced.format(replaced="cũ.txt"))
    expect(page.locator(".kept li")).to_have_count(1)
    expect(page.locator(".kept li")).to_contain_text("mới.txt")


def test_a_plan_is_taken_out_only_after_a_second_word(visit, served, small_plan: Callable[..., str]) -> None:
    page = entered(visit, served)
    page.set_input_files("#admin-files", [a_file("a.txt", small_plan(5)), a_file("b.txt", small_plan(6))])
    kept = page.locator(".kept li")
    expect(kept).to_have_count(2)
    kept.first.get_by_role("button").click()
    kept.first.get_by_role("button", name=VI.delete_no).click()
    expect(kept.first.get_by_role("button")).to_be_focused()
    kept.first.get_by_role("button").click()
    kept.first.get_by_role("button", name=VI.delete_yes).click()
    expect(page.locator(".said")).to_have_text(VI.removed.format(name="5/KH-UBND"))
    expect(kept).to_have_count(1)
    expect(kept).to_contain_text("6/KH-UBND")
    assert visit.faults == []


def test_all_plans_are_read_again(visit, served, small_plan: Callable[..., str]) -> None:
    page = entered(visit, served)
    page.set_input_files("#admin-files", [a_file("a.txt", small_plan(5)), a_file("b.txt", small_plan(6))])
    expect(page.locator(".jobs .chip.met")).to_have_count(2)
    page.get_by_role("button", name=VI.reingest).click()
    expect(page.locator(".jobs > li").first).to_contain_text(f"{VI.unchanged} a.txt")
    expect(page.locator(".jobs > li").first).to_contain_text(f"{VI.unchanged} b.txt")


def test_what_the_server_refuses_is_told_in_its_words_and_can_be_tried_again(
    visit, served, small_plan: Callable[..., str]
) -> None:
    page = entered(visit, served)
    page.set_input_files("#admin-files", [a_file("a.txt", "x" * (2 * 1024 * 1024 + 1))])
    expect(page.locator(".jobs .error")).to_have_text("Dữ liệu gửi lên quá lớn; tối đa 2048 KB.")
    busy = {"error": {"code": "busy", "message": HOSTILE, "request_id": ""}}
    page.route(
        "**/api/admin/plans", lambda route: route.fulfill(status=503, body=json.dumps(busy), content_type="application/json")
    )
    page.set_input_files("#admin-files", [a_file("b.txt", small_plan(5))])
    expect(page.locator(".jobs > li").first.locator(".error")).to_have_text(HOSTILE)
    assert page.evaluate("window.hit") is None
    page.unroute("**/api/admin/plans")
    page.locator(".jobs > li").first.get_by_role("button", name=VI.retry).click()
    expect(page.locator(".jobs > li").first.locator(".chip")).to_have_text(VI.added)


def test_what_goes_wrong_with_a_file_is_told_in_the_language_of_the_reader(
    visit, served, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = entered(visit, served)
    tcvn3 = {"name": "cũ.txt", "mimeType": "text/plain", "buffer": "kế hoạch cña tỉnh, nhiöm vô, kõ ho¹ch, thùc hiön".encode()}
    page.set_input_files("#admin-files", [tcvn3])
    row = page.locator(".jobs > li").first
    expect(row).to_contain_text(VI.failed_legacy.format(detail="TCVN3 (ABC, .VnTime fonts)"))
    page.get_by_text("English", exact=True).click()
    expect(row).to_contain_text(EN.failed_legacy.format(detail="TCVN3 (ABC, .VnTime fonts)"))
    monkeypatch.setattr("assistant.web.admin.MOST_FILES", 0)
    page.set_input_files("#admin-files", [a_file("a.txt", "x")])
    expect(page.locator(".jobs .error")).to_have_text(EN.failed_full.format(detail=0))


def test_an_ingestion_that_runs_is_shown_after_a_reload_and_can_be_stopped(visit, served, small_plan: Callable[..., str]) -> None:
    page = entered(visit, served)
    expect(page.get_by_role("button", name=VI.stop)).to_be_hidden()
    endless = small_plan(5) + "\n".join(f"{n}\nSTT\n|" for n in range(100_000))
    page.set_input_files("#admin-files", [a_file("dài.txt", endless)])
    expect(page.locator(".jobs .hint")).to_have_text(VI.reading)
    page.reload()
    enter(page)
    row = page.locator(".jobs > li")
    expect(row.get_by_role("progressbar", name=VI.progress_of.format(name="dài.txt"))).to_be_visible()
    expect(row).to_contain_text(VI.reading)
    page.get_by_role("button", name=VI.leave).click()
    enter(page)
    expect(row).to_contain_text(VI.reading)
    page.get_by_role("button", name=VI.stop).press("Enter")
    expect(row.locator(".error")).to_have_text(VI.failed_stopped)
    expect(page.locator(".said")).to_have_text(VI.all_done)
    expect(page.locator("#admin-files")).to_be_focused()
    expect(page.locator(".kept li")).to_have_count(0)


def test_every_way_in_which_a_file_is_not_taken_has_its_words() -> None:
    sources = [SCRIPT.parents[3] / name for name in ("ingest/documents.py", "ingest/pipeline.py", "assistant/web/admin.py")]
    kinds = {
        k for s in sources for k in re.findall(r'(?:code=|return |error.code or )"(\w+)"(?!:)', s.read_text(encoding="utf-8"))
    }
    assert kinds == {f.name.removeprefix("failed_") for f in fields(AdminTexts) if f.name.startswith("failed_")}


def test_progress_is_shown_while_a_plan_is_taken_in(visit, served) -> None:
    page = entered(visit, served)
    told = 'event: status\ndata: {"phase":"reading"}\n\nevent: progress\ndata: {"done":3,"total":8}\n\n'
    page.route("**/api/admin/plans", lambda route: route.fulfill(status=200, body=told, content_type="text/event-stream"))
    seen = "new Promise((done) => new MutationObserver(() => { const bar = document.querySelector('.jobs progress[value]'); if (bar) done([bar.value, bar.max, bar.ariaLabel]); }).observe(document.querySelector('.jobs'), {childList: true, subtree: true}))"
    page.evaluate(f"void (window.seen = {seen})")
    page.set_input_files("#admin-files", [a_file("a.txt", "x")])
    assert page.evaluate("window.seen") == [3, 8, VI.progress_of.format(name="a.txt")]
    expect(page.locator(".jobs .error")).to_have_text(VI.broken_off)  # the stream ended before it was done


# --- the switch -----------------------------------------------------------------------------------------------------


def test_the_public_api_is_turned_off_with_a_message_and_on_again(visit, served) -> None:
    page = entered(visit, served)
    expect(page.locator(".public .chip")).to_have_text(VI.public_on)
    page.get_by_label(VI.public_message).fill("Bảo trì đến 14 giờ.")
    page.get_by_role("button", name=VI.turn_off).click()
    expect(page.locator(".public .chip")).to_have_text(VI.public_off)
    assert "Bảo trì đến 14 giờ." in httpx.get(f"{served.url}/api/plans").text
    page.get_by_role("button", name=VI.turn_on).click()
    expect(page.locator(".public .chip")).to_have_text(VI.public_on)
    assert httpx.get(f"{served.url}/api/plans").status_code == 200


# --- opinions -------------------------------------------------------------------------------------------------------


def test_opinions_are_listed_with_what_was_asked_and_answered_as_text(visit, served, small_plan: Callable[..., str]) -> None:
    rated(served, small_plan, comment=HOSTILE)
    page = entered(visit, served)
    opinion = page.locator(".opinions li")
    expect(opinion.locator("h4")).to_have_text("nhiệm vụ 2 kế hoạch 5 do ai chủ trì")
    expect(opinion.locator(".chip").first).to_have_text(VI.rate_down)
    expect(opinion.locator("blockquote")).to_contain_text(HOSTILE)
    opinion.get_by_text(VI.answer, exact=True).click()
    expect(opinion.locator(".said-then")).to_contain_text("Sở Nội vụ")
    assert page.evaluate("window.hit") is None
    assert page.locator("#admin-page img").count() == 0


def test_an_opinion_becomes_a_draft_to_take_along(visit, served, small_plan: Callable[..., str]) -> None:
    rated(served, small_plan)
    page = entered(visit, served)
    expect(page.locator(".opinions .choices")).to_contain_text(VI.promote_note)
    page.get_by_role("button", name=VI.promote).click()
    expect(page.locator(".opinions .chip.note")).to_have_text(VI.promoted)
    shown = page.locator(".draft code").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name=VI.download).click()
    assert download.value.suggested_filename.startswith("feedback-")
    line = Path(download.value.path()).read_text(encoding="utf-8")
    assert line == f"{shown}\n"
    assert Case.model_validate_json(line).turns == ("nhiệm vụ 2 kế hoạch 5 do ai chủ trì",)


def test_an_opinion_is_deleted_only_after_a_second_word(visit, served, small_plan: Callable[..., str]) -> None:
    rated(served, small_plan)
    page = entered(visit, served)
    page.locator(".opinions li").get_by_role("button", name=VI.delete).click()
    expect(page.get_by_role("button", name=VI.delete_no)).to_be_focused()
    page.get_by_role("button", name=VI.delete_no).click()
    expect(page.locator(".opinions li")).to_have_count(1)
    page.locator(".opinions li").get_by_role("button", name=VI.delete).click()
    page.get_by_role("button", name=VI.delete_yes).click()
    expect(page.locator(".opinions .count")).to_have_text(VI.feedback_none)
    assert served.site.feedback.opinions() == []


# --- the page -------------------------------------------------------------------------------------------------------


def test_another_language_changes_every_text_and_nothing_is_lost(visit, served, small_plan: Callable[..., str]) -> None:
    rated(served, small_plan)
    page = entered(visit, served)
    page.get_by_label(VI.public_message).fill("Bảo trì.")
    page.get_by_text("English", exact=True).click()
    expect(page.locator(".opinions h3")).to_have_text(EN.feedback)
    expect(page.locator(".opinions .chip").first).to_have_text(EN.rate_down)
    expect(page.get_by_role("button", name=EN.turn_off)).to_be_visible()
    expect(page.get_by_label(EN.public_message)).to_have_value("Bảo trì.")


@pytest.mark.parametrize(
    ("width", "dark"), [(1366, False), (1366, True), (360, False), (320, True)], ids=["desk", "dark", "phone", "small"]
)
def test_administration_has_no_barriers_and_fits_its_screen(
    visit, served, small_plan: Callable[..., str], artifacts: Path, width: int, dark: bool
) -> None:
    rated(served, small_plan)
    page = open_tab(visit, served.url, width=width, height=768, dark=dark)
    enter(page, "wrong")
    expect(page.locator("#admin-token-error")).to_be_visible()
    assert barriers(page) == []
    enter(page)
    page.set_input_files("#admin-files", [a_file("a.txt", small_plan(5)), a_file("b.txt", "no plan")])
    expect(page.locator(".said")).to_have_text(VI.all_done)
    page.get_by_role("button", name=VI.promote).click()
    expect(page.locator(".draft")).to_be_visible()
    page.screenshot(path=artifacts / f"admin-{width}{'-dark' if dark else ''}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert barriers(page) == []


def barriers(page: Page) -> list[str]:
    return [f"{v['id']}: {node['html'][:200]}" for v in Axe().run(page).response["violations"] for node in v["nodes"]]


def test_the_script_says_only_what_the_table_has() -> None:
    script, known = SCRIPT.read_text(encoding="utf-8"), {f.name for f in fields(AdminTexts)}
    used = set(re.findall(r"\b(?:t\(\)|x)\.(\w+)", script))
    assert used
    assert used <= known
    for name in known:
        assert set(re.findall(r"\{(\w+)\}", getattr(VI, name))) == set(re.findall(r"\{(\w+)\}", getattr(EN, name)))
