"""What is odd in a plan, found and told, never repaired.

Kinds: duplicate_stt, missing_stt, misnumbered_group, duplicate_section, missing_section, lost_heading, blank_lead,
blank_deadline, merged_cell, deadline_out_of_period, deadline_out_of_order, missing_appendix, misprinted_agency,
contradictory_targets, no_number, no_date.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Final, Literal

from assistant.agencies import ENGLISH_NAMES, find_agencies
from assistant.plans import Anomaly, Fact, Section, Task, period_years
from assistant.vietnamese import fold, one_tone, plain, roman_value, to_roman, tokens
from ingest.appendix import gaps, is_roman, stt_order
from ingest.markers import LETTERS

_ANNOUNCED: Final = re.compile(
    r"\((?:Có |Theo |Kèm theo |Chi tiết (?:tại|theo) )?[^()]{0,40}phụ lục[^()]{0,60}(?:kèm theo|đính kèm)?[^()]{0,20}\)",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(r"\d+(?:,\d+)?\s*%")
_SENTENCES: Final = re.compile(r"\.(?=\s|$)")
_SPELLED: Final = {
    "product": "sản phẩm", "lead": "cơ quan chủ trì", "coordinating": "cơ quan phối hợp", "deadline": "thời hạn",
    "budget": "kinh phí", "note": "ghi chú", "task": "nội dung",
}  # fmt: skip
# Vietnamese point letters skip f, j, w, z; some writers use f
_POINT_LETTERS: Final = [c for c in LETTERS if c not in "fjwz"]
_COUNTED: Final = frozenset({"roman", "arabic", "decimal", "letter", "article", "part", "upper"})
_MOST_CLAIMS: Final = 500  # each is compared with each; the longest plans have some 100
_NO_TARGETS: Final = frozenset({"front", "group", "table_header", "related", "footnote"})


def find_anomalies(
    *, text: str, facts: dict[str, Fact], sections: Sequence[Section], tasks: Sequence[Task]
) -> tuple[Anomaly, ...]:
    """Everything odd, in document order."""
    found = [
        *_header(facts), *_groups(sections), *_numbering_of_tasks(tasks, sections), *_numbering_of_sections(sections),
        *_cells(tasks), *_deadlines(tasks, sections, facts), *_missing_appendix(text, sections, tasks),
        *_misprinted_agencies(text, tasks), *_contradictory_targets(text, sections, tasks),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda a: (a.start, a.kind)))


def _odd(
    kind: str, severity: Literal["warning", "note"], message: str, where: Task | Section | None = None, at: int = 0
) -> Anomaly:
    if isinstance(where, Task):
        return Anomaly(kind=kind, severity=severity, message=message, where=where.task_id, start=where.start, end=where.end)
    if isinstance(where, Section):
        return Anomaly(
            kind=kind, severity=severity, message=message, where=where.section_id, start=where.start, end=where.own_end
        )
    return Anomaly(kind=kind, severity=severity, message=message, where=None, start=at, end=at)


def _name(task: Task) -> str:
    return f"nhóm {task.group}, STT {task.stt}" if task.group else f"STT {task.stt}"


def _header(facts: dict[str, Fact]) -> Iterator[Anomaly]:
    if "number" not in facts:
        yield _odd("no_number", "note", "văn bản không in số kế hoạch")
    if "issued_on" not in facts:
        yield _odd("no_date", "note", "văn bản không in ngày ban hành")


def _groups(sections: Sequence[Section]) -> Iterator[Anomaly]:
    for count in _group_counts(sections):
        yield from _misnumbered([g for g in count if is_roman(g.number or "")])


def _group_counts(sections: Sequence[Section]) -> list[list[Section]]:
    """Groups that are counted together: those of a table, and there those below one lettered group (A > I)."""
    counts: list[list[Section]] = []
    after_header = True
    for section in sections:
        if section.kind == "table_header":
            after_header = True
        elif section.kind == "group" and section.number:
            restarts = not is_roman(section.number) or (after_header and section.number == "I")
            if not counts or restarts or counts[-1][-1].parent_id != section.parent_id:
                counts.append([])
            counts[-1].append(section)
            after_header = False
    return counts


def _misnumbered(groups: Sequence[Section]) -> Iterator[Anomaly]:
    for before, here in zip([None, *groups], groups, strict=False):
        expected = 1 if before is None else (roman_value(before.number or "") or 0) + 1
        if here is not None and roman_value(here.number or "") != expected and not (before and _explained(before, groups)):
            after = f"sau nhóm {before.number}" if before else "ở đầu phụ lục"
            yield _odd("misnumbered_group", "warning", f"nhóm “{here.title}” in số {here.number} {after}", here)


def _explained(before: Section, groups: Sequence[Section]) -> bool:
    """The group before is the one that is out of order: this one goes on from the last that was in order."""
    i = groups.index(before)
    values = [roman_value(g.number or "") or 0 for g in groups]
    return i > 0 and i + 1 < len(values) and values[i] != values[i - 1] + 1 and values[i + 1] == values[i - 1] + 2


def _runs(tasks: Sequence[Task], sections: Sequence[Section]) -> list[list[Task]]:
    """Tasks by table and by group as printed: a numeral printed for two groups makes two runs.

    A header repeated at each page does not begin another table; one after which the count starts again does.
    """
    headers = sorted(s.start for s in sections if s.kind == "table_header")
    runs: list[list[Task]] = []
    for task in tasks:
        before = runs[-1][-1] if runs else None
        header_between = before and bisect_left(headers, before.end) < bisect_left(headers, task.start)
        another_table = header_between and task.stt == "1"
        if before is None or another_table or (before.group, before.group_title) != (task.group, task.group_title):
            runs.append([])
        runs[-1].append(task)
    return runs


def _numbering_of_tasks(tasks: Sequence[Task], sections: Sequence[Section]) -> Iterator[Anomaly]:
    last_of_run_before = 0
    for run in _runs(tasks, sections):
        counts = Counter(t.stt for t in run)
        seen: set[str] = set()
        for task in run:
            if task.stt in seen:
                yield _odd("duplicate_stt", "warning", f"{_name(task)} in {counts[task.stt]} lần trong cùng nhóm", task)
            seen.add(task.stt)
        tops = list(dict.fromkeys(stt_order(t.stt)[0] for t in run if stt_order(t.stt)))
        if not tops:
            continue
        starts_over = tops[0] == 1
        missing = gaps(sorted({*([] if starts_over else [last_of_run_before]), *tops}))
        if not starts_over and last_of_run_before == 0:
            missing = list(range(1, tops[0])) + missing
        for number in missing:
            following = next(t for t in run if stt_order(t.stt)[0] > number)
            where = f"trong nhóm {following.group} " if following.group else ""
            yield _odd("missing_stt", "warning", f"không có STT {number} {where}(trước STT {following.stt})", following)
        last_of_run_before = max(tops)


def _numbering_of_sections(sections: Sequence[Section]) -> Iterator[Anomaly]:
    for section in sections:
        if section.inferred:
            message = f"mất tiêu đề mục {section.path}: cấp này được suy ra từ số của các mục con"
            yield _odd("lost_heading", "note", message, section)
    lists: dict[tuple[str | None, str], list[Section]] = {}
    for section in sections:
        if section.kind in _COUNTED:
            lists.setdefault((section.parent_id, section.kind), []).append(section)
    for siblings in lists.values():
        yield from _repeated(siblings)
        yield from _left_out(siblings)


def _repeated(siblings: Sequence[Section]) -> Iterator[Anomaly]:
    seen: set[str] = set()
    for section in siblings:
        if section.number in seen:
            yield _odd("duplicate_section", "warning", f"mục {section.path} in hai lần", section)
        seen.add(section.number or "")


def _left_out(siblings: Sequence[Section]) -> Iterator[Anomaly]:
    values = [_value(s) for s in siblings]
    for number in gaps([0, *sorted({v for v in values if v})]):
        following = next(s for s, v in zip(siblings, values, strict=True) if v and v > number)
        message = f"không có mục {_path_of(number, following)} trước mục {following.path}"
        yield _odd("missing_section", "note", message, following)


def _value(section: Section) -> int | None:
    """The place of a section in its list by its number; None for a number that is not of the usual row."""
    number = section.number or ""
    if section.kind == "letter":
        return _POINT_LETTERS.index(number) + 1 if number in _POINT_LETTERS else None
    last = number.rpartition(".")[2]
    if last.isdigit():
        return int(last)
    return roman_value(number) if section.kind != "upper" else None


def _path_of(number: int, sibling: Section) -> str:
    """The path that a missing section would have."""
    above, dot, own = sibling.path.rpartition(".")
    word = own.removesuffix(sibling.number or "") if sibling.kind in ("article", "part") else ""
    if sibling.kind == "letter":
        return f"{above}{dot}{_POINT_LETTERS[number - 1]}"
    return f"{above}{dot}{word}{to_roman(number) if roman_value(sibling.number or '') else number}"


def _cells(tasks: Sequence[Task]) -> Iterator[Anomaly]:
    parents = {(t.group, t.stt.rpartition(".")[0]) for t in tasks}
    for task in tasks:
        for column in task.missing:
            yield _odd(
                "merged_cell", "note", f"{_name(task)} không có ô {_SPELLED[column]} riêng (có thể gộp với dòng trên)", task
            )
        if (task.group, task.stt) in parents and task.lead is None and task.deadline is None:
            continue  # its sub-tasks say who and when
        if "lead" in task.columns and task.lead is None:
            yield _odd("blank_lead", "warning", f"{_name(task)} để trống cơ quan chủ trì", task)
        if "deadline" in task.columns and task.deadline is None:
            yield _odd("blank_deadline", "warning", f"{_name(task)} để trống thời hạn", task)


def _deadlines(tasks: Sequence[Task], sections: Sequence[Section], facts: dict[str, Fact]) -> Iterator[Anomaly]:
    period = period_years(facts["year"].value if "year" in facts else None)
    for task in tasks:
        ends = [d for due in task.due for d in (due.start, due.end) if d]
        if period and any(not period[0] <= d.year <= period[1] for d in ends):
            span = str(period[0]) if period[0] == period[1] else f"{period[0]}-{period[1]}"
            yield _odd("deadline_out_of_period", "note", f"{_name(task)}: thời hạn “{task.deadline}” nằm ngoài {span}", task)
    for run in _runs(tasks, sections):
        dated = [(t, t.due[-1].end) for t in run if len(t.due) == 1 and t.due[0].end]
        ends = [end for _, end in dated if end]
        if len(ends) < 4 or sum(a <= b for a, b in pairwise(ends)) < 0.75 * (len(ends) - 1):
            continue  # not a table in the order of time
        for (before, a), (task, b), (after, c) in zip(dated, dated[1:], dated[2:], strict=False):
            if a and b and c and a <= c < b and _months(c, b) > 3:
                yield _odd(
                    "deadline_out_of_order", "warning",
                    f"{_name(task)}: thời hạn “{task.deadline}” không theo thứ tự; hai nhiệm vụ kề bên là "
                    f"“{before.deadline}” (STT {before.stt}) và “{after.deadline}” (STT {after.stt})",
                    task,
                )  # fmt: skip


def _months(a: date, b: date) -> int:
    return (b.year - a.year) * 12 + b.month - a.month


def _missing_appendix(text: str, sections: Sequence[Section], tasks: Sequence[Task]) -> Iterator[Anomaly]:
    if tasks:
        return
    for section in sections:
        if section.kind not in ("front", "related", "footnote") and _ANNOUNCED.search(text[section.start : section.own_end]):
            yield _odd(
                "missing_appendix", "warning", "kế hoạch nói có phụ lục nhiệm vụ kèm theo, nhưng tệp không có phụ lục", section
            )
            return


def _misprinted_agencies(text: str, tasks: Sequence[Task]) -> Iterator[Anomaly]:
    for task in tasks:
        for column in ("lead", "coordinating"):
            printed = one_tone(getattr(task, column) or "")
            for mention in find_agencies(printed):
                shown = printed[mention.at : mention.to]
                if mention.name in ENGLISH_NAMES and fold(shown) == fold(mention.name) and shown.lower() != mention.name.lower():
                    yield _odd("misprinted_agency", "warning", f"{_name(task)}: “{shown}” có lẽ là “{mention.name}”", task)


def _contradictory_targets(text: str, sections: Sequence[Section], tasks: Sequence[Task]) -> Iterator[Anomaly]:
    """Two places of a plan that say nearly the same with other percentages."""
    claims = [
        *(claim for s in sections if s.kind not in _NO_TARGETS for claim in _claims(s, text[s.start : s.own_end])),
        *(claim for t in tasks for claim in _claims(t, f"{(t.task or '').rstrip('. ')}; {t.product or ''}")),
    ]
    for a, b in combinations(claims[:_MOST_CLAIMS], 2):
        nearly_the_same = len(a.subject & b.subject) >= 0.6 * len(a.subject | b.subject)
        other_numbers = not (a.numbers <= b.numbers or b.numbers <= a.numbers)
        if a.place is not b.place and nearly_the_same and other_numbers:
            message = f"hai chỗ nêu chỉ tiêu khác nhau: “{a.words}” và “{b.words}”"
            yield _odd("contradictory_targets", "warning", message, b.place)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence with percentages: what it is about stands before the first of them."""

    place: Task | Section
    words: str
    numbers: frozenset[str]
    subject: frozenset[str]


def _claims(place: Task | Section, text: str) -> Iterator[_Claim]:
    # a row is one claim: its product may name the figure of its task
    for sentence in [plain(text)] if isinstance(place, Task) else _SENTENCES.split(plain(text)):
        if numbers := frozenset("".join(n.split()) for n in _PERCENT.findall(sentence)):
            subject = frozenset(t for t in tokens(_PERCENT.split(sentence)[0]) if not t.isdigit())
            if len(subject) >= 8:
                yield _Claim(place, sentence.strip(" -+;"), numbers, subject)
