"""Follow-ups: a question that leans on the turns before → one that stands alone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from assistant.abbreviations import expand
from assistant.filters import row_words
from assistant.plans import Task
from assistant.understanding.concepts import CONCEPT_END, typed_words
from assistant.understanding.question import Question
from assistant.vietnamese import fold, tokens


@dataclass(frozen=True)
class Turn:
    """What a turn asked, made whole; `answered` finds the tasks that its answer was about."""

    question: Question
    answered: Callable[[Question], tuple[Task, ...]]
    before: "Turn | None" = None

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Found only when they are looked at: most turns of a conversation stand alone."""
        return self.answered(self.question)

    def backwards(self) -> Iterator["Turn"]:
        """This turn and those before it."""
        turn: Turn | None = self
        while turn is not None:
            yield turn
            turn = turn.before


def needs_context(question: Question) -> bool:
    """Whether a question may lean on the turns before."""
    if question.intent in ("greeting", "thanks", "capability", "plans") or question.absent:
        return False
    if question.intent in ("overview", "targets", "oddities"):
        return not (question.plan_ids or question.compare)
    if question.elliptic or question.bare:
        return True
    if question.plan_ids:
        return False
    if (
        _asks_where_only(question)
        or _asks_base_only(question)
        or question.position is not None
        or _RELATIVE.search(fold(question.meaning))
    ):
        return True
    return bool(question.stt or question.facts or question.section or question.group) or _asks_only(question)


def _asks_where_only(question: Question) -> bool:
    """ "mục nào nói vậy?": where what was told stands."""
    return question.where and {fold(w) for w in typed_words(question.topic)} <= _PLACE_WORDS


def _asks_base_only(question: Question) -> bool:
    """ "so với năm nào?": what the figure just told is measured by."""
    return bool(_BASE.fullmatch(" ".join(tokens(fold(question.meaning)))))


def _asks_only(question: Question) -> bool:
    """Names a column ("ai phối hợp?", "hạn khi nào?") or a time, and hardly anything else."""
    return bool(question.wanted or question.time) and not question.agencies and question.beyond <= 1


def with_context(question: Question, before: Turn) -> Question:
    """Fill what the question leaves out from the turns before: plan, task, wanted columns, the subject itself."""
    if back := _turn_gone_back_to(question, before):
        question, before = replace(question, stt=None, position=None, beyond=0, topic=()), back
    question = _about_the_task(question, before)
    plan_ids = question.plan_ids or _plans_of(before)
    if question.facts or question.section or question.intent in ("overview", "targets", "oddities"):
        return _in_plans(question, plan_ids)
    return (
        _same_place(question, before)
        or _one_of_candidates(question, before)
        or _neighbour(question, before)
        or _like_task_elsewhere(question, before)
        or _other_task(question, before, plan_ids)
        or _task_of_a_list(question, before)
        or _same_agency(question, before, plan_ids)
        or _same_task(question, before)
        or _same_subject(question, before)
        or _compared(question, before)
        or _same_question(question, before.question, plan_ids)
        or _in_plans(replace(question, number=question.number or _asks_alike(question, before.question)), plan_ids)
    )


def _asks_alike(question: Question, old: Question) -> bool:
    """ "còn SIPAS thì sao?" after a figure asks for a figure."""
    return question.elliptic and old.number and not question.wanted


def _in_plans(question: Question, plan_ids: tuple[str, ...]) -> Question:
    """The question about these plans; the names that it gives itself stay side by side."""
    return replace(question, plan_ids=plan_ids, scopes=question.scopes or ((plan_ids,) if plan_ids else ()))


def _turn_gone_back_to(question: Question, before: Turn) -> Turn | None:
    """ "quay lại nhiệm vụ đầu tiên tôi hỏi": the earlier turn that is meant."""
    if not _GONE_BACK.search(fold(question.meaning)):
        return None
    turns = [t for t in before.backwards() if t.tasks]
    if question.stt:
        return next((t for t in turns if t.question.stt == question.stt), None)
    if not turns:
        return None
    return turns[-1] if question.position == 0 else turns[min(1, len(turns) - 1)]


def _about_the_task(question: Question, before: Turn) -> Question:
    """A question that only seems to be about the plan ("hạn ban hành là khi nào?") when a task was talked of."""
    if not (question.wanted and before.tasks):
        return question
    of_task = question.beyond <= _OWN_WORDS and _TASK_MEANT.search(question.meaning)  # "kinh phí của nhiệm vụ đó lấy từ đâu?"
    of_plan = _PLAN_MEANT.search(fold(question.meaning))
    if of_task or (question.facts and "deadline" in question.wanted and not of_plan):
        return replace(question, facts=(), words=(), topic=(), beyond=0, intent="content")
    return question


