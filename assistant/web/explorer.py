"""Tasks as the explorer shows them: a table, deadlines over time, tasks by agency. HTML in which every text is escaped.

Pure functions from the shelf and a list of tasks to strings, styled by `explorer.css`; nothing here knows Gradio.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final, Literal
from urllib.parse import quote

from assistant.agencies import english_name
from assistant.answers import Language
from assistant.plans import COLUMNS, Column, Due, Task
from assistant.register import Shelf
from assistant.task_table import TaskFilter, parse_window, plans_named
from assistant.vietnamese import to_roman, visible
from assistant.web.sources import day, plan_name
from assistant.web.texts import texts

LIMIT: Final = 200  # rows of the table; more are for a spreadsheet
PLANS: Final = 8  # told apart in the timeline; explorer.css has as many colours

Unit = Literal["month", "quarter", "year"]
_MONTHS: Final[dict[Unit, int]] = {"month": 1, "quarter": 3, "year": 12}
_LONGEST: Final[tuple[tuple[Unit, int], ...]] = (("month", 36), ("quarter", 180))  # months that a unit is used for
_SHOWN: Final = ("plan", "group", "stt", "task", "lead", "coordinating", "deadline", "product", "budget")
# Drawn over a plan's colour, so that plans differ without it, too
_PATTERNS: Final = (
    "", "M-2 2l4-4M0 8l8-8M6 10l4-4", "M4 3v2M0 7v2M8 7v2M0 -1v2M8 -1v2", "M0 4h8", "M4 0v8", "M-2 6l4 4M0 0l8 8M6 -2l4 4", "M0 4h8M4 0v8",
    "M0 2l4 4l4 -4",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplorerTexts:
    """One language's table; a key that is missing in the file, or unknown here, is a TypeError that names it."""

    plan: str
    group: str
    group_title: str
    stt: str
    task: str
    product: str
    lead: str
    coordinating: str
    deadline: str
    phases: str
    date_from: str
    date_to: str
    budget: str
    note: str
    source: str
    one_task: str
    many_tasks: str
    one_plan: str
    many_plans: str
    one_phase: str
    many_phases: str
    in_plans: str
    filtered: str
    filter_group: str
    filter_stt: str
    filter_lead: str
    filter_coordinating: str
    filter_agency: str
    filter_due: str
    filter_text: str
    filter_budget: str
    filter_no_budget: str
    window: str
    since: str
    until: str
    recurring: str
    year_inferred: str
    none: str
    blank: str
    no_group: str
    no_column: str
    merged: str
    open_source: str
    more: str
    month: str
    quarter: str
    year: str
    month_column: str
    quarter_column: str
    year_column: str
    month_name: str
    quarter_name: str
    year_name: str
    timeline: str
    timeline_peak: str
    timeline_none: str
    other_plans: str
    plan_key: str
    numbers: str
    numbers_of: str
    total: str
    undated: str
    undated_recurring: str
    undated_event: str
    undated_from: str
    undated_unknown: str
    undated_blank: str
    partly: str
    agency: str
    agencies: str
    agencies_none: str
    agencies_note: str
    one_other: str
    many_others: str
    no_lead: str
    no_coordinating: str
    sheet: str
    workbook: str
    workbook_page: str
    calendar: str
    event: str
    event_unled: str

    def named(self, name: str) -> str:
        """The text of a name that is put together in the code."""
        text: str = getattr(self, name)
        return text


@cache
def explorer_texts(language: Language) -> ExplorerTexts:
    """The texts in a language."""
    tables = tomllib.loads(files("prompts").joinpath("explorer.toml").read_text(encoding="utf-8"))
    return ExplorerTexts(**tables[language])


def plan_title(shelf: Shelf, plan_id: str, language: Language) -> str:
    """A plan's name where it begins a text."""
    name = plan_name(shelf.cards_by_id[plan_id], texts(language))
    return name[:1].upper() + name[1:]


# --- how many, and which -----------------------------------------------------------------------------------------------


