"""Header facts: number, date, issuer, province, year or period, title, signer, legal bases, each with its place.

What a document does not print is not made up: a fact that stands only in another place (the year in the number's date)
is marked as inferred, and a fact that stands nowhere is absent.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from assistant.plans import Fact, Section
from assistant.provinces import find_provinces
from assistant.vietnamese import fold, plain, slug
from ingest.documents import Document

_NUMBER: Final = r"(\d{1,6}[a-z]?)\s*/\s*((?:KH|QĐ|CTr|CT|NQ|ĐA|PA|HD)\s*[-–]\s*[A-ZĐ][A-ZĐa-z&\-–]*)"
_LETTERHEAD_NUMBER: Final = re.compile(rf"Số\s*:?\s*{_NUMBER}")
# "(Ban hành kèm theo Kế hoạch số 166/KH-UBND ngày 24 tháng 12 năm 2020 của UBND tỉnh …)", in the appendix's heading
_ATTACHED_TO: Final = re.compile(rf"(?:Kế hoạch|Quyết định)\s+số\s*:?\s*{_NUMBER}")
_DATE: Final = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(20\d\d)|ngày\s+(\d{1,2})[/.](\d{1,2})[/.](20\d\d)")
_PERIOD: Final = re.compile(r"giai đoạn\s+(20\d\d)\s*[-–]\s*(20\d\d)|\bnăm\s+(20\d\d)", re.IGNORECASE)
_NATIONAL_MOTTO: Final = re.compile(r"CỘNG\s+HÒA\s+XÃ\s+HỘI|CỘNG\s+HOÀ\s+XÃ\s+HỘI|Độc lập", re.IGNORECASE)
_PREAMBLE: Final = re.compile(
    r"\W*(?:Căn cứ|Thực hiện|Tiếp tục|Để |Nhằm |Theo |Xét |Ủy ban|UBND|Chủ tịch|Trên cơ sở|Triển khai (?!.*[A-ZĐ]{5}))", re.IGNORECASE
)
_ISSUERS: Final = re.compile(
    r"(?:ỦY BAN NHÂN DÂN|UBND|SỞ|BỘ|BAN|CỤC|TỔNG CỤC|VĂN PHÒNG|THÀNH PHỐ|HUYỆN|PHƯỜNG|XÃ|TỈNH|ĐẶC KHU|THỊ XÃ|QUẬN|TRƯỜNG|CHI CỤC|THANH TRA)\b"
)
_OF_ISSUER: Final = re.compile(r"\bcủa\s+((?:Chủ tịch\s+)?(?:Ủy ban nhân dân|UBND|Sở|Bộ)\s+[^,.;)\n|]*(?:\n[^,.;)\n|]+)?)")
_ENACTS: Final = re.compile(
    r"\b((?:Chủ tịch\s+)?(?:Ủy ban nhân dân|UBND|Sở|Bộ)(?:\s+(?!ban hành|xây dựng)[^\s,;()]+){1,8}?)\s*(?:\([A-Z]+\)\s*)?(?:tỉnh\s+)?(?:ban hành|xây dựng)\s+(?:K|k)ế hoạch"
)
_BASIS: Final = re.compile(
    r"(?:Bộ luật|Luật|Nghị quyết|Nghị định|Quyết định|Công văn|Kế hoạch|Thông tư|Chỉ thị|Chương trình|Kết luận|Đề án|Hướng dẫn)"
    r"(?:(?!\bsố\b|theo\b)[^;()]){0,160}?\s+số\s+[0-9][^\s,;]*(?:\s+ngày\s+(?:\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}))?"
    r"(?:\s+của\s+(?:(?!\s(?:về|phê|ban\s+hành|thực|như|việc)\s)[^;,.])+)?"
)
_NAME: Final = re.compile(r"^[\s*|>]*((?:[^\W\d_]+\s+){1,4}[^\W\d_]+)[\s*|]*$")
_ROLE: Final = re.compile(
    r"^[\s*|]*(?:(?:KT|TM|TL|TUQ|Q)\.[\s*|]*$|((?:KT|TM|TL|TUQ|Q)\.\s*)?[A-ZÀ-ỸĐ ]*(?:CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG|CHÁNH VĂN PHÒNG)[A-ZÀ-ỸĐ ]*[\s*|]*$)"
)


def parse_header(document: Document, sections: Iterable[Section]) -> tuple[dict[str, Fact], tuple[Fact, ...]]:
    """Facts by name (number, title, issuer, province, year, issued_on, signed_by, signer_role) and the legal bases."""
    parts = {kind: [s for s in sections if s.kind == kind] for kind in ("front", "recipients", "signature", "appendix")}
    front = (min((s.start for s in parts["front"]), default=0), max((s.own_end for s in parts["front"]), default=0))
    appendices = [(s.start, s.own_end) for s in parts["appendix"]]
    closing = [(s.start, s.own_end) for s in (*parts["recipients"], *parts["signature"])]
    facts: dict[str, Fact] = {}
    title = _title(document, *front)
    if title:
        facts["title"] = title
    letterhead = (front[0], title.start if title else front[1])
    number = _first(document, _LETTERHEAD_NUMBER, [letterhead]) or _first(document, _ATTACHED_TO, [front, *appendices], attached=True)
    if number:
        facts["number"] = Fact("/".join("".join(g.split()) for g in number.groups()), number.start(1), number.end(2))
    dated = _first(document, _DATE, [letterhead]) or (number and _DATE.match(document.text, _skip_space(document.text, number.end())))
    if dated and (day := _as_date(dated)):
        facts["issued_on"] = Fact(day.isoformat(), dated.start(), dated.end())
    facts |= _issuer_and_province(document, letterhead, front, appendices, title)
    facts |= _period(title, facts.get("issued_on"))
    facts |= _signer(document, closing)
    preamble = (title.end if title else front[0], front[1])
    return facts, tuple(_legal_bases(document, *preamble))


def plan_id_for(facts: dict[str, Fact], source: str) -> str:
    """The plan's stable id: province or issuer, year, number; words of the title where the document has no number."""
    title = slug(facts["title"].value if "title" in facts else "").removeprefix("ke-hoach-")
    number = facts["number"].value.partition("/")[0] if "number" in facts else "-".join(title.split("-")[:6])
    where = facts["province"].value if "province" in facts else facts["issuer"].value if "issuer" in facts else ""
    issuer = facts["issuer"].value if "issuer" in facts else ""
    below = issuer if "province" in facts and re.match(r"(?:Sở|Ban|Cục|Chi cục|Trường|Thanh tra|UBND (?!tỉnh|thành phố|nhân dân))", issuer) else ""
    known = [slug(p) for p in (where, below, facts["year"].value if "year" in facts else "", number) if p]
    return "-".join(k for k in known if k) or slug(source.rpartition(".")[0]) or "plan"


