"""Tasks by plan, group, agency and role, deadline window, recurrence: exact and complete, for answers and `cchc tasks`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.plans import COLUMNS, Column, Due, Plan, Task, period_years
from assistant.times import EVERY, find_times
from assistant.understanding.question import Extreme, Role
from assistant.vietnamese import fold, squeeze, tokens

_RECURRING: Final = re.compile(rf"\bthuong xuyen\b|\b{EVERY}\b|\bdinh ky\b|\bregularly\b|\bcontinuously\b")
_A_YEAR: Final = re.compile(r"\b20\d\d\b")
_UNITS: Final = {
    "ngay": "day daily",
    "tuan": "week weekly",
    "thang": "month monthly",
    "quy": "quarter quarterly",
    "nam": "year yearly",
}
_ENGLISH: Final = {
    "annually": "hang nam", "regularly": "thuong xuyen", "continuously": "thuong xuyen",
    **{english: f"hang {unit}" for unit, words in _UNITS.items() for noun, adverb in [words.split()] for english in (f"each {noun}", f"every {noun}", f"every single {noun}", adverb)},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days; open ends are None."""

    first: date | None
    last: date | None

    def holds(self, due: Due) -> bool:
        """Whether a phase falls due inside: a phase that is wider than the window (a year against a quarter) does not."""
        if due.end is None or due.kind == "recurring":
            return False
        begins = due.start if due.start and due.kind not in ("before", "range") else due.end
        return (self.first is None or begins >= self.first) and (self.last is None or due.end <= self.last)

    def touches(self, due: Due) -> bool:
        """Whether a dated phase overlaps the window at all."""
        if due.end is None or due.kind == "recurring":
            return False
        return (self.first is None or due.end >= self.first) and (self.last is None or (due.start or due.end) <= self.last)


@dataclass(frozen=True, slots=True)
class Found:
    """Tasks that match; those whose deadline is only wider than the window asked for; those that would match in another year
    than the plan's, which was taken where none was named."""

    tasks: tuple[Task, ...]
    coarser: tuple[Task, ...] = ()
    other_years: tuple[Task, ...] = ()


def find_tasks(
    plans: Iterable[Plan],
    *,
    group: str | None = None,
    agencies: Sequence[str] = (),
    role: Role = "lead",
    time: str | None = None,
    budget: bool = False,
    blank: Column | None = None,
    group_title: str | None = None,
    quoted: str | None = None,
    printed: bool = False,
) -> Found:
    """Tasks of `plans` in document order that pass every filter given.

    `printed`: the deadline is these words of `time` as they stand, no window.
    `time`: words such as "quy II" or "truoc thang 9", read in each plan's own year where they name none.
    """
    tasks: list[Task] = []
    coarser: list[Task] = []
    other_years: list[Task] = []
    recurring = _recurring(time)
    as_printed = re.compile(rf"(?:(?:trong|vao|hoan thanh|la) )*{re.escape(squeeze(fold(time)))}") if time and printed else None
    for plan in plans:
        windows = windows_of(time, plan) if time and not recurring else []
        for task in plan.tasks:
            if (group and task.group != group) or (group_title and task.group_title != group_title):
                continue
            if quoted and quoted not in " ".join(tokens(row_words(task))):
                continue
            if (
                (budget and task.budget is None)
                or (blank and not _is_blank(task, blank))
                or not _has_agencies(task, agencies, role)
            ):
                continue
            if as_printed:
                if as_printed.fullmatch(squeeze(fold(task.deadline or ""))):
                    tasks.append(task)
            elif recurring:
                if recurring in fold(task.deadline or ""):
                    tasks.append(task)
            elif not time or any(w.holds(d) for w in windows for d in task.due):
                tasks.append(task)
            elif any(w.touches(d) for w in windows for d in task.due):
                coarser.append(task)
            elif not _A_YEAR.search(time) and any(w.holds(d) for d in task.due if d.end for w in _windows(time, d.end.year)):
                other_years.append(task)
    return Found(tuple(tasks), tuple(coarser), tuple(other_years))


def at_the_end(found: Found, extreme: Extreme | None) -> Found:
    """Of each plan's tasks those due first, or last, by the last day of a phase; all when none gives a date, or neither is meant."""
    if extreme is None:
        return found

    def day(task: Task) -> date | None:
        ends = [d.end for d in task.due if d.end and d.kind != "recurring"]
        return (min(ends) if extreme == "earliest" else max(ends)) if ends else None

    kept: list[Task] = []
    for plan_id in dict.fromkeys(t.plan_id for t in found.tasks):
        days = {t.task_id: d for t in found.tasks if t.plan_id == plan_id and (d := day(t))}
        wanted = (min if extreme == "earliest" else max)(days.values(), default=None)
        kept += [t for t in found.tasks if t.task_id in days and days[t.task_id] == wanted]
    return Found(tuple(kept)) if kept else found


def row_words(task: Task) -> str:
    """All cells of a row, with its group's title."""
    return "\n".join(filter(None, (task.group_title, *(task.cell(c) for c in COLUMNS))))


def _is_blank(task: Task, column: Column) -> bool:
    """Whether a row's own cell is blank; a row that only heads others ("4" over "4.1") has no cells to fill."""
    filled = any(task.cell(c) for c in ("lead", "coordinating", "deadline", "product"))
    return task.cell(column) is None and column in task.columns and column not in task.missing and filled


def _recurring(time: str | None) -> str | None:
    found = _RECURRING.search(fold(time or ""))
    return _ENGLISH.get(found.group(), found.group()) if found else None


def windows_of(time: str, plan: Plan) -> list[Window]:
    """The windows that time words mean for a plan."""
    period = period_years(plan.fact("year"))
    return _windows(time, period[0] if period else None)


def _windows(time: str, year: int | None) -> list[Window]:
    return [Window(w.first, w.last) for w in find_times(time, year) if w.first or w.last]


def _has_agencies(task: Task, agencies: Sequence[str], role: Role) -> bool:
    if not agencies:
        return True
    lead, coordinating = set(task.lead_agencies), set(task.coordinating_agencies)
    among = lead if role == "lead" else coordinating if role == "coordinating" else lead | coordinating
    return all(a in among for a in agencies)


def leaders(plans: Iterable[Plan], role: Role = "lead") -> list[tuple[str, list[Task]]]:
    """Agencies with the tasks that they lead (or coordinate), most tasks first."""
    by_agency: dict[str, list[Task]] = {}
    for plan in plans:
        for task in plan.tasks:
            for agency in task.coordinating_agencies if role == "coordinating" else task.lead_agencies:
                by_agency.setdefault(agency, []).append(task)
    return sorted(by_agency.items(), key=lambda item: -len(item[1]))


def is_recurring(time: str | None) -> bool:
    """Whether time words ask for a rhythm ("hàng tháng") and not for a date."""
    return _recurring(time) is not None
