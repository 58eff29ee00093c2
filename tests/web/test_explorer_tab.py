"""The task explorer of the console: in a browser with the five plans, and its filters as pure functions."""

import re
import string
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from assistant.answering import Assistant
from assistant.library import Library
from assistant.register import Shelf
from assistant.task_table import TaskFilter, select_tasks
from assistant.web.explorer import FIRST
from assistant.web.explorer_texts import explorer_texts
from assistant.web.task_filters import (
    FilterTexts,
    Given,
    date_errors,
    download_address,
    filter_texts,
    form_html,
    loosening,
    task_filter,
)
from assistant.web.texts import texts

VI, EN = filter_texts("vi"), filter_texts("en")
TABLE = explorer_texts("vi")
PLAN_166 = "ba-ria-vung-tau-2021-166"
PLAN_15122 = "dong-nai-2020-15122"


@pytest.fixture
def shelf(library: Library) -> Shelf:
    return library.shelf()


def open_tab(visit, url: str, **screen: object) -> Page:
    page = visit.open(url, **screen)
    page.get_by_role("tab", name=texts("vi").tab_tasks).click()
    expect(page.locator("#tasks-found .count")).to_be_visible()
    return page


def counted(page: Page) -> int:
    found = re.match(r"\d+", page.locator("#tasks-found .count").inner_text())
    return int(found[0]) if found else 0


# --- in a browser ---------------------------------------------------------------------------------------------------


def test_filters_act_at_once_and_together(visit, app_url: str, shelf: Shelf) -> None:
    page = open_tab(visit, app_url)
    expect(page.locator(".count")).to_contain_text(f"{len(shelf.tasks)} nhiệm vụ")
    page.select_option("[name=plan]", PLAN_166)
    expect(page.locator(".count")).to_contain_text("43 nhiệm vụ")
    page.fill("[name=agency]", "Sở Tài chính")
    page.select_option("[name=role]", "lead")
    page.fill("[name=since]", "1/4/2021")
    page.fill("[name=until]", "6/2021")
    wanted = TaskFilter(plan=PLAN_166, lead="Sở Tài chính", due="2021-04-01..2021-06-30")
    expect(page.locator(".count")).to_contain_text(f"{len(select_tasks(shelf, wanted))} nhiệm vụ")
    expect(page.locator(".count")).to_contain_text("từ 01/04/2021 đến 30/06/2021")
    expect(page.locator("#tasks-found tbody th.stt").first).to_be_visible()
    assert visit.faults == []


def test_the_choice_of_groups_follows_the_plan(visit, app_url: str) -> None:
    page = open_tab(visit, app_url)
    expect(page.locator("[name=group] option").nth(1)).to_have_text(VI.group_of.format(number="I"))
    page.select_option("[name=group]", "VIII")
    expect(page.locator(".count")).to_contain_text("nhóm VIII")
    page.select_option("[name=plan]", PLAN_15122)
    expect(page.locator("[name=group] option").nth(1)).to_have_text("I. Cải cách thể chế")
    expect(page.locator("[name=group] option")).to_have_count(8)
    expect(page.locator("[name=group]")).to_have_value("")
    expect(page.locator(".count")).to_contain_text("51 nhiệm vụ")


