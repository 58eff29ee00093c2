"""The explorer's table, timeline and chart: their figures against counts of the tasks, and as a page in a browser."""

import re
import string
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree.ElementTree import Element, fromstring

import gradio as gr
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from assistant.answers import Language
from assistant.library import Library
from assistant.plans import Due, Plan, PlanCard, Task
from assistant.register import Shelf
from assistant.task_table import TaskFilter, select_tasks
from assistant.web.agencies_chart import agencies_chart
from assistant.web.explorer import count_line, tasks_table
from assistant.web.explorer_texts import ExplorerTexts, explorer_texts
from assistant.web.timeline import timeline

ROOT = Path(__file__).parent.parent.parent
TABLES = tomllib.loads((ROOT / "prompts" / "explorer.toml").read_text(encoding="utf-8"))
CSS = {name: (ROOT / "assistant" / "web" / name).read_text(encoding="utf-8") for name in ("console.css", "explorer.css")}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x")',
    "a\nb\r\nc, d",
    "\u202egnp.exe",
]


def agencies(_: Shelf, tasks: Sequence[Task], language: Language) -> str:
    return agencies_chart(tasks, language)


PIECES = [tasks_table, timeline, agencies]
VI: Language = "vi"


@pytest.fixture(scope="session")
def shelf(library: Library) -> Shelf:
    return library.shelf()


def a_task(n: int = 1, plan_id: str = "p", due: Sequence[Due] = (), **changes: object) -> Task:
    task = Task(
        task_id=f"{plan_id}/I.{n}", plan_id=plan_id, group="I", group_title="Nhóm", stt=str(n), task=f"Nhiệm vụ {n}",
        product="Báo cáo", lead="Sở Nội vụ", coordinating="Sở Tài chính", deadline="Quý I/2024", budget=None, note=None,
        lead_agencies=("Sở Nội vụ",), coordinating_agencies=("Sở Tài chính",), due=tuple(due),
        columns=("task", "product", "lead", "coordinating", "deadline"), missing=(), start=10, end=20,
    )  # fmt: skip
    return replace(task, **changes)  # type: ignore[arg-type]


def a_shelf(tasks: Sequence[Task]) -> Shelf:
    ids = list(dict.fromkeys(t.plan_id for t in tasks))
    cards = [
        PlanCard(
            plan_id=i, plan_number=f"{i}/KH-UBND", title="Kế hoạch", issuer=None, province=None, year="2024", issued_on=None,
            signed_by=None, source=f"{i}.txt", sections=0, tasks=sum(t.plan_id == i for t in tasks), warnings=(),
        )
        for i in ids
    ]  # fmt: skip
    plans = {
        i: Plan(plan_id=i, source=f"{i}.txt", text="", facts={}, legal_bases=(), sections=(), anomalies=(),
                tasks=tuple(t for t in tasks if t.plan_id == i))
        for i in ids
    }  # fmt: skip
    return Shelf(tuple(cards), plans, {}, {})


def on(day: date) -> Due:
    return Due(label=None, kind="date", start=day, end=day)


