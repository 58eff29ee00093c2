"""Header facts: number, date, issuer, province, year or period, title, signer, legal bases, each with its place.

What a document does not print is not made up: a fact that stands only in another place (the year in the number's date)
is marked as inferred, and a fact that stands nowhere is absent.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.agencies import canonical_agencies
from assistant.plans import Fact, Section
from assistant.provinces import find_provinces
from assistant.vietnamese import fold, one_tone, plain, slug
from ingest.documents import Document

_NUMBER: Final = r"(\d{1,6}[a-z]?)\s*/\s*((?:KH|QĐ|CTr|CT|NQ|ĐA|PA|HD)\s*[-–]\s*[A-ZĐ][A-ZĐa-z&\-–]*)"
_LETTERHEAD_NUMBER: Final = re.compile(rf"Số\s*:?\s*{_NUMBER}")
# "(Ban hành kèm theo Kế hoạch số 166/KH-UBND ngày 24 tháng 12 năm 2020 của UBND tỉnh …)", in the appendix's heading
_ATTACHED_TO: Final = re.compile(rf"(?:Kế hoạch|Quyết định)\s+số\s*:?\s*{_NUMBER}")
_ATTACHED: Final = re.compile(r"kèm theo[^.;]{0,40}$", re.IGNORECASE)
_ALONE: Final = re.compile(r"^\W*$|\n\W*$")
_DATE: Final = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(20\d\d)|ngày\s+(\d{1,2})[/.](\d{1,2})[/.](20\d\d)")
_PERIOD: Final = re.compile(r"giai đoạn\s+(20\d\d)\s*[-–]\s*(20\d\d)|\bnăm\s+(20\d\d)", re.IGNORECASE)
_NATIONAL_MOTTO: Final = re.compile(r"CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI|Độc lập", re.IGNORECASE)
_TITLE: Final = re.compile(r"KẾ HOẠCH\b")
_DECISION: Final = re.compile(r"\s*QUYẾT ĐỊNH\s*:?\s*$", re.MULTILINE)
_PREAMBLE: Final = re.compile(
    r"\W*(?:Căn cứ|Thực hiện|Tiếp tục|Để |Nhằm |Theo |Xét |Ủy ban|UBND|Chủ tịch|Trên cơ sở|Triển khai (?!.*[A-ZĐ]{5}))",
    re.IGNORECASE,
)
_PREAMBLE_ENDS: Final = re.compile(r"[,;:]$|như sau|ban hành kế hoạch|xây dựng kế hoạch", re.IGNORECASE)
_LONGEST_TITLE_LINE: Final = 250
_ISSUERS: Final = re.compile(
    r"(?:ỦY BAN NHÂN DÂN|UBND|SỞ|BỘ|BAN|CỤC|TỔNG CỤC|VĂN PHÒNG|THÀNH PHỐ|HUYỆN|PHƯỜNG|XÃ|TỈNH|ĐẶC KHU|THỊ XÃ|QUẬN|TRƯỜNG"
    r"|CHI CỤC|THANH TRA)\b|ỦY$"
)
# A body below the one that it belongs to: "UBND TỈNH HƯNG YÊN / SỞ Y TẾ"
_LOWER_BODY: Final = re.compile(r"\s(?=SỞ |BAN (?!NHÂN DÂN)|VĂN PHÒNG |CỤC |CHI CỤC |THANH TRA )")
_UNITS: Final = ("tỉnh", "huyện", "xã", "phường", "quận", "thị xã", "thị trấn", "thành phố", "đặc khu")
_BODY: Final = r"(?:Chủ tịch\s+)?(?:Ủy ban nhân dân|UBND|Sở|Bộ)"
_OF_ISSUER: Final = re.compile(rf"\bcủa\s+({_BODY}\s+[^,.;)\n|]*(?:\n[^,.;)\n|]+)?)")
_ENACTS: Final = re.compile(
    rf"\b({_BODY}(?:\s+(?!ban hành|xây dựng)[^\s,;()]+){{1,8}}?)\s*(?:\([A-Z]+\)\s*)?(?:tỉnh\s+)?"
    r"(?:ban hành|xây dựng)\s+[Kk]ế hoạch"
)
_OF_THE_PROVINCE: Final = re.compile(r"(?:UBND|Ủy ban nhân dân)\s+tỉnh")
_NATIONAL: Final = re.compile(r"Bộ |Chính phủ|Thủ tướng|(?:Văn phòng|Thanh tra) Chính phủ|Ngân hàng Nhà nước Việt Nam")
_BELOW_PROVINCE: Final = re.compile(r"(?:Sở|Ban|Cục|Chi cục|Trường|Thanh tra|UBND (?!tỉnh|thành phố|nhân dân))")
_ON: Final = r"ngày\s+(?:\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})"
_BASIS: Final = re.compile(
    r"(?:Bộ luật|Luật|Nghị quyết|Nghị định|Quyết định|Công văn|Kế hoạch|Thông tư|Chỉ thị|Chương trình|Kết luận|Đề án"
    rf"|Hướng dẫn)(?:(?!\bsố\b|theo\b)[^;()]){{0,160}}?\s+số\s+[0-9][^\s,;]*(?:\s+{_ON})?"
    r"(?:\s+của\s+(?:(?!\s(?:về|phê|quy\s+định|sửa|ban\s+hành|thực|như|việc|hướng)\s)[^;,.()])+)?"
    rf"|(?:Bộ luật|Luật)\s(?:(?!\bsố\b)[^;()]){{3,120}}?\s+{_ON}"
)
_ROLE_WORDS: Final = r"(?:CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG|CHÁNH VĂN PHÒNG)"
_ROLE: Final = re.compile(rf"(?:KT|TM|TL|TUQ|Q)\.$|(?:(?:KT|TM|TL|TUQ|Q)\.\s*)?[A-ZÀ-ỸĐ ]*{_ROLE_WORDS}[A-ZÀ-ỸĐ ]*$")
_ROLE_AND_NAME: Final = re.compile(rf"((?:[A-ZÀ-ỸĐ]+[. ]+)*{_ROLE_WORDS})\s+(\S.*)$")  # a signature block in one line
_NAME: Final = re.compile(r"(?:[^\W\d_]+\s+){1,4}[^\W\d_]+$")
_NO_NAMES: Final = frozenset({"noi", "van", "luu", "so", "bo", "uy", "cong", "dai", "bao"})  # first words of recipients


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, or a cell of one, with its place; `text` as printed, without the decoration around it."""

    start: int
    end: int
    text: str


