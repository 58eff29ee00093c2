"""A question → `Question`. `understand` is the whole reading; every property of `_Reading` is one step of it."""

import re
from dataclasses import replace
from functools import cached_property
from typing import Final

from assistant.abbreviations import expand, folded_words
from assistant.agencies import AgencyMention, find_agencies
from assistant.plans import Column
from assistant.register import Shelf
from assistant.times import find_times
from assistant.understanding import patterns
from assistant.understanding.concepts import CONCEPT_END, typed_words
from assistant.understanding.documents import documents_named
from assistant.understanding.intents import intent_of, names_plans_only
from assistant.understanding.kernel import asking_sentences
from assistant.understanding.numbers import Numbers, find_numbers
from assistant.understanding.plan_names import PERIOD, PlanNames, find_plan_names
from assistant.understanding.question import Extreme, FactName, Question, Role, Thing
from assistant.understanding.said import as_meant
from assistant.understanding.search_words import beyond, searched, topic_of
from assistant.understanding.thesaurus import Searched
from assistant.understanding.whole_plan import odd_kinds
from assistant.vietnamese import fold, one_tone, tokens

_DOES: Final = re.compile(r"\b(?:lam|chu tri|phu trach|lo)\b")
_A_DEADLINE: Final = re.compile(
    r"\bhan\b|\bden han\b|\bdue\b|\bdeadline\b|\bxong\b|\bhoan thanh\b|\bfinish\w*|\btruoc\b|\bbefore\b|\bby\b"
)

_OF_ANY_PLAN: Final = frozenset("mục đích kế hoạch cải cách hành chính năm tỉnh ban hành đề ra".split())
_FEW_WORDS: Final = 2
_FUNDING: Final = ("kinh", "phí", "thực", "hiện", "kế", "hoạch")
_ISSUED_UNDER: Final = re.compile(
    r"\bban hanh (?:kem )?theo (?:quyet dinh|qd)\b|\b(?:do|bang|boi|theo) (?:quyet dinh|qd)\b.{0,30}\bban hanh\b|\b(?:issued|adopted|approved) (?:under|by|with) (?:which|what) (?:\w+ )?decision\b"
)
_STANDARD: Final = re.compile(r"\btieu chuan\b|\biso\b|\bstandard")  # has a number of its own
_YEAR: Final = re.compile(r"(?<![\d/.])(20[0-4]\d)(?![\d/])")
_MENTIONED: Final = re.compile(
    r"\bma (?:ke hoach|kh)\b.{0,30}\b(?:nhac|neu|dan|noi|vien)|\b(?:nhac|vien dan|dan chieu) (?:toi|den|ra)?\b.{0,25}\b(?:trong|o) (?:ke hoach|kh)\b|\b(?:mentioned|named|cited|referred to) (?:in|by) (?:the )?plan\b"
)
# Words before an agency of which the question says something that may be wrong
_SUPPOSED: Final = re.compile(
    r"\b(?:co phai|phai chang|co dung(?: la)?|is it(?: true)?(?: that)?|since|given that|because)(?: the| la)?\s+$"
)
# Who asks speaks for the agency that the story names
_WE: Final = re.compile(
    r"\b(?:chung (?:toi|em|minh)|(?:ben|don vi|co quan|so|ban|phong|cho) (?:toi|em|minh|tui|chung toi)|(?:toi|em|minh|tui) (?:phai|can|se phai|duoc giao|chu tri|phoi hop|phu trach))\b"
    r"|\b(?:we|our|us)\b|\b(?:do|must|should) i\b"
)
# "báo cáo Sở Nội vụ": an agency that something is sent to is not whose duty it is
_TOLD_TO: Final = re.compile(
    r"\b(?:bao cao|gui|nop|trinh|xin y kien|report(?:s|ed|ing)?(?: back)? to|submit(?:s|ted)? to|sen[dt] to)(?: (?:ve|cho|len|toi|den|ra))?(?: the)?\s+$"
)


def understand(text: str, shelf: Shelf) -> Question:
    """Read a tidied question against the plans of a shelf."""
    reading = _Reading(text, shelf)
    question = reading.fields()
    if names_plans_only(question, shelf):
        question = replace(question, words=())
    question = replace(question, topic=topic_of(question, reading.called))
    question = replace(question, beyond=beyond(question, reading.folded))
    intent = intent_of(question, shelf, reading.without_agencies, reading.numbers, listing=reading.listing)
    if reading.plans.years and intent == "content":  # the year may be the content's: it is preferred, not required
        question = replace(question, plan_ids=(), scopes=(), near=reading.plans.years)
    return replace(question, intent=intent, odd=odd_kinds(reading.folded) if intent == "oddities" else ())


