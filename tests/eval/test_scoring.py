"""The scorer is tested with wrong answers: each must fail, and for the reason that it is wrong."""

from typing import Any

import pytest

from eval.cases import Case
from eval.outcomes import Cited, Outcome, Spot
from eval.scoring import Score, Scorer, comparable, says

_TEXT = "STT 27\nSở Nội vụ chủ trì, hạn Quý I/2021\nSTT 28\nSở Tư pháp chủ trì, hạn Quý II/2021\nSTT 29\nSở Y tế, 15% hồ sơ\n"


def _span(words: str) -> tuple[int, int]:
    return _TEXT.index(words), _TEXT.index(words) + len(words)


_ROW_27 = _span("Sở Nội vụ chủ trì, hạn Quý I/2021")
_ROW_28 = _span("Sở Tư pháp chủ trì, hạn Quý II/2021")
_CASE: dict[str, Any] = {
    "id": "x", "kind": "task", "language": "vi", "turns": ["Nhiệm vụ 27 ai chủ trì, hạn nào?"], "status": "answered",
    "facts": [["Sở Nội vụ", "SNV"], ["Quý I/2021", "quý I năm 2021"]], "forbidden": ["Sở Tư pháp"],
    "citations": [[{"source": "p.txt", "text": "Sở Nội vụ chủ trì"}]],
}  # fmt: skip
_RIGHT: dict[str, Any] = {
    "id": "x", "status": "answered", "language": "vi", "answer": "**Sở Nội vụ** chủ trì [1]. Thời hạn: **Quý I/2021** [1].",
    "citations": [], "found": [Spot(source="p.txt", start=_ROW_27[0], end=_ROW_27[1])],
}  # fmt: skip


def _cited(start: int, end: int, quote: str | None = None) -> Cited:
    return Cited(source="p.txt", start=start, end=end, n=1, label="STT", quote=_TEXT[start:end] if quote is None else quote)


def _score(case: dict[str, Any] | None = None, **outcome: Any) -> Score:
    told = {**_RIGHT, "citations": [_cited(*_ROW_27)], **outcome}
    return Scorer({"p.txt": _TEXT}).score(Case.model_validate({**_CASE, **(case or {})}), Outcome.model_validate(told))


def test_a_right_answer_is_right() -> None:
    score = _score()
    assert score.problems == ()
    assert (score.citation_precision, score.citation_recall, score.verbatim) == (1.0, 1.0, True)
    assert (score.recall_at(1), score.reciprocal_rank, score.ndcg) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        ({"answer": "**Sở Tài chính** chủ trì [1]. Thời hạn: Quý I/2021 [1]."}, "does not say “Sở Nội vụ”"),
        ({"answer": "**Sở Nội vụ** chủ trì [1]."}, "does not say “Quý I/2021”"),
        ({"answer": "Sở Nội vụ, Quý I/2021, cùng Sở Tư pháp [1]."}, "says “Sở Tư pháp”"),
        ({"status": "not_found"}, "status not_found"),
        ({"status": "ambiguous"}, "status ambiguous"),
        ({"language": "en"}, "answered in en"),
        ({"citations": []}, "no source"),
        ({"citations": [_cited(*_ROW_28)]}, "none of the right sources"),
        ({"citations": [_cited(*_ROW_27, quote="Sở Nội vụ  chủ trì")]}, "a quote does not stand where it says"),
        (
            {"citations": [_cited(_ROW_27[0] + 1, _ROW_27[1], quote=_TEXT[slice(*_ROW_27)])]},
            "a quote does not stand where it says",
        ),
        ({"citations": [_cited(900, 910)]}, "a quote does not stand where it says"),
        ({"answer": ""}, "does not say “Sở Nội vụ”"),
    ],
)
def test_a_wrong_answer_is_wrong_and_told_why(outcome: dict[str, Any], problem: str) -> None:
    score = _score(**outcome)
    assert not score.right
    assert any(p.startswith(problem) for p in score.problems), score.problems


@pytest.mark.parametrize(
    ("told", "fact", "said"),
    [
        ("đạt từ **15%** trở lên", "15%", True),
        ("đạt từ 115% trở lên", "15%", False),
        ("đạt từ 2,15% trở lên", "15%", False),
        ("STT 127", "27", False),
        ("STT 27.", "27", True),
        ("mục 27.1", "27", False),
        ("Quý III/2021", "Quý I", False),
        ("quý  I/2021", "Quý I/2021", True),
        ("Uỷ ban nhân dân", "Ủy ban nhân dân", True),
        ("SỞ NỘI VỤ", "Sở Nội vụ", True),
        ("Sở Nội vụ [1], [2]", "Sở Nội vụ,", True),
        ("16 nhiệm vụ", "6 nhiệm vụ", False),
        ("bất cứ gì", "", False),
    ],
)
def test_a_fact_is_said_in_whole_words_only(told: str, fact: str, said: bool) -> None:
    assert says(comparable(told), fact) is said


def test_a_list_must_cite_its_rows_and_no_other() -> None:
    both = {
        "kind": "list", "exact": True, "facts": [["2 nhiệm vụ"]], "forbidden": [],
        "citations": [[{"source": "p.txt", "text": "Sở Nội vụ chủ trì"}], [{"source": "p.txt", "text": "Sở Tư pháp chủ trì"}]],
    }  # fmt: skip
    rows = [_cited(*_ROW_27), _cited(*_ROW_28)]
    assert _score(both, answer="**2 nhiệm vụ** [1] [2]", citations=rows).right
    assert not _score(both, answer="**2 nhiệm vụ** [1]", citations=rows[:1]).right
    assert not _score(both, answer="**2 nhiệm vụ** [1] [2] [3]", citations=[*rows, _cited(*_span("Sở Y tế, 15% hồ sơ"))]).right


def test_refusing_and_asking_back_are_scored_where_the_case_leaves_no_choice() -> None:
    silent = {"kind": "silence", "status": "not_found", "facts": [], "forbidden": [], "citations": []}
    assert _score(silent, status="not_found", citations=[]).refused == (True, True)
    assert _score(silent, status="out_of_scope", citations=[]).refused == (True, True)
    assert not _score(silent, status="out_of_scope", citations=[]).right
    assert _score(silent).refused == (True, False)
    assert _score().refused == (False, False)
    assert _score({**silent, "status": ["answered", "not_found"]}).refused is None
    assert _score({**silent, "status": "ambiguous"}, status="ambiguous").asked_back == (True, True)


def test_a_place_found_late_or_twice_gains_once() -> None:
    spots = [Spot(source="p.txt", start=s, end=e) for s, e in (_ROW_28, (0, 46), _ROW_27)]
    score = _score(found=spots)
    assert score.gains == (0, 1, 0)
    assert (score.recall_at(1), score.recall_at(3), score.reciprocal_rank) == (0.0, 1.0, 0.5)


def test_without_right_places_nothing_is_scored_of_retrieval() -> None:
    score = _score({"kind": "scope", "status": "out_of_scope", "facts": [], "citations": []}, found=[])
    assert (score.citation_precision, score.citation_recall, score.recall_at(5), score.ndcg) == (None, None, None, None)
