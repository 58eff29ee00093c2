"""Answers about single tasks: the fact first, then where it stands; blank cells, several candidates, no such task."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from assistant.plans import COLUMNS, Column, Plan, Task
from assistant.understanding.question import Question
from assistant.vietnamese import plain
from assistant.wording.draft import Draft, Writer, plain_plan, short

_MOST_CANDIDATES: Final = 12
# Oddities that touch what is told of a task; numbering and period are told where they mislead
_TOLD: Final = {
    "misprinted_agency": {"lead", "coordinating"}, "deadline_out_of_order": {"deadline"}, "contradictory_targets": {"task", "product"},
}  # fmt: skip
_DEFAULT: Final[tuple[Column, ...]] = ("lead", "coordinating", "deadline", "product", "budget", "note")


def one_task(writer: Writer, question: Question, task: Task) -> Draft:
    """All or the wanted cells of one task."""
    mark = writer.sources.task(task)
    wanted = [c for c in question.wanted if c != "task"]
    if not wanted:
        return Draft("answered", _whole(writer, task, mark), (task,), _suggestions(writer, task, ()))
    lines = [_cell(writer, task, column, mark) for column in _ordered(wanted)]
    found = any(task.cell(c) for c in wanted)
    where = writer.say("task_where", row=writer.row(task), plan=writer.plan_name(task.plan_id), task=task.task or "…")
    notes = _notes(writer, task, wanted)
    named = {*task.lead_agencies, *task.coordinating_agencies}
    lines += [writer.say("not_in_row", agency=writer.agency(a)) for a in question.supposed if a not in named]
    text = "\n\n".join(filter(None, [" ".join(lines), where, _other_cells(writer, task, wanted), notes]))
    return Draft("answered" if found else "not_found", text, (task,), _suggestions(writer, task, wanted))


def _other_cells(writer: Writer, task: Task, told: Sequence[Column]) -> str:
    """The row's cells that were not asked for: a reader checks at a glance that it is the row she meant."""
    cells = [
        writer.say("cell", field=writer.say(f"field_{c}"), value=_value(writer, task, c))
        for c in _DEFAULT
        if c not in told and task.cell(c)
    ]
    return writer.say("other_cells", cells="; ".join(cells)) if cells else ""


def _ordered(wanted: Sequence[Column]) -> list[Column]:
    return [c for c in COLUMNS if c in wanted]


def _whole(writer: Writer, task: Task, mark: str) -> str:
    head = writer.say("task_all", task=task.task or "…", mark=mark)
    where = f"{writer.plan_name(task.plan_id)}, {writer.row(task)}" + (f" – {task.group_title}" if task.group_title else "")
    lines = [f"- {writer.say(f'field_{c}')}: {_value(writer, task, c)}" for c in _DEFAULT if task.cell(c)]
    children = [t for t in writer.plan(task.plan_id).tasks if t.group == task.group and t.stt.startswith(f"{task.stt}.")]
    if not lines and children:
        lines = [writer.say("task_parent", children=", ".join(f"STT {t.stt}" for t in children))]
    return "\n\n".join(filter(None, [head, "\n".join(lines), where, _notes(writer, task, _DEFAULT)]))


def _value(writer: Writer, task: Task, column: Column) -> str:
    agencies = task.lead_agencies if column == "lead" else task.coordinating_agencies if column == "coordinating" else ()
    return writer.printed(task.cell(column) or "", agencies)


def _cell(writer: Writer, task: Task, column: Column, mark: str) -> str:
    if task.cell(column):
        return writer.say(f"task_{column}", value=_value(writer, task, column), mark=mark)
    field = writer.mid_sentence(f"field_{column}")
    if column not in task.columns:
        return writer.say("task_no_column", field=field, mark=mark)
    if column in task.missing:
        above = _above(writer.plan(task.plan_id), task)
        return writer.say("task_merged", row=writer.row(task), field=field, above=above.cell(column) if above else "…", mark=mark)
    return writer.say("task_blank", row=writer.row(task), field=field, mark=mark)


def _above(plan: Plan, task: Task) -> Task | None:
    before = [t for t in plan.tasks if t.start < task.start]
    return before[-1] if before else None


def _notes(writer: Writer, task: Task, wanted: Sequence[Column]) -> str:
    """What a careful official adds: an inferred year, what is odd in the original."""
    notes = []
    if "deadline" in wanted and any(d.year_inferred for d in task.due):
        notes.append(writer.say("year_inferred", year=writer.plan(task.plan_id).fact("year")))
    notes += [
        writer.say("anomaly", message=plain(a.message))
        for a in writer.plan(task.plan_id).anomalies
        if a.where == task.task_id and _TOLD.get(a.kind, set()) & set(wanted)
    ]
    return " ".join(dict.fromkeys(notes))


