"""A question → `Question`. `understand` is the whole reading; each step takes its words out of what is left to search."""

import re
from dataclasses import replace
from typing import Final

from assistant.abbreviations import expand
from assistant.agencies import find_agencies
from assistant.plans import Column
from assistant.register import Shelf
from assistant.times import find_times
from assistant.understanding import patterns
from assistant.understanding.concepts import CONCEPT_END, plain_words
from assistant.understanding.glossary import colloquial, to_vietnamese
from assistant.understanding.kernel import kernel
from assistant.understanding.language import detect_language
from assistant.understanding.numbers import Numbers, find_numbers
from assistant.understanding.plan_names import find_plan_names
from assistant.understanding.question import FactName, Intent, Question, Role
from assistant.vietnamese import fold, has_diacritics, nfc, one_tone, tokens, untelex, visible

_TAGS: Final = re.compile(r"<[^<>]{0,200}>")
# "chỉ tiêu hài lòng là bao nhiêu?": the question is about satisfaction, not about targets
_TARGET_WORDS: Final = re.compile(r"\b(?:mục tiêu|chỉ tiêu|muc tieu|chi tieu|tỷ lệ|tỉ lệ|ty le|ti le|phần trăm|phan tram)\b")
_DUE: Final = re.compile(
    r"\bhan\b|\bden han\b|\bdue\b|\bdeadline\b|\bxong\b|\bhoan thanh\b|\bfinish\w*|\btruoc\b|\bbefore\b|\bby\b"
)


def tidy(text: str) -> str:
    """A question as it was meant: NFC, one tone placement, no invisible characters, no markup, single spaces."""
    return one_tone(" ".join(_TAGS.sub(" ; ", visible(nfc(text))).split()))


# two words or more with a tone letter at the end: nothing that is typed on purpose
_TELEX_TONE: Final = re.compile(r"(?i)\b[a-z]{2,7}[fjx]\b.*\b[a-z]{2,7}[sfrxj]\b|\b[a-z]{2,7}[sfrxj]\b.*\b[a-z]{2,7}[fjx]\b")


def understand(text: str, shelf: Shelf) -> Question:
    """Read a tidied question against the plans of a shelf."""
    asked = kernel(text)
    language = detect_language(asked)
    bare = False
    if language == "vi":
        if _TELEX_TONE.search(asked):
            asked = untelex(asked)
        bare = _is_bare(asked)
        if bare:
            asked = shelf.spelling.restored(asked)
    plans = find_plan_names(asked, shelf.cards)
    if not plans.plan_ids and not plans.absent and len(asked) < len(text):  # the story around the question may name it
        plans = replace(plans, plan_ids=find_plan_names(text, shelf.cards).plan_ids)
    numbers = find_numbers(plans.rest, asked)
    folded = fold(asked)
    agencies = find_agencies(asked, shelf.agencies, english=True)
    rest = list(numbers.rest)
    for mention in agencies:
        rest[mention.at : mention.to] = " " * (mention.to - mention.at)
    without_agencies = "".join(rest)
    time = _time(without_agencies)
    wanted = _wanted(folded, patterns.NOT_A_DEADLINE.sub(" ", without_agencies), numbers)
    facts = _facts(numbers.rest, numbers, wanted)
    names = tuple(dict.fromkeys(m.name for m in agencies if m.name))
    words = _search_words(asked, plans.rest, numbers, language)
    if patterns.PURPOSE.search(folded):
        words = ("mục", "đích") if plans.plan_ids else (*words, CONCEPT_END, "mục", "đích")
    number = bool(patterns.NUMBER.search(folded))
    if number:
        words = tuple(_TARGET_WORDS.sub(" ", " ".join(words)).split())
    if plans.plan_ids:
        words = tuple(w for w in words if not re.fullmatch(r"20\d\d", w))  # the year of the plan named
    named_group = numbers.group or _named_group(numbers.rest, plans.plan_ids, shelf)
    count = bool(patterns.COUNTING.search(numbers.rest))
    listing = count or bool(patterns.LISTING.search(numbers.rest))
    if names and wanted and "lead" not in wanted and re.search(r"\b(?:lam|chu tri|phu trach|lo)\b", folded):
        wanted = ("lead", *wanted)  # "… khi nào xong, SNV làm hả": the lead is asked about, too
    question = Question(
        text=text, language=language, intent="content", plan_ids=plans.plan_ids, absent=plans.absent,
        stt=numbers.stt, group=named_group, section=numbers.section, agencies=names, role=_role(folded),
        time=time, wanted=wanted, facts=facts, count=count, most=bool(patterns.MOST.search(folded)), which=bool(patterns.WHICH_PLAN.search(folded)), budget=listing and "budget" in wanted,
        where=bool(patterns.WHERE.search(folded)), number=number,
        words=words, plain=bare, meaning=asked, elliptic=bool(patterns.ELLIPTIC.search(folded) or patterns.POINTING.search(asked)),
    )  # fmt: skip
    return _with_intent(question, folded, without_agencies, numbers, listing=listing)


