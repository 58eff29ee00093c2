"""Task tables → tasks, wherever the table stands. Column roles come from the header's words, never from the file."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from assistant.agencies import canonical_agencies
from assistant.plans import COLUMNS, Task
from assistant.vietnamese import fold, roman_value
from ingest.deadlines import understand_deadline
from ingest.documents import STT_LABEL, STT_VALUE, Document, Row, Table

Role = Literal["stt", "task", "product", "lead", "coordinating", "deadline", "budget", "note", "other"]

# The first pattern that fits a header's folded words names the column; more special words come first.
_ROLES: Final[list[tuple[Role, str]]] = [
    ("stt", STT_LABEL.pattern),  # STT · TT · Số TT
    ("other", r"nguoi dung dau|theo doi|don doc|giam sat|lanh dao phu trach"),  # Theo dõi, đôn đốc
    ("lead", r"chu tri.*phoi hop"),  # one column for both: Cơ quan chủ trì, phối hợp
    ("coordinating", r"phoi hop"),  # Cơ quan phối hợp · Phối hợp thực hiện
    ("lead", r"chu tri|trach nhiem|don vi thuc hien|co quan thuc hien|to chuc thuc hien"),  # Sở, ngành chủ trì tham mưu
    ("deadline", r"thoi gian|thoi han|tien do|han hoan thanh|ngay hoan thanh|hoan thanh"),  # Thời gian triển khai
    ("budget", r"kinh phi|du toan|nguon von"),
    ("note", r"ghi chu"),
    ("product", r"san pham|ket qua|dau ra"),  # Kết quả dự kiến · Sản phẩm đầu ra
    ("task", r"noi dung|nhiem vu|cong viec|hoat dong|giai phap|ten "),  # Nội dung/Nhiệm vụ · Tên nhiệm vụ
    ("lead", r"co quan|don vi"),
]
_GROUP: Final = re.compile(r"([IVX]{1,6}|[A-HĐ])(?:\s*[.):\-–]\s*|\s+(?=\S)|$)(.*)$", re.DOTALL)
_SIGNS: Final = frozenset({"product", "lead", "coordinating", "deadline"})  # columns that make a list a task table
_DITTO: Final = re.compile(r"\W*(?:nt|nhu tren)\W*$")
_COORDINATED_BY: Final = re.compile(r"[;,.\s(–-]*(?:(?:co quan|don vi) )?phoi hop(?: (?:voi|thuc hien|cung))*\b\s*:?")
_MONEY: Final = re.compile(r"kinh phi|ngan sach|trieu|ty dong|\bdong\b|nguon|xa hoi hoa|du toan|\d{1,3}(?:[.,]\d{3})+")
_COLUMN_NUMBER: Final = re.compile(r"\(?\d{1,2}\)?$")
_YEAR: Final = re.compile(r"\b(20\d\d)\b")


@dataclass(frozen=True, slots=True)
class Group:
    """A group row of a task table (nhóm): numeral and title as printed."""

    number: str | None
    title: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Appendix:
    """What the task tables of a document hold; `headers` and `tables` are spans."""

    tasks: tuple[Task, ...] = ()
    groups: tuple[Group, ...] = ()
    headers: tuple[tuple[int, int], ...] = ()
    tables: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class _Draft:
    """A task being read: per column the printed pieces of its rows."""

    group: Group | None
    upper: str | None
    start: int
    end: int
    columns: tuple[str, ...]
    missing: tuple[str, ...]
    year: int | None
    stt: str = ""
    pieces: dict[str, list[str]] = field(default_factory=dict)
    joined: bool = False  # by lines cut at a page break: pieces are parts of one text, not texts of their own

    def add(self, cells: dict[str, str | None], start: int, end: int) -> None:
        for column, text in cells.items():
            if text:
                self.pieces.setdefault(column, []).append(text)
        self.start, self.end = min(self.start, start), max(self.end, end)


def column_roles(header: Sequence[str | None]) -> tuple[Role, ...] | None:
    """The columns' roles by a header row's words; None when the row heads no task table.

    A task table has a column for the task and one for who does it or by when (results alone stand in reports too).
    """
    roles = tuple(_role(cell) for cell in header)
    if "task" not in roles or not {"lead", "deadline"} & set(roles) or len(roles) < 3:
        return None
    if "stt" not in roles and roles[0] != "task" and len(_SIGNS & set(roles)) < 3:
        return None
    return roles


def _role(header: str | None) -> Role:
    words = fold(header or "").strip(" .:")
    if len(words) > 80:
        return "other"
    return next((role for role, pattern in _ROLES if re.search(rf"^(?:{pattern})" if role == "stt" else pattern, words)), "other")


def parse_appendix(document: Document, plan_id: str, year: int | None) -> Appendix:
    """All task tables of a document; `year` is the plan's, for deadlines that print none."""
    drafts: list[_Draft] = []
    groups: list[Group] = []
    headers: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    roles: tuple[Role, ...] | None = None
    for block in document.blocks:
        if not isinstance(block, Table):
            continue
        reader = _TableReader(document, roles, year, groups[-1] if groups else None)
        if not reader.read(block):
            continue
        roles = reader.roles
        drafts += reader.drafts
        groups += reader.groups
        headers += reader.headers
        spans.append((block.start, block.end))
    return Appendix(tuple(_tasks(drafts, plan_id)), tuple(groups), tuple(headers), tuple(spans))


