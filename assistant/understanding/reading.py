"""A question → `Question`. `understand` is the whole reading; each step takes its words out of what is left to search."""

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Final

from assistant.abbreviations import expand, spelled_out
from assistant.agencies import find_agencies
from assistant.plans import Column
from assistant.register import Shelf
from assistant.times import find_times
from assistant.understanding import patterns
from assistant.understanding.concepts import CONCEPT_END, first_runs, typed_words, without
from assistant.understanding.kernel import kernel
from assistant.understanding.language import detect_language
from assistant.understanding.numbers import Numbers, find_numbers
from assistant.understanding.plan_names import find_plan_names
from assistant.understanding.question import FactName, Intent, Question, Role
from assistant.understanding.thesaurus import english_words, vietnamese_words
from assistant.vietnamese import fold, has_diacritics, nfc, one_tone, tokens, untelex, visible

_INLINE_TAGS: Final = re.compile(r"</?(?:b|i|u|em|strong|span|font|a|sup|sub|mark|small)\b[^<>]{0,200}>", re.IGNORECASE)
_TAGS: Final = re.compile(r"<[^<>]{0,200}>")
# "chỉ tiêu hài lòng là bao nhiêu?": the question is about satisfaction, not about targets
_TARGET_WORDS: Final = re.compile(r"\b(?:mục tiêu|chỉ tiêu|muc tieu|chi tieu|tỷ lệ|tỉ lệ|ty le|ti le|phần trăm|phan tram)\b")
_DUE: Final = re.compile(
    r"\bhan\b|\bden han\b|\bdue\b|\bdeadline\b|\bxong\b|\bhoan thanh\b|\bfinish\w*|\btruoc\b|\bbefore\b|\bby\b"
)


def tidy(text: str) -> str:
    """A question as it was meant: NFC, one tone placement, no invisible characters, no markup, single spaces."""
    return one_tone(" ".join(_TAGS.sub(" ; ", _INLINE_TAGS.sub(" ", visible(nfc(text)))).split()))


# two words or more with a tone letter at the end: nothing that is typed on purpose
_TELEX_TONE: Final = re.compile(r"\b[a-z]{2,7}[fjx]\b.*\b[a-z]{2,7}[sfrxj]\b|\b[a-z]{2,7}[sfrxj]\b.*\b[a-z]{2,7}[fjx]\b")


