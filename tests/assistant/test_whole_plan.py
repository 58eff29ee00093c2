"""Questions about a plan as a whole: its overview, what it aims at, what is odd in its original."""

import re

import pytest

from assistant.answering import Assistant
from assistant.answers import Answer
from assistant.library import Library
from assistant.plans import Plan
from assistant.understanding.reading import understand
from assistant.vietnamese import fold, plain

_OVERVIEW = (
    "Tóm tắt kế hoạch 7018", "kế hoạch 166 nói về cái gì?", "Nội dung chính của kế hoạch 15122 là gì?", "Kế hoạch 249 gồm những phần nào?",
    "Cho mình xin tóm tắt ngắn gọn kế hoạch của Lạng Sơn với", "giới thiệu kế hoạch cải cách hành chính của Bến Tre", "bố cục kế hoạch 166",
    "summarize plan 166", "what is the Lang Son plan about?", "Which sections does plan 7018 have?", "give me an overview of the Dong Nai plan",
)  # fmt: skip
_TARGETS = (
    "mục tiêu của kế hoạch 7018", "Kế hoạch của Đồng Nai có những chỉ tiêu cụ thể nào?", "mục tiêu kế hoạch Lạng Sơn là gì", "What are the targets of plan 7018?",
    "what is the goal of plan 166?", "các kế hoạch đặt ra những chỉ tiêu gì?",
)  # fmt: skip
_ODDITIES = (
    "Kế hoạch của Đồng Nai có lỗi gì không?", "Bản gốc kế hoạch 7018 có điểm nào bất thường?", "Có điểm gì sai sót trong kế hoạch 7018?",
    "kế hoạch 166 có chỗ nào mâu thuẫn không", "Kế hoạch 2018 có gì bất thường về thời hạn?", "what mistakes are there in the Dong Nai plan?",
)  # fmt: skip
_OTHERS = (
    "Tóm tắt các nhiệm vụ của Sở Tài chính", "Kế hoạch 166 nói gì về chữ ký số?", "nội dung nhiệm vụ 27 kế hoạch 166", "mục tiêu về mức độ hài lòng của kế hoạch 249",
    "chỉ tiêu biên chế của kế hoạch 7018", "Xử lý văn bản sai phạm trong kế hoạch 7018 thế nào?", "Kế hoạch 7018 có lợi gì?", "kế hoạch 166 có gì mới?",
    "Tóm tắt trách nhiệm của Sở Nội vụ trong kế hoạch 166", "Which mistakes in documents must plan 7018 correct?", "Who wrote the summary report?",
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "intent"),
    [(q, intent) for qs, intent in ((_OVERVIEW, "overview"), (_TARGETS, "targets"), (_ODDITIES, "oddities")) for q in qs],
)
@pytest.mark.parametrize("bare", [False, True], ids=["typed", "bare"])
def test_what_is_asked_of_a_whole_plan_is_recognised(library: Library, question: str, intent: str, bare: bool) -> None:
    assert understand(fold(question) if bare else question, library.shelf()).intent == intent


@pytest.mark.parametrize("question", _OTHERS)
def test_a_question_about_something_in_a_plan_is_not_about_the_whole(library: Library, question: str) -> None:
    assert understand(question, library.shelf()).intent not in ("overview", "targets", "oddities")


def _plans(library: Library) -> list[Plan]:
    return list(library.shelf().plans.values())


def _name(plan: Plan) -> str:
    return plan.fact("number") or f"năm {plan.fact('year')} {plan.fact('province')}"


def _in_order(answer: Answer) -> None:
    """Sources are numbered as they come, and every one stands in the text."""
    seen = [int(n) for n in re.findall(r"\[(\d+)\](?!\.\d)", answer.answer)]
    assert list(dict.fromkeys(seen)) == [c.n for c in answer.citations]


def test_an_overview_names_every_part_and_counts_every_task(assistant: Assistant, library: Library) -> None:
    for plan in _plans(library):
        answer = assistant.ask(f"Tóm tắt kế hoạch {_name(plan)}")
        assert answer.status == "answered", plan.plan_id
        assert {c.plan_id for c in answer.citations} == {plan.plan_id}
        _in_order(answer)
        for section in plan.sections:
            if section.parent_id is None and section.kind == "roman" and section.title:
                assert f"**{section.path}. {plain(section.title)[:60]}" in answer.answer
        if plan.tasks:
            assert f"{len(plan.tasks)} nhiệm vụ" in answer.answer
            counted = [int(n) for n in re.findall(r" \((\d+)\) \[\d+\]", answer.answer)]
            assert sum(counted) in (0, len(plan.tasks))  # none where the table has no groups