class _TableReader:
    """Reads one table row by row; a table without a header of its own continues the one before (`roles`)."""

    def __init__(self, document: Document, roles: tuple[Role, ...] | None, year: int | None, group: Group | None) -> None:
        self.document = document
        self.roles = roles
        self.year = year
        self.group = group
        self.upper: str | None = None
        self.drafts: list[_Draft] = []
        self.groups: list[Group] = []
        self.headers: list[tuple[int, int]] = []
        self._lead_in: tuple[dict[str, str | None], Row] | None = None
        self._after_break = False

    def read(self, table: Table) -> bool:
        """Whether this is a task table; then drafts, groups and headers are filled."""
        first = next((i for i, row in enumerate(table.rows[:6]) if column_roles(self._texts(row))), None)
        if first is None and not self._continues(table):
            return False
        for row in table.rows[first or 0 :]:
            self._row(row)
        return bool(self.drafts)

    def _continues(self, table: Table) -> bool:
        cells = table.rows[0].cells
        return self.roles is not None and len(cells) == len(self.roles) and bool(
            STT_VALUE.match(fold(self.document.cell(cells[self.roles.index("stt")]) or "")) if "stt" in self.roles else False
        )

    def _texts(self, row: Row) -> list[str | None]:
        return [self.document.cell(c) for c in row.cells]

    def _row(self, row: Row) -> None:
        texts = self._texts(row)
        if roles := column_roles(texts):
            self.roles = roles
            self.headers.append((row.start, row.end))
            for role, text in zip(roles, texts, strict=True):
                if role == "deadline" and (found := _YEAR.search(text or "")):
                    self.year = int(found.group(1))
            self._after_break = bool(self.drafts)
            return
        if all(t is None for t in texts):
            return
        if len(texts) > 2 and all(t is None or _COLUMN_NUMBER.match(t) for t in texts) and texts[-1]:
            self.headers.append((row.start, row.end))  # the row "(1) (2) (3)" below a header
        elif group := self._as_group(texts, row):
            self._open_group(group)
        else:
            self._task_row(texts, row)
        self._after_break = False

    def _as_group(self, texts: list[str | None], row: Row) -> Group | None:
        filled = [(i, t) for i, t in enumerate(texts) if t]
        if len(filled) > 2 or filled[0][0] > 1 or (len(filled) == 2 and filled[1][0] != filled[0][0] + 1):
            return None
        first = filled[0][1]
        match = _GROUP.match(first)
        if match and (roman_value(match.group(1)) or (match.group(1) in "ABCDĐEGH" and (len(filled) == 2 or "." in first[:3]))):
            title = match.group(2).strip() or (filled[1][1] if len(filled) == 2 else "")
            return Group(match.group(1), title or None, row.start, row.end)
        if len(filled) == 1 and filled[0][0] == 0 and not STT_VALUE.match(fold(first)) and self.roles and self.roles[0] == "stt":
            return Group(None, first, row.start, row.end)  # a heading over the whole width, without a number
        return None

    def _open_group(self, group: Group) -> None:
        if group.number and not roman_value(group.number):
            self.upper = group.number
        self.group = group
        self.groups.append(group)
        self._lead_in = None

    def _task_row(self, texts: list[str | None], row: Row) -> None:
        assert self.roles is not None  # a table is read from its header on
        cells = {role: text for role, text in zip(self.roles, texts, strict=False) if role != "other"}
        stt = cells.pop("stt", None)
        if stt is None and "stt" in self.roles and self._belongs_to_neighbour(cells, row):
            return
        missing = tuple(r for r in self.roles[len(texts) :] if r in COLUMNS)
        columns = tuple(r for r in self.roles if r in COLUMNS)
        draft = _Draft(self.group, self.upper, row.start, row.end, columns, missing, self.year)
        draft.stt = (stt or str(len(self.drafts) + 1)).rstrip(". ")
        if self._lead_in:
            draft.add(self._lead_in[0], self._lead_in[1].start, self._lead_in[1].end)
            draft.joined, self._lead_in = True, None
        draft.add(cells, row.start, row.end)
        self.drafts.append(draft)

    def _belongs_to_neighbour(self, cells: dict[str, str | None], row: Row) -> bool:
        """A row without STT: the end of the row before, the words above the next, or a second line of a merged row."""
        filled = [c for c, t in cells.items() if t]
        new_group = not self.drafts or self.drafts[-1].group != self.group
        words = cells.get("task") or ""
        if filled == ["task"] and not self._after_break and (new_group or words.endswith(":")):
            self._lead_in = (cells, row)
            return True
        if new_group:
            return False
        self.drafts[-1].joined |= self._after_break or bool(words)
        self.drafts[-1].add(cells, row.start, row.end)
        return True