def understand(text: str, shelf: Shelf) -> Question:
    """Read a tidied question against the plans of a shelf."""
    asked = kernel(text)
    language = detect_language(asked)
    bare = False
    if language == "vi":
        if _TELEX_TONE.search(asked):
            asked = untelex(asked)
        asked = spelled_out(asked)
        bare = _is_bare(asked)
        if bare:
            asked = shelf.spelling.restored(asked)
    plans = find_plan_names(asked, shelf.cards)
    if not plans.plan_ids and not plans.absent and len(asked) < len(text):  # the story around the question may name it
        around = find_plan_names(text, shelf.cards)
        plans = replace(plans, plan_ids=around.plan_ids, scopes=around.scopes)
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
    searched, names_why = numbers.rest, bool(names)
    if names and patterns.WHY.search(folded) and not numbers.stt:  # "vì sao giao Sở X …?": who it is shall be looked up
        wanted, names, searched = tuple(dict.fromkeys(("lead", *wanted))), (), without_agencies
    number = bool(patterns.NUMBER.search(folded))
    words = _search_words(asked, plans.rest, searched, language, bare=bare, number=number)
    funding = not numbers.stt and bool(patterns.PLAN_FUNDING.search(folded)) and not patterns.LISTING.search(numbers.rest)
    if funding:  # of the plan, told in its text, not of a row
        wanted = tuple(c for c in wanted if c != "budget")
        words = (*words, CONCEPT_END, "kinh", "phí", "thực", "hiện", "kế", "hoạch")
    if patterns.PURPOSE.search(folded):
        words = ("mục", "đích") if plans.plan_ids else (*words, CONCEPT_END, "mục", "đích")
    if plans.plan_ids:
        words = tuple(w for w in words if not re.fullmatch(r"20\d\d", w))  # the year of the plan named
    group, group_title = numbers.group, None
    if group is None or "nhom" in folded or "group" in folded:
        named = _named_group(numbers.rest if group is None else folded, plans.plan_ids, shelf)
        group, group_title = named if named and group in (None, named[0]) else (group, None)
    count = bool(patterns.COUNTING.search(numbers.rest))
    listing = count or bool(patterns.LISTING.search(numbers.rest))
    listing = listing or bool(time and patterns.DOCUMENTS_DUE.search(numbers.rest))
    listing = listing or bool(patterns.WEAK_LISTING.search(numbers.rest) and not patterns.ASKS_ELSE.search(numbers.rest))
    section = numbers.section
    if section and group is None and (listing or count) and "." not in section and section in _groups_of(plans.plan_ids, shelf):
        group, section = section, None  # "phần II có mấy nhiệm vụ?": rows are counted in groups of the table
    blank = next((column for column, pattern in patterns.BLANK if pattern.search(numbers.rest)), None) if listing else None
    if names and wanted and not {"lead", "coordinating"} & set(wanted) and re.search(r"\b(?:lam|chu tri|phu trach|lo)\b", folded):
        wanted = ("lead", *wanted)  # "… khi nào xong, SNV làm hả": the lead is asked about, too
    documents = bool(patterns.DOCUMENTS.search(folded))
    if documents and not numbers.stt:
        wanted = tuple(c for c in wanted if c not in ("deadline", "budget"))  # "nghị quyết nào, ngày mấy": the document's date
    question = Question(
        text=text, language=language, intent="content", plan_ids=plans.plan_ids, absent=plans.absent,
        scopes=plans.scopes,
        stt=numbers.stt, group=group, group_title=group_title, section=section, position=None if numbers.stt else _position(folded),
        agencies=names, role=_role(folded),
        time=time, wanted=wanted, facts=facts, count=count, most=bool(patterns.MOST.search(folded)), which=bool(patterns.WHICH_PLAN.search(folded)), budget=listing and "budget" in wanted and not blank, blank=blank,
        quoted=_quoted(asked) if listing else None,
        documents=documents, link=bool(patterns.LINK.search(folded)), untold="outcome" if patterns.OUTCOME.search(folded) else "reason" if patterns.WHY.search(folded) and not (names_why or wanted or number) else None,
        outside=bool(patterns.OUTSIDE.search(folded)), recipients=bool(patterns.RECIPIENTS.search(folded)), compare=bool(patterns.COMPARE.search(folded)),
        where=bool(patterns.WHERE.search(folded)), number=number,
        words=words, plain=bare,
        meaning="".join(c if w != " " else " " for c, w in zip(asked, searched, strict=True)) if searched != numbers.rest else asked,
         elliptic=bool(patterns.ELLIPTIC.search(folded) or patterns.POINTING.search(asked)),
    )  # fmt: skip
    if plans.plan_ids and not _said_beyond_titles(question, shelf):
        question = replace(question, words=())  # nothing but the plan is named
    called = {w for m in agencies for w in tokens(asked[m.at : m.to])}
    question = replace(question, topic=_topic(question, called))
    question = _with_intent(question, shelf, folded, without_agencies, numbers, listing=listing)
    if plans.years and question.intent == "content":  # the year may be the content's: it is preferred, not required
        question = replace(question, plan_ids=(), scopes=(), near=plans.years)
    return question


_QUOTED: Final = re.compile(r"[\"“«](\S[^\"”»]{3,80}?)[\"”»]")


def _quoted(asked: str) -> str | None:
    """Words in quotation marks: to be found as they stand."""
    match = _QUOTED.search(asked)
    return " ".join(tokens(match[1])) if match else None


def _position(folded: str) -> int | None:
    """ "the first task": 0; "cái cuối": -1; None when no place in a list is named."""
    match = patterns.POSITION.search(folded)
    if match is None:
        return None
    place = next(i for i, g in enumerate(match.groups()) if g) % 4
    return -1 if place == 3 else place


def _groups_of(plan_ids: tuple[str, ...], shelf: Shelf) -> set[str | None]:
    return {t.group for t in shelf.tasks if t.plan_id in plan_ids}


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
    r"\b(?:nhom|group|phan|mang|khoi)\s+[\"“]?(?:(?:[ivx]+|\d)\s*[,:(]?\s*)?(?:ve\s+|on\s+|nhiem vu\s+)?(.{4,70}?)[\"”)]?(?=\s*(?:[:,?;)]|$|\b(?:co|gom|cua|trong|ke hoach|kh|thi|nhung|nao|of|in|plan|ay|do|nhe|a)\b))"
)
_GROUP_NOISE: Final = frozenset("cac nhung ve the on cong tac".split())


