"""Follow-ups: a question that leans on the turn before → one that stands alone."""

import re
from dataclasses import dataclass, replace
from typing import Final

from assistant.plans import Task
from assistant.understanding.concepts import plain_words
from assistant.understanding.question import Question
from assistant.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Turn:
    """What the turn before asked, made whole, and the tasks that its answer was about."""

    question: Question
    tasks: tuple[Task, ...] = ()


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
    return bool(question.wanted or question.time) and not question.agencies and len(plain_words(question.words)) <= 4


def with_context(question: Question, before: Turn) -> Question:
    """Fill what the question leaves out from the turn before: plan, task, wanted columns, the subject itself."""
    old = before.question
    plan_ids = question.plan_ids or _plans_of(before)
    if question.wanted and before.tasks and _TASK_MEANT.search(question.text):  # "kinh phí của nhiệm vụ đó lấy từ đâu?"
        question = replace(question, facts=(), words=(), intent="content")
    elif question.facts and "deadline" in question.wanted and before.tasks and not _PLAN_MEANT.search(fold(question.text)):
        question = replace(
            question, facts=(), words=(), intent="content"
        )  # "hạn ban hành là khi nào?" after a task asks for the task's deadline
    if question.facts or question.section:
        return replace(question, plan_ids=plan_ids)
    if question.stt:  # "còn nhiệm vụ 30?"
        group = question.group or (old.group if old.intent == "task" and _in_group(before, question) else None)
        return replace(question, plan_ids=plan_ids, group=group, wanted=question.wanted or old.wanted)
    if (position := _position(question)) is not None and before.tasks:  # "việc đầu tiên trong số đó"
        task = before.tasks[min(position, len(before.tasks) - 1)]
        return replace(question, intent="task", plan_ids=(task.plan_id,), stt=task.stt, group=task.group)
    if old.agencies and not question.agencies and _AGENCY_MEANT.search(fold(question.text)):  # "sở đó ở Bến Tre chủ trì gì?"
        return replace(question, agencies=old.agencies, plan_ids=plan_ids)
    if (
        question.wanted
        and not question.agencies
        and before.tasks
        and len(plain_words(question.words)) <= 4
        and not question.plan_ids
    ):
        task = before.tasks[0]  # "ai phối hợp?"
        if len(before.tasks) == 1 or old.intent == "content":  # the best of what search found was answered first
            return replace(question, intent="task", plan_ids=(task.plan_id,), stt=task.stt, group=task.group)
        if old.stt:
            return replace(old, wanted=question.wanted, text=question.text, language=question.language)
    if question.agencies and len(plain_words(question.words)) <= 6 and old.intent in ("tasks", "duties"):  # "còn Sở Tài chính?"
        return replace(old, agencies=question.agencies, plan_ids=plan_ids, text=question.text, language=question.language,
                       role=question.role if question.wanted else old.role)  # fmt: skip
    if question.time and old.intent == "tasks" and len(plain_words(question.words)) <= 4:  # "quý III thì sao?"
        return replace(old, time=question.time, plan_ids=plan_ids, text=question.text, language=question.language)
    if question.group and not question.words and old.intent in ("task", "tasks"):
        return replace(old, group=question.group, plan_ids=plan_ids, text=question.text, language=question.language)
    if question.plan_ids and not (question.agencies or len(plain_words(question.words)) > 2):  # "còn Bến Tre?"
        return replace(old, plan_ids=question.plan_ids, language=question.language, wanted=question.wanted or old.wanted)
    return replace(question, plan_ids=plan_ids)


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


def _in_group(before: Turn, question: Question) -> bool:
    """Whether the group goes on: only where the STT alone does not tell the task."""
    return (
        bool(before.tasks)
        and question.stt is not None
        and before.tasks[0].group is not None
        and before.question.group is not None
    )