def several_tasks(writer: Writer, question: Question, tasks: Sequence[Task]) -> Draft:
    """The candidates for a number that several tasks have, with the wanted cells of each."""
    what = writer.numbered(question.stt, question.group)
    plans = {t.plan_id for t in tasks}
    if len(plans) == 1:
        head = writer.say("several_same_plan", plan=writer.plan_name(tasks[0].plan_id), count=len(tasks), what=what)
    else:
        head = writer.say("several_tasks", count=len(tasks), what=what)
    shown = tasks[:_MOST_CANDIDATES]
    lines = [_candidate(writer, question, task) for task in shown]
    if len(tasks) > len(shown):
        lines.append(writer.say("more_candidates", count=len(tasks) - len(shown)))
    return Draft("ambiguous", f"{head}\n\n" + "\n".join(lines), tuple(tasks), _which(writer, question, shown))


def _candidate(writer: Writer, question: Question, task: Task) -> str:
    cells = [
        f"{writer.say(f'field_{c}')}: **{_value(writer, task, c)}**"
        for c in _ordered(question.wanted)
        if c != "task" and task.cell(c)
    ]
    return writer.say(
        "candidate", plan=writer.plan_name(task.plan_id), row=writer.row(task), task=short(task.task, 110),
        value=" – " + "; ".join(cells) if cells else "", mark=writer.sources.task(task),
    )  # fmt: skip


def _which(writer: Writer, question: Question, tasks: Sequence[Task]) -> tuple[str, ...]:
    name = (
        f"suggest_{question.wanted[0]}"
        if question.wanted and question.wanted[0] in ("lead", "deadline", "product", "coordinating")
        else "suggest_lead"
    )
    asked = Counter(writer.say(name, row=writer.row(t), plan=plain_plan(writer, t.plan_id)) for t in tasks)
    return tuple(q for q, times in asked.items() if times == 1)[:3]  # two rows of one number: asked again, it is as unclear


def _suggestions(writer: Writer, task: Task, wanted: Sequence[Column]) -> tuple[str, ...]:
    plan = plain_plan(writer, task.plan_id)
    rest = [c for c in ("lead", "deadline", "coordinating", "product") if c not in wanted and task.cell(c) and wanted]
    out = [writer.say(f"suggest_{c}", row=writer.row(task), plan=plan) for c in rest[:2]]
    if task.lead_agencies:
        out.append(writer.say("suggest_list", agency=task.lead_agencies[0], plan=plan))
    if task.group and len(out) < 3:
        out.append(writer.say("suggest_group", group=task.group, plan=plan))
    return tuple(out[:3])


def no_such_task(writer: Writer, question: Question, plan_ids: Sequence[str]) -> Draft:
    """Which numbers there are instead."""
    row = writer.numbered(question.stt, question.group)
    with_tasks = [p for p in plan_ids if writer.plan(p).tasks]
    if len(plan_ids) == 1 and not with_tasks:
        return _no_table(writer, plan_ids[0])
    if len(with_tasks) > 1 or not with_tasks:
        ranges = "; ".join(
            writer.say(
                "range_line", plan=writer.plan_name(p), first=writer.plan(p).tasks[0].stt, last=writer.plan(p).tasks[-1].stt
            )
            for p in with_tasks
        )
        return Draft("not_found", writer.say("absent_stt_any", row=row, ranges=ranges))
    plan_id = with_tasks[0]
    return Draft(
        "not_found", writer.say("absent_stt", plan=writer.plan_name(plan_id), row=row, range=_range(writer, question, plan_id))
    )


def _range(writer: Writer, question: Question, plan_id: str) -> str:
    tasks = writer.plan(plan_id).tasks
    in_group = [t for t in tasks if t.group == question.group]
    if question.group and in_group:
        stts = ", ".join(t.stt for t in in_group)
        return writer.say("range_group", group=question.group, stts=stts, mark=writer.sources.task(in_group[-1]))
    if question.group:
        groups = ", ".join(dict.fromkeys(t.group for t in tasks if t.group))
        return writer.say("range_groups", groups=groups, mark=writer.sources.task(tasks[-1]))
    mark = writer.sources.task(tasks[-1])
    tops = sorted({int(t.stt.partition(".")[0]) for t in tasks if t.stt[:1].isdigit()})
    return writer.say("range_plan", first=tops[0], last=tops[-1], count=len(tasks), mark=mark)


def _no_table(writer: Writer, plan_id: str) -> Draft:
    plan = writer.plan(plan_id)
    told = next((a for a in plan.anomalies if a.kind == "missing_appendix"), None)
    section = writer.shelf.sections_by_id.get(told.where or "") if told else None
    if section is None:
        return Draft("not_found", writer.say("absent_table", plan=writer.plan_name(plan_id)))
    return Draft("not_found", writer.say("absent_appendix", plan=writer.plan_name(plan_id), mark=writer.sources.section(section)))
