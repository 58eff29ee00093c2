"""Task tables → tasks, wherever the table stands. Column roles come from the header's words, never from the file."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Final, Literal

from assistant.agencies import canonical_agencies, find_agencies
from assistant.plans import COLUMNS, Due, Task
from assistant.vietnamese import fold, roman_value
from ingest.deadlines import understand_deadline
from ingest.documents import STT_LABEL, STT_VALUE, Document, Row, Table

Role = Literal["stt", "task", "product", "lead", "coordinating", "deadline", "budget", "note", "other"]

# The first pattern that fits a header's folded words names the column; more special words come first.
_ROLES: Final[list[tuple[Role, str]]] = [
    ("stt", STT_LABEL.pattern),  # STT · TT · Số TT
    ("other", r"nguoi dung dau|theo doi|don doc|giam sat|lanh dao phu trach"),  # Theo dõi, đôn đốc
    ("other", r"trich yeu|ban hanh|hieu luc|\bdiem\b|tu cham|ty le|so luong|ho (?:va )?ten|chuc vu"),  # other lists than of tasks
    ("lead", r"chu tri.*phoi hop"),  # one column for both: Cơ quan chủ trì, phối hợp
    ("coordinating", r"phoi hop"),  # Cơ quan phối hợp · Phối hợp thực hiện
    ("lead", r"chu tri|trach nhiem|don vi thuc hien|co quan thuc hien|to chuc thuc hien"),  # Sở, ngành chủ trì tham mưu
    ("deadline", r"thoi gian|thoi han|tien do|han hoan thanh|ngay hoan thanh|hoan thanh"),  # Thời gian triển khai
    ("budget", r"kinh phi|du toan|nguon von"),
    ("note", r"ghi chu"),
    ("product", r"san pham|ket qua|dau ra"),  # Kết quả dự kiến · Sản phẩm đầu ra
    (
        "task",
        r"noi dung|nhiem vu|cong viec|hoat dong|giai phap|ten (?:de an|du an|chuong trinh)",
    ),  # Nội dung/Nhiệm vụ · Tên nhiệm vụ
    ("lead", r"co quan|don vi"),
]
_GROUP: Final = re.compile(r"([IVX]{1,6}|[A-HĐ])(?:\s*[.):\-–]\s*|\s+(?=\S)|$)(.*)$", re.DOTALL)
_SIGNS: Final = frozenset({"product", "lead", "coordinating", "deadline"})  # columns that make a list a task table
_DITTO: Final = re.compile(r"\W*(?:n/?t|nhu tren)\W*$|[\"”″]+$")
_COORDINATED_BY: Final = re.compile(
    r"(?:^|[;,.(–-]|\bchu tri\b)\s*(?:(?:co quan|don vi) )?phoi hop(?: (?:voi|thuc hien|cung))*\b\s*:?"
)
_MONEY: Final = re.compile(r"kinh phi|ngan sach|trieu|ty dong|\bdong\b|nguon|xa hoi hoa|du toan|\d{1,3}(?:[.,]\d{3})+")
_COLUMN_NUMBER: Final = re.compile(r"\(?\d{1,2}\)?$|[A-H]$")
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

    def texts(self, column: str) -> list[str]:
        """One text for parts of a cut row, the texts one by one where a merged row has several of its own."""
        pieces = self.pieces.get(column, [])
        return [" ".join(pieces)] if self.joined and pieces else pieces

    def is_ditto(self, column: str) -> bool:
        """Whether a cell says "-nt-" (như trên): the same as in the row above."""
        pieces = self.pieces.get(column, [])
        return len(pieces) == 1 and bool(_DITTO.match(fold(pieces[0])))

    @property
    def is_filled(self) -> bool:
        """Whether the row says more than what is to be done: the rows of a blank form don't."""
        return any(c.isalnum() for column in _SIGNS for text in self.pieces.get(column, ()) for c in text)


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
    reader = _TableReader(document, year)
    spans: list[tuple[int, int]] = []
    for block in document.blocks:
        if isinstance(block, Table):
            if reader.read(block):
                spans.append((block.start, block.end))
        elif sum(c.isalpha() for c in document.text[block.start : block.end]) > 3:
            reader.between_tables()
    return Appendix(tuple(_tasks(reader.drafts, plan_id)), tuple(reader.groups), tuple(reader.headers), tuple(spans))