def test_without_a_plan_the_library_is_told(assistant: Assistant, library: Library) -> None:
    answer = assistant.ask("Tóm tắt các kế hoạch")
    assert {c.plan_id for c in answer.citations} == set(library.shelf().plans)


def test_this_plan_is_the_one_talked_of(assistant: Assistant) -> None:
    before = [{"role": "user", "content": "Ai ký kế hoạch 7018?"}]
    for question in ("tóm tắt kế hoạch này", "Kế hoạch này có lỗi gì không?", "mục tiêu là gì?"):
        answer = assistant.ask(question, before)
        assert {c.plan_number for c in answer.citations} == {"7018/KH-UBND"}, question


def test_every_oddity_is_told_with_its_place(assistant: Assistant, library: Library) -> None:
    for plan in _plans(library):
        answer = assistant.ask(f"Bản gốc kế hoạch {_name(plan)} có điểm nào bất thường?")
        for anomaly in plan.anomalies:
            assert plain(anomaly.message) in answer.answer
        assert f"**{len(plan.anomalies)} điểm**" in answer.answer
        _in_order(answer)
        assert all(f" [{c.n}]" in answer.answer for c in answer.citations)


def test_oddities_of_one_kind(assistant: Assistant) -> None:
    deadlines = assistant.ask("Kế hoạch năm 2018 có gì bất thường về thời hạn?").answer
    assert "tháng 12/2019” không theo thứ tự" in deadlines
    assert "mục II in hai lần" not in deadlines
    none = assistant.ask("Kế hoạch 166 có chỉ tiêu nào mâu thuẫn không?")
    assert (none.status, none.citations) == ("not_found", ())


def test_targets_are_those_under_their_heading_else_every_percentage(assistant: Assistant, library: Library) -> None:
    headed = assistant.ask("mục tiêu của kế hoạch 7018")
    assert headed.citations[0].quote.startswith("**II. CÁC CHỈ TIÊU CHỦ YẾU**")
    bare = assistant.ask("chỉ tiêu của kế hoạch 249")
    _in_order(bare)
    assert "tối thiểu 90%" in bare.answer
    assert all("%" in c.quote for c in bare.citations[1:])  # the first is the purpose


def test_whether_there_is_an_appendix(assistant: Assistant) -> None:
    assert "**43 nhiệm vụ**" in assistant.ask("Kế hoạch 166 có phụ lục không?").answer
    missing = assistant.ask("Does the Lang Son plan have a task appendix?")
    assert missing.status == "not_found"
    assert "it is not in the file" in missing.answer


# --- figures as the plan bounds them --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "bold"),
    [
        ("Tỷ lệ hồ sơ giải quyết đúng hạn theo kế hoạch 7018?", "**từ 98% trở lên**"),
        ("UBND cấp huyện Đồng Nai phải đạt bao nhiêu % hồ sơ trực tuyến?", "**từ 10% trở lên**"),
        ("UBND cấp xã được kiểm tra bao nhiêu % theo kế hoạch 15122?", "**30%**"),
    ],
)
def test_a_bound_is_told_as_a_bound(assistant: Assistant, question: str, bold: str) -> None:
    assert assistant.ask(question).answer.startswith(bold)


def test_a_figure_that_the_plan_contradicts_elsewhere_is_told_with_both(assistant: Assistant) -> None:
    for question in (
        "UBND cấp huyện Đồng Nai phải đạt bao nhiêu % hồ sơ trực tuyến?",
        "Tỷ lệ hồ sơ trực tuyến theo kế hoạch 15122, STT 4.3?",
    ):
        assert "hai chỗ nêu chỉ tiêu khác nhau" in assistant.ask(question).answer, question
    assert "hai chỗ" not in assistant.ask("Tỷ lệ hồ sơ giải quyết đúng hạn theo kế hoạch 7018?").answer


def test_plans_that_say_nothing_are_named_when_all_are_compared(assistant: Assistant) -> None:
    compared = assistant.ask("So sánh mục tiêu về mức độ hài lòng của tất cả các kế hoạch")
    told = {c.plan_number for c in compared.citations}
    silent = compared.answer.rpartition("Không tìm thấy")[2]
    for number in ("166/KH-UBND", "7018/KH-UBND", "249/KH-UBND", "15122/KH-UBND"):
        assert (number in told) != (number in silent), number
    assert "Không tìm thấy" not in assistant.ask("Tỉnh nào đặt mục tiêu hài lòng?").answer
