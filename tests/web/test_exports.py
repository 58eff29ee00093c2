"""The files that tasks are taken along in, read back: workbook, calendar, CSV."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import pytest
from icalendar import Calendar, Event

from assistant.answers import Language
from assistant.library import Library
from assistant.plans import Due, Plan, PlanCard, Task
from assistant.register import Shelf
from assistant.task_table import FIELDS, csv_text, task_row
from assistant.web.explorer_texts import explorer_texts
from assistant.web.exports import exported, ics_text, short_name, xlsx_bytes

HOSTILE = [
    "<script>alert(1)</script>", '=HYPERLINK("http://x","y")', "-2+3+cmd|' /C calc'!A0", "＝1+1", "@SUM(1)", "a\nb\r\nc, d; e\\n",
    "x\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nTRIGGER:-P7D", "\u202egnp.exe", "\x00\x07\x1b\ud800\uffff chữ", "_x0041_ &amp; ]]>", "https://x.example/y",
]  # fmt: skip
BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="session")
def shelf(library: Library) -> Shelf:
    return library.shelf()


def a_task(text: str, due: Sequence[Due] = ()) -> Task:
    return Task(
        task_id=f"p/{text}.1", plan_id="p", group=text, group_title=text, stt=text, task=text, product=text, lead=text,
        coordinating=text, deadline=text, budget=text, note=text, lead_agencies=(text,), coordinating_agencies=(text,),
        due=tuple(due), columns=("task",), missing=(), start=0, end=1,
    )  # fmt: skip


def a_shelf(tasks: Sequence[Task], text: str = "1/KH-UBND") -> Shelf:
    card = PlanCard(
        plan_id="p", plan_number=text, title=text, issuer=text, province=text, year="2024", issued_on="2024-01-05", signed_by=text,
        source=f"{text}.txt", sections=0, tasks=len(tasks), warnings=(),
    )  # fmt: skip
    plan = Plan(plan_id="p", source=card.source, text="", facts={}, legal_bases=(), sections=(), tasks=tuple(tasks), anomalies=())
    return Shelf((card,), {"p": plan}, {}, {})


def due_tasks(shelf: Shelf) -> list[tuple[Task, int, date]]:
    """Task, number of the phase and its last day, counted without the code under test."""
    return [
        (t, n + 1, t.due[n].end)  # type: ignore[misc]
        for t in shelf.tasks
        for n in range(len(t.due))
        if t.due[n].end and t.due[n].kind != "recurring"
    ]


# --- the workbook --------------------------------------------------------------------------------------------------------


class Workbook:
    """A workbook as a reader finds it: text cells as str, dates as date, blank ones as None."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            self.names = archive.namelist()
            self.sheet, self.core, self.book = (
                fromstring(archive.read(f"{name}.xml")) for name in ("xl/worksheets/sheet1", "docProps/core", "xl/workbook")
            )
            strings = fromstring(archive.read("xl/sharedStrings.xml"))
            self.styles = archive.read("xl/styles.xml").decode()
        self._strings = ["".join(t.text or "" for t in item.iter(f"{_NS}t")) for item in strings]
        self.rows = [[self._value(cell) for cell in row] for row in self.sheet.iter(f"{_NS}row")]

    def _value(self, cell: Element) -> str | date | None:
        value = cell.find(f"{_NS}v")
        if value is None or not value.text:
            return None
        return self._strings[int(value.text)] if cell.get("t") == "s" else EPOCH + timedelta(days=float(value.text))

    def column(self, title: str) -> list[str | date | None]:
        return [row[self.rows[0].index(title)] for row in self.rows[1:]]


def test_every_task_is_a_row_with_its_cells_as_printed(shelf: Shelf) -> None:
    book = Workbook(xlsx_bytes(shelf, shelf.tasks, "vi"))
    for title, column in {
        "STT": "stt", "Nhóm": "group", "Nhiệm vụ": "task", "Sản phẩm": "product", "Chủ trì": "lead", "Phối hợp": "coordinating",
        "Thời hạn": "deadline", "Kinh phí": "budget", "Ghi chú": "note",
    }.items():  # fmt: skip
        assert book.column(title) == [getattr(t, column) for t in shelf.tasks]
    assert Counter(book.column("Kế hoạch")) == {
        "Kế hoạch 166/KH-UBND": 43, "Kế hoạch 15122/KH-UBND": 51, "Kế hoạch 7018/KH-UBND": 37, "Kế hoạch năm 2018 Bà Rịa - Vũng Tàu": 10,
    }  # fmt: skip