def count_line(shelf: Shelf, tasks: Sequence[Task], wanted: TaskFilter, language: Language) -> str:
    """How many tasks in how many plans, and the filters that are on, in words; read out when it changes.

    Raises UsageError as `select_tasks` does for the same filter.
    """
    x = explorer_texts(language)
    plans = _counted(len({t.plan_id for t in tasks}), x.one_plan, x.many_plans, language)
    count = x.in_plans.format(tasks=_tasks(len(tasks), language), plans=plans) if tasks else x.none
    filters = _filters(shelf, wanted, language)
    on = f" <span>{_html(x.filtered.format(filters='; '.join(filters)))}</span>" if filters else ""
    return f'<p class="explorer count" role="status"><b>{_html(count)}</b>{on}</p>'


def _filters(shelf: Shelf, wanted: TaskFilter, language: Language) -> list[str]:
    x = explorer_texts(language)
    words = [", ".join(plan_title(shelf, c.plan_id, language) for c in plans_named(shelf, wanted.plan))] if wanted.plan else []
    named = ("group", "stt", "lead", "coordinating", "agency")
    words += [x.named(f"filter_{n}").format(value=value) for n in named if (value := getattr(wanted, n))]
    if wanted.due:
        words.append(x.filter_due.format(value=_window(wanted.due, language)))
    if wanted.text:
        words.append(x.filter_text.format(value=wanted.text))
    if wanted.budget is not None:
        words.append(x.filter_budget if wanted.budget else x.filter_no_budget)
    return words


def _window(given: str, language: Language) -> str:
    x, window = explorer_texts(language), parse_window(given)
    first, last = (d and day(d, language) for d in (window.first, window.last))
    return (x.window if first and last else x.since if first else x.until).format(first=first, last=last)


# --- the table -----------------------------------------------------------------------------------------------------------


def tasks_table(shelf: Shelf, tasks: Sequence[Task], language: Language, *, limit: int = LIMIT) -> str:
    """The tasks as rows, each STT leading to its place in the plan; what is beyond the limit is said below."""
    x, shown = explorer_texts(language), tasks[:limit]
    if not tasks:
        return _none(x.none)
    columns = [c for c in _SHOWN if c != "budget" or any(t.budget for t in shown)]
    head = "".join(f'<th scope="col" role="columnheader" class="{c}">{_html(x.named(c))}</th>' for c in columns)
    rows = "".join(f'<tr role="row">{"".join(_cell(shelf, t, c, language) for c in columns)}</tr>' for t in shown)
    more = x.more.format(shown=_number(len(shown), language), tasks=_tasks(len(tasks), language))
    return (
        '<div class="explorer tasks"><div class="box" role="region" aria-labelledby="explorer-tasks" tabindex="0">'
        f'<table role="table"><caption id="explorer-tasks">{_html(_tasks(len(tasks), language))}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{rows}</tbody></table></div>'
        + (f'<p class="more">{_html(more)}</p>' if len(shown) < len(tasks) else "")
        + "</div>"
    )


def _cell(shelf: Shelf, task: Task, column: str, language: Language) -> str:
    """A cell; `data-label` names its column where the rows are cards."""
    label = f'data-label="{_html(explorer_texts(language).named(column))}"'
    if column == "stt":
        return f'<th scope="row" role="rowheader" class="stt" {label}>{_source_link(task, language)}</th>'
    return f'<td role="cell" class="{column}" {label}><div>{_content(shelf, task, column, language)}</div></td>'


def _content(shelf: Shelf, task: Task, column: str, language: Language) -> str:
    x = explorer_texts(language)
    if column == "plan":
        return _html(plan_title(shelf, task.plan_id, language))
    if column == "group":
        return _html(task.group) if task.group else _absent(x.no_group)
    printed = _printed(task, next(c for c in COLUMNS if c == column), language)
    if column == "deadline":
        return printed + "".join(f"<small>{_html(text)}</small>" for text in phase_texts(task, language))
    if column in ("lead", "coordinating") and language == "en":
        return printed + _english(task.lead_agencies if column == "lead" else task.coordinating_agencies)
    return printed


def _printed(task: Task, column: Column, language: Language) -> str:
    """What a cell prints; why it prints nothing."""
    x, value = explorer_texts(language), task.cell(column)
    if value:
        return f'<span lang="vi">{_html(value)}</span>' if language == "en" else _html(value)
    return _absent(x.no_column if column not in task.columns else x.merged if column in task.missing else x.blank)


