"""What a question gets: an answer, its status and its citations (the Answer object of the interface contract)."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["answered", "ambiguous", "not_found", "out_of_scope", "unavailable"]
Language = Literal["vi", "en"]
Mode = Literal["extractive", "llm"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """A numbered source; `quote` is exactly `text[start:end]` of the plan's ingested text."""

    n: int
    plan_id: str
    plan_number: str | None
    plan_title: str
    province: str | None
    year: str | None
    kind: Literal["task", "section"]
    stt: str | None
    section: str | None  # group numeral for a task, path such as "II.7.e" for a section
    label: str
    quote: str
    source: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer in Markdown with [n] markers; every marker has a citation and every citation a marker."""

    id: str
    question: str
    answer: str
    status: Status
    language: Language
    mode: Mode = "extractive"
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    elapsed_ms: float = 0.0