def _first(document: Document, pattern: re.Pattern[str], spans: list[tuple[int, int]], *, attached: bool = False) -> re.Match[str] | None:
    for start, end in spans:
        for match in pattern.finditer(document.text, start, end):
            # in the front, "Kế hoạch số …" is the plan's own only in the words "(kèm theo …)", else a legal basis
            if not attached or re.search(r"kèm theo[^.;]{0,40}$|^\W*$|\n\W*$", document.text[max(start, match.start() - 60) : match.start()], re.IGNORECASE):
                return match
    return None


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _as_date(match: re.Match[str]) -> date | None:
    day, month, year = (int(g) for g in match.groups() if g)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _title(document: Document, start: int, end: int) -> Fact | None:
    """The heading "KẾ HOẠCH" with the lines below it, up to the preamble; else the first long line in capitals."""
    lines = [(m.start(), m.end(), plain(m.group()).strip("| ")) for m in re.finditer(r"[^\n]+", document.text[start:end])]
    at = next((i for i, (_, _, t) in enumerate(lines) if re.match(r"KẾ HOẠCH\b", t.lstrip("# "))), None)
    if at is None:
        at = next((i for i, (_, _, t) in enumerate(lines) if len(t) > 25 and t.isupper() and not _NATIONAL_MOTTO.search(t) and "|" not in t), None)
    if at is None:
        return None
    last = at
    for i in range(at + 1, min(at + 8, len(lines))):
        gap = document.text[start + lines[i - 1][1] : start + lines[i][0]]
        words = lines[i][2]
        if not words or words.startswith("(") or _PREAMBLE.match(words) and not words.isupper() or set(words) <= set("-_– ") or (gap.count("\n") > 1 and last > at):
            break
        last = i
    value = re.sub(r"\s*[.:]$", "", plain(" ".join(t for _, _, t in lines[at : last + 1])).strip("# "))
    first = start + lines[at][0] + (len(document.text[start + lines[at][0] : start + lines[at][1]]) - len(document.text[start + lines[at][0] : start + lines[at][1]].lstrip()))
    return Fact(value, first, start + lines[last][1])


