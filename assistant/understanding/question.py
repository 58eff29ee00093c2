"""What a question asks, as far as its words say."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from assistant.answers import Language
from assistant.plans import Column


class Thing(NamedTuple):
    """An object, a technology, a role that is named: as typed, and all its Vietnamese phrases, folded."""

    typed: str
    phrases: tuple[str, ...]


Intent = Literal[
    "greeting", "thanks", "capability",  # about the assistant itself
    "plans", "fact",  # which plans there are; header facts of a plan
    "overview", "targets", "oddities",  # of a whole plan: how it is made up, what it aims at, what is odd in its original
    "mentions",  # where a document is named
    "task", "tasks",  # one task by its number; tasks by filters, listed or counted
    "duties", "section", "content",  # an agency's duties; a section by path or heading; anything the plans say
]  # fmt: skip
OddKind = Literal["deadline", "numbering", "agency", "target"]
Extreme = Literal["earliest", "latest"]
Role = Literal["lead", "coordinating", "either"]
FactName = Literal["number", "issued_on", "signed_by", "issuer", "title", "year", "legal_bases"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question understood. Empty fields mean that the question says nothing about them."""

    text: str  # as asked, tidied
    language: Language
    intent: Intent
    reply: Language | None = None  # the answer's language, when it is not the one that the words searched for are in
    plan_ids: tuple[str, ...] = ()  # plans of the library that the question names
    scopes: tuple[tuple[str, ...], ...] = ()  # the same by the name that meant them: several are answered side by side
    near: tuple[str, ...] = ()  # plans that a year in the question points to, which may be the content's year
    absent: tuple[str, ...] = ()  # plans, provinces or years that it names and the library lacks
    stt: str | None = None
    position: int | None = None  # "the first task of group II": 0; -1 for the last
    task_id: str | None = None  # one row, known from the turn before
    group: str | None = None  # Roman numeral
    group_title: str | None = None  # of a group called by its title: two groups may have one numeral
    section: str | None = None  # path, "II.7.e"
    agencies: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()  # agencies of which it says something that is looked up without being believed
    role: Role = "lead"
    time: str | None = None  # the words that name a time ("quý II", "before September")
    years: tuple[str, ...] = ()  # every year named in words of its own, "2020"
    time_printed: bool = False  # "ghi hạn Quý I, II": the deadline as it stands
    wanted: tuple[Column, ...] = ()  # columns asked for
    facts: tuple[FactName, ...] = ()  # header facts asked for
    count: bool = False
    which: bool = False  # asks which of the plans
    most: bool = False  # asks who has the most tasks
    more: bool = False  # asks which of the agencies has more tasks
    extreme: Extreme | None = None  # only the tasks due first, or last
    budget: bool = False  # only tasks with money of their own
    blank: Column | None = None  # only tasks whose cell of this column is blank
    odd: tuple[OddKind, ...] = ()  # only oddities of these kinds
    quoted: str | None = None  # only tasks that say these words as they stand
    documents: bool = False  # asks for a document by its number
    link: bool = False  # asks for an address on the web
    untold: str | None = None  # asks for a "reason" or an "outcome", which plans of this kind do not tell
    outside: bool = False  # names a subject that no plan of this kind has
    recipients: bool = False  # asks who the plan is sent to
    compare: bool = False  # asks for each plan's answer
    where: bool = False  # asks for the place in the plan
    number: bool = False  # asks for a figure
    words: tuple[str, ...] = ()  # what is left to search for
    topic: tuple[str, ...] = ()  # of these, what no other field explains
    things: tuple[Thing, ...] = ()  # things of their own that it names, documents by their number among them
    cited: tuple[Thing, ...] = ()  # of these, the documents
    beyond: int = 0  # how many words no other field explains: what a filter or a number cannot answer
    meaning: str = ""  # what is asked, without the story around it and with its marks restored
    plain: bool = False  # typed without diacritics
    derived: bool = False  # the STT was taken from the turn before, not typed
    elliptic: bool = False  # leans on the turn before ("còn …?", "it")

    @property
    def bare(self) -> bool:
        """Names no subject of its own: nothing to look up without the turn before."""
        return not (
            self.stt
            or self.section
            or self.agencies
            or self.words
            or self.facts
            or self.group
            or self.blank
            or self.position is not None
        )
