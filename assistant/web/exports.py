"""Tasks as files to take along: a workbook for spreadsheets, a calendar of deadlines. (CSV is in `assistant.task_table`.)

Cells are as printed, less invisible characters; the same library gives the same calendar, byte for byte.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Final, Literal
from urllib.parse import quote

import xlsxwriter  # type: ignore[import-untyped]
from icalendar import Calendar, Event
from icalendar.enums import TRANSP

from assistant.answers import Language
from assistant.filters import Window
from assistant.plans import Due, PlanCard, Task
from assistant.register import Shelf
from assistant.task_table import csv_text, parse_window, task_row
from assistant.vietnamese import squeeze, visible
from assistant.web.explorer import phase_texts
from assistant.web.explorer_texts import explorer_texts
from assistant.web.sources import plan_title
from assistant.web.texts import texts
from assistant.web.timeline import due_dates
from assistant.wording.sources import task_label

Kind = Literal["csv", "xlsx", "ics"]
_SUMMARY: Final = 160  # characters of an event's title; calendars show fewer
_WIDTHS: Final = {
    "plan": 20, "group": 7, "group_title": 22, "stt": 7, "task": 60, "product": 26, "lead": 24, "coordinating": 26, "deadline": 24,
    "phases": 34, "date_from": 12, "date_to": 12, "budget": 18, "note": 18, "source": 34,
}  # fmt: skip
_DATES: Final = ("date_from", "date_to")
_UNFIT: Final = re.compile(r"[\ud800-\udfff\ufffe\uffff]")  # no XML document can hold these
_PRODUCER: Final = "-//CCHC assistant//tasks//VI"


def exported(shelf: Shelf, tasks: Sequence[Task], kind: Kind, language: Language, due: str | None = None) -> tuple[bytes, str]:
    """The tasks as a file's content and its media type; `due` is the filter's window, which a calendar keeps to."""
    match kind:
        case "csv":
            return csv_text(task_row(shelf, task) for task in tasks).encode(), "text/csv; charset=utf-8"
        case "xlsx":
            return xlsx_bytes(shelf, tasks, language), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case "ics":
            return ics_text(shelf, tasks, language, due), "text/calendar; charset=utf-8"


def xlsx_bytes(shelf: Shelf, tasks: Sequence[Task], language: Language) -> bytes:
    """A workbook with a row a task. Every text is written as text, so none becomes a formula; dates are dates."""
    x, file = explorer_texts(language), BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": x.workbook})
        plain = {"text_wrap": True, "valign": "top"}
        text, dates = book.add_format(plain), book.add_format({**plain, "num_format": "dd/mm/yyyy", "align": "left"})
        head = book.add_format({**plain, "bold": True, "bg_color": "#DBEAFE", "bottom": 1})
        sheet = book.add_worksheet(x.sheet)
        for column, (name, width) in enumerate(_WIDTHS.items()):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, x.named(name), head)
        for row, task in enumerate(tasks, start=1):
            for column, value in enumerate(_cells(shelf, task, language).values()):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, dates)
                elif value:
                    sheet.write_string(row, column, _clean(value), text)
                else:
                    sheet.write_blank(row, column, None, text)
        _lay_out(sheet, len(tasks), language)
    return file.getvalue()


def _lay_out(sheet: xlsxwriter.worksheet.Worksheet, rows: int, language: Language) -> None:
    """For the screen: head and STT stay in sight, filters. For the printer: across A4, the head on each page."""
    last = len(_WIDTHS) - 1
    sheet.freeze_panes(1, list(_WIDTHS).index("stt") + 1)
    sheet.autofilter(0, 0, rows, last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{chr(ord('A') + last)}{rows + 1}"})  # "1.2" is a name here
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C" + explorer_texts(language).workbook_page.format(page="&P", pages="&N"))


def _cells(shelf: Shelf, task: Task, language: Language) -> dict[str, str | date | None]:
    """By column; the dates span all phases that are no recurring ones."""
    t, card = texts(language), shelf.cards_by_id[task.plan_id]
    dated = [d for d in task.due if d.kind != "recurring"]
    values: dict[str, str | date | None] = {
        "plan": plan_title(shelf, task.plan_id, language), "group": task.group, "group_title": task.group_title, "stt": task.stt, "task": task.task,
        "product": task.product, "lead": task.lead, "coordinating": task.coordinating, "deadline": task.deadline,
        "phases": "\n".join(phase_texts(task, language)),
        "date_from": min((d.start for d in dated if d.start), default=None),
        "date_to": max((d.end for d in dated if d.end), default=None),
        "budget": task.budget, "note": task.note, "source": t.place.format(source=card.source, start=task.start, end=task.end),
    }  # fmt: skip
    return {column: values[column] for column in _WIDTHS}


def ics_text(shelf: Shelf, tasks: Sequence[Task], language: Language, due: str | None = None) -> bytes:
    """A calendar with an all-day event on the last day of each phase, of those in the window `due` when there is one.

    Recurring and undated phases have none.
    """
    window = parse_window(due) if due else Window(None, None)
    calendar = Calendar.new(name=explorer_texts(language).calendar, prodid=_PRODUCER, uid="tasks@cchc-assistant")
    for task in tasks:
        for number, phase, day in due_dates(task):
            if (window.first or date.min) <= day <= (window.last or date.max):
                calendar.add_component(_event(shelf, task, number, phase, day, language))
    written: bytes = calendar.to_ical()
    return written


def _event(shelf: Shelf, task: Task, number: int, due: Due, day: date, language: Language) -> Event:
    card = shelf.cards_by_id[task.plan_id]
    return Event.new(
        uid=f"{quote(task.task_id, safe='/', errors='replace')}/{number}@cchc-assistant",
        stamp=_stamp(card, day),
        start=day,
        end=day + timedelta(days=1),
        summary=_summary(task, due, language),
        description=_description(shelf, task, language),
        categories=[_clean(plan_title(shelf, task.plan_id, language))],
        transparency=TRANSP.TRANSPARENT,  # a deadline does not make anybody busy
    )


def _stamp(card: PlanCard, day: date) -> datetime:
    """The plan's own date, so that an unchanged plan gives an unchanged event."""
    return datetime.combine(date.fromisoformat(card.issued_on) if card.issued_on else day, time(), UTC)


