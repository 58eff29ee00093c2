"""A plan → the passages that are embedded and searched: one a task row, one a section with text of its own.

`PlanNodeParser` gives the same passages as llama-index nodes, for anyone who builds on llama-index.
"""

from collections.abc import Iterator
from typing import Final

from assistant.plans import Passage, Plan, Section, Task
from assistant.vietnamese import plain, visible

_NOT_SEARCHED: Final = frozenset({"group", "table_header", "related", "recipients", "signature"})
_MAX_HEADING: Final = 120


def plan_passages(plan: Plan) -> tuple[Passage, ...]:
    """All passages of a plan in document order. A heading without text of its own is the context of those below it."""
    return tuple(sorted([*_task_passages(plan), *_section_passages(plan)], key=lambda p: p.start))


def _plan_context(plan: Plan) -> str:
    return " ".join(filter(None, ["Kế hoạch cải cách hành chính", plan.fact("province"), plan.fact("year")]))


def _task_passages(plan: Plan) -> Iterator[Passage]:
    for task in plan.tasks:
        yield Passage(
            passage_id=task.task_id, plan_id=plan.plan_id, kind="task",
            context=". ".join(filter(None, [_plan_context(plan), task.group_title])),
            text=row_text(task), start=task.start, end=task.end,
        )  # fmt: skip


def row_text(task: Task) -> str:
    """A row's words for searching: the cells with the names of their columns."""
    cells = [("", task.task), ("Sản phẩm: ", task.product), ("Chủ trì: ", task.lead), ("Phối hợp: ", task.coordinating),
             ("Thời hạn: ", task.deadline), ("Kinh phí: ", task.budget), ("Ghi chú: ", task.note)]  # fmt: skip
    return visible("\n".join(name + text for name, text in cells if text))


def _section_passages(plan: Plan) -> Iterator[Passage]:
    by_id = {s.section_id: s for s in plan.sections}
    parents = {s.parent_id for s in plan.sections}
    for section in plan.sections:
        text = plain(plan.text[section.start : section.own_end])
        only_heading = section.title is not None and len(text) <= len(section.title) + 12 and section.section_id in parents
        if section.kind in _NOT_SEARCHED or not text or only_heading:
            continue
        headings = [h for s in ancestors(section, by_id) if (h := _heading(s))]
        yield Passage(
            passage_id=section.section_id, plan_id=plan.plan_id, kind="section",
            context=". ".join([_plan_context(plan), *headings]), text=text, start=section.start, end=section.own_end,
        )  # fmt: skip


def _heading(section: Section) -> str | None:
    return section.title[:_MAX_HEADING] if section.title else None


def ancestors(section: Section, by_id: dict[str, Section]) -> list[Section]:
    """The sections above, outermost first."""
    chain: list[Section] = []
    here = by_id.get(section.parent_id or "")
    while here is not None:
        chain.append(here)
        here = by_id.get(here.parent_id or "")
    return chain[::-1]
