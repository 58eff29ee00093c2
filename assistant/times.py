"""Time expressions of plans and of questions, understood as dates: "Quý II/2021", "từ tháng 3 đến tháng 9", "by June".

One grammar for both, over folded text (see `vietnamese.fold`), so that a question typed without diacritics reads the
same as a printed deadline. `find_times` gives every expression with its place; what stands between them is the
caller's business (in a deadline: the label of a phase).
"""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from assistant.vietnamese import fold, roman_value

WhenKind = Literal["date", "month", "quarter", "year", "range", "recurring", "from", "before"]


@dataclass(frozen=True, slots=True)
class When:
    """A time expression: its kind, first and last day (None when open or unknown), and its place in the text."""

    kind: WhenKind
    first: date | None
    last: date | None
    at: int
    to: int
    year_inferred: bool = False


_YEAR: Final = r"(20\d\d)(?!\d)"
_OF_YEAR: Final = rf"(?:\s*(?:[/.\-–]|,?\s*(?:cua\s*)?nam|,|of|in)?\s*{_YEAR})?"
_Q: Final = r"(?:iv|iii|ii|i|[1-4])\b(?!\s*%)"
_M: Final = r"(?:1[0-2]|0?[1-9])(?!\d)"
_MONTHS: Final = (
    "january february march april may june july august september october november december".split()
)
_MONTH_NAME: Final = "|".join(m for m in _MONTHS if m != "may")
_MONTH_SHORT: Final = "|".join(m[:3] for m in _MONTHS)  # with a year only: "sếp" folds to "sep", "máy" to "may"
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}

# name, pattern on folded text, an example as printed or typed
_UNITS: Final = [
    ("dmy", rf"(?<!\d)(\d{{1,2}})\s*([/.\-])\s*(\d{{1,2}})\s*\2\s*{_YEAR}", "15/11/2020"),
    ("recurring", r"\btruoc (?:ngay )?\d{1,2}[^,;.]*\b(?:lien ke|hang (?:thang|quy|nam))\b", "Trước 15/12 hằng năm"),
    ("recurring", rf"\bthang\s*{_M}\s*hang nam\b", "Tháng 12 hằng năm"),
    ("recurring", r"\bdinh ky(?:\s+(?:hang\s+)?(?:ngay|tuan|thang|quy|nam|0?6 thang|0?9 thang))*\b", "Định kỳ hằng tháng"),
    ("dmy", rf"\bngay\s*(\d{{1,2}})\s*(?:thang|[/\-])\s*(\d{{1,2}})(?!/\d|\d){_OF_YEAR}", "ngày 5 tháng 4 năm 2026"),
    ("mdy", rf"\b({_MONTH_NAME}|{_MONTH_SHORT})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}", "March 31, 2021"),
    ("half", rf"\b(?:(?:0?6|sau)\s*thang|nua)\s*(dau|cuoi)(?:\s*nam)?{_OF_YEAR}", "6 tháng đầu năm 2021"),
    ("half", rf"\b(first|second|last)\s+half(?:\s+of)?(?:\s+the\s+year)?{_OF_YEAR}", "first half of 2021"),
    ("nine", rf"\b(?:0?9|chin)\s*thang\s*dau(?:\s*nam)?{_OF_YEAR}", "9 tháng đầu năm 2021"),
    ("quarters", rf"\bqu[yi]\s*((?:{_Q})(?:\s*(?:,|va|&|-|–|;)\s*(?:qu[yi]\s*)?(?:{_Q}))*){_OF_YEAR}", "Quý I, II năm 2021"),
    ("quarters", rf"\b(?:q|quarters?\s+)((?:{_Q})(?:\s*(?:,|and|&|-|to)\s*q?(?:{_Q}))*){_OF_YEAR}", "Q2 2021"),
    ("nth_quarter", rf"\b(first|second|third|fourth|last|1st|2nd|3rd|4th)\s+quarter{_OF_YEAR}", "second quarter of 2021"),
    ("months", rf"\bthang\s*({_M})\s*(?:-|–|den)\s*(?:thang\s*)?({_M}){_OF_YEAR}", "Tháng 04-10/2021"),
    ("month", rf"\bthang\s*({_M}){_OF_YEAR}", "Tháng 11/2020"),
    ("month_name", rf"\b({_MONTH_NAME})\b{_OF_YEAR}", "October 2020"),
    ("month_name", rf"\b({_MONTH_SHORT})\.?\s+{_YEAR}", "Oct 2020"),
    ("month_name", rf"\b(?:in|by|before|of|until|from|since)\s+(may)\b{_OF_YEAR}", "by May"),
    ("month", rf"(?<![\d/.])({_M})\s*/\s*{_YEAR}", "6/2025"),
    ("years", rf"(?:\b(?:giai doan|nam)\s*)?(?<![\d/])(20\d\d)\s*(?:-|–|den)\s*(?:nam\s*)?{_YEAR}", "2026-2027"),
    ("year", rf"\b(?:nam(?:\s+trong)?|year|in|during|for)\s*{_YEAR}", "Năm 2021"),
    ("year", rf"^\s*{_YEAR}\s*$", "2021"),
    ("this_year", r"\btrong nam\b(?!\s*\d)|\btrong nam ke hoach\b", "Trong năm"),
    ("recurring", r"\bthuong xuyen\b|\blien tuc\b|\bhang\s+(?:ngay|tuan|thang|quy|nam)\b", "Thường xuyên"),
]  # fmt: skip
_COMPILED: Final = [(name, re.compile(pattern)) for name, pattern, _ in _UNITS]

