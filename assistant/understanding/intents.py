"""What a question that is read wants: `intent_of` is the whole decision, from the surest sign to the least."""

import re
from typing import Final

from assistant.register import Shelf
from assistant.understanding import patterns
from assistant.understanding.concepts import CONCEPT_END, chunks, first_runs, runs_of, typed_words
from assistant.understanding.numbers import Numbers
from assistant.understanding.question import Intent, Question
from assistant.understanding.whole_plan import whole_plan
from assistant.vietnamese import fold, one_tone, tokens

_DUE: Final = re.compile(
    r"\bhan\b|\bden han\b|\bdue\b|\bdeadline\b|\bxong\b|\bhoan thanh\b|\bfinish\w*|\btruoc\b|\bbefore\b|\bby\b"
)
_TASKS_NAMED: Final = re.compile(r"\bnhiem vu\b(?! cua\b)|\btasks?\b|\bdau viec\b")
_FEW: Final = 3  # words that no field explains: a filter still answers
_LAST_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+")
_SHORT: Final = 12  # words of a greeting
_FACT_WORDS: Final = 9  # besides those of the title, when a header fact is asked for
_CITING_WORDS: Final = 5  # those of the document's own number and kind
_ISSUER_WORDS: Final = 6
_SIGNER_WORDS: Final = 16  # nothing but plans is signed in them
_NAMING_WORDS: Final = frozenset("kh cái của tỉnh năm chỉ số ý cơ ấy đó nha nhé nữa cải cách hành chính cchc".split())


def intent_of(question: Question, shelf: Shelf, rest: str, numbers: Numbers, *, listing: bool) -> Intent:
    """The intent of a question. `rest`: its folded words without names of plans and agencies; `listing`: it asks for rows."""
    return (
        _about_the_assistant(question)
        or _about_plans(question, shelf)
        or _about_a_whole_plan(question, shelf, rest)
        or _about_a_document(question)
        or _about_one_task(question, numbers)
        or _about_an_agency(question, rest)
        or _about_tasks(question, rest, listing=listing)
        or ("section" if question.section and not question.agencies else "content")
    )


def _about_the_assistant(question: Question) -> Intent | None:
    folded = fold(_LAST_SENTENCE.split(question.meaning.rstrip(" ?.!"))[-1])
    if len(folded.split()) > _SHORT or question.plan_ids or question.stt or question.agencies or question.absent:
        return None
    if patterns.CAPABILITY.search(folded):
        return "capability"
    polite = (not question.wanted or "?" not in question.text) and len(typed_words(question.topic)) <= _FEW
    if polite and patterns.GREETING.search(folded):
        return "greeting"
    return "thanks" if polite and patterns.THANKS.search(folded) else None


def _about_plans(question: Question, shelf: Shelf) -> Intent | None:
    named = question.plan_ids or question.time or question.facts or question.agencies or question.stt or question.cited
    if patterns.PLANS.search(fold(question.meaning)) and not named and question.beyond <= 2:
        return "plans"
    if question.recipients and question.plan_ids and not question.stt:
        return "section"
    if question.cited and question.plan_ids and question.facts == ("legal_bases",):  # "is it based on Decision 28?"
        return "mentions"
    return "fact" if question.facts and _says_little_else(question, shelf) else None


def _about_a_whole_plan(question: Question, shelf: Shelf, rest: str) -> Intent | None:
    if question.stt or question.section or question.group or question.agencies or question.facts:
        return None
    titles = {fold(word) for word in _title_words(question, shelf)}
    return whole_plan(rest, None if question.plain else one_tone(question.meaning), titles)


def _about_a_document(question: Question) -> Intent | None:
    if not question.cited or question.stt or question.number or question.agencies or question.beyond > _CITING_WORDS:
        return None
    return "mentions" if patterns.MENTIONED.search(fold(question.meaning)) else None


def _about_one_task(question: Question, numbers: Numbers) -> Intent | None:
    either = numbers.grouped and not question.wanted and not question.group  # "II.7": a task or a section
    return "task" if question.stt and not either else None


def _about_an_agency(question: Question, rest: str) -> Intent | None:
    if not question.agencies or question.beyond > _FEW:
        return None
    duties = patterns.DUTIES.search(rest) and not (_TASKS_NAMED.search(rest) or question.time or question.count)
    return "duties" if duties or patterns.IN_IMPLEMENTATION.search(rest) else None


def _about_tasks(question: Question, rest: str, *, listing: bool) -> Intent | None:
    named = bool(_TASKS_NAMED.search(rest))
    if question.more and len(question.agencies) > 1 and question.beyond <= _FEW:
        return "tasks"
    if question.most and (question.wanted or named or "viec" in fold(question.meaning)):
        return "tasks"
    due_somewhere = question.which and question.time  # "tỉnh nào có nhiệm vụ hạn tháng 6?"
    if (question.extreme or due_somewhere) and named and question.beyond <= _FEW:
        return "tasks"
    placed = question.position is not None and (question.group or question.plan_ids) and not question.agencies
    if placed and question.beyond <= _FEW:
        return "task"
    filtered = bool(question.agencies or question.time or question.group or question.budget or question.blank)
    if listing and (filtered or question.count or named or not question.beyond):
        return "tasks"
    if question.section and not question.agencies:
        return None
    cells = (
        question.wanted
        and not {"lead", "coordinating", "task"} & set(question.wanted)
        and not (question.number or question.facts)
    )
    if question.agencies and cells and question.beyond <= 1:  # "Sở Tài chính phải nộp gì?": of all its rows
        return "tasks"
    due = question.agencies and question.time and _DUE.search(fold(question.meaning))
    return "tasks" if due and question.beyond <= _FEW else None


def names_plans_only(question: Question, shelf: Shelf) -> bool:
    """Whether a question says nothing besides the plans that it names, by words of their titles too."""
    known = _title_words(question, shelf) | _NAMING_WORDS
    return bool(question.plan_ids) and all(w in known for w in typed_words(question.words))


def _says_little_else(question: Question, shelf: Shelf) -> bool:
    """Whether header facts asked for are a plan's, and not of something that it talks of."""
    titles = _title_words(question, shelf)
    said = [w for w in typed_words(question.topic) if w not in titles]
    if question.language == "en":  # one English word may stand for many
        said = [run[0] for run in first_runs(question.topic) if not set(run) <= titles]
    if "signed_by" in question.facts and not question.documents:
        return len(said) <= _SIGNER_WORDS
    if question.documents and "legal_bases" not in question.facts:  # the number or the date of a document about something
        return not said
    if (
        question.facts == ("legal_bases",) and question.language == "en"
    ):  # "which government resolution": the issuer is no subject
        return len(said) <= _ISSUER_WORDS
    loose = question.documents or "issued_on" in question.facts  # rules are issued, too
    return len(said) <= (_FEW if loose else _FACT_WORDS)


def beside_titles(question: Question, shelf: Shelf) -> tuple[str, ...]:
    """The topic without words of the titles of the plans named: they say which plan, and all of its rows are about them."""
    titles = _title_words(question, shelf)
    kept = (chunk for chunk in chunks(question.topic) if not any(set(run) <= titles for run in runs_of(chunk) if titles))
    return tuple(word for chunk in kept for word in (*chunk, CONCEPT_END))


def _title_words(question: Question, shelf: Shelf) -> set[str]:
    return {w for i in question.plan_ids for w in tokens(shelf.cards_by_id[i].title)}
