"""A question that asks one thing of one plan and another thing of another → a question for each."""

import re
from collections.abc import Sequence
from typing import Final

from assistant.provinces import find_provinces
from assistant.register import Shelf
from assistant.understanding.concepts import typed_words
from assistant.understanding.kernel import asks, kernel
from assistant.understanding.plan_names import find_plan_names
from assistant.understanding.question import Question
from assistant.understanding.reading import understand

_CLAUSES: Final = re.compile(
    r"\s*[;.?]\s+|\s*,?\s+(?=(?:còn|con|trong khi|while|whereas)\b)|\s*,\s+|\s+(?:và|va|and|&|—|–)\s+", re.IGNORECASE
)
_AGAINST: Final = re.compile(r"\s*[,;]\s+(?:còn|con|trong khi|while|whereas)\s+(?!lại\b|lai\b)", re.IGNORECASE)
_ALSO: Final = re.compile(r",\s+(?:and|và)\s+(?=(?:what|how|which|by how)\b|.{3,80}\bbao nhiêu\b)", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<![\d/.-])(20\d\d)(?![\d/-])")
_OTHER_YEAR: Final = re.compile(
    r",?\s+(?:còn|con|và|va|and)\s+(?:(?:của|cua|điểm|diem|chỉ số|chi so|that|the one|for|of|in|năm|nam)\s+){1,4}(?P<year>20\d\d)\b"
    r"(?:\s+(?:thì|thi|công bố|cong bo|vào|vao|lúc|luc|khi|bao|tháng|thang|quý|quy|nào|nao|giờ|gio|mấy|may|sao|when|ạ|a|vậy|vay))*\s*\??\s*$",
    re.IGNORECASE,
)
_SUBJECT: Final = 2  # words of its own that make a clause a question


def parts_of(question: Question, shelf: Shelf) -> tuple[str, ...]:
    """The clauses of a question, when each asks something of its own: of one of several plans that it names, or the second
    set against the first ("A xong tháng mấy, còn B thì quý nào?"); else ().

    Words before the first name stand before every clause: "Chuyện đóng phí: Đồng Nai hẹn quý mấy, còn Lạng Sơn …?".
    """
    if question.intent not in ("content", "fact", "duties"):
        return ()
    text = kernel(question.text)
    if len(question.scopes) < 2:
        return _set_against(text, shelf)
    clauses, opening = _by_plan(text, shelf)
    if len(clauses) != len(question.scopes) or not all(_asks_of_its_own(c, shelf, opened=bool(opening)) for c in clauses):
        return _set_against(text, shelf)
    return tuple(f"{opening} {clause}".strip() for clause in clauses)


def _set_against(text: str, shelf: Shelf) -> tuple[str, ...]:
    """Two clauses with "còn" between them that both ask, in the province named first."""
    if other := _OTHER_YEAR.search(text):  # "… năm 2018 lúc nào, còn năm 2020?": the same of another year
        first = text[: other.start()]
        years = _YEAR.findall(first)
        if len(years) == 1 and years[0] != other["year"] and asks(first):
            return first, first.replace(years[0], other["year"])
    halves = _AGAINST.split(text)
    if len(halves) != 2 and (also := _ALSO.split(text)) and len(also) == 2:
        figures = [understand(half, shelf) for half in also]
        halves = also if all(q.number and has_subject(q) and not q.elliptic for q in figures) else halves
    if len(halves) != 2 or not all(_asks_of_its_own(half, shelf, opened=False, named=False) for half in halves):
        return ()
    first, second = halves
    provinces, named = find_provinces(first), find_plan_names(second, shelf.cards)
    if provinces and (named.years or not named.plan_ids):
        second = f"{provinces[0][0]}: {second}"
    return first, second


def _by_plan(text: str, shelf: Shelf) -> tuple[list[str], str]:
    """The text cut into clauses that name one plan each, and what stands before the first of them, up to a colon."""
    opening, colon, rest = text.partition(": ")
    of_opening, of_rest = (find_plan_names(t, shelf.cards).plan_ids for t in (opening, rest))
    if not colon or set(of_opening) - set(of_rest):
        opening, rest = "", text
    elif of_opening:  # "BR-VT và Bến Tre: …": they are named again
        opening = ""
    clauses: list[str] = []
    named: list[Sequence[str]] = []
    at = 0
    for end in [*(m.start() for m in _CLAUSES.finditer(rest)), len(rest)]:
        piece = rest[at:end]
        plans = find_plan_names(piece, shelf.cards).plan_ids
        if clauses and (not plans or plans == named[-1] or not named[-1]):
            clauses[-1] += piece
            named[-1] = plans or named[-1]
        else:
            clauses.append(piece)
            named.append(plans)
        at = end
    return [c.strip(" ,;.?&–—") for c in clauses], f"{opening}:" if opening else ""


def has_subject(question: Question) -> bool:
    """Whether a clause says itself what it is about."""
    return len(typed_words(question.topic)) >= _SUBJECT


def _asks_of_its_own(clause: str, shelf: Shelf, *, opened: bool, named: bool = True) -> bool:
    asked = understand(clause, shelf)
    if not (asks(clause) or opened):
        return False
    if not named:
        return len(typed_words(asked.words)) > _SUBJECT
    return len(asked.scopes) == 1 and (has_subject(asked) or asked.number or bool(asked.agencies))
