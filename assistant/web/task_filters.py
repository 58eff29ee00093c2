"""The filters of the task explorer: a form, what a visitor put into it, and what to loosen when nothing is left.

Pure functions; nothing here knows Gradio. The form never gives values back to its fields: the page keeps what is typed there.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from html import escape
from typing import Any, Final, Literal
from urllib.parse import urlencode

from assistant.answers import Language
from assistant.plans import Task
from assistant.register import Shelf
from assistant.task_table import TaskFilter, select_tasks
from assistant.times import find_times
from assistant.vietnamese import nfc, roman_value
from assistant.web.sources import day, plan_title
from assistant.web.texts import TextTable, text_table

FILES: Final = "/console/tasks."  # where the console's files are; then "csv", "xlsx" or "ics"
_LONGEST: Final = 200  # characters of a field, as in GET /api/tasks
# Dates as forms and other programs write them → as `find_times` reads them
_REWRITTEN: Final = (
    (re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$"), r"\3/\2/\1"),  # 2021-12-31
    (re.compile(r"^(\d{1,2})[.\-](\d{4})$"), r"\1/\2"),  # 12-2021
)
_CONDITIONS: Final[dict[str, tuple[str, ...]]] = {
    "plan": ("plan", "group"), "group": ("group",), "agency": ("agency",), "due": ("since", "until"), "words": ("words",), "budget": ("budget",),
}  # fmt: skip

End = Literal["since", "until"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterTexts(TextTable):
    """What the form of filters has to say."""

    form: str
    plan: str
    any_plan: str
    group: str
    any_group: str
    group_of: str
    group_titled: str
    agency: str
    agency_hint: str
    role: str
    role_either: str
    role_lead: str
    role_coordinating: str
    due: str
    since: str
    until: str
    date_hint: str
    words: str
    words_hint: str
    budget: str
    clear: str
    date_wrong: str
    date_before: str
    results: str
    not_filtered: str
    files: str
    file_csv: str
    file_xlsx: str
    file_ics: str
    loosen: str
    loosen_all: str
    loosen_one: str
    only_filter: str
    no_tasks: str


@cache
def filter_texts(language: Language) -> FilterTexts:
    """The texts in a language."""
    return FilterTexts(**text_table("explorer_tab", language))


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What a visitor chose and typed, field by field."""

    plan: str = ""  # its id
    group: str = ""
    agency: str = ""
    role: str = "either"
    since: str = ""
    until: str = ""
    words: str = ""
    budget: str = ""
    turn: str = field(default="", compare=False)  # the number of the change that brought it, for the page to know it is drawn

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> "Given":
        """From what the page sent, which may be anything."""
        return cls(**{f.name: str(form[f.name]).strip()[:_LONGEST] for f in fields(cls) if f.name in form})

    def without(self, *names: str) -> "Given":
        """The same with some fields as they are at first."""
        return replace(self, **{name: getattr(_NOTHING, name) for name in names})

    def still_there(self, shelf: Shelf) -> "Given":
        """The same without a plan that the library lost meanwhile."""
        return self if not self.plan or self.plan in shelf.cards_by_id else self.without("plan", "group")


_NOTHING: Final = Given()


# --- from words to filters ----------------------------------------------------------------------------------------------


def date_errors(given: Given, language: Language) -> dict[End, str]:
    """What is wrong with the dates, by field; {} when they can be used."""
    x = filter_texts(language)
    ends: tuple[End, End] = ("since", "until")
    values = {end: getattr(given, end) for end in ends}
    days = {end: _day(value, end) for end, value in values.items()}
    errors = {end: x.date_wrong.format(value=value) for end, value in values.items() if value and days[end] is None}
    if (since := days["since"]) and (until := days["until"]) and until < since:
        errors["until"] = x.date_before.format(since=day(since, language))
    return errors


def _day(typed: str, end: End) -> date | None:
    """ "31/12/2021", "quý III/2021", "June 2021", "2021": the day that it begins or ends on; None for what is no time alone."""
    text = nfc(typed)
    for pattern, rewritten in _REWRITTEN:
        text = pattern.sub(rewritten, text)
    times = find_times(text)
    if not times or {(time.at, time.to) for time in times} != {(0, len(text))}:
        return None
    return times[0].first if end == "since" else times[-1].last


def task_filter(given: Given) -> TaskFilter:
    """What to keep; dates that make no sense keep all."""
    since, until = _day(given.since, "since"), _day(given.until, "until")
    named = {"lead": "lead", "coordinating": "coordinating"}.get(given.role, "agency")
    return TaskFilter(
        plan=given.plan or None,
        group=given.group or None,
        due=f"{since or ''}..{until or ''}" if since or until else None,
        text=given.words or None,
        budget=True if given.budget else None,
        **{named: given.agency or None},
    )


