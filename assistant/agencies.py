"""Agencies: one proper name for every spelling, abbreviation and misprint; used on printed cells and on questions.

The table below is data: add a body here and plans, filters and questions know it. Patterns are over folded text
(`vietnamese.fold`), so "Sở TT&TT", "so thong tin truyen thong" and the misprint "Số Nội vụ" need no rule of their own.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from assistant.vietnamese import CAPITAL, fold, one_tone, plain

# Provincial departments (sở): subject → (abbreviations, English name, other English words for it)
_DEPARTMENTS: Final = {
    "Nội vụ": ("nv", "Department of Home Affairs", "home affairs|internal affairs|interior"),
    "Tài chính": ("tc", "Department of Finance", "finance"),
    "Tư pháp": ("tp", "Department of Justice", "justice"),
    "Kế hoạch và Đầu tư": ("kh&dt khdt kh-dt", "Department of Planning and Investment", "planning(?: and investment)?"),
    "Thông tin và Truyền thông": (
        "tt&tt tttt tt-tt", "Department of Information and Communications", "info(?:rmation)?(?: and comm(?:unication)?s?)?"),
    "Khoa học và Công nghệ": ("kh&cn khcn kh-cn", "Department of Science and Technology", "science(?: and technology)?"),
    "Văn hóa và Thể thao": ("vh&tt vhtt vh-tt", "Department of Culture and Sports", "culture(?: and sports?)?"),
    "Văn hóa, Thể thao và Du lịch": (
        "vh,tt&dl vhtt&dl vhttdl vh-tt-dl", "Department of Culture, Sports and Tourism", "culture,? sports? and tourism"),
    "Du lịch": ("dl", "Department of Tourism", "tourism"),
    "Y tế": ("yt", "Department of Health", "health"),
    "Giáo dục và Đào tạo": ("gd&dt gddt gd-dt", "Department of Education and Training", "education(?: and training)?"),
    "Tài nguyên và Môi trường": (
        "tn&mt tnmt tn-mt", "Department of Natural Resources and Environment", "natural resources(?: and (?:the )?environment)?"),
    "Nông nghiệp và Phát triển nông thôn": (
        "nn&ptnt nnptnt nn-ptnt", "Department of Agriculture and Rural Development", "agriculture(?: and rural development)?"),
    "Nông nghiệp và Môi trường": ("nn&mt nnmt", "Department of Agriculture and Environment", "agriculture and environment"),
    "Xây dựng": ("xd", "Department of Construction", "construction"),
    "Giao thông vận tải": ("gtvt", "Department of Transport", "transport"),
    "Công Thương": ("ct", "Department of Industry and Trade", "industry(?: and trade)?|trade"),
    "Lao động - Thương binh và Xã hội": (
        "ld-tb&xh ldtb&xh ldtbxh ld-tbxh", "Department of Labour, Invalids and Social Affairs",
        "labou?r(?:,? (?:war )?invalids and social affairs)?"),
    "Ngoại vụ": ("ngv", "Department of Foreign Affairs", "foreign affairs"),
    "Dân tộc và Tôn giáo": ("dt&tg dttg", "Department of Ethnic and Religious Affairs", "ethnic and religious affairs"),
}  # fmt: skip

# Subjects also spelled half long, half short
_ALSO: Final = {
    "Lao động - Thương binh và Xã hội": r"lao dong\s*(?:-\s*)?tb&?xh",
    "Nông nghiệp và Phát triển nông thôn": r"nong nghiep\s+(?:va\s+|&\s*)?ptnt",
}

# Departments that people call by their first words only
_CALLED: Final = {
    "giao duc": "Giáo dục và Đào tạo", "tai nguyen": "Tài nguyên và Môi trường", "ke hoach": "Kế hoạch và Đầu tư",
    "thong tin": "Thông tin và Truyền thông", "khoa hoc": "Khoa học và Công nghệ", "giao thong": "Giao thông vận tải",
    "lao dong": "Lao động - Thương binh và Xã hội",
}  # fmt: skip

_UBND: Final = r"(?:ubnd|uy ban nhan dan)"
_OFFICE: Final = r"(?:van phong|vp)\.?\s*"
_HDND: Final = r"hdnd\s*(?:-|va|&)\s*"
_RELATED: Final = r"(?:(?: co)? lien quan)"
_CENTRAL: Final = r"(?:trung uong|tw|t\.w)"
_DISTRICTS: Final = r"(?:huyen|quan|thi xa)(?:, (?:huyen|quan|thi xa|thanh pho))*(?: (?:va )?thanh pho)?"
_COMMUNES: Final = r"(?:xa|phuong|thi tran|dac khu)(?:(?:,| va) (?:xa|phuong|thi tran|dac khu))*"

# Other bodies: canonical name → (pattern over folded text, English name, English words for it). An elliptic list
# ("UBND cấp huyện, cấp xã") is handled by the second pattern of the lower level.
_BODIES: Final = {
    "Văn phòng UBND tỉnh": (
        rf"{_OFFICE}(?:(?:{_HDND})?{_UBND}(?: tinh| thanh pho)|{_UBND})(?! (?:cac )?(?:cap|huyen|quan|xa|phuong|thi|dac khu)\b)",
        "Office of the Provincial People's Committee",
        r"(?:provincial )?(?:people'?s committee'?s? office|office of the (?:provincial )?people'?s committee|ppc office)"),
    "Văn phòng HĐND và UBND": (
        rf"{_OFFICE}{_HDND}{_UBND}(?! (?:tinh|huyen|quan|xa|phuong|thi|thanh pho|dac khu)\b)",
        "Office of the People's Council and People's Committee", None),
    "Văn phòng HĐND tỉnh": (
        rf"{_OFFICE}(?:doan dbqh (?:va|&) )?hdnd(?: tinh)?(?!\s*(?:-|va|&)\s*{_UBND})",
        "Office of the Provincial People's Council", None),
    "UBND cấp huyện": (
        rf"{_UBND}\s*(?:cap huyen|(?:cac )?{_DISTRICTS}|cac thanh pho)|(?<=cap tinh, )cap huyen",
        "district People's Committees", r"district(?:-level)?(?: people'?s committees?)?|people'?s committees? of districts?"),
    "UBND cấp xã": (
        rf"{_UBND}\s*(?:cap xa|(?:cac )?{_COMMUNES})|(?<=cap huyen, )cap xa|(?<=cap huyen va )cap xa",
        "commune People's Committees", r"commune(?:-level)?(?: people'?s committees?)?"),
    "UBND tỉnh": (
        rf"(?<!van phong )(?<!vp ){_UBND} tinh", "Provincial People's Committee", r"provincial people'?s committee"),
    "Các sở, ban, ngành": (
        r"(?:cac )?so, (?:ban, |ban )?nganh(?: cap)?(?: tinh)?|(?:cac )?so nganh(?: tinh)?|(?:cac )?so, co quan ngang so"
        r"|(?:cac )?so ban nganh(?: tinh)?|(?:cac )?so, ban, don vi"
        rf"|(?:cac )?co quan (?:chuyen mon|hanh chinh)(?: cap tinh| (?:truc )?thuoc {_UBND} tinh)",
        "provincial departments and agencies",
        r"(?:all )?(?:provincial )?departments(?:,? (?:boards,? )?(?:and )?(?:agencies|sectors))?"),
    "Các phòng, ban, đơn vị": (
        r"(?:cac )?phong, (?:ban|don vi)(?:, (?:ban|don vi|nganh|co quan))*(?: truc thuoc)?", "divisions and units", None),
    "Cơ quan Trung ương trên địa bàn": (
        rf"(?:cac )?co quan {_CENTRAL}(?:(?: dong)? tren dia ban(?: tinh)?)?",
        "central agencies in the province", r"central agencies"),
    "Các cơ quan, đơn vị liên quan": (
        rf"(?:cac )?co quan, (?:don vi|to chuc){_RELATED}|(?:cac )?(?:co quan|don vi|ben){_RELATED}",
        "other agencies concerned", None),
    "Các cơ quan, đơn vị": (r"cac co quan, don vi(?! (?:thuoc|duoc|truc))", "agencies and units", None),
    "Các đơn vị, địa phương": (r"(?:cac )?don vi, dia phuong", "units and localities", None),
    "Các địa phương": (r"(?:cac )?dia phuong", "localities", None),
    "Đơn vị sự nghiệp": (r"(?:cac )?don vi su nghiep(?: cong lap)?", "public service units", None),
    "Đài Phát thanh - Truyền hình tỉnh": (
        r"dai (?:phat thanh (?:-|–|va|&)? ?truyen hinh|pt\s*[-&]?\s*th)(?: tinh)?", "provincial Radio and Television station",
        r"(?:radio|television)(?: and television| station)*"),
    "Báo và Phát thanh, Truyền hình tỉnh": (
        r"bao va (?:dai )?phat thanh(?:,| va| -)? truyen hinh(?: tinh)?", "provincial Newspaper, Radio and Television", None),
    "Bưu điện tỉnh": (r"buu dien tinh", "provincial Post Office", r"post office|provincial post"),
    "Công an tỉnh": (r"cong an tinh", "provincial Police", r"(?:provincial )?police"),
    "Bộ Chỉ huy quân sự tỉnh": (r"bo (?:chi huy quan su|chqs)(?: tinh)?", "provincial Military Command", None),
    "Bộ Chỉ huy Bộ đội Biên phòng tỉnh": (
        r"bo (?:chi huy (?:bo doi )?bien phong|chbp)(?: tinh)?", "provincial Border Guard Command", None),
    "Bảo hiểm xã hội tỉnh": (r"(?:bao hiem xa hoi|bhxh) tinh", "provincial Social Insurance", r"social insurance"),
    "Cục Thuế": (r"(?<!chi )cuc thue(?: tinh)?", "Tax Department", r"tax department"),
    "Cục Hải quan": (r"(?<!chi )cuc hai quan(?: tinh)?", "Customs Department", r"customs(?: department)?"),
    "Kho bạc Nhà nước tỉnh": (r"kho bac (?:nha nuoc|nn)(?: tinh)?", "provincial State Treasury", r"(?:state )?treasury"),
    "Ngân hàng Nhà nước tỉnh": (
        r"(?:ngan hang (?:nha nuoc|nn)|nhnn)(?: viet nam| vn)?(?: chi nhanh)?(?: tinh)?", "provincial branch of the State Bank",
        r"state bank"),
    "Thanh tra tỉnh": (r"thanh tra tinh", "provincial Inspectorate", r"(?:provincial )?inspectorate"),
    "Ban Dân tộc": (r"ban dan toc(?: tinh)?", "Committee for Ethnic Minority Affairs", None),
    "Ban Tổ chức Tỉnh ủy": (r"ban to chuc tinh uy", "Organisation Board of the provincial Party Committee", None),
    "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh": (
        r"(?:uy ban |ub)?(?:mat tran to quoc|mttq)(?: viet nam| vn)?(?: tinh)?", "provincial Fatherland Front Committee",
        r"fatherland front"),
    "Hội Cựu chiến binh tỉnh": (r"hoi cuu chien binh(?: tinh)?", "provincial Veterans' Association", r"veterans'? association"),
    "Trung tâm Phục vụ hành chính công": (
        r"trung tam (?:phuc vu )?hanh chinh cong(?: tinh| cua tinh)?", "Public Administration Service Centre", None),
}  # fmt: skip

# Kept as printed: a collective named by a clause of its own ("Các cơ quan, đơn vị thuộc đối tượng được tập huấn"),
# and the joint office of a lower level ("Văn phòng HĐND và UBND huyện").
_AS_PRINTED: Final = (
    r"cac (?:co quan, )?don vi (?:thuoc|duoc|truc)[^,;]*"
    rf"|{_OFFICE}{_HDND}{_UBND} (?:huyen|quan|xa|phuong|thi|thanh pho|dac khu)\b[^,;]*"
)
_SUBJECT_LIST: Final = re.compile(r"\bcac so\s*:")
_ONE_UNIT: Final = re.compile(rf"{_UBND}\s+(?:huyen|quan|thi xa|xa|phuong|thi tran|dac khu)")
_PLACE_NAME: Final = re.compile(rf"\s+(?!(?:Sở|Văn|Các|UBND|Ủy)\b){CAPITAL}")
# Words beside a body's name that name none: what it does, or who in it answers for it
_NO_BODY: Final = re.compile(
    r"(?:chu tri|(?:co quan |don vi )?phoi hop(?: (?:voi|cung))?|cung(?: voi)?|va|voi|cac|gom|chu yeu"
    r"|(?:pho )?giam doc|(?:pho )?chanh|(?:pho )?chu tich|thu truong|(?:pho )?truong|lanh dao|nguoi dung dau)(?: cac)?$"
)
_SEPARATOR: Final = re.compile(r"[;,]|\s+và\s+|^\s*và\s+|\n|\.{2,}|…")
_GAP: Final = r"(?:\s*(?:va|&|-|–|,)\s*|\s+)"

# Provinces' newspapers are printed with the province's abbreviation
_ABBREVIATED_NAMES: Final = {"Báo BR-VT": "Báo Bà Rịa - Vũng Tàu", "Báo BRVT": "Báo Bà Rịa - Vũng Tàu"}


@dataclass(frozen=True, slots=True)
class AgencyMention:
    """An agency named in a text: its canonical name and where."""

    name: str
    at: int
    to: int


def _subject_pattern(subject: str) -> str:
    words = [re.escape(w) for w in re.split(r"\s*(?:,|-|\bva\b)\s*", fold(subject)) if w]
    pattern = _GAP.join(w.replace(r"\ ", r"\s+") for w in words)
    return f"{pattern}|{_ALSO[subject]}" if subject in _ALSO else pattern


def _abbreviation_pattern(abbreviations: str) -> str:
    return "|".join(re.escape(a).replace("\\&", r"\s*&\s*").replace("&", r"\s*&\s*") for a in abbreviations.split())


_PATTERNS: Final[list[tuple[str, re.Pattern[str]]]] = [
    *((f"Sở {s}", re.compile(rf"\bso\s+(?:{_subject_pattern(s)}|{_abbreviation_pattern(a)})\b|\bs(?:{_abbreviation_pattern(a)})\b"))
      for s, (a, _, _) in _DEPARTMENTS.items()),
    *((f"Sở {s}", re.compile(rf"\bso\s+{first}(?!\s*(?:va|&|-|,)\s*\w)\b")) for first, s in _CALLED.items()),
    ("Văn phòng UBND tỉnh", re.compile(r"\bvp\s*-?\s*ub(?:nd)?\b(?! (?:huyen|xa|phuong))")),
    *((name, re.compile(rf"\b(?:{pattern})(?![a-z0-9])")) for name, (pattern, _, _) in _BODIES.items()),
]  # fmt: skip
_ENGLISH: Final[list[tuple[str, re.Pattern[str]]]] = [
    *((f"Sở {s}", re.compile(rf"\b(?:(?:provincial )?department (?:of|for) (?:the )?(?:{w})|(?:{w}) department)\b".replace(" and ", r" (?:and|&) ")))
      for s, (_, _, w) in _DEPARTMENTS.items()),
    ("Sở Nội vụ", re.compile(r"\b(?:home|internal) affairs\b")),
    *((name, re.compile(rf"\b(?:the )?(?:{w})(?![a-z])")) for name, (_, _, w) in _BODIES.items() if w),
]  # fmt: skip
_SUBJECTS: Final = [
    (f"Sở {s}", re.compile(rf"(?:(?<=[:,;])|(?<=\bva))\s*(?:{_subject_pattern(s)})(?![a-z])")) for s in _DEPARTMENTS
]
ENGLISH_NAMES: Final = {f"Sở {s}": en for s, (_, en, _) in _DEPARTMENTS.items()} | {
    name: en for name, (_, en, _) in _BODIES.items()
}


def find_agencies(text: str, others: Iterable[str] = (), *, english: bool = False) -> list[AgencyMention]:
    """Agencies named in NFC `text`, in order, the longest reading of each place.

    `others`: further names to look for (those of a library's own data); `english`: English names too.
    """
    folded = fold(text)
    found = [AgencyMention(n, *m.span()) for n, pattern in _PATTERNS for m in pattern.finditer(folded)]
    if english:
        found += [AgencyMention(n, *m.span()) for n, pattern in _ENGLISH for m in pattern.finditer(folded)]
    if listed := _SUBJECT_LIST.search(folded):
        found.append(AgencyMention("", *listed.span()))
        for name, pattern in _SUBJECTS:
            found += [AgencyMention(name, *m.span()) for m in pattern.finditer(folded, listed.end() - 1)]
    for name in others:
        needle = fold(name)
        at = folded.find(needle)
        while at >= 0:
            end = at + len(needle)
            if not folded[max(at - 1, 0) : at].isalnum() and not folded[end : end + 1].isalnum():
                found.append(AgencyMention(name, at, end))
            at = folded.find(needle, end)
    return _without_overlaps([m for m in found if not _is_of_one_place(m, text, folded) and not _is_a_number(m, text)])


def _is_a_number(mention: AgencyMention, text: str) -> bool:
    """ "số kế hoạch" is a number; the misprint of a body is capitalised, "Số Nội vụ"."""
    return text.startswith("số ", mention.at)


def _is_of_one_place(mention: AgencyMention, text: str, folded: str) -> bool:
    """Whether "UBND huyện" goes on with the name of a place ("UBND huyện Côn Đảo"): that is one body, not a level."""
    unit = _ONE_UNIT.match(folded, mention.at, mention.to)
    return bool(unit and unit.end() == mention.to and _PLACE_NAME.match(text, mention.to))


def _without_overlaps(found: list[AgencyMention]) -> list[AgencyMention]:
    """The longest first; in order."""
    kept: list[AgencyMention] = []
    for mention in sorted(found, key=lambda m: (-(m.to - m.at), m.at)):
        n = bisect_left(kept, mention.at, key=lambda k: k.at)
        if (n == 0 or kept[n - 1].to <= mention.at) and (n == len(kept) or mention.to <= kept[n].at):
            kept.insert(n, mention)
    return kept


def canonical_agencies(printed: str | None) -> tuple[str, ...]:
    """The canonical names of the bodies in a printed cell, in order, without repeats; () for a blank cell.

    A body that the table does not know keeps its printed name; words that qualify a known body are dropped.
    """
    if not printed:
        return ()
    text = one_tone(plain(printed))
    folded = fold(text)
    mentions = find_agencies(text)
    whole = [AgencyMention("=", *m.span()) for m in re.finditer(_AS_PRINTED, folded)]
    mentions = _without_overlaps(whole + [m for m in mentions if not any(w.at <= m.at < w.to for w in whole)])
    names: list[str] = []
    position, after_known = 0, False
    for mention in [*mentions, AgencyMention("", len(text), len(text))]:
        pieces = _SEPARATOR.split(text[position : mention.at])
        if after_known:
            pieces = pieces[1:]  # up to the next separator: a qualifier of the body before ("có liên quan")
        names += [_as_name(p) for p in pieces]
        names.append(_as_name(text[mention.at : mention.to]) if mention.name == "=" else mention.name)
        position, after_known = mention.to, mention.name != ""
    return tuple(dict.fromkeys(n for n in names if n))


def _as_name(printed: str) -> str:
    name = printed.strip(" .,;:-–")
    if len(name) < 2 or name.isdigit() or _NO_BODY.match(fold(name)):
        return ""
    name = name[0].upper() + name[1:]
    return _ABBREVIATED_NAMES.get(name, name)


def english_name(name: str) -> str | None:
    """The English name to set beside a canonical Vietnamese one, None when the table has none."""
    return ENGLISH_NAMES.get(name)
