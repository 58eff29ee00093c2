"""People's words → the words that plans print, from `thesaurus.toml`: how a question and a plan meet in other words.

A phrase of a question that the thesaurus knows becomes a concept (see `concepts`): the phrase as typed, and the official
phrases beside it as alternatives. The longest phrase that fits is taken.
"""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Final

from assistant.abbreviations import expand
from assistant.understanding.concepts import ALTERNATIVE, CONCEPT_END
from assistant.vietnamese import fold, tokens

_FILE: Final = "thesaurus.toml"
_MOST_ALTERNATIVES: Final = 5

Phrase = tuple[str, ...]


@cache
def _entries() -> list[dict[str, list[str]]]:
    """{"plan": […], "vi": […], "en": […]} of every concept."""
    text = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    return tomllib.loads(text)["concept"]  # type: ignore[no-any-return]


@cache
def phrases() -> tuple[str, ...]:
    """Every Vietnamese phrase, official or not: words as they are written."""
    return tuple(phrase for entry in _entries() for phrase in (*entry["plan"], *entry.get("vi", [])))


@cache
def _vietnamese() -> dict[Phrase, tuple[Phrase, ...]]:
    """Marked phrase → official phrases of its concepts. Official phrases lead to their siblings."""
    return _index((tokens(p), entry["plan"]) for entry in _entries() for p in (*entry.get("vi", []), *entry["plan"]))


@cache
def _vietnamese_folded() -> dict[Phrase, tuple[Phrase, ...]]:
    """The same without marks, for phrases of two syllables and more: one syllable folds to too many words."""
    folded = ((tuple(fold(w) for w in phrase), official) for phrase, official in _vietnamese().items() if len(phrase) > 1)
    index: dict[Phrase, tuple[Phrase, ...]] = {}
    for phrase, official in folded:
        index[phrase] = tuple(dict.fromkeys([*index.get(phrase, ()), *official]))[:_MOST_ALTERNATIVES]
    return index


@cache
def _english() -> dict[Phrase, tuple[Phrase, ...]]:
    """Stems of an English phrase → official phrases of its concepts."""
    return _index(([stem(w) for w in tokens(p)], entry["plan"]) for entry in _entries() for p in entry.get("en", []))


def _index(pairs: Iterable[tuple[Sequence[str], list[str]]]) -> dict[Phrase, tuple[Phrase, ...]]:
    index: dict[Phrase, tuple[Phrase, ...]] = {}
    for phrase, plan in pairs:
        official = [tuple(tokens(expand(p))) for p in plan]
        index[tuple(phrase)] = tuple(dict.fromkeys([*index.get(tuple(phrase), ()), *official]))[:_MOST_ALTERNATIVES]
    return index


def vietnamese_words(text: str) -> list[str]:
    """Words of a Vietnamese text; phrases of the thesaurus as concepts with the official words as alternatives."""
    words = tokens(text)
    marked, folded = _vietnamese(), _vietnamese_folded()
    return _translated(words, lambda run: marked.get(run) or folded.get(tuple(fold(w) for w in run)), keep=True)


def english_words(text: str) -> list[str]:
    """Vietnamese search words for an English text. Words that the thesaurus does not know stay: names, abbreviations."""
    index = _english()
    return _translated(tokens(text), lambda run: index.get(tuple(stem(w) for w in run)), keep=False)


def _translated(words: Sequence[str], official: Callable[[Phrase], Sequence[Phrase] | None], *, keep: bool) -> list[str]:
    out: list[str] = []
    longest = _longest()
    i = 0
    while i < len(words):
        for size in range(min(longest, len(words) - i), 0, -1):
            run = tuple(words[i : i + size])
            if found := official(run):
                alternatives = [run, *(p for p in found if p != run)] if keep else list(found)
                out += [CONCEPT_END, *_joined(alternatives), CONCEPT_END]
                i += size
                break
        else:
            out.append(words[i])
            i += 1
    return out


@cache
def _longest() -> int:
    return max(len(phrase) for index in (_vietnamese(), _english()) for phrase in index)


def _joined(alternatives: Sequence[Phrase]) -> list[str]:
    out: list[str] = []
    for i, phrase in enumerate(alternatives):
        out += [*([ALTERNATIVE] if i else []), *phrase]
    return out


# Endings of English words, longest first, and what they leave; enough for one word and its own plural, past or -ing form
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