def _named_group(rest: str, plan_ids: tuple[str, ...], shelf: Shelf) -> tuple[str, str] | None:
    """The group that a question calls by words of its title ("nhóm chính quyền điện tử"), in the one plan that it names."""
    if len(plan_ids) != 1:
        return None
    titles = {
        (t.group, t.group_title): tokens(fold(t.group_title)) for t in shelf.plans[plan_ids[0]].tasks if t.group and t.group_title
    }
    for match in _GROUP_NAME.finditer(rest):
        asked = [w for w in tokens(match[1]) if w not in _GROUP_NOISE and not w.isdigit()]
        fitting = [key for key, title in titles.items() if asked and set(asked) <= set(title)]
        if len(fitting) == 1:
            return fitting[0]
    whole = [key for key, title in titles.items() if len(title) > 2 and " ".join(title) in " ".join(tokens(rest))]
    return whole[0] if len(whole) == 1 else None


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
    if patterns.COLUMN_LEAD.search(folded):
        return "lead"
    if patterns.ROLE_ONLY_COORDINATING.search(folded):
        return "coordinating"
    if patterns.ROLE_EITHER.search(folded):
        return "either"
    coordinating, lead = patterns.ROLE_COORDINATING.search(folded), patterns.ROLE_LEAD.search(folded)
    if coordinating and lead:
        return "either"
    return "coordinating" if coordinating else "lead"


def _search_words(asked: str, plans_rest: str, rest: str, language: str, *, bare: bool, number: bool) -> tuple[str, ...]:
    """Content words in their spelling: without names of plans, numbers of tasks and words of asking."""
    left = "".join(c if plans_rest[i] != " " and rest[i] != " " else " " for i, c in enumerate(asked))
    if language == "en":
        left = re.sub(r"\bIT\b", "information technology", left)  # "it" is a word of asking
        if number:
            left = _ENGLISH_FIGURES.sub(" ", left)
        return tuple(w for w in english_words(left, asking=patterns.ENGLISH_STOPWORDS) if w not in patterns.ENGLISH_STOPWORDS)
    left = _STOP_PHRASES.sub(f" {_BREAK} ", one_tone(expand(left)).lower())
    words = vietnamese_words(_TARGET_WORDS.sub(f" {_BREAK} ", left) if number else left, bare=bare, asking=patterns.STOPWORDS)
    return tuple(CONCEPT_END if w == _BREAK else w for w in words if w not in patterns.STOPWORDS)


_ENGLISH_FIGURES: Final = re.compile(
    r"\b(?:what |which )?(?:shares?|percentages?|per ?cent|proportions?|figures?|targets?|levels?)(?: of)?\b", re.IGNORECASE
)
_BREAK: Final = "xx"  # stands where words of asking stood, so that the words around them are no pair
_STOP_PHRASES: Final = re.compile(r"\b(?:" + "|".join(f"{p}|{fold(p)}" for p in patterns.STOP_PHRASES) + r")\b")


def _with_intent(question: Question, shelf: Shelf, folded: str, rest: str, numbers: Numbers, *, listing: bool) -> Question:
    question = replace(question, beyond=_beyond(question, folded))
    return replace(question, intent=_intent(question, shelf, folded, rest, numbers, listing=listing))


def _intent(question: Question, shelf: Shelf, folded: str, rest: str, numbers: Numbers, *, listing: bool) -> Intent:
    short = len(folded.split()) <= 12
    named = bool(question.plan_ids or question.stt or question.agencies or question.absent)
    if short and patterns.CAPABILITY.search(folded) and not named:
        return "capability"
    polite = short and not named and (not question.wanted or "?" not in question.text) and len(typed_words(question.topic)) <= 3
    if polite and patterns.GREETING.search(folded):
        return "greeting"
    if polite and patterns.THANKS.search(folded):
        return "thanks"
    asks_for_tasks = question.plan_ids or question.time
    if (
        patterns.PLANS.search(folded)
        and not asks_for_tasks
        and not question.facts
        and not (question.agencies or question.stt)
        and question.beyond <= 2
    ):
        return "plans"
    if question.recipients and question.plan_ids and not question.stt:
        return "section"
    if question.facts and _about_a_plan(question, shelf):
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
    if question.position is not None and (question.group or question.plan_ids) and question.beyond <= 3 and not question.agencies:
        return "task"
    filtered = bool(question.agencies or question.time or question.group or question.budget or question.blank)
    if listing and (filtered or question.count or tasks_named or not question.beyond):
        return "tasks"
    if question.section and not question.agencies:
        return "section"
    if question.agencies and question.time and _DUE.search(folded) and question.beyond <= 3:
        return "tasks"
    return "content"