def test_dates_are_dates_from_the_first_to_the_last_phase(shelf: Shelf) -> None:
    book = Workbook(xlsx_bytes(shelf, shelf.tasks, "vi"))
    row = [t.task_id for t in shelf.tasks].index("ba-ria-vung-tau-2021-166/I.3")
    assert (book.column("Từ")[row], book.column("Đến")[row]) == (date(2020, 10, 1), date(2021, 12, 31))
    assert book.column("Các mốc thời gian")[row] == (
        "Ban hành Kế hoạch: 01/10/2020 – 31/12/2020\nThực hiện: 01/01/2021 – 31/12/2021"
    )
    assert sum(d is not None for d in book.column("Đến")) == len({t.task_id for t, _, _ in due_tasks(shelf)})
    assert "dd/mm/yyyy" in book.styles


def test_the_workbook_is_laid_out_to_be_read_filtered_and_printed(shelf: Shelf) -> None:
    book = Workbook(xlsx_bytes(shelf, shelf.tasks, "vi"))
    pane, widths = book.sheet.find(f".//{_NS}pane"), [float(c.get("width", "")) for c in book.sheet.iter(f"{_NS}col")]
    assert pane is not None
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
    assert book.sheet.find(f"{_NS}autoFilter").get("ref") == "A1:O142"  # type: ignore[union-attr]
    assert min(widths) > 6
    assert max(widths) < 70
    assert 'wrapText="1"' in book.styles
    assert "<b/>" in book.styles
    assert [e.text for e in book.core if e.tag.endswith("}title")] == ["Nhiệm vụ cải cách hành chính"]


def test_columns_are_titled_in_the_language_asked_for(shelf: Shelf) -> None:
    book = Workbook(xlsx_bytes(shelf, shelf.tasks[:1], "en"))
    assert book.rows[0][:5] == ["Plan", "Group", "Group title", "STT", "Task"]
    assert book.column("Phases") == ["Trình UBND tỉnh: by 31 August 2018"]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_a_formula_or_a_link_in_a_workbook(hostile: str) -> None:
    task = a_task(hostile, [Due(label=hostile, kind="date", start=date(2024, 1, 1), end=date(2024, 1, 1))])
    book = Workbook(xlsx_bytes(a_shelf([task], hostile), [task], "vi"))
    assert not list(book.sheet.iter(f"{_NS}f"))
    assert not list(book.sheet.iter(f"{_NS}hyperlink"))
    assert not [name for name in book.names if "external" in name or "vba" in name]
    assert not any(isinstance(v, str) and BIDI.search(v) for row in book.rows for v in row)
    assert book.column("Từ") == [date(2024, 1, 1)]


def test_a_workbook_without_tasks_has_its_head(shelf: Shelf) -> None:
    assert len(Workbook(xlsx_bytes(shelf, [], "vi")).rows) == 1


# --- the calendar --------------------------------------------------------------------------------------------------------


def events(content: bytes) -> list[Event]:
    calendar = Calendar.from_ical(content)
    assert not calendar.errors
    assert all(not e.errors for e in calendar.events)
    assert {c.name for c in calendar.subcomponents} <= {"VEVENT"}
    return list(calendar.events)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_phase_that_is_due_is_an_all_day_event_on_its_last_day(shelf: Shelf, language: Language) -> None:
    found, expected = events(ics_text(shelf, shelf.tasks, language)), due_tasks(shelf)
    assert len(found) == len(expected) == 113
    for event, (task, number, day) in zip(found, expected, strict=True):
        assert event.uid == f"{task.task_id}/{number}@cchc-assistant"
        assert (event.start, event.end) == (day, day + timedelta(days=1))
        assert not isinstance(event.start, datetime)
        assert not event.alarms.times
    assert len({e.uid for e in found}) == len(found)


@pytest.mark.parametrize(
    ("due", "days"),
    [
        ("2024-04-01..2024-06-30", [date(2024, 6, 30)]), ("2024-06-30..", [date(2024, 6, 30), date(2024, 12, 31)]),
        ("..2024-03-31", [date(2024, 3, 31)]), (None, [date(2024, 3, 31), date(2024, 6, 30), date(2024, 12, 31)]),
    ],
)  # fmt: skip
def test_with_a_window_only_the_phases_that_end_in_it_are_events(due: str | None, days: list[date]) -> None:
    phases = [Due(label=None, kind="date", end=date(2024, month, last)) for month, last in ((3, 31), (6, 30), (12, 31))]
    task = a_task("x", phases)
    content, _ = exported(a_shelf([task]), [task], "ics", "vi", due)
    assert [event.start for event in events(content)] == days


