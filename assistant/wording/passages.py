"""Answers from passages found by search: the words that answer first, the figure before them, then where they stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from assistant.abbreviations import expand
from assistant.agencies import find_agencies
from assistant.asked_value import asked_value
from assistant.plans import LEAD_LINE, Passage, Section, Task
from assistant.retrieval import Hit, Weighed
from assistant.understanding.question import Question
from assistant.vietnamese import plain, unemphasised
from assistant.wording.draft import Draft, Writer, short
from assistant.wording.tasks import one_task

_SENTENCE: Final = re.compile(r"(?<=[.;])\s+(?=[\"“(]?[^\W\d_]|\d)")
_CLAUSE: Final = re.compile(r"(?<=[;.])\s+|(?<=,)\s+(?=\d+\s*%)")
_FIGURE: Final = re.compile(
    r"\d+(?:[.,]\d+)*\s*%|\d+(?:[.,]\d+)*\s+(?:biên chế|lần/tuần|lần|ngày|tháng|nội dung)|\d{1,3}(?:\.\d{3})+"
)
# with the words that make it a bound: "từ 20% trở lên" is not "20%"
_BOUNDED: Final = re.compile(
    r"(?:(?:trên|dưới|từ|tối thiểu|ít nhất|tối đa|không quá|không dưới|không vượt quá|khoảng|gần|hơn)\s+)?"
    rf"(?:{_FIGURE.pattern})(?:\s+(?:trở lên|trở xuống))?",
    re.IGNORECASE,
)
_SURE: Final = 0.4  # of the question in the clause: below that, its figure is not put before the text
_LETTERHEAD: Final = re.compile(
    r"\A(?=.{0,300}?CỘNG\s+H[ÒO][ÀA]\s+XÃ\s+HỘI).*?(?=\b(?:KẾ\s+HOẠCH|QUYẾT\s+ĐỊNH|ĐỀ\s+ÁN|CHƯƠNG\s+TRÌNH)\b)", re.DOTALL
)
_BETWEEN_QUOTES: Final = re.compile(r"“([^”]+)”")
_WHOLE: Final = 420  # a passage up to this length is quoted whole
_WHOLE_OF_DOCUMENTS: Final = 1400  # one that is to name a document: legal bases stand in a row


def from_passages(writer: Writer, question: Question, hits: Sequence[Hit], weighed: Weighed, *, by_plan: bool) -> Draft:
    """An answer from the best hits; `by_plan`: one of each plan, side by side. Of the plans asked to be compared, those without a
    hit are told."""
    draft = _found(writer, question, hits, weighed, by_plan=by_plan)
    told = {h.passage.plan_id for h in hits}
    asked = question.scopes
    if question.compare and not (asked or question.which):  # "mỗi kế hoạch"
        asked = tuple((card.plan_id,) for card in writer.shelf.cards)
    silent = [scope for scope in asked if not told & set(scope)] if len(asked) > 1 else []
    if not silent:
        return draft
    scope = ", ".join(writer.plan_name(p) for p in dict.fromkeys(p for scope in silent for p in scope))
    missing = writer.say("content_missing", scope=scope)
    return replace(draft, text=f"{draft.text}\n\n{missing}")


def _found(writer: Writer, question: Question, hits: Sequence[Hit], weighed: Weighed, *, by_plan: bool) -> Draft:
    if by_plan and len({h.passage.plan_id for h in hits}) > 1:
        return _side_by_side(writer, question, hits, weighed)
    best = hits[0]
    task = writer.shelf.tasks_by_id.get(best.passage.passage_id) if best.passage.kind == "task" else None
    if task and not question.number:
        draft = one_task(writer, question, task)
        return Draft(draft.status, _with_more(writer, question, draft.text, hits[1:], weighed), (task,), draft.suggestions)
    text = _answer(writer, question, best.passage, weighed)
    if task and question.wanted:
        text += _cells(writer, question, task)
    elif not task and (agency := _agency_above(writer, best.passage)):
        text = f"**{writer.agency(agency)}** – {text}"
    place = _where(writer, best.passage)
    if question.where and (headings := _headings(writer, best.passage)):
        place += f": {headings}"
    where = "\n\n".join([writer.say("content_where", where=place), *_contradictions(writer, question, best.passage)])
    return Draft("answered", _with_more(writer, question, f"{text}\n\n{where}", hits[1:], weighed), (task,) if task else ())


def _contradictions(writer: Writer, question: Question, passage: Passage) -> list[str]:
    """What a careful official adds to a figure: that another place of the plan gives another one."""
    said = plain(passage.text)

    def is_here(message: str) -> bool:
        return any(words.rstrip(" ;,.") in said for words in _BETWEEN_QUOTES.findall(message))

    odd = (a for a in writer.plan(passage.plan_id).anomalies if a.kind == "contradictory_targets" and question.number)
    return [
        writer.say("anomaly", message=plain(a.message)) for a in odd if a.where == passage.passage_id or is_here(plain(a.message))
    ]


def _with_more(writer: Writer, question: Question, text: str, hits: Sequence[Hit], weighed: Weighed) -> str:
    if not hits:
        return text
    lines = []
    for hit in hits:
        told = _told_of(writer, question, hit.passage, weighed)
        lines.append(
            writer.say(
                "content_more_line", text=told, where=_where(writer, hit.passage), mark=writer.sources.passage(hit.passage)
            )
        )
    return "\n\n".join([text, writer.say("content_more") + "\n" + "\n".join(lines)])


def _told_of(writer: Writer, question: Question, passage: Passage, weighed: Weighed) -> str:
    """A further passage in a line: a row with the wanted cells, a section with the agency whose duty it is."""
    task = writer.shelf.tasks_by_id.get(passage.passage_id)
    if task and not question.number:
        return short(task.task) + _cells(writer, question, task)
    text = short(best_part(passage, weighed, question), 320)
    agency = None if task else _agency_above(writer, passage)
    return f"**{writer.agency(agency)}** – {text}" if agency else text


def _cells(writer: Writer, question: Question, task: Task) -> str:
    """ " – Cơ quan chủ trì: **…**; Thời hạn: **…**": the wanted cells, or lead and deadline."""
    wanted = list(dict.fromkeys([*(c for c in question.wanted if c != "task"), "lead", "deadline"]))
    cells = [f"{writer.say(f'field_{c}')}: **{task.cell(c)}**" for c in wanted if task.cell(c)]
    return " – " + "; ".join(cells) if cells else ""


def _side_by_side(writer: Writer, question: Question, hits: Sequence[Hit], weighed: Weighed) -> Draft:
    lines = []
    tasks: list[Task] = []
    for hit in hits:
        task = writer.shelf.tasks_by_id.get(hit.passage.passage_id)
        if task and not question.number:
            tasks.append(task)
            text = short(task.task, 200) + _cells(writer, question, task)
        else:
            part = best_part(hit.passage, weighed, question)
            text = _emphasised(part) if question.number else part
        lines.append(
            writer.say(
                "content_plan", plan=writer.plan_name(hit.passage.plan_id), text=text, mark=writer.sources.passage(hit.passage)
            )
        )
    return Draft("answered", "\n".join(lines), tuple(tasks))


def _answer(writer: Writer, question: Question, passage: Passage, weighed: Weighed) -> str:
    part = best_part(passage, weighed, question)
    mark = writer.sources.passage(passage)
    if question.number:
        clauses = _of_the_bodies(question, _with_value(question, _CLAUSE.split(part)))
        clause = max(clauses, key=lambda c: weighed.covered_by(c) + 0.2 * bool(_FIGURE.search(c)), default="")
        figures = list(dict.fromkeys(" ".join(f.split()) for f in _FIGURE.findall(clause)))
        bounded = [" ".join(m.group().split()) for m in _BOUNDED.finditer(clause) if _FIGURE.search(m.group())]
        about = part if len(clauses) == 1 else clause  # the one clause of the body asked about says no more than its figure
        if len(figures) == 1 and weighed.covered_by(about) >= _SURE:
            return writer.say("content_number", numbers=max(bounded, key=len, default=figures[0]), text=part, mark=mark)
        return writer.say("content_text", text=_emphasised(part), mark=mark)
    return writer.say("content_text", text=part, mark=mark)


def _with_value(question: Question, clauses: Sequence[str]) -> Sequence[str]:
    """The clauses that print a value of the kind asked for, all when none does: of "bao nhiêu xã" the one with so many communes."""
    value = asked_value(question)
    return [c for c in clauses if value.printed_in(expand(c))] or clauses if value else clauses


def _of_the_bodies(question: Question, clauses: Sequence[str]) -> Sequence[str]:
    """The clauses with a figure for the bodies asked about: "các sở, ngành 40%, UBND cấp xã 30%". All where the clauses with a
    figure tell no bodies apart; none where they name others only."""
    if not question.agencies:
        return clauses
    named = {c: {m.name for m in find_agencies(c)} for c in clauses if _FIGURE.search(c)}
    if not any(named.values()):
        return clauses
    asked = set(question.agencies)
    return [c for c, names in named.items() if names and names <= asked] or [c for c, names in named.items() if names & asked]


def _emphasised(text: str) -> str:
    return _FIGURE.sub(lambda m: f"**{m.group()}**", text)


def best_part(passage: Passage, weighed: Weighed, question: Question) -> str:
    """The sentences of a passage that say most of what was asked, with a figure when one is asked; all of a short passage."""
    text = _spoken(passage)
    if len(text) <= (_WHOLE_OF_DOCUMENTS if question.documents else _WHOLE):
        return text
    sentences = _SENTENCE.split(text)
    best = max(
        range(len(sentences)),
        key=lambda i: (
            weighed.covered_by(sentences[i])
            + 0.2 * (question.number and bool(_FIGURE.search(sentences[i])))
            + (question.link and "://" in sentences[i])
        ),
    )
    first = last = best
    while last + 1 < len(sentences) and len(" ".join(sentences[first : last + 2])) <= _WHOLE:
        last += 1
    while first > 0 and len(" ".join(sentences[first - 1 : last + 1])) <= _WHOLE:
        first -= 1
    return ("… " if first else "") + " ".join(sentences[first : last + 1]) + (" …" if last + 1 < len(sentences) else "")


def _spoken(passage: Passage) -> str:
    """A passage without letterhead and the marker that opens it; of a row, the task and its product."""
    if passage.kind == "task":
        return plain(passage.text.split(LEAD_LINE)[0].replace("\nSản phẩm: ", " – Sản phẩm: "))
    text = _LETTERHEAD.sub("", passage.text)
    return re.sub(r"^[\s#>*]*(?:[-+]\s+|[IVX]+\.\s*|\d+(?:\.\d+)*[.)]\s*|[a-zđ]\)\s*)", "", unemphasised(text))


def _where(writer: Writer, passage: Passage) -> str:
    if passage.kind == "task":
        return f"{writer.plan_name(passage.plan_id)}, {writer.row(writer.shelf.tasks_by_id[passage.passage_id])}"
    return writer.place(writer.shelf.sections_by_id[passage.passage_id])


def _headings(writer: Writer, passage: Passage) -> str:
    """The headings over a passage, the highest first: "NHIỆM VỤ TRỌNG TÂM › Về cải cách TTHC"."""
    titled = [s for s in _section_and_above(writer, passage) if s.title and s.kind != "front"]
    return " › ".join(short(plain(s.title or ""), 90) for s in reversed(titled))


def never_given(writer: Writer, question: Question, what: str) -> Draft:
    """Something that plans of this kind never give."""
    return Draft("not_found", writer.say("never_given", what=what, scope=_scope(writer, question)))


def _scope(writer: Writer, question: Question) -> str:
    if question.plan_ids:
        return ", ".join(writer.plan_name(p) for p in question.plan_ids)
    return writer.say("all_plans", count=len(writer.shelf.cards))


def _agency_above(writer: Writer, passage: Passage) -> str | None:
    """The agency that the heading over a passage names: whose duty it is."""
    for section in _section_and_above(writer, passage):
        named = find_agencies(section.title or "")
        if named and named[0].at < 12:
            return named[0].name
    return None


def _section_and_above(writer: Writer, passage: Passage) -> Iterator[Section]:
    """The section that a passage is, and those that hold it, upwards; none for a row."""
    section = writer.shelf.sections_by_id.get(passage.passage_id)
    while section is not None:
        yield section
        section = writer.shelf.sections_by_id.get(section.parent_id or "")


def _near(writer: Writer, question: Question, hit: Hit, weighed: Weighed) -> str:
    """What comes nearest: a row with its cells, since one of them may be what a question doubts."""
    task = writer.shelf.tasks_by_id.get(hit.passage.passage_id)
    value = asked_value(question)
    if value and value.kind == "money":  # how much is not said; where it comes from may be
        question = replace(question, wanted=(*question.wanted, "budget"))
    return (
        short(task.task) + _cells(writer, question, task)
        if task
        else short(best_part(hit.passage, weighed, question), _WHOLE if question.untold else 220)
    )


def not_found(
    writer: Writer, question: Question, hits: Sequence[Hit], weighed: Weighed, *, unmentioned: Sequence[str] = ()
) -> Draft:
    """What was looked for, where, what of it is not mentioned at all, and what is nearest."""
    scope = _scope(writer, question)
    if not hits:
        return Draft("not_found", writer.say("nothing_near", scope=scope))
    lines = [
        writer.say(
            "not_in_plans_line",
            text=_near(writer, question, h, weighed),
            where=_where(writer, h.passage),
            mark=writer.sources.passage(h.passage),
        )
        for h in hits[:2]
    ]
    things = ", ".join(f"“{thing}”" for thing in dict.fromkeys(unmentioned))
    opening = writer.say("not_mentioned", scope=scope, things=things) if things else writer.say("not_in_plans", scope=scope)
    return Draft("not_found", opening + "\n\n" + "\n".join(lines))