def test_words_act_when_their_writer_pauses_and_stay_as_typed(visit, app_url: str, shelf: Shelf) -> None:
    page = open_tab(visit, app_url)
    page.locator("[name=words]").press_sequentially("chuyển đổi số", delay=30)
    expect(page.locator(".count")).to_contain_text(f"{len(select_tasks(shelf, TaskFilter(text='chuyển đổi số')))} nhiệm vụ")
    expect(page.locator("[name=words]")).to_have_value("chuyển đổi số")
    expect(page.locator("[name=words]")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("since", "31/02/2021", VI.date_wrong.format(value="31/02/2021")),
        ("until", "<b>mai</b>", VI.date_wrong.format(value="<b>mai</b>")),
    ],
)
def test_a_wrong_date_is_told_beside_its_field_and_nothing_else_changes(
    visit, app_url: str, name: str, typed: str, told: str
) -> None:
    page = open_tab(visit, app_url)
    page.fill(f"[name={name}]", typed)
    expect(page.locator(f"#filter-{name}-error")).to_have_text(told)
    expect(page.locator(f"[name={name}]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"[name={name}]")).to_have_attribute("aria-describedby", f"filter-{name}-error")
    expect(page.locator(".unchanged")).to_have_text(VI.not_filtered)
    assert counted(page) == 141
    page.fill(f"[name={name}]", "2021")
    expect(page.locator(".field .error")).to_have_count(0)
    expect(page.locator(".unchanged")).to_have_count(0)


def test_a_last_day_before_the_first_is_told(visit, app_url: str) -> None:
    page = open_tab(visit, app_url)
    page.fill("[name=since]", "1/6/2021")
    page.fill("[name=until]", "1/5/2021")
    expect(page.locator("#filter-until-error")).to_have_text(VI.date_before.format(since="01/06/2021"))


def test_filters_that_leave_nothing_say_what_to_loosen(visit, app_url: str, shelf: Shelf) -> None:
    page = open_tab(visit, app_url)
    page.select_option("[name=plan]", PLAN_166)
    page.fill("[name=until]", "2018")
    expect(page.locator(".nothing")).to_contain_text(VI.loosen)
    due = page.locator("[data-loosen=due]")
    expect(due).to_have_text(VI.loosen_one.format(filter=VI.due, count=43))
    due.click()
    expect(page.locator(".count")).to_contain_text("43 nhiệm vụ")
    expect(page.locator("[name=until]")).to_have_value("")
    expect(page.locator("[name=plan]")).to_have_value(PLAN_166)


def test_the_first_tasks_are_shown_and_one_key_shows_the_others(visit, app_url: str, shelf: Shelf) -> None:
    page = open_tab(visit, app_url, width=360)
    stt = page.locator("#tasks-found tbody th.stt:visible")
    expect(stt).to_have_count(FIRST)
    height = page.evaluate("document.documentElement.scrollHeight")
    button = page.get_by_role("button", name=TABLE.show_rest.format(tasks=f"{len(shelf.tasks) - FIRST} nhiệm vụ"))
    button.press("Enter")
    expect(stt).to_have_count(len(shelf.tasks))
    expect(stt.nth(FIRST).get_by_role("link")).to_be_focused()
    expect(button).to_have_count(0)
    assert barriers(page) == []
    assert height < page.evaluate("document.documentElement.scrollHeight") / 2
    page.fill("[name=words]", "công")
    expect(page.locator("#tasks-found .count")).to_contain_text("“công”")
    expect(stt).to_have_count(FIRST)


def test_one_button_clears_all_filters(visit, app_url: str) -> None:
    page = open_tab(visit, app_url)
    page.select_option("[name=plan]", PLAN_166)
    page.check("[name=budget]")
    page.fill("[name=since]", "wrong")
    expect(page.locator(".field .error")).to_be_visible()
    page.get_by_role("button", name=VI.clear).click()
    expect(page.locator(".count")).to_contain_text("141 nhiệm vụ")
    expect(page.locator("[name=since]")).to_have_value("")
    expect(page.locator("[name=budget]")).not_to_be_checked()
    expect(page.locator(".field .error")).to_have_count(0)


def test_a_change_that_got_lost_is_sent_again(visit, app_url: str) -> None:
    page = open_tab(visit, app_url)
    lost: list[str] = []

    def lose(route: Route) -> None:
        if "budget" in (route.request.post_data or "") and not lost:
            lost.append(route.request.url)
            route.fulfill(status=200, content_type="application/json", body='{"event_id": "none"}')
        else:
            route.continue_()

    page.route("**/gradio_api/queue/join*", lose)
    page.check("[name=budget]")
    expect(page.locator(".count")).to_contain_text("Đang lọc: có ghi kinh phí")
    assert lost


def test_the_files_hold_what_the_table_shows(visit, app_url: str, shelf: Shelf) -> None:
    page = open_tab(visit, app_url)
    page.select_option("[name=plan]", PLAN_166)
    page.fill("[name=words]", "chuyển đổi số")
    found = len(select_tasks(shelf, TaskFilter(plan=PLAN_166, text="chuyển đổi số")))
    expect(page.locator(".count")).to_contain_text(f"{found} nhiệm vụ trong 1 kế hoạch")
    links = {link.inner_text(): link.get_attribute("href") for link in page.locator(".files a").all()}
    assert list(links) == [VI.file_xlsx, VI.file_csv, VI.file_ics]
    csv = httpx.get(app_url + str(links[VI.file_csv]))
    assert csv.status_code == 200
    assert csv.text.count("\n166") + csv.text.count(f"\n{PLAN_166}") == found


def test_files_can_be_taken_along_while_the_public_api_is_off(visit, start: Callable, library: Library) -> None:
    served = start(Assistant(library))
    page = open_tab(visit, served.url)
    page.fill("[name=since]", "quý 3 2021")
    page.fill("[name=until]", "quý III/2021")
    expect(page.locator(".count")).to_contain_text("từ 01/07/2021 đến 30/09/2021")
    served.site.switch.turn_off("Bảo trì.")
    try:
        assert httpx.get(f"{served.url}/api/tasks").status_code == 503
        for kind in ("csv", "xlsx", "ics"):
            with page.expect_download() as download:
                page.get_by_role("link", name=VI.named(f"file_{kind}")).click()
            assert download.value.suggested_filename == f"cchc-tasks.{kind}"
            content = Path(download.value.path()).read_bytes()
            assert len(content) > 1000
    finally:
        served.site.switch.turn_on()
    ends = re.findall(rb"DTSTART;VALUE=DATE:(\d+)", content)
    assert ends
    assert all(b"20210701" <= day <= b"20210930" for day in ends)


@pytest.mark.parametrize(
    ("asked", "status"),
    [("ics?plan=1066", 400), ("ics?due=x", 400), ("pdf", 422), ("csv?language=fr", 422), ("csv?plan=166", 200)],
)
def test_a_file_of_nothing_is_refused(app_url: str, asked: str, status: int) -> None:
    assert httpx.get(f"{app_url}/console/tasks.{asked}").status_code == status


def test_the_filters_stay_when_a_visitor_looks_at_another_tab_or_changes_the_language(visit, app_url: str) -> None:
    page = open_tab(visit, app_url)
    page.select_option("[name=plan]", PLAN_166)
    page.fill("[name=words]", "dịch vụ công")
    expect(page.locator(".count")).to_contain_text("dịch vụ công")
    count = counted(page)
    page.get_by_role("tab", name=texts("vi").tab_chat).click()
    page.get_by_text("English", exact=True).click()
    page.get_by_role("tab", name=texts("en").tab_tasks, exact=True).click()
    expect(page.get_by_text(EN.clear)).to_be_visible()
    expect(page.locator(".count")).to_contain_text(f"{count} tasks")
    expect(page.locator("[name=plan]")).to_have_value(PLAN_166)
    expect(page.locator("[name=words]")).to_have_value("dịch vụ công")


def test_an_address_can_name_the_tab(visit, app_url: str) -> None:
    page = visit.open(app_url)
    page.goto(f"{app_url}/?tab=tasks&lang=en")
    expect(page.locator("#tasks-found .count")).to_contain_text("141 tasks")
    expect(page.get_by_role("tab", selected=True)).to_have_text(texts("en").tab_tasks)
    expect(page.locator("#conversation")).to_be_hidden()
    expect(page).to_have_title(f"{texts('en').tab_tasks} – {texts('en').title}")
    page.get_by_role("tab", name=texts("en").tab_quality).click()
    assert page.url == f"{app_url}/?tab=quality&lang=en"
    page.go_back()
    expect(page.locator("#tasks-found .count")).to_be_visible()


def test_arrows_lead_from_tab_to_tab(visit, app_url: str) -> None:
    page = visit.open(app_url)
    page.get_by_role("tab", selected=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name=texts("vi").tab_tasks)).to_be_focused()
    expect(page.locator("#tasks-found .count")).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator("#tab-admin")).to_be_visible()
    expect(page.locator("#tab-tasks")).to_be_hidden()