def test_an_event_tells_the_task_in_full(shelf: Shelf) -> None:
    task = shelf.tasks_by_id["ba-ria-vung-tau-2021-166/VI.27"]
    (event,) = events(ics_text(shelf, [task], "vi"))
    assert event.summary.startswith("STT 27 – Sở TT&TT: Ban hành Chương trình")
    assert event.description == (
        f"Nhiệm vụ: {task.task}\nSản phẩm: {task.product}\nChủ trì: Sở Thông tin và Truyền thông\nPhối hợp: {task.coordinating}\n"
        f"Thời hạn: {task.deadline}\nNguồn: Kế hoạch 166/KH-UBND, Phụ lục, mục VI, STT 27"
    )
    assert event.categories == ["Kế hoạch 166/KH-UBND"]
    assert event["DTSTAMP"].dt == datetime(2020, 12, 24, tzinfo=UTC)


def test_titles_are_short_enough_for_a_calendar_and_cut_between_words(shelf: Shelf) -> None:
    for event, (task, number, _) in zip(events(ics_text(shelf, shelf.tasks, "vi")), due_tasks(shelf), strict=True):
        assert len(event.summary) <= 161
        label = task.due[number - 1].label
        assert not label or label in event.summary
    long = a_task("x" * 500, [Due(label=None, kind="date", end=date(2024, 1, 1))])
    assert len(events(ics_text(a_shelf([long]), [replace(long, stt="1", lead_agencies=())], "vi"))[0].summary) <= 161


def test_the_same_library_gives_the_same_calendar(shelf: Shelf) -> None:
    assert ics_text(shelf, shelf.tasks, "vi") == ics_text(shelf, shelf.tasks, "vi")


def test_lines_are_folded_at_75_bytes_between_letters(shelf: Shelf) -> None:
    content = ics_text(shelf, shelf.tasks, "vi")
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    assert all(line.decode("utf-8") or line == b"" for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_calendar_has_a_name_in_its_language(shelf: Shelf) -> None:
    for language in ("vi", "en"):
        calendar = Calendar.from_ical(ics_text(shelf, [], language))  # type: ignore[arg-type]
        assert calendar["X-WR-CALNAME"] == explorer_texts(language).calendar  # type: ignore[arg-type]
        assert not calendar.events


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_a_property_of_a_calendar(hostile: str) -> None:
    task = a_task(hostile, [Due(label=hostile, kind="date", start=date(2024, 1, 1), end=date(2024, 1, 1))])
    content = ics_text(a_shelf([task], hostile), [task], "vi")
    (event,) = events(content)
    assert set(event) == {"SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "CATEGORIES", "DESCRIPTION", "TRANSP"}
    assert not event.subcomponents
    assert not BIDI.search(content.decode("utf-8"))
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", content.decode("utf-8"))
    assert max(map(len, content.split(b"\r\n"))) <= 75


@pytest.mark.parametrize(
    ("agency", "short"),
    [
        ("Sở Thông tin và Truyền thông", "Sở TT&TT"),
        ("Sở Kế hoạch và Đầu tư", "Sở KH&ĐT"),
        ("Sở Lao động - Thương binh và Xã hội", "Sở LĐ-TB&XH"),
        ("Sở Giao thông vận tải", "Sở GTVT"),
        ("Sở Nội vụ", "Sở Nội vụ"),
        ("Văn phòng UBND tỉnh", "Văn phòng UBND tỉnh"),
    ],
)
def test_long_names_of_departments_are_abbreviated_as_plans_print_them(agency: str, short: str) -> None:
    assert short_name(agency) == short


# --- CSV -----------------------------------------------------------------------------------------------------------------


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_csv_has_every_task_and_field(shelf: Shelf) -> None:
    found = read_csv(csv_text(task_row(shelf, t) for t in shelf.tasks))
    assert len(found) == 141
    assert tuple(found[0]) == FIELDS
    assert [row["task"] for row in found] == [t.task for t in shelf.tasks]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_cell_of_a_csv_is_a_formula(hostile: str) -> None:
    task = a_task(hostile)
    (row,) = read_csv(csv_text([task_row(a_shelf([task], hostile), task)]))
    assert None not in row
    for value in row.values():
        assert not value.startswith(tuple("=+-@＝＋－＠\t\r"))
        assert not BIDI.search(value)
