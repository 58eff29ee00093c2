"""Question → passages, best first: dense and BM25 search, fused, then weighed by how much of the question each covers.

`Retriever` is plain and quick to load; `assistant.llama.PlanRetriever` offers it as a llama-index retriever.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from assistant.abbreviations import expand
from assistant.library import Library
from assistant.plans import LEAD_LINE, Passage
from assistant.register import Shelf
from assistant.vietnamese import fold, tokens, with_pairs

_CANDIDATES: Final = 40  # of each search
_RRF_K: Final = 60  # the usual constant of reciprocal-rank fusion
# Measured on questions over the five plans: cosine similarities of e5 lie in a narrow band, 0.78 for anything to 0.92
_RARE: Final = 7.4  # the weight of a word that one passage in fifty has
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


class Retriever:
    """Hybrid search over a library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def search(
        self, shelf: Shelf, text: str, words: Sequence[str], *, plain: bool, plan_ids: Sequence[str] = (),
        kind: Literal["task", "section"] | None = None, translated: bool = False, limit: int = 12,
    ) -> list[Hit]:  # fmt: skip
        """The best passages for a question: `text` as asked for the meaning, `words` for the words.

        `plain`: the words are typed without diacritics.
        """
        dense = dict(self._library.nearest(shelf, text, _CANDIDATES, plan_ids))
        lexical = [p for p, _ in self._library.search_text(words, folded=plain, limit=_CANDIDATES, plan_ids=plan_ids)]
        ranks: dict[str, float] = {}
        for ranking in (dense, lexical):
            for rank, passage_id in enumerate(ranking):
                ranks[passage_id] = ranks.get(passage_id, 0.0) + 1.0 / (_RRF_K + rank)
        weights = self.weights(shelf, words, translated=translated)
        farthest = min(dense.values(), default=_DENSE_FLOOR)  # what only the words found is no nearer than this
        hits = []
        for passage_id, fused in ranks.items():
            passage = shelf.passages.get(passage_id)
            if passage is None or (kind and passage.kind != kind):
                continue
            coverage = _coverage(weights, passage)
            similarity = dense.get(passage_id)
            closeness = max(0.0, ((similarity or farthest) - _DENSE_FLOOR) / _DENSE_SPAN)
            score = 0.3 * fused * _RRF_K / 2 + 0.3 * closeness + 0.4 * coverage
            hits.append(Hit(passage, score, similarity, coverage, has_phrase(weights, passage.embedded)))
        return sorted(hits, key=lambda h: -h.score)[:limit]

    def weights(self, shelf: Shelf, words: Iterable[str], *, translated: bool = False) -> dict[str, float]:
        """Rarity of the folded words and word pairs of a question; a pair that no passage has counts little.

        `translated`: words that no passage has are English ones without a translation and count little, too.
        """
        terms = list(dict.fromkeys(with_pairs([fold(w) for w in words])))
        counts = self._library.register.document_counts(terms)
        total = len(shelf.passages) + 1
        return {
            term: (0.25 if term not in counts and ("_" in term or translated) else 1.0)
            * math.log(1 + total / (1 + counts.get(term, 0))) ** 1.5
            for term in terms
        }


def _coverage(weights: Mapping[str, float], passage: Passage) -> float:
    """Coverage by the whole passage; of a row mostly by its task, since the other cells are what is asked for."""
    whole = covered(weights, passage.embedded)
    if passage.kind == "section":
        return whole
    return 0.35 * whole + 0.65 * covered(weights, f"{passage.context}\n{expand(passage.text.split(LEAD_LINE)[0])}")


def covered(weights: Mapping[str, float], text: str) -> float:
    """The weighted share of terms that stand in a text, 0 to 1; 0 when there are no terms."""
    whole = sum(weights.values())
    if not whole:
        return 0.0
    present = set(with_pairs([fold(t) for t in tokens(text)]))
    return sum(weight for term, weight in weights.items() if term in present) / whole


def has_phrase(weights: Mapping[str, float], text: str) -> bool:
    """Whether two neighbouring words of a question stand side by side in a text, or two rare ones anywhere in it.

    A question of one word: whether it stands there.
    """
    present = set(with_pairs([fold(t) for t in tokens(text)]))
    pairs = [term for term in weights if "_" in term]
    if not pairs:
        return any(term in present for term in weights)
    rare = sum(weight >= _RARE and term in present for term, weight in weights.items() if "_" not in term)
    return any(pair in present for pair in pairs) or rare >= 2