@pytest.mark.parametrize(
    ("width", "dark"), [(1366, False), (1366, True), (360, False), (320, True)], ids=["desk", "dark", "phone", "small"]
)
def test_the_explorer_has_no_barriers_and_fits_its_screen(visit, app_url: str, artifacts: Path, width: int, dark: bool) -> None:
    page = open_tab(visit, app_url, width=width, height=768, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.screenshot(path=artifacts / f"tasks-{width}{'-dark' if dark else ''}.png", full_page=True)
    assert barriers(page) == []
    page.fill("[name=since]", "x")
    expect(page.locator(".field .error")).to_be_visible()
    assert barriers(page) == []
    page.fill("[name=since]", "")
    page.fill("[name=words]", "không có chữ này đâu")
    expect(page.locator(".nothing")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("tab", ["tasks", "plans"])
def test_the_arrow_of_a_choice_does_not_cover_its_words(visit, app_url: str, artifacts: Path, tab: str) -> None:
    page = visit.open(app_url, width=360)
    page.goto(f"{app_url}/?tab={tab}")
    expect(page.locator(".filters select:visible").first).to_be_visible()
    page.screenshot(path=artifacts / f"choice-{tab}-360.png")
    spaces = page.eval_on_selector_all(
        ".filters select", "all => all.map((one) => parseFloat(getComputedStyle(one).paddingRight))"
    )
    assert spaces
    assert min(spaces) >= 36  # the arrow and what is around it


def barriers(page: Page) -> list[str]:
    return [f"{v['id']}: {node['html'][:200]}" for v in Axe().run(page).response["violations"] for node in v["nodes"]]


# --- as pure functions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [
        ("1/4/2021", "30/6/2021", "2021-04-01..2021-06-30"), ("4/2021", "2/2024", "2021-04-01..2024-02-29"),
        ("2021", "2021", "2021-01-01..2021-12-31"), ("2021-04-01", "", "2021-04-01.."), ("", "1.4.2021", "..2021-04-01"),
        ("quý 3 2021", "quý III/2021", "2021-07-01..2021-09-30"), ("Tháng 6/2021", "tháng 6 năm 2021", "2021-06-01..2021-06-30"),
        ("quy 3/2021", "năm 2021", "2021-07-01..2021-12-31"), ("Q2 2021", "June 2021", "2021-04-01..2021-06-30"),
        ("6 tháng cuối năm 2021", "quý I, II/2022", "2021-07-01..2022-06-30"), ("12-2021", "31-12-2021", "2021-12-01..2021-12-31"),
        ("quý 3", "tháng 6", None), ("quý V/2021", "tháng 13/2021", None), ("thường xuyên", "kế hoạch quý 3/2021", None),
        ("", "", None), ("32/1/2021", "0/2021", None), ("1/13/2021", "0000", None), ("hôm nay", "٢٠٢١x", None),
    ],
)  # fmt: skip
def test_dates_are_understood_as_people_write_them(since: str, until: str, due: str | None) -> None:
    assert task_filter(Given(since=since, until=until)).due == due