_BEFORE: Final = re.compile(r"\b(?:truoc|before|prior to)(?:\s+(?:ngay|het))?\s*$")
_LATEST: Final = re.compile(
    r"\b(?:cham nhat|muon nhat|tre nhat|khong qua|den het|cho den|by(?: the end of)?|until|no later than)"
    r"(?:\s+(?:la|trong|vao|den|het|ngay|cuoi))*\s*$"
)
_SINCE: Final = re.compile(r"\b(?:bat dau\s+)?(?:tu|from|since|starting)(?:\s+(?:ngay|dau))*\s*$")
_AFTER: Final = re.compile(r"\b(?:sau|after)(?:\s+ngay)?\s*$")
_TO: Final = re.compile(r"^\s*(?:den(?:\s+het)?|toi|to|until|through|-|–|and)\s*(?:ngay\s*)?$")
_BETWEEN: Final = re.compile(r"\b(?:tu|from|between|trong khoang)(?:\s+(?:ngay|dau))*\s*$")
_INSIDE: Final = re.compile(r"^\s*(?:trong|trong ca)?\s*$")


def find_times(text: str, year: int | None = None) -> list[When]:
    """Every time expression of NFC `text`, in order; `year` stands in where none is printed.

    Without a printed and a given year, `first` and `last` are None.
    """
    folded = fold(text)
    units: list[When] = []
    taken = [False] * len(folded)
    for name, pattern in _COMPILED:
        for match in pattern.finditer(folded):
            at, to = match.span()
            if any(taken[at:to]):
                continue
            found = [replace(w, at=at, to=to) for w in _unit(name, match, year)]
            if found:
                taken[at:to] = [True] * (to - at)
                units.extend(found)
    units.sort(key=lambda w: (w.at, w.first or date.min))
    return _combined(folded, units)


