"""Question → what the plans hold on it: tasks by number, sections by number or heading, duties, passages by search."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from assistant import things
from assistant.abbreviations import expand, folded_words
from assistant.agencies import find_agencies
from assistant.asked_value import ADDRESS, SHARE, asked_value
from assistant.filters import Found, row_words
from assistant.plans import Column, Passage, Plan, Section, Task
from assistant.register import Shelf
from assistant.retrieval import Hit, Weighed
from assistant.understanding.concepts import concepts_of, plain_words, typed_words
from assistant.understanding.patterns import DOCUMENT_KINDS
from assistant.understanding.question import FactName, Question
from assistant.vietnamese import fold, tokens

_PERCENT_ASKED: Final = re.compile(r"%|phan tram|percent|ty le|\brate\b|\bshare\b|proportion")
_DOCUMENT: Final = re.compile(r"\d+\s*/(?:\d{4}/)?[A-ZĐ][\w-]*")  # "45/2016/QĐ-TTg", "6459/BNV-CCHC"
# A figure, not the number of a document, a day, a level of services or a section
_COUNTED: Final = re.compile(
    r"\d\s*%|(?<![\d/.,-])\d+(?:[.,]\d+)*\s+(?:biên chế|người|đơn vị|lần|ngày|nội dung|bước|điểm|thủ tục|dịch vụ|cuộc|lớp|chỉ tiêu|nhiệm vụ|xã|huyện)\b|thứ hạng|xếp thứ|nhóm \d"
)
_TARGET_ASKED: Final = re.compile(r"\bdat\b|muc tieu|chi tieu|target|\bscore\b|\breach|\baim")
_REACHED: Final = re.compile(r"đạt\s+(?:(?:từ|tối thiểu|trên|ít nhất|khoảng)\s+)*\**\d")
_PLAN_WORD: Final = re.compile(r"\b(?:ke hoach|kh|plan|phu luc|appendix|nhiem vu|tasks?|muc tieu|chi tieu|targets?)\b")
_SENTENCES: Final = re.compile(r"(?<=[;.])\s+|\n")
_FIGURE_SHARE: Final = 0.42  # of the subjects, in the sentence with the figure and the headings over it
_SIDE_SHARE: Final = 0.3  # of the subjects, in a side of a comparison
_ON_TOPIC: Final = 0.74
_IN_THE_FIELD: Final = 0.25
_DUTY_LESS: Final = 0.25  # who asks for an agency's duties is answered by what names it
SURE: Final = 0.95  # covers so much of the question that it is about nothing else
# The score from which a passage answers: fitted (logistic regression) on some 1,000 questions, a quarter of them such
# that no plan answers. Scores of English questions run lower, those of questions for figures higher.
_ENOUGH: Final = 0.58
_ENGLISH_LESS: Final = 0.1
_FIGURES_MORE: Final = 0.12
_NAMED_LESS: Final = 0.03  # who names a plan asks about it
_COMPARED_LESS: Final = 0.1  # of plans set side by side each shall have its say
# "Xây dựng và triển khai thực hiện Kế hoạch đào tạo …" is about training
_OPENERS: Final = re.compile(
    r"(?:(?:xay dung|to chuc|trien khai|thuc hien|ke hoach|ban hanh|tiep tuc|tham muu|uy ban nhan dan|cong tac|viec|tinh|va|cac) )+"
)
# "kế hoạch tuyên truyền …": the row that draws up this plan, not one that carries it out
_PLAN_OF: Final = re.compile(r"\b(?:ke hoach|kh) (?!cai cach|cchc|hanh chinh|cua|nam|nay|do|so|ubnd|tinh|\d)([a-z]+ [a-z]+)\b")
_NEARLY: Final = 0.88  # of the best score: rows of one plan this close are told apart by what they are, not by their words
_HEAD: Final = 6  # words of a task that say what it is
_LITTLE_ELSE: Final = 3  # words
_HEADING_SAID: Final = re.compile(r"\b(?:muc|phan|section)(?: (?:[ivx]+|\d+))? (\w.*)")
_GENERIC_HEADING_WORDS: Final = frozenset(
    "cai cach hanh chinh tinh nha nuoc cchc nam phan muc noi nao nam section say says the ke hoach".split()
)


class Span(NamedTuple):
    """A place in a plan: [start, end) of its text."""

    plan_id: str
    start: int
    end: int


def spans(found: Iterable[Task | Section | Passage]) -> tuple[Span, ...]:
    """Where tasks, sections (with all below them) or passages stand."""
    return tuple(Span(f.plan_id, f.start, f.end) for f in found)


def spans_of_facts(plans: Iterable[Plan], names: Sequence[FactName]) -> tuple[Span, ...]:
    """Where the header facts asked for stand."""
    found = []
    for plan in plans:
        for name in names:
            facts = plan.legal_bases if name == "legal_bases" else [plan.facts[name]] if name in plan.facts else []
            found += [Span(plan.plan_id, fact.start, fact.end) for fact in facts]
    return tuple(found)


def plans_asked(question: Question, shelf: Shelf) -> list[Plan]:
    """The plans that a question names, or all."""
    ids = question.plan_ids or tuple(c.plan_id for c in shelf.cards)
    return [shelf.plans[i] for i in ids]


def numbered_tasks(question: Question, plans: Sequence[Plan]) -> list[Task]:
    """The tasks that a number, a place in the table or the turn before means, in the group when the question names one."""
    if question.task_id:
        return [t for p in plans for t in p.tasks if t.task_id == question.task_id]
    among = [
        t for p in plans for t in p.tasks if question.group in (None, t.group) and question.group_title in (None, t.group_title)
    ]
    if question.stt is None and question.position is not None:
        each = [[t for t in among if t.plan_id == p.plan_id] for p in plans]
        return [rows[question.position] for rows in each if -len(rows) <= question.position < len(rows)]
    found = [t for t in among if t.stt == question.stt]
    if not found and question.stt and "." not in question.stt:  # "07" for 7, or printed so
        found = [t for t in among if t.stt.lstrip("0") == question.stt.lstrip("0")]
    return found


def numbered_sections(question: Question, plans: Sequence[Plan]) -> list[Section]:
    """Sections whose path is the question's; brackets of inferred levels don't matter, nor does a leading level left out."""
    wanted = (question.section or "").lower()

    def key(section: Section) -> str:
        return re.sub(r"[\[\]]", "", section.path).lower()

    numbered = [
        s
        for p in plans
        for s in p.sections
        if s.ordinal is None and s.kind not in ("group", "table_header", "appendix") and s.number
    ]
    exact = [s for s in numbered if key(s) == wanted or key(s) == f"điều {wanted}"]
    return exact or [s for s in numbered if key(s).endswith(f".{wanted}")]


def headed_sections(question: Question, plans: Sequence[Plan]) -> list[Section]:
    """Sections whose heading is what the question names: every word of it asked for, and hardly any word asked besides."""
    asked = [
        w
        for w in dict.fromkeys(fold(w) for w in plain_words(question.words))
        if w not in _GENERIC_HEADING_WORDS and not w.isdigit()
    ]
    if not asked:
        return []
    if not question.agencies and (called := _called_by_heading(question, plans)):
        return called
    each = [[frozenset(run) - _GENERIC_HEADING_WORDS for run in concept] for concept in concepts_of(question.topic)]
    named = [runs for runs in each if any(runs)]
    alone = (
        set(named[0]).intersection(*named) if named and not question.agencies else set()
    )  # "its motto?": one thing, in any of its names
    typed = [runs[0] for runs in named]
    found: list[tuple[float, Section]] = []
    for plan in plans:
        for section in plan.sections:
            if not section.title or section.kind in ("group", "appendix", "item") or section.end - section.start > 12_000:
                continue
            heading = [
                w for w in dict.fromkeys(tokens(fold(section.title))) if w not in _GENERIC_HEADING_WORDS and not w.isdigit()
            ]
            if not heading or not set(heading) <= set(asked):
                continue
            share = 1.0 + (set(heading) in typed) if set(heading) in alone else len(heading) / len(asked)
            if share >= 0.66:
                found.append((share, section))
    best = max((share for share, _ in found), default=0)
    return [s for share, s in found if share == best][:5]


def _called_by_heading(question: Question, plans: Sequence[Plan]) -> list[Section]:
    """Sections that a question calls by their heading, and asks for little else: "mục Kinh phí thực hiện quy định gì?"."""
    called = {m[1] for m in _HEADING_SAID.finditer(" ".join(folded_words(question.meaning or question.text)))}
    if not called:
        return []

    def is_called(section: Section) -> bool:
        heading = " ".join(folded_words(section.title or ""))
        if len(heading.split()) < 2 or not any(f"{words} ".startswith(f"{heading} ") for words in called):
            return False
        return sum(fold(w) not in heading.split() for w in typed_words(question.topic)) <= _LITTLE_ELSE

    kept = (s for p in plans for s in p.sections if s.kind not in ("group", "appendix", "item", "table_header"))
    return [s for s in kept if s.title and is_called(s)]


def recipients(plans: Sequence[Plan]) -> list[Section]:
    """The blocks that say who a plan is sent to."""
    return [s for p in plans for s in p.sections if s.kind == "recipients"]


def mentions(question: Question, plans: Sequence[Plan]) -> list[Section | Task]:
    """The sections and rows that print the documents asked for, in the order of the text."""
    found: list[Section | Task] = []
    for plan in plans:
        if not all(things.prints(plan, thing) for thing in question.cited):
            continue
        own: list[tuple[Section | Task, str]] = [
            (s, plan.text[s.start : s.own_end]) for s in plan.sections if s.kind not in ("group", "table_header")
        ]
        own += [(t, plan.text[t.start : t.end]) for t in plan.tasks]
        found += [part for part, text in own if any(things.says(text, thing) for thing in question.cited)]
    return found


def duty_sections(question: Question, plans: Sequence[Plan]) -> list[Section]:
    """The sections that give an agency its duties: their heading, or the words that open them, name it.

    Of several agencies asked for, those that name the most of them.
    """
    found: list[Section] = []
    named: dict[str, int] = {}
    for plan in plans:
        for section in plan.sections:
            if section.kind in ("front", "related", "footnote", "recipients", "signature", "appendix", "group", "table_header"):
                continue
            opening = section.title or plan.text[section.start : section.own_end][:90]
            if section.kind == "item" or (not section.title and "giao" not in fold(opening)[:14]):
                continue
            if len(opening) >= 260:
                continue
            names = {m.name for m in find_agencies(opening, english=False) if m.at < 60 or len(question.agencies) > 1}
            if count := len(names & set(question.agencies)):
                found.append(section)
                named[section.section_id] = count
        inner = {s.parent_id for s in found}
        found = [s for s in found if s.section_id not in inner]
    most = max(named.values(), default=0)
    return [s for s in found if named[s.section_id] == most]


def weighed(question: Question, hits: Sequence[Hit], shelf: Shelf) -> list[Hit]:
    """Hits with what the question asks for taken into account: a row that has the wanted cell, a passage with figures."""
    asked = fold(question.text)
    percent = bool(_PERCENT_ASKED.search(asked))
    value = asked_value(question)
    subjects = [run for concept in concepts_of(question.topic) for run in concept if len(run) > 1]
    out = []
    for hit in hits:
        bonus = 0.0
        task = shelf.tasks_by_id.get(hit.passage.passage_id)
        if task and not question.number and _could_say(task, question.wanted):
            bonus += 0.18
        if task and any(run == _head(task.task)[: len(run)] for run in subjects):
            bonus += 0.06
        if question.number and (SHARE if percent else _COUNTED).search(hit.passage.text):
            bonus += 0.2
        if question.number and _TARGET_ASKED.search(asked) and _REACHED.search(hit.passage.text):
            bonus += 0.1
        if value and value.kind == "rhythm" and value.printed_in(hit.passage.text):
            bonus += 0.12
        if question.documents and _DOCUMENT.search(hit.passage.text):
            bonus += 0.12 + (0.1 if _names_kind(asked, hit.passage.text) else 0.0)
        if "lead" in question.wanted and hit.passage.kind == "section" and _of_an_agency(hit.passage.context):
            bonus += 0.08
        if question.link and ADDRESS.search(hit.passage.text):
            bonus += 0.3
        if hit.passage.plan_id in question.near:
            bonus += 0.05
        if question.agencies:
            bonus += 0.06 * min(2, sum(fold(a) in fold(hit.passage.text) for a in question.agencies))
        out.append(replace(hit, score=hit.score + bonus))
    return sorted(out, key=lambda h: (-h.score, h.passage.passage_id))


@lru_cache(maxsize=4096)
def _head(task: str | None) -> tuple[str, ...]:
    """The words that a row's task begins with: "Khảo sát ý kiến …" is the survey, "Công khai kết quả khảo sát" is not."""
    words = " ".join(folded_words(task or ""))
    opener = _OPENERS.match(words)
    return tuple(words[opener.end() if opener else 0 :].split()[:_HEAD])


