"""A printed deadline → its phases with dates ("Ban hành Kế hoạch trong Quý IV/2020, thực hiện trong năm 2021")."""

import re
from typing import Final

from assistant.plans import Due
from assistant.times import When, find_times
from assistant.vietnamese import fold

# A deadline that hangs on something else than the calendar. Patterns on folded text, at the start of a phase; dates
# inside such words ("… kế hoạch 13383/KH-UBND ngày 19/11/2019") are part of a document's name, not a deadline.
_EVENT: Final = re.compile(
    r"(?:^|(?<=[,;.(])|(?<=\s))(?:(?<!tiep )theo\b|sau khi\b|sau \d+ |khi co\b|khi duoc\b|ngay (?:sau )?khi\b|ngay sau\b|tuy (?:theo )?\b"
    r"|can cu\b|thoi han theo\b|ke tu\b|(?:van ban|cong van|quyet dinh|nghi quyet|ke hoach) (?:so )?\d)"
)
_EVENT_END: Final = re.compile(r"[;)]|\.(?=\s|$)|\s+va\s+(?=thuong xuyen|hang |dinh ky)|,\s*(?=thuong xuyen|hang |dinh ky)")
# Words between a label and its time that say nothing by themselves
_PREPOSITIONS: Final = re.compile(r"(?:\s*[-–:,]?\s*\b(?:trong|vào|xong|là|ngày|cả|bắt đầu|đến|từ|chậm nhất|trước))+\s*$", re.IGNORECASE)
_EMPTY_LABELS: Final = {"", "hoan thanh", "hoan thanh xong", "thoi gian", "thoi han", "xong", "va", "dip"}
_TRIM: Final = " \t,;.:-–()"


def understand_deadline(printed: str | None, year: int | None = None) -> tuple[Due, ...]:
    """The phases of a printed deadline, in printed order; () for a blank cell.

    `year` is taken where a phase prints none (and the phase says so: `year_inferred`).
    """
    if not printed:
        return ()
    phases: list[Due] = []
    position = 0
    for start, end, when in _marks(printed, year):
        label = _label(printed[position:start])
        if when is None:
            words = f"{label} {printed[start:end]}" if label else printed[start:end]
            phases.append(Due(label=words.strip(_TRIM), kind="event"))
        else:
            phases.append(
                Due(
                    label=label, kind=when.kind, start=when.first, end=when.last,
                    year_inferred=when.year_inferred and bool(when.first or when.last),
                )
            )  # fmt: skip
        position = end
    if not phases:
        return (Due(label=printed, kind="unknown"),)
    return tuple(phases)


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
    words = re.sub(r"^\s*(?:và|,|;|\.)\s+", "", words).strip(_TRIM)
    while (shorter := _PREPOSITIONS.sub("", words).strip(_TRIM)) != words:
        words = shorter
    return None if fold(words) in _EMPTY_LABELS else words
