"""Tasks as rows for other programs: the filters and fields of `cchc tasks` and `GET /api/tasks`."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from assistant.agencies import canonical_agencies
from assistant.errors import UsageError
from assistant.filters import Window
from assistant.plans import PlanCard, Task
from assistant.provinces import find_provinces
from assistant.register import Shelf
from assistant.understanding.question import Role
from assistant.vietnamese import fold, has_diacritics, nfc, one_tone, visible

FIELDS: Final = (
    "plan_id", "plan_number", "province", "year", "group", "group_title", "stt", "task", "product", "lead", "coordinating", "deadline",
    "budget", "note", "lead_agencies", "coordinating_agencies", "due", "source", "start", "end",
)  # fmt: skip
_FORMULA: Final = tuple("=+-@＝＋－＠")  # what spreadsheets take for the beginning of a formula


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskFilter:
    """What to keep; None keeps all."""

    plan: str | None = None  # number, id, province or year
    group: str | None = None
    stt: str | None = None
    lead: str | None = None
    coordinating: str | None = None
    agency: str | None = None  # leads or coordinates
    due: str | None = None  # "2021-04-01..2021-06-30"; either end may be empty
    text: str | None = None
    budget: bool | None = None  # prints a budget, or prints none


def select_tasks(shelf: Shelf, wanted: TaskFilter) -> list[Task]:
    """The tasks that pass every filter, plan by plan in document order.

    Raises UsageError for a plan that the library lacks and for a window that is no pair of dates.
    """
    plans = {c.plan_id for c in plans_named(shelf, wanted.plan)} if wanted.plan else None
    window = parse_window(wanted.due) if wanted.due else None
    tests: list[Callable[[Task], bool]] = []
    if plans is not None:
        tests.append(lambda t: t.plan_id in plans)
    if wanted.group:
        tests.append(lambda t: (t.group or "").upper() == (wanted.group or "").strip().upper())
    if wanted.stt:
        tests.append(lambda t: t.stt == (wanted.stt or "").strip().rstrip("."))
    asked: list[tuple[str | None, Role]] = [
        (wanted.lead, "lead"), (wanted.coordinating, "coordinating"), (wanted.agency, "either"),
    ]  # fmt: skip
    tests += [_agency_test(given, role) for given, role in asked if given]
    if window:
        tests.append(lambda t: any(_ends_in(window, d.end, d.kind) for d in t.due))
    if wanted.text:
        tests.append(_text_test(wanted.text))
    if wanted.budget is not None:
        tests.append(lambda t: bool(t.budget) == wanted.budget)
    return [t for t in shelf.tasks if all(test(t) for test in tests)]


_AGENCIES: Final[dict[Role, Callable[[Task], tuple[str, ...]]]] = {
    "lead": lambda t: t.lead_agencies,
    "coordinating": lambda t: t.coordinating_agencies,
    "either": lambda t: t.lead_agencies + t.coordinating_agencies,
}


def _ends_in(window: Window, end: date | None, kind: str) -> bool:
    return end is not None and kind != "recurring" and (window.first or date.min) <= end <= (window.last or date.max)


def _agency_test(given: str, role: Role) -> Callable[[Task], bool]:
    """By canonical name; a part of a name ("Sở Nội", "tài chính") also finds."""
    names = canonical_agencies(nfc(given))
    part = fold(one_tone(nfc(given.strip())))

    def test(task: Task) -> bool:
        agencies = _AGENCIES[role](task)
        return any(n in agencies for n in names) or any(re.search(rf"\b{re.escape(part)}\b", fold(a)) for a in agencies)

    return test


def _text_test(given: str) -> Callable[[Task], bool]:
    """All words stand in the row; with their diacritics when the words have any."""
    exact = has_diacritics(given)

    def form(text: str) -> str:
        return one_tone(nfc(text)).lower() if exact else fold(nfc(text))

    words = form(given).split()
    return lambda t: all(
        w in form(" ".join(filter(None, (t.task, t.product, t.lead, t.coordinating, t.deadline, t.budget, t.note))))
        for w in words
    )


def parse_window(given: str) -> Window:
    """ "2021-04-01..2021-06-30" → Window. Raises UsageError with the form to use."""
    first, dots, last = given.partition("..")
    try:
        window = Window(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
    except ValueError:
        window = Window(None, None)
    if (
        not dots
        or (window.first is None and window.last is None)
        or (window.first and window.last and window.first > window.last)
    ):
        raise UsageError(f"--due {given!r}: give two dates, e.g. 2021-04-01..2021-06-30 (either may be left out)")
    return window


def plans_named(shelf: Shelf, given: str) -> list[PlanCard]:
    """Plans by number ("166", "166/KH-UBND"), id, province or year. Raises UsageError naming those there are."""
    key = fold(nfc(given.strip()))
    provinces = {name for name, _, _ in find_provinces(nfc(given))}
    found = [
        c
        for c in shelf.cards
        if key
        in (
            c.plan_id,
            (c.plan_number or "").lower(),
            (c.plan_number or "").partition("/")[0].lower(),
            (c.year or "").lower(),
            fold(c.province or ""),
        )
        or c.province in provinces
    ]
    if not found:
        there = ", ".join(c.plan_number or c.plan_id for c in shelf.cards)
        raise UsageError(f"no plan {given!r} in the library; there are: {there}")
    return found


def task_row(shelf: Shelf, task: Task) -> dict[str, Any]:
    """The task object of the interface contract."""
    card = shelf.cards_by_id[task.plan_id]
    return {
        "plan_id": task.plan_id, "plan_number": card.plan_number, "province": card.province, "year": card.year,
        "group": task.group, "group_title": task.group_title, "stt": task.stt, "task": task.task, "product": task.product,
        "lead": task.lead, "coordinating": task.coordinating, "deadline": task.deadline, "budget": task.budget, "note": task.note,
        "lead_agencies": list(task.lead_agencies), "coordinating_agencies": list(task.coordinating_agencies),
        "due": [{"label": d.label, "kind": d.kind, "start": d.start and d.start.isoformat(), "end": d.end and d.end.isoformat(),
                 "year_inferred": d.year_inferred} for d in task.due],
        "source": card.source, "start": task.start, "end": task.end,
    }  # fmt: skip


def csv_text(rows: Iterable[dict[str, Any]]) -> str:
    """`task_row` objects as CSV with a header; the byte-order mark tells Excel that it is UTF-8."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        flat = {k: "; ".join(v) if k.endswith("_agencies") else v for k, v in row.items()}
        flat["due"] = "; ".join(f"{d['start'] or ''}..{d['end'] or ''}" for d in row["due"])
        writer.writerow({k: _harmless(v) for k, v in flat.items()})
    return "\ufeff" + text.getvalue()


def _harmless(value: object) -> object:
    """A cell that a spreadsheet would take for a formula, as text; without invisible characters that reorder what is read."""
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