def _summary(task: Task, due: Due, language: Language) -> str:
    x = explorer_texts(language)
    what = ": ".join(filter(None, [due.label, task.task]))
    agencies = ", ".join(map(short_name, task.lead_agencies))
    text = (x.event if agencies else x.event_unled).format(stt=task.stt, agencies=agencies, task=what)
    return _clipped(squeeze(_clean(text)))


def _clipped(text: str) -> str:
    """At most so long as a title may be, cut between words where there are any."""
    if len(text) <= _SUMMARY:
        return text
    whole, _, _ = text[:_SUMMARY].rpartition(" ")
    return (whole or text[: _SUMMARY - 1]).rstrip(" ,;:") + "…"


def _description(shelf: Shelf, task: Task, language: Language) -> str:
    x = explorer_texts(language)
    lines = [
        f"{x.named(column)}: {squeeze(value)}"
        for column in ("task", "product", "lead", "coordinating", "deadline")
        if (value := getattr(task, column))
    ]
    return _clean("\n".join([*lines, f"{x.source}: {task_label(shelf.plans[task.plan_id], task)}"]))


def short_name(agency: str) -> str:
    """ "Sở Thông tin và Truyền thông" → "Sở TT&TT", as plans print it; shorter names and other bodies stay as they are."""
    words = agency.removeprefix("Sở ").replace(",", "").split()
    if not agency.startswith("Sở ") or len(words) < 4:
        return agency
    return "Sở " + "".join({"và": "&", "-": "-"}.get(word, word[0].upper()) for word in words)


def _clean(text: str) -> str:
    """Without invisible, control and other characters that files of these kinds cannot hold or readers would be misled by."""
    return _UNFIT.sub("", visible(text)).replace("\r", "")
