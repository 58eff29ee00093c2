"""People's words → the words that plans print, from `thesaurus.txt`: how a question and a plan meet in other words.

A phrase of a question that the thesaurus knows becomes a concept (see `concepts`): the phrase as typed, and the official
phrases beside it as alternatives. The longest phrase that fits is taken.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from assistant.abbreviations import expand, folded_words
from assistant.understanding.concepts import ALTERNATIVE, CONCEPT_END
from assistant.understanding.question import Thing
from assistant.vietnamese import fold, is_syllable, tokens

_FILE: Final = "thesaurus.txt"
_THING: Final = "* "
_MARKED: Final = "~"
_MOST_ALTERNATIVES: Final = 5
# Asked of any task: no subject
_ASKED_OF_ALL: Final = frozenset(
    "to chuc|thuc hien|co quan|don vi|chu tri|phoi hop|thoi gian|thoi han|dung ra|lam gi|san pham|kinh phi|phu luc|ke hoach|nhiem vu|cam on|ban hanh|trien khai".split(
        "|"
    )
)
_LONGEST: Final = 7  # words of a phrase

Index = dict[str, list[int]]  # a phrase → its concepts


class Concept(NamedTuple):
    """Phrases that mean the same: as plans print them, as people say them, and in English.

    `thing`: an object, a technology, a role: a plan that prints none of the phrases says nothing of it.
    """

    official: list[str]
    everyday: list[str]
    english: list[str]
    thing: bool = False


@cache
def _lines() -> list[tuple[bool, list[list[str]]]]:
    """The lines of the file: whether each is a thing, and its phrases as they stand."""
    text = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(x.startswith(_THING), [_phrases(part) for part in x.removeprefix(_THING).split(" = ")]) for x in lines]


def _phrases(part: str) -> list[str]:
    return [p for p in part.strip().split("; ") if p]


@cache
def _concepts() -> list[Concept]:
    concepts = []
    for thing, parts in _lines():
        official, everyday, english = ([p.removeprefix(_MARKED) for p in part] for part in parts)
        concepts.append(Concept(official, everyday, english, thing))
    return concepts


@cache
def _only_marked() -> frozenset[str]:
    """Phrases that without their marks are often something else."""
    return frozenset(p.removeprefix(_MARKED) for _, parts in _lines() for part in parts for p in part if p.startswith(_MARKED))


@cache
def phrases() -> tuple[str, ...]:
    """Every Vietnamese phrase, official or not: words as they are written."""
    return tuple(phrase for concept in _concepts() for phrase in (*concept.official, *concept.everyday))


@cache
def _vietnamese() -> Index:
    """Official phrases lead to their siblings, too, but for single syllables of Vietnamese: "số" is in too many words."""
    return _index(
        (phrase, i)
        for i, c in enumerate(_concepts())
        for phrase in (*c.everyday, *c.official)
        if phrase in c.everyday or " " in phrase or not is_syllable(phrase)
    )


@cache
def _vietnamese_folded() -> Index:
    """The same without marks, for phrases of two syllables and more: one syllable folds to too many words."""
    kept = ((phrase, found) for phrase, found in _vietnamese().items() if " " in phrase and phrase not in _only_marked())
    return _index((fold(phrase), i) for phrase, found in kept for i in found)


@cache
def _english() -> Index:
    return _index((" ".join(map(stem, phrase.split())), i) for i, c in enumerate(_concepts()) for phrase in c.english)


def _index(pairs: Iterable[tuple[str, int]]) -> Index:
    index: Index = {}
    for phrase, concept in pairs:
        index.setdefault(phrase, []).append(concept)
    return index


class Searched(NamedTuple):
    """The words of a text to search for, as concepts, and the things that it names."""

    words: list[str]
    things: tuple[Thing, ...]


def vietnamese_words(text: str, *, bare: bool, asking: Container[str]) -> Searched:
    """Words of a Vietnamese text; phrases of the thesaurus as concepts with the official words as alternatives.

    `bare`: it was typed without marks, which were guessed since: phrases that only fold alike are taken, too. A phrase of
    words of `asking` only is none.
    """
    marked = _vietnamese()
    folded = _vietnamese_folded() if bare else {}

    def concepts(run: Sequence[str]) -> list[int]:
        phrase = " ".join(run)
        if all(w in asking for w in run) or (bare and phrase in _only_marked()):
            return []
        return marked.get(phrase) or folded.get(fold(phrase)) or []

    return _searched(tokens(text), concepts, keep=True)


def english_words(text: str, *, asking: Container[str]) -> Searched:
    """Vietnamese search words for an English text. Words that the thesaurus does not know stay: names, abbreviations."""
    index = _english()

    def concepts(run: Sequence[str]) -> list[int]:
        return [] if all(w in asking for w in run) else index.get(" ".join(map(stem, run))) or []

    return _searched(tokens(text), concepts, keep=False)


def known_phrases(text: str) -> int:
    """How many different phrases of two words and more in a text the thesaurus knows; what only asks counts for nothing."""
    words = tokens(text)
    stems = [stem(w) for w in words]
    marked, folded, english = _vietnamese(), _vietnamese_folded(), _english()
    places = [(i, i + size) for size in (2, 3, 4) for i in range(len(words) - size + 1)]
    runs = {" ".join(words[at:to]) for at, to in places}
    known = {fold(run) for run in runs if run in marked or run in folded} - _ASKED_OF_ALL
    return len(known | {run for at, to in places if (run := " ".join(stems[at:to])) in english})


def speaks_of_the_field(text: str) -> bool:
    """Whether the thesaurus knows a word or a phrase of a text."""
    indexes = (_vietnamese(), _vietnamese_folded(), _english())
    words = tokens(text)
    stems = [stem(w) for w in words]
    runs = (" ".join(said[i : i + size]) for said in (words, stems) for size in (1, 2, 3, 4) for i in range(len(said) - size + 1))
    return any(run in index for run in runs for index in indexes)


def _searched(words: Sequence[str], concepts: Callable[[Sequence[str]], list[int]], *, keep: bool) -> Searched:
    out: list[str] = []
    things: list[Thing] = []
    i = 0
    while i < len(words):
        for size in range(min(_LONGEST, len(words) - i), 0, -1):
            run = words[i : i + size]
            if found := concepts(run):
                out += [CONCEPT_END, *_alternatives(run if keep else None, found), CONCEPT_END]
                things += _thing(run, found)
                i += size
                break
        else:
            out.append(words[i])
            i += 1
    return Searched(out, tuple(things))


def _thing(typed: Sequence[str], concepts: Sequence[int]) -> list[Thing]:
    """The thing that the concepts of a phrase are, none when none of them is one."""
    if not any(_concepts()[i].thing for i in concepts):
        return []
    return [Thing(" ".join(typed), tuple(dict.fromkeys(name for i in concepts for name in _names(i))))]


@cache
def _names(concept: int) -> tuple[str, ...]:
    """All Vietnamese phrases of a concept, folded, as they stand among the words of a plan."""
    phrases = (*_concepts()[concept].official, *_concepts()[concept].everyday)
    return tuple(" ".join(folded_words(p)) for p in phrases)


def _alternatives(typed: Sequence[str] | None, concepts: Sequence[int]) -> list[str]:
    official = [tokens(expand(p)) for i in concepts for p in _concepts()[i].official]
    each = [list(typed), *official] if typed else official
    out: list[str] = []
    for phrase in list(dict.fromkeys(map(tuple, each)))[:_MOST_ALTERNATIVES]:
        out += [*([ALTERNATIVE] if out else []), *phrase]
    return out


# Endings of English words, longest first, and what they leave: a word and its plural, past and -ing form become one
_ENDINGS: Final = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))


def stem(word: str) -> str:
    """An English word without its inflection: "surveys", "surveyed" and "surveying" are "survey"."""
    for ending, left in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
            base = word[: len(word) - len(ending)] + left
            if ending in ("ing", "ed") and len(base) > 3 and base[-1] == base[-2] and base[-1] not in "ls":
                base = base[:-1]
            return base.removesuffix("e")
    return word.removesuffix("e") if len(word) > 4 else word