def words(element: Element | None) -> str:
    """What a reader sees of an element."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def rows(table: Element | None) -> list[list[str]]:
    assert table is not None
    return [[words(cell) for cell in row] for row in table.findall("./tbody/tr")]


def printed_number(text: str) -> int:
    return int(text.replace(".", ""))


# --- texts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_text_exists_in_each_language_and_no_other(language: str) -> None:
    assert set(TABLES[language]) == {f.name for f in fields(ExplorerTexts)}


@pytest.mark.parametrize("name", [f.name for f in fields(ExplorerTexts)])
def test_both_languages_fill_in_the_same_values(name: str) -> None:
    vi, en = ({part[1] for part in string.Formatter().parse(TABLES[language][name])} for language in ("vi", "en"))
    assert vi == en


# --- the table -----------------------------------------------------------------------------------------------------------


def test_every_task_is_a_row_with_its_cells_as_printed(shelf: Shelf) -> None:
    found = rows(fromstring(tasks_table(shelf, shelf.tasks, VI)).find(".//table"))
    assert len(found) == 141
    for task, (plan, group, stt, *cells) in zip(shelf.tasks, found, strict=True):
        number = shelf.cards_by_id[task.plan_id].plan_number
        assert plan == (f"Kế hoạch {number}" if number else "Kế hoạch năm 2018 Bà Rịa - Vũng Tàu")
        assert group == (task.group or "(không chia nhóm)")
        assert stt == task.stt
        printed = (task.task, task.lead, task.coordinating, task.deadline, task.product, task.budget)
        for cell, value in zip(cells, printed, strict=True):
            assert cell.startswith(value or "(")


def test_an_stt_leads_to_the_row_in_the_plan(shelf: Shelf) -> None:
    links = [a.get("href", "") for a in fromstring(tasks_table(shelf, shelf.tasks, VI)).iter("a")]
    for task, link in zip(shelf.tasks, links, strict=True):
        url = urlsplit(link)
        start, end = (int(parse_qs(url.query)[name][0]) for name in ("start", "end"))
        assert (url.scheme, url.netloc, url.path) == ("", "", f"/source/{task.plan_id}")
        assert (start, end) == (task.start, task.end)


def test_a_link_survives_an_odd_plan_id() -> None:
    task = a_task(plan_id='a/b?c=d&"é')
    link = next(fromstring(tasks_table(a_shelf([task]), [task], VI)).iter("a")).get("href", "")
    assert unquote(urlsplit(link).path) == f"/source/{task.plan_id}"
    assert urlsplit(link).query == "start=10&end=20"


def test_the_budget_is_a_column_only_where_a_plan_prints_one(shelf: Shelf) -> None:
    for plan, there in (("166", True), ("7018", False)):
        head = fromstring(tasks_table(shelf, select_tasks(shelf, TaskFilter(plan=plan)), VI)).find(".//thead")
        assert ("Kinh phí" in words(head)) is there


def test_an_empty_cell_says_why(shelf: Shelf) -> None:
    def cells(task_id: str) -> str:
        return " ".join(rows(fromstring(tasks_table(shelf, [shelf.tasks_by_id[task_id]], VI)).find(".//table"))[0])

    assert "(bảng không có cột này)" in cells("ba-ria-vung-tau-2018-trien-khai-xac-dinh-chi-so/1")
    both = [shelf.tasks_by_id[f"ba-ria-vung-tau-2021-166/I.{n}"] for n in (2, 3)]
    merged = replace(both[1], budget="Kinh phí từ ngân sách tỉnh")
    assert rows(fromstring(tasks_table(shelf, [both[0], merged], VI)).find(".//table"))[0][-1].startswith("(không có ô riêng")
    assert "(để trống)" in tasks_table(shelf, [replace(both[1], coordinating=None)], VI)


def test_a_deadline_is_shown_as_printed_and_as_understood(shelf: Shelf) -> None:
    task = shelf.tasks_by_id["ba-ria-vung-tau-2021-166/I.3"]
    for language, phase in {
        "vi": "Ban hành Kế hoạch: 01/10/2020 – 31/12/2020",
        "en": "Ban hành Kế hoạch: 1 October 2020 – 31 December 2020",
    }.items():
        html = tasks_table(shelf, [task], language)  # type: ignore[arg-type]
        assert task.deadline in html
        assert f"<small>{phase}</small>" in html


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (on(date(2020, 11, 15)), "15/11/2020"),
        (Due(label=None, kind="before", end=date(2020, 9, 30)), "chậm nhất 30/09/2020"),
        (Due(label="Thực hiện", kind="from", start=date(2021, 1, 1)), "Thực hiện: từ 01/01/2021"),
        (
            Due(label=None, kind="quarter", start=date(2021, 4, 1), end=date(2021, 6, 30), year_inferred=True),
            "01/04/2021 – 30/06/2021 (bản gốc không ghi năm)",
        ),
        (
            Due(label=None, kind="recurring", start=date(2021, 1, 1), end=date(2021, 12, 31)),
            "thường xuyên, định kỳ, 01/01/2021 – 31/12/2021",
        ),
    ],
)
def test_each_kind_of_phase_has_its_words(due: Due, shown: str) -> None:
    task = a_task(due=[due])
    assert f"<small>{shown}</small>" in tasks_table(a_shelf([task]), [task], VI)


def test_rows_beyond_the_limit_are_told(shelf: Shelf) -> None:
    html = tasks_table(shelf, shelf.tasks, VI, limit=100)
    assert len(rows(fromstring(html).find(".//table"))) == 100
    assert "Bảng chỉ hiện 100 dòng đầu. Hãy tải tệp Excel hoặc CSV để xem đủ 141 nhiệm vụ." in html
    assert "more" not in tasks_table(shelf, shelf.tasks, VI)


# --- the timeline --------------------------------------------------------------------------------------------------------


def numbers(html: str) -> dict[str, list[int]]:
    """The timeline's numbers by period."""
    table = fromstring(html).find(".//details//table")
    return {period: [printed_number(n) for n in cells] for period, *cells in rows(table)}