class _Reading:
    """One question being read; folded texts keep the length of what was said, with blanks for what is understood."""

    def __init__(self, text: str, shelf: Shelf) -> None:
        self._text, self._shelf = text, shelf
        self._said = as_meant(text, lambda bare: shelf.spelling.restored(bare))
        self._asked = self._said.text
        self.folded = fold(self._asked)

    def fields(self) -> Question:
        """What the words say, before it is decided what they want."""
        asked, folded, listing = self._asked, self.folded, self.listing
        group, group_title, section = self._group_and_section
        return Question(
            text=self._text, meaning=self._meaning, language=self._said.language, plain=self._said.bare, intent="content",
            plan_ids=self.plans.plan_ids, scopes=self.plans.scopes, absent=self.plans.absent,
            cited=self._cited, stt=self.numbers.stt, group=group, group_title=group_title, section=section,
            position=None if self.numbers.stt else _position(folded),
            agencies=() if self._doubts_an_agency else self._names, supposed=self._names if self._doubts_an_agency else (), role=_role(folded), time=self._time, time_printed=bool(patterns.PRINTED_TIME.search(folded)),
            years=tuple(_YEAR.findall(asked)), wanted=self._wanted, facts=self._facts, number=self._number, words=self._words, things=self._things,
            count=self._count, most=bool(patterns.MOST.search(folded)), more=bool(patterns.MORE.search(folded)), extreme=_extreme(folded), blank=self._blank,
            budget=listing and "budget" in self._wanted and not self._blank, quoted=_quoted(asked) if listing else None,
            documents=self._documents, link=bool(patterns.LINK.search(folded)), recipients=bool(patterns.RECIPIENTS.search(folded)),
            untold=self._untold(), outside=bool(patterns.OUTSIDE.search(folded)),
            which=bool(patterns.WHICH_PLAN.search(folded)), compare=bool(patterns.COMPARE.search(folded)),
            where=bool(patterns.WHERE.search(folded)),
            elliptic=bool(patterns.ELLIPTIC.search(folded) or patterns.POINTING.search(asked)),
        )  # fmt: skip

    # --- names

    @cached_property
    def plans(self) -> PlanNames:
        named = find_plan_names(self._asked, self._shelf.cards)
        if named.absent or len(self._asked) >= len(self._text):
            return named
        around = find_plan_names(self._text, self._shelf.cards)  # the story around the question may name it
        closer = not named.plan_ids or named.years or set(around.plan_ids) < set(named.plan_ids)
        if not (around.plan_ids and closer):
            return named
        return replace(named, plan_ids=around.plan_ids, scopes=around.scopes, years=around.years)

    @cached_property
    def numbers(self) -> Numbers:
        # marks that were guessed do not tell "mục" from "mức" or "d" from "đ"
        return find_numbers(self.plans.rest, self.folded if self._said.bare else self._asked)

    @cached_property
    def _mentions(self) -> list[AgencyMention]:
        found = find_agencies(self._asked, self._shelf.agencies, english=True)
        return [m for m in found if self.plans.rest[m.at : m.to].strip()]  # "kế hoạch của Sở Y tế" names a plan

    @cached_property
    def called(self) -> set[str]:
        """The words that the question calls its agencies by."""
        return {w for m in self._mentions for w in tokens(self._asked[m.at : m.to])}

    @cached_property
    def _names(self) -> tuple[str, ...]:
        told = (m for m in self._mentions if self.listing or not _TOLD_TO.search(self.folded[max(0, m.at - 30) : m.at]))
        return tuple(dict.fromkeys(m.name for m in told if m.name)) or self._own_agency

    @property
    def _own_agency(self) -> tuple[str, ...]:
        """ "Tôi ở Sở Tài chính. Chúng tôi chủ trì gì?": the one agency of the story, when who asks speaks for it."""
        if self._mentions or not _WE.search(self.folded):
            return ()
        names = tuple(dict.fromkeys(m.name for m in find_agencies(self._text, self._shelf.agencies, english=True) if m.name))
        return names if len(names) == 1 else ()

    @cached_property
    def without_agencies(self) -> str:
        rest = list(self.numbers.rest)
        for mention in self._mentions:
            rest[mention.at : mention.to] = " " * (mention.to - mention.at)
        return "".join(rest)

    @cached_property
    def _doubts_an_agency(self) -> bool:
        """ "vì sao giao Sở X …?", "có phải Sở X …?": who it is shall be looked up, without believing the question."""
        if not self._names or self.numbers.stt:
            return False
        supposed = (_SUPPOSED.search(self.folded[: m.at]) for m in self._mentions if m.name)
        return bool(patterns.WHY.search(self.folded)) or any(supposed)

    @cached_property
    def _group_and_section(self) -> tuple[str | None, str | None, str | None]:
        """Group, the group's title when it is called by it, and section."""
        group, title, section = self.numbers.group, None, self.numbers.section
        if group is None or "nhom" in self.folded or "group" in self.folded:
            rest = self.numbers.rest if group is None else self.folded
            named = _named_group(rest, self.plans.plan_ids, self._shelf)
            if named and group in (None, named[0]):
                group, title = named
        if section and group is None and self.listing and section in _groups_of(self.plans.plan_ids, self._shelf):
            group, section = section, None  # "phần II có mấy nhiệm vụ?": rows are counted in groups of the table
        return group, title, section

    # --- what is asked

    @cached_property
    def _count(self) -> bool:
        return bool(patterns.COUNTING.search(self.numbers.rest))

    @cached_property
    def listing(self) -> bool:
        """Whether rows are asked for, listed or counted."""
        rest = self.numbers.rest
        weak = patterns.WEAK_LISTING.search(rest) and not patterns.ASKS_ELSE.search(rest)
        due = self._time and patterns.DOCUMENTS_DUE.search(rest)
        return bool(self._count or patterns.LISTING.search(rest) or weak or due)

    @cached_property
    def _time(self) -> str | None:
        return _time(self.without_agencies)

    @cached_property
    def _number(self) -> bool:
        return bool(patterns.NUMBER.search(self.folded))

    @cached_property
    def _documents(self) -> bool:
        return bool(patterns.DOCUMENTS.search(self.folded))

    @cached_property
    def _funding(self) -> bool:
        """The plan's own funding is asked for, told in its text, not a row's."""
        rows = self.numbers.stt or patterns.LISTING.search(self.numbers.rest)
        return bool(patterns.PLAN_FUNDING.search(self.folded) and not rows)

    @cached_property
    def _blank(self) -> Column | None:
        return (
            next((column for column, pattern in patterns.BLANK if pattern.search(self.numbers.rest)), None)
            if self.listing
            else None
        )

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        return _wanted(self.folded, patterns.NOT_A_DEADLINE.sub(" ", self.without_agencies), self.numbers)

    @cached_property
    def _facts(self) -> tuple[FactName, ...]:
        rest = self.numbers.rest
        if not self._said.bare:  # with its marks "đưa vào" (put to) is not "dựa vào" (rest on)
            for match in re.finditer(r"\bđưa\b", self._asked, re.IGNORECASE):
                rest = f"{rest[: match.start()]}   {rest[match.end() :]}"
        return _facts(rest, self.numbers, self._columns)

    @cached_property
    def _wanted(self) -> tuple[Column, ...]:
        wanted = self._columns
        if self._doubts_an_agency:
            wanted = tuple(dict.fromkeys(("lead", *wanted)))
        elif self._names and wanted and not {"lead", "coordinating"} & set(wanted) and _DOES.search(self.folded):
            wanted = ("lead", *wanted)  # "… khi nào xong, SNV làm hả": the lead is asked about, too
        if self._funding:
            wanted = tuple(c for c in wanted if c != "budget")
        if self._documents and not self.numbers.stt:  # "nghị quyết nào, ngày mấy": the document's date
            wanted = tuple(c for c in wanted if c not in ("deadline", "budget"))
        return wanted

    def _untold(self) -> str | None:
        if patterns.OUTCOME.search(self.folded):
            return "outcome"
        known = self._names or self._wanted or self._number
        return "reason" if patterns.WHY.search(self.folded) and not known else None

    # --- what is searched

    @cached_property
    def _searched(self) -> str:
        return self.without_agencies if self._doubts_an_agency else self.numbers.rest

    @property
    def _meaning(self) -> str:
        if not self._doubts_an_agency:
            return self._asked
        return "".join(c if w != " " else " " for c, w in zip(self._asked, self._searched, strict=True))

    def _other_periods(self) -> list[str]:
        """Periods named that are no plan's own: "kế hoạch 5 năm 2021-2025" asked of a plan for 2021."""
        plans = [self._shelf.plans[i] for i in self.plans.plan_ids]
        own = {plan.years() for plan in plans}
        found = ((int(m[1]), int(m[2])) for m in PERIOD.finditer(self.folded))
        return [w for first, last in found if (first, last) not in own for w in (CONCEPT_END, str(first), str(last), CONCEPT_END)]

    def _undoubted(self, text: str) -> str:
        """A text without the words that a question puts in quotation marks and doubts: "slogan 'X', phải không?"."""
        return _QUOTATION.sub(lambda m: " " * len(m.group()), text) if patterns.DOUBTED.search(self.folded) else text

    @cached_property
    def _found(self) -> Searched:
        left = self._undoubted(
            "".join(
                c if p != " " and r != " " else " " for c, p, r in zip(self._asked, self.plans.rest, self._searched, strict=True)
            )
        )
        return searched(self._said, left, number=self._number)

    @cached_property
    def _things(self) -> tuple[Thing, ...]:
        """The things named where something is asked: a story around the question names others."""
        asking = " ".join(tokens(one_tone(expand(" . ".join(asking_sentences(self._asked)))).lower()))
        return (*(thing for thing in self._found.things if thing.typed in asking), *self._cited)

    @cached_property
    def _cited(self) -> tuple[Thing, ...]:
        left = "".join(c if p != " " else " " for c, p in zip(self._asked, self.plans.rest, strict=True))
        named = (number.upper() if number.islower() else number for number in documents_named(left))
        return tuple(Thing(number, (" ".join(folded_words(number)),)) for number in named)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        words = tuple(self._found.words)
        if self._funding:
            words = (*words, CONCEPT_END, *_FUNDING)
        if patterns.PURPOSE.search(self.folded) and not self._found.things:  # "dùng Zalo để làm gì": about Zalo
            own = [w for w in typed_words(words) if w not in _OF_ANY_PLAN]
            words = ("mục", "đích") if self.plans.plan_ids and len(own) <= _FEW_WORDS else (*words, CONCEPT_END, "mục", "đích")
        if self.plans.plan_ids:
            words = tuple(w for w in words if not re.fullmatch(r"20\d\d", w))  # the year of the plan named
            words = (*words, *self._other_periods())
        return words


