"""Questions about a plan as a whole: what it is about and how it is made up, what it aims at, what is odd in its original.

They are asked in few words. A question counts only when nothing but the plan's name and words of asking stand beside them:
"lỗi" is also what a plan wants mended in procedures.
"""

import re
from collections.abc import Set
from typing import Final, Literal

from assistant.understanding import patterns
from assistant.understanding.question import OddKind
from assistant.vietnamese import fold, tokens

WholePlan = Literal["overview", "targets", "oddities"]

_OVERVIEW: Final = re.compile(
    r"\btom (?:tat|luoc)\b|\btong quan\b|\bkhai quat\b|\bgioi thieu\b|\bcau truc\b|\bbo cuc\b|\bmuc luc\b|\bdan y\b"
    r"|\b(?:noi dung|y|diem) (?:chinh|chu yeu|co ban|tong quat)\b|^\W*(?:(?:cac|nhung) )?noi dung(?= |$)"
    r"|\b(?:noi|viet|quy dinh|de cap|ban)(?: (?:ve|den|toi))?(?: (?:nhung|cac|cai|dieu|van de|noi dung|chuyen))* gi\b"
    r"|\bve (?:cai |van de |noi dung |viec )?gi\b"
    r"|\b(?:gom|co|chia)(?: (?:co|lam|thanh|nhung|cac|may|bao nhieu|tat ca|ra))* (?:phan|muc|chuong|noi dung)(?: (?:lon|chinh))?(?: (?:nao|gi))?\b"
    r"|\bsummar(?:y|ies|i[sz]e[ds]?|i[sz]ing)\b|\boverview\b|\boutline\b|\bgist\b|\btable of contents\b"
    r"|\b(?:main|key) (?:points?|contents?|ideas?|parts?|sections?)\b|\b(?:which|what|how many) (?:parts|sections|chapters)\b"
    r"|\bwhat\b.{0,60}\b(?:about|covers?|contains?|consists? of)\b"
)
_TARGETS: Final = re.compile(
    r"\b(?:muc tieu|chi tieu)(?: (?:muc tieu|chi tieu|tong quat|cu the|chu yeu|chinh|chung|bang so|dinh luong|quan trong))*\b"
    r"|\b(?:(?:main|key|general|specific|numerical) )?(?:targets?|goals?|objectives?|aims?|purposes?)\b"
    r"|\b(?:meant|intended|supposed|trying|try|tries|aim(?:s|ed|ing)?) (?:to|at) ?(?:achieve|reach|do)?\b|\b(?:want|hope)s? to (?:achieve|reach)\b"
)
# "lỗi" without its mark may be "lợi" or "lời"
_ODD: Final = (
    r"\b(?:{fault}|sai sót|in sai|sai|nhầm lẫn|in nhầm|nhầm|bất thường|mâu thuẫn|không nhất quán|không thống nhất|bất nhất|(?:điểm|chỗ) (?:lạ|vênh)|khác thường"
    r"|errors?|mistakes?|typos?|misprints?|inconsisten\w+|odd|oddit\w+|anomal\w+|contradict\w+|irregularit\w+|wrong)\b"
)
_ODD_MARKED: Final = re.compile(_ODD.format(fault="lỗi"))
_ODD_FOLDED: Final = re.compile(fold(_ODD.format(fault="loi (?:gi|nao|khong|in)|bi loi|mac loi")))
_ODD_KINDS: Final[dict[OddKind, re.Pattern[str]]] = {
    "deadline": re.compile(r"\b(?:thoi han|thoi gian|han|deadlines?|dates?)\b"),
    "numbering": re.compile(r"\b(?:stt|so thu tu|thu tu|danh so|so muc|numbering|numbers?)\b"),
    "agency": re.compile(r"\b(?:(?:ten )?(?:co quan|don vi)|agenc(?:y|ies))\b"),
    "target": re.compile(r"\b(?:chi tieu|muc tieu|so lieu|targets?|figures?)\b"),
}
_A_YEAR: Final = re.compile(r"20\d\d")
_FILLERS: Final = {
    *(fold(word) for word in (patterns.STOPWORDS - {"mới"}) | patterns.ENGLISH_STOPWORDS),
    *"ke hoach kh ban van goc tai lieu file tinh nam toan bo ca tong the ngan gon so luoc cach vai dong trong dum ho di thu nao trinh bay neu chi diem cho ro bao nhieu dat dat ra de ra cchc cai cach hanh chinh nha nuoc cong tac phan".split(),
    *"nhiem vu bang dong cot muc phu luc administrative reform reforms par index indicators public task tasks rows row items table tables anything something".split(),
    *"document text original file briefly short quick brief please contain contains any are there there's library".split(),
}


def whole_plan(rest: str, marked: str | None, titles: Set[str]) -> WholePlan | None:
    """Whether a question is one of these.

    `rest`: its folded words without names of plans and agencies; `marked`: its words as written, None when they have no
    diacritics; `titles`: the words of the plans' titles, which may stand for the plan.
    """
    folded = " ".join(tokens(rest))
    if _says_only(_OVERVIEW, folded, titles):
        return "overview"
    if _says_only(_TARGETS, folded, titles):
        return "targets"
    odd = _ODD_FOLDED.search(folded) if marked is None else _ODD_MARKED.search(marked.lower())
    without_kinds = folded
    for pattern in _ODD_KINDS.values():
        without_kinds = pattern.sub(" ", without_kinds)
    return "oddities" if odd and _says_only(re.compile(fold(_ODD.format(fault="loi"))), without_kinds, titles) else None


def odd_kinds(folded: str) -> tuple[OddKind, ...]:
    """The kinds of oddities that a question is limited to; none for all."""
    return tuple(kind for kind, pattern in _ODD_KINDS.items() if pattern.search(folded))


def _says_only(pattern: re.Pattern[str], folded: str, titles: Set[str]) -> bool:
    left, found = pattern.subn(" ", folded)
    return bool(found) and all(w in _FILLERS or w in titles or _A_YEAR.fullmatch(w) for w in tokens(left))