def test_the_timeline_counts_every_phase_that_is_due(shelf: Shelf) -> None:
    html = timeline(shelf, shelf.tasks, VI)
    quarters = {1: "I", 2: "II", 3: "III", 4: "IV"}
    expected: dict[str, list[int]] = {}
    plans = [c.plan_id for c in shelf.cards if c.tasks]
    for task in shelf.tasks:
        for due in task.due:
            if due.end and due.kind != "recurring":
                name = f"quý {quarters[-(-due.end.month // 3)]}/{due.end.year}"
                expected.setdefault(name, [0] * len(plans))[plans.index(task.plan_id)] += 1
    assert numbers(html) == {name: [*counts, sum(counts)] for name, counts in expected.items()}
    assert sum(map(sum, expected.values())) == 113
    assert words(fromstring(html).find("figcaption")) == "113 mốc đến hạn theo quý, 31/08/2018 – 31/12/2021"


def test_bars_are_as_high_as_their_numbers(shelf: Shelf) -> None:
    html = timeline(shelf, shelf.tasks, VI)
    heights: Counter[str] = Counter()
    for group in fromstring(html).iterfind(".//svg[@role='img']/g"):
        title, bar = words(group.find("title")), group.find("rect")
        assert bar is not None
        period, count = title.partition(" – ")[0], int(title.rpartition(": ")[2])
        heights[period] += count
        assert float(bar.get("height", "")) == pytest.approx(200 * count / 40, abs=0.01)  # 40 is the grid's highest line
    assert heights == {period: counts[-1] for period, counts in numbers(html).items()}


def test_up_to_three_years_are_shown_by_month_and_more_than_fifteen_by_year(shelf: Shelf) -> None:
    months = select_tasks(shelf, TaskFilter(plan="166"))
    assert "theo tháng" in timeline(shelf, months, VI)
    assert numbers(timeline(shelf, months, VI))["tháng 12/2021"][-1] == sum(
        due.end == date(2021, 12, 31) and due.kind != "recurring" for task in months for due in task.due
    )
    for last, unit in {date(2023, 12, 1): "month", date(2024, 1, 1): "quarter", date(2036, 1, 1): "year"}.items():
        tasks = [a_task(1, due=[on(date(2021, 1, 31))]), a_task(2, due=[on(last)])]
        assert f"by {unit}," in timeline(a_shelf(tasks), tasks, "en")


def test_no_task_is_left_out_in_silence(shelf: Shelf) -> None:
    shown = sum(any(d.end and d.kind != "recurring" for d in t.due) for t in shelf.tasks)
    undated, partly = (words(p) for p in fromstring(timeline(shelf, shelf.tasks, VI)).findall("p"))
    told, *parts = map(int, re.findall(r"\d+", undated))
    assert told == len(shelf.tasks) - shown == sum(parts)
    assert "để trống thời hạn (3)" in undated
    assert partly.endswith(": 4 nhiệm vụ.")