def download_address(wanted: TaskFilter, kind: str, language: Language) -> str:
    """Where the tasks of a filter are a file."""
    asked = {f.name: getattr(wanted, f.name) for f in fields(wanted)}
    asked = {name: "true" if value is True else value for name, value in asked.items() if value is not None}
    return f"{FILES}{kind}?" + urlencode({**asked, "language": language})


def active(given: Given) -> dict[str, tuple[str, ...]]:
    """The conditions that are on, each with the fields to empty when it goes."""
    return {
        name: names for name, names in _CONDITIONS.items() if any(getattr(given, n) for n in names[: 2 if name == "due" else 1])
    }


def loosening(shelf: Shelf, given: Given) -> list[tuple[str, int]]:
    """The conditions that can go alone so that tasks are left, with how many."""
    found = {name: len(select_tasks(shelf, task_filter(given.without(*names)))) for name, names in active(given).items()}
    return [(name, count) for name, count in found.items() if count]


# --- the form -----------------------------------------------------------------------------------------------------------


def form_html(shelf: Shelf, given: Given, errors: Mapping[End, str], language: Language) -> str:
    """The form; groups and agencies are those of the plan chosen."""
    x = filter_texts(language)
    tasks = shelf.plans[given.plan].tasks if given.plan else shelf.tasks
    plans = [("", x.any_plan), *((c.plan_id, plan_title(shelf, c.plan_id, language)) for c in shelf.cards if c.tasks)]
    roles = [(role, x.named(f"role_{role}")) for role in ("either", "lead", "coordinating")]
    return (
        f'<form class="filters" data-turn="{escape(given.turn)}" role="search" aria-label="{escape(x.form)}" autocomplete="off" novalidate>'
        + _select("plan", plans, x)
        + _select("group", [("", x.any_group), *_groups(tasks, x, titled=bool(given.plan))], x)
        + _input("agency", x, x.agency_hint, 'list="filter-agencies"')
        + _agencies(tasks)
        + _select("role", roles, x)
        + _dates(errors, x)
        + _input("words", x, x.words_hint, 'type="search"')
        + f'<label class="check"><input type="checkbox" name="budget" value="true"> {escape(x.budget)}</label>'
        f'<button type="reset">{escape(x.clear)}</button></form>'
    )


def _groups(tasks: Iterable[Task], x: FilterTexts, *, titled: bool) -> list[tuple[str, str]]:
    """By number; their titles only within one plan, since another gives the same number to something else."""
    titles = {t.group: t.group_title for t in tasks if t.group}
    numbers = sorted(titles, key=lambda number: (roman_value(number) or 0, number))
    return [
        (n, x.group_titled.format(number=n, title=titles[n]) if titled and titles[n] else x.group_of.format(number=n)) for n in numbers
    ]  # fmt: skip


def _agencies(tasks: Iterable[Task]) -> str:
    """Names to pick from, the busiest first."""
    busy = Counter(a for t in tasks for a in {*t.lead_agencies, *t.coordinating_agencies})
    options = "".join(f'<option value="{escape(name)}"></option>' for name, _ in busy.most_common())
    return f'<datalist id="filter-agencies">{options}</datalist>'


def _select(name: str, options: Sequence[tuple[str, str]], x: FilterTexts) -> str:
    inside = "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in options)
    return _field(name, x.named(name), f'<select id="filter-{name}" name="{name}">{inside}</select>')


def _input(name: str, x: FilterTexts, hint: str, more: str, error: str = "") -> str:
    described = f' aria-invalid="true" aria-describedby="filter-{name}-error"' if error else ""
    told = f'<p class="error" id="filter-{name}-error" role="alert">{escape(error)}</p>' if error else ""
    control = f'<input id="filter-{name}" name="{name}" maxlength="{_LONGEST}" placeholder="{escape(hint)}" {more}{described}>'
    return _field(name, x.named(name), control + told)


def _field(name: str, label: str, control: str) -> str:
    return f'<div class="field"><label for="filter-{name}">{escape(label)}</label>{control}</div>'


def _dates(errors: Mapping[End, str], x: FilterTexts) -> str:
    ends: tuple[End, End] = ("since", "until")
    inputs = "".join(_input(end, x, x.date_hint, 'inputmode="text"', errors.get(end, "")) for end in ends)
    return f'<fieldset class="field due"><legend>{escape(x.due)}</legend>{inputs}</fieldset>'
