"""A case and its outcome → a score: what is right, what is missing, and how good its sources are. No model, no key."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assistant.vietnamese import nfc, one_tone
from eval import metrics
from eval.cases import Case, Place, squeezed
from eval.outcomes import Outcome, Spot

RANKS: Final = (1, 3, 5, 10)  # the k of recall@k
NDCG_RANK: Final = 10
_REFUSALS: Final = frozenset({"not_found", "out_of_scope"})
_MARKER: Final = re.compile(r"\s*\[\d+\](?!\.\d)")  # "[1]"; "[II].6" and "[1].2" are paths of sections


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How one answer did. Shares are 0 to 1, None where there is nothing to score."""

    case: Case
    outcome: Outcome
    problems: tuple[str, ...]  # what is wrong with the answer; none: it is right
    citation_precision: float | None
    citation_recall: float | None
    verbatim: bool  # every quote is exactly what stands there
    gains: tuple[int, ...] = ()  # of each place found, how many wanted ones it is the first to hold
    wanted: int = 0
    refused: tuple[bool, bool] | None = None  # should have been refused, was refused
    asked_back: tuple[bool, bool] | None = None  # should have asked back, did

    @property
    def right(self) -> bool:
        return not self.problems

    def recall_at(self, k: int) -> float | None:
        return metrics.recall_at(self.gains, self.wanted, k)

    @property
    def reciprocal_rank(self) -> float | None:
        return metrics.reciprocal_rank(self.gains, self.wanted)

    @property
    def ndcg(self) -> float | None:
        return metrics.ndcg_at(self.gains, self.wanted, NDCG_RANK)


class Scorer:
    """Scores outcomes against the ingested texts of their sources."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._spots: dict[Place, tuple[Spot, ...]] = {}

    def score(self, case: Case, outcome: Outcome) -> Score:
        """The score of one case."""
        cited: list[Spot] = list(outcome.citations)
        precision, recall = self._citations(case, cited)
        verbatim = all(self._texts.get(c.source, "")[c.start : c.end] == c.quote and c.quote.strip() for c in outcome.citations)
        gains, wanted = self.gains(case, outcome.found)
        return Score(
            case=case,
            outcome=outcome,
            problems=tuple(self._problems(case, outcome, precision, recall, verbatim)),
            citation_precision=precision,
            citation_recall=recall,
            verbatim=verbatim,
            gains=gains,
            wanted=wanted,
            refused=_verdict(case, outcome, _REFUSALS),
            asked_back=_verdict(case, outcome, frozenset({"ambiguous"})),
        )

    def gains(self, case: Case, found: Iterable[Spot]) -> tuple[tuple[int, ...], int]:
        """How many wanted places each place found is the first to hold, and how many are wanted."""
        open_groups = [self._alternatives(group) for group in case.citations]
        wanted = len(open_groups)
        gains = []
        for spot in found:
            left = [g for g in open_groups if not any(_holds(spot, place) for place in g)]
            gains.append(len(open_groups) - len(left))
            open_groups = left
        return tuple(gains), wanted

    def _problems(
        self, case: Case, outcome: Outcome, precision: float | None, recall: float | None, verbatim: bool
    ) -> Iterable[str]:
        if outcome.status not in case.status:
            yield f"status {outcome.status}, not {' or '.join(case.status)}"
        if outcome.language != case.language:
            yield f"answered in {outcome.language}"
        told = comparable(outcome.answer)
        for group in case.facts:
            if not any(says(told, fact) for fact in group):
                yield f"does not say “{group[0]}”"
        for wrong in case.forbidden:
            if says(told, wrong):
                yield f"says “{wrong}”"
        if not verbatim:
            yield "a quote does not stand where it says"
        if outcome.status == "answered" and case.status == ("answered",) and not outcome.citations:
            yield "no source"
        elif case.citations and recall == 0.0:
            yield "none of the right sources"
        if case.exact and (recall, precision) != (1.0, 1.0):
            yield f"not the rows of the list: {_share(recall)} of them, {_share(precision)} of what is cited is right"

    def _citations(self, case: Case, cited: Sequence[Spot]) -> tuple[float | None, float | None]:
        if not case.citations:
            return None, None
        groups = [self._alternatives(group) for group in case.citations]
        relevant = [any(_holds(spot, place) for g in groups for place in g) for spot in cited]
        found = [any(_holds(spot, place) for spot in cited for place in g) for g in groups]
        return metrics.precision(relevant), metrics.recall(found)

    def _alternatives(self, group: Sequence[Place]) -> list[Spot]:
        return [spot for place in group for spot in self._spots_of(place)]

    def _spots_of(self, place: Place) -> tuple[Spot, ...]:
        """Where the words of a place stand in the ingested text."""
        if place not in self._spots:
            words = [re.escape(w) for w in squeezed(place.text).split()]
            matches = re.finditer(r"\s+".join(words), self._texts.get(place.source, ""))
            self._spots[place] = tuple(Spot(source=place.source, start=m.start(), end=m.end()) for m in matches)
        return self._spots[place]


def _holds(spot: Spot, place: Spot) -> bool:
    return spot.source == place.source and spot.start <= place.start and place.end <= spot.end


def _verdict(case: Case, outcome: Outcome, statuses: frozenset[str]) -> tuple[bool, bool] | None:
    """Whether the status should be and is among `statuses`; None for cases that leave both open."""
    among = {status in statuses for status in case.status}
    return (among.pop(), outcome.status in statuses) if len(among) == 1 else None


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.0%}"


@lru_cache(maxsize=2**14)
def comparable(text: str) -> str:
    """A text as facts are compared in: NFC, one tone placement, lower case, without emphasis, markers and runs of space."""
    return " ".join(_MARKER.sub("", one_tone(nfc(text))).replace("*", "").casefold().split())


def says(told: str, fact: str) -> bool:
    """Whether a comparable text says a fact in whole words: "5%" is not said by "15%", nor "27" by "127" or "2,27"."""
    wanted = comparable(fact)
    return bool(wanted) and re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(wanted)}(?!\w)(?![.,]\d)", told) is not None
