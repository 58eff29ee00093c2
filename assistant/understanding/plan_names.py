"""Which plans a question names: by number, province, year or words of the title; and which it names in vain."""

import itertools
import re
from dataclasses import dataclass
from typing import Final

from assistant.plans import PlanCard, period_years
from assistant.provinces import find_provinces
from assistant.vietnamese import fold, tokens

_NUMBER: Final = re.compile(
    r"\b(?:ke hoach|kh|plan)\s*(?:cchc\s*)?(?:so|no\.?|number)?\s*:?\s*(\d{1,6})(?!\d)(?:\s*/\s*kh\s*-?\s*ubnd)?(?!\s*-\s*kh|[.,]\d|/\d)"
    r"|(?<![\d/])(\d{1,6})\s*/\s*kh\b(?:\s*-\s*ubnd)?"
)
_YEAR: Final = re.compile(r"(?<![\d/.])(20\d\d)(?![\d/])")
_PERIOD: Final = re.compile(r"(?<![\d/.])(20\d\d)\s*(?:-|–|den|to)\s*(20\d\d)(?!\d)")
_NOT_A_PLANS_YEAR: Final = re.compile(
    r"(?:so voi|tu|den|truoc|sau|since|before|after|until|compared (?:to|with)|than)\s+(?:nam\s+)?$|/\s*$|(?:quy|thang|q)\s*[ivx\d]+\s*(?:nam\s*|,\s*|[-/]\s*)?$"
)
# A year that nothing but a plan's own name stands before: "kế hoạch cải cách hành chính của tỉnh … năm 2024"
_PLAN_BEFORE: Final = re.compile(
    r"\b(?:ke hoach|kh|plan)(?:\s+(?:cchc|cai cach|hanh chinh|nha nuoc|cong tac|reform|administrative|tinh|thanh pho|tp|cua|of|for|in|nam|giai doan|so|the|year))*\s*$"
)


@dataclass(frozen=True, slots=True)
class PlanNames:
    """Plans named, names without a plan, and the folded question without those names."""

    plan_ids: tuple[str, ...]
    absent: tuple[str, ...]
    rest: str


def find_plan_names(text: str, cards: tuple[PlanCard, ...]) -> PlanNames:
    """Resolve the plans that NFC `text` names against those of the library."""
    folded = fold(text)
    hidden = list(folded)
    numbers = _numbers(folded, cards, hidden)
    provinces = find_provinces(text)
    for _, at, to in provinces:
        hidden[at:to] = " " * (to - at)
    chosen = list(cards)
    absent: list[str] = []
    if numbers:
        known = [c for c in cards if _number_of(c) in numbers]
        absent += [f"kế hoạch số {n}" for n in numbers if not any(_number_of(c) == n for c in cards)]
        chosen = known
    names = list(dict.fromkeys(name for name, _, _ in provinces))
    if names and not (numbers and chosen):
        absent += [name for name in names if not any(c.province == name for c in cards)]
        chosen = [c for c in chosen if c.province in names]
    named = bool(numbers or names)
    chosen, year_named, year_absent = _by_year("".join(hidden), chosen, names)
    absent += year_absent
    if not named or (len(chosen) > 1 and len({c.province for c in chosen}) == 1):
        by_title = _by_title("".join(hidden), chosen)
        if by_title:
            chosen, named = by_title, True
    ids = tuple(c.plan_id for c in chosen) if named or year_named else ()
    return PlanNames(() if absent and not ids else ids, tuple(absent), "".join(hidden))


def _number_of(card: PlanCard) -> str | None:
    return card.plan_number.partition("/")[0].lower() if card.plan_number else None


def _numbers(folded: str, cards: tuple[PlanCard, ...], hidden: list[str]) -> list[str]:
    """Plan numbers named, known or not; a year after "kế hoạch" is no number."""
    known = {number for c in cards if (number := _number_of(c))}
    found = []
    for match in _NUMBER.finditer(folded):
        number = match.group(1) or match.group(2)
        if number in known or not (re.fullmatch(r"20\d\d", number) or (match.group(1) and len(number) < 2)):
            found.append(number)
            hidden[match.start() : match.end()] = " " * (match.end() - match.start())
    for number in known:  # "trong 15122": a bare number of three digits or more that is a plan's
        for match in re.finditer(rf"(?<![\w/.]){number}(?![\w/.,]\d|\d)", folded) if len(number) > 2 else ():
            if "".join(hidden[match.start() : match.end()]).strip() and not re.search(
                r"(?:nhiem vu|stt|task|so)\s*$", folded[: match.start()]
            ):
                found.append(number)
                hidden[match.start() : match.end()] = " " * len(number)
    return list(dict.fromkeys(found))


def _by_year(hidden: str, chosen: list[PlanCard], names: list[str]) -> tuple[list[PlanCard], bool, list[str]]:
    """Narrow by the years named. A year that no plan has counts as absent only where it clearly names a plan."""
    spans = [(m.start(), int(m[1]), int(m[2])) for m in _PERIOD.finditer(hidden)]
    spans += [
        (m.start(), int(m[1]), int(m[1])) for m in _YEAR.finditer(hidden) if not any(s <= m.start() < s + 12 for s, _, _ in spans)
    ]
    spans = [s for s in spans if not _NOT_A_PLANS_YEAR.search(hidden[: s[0]])]
    narrowed = [c for c in chosen if any(_covers(c, first, last) for _, first, last in spans)]
    if spans and narrowed:
        return narrowed, True, []
    strict = [(first, last) for at, first, last in spans if _PLAN_BEFORE.search(hidden[:at]) or len(hidden.split()) <= 3]
    if strict and chosen:
        first, last = strict[0]
        year = str(first) if first == last else f"{first}-{last}"
        return [], False, [f"năm {year}" + (f" của {', '.join(names)}" if names else "")]
    return chosen, False, []


def _covers(card: PlanCard, first: int, last: int) -> bool:
    period = period_years(card.year)
    return period is not None and (period == (first, last) if first != last else period[0] <= first <= period[1])


def _by_title(folded: str, cards: list[PlanCard]) -> list[PlanCard]:
    """Plans whose title has two neighbouring words that the question has and no other plan's title has."""
    titles = {c.plan_id: tokens(fold(c.title)) for c in cards}
    asked = tokens(folded)
    pairs = set(itertools.pairwise(asked))
    found = []
    for card in cards:
        others = {p for key, t in titles.items() if key != card.plan_id for p in itertools.pairwise(t)}
        own = set(zip(titles[card.plan_id], titles[card.plan_id][1:], strict=False)) - others
        hits = pairs & own
        if len(hits) >= 2 or (hits and re.search(r"\b(?:ke hoach|kh|plan)\b", folded) and len(cards) <= 3):
            found.append((len(hits), card))
    best = max((n for n, _ in found), default=0)
    return [card for n, card in found if n == best]