def _tasks(drafts: list[_Draft], plan_id: str) -> Iterator[Task]:
    seen: Counter[str] = Counter()
    names = _one_spelling(drafts)
    for draft in drafts:
        group = draft.group.number if draft.group else None
        key = ".".join(filter(None, [draft.upper if draft.upper != group else None, group, draft.stt]))
        seen[key] += 1
        printed = {column: " ".join(draft.pieces.get(column, [])) or None for column in COLUMNS}
        yield Task(
            task_id=f"{plan_id}/{key}" + (f"~{seen[key]}" if seen[key] > 1 else ""),
            plan_id=plan_id, group=group, group_title=draft.group.title if draft.group else None, stt=draft.stt,
            **printed,
            lead_agencies=tuple(dict.fromkeys(names.get(fold(a), a) for a in _agencies(draft, "lead"))),
            coordinating_agencies=tuple(dict.fromkeys(names.get(fold(a), a) for a in _agencies(draft, "coordinating"))),
            due=tuple(d for text in _texts_of(draft, "deadline") for d in understand_deadline(text, draft.year)),
            columns=draft.columns, missing=draft.missing, start=draft.start, end=draft.end,
        )  # fmt: skip


def _texts_of(draft: _Draft, column: str) -> list[str]:
    """One text for parts of a cut row, the texts one by one where a merged row has several of its own."""
    pieces = draft.pieces.get(column, [])
    return [" ".join(pieces)] if draft.joined and pieces else pieces


def _agencies(draft: _Draft, column: str) -> list[str]:
    return [name for text in _texts_of(draft, column) for name in canonical_agencies(text)]


def _one_spelling(drafts: list[_Draft]) -> dict[str, str]:
    """Names that differ in capitals only: the spelling with the most capitals ("Tổ chấm điểm", "tổ chấm điểm")."""
    names: dict[str, str] = {}
    for draft in drafts:
        for column in ("lead", "coordinating"):
            for name in _agencies(draft, column):
                kept = names.get(fold(name), "")
                if sum(c.isupper() for c in name) > sum(c.isupper() for c in kept):
                    names[fold(name)] = name
    return names


def stt_order(stt: str) -> tuple[int, ...]:
    """"4.1" → (4, 1), for comparing neighbours."""
    return tuple(int(n) for n in re.findall(r"\d+", stt))


def gaps(numbers: Sequence[int]) -> list[int]:
    """The numbers that a rising count leaves out."""
    return [n for a, b in pairwise(numbers) for n in range(a + 1, b)]