def test_a_plan_keeps_its_colour_whatever_the_filter(shelf: Shelf) -> None:
    def colours(tasks: Sequence[Task]) -> dict[str, str]:
        items = fromstring(timeline(shelf, tasks, VI)).findall("./ul/li")
        return {words(i).partition(":")[0]: i.findall(".//rect")[0].get("fill", "") for i in items}

    everything = colours(shelf.tasks)
    assert len(set(everything.values())) == len(everything) == 4
    assert colours(select_tasks(shelf, TaskFilter(plan="7018"))).items() < everything.items()


def test_more_plans_than_colours_are_summed_up() -> None:
    tasks = [a_task(n, f"plan{p}", [on(date(2024, 5, 1))]) for p in range(12) for n in range(12 - p)]
    html = timeline(a_shelf(tasks), tasks, VI)
    key = [words(li) for li in fromstring(html).findall("./ul/li")]
    assert len(key) == 8
    assert key[-1] == "Các kế hoạch khác (5): 15"
    assert numbers(html)["tháng 5/2024"][-1] == len(tasks)


def test_tasks_without_any_date_are_counted_instead_of_drawn() -> None:
    tasks = [a_task(1, due=[Due(label=None, kind="recurring")]), a_task(2, deadline=None), a_task(3, deadline="?")]
    html = timeline(a_shelf(tasks), tasks, VI)
    assert "<svg" not in html
    assert "thường xuyên, định kỳ (1); thời hạn chưa hiểu được (1); để trống thời hạn (1)" in html


# --- agencies ------------------------------------------------------------------------------------------------------------


def chart(html: str) -> list[tuple[str, int, int]]:
    return [(name, printed_number(a), printed_number(b)) for name, a, b in rows(fromstring(html).find(".//table"))]


def test_the_chart_counts_each_agency_in_both_roles(shelf: Shelf) -> None:
    found = {name: (a, b) for name, a, b in chart(agencies_chart(shelf.tasks, VI, top=99))}
    assert set(found) == shelf.agencies
    for agency, (leads, coordinates) in found.items():
        assert leads == sum(agency in t.lead_agencies for t in shelf.tasks)
        assert coordinates == sum(agency in t.coordinating_agencies for t in shelf.tasks)
    assert found["Sở Nội vụ"] == (44, 19)


def test_the_busiest_agencies_come_first_and_the_rest_are_summed(shelf: Shelf) -> None:
    everything = chart(agencies_chart(shelf.tasks, VI, top=99))
    *shown, rest = chart(agencies_chart(shelf.tasks, VI, top=15))
    assert shown == everything[:15]
    assert [a + b for _, a, b in everything] == sorted((a + b for _, a, b in everything), reverse=True)
    left = everything[15:]
    assert rest == (f"… và {len(left)} cơ quan khác", sum(a for _, a, _ in left), sum(b for _, _, b in left))


def test_bars_are_as_long_as_their_numbers(shelf: Shelf) -> None:
    for cell in fromstring(agencies_chart(shelf.tasks, VI)).iterfind(".//td"):
        bars = [float(bar.get("width", "").rstrip("%")) for bar in cell.iter("rect")]
        assert not bars or bars == [pytest.approx(100 * int(words(cell)) / 62, abs=0.01)]


def test_the_chart_tells_what_it_cannot_show(shelf: Shelf) -> None:
    html = agencies_chart(shelf.tasks, VI)
    assert f"Không ghi cơ quan phối hợp: {sum(not t.coordinating_agencies for t in shelf.tasks)} nhiệm vụ." in html
    task = a_task(lead_agencies=(), coordinating_agencies=())
    assert "không ghi cơ quan nào" in agencies_chart([task], VI)


def test_english_adds_the_english_names_and_marks_the_vietnamese(shelf: Shelf) -> None:
    assert '<span lang="vi">Sở Nội vụ</span><small>Department of Home Affairs</small>' in agencies_chart(shelf.tasks, "en")
    assert '<span lang="vi">' in tasks_table(shelf, shelf.tasks, "en")