def _absent(why: str) -> str:
    return f'<i class="absent">({_html(why)})</i>'


def _english(agencies: Iterable[str]) -> str:
    names = filter(None, map(english_name, agencies))
    return f"<small>{_html('; '.join(names))}</small>"


def _source_link(task: Task, language: Language) -> str:
    href = f"/source/{quote(task.plan_id, safe='')}?start={task.start}&end={task.end}"
    name = explorer_texts(language).open_source.format(stt=task.stt)
    return f'<a href="{escape(href)}" target="_blank" rel="noopener" aria-label="{_html(name)}">{_html(task.stt)}</a>'


def phase_texts(task: Task, language: Language) -> list[str]:
    """The phases of a deadline as understood, for people; [] where no date was."""
    if not any(d.start or d.end for d in task.due):
        return []
    return [text for due in task.due if (text := _phase_text(due, language))]


def _phase_text(due: Due, language: Language) -> str:
    x = explorer_texts(language)
    when = [_dates(due, language)] if due.start or due.end else []
    if due.kind == "recurring":
        when.insert(0, x.recurring)
    inferred = f" ({x.year_inferred})" if due.year_inferred else ""
    return ": ".join(filter(None, [due.label, ", ".join(when)])) + inferred


def _dates(due: Due, language: Language) -> str:
    x = explorer_texts(language)
    first, last = (d and day(d, language) for d in (due.start, due.end))
    if first and last:
        return first if first == last else f"{first} – {last}"
    return (x.since if first else x.until).format(first=first, last=last)


# --- deadlines over time -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Series:
    """A plan's due dates by period; `colour` 0 is for the plans that have none of their own."""

    name: str
    colour: int
    counts: Counter[int]


@dataclass(frozen=True, slots=True)
class _Periods:
    """Months, quarters or years side by side, as numbers: months since year 0, divided by the unit's length."""

    unit: Unit
    all: range

    def sum(self, series: Iterable[_Series]) -> Counter[int]:
        """Due dates by period, of all series."""
        return sum((s.counts for s in series), Counter[int]())


def due_dates(task: Task) -> list[tuple[int, Due, date]]:
    """The phases with a date they are due on: number (from 1, undated ones counted), phase, date. Recurring ones have none."""
    return [(n, d, d.end) for n, d in enumerate(task.due, start=1) if d.end and d.kind != "recurring"]


def timeline(shelf: Shelf, tasks: Sequence[Task], language: Language) -> str:
    """How many phases are due when, a colour and a pattern a plan; tasks that have no due date are counted below."""
    x = explorer_texts(language)
    if not tasks:
        return _none(x.none)
    ends = [end for task in tasks for _, _, end in due_dates(task)]
    if not ends:
        return f'<div class="explorer timeline"><p class="none">{_html(x.timeline_none)}</p>{_undated(tasks, language)}</div>'
    periods = _periods(ends)
    series = _series(shelf, tasks, periods.unit, language)
    title = x.timeline.format(
        phases=_phases(len(ends), language), unit=x.named(periods.unit), first=day(min(ends), language), last=day(max(ends), language),
    )  # fmt: skip
    return (
        f'<figure class="explorer timeline"><figcaption>{_html(title)}</figcaption>{_key(series, language)}'
        f'<div class="box" role="region" aria-label="{_html(title)}" tabindex="0">{_drawing(title, periods, series, language)}</div>'
        f"{_numbers(title, periods, series, language)}{_undated(tasks, language)}</figure>"
    )


def _periods(ends: Sequence[date]) -> _Periods:
    first, last = (_period(end, "month") for end in (min(ends), max(ends)))
    unit: Unit = next((unit for unit, longest in _LONGEST if last - first < longest), "year")
    return _Periods(unit, range(_period(min(ends), unit), _period(max(ends), unit) + 1))


def _period(when: date, unit: Unit) -> int:
    return (when.year * 12 + when.month - 1) // _MONTHS[unit]


def _first_day(period: int, unit: Unit) -> date:
    year, month = divmod(period * _MONTHS[unit], 12)
    return date(year, month + 1, 1)


