"""Gold files: what is read, what is refused with its line, and what the shipped gold set is."""

import json
from collections import Counter
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.library import Library
from assistant.vietnamese import has_diacritics
from eval.cases import HOLDOUT, Case, check_places, dump_case, load_cases, with_twins
from eval.evaluation import gold_files
from eval.run import texts_of

_GOOD = {
    "id": "a-1", "kind": "task", "language": "vi", "turns": ["Nhiệm vụ 27 do ai chủ trì?"], "status": "answered",
    "facts": [["Sở Thông tin và Truyền thông"]], "citations": [[{"source": "p.txt", "text": "Chuyển đổi số"}]],
}  # fmt: skip


def _file(folder: Path, *cases: object) -> Path:
    file = folder / "mine.jsonl"
    file.write_text("\n".join(c if isinstance(c, str) else json.dumps(c, ensure_ascii=False) for c in cases), encoding="utf-8")
    return file


def test_a_case_is_read_and_written_as_it_was(tmp_path: Path) -> None:
    (case,) = load_cases([_file(tmp_path, _GOOD)])
    assert (case.question, case.file, case.status) == ("Nhiệm vụ 27 do ai chủ trì?", "mine", ("answered",))
    assert json.loads(dump_case(case)) == {**_GOOD}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("{not json", "line 2"),
        ({**_GOOD, "kind": "tasks"}, "kind"),
        ({**_GOOD, "status": "ok"}, "status"),
        ({**_GOOD, "turns": []}, "turns"),
        ({**_GOOD, "turns": ["  "]}, "empty"),
        ({**_GOOD, "facts": [[]]}, "empty"),
        ({**_GOOD, "facts": []}, "answered"),
        ({**_GOOD, "citations": []}, "answered"),
        ({**_GOOD, "expected": 1}, "expected"),
        ({**_GOOD, "id": "a-1"}, "taken"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number_and_reason(tmp_path: Path, wrong: object, told: str) -> None:
    with pytest.raises(UsageError, match=r"mine\.jsonl, line 2") as refused:
        load_cases([_file(tmp_path, _GOOD, wrong)])
    assert told in str(refused.value)


def test_files_that_are_missing_empty_or_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        load_cases([tmp_path / "none.jsonl"])
    with pytest.raises(UsageError, match="no gold cases"):
        load_cases([_file(tmp_path, "", "  ")])
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UTF-8"):
        load_cases([tmp_path / "binary.jsonl"])


def test_a_vietnamese_case_has_a_twin_without_its_marks_and_an_english_one_has_none() -> None:
    vietnamese = Case.model_validate({**_GOOD, "turns": ["Đồng Nai thì sao?", "AI CHỦ TRÌ?"]})
    plain = Case.model_validate({**_GOOD, "id": "a-2", "turns": ["ai chu tri nhiem vu 27"]})
    english = Case.model_validate({**_GOOD, "id": "a-3", "language": "en", "turns": ["Who leads task 27 of Đồng Nai?"]})
    cases = with_twins([vietnamese, plain, english])
    assert [c.id for c in cases] == ["a-1", "a-1~plain", "a-2", "a-3"]
    assert cases[1].turns == ("Dong Nai thi sao?", "AI CHU TRI?")
    assert (cases[1].typing, cases[1].facts) == ("twin", vietnamese.facts)


def test_a_place_must_stand_once_in_its_source() -> None:
    case = Case.model_validate(_GOOD)
    assert check_places([case], {"p.txt": "về Chuyển\n  đổi số của tỉnh"}) == []
    assert "stands 2 times" in check_places([case], {"p.txt": "Chuyển đổi số, Chuyển đổi số"})[0]
    assert "stands 0 times" in check_places([case], {"p.txt": "khác"})[0]
    assert "no source p.txt" in check_places([case], {})[0]


def test_the_gold_set_is_as_large_and_as_broad_as_promised(library: Library) -> None:
    cases = load_cases(gold_files())
    kinds = Counter(c.kind for c in cases)
    sources = {s for c in cases for s in c.plans}
    assert len(cases) >= 500
    assert sum(c.file == HOLDOUT for c in cases) >= 100
    assert min(kinds.values()) >= 15, kinds
    assert sources == set(texts_of(library))
    assert sum(c.language == "en" for c in cases) >= 100
    assert {c.typing for c in cases} >= {"careful", "plain", "hurried", "hostile"}
    assert sum(c.language == "vi" and any(has_diacritics(t) for t in c.turns) for c in cases) >= 350
    assert check_places(cases, texts_of(library)) == []
