"""What the task explorer and its files have to say, from `prompts/explorer.toml`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from assistant.agencies import english_name
from assistant.answers import Language
from assistant.web.markup import figure, safe
from assistant.web.texts import TextTable, text_table


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplorerTexts(TextTable):
    """What tables, charts and files of tasks have to say."""

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
    show_rest: str
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


@cache
def explorer_texts(language: Language) -> ExplorerTexts:
    """The texts in a language."""
    return ExplorerTexts(**text_table("explorer", language))


def counted(number: int, one: str, many: str, language: Language) -> str:
    """A number with its noun."""
    return (one if number == 1 else many).format(count=figure(number, language))


def task_count(number: int, language: Language) -> str:
    """So many tasks, in words."""
    x = explorer_texts(language)
    return counted(number, x.one_task, x.many_tasks, language)


def phase_count(number: int, language: Language) -> str:
    """So many phases of deadlines, in words."""
    x = explorer_texts(language)
    return counted(number, x.one_phase, x.many_phases, language)


def nothing(text: str) -> str:
    """Said in the place of a table or a chart."""
    return f'<div class="explorer"><p class="none">{safe(text)}</p></div>'


def english_names(agencies: Iterable[str]) -> str:
    """In small print, of those that have one."""
    names = filter(None, map(english_name, agencies))
    return f"<small>{safe('; '.join(names))}</small>"