def _series(shelf: Shelf, tasks: Sequence[Task], unit: Unit, language: Language) -> list[_Series]:
    counts: dict[str, Counter[int]] = {}
    for task in tasks:
        for _, _, end in due_dates(task):
            counts.setdefault(task.plan_id, Counter())[_period(end, unit)] += 1
    colours = _colours(shelf, counts)
    own = [_Series(plan_title(shelf, p, language), colours[p], counts[p]) for p in colours if p in counts]
    others = [counts[p] for p in counts if p not in colours]
    if others:
        name = explorer_texts(language).other_plans.format(count=len(others))
        own.append(_Series(name, 0, sum(others, Counter[int]())))
    return own


def _colours(shelf: Shelf, counts: dict[str, Counter[int]]) -> dict[str, int]:
    """Colours from 1: the same whatever the filter, unless the library has more plans than there are colours."""
    plans = [c.plan_id for c in shelf.cards if c.tasks]
    if len(plans) > PLANS:
        plans = [p for p in plans if p in counts]
    if len(plans) > PLANS:
        busiest = sorted(plans, key=lambda p: -counts[p].total())[: PLANS - 1]
        plans = [p for p in plans if p in busiest]
    return {plan_id: n for n, plan_id in enumerate(plans, start=1)}


def _key(series: Sequence[_Series], language: Language) -> str:
    x = explorer_texts(language)
    items = (
        f'<li><svg width="18" height="18" aria-hidden="true">{_bar(0, 0, 18, 18, s.colour)}</svg>'
        f"{_html(x.plan_key.format(plan=s.name, count=_number(s.counts.total(), language)))}</li>"
        for s in series
    )
    return f'<ul class="key">{"".join(items)}</ul>'


_LEFT: Final = 40
_TOP: Final = 24
_HEIGHT: Final = 200
_BELOW: Final = 44


