"""The question inside what was typed: without stories around it, code, and orders to the assistant."""

import re
from typing import Final

from assistant.agencies import find_agencies
from assistant.provinces import find_provinces
from assistant.understanding.thesaurus import known_phrases, speaks_of_the_field
from assistant.vietnamese import fold, has_diacritics

_SHORT: Final = 230  # characters; what is no longer is kept whole
_LONG: Final = 800
_FEW_WORDS: Final = 9  # an asking sentence this short leans on the one before it
_BREAK: Final = re.compile(r"(?<=[.!?…;])\s+|\s+[-–—]{2,}\s+|\s+—\s+|;-+\s|\s*[\[\]{}]\s*|\s#{2,}\s|\s>{2,}\s|\s*\n\s*")
_SENTENCES: Final = re.compile(r"(?<=[.!?…;:])\s+|\n|[^\w\s.,;:!?'\"“”‘’()/%&+–—-]+")  # emoji part sentences, too
_INNER_COLON: Final = re.compile(
    r"(?i)(?<!hỏi)(?<!hoi)(?<!câu)(?<!cau)(?<!question)(?<!biết)(?<!biet):(?= )"
)  # not after a lead-in
# "Xin lỗi, …", "Là đại biểu, tôi …", "As a journalist, …": politeness, and who asks
_POLITE: Final = re.compile(
    r"\W*(?:(?:xin loi|sorry|excuse me|pardon)\b|(?:la|voi tu cach|as an?|being an?|for (?:our|my|an?)) [^,:?]{2,60}[,:])"
)
_ASKS: Final = re.compile(
    r"\?|\b(?:ai|gì|nào|mấy|bao nhiêu|bao giờ|sao|đâu|chừng nào|thế nào|liệt kê|cho biết|cho hỏi|cho tôi biết|cho xem|kể tên|kể ra)\b"
    r"|\b(?:what|who|whom|whose|when|which|how|where|why|list|show|tell me|give me|like to know|want to know)\b",
    re.IGNORECASE,
)
_ASKS_PLAIN: Final = re.compile(
    r"\?|\b(?:ai|gi|nao|may|bao nhieu|bao gio|khi nao|sao|o dau|chung nao|the nao|liet ke|cho biet|cho hoi|cho toi biet|cho xem|ke ten|ke ra)\b"
    r"|\b(?:what|who|whom|whose|when|which|how|where|why|list|show|tell me|give me|like to know|want to know)\b"
)
# "Give both targets.", "Nêu rõ từng con số.": an order to tell something of what was asked
_TELL: Final = re.compile(
    r"^\W*(?:please |pls |xin |hay )?(?:give|name|state|compare|include|specify|neu|ghi ro|so sanh|noi ro|chi ro)\b"
)
# "Tóm lại em chỉ cần biết: …", "real question: …": the question follows
_LEAD_IN: Final = re.compile(
    r"\b(?:tom lai|noi gon|noi chung|hoi gon|hoi that|hoi thiet|(?:cho|xin|muon|dinh) (?:\w+ ){0,2}hoi(?: that| thiet| chut| xiu| gon| nhanh| cai)?|(?:chi |that ra (?:toi )?|dang )can(?: biet)?|cau hoi(?: cua \w+)?(?: la)?|van de(?: la)?"
    r"|(?:my |the |real |actual |quick |one )*question(?: is)?|in short|bottom line|to the point|what i need(?: to know)?(?: is)?|please tell me|so tell me)\s*:+\s*"
)
# "For our donor report: …": what the answer is for
_FOR_WHAT: Final = re.compile(
    r"^\W*(?:for|re|regarding|as part of|(?:i am|i'm|we are|we're) (?:writing|preparing|drafting|doing)) (?:my|our|the|a|an) [^:,?.]{3,70}(?::|,| [-–—])\s+(?=\S+ \S+ \S+)"
    r"|^\W*(?:de|nham|phuc vu)(?: (?:toi|em|minh|anh|chi|tui))? (?:viet|lam|soan|dua vao|hoan thien|chuan bi|bao cao)[^:,?.]{3,70}:\s+(?=\S+ \S+ \S+)"
)
_SUBJECT: Final = 2  # phrases of the field that make a subject
_WHO_I_AM: Final = re.compile(
    r"(?:hello|hi|dear \w+|chao \w+|kinh chao \w+)?\W*(?:i am|i'm|we are|we're|toi|em|minh|chung toi|tui) (?:la |dang la |dang lam |lam )?(?:(?:a|an|the) )?[^.?!]{3,70}[.!]"
)
_POINTS_BACK: Final = re.compile(r"\b(?:this|that|it|they|those|these)\b|\b(?:vu|viec|chuyen|cai|dot|chuyen) (?:do|nay|ay|kia)\b")
_OF_ONESELF: Final = re.compile(
    r"\W*(?:toi|em|minh|tui|con|chau|nha (?:toi|em|tui|minh)|(?:vo|chong|me|ba|ma|bo|cha|anh|chi|em|bac|co|chu|ong|con) (?:toi|em|tui|minh)|just kidding|sorry|never mind|anyway|dua (?:thoi|day|chut|ti)|xin loi|i|i'm|i am|i've|we|we're|my|as an?)\b"
)
_STORY: Final = 45  # characters before a lead-in: fewer may be the subject
# Orders to the assistant: they change nothing, and are no part of the question
_ORDERS: Final = re.compile(
    r"\b(?:please )?(?:ignore|disregard|forget|override|bypass) (?:(?:all|any|every|the|your|my|previous|prior|above|earlier|preceding|of) )+(?:instructions?|rules?|prompts?|guidelines?|restrictions?)(?: (?:above|before))?"
    r"|\b(?:print|show|reveal|repeat|output|leak|tell me|give me|display)(?: me)? (?:your|the)(?: (?:full|system|hidden|initial|original|secret))* (?:prompt|instructions|rules)\b"
    r"|\byou are now [^.,:;?!]{0,60}|\b(?:act|behave) as (?:a|an|if) [^.,:;?!]{0,40}|\bpretend (?:to be|you are) [^.,:;?!]{0,40}|\b(?:reply|answer|respond) only (?:with|in)\b[^.:;?!]{0,30}"
    r"|\b(?:hay )?(?:bo qua|bo het|bo moi|quen|quen di|phot lo)(?: (?:di|het|moi|tat ca|toan bo|cac|nhung))* (?:huong dan|chi dan|lenh|yeu cau|quy tac|chi thi|cau lenh)(?: (?:truoc do|truoc|o tren|ben tren|tren|cu))?"
    r"|\b(?:in|xuat|hien|tiet lo|cho xem|doc)(?: ra)?(?: toan bo)? (?:system prompt|prompt(?: he thong)?|loi nhac he thong|cau lenh he thong)"
    r"|\bban (?:bay gio|gio|tu gio|tu nay) (?:la|se la|dong vai) [^.:;?!]{0,30}|\b(?:hay|ban(?: hay)?) dong vai [^.:;?!]{0,30}|\btra loi bang (?:tho|tieng lo\w*)[^.:;?!]{0,20}"
)
_CODE: Final = re.compile(
    r"\b(?:drop|truncate|alter|create) (?:table|database)\b|\bselect\b.{1,60}\b(?:from|where)\b|\bunion (?:all )?select\b|\binsert into\b|\bdelete from\b"
    r"|\bor ['\"]?1['\"]?\s*=\s*['\"]?1|\balert\s*\(|\bonerror\s*=|\bjavascript:|\bdocument\.|\bsleep\s*\(\s*\d"
)


