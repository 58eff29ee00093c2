"""Questions over a library of other plans: of ministries, departments and communes, with other numbers and other tables.

None of the five official plans is in it; what is named in a question must still be found, and nothing else be taken for it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.library import Library
from assistant.plans import Plan
from assistant.settings import Settings
from ingest.pipeline import ingest


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the plans of tests/ingest/variety."""
    library = Library.create(Settings(library=tmp_path_factory.mktemp("others") / "library"))
    results = list(ingest([Path(__file__).parent.parent / "ingest" / "variety"], library))
    assert [r.status for r in results] == ["added"] * len(results)
    yield Assistant(library)
    library.close()


def _plans(assistant: Assistant) -> list[Plan]:
    return list(assistant.library.shelf().plans.values())


def _name(plan: Plan) -> str:
    return plan.fact("number") or f"năm {plan.fact('year')} {plan.fact('province')}"


def test_a_plan_is_named_by_its_number_and_no_other_with_it(others: Assistant) -> None:
    assert any(plan.fact("province") == "Khánh Hòa" for plan in _plans(others))  # whose initials stand in every number
    for plan in _plans(others):
        for question in ("Tóm tắt kế hoạch {}", "summarize plan {}", "mục tiêu của kế hoạch {}", "Kế hoạch {} có lỗi gì không?"):
            answer = others.ask(question.format(_name(plan)))
            assert {c.plan_id for c in answer.citations} <= {plan.plan_id}, (question, plan.plan_id)
            assert answer.status == "answered" or not plan.anomalies, (question, plan.plan_id)
        assert "mất tiêu đề" not in others.ask(f"Tóm tắt kế hoạch {_name(plan)}").answer


@pytest.mark.parametrize(
    ("question", "said", "plan"),
    [
        ("kế hoạch của Bộ Khoa học và Công nghệ ban hành ngày nào?", "04/09/2025", "2210/KH-BKHCN"),
        ("ke hoach cua bo khoa hoc va cong nghe do ai ky", "Phan Thị Kim Oanh", "2210/KH-BKHCN"),
        ("kế hoạch của Sở Y tế có những nhiệm vụ gì?", "**5 nhiệm vụ**", None),
        ("kế hoạch của phường Thắng Lợi có mấy nhiệm vụ?", "**4 nhiệm vụ**", "18/KH-UBND"),
        ("Sở Y tế được giao nhiệm vụ gì?", "Nâng cao chất lượng khám, chữa bệnh", "512/KH-UBND"),
        ("Trà Vinh kiểm tra đột xuất tại cấp huyện khi nào, kinh phí bao nhiêu?", "**20 triệu đồng**", "310/KH-UBND"),
        ("Tỷ lệ hồ sơ trả trước hạn ở Tuyên Quang là bao nhiêu?", "**từ 60% trở lên**", "45/QĐ-UBND"),
        ("ai ký kế hoạch 45/QĐ-UBND", "Hoàng Đình Phúc", "45/QĐ-UBND"),
        ("Nhiệm vụ thay hệ thống họp không giấy của Quảng Trị hạn khi nào?", "**Trước 15/11**", "1207/KH-UBND"),
        ("Cao Bằng giảm bao nhiêu % báo cáo?", "**ít nhất 20%**", "77/KH-UBND"),
        ("kế hoạch nào có nhiều nhiệm vụ nhất?", "**7 nhiệm vụ**", "77/KH-UBND"),
        ("who signed the Tra Vinh plan?", "Kim Ngọc Thạnh", "310/KH-UBND"),
    ],
)
def test_what_is_asked_of_another_plan_is_found_in_it(others: Assistant, question: str, said: str, plan: str | None) -> None:
    answer = others.ask(question)
    assert said in answer.answer
    assert answer.citations[0].plan_number == plan