@pytest.mark.parametrize("role", ["lead", "coordinating", "either", "<b>"])
def test_a_role_decides_where_an_agency_is_looked_for(role: str) -> None:
    wanted = task_filter(Given(agency="Sở Nội vụ", role=role))
    assert getattr(wanted, role if role in ("lead", "coordinating") else "agency") == "Sở Nội vụ"


def test_whatever_a_page_sends_becomes_a_filter(shelf: Shelf) -> None:
    given = Given.of({"plan": "../x", "words": "a" * 1000, "other": 1, "group": None, "budget": []}).still_there(shelf)
    assert (given.plan, given.group, len(given.words)) == ("", "", 200)
    assert select_tasks(shelf, task_filter(given)) == []


def test_a_download_asks_for_the_same_tasks() -> None:
    wanted = task_filter(Given(plan="p", agency="Sở A & B", since="2021", words="x=y", budget="true"))
    address = urlsplit(download_address(wanted, "ics", "en"))
    assert address.path == "/console/tasks.ics"
    assert parse_qs(address.query) == {
        "plan": ["p"], "agency": ["Sở A & B"], "due": ["2021-01-01.."], "text": ["x=y"], "budget": ["true"], "language": ["en"],
    }  # fmt: skip


def test_what_is_told_to_loosen_leaves_tasks(shelf: Shelf) -> None:
    given = Given(plan=PLAN_166, group="I", words="chuyển đổi số", until="2018")
    assert select_tasks(shelf, task_filter(given)) == []
    names = {"plan": ("plan", "group"), "due": ("since", "until")}
    for name, count in loosening(shelf, given):
        assert len(select_tasks(shelf, task_filter(given.without(*names.get(name, (name,)))))) == count > 0
    assert loosening(shelf, Given(words="không có chữ này đâu")) == [("words", len(shelf.tasks))]


def test_html_in_what_was_typed_stays_text(shelf: Shelf) -> None:
    given = Given(since="<img src=x>")
    html = form_html(shelf, given, date_errors(given, "vi"), "vi")
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html


@pytest.mark.parametrize("name", [f.name for f in fields(FilterTexts)])
def test_both_languages_fill_in_the_same_values(name: str) -> None:
    vi, en = ({part[1] for part in string.Formatter().parse(getattr(x, name))} for x in (VI, EN))
    assert vi == en