def kernel(text: str) -> str:
    """What is asked in a tidied text: all of it when it is short, nothing when it holds only code and orders."""
    pieces = [kept for piece in _BREAK.split(text) if (kept := _without_orders(piece.strip(" /-–—#>*")))]
    pieces = [p for p in pieces if re.search(r"\w", p)]
    if len(pieces) > 2:
        pieces = [p for p in pieces if len(p.split()) > 1 or "?" in p]  # "[SYSTEM]", "END"
    while len(pieces) > 1 and "?" in pieces[-2] and _is_small_talk(pieces[-1]):
        pieces.pop()
    rest = _after_lead_in(" ".join(_without_own_story(pieces)))
    if len(rest) <= _SHORT:
        return rest
    pieces = [p for piece in _BREAK.split(rest) if (p := piece.strip())]
    pattern = _ASKS if has_diacritics(rest) else _ASKS_PLAIN
    asking = [i for i, piece in enumerate(pieces) if pattern.search(piece)]
    if not asking:
        return rest[-_LONG:]
    marked = [i for i in asking if "?" in pieces[i]]  # with a question mark somewhere, "ai" and "gì" elsewhere tell a story
    if not marked:
        asking = [max(asking, key=lambda i: known_phrases(pieces[i]))]  # what speaks most of the field
    leaning = [i - 1 for i in marked or asking if i and len(pieces[i].split()) < _FEW_WORDS]
    chosen = sorted({*(marked or asking), *leaning})
    return _with_subject(" ".join(pieces[i] for i in chosen), pieces[: chosen[0]])[-_LONG:]


