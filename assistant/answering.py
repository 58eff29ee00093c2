"""READ FIRST: how a question gets its answer. `Assistant.ask` is the recipe; every step is a name to jump to."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from typing import Final

from assistant import evidence
from assistant.answers import Answer
from assistant.conversation import Turn, needs_context, with_context
from assistant.errors import ServiceUnavailable, UsageError
from assistant.filters import find_tasks
from assistant.library import Library
from assistant.plans import Task
from assistant.register import Shelf
from assistant.retrieval import Hit, Retriever, Weighed
from assistant.understanding.question import Question
from assistant.understanding.reading import never_given, tidy, understand
from assistant.wording import facts, lists, passages, sections, tasks
from assistant.wording.draft import Draft, Writer

MAX_QUESTION: Final = 20_000  # characters
_TURNS_REMEMBERED: Final = 6
_ROW_FIRST: Final = 0.75  # a row this close behind the best passage answers before it when one of its cells is asked for


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
        started = time.perf_counter()
        if len(question) > MAX_QUESTION:
            raise UsageError(f"the question has {len(question):,} characters; ask in at most {MAX_QUESTION:,}")
        shelf = self._library.shelf()
        asked = understand(tidy(question), shelf)
        writer = Writer(asked.language, shelf)
        try:
            if needs_context(asked) and (before := self._turn_before(history, shelf)):
                asked = with_context(asked, before)
            draft = self._respond(asked, writer)
        except ServiceUnavailable as error:
            draft = Draft("unavailable", writer.say("unavailable", reason=error))
        return Answer(
            id=_answer_id(question, history), question=question, answer=draft.text, status=draft.status, language=asked.language,
            citations=writer.sources.citations, suggestions=draft.suggestions,
            elapsed_ms=round(1000 * (time.perf_counter() - started), 2),
        )  # fmt: skip

    def _turn_before(self, history: Sequence[Mapping[str, str]], shelf: Shelf) -> Turn | None:
        """The last question of the history made whole, by going through the user's turns from the oldest remembered."""
        turn: Turn | None = None

        def tasks_of(question: Question) -> tuple[Task, ...]:
            return self._respond(question, Writer(question.language, shelf)).tasks

        said = [tidy(m["content"]) for m in history if m.get("role") == "user" and m.get("content")]
        for text in said[-_TURNS_REMEMBERED:]:
            question = understand(text, shelf)
            if question.intent in ("greeting", "thanks", "capability"):
                continue
            if turn and needs_context(question):
                question = with_context(question, turn)
            turn = Turn(question, tasks_of)
        return turn

    def _respond(self, question: Question, writer: Writer) -> Draft:
        """Gather the evidence that the question calls for and word it."""
        if not question.text:
            return facts.about(writer, "empty")
        match question.intent:
            case "greeting" | "thanks" | "capability":
                return facts.about(writer, question.intent)
            case "plans":
                return facts.plan_list(writer)
        if question.absent and not question.plan_ids:
            return facts.absent_plan(writer, question.absent)
        if (given := never_given(question)) is not None:
            return passages.never_given(writer, question, given)
        match question.intent:
            case "fact":
                return facts.plan_facts(writer, question, evidence.plans_asked(question, writer.shelf))
            case "task":
                return self._task(question, writer)
            case "tasks":
                return self._tasks(question, writer)
            case "duties":
                return self._duties(question, writer)
            case "section":
                return self._section(question, writer)
        return self._content(question, writer)

    def _task(self, question: Question, writer: Writer) -> Draft:
        plans = evidence.plans_asked(question, writer.shelf)
        found = evidence.numbered_tasks(question, plans)
        if len(found) == 1:
            return tasks.one_task(writer, question, found[0])
        if found:
            return tasks.several_tasks(writer, question, found)
        if question.section and (numbered := evidence.numbered_sections(question, plans)):
            return sections.section_text(writer, question, numbered)
        return tasks.no_such_task(writer, question, [p.plan_id for p in plans])

    def _tasks(self, question: Question, writer: Writer) -> Draft:
        plans = evidence.plans_asked(question, writer.shelf)
        if not any(p.tasks for p in plans):
            if question.agencies and (found := evidence.duty_sections(question, plans)):
                return sections.duties(writer, question, found)
            return tasks.no_such_task(writer, question, [p.plan_id for p in plans])
        if question.most:
            return lists.busiest(writer, question, plans)
        if not (question.agencies or question.group or question.time or question.budget):
            return (
                lists.count_of_plan(writer, plans)
                if question.count
                else lists.task_list(writer, question, plans, find_tasks(plans))
            )
        listed = find_tasks(
            plans,
            group=question.group,
            agencies=question.agencies,
            role=question.role,
            time=question.time,
            budget=question.budget,
        )
        return lists.task_list(writer, question, plans, listed)

    def _duties(self, question: Question, writer: Writer) -> Draft:
        plans = evidence.plans_asked(question, writer.shelf)
        if found := evidence.duty_sections(question, plans):
            return sections.duties(writer, question, found)
        led = find_tasks(plans, agencies=question.agencies)
        if led.tasks:
            return lists.task_list(writer, question, [p for p in plans if p.tasks], led)
        return self._content(question, writer)

    def _section(self, question: Question, writer: Writer) -> Draft:
        plans = evidence.plans_asked(question, writer.shelf)
        found = evidence.numbered_sections(question, plans)
        return sections.section_text(writer, question, found) if found else sections.no_section(writer, question, plans)

    def _content(self, question: Question, writer: Writer) -> Draft:
        """Anything else: a heading that the question names, else what search finds, if it says enough of what was asked."""
        plans = evidence.plans_asked(question, writer.shelf)
        if (
            not question.wanted
            and (headed := evidence.headed_sections(question, plans))
            and (question.plan_ids or len(headed) == 1)
        ):
            return sections.headed_sections(writer, question, headed)
        weighed = self._retriever.weigh(writer.shelf, question.words, translated=question.language == "en")
        hits = self._search(question, writer.shelf, weighed)
        good = evidence.with_figures(question, [h for h in hits if evidence.is_evidence(question, h)])
        if good:
            by_plan = len(question.plan_ids) != 1
            return passages.from_passages(writer, question, _chosen(good, question, by_plan), weighed, by_plan=by_plan)
        if evidence.in_the_field(question, hits):
            return passages.not_found(writer, question, hits, weighed)
        return facts.about(writer, "out_of_scope")

    def _search(self, question: Question, shelf: Shelf, weighed: Weighed) -> list[Hit]:
        if not question.words:
            return []
        # each plan named gets a search of its own: one must not crowd out another
        scopes: list[tuple[str, ...]] = [(p,) for p in question.plan_ids] or [()]
        english = question.language == "en"
        plain = question.plain and not english  # the words of an English question come from the glossary, with their marks
        hits = [
            hit
            for scope in scopes
            for hit in self._retriever.search(
                shelf, question.text, question.words, weighed, plain=plain, plan_ids=scope, translated=english
            )
        ]
        return evidence.weighed(question, hits, shelf)


def _chosen(good: Sequence[Hit], question: Question, by_plan: bool) -> list[Hit]:
    """The hits to answer from: the best, and those close behind it."""
    if question.wanted and not question.number:  # a lead or a deadline is asked for: rows give it, sections talk about it
        row = next((h for h in good if h.passage.kind == "task" and h.score >= _ROW_FIRST * good[0].score), good[0])
        good = [row, *(h for h in good if h is not row)]
    best = good[0]
    if by_plan:
        each = evidence.best_of_each_plan(good)
        floor = 0.6 if question.plan_ids else 0.8
        close = [h for h in each if h.score >= floor * best.score and (question.plan_ids or h.coverage >= 0.55 * best.coverage)]
        return close if len(close) > 1 else [best, *[h for h in good[1:] if h.score >= 0.9 * best.score][:1]]
    return [best, *[h for h in good[1:] if h.score >= 0.85 * best.score][:2]]


def _answer_id(question: str, history: Sequence[Mapping[str, str]]) -> str:
    said = "\x1e".join([*(m.get("content", "") for m in history), question])
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]
