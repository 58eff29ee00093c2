"""Follow-ups: a question that leans on the turn before → one that stands alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from assistant.abbreviations import expand
from assistant.plans import Task
from assistant.understanding.concepts import plain_words
from assistant.understanding.question import Question
from assistant.vietnamese import fold, tokens


@dataclass(frozen=True)
class Turn:
    """What the turn before asked, made whole; `answered` finds the tasks that its answer was about."""

    question: Question
    answered: Callable[[Question], tuple[Task, ...]]

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Found only when they are looked at: most turns of a conversation stand alone."""
        return self.answered(self.question)


def needs_context(question: Question) -> bool:
    """Whether a question may lean on the turn before."""
    if question.intent in ("greeting", "thanks", "capability", "plans") or question.absent:
        return False
    if question.elliptic or question.bare:
        return True
    if question.plan_ids:
        return False
    if _position(question) is not None:
        return True
    return bool(question.stt or question.facts or question.section or question.group) or _asks_only(question)


def _asks_only(question: Question) -> bool:
    """Names a column ("ai phối hợp?", "hạn khi nào?") or a time, and hardly anything else."""
    return bool(question.wanted or question.time) and not question.agencies and question.beyond <= 1


def with_context(question: Question, before: Turn) -> Question:
    """Fill what the question leaves out from the turn before: plan, task, wanted columns, the subject itself."""
    question = _about_the_task(question, before)
    plan_ids = question.plan_ids or _plans_of(before)
    if question.facts or question.section:
        return replace(question, plan_ids=plan_ids)
    return (
        _like_task_elsewhere(question, before)
        or _other_task(question, before, plan_ids)
        or _task_of_a_list(question, before)
        or _same_agency(question, before, plan_ids)
        or _same_task(question, before)
        or _same_question(question, before.question, plan_ids)
        or replace(question, plan_ids=plan_ids)
    )


def _about_the_task(question: Question, before: Turn) -> Question:
    """A question that only seems to be about the plan ("hạn ban hành là khi nào?") when a task was talked of."""
    if not (question.wanted and before.tasks):
        return question
    of_task = _TASK_MEANT.search(question.text)  # "kinh phí của nhiệm vụ đó lấy từ đâu?"
    of_plan = _PLAN_MEANT.search(fold(question.text))
    if of_task or (question.facts and "deadline" in question.wanted and not of_plan):
        return replace(question, facts=(), words=(), beyond=0, intent="content")
    return question


def _other_task(question: Question, before: Turn, plan_ids: tuple[str, ...]) -> Question | None:
    """ "còn nhiệm vụ 30?" """
    if question.stt is None:
        return None
    old = before.question
    group = question.group or (old.group if old.intent == "task" and _in_group(before) else None)
    return replace(question, plan_ids=plan_ids, group=group, wanted=question.wanted or old.wanted)


def _like_task_elsewhere(question: Question, before: Turn) -> Question | None:
    """ "thế còn Bến Tre, việc đó hạn khi nào?": what the task before is about, searched for in another plan."""
    if question.stt or question.agencies or question.facts or question.beyond > 2 or not question.plan_ids or not before.tasks:
        return None
    task, old = before.tasks[0], before.question
    if task.plan_id in question.plan_ids or not (old.derived or (old.intent == "content" and not old.number)):
        return None
    words = tuple(tokens(expand(task.task or "")))
    return replace(
        question,
        intent="content",
        text=task.task or question.text,
        meaning=task.task or "",
        words=words,
        wanted=question.wanted or old.wanted,
    )


def _task_of_a_list(question: Question, before: Turn) -> Question | None:
    """ "việc đầu tiên trong số đó" """
    position = _position(question)
    if position is None or not before.tasks:
        return None
    return _of_task(question, before.tasks[min(position, len(before.tasks) - 1)])


def _of_task(question: Question, task: Task) -> Question:
    return replace(question, intent="task", plan_ids=(task.plan_id,), stt=task.stt, group=task.group, derived=True)


def _same_agency(question: Question, before: Turn, plan_ids: tuple[str, ...]) -> Question | None:
    """ "sở đó ở Bến Tre chủ trì gì?" """
    if before.question.agencies and not question.agencies and _AGENCY_MEANT.search(fold(question.text)):
        return replace(question, agencies=before.question.agencies, plan_ids=plan_ids)
    return None


def _same_task(question: Question, before: Turn) -> Question | None:
    """ "ai phối hợp?" """
    if (
        not question.wanted
        or question.agencies
        or question.plan_ids
        or not before.tasks
        or question.beyond > (3 if question.elliptic else 1)
    ):
        return None
    old = before.question
    if len(before.tasks) == 1 or old.intent == "content":  # of several that search found, the best was answered first
        return _of_task(question, before.tasks[0])
    return replace(old, wanted=question.wanted, text=question.text, language=question.language) if old.stt else None


def _same_question(question: Question, old: Question, plan_ids: tuple[str, ...]) -> Question | None:
    """The question before with one thing changed: agency, time, group or plan."""
    said = {"text": question.text, "language": question.language}
    few = len(plain_words(question.words))
    if question.agencies and few <= 6 and old.intent in ("tasks", "duties"):  # "còn Sở Tài chính?"
        role = question.role if question.wanted else old.role
        return replace(old, agencies=question.agencies, role=role, plan_ids=plan_ids, **said)  # type: ignore[arg-type]
    if question.time and old.intent == "tasks" and few <= 4:  # "quý III thì sao?"
        return replace(old, time=question.time, plan_ids=plan_ids, **said)  # type: ignore[arg-type]
    if question.group and not few and old.intent in ("task", "tasks"):
        return replace(old, group=question.group, plan_ids=plan_ids, **said)  # type: ignore[arg-type]
    if question.plan_ids and not question.agencies and few <= 2:  # "còn Bến Tre?"
        return replace(old, plan_ids=question.plan_ids, language=question.language, wanted=question.wanted or old.wanted)
    return None


_AGENCY_MEANT: Final = re.compile(r"\b(?:so|co quan|don vi|ban) (?:do|nay|ay)\b|\b(?:it|they|that (?:agency|department))\b")
_TASK_MEANT: Final = re.compile(r"\b(?:nhiệm vụ|việc) (?:này|đó|ấy|trên)\b|\b(?:this|that) task\b", re.IGNORECASE)
_PLAN_MEANT: Final = re.compile(r"\b(?:ke hoach|kh|plan|van ban)\b|\bky\b|\bsign")
_POSITION: Final = re.compile(
    r"\b(?:viec|nhiem vu|cai|muc|dong|task|the) (?:(dau tien|first|thu nhat)|(thu hai|thu 2|second)|(thu ba|thu 3|third)|(cuoi cung|cuoi|last))\b"
)


def _position(question: Question) -> int | None:
    """Which of the tasks listed before is meant, from 0; None when none is."""
    match = _POSITION.search(fold(question.text))
    if not match or question.stt:
        return None
    return 10_000 if match[4] else next(i for i, g in enumerate(match.groups()) if g)


def _plans_of(before: Turn) -> tuple[str, ...]:
    if before.question.plan_ids:
        return before.question.plan_ids
    return tuple(dict.fromkeys(t.plan_id for t in before.tasks)) if len({t.plan_id for t in before.tasks}) == 1 else ()


def _in_group(before: Turn) -> bool:
    """Whether the group goes on: only where the STT alone does not tell the task."""
    return bool(before.tasks) and before.tasks[0].group is not None and before.question.group is not None
