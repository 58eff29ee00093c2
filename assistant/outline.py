"""What a plan is as a whole: its main sections and their parts, where it says what it aims at, what is odd in it."""

import re
from collections.abc import Sequence
from typing import Final

from assistant.plans import Anomaly, Plan, Section
from assistant.understanding.question import OddKind
from assistant.vietnamese import fold

_NUMBERED: Final = frozenset({"roman", "arabic", "decimal", "letter", "article", "part", "upper"})
_TARGETS: Final = re.compile(r"\W*(?:(?:cac|nhung|mot so|ve) )?(?:chi tieu|muc tieu)\b")
_PURPOSE: Final = re.compile(r"\W*(?:(?:cac|nhung|ve) )?(?:muc dich|dinh huong)\b")
# the kinds of anomalies (ingest/anomalies.py) that a question may be limited to
_KINDS: Final[dict[OddKind, frozenset[str]]] = {
    "deadline": frozenset({"deadline_out_of_period", "deadline_out_of_order", "blank_deadline"}),
    "numbering": frozenset({"duplicate_stt", "missing_stt", "misnumbered_group", "duplicate_section", "missing_section", "lost_heading"}),
    "agency": frozenset({"misprinted_agency", "blank_lead"}),
    "target": frozenset({"contradictory_targets"}),
}  # fmt: skip


def main_sections(plan: Plan) -> list[Section]:
    """The sections of the highest level, in the order of the text."""
    return [s for s in plan.sections if s.parent_id is None and s.kind in _NUMBERED]


def titled_parts(plan: Plan, section: Section) -> list[Section]:
    """The sections right below one, those with a heading."""
    return [s for s in plan.sections if s.parent_id == section.section_id and s.kind in _NUMBERED and s.title]


def task_groups(plan: Plan) -> list[tuple[Section, int]]:
    """The groups of the task tables, each with how many tasks stand in it before the next one."""
    groups = [s for s in plan.sections if s.kind == "group"]
    untils = [*(g.start for g in groups[1:]), len(plan.text)]
    return [(g, sum(g.start <= t.start < until for t in plan.tasks)) for g, until in zip(groups, untils, strict=False)]


def targets(plan: Plan) -> list[Section]:
    """The sections headed as targets (chỉ tiêu, mục tiêu)."""
    return _headed(plan, _TARGETS)


def purpose(plan: Plan) -> list[Section]:
    """The sections headed as purpose or direction (mục đích, định hướng)."""
    return _headed(plan, _PURPOSE)


def _headed(plan: Plan, heading: re.Pattern[str]) -> list[Section]:
    """Sections with such a heading, the innermost: "1. Mục đích" rather than "I. MỤC ĐÍCH, YÊU CẦU"."""
    found = [s for s in plan.sections if s.title and s.kind in _NUMBERED and heading.match(fold(s.title))]
    outer = {s.parent_id for s in found}
    return [s for s in found if s.section_id not in outer]


def oddities(plan: Plan, kinds: Sequence[OddKind]) -> list[Anomaly]:
    """What is odd in a plan, the gravest first; of these kinds only, when some are named."""
    wanted = frozenset(kind for odd in kinds for kind in _KINDS[odd])
    found = (a for a in plan.anomalies if not wanted or a.kind in wanted)
    return sorted(found, key=lambda a: (a.severity != "warning", a.start))
