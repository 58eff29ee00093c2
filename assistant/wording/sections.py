"""Answers with what a section says: by its number, by its heading, or as an agency's duties."""

import re
from collections.abc import Sequence
from typing import Final

from assistant.plans import Plan, Section, Task
from assistant.things import says
from assistant.understanding.question import Question
from assistant.vietnamese import plain, unemphasised
from assistant.wording.draft import Draft, Writer, plain_plan, short
from assistant.wording.sources import section_place

_MOST_CHARACTERS: Final = 2500
_AROUND: Final = 260  # characters
_FEW_ROWS: Final = 3  # told with the duties; more are a list of their own
_MOST_MENTIONS: Final = 20  # of one plan
_SENTENCE: Final = re.compile(r"(?<=[.;])\s+")


def section_text(writer: Writer, question: Question, sections: Sequence[Section]) -> Draft:
    """What one section says, or the candidates when several have the number."""
    if len(sections) == 1:
        return Draft("answered", _whole(writer, sections[0], where_asked=question.where))
    lines = [
        f"- {writer.place(s)}: {short(s.title or plain(writer.plan(s.plan_id).text[s.start : s.own_end]), 140)} {writer.sources.section(s)}"
        for s in sections
    ]
    return Draft(
        "ambiguous", writer.say("several_sections", count=len(sections), path=question.section or "") + "\n\n" + "\n".join(lines)
    )


def headed_sections(writer: Writer, question: Question, sections: Sequence[Section]) -> Draft:
    """Sections whose heading the question names, whole, one after another."""
    return Draft("answered", "\n\n".join(_whole(writer, s, where_asked=question.where) for s in sections))


def _whole(writer: Writer, section: Section, *, where_asked: bool = False) -> str:
    mark = writer.sources.section(section, whole=True)
    where = writer.place(section)
    if where_asked:
        path = section.path.replace("[", "").replace("]", "")
        head = writer.say(
            "where_section",
            where=f"mục {path}",
            title=section.title or short(_own(writer, section)),
            mark=mark,
            plan=writer.plan_name(section.plan_id),
        )
    elif section.title:
        head = writer.say("section_head", title=section.title, where=where, mark=mark)
    else:
        head = writer.say("section_untitled", where=where, mark=mark)
    return "\n\n".join(filter(None, [head, body(writer, section)]))


def _own(writer: Writer, section: Section) -> str:
    return unemphasised(writer.plan(section.plan_id).text[section.start : section.own_end])


def body(writer: Writer, section: Section) -> str:
    """A section's words as a Markdown list: its own text without the heading, then what is below it."""
    plan = writer.plan(section.plan_id)
    lines = []
    own = _without_heading(_own(writer, section), section)
    if own:
        lines.append(own)
    size = len(own)
    below = [
        s
        for s in plan.sections
        if section.start < s.start < section.end and s.own_end > s.start and s.kind not in ("table_header", "group")
    ]
    for i, child in enumerate(below):
        text = _own(writer, child).lstrip("-+ ")
        if size + len(text) > _MOST_CHARACTERS and i:
            lines.append(f"- … (+{len(below) - i})")
            break
        size += len(text)
        lines.append(f"- {text}")
    return "\n".join(lines)


def _without_heading(text: str, section: Section) -> str:
    title = section.title or ""
    at = text.find(title) if title else -1
    if at < 0 or at > 15:
        return text
    return text[at + len(title) :].lstrip(" :.*#")


def mentions(writer: Writer, question: Question, plans: Sequence[Plan], named: Sequence[Section | Task]) -> Draft:
    """Every place that names the documents asked for, plan by plan, and which of the plans do not."""
    what = ", ".join(f"“{thing.typed}”" for thing in question.cited)
    if not named:
        return Draft("not_found", writer.say("not_named", things=what, scope=_scope(writer, plans)))
    texts = []
    for plan in plans:
        here = [part for part in named if part.plan_id == plan.plan_id]
        if not here:
            continue
        lines = [f"- {_mention(writer, question, part)}" for part in here[:_MOST_MENTIONS]]
        if len(here) > _MOST_MENTIONS:
            lines.append(f"- … (+{len(here) - _MOST_MENTIONS})")
        head = writer.say("mentions_head", things=what, plan=writer.plan_name(plan.plan_id), count=len(here))
        texts.append("\n".join([head, "", *lines]))
    silent = [p for p in plans if not any(part.plan_id == p.plan_id for part in named)]
    if silent:
        texts.append(writer.say("not_named", things=what, scope=_scope(writer, silent)))
    return Draft("answered", "\n\n".join(texts), tuple(part for part in named if isinstance(part, Task)))


def _scope(writer: Writer, plans: Sequence[Plan]) -> str:
    return ", ".join(writer.plan_name(p.plan_id) for p in plans)


def _mention(writer: Writer, question: Question, part: Section | Task) -> str:
    """The words around a document's number, the place, and the source."""
    if isinstance(part, Task):
        text, place, mark = plain(part.task or ""), writer.row(part), writer.sources.task(part)
    else:
        text, place, mark = _own(writer, part), section_place(part), writer.sources.section(part)
    sentences = [s for s in _SENTENCE.split(text) if any(says(s, thing) for thing in question.cited)]
    return f"{_around(question.cited[0].typed, sentences[0] if sentences else text)} ({place}) {mark}"


def _around(number: str, text: str) -> str:
    """The words on either side of a document's number, cut between words."""
    text = text.strip(" -+")
    leading = re.split(r"\D", number, maxsplit=1)[0]
    digits = re.search(rf"(?<!\d){leading}(?!\d)", text)
    if len(text) <= _AROUND or digits is None or digits.end() < _AROUND // 2:
        return short(text, _AROUND)
    start = text.rfind(" ", 0, digits.start() - _AROUND // 2) + 1
    return ("… " if start else "") + short(text[start:], _AROUND)


def no_section(writer: Writer, question: Question, plans: Sequence[Plan]) -> Draft:
    """Which sections there are instead."""
    plan = plans[0]
    top = [s for s in plan.sections if s.kind in ("roman", "article", "part", "upper")]
    paths = "; ".join(f"{s.path}" + (f" ({s.title})" if s.title else "") for s in top)
    nearest = writer.say("section_nearest", paths=paths) if top else ""
    return Draft(
        "not_found", writer.say("section_absent", plan=writer.plan_name(plan.plan_id), path=question.section, nearest=nearest)
    )


def duties(writer: Writer, question: Question, sections: Sequence[Section]) -> Draft:
    """What the sections on an agency give it to do, plan by plan."""
    agency = question.agencies[0]
    texts = []
    for section in sections:
        where = writer.place(section)
        head = writer.say(
            "duties_head", agency=writer.agency(agency), where=where, mark=writer.sources.section(section, whole=True)
        )
        led = [t for t in writer.plan(section.plan_id).tasks if agency in t.lead_agencies]
        more = writer.say("duties_more", agency=agency, count=len(led)) if led else ""
        if len(led) <= _FEW_ROWS:
            more = "\n".join([more, *(f"- {_row(writer, t)}" for t in led)])
        texts.append("\n\n".join(filter(None, [head, body(writer, section), more])))
    plan_id = sections[0].plan_id
    name = plain_plan(writer, plan_id)
    return Draft("answered", "\n\n".join(texts), suggestions=(writer.say("suggest_list", agency=agency, plan=name),))


def _row(writer: Writer, task: Task) -> str:
    """A row in a line: its number, what it is, its deadline."""
    deadline = f" – {task.deadline}" if task.deadline else ""
    return f"{writer.row(task)}: {short(task.task, 200)}{deadline} {writer.sources.task(task)}"