def asking_sentences(text: str) -> list[str]:
    """The sentences that ask, without what is only polite before them: those with a question mark, else those with words of
    asking; all of the text when there are none."""
    sentences = [s for s in _SENTENCES.split(_INNER_COLON.sub(" ", text)) if s.strip()]
    asking = [s for s in sentences if "?" in s] or [s for s in sentences if asks(s)] or [text]
    return [s[m.end() :] if (m := _POLITE.match(fold(s))) else s for s in asking]


def asks(text: str) -> bool:
    """Whether a text has words of asking."""
    return bool((_ASKS if has_diacritics(text) else _ASKS_PLAIN).search(text))


def _after_lead_in(text: str) -> str:
    """What follows the last words that lead in a question, when a story stands before them; and without what it is for."""
    folded = fold(text)
    for match in reversed(list(_LEAD_IN.finditer(folded))):
        asked = text[match.end() :]
        if match.start() >= _STORY and len(asked.split()) > 3 and _ASKS_PLAIN.search(folded, match.end()):
            return _with_subject(asked, _BREAK.split(text[: match.start()]))
    purpose = _FOR_WHAT.match(folded)
    if purpose:
        return text[purpose.end() :]
    opening, colon, asked = text.partition(": ")
    empty = colon and 1 < len(opening.split()) < 14 and not (re.search(r"\d", opening) or speaks_of_the_field(opening))
    return asked if empty and len(asked.split()) > 3 and not (find_provinces(opening) or find_agencies(opening)) else text


def _without_own_story(pieces: list[str]) -> list[str]:
    """The pieces without what somebody tells of himself before a question that says itself what it is about."""
    asking = [i for i, piece in enumerate(pieces) if "?" in piece]
    if len(pieces) > 1 and _WHO_I_AM.fullmatch(fold(pieces[0])):
        pieces, asking = pieces[1:], [i - 1 for i in asking if i]
    if (
        not asking
        or _POINTS_BACK.search(fold(pieces[asking[0]]))
        or known_phrases(" ".join(pieces[i] for i in asking)) < _SUBJECT
    ):
        return pieces
    return [p for i, p in enumerate(pieces) if i >= asking[0] or asks(p) or not _OF_ONESELF.match(fold(p))]


def _with_subject(asked: str, story: list[str]) -> str:
    """A question that hardly says what it is about, with the last words of the story that speak of the field before it."""
    if known_phrases(asked) >= _SUBJECT:
        return asked
    return next((f"{piece} {asked}" for piece in reversed(story) if known_phrases(piece) >= _SUBJECT), asked)


def _is_small_talk(piece: str) -> bool:
    """What follows a question and adds nothing to it: no question, no order to tell, no number, no name of a province."""
    folded = fold(piece)
    told = re.search(r"\d", piece) or _ASKS.search(piece) or _ASKS_PLAIN.search(folded) or _TELL.search(folded)
    return not (told or find_provinces(piece))


def _without_orders(piece: str) -> str:
    """A piece without the orders in it; nothing when it is code, or an order and no question."""
    folded = fold(piece)
    if _CODE.search(folded) and "?" not in piece:
        return ""
    spans = [m.span() for m in _ORDERS.finditer(folded)]
    if not spans:
        return piece
    kept, at = [], 0
    for start, end in spans:
        kept.append(piece[at:start])
        at = end
    left = " ".join("".join([*kept, piece[at:]]).split())
    return left if _ASKS.search(left) or _ASKS_PLAIN.search(fold(left)) else ""
