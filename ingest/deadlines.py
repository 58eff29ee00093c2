"""A printed deadline → its phases with dates ("Ban hành Kế hoạch trong Quý IV/2020, thực hiện trong năm 2021")."""

import re
from dataclasses import replace
from typing import Final

from assistant.plans import Due
from assistant.times import When, find_times
from assistant.vietnamese import fold

# A deadline that hangs on something else than the calendar. Patterns on folded text, at the start of a phase; dates
# inside such words ("… kế hoạch 13383/KH-UBND ngày 19/11/2019") are part of a document's name, not a deadline.
_EVENT: Final = re.compile(
    r"(?:^|(?<=[,;.(])|(?<=\s))(?:(?<!tiep )theo\b(?! (?:tuan|thang|quy)\s*(?:$|[,;./(]))|sau khi\b|khi co\b|khi duoc\b"
    r"|sau \d+ (?:ngay|thang|tuan)"
    r"|ngay (?:sau )?khi\b|ngay sau\b|tuy (?:theo )?\b|can cu\b|thoi han theo\b|ke tu\b(?! (?:thang|quy|nam|ngay \d|\d))"
    r"|trong vong\b|(?:cham nhat )?(?:sau )?\d+ ngay\b"
    r"|(?:van ban|cong van|quyet dinh|nghi quyet|ke hoach) (?:so )?\d)"
)
_EVENT_END: Final = re.compile(r"[;)]|\.(?=\s|$)|\s+va\s+(?=thuong xuyen|hang |dinh ky)|,\s*(?=thuong xuyen|hang |dinh ky)")
# Words between a label and its time that say nothing by themselves
_PREPOSITIONS: Final = re.compile(
    r"(?:\s*[-–:,]?\s*(?<!\w)(?:trong|vào|xong|là|ngày|cả|bắt đầu|đến|từ|kể|chậm nhất|trước|đầu|giữa|cuối|hết))+\s*$",
    re.IGNORECASE,
)
_EMPTY_LABELS: Final = {"", "hoan thanh", "hoan thanh xong", "thoi gian", "thoi han", "xong", "va", "dip"}
_UP_TO_A_YEAR: Final = re.compile(r"\bden\s+$")
_LABEL_BEHIND: Final = re.compile(r"\s*\(([^()]+)\)")  # "Tháng 01/2024 (Kế hoạch)"
_TRIM: Final = " \t,;.:-–()"


def understand_deadline(printed: str | None, year: int | None = None) -> tuple[Due, ...]:
    """The phases of a printed deadline, in printed order; () for a blank cell.

    `year` is taken where a phase prints none (and the phase says so: `year_inferred`).
    """
    if not printed:
        return ()
    phases: list[Due] = []
    position = 0
    marks = _marks(printed, year)
    for i, (start, end, when) in enumerate(marks):
        before = printed[position:start]
        if when is None:
            phases.append(Due(label=_trimmed(printed[position:end]), kind="event"))
        else:
            behind = _LABEL_BEHIND.match(printed, end)
            if behind and any(mark[0] < behind.end() for mark in marks[i + 1 :]):
                behind = None  # what stands in the brackets is a phase of its own
            label = _label(before) or (_label(behind[1]) if behind else None)
            phases.append(_phase(label, _until(before, when)))
            end = behind.end() if behind else end
        position = end
    if not phases:
        return (Due(label=printed, kind="unknown"),)
    return tuple(phases)


def _phase(label: str | None, when: When) -> Due:
    inferred = when.year_inferred and bool(when.first or when.last)
    return Due(label=label, kind=when.kind, start=when.first, end=when.last, year_inferred=inferred)


def _until(before: str, when: When) -> When:
    """In a deadline's cell "Đến năm 2025" is a last day, though elsewhere it is mostly a programme's horizon."""
    if when.kind == "year" and _UP_TO_A_YEAR.search(fold(before)):
        return replace(when, kind="before", first=None)
    return when


def _marks(printed: str, year: int | None) -> list[tuple[int, int, When | None]]:
    """Times and events in order; several times of one printed expression ("Quý I, II") share its place."""
    folded = fold(printed)
    marks: list[tuple[int, int, When | None]] = []
    at = 0
    while found := _EVENT.search(folded, at):
        stop = _EVENT_END.search(folded, found.end())
        at = stop.start() if stop else len(folded)
        marks.append((found.start(), at, None))
    hidden = list(printed)
    for start, end, _ in marks:
        hidden[start:end] = " " * (end - start)
    marks += [(w.at, w.to, w) for w in find_times("".join(hidden), year)]
    return sorted(marks, key=lambda m: (m[0], m[1]))


def _label(words: str) -> str | None:
    words = _trimmed(words)
    while (shorter := _trimmed(_PREPOSITIONS.sub("", words))) != words:
        words = shorter
    return None if fold(words) in _EMPTY_LABELS else words


def _trimmed(words: str) -> str:
    """Without the punctuation around it; a bracket stays where its partner does."""
    words = re.sub(r"^\s*(?:và|,|;|\.)\s+", "", words).strip(" \t,;.:-–")
    if words.count("(") != words.count(")") or words.startswith("("):
        words = words.strip(_TRIM)
    return words
