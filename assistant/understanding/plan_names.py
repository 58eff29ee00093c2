"""Which plans a question names: by number, province, year or words of the title; and which it names in vain."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from assistant.agencies import find_agencies
from assistant.plans import PlanCard, period_years
from assistant.provinces import find_provinces
from assistant.vietnamese import fold, tokens

_NUMBER: Final = re.compile(
    r"\b(?:ke hoach|kh|plan)\s*(?:cchc\s*)?(?:so|no\.?|number)?\s*:?\s*(\d{1,6})(?!\d)(?:\s*/\s*(?:kh|qd)(?:\s*-?\s*ubnd\b|\s*-\s*[a-z&]+)*)?(?!\s*-\s*kh|[.,]\d|/\d)"
    r"|(?<![\d/])(\d{1,6})\s*/\s*kh\b(?:\s*-\s*[a-z&]+)*"
)
_YEAR: Final = re.compile(r"(?<![\d/.])(20\d\d)(?![\d/])")
PERIOD: Final = re.compile(r"(?<![\d/.])(20\d\d)\s*(?:-|–|den|to)\s*(20\d\d)(?!\d)")
_NOT_A_PLANS_YEAR: Final = re.compile(
    r"(?:so voi|tu|den|truoc|sau|since|before|after|until|compared (?:to|with)|than)\s+(?:nam\s+)?$|/\s*$|(?:quy|thang|q)\s*[ivx\d]+\s*(?:nam\s*|,\s*|[-/]\s*)?$"
)
_PLANS: Final = re.compile(r"\b(?:va|voi|so voi|vs|hai|2 (?:cai )?(?:kh|ke hoach|plans)|ca hai|cac|and|both|compare\w*|with)\b")
_SEVERAL: Final = re.compile(rf"{_PLANS.pattern}|\bcon\b|\bwhile\b")
# A year that nothing but a plan's own name stands before: "kế hoạch cải cách hành chính của tỉnh … năm 2024"
_PLAN_BEFORE: Final = re.compile(
    r"\b(?:ke hoach|kh|plan)(?:\s+(?:cchc|cai cach|hanh chinh|nha nuoc|cong tac|reform|administrative|tinh|thanh pho|tp|cua|of|for|in|nam|giai doan|so|the|year|chi so|xac dinh|danh gia|trien khai|index|indicators?))*\s*$"
)


class _Years(NamedTuple):
    """A year or a period named, and where."""

    at: int
    first: int
    last: int


_PLAN_BEHIND: Final = re.compile(r"20\d\d(?: (?:par|cchc|administrative|reform|index))* plan\b")


_AN_STT: Final = re.compile(r"\b(?:nv|nhiem vu|stt|task) \d+.{0,30}\b(?:nhom|phan|group) [ivx]+\b")

_OF_A_PROVINCE: Final = re.compile(r"(?:chu tich )?(?:ubnd|uy ban nhan dan) (?:tinh|thanh pho|tp)\b")
_PLAN_OF: Final = re.compile(r"\b(?:ke hoach|kh|plan)(?: [\w-]+){0,5} (?:cua|do|of|by|from)(?: the)?\s+$")
_NEAR: Final = 100  # characters


@dataclass(frozen=True, slots=True)
class PlanNames:
    """Plans named, names without a plan, and the folded question without those names.

    `scopes`: the plans by the name that meant them, for answers side by side. `years`: named, and perhaps no plan's but
    the content's ("văn bản hết hiệu lực trong năm 2020").
    """

    plan_ids: tuple[str, ...]
    absent: tuple[str, ...]
    rest: str
    scopes: tuple[tuple[str, ...], ...] = ()
    years: tuple[str, ...] = ()  # plan_ids that only a year points to


def find_plan_names(text: str, cards: tuple[PlanCard, ...]) -> PlanNames:
    """Resolve the plans that NFC `text` names against those of the library.

    Every name is read for itself, and together they name all the plans meant: "kế hoạch 166 và Bến Tre" are two.
    """
    folded = fold(text)
    hidden = list(folded)
    numbers = _numbers(folded, cards, hidden)
    provinces = find_provinces(text, sorted({c.province for c in cards if c.province}))
    issued = [] if numbers else _issued(text, folded, cards, hidden)
    for _, at, to in provinces:
        hidden[at:to] = " " * (to - at)
    rest = "".join(hidden)
    if issued:
        there = [c for c in issued if c.province in {name for name, _, _ in provinces}] or issued
        ids = tuple(c.plan_id for c in there)
        return PlanNames(ids, (), rest, (ids,))
    names = list(dict.fromkeys(name for name, _, _ in provinces))
    spans = _years(rest)
    numbered = [c for n in numbers for c in cards if _number_of(c) == n]
    scopes = [[c] for c in numbered]
    absent: list[str] = []
    for name in names:
        of_province = [c for c in cards if c.province == name]
        if not of_province:
            absent += [] if numbered else [name]
            continue
        in_years = [c for c in of_province if _covered(c, spans)]
        if any(c in of_province for c in numbered):  # "kế hoạch 166 của Bà Rịa - Vũng Tàu": one name for it
            others = [c for c in in_years if c not in numbered]
            several = _SEVERAL.search(rest) and not any(_covered(c, spans) for c in numbered)  # "2018 với 166"
            scopes += [[c] for c in others if several or _year_of_a_plan(rest, c)]
        elif in_years:
            scopes += [[c] for c in in_years] if len(in_years) < len(of_province) or _PLANS.search(rest) else [in_years]
        elif missing := None if numbered or len(names) > 1 else _missing_year(rest, spans):
            absent.append(f"năm {missing} của {name}")
        else:
            titled = (
                [] if spans else _by_title(_without_agencies(text, rest), of_province)
            )  # a year that is no plan's is asked of all
            scopes.append(titled or of_province)
    if not scopes and not absent and not _AN_STT.search(folded):
        absent += [
            f"kế hoạch số {n}"
            for n in numbers
            if not re.search(rf"\b(?:theo|in line with|according to|under) (?:ke hoach|kh|plan) (?:so )?{n}", folded)
        ]
    if scopes or absent:
        ids = tuple(dict.fromkeys(c.plan_id for scope in scopes for c in scope))
        return PlanNames(ids, tuple(absent), rest, tuple(tuple(c.plan_id for c in scope) for scope in scopes))
    return _without_names(text, rest, cards, spans)


def _without_names(text: str, rest: str, cards: tuple[PlanCard, ...], spans: list[_Years]) -> PlanNames:
    """Plans named by their years or by words of their titles only."""
    in_years = [c for c in cards if _covered(c, spans)]
    titled = _by_title(_without_agencies(text, rest), in_years or list(cards))
    chosen = titled or in_years
    if not chosen and (missing := _missing_year(rest, spans)):
        return PlanNames((), (f"năm {missing}",), rest)
    ids = tuple(c.plan_id for c in chosen)
    if (
        titled
        or any(_PLAN_BEFORE.search(_just_before(rest, s.at)) or _PLAN_BEHIND.match(rest, s.at) for s in spans)
        or len(rest.split()) <= 8
    ):
        return PlanNames(ids, (), rest, tuple((i,) for i in ids))
    return PlanNames(ids, (), rest, (ids,) if ids else (), ids)


def _number_of(card: PlanCard) -> str | None:
    return card.plan_number.partition("/")[0].lower() if card.plan_number else None


def _numbers(folded: str, cards: tuple[PlanCard, ...], hidden: list[str]) -> list[str]:
    """Plan numbers named, known or not; a year after "kế hoạch" is no number."""
    known = dict.fromkeys(number for c in cards if (number := _number_of(c)))
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


def _issued(text: str, folded: str, cards: tuple[PlanCard, ...], hidden: list[str]) -> list[PlanCard]:
    """The plans of a ministry, a department, a commune that is named as their issuer: "kế hoạch của Sở Y tế".

    A province's plans are named by the province.
    """
    found = []
    mentions = find_agencies(text, english=True)
    for card in cards:
        issuer = fold(card.issuer or "")
        if not issuer or _OF_A_PROVINCE.match(issuer):
            continue
        own = {m.name for m in find_agencies(card.issuer or "") if m.name}
        spans = [(m.at, m.to) for m in mentions if m.name in own]
        spans += [m.span() for m in re.finditer(rf"(?<!\w){re.escape(issuer)}(?!\w)", folded)]
        for at, to in spans:
            if _PLAN_OF.search(_just_before(folded, at)):
                found.append(card)
                hidden[at:to] = " " * (to - at)
    return list({c.plan_id: c for c in found}.values())


def _years(hidden: str) -> list[_Years]:
    """The years named that may be a plan's: not those of a deadline, of a document or of a comparison."""
    spans = [_Years(m.start(), int(m[1]), int(m[2])) for m in PERIOD.finditer(hidden)]
    within = {at for s in spans for at in range(s.at, s.at + 12)}
    spans += [_Years(m.start(), int(m[1]), int(m[1])) for m in _YEAR.finditer(hidden) if m.start() not in within]
    return [s for s in spans if not _NOT_A_PLANS_YEAR.search(_just_before(hidden, s.at))]


