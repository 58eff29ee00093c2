"""A question that asks one thing of one plan and another thing of another → a question for each."""

import re
from collections.abc import Sequence
from typing import Final

from assistant.register import Shelf
from assistant.understanding.concepts import typed_words
from assistant.understanding.kernel import asks, kernel
from assistant.understanding.plan_names import find_plan_names
from assistant.understanding.question import Question
from assistant.understanding.reading import understand

_CLAUSES: Final = re.compile(
    r"\s*[;.?]\s+|\s*,?\s+(?=(?:còn|con|trong khi|while|whereas)\b)|\s*,\s+|\s+(?:và|va|and|&|—|–)\s+", re.IGNORECASE
)
_SUBJECT: Final = 2  # words of its own that make a clause a question


def parts_of(question: Question, shelf: Shelf) -> tuple[str, ...]:
    """The clauses of a question that names several plans, when each names one and asks something of its own; else ().

    Words before the first name stand before every clause: "Chuyện đóng phí: Đồng Nai hẹn quý mấy, còn Lạng Sơn …?".
    """
    if len(question.scopes) < 2 or question.intent not in ("content", "fact", "duties"):
        return ()
    clauses, opening = _by_plan(kernel(question.text), shelf)
    if len(clauses) != len(question.scopes) or not all(_asks_of_its_own(c, shelf, opened=bool(opening)) for c in clauses):
        return ()
    return tuple(f"{opening} {clause}".strip() for clause in clauses)


def _by_plan(text: str, shelf: Shelf) -> tuple[list[str], str]:
    """The text cut into clauses that name one plan each, and what stands before the first of them, up to a colon."""
    opening, colon, rest = text.partition(": ")
    if not colon or find_plan_names(opening, shelf.cards).plan_ids:
        opening, rest = "", text
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
    return [c.strip(" ,;.&–—") for c in clauses], f"{opening}:" if opening else ""


def _asks_of_its_own(clause: str, shelf: Shelf, *, opened: bool) -> bool:
    asked = understand(clause, shelf)
    one = len(asked.scopes) == 1
    return one and (asks(clause) or opened) and (len(typed_words(asked.topic)) >= _SUBJECT or asked.number or bool(asked.agencies))
