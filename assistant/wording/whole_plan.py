"""Answers about a plan as a whole: its overview, with every part to open, what it aims at, what is odd in its original."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from assistant import outline
from assistant.plans import Anomaly, Plan, Section
from assistant.understanding.question import OddKind, Question
from assistant.vietnamese import plain, unemphasised
from assistant.wording import facts, sections
from assistant.wording.draft import Draft, Writer, plain_plan, short

_MOST_PARTS: Final = 12  # of one section
_MOST_ODDITIES: Final = 30
_MOST_FIGURES: Final = 24  # sentences with a percentage, of all plans asked about
_SENTENCE: Final = re.compile(r"(?<=[.;])\s+")
_PERCENT: Final = re.compile(r"\d+(?:[.,]\d+)?\s*%")


def overview(writer: Writer, plans: Sequence[Plan]) -> Draft:
    """Who issued each plan and when, its sections with their parts, its tasks by group."""
    texts = ["\n".join(_overview(writer, plan)) for plan in plans]
    name = plain_plan(writer, plans[0].plan_id)
    suggestions = [writer.say("suggest_signed", plan=name)]
    if plans[0].tasks:
        suggestions.append(writer.say("suggest_count", plan=name))
    if plans[0].anomalies:
        suggestions.append(writer.say("suggest_oddities", plan=name))
    return Draft("answered", "\n\n".join(texts), suggestions=tuple(suggestions))


def _overview(writer: Writer, plan: Plan) -> list[str]:
    title = plan.facts.get("title")
    lines = [
        writer.say(
            "overview_head",
            plan=writer.plan_name(plan.plan_id),
            title=plain(title.value) if title else plan.source,
            mark=writer.sources.fact(plan, title) if title else "",
        ).rstrip(),
        "",
    ]
    lines += [f"- {facts.fact_told(writer, plan, name)}" for name in ("issuer", "issued_on", "signed_by") if name in plan.facts]
    lines += [f"- {_part(writer, plan, section)}" for section in outline.main_sections(plan)]
    if plan.tasks:
        lines.append(f"- {_tasks(writer, plan)}")
    return lines


def _part(writer: Writer, plan: Plan, section: Section) -> str:
    head = f"**{section.path}. {_heading(writer, section)}** {writer.sources.section(section)}"
    below = outline.titled_parts(plan, section)
    parts = [f"{s.number}. {_heading(writer, s)} {writer.sources.section(s)}" for s in below[:_MOST_PARTS]]
    if len(below) > _MOST_PARTS:
        parts.append(f"… (+{len(below) - _MOST_PARTS})")
    return f"{head}: {'; '.join(parts)}" if parts else head


def _heading(writer: Writer, section: Section) -> str:
    """The heading, or the words that a section without one begins with."""
    if section.inferred:
        return writer.say("overview_untitled")
    own = plain(writer.plan(section.plan_id).text[section.start : section.own_end])
    marker = rf"\W*(?:{re.escape(section.path)}|{re.escape(section.number or section.path)})[\W_]+"
    return short(plain(section.title or re.sub(marker, "", own, count=1)), 90)


def _tasks(writer: Writer, plan: Plan) -> str:
    """ "43 nhiệm vụ: I. Cải cách thể chế (5) [7]; …"."""
    groups, told = outline.task_groups(plan), []
    for group, count in groups:
        counted = f" ({count})" if count else ""  # the groups of a group have the rows
        told.append(f"{group.number or '–'}. {_heading(writer, group)}{counted} {writer.sources.section(group)}")
    if not groups:
        told.append(" ".join(dict.fromkeys(writer.sources.task(t) for t in (plan.tasks[0], plan.tasks[-1]))))
    return writer.say("overview_tasks", count=len(plan.tasks), groups="; ".join(told))


def targets(writer: Writer, question: Question, plans: Sequence[Plan]) -> Draft:
    """What each plan says under a heading on its targets; of one without such a heading its purpose, and its percentages."""
    texts = []
    for plan in plans:
        headed = outline.targets(plan)
        figures = [] if headed else list(_figures(writer, plan, outline.purpose(plan)))
        headed = headed or outline.purpose(plan)
        told = [sections.headed_sections(writer, question, headed).text] if headed else []
        if figures:
            most = max(3, _MOST_FIGURES // len(plans))
            more = [f"- … (+{len(figures) - most})"] if len(figures) > most else []
            head = writer.say("targets_figures", plan=writer.plan_name(plan.plan_id))
            told.append("\n".join([head, "", *(f"- {told} {mark()}" for told, mark in figures[:most]), *more]))
        texts += told
    if not texts:
        return Draft("not_found", writer.say("targets_none", scope=", ".join(writer.plan_name(p.plan_id) for p in plans)))
    return Draft("answered", "\n\n".join(texts))


def _figures(writer: Writer, plan: Plan, told: Sequence[Section]) -> Iterator[tuple[str, Callable[[], str]]]:
    """The sentences of a plan that give a percentage, of text and rows, each with the way to mark its source; without those
    of the sections told already."""
    for section in plan.sections:
        if any(s.start <= section.start < s.end for s in told):
            continue
        if section.kind not in ("front", "table_header", "footnote", "related"):
            own = unemphasised(plan.text[section.start : section.own_end])
            yield from (
                (s.strip(" -+"), partial(writer.sources.section, section)) for s in _SENTENCE.split(own) if _PERCENT.search(s)
            )
    for task in plan.tasks:
        cells = plain(f"{task.task or ''}; {task.product or ''}")
        yield from ((s, partial(writer.sources.task, task)) for s in _SENTENCE.split(cells) if _PERCENT.search(s))


def oddities(writer: Writer, plans: Sequence[Plan], kinds: Sequence[OddKind]) -> Draft:
    """What ingestion found odd in the originals, told and never repaired; of these kinds only, when some are named."""
    texts = []
    for plan in plans:
        found = outline.oddities(plan, kinds)
        if not found:
            continue
        lines = [f"- {plain(a.message)} {_mark(writer, plan, a)}".rstrip() for a in found[:_MOST_ODDITIES]]
        if len(found) > _MOST_ODDITIES:
            lines.append(f"- … (+{len(found) - _MOST_ODDITIES})")
        head = writer.say("oddities_head", plan=writer.plan_name(plan.plan_id), count=len(found))
        texts.append(head + "\n\n" + "\n".join(lines))
    if not texts:
        names = ", ".join(writer.plan_name(p.plan_id) for p in plans)
        return Draft("not_found", writer.say("oddities_none", scope=names))
    return Draft("answered", "\n\n".join([*texts, writer.say("oddities_hint")]))


def _mark(writer: Writer, plan: Plan, anomaly: Anomaly) -> str:
    """Where it stands; of what the header lacks, the header."""
    where = anomaly.where or ""
    if where in writer.shelf.tasks_by_id:
        return writer.sources.task(writer.shelf.tasks_by_id[where])
    if where in writer.shelf.sections_by_id:
        return writer.sources.section(writer.shelf.sections_by_id[where])
    front = next((s for s in plan.sections if s.kind == "front"), None)
    return writer.sources.section(front) if front else ""