# --- the line above ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "vi", "en"),
    [
        (TaskFilter(), "141 nhiệm vụ trong 4 kế hoạch", "141 tasks in 4 plans"),
        (
            TaskFilter(plan="166", stt="27"),
            "1 nhiệm vụ trong 1 kế hoạch Đang lọc: Kế hoạch 166/KH-UBND; STT 27.",
            "1 task in 1 plan Filtered by: Plan 166/KH-UBND; STT 27.",
        ),
        (
            TaskFilter(group="VI", due="2021-04-01..2021-06-30"),
            "2 nhiệm vụ trong 1 kế hoạch Đang lọc: nhóm VI; đến hạn từ 01/04/2021 đến 30/06/2021.",
            "2 tasks in 1 plan Filtered by: group VI; due from 1 April 2021 to 30 June 2021.",
        ),
        (
            TaskFilter(budget=True, due="..2021-12-31", agency="Sở Y tế"),
            "Không có nhiệm vụ nào phù hợp. Hãy bớt điều kiện lọc."
            " Đang lọc: chủ trì hoặc phối hợp “Sở Y tế”; đến hạn chậm nhất 31/12/2021; có ghi kinh phí.",
            "No task fits. Try fewer filters. Filtered by: lead or coordinating “Sở Y tế”; due by 31 December 2021; budget given.",
        ),
    ],
)
def test_the_count_and_the_filters_are_told_in_words(shelf: Shelf, wanted: TaskFilter, vi: str, en: str) -> None:
    tasks = select_tasks(shelf, wanted)
    assert words(fromstring(count_line(shelf, tasks, wanted, "vi"))) == vi
    assert words(fromstring(count_line(shelf, tasks, wanted, "en"))) == en


def test_tasks_can_be_asked_for_by_agency_in_either_role_and_by_budget(shelf: Shelf) -> None:
    either = select_tasks(shelf, TaskFilter(agency="Sở TT&TT"))
    name = "Sở Thông tin và Truyền thông"
    assert either == [t for t in shelf.tasks if name in t.lead_agencies or name in t.coordinating_agencies]
    assert len(select_tasks(shelf, TaskFilter(budget=True))) == 16
    assert len(select_tasks(shelf, TaskFilter(budget=False))) == 125


# --- all of them ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_hostile_texts_stay_texts(hostile: str, language: Language) -> None:
    due = [Due(label=hostile, kind="date", start=date(2024, 1, 1), end=date(2024, 1, 1))]
    cells = dict.fromkeys(["group", "stt", "task", "product", "lead", "coordinating", "deadline", "budget"], hostile)
    task = a_task(plan_id=hostile, due=due, lead_agencies=(hostile,), coordinating_agencies=(hostile,), **cells)
    shelf = a_shelf([task])
    wanted = TaskFilter(plan=f"{hostile}/KH-UBND" if "/" not in hostile else None, text=hostile, lead=hostile)
    line = count_line(shelf, [task], replace(wanted, plan=None), language)
    for html in (line, *(piece(shelf, [task], language) for piece in PIECES)):
        elements = {e.tag for e in fromstring(html).iter()}
        assert not elements & {"script", "img"}
        assert "\u202e" not in html
        assert all(not name.startswith("on") and name != "style" for e in fromstring(html).iter() for name in e.attrib)


@pytest.mark.parametrize("piece", PIECES)
def test_an_empty_selection_says_so(shelf: Shelf, piece: Callable[[Shelf, Sequence[Task], Language], str]) -> None:
    assert words(fromstring(piece(shelf, [], "vi"))) == explorer_texts("vi").none
    assert words(fromstring(piece(shelf, [], "en"))) == explorer_texts("en").none


