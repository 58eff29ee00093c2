"""Ranking measures against values worked out by hand; nothing to score is None, never zero."""

import math

import pytest

from eval import metrics


@pytest.mark.parametrize(
    ("gains", "wanted", "k", "expected"),
    [
        ((1, 0, 1), 2, 1, 0.5),
        ((1, 0, 1), 2, 3, 1.0),
        ((0, 0), 1, 5, 0.0),
        ((), 1, 5, 0.0),
        ((2,), 2, 1, 1.0),
        ((), 0, 5, None),
    ],
)
def test_recall_at_k(gains: tuple[int, ...], wanted: int, k: int, expected: float | None) -> None:
    assert metrics.recall_at(gains, wanted, k) == expected


def test_reciprocal_rank() -> None:
    assert metrics.reciprocal_rank((0, 0, 1, 1), 2) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank((0, 0), 1) == 0.0
    assert metrics.reciprocal_rank((), 1) == 0.0
    assert metrics.reciprocal_rank((1,), 0) is None


def test_ndcg_of_a_perfect_ranking_is_one_however_few_are_wanted() -> None:
    assert metrics.ndcg_at((1, 0, 0, 0, 0), 1, 5) == 1.0
    assert metrics.ndcg_at((1, 1), 2, 10) == 1.0
    assert metrics.ndcg_at((1,) * 12, 12, 10) == 1.0


def test_ndcg_discounts_by_rank() -> None:
    assert metrics.ndcg_at((0, 1), 1, 5) == pytest.approx(1 / math.log2(3))
    assert metrics.ndcg_at((0, 0, 0), 1, 2) == 0.0
    assert metrics.ndcg_at((), 0, 5) is None


def test_nothing_to_score_is_no_zero() -> None:
    assert metrics.precision([]) is None
    assert metrics.recall([]) is None
    assert metrics.mean([None, None]) is None
    assert metrics.mean([]) is None
    assert metrics.mean([1.0, None, 0.0]) == 0.5
    assert metrics.percentile([], 0.95) is None


def test_percentile_is_a_value_that_was_measured() -> None:
    assert metrics.percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert metrics.percentile([4.0, 1.0, 3.0, 2.0], 0.95) == 4.0
    assert metrics.percentile([7.0], 0.5) == 7.0
