"""Things of their own that a question names (an object, a technology, a role) and which plans print them.

The thesaurus marks them with "*": a plan that prints none of their phrases says nothing of them.
"""

from collections.abc import Sequence
from functools import lru_cache

from assistant.abbreviations import folded_words
from assistant.plans import Plan
from assistant.register import Shelf
from assistant.retrieval import Hit
from assistant.understanding.question import Question, Thing


def that_speak_of(things: Sequence[Thing], hits: Sequence[Hit], shelf: Shelf) -> Sequence[Hit]:
    """Hits in plans that print every thing named, by any of its phrases: of a thing that it never prints a plan says nothing."""
    plans = {h.passage.plan_id for h in hits} if things else set()
    silent = {p for p in plans if not all(prints(shelf.plans[p], thing) for thing in things)}
    return [h for h in hits if h.passage.plan_id not in silent]


def unmentioned(question: Question, plans: Sequence[Plan]) -> list[str]:
    """The things that a question names and none of the plans prints, as typed."""
    return [thing.typed for thing in question.things if not any(prints(plan, thing) for plan in plans)]


def prints(plan: Plan, thing: Thing) -> bool:
    """Whether a plan prints one of the phrases of a thing."""
    return says(plan.text, thing)


def says(text: str, thing: Thing) -> bool:
    """Whether a text says one of the phrases of a thing, side by side and in any spelling of its marks."""
    return any(f" {phrase} " in _running_words(text) for phrase in thing.phrases)


@lru_cache(maxsize=4096)
def _running_words(text: str) -> str:
    """The words of a text, folded, abbreviations written out, one blank between them and at the ends."""
    return f" {' '.join(folded_words(text))} "
