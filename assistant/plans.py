"""The record that a plan is: header facts, sections, tasks, deadlines, oddities, all with spans into its text.

Spans are character offsets [start, end) into `Plan.text`, the document's text as ingested.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from assistant.abbreviations import expand

Column = Literal["task", "product", "lead", "coordinating", "deadline", "budget", "note"]
COLUMNS: Final[tuple[Column, ...]] = ("task", "product", "lead", "coordinating", "deadline", "budget", "note")

DueKind = Literal["date", "month", "quarter", "year", "range", "recurring", "from", "before", "event", "unknown"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """One phase of a printed deadline, understood."""

    label: str | None  # what is due in this phase ("Ban hành Kế hoạch"); the event's words for kind "event"
    kind: DueKind
    start: date | None = None
    end: date | None = None
    year_inferred: bool = False  # the cell prints no year: the plan's (or the column header's) was taken


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One row of a task table (nhiệm vụ). Cells are as printed, white space folded; None when blank."""

    task_id: str  # "dong-nai-2020-15122/II.1.2"; "~2" is added to a repeated number
    plan_id: str
    group: str | None  # Roman numeral as printed
    group_title: str | None
    stt: str  # as printed, without a final dot
    task: str | None
    product: str | None
    lead: str | None
    coordinating: str | None
    deadline: str | None
    budget: str | None
    note: str | None
    lead_agencies: tuple[str, ...]
    coordinating_agencies: tuple[str, ...]
    due: tuple[Due, ...]
    columns: tuple[str, ...]  # the columns that its table has
    missing: tuple[str, ...]  # columns without a cell of their own in this row: merged with the row above
    start: int
    end: int

    def cell(self, column: Column) -> str | None:
        """The printed cell of a column."""
        value: str | None = getattr(self, column)
        return value


SectionKind = Literal[
    "front", "part", "article", "roman", "upper", "arabic", "decimal", "letter", "item", "paragraph", "closing",
    "recipients", "signature", "appendix", "group", "table_header", "footnote", "related",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A node of the section tree (mục). `[start, own_end)` is its own text, `[start, end)` includes its children."""

    section_id: str  # "ba-ria-vung-tau-2021-166/muc/II.7.e"; items add "#2", paragraphs "#p2"
    plan_id: str
    parent_id: str | None
    kind: SectionKind
    path: str  # of the nearest numbered section, "II.7.e"; inferred levels in brackets, "[II].6.5"
    number: str | None  # as printed, without punctuation
    title: str | None  # the heading's words; None for text without a heading and for inferred levels
    inferred: bool  # the level is missing in the source: known only from its children or from a restarted count
    start: int
    own_end: int
    end: int

    @property
    def ordinal(self) -> str | None:
        """The place of an item or paragraph among its kind under its section ("2"), None for numbered sections."""
        return self.section_id.rpartition("#")[2] if "#" in self.section_id else None


@dataclass(frozen=True, slots=True)
class Fact:
    """A header fact and where it stands; `start == end` when it was inferred and stands nowhere."""

    value: str
    start: int
    end: int
    inferred: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Anomaly:
    """Something odd in a plan, told and never repaired."""

    kind: str  # "duplicate_stt", "missing_stt", …; the full list is in ingest/anomalies.py
    severity: Literal["warning", "note"]
    message: str  # Vietnamese, for a reader
    where: str | None  # a task_id or section_id
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A plan (kế hoạch) as parsed from one document."""

    plan_id: str
    source: str  # file name
    text: str
    facts: dict[str, Fact]  # number, title, issuer, province, year, issued_on (ISO), signed_by, signer_role
    legal_bases: tuple[Fact, ...]
    sections: tuple[Section, ...]  # document order
    tasks: tuple[Task, ...]  # document order
    anomalies: tuple[Anomaly, ...]

    def fact(self, name: str) -> str | None:
        """A header fact's value, None when the document does not give it."""
        return self.facts[name].value if name in self.facts else None

    def years(self) -> tuple[int, int] | None:
        """First and last year of the plan's period."""
        return period_years(self.fact("year"))


LEAD_LINE: Final = "\nChủ trì: "  # in a row's passage: task and product stand before it


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """What is embedded and searched: an appendix row or a section's own text, with its context before it."""

    passage_id: str  # the task_id or section_id
    plan_id: str
    kind: Literal["task", "section"]
    context: str  # plan, group or headings
    text: str
    start: int
    end: int

    @property
    def embedded(self) -> str:
        """The text that the embedder and the full-text index see: in its context, abbreviations written out."""
        return expand(f"{self.context}\n{self.text}")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanCard:
    """A plan as the shelf shows it: header facts and counts, without its text."""

    plan_id: str
    plan_number: str | None
    title: str
    issuer: str | None
    province: str | None
    year: str | None
    issued_on: str | None
    signed_by: str | None
    source: str
    sections: int
    tasks: int
    warnings: tuple[str, ...]

    @property
    def name(self) -> str:
        """How people call it: its number, else what it is about."""
        if self.plan_number:
            return f"Kế hoạch {self.plan_number}"
        return " ".join(filter(None, ["Kế hoạch", self.year and f"năm {self.year}", self.province]))


def period_years(year: str | None) -> tuple[int, int] | None:
    """ "2021" → (2021, 2021); "2021-2025" → (2021, 2025)."""
    if not year:
        return None
    first, _, last = year.partition("-")
    return int(first), int(last or first)