def _same_place(question: Question, before: Turn) -> Question | None:
    """ "câu đó nằm ở mục nào?", "so với năm nào?": the question before in its own words, lest another passage come first; its
    answer says the place, and what its figure is measured by."""
    where = _asks_where_only(question)
    if not (where or _asks_base_only(question)):
        return None
    return replace(before.question, where=where or before.question.where, reply=question.reply or question.language)


def _asked_again(old: Question, question: Question) -> Question:
    """The question before, to be answered in the language of the one that leans on it."""
    return replace(old, text=question.text, reply=question.reply or question.language)


def _one_of_candidates(question: Question, before: Turn) -> Question | None:
    """The answer to a question back: "của Bến Tre", "cái thứ hai", "nhóm cải cách thể chế"."""
    old = before.question
    if old.intent != "task" or len(before.tasks) < 2 or question.stt or question.facts or question.agencies:
        return None
    left = [t for t in before.tasks if not question.plan_ids or t.plan_id in question.plan_ids]
    left = [t for t in left if question.group in (None, t.group) and question.group_title in (None, t.group_title)]
    said = set(tokens(fold(question.meaning)))
    titled = [t for t in left if (title := set(tokens(fold(t.group_title or "")))) and len(title & said) >= min(3, len(title))]
    if len(titled) < len(left) and titled and question.group is None:
        left = titled
    if len(left) > 1 and question.position is not None and -len(left) <= question.position < len(left):
        left = [left[question.position]]
    if not left or len(left) == len(before.tasks):
        return None
    if len(left) == 1:
        return replace(_of_task(question, left[0]), wanted=question.wanted or old.wanted)
    plans = tuple(dict.fromkeys(t.plan_id for t in left))
    narrowed = replace(_asked_again(old, question), group=question.group or old.group, wanted=question.wanted or old.wanted)
    return _in_plans(replace(narrowed, scopes=()), plans)


def _neighbour(question: Question, before: Turn) -> Question | None:
    """ "nhiệm vụ kế tiếp", "the one before it": a row beside the one talked of."""
    match = _RELATIVE.search(fold(question.meaning))
    if not match or question.stt or len(before.tasks) != 1:
        return None
    task = before.tasks[0]
    among = before.answered(replace(before.question, intent="tasks", plan_ids=(task.plan_id,), **_NO_FILTERS))  # type: ignore[arg-type]
    at = next((i for i, t in enumerate(among) if t.task_id == task.task_id), None)
    if at is None:
        return None
    at += 1 if match[1] or match[3] or match[5] else -1
    return _of_task(question, among[at]) if 0 <= at < len(among) else None


def _like_task_elsewhere(question: Question, before: Turn) -> Question | None:
    """ "thế còn Bến Tre, việc đó hạn khi nào?": what the task before is about, searched for in another plan."""
    if question.stt or question.agencies or question.facts or question.beyond > 2 or not question.plan_ids or not before.tasks:
        return None
    task, old = before.tasks[0], before.question
    if task.plan_id in question.plan_ids or not (old.derived or (old.intent == "content" and not old.number)):
        return None
    words = old.words if old.intent == "content" else tuple(tokens(expand(task.task or "")))
    meaning = old.meaning if old.intent == "content" else task.task or ""
    return replace(
        question, intent="content", meaning=meaning, words=words, things=(), wanted=question.wanted or old.wanted,
        language=old.language if old.intent == "content" else "vi", reply=question.reply or question.language,
    )  # fmt: skip


def _other_task(question: Question, before: Turn, plan_ids: tuple[str, ...]) -> Question | None:
    """ "còn nhiệm vụ 30?" """
    if question.stt is None:
        return None
    old = before.question
    group = question.group or (old.group if old.intent == "task" and _in_group(before) else None)
    asked = replace(question, intent="task", group=group, wanted=question.wanted or old.wanted)
    return _in_plans(asked, plan_ids)


def _task_of_a_list(question: Question, before: Turn) -> Question | None:
    """ "việc đầu tiên trong số đó" """
    if question.position is None or not before.tasks or question.group:
        return None
    last = len(before.tasks) - 1
    return _of_task(question, before.tasks[last if question.position < 0 else min(question.position, last)])