def parse_header(document: Document, sections: Iterable[Section]) -> tuple[dict[str, Fact], tuple[Fact, ...]]:
    """Facts by name (number, title, issuer, province, year, issued_on, signed_by, signer_role) and the legal bases."""
    spans = {kind: [(s.start, s.own_end) for s in sections if s.kind == kind] for kind in _KINDS}
    front = (min((s for s, _ in spans["front"]), default=0), max((e for _, e in spans["front"]), default=0))
    title = _title(document, *front)
    letterhead = (front[0], _end_of_letterhead(document, front, title))
    facts: dict[str, Fact] = {"title": title} if title else {}
    facts |= _number_and_date(document, letterhead, [front, *spans["appendix"]])
    facts |= _issuer_and_province(document, letterhead, front, spans["appendix"], title)
    facts |= _period(title, facts.get("issued_on"))
    facts |= _signer(document, [*spans["recipients"], *spans["signature"]])
    return facts, tuple(basis for span in spans["front"] for basis in _legal_bases(document, *span, title))


_KINDS: Final = ("front", "recipients", "signature", "appendix")


def plan_id_for(facts: dict[str, Fact], source: str) -> str:
    """The plan's stable id: province or issuer, year, number; words of the title where the document has no number."""
    value = {name: fact.value for name, fact in facts.items()}
    issuer = value.get("issuer", "")
    where = value.get("province", issuer)
    below = issuer if "province" in value and _BELOW_PROVINCE.match(issuer) else ""
    title = slug(value.get("title", "")).removeprefix("ke-hoach-")
    number = value["number"].partition("/")[0] if "number" in value else "-".join(title.split("-")[:6])
    known = [slug(part) for part in (where, below, value.get("year", ""), number)]
    return "-".join(k for k in known if k) or slug(source.rpartition(".")[0]) or "plan"


# --- title, number, date --------------------------------------------------------------------------------------------


def _lines(document: Document, start: int, end: int, *, cells: bool = False) -> list[_Line]:
    """Lines that are not blank; with `cells`, what stands between tabs and `|` as lines of their own."""
    pattern = r"[^\n\t|]+" if cells else r"[^\n]+"
    found = (_Line(m.start(), m.end(), plain(m.group()).strip("|#>-_* ")) for m in re.finditer(pattern, document.text[start:end]))
    return [_Line(start + line.start, start + line.end, line.text) for line in found if line.text]


def _title(document: Document, start: int, end: int) -> Fact | None:
    """The heading "KẾ HOẠCH" with the lines below it, up to the preamble; else the first long line in capitals."""
    lines = _lines(document, start, end)
    first = next((i for i, line in enumerate(lines) if _TITLE.match(line.text)), None)
    if first is None:
        first = next((i for i, line in enumerate(lines) if _is_title_in_capitals(document, line)), None)
    if first is None:
        return None
    last = first
    while last + 1 < min(first + 8, len(lines)) and _goes_on(document, lines, first, last):
        last += 1
    words = " ".join(line.text for line in lines[first : last + 1])
    printed = document.text[lines[first].start : lines[first].end]
    indent = len(printed) - len(printed.lstrip())
    return Fact(re.sub(r"\s*[.:]$", "", words), lines[first].start + indent, lines[last].end)