def test_five_thousand_tasks_take_no_more_than_a_moment() -> None:
    first = date(2021, 1, 1)
    tasks = [
        a_task(n, f"plan{n % 10}", [on(first + timedelta(days=n % 1500))], lead_agencies=(f"Sở {n % 300}",)) for n in range(5000)
    ]
    shelf = a_shelf(tasks)
    begun = time.perf_counter()
    pages = [piece(shelf, tasks, VI) for piece in PIECES]
    assert time.perf_counter() - begun < 3  # some 0.2 s
    assert "xem đủ 5.000 nhiệm vụ" in pages[0]
    assert sum(counts[-1] for counts in numbers(pages[1]).values()) == 5000
    assert sum(a for _, a, _ in chart(pages[2])) == 5000


# --- as a page -----------------------------------------------------------------------------------------------------------


def theme(dark: bool) -> str:
    """The variables that Gradio's theme gives the console."""
    hues = {"primary": gr.themes.colors.blue, "neutral": gr.themes.colors.slate}
    steps = [50, *range(100, 1000, 100), 950]
    colours = "".join(f"--{name}-{n}:{getattr(hue, f'c{n}')};" for name, hue in hues.items() for n in steps)
    text = f"--body-text-color:var(--neutral-{100 if dark else 800});"
    return f":root{{{colours}}} body{{{text} color:var(--body-text-color); font-family:sans-serif; margin:12px}}"


def page_of(shelf: Shelf, language: Language, dark: bool) -> str:
    wanted = TaskFilter(due="2020-01-01..")
    tasks = shelf.tasks
    pieces = "".join([count_line(shelf, tasks, wanted, language), *(piece(shelf, tasks, language) for piece in PIECES)])
    return (
        f'<!doctype html><html lang="{language}"><head><meta name="viewport" content="width=device-width"><title>CCHC</title>'
        f"<style>{theme(dark)}{CSS['console.css']}{CSS['explorer.css']}</style></head>"
        f'<body class="{"dark" if dark else ""}"><main><h1>CCHC</h1>{pieces}</main></body></html>'
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "language"), [(1366, "vi"), (360, "vi"), (1366, "en"), (320, "en")])
def test_the_page_is_accessible_and_never_wider_than_the_screen(
    shelf: Shelf, browser: Browser, width: int, language: Language, dark: bool
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 768})
    try:
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(page_of(shelf, language, dark))
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert asked == []
    finally:
        context.close()


def test_on_a_phone_a_row_is_a_card_that_names_its_columns(shelf: Shelf, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 768})
    try:
        page = context.new_page()
        page.set_content(page_of(shelf, VI, False))
        cell = page.locator(".tasks tbody tr").first.locator("td.lead")
        assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"Chủ trì"'
        boxes = [box for td in page.locator(".tasks tbody tr").first.locator("> *").all() if (box := td.bounding_box())]
        assert len({round(box["x"]) for box in boxes}) == 1
    finally:
        context.close()


def test_on_a_narrow_screen_the_table_scrolls_in_its_box_and_its_head_stays(shelf: Shelf, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 800, "height": 768})
    try:
        page = context.new_page()
        page.set_content(page_of(shelf, VI, False))
        box = page.locator(".tasks .box")
        box.focus()
        assert box.evaluate("e => document.activeElement === e && e.scrollWidth > e.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= 800
        box.evaluate("e => { e.scrollTop = 2000 }")
        head, frame = page.locator(".tasks thead th").first.bounding_box(), box.bounding_box()
        assert head is not None
        assert frame is not None
        assert head["y"] == pytest.approx(frame["y"], abs=2)
    finally:
        context.close()


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_colours_of_plans_stand_out_from_the_page() -> None:
    light, dark = re.findall(r"\.explorer \{\n(.*?)\}", CSS["explorer.css"], re.DOTALL)[:2]
    for rules, surfaces in ((light, ("#ffffff", "#f8fafc")), (dark, ("#0f172a", "#020617"))):
        colours = re.findall(r"--plan-\d: (#[0-9a-f]{6})", rules)
        assert len(colours) == len(set(colours)) == 9
        for colour in colours:
            for surface in surfaces:
                low, high = sorted((luminance(colour), luminance(surface)))
                assert (high + 0.05) / (low + 0.05) >= 3, colour