class _TableReader:
    """Reads tables row by row; a table without a header of its own continues the one before."""

    def __init__(self, document: Document, year: int | None) -> None:
        self.document = document
        self.drafts: list[_Draft] = []
        self.groups: list[Group] = []
        self.headers: list[tuple[int, int]] = []
        self._plan_year = self._year = year
        self._roles: tuple[Role, ...] | None = None
        self._group: Group | None = None
        self._upper: str | None = None
        self._first_draft = 0  # of the table being read
        self._text_between = False
        self._is_another = False  # the table at hand does not continue the one before
        self._lead_in: tuple[dict[str, str | None], Row] | None = None
        self._after_break = False

    def between_tables(self) -> None:
        """Told that words stand between the last table and the next: a header then opens another table."""
        self._text_between = True

    def read(self, table: Table) -> bool:
        """Whether this is a task table; then drafts, groups and headers grow by it."""
        header = next((i for i, row in enumerate(table.rows[:6]) if column_roles(self._texts(row))), None)
        if header is None and not self._continues(table):
            return False
        kept = (self._roles, self._group, self._upper, len(self.groups), len(self.headers), len(self.drafts))
        end_of_last = self.drafts[-1].end if self.drafts else 0
        self._is_another = header is not None and self._text_between
        if self._is_another:
            self._group, self._upper, self._year = None, None, self._plan_year
        self._first_draft, self._text_between = len(self.drafts), False
        for row in table.rows[header or 0 :]:
            self._row(row)
        if any(draft.is_filled for draft in self.drafts[self._first_draft :]):
            return True
        if self._nothing_read() and self.drafts and self.drafts[-1].end > end_of_last:
            return True  # it holds nothing but the end of the last row of the table before
        self._roles, self._group, self._upper = kept[:3]
        del self.groups[kept[3] :], self.headers[kept[4] :], self.drafts[kept[5] :]
        return False

    def _nothing_read(self) -> bool:
        """Whether the table at hand has had no task yet."""
        return len(self.drafts) == self._first_draft

    def _continues(self, table: Table) -> bool:
        if self._roles is None or "stt" not in self._roles or len(table.rows[0].cells) != len(self._roles):
            return False
        first = self._texts(table.rows[0])[self._roles.index("stt")]
        return bool(STT_VALUE.match(fold(first or "")))

    def _texts(self, row: Row) -> list[str | None]:
        return [self.document.cell(c) for c in row.cells]

    def _row(self, row: Row) -> None:
        texts = self._texts(row)
        if roles := column_roles(texts):
            self._header_row(roles, texts, row)
            return
        if all(t is None for t in texts):
            return
        if len(texts) > 2 and all(t is None or _COLUMN_NUMBER.match(t) for t in texts) and texts[-1]:
            self.headers.append((row.start, row.end))  # the row "(1) (2) (3)" below a header
        elif self._is_second_header(texts):
            self._second_header(texts, row)
        elif group := self._as_group(texts, row):
            self._open_group(group)
        else:
            self._task_row(texts, row)
        self._after_break = False

    def _header_row(self, roles: tuple[Role, ...], texts: list[str | None], row: Row) -> None:
        self._roles = roles
        self.headers.append((row.start, row.end))
        for role, text in zip(roles, texts, strict=True):
            if role == "deadline" and (found := _YEAR.search(text or "")):
                self._year = int(found.group(1))
        self._after_break = bool(self.drafts) and not self._is_another

    def _is_second_header(self, texts: list[str | None]) -> bool:
        """A row below the header that parts one of its cells: "Cơ quan thực hiện" in "Chủ trì" and "Phối hợp"."""
        if not self._roles or not self._nothing_read() or len(texts) != len(self._roles):
            return False
        parted = [(role, _role(text)) for role, text in zip(self._roles, texts, strict=True) if text]
        return all(above not in ("stt", "task") and below in _SIGNS for above, below in parted)

    def _second_header(self, texts: list[str | None], row: Row) -> None:
        assert self._roles is not None
        self.headers.append((row.start, row.end))
        self._roles = tuple(_role(text) if text else role for role, text in zip(self._roles, texts, strict=True))

    def _as_group(self, texts: list[str | None], row: Row) -> Group | None:
        filled = [(i, t) for i, t in enumerate(texts) if t]
        if len(filled) > 2 or filled[0][0] > 1 or (len(filled) == 2 and filled[1][0] != filled[0][0] + 1):
            return None
        first = filled[0][1]
        match = _GROUP.match(first)
        if match and (is_roman(match.group(1)) or len(filled) == 2 or "." in first[:3]):
            title = match.group(2).strip() or (filled[1][1] if len(filled) == 2 else "")
            return Group(match.group(1), title or None, row.start, row.end)
        over_the_whole_width = len(filled) == 1 and filled[0][0] == 0
        if self._roles and self._roles[0] == "stt" and over_the_whole_width and not STT_VALUE.match(fold(first)):
            return Group(None, first, row.start, row.end)
        return None

    def _open_group(self, group: Group) -> None:
        if group.number and not is_roman(group.number):
            self._upper = group.number
        self._group = group
        self.groups.append(group)
        self._lead_in = None

    def _task_row(self, texts: list[str | None], row: Row) -> None:
        assert self._roles is not None  # a table is read from its header on
        present, missing = _aligned(self._roles, texts)
        cells: dict[str, str | None] = {}
        for role, text in zip(present, texts, strict=False):
            if role != "other":  # two columns of one kind ("Tên đề án", "Nội dung") are read together
                cells[role] = " ".join(filter(None, [cells.get(role), text])) or None
        stt = cells.pop("stt", None)
        if stt is None and "stt" in self._roles and self._belongs_to_neighbour(cells, row):
            return
        columns = tuple(r for r in self._roles if r in COLUMNS)
        draft = _Draft(self._group, self._upper, row.start, row.end, columns, missing, self._year)
        draft.stt = (stt or str(len(self.drafts) - self._first_draft + 1)).rstrip(". ")
        if self._lead_in:
            draft.add(self._lead_in[0], self._lead_in[1].start, self._lead_in[1].end)
            draft.joined, self._lead_in = True, None
        draft.add(cells, row.start, row.end)
        self.drafts.append(draft)

    def _belongs_to_neighbour(self, cells: dict[str, str | None], row: Row) -> bool:
        """A row without STT: the end of the row before, the words above the next, or a second line of a merged row."""
        filled = [c for c, t in cells.items() if t]
        another_table = self._is_another and self._nothing_read()
        new_group = not self.drafts or self.drafts[-1].group != self._group or another_table
        words = cells.get("task") or ""
        if filled == ["task"] and not self._after_break and (new_group or words.endswith(":")):
            self._lead_in = (cells, row)
            return True
        if new_group:
            return False
        self.drafts[-1].joined |= self._after_break or bool(words)
        self.drafts[-1].add(cells, row.start, row.end)
        return True


