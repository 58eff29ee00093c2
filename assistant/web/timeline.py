"""Deadlines over time: a picture in SVG, and its numbers as a table. Styled by `explorer.css`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from assistant.answers import Language
from assistant.plans import Due, Task
from assistant.register import Shelf
from assistant.vietnamese import to_roman
from assistant.web.explorer_texts import explorer_texts, nothing, phase_count, task_count
from assistant.web.markup import figure, safe
from assistant.web.sources import day, plan_title

PLANS: Final = 8  # told apart in the timeline; explorer.css has as many colours

Unit = Literal["month", "quarter", "year"]
_MONTHS: Final[dict[Unit, int]] = {"month": 1, "quarter": 3, "year": 12}
_LONGEST: Final[tuple[tuple[Unit, int], ...]] = (("month", 36), ("quarter", 180))  # months that a unit is used for
# Drawn over a plan's colour, so that plans differ without it, too
_PATTERNS: Final = (
    "", "M-2 2l4-4M0 8l8-8M6 10l4-4", "M4 3v2M0 7v2M8 7v2M0 -1v2M8 -1v2", "M0 4h8", "M4 0v8", "M-2 6l4 4M0 0l8 8M6 -2l4 4", "M0 4h8M4 0v8",
    "M0 2l4 4l4 -4",
)  # fmt: skip


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
        return nothing(x.none)
    ends = [end for task in tasks for _, _, end in due_dates(task)]
    if not ends:
        return f'<div class="explorer timeline"><p class="none">{safe(x.timeline_none)}</p>{_undated(tasks, language)}</div>'
    periods = _periods(ends)
    series = _series(shelf, tasks, periods.unit, language)
    title = x.timeline.format(
        phases=phase_count(len(ends), language), unit=x.named(periods.unit), first=day(min(ends), language), last=day(max(ends), language),
    )  # fmt: skip
    return (
        f'<figure class="explorer timeline"><figcaption>{safe(title)}</figcaption>{_key(series, language)}'
        f'<div class="box" role="region" aria-label="{safe(title)}" tabindex="0">{_drawing(title, periods, series, language)}</div>'
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
        f"{safe(x.plan_key.format(plan=s.name, count=figure(s.counts.total(), language)))}</li>"
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
        f'viewBox="0 0 {width} {height}"><title id="explorer-timeline">{safe(title)}</title>'
        f'<desc id="explorer-peak">{safe(_peak(periods, sums, language))}</desc>{_pattern_definitions()}'
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
        lines.append(f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{figure(value, language)}</text>')
    return "".join(lines)


def _column(x: int, slot: int, period: int, unit: Unit, series: Sequence[_Series], top: int, language: Language) -> str:
    """The bars of a period, one upon the other, their sum above and the period below."""
    middle, y, pieces = x + slot / 2, float(_TOP + _HEIGHT), []
    for s in (s for s in series if s.counts[period]):
        height = _HEIGHT * s.counts[period] / top
        y -= height
        told = explorer_texts(language).plan_key.format(plan=s.name, count=figure(s.counts[period], language))
        name = safe(f"{_period_name(period, unit, language)} – {told}")
        pieces.append(f"<g><title>{name}</title>{_bar(x + 4, y, slot - 8, height, s.colour)}</g>")
    total = sum(s.counts[period] for s in series)
    if total:
        pieces.append(f'<text class="sum" x="{middle}" y="{y - 6:.1f}" text-anchor="middle">{figure(total, language)}</text>')
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
    return explorer_texts(language).timeline_peak.format(period=name, phases=phase_count(highest, language))


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
    head = "".join(f'<th scope="col">{safe(name)}</th>' for name in names)
    rows = []
    for period in (p for p in periods.all if sums[p]):
        cells = "".join(f"<td>{figure(n, language)}</td>" for n in [*(s.counts[period] for s in series), sums[period]])
        rows.append(f'<tr><th scope="row">{safe(_period_name(period, periods.unit, language))}</th>{cells}</tr>')
    label = safe(x.numbers_of.format(title=title))
    return (
        f'<details class="numbers"><summary>{safe(x.numbers)}</summary>'
        f'<div class="box" role="region" aria-label="{label}" tabindex="0"><table><caption>{label}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _undated(tasks: Sequence[Task], language: Language) -> str:
    """What the picture cannot show, so that nobody takes it for all."""
    x, lines = explorer_texts(language), []
    why = Counter(_why_undated(t) for t in tasks if not due_dates(t))
    if why:
        kinds = ("recurring", "event", "from", "unknown", "blank")
        parts = [x.named(f"undated_{k}").format(count=figure(why[k], language)) for k in kinds if why[k]]
        lines.append(x.undated.format(tasks=task_count(why.total(), language), parts="; ".join(parts)))
    if partly := sum(0 < len(due_dates(t)) < len(t.due) for t in tasks):
        lines.append(x.partly.format(tasks=task_count(partly, language)))
    return "".join(f'<p class="undated">{safe(line)}</p>' for line in lines)


def _why_undated(task: Task) -> str:
    if not task.deadline:
        return "blank"
    kinds = {d.kind for d in task.due}
    return next((k for k in ("recurring", "event", "from") if k in kinds), "unknown")