@lru_cache(maxsize=4096)
def _of_an_agency(headings: str) -> bool:
    """Whether the headings over a passage name an agency: whose duty it is."""
    return bool(find_agencies(headings))


def _could_say(task: Task, wanted: Sequence[Column]) -> bool:
    """Whether a row has one of the columns asked for, blank or not; rows that only head others have nothing to say."""
    return any(c in task.columns for c in wanted) and any(task.cell(c) for c in ("lead", "deadline", "product"))


def _names_kind(asked: str, text: str) -> bool:
    """Whether a text names a document of a kind that is asked for, by its number."""
    kinds = [name for pattern, name in DOCUMENT_KINDS.items() if re.search(rf"\b(?:{pattern})s?\b", asked)]
    return any(re.search(rf"{name}\s+(?:số\s+)?\d", text.lower()) for name in kinds)


def is_evidence(question: Question, hit: Hit) -> bool:
    """Whether a passage says enough of what was asked to answer from it."""
    enough = _ENOUGH
    if question.language == "en":
        enough -= _ENGLISH_LESS
    if question.number:
        enough += _FIGURES_MORE
    if question.plan_ids:
        enough -= _NAMED_LESS
    if len(question.scopes) > 1 or question.compare:
        enough -= _COMPARED_LESS
    if question.intent == "duties" and set(question.agencies) <= {m.name for m in find_agencies(hit.passage.text)}:
        enough -= _DUTY_LESS
    return hit.phrase and hit.score >= enough


