"""Vietnamese or English, also when the Vietnamese has lost its diacritics."""

import re
from typing import Final

from assistant.answers import Language
from assistant.provinces import find_provinces
from assistant.vietnamese import fold, has_diacritics, is_syllable

# Function words that only one of the two has ("in", "do", "a", "so" belong to both and to neither list)
_ENGLISH: Final = frozenset(
    "the who what when which how many much is are was were does did of for by to and on at from with should must will can please "
    "list show tell me about task tasks plan plans lead leads leading due deadline agency agencies department departments "
    "responsible year quarter it its that this these there hello hi thanks thank you good morning why where percent percentage share "
    "target targets percent satisfaction online services service digital reform administrative procedures training signer duties "
    "they their theirs while because since after before during over into off just very really actually still even "
    "ever never always often sometimes someone anyone everyone something anything everything nothing whom whose "
    "want wants need needs know knows says said told ask gets give gives given goes went comes came make makes made "
    "take takes took done had having being each every another same few more most less least own new old first last "
    "little great high right late early bad better best people public official officials office offices government "
    "province provinces district districts commune citizen citizens business businesses paper papers "
    "money paid cost fund funds report reports survey check checks we she could would our us here now again though "
    "although "
    "pls plz whats job jobs part section implementation responsibilities responsibility appendix annex any all between compare compared budget product period signed issued required requires has have under than your my i'm".split()
)
_FEW_ENGLISH: Final = 0.2  # of the words
_SYLLABLES: Final = frozenset("the to on me my do hi are can".split())  # of these, Vietnamese without marks has them, too
_VIETNAMESE: Final = frozenset(
    "ban oi sao nha nhe em toi minh la gi ai nao cua nhiem vu ke hoach khi bao nhieu cho va cac nhung co den han trong nam chu tri phoi hop con thi duoc phai muc "
    "tinh cong chuc hanh chinh ban nganh quy thang ngay ho trinh dat ty le tu voi theo ve nay kia day vay khong hay may cai viec "
    "noi tai chinh thuc hien thoi gian kinh phi san pham ket qua so don vi co quan phan tram mot hai truc tuyen xin chao".split()
)


def detect_language(text: str) -> Language:
    """The language a question is asked in; names of places and agencies in the other language don't count for much."""
    for _, at, to in find_provinces(text):
        text = text[:at] + " " * (to - at) + text[to:]
    words = re.findall(r"[a-z']+", fold(text))
    english = sum(w in _ENGLISH for w in words)
    vietnamese = sum(w in _VIETNAMESE for w in words) * 0.8
    marked = sum(has_diacritics(w) for w in text.split())
    if set(words) & _ENGLISH <= _SYLLABLES and all(
        is_syllable(w) for w in words
    ):  # "the con cap xa": "thế còn cấp xã" without its marks
        english = 0 if len(words) > english else english
    elif set(words) & _ENGLISH <= _SYLLABLES and english < _FEW_ENGLISH * len(words):  # "giay to" in a hurried line
        english = 0
    return "en" if english > vietnamese and english >= 0.7 * marked else "vi"
