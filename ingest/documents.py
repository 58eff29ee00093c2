"""A file → `Document`: its text and its blocks (paragraphs and tables) with character spans.

Every reader hands over the same blocks; what they mean is the parsers' business. This module has the reader for plain
text, including the ways in which a table ends up in a text file: cells between tabs, between `|` in one line, one cell
a line, or one cell a few lines with a lone `|` after each.
"""

import hashlib
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.errors import DocumentError
from assistant.vietnamese import fold, nfc, plain, roman_value, visible
from ingest.markers import read_marker

MAX_BYTES: Final = 5 * 1024 * 1024  # the longest published plans have some 300 KB of text
SUFFIXES: Final = frozenset({".txt", ".md", ".text"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: a span of the document's text; empty when start == end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A table row as far as the file shows it; fewer cells than columns when cells are merged."""

    cells: tuple[Cell, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text, without the white space around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """Consecutive rows."""

    rows: tuple[Row, ...]
    start: int
    end: int


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read. `text` is decoded, NFC, line ends as \\n, and otherwise unchanged; spans count its characters."""

    source: str
    text: str
    blocks: tuple[Block, ...]
    sha256: str  # of the text

    def cell(self, cell: Cell) -> str | None:
        """A cell as printed, white space folded; None when blank."""
        return plain(self.text[cell.start : cell.end]) or None


def read_document(path: Path) -> Document:
    """Read a file.

    Raises:
        DocumentError: not there, empty, too large, binary, not UTF-8 (the legacy encoding is named), or of an unknown format.
    """
    name = printable(path.name)
    if not path.exists():
        raise DocumentError(f"{printable(path)}: there is no such file or folder; check the path", code="missing")
    if path.suffix.lower() not in SUFFIXES:
        suffix = repr(printable(path.suffix)) if path.suffix else "(none)"
        raise DocumentError(f"{name}: unknown file type {suffix}; give a text file (.txt, .md) in UTF-8", code="suffix")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(
                f"{name}: {size / 2**20:.0f} MB is more than the {MAX_BYTES // 2**20} MB a plan may have; "
                "split the file or remove what is not the plan",
                code="too_long",
                detail=f"{size / 2**20:.0f} MB > {MAX_BYTES // 2**20} MB",
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{name}: cannot be read ({error.strerror}); check the path and its permissions",
            code="unreadable",
            detail=str(error.strerror),
        ) from error
    return document_from_text(decode(data, name), name)


def printable(path: Path | str) -> str:
    """A path for storing and showing: bytes of its name that are no UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def document_from_text(text: str, source: str) -> Document:
    """A document from text that is already decoded; used on file contents and on texts kept in a library."""
    text = nfc(text.replace("\r\n", "\n").replace("\r", "\n"))
    return Document(source, text, read_blocks(text), hashlib.sha256(text.encode()).hexdigest())


# --- decoding -------------------------------------------------------------------------------------------------------

_MAGIC: Final = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word or ZIP file",
    b"\xd0\xcf\x11\xe0": "an old Word (.doc) file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "an RTF file",
}
_SAMPLE: Final = 200_000  # characters looked at to tell an encoding

# "của", "được", "thực hiện", "nhiệm vụ", "kế hoạch", "tỉnh" as their bytes in each encoding look when read as Latin-1:
# spellings that no other encoding, and no Unicode text, has
_LEGACY: Final = {
    "TCVN3 (ABC, .VnTime fonts)": ("cña", "®\xad\xeec", "thùc hiön", "nhiöm vô", "kõ ho¹ch", "tønh"),
    "VNI": ("cuûa", "ñöôïc", "thöïc hieän", "nhieäm vuï", "keá hoaïch", "tænh"),
    "VISCII": ("cüa", "ðßþc", "thñc hi®n", "nhi®m vø", "kª hoõch", "tïnh"),
    "Windows-1258": ("cuòa", "ðýõòc", "thýòc hiêòn", "nhiêòm vuò", "kêì hoaòch", "tiònh"),
    "UTF-8 that was saved as Windows-1252 and encoded again": (
        *("cá»§a", "ä‘æ°á»£c", "thá»±c hiá»‡n", "nhiá»‡m vá»¥", "káº¿ hoáº¡ch", "tá»‰nh"),
    ),
}


def decode(data: bytes, name: str) -> str:
    """File contents → text. Raises DocumentError with what the file is and how to mend it."""
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise DocumentError(
                f"{name}: this is {what}, not text; save it as text in UTF-8 (.txt) and ingest again", code="not_text"
            )
    text = _decoded(data, name)
    sample = text[:_SAMPLE]
    if sum(c < " " and c not in "\t\n\r\f\v" for c in sample) > 0.02 * len(sample):
        raise DocumentError(f"{name}: binary data, not text; give the plan's text in UTF-8", code="not_text")
    if not visible(text).strip():
        raise DocumentError(f"{name}: the file is empty; save the plan's text into it and ingest again", code="empty")
    if legacy := _legacy_encoding(text):
        raise DocumentError(
            f"{name}: the letters are {legacy}, unreadable as Unicode; convert it with UniKey (to Unicode, UTF-8)",
            code="legacy",
            detail=legacy,
        )
    return text


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise DocumentError(f"{name}: damaged UTF-16 text; save it again as UTF-8", code="not_utf8") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error.start, name) from None


def _not_utf8(data: bytes, at: int, name: str) -> DocumentError:
    if legacy := _legacy_encoding(data.decode("latin-1")):
        mend = "convert it to Unicode (UTF-8, e.g. with UniKey) and ingest again"
        return DocumentError(f"{name}: written in {legacy}; {mend}", code="legacy", detail=legacy)
    if len(data) - at <= 3:
        return DocumentError(f"{name}: ends in the middle of a character (half-written file?); copy it again", code="cut_off")
    if data[:_SAMPLE].count(0):
        return DocumentError(f"{name}: binary data, not text; give the plan's text in UTF-8", code="not_text")
    return DocumentError(f"{name}: not UTF-8 text (byte {at}); save it as UTF-8 and ingest again", code="not_utf8")


def _legacy_encoding(text: str) -> str | None:
    """The legacy Vietnamese encoding that `text` (bytes read as Latin-1) was written in, None when there is no sign."""
    sample = text[:_SAMPLE].lower()
    counts = {name: sum(sample.count(word) for word in words) for name, words in _LEGACY.items()}
    best = max(counts, key=lambda name: counts[name])
    unicode_words = sum(sample.count(word) for word in ("của", "được", "thực hiện", "nhiệm vụ"))
    return best if counts[best] > max(1, unicode_words) else None


# --- blocks of a text file ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def lone_pipe(self) -> bool:
        return self.text.strip() == "|"


def read_blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs and tables of a text, in order."""
    lines = _lines(text)
    tables: list[tuple[int, int, Table]] = []  # first line, line after the last, table
    i = 0
    while i < len(lines):
        found = _delimited_table(lines, i) or _stream_table(lines, i)
        if found:
            tables.append((i, *found))
            i = found[0]
        else:
            i += 1
    blocks: list[Block] = []
    at = 0
    for first, after, table in tables:
        blocks += _paragraphs(lines[at:first])
        blocks.append(table)
        at = after
    return (*blocks, *_paragraphs(lines[at:]))


def _lines(text: str) -> list[_Line]:
    out, at = [], 0
    for line in text.split("\n"):
        out.append(_Line(at, at + len(line), line))
        at += len(line) + 1
    return out


def _trimmed(text: str, start: int) -> Cell:
    stripped = text.strip()
    at = start + (len(text) - len(text.lstrip()) if stripped else 0)
    return Cell(at, at + len(stripped))


def _delimited_cells(line: _Line) -> list[Cell] | None:
    """Cells of a line that is a table row by itself: two tabs or more, or `|` between and around its cells."""
    if line.text.count("\t") >= 2:
        return _split(line.text, "\t", line.start)
    body = line.text.strip()
    if body.count("|") < 2 or len(body) <= 3:
        return None
    start = line.start + line.text.index(body)
    # with `|` around it a row has none at its ends; with `|` only between, a last one stands before a blank cell
    return _split(body[1:].removesuffix("|"), "|", start + 1) if body.startswith("|") else _split(body, "|", start)


def _split(text: str, separator: str, start: int) -> list[Cell]:
    cells = []
    for piece in text.split(separator):
        cells.append(_trimmed(piece, start))
        start += len(piece) + 1
    return cells


def _delimited_table(lines: list[_Line], i: int) -> tuple[int, Table] | None:
    """Rows in lines of their own. Over a blank line only a row as wide as the others belongs to the same table."""
    rows: list[Row] = []
    after, gap = i, False
    while i < len(lines):
        cells = _delimited_cells(lines[i])
        if cells:
            if gap and len(cells) != max(len(row.cells) for row in rows):
                break
            if not _is_rule(lines[i], cells):
                filled = [c for c in cells if c.end > c.start] or cells[:1]
                rows.append(Row(tuple(cells), filled[0].start, filled[-1].end))
            after, gap = i + 1, False
        elif not lines[i].blank or not rows:
            break
        else:
            gap = True
        i += 1
    return (after, Table(tuple(rows), rows[0].start, rows[-1].end)) if rows else None


def _is_rule(line: _Line, cells: list[Cell]) -> bool:
    """Markdown's line of dashes below a table's header."""
    return all(re.fullmatch(r"-{2,}|:-+:?|-+:", line.text[c.start - line.start : c.end - line.start]) for c in cells)


# --- tables whose cells stand in lines of their own -----------------------------------------------------------------

STT_LABEL: Final = re.compile(r"(?:stt|tt|so tt|so thu tu|s\.?t\.?t\.?|t\.?t\.?)$")
STT_VALUE: Final = re.compile(r"\d{1,3}(?:\.\d{1,3})*\.?$|[ivx]{1,5}\.\d{1,3}$")
_GROUP_ROW: Final = re.compile(r"([IVX]{1,6}|[A-H])\s*[.)\-:]\s*\S|[IVX]{1,6}$")
_HEADER_WORDS: Final = re.compile(
    r"noi dung|nhiem vu|cong viec|san pham|ket qua|dau ra|co quan|don vi|chu tri|phoi hop|thoi gian|thoi han|tien do"
    r"|hoan thanh|kinh phi|ghi chu|trach nhiem|theo doi"
)


def is_group_cell(text: str) -> bool:
    """Whether a row's first cell opens a group: "I. Cải cách thể chế", "IV"."""
    match = _GROUP_ROW.match(text)
    return bool(
        match and (roman_value(match.group().split()[0].strip(".)-: ")) or match.group()[0].isalpha())
    ) and not STT_VALUE.match(fold(text))


def _opens_row(text: str) -> bool:
    return bool(STT_VALUE.match(fold(text))) or is_group_cell(text) or bool(STT_LABEL.match(fold(text)))


class _Stream:
    """Cells that follow one another, read only as far as somebody looks: most of what looks like a header is none."""

    def __init__(self, lines: list[_Line], cells: Iterator[tuple[Cell, int, bool]]) -> None:
        """`cells`: each with the line after it, and whether a blank line parts it from the one before."""
        self._lines = lines
        self._unread = cells
        self.cells: list[Cell] = []
        self.ends: list[int] = []
        self.texts: list[str] = []
        self.breaks: set[int] = set()

    def has(self, n: int) -> bool:
        """Whether there is a cell `n`; it, and those before it, are read."""
        while len(self.cells) <= n:
            found = next(self._unread, None)
            if found is None:
                return False
            cell, end, parted = found
            if parted:
                self.breaks.add(len(self.cells))
            self.cells.append(cell)
            self.ends.append(end)
            self.texts.append(_text(self._lines, cell))
        return True

    def opens_row(self, n: int) -> bool:
        """Whether cell `n` is an STT, a group heading or the first of a header; it was read."""
        return _opens_row(self.texts[n])


def _stream_table(lines: list[_Line], i: int) -> tuple[int, Table] | None:
    """A table dumped cell by cell, recognised by its header: "STT", then the names of the columns."""
    piped = next((k for k in range(i + 1, min(i + 4, len(lines))) if lines[k].lone_pipe), None)
    first_cell = lines[i:piped] if piped else lines[i : i + 1]
    if not STT_LABEL.match(fold(plain(" ".join(line.text for line in first_cell)))):
        return None
    stream = _Stream(lines, (_piped_cells if piped else _line_cells)(lines, i))
    header = 1
    while stream.has(header) and _is_header_cell(stream.texts[header]) and header not in stream.breaks:
        header += 1
    if header < 4:
        return None
    rows = _rows_of_stream(stream, header)
    if len(rows) < 2:
        return None
    built = []
    for first, after in rows:
        mine = stream.cells[first:after]
        filled = [c for c in mine if c.end > c.start]
        built.append(Row(tuple(mine), filled[0].start, filled[-1].end))
    return stream.ends[rows[-1][1] - 1], Table(tuple(built), built[0].start, built[-1].end)


def _is_header_cell(text: str) -> bool:
    return len(text) < 60 and bool(_HEADER_WORDS.search(fold(text)))


def _text(lines: list[_Line], cell: Cell) -> str:
    """A cell's printed text; cells of a stream are short, so the lines are searched from a bisection."""
    lo, hi = 0, len(lines)
    while lo < hi:
        mid = (lo + hi) // 2
        if lines[mid].end < cell.start:
            lo = mid + 1
        else:
            hi = mid
    pieces = []
    while lo < len(lines) and lines[lo].start < cell.end:
        line = lines[lo]
        pieces.append(line.text[max(cell.start - line.start, 0) : cell.end - line.start])
        lo += 1
    return plain("\n".join(pieces))


def _piped_cells(lines: list[_Line], i: int) -> Iterator[tuple[Cell, int, bool]]:
    """Cells that a lone `|` ends. A text of many lines without one is no cell: the table is over."""
    body: list[_Line] = []
    length = markers = 0
    for n in range(i, len(lines)):
        line = lines[n]
        if line.lone_pipe:
            yield _over(body) if body else Cell(line.start, line.start), n + 1, False
            body, length, markers = [], 0, 0
        elif not line.blank:
            body.append(line)
            length += len(line.text)
            markers += read_marker(line.text) is not None
            if length > 2500 or markers > 8:
                return


def _over(lines: list[_Line]) -> Cell:
    """One cell over these lines."""
    return Cell(_trimmed(lines[0].text, lines[0].start).start, _trimmed(lines[-1].text, lines[-1].start).end)


def _line_cells(lines: list[_Line], i: int) -> Iterator[tuple[Cell, int, bool]]:
    """One cell a line; indented by tabs where the header is, and then blank lines part the rows."""
    indented = lines[i].text.startswith("\t")
    parted = False
    for n in range(i, len(lines)):
        line = lines[n]
        if line.blank and not line.text.startswith("\t"):
            parted = True
            continue
        if indented and not line.blank and not line.text.startswith("\t"):
            return
        yield _trimmed(line.text, line.start), n + 1, parted
        parted = False


def _rows_of_stream(stream: _Stream, columns: int) -> list[tuple[int, int]]:
    """The first cell of each row, and the one after its last.

    A row begins with an STT, a group heading or a repeated header, and has `columns` cells or, where cells are merged,
    as many as stand before the next row.
    """
    rows: list[tuple[int, int]] = []
    i = 0
    while stream.has(i) and (not rows or stream.opens_row(i)):
        stream.has(i + columns)
        end = _row_end(stream, i, columns)
        rows.append((i, end))
        i = end
    while rows and is_group_cell(stream.texts[rows[-1][0]]):
        rows.pop()  # "III. Tổ chức thực hiện" after the last row is the next section's heading
    return rows


def _row_end(stream: _Stream, i: int, columns: int) -> int:
    """The cell after the row's last; the row's own cells, and the one after `columns` of them, are read."""
    full = min(i + columns, len(stream.cells))
    if is_group_cell(stream.texts[i]):
        blanks = itertools.takewhile(lambda n: not stream.texts[n] and n not in stream.breaks, range(i + 1, full))
        return i + 1 + sum(1 for _ in blanks)
    parted = next((n for n in range(i + 1, full + 1) if n in stream.breaks), None)
    if parted is not None:
        return parted
    if full == len(stream.cells) or stream.opens_row(full):
        return full
    return next((n for n in range(full - 1, i + 2, -1) if stream.opens_row(n)), full)


# --- paragraphs -----------------------------------------------------------------------------------------------------

_ENDS_SENTENCE: Final = re.compile(r"[.;:!?)\]]\s*$")


def _paragraphs(lines: list[_Line]) -> list[Paragraph]:
    """Lines joined where a hard-wrapped text broke them, else one paragraph a line."""
    long = [line.text.strip() for line in lines if len(line.text.strip()) > 20]
    lengths = sorted(len(words) for words in long)
    wrap = lengths[int(0.95 * (len(lengths) - 1))] if lengths else 0
    broken = sum(words[0].islower() for words in long)
    wrapped = len(long) > 10 and wrap <= 130 and broken > 0.2 * len(long)
    out: list[Paragraph] = []
    previous: _Line | None = None
    for line in lines:
        if line.blank or line.lone_pipe:
            previous = None
            continue
        span = _trimmed(line.text, line.start)
        if previous is not None and wrapped and not _begins_paragraph(line, previous, wrap):
            out[-1] = Paragraph(out[-1].start, span.end)
        else:
            out.append(Paragraph(span.start, span.end))
        previous = line
    return out


def _begins_paragraph(line: _Line, previous: _Line, wrap: int) -> bool:
    if read_marker(line.text):
        return True
    first = line.text.lstrip()[:1]
    ended = bool(_ENDS_SENTENCE.search(previous.text))
    if first == "(":
        return ended or len(previous.text) < 0.6 * wrap
    after_heading = len(previous.text) < 0.35 * wrap and not (previous.text.isupper() and line.text.isupper())
    return first.isupper() and ((ended and len(previous.text) < 0.95 * wrap) or after_heading)