def _is_title_in_capitals(document: Document, line: _Line) -> bool:
    in_table = "|" in document.text[line.start : line.end]
    return len(line.text) > 25 and line.text.isupper() and not in_table and not _NATIONAL_MOTTO.search(line.text)


def _goes_on(document: Document, lines: list[_Line], first: int, last: int) -> bool:
    """Whether the line after `last` still belongs to the title that begins in line `first`."""
    line = lines[last + 1]
    if line.text.startswith("("):
        return False
    if first == last and _TITLE.fullmatch(lines[first].text):
        # "KẾ HOẠCH / Thực hiện ngày thứ bảy vì dân": a title may open like a preamble, but does not end like one
        return len(line.text) <= _LONGEST_TITLE_LINE and not _PREAMBLE_ENDS.search(line.text)
    apart = document.text[lines[last].end : line.start].count("\n") > 1
    return not (apart and last > first) and (line.text.isupper() or not _PREAMBLE.match(line.text))


def _end_of_letterhead(document: Document, front: tuple[int, int], title: Fact | None) -> int:
    """Where the letterhead ends: at the title, at a decision's heading or at the first legal basis."""
    end = title.start if title else front[1]
    if heading := _DECISION.search(document.text, front[0], end):
        return heading.start()
    basis = next((line.start for line in _lines(document, front[0], end) if line.text.startswith("Căn cứ")), end)
    return min(basis, end)