def that_can_say(question: Question, hits: Sequence[Hit], subjects: Weighed, shelf: Shelf) -> list[Hit]:
    """Hits that can tell what is asked: of the years named, and with a sentence that prints a value of the kind asked for and
    is about the subjects asked for."""
    hits = _of_the_years(question, things.that_speak_of(question.things, hits, shelf), shelf)
    if len(question.scopes) > 1 and question.number:  # a side that says nothing of the subject has no figure of it
        hits = [h for h in hits if not subjects.concepts or subjects.covered_by(h.passage.embedded) >= _SIDE_SHARE]
    value = asked_value(question)
    if value is None:
        return hits
    if value.kind in ("rhythm", "year"):  # every row has its deadline
        return [h for h in hits if h.passage.kind == "task" or value.printed_in(h.passage.text)]
    if value.kind == "address":  # few passages have one, and it tells itself whose it is
        return [h for h in hits if value.printed_in(h.passage.text)]
    # a figure near a thing is not yet a figure of it
    hits = [h for h in hits if all(things.says(h.passage.embedded, thing) for thing in question.things)]

    def says(hit: Hit, sentence: str) -> bool:
        return bool(value.printed_in(expand(sentence))) and _is_about(sentence, hit, subjects)

    return [h for h in hits if any(says(h, s) for s in _SENTENCES.split(h.passage.text))]


