"""How a file's bytes become text and blocks."""

import unicodedata
from pathlib import Path

import pytest

from assistant.errors import DocumentError
from ingest import documents
from ingest.documents import Paragraph, Table, decode, document_from_text, read_document

_SENTENCE = (
    "Kế hoạch của tỉnh được ban hành; các sở thực hiện nhiệm vụ được giao của tỉnh, nhiệm vụ khác thực hiện khi được yêu cầu."
)

# The letters with marks, and their bytes in the code pages that Vietnam used before Unicode
_LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
_TCVN3 = (
    "B5 B6 B7 B8 B9 A8 BB BC BD BE C6 A9 C7 C8 C9 CA CB AE CC CE CF D0 D1 AA D2 D3 D4 D5 D6 D7 D8 DC DD DE DF E1 E2 E3 E4 AB "
    "E5 E6 E7 E8 E9 AC EA EB EC ED EE EF F1 F2 F3 F4 AD F5 F6 F7 F8 F9 FA FB FC FD FE"
)
_VISCII = (
    "E0 E4 E3 E1 D5 E5 A2 C6 C7 A1 A3 E2 A5 A6 E7 A4 A7 F0 E8 EB A8 E9 A9 EA AB AC AD AA AE EC EF EE ED B8 F2 F6 F5 F3 F7 F4 "
    "B0 B1 B2 AF B5 BD B6 B7 DE BE FE F9 FC FB FA F8 DF D7 D8 E6 D1 F1 CF D6 DB FD DC"
)
# VNI writes a mark as a second byte: "aø" is à; only đ, ơ, ư and some i and y have bytes of their own
_VNI_MARKS = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_HATS = {"\u0302": "âàáåãä", "\u0306": "êèéúüë"}
_VNI_WHOLE = {"đ": "ñ", "ơ": "ô", "ư": "ö", "ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}
_TONES = "\u0300\u0301\u0309\u0303\u0323"


def _code_page(table: str) -> dict[str, bytes]:
    return dict(zip(_LETTERS, (bytes([b]) for b in bytes.fromhex(table)), strict=True))


def _in_code_page(text: str, table: str) -> bytes:
    page = _code_page(table)
    return b"".join(page[c] if c in page else c.encode() for c in text.lower())


def _in_vni(text: str) -> bytes:
    return "".join(_vni_letter(c) for c in text.lower()).encode("latin-1")


def _vni_letter(letter: str) -> str:
    base, *marks = unicodedata.normalize("NFD", letter)
    tone = next((m for m in marks if m in _TONES), "")
    hat = next((m for m in marks if m in _VNI_HATS), "")
    if hat:
        return base + _VNI_HATS[hat][_TONES.index(tone) + 1 if tone else 0]
    without_tone = unicodedata.normalize("NFC", base + "".join(m for m in marks if m != tone))
    return _VNI_WHOLE.get(letter) or _VNI_WHOLE.get(without_tone, without_tone) + _VNI_MARKS.get(tone, "")


def _in_windows_1258(text: str) -> bytes:
    out = ""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        out += unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
        out += "".join(p for p in parts if p in _TONES)
    return out.encode("cp1258")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (_in_code_page(_SENTENCE, _TCVN3), "TCVN3"),
        (_in_vni(_SENTENCE), "VNI"),
        (_in_code_page(_SENTENCE, _VISCII), "VISCII"),
        (_in_windows_1258(_SENTENCE), "Windows-1258"),
    ],
    ids=["tcvn3", "vni", "viscii", "windows-1258"],
)
def test_a_legacy_encoding_is_named(data: bytes, name: str) -> None:
    with pytest.raises(DocumentError, match=f"cũ.txt: written in {name}.*convert it to Unicode"):
        decode(data, "cũ.txt")


@pytest.mark.parametrize("table", [_TCVN3, _VISCII], ids=["tcvn3", "viscii"])
def test_legacy_letters_pasted_into_a_utf8_file_are_recognised(table: str) -> None:
    glyphs = _in_code_page(_SENTENCE, table).decode("latin-1").encode()
    with pytest.raises(DocumentError, match="unreadable as Unicode; convert it with UniKey"):
        decode(glyphs, "cũ.txt")