def never_given(question: Question) -> str | None:
    """The name of what a question asks for when plans never give it (a telephone number), in the question's language."""
    folded = fold(question.text)
    for pattern, vietnamese, english in patterns.NEVER_GIVEN:
        if pattern.search(folded) and not question.stt:
            return english if question.language == "en" else vietnamese
    return None


def _is_bare(text: str) -> bool:
    """Whether a Vietnamese text is typed without its marks, or with hardly any of them: some three in four words have one."""
    words = [w for w in re.findall(r"[^\W\d_]{2,}", text) if not w.isupper() or len(w) > 6]
    return sum(has_diacritics(w) for w in words) < 0.3 * len(words)


def _time(folded: str) -> str | None:
    """The part of the question that names a time, None when it names none (a bare year names a plan, not a time)."""
    times = [w for w in find_times(folded, 2000) if w.kind != "year" or _DUE.search(folded[max(0, w.at - 25) : w.at])]
    if not times:
        return None
    return folded[max(0, min(w.at for w in times)) : max(w.to for w in times)]


_GROUP_NAME: Final = re.compile(
    r"\b(?:nhom|group)\s+(?:ve\s+|on\s+|nhiem vu\s+)?(.{4,70}?)(?=\s*(?:[:,?;]|$|\b(?:co|gom|cua|trong|ke hoach|kh|thi|nhung|nao|of|in|plan)\b))"
)


def _named_group(rest: str, plan_ids: tuple[str, ...], shelf: Shelf) -> str | None:
    """The group that a question calls by words of its title ("nhóm chính quyền điện tử"), in the one plan that it names."""
    match = _GROUP_NAME.search(rest)
    if not match or len(plan_ids) != 1:
        return None
    asked = set(tokens(match[1]))
    titles = {t.group: set(tokens(fold(t.group_title or ""))) for t in shelf.plans[plan_ids[0]].tasks if t.group}
    fitting = [group for group, title in titles.items() if asked <= title]
    return fitting[0] if len(fitting) == 1 else None


def _wanted(folded: str, without_agencies: str, numbers: Numbers) -> tuple[Column, ...]:
    found = [column for column, pattern in patterns.WANTED if pattern.search(without_agencies)]
    if "lead" in found and "coordinating" in found and not patterns.ROLE_LEAD.search(folded):
        found.remove("lead")  # "ai phối hợp?" asks "who", but not for the lead
    if found and found != ["task"] and "task" in found and not numbers.stt:
        found.remove("task")
    return tuple(found)


