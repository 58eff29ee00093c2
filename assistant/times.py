"""Time expressions of plans and of questions, understood as dates: "Quý II/2021", "từ tháng 3 đến tháng 9", "by June".

One grammar for both, over folded text (see `vietnamese.fold`), so that a question typed without diacritics reads the
same as a printed deadline. `find_times` gives every expression with its place; what stands between them is the
caller's business (in a deadline: the label of a phase).
"""

import calendar
import re
from collections.abc import Callable, Sequence
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
_WITH_YEAR: Final = _OF_YEAR.removesuffix("?")
_Q: Final = r"(?:iv|iii|ii|i|[1-4])\b(?!\s*%)"
_M: Final = r"(?:1[0-2]|0?[1-9])(?!\d)"
_D: Final = r"(?:3[01]|[12]\d|0?[1-9])"
_AND: Final = r"\s*(?:,|va|&|\+|;)\s*"
_MONTHS: Final = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_MONTH_NAME: Final = "|".join(m for m in _MONTHS if m != "may")
_MONTH_SHORT: Final = "|".join(m[:3] for m in _MONTHS)  # with a year only: "sếp" folds to "sep", "máy" to "may"
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_ORDINAL: Final = "|".join(_ORDINALS)
# Words before a bare year or a bare day and month that make a time of it, each with one space after it
_IN_ENGLISH: Final = "|".join(
    rf"(?<=\b{word} )" for word in ("in", "of", "by", "before", "since", "until", "after", "from", "to", "and")
)
_LEADS_IN: Final = _IN_ENGLISH + "|" + "|".join(
    rf"(?<=\b{word} )" for word in ("tu", "den", "truoc", "sau", "ngay", "vao", "la", "qua", "het")
)  # fmt: skip
EVERY: Final = r"(?:hang\s+(?:ngay|tuan|thang|quy|nam)|(?:each|every)(?: single)? (?:day|week|month|quarter|year)|daily|weekly|monthly|quarterly|annually|yearly)"

