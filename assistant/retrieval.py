"""Question → passages, best first: dense and BM25 search, fused, then weighed by how much of the question each covers."""

import math
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from assistant.abbreviations import expand
from assistant.library import Library
from assistant.plans import LEAD_LINE, Passage
from assistant.register import Shelf
from assistant.understanding.concepts import concepts_of, runs_of, terms_of
from assistant.vietnamese import fold, is_syllable, tokens, with_pairs

_CANDIDATES: Final = 40  # of each search
_RRF_K: Final = 60  # the usual constant of reciprocal-rank fusion
# What the fused rank, the meaning and the words count for, and how much a long passage, which covers more by chance, loses.
# Fitted on some 800 gold questions, where the ranking hardly changes for a tenth more or less.
_SHARES: Final = (0.3, 0.4, 0.4)
_LENGTH_COST: Final = 0.02
_MOST_COUNTS: Final = 50_000  # terms kept with their counts, some 5 MB
_RARE: Final = 7.4  # the weight of a word that one passage in fifty has
# Measured on questions over the five plans: cosine similarities of e5 lie in a narrow band, 0.78 for anything to 0.92
_DENSE_FLOOR: Final = 0.78
_DENSE_SPAN: Final = 0.14


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found.

    `coverage`: the share of the question's words in it, weighted by rarity, 0 to 1. `phrase`: two neighbouring words of
    the question stand side by side in it; single syllables of Vietnamese match by chance.
    """

    passage: Passage
    score: float
    similarity: float | None  # cosine, None when only the words found it
    coverage: float
    phrase: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question's concepts: for each its alternatives, for each the weights of its words and pairs."""

    concepts: tuple[tuple[dict[str, float], ...], ...]
    printed: frozenset[str] = frozenset()  # the terms that stand in some passage
    worths: tuple[float, ...] = field(init=False)  # what each concept counts for

    def __post_init__(self) -> None:
        object.__setattr__(self, "worths", tuple(map(self._worth, self.concepts)))

    def covered_by(self, text: str) -> float:
        """The share of the question that a text covers, 0 to 1: of each concept its best alternative."""
        return self.covered(_terms_in(text))

    def covered(self, present: Set[str]) -> float:
        """The same for the terms of a text."""
        whole = got = 0.0
        for alternatives, worth in zip(self.concepts, self.worths, strict=True):
            whole += worth
            got += worth * max(
                sum(w for term, w in run.items() if term in present) / (sum(run.values()) or 1.0) for run in alternatives
            )
        return got / whole if whole else 0.0

    def subjects(self) -> "Weighed":
        """Only the concepts that are surely about something: whose words stand side by side in some passage, or names and
        abbreviations that do. Single syllables of Vietnamese are left over from the wording of a question."""
        kept = (c for c in self.concepts if any(t in self.printed and ("_" in t or not is_syllable(t)) for run in c for t in run))
        return Weighed(tuple(kept), self.printed)

    def has_run(self, run: Sequence[str]) -> bool:
        """Whether a run of words is the first alternative of one of the concepts."""
        return any(set(terms_of([fold(w) for w in run])) == set(c[0]) for c in self.concepts)

    def _worth(self, alternatives: Sequence[dict[str, float]]) -> float:
        """What a concept counts for: its heaviest alternative whose words the library has, else its first."""
        printed = [sum(run.values()) for run in alternatives if all(t in self.printed for t in run if "_" not in t)]
        return max(printed, default=sum(alternatives[0].values()))

    def has_phrase(self, present: Set[str]) -> bool:
        """Whether two neighbouring words of the question stand side by side in a text of these terms, or two rare ones anywhere.

        A question of one word: whether it stands there.
        """
        terms = {term: weight for alternatives in self.concepts for run in alternatives for term, weight in run.items()}
        if not any("_" in term for term in terms):
            return any(term in present for term in terms)
        rare = sum(weight >= _RARE and term in present for term, weight in terms.items() if "_" not in term)
        return any("_" in term and term in present for term in terms) or rare >= 2


