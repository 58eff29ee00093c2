"""READ FIRST: how a question gets its answer. `Assistant.ask` is the recipe; every step is a name to jump to."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant import evidence, outline, things
from assistant.answers import Answer
from assistant.conversation import Turn, needs_context, with_context
from assistant.errors import ServiceUnavailable, UsageError
from assistant.evidence import Span, spans
from assistant.filters import Found, at_the_end, find_tasks
from assistant.library import Library
from assistant.plans import Plan, Task
from assistant.register import Shelf
from assistant.retrieval import Hit, Retriever, Weighed
from assistant.understanding.concepts import typed_words
from assistant.understanding.intents import beside_titles
from assistant.understanding.parts import has_subject, parts_of
from assistant.understanding.patterns import HOW_OFTEN, IN_IMPLEMENTATION
from assistant.understanding.question import Question
from assistant.understanding.reading import never_given, understand
from assistant.understanding.said import tidy
from assistant.vietnamese import fold
from assistant.wording import facts, lists, passages, sections, tasks, whole_plan
from assistant.wording.draft import Draft, Writer, side_by_side

MAX_QUESTION: Final = 20_000  # characters
_TURNS_REMEMBERED: Final = 6
_TURN_CHARACTERS: Final = 4_000  # of each; what a follow-up refers to is not that far in
_HITS: Final = 12  # of a search
_ANYWHERE: Final = 60
_ROW_FIRST: Final = 0.85  # a row this close behind the best passage answers before it when one of its cells is asked for


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found, best first, and how it is told."""

    found: tuple[Span, ...]
    tell: Callable[[Writer], Draft]


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer with how it came about: the question as understood and the places found for it, best first."""

    question: Question
    found: tuple[Span, ...]
    answer: Answer


class Assistant:
    """Answers questions from a library. One object serves many threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._retriever = Retriever(library)

    @property
    def library(self) -> Library:
        """The library it answers from."""
        return self._library

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        """Answer a question; `history`: earlier turns, oldest first, as {"role": "user" or "assistant", "content": …}.

        Raises UsageError for a question over 20,000 characters, LibraryError when the library is damaged.
        """
        return self.explain(question, history).answer

    def explain(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Explained:
        """The same, with how the answer came about."""
        started = time.perf_counter()
        if len(question) > MAX_QUESTION:
            raise UsageError(f"the question has {len(question):,} characters; ask in at most {MAX_QUESTION:,}")
        shelf = self._library.shelf()
        asked = understand(tidy(question), shelf)
        writer = Writer(asked.language, shelf)
        found: tuple[Span, ...] = ()
        try:
            if needs_context(asked) and (before := self._turn_before(history, shelf)):
                asked = with_context(asked, before)
                writer = Writer(asked.reply or asked.language, shelf)
            gathered = self._gather_parts(asked, shelf) or self._gather(asked, shelf)
            found, draft = gathered.found, gathered.tell(writer)
        except ServiceUnavailable as error:
            draft = Draft("unavailable", writer.say("unavailable", reason=error))
        answer = Answer(
            id=_answer_id(question, history), question=question, answer=draft.text, status=draft.status, language=writer.language,
            citations=writer.sources.citations, suggestions=draft.suggestions,
            elapsed_ms=round(1000 * (time.perf_counter() - started), 2),
        )  # fmt: skip
        return Explained(asked, found, answer)

    def _turn_before(self, history: Sequence[Mapping[str, str]], shelf: Shelf) -> Turn | None:
        """The last question of the history made whole, by going through the user's turns from the oldest remembered."""
        turn: Turn | None = None

        def tasks_of(question: Question) -> tuple[Task, ...]:
            return self._gather(question, shelf).tell(Writer(question.language, shelf)).tasks

        said = [tidy(m["content"][:_TURN_CHARACTERS]) for m in history if m.get("role") == "user" and m.get("content")]
        for text in said[-_TURNS_REMEMBERED:]:
            question = understand(text, shelf)
            if question.intent in ("greeting", "thanks", "capability"):
                continue
            if turn and needs_context(question):
                question = with_context(question, turn)
            turn = Turn(question, tasks_of, turn)
        return turn

    def _gather_parts(self, question: Question, shelf: Shelf) -> Evidence | None:
        """What the plans hold on a question that asks something else of each plan; None when it asks one thing of all."""
        each: list[Evidence] = []
        turn: Turn | None = None
        for text in parts_of(question, shelf):
            part = understand(text, shelf)
            if turn and needs_context(part) and not has_subject(part):
                part = with_context(part, turn)
            turn = Turn(part, lambda _: ())
            each.append(self._gather(part, shelf))
        if not each:
            return None
        return Evidence(tuple(dict.fromkeys(s for e in each for s in e.found)), lambda w: side_by_side([e.tell(w) for e in each]))

    def _gather(self, question: Question, shelf: Shelf) -> Evidence:
        """What the plans hold on a question."""
        if not question.text:
            return Evidence((), lambda w: facts.about(w, "empty"))
        if not question.meaning:  # nothing but orders and code
            return Evidence((), lambda w: facts.about(w, "out_of_scope"))
        match question.intent:
            case "greeting" | "thanks" | "capability" as what:
                return Evidence((), lambda w: facts.about(w, what))
            case "plans":
                return Evidence((), facts.plan_list)
        if question.absent and not question.plan_ids:
            return Evidence((), lambda w: facts.absent_plan(w, question.absent))
        if (given := never_given(question)) is not None:
            return Evidence((), lambda w: passages.never_given(w, question, given))
        plans = evidence.plans_asked(question, shelf)
        match question.intent:
            case "fact":
                return Evidence(evidence.spans_of_facts(plans, question.facts), lambda w: facts.plan_facts(w, question, plans))
            case "overview":
                parts = spans(s for p in plans for s in outline.main_sections(p))
                return Evidence(parts, lambda w: whole_plan.overview(w, plans) if question.plan_ids else facts.plan_list(w))
            case "targets":
                aims = spans(s for p in plans for s in outline.targets(p) or outline.purpose(p))
                return Evidence(aims, lambda w: whole_plan.targets(w, question, plans))
            case "oddities":
                odd = tuple(Span(p.plan_id, a.start, a.end) for p in plans for a in outline.oddities(p, question.odd))
                return Evidence(odd, lambda w: whole_plan.oddities(w, plans, question.odd))
            case "mentions":
                named = evidence.mentions(question, plans)
                return Evidence(spans(named), lambda w: sections.mentions(w, question, plans, named))
            case "task":
                return _task(question, plans)
            case "tasks":
                return self._tasks(question, plans, shelf)
            case "duties":
                return _duties(question, plans) or self._content(question, plans, shelf)
            case "section":
                return _section(question, plans)
        return self._content(question, plans, shelf)

    def _tasks(self, question: Question, plans: Sequence[Plan], shelf: Shelf) -> Evidence:
        """Tasks by filters, listed or counted; words that no filter explains are looked for in the rows."""
        if not any(p.tasks for p in plans):
            alone = question.topic and not (question.agencies or question.count or question.most)
            return self._content(question, plans, shelf) if alone and question.where else _without_table(question, plans)
        if question.more and len(question.agencies) > 1:
            return Evidence((), lambda w: lists.compared(w, question, plans))
        if question.most and question.which:
            return Evidence((), lambda w: lists.ranked_plans(w, question, plans))
        if question.most:
            return Evidence((), lambda w: lists.busiest(w, question, plans))
        topic = beside_titles(question, shelf)
        weighed = self._retriever.weigh(shelf, topic, translated=question.language == "en").subjects()
        if weighed.concepts and not question.wanted:  # "việc về chỉ số của các sở, ngành": no filter, part of the topic
            question = replace(question, agencies=tuple(a for a in question.agencies if not a.startswith("Các ")))
        filtered = bool(
            question.agencies or question.group or question.time or question.budget or question.blank or question.quoted
        )
        listed = _filtered(question, plans)
        told = evidence.duty_sections(question, plans) if question.agencies and not (listed.tasks or question.count) else []
        if told:
            return Evidence(spans(told), lambda w: lists.none_but_duties(w, question, plans, listed, told))
        if weighed.concepts and not question.quoted:
            on_topic = at_the_end(evidence.on_topic(listed, weighed), question.extreme)
            if on_topic.tasks:
                about = lists.topic(question, weighed)
                return Evidence(spans(on_topic.tasks), lambda w: lists.task_list(w, question, plans, on_topic, about=about))
            if not filtered and not (question.count and question.beyond <= 3):
                return self._content(question, plans, shelf)
        if question.count and not filtered:
            return Evidence((), lambda w: lists.count_of_plan(w, plans))
        shown = at_the_end(listed, question.extreme)
        return Evidence(spans(shown.tasks), lambda w: lists.task_list(w, question, plans, shown))

    def _content(self, question: Question, plans: Sequence[Plan], shelf: Shelf) -> Evidence:
        """Anything else: a heading that the question names, else what search finds, if it says enough of what was asked."""
        if _names_no_task(question):
            return Evidence((), lambda w: facts.about(w, "which_task"))
        headed = [] if question.wanted else evidence.headed_sections(question, plans)
        if headed and (question.plan_ids or len(headed) == 1):
            return Evidence(spans(headed), lambda w: sections.headed_sections(w, question, headed))
        weighed = self._retriever.weigh(shelf, question.words, translated=question.language == "en")
        hits = self._search(question, shelf, weighed)
        subjects = self._retriever.weigh(shelf, question.topic, translated=question.language == "en").subjects()
        good = evidence.that_can_say(question, [h for h in hits if evidence.is_evidence(question, h)], subjects, shelf)
        if question.outside and not (good and good[0] is hits[0] and good[0].coverage >= evidence.SURE):
            return Evidence((), lambda w: facts.about(w, "out_of_scope"))
        if good and not question.untold:
            by_plan = len(question.scopes) != 1
            chosen = _chosen(good, question, shelf, by_plan)
            ranked = spans(dict.fromkeys(h.passage for h in (*chosen, *good)))
            return Evidence(ranked, lambda w: passages.from_passages(w, question, chosen, weighed, by_plan=by_plan))
        if evidence.in_the_field(question, hits, shelf):
            unmentioned = things.unmentioned(question, plans)
            return Evidence(
                spans(h.passage for h in hits), lambda w: passages.not_found(w, question, hits, weighed, unmentioned=unmentioned)
            )
        return Evidence((), lambda w: facts.about(w, "out_of_scope"))

    def _search(self, question: Question, shelf: Shelf, weighed: Weighed) -> list[Hit]:
        if not question.words:
            return []
        # each name of a plan gets a search of its own: one must not crowd out another
        scopes = question.scopes or (question.plan_ids,)
        english = question.language == "en"
        plain = question.plain and not english  # the words of an English question come from the thesaurus, with their marks
        # across languages similarities tell little: what the thesaurus translated is compared in Vietnamese
        meaning = question.meaning or question.text
        if english:
            meaning = " ".join((meaning, *typed_words(question.words)))
        limit = _ANYWHERE if question.link else _HITS  # the one passage with an address may be far down
        hits = [
            hit
            for scope in scopes
            for hit in self._retriever.search(shelf, meaning, question.words, weighed, plain=plain, plan_ids=scope, limit=limit)
        ]
        return evidence.weighed(question, hits, shelf)


def _filtered(question: Question, plans: Sequence[Plan]) -> Found:
    """The tasks that pass the question's filters; a deadline given as it is printed is taken so, when some row has it."""

    def find(*, printed: bool) -> Found:
        return find_tasks(
            plans, group=question.group, group_title=question.group_title, agencies=question.agencies, role=question.role,
            time=question.time, budget=question.budget, blank=question.blank, quoted=question.quoted, printed=printed,
        )  # fmt: skip

    listed = find(printed=True) if question.time_printed and "," in (question.time or "") else Found(())
    return listed if listed.tasks else find(printed=False)


def _names_no_task(question: Question) -> bool:
    """ "and what is its product?" with nothing said before: there is nothing to look up."""
    subject = question.topic or question.plan_ids or question.agencies or question.number or question.link or question.documents
    return bool(question.wanted) and not subject


def _task(question: Question, plans: Sequence[Plan]) -> Evidence:
    found = evidence.numbered_tasks(question, plans)
    if len(found) == 1:
        return Evidence(spans(found), lambda w: tasks.one_task(w, question, found[0]))
    if found:
        return Evidence(spans(found), lambda w: tasks.several_tasks(w, question, found))
    if question.section and (numbered := evidence.numbered_sections(question, plans)):
        return Evidence(spans(numbered), lambda w: sections.section_text(w, question, numbered))
    return Evidence((), lambda w: tasks.no_such_task(w, question, [p.plan_id for p in plans]))


def _without_table(question: Question, plans: Sequence[Plan]) -> Evidence:
    """Tasks asked of plans without a task table: said so, or what the text gives an agency to do."""
    duties = None if question.count else _duties_in_text(question, plans)
    return duties or Evidence((), lambda w: tasks.no_such_task(w, question, [p.plan_id for p in plans]))


def _duties_in_text(question: Question, plans: Sequence[Plan]) -> Evidence | None:
    found = evidence.duty_sections(question, plans) if question.agencies else []
    return Evidence(spans(found), lambda w: sections.duties(w, question, found)) if found else None


def _duties(question: Question, plans: Sequence[Plan]) -> Evidence | None:
    """An agency's duties in the text, else the tasks that it leads; None when it has neither."""
    if duties := _duties_in_text(question, plans):
        return duties
    led = find_tasks(plans, agencies=question.agencies)
    if led.tasks and not IN_IMPLEMENTATION.search(fold(question.meaning)):
        return Evidence(spans(led.tasks), lambda w: lists.task_list(w, question, [p for p in plans if p.tasks], led))
    return None


def _section(question: Question, plans: Sequence[Plan]) -> Evidence:
    found = evidence.recipients(plans) if question.recipients else evidence.numbered_sections(question, plans)
    if found:
        return Evidence(spans(found), lambda w: sections.section_text(w, question, found))
    return Evidence((), lambda w: sections.no_section(w, question, plans))


def _chosen(good: Sequence[Hit], question: Question, shelf: Shelf, by_plan: bool) -> list[Hit]:
    """The hits to answer from: the best, and those close behind it."""
    if (
        question.wanted and not question.number and not HOW_OFTEN.search(fold(question.meaning))
    ):  # a lead or a deadline is asked for: rows give it, sections talk about it
        row = next((h for h in good if h.passage.kind == "task" and h.score >= _ROW_FIRST * good[0].score), good[0])
        good = [row, *(h for h in good if h is not row)]
        if not question.facts:
            good = evidence.what_it_is_first(question, good, shelf)
    best = good[0]
    if len(question.scopes) > 1:
        return evidence.best_of_each(good, question.scopes)
    if by_plan:
        each = evidence.best_of_each(good, [(p,) for p in dict.fromkeys(h.passage.plan_id for h in good)])
        close = [
            h
            for h in each
            if h.score >= (0.6 if question.compare else 0.68 if question.number else 0.8) * best.score
            and h.coverage >= 0.55 * best.coverage
        ]
        return close if len(close) > 1 else [best, *[h for h in good[1:] if h.score >= 0.9 * best.score][:1]]
    return [best, *[h for h in good[1:] if h.score >= 0.85 * best.score][:2]]


def _answer_id(question: str, history: Sequence[Mapping[str, str]]) -> str:
    said = "\x1e".join([*(m.get("content", "") for m in history), question])
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]