# name, pattern on folded text, an example as printed or typed; the first pattern that fits a place has it
_UNITS: Final = [
    ("day", rf"(?<!\d)(\d{{1,2}})\s*([/.\-])\s*(\d{{1,2}})\s*\2\s*{_YEAR}", "15/11/2020"),
    ("recurring", rf"\b(?:thang\s*{_M}|qu[yi]\s*{_Q})\s*hang nam\b", "Tháng 12 hằng năm"),
    ("recurring", rf"(?:\btruoc\s+)?(?:\bngay\s+)?\b\d{{1,2}}(?:/\d{{1,2}})?\s+{EVERY}\b", "Trước 15/12 hằng năm"),
    ("recurring", r"\btruoc (?:ngay )?\d{1,2} cua (?:thang|quy|nam)\b(?!\s*\d)[^,;.]*", "Trước ngày 05 của tháng liền kề"),
    ("recurring", r"\bdinh ky(?:\s+(?:hang\s+)?(?:ngay|tuan|thang|quy|nam|0?6 thang|0?9 thang))*\b", "Định kỳ hằng tháng"),
    ("day", rf"\bngay\s*(\d{{1,2}})\s*(?:thang|[/\-])\s*(\d{{1,2}})(?!/\d|\d){_OF_YEAR}", "ngày 5 tháng 4 năm 2026"),
    ("us_day", rf"\b({_MONTH_NAME}|{_MONTH_SHORT})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}", "March 31, 2021"),
    ("day", rf"(?:{_LEADS_IN}|^\s*)({_D})/({_M})(?!\s*/)(?=\s*(?:$|[,;.)?!\-–]|den\b|hang\b|to\b))", "Trước 30/6"),
    ("half", rf"\b(?:(?:0?6|sau)\s*thang|nua)\s*(dau|cuoi)(?:\s*nam)?{_OF_YEAR}", "6 tháng đầu năm 2021"),
    ("half", rf"\b(first|second|last)\s+half(?:\s+of)?(?:\s+the\s+year)?{_OF_YEAR}", "first half of 2021"),
    ("half", rf"\b(?:hai|2)\s*quy\s*(dau|cuoi)(?:\s*nam)?{_OF_YEAR}", "hai quý đầu năm 2021"),
    ("half", rf"\b(first|last) two quarters(?:\s+of)?(?:\s+the\s+year)?{_OF_YEAR}", "first two quarters of 2021"),
    ("nine", rf"\b(?:0?9|chin)\s*thang\s*dau(?:\s*nam)?{_OF_YEAR}", "9 tháng đầu năm 2021"),
    ("quarters", rf"\bqu[yi]\s*((?:{_Q})(?:(?:{_AND}(?:qu[yi]\s*)?|\s*[-–]\s*)(?:{_Q}))*){_OF_YEAR}", "Quý I, II năm 2021"),
    ("quarters", rf"\b(?:q\.?|quarters?\s+)((?:{_Q})(?:\s*(?:,|and|&|-|to)\s*q?(?:{_Q}))*){_OF_YEAR}", "Q2 2021"),
    ("nth_quarter", rf"\b({_ORDINAL})[\s-]+quarter{_OF_YEAR}", "second quarter of 2021"),
    ("month_range", rf"\bthang\s*({_M})\s*(?:-|–|den)\s*(?:thang\s*)?({_M}){_OF_YEAR}", "Tháng 04-10/2021"),
    ("months", rf"\bthang\s*({_M}(?:{_AND}{_M})+)(?:{_WITH_YEAR}|\s*$)", "Tháng 3, 6, 9, 12/2024"),
    ("months", rf"\bthang\s*({_M}){_OF_YEAR}", "Tháng 11/2020"),
    ("month_name", rf"\b({_MONTH_NAME})\b{_OF_YEAR}", "October 2020"),
    ("month_name", rf"\b({_MONTH_SHORT})\.?\s+{_YEAR}", "Oct 2020"),
    ("month_name", rf"(?:{_IN_ENGLISH})(may)\b{_OF_YEAR}", "by May"),
    ("months", rf"\bt\.?({_M})\s*[/.]\s*{_YEAR}", "T6/2024"),
    ("months", rf"(?<![\d/.])({_M})\s*/\s*{_YEAR}", "6/2025"),
    ("years", rf"(?:\b(?:giai doan|nam hoc|nam)\s*)?(?<![\d/])(20\d\d)\s*(?:-|–|den)\s*(?:nam\s*)?{_YEAR}", "2026-2027"),
    ("each_year", rf"(?:\bnam\s*|^\s*)((?:20\d\d)(?:{_AND}20\d\d)+)(?!\d)", "Năm 2024, 2025"),
    ("year", rf"\b(?:nam(?:\s+trong)?|year|in|during|for)\s*{_YEAR}", "Năm 2021"),
    ("year", rf"(?:{_LEADS_IN}|\bend of\s+|^\s*(?={_YEAR}\s*$)){_YEAR}(?!\s*[-–/]\s*\d)", "2021"),
    ("this_year", r"\btrong nam\b(?!\s*\d)|\btrong nam ke hoach\b", "Trong năm"),
    ("recurring", rf"\bthuong xuyen\b|\blien tuc\b|\b{EVERY}\b|\btheo (?:tuan|thang|quy)(?=\s*(?:$|[,;./(]))", "Thường xuyên"),
]  # fmt: skip
_COMPILED: Final = [(name, re.compile(pattern)) for name, pattern, _ in _UNITS]