class Retriever:
    """Hybrid search over a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._counts: tuple[tuple[int, int] | None, dict[str, int]] = (None, {})  # of one version of the shelf

    def search(
        self, shelf: Shelf, text: str, words: Sequence[str], weighed: Weighed, *, plain: bool, plan_ids: Sequence[str] = (),
        limit: int,
    ) -> list[Hit]:  # fmt: skip
        """The best passages for a question: `text` as asked for the meaning, `words` for the words, `weighed` as `weigh` gives them.

        `plain`: the words are typed without diacritics.
        """
        dense = dict(self._library.nearest(shelf, text, _CANDIDATES, plan_ids))
        lexical = [
            p
            for p, _ in self._library.search_text(_terms(words, folded=plain), folded=plain, limit=_CANDIDATES, plan_ids=plan_ids)
        ]
        ranks: dict[str, float] = {}
        for ranking in (dense, lexical):
            for rank, passage_id in enumerate(ranking):
                ranks[passage_id] = ranks.get(passage_id, 0.0) + 1.0 / (_RRF_K + rank)
        farthest = min(dense.values(), default=_DENSE_FLOOR)  # what only the words found is no nearer than this
        hits = []
        for passage_id, fused in ranks.items():
            passage = shelf.passages.get(passage_id)
            if passage is None:
                continue
            coverage = _coverage(weighed, passage)
            similarity = dense.get(passage_id)
            closeness = max(0.0, ((similarity or farthest) - _DENSE_FLOOR) / _DENSE_SPAN)
            by_rank, by_meaning, by_words = _SHARES
            score = by_rank * fused * _RRF_K / 2 + by_meaning * closeness + by_words * coverage
            score -= _LENGTH_COST * math.log1p(len(passage.text))
            hits.append(Hit(passage, score, similarity, coverage, weighed.has_phrase(_terms_of_passage(passage)[0])))
        return sorted(hits, key=lambda h: (-h.score, h.passage.passage_id))[:limit]

    def weigh(self, shelf: Shelf, words: Iterable[str], *, translated: bool = False) -> Weighed:
        """A question's words weighed by their rarity in the library; a pair that no passage has counts little.

        `translated`: words that no passage has are English ones without a translation and count little, too.
        """
        concepts = concepts_of(words)
        counts = self._document_counts(shelf, {t for c in concepts for run in c for t in terms_of(run)})
        total = len(shelf.passages) + 1

        def weight(term: str) -> float:
            unknown = term not in counts and ("_" in term or translated)
            return (0.25 if unknown else 1.0) * math.pow(math.log(1 + total / (1 + counts.get(term, 0))), 1.5)

        return Weighed(tuple(tuple({t: weight(t) for t in terms_of(run)} for run in c) for c in concepts), frozenset(counts))

    def _document_counts(self, shelf: Shelf, terms: Set[str]) -> dict[str, int]:
        """In how many passages each term stands; absent ones left out. The same words come again and again, so they are kept."""
        version, known = self._counts
        if version != shelf.version or len(known) > _MOST_COUNTS:
            known = {}
            self._counts = (shelf.version, known)
        if unknown := [t for t in terms if t not in known]:
            known |= dict.fromkeys(unknown, 0) | self._library.register.document_counts(unknown)
        return {t: n for t in terms if (n := known[t])}


def _terms(words: Iterable[str], *, folded: bool) -> list[str]:
    """All words and pairs of a question, whatever concept they belong to."""
    return list(dict.fromkeys(t for run in runs_of(words) for t in terms_of([fold(w) if folded else w for w in run])))


def _coverage(weighed: Weighed, passage: Passage) -> float:
    """Coverage by the whole passage; of a row mostly by its task, since the other cells are what is asked for."""
    everything, task = _terms_of_passage(passage)
    whole = weighed.covered(everything)
    return whole if passage.kind == "section" else 0.35 * whole + 0.65 * weighed.covered(task)


@lru_cache(maxsize=4096)  # some 10 KB each: a question weighs about seventy passages, and they come again
def _terms_of_passage(passage: Passage) -> tuple[frozenset[str], frozenset[str]]:
    """The terms of a passage, and those of its context and task alone."""
    task = f"{passage.context}\n{expand(passage.text.split(LEAD_LINE)[0])}" if passage.kind == "task" else ""
    return frozenset(_terms_in(passage.embedded)), frozenset(_terms_in(task))


def _terms_in(text: str) -> set[str]:
    return set(with_pairs([fold(t) for t in tokens(text)]))