def _facts(rest: str, numbers: Numbers, wanted: tuple[Column, ...]) -> tuple[FactName, ...]:
    if numbers.stt or numbers.section:
        return ()
    found = [name for name, pattern in patterns.FACTS if pattern.search(rest)]
    if "legal_bases" in found and (
        "can cu" in rest
        and not re.search(r"can cu (?:phap ly|vao|nao|nhung|cac|cong van|nghi quyet|quyet dinh|van ban|tren|gi)|can cu\W*$", rest)
    ):
        found.remove("legal_bases")
    if "legal_bases" in found and "number" in found and re.search(r"(?:cong van|nghi quyet|quyet dinh|chi thi)\s+so", rest):
        found.remove("number")  # the number of the document it rests on is asked, not its own
    if set(wanted) & {"product", "coordinating", "budget"}:
        return ()
    return tuple(found)


def _role(folded: str) -> Role:
    if patterns.ROLE_ONLY_COORDINATING.search(folded):
        return "coordinating"
    if patterns.ROLE_EITHER.search(folded):
        return "either"
    coordinating, lead = patterns.ROLE_COORDINATING.search(folded), patterns.ROLE_LEAD.search(folded)
    if coordinating and lead:
        return "either"
    return "coordinating" if coordinating else "lead"


def _search_words(asked: str, plans_rest: str, numbers: Numbers, language: str) -> tuple[str, ...]:
    """Content words in their spelling: without names of plans, numbers of tasks and words of asking."""
    left = "".join(c if plans_rest[i] != " " and numbers.rest[i] != " " else " " for i, c in enumerate(asked))
    if language == "en":
        left = re.sub(r"\bIT\b", "information technology", left)  # "it" is a word of asking
        content = [w for w in re.findall(r"[^\s?!,;:()\"]+", left) if fold(w).strip(".'") not in patterns.ENGLISH_STOPWORDS]
        return tuple(w for w in to_vietnamese(" ".join(content)) if w not in patterns.ENGLISH_STOPWORDS)
    words = colloquial(_STOP_PHRASES.sub(f" {CONCEPT_END} ", one_tone(expand(left)).lower()))
    if has_diacritics(asked):
        return tuple(w for w in words if w not in patterns.STOPWORDS)
    # without marks a word of asking may be half of another word: "so" of "ho so", "roi" of "to roi"
    kept = []
    for i, word in enumerate(words):
        neighbours = (f"{words[i - 1]} {word}" if i else "", f"{word} {words[i + 1]}" if i + 1 < len(words) else "")
        if fold(word) not in patterns.FOLDED_STOPWORDS or any(fold(n) in _FOLDED_COMPOUNDS for n in neighbours):
            kept.append(word)
    return tuple(kept)


_STOP_PHRASES: Final = re.compile(r"\b(?:" + "|".join(f"{p}|{fold(p)}" for p in patterns.STOP_PHRASES) + r")\b")
# Frequent compounds of the field with a syllable that folds to a word of asking
_FOLDED_COMPOUNDS: Final = frozenset(
    fold(c)
    for c in (
        "hồ sơ|số hóa|chỉ số|tờ rơi|cơ sở|cơ quan|cơ chế|cơ cấu|văn bản|ban hành|tổ chức|báo cáo|báo chí|dân số|cấp sở|sở ngành|đài truyền|"
        "cải cách|công bố|công khai|có tài|đất đai|đô thị|nội dung|nội vụ|nội bộ|đội ngũ|hội nghị|xã hội|hội đồng|thi tuyển|thi đua|thi hành|"
        "thi nâng|kỳ thi|thi thăng|năng lực|thể chế|đầu tư|tư pháp|tự chủ|từng bước|thái độ|mức độ|trình độ|chế độ|cán bộ|bộ máy|"
        "bộ phận|một cửa|cửa liên|phần mềm|thành phần|người dân|chữ ký|chấm điểm|địa phương|địa bàn|y tế|ý kiến|lệ phí|phí lệ|theo dõi|"
        "đề án|vấn đề|quy trình|quy phạm|quy chế|biên chế|khảo sát|bồi dưỡng|rà soát|giải quyết|kết nối|chia sẻ|đổi mới|chuyển đổi|"
        "an ninh|an toàn|trang thông|nhân dân|cá nhân|số lượng|ký số|chứng thư|thư số|cấp xã|số liệu|ban ngành|sở ban"
    ).split("|")
)