def _just_before(text: str, at: int) -> str:
    """What stands before a place, as far as it can matter: a text may name thousands of years."""
    return text[max(0, at - _NEAR) : at]


def _covered(card: PlanCard, spans: Iterable[_Years]) -> bool:
    return any(_covers(card, s.first, s.last) for s in spans)


def _missing_year(hidden: str, spans: Iterable[_Years]) -> str | None:
    """A year that no plan has counts as named in vain only where it clearly names a plan."""
    for span in spans:
        if _PLAN_BEFORE.search(_just_before(hidden, span.at)) or _PLAN_BEHIND.match(hidden, span.at) or len(hidden.split()) <= 3:
            return str(span.first) if span.first == span.last else f"{span.first}-{span.last}"
    return None


def _year_of_a_plan(hidden: str, card: PlanCard) -> bool:
    """Whether a card's year stands right behind "kế hoạch …": that is a plan of its own beside the numbered one."""
    return any(_covers(card, s.first, s.last) and _PLAN_BEFORE.search(_just_before(hidden, s.at)) for s in _years(hidden))


def _covers(card: PlanCard, first: int, last: int) -> bool:
    period = period_years(card.year)
    return period is not None and (period == (first, last) if first != last else period[0] <= first <= period[1])


def _without_agencies(text: str, rest: str) -> str:
    """ "Sở Y tế" does not name the plan for the "cơ sở y tế"."""
    for mention in find_agencies(text):
        rest = rest[: mention.at] + " " * (mention.to - mention.at) + rest[mention.to :]
    return rest


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
