"""Task and section numbers in a question: "nhiệm vụ 27", "STT 1.2 nhóm II", "mục VI.4.2", "điểm e mục 7 phần II"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from assistant.vietnamese import roman_value, to_roman

_ROMAN: Final = r"(?:x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3})"
_TASK_WORD: Final = r"(?:nhiem vu|nv|stt|so tt|so thu tu|task|item|row|dong|hang muc|hang|dau viec|viec|cong viec)"
_TASK: Final = re.compile(
    rf"\b{_TASK_WORD}\s*(?:so|thu|no\.?|number|#|:)?\s*(?:({_ROMAN})\s*[./-]\s*)?(\d{{1,3}}(?:\.\d{{1,3}})*)\b(?!\s*(?:%|phan tram|/\s*\d|nhiem vu|lan\b))"
)
_GROUPED: Final = re.compile(
    rf"(?<![\w./])(?<!quy )(?<!q )({_ROMAN})\s*[./-]\s*(\d{{1,3}}(?:\.\d{{1,3}})*)(?:\.([a-zđ]))?(?![\w/%])"
)
_GROUP: Final = re.compile(rf"\b(?:nhom|group)\s*(?:so|thu|no\.?)?\s*({_ROMAN}|\d{{1,2}})\b")
_PART: Final = re.compile(
    rf"\b(?:phan|part|muc lon|chuong)\s*(?:so|thu)?\s*({_ROMAN}|\d{{1,2}})\b|\bmuc\s+({_ROMAN})\b(?!\s*\.\s*\d)"
)
_BARE_DECIMAL: Final = re.compile(r"(?<![\w./,])(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)(?![\w/%,]|\.\d)")
_SECTION: Final = re.compile(
    rf"\b(?:muc|phan|khoan|section|part|dieu)\s*(?:so)?\s*({_ROMAN}|\d{{1,2}}(?:\.\d{{1,2}})*)((?:\.\d{{1,2}})*)(?:\.([a-zđ]))?(?![\w%])"
)
_BARE_NUMBER: Final = re.compile(r"\b(?:so|no\.?|number)\s+(\d{1,3})\b(?!\s*/)")  # "số 33 trong phụ lục", "nhóm V số 3"
_JUST_NUMBER: Final = re.compile(
    r"^\W*(?:con|the con|the|vay con|vay|what about|how about|and)\s+(?:so\s+|no\.?\s*)?(\d{1,3}(?:\.\d{1,2})?)\b(?!\s*[%/])"
)
_CORRECTED: Final = re.compile(
    r"^\W*(?:(?:a|ah|o|oi|khong|ko|nham|no|sorry|wait|xin loi)\b\W*)+(?:y (?:toi|em|e|minh)?\s*(?:la|muon hoi)?|i mean\w*|la|phai la|toi hoi|hoi)?\W*(?:so |no\.? )?(\d{1,3}(?:\.\d{1,2})?)\b(?!\s*[%/])"
)
_IN_BRACKETS: Final = re.compile(rf"\(\s*({_ROMAN})\s*\)")
# "mức 4", "mức độ 4" fold to "mục 4": a level of online services, not a section
_LEVEL: Final = re.compile(r"(?:dvc(?:tt)?|dich vu cong|truc tuyen|\w*c?j? tuyen|online|do)\s*$")
_POINT: Final = re.compile(r"\b(?:diem|point|y)\s+([a-zđ])\b(?!\s+(?:chung|so|khac))")
_APPENDIX: Final = re.compile(r"\bphu luc\b|\bappendix\b|\bannex\b")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is numbered in a question. `grouped`: written as "VI.4.2", which may be a task or a section."""

    stt: str | None = None
    group: str | None = None
    section: str | None = None
    grouped: bool = False
    rest: str = ""


def find_numbers(folded: str, original: str) -> Numbers:
    """Numbers in a folded question; `original` has the same length and tells "d" from "đ"."""
    hidden = list(folded)

    def hide(match: re.Match[str]) -> None:
        hidden[match.start() : match.end()] = " " * (match.end() - match.start())

    appendix = bool(_APPENDIX.search(folded))
    stt = group = section = None
    grouped = False
    if match := _TASK.search(folded):
        stt, group = match[2], match[1].upper() if match[1] else None
        hide(match)
    if match := _GROUPED.search("".join(hidden)):
        if stt is None and not match[3]:
            stt, grouped = match[2], True
            group = match[1].upper()
        section = ".".join(filter(None, [match[1].upper(), match[2], _letter(match, 3, original)]))
        hide(match)
    for pattern in (_GROUP, *([_PART] if appendix or stt else [])):
        if match := pattern.search("".join(hidden)):
            group = group or _as_roman(next(g for g in match.groups() if g))
            hide(match)
    for pattern in (*([_BARE_NUMBER] if group or appendix else []), _JUST_NUMBER, _CORRECTED):
        if stt is None and (match := pattern.search("".join(hidden))):
            stt = match[1]
            hide(match)
    if stt and group is None and (match := _IN_BRACKETS.search("".join(hidden))):
        group = match[1].upper()
        hide(match)
    if stt is None and (group or appendix) and (match := _BARE_DECIMAL.search("".join(hidden))):
        stt = match[1]
        hide(match)
    if section is None:
        section = _section("".join(hidden), original, hide)
        if section and stt is None and appendix and "." not in section:
            stt, section = (section, None) if section.isdigit() else (None, section)
            group = group or (None if section is None else section)
    return Numbers(stt, group, section, grouped, "".join(hidden))


def _as_roman(number: str) -> str:
    return to_roman(int(number)) if number.isdigit() else number.upper()


def _letter(match: re.Match[str], group: int, original: str) -> str | None:
    return original[match.start(group) : match.end(group)].lower() if match[group] else None


def _section(folded: str, original: str, hide: Callable[[re.Match[str]], None]) -> str | None:
    """A path from its parts, outermost first: "điểm e mục 7 phần II" → "II.7.e"."""
    parts: dict[int, str] = {}
    point = _POINT.search(folded)
    matches = [
        m
        for m in _SECTION.finditer(folded)
        if original[m.start() : m.start() + 3].lower() != "mức" and not _LEVEL.search(folded[: m.start()])
    ]
    for match in matches:
        number, more = match[1], match[2]
        level = 0 if roman_value(number) and not number.isdigit() else 1
        parts.setdefault(level, (number.upper() if level == 0 else number) + more)
        if match[3]:
            parts.setdefault(2, _letter(match, 3, original) or "")
        hide(match)
    if not parts:
        return None
    if point:
        parts.setdefault(2, original[point.start(1) : point.end(1)].lower())
        hide(point)
    return ".".join(parts[level] for level in sorted(parts))
