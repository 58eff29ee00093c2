"""Measures over ranked places and verdicts. None means unscored (nothing to score), which is not zero."""

import math
from collections.abc import Sequence


def precision(relevant: Sequence[bool]) -> float | None:
    """The share of what was given that is relevant, None when nothing was given."""
    return sum(relevant) / len(relevant) if relevant else None


def recall(found: Sequence[bool]) -> float | None:
    """The share of what was wanted that was found, None when nothing was wanted."""
    return sum(found) / len(found) if found else None


def recall_at(gains: Sequence[int], wanted: int, k: int) -> float | None:
    """The share of the wanted places within the first k; `gains`: how many new wanted places each rank brings."""
    return min(sum(gains[:k]), wanted) / wanted if wanted else None


def reciprocal_rank(gains: Sequence[int], wanted: int) -> float | None:
    """1 / the rank of the first wanted place, 0.0 when there is none among those found."""
    if not wanted:
        return None
    return next((1 / rank for rank, gain in enumerate(gains, 1) if gain), 0.0)


def ndcg_at(gains: Sequence[int], wanted: int, k: int) -> float | None:
    """Discounted gain of the first k over that of the ideal ranking: all wanted places first, one a rank, at most k."""
    if not wanted:
        return None
    got = sum(min(gain, 1) / math.log2(rank + 1) for rank, gain in enumerate(gains[:k], 1))
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(wanted, k) + 1))
    return min(1.0, got / ideal)


def mean(values: Sequence[float | None]) -> float | None:
    """The mean of the scored values, None when none is."""
    scored = [v for v in values if v is not None]
    return sum(scored) / len(scored) if scored else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that `share` (0 to 1) of the values don't exceed."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