_BEFORE: Final = re.compile(r"\b(?:truoc|before|prior to)(?:\s+(?:ngay|het))?\s*$")
_LATEST: Final = re.compile(
    r"\b(?:cham nhat|muon nhat|tre nhat|khong (?:qua|muon hon)|den (?:het|cuoi)|cho den|by|before the|until|no later than)"
    r"(?:\s+(?:la|trong|vao|den|het|ngay|cuoi|the))*\s*$"
)
_UP_TO: Final = re.compile(r"\bden(?:\s+ngay)?\s*$")
_SINCE: Final = re.compile(r"\b(?:(?:bat dau|ke)\s+)?(?<!ngay )(?:tu|from|since|starting)(?:\s+(?:ngay|dau))*\s*$")
_AFTER: Final = re.compile(r"\b(?:sau|after)(?:\s+ngay)?\s*$")
_ONWARDS: Final = re.compile(r"\s*(?:va|,)\s*(?:cac|nhung)\s+nam\s+(?:tiep theo|sau|ke tiep)|\s*tro di\b|\s+onwards\b")
_TO: Final = re.compile(r"^\s*(?:den(?:\s+het)?|toi|to|until|through|-|–|and)\s*(?:ngay\s*)?$")
_BETWEEN: Final = re.compile(r"\b(?:tu|from|between|trong khoang)(?:\s+(?:ngay|dau))*\s*$")
_INSIDE: Final = re.compile(r"^\s*(?:trong|trong ca)?\s*$")
_SAME_YEAR: Final = re.compile(r"\s*(?:,|va|hoac|hay|or|and|&|\+|;|-|–|den(?:\s+het)?|toi|to|until|through)?\s*(?:ngay\s*)?$")


def find_times(text: str, year: int | None = None) -> list[When]:
    """Every time expression of NFC `text`, in order; `year` stands in where none is printed.

    A year printed once for a list or a range counts for all of it ("Tháng 3, tháng 6 năm 2024"). Without a printed and
    a given year, `first` and `last` are None.
    """
    folded = fold(text)
    matches = _matches(folded)
    units: list[When] = []
    years: dict[int, int | None] = {}  # the year printed for the expression that begins here
    for i in reversed(range(len(matches))):
        name, match = matches[i]
        after = matches[i + 1][1].start() if i + 1 < len(matches) else len(folded)
        years[match.start()] = _printed_year(match)
        if years[match.start()] is None and _SAME_YEAR.match(folded[match.end() : after]):
            years[match.start()] = years.get(after)
        printed = years[match.start()]
        found = _unit(name, match, printed or year, printed is None)
        units[:0] = [replace(w, at=match.start(), to=match.end()) for w in found]
    return _combined(folded, units)


def _matches(folded: str) -> list[tuple[str, re.Match[str]]]:
    """The expressions of a text by their patterns' names, none inside another, in order."""
    found: list[tuple[str, re.Match[str]]] = []
    taken = [False] * len(folded)
    for name, pattern in _COMPILED:
        for match in pattern.finditer(folded):
            at, to = match.span()
            if not any(taken[at:to]) and _unit(name, match, _printed_year(match) or 2000, False):
                taken[at:to] = [True] * (to - at)
                found.append((name, match))
    return sorted(found, key=lambda f: f[1].start())


def _printed_year(match: re.Match[str]) -> int | None:
    return next((int(g) for g in reversed(match.groups()) if g and re.fullmatch(r"20\d\d", g)), None)


def _unit(name: str, match: re.Match[str], year: int | None, inferred: bool) -> list[When]:
    """The times of one expression; none for a day that no calendar has (31/02, 15/13)."""
    groups = match.groups()
    if name == "recurring":
        return [When("recurring", None, None, 0, 0)]
    if name == "years":
        return [When("range", date(int(groups[0]), 1, 1), date(int(groups[1]), 12, 31), 0, 0)]
    if name == "each_year":
        return [_days("year", int(y), 1, 12, False) for y in re.findall(r"20\d\d", groups[0])]
    if name in ("day", "us_day"):
        return _day(name, groups, year, inferred)
    return [_days(kind, year, first, last, inferred) for kind, first, last in _MONTH_SPANS[name](groups)]


def _day(name: str, groups: Sequence[str | None], year: int | None, inferred: bool) -> list[When]:
    if name == "us_day":
        month, day = _month_of(groups[0]), int(groups[1] or "")
    else:
        day, month = (int(g) for g in groups if g and re.fullmatch(r"\d{1,2}", g))
    try:
        that = date(year or 2000, month, day)
    except ValueError:
        return []
    return [When("date", that if year else None, that if year else None, 0, 0, inferred)]


