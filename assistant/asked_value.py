"""What kind of value a question asks for, and which texts print one: a share, money, so many of a thing, names, the hour.

A passage about the right subject that prints no such value does not answer: "những xã nào …?" wants names of communes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from assistant.understanding.concepts import ALTERNATIVE, chunks, concepts_of
from assistant.understanding.patterns import ENGLISH_STOPWORDS, HOW_OFTEN
from assistant.understanding.question import Question
from assistant.understanding.thesaurus import english_words, vietnamese_words
from assistant.vietnamese import CAPITAL, any_of, fold

Kind = Literal["money", "share", "count", "names", "hour", "rhythm", "address", "place", "amount", "rank", "year"]

_MONEY_ASKED: Final = re.compile(
    r"\bbao nhieu (?:trieu|ty|tien|kinh phi|nghin|ngan|usd|dong\b(?! bao| chi))|\bhow much money\b|\bhow many (?:billion|million)s?\b"
    r"|\btotal (?:budget|cost)\b|\bhow much (?:does|did|will) .{0,40}(?<!\bthe )(?<!\bof )\bcost\b(?! of)"
)
_MONEY: Final = re.compile(r"\d[\d.,]*\s*(?:triệu|tỷ|tỉ|nghìn|ngàn|đồng)\b")
_SHARE_ASKED: Final = re.compile(r"%|\bphan tram|\bpercent|\b(?:what|which) (?:share|proportion)\b")
SHARE: Final = re.compile(r"\d\s*%")
_HOUR_ASKED: Final = re.compile(
    r"\bmay gio\b|\bgio nao\b|\bwhat time\b(?! ?frame)|\b(?:opening|what|which) hours\b|\bhours (?:pls|please)\b|\bopen (?:at|on|until) \w+"
)
_HOUR: Final = re.compile(r"\b\d{1,2}\s*(?:giờ|h\d{0,2})\b|\b\d{1,2}:\d\d\b")
_RHYTHM: Final = re.compile(
    r"\b(?:hàng|hằng|mỗi) (?:ngày|tuần|tháng|quý|năm)\b|\bđịnh kỳ,? (?:quý|\d|tháng|năm)|\blần\s*/|\b\d+ lần\b|\bthường xuyên\b|\b0?6 tháng\b",
    re.IGNORECASE,
)
ADDRESS: Final = re.compile(r"https?://|www\.|\.gov\.vn|\.vn\b")
_PLACE_ASKED: Final = re.compile(
    r"\bvenue\b|\bdia diem (?:nao|o dau|to chuc)\b|\bhoi truong nao\b|\b(?:hop|to chuc|dien ra|hoc|thi) o (?:dau|cho nao)\b|\bwhere (?:will|was|is|were) .{0,60}\b(?:held|take place|convened)\b"
)
_PLACE: Final = re.compile(rf"\b(?i:tại)\s+(?:(?:hội trường|trụ sở|trung tâm|thành phố|khách sạn|nhà|trường)\b|{CAPITAL})")
_RANK_ASKED: Final = re.compile(
    r"\b(?:xep|dung)(?: hang)? (?:thu|hang) (?:may|bao nhieu)\b|\bthu hang (?:may|bao nhieu|nao)\b|\bhang may\b|\btop may\b"
    r"|\b(?:what|which) (?:place|rank|ranking|position|spot)\b|\bhow high .{0,40}\brank"
)
_RANK: Final = re.compile(r"\b(?:thứ hạng|thứ|hạng|top|nhóm|vị trí)\s+(?:thứ\s+)?\d|\bthứ hạng\b", re.IGNORECASE)
_YEAR_ASKED: Final = re.compile(r"(?<!ke hoach )(?<!kh )(?<!tung )\bnam nao\b|\b(?:what|which) year\b")
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b|\b(?:hàng|hằng) năm\b", re.IGNORECASE)
_AMOUNT_ASKED: Final = re.compile(
    r"(?<!so )(?<!ngay )(?<!thang )\bbao nhieu\b|\bhow many\b|\bwhat (?:\w+ )?size\b|\bhow (?:large|big)\b"
)
# Any amount: no number of a document, no date, no level, no ordinal
_AMOUNT: Final = re.compile(
    r"(?<![\d/.,-])(?<!số )(?<!quý )(?<!tháng )(?<!ngày )(?<!năm )(?<!mức )(?<!độ )(?<!cấp )(?<!thứ )(?<!khóa )(?<!mức độ 3, )(?<!tháng 0)"
    r"\d{1,3}(?:\.\d{3})*(?:,\d+)?(?![\d/.]|\s*/)(?:\s*%|\s+[^\W\d_]+)|\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (?:lần|đơn vị|cơ quan|nội dung|nhóm|bước)",
    re.IGNORECASE,
)
# "bao nhiêu xã"; "mấy" is as often a plural ("mấy cơ quan ấy"), but for units and after a word of measure
_UNITS: Final = "ngay|thang luong|lan|diem|tuoi|met|nguoi|mon|buoi (?:hoc|thi)|trieu|suat"
_COUNT_ASKED: Final = re.compile(
    rf"\b(?P<total>tong cong |tat ca |tong so )?bao nhieu (?=(?P<thing>\w+(?: \w+)?))"
    rf"|(?<!quy )(?<!thang )(?<!ngay )(?<!so )\bmay (?=(?P<unit>{_UNITS})\b)|\b(?:toi da|toi thieu|it nhat|khong qua|gom|chia lam|tru|phat|thuong) (?:la )?may (?=(?P<most>\w+(?: \w+)?))"
    r"|\bhow many (?!of\b)(?=(?P<english>\w+(?: \w+)?))"
)
_NO_THING: Final = frozenset(
    "o vao trong cho so va theo de la neu moi thi duoc phai co can dat tren duoi mot nua den tu cua moi the tro nhi vay a khi cac nhung "
    "nam ngay thang quy muc nhiem viec cap lam con cai hon thap cao nhu giam tang phan trieu ty tien kinh nghin ngan dong chi".split()
)
_LONGEST_THING: Final = 4  # words
_ALSO_CALLED: Final = {"nguoi": ("nguoi", "bien che")}  # "giảm còn 20.432 biên chế"
_CLASSIFIERS: Final = frozenset("cai chiec con dau luot suat loai".split())
# Names of places and organisations; "cơ quan nào" and "tỉnh nào" ask for what rows and plans tell themselves
_NAMED_THINGS: Final = {
    "xa": "xã|phường|thị trấn", "phuong": "phường|xã|thị trấn", "huyen": "huyện|thành phố|thị xã", "thon": "thôn|bản|ấp", "truong": "trường",
    "cong ty": "công ty|tập đoàn|doanh nghiệp", "doanh nghiep": "doanh nghiệp|công ty|tập đoàn", "nha thau": "công ty|nhà thầu", "ngan hang": "ngân hàng",
    "benh vien": "bệnh viện", "commune": "xã|phường|thị trấn", "district": "huyện|thành phố", "school": "trường", "company": "công ty|tập đoàn|doanh nghiệp",
    "companies": "công ty|tập đoàn|doanh nghiệp", "firm": "công ty|tập đoàn", "hospital": "bệnh viện", "bank": "ngân hàng",
}  # fmt: skip
_NAMES_ASKED: Final = re.compile(
    rf"\b(?P<things>{'|'.join(_NAMED_THINGS)})(?! (?:gi|luc|khi)) (?:tu van |phan mem |tu nhan |nha nuoc |xay dung )?nao\b|\b(?:which|what) (?:\w+ )?(?P<english>{'|'.join(_NAMED_THINGS)})s?\b"
)


@dataclass(frozen=True, slots=True)
class AskedValue:
    """The kind of value asked for, and whether a sentence (abbreviations written out) prints one."""

    kind: Kind
    printed_in: Callable[[str], object]


@lru_cache(maxsize=64)  # asked of the ranking and of the filter
def asked_value(question: Question) -> AskedValue | None:
    """What kind of value a question asks for; None when it asks for none that can be told from the words of a text."""
    asked = fold(question.meaning or question.text)
    if _MONEY_ASKED.search(asked):
        return AskedValue("money", _MONEY.search)
    if (names := _NAMES_ASKED.search(asked)) and not question.wanted:
        return AskedValue("names", _named(_NAMED_THINGS[names["things"] or names["english"]]).search)
    if _HOUR_ASKED.search(asked):
        return AskedValue("hour", _HOUR.search)
    if question.link:
        return AskedValue("address", ADDRESS.search)
    if _PLACE_ASKED.search(asked) and not question.where:
        return AskedValue("place", _PLACE.search)
    if _RANK_ASKED.search(asked):
        return AskedValue("rank", _RANK.search)
    if HOW_OFTEN.search(asked):
        return AskedValue("rhythm", _RHYTHM.search)
    if _SHARE_ASKED.search(asked):
        return AskedValue("share", SHARE.search)
    if _YEAR_ASKED.search(asked):
        return AskedValue("year", _YEAR.search)
    if (count := _count(asked, question)) is not None:
        return count
    if _AMOUNT_ASKED.search(asked) and not question.wanted:
        return AskedValue("amount", _AMOUNT.search)
    return None


def _named(things: str) -> re.Pattern[str]:
    """ "xã" and a name after it: "xã Hòa Lạc", not "xã, phường" or "UBND cấp xã"."""
    return re.compile(
        rf"\b(?i:{things})(?:\s+(?!thông|qua|tại|của|trong|theo|trên|và|về|là|do|được|có|sử|dùng)\w+){{0,2}}?\s+(?!UBND|HĐND|Nhà nước|Việt Nam){CAPITAL}\w*"
    )


def _count(asked: str, question: Question) -> AskedValue | None:
    """So many of a thing: a number before it, or behind it after a word of measure."""
    match = _COUNT_ASKED.search(asked)
    if match is None:
        return None
    groups = match.groupdict()
    thing = next(t for t in (groups["thing"], groups["unit"], groups["most"], groups["english"]) if t)
    said = (question.meaning or question.text)[match.end() :].split()[:_LONGEST_THING]
    names = _called(" ".join(said).strip("?.,!;:"), english=bool(groups["english"]))
    if not names or (not groups["unit"] and (thing.split()[0] in _NO_THING or question.wanted)):
        return None
    number = r"\d[\d.,]*" + ("(?![\\d.,]*\\s*%)" if groups["total"] else r"\s*%?")
    called = any_of(names)
    printed = re.compile(
        rf"(?<![\d/]){number}\s+(?:uy ban nhan dan\s+)?(?:[^\s,;.]+\s+){{0,3}}?{called}|{called}(?:\s+\S+){{0,3}}?\s+(?:là|còn|tới|đến|từ|tối đa|tối thiểu|ít nhất|không quá|đạt)\s+\d",
        re.IGNORECASE,
    )
    return AskedValue("count", lambda text: printed.search(fold(text)))


def _called(thing: str, *, english: bool) -> list[str]:
    """What a thing is called, folded: as asked, and as plans print it; nothing for an English word without a translation."""
    if english:
        runs, *_ = concepts_of(english_words(thing, asking=ENGLISH_STOPWORDS).words) or [()]
        names = (name for run in runs if (name := " ".join(run)) not in fold(thing).split())
        return list(dict.fromkeys(n for name in names for n in (name, " ".join(name.split()[:2]))))  # officials are "cán bộ", too
    first = next((c for c in chunks(vietnamese_words(thing, bare=False, asking=frozenset()).words) if c), [])
    if ALTERNATIVE in first:
        return [" ".join(run) for run in concepts_of(first)[0]]
    words = [w for w in re.findall(r"\w+", fold(thing)) if w not in _CLASSIFIERS]
    return list(_ALSO_CALLED.get(words[0], words[:1])) if words else []