def _with_intent(question: Question, folded: str, rest: str, numbers: Numbers, *, listing: bool) -> Question:
    question = replace(question, beyond=len(_beyond(question, folded)))
    return replace(question, intent=_intent(question, folded, rest, numbers, listing=listing))


def _intent(question: Question, folded: str, rest: str, numbers: Numbers, *, listing: bool) -> Intent:
    short = len(folded.split()) <= 12
    named = bool(question.plan_ids or question.stt or question.agencies or question.absent)
    if short and patterns.CAPABILITY.search(folded) and not named:
        return "capability"
    if short and patterns.GREETING.search(folded) and not named and not question.wanted and len(plain_words(question.words)) <= 3:
        return "greeting"
    if short and patterns.THANKS.search(folded) and not named and not question.wanted and len(plain_words(question.words)) <= 3:
        return "thanks"
    if patterns.PLANS.search(folded) and not question.facts and not (question.agencies or question.stt) and question.beyond <= 2:
        return "plans"
    if question.facts and question.beyond <= 3:
        return "fact"
    if question.stt and not (numbers.grouped and not question.wanted and not question.group):
        return "task"
    tasks_named = bool(re.search(r"\bnhiem vu\b(?! cua\b)|\btasks?\b|\bdau viec\b", rest))
    if question.agencies and patterns.IN_IMPLEMENTATION.search(rest) and question.beyond <= 4:
        return "duties"
    if (
        question.agencies
        and patterns.DUTIES.search(rest)
        and not (tasks_named or question.time or question.count)
        and question.beyond <= 4
    ):
        return "duties"
    if question.most and (question.wanted or tasks_named or "viec" in folded):
        return "tasks"
    filtered = bool(question.agencies or question.time or question.group or question.count or question.budget)
    narrowed = question.beyond <= 3 or bool(question.time or question.group or question.count)
    if listing and ((filtered and narrowed) or not question.beyond):
        return "tasks"
    if question.section and not question.agencies:
        return "section"
    if question.agencies and question.time and _DUE.search(folded) and question.beyond <= 3:
        return "tasks"
    return "content"


_FILTER_WORDS: Final = frozenset(
    "co quan don vi ai bao gio nao so may san pham kinh phi ngan sach nguon tien noi dung ghi chu nhiem vu viec dau cong task tasks chu tri phoi hop phu luc han den thuc hien hoan thanh xong lead leads led leading due deadline quy thang "
    "liet ke danh sach so appendix group nhom list items item gom tat ca toan bo tong cong ban hanh ky ngay nam thoi gian trach nhiem giao "
    "cchc cai cach hanh chinh reform plan quarter nao nguoi number official signed who issued when date can cu phap ly legal basis bases "
    "ky duoc issue period cover hieu van nghi quyet quyet dinh cong bo phu trach to chuc assigned under coordinated coordinates coordinating "
    "responsible thuong xuyen hang tuan first second third fourth half tinh day du ten title duoi kem theo chi january february march april may june "
    "july august september october november december".split()
)


def _beyond(question: Question, folded: str) -> list[str]:
    """Search words that none of the other fields explains: what a filter cannot answer."""
    if question.language == "en":
        words = [w.strip("?.,!'\"") for w in folded.split()]
        agency_words = {w for m in find_agencies(folded, english=True) for w in folded[m.at : m.to].split()}
        words = [w for w in words if w not in agency_words and w not in patterns.ENGLISH_STOPWORDS and w not in _FILTER_WORDS]
        return [w for w in words if w.isalpha() and not any(w in fold(p) for p in _names_of(question))]
    agency_words = {w for a in question.agencies for w in tokens(fold(a))} | {"so", "snv", "stttt"}
    time_words = set(tokens(question.time or ""))
    return [
        w for w in plain_words(question.words) if fold(w) not in _FILTER_WORDS | agency_words | time_words and not w.isdigit()
    ]


def _names_of(question: Question) -> list[str]:
    return [*question.plan_ids, *question.absent]