def is_roman(number: str) -> bool:
    """Whether a group's number is Roman; C and D are letters here: no table has a hundred groups."""
    return set(number) <= set("IVX") and roman_value(number) is not None


def _aligned(roles: tuple[Role, ...], texts: Sequence[str | None]) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    """The roles of a row's cells, and the columns it has no cell for.

    A row with fewer cells than its table has columns shares cells with the row above (a web copy drops them), at its
    end or in its middle: the columns are left out with which the others fit best, the last ones where all fit alike.
    """
    lacking = len(roles) - len(texts)
    if lacking <= 0:
        return roles, ()
    open_to_merging = [i for i, role in enumerate(roles) if role not in ("stt", "task")]
    if not 0 < lacking <= min(3, len(open_to_merging)):
        return roles[: len(texts)], tuple(r for r in roles[len(texts) :] if r in COLUMNS)

    def fit(left_out: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        rest = [role for i, role in enumerate(roles) if i not in left_out]
        return sum(_fit(role, text) for role, text in zip(rest, texts, strict=True) if text), left_out

    best = max(combinations(open_to_merging, lacking), key=fit)
    present = tuple(role for i, role in enumerate(roles) if i not in best)
    return present, tuple(roles[i] for i in best if roles[i] in COLUMNS)


def _fit(role: Role, text: str) -> int:
    """1 where a cell's words are of its column's kind, -1 where they are of another's, 0 where one cannot tell."""
    kind = understand_deadline(text, 2000)[0].kind
    is_time = kind not in ("unknown", "event")
    match role:
        case "deadline":
            return -1 if kind == "unknown" else 1
        case "budget":
            return 1 if _MONEY.search(fold(text)) else -1
        case "lead" | "coordinating":
            return 1 if find_agencies(text) else -1 if is_time else 0
        case _:
            return -1 if is_time and len(text) < 30 else 0


def _tasks(drafts: list[_Draft], plan_id: str) -> Iterator[Task]:
    seen: Counter[str] = Counter()
    read = _read_cells(drafts)
    names = _one_spelling(read)
    for draft, cells in zip(drafts, read, strict=True):
        group = draft.group.number if draft.group else None
        key = ".".join(filter(None, [draft.upper if draft.upper != group else None, group, draft.stt]))
        seen[key] += 1
        printed = {column: " ".join(draft.pieces.get(column, [])) or None for column in COLUMNS}
        yield Task(
            task_id=f"{plan_id}/{key}" + (f"~{seen[key]}" if seen[key] > 1 else ""),
            plan_id=plan_id, group=group, group_title=draft.group.title if draft.group else None, stt=draft.stt,
            **printed,
            lead_agencies=tuple(dict.fromkeys(names.get(fold(a), a) for a in cells.lead)),
            coordinating_agencies=tuple(dict.fromkeys(names.get(fold(a), a) for a in cells.coordinating)),
            due=cells.due, columns=draft.columns, missing=draft.missing, start=draft.start, end=draft.end,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    """What a row's cells mean."""

    lead: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    due: tuple[Due, ...] = ()


def _read_cells(drafts: list[_Draft]) -> list[_Read]:
    out: list[_Read] = []
    above = _Read()
    for draft in drafts:
        lead, coordinating = _agencies(draft)
        due = tuple(d for text in draft.texts("deadline") for d in understand_deadline(text, draft.year))
        above = _Read(
            above.lead if draft.is_ditto("lead") else lead,
            above.coordinating if draft.is_ditto("coordinating") else coordinating,
            above.due if draft.is_ditto("deadline") else due,
        )
        out.append(above)
    return out


def _agencies(draft: _Draft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lead and coordinating bodies; one cell may name both ("Sở Nội vụ chủ trì, phối hợp với Sở Tài chính")."""
    lead: list[str] = []
    coordinating = [name for text in draft.texts("coordinating") for name in canonical_agencies(text)]
    for text in draft.texts("lead"):
        shared = _COORDINATED_BY.search(fold(text))
        leading = text[: shared.start()] if shared else text
        if shared and canonical_agencies(leading):
            coordinating[:0] = canonical_agencies(text[shared.end() :])
        else:
            leading = text
        lead += canonical_agencies(leading)
    return tuple(lead), tuple(coordinating)


def _one_spelling(read: list[_Read]) -> dict[str, str]:
    """Names that differ in capitals only: the spelling with the most capitals ("Tổ chấm điểm", "tổ chấm điểm")."""
    names: dict[str, str] = {}
    for cells in read:
        for name in (*cells.lead, *cells.coordinating):
            kept = names.get(fold(name), "")
            if sum(c.isupper() for c in name) > sum(c.isupper() for c in kept):
                names[fold(name)] = name
    return names


def stt_order(stt: str) -> tuple[int, ...]:
    """ "4.1" → (4, 1), for comparing neighbours."""
    return tuple(int(n) for n in re.findall(r"\d+", stt))


def gaps(numbers: Sequence[int]) -> list[int]:
    """The numbers that a rising count leaves out."""
    return [n for a, b in pairwise(numbers) for n in range(a + 1, b)]