# Words that name columns, filters and asking, as typed with marks; without them they fold to halves of other words
def _said_beyond_titles(question: Question, shelf: Shelf) -> bool:
    """Whether a question says anything besides words of the titles of the plans that it names."""
    titles = {w for i in question.plan_ids for w in tokens(shelf.cards_by_id[i].title)} | set(_NAMING_WORDS)
    return any(w not in titles for w in typed_words(question.words))


_NAMING_WORDS: Final = "kh cái của tỉnh năm chỉ số ý cơ ấy đó nha nhé nữa cải cách hành chính cchc".split()


def _about_a_plan(question: Question, shelf: Shelf) -> bool:
    """Whether header facts asked for are a plan's, and not of something that it talks of: little else is said."""
    titles = {w for i in question.plan_ids for w in tokens(shelf.cards_by_id[i].title)}
    said = [w for w in typed_words(question.topic) if w not in titles]
    if question.language == "en":  # one English word may stand for many
        said = [run[0] for run in first_runs(question.topic) if not set(run) <= titles]
    loose = question.documents or "issued_on" in question.facts  # other documents have numbers, too, and rules are issued
    return len(said) <= (3 if loose else 9)


_FILTER_WORDS: Final = frozenset(
    "cơ quan đơn vị ai bao giờ nào sở máy sản phẩm kinh phí ngân sách nguồn tiền nội dung ghi chú nhiệm vụ việc đầu công tác task tasks chủ trì phối hợp "
    "phụ lục hạn đến thực hiện hoàn thành xong lead leads led leading due deadline deadlines quý tháng liệt kê danh sách số appendix annex group nhóm list items item "
    "gồm tất cả toàn bộ tổng cộng ban hành ký ngày năm thời gian trách nhiệm giao cchc cải cách hành chính reform plan quarter người number official "
    "signed who issued when date căn cứ pháp lý legal basis bases được issue period cover hiệu văn nghị quyết quyết định công bố phụ trách tổ chức assigned "
    "under coordinated coordinates coordinating coordinate responsible thường xuyên hàng hằng tuần first second third fourth half tỉnh đầy đủ tên title dưới kèm theo chỉ "
    "january february march april may june july august september october november december table tables row rows bảng cột dòng ô column columns mention mentions name "
    "nhắc tới đề cập liên quan từ nói vô dính lẫn kể hết ra xem lại tìm đang hiện yêu cầu phải ghi trống bỏ để rơi vào đếm nêu tham gia thuộc có in ra "
    "cả hai chung riêng hay cùng như trong bao nhiêu mấy bên nv cq kh stt tgian sx sắp xếp province provincial named count total also".split()
)


_COLUMN_PHRASES: Final = frozenset(
    "thời hạn|thời gian hoàn thành|cơ quan chủ trì|cơ quan phối hợp|sản phẩm|phụ lục|ghi chú|nhiệm vụ|cơ quan thực hiện".split(
        "|"
    )
)


def _topic(question: Question, called: Set[str]) -> tuple[str, ...]:
    """The search words without those that other fields explain, still parted into concepts; `called`: what agencies are
    called in the question."""
    explained = (
        {w for a in question.agencies for w in tokens(expand(a))} | set(tokens(question.group_title or "")) | _FILTER_WORDS
    )
    times = set(tokens(question.time or ""))

    def is_explained(run: Sequence[str]) -> bool:
        return all(w in explained or fold(w) in times or len(w) < 2 or w.isdigit() for w in run)

    return without(question.words, is_explained, _COLUMN_PHRASES)


def _beyond(question: Question, folded: str) -> int:
    """How many words none of the other fields explains: what a filter cannot answer."""
    if question.language == "vi":
        return len(typed_words(question.topic))
    words = [w.strip("?.,!'\"") for w in folded.split()]
    agency_words = {w for m in find_agencies(folded, english=True) for w in folded[m.at : m.to].split()}
    words = [w for w in words if w not in agency_words and w not in patterns.ENGLISH_STOPWORDS and w not in _FILTER_WORDS]
    return len([w for w in words if w.isalpha() and not any(w in fold(p) for p in (*question.plan_ids, *question.absent))])
