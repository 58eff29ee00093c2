"""Tasks as the explorer shows them: how many, by which filters, and a table. HTML in which every text is escaped.

Charts of them are in `timeline` and `agencies_chart`.

Pure functions from the shelf and a list of tasks to strings, styled by `explorer.css`; nothing here knows Gradio.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from assistant.answers import Language
from assistant.plans import COLUMNS, Column, Due, Task
from assistant.register import Shelf
from assistant.task_table import TaskFilter, parse_window, plans_named
from assistant.web.explorer_texts import counted, english_names, explorer_texts, nothing, task_count
from assistant.web.markup import figure, safe
from assistant.web.sources import day, plan_title, source_address

LIMIT: Final = 200  # rows of the table; more are for a spreadsheet
FIRST: Final = 25  # of them, seen at first: on a phone every row is a card
_SHOWN: Final = ("plan", "group", "stt", "task", "lead", "coordinating", "deadline", "product", "budget")


# --- how many, and which -----------------------------------------------------------------------------------------------


def count_line(shelf: Shelf, tasks: Sequence[Task], wanted: TaskFilter, language: Language) -> str:
    """How many tasks in how many plans, and the filters that are on, in words; read out when it changes.

    Raises UsageError as `select_tasks` does for the same filter.
    """
    x = explorer_texts(language)
    plans = counted(len({t.plan_id for t in tasks}), x.one_plan, x.many_plans, language)
    count = x.in_plans.format(tasks=task_count(len(tasks), language), plans=plans) if tasks else x.none
    filters = _filters(shelf, wanted, language)
    on = f" <span>{safe(x.filtered.format(filters='; '.join(filters)))}</span>" if filters else ""
    return f'<p class="explorer count" role="status"><b>{safe(count)}</b>{on}</p>'


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
    """The tasks as rows, each STT leading to its place in the plan; what is beyond the limit is said below.

    The button below the first rows shows the others (static/explorer.js).
    """
    x, shown = explorer_texts(language), tasks[:limit]
    if not tasks:
        return nothing(x.none)
    columns = [c for c in _SHOWN if c != "budget" or any(t.budget for t in shown)]
    head = "".join(f'<th scope="col" role="columnheader" class="{c}">{safe(x.named(c))}</th>' for c in columns)
    rows = [f'<tr role="row">{"".join(_cell(shelf, t, c, language) for c in columns)}</tr>' for t in shown]
    bodies = f'<tbody role="rowgroup">{"".join(rows[:FIRST])}</tbody>'
    button = ""
    if rest := rows[FIRST:]:
        bodies += f'<tbody role="rowgroup" hidden="">{"".join(rest)}</tbody>'
        button = f'<button type="button" data-rest="">{safe(x.show_rest.format(tasks=task_count(len(rest), language)))}</button>'
    more = x.more.format(shown=figure(len(shown), language), tasks=task_count(len(tasks), language))
    return (
        '<div class="explorer tasks"><div class="box" role="region" aria-labelledby="explorer-tasks" tabindex="0">'
        f'<table role="table"><caption id="explorer-tasks">{safe(task_count(len(tasks), language))}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>{bodies}</table></div>'
        + button
        + (f'<p class="more">{safe(more)}</p>' if len(shown) < len(tasks) else "")
        + "</div>"
    )


def _cell(shelf: Shelf, task: Task, column: str, language: Language) -> str:
    """A cell; `data-label` names its column where the rows are cards."""
    label = f'data-label="{safe(explorer_texts(language).named(column))}"'
    if column == "stt":
        return f'<th scope="row" role="rowheader" class="stt" {label}>{_source_link(task, language)}</th>'
    return f'<td role="cell" class="{column}" {label}><div>{_content(shelf, task, column, language)}</div></td>'


def _content(shelf: Shelf, task: Task, column: str, language: Language) -> str:
    x = explorer_texts(language)
    if column == "plan":
        return safe(plan_title(shelf, task.plan_id, language))
    if column == "group":
        return safe(task.group) if task.group else _absent(x.no_group)
    printed = _printed(task, next(c for c in COLUMNS if c == column), language)
    if column == "deadline":
        return printed + "".join(f"<small>{safe(text)}</small>" for text in phase_texts(task, language))
    if column in ("lead", "coordinating") and language == "en":
        return printed + english_names(task.lead_agencies if column == "lead" else task.coordinating_agencies)
    return printed


def _printed(task: Task, column: Column, language: Language) -> str:
    """What a cell prints; why it prints nothing."""
    x, value = explorer_texts(language), task.cell(column)
    if value:
        return f'<span lang="vi">{safe(value)}</span>' if language == "en" else safe(value)
    return _absent(x.no_column if column not in task.columns else x.merged if column in task.missing else x.blank)


def _absent(why: str) -> str:
    return f'<i class="absent">({safe(why)})</i>'


def _source_link(task: Task, language: Language) -> str:
    href = source_address(task.plan_id, task.start, task.end)
    name = explorer_texts(language).open_source.format(stt=task.stt)
    return f'<a href="{escape(href)}" target="_blank" rel="noopener" aria-label="{safe(name)}">{safe(task.stt)}</a>'


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
