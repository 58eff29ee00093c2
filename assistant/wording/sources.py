"""Numbered citations: each place of a plan gets its [n] when it is first used."""

import re

from assistant.answers import Citation
from assistant.plans import Fact, Passage, Plan, PlanCard, Section, Task
from assistant.register import Shelf

_ITEM_NAMES = {"": "gạch đầu dòng {}", "p": "đoạn {}", "end": "đoạn kết"}
_BLOCK_NAMES = {"front": "phần mở đầu", "signature": "phần ký", "recipients": "nơi nhận", "appendix": "đầu phụ lục",
                "footnote": "chú thích", "related": "văn bản liên quan"}  # fmt: skip


class Sources:
    """Collects the citations of one answer."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._citations: dict[tuple[str, int, int], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """In order of first use."""
        return tuple(self._citations.values())

    def task(self, task: Task) -> str:
        """The marker of a task's row."""
        return self._mark(
            task.plan_id,
            "task",
            task.start,
            task.end,
            task_label(self._plan(task.plan_id), task),
            stt=task.stt,
            section=task.group,
        )

    def section(self, section: Section, *, whole: bool = False) -> str:
        """The marker of a section's own text, or with `whole` of all below it too."""
        end = section.end if whole else section.own_end
        start = section.start
        if section.inferred:  # an inferred level has no text: its first child's place
            start, end = self._first_text(section)
        return self._mark(
            section.plan_id, "section", start, end, section_label(self._plan(section.plan_id), section), section=section.path
        )

    def passage(self, passage: Passage) -> str:
        """The marker of a passage: its row or its section's text."""
        if passage.kind == "task":
            return self.task(self._shelf.tasks_by_id[passage.passage_id])
        return self.section(self._shelf.sections_by_id[passage.passage_id])

    def fact(self, plan: Plan, fact: Fact) -> str:
        """The marker of the line in which a header fact stands."""
        line_start = plan.text.rfind("\n", 0, fact.start) + 1
        above = plan.text[:line_start].rstrip()
        if above.endswith(":") and plan.text[len(above) : line_start].count("\n") == 1:  # "Số:" on a line of its own
            line_start = above.rfind("\n") + 1
        line_end = plan.text.find("\n", fact.end)
        line_end = len(plan.text) if line_end < 0 else line_end
        while line_start < fact.start and plan.text[line_start].isspace():
            line_start += 1
        while line_end > fact.end and plan.text[line_end - 1].isspace():
            line_end -= 1
        within = next((s for s in plan.sections if s.start <= fact.start < s.own_end), None)
        path = within.path if within else "Mở đầu"
        label = section_label(plan, within) if within else f"{plan_name(plan)}, phần mở đầu"
        return self._mark(plan.plan_id, "section", line_start, line_end, label, section=path)

    def _plan(self, plan_id: str) -> Plan:
        return self._shelf.plans[plan_id]

    def _first_text(self, section: Section) -> tuple[int, int]:
        child = next(
            (
                s
                for s in self._plan(section.plan_id).sections
                if s.start >= section.start and s.own_end > s.start and not s.inferred
            ),
            section,
        )
        return child.start, max(child.own_end, child.start + 1)

    def _mark(
        self, plan_id: str, kind: str, start: int, end: int, label: str, *, section: str | None, stt: str | None = None
    ) -> str:
        key = (plan_id, start, end)
        if key not in self._citations:
            plan = self._plan(plan_id)
            self._citations[key] = Citation(
                n=len(self._citations) + 1, plan_id=plan_id, plan_number=plan.fact("number"), plan_title=plan.fact("title") or plan.source,
                province=plan.fact("province"), year=plan.fact("year"), kind="task" if kind == "task" else "section", stt=stt, section=section,
                label=label, quote=plan.text[start:end], source=plan.source, start=start, end=end,
            )  # fmt: skip
        return f"[{self._citations[key].n}]"


def plan_name(plan: Plan | PlanCard) -> str:
    """ "Kế hoạch 166/KH-UBND", or with year and province where the plan has no number."""
    number = plan.fact("number") if isinstance(plan, Plan) else plan.plan_number
    if number:
        return f"Kế hoạch {number}"
    year = plan.fact("year") if isinstance(plan, Plan) else plan.year
    province = plan.fact("province") if isinstance(plan, Plan) else plan.province
    return " ".join(filter(None, ["Kế hoạch", year and f"năm {year}", province]))


def task_label(plan: Plan, task: Task) -> str:
    """ "Kế hoạch 166/KH-UBND, Phụ lục, mục VI, STT 27"."""
    table = "Phụ lục" if any(s.kind == "appendix" for s in plan.sections) else "bảng nhiệm vụ"
    return ", ".join(filter(None, [plan_name(plan), table, task.group and f"mục {task.group}", f"STT {task.stt}"]))


def section_label(plan: Plan, section: Section) -> str:
    """ "Kế hoạch 249/KH-UBND, mục [II].2.2, gạch đầu dòng 5"."""
    return f"{plan_name(plan)}, {section_place(section)}"


def section_place(section: Section) -> str:
    """ "mục II.6.b, gạch đầu dòng 4"."""
    if section.kind in _BLOCK_NAMES:
        return _BLOCK_NAMES[section.kind]
    if section.kind == "group":
        return f"Phụ lục, mục {section.number or section.title}"
    place = section.path if section.path.startswith(("Điều", "Phần")) else f"mục {section.path}"
    if section.ordinal is None:
        return place
    letter, number = re.fullmatch(r"([a-z]*)(\d+)", section.ordinal).groups()  # type: ignore[union-attr]
    return f"{place}, {_ITEM_NAMES.get(letter, '{}').format(number)}"
