"""Lists and counts of tasks: how many of how many, under which reading, every row with its source."""

from collections.abc import Sequence
from typing import Final

from assistant.filters import Found, find_tasks, is_recurring, leaders
from assistant.outline import task_groups
from assistant.plans import Plan, Section, Task
from assistant.retrieval import Weighed
from assistant.understanding.concepts import first_runs
from assistant.understanding.question import Question, Role
from assistant.vietnamese import fold
from assistant.wording import sections
from assistant.wording.draft import Draft, Writer, plain_plan, short

_MOST_ROWS: Final = 60


def task_list(writer: Writer, question: Question, plans: Sequence[Plan], found: Found, *, about: str | None = None) -> Draft:
    """All tasks found; `about`: the words that were searched for, when the filters alone did not decide."""
    total = sum(len(p.tasks) for p in plans)
    scope = (
        writer.say("scope_plan", plan=writer.plan_name(plans[0].plan_id))
        if len(plans) == 1
        else writer.say("scope_all", count=len(plans))
    )
    reading = _reading(writer, question, plans, about)
    besides = [_besides(writer, "list_coarser", found.coarser), _besides(writer, "list_other_years", found.other_years)]
    if not found.tasks:
        text = writer.say("list_none", reading=reading, total=total, scope=scope)
        return Draft("not_found", "\n\n".join(filter(None, [text, *besides])), suggestions=_suggestions(writer, plans))
    shared = sum(len(t.lead_agencies) > 1 for t in found.tasks) if question.agencies and question.role == "lead" else 0
    head = writer.say(
        "list_head" if len(found.tasks) > 1 else "list_head_one", count=len(found.tasks), reading=reading, total=total, scope=scope,
        shared=writer.say("list_shared", count=shared) if shared else "",
    )  # fmt: skip
    lines = _lines(writer, question, found.tasks[:_MOST_ROWS], named=len(plans) == 1)
    if len(found.tasks) > _MOST_ROWS:
        lines.append(writer.say("list_more", count=len(found.tasks) - _MOST_ROWS))
    text = "\n\n".join(filter(None, [head, "\n".join(lines).strip("\n"), *besides]))
    return Draft("answered", text, found.tasks, _suggestions(writer, plans))


def none_but_duties(
    writer: Writer, question: Question, plans: Sequence[Plan], found: Found, duties: Sequence[Section]
) -> Draft:  # fmt: skip
    """No row is an agency's, said so; and what the text gives it to do."""
    none, told = task_list(writer, question, plans, found), sections.duties(writer, question, duties)
    return Draft("answered", f"{none.text}\n\n{told.text}", suggestions=told.suggestions)


def topic(question: Question, subjects: Weighed) -> str:
    """What rows were looked for, as typed; of an English question the official words."""
    return ", ".join(dict.fromkeys(" ".join(run) for run in first_runs(question.topic) if subjects.has_run(run)))


def _reading(writer: Writer, question: Question, plans: Sequence[Plan], about: str | None) -> str:
    parts = []
    if question.agencies:
        names = ", ".join(writer.agency(a) for a in question.agencies)
        parts.append(writer.say(f"reading_{question.role}", agency=names))
    if question.group:
        titles = dict.fromkeys(t.group_title for p in plans for t in p.tasks if t.group == question.group and t.group_title)
        named = [question.group_title] if question.group_title else list(titles) if len(plans) == 1 else []
        parts.append(writer.say("reading_group", group=question.group + (f" ({'; '.join(named)})" if named else "")))
    if question.time:
        name = "reading_recurring" if is_recurring(question.time) else "reading_due"
        parts.append(writer.say(name, time=_as_asked(question)))
    if question.budget:
        parts.append(writer.say("reading_budget"))
    if question.quoted:
        parts.append(writer.say("reading_text", text=question.quoted))
    if question.blank:
        parts.append(writer.say("reading_blank", field=writer.mid_sentence(f"field_{question.blank}")))
    if about:
        parts.append(writer.say("reading_text", text=about))
    if question.extreme:
        parts.append(writer.say(f"reading_{question.extreme}"))
    return ", ".join(parts) or writer.say("reading_all")


def _as_asked(question: Question) -> str:
    """The time words in their original spelling, or with the marks that were restored."""
    time = question.time or ""
    found = ((text, fold(text).find(time)) for text in (question.meaning, question.text))
    return next((text[at : at + len(time)] for text, at in found if at >= 0), time)


def _lines(writer: Writer, question: Question, tasks: Sequence[Task], *, named: bool) -> list[str]:
    lines = []
    plan_ids = list(dict.fromkeys(t.plan_id for t in tasks))
    for plan_id in plan_ids:
        mine = [t for t in tasks if t.plan_id == plan_id]
        if not named:
            lines += ["", writer.say("list_plan", plan=writer.plan_name(plan_id), count=len(mine)), ""]
        lines += [_line(writer, question, task) for task in mine]
    return lines


def _line(writer: Writer, question: Question, task: Task) -> str:
    extra = []
    if not question.agencies or question.role != "lead" or len(task.lead_agencies) > 1:
        extra.append(task.lead)
    extra.append(task.budget if question.budget else task.deadline)
    extra += [task.cell(c) for c in question.wanted if c in ("product", "coordinating", "note")]
    told = "; ".join(e for e in extra if e)
    return writer.say(
        "list_line",
        row=writer.row(task),
        task=short(task.task, 200),
        extra=f" – {told}" if told else "",
        mark=writer.sources.task(task),
    )


