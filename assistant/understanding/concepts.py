"""What a question is about, as concepts to search for.

A concept is one thing asked for; its alternatives are ways to say it ("tập huấn" or "bồi dưỡng"). In a question's
`words` concepts are parted by "|" and alternatives by "/": two words on either side of a mark are no pair.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from itertools import pairwise
from typing import Final

from assistant.vietnamese import fold

CONCEPT_END: Final = "|"
ALTERNATIVE: Final = "/"
_MARKS: Final = (CONCEPT_END, ALTERNATIVE)

Concept = tuple[tuple[str, ...], ...]  # alternatives, each a run of folded words


def concepts_of(words: Iterable[str]) -> list[Concept]:
    """The concepts of a question's words, folded; empty ones left out."""
    concepts: list[Concept] = []
    for chunk in chunks(words):
        runs = [tuple(fold(w) for w in run) for run in _split(chunk, ALTERNATIVE) if run]
        if runs:
            concepts.append(tuple(runs))
    return concepts


def runs_of(words: Iterable[str]) -> list[tuple[str, ...]]:
    """The runs of words in their own spelling."""
    return [tuple(run) for chunk in chunks(words) for run in _split(chunk, ALTERNATIVE) if run]


def chunks(words: Iterable[str]) -> list[list[str]]:
    """The words between concept marks, with the marks of alternatives."""
    return _split(list(words), CONCEPT_END)


def _split(words: Sequence[str], mark: str) -> list[list[str]]:
    out: list[list[str]] = [[]]
    for word in words:
        if word == mark:
            out.append([])
        else:
            out[-1].append(word)
    return out


def without(words: Iterable[str], explained: Callable[[Sequence[str]], bool], phrases: Container[str]) -> tuple[str, ...]:
    """The words without those explained: single ones, and concepts that are explained as typed or mean one of `phrases`."""
    kept: list[str] = []
    for chunk in chunks(words):
        runs = _split(chunk, ALTERNATIVE)
        if len(runs) == 1:
            left = [w for w in runs[0] if not explained([w])]
        else:
            left = [] if explained(runs[0]) or any(" ".join(run) in phrases for run in runs) else chunk
        kept += [*left, CONCEPT_END] if left else []
    return tuple(kept)


def first_runs(words: Iterable[str]) -> list[list[str]]:
    """Of every concept the first alternative: the words as typed, of an English question one translation."""
    return [run for chunk in chunks(words) if (run := _split(chunk, ALTERNATIVE)[0])]


def typed_words(words: Iterable[str]) -> list[str]:
    """The words of the first alternatives."""
    return [w for run in first_runs(words) for w in run]


def plain_words(words: Iterable[str]) -> tuple[str, ...]:
    """The words without the marks between them."""
    return tuple(w for w in words if w not in _MARKS)


def terms_of(run: Sequence[str]) -> list[str]:
    """A run's words and the pairs of neighbours in it ("ho", "so", "ho_so")."""
    return list(dict.fromkeys([*run, *(f"{a}_{b}" for a, b in pairwise(run))]))