def _number_and_date(document: Document, letterhead: tuple[int, int], elsewhere: list[tuple[int, int]]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    number = _LETTERHEAD_NUMBER.search(document.text, *letterhead) or _attached_to(document, elsewhere)
    dated = _DATE.search(document.text, *letterhead)
    if number:
        facts["number"] = Fact("/".join("".join(g.split()) for g in number.groups()), number.start(1), number.end(2))
        dated = dated or re.compile(rf"\s*{_DATE.pattern}").match(document.text, number.end())
    if dated and (day := _as_date(dated)):
        at = dated.start() + len(dated.group()) - len(dated.group().lstrip())
        facts["issued_on"] = Fact(day.isoformat(), at, dated.end())
    return facts


def _attached_to(document: Document, spans: list[tuple[int, int]]) -> re.Match[str] | None:
    """The plan's own number in the words "(kèm theo Kế hoạch số …)"; elsewhere such a number is a legal basis."""
    for start, end in spans:
        for match in _ATTACHED_TO.finditer(document.text, start, end):
            before = document.text[max(start, match.start() - 60) : match.start()]
            if _ATTACHED.search(before) or _ALONE.search(before):
                return match
    return None


def _as_date(match: re.Match[str]) -> date | None:
    day, month, year = (int(g) for g in match.groups() if g)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _period(title: Fact | None, issued_on: Fact | None) -> dict[str, Fact]:
    if title and (matches := list(_PERIOD.finditer(title.value))):
        first, last, year = matches[-1].groups()
        return {"year": Fact(f"{first}-{last}" if first else year, title.start, title.end)}
    if issued_on:  # no year in the title: that of the date, said to be inferred
        return {"year": Fact(issued_on.value[:4], issued_on.start, issued_on.end, inferred=True)}
    return {}


# --- issuer and province --------------------------------------------------------------------------------------------


def _issuer_and_province(
    document: Document,
    letterhead: tuple[int, int],
    front: tuple[int, int],
    appendices: list[tuple[int, int]],
    title: Fact | None,
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    places = [letterhead, (title.start, title.end) if title else letterhead, *appendices, front]
    issuer = _letterhead_issuer(document, *letterhead) or _issuer_in_words(document, front, appendices)
    if issuer and _NATIONAL.match(issuer.value):
        return {"issuer": issuer}  # the province in its letterhead is where it has its seat
    province = next((f for span in places for f in _provinces(document, *span)), None) or _by_votes(document)
    if province:
        facts["province"] = province
    if issuer:
        facts["issuer"] = _with_province(issuer, province)
    elif province and (named := _OF_THE_PROVINCE.search(document.text, *front)):
        facts["issuer"] = Fact(f"UBND tỉnh {province.value}", named.start(), named.end(), inferred=True)
    return facts


def _provinces(document: Document, start: int, end: int) -> Iterator[Fact]:
    for name, at, to in find_provinces(document.text[start:end]):
        yield Fact(name, start + at, start + to)


def _by_votes(document: Document) -> Fact | None:
    """The province most often named "tỉnh …" in the whole text, when at least twice."""
    named = [f for f in _provinces(document, 0, len(document.text)) if _says_province(document.text, f.start)]
    votes = Counter(f.value for f in named).most_common(1)
    if not votes or votes[0][1] < 2:
        return None
    first = next(f for f in named if f.value == votes[0][0])
    return Fact(first.value, first.start, first.end, inferred=True)


def _says_province(text: str, at: int) -> bool:
    return bool(re.search(r"tỉnh\s+$", text[max(at - 6, 0) : at], re.IGNORECASE))


def _letterhead_issuer(document: Document, start: int, end: int) -> Fact | None:
    """The body named left of the national motto: its last line, or the lines of a People's Committee together."""
    motto = _NATIONAL_MOTTO.search(document.text, start, end)
    if not motto:
        return None
    lines = [line for line in _lines(document, start, motto.start(), cells=True) if line.text.isupper()]
    lines = [_Line(line.start, line.end, one_tone(line.text)) for line in lines]
    first = next((i for i, line in enumerate(lines) if _ISSUERS.match(line.text)), None)
    if first is None:
        return None
    own = _LOWER_BODY.split(" ".join(line.text for line in lines[first:]))[-1]
    return Fact(_in_lower_case(own), lines[first].start, lines[-1].end)


def _in_lower_case(capitals: str) -> str:
    """A body's name in capitals as one writes it: "ỦY BAN NHÂN DÂN TỈNH BÀ RỊA-VŨNG TÀU" → "UBND tỉnh Bà Rịa - Vũng Tàu"."""
    level, _, subject = capitals.partition(" ")
    if level in ("SỞ", "BỘ") and (known := canonical_agencies(f"Sở {subject}")) and len(known) == 1:
        return known[0].replace("Sở", level.capitalize(), 1)
    committee = re.match(rf"(?:ỦY BAN NHÂN DÂN|UBND)(?: ({'|'.join(_UNITS)}) (.+))?", capitals, re.IGNORECASE)
    if committee and committee[1]:
        return f"UBND {committee[1].lower()} {_with_provinces(committee[2].title())}"
    return "UBND" if committee else _with_provinces(capitals.capitalize())


def _with_provinces(text: str) -> str:
    for name, at, to in reversed(find_provinces(text)):
        text = text[:at] + name + text[to:]
    return text


def _issuer_in_words(document: Document, front: tuple[int, int], appendices: list[tuple[int, int]]) -> Fact | None:
    found = next((m for span in appendices if (m := _OF_ISSUER.search(document.text, *span))), None)
    found = found or _ENACTS.search(document.text, *front)
    return Fact(plain(found.group(1)), found.start(1), found.end(1)) if found else None


def _with_province(issuer: Fact, province: Fact | None) -> Fact:
    value = re.sub(r"^Ủy ban nhân dân", "UBND", issuer.value)
    if province and re.fullmatch(r"(?:Chủ tịch )?UBND(?: tỉnh)?", value):
        full = f"{value.removesuffix(' tỉnh')} tỉnh {province.value}"
        return Fact(full, issuer.start, issuer.end, inferred=True)
    return Fact(value, issuer.start, issuer.end)


# --- signer and legal bases -----------------------------------------------------------------------------------------


def _signer(document: Document, spans: list[tuple[int, int]]) -> dict[str, Fact]:
    """The last line that reads as a person's name after the recipients, and the office above it."""
    facts: dict[str, Fact] = {}
    for span in spans:
        roles: list[Fact] = []
        for line in _lines(document, *span, cells=True):
            both = _ROLE_AND_NAME.match(line.text)
            if both and _is_person(both[2]):
                at = document.text.index(both[2].split()[0], line.start)
                roles.append(Fact(both[1], line.start, at))
                facts["signed_by"] = Fact(both[2], at, line.end)
            elif _ROLE.match(line.text):
                roles.append(Fact(line.text, line.start, line.end))
            elif _is_person(line.text):
                facts["signed_by"] = Fact(line.text, line.start, line.end)
        if roles:
            facts["signer_role"] = Fact(" ".join(r.value for r in roles), roles[0].start, roles[-1].end)
    return facts


def _is_person(words: str) -> bool:
    parts = words.split()
    in_name_case = all(p[0].isupper() and p[1:].islower() for p in parts if len(p) > 1)
    return bool(_NAME.match(words)) and in_name_case and parts[0][0].isupper() and fold(parts[0]) not in _NO_NAMES


def _legal_bases(document: Document, start: int, end: int, title: Fact | None) -> Iterator[Fact]:
    if title and start <= title.start < end:
        start = title.end
    for match in _BASIS.finditer(document.text, start, end):
        if not _ATTACHED.search(document.text[max(start, match.start() - 60) : match.start()]):
            yield Fact(plain(match.group()), match.start(), match.end())