def _month_of(name: str | None) -> int:
    return next(i for i, m in enumerate(_MONTHS, 1) if m.startswith(name or ""))


def _quarters(groups: Sequence[str | None]) -> list[tuple[WhenKind, int, int]]:
    numbers = [roman_value(q) or int(q) for q in re.findall(_Q, groups[0] or "")]
    if len(numbers) == 2 and numbers[0] < numbers[1] and re.search(r"-|–|to", groups[0] or ""):
        numbers = list(range(numbers[0], numbers[1] + 1))
    return [("quarter", 3 * q - 2, 3 * q) for q in numbers]


def _half(groups: Sequence[str | None]) -> list[tuple[WhenKind, int, int]]:
    return [("range", 1, 6) if groups[0] in ("dau", "first") else ("range", 7, 12)]


# Expressions that name months of one year: kind, first and last month
_MONTH_SPANS: Final[dict[str, Callable[[Sequence[str | None]], list[tuple[WhenKind, int, int]]]]] = {
    "half": _half,
    "nine": lambda _: [("range", 1, 9)],
    "quarters": _quarters,
    "nth_quarter": lambda g: [("quarter", 3 * _ORDINALS[g[0] or ""] - 2, 3 * _ORDINALS[g[0] or ""])],
    "month_range": lambda g: [("range", int(g[0] or ""), int(g[1] or ""))],
    "months": lambda g: [("month", int(m), int(m)) for m in re.findall(r"\d+", g[0] or "")],
    "month_name": lambda g: [("month", _month_of(g[0]), _month_of(g[0]))],
    "year": lambda _: [("year", 1, 12)],
    "this_year": lambda _: [("year", 1, 12)],
}


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
            here = _range(here, after)
            i += 1
        elif after and here.kind == "recurring" and after.kind == "recurring" and gap.strip() in (",", "va", ""):
            units[i + 1] = replace(after, at=here.at)  # "Thường xuyên, liên tục"
            i += 1
            continue
        elif after and here.kind == "recurring" and after.kind in ("year", "range") and _INSIDE.match(gap):
            here = replace(after, kind="recurring", at=here.at)
            i += 1
        elif here.kind not in ("recurring", "range"):
            here = _bounded(before, here, folded[here.to :])
        out.append(here)
        i += 1
    return out


def _is_range(before: str, gap: str, here: When, after: When) -> bool:
    if not _TO.match(gap) or "recurring" in (here.kind, after.kind):
        return False
    return bool(_BETWEEN.search(before)) or gap.strip() in ("-", "–", "den", "to", "den het", "through")


def _range(here: When, after: When) -> When:
    first = here.first
    if first and after.last and first > after.last:
        first = first.replace(year=first.year - 1)  # "Quý IV - Quý I/2026" begins in the year before
    return replace(here, kind="range", first=first, last=after.last, to=after.to, year_inferred=after.year_inferred)


def _bounded(before: str, here: When, behind: str) -> When:
    if found := _BEFORE.search(before):
        last = here.first - timedelta(days=1) if here.first else None
        return replace(here, kind="before", first=None, last=last, at=here.at - len(found.group()))
    # "đến năm 2025" is mostly the horizon in a programme's name, no deadline
    if found := _LATEST.search(before) or (_UP_TO.search(before) if here.kind != "year" else None):
        return replace(here, kind="before", first=None, at=here.at - len(found.group()))
    if found := _SINCE.search(before):
        return replace(here, kind="from", last=None, at=here.at - len(found.group()))
    if found := _AFTER.search(before):
        first = here.last + timedelta(days=1) if here.last else None
        return replace(here, kind="from", first=first, last=None, at=here.at - len(found.group()))
    if found := _ONWARDS.match(behind):
        return replace(here, kind="from", last=None, to=here.to + found.end())
    return here