def _drawing(title: str, periods: _Periods, series: Sequence[_Series], language: Language) -> str:
    """The picture in pixels of its own: on a narrow screen it scrolls, and its words stay as large as they are."""
    slot = min(64, max(32, 1000 // len(periods.all)))
    width, height = _LEFT + slot * len(periods.all) + 8, _TOP + _HEIGHT + _BELOW
    sums = periods.sum(series)
    step = _step(max(sums.values()))
    top = -(-max(sums.values()) // step) * step
    columns = "".join(
        _column(_LEFT + slot * n, slot, period, periods.unit, series, top, language) for n, period in enumerate(periods.all)
    )
    return (
        f'<svg role="img" aria-labelledby="explorer-timeline explorer-peak" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><title id="explorer-timeline">{_html(title)}</title>'
        f'<desc id="explorer-peak">{_html(_peak(periods, sums, language))}</desc>{_pattern_definitions()}'
        f"{_grid(width, step, top, language)}{columns}{_years(slot, periods)}</svg>"
    )


def _step(highest: int) -> int:
    """Between lines of the grid: 1, 2, 5, 10, 20, 50 …, so that there are at most five."""
    scale = 1
    while True:
        for step in (scale, 2 * scale, 5 * scale):
            if highest <= 5 * step:
                return step
        scale *= 10


def _grid(width: int, step: int, top: int, language: Language) -> str:
    lines = []
    for value in range(0, top + 1, step):
        y = _TOP + _HEIGHT - _HEIGHT * value / top
        lines.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{width - 8}"/>')
        lines.append(f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_number(value, language)}</text>')
    return "".join(lines)


def _column(x: int, slot: int, period: int, unit: Unit, series: Sequence[_Series], top: int, language: Language) -> str:
    """The bars of a period, one upon the other, their sum above and the period below."""
    middle, y, pieces = x + slot / 2, float(_TOP + _HEIGHT), []
    for s in (s for s in series if s.counts[period]):
        height = _HEIGHT * s.counts[period] / top
        y -= height
        told = explorer_texts(language).plan_key.format(plan=s.name, count=_number(s.counts[period], language))
        name = _html(f"{_period_name(period, unit, language)} – {told}")
        pieces.append(f"<g><title>{name}</title>{_bar(x + 4, y, slot - 8, height, s.colour)}</g>")
    total = sum(s.counts[period] for s in series)
    if total:
        pieces.append(f'<text class="sum" x="{middle}" y="{y - 6:.1f}" text-anchor="middle">{_number(total, language)}</text>')
    below = _tick(period, unit, language)
    return "".join(pieces) + f'<text class="tick" x="{middle}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{below}</text>'


def _years(slot: int, periods: _Periods) -> str:
    """The year under its first period that is there."""
    if periods.unit == "year":
        return ""
    pieces, before = [], 0
    for n, period in enumerate(periods.all):
        if (year := _first_day(period, periods.unit).year) != before:
            x, y = _LEFT + slot * n, _TOP + _HEIGHT
            pieces.append(f'<path class="grid" d="M{x} {y}v{_BELOW - 6}"/>')
            pieces.append(f'<text class="year" x="{x + 5}" y="{y + 36}">{year}</text>')
        before = year
    return "".join(pieces)


def _bar(x: float, y: float, width: float, height: float, colour: int) -> str:
    return f'<rect x="{x:g}" y="{y:.2f}" width="{width:g}" height="{height:.2f}" fill="url(#explorer-plan-{colour})"/>'


def _pattern_definitions() -> str:
    """Colour and pattern of each plan, to fill bars with."""
    return "".join(
        f'<pattern id="explorer-plan-{n}" class="plan-{n}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8"/><path d="{path}"/></pattern>'
        for n, path in enumerate(("", *_PATTERNS))
    )


def _peak(periods: _Periods, sums: Counter[int], language: Language) -> str:
    highest = max(sums.values())
    period = min(p for p, count in sums.items() if count == highest)
    name = _period_name(period, periods.unit, language)
    return explorer_texts(language).timeline_peak.format(period=name, phases=_phases(highest, language))


def _tick(period: int, unit: Unit, language: Language) -> str:
    first = _first_day(period, unit)
    if unit == "quarter":
        return _quarter(first, language)
    if unit == "month":
        return str(first.month) if language == "vi" else f"{first:%b}"
    return str(first.year)


def _period_name(period: int, unit: Unit, language: Language) -> str:
    first = _first_day(period, unit)
    month = str(first.month) if language == "vi" else f"{first:%B}"
    name = explorer_texts(language).named(f"{unit}_name")
    return name.format(month=month, quarter=_quarter(first, language), year=first.year)


def _quarter(first: date, language: Language) -> str:
    number = (first.month + 2) // 3
    return to_roman(number) if language == "vi" else f"Q{number}"


def _numbers(title: str, periods: _Periods, series: Sequence[_Series], language: Language) -> str:
    """The picture's numbers as a table; periods in which nothing is due are left out."""
    x, sums = explorer_texts(language), periods.sum(series)
    names = [x.named(f"{periods.unit}_column"), *(s.name for s in series), x.total]
    head = "".join(f'<th scope="col">{_html(name)}</th>' for name in names)
    rows = []
    for period in (p for p in periods.all if sums[p]):
        cells = "".join(f"<td>{_number(n, language)}</td>" for n in [*(s.counts[period] for s in series), sums[period]])
        rows.append(f'<tr><th scope="row">{_html(_period_name(period, periods.unit, language))}</th>{cells}</tr>')
    label = _html(x.numbers_of.format(title=title))
    return (
        f'<details class="numbers"><summary>{_html(x.numbers)}</summary>'
        f'<div class="box" role="region" aria-label="{label}" tabindex="0"><table><caption>{label}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _undated(tasks: Sequence[Task], language: Language) -> str:
    """What the picture cannot show, so that nobody takes it for all."""
    x, lines = explorer_texts(language), []
    why = Counter(_why_undated(t) for t in tasks if not due_dates(t))
    if why:
        kinds = ("recurring", "event", "from", "unknown", "blank")
        parts = [x.named(f"undated_{k}").format(count=_number(why[k], language)) for k in kinds if why[k]]
        lines.append(x.undated.format(tasks=_tasks(why.total(), language), parts="; ".join(parts)))
    if partly := sum(0 < len(due_dates(t)) < len(t.due) for t in tasks):
        lines.append(x.partly.format(tasks=_tasks(partly, language)))
    return "".join(f'<p class="undated">{_html(line)}</p>' for line in lines)


def _why_undated(task: Task) -> str:
    if not task.deadline:
        return "blank"
    kinds = {d.kind for d in task.due}
    return next((k for k in ("recurring", "event", "from") if k in kinds), "unknown")


# --- tasks by agency -----------------------------------------------------------------------------------------------------


def agencies_chart(shelf: Shelf, tasks: Sequence[Task], language: Language, *, top: int = 15) -> str:
    """How many tasks each agency leads and coordinates, the busiest first: a table whose numbers have bars.

    The shelf is not needed for it; it is taken so that the three pieces are called alike.
    """
    x = explorer_texts(language)
    if not tasks:
        return _none(x.none)
    lead = Counter(a for t in tasks for a in t.lead_agencies)
    coordinating = Counter(a for t in tasks for a in t.coordinating_agencies)
    ranked = sorted(lead | coordinating, key=lambda a: (-lead[a] - coordinating[a], -lead[a], a))
    if not ranked:
        return _none(x.agencies_none)
    shown, rest = ranked[:top], ranked[top:]
    longest = max(max(lead[a], coordinating[a]) for a in shown)
    rows = [_agency_row(_agency_name(a, language), (lead[a], coordinating[a]), longest, language) for a in shown]
    if rest:
        name = _html(_counted(len(rest), x.one_other, x.many_others, language))
        rows.append(_agency_row(name, (sum(lead[a] for a in rest), sum(coordinating[a] for a in rest)), None, language))
    head = "".join(f'<th scope="col" role="columnheader">{_html(name)}</th>' for name in (x.agency, x.lead, x.coordinating))
    return (
        f'<div class="explorer agencies"><table role="table"><caption>{_html(x.agencies)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{"".join(rows)}</tbody></table>'
        f'<p class="note">{_html(_agencies_note(tasks, language))}</p></div>'
    )


def _agency_name(agency: str, language: Language) -> str:
    if language == "vi":
        return _html(agency)
    return f'<span lang="vi">{_html(agency)}</span>' + (_english([agency]) if english_name(agency) else "")


def _agency_row(name: str, counts: tuple[int, int], longest: int | None, language: Language) -> str:
    """A row; without bars where `longest` is None: a sum is no agency to compare with."""
    x = explorer_texts(language)
    cells = "".join(
        f'<td role="cell" class="{role}" data-label="{_html(x.named(role))}">{_measure(count, longest, language)}</td>'
        for role, count in zip(("lead", "coordinating"), counts, strict=True)
    )
    kind = "agency" if longest else "rest"
    return f'<tr role="row" class="{kind}"><th scope="row" role="rowheader">{name}</th>{cells}</tr>'


def _measure(count: int, longest: int | None, language: Language) -> str:
    width = 100 * count / longest if longest else 0
    bar = f'<rect width="{width:.2f}%" height="14" rx="2"/>' if width else ""
    return f'<div><b>{_number(count, language)}</b><svg class="bar" width="100%" height="14" aria-hidden="true">{bar}</svg></div>'


def _agencies_note(tasks: Sequence[Task], language: Language) -> str:
    x, notes = explorer_texts(language), []
    if any(len(t.lead_agencies) > 1 or len(t.coordinating_agencies) > 1 for t in tasks):
        notes.append(x.agencies_note)
    if unled := sum(not t.lead_agencies for t in tasks):
        notes.append(x.no_lead.format(tasks=_tasks(unled, language)))
    if alone := sum(not t.coordinating_agencies for t in tasks):
        notes.append(x.no_coordinating.format(tasks=_tasks(alone, language)))
    return " ".join(notes)


# --- words and numbers ---------------------------------------------------------------------------------------------------


def _html(text: str) -> str:
    """Escaped, and without the invisible characters that reverse or hide what stands beside them."""
    return escape(visible(text))


def _none(text: str) -> str:
    return f'<div class="explorer"><p class="none">{_html(text)}</p></div>'


def _number(number: int, language: Language) -> str:
    return f"{number:,}".replace(",", "." if language == "vi" else ",")


def _counted(number: int, one: str, many: str, language: Language) -> str:
    return (one if number == 1 else many).format(count=_number(number, language))


def _tasks(number: int, language: Language) -> str:
    x = explorer_texts(language)
    return _counted(number, x.one_task, x.many_tasks, language)


def _phases(number: int, language: Language) -> str:
    x = explorer_texts(language)
    return _counted(number, x.one_phase, x.many_phases, language)