def _besides(writer: Writer, text_name: str, tasks: Sequence[Task]) -> str:
    """How many tasks are not counted, with some of their deadlines as printed."""
    if not tasks:
        return ""
    examples = list(dict.fromkeys(f"“{t.deadline}”" for t in tasks))[:3]
    return writer.say(text_name, count=len(tasks), examples=", ".join(examples))


def compared(writer: Writer, question: Question, plans: Sequence[Plan]) -> Draft:
    """How many tasks each of the agencies asked about leads (or coordinates), plan by plan, the most first."""
    role: Role = "coordinating" if question.role == "coordinating" else "lead"
    texts = []
    for plan in (p for p in plans if p.tasks):
        each = {a: find_tasks([plan], agencies=[a], role=role).tasks for a in question.agencies}
        lines = [
            writer.say(
                "compared_line", agency=writer.agency(a), count=len(found), marks=" ".join(writer.sources.task(t) for t in found)
            )
            for a, found in sorted(each.items(), key=lambda item: -len(item[1]))
        ]
        texts.append(
            "\n".join([writer.say(f"compared_{role}", plan=writer.plan_name(plan.plan_id), total=len(plan.tasks)), "", *lines])
        )
    return Draft("answered", "\n\n".join(texts), suggestions=_suggestions(writer, plans))


def ranked_plans(writer: Writer, question: Question, plans: Sequence[Plan]) -> Draft:
    """How many tasks each plan has, or gives to the agencies asked about, the most first."""
    role: Role = "coordinating" if question.role == "coordinating" else "lead"
    each = [(p, find_tasks([p], agencies=question.agencies, role=role).tasks) for p in plans]
    lines = []
    for plan, found in sorted(each, key=lambda item: -len(item[1])):
        if not plan.tasks:
            lines.append(writer.say("ranked_no_table", plan=writer.plan_name(plan.plan_id)))
            continue
        shown = found if question.agencies else found[:1] + found[1:][-1:]  # of a whole table its ends
        marks = " ".join(writer.sources.task(t) for t in shown)
        lines.append(writer.say("ranked_line", plan=writer.plan_name(plan.plan_id), count=len(found), marks=marks).rstrip())
    whose = [writer.say(f"reading_{role}", agency=", ".join(map(writer.agency, question.agencies)))] if question.agencies else []
    return Draft("answered", "\n".join([writer.say("ranked_plans", whose="".join(f" {w}" for w in whose)), "", *lines]))


def busiest(writer: Writer, question: Question, plans: Sequence[Plan]) -> Draft:
    """Who leads (or coordinates) the most tasks, plan by plan, with the rows of the first."""
    texts = []
    role: Role = "coordinating" if question.role == "coordinating" else "lead"
    for plan in plans:
        ranking = leaders([plan], role)
        if not ranking:
            continue
        most = len(ranking[0][1])
        first = [(agency, found) for agency, found in ranking if len(found) == most]
        rest = [f"{writer.agency(agency)} ({len(found)})" for agency, found in ranking[len(first) : len(first) + 4]]
        marks = " ".join(writer.sources.task(t) for t in first[0][1])
        texts.append(writer.say(f"busiest_{role}", plan=writer.plan_name(plan.plan_id), agency=", ".join(writer.agency(a) for a, _ in first),
                                count=most, total=len(plan.tasks), marks=marks, rest=", ".join(rest) or "–"))  # fmt: skip
    return Draft("answered", "\n\n".join(texts), suggestions=_suggestions(writer, plans))


def count_of_plan(writer: Writer, plans: Sequence[Plan]) -> Draft:
    """How many tasks the appendix of each plan has, by group."""
    texts = []
    for plan in plans:
        groups = task_groups(plan)
        if not plan.tasks:
            continue
        head = writer.say("count_plan", plan=writer.plan_name(plan.plan_id), count=len(plan.tasks),
                          groups=writer.say("count_groups", count=len(groups)) if groups else "")  # fmt: skip
        lines = []
        for group, inside in groups:
            lines.append(
                writer.say(
                    "count_group_line",
                    group=group.number or "–",
                    title=group.title or "",
                    count=inside,
                    mark=writer.sources.section(group),
                )
            )
        if not groups:
            first, last = plan.tasks[0], plan.tasks[-1]
            lines.append(
                writer.say(
                    "count_no_groups",
                    first=first.stt,
                    first_mark=writer.sources.task(first),
                    last=last.stt,
                    last_mark=writer.sources.task(last),
                )
            )
        texts.append(head + "\n\n" + "\n".join(lines))
    return Draft("answered", "\n\n".join(texts), suggestions=_suggestions(writer, plans))


def _suggestions(writer: Writer, plans: Sequence[Plan]) -> tuple[str, ...]:
    with_tasks = [p for p in plans if p.tasks]
    if not with_tasks:
        return ()
    plan = with_tasks[0]
    out = [writer.say("suggest_list", agency=a, plan=plain_plan(writer, plan.plan_id)) for a, _ in leaders([plan])[:1]]
    group = next((t.group for t in plan.tasks if t.group), None)
    if group:
        out.append(writer.say("suggest_group", group=group, plan=plain_plan(writer, plan.plan_id)))
    return tuple(out)
