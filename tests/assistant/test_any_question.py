"""Whatever is typed gets an answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering import Assistant

_PIECES = st.sampled_from(
    ["nhiệm vụ", "kế hoạch 166", "ai chủ trì", "27", "1.2", "II.7.e", "quý II", "Sở Nội vụ", "bao nhiêu", "%", "và", "who leads", "?", "<b>", "**", "[1]", "z\u0338"]
)  # fmt: skip
_QUESTIONS = st.one_of(st.text(max_size=60), st.lists(st.one_of(_PIECES, st.text(max_size=4)), max_size=12).map(" ".join))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(question=_QUESTIONS, before=_QUESTIONS)
def test_any_question_gets_an_answer_with_its_quotes(assistant: Assistant, question: str, before: str) -> None:
    shelf = assistant.library.shelf()
    for history in ([], [{"role": "user", "content": before}]):
        answer = assistant.ask(question, history)
        assert answer.answer.strip()
        for citation in answer.citations:
            assert shelf.plans[citation.plan_id].text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    "question", ["z\u0338" * 200, "nhiệm vụ\u0338 27", "İ" * 50 + " nhiệm vụ 27", "\u0301", "ﷺ" * 60, "é" * 20_000]
)
def test_marks_without_letters_are_no_trouble(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).answer
