"""What every wording step works with: the language, the sources so far, the shelf; and what it gives back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.agencies import english_name
from assistant.answers import Language, Status
from assistant.plans import Plan, Section, Task
from assistant.register import Shelf
from assistant.wording.sources import Sources, plan_name, section_place
from prompts import render

_SHORT = 160


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is numbered and timed. `tasks`: what it is about, for the turn that follows."""

    status: Status
    text: str
    tasks: tuple[Task, ...] = ()
    suggestions: tuple[str, ...] = ()


def side_by_side(drafts: Sequence[Draft]) -> Draft:
    """The answers to the parts of a question as one: answered when one of them is."""
    statuses = [d.status for d in drafts]
    status = next((s for s in ("answered", "ambiguous", "not_found") if s in statuses), statuses[0])
    return Draft(status, "\n\n---\n\n".join(d.text for d in drafts), tuple(t for d in drafts for t in d.tasks))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes in one language over one shelf, collecting sources."""

    language: Language
    shelf: Shelf
    sources: Sources = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", Sources(self.shelf))

    def say(self, text_name: str, /, **values: object) -> str:
        """A text of prompts/ in the answer's language."""
        return render(text_name, self.language, **values)

    def plan(self, plan_id: str) -> Plan:
        return self.shelf.plans[plan_id]

    def plan_name(self, plan_id: str) -> str:
        """The plan's name with its province and year: "Kế hoạch 166/KH-UBND (Bà Rịa - Vũng Tàu, 2021)"."""
        plan = self.plan(plan_id)
        where = ", ".join(filter(None, [plan.fact("province"), plan.fact("year")])) if plan.fact("number") else ""
        return plan_name(plan) + (f" ({where})" if where else "")

    def row(self, task: Task) -> str:
        """ "STT 27, nhóm VI"."""
        return self.numbered(task.stt, task.group)

    def numbered(self, stt: str | None, group: str | None) -> str:
        """The same for a number that a question gives, whether or not there is such a row."""
        return self.say("row", stt=stt) if group is None else self.say("row_in_group", stt=stt, group=group)

    def place(self, section: Section) -> str:
        """ "Kế hoạch 166/KH-UBND (Bà Rịa - Vũng Tàu, 2021), mục II.6.b"."""
        return f"{self.plan_name(section.plan_id)}, {section_place(section)}"

    def mid_sentence(self, text_name: str) -> str:
        """A text that names something, as it stands inside a sentence: "cơ quan chủ trì"."""
        name = self.say(text_name)
        return name[0].lower() + name[1:]

    def agency(self, name: str) -> str:
        """An agency's name, with the English one beside it in an English answer."""
        english = english_name(name) if self.language == "en" else None
        return f"{name} ({english})" if english else name

    def printed(self, value: str, agencies: tuple[str, ...] = ()) -> str:
        """A printed cell; in an English answer with the English names of the agencies in it."""
        if self.language != "en":
            return value
        english = [e for a in agencies if (e := english_name(a))]
        return f"{value} ({'; '.join(english)})" if english else value


def short(text: str | None, limit: int = _SHORT) -> str:
    """A text cut at a word, with an ellipsis."""
    text = text or "…"
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def plain_plan(writer: Writer, plan_id: str) -> str:
    """A plan's name inside a question: "kế hoạch 166/KH-UBND"."""
    name = writer.plan_name(plan_id).partition(" (")[0]
    return name.replace("Kế hoạch", "plan" if writer.language == "en" else "kế hoạch")