def _of_task(question: Question, task: Task) -> Question:
    return replace(
        question, intent="task", plan_ids=(task.plan_id,), scopes=((task.plan_id,),), stt=task.stt, group=task.group,
        group_title=None, position=None, task_id=task.task_id, derived=True,
    )  # fmt: skip


def _same_agency(question: Question, before: Turn, plan_ids: tuple[str, ...]) -> Question | None:
    """ "sở đó ở Bến Tre chủ trì gì?" """
    said = fold(question.meaning)
    if before.question.agencies and not question.agencies and _AGENCY_MEANT.search(said) and not _WHO.search(said):
        return _in_plans(replace(question, agencies=before.question.agencies), plan_ids)
    return None


def _same_task(question: Question, before: Turn) -> Question | None:
    """ "ai phối hợp?" """
    if not question.wanted or question.agencies or question.plan_ids or not before.tasks:
        return None
    if question.time and before.question.intent == "tasks" and len(before.tasks) > 1:  # "cái nào hạn quý I?": a narrower list
        return None
    if question.beyond > (3 if question.elliptic else 1):
        return None
    if (
        question.beyond > 1
        and question.language == "vi"
        and not question.plain
        and not any(_is_of(question, task) for task in before.tasks)
    ):
        return None
    old = before.question
    if len(before.tasks) == 1 or old.intent == "content":  # of several that search found, the best was answered first
        return _of_task(question, before.tasks[0])
    if old.stt or (old.intent == "tasks" and len(before.tasks) <= _FEW):
        return replace(_asked_again(old, question), wanted=question.wanted)
    return None


def _is_of(question: Question, task: Task) -> bool:
    """Whether a task's row says the words that a question has of its own."""
    row = set(tokens(fold(row_words(task))))
    return all(fold(w) in row for w in typed_words(question.topic))


def _same_subject(question: Question, before: Turn) -> Question | None:
    """ "ai chủ trì?" of what was found in the text: the same search, for another thing about it."""
    old = before.question
    alone = question.wanted and not (question.topic or question.plan_ids or question.agencies or question.stt or question.number)
    if not alone or old.intent != "content" or not old.topic:
        return None
    return replace(_asked_again(old, question), wanted=question.wanted, number=False)


def _compared(question: Question, before: Turn) -> Question | None:
    """ "nơi nào đặt cao hơn?": the question before, of the plans of the last two turns side by side."""
    if question.plan_ids or question.beyond > 4 or not _WHICH_IS_MORE.search(fold(question.meaning)):
        return None
    turns = [t.question for t in before.backwards()][:2]
    scopes = tuple(dict.fromkeys(scope for q in reversed(turns) for scope in (q.scopes or ((q.plan_ids,) if q.plan_ids else ()))))
    if len(scopes) < 2:
        return None
    plans = tuple(dict.fromkeys(p for scope in scopes for p in scope))
    return replace(_asked_again(turns[-1], question), plan_ids=plans, scopes=scopes)


def _same_question(question: Question, old: Question, plan_ids: tuple[str, ...]) -> Question | None:
    """The question before with one thing changed: agency, time, group or plan."""
    said = _asked_again(old, question)
    if (
        question.agencies and question.beyond <= 4 and (old.intent in ("tasks", "duties") or question.count)
    ):  # "còn Sở Tài chính?"
        role = question.role if question.wanted else old.role
        intent = "tasks" if question.count else old.intent
        return _in_plans(
            replace(said, intent=intent, agencies=question.agencies, role=role, topic=(), scopes=question.scopes), plan_ids
        )
    body = question.agencies or _BODY.search(fold(question.meaning))
    if body and not (question.wanted or question.plan_ids) and question.beyond <= 3 and old.intent == "content" and old.topic:
        words = (*old.topic, CONCEPT_END, *question.words)  # "cấp xã thì bao nhiêu?"
        meaning = f"{old.meaning} {question.meaning}"
        return _in_plans(
            replace(said, agencies=question.agencies, words=words, meaning=meaning, scopes=question.scopes), plan_ids
        )
    if question.time and old.intent == "tasks" and question.beyond <= 2:  # "quý III thì sao?"
        return _in_plans(replace(said, time=_with_year(question.time, old.time), scopes=question.scopes or old.scopes), plan_ids)
    if question.group and not question.beyond and old.intent in ("task", "tasks"):
        return _in_plans(replace(said, group=question.group, group_title=question.group_title), plan_ids)
    same = question.beyond <= 2 or _SAME_FIGURE.search(
        fold(question.meaning)
    )  # "còn Bến Tre?", "Lạng Sơn có đặt con số đó không?"
    if question.plan_ids and not question.agencies and same:
        wanted = question.wanted or old.wanted
        return replace(
            old,
            reply=question.reply or question.language,
            plan_ids=question.plan_ids,
            scopes=question.scopes,
            wanted=wanted,
            absent=(),
            years=question.years,
        )
    return None


