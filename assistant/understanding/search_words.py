"""The words of a question to search for, and of these the topic: what no filter explains."""

import re
from collections.abc import Sequence, Set
from typing import Final

from assistant.abbreviations import expand
from assistant.agencies import find_agencies
from assistant.understanding import patterns
from assistant.understanding.concepts import ALTERNATIVE, CONCEPT_END, chunks, typed_words, without
from assistant.understanding.question import Question
from assistant.understanding.said import Said
from assistant.understanding.thesaurus import Searched, english_words, vietnamese_words
from assistant.vietnamese import fold, one_tone, tokens

# "chỉ tiêu hài lòng là bao nhiêu?": the question is about satisfaction, not about targets
_TARGET_WORDS: Final = re.compile(r"\b(?:mục tiêu|chỉ tiêu|muc tieu|chi tieu|tỷ lệ|tỉ lệ|ty le|ti le|phần trăm|phan tram)\b")
_ENGLISH_FIGURES: Final = re.compile(
    r"\b(?:what |which )?(?:shares?|percentages?|per ?cent|proportions?|figures?|targets?|levels?)(?: of)?\b", re.IGNORECASE
)
_ENGLISH_ASKING: Final = re.compile(
    r"\b(?:which|what) (?:departments?|agenc(?:y|ies)|offices?|bod(?:y|ies)|units?|organi[sz]ations?|institutions?)\b",
    re.IGNORECASE,
)
_BREAK: Final = "xx"  # stands where words of asking stood, so that the words around them are no pair
_STOP_PHRASES: Final = re.compile(r"\b(?:" + "|".join(f"{p}|{fold(p)}" for p in patterns.STOP_PHRASES) + r")\b")
# Words that name columns, filters and asking, with their marks: without them they fold to halves of other words
_FILTER_WORDS: Final = frozenset(
    "cơ quan đơn vị ai bao giờ nào sở máy sản phẩm kinh phí ngân sách nguồn tiền nội dung ghi chú nhiệm vụ việc đầu công tác task tasks chủ trì phối hợp "
    "phụ lục hạn đến thực hiện hoàn thành xong lead leads led leading due deadline deadlines quý tháng liệt kê danh sách số appendix annex group nhóm list items item "
    "gồm tất cả toàn bộ tổng cộng ban hành ký ngày năm thời gian trách nhiệm giao cchc cải cách hành chính reform plan quarter người number official "
    "signed who issued when date căn cứ pháp lý legal basis bases được issue period cover hiệu văn nghị quyết quyết định công bố phụ trách tổ chức assigned "
    "under coordinated coordinates coordinating coordinate responsible thường xuyên hàng hằng tuần first second third fourth half tỉnh đầy đủ tên title dưới kèm theo chỉ "
    "january february march april may june july august september october november december table tables row rows bảng cột dòng ô column columns mention mentions name "
    "nhắc tới đề cập liên quan từ nói vô dính lẫn kể hết ra xem lại tìm đang hiện yêu cầu phải ghi trống bỏ để rơi vào đếm nêu tham gia thuộc có in ra "
    "cả hai chung riêng hay cùng như trong bao nhiêu mấy bên nv cq kh stt tgian làm vai trò province provincial named count total also responsibilities responsibility duties duty implementation section part job jobs support supports supporting supported".split()
)
_COLUMN_PHRASES: Final = frozenset(
    "thời hạn|thời gian hoàn thành|cơ quan chủ trì|cơ quan phối hợp|sản phẩm|phụ lục|ghi chú|nhiệm vụ|cơ quan thực hiện".split("|")
)  # fmt: skip


def searched(said: Said, left: str, *, number: bool) -> Searched:
    """What to search for, as concepts (see `concepts`), of what is `left` of a question without names and numbers.

    `number`: a figure is asked for; the words that ask for it are not searched.
    """
    if said.language == "en":
        left = re.sub(r"\bIT\b", "information technology", left)  # "it" is a word of asking
        left = _ENGLISH_ASKING.sub(" ", expand(left))
        found = english_words(_ENGLISH_FIGURES.sub(" ", left) if number else left, asking=patterns.ENGLISH_STOPWORDS)
        return found._replace(words=_without_asking(found.words, patterns.ENGLISH_STOPWORDS))
    left = _STOP_PHRASES.sub(f" {_BREAK} ", one_tone(expand(left)).lower())
    left = _TARGET_WORDS.sub(f" {_BREAK} ", left) if number else left
    found = vietnamese_words(left, bare=said.bare, asking=patterns.STOPWORDS)
    words = _without_asking(found.words, patterns.STOPWORDS)
    return found._replace(words=[CONCEPT_END if w == _BREAK else w for w in words])


def _without_asking(words: Sequence[str], asking: Set[str]) -> list[str]:
    """The words without those of asking, but for phrases of the thesaurus: "không hài lòng" is not "hài lòng"."""
    kept: list[str] = []
    for chunk in chunks(words):
        known = ALTERNATIVE in chunk
        kept += [CONCEPT_END, *(w for w in chunk if known or w not in asking), CONCEPT_END]
    return kept


def topic_of(question: Question, called: Set[str]) -> tuple[str, ...]:
    """The search words that no other field explains, still parted into concepts; `called`: what the question calls its
    agencies."""
    explained = {
        *_FILTER_WORDS, *called, *tokens(question.group_title or ""), *(w for a in question.agencies for w in tokens(expand(a)))
    }  # fmt: skip
    times = set(tokens(question.time or ""))

    def is_explained(run: Sequence[str]) -> bool:
        return all(w in explained or fold(w) in times or len(w) < 2 or w.isdigit() for w in run)

    return without(question.words, is_explained, _COLUMN_PHRASES)


def beyond(question: Question, folded: str) -> int:
    """How many words none of the other fields explains: what a filter cannot answer."""
    if question.language == "vi":
        return len(typed_words(question.topic))
    words = [w.strip("?.,!'\"") for w in folded.split()]
    agency_words = {w for m in find_agencies(folded, english=True) for w in folded[m.at : m.to].split()}
    words = [w for w in words if w not in agency_words and w not in patterns.ENGLISH_STOPWORDS and w not in _FILTER_WORDS]
    return len([w for w in words if w.isalpha() and not any(w in fold(p) for p in (*question.plan_ids, *question.absent))])
