"""Vietnam's provinces and centrally run cities, before and after the mergers of July 2025, with common abbreviations."""

import re
from collections.abc import Iterable
from typing import Final

from assistant.vietnamese import fold, is_syllable

PROVINCES: Final = (
    "An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bắc Ninh", "Bến Tre", "Bình Dương",
    "Bình Định", "Bình Phước", "Bình Thuận", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Đắk Nông",
    "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương",
    "Hải Phòng", "Hậu Giang", "Hòa Bình", "Hồ Chí Minh", "Huế", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum",
    "Lai Châu", "Lạng Sơn", "Lào Cai", "Lâm Đồng", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận",
    "Phú Thọ", "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La",
    "Tây Ninh", "Thái Bình", "Thái Nguyên", "Thanh Hóa", "Thừa Thiên Huế", "Tiền Giang", "Trà Vinh", "Tuyên Quang",
    "Vĩnh Long", "Vĩnh Phúc", "Yên Bái",
)  # fmt: skip
_ALIASES: Final = {
    "br-vt": "Bà Rịa - Vũng Tàu", "brvt": "Bà Rịa - Vũng Tàu", "vung tau": "Bà Rịa - Vũng Tàu", "ba ria": "Bà Rịa - Vũng Tàu",
    "ba ria vung tau": "Bà Rịa - Vũng Tàu", "tphcm": "Hồ Chí Minh", "tp.hcm": "Hồ Chí Minh", "tp hcm": "Hồ Chí Minh", "hcmc": "Hồ Chí Minh", "sai gon": "Hồ Chí Minh",
    "saigon": "Hồ Chí Minh", "dac lac": "Đắk Lắk", "dak lak": "Đắk Lắk", "daklak": "Đắk Lắk", "dac nong": "Đắk Nông",
    "hanoi": "Hà Nội", "danang": "Đà Nẵng", "haiphong": "Hải Phòng", "thua thien - hue": "Thừa Thiên Huế",
    "lang sown": "Lạng Sơn", "dongnai": "Đồng Nai", "bentre": "Bến Tre", "langson": "Lạng Sơn", "vungtau": "Bà Rịa - Vũng Tàu",
}  # fmt: skip
# Names that are also ordinary words once the marks are gone ("hà nam" – "ha nam", "bắc ninh"): they need their capitals
# or a word such as "tỉnh" before them when the text is typed without either.
_PLAIN_WORDS: Final = {"hue", "long an", "hoa binh", "ha nam", "nam dinh", "ba ria"}


def _pattern(name: str) -> str:
    return re.sub(r"(?:\\ )*\\-(?:\\ )*|\\ ", lambda m: r"\s*[-–]\s*" if "-" in m.group() else r"\s+", re.escape(fold(name)))


_NAMES: Final = {fold(p): p for p in PROVINCES} | _ALIASES
_FINDER: Final = re.compile(
    r"(?<![a-z0-9])(" + "|".join(_pattern(n) for n in sorted(_NAMES, key=len, reverse=True)) + r")(?![a-z0-9])"
)
# Initials of provinces that mean something else in every second document: kế hoạch, nghị định, chỉ thị, văn phòng …
_ALSO_WORDS: Final = frozenset("KH NĐ CT TB CB HD HN VP LĐ KT BN TH BC".split())
_UNIT_BEFORE: Final = re.compile(r"(?:tinh|thanh pho|tp\.?|province(?: of)?|ubnd)\s*$")


def _short_forms(name: str, text: str, folded: str) -> list[tuple[int, int]]:
    """Where hurried people write a name of two words: "ĐNai", "d.nai", "L Son" and, in capitals only, "ĐN"; "tỉnh KH" but not
    "166/KH-UBND", "KHòa" but not "khoa"."""
    words = name.split()
    if len(words) != 2:
        return []
    first, second = words
    initials = first[0] + second[0]
    before = r"(?<=\btỉnh )" if initials in _ALSO_WORDS else ""
    forms = [
        (rf"(?<!\w){fold(first)[0]}[. -]?{fold(second)}(?!\w)", folded),
        (rf"{before}(?<![\w/.-]){initials}(?![\w/-])", text),
    ]
    found = (m.span() for pattern, where in forms for m in re.finditer(pattern, where))
    return [(at, to) for at, to in found if not is_syllable(folded[at:to]) or text[at + 1].isupper()]


def find_provinces(text: str, known: Iterable[str] = ()) -> list[tuple[str, int, int]]:
    """Provinces named in NFC `text`: (name, start, end), in order. Those `known`, of a library, also by short forms."""
    folded = fold(text)
    found = []
    for name in known:
        found += [(name, *span) for span in _short_forms(name, text, folded)]
    for match in _FINDER.finditer(folded):
        key = re.sub(r"\s*[-–]\s*", " - " if " " in match.group() else "-", re.sub(r"\s+", " ", match.group()))
        name = _NAMES.get(key) or _NAMES.get(key.replace(" - ", "-")) or _NAMES[key.replace("-", " - ")]
        printed = text[match.start() : match.end()]
        if (
            key in _PLAIN_WORDS
            and not all(w[:1].isupper() for w in printed.split())
            and not _UNIT_BEFORE.search(folded[: match.start()])
        ):
            continue
        found.append((name, match.start(), match.end()))
    return sorted(found, key=lambda f: f[1])
