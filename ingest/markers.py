"""How a line announces its place in the text: "I.", "1.", "1.1.", "a)", "-", "+", "(1)", "Điều 2", "PHẦN I"."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from assistant.vietnamese import fold, roman_value

MarkerKind = Literal["part", "article", "upper", "roman", "arabic", "decimal", "letter", "paren", "dash", "plus"]

# Outer to inner; a section ends where a marker of its own or an outer rank begins.
RANKS: Final[dict[MarkerKind, int]] = {
    "part": 0, "upper": 1, "article": 2, "roman": 2, "arabic": 3, "decimal": 4, "letter": 5, "paren": 6, "dash": 7, "plus": 8,
}  # fmt: skip
LETTERS: Final = "abcdđefghijklmnopqrstuvwxyz"

_DECORATION: Final = r"[\s>#*_]*"  # Markdown's heading and emphasis signs before the marker
_PATTERNS: Final[list[tuple[MarkerKind, re.Pattern[str]]]] = [
    ("part", re.compile(_DECORATION + r"(?:PHẦN|Phần)\s+(?:thứ\s+)?([IVX]+|\d+|nhất|hai|ba|tư|năm)\b[.:*_]*\s*", re.UNICODE)),
    ("article", re.compile(_DECORATION + r"Điều\s+(\d{1,3})\s*[.:*_]+\s*")),
    ("roman", re.compile(_DECORATION + r"([IVX]{1,6})\s*(?:[.)/]|\s[-–])[*_]*\s*(?=[^\s\d])")),
    ("upper", re.compile(_DECORATION + r"([A-HĐ])\s*[.)][*_]*\s+(?=[A-ZÀ-ỸĐ]{2})")),
    ("decimal", re.compile(_DECORATION + r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?[*_]*\s+(?=\S)")),
    ("arabic", re.compile(_DECORATION + r"(\d{1,2})\s*[.)/][*_]*\s*(?=[^\s\d])")),
    ("letter", re.compile(_DECORATION + r"([a-zđ])\s*\)[*_]*\s*(?=\S)")),
    ("letter", re.compile(_DECORATION + r"([a-zđ])\.[*_]*\s+(?=[A-ZÀ-ỸĐ])")),
    ("paren", re.compile(r"\s*\((\d{1,2}|[ivx]{1,4})\)\s*(?=\S)")),
    ("plus", re.compile(r"\s*(\+)\s*(?=\S)")),
    ("dash", re.compile(r"\s*([-–—•▪*])\s+(?=\S)|\s*([-–])(?=[^\s\d\-–|])")),
]
_RULE: Final = re.compile(r"\s*[-–_=*~|\s]{3,}$")
_WORD_NUMBERS: Final = {"nhat": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5}


@dataclass(frozen=True, slots=True)
class Marker:
    """A line's marker; `values` are its numbers (one for "3." or "d)", two for "3.1"), `length` its characters."""

    kind: MarkerKind
    number: str
    values: tuple[int, ...]
    length: int

    @property
    def rank(self) -> int:
        return RANKS[self.kind]


def read_marker(line: str) -> Marker | None:
    """The marker that opens a line, None for plain text and for ruled lines ("-----")."""
    if _RULE.match(line):
        return None
    for kind, pattern in _PATTERNS:
        if match := pattern.match(line):
            number = next(g for g in match.groups() if g)
            values = _values(kind, number)
            if values is not None:
                return Marker(kind, number, values, match.end())
    return None


def _values(kind: MarkerKind, number: str) -> tuple[int, ...] | None:
    match kind:
        case "decimal":
            return tuple(int(part) for part in number.split("."))
        case "letter":
            return (LETTERS.index(number) + 1,)
        case "upper":
            return ("ABCDĐEFGH".index(number) + 1,)
        case "dash" | "plus":
            return ()
        case _:
            value = int(number) if number.isdigit() else roman_value(number) or _WORD_NUMBERS.get(fold(number))
            return None if value is None else (value,)