_QUOTATION: Final = re.compile(r"(?<!\w)['\"“‘«][^'\"”’»]{3,90}['\"”’»](?!\w)")
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


def _extreme(folded: str) -> Extreme | None:
    """Whether the tasks due first or last are meant."""
    if patterns.EXTREME["earliest"].search(folded):
        return "earliest"
    return "latest" if patterns.EXTREME["latest"].search(folded) else None


def _groups_of(plan_ids: tuple[str, ...], shelf: Shelf) -> set[str | None]:
    return {t.group for t in shelf.tasks if t.plan_id in plan_ids}


def never_given(question: Question) -> str | None:
    """The name of what a question asks for when plans never give it (a telephone number), in the question's language."""
    folded = fold(question.text)
    for pattern, vietnamese, english in patterns.NEVER_GIVEN:
        if pattern.search(folded) and not question.stt:
            return english if question.language == "en" else vietnamese
    return None


def _time(folded: str) -> str | None:
    """The part of the question that names a time, None when it names none (a bare year names a plan, not a time)."""
    times = [w for w in find_times(folded, 2000) if w.kind != "year" or _A_DEADLINE.search(folded[max(0, w.at - 40) : w.at])]
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
    if "number" in found and _STANDARD.search(rest):
        found.remove("number")
    if "number" in found and re.search(
        r"\b(?:cong van|nghi quyet|quyet dinh|chi thi)\b.{0,90}\bso (?:hieu|ky hieu|van ban)\b", rest
    ):
        found = [name for name in found if name not in ("number", "legal_bases")]
        found.append("legal_bases")
    if "legal_bases" in found and "number" in found and re.search(r"(?:cong van|nghi quyet|quyet dinh|chi thi)\s+so", rest):
        found.remove("number")  # the number of the document it rests on is asked, not its own
    if _ISSUED_UNDER.search(rest):  # plans are not, what they rest on is
        found = [name for name in found if name not in ("issued_on", "number", "legal_bases")]
    if _MENTIONED.search(rest):  # "bộ chỉ số mà kế hoạch nhắc tới …": a document that the plan names
        return ()
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