def test_utf8_encoded_twice_is_recognised() -> None:
    twice = _SENTENCE.encode().decode("cp1252", "ignore").encode()
    with pytest.raises(DocumentError, match="saved as Windows-1252 and encoded again"):
        decode(twice, "cũ.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_in_its_usual_encodings(encoding: str) -> None:
    assert decode(_SENTENCE.encode(encoding), "x.txt") == _SENTENCE


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t\r\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        ("\u200b\u00a0\ufeff\n".encode(), "the file is empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "this is a PDF"),
        (b"PK\x03\x04\x14\x00", "this is a Word or ZIP file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "this is an old Word"),
        (b"{\\rtf1\\ansi", "this is an RTF file"),
        (b"\x89PNG\r\n\x1a\n", "this is a picture"),
        (bytes(range(256)) * 40, "binary data"),
        (b"\x00\x01\x02\x03" * 100, "binary data"),
        ("Kế hoạch".encode()[:-4], "ends in the middle of a character"),
        (b"K\xff ho\xfech " + "Kế hoạch".encode(), "not UTF-8 text \\(byte 1\\)"),
        (b"\xff\xfe\x00", "damaged UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=f"x.txt: .*{message}"):
        decode(data, "x.txt")


def test_an_unknown_file_type_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kế hoạch.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(DocumentError, match=r"unknown file type '\.pdf'"):
        read_document(tmp_path / "kế hoạch.pdf")


def test_text_is_composed_and_its_line_ends_are_one_and_nothing_else_changes() -> None:
    printed = "Kế\u00a0hoạch\r\n\tcủa  tỉnh\rA\x00B\u200b"
    text = document_from_text(unicodedata.normalize("NFD", printed), "x.txt").text
    assert text == "Kế\u00a0hoạch\n\tcủa  tỉnh\nA\x00B\u200b"


def _cells(text: str) -> list[list[list[str | None]]]:
    """Tables → rows → cells."""
    document = document_from_text(text, "x.txt")
    return [[[document.cell(c) for c in row.cells] for row in b.rows] for b in document.blocks if isinstance(b, Table)]


_HEADER = ["STT", "Nội dung", "Cơ quan chủ trì", "Thời hạn"]


@pytest.mark.parametrize(
    "text",
    [
        "STT\tNội dung\tCơ quan chủ trì\tThời hạn\n1\tLàm\tSở Y tế\t6/2024\n2\tXong\t\t7/2024",
        "STT | Nội dung | Cơ quan chủ trì | Thời hạn\n1 | Làm | Sở Y tế | 6/2024\n2 | Xong | | 7/2024",
        "| STT | Nội dung | Cơ quan chủ trì | Thời hạn |\n|---|:--|:-:|---|\n| 1 | Làm | Sở Y tế | 6/2024 |\n| 2 | Xong |  | 7/2024 |",
        "STT\n|\nNội dung\n|\nCơ\nquan chủ trì\n|\nThời hạn\n|\n1\n|\nLàm\n|\nSở\nY tế\n|\n6/2024\n|\n2\n|\nXong\n|\n|\n7/2024\n|",
        "Số\nTT\n|\nNội dung\n|\nCơ\nquan chủ trì\n|\nThời hạn\n|\n1\n|\nLàm\n|\nSở\nY tế\n|\n6/2024\n|\n2\n|\nXong\n|\n|\n7/2024\n|",
        "\tSTT\n\tNội dung\n\tCơ quan chủ trì\n\tThời hạn\n\n\t1\n\tLàm\n\tSở Y tế\n\t6/2024\n\n\t2\n\tXong\n\t\n\t7/2024\n\n",
    ],
    ids=["tabs", "bars between", "bars around", "bars alone", "broken first header", "one cell a line, indented"],
)  # fmt: skip
def test_a_table_is_the_same_however_it_was_dumped(text: str) -> None:
    (table,) = _cells(text)
    header = ["Số TT", *_HEADER[1:]] if text.startswith("Số") else _HEADER
    assert table == [header, ["1", "Làm", "Sở Y tế", "6/2024"], ["2", "Xong", None, "7/2024"]]


def test_a_table_of_one_cell_a_line_needs_neither_tabs_nor_blank_lines() -> None:
    lines = ["Trước bảng", *_HEADER, "1", "Làm", "Sở Y tế", "6/2024", "2", "Xong", "Sở Y tế", "7/2024", "III. SAU BẢNG", "1. Chữ"]
    (table,) = _cells("\n".join(lines))
    assert [row[0] for row in table] == ["STT", "1", "2"]


@pytest.mark.parametrize(
    "false_start", ["STT\n", "STT\n|\nNhiệm vụ\n|\n", "STT\nNội dung\nChủ trì\nThời hạn\nHết\n", "STT\n|\nNội dung\n|\nChủ trì\n|\nHạn\n|\nHết\n|\n"]
)  # fmt: skip
def test_what_only_begins_like_a_table_is_not_read_to_the_end_of_the_text(
    monkeypatch: pytest.MonkeyPatch, false_start: str
) -> None:
    """Work grows with the text: read to the end each time, 66 KB of such lines took two minutes."""
    cells_read = 0
    trimmed = documents._trimmed

    def counted(text: str, start: int) -> documents.Cell:
        nonlocal cells_read
        cells_read += 1
        return trimmed(text, start)

    monkeypatch.setattr(documents, "_trimmed", counted)
    text = false_start * 400
    documents.read_blocks(text)
    assert cells_read <= 4 * text.count("\n")


def test_a_table_goes_on_over_blank_lines_only_with_rows_as_wide() -> None:
    tables = _cells("a\tb\tc\n\nd\te\tf\n\ng\th\ti\tj\n")
    assert [[len(row) for row in table] for table in tables] == [[3, 3], [4]]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    sentence = "Các cơ quan, đơn vị, địa phương thực hiện đúng, đầy đủ các nhiệm vụ được giao,\nbảo đảm trung thực và khách quan."
    text = "\n".join(f"{n}. {sentence}" for n in range(1, 8))
    blocks = document_from_text(text, "x.txt").blocks
    assert len(blocks) == 7
    assert all(isinstance(b, Paragraph) and text[b.start : b.end].endswith("khách quan.") for b in blocks)


def test_lines_that_were_not_wrapped_stay_paragraphs() -> None:
    text = "\n".join(f"Dòng số {n} của một văn bản có dòng ngắn" for n in range(1, 15))
    assert len(document_from_text(text, "x.txt").blocks) == 14