def _unit(name: str, match: re.Match[str], year: int | None) -> list[When]:
    groups = match.groups()
    printed = next((int(g) for g in reversed(groups) if g and re.fullmatch(r"20\d\d", g)), None)
    y, inferred = printed or year, printed is None
    match name:
        case "recurring":
            return [When("recurring", None, None, 0, 0)]
        case "years":
            return [When("range", date(int(groups[0]), 1, 1), date(int(groups[1]), 12, 31), 0, 0)]
        case "year" | "this_year":
            return [_days("year", y, 1, 12, inferred)]
        case "month":
            return [_days("month", y, int(groups[0]), int(groups[0]), inferred)]
        case "month_name":
            month = next(i for i, m in enumerate(_MONTHS, 1) if m.startswith(groups[0]))
            return [_days("month", y, month, month, inferred)]
        case "months":
            return [_days("range", y, int(groups[0]), int(groups[1]), inferred)]
        case "half":
            first = groups[0] in ("dau", "first")
            return [_days("range", y, 1 if first else 7, 6 if first else 12, inferred)]
        case "nine":
            return [_days("range", y, 1, 9, inferred)]
        case "quarters":
            numbers = [roman_value(q) or int(q) for q in re.findall(_Q, groups[0])]
            if len(numbers) == 2 and re.search(r"-|–|to", groups[0]):
                numbers = list(range(numbers[0], numbers[1] + 1))
            return [_days("quarter", y, 3 * q - 2, 3 * q, inferred) for q in numbers]
        case "nth_quarter":
            q = _ORDINALS[groups[0]]
            return [_days("quarter", y, 3 * q - 2, 3 * q, inferred)]
        case "dmy" | "mdy":
            if name == "mdy":
                month, day = next(i for i, m in enumerate(_MONTHS, 1) if m.startswith(groups[0])), int(groups[1])
            else:
                day, month = (int(g) for g in groups if g and re.fullmatch(r"\d{1,2}", g))
            try:
                that = date(y, month, day) if y else None
            except ValueError:  # 31/02, 15/13: printed, but no day of any calendar
                return []
            return [When("date", that, that, 0, 0, inferred)]
    raise AssertionError(name)


def _days(kind: WhenKind, year: int | None, first: int, last: int, inferred: bool) -> When:
    if year is None:
        return When(kind, None, None, 0, 0, inferred)
    end = date(year, last, calendar.monthrange(year, last)[1])
    return When(kind, date(year, first, 1), end, 0, 0, inferred)


def _combined(folded: str, units: list[When]) -> list[When]:
    """Units with the words around them: ranges, "trước", "chậm nhất", "từ", "thường xuyên trong năm"."""
    out: list[When] = []
    i = 0
    while i < len(units):
        here = units[i]
        before = folded[out[-1].to if out else 0 : here.at]
        after = units[i + 1] if i + 1 < len(units) and units[i + 1].at >= here.to else None
        gap = folded[here.to : after.at] if after else ""
        if after and _is_range(before, gap, here, after):
            first = here.first
            if here.year_inferred and not after.year_inferred and here.first and after.last:
                first = here.first.replace(year=after.last.year)
            here = replace(here, kind="range", first=first, last=after.last, to=after.to)
            i += 1
        elif after and here.kind == "recurring" and after.kind in ("year", "range") and _INSIDE.match(gap):
            here = replace(after, kind="recurring", at=here.at)
            i += 1
        elif here.kind not in ("recurring", "range"):
            here = _bounded(before, here)
        out.append(here)
        i += 1
    return out


def _is_range(before: str, gap: str, here: When, after: When) -> bool:
    if not _TO.match(gap) or "recurring" in (here.kind, after.kind):
        return False
    return bool(_BETWEEN.search(before)) or gap.strip() in ("-", "–", "den", "to", "den het", "through")


def _bounded(before: str, here: When) -> When:
    if found := _BEFORE.search(before):
        last = here.first - timedelta(days=1) if here.first else None
        return replace(here, kind="before", first=None, last=last, at=here.at - len(found.group()))
    if found := _LATEST.search(before):
        return replace(here, kind="before", first=None, at=here.at - len(found.group()))
    if found := _SINCE.search(before):
        return replace(here, kind="from", last=None, at=here.at - len(found.group()))
    if found := _AFTER.search(before):
        first = here.last + timedelta(days=1) if here.last else None
        return replace(here, kind="from", first=first, last=None, at=here.at - len(found.group()))
    return here
