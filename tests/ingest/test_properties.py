"""Whatever a file holds, parsing does not fail, and what it finds stands in the text."""

import unicodedata
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import document_from_text
from ingest.parsing import parse_plan
from ingest.passages import plan_passages

_PIECES = st.sampled_from(
    [
        *("KẾ HOẠCH", "Số: 12/KH-UBND", "ỦY BAN NHÂN DÂN TỈNH HÀ NAM", "Nơi nhận:", "KT. CHỦ TỊCH", "PHỤ LỤC", "[1] x"),
        *("I. MỤC ĐÍCH", "II.", "1. Mục tiêu", "1.1. Nội dung", "2.1.", "a) việc;", "đ) việc", "- ý", "+ ý", "(1) ý"),
        *("Điều 1. Ban hành", "PHẦN I", "Phần thứ hai", "A. CHUNG", "Trên đây là Kế hoạch./.", "- 1 Luật Đầu tư công 2019"),
        *("STT", "TT", "Nội dung", "Cơ quan chủ trì", "Thời gian hoàn thành", "Sản phẩm", "I", "VI. Nhóm", "1", "2.", "1.1"),
        *("Sở Nội vụ", "Quý I/2024", "Tháng 13/2024", "31/02/2024", "|", "|---|---|", "\t", "\t\t", " ", "\n", "\n\n", "\r\n"),
        *("\x00", "\u200b", "\ufeff", "e\u0302\u0323", "\u2028", "\x0b", "\x0c", "<b>I</b>", "**II.**", "“", "(", "[", "."),
    ]
)
_TEXTS = st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=40).map("".join) | st.lists(_PIECES, max_size=40).map(
    "\n".join
)


@given(_TEXTS)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_parses_into_spans_of_itself(text: str) -> None:
    plan = parse_plan(document_from_text(text, "x.txt"))
    assert plan.text == unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    size = len(plan.text)
    for section in plan.sections:
        assert 0 <= section.start <= section.own_end <= section.end <= size
    for task in plan.tasks:
        assert 0 <= task.start < task.end <= size
    for fact in (*plan.facts.values(), *plan.legal_bases):
        assert 0 <= fact.start <= fact.end <= size
    assert len({s.section_id for s in plan.sections}) == len(plan.sections)
    assert len({t.task_id for t in plan.tasks}) == len(plan.tasks)


@given(_TEXTS)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_sections_never_overlap_and_passages_are_unique(text: str) -> None:
    plan = parse_plan(document_from_text(text, "x.txt"))
    spans = sorted((s.start, s.own_end) for s in plan.sections if s.own_end > s.start)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    ids = [p.passage_id for p in plan_passages(plan)]
    assert len(ids) == len(set(ids))
