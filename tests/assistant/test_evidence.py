"""Which of what search finds is evidence: things that a plan never prints, rows told apart by what they are."""

import pytest

from assistant.answering import Assistant
from assistant.evidence import headed_sections
from assistant.library import Library
from assistant.understanding.reading import understand
from assistant.understanding.said import tidy


@pytest.mark.parametrize(
    "unprinted",
    [
        "Bến Tre năm 2021 có dùng blockchain để giải quyết thủ tục hành chính không?",
        "nguoi dan Ben Tre tra cuu ho so qua Zalo duoc khong, ke hoach 2021 co ghi khong?",
        "Lạng Sơn có đặt chỉ tiêu về chữ ký số cho lãnh đạo không?",
        "Does Ben Tre's 2021 plan use artificial intelligence to handle procedures?",
    ],
)
def test_of_a_thing_that_it_never_prints_a_plan_says_nothing(assistant: Assistant, unprinted: str) -> None:
    answer = assistant.ask(unprinted)
    assert answer.status == "not_found"
    assert answer.answer.startswith(("Không thấy nhắc đến", "There is no mention of"))


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("Đồng Nai gắn camera giám sát ở xã, huyện thì ai chủ trì?", "camera"),
        ("Bến Tre trễ hẹn thì có xin lỗi dân không?", "xin lỗi"),
        ("How much of Ben Tre's staff uses official e-mail?", "70%"),
    ],
)
def test_of_a_thing_that_it_prints_in_any_of_its_names_it_answers(assistant: Assistant, printed: str, said: str) -> None:
    answer = assistant.ask(printed)
    assert answer.status == "answered"
    assert said in answer.answer


def test_things_of_a_story_around_the_question_are_none_asked_for(library: Library) -> None:
    story = "Sếp cũ nghỉ hưu rồi, tôi nghe qua Zalo thôi. Bến Tre đặt chỉ tiêu thư điện tử công vụ bao nhiêu phần trăm?"
    things = understand(tidy(story), library.shelf()).things
    assert [t.typed for t in things] == ["thư điện tử công vụ"]


def test_the_survey_comes_before_the_publication_of_its_results(assistant: Assistant) -> None:
    answer = assistant.ask("When is the survey of citizens' opinion scheduled in Dong Nai 2020 and in Ben Tre 2021?").answer
    assert "Hàng tháng" in answer
    assert "Quý I, II năm 2021" in answer


@pytest.mark.parametrize(
    ("called", "titles"),
    [
        ("Mục kinh phí thực hiện của kế hoạch 15122 nói gì?", ["KINH PHÍ THỰC HIỆN"]),
        ("What is the general motto of plan 15122?", ["Định hướng chung"]),
        ("Phần tổ chức thực hiện của kế hoạch 15122 giao báo chí những việc gì về tuyên truyền trực quan?", []),
    ],
)
def test_sections_are_called_by_their_headings(library: Library, called: str, titles: list[str]) -> None:
    shelf = library.shelf()
    question = understand(tidy(called), shelf)
    found = headed_sections(question, [shelf.plans[i] for i in question.plan_ids])
    assert [s.title for s in found] == titles