def _of_the_years(question: Question, hits: Sequence[Hit], shelf: Shelf) -> list[Hit]:
    """Hits that tell of a year named, when it is no year of the plans asked: "in 2019" of a plan for 2021."""
    if len(question.scopes) > 1:  # every plan has years of its own
        return list(hits)
    periods = [period for plan in plans_asked(question, shelf) if (period := plan.years())]
    years = [y for y in question.years if not any(first <= int(y) <= last for first, last in periods)]
    return [h for h in hits if not years or any(y in h.passage.embedded for y in years)]


def _is_about(sentence: str, hit: Hit, subjects: Weighed) -> bool:
    return not subjects.concepts or subjects.covered_by(f"{hit.passage.context}\n{expand(sentence)}") >= _FIGURE_SHARE


def in_the_field(question: Question, hits: Sequence[Hit], shelf: Shelf) -> bool:
    """Whether a question without an answer is at least about the plans."""
    if question.untold and question.plan_ids:
        return True
    if question.stt or question.section or question.agencies or question.facts or (question.wanted and question.plan_ids):
        return True
    if question.plan_ids and _PLAN_WORD.search(fold(question.text)):
        return True
    if question.plan_ids and any(things.prints(plan, thing) for thing in question.things for plan in shelf.plans.values()):
        return True
    best = max((h.coverage for h in hits if h.phrase), default=0.0)
    return best >= _IN_THE_FIELD


def what_it_is_first(question: Question, hits: Sequence[Hit], shelf: Shelf) -> list[Hit]:
    """Hits, where of the rows of one plan that score nearly alike the one that is what was asked for comes first: the
    survey before the publication of its results, the plan to be drawn up before its carrying out."""
    names = [("ke", "hoach", *m[1].split()) for m in _PLAN_OF.finditer(fold(question.meaning or question.text))]
    subjects = names or [run for concept in concepts_of(question.topic) for run in concept if len(run) > 1]

    def is_it(hit: Hit) -> bool:
        task = shelf.tasks_by_id.get(hit.passage.passage_id)
        if task is None:
            return False
        head = tuple(folded_words(task.task or ""))[:_HEAD] if names else _head(task.task)
        return any(run == head[i : i + len(run)] for run in subjects for i in range(3))

    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(hit.passage.plan_id, hit.score)
    it = {h.passage.passage_id for h in hits if h.score >= _NEARLY * best[h.passage.plan_id] and is_it(h)}
    return sorted(hits, key=lambda h: (-best[h.passage.plan_id], 0) if h.passage.passage_id in it else (-h.score, 1))


def best_of_each(hits: Sequence[Hit], scopes: Iterable[Sequence[str]]) -> list[Hit]:
    """The first hit of every scope that has one."""
    firsts = (next((h for h in hits if h.passage.plan_id in scope), None) for scope in scopes)
    return list(dict.fromkeys(h for h in firsts if h))


def on_topic(found: Found, weighed: Weighed) -> Found:
    """Of tasks found, those whose row says nearly all of the words weighed."""
    return Found(
        *(
            tuple(t for t in tasks if weighed.covered_by(expand(row_words(t))) >= _ON_TOPIC)
            for tasks in (found.tasks, found.coarser, found.other_years)
        )
    )