def _with_year(time: str, before: str | None) -> str:
    """ "quý III" after "quý IV/2021" is of the same year."""
    year = re.search(r"20\d\d", before or "")
    return f"{time} nam {year.group()}" if year and not re.search(r"20\d\d", time) else time


_PLACE_WORDS: Final = frozenset(
    "muc phan doan khoan diem trang dong cho cau con so y dieu noi dung thong tin do nay vay the section part page line it that this figure".split()
)
_BASE: Final = re.compile(
    r"(?:(?:vay|the|la|thi|giam|tang|do la) )*so voi (?:(?:moc|nam|ky|muc|thoi diem|cai|giai doan) )*(?:nao|gi|may|bao nhieu)(?: (?:vay|the|a|nhi|ha))*"
    r"|(?:(?:is that|and) )*(?:compared|relative) (?:to|with) (?:what|which)(?: (?:year|baseline|base|period))?"
)
_BODY: Final = re.compile(r"\b(?:cap (?:tinh|huyen|xa)|(?:provincial|district|commune)(?:s| level)?)\b")
_SAME_FIGURE: Final = re.compile(
    r"\b(?:con so|chi tieu|muc tieu|ty le|muc|yeu cau|quy dinh) (?:do|nay|ay|tren|nhu vay|nhu the|tuong tu)\b"
    r"|\b(?:that|this|the same|such an?|a similar) (?:figure|number|target|share|rate|requirement)\b"
)
_OWN_WORDS: Final = 5  # with more than these a question has a subject of its own
_FEW: Final = 8  # tasks of a list that a question about "it" may be about
_NO_FILTERS: Final = {
    "group": None, "group_title": None, "agencies": (), "time": None, "budget": False, "blank": None, "quoted": None, "topic": (), "count": False,
    "most": False, "wanted": (),
}  # fmt: skip
_GONE_BACK: Final = re.compile(
    r"\b(?:quay lai|tro lai|go(?:ing)? back|back to|return(?:ing)? to)\b|\b(?:luc nay|luc dau|ban dau)\b"
)
_RELATIVE: Final = re.compile(
    r"\b(?:nhiem vu|nv|viec|cai|dong|muc)? ?(?:(ke tiep|tiep theo|ke do|lien sau|ngay sau|sau do)|(lien truoc|ngay truoc|truoc do|ke truoc))\b"
    r"|\bthe (?:(next)|(previous|preceding)) (?:one|task|row|item)\b|\bthe (?:one|task|row) (?:right |just )?(?:(after)|(before)) (?:it|that|this)\b"
)
_WHICH_IS_MORE: Final = re.compile(
    r"\b(?:cao|thap|nhieu|it|som|muon|tot|lon) hon\b|\bhai (?:noi|tinh|ben|ke hoach)\b|\bca hai\b|\b(?:higher|lower|more|less|earlier|later|both|the two)\b|\bso sanh\b|\bcompare"
)
_AGENCY_MEANT: Final = re.compile(r"\b(?:so|co quan|don vi|ban) (?:do|nay|ay)\b|\b(?:it|they|that (?:agency|department))\b")
_WHO: Final = re.compile(r"\b(?:who|whom|whose|ai)\b")  # an agency asked for is not the one talked of: "who leads it?"
_TASK_MEANT: Final = re.compile(r"\b(?:nhiệm vụ|việc) (?:này|đó|ấy|trên)\b|\b(?:this|that) task\b", re.IGNORECASE)
_PLAN_MEANT: Final = re.compile(r"\b(?:ke hoach|kh|plan|van ban)\b|\bky\b|\bsign")


def _plans_of(before: Turn) -> tuple[str, ...]:
    if before.question.plan_ids:
        return before.question.plan_ids
    return tuple(dict.fromkeys(t.plan_id for t in before.tasks)) if len({t.plan_id for t in before.tasks}) == 1 else ()


def _in_group(before: Turn) -> bool:
    """Whether the group goes on: only where the STT alone does not tell the task."""
    return bool(before.tasks) and before.tasks[0].group is not None and before.question.group is not None