def _issuer_and_province(
    document: Document, letterhead: tuple[int, int], front: tuple[int, int], appendices: list[tuple[int, int]], title: Fact | None
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    issuer = _letterhead_issuer(document, *letterhead)
    title_span = (title.start, title.end) if title else letterhead
    for span in (letterhead, title_span, *appendices, front):
        if found := find_provinces(document.text[span[0] : span[1]]):
            name, at, to = found[0]
            facts["province"] = Fact(name, span[0] + at, span[0] + to)
            break
    else:
        if votes := Counter(name for name, at, _ in find_provinces(document.text) if re.search(r"tỉnh\s+$", document.text[max(at - 6, 0) : at], re.IGNORECASE)):
            name, count = votes.most_common(1)[0]
            at = next(at for found, at, _ in find_provinces(document.text) if found == name)
            if count > 1:
                facts["province"] = Fact(name, at, at + len(name), inferred=True)
    if issuer is None:
        match = next((m for s, e in appendices if (m := _OF_ISSUER.search(document.text, s, e))), None)
        match = match or _ENACTS.search(document.text, *front)
        if match:
            issuer = Fact(plain(match.group(1)), match.start(1), match.end(1))
    if issuer:
        facts["issuer"] = _with_province(issuer, facts.get("province"))
    elif "province" in facts and (match := re.search(r"(?:UBND|Ủy ban nhân dân)\s+tỉnh", document.text[front[0] : front[1]])):
        facts["issuer"] = Fact(f"UBND tỉnh {facts['province'].value}", front[0] + match.start(), front[0] + match.end(), inferred=True)
    return facts


def _letterhead_issuer(document: Document, start: int, end: int) -> Fact | None:
    """The body named left of the national motto: its last line, or the lines of a People's Committee together."""
    motto = _NATIONAL_MOTTO.search(document.text, start, end)
    if not motto:
        return None
    left = document.text[start : motto.start()]
    lines = [(start + m.start(), start + m.end(), plain(m.group()).strip("| -_")) for m in re.finditer(r"[^\n|]+", left)]
    lines = [x for x in lines if x[2] and x[2].isupper()]
    if not lines:
        return None
    first = next((i for i, x in enumerate(lines) if _ISSUERS.match(x[2]) or x[2] in ("ỦY", "UỶ")), None)
    if first is None:
        return None
    joined = " ".join(x[2] for x in lines[first:])
    own = re.split(r"\s(?=SỞ |BAN (?!NHÂN DÂN)|VĂN PHÒNG |CỤC |CHI CỤC |THANH TRA )", joined)[-1]
    return Fact(_sentence_case(own), lines[first][0], lines[-1][1])


def _sentence_case(capitals: str) -> str:
    """"ỦY BAN NHÂN DÂN TỈNH BÀ RỊA-VŨNG TÀU" → "UBND tỉnh Bà Rịa - Vũng Tàu"."""
    text = re.sub(r"^(?:ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|UBND)", "UBND", capitals)
    for name, _, _ in find_provinces(text):
        text = re.sub(re.sub(r"\\? ?\\?-\\? ?| ", r"\\s*[-–]?\\s*", name), name, text, flags=re.IGNORECASE)
    words = []
    known = {w for name, _, _ in find_provinces(text) for w in name.split()}
    for i, word in enumerate(text.split()):
        words.append(word if word in known or word == "UBND" else word.capitalize() if i == 0 or (words and words[-1] in ("huyện", "xã", "phường", "Sở", "Bộ")) else word.lower())
    return " ".join(words)


def _with_province(issuer: Fact, province: Fact | None) -> Fact:
    value = re.sub(r"^Ủy ban nhân dân", "UBND", issuer.value)
    if province and re.fullmatch(r"(?:Chủ tịch )?UBND(?: tỉnh)?", value):
        return Fact(f"{value.removesuffix(' tỉnh')} tỉnh {province.value}", issuer.start, issuer.end, inferred=True)
    return Fact(value, issuer.start, issuer.end)


def _period(title: Fact | None, issued_on: Fact | None) -> dict[str, Fact]:
    matches = list(_PERIOD.finditer(title.value)) if title else []
    if matches:
        found = matches[-1]
        value = f"{found[1]}-{found[2]}" if found[1] else found[3]
        assert title is not None
        return {"year": Fact(value, title.start, title.end)}
    if issued_on:  # no year in the title: that of the date, said to be inferred
        return {"year": Fact(issued_on.value[:4], issued_on.start, issued_on.end, inferred=True)}
    return {}


def _signer(document: Document, spans: list[tuple[int, int]]) -> dict[str, Fact]:
    """The last line that reads as a person's name after the recipients, and the office above it."""
    facts: dict[str, Fact] = {}
    for start, end in spans:
        roles: list[Fact] = []
        for match in re.finditer(r"[^\n]+", document.text[start:end]):
            line, at = match.group(), start + match.start()
            if _ROLE.match(line):
                roles.append(Fact(plain(line).strip("| "), at, at + len(line)))
            elif (name := _NAME.match(line)) and _is_person(name[1]):
                facts["signed_by"] = Fact(plain(name[1]), at + name.start(1), at + name.end(1))
        if roles:
            facts["signer_role"] = Fact(" ".join(r.value for r in roles), roles[0].start, roles[-1].end)
    return facts


def _is_person(words: str) -> bool:
    parts = words.split()
    return 2 <= len(parts) <= 5 and all(p[0].isupper() and p[1:].islower() for p in parts) and fold(parts[0]) not in ("noi", "van", "luu", "so", "bo", "uy", "cong", "dai", "bao")


def _legal_bases(document: Document, start: int, end: int) -> list[Fact]:
    return [Fact(plain(m.group()), m.start(), m.end()) for m in _BASIS.finditer(document.text, start, end)]
