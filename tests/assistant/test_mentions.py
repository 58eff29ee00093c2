"""Where a document is named: asked by its number, answered with every place that prints it, and with no other."""

import re

import pytest

from assistant.answering import Assistant
from assistant.library import Library
from assistant.understanding.documents import documents_named

_PRINTED = re.compile(r"(?<![\d/])\d{2,5}/(?:20\d\d/)?(?:QĐ|NQ|NĐ|CT)-[A-ZĐ]{2,}[A-Za-z]*")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("theo Quyết định số 985/QĐ-TTg", ["985/QĐ-TTg"]), ("Nghị định 61/2018 nói gì", ["61/2018"]), ("nghi dinh 61/2018/nd-cp", ["61/2018/nd-cp"]),
        ("Nghị quyết 60-NQ/TU và 76/NQ-CP", ["60-NQ/TU", "76/NQ-CP"]), ("công văn 6459/BNV-CCHC", ["6459/BNV-CCHC"]), ("Luật số 80/2015/QH13", ["80/2015/QH13"]),
        ("hạn 15/12/2022, 12/2021, quý III/2021", []), ("02 lần/tuần, 24/7, 3/4 số hồ sơ", []), ("mức độ 3/4, STT 27/VI", []), ("tháng 6/2018", []),
    ],
)  # fmt: skip
def test_numbers_of_documents_are_told_from_dates_and_shares(text: str, numbers: list[str]) -> None:
    assert documents_named(text) == numbers


def test_every_document_is_found_in_every_plan_that_prints_it(assistant: Assistant, library: Library) -> None:
    plans = library.shelf().plans
    own = {p.fact("number") for p in plans.values()}
    numbers = {n for p in plans.values() for n in _PRINTED.findall(p.text)} - own
    assert len(numbers) > 30
    for number in sorted(numbers):
        answer = assistant.ask(f"{number} được nhắc ở đâu?")
        printing = {p.plan_id for p in plans.values() if number in re.sub(r"\s", "", p.text)}
        assert {c.plan_id for c in answer.citations} >= printing, number
        assert all(number.split("/")[0] in c.quote for c in answer.citations), number


def test_a_document_that_no_plan_names_is_told_so(assistant: Assistant) -> None:
    for question in ("Kế hoạch nào nhắc đến Quyết định 98765/QĐ-TTg?", "Quyết định 98765/QĐ-TTg yêu cầu gì?"):
        answer = assistant.ask(question)
        assert (answer.status, "98765/QĐ-TTg" in answer.answer) == ("not_found", True), question


def test_the_plans_that_do_not_name_it_are_told(assistant: Assistant) -> None:
    answer = assistant.ask("Nghị định 61/2018 được nhắc ở những kế hoạch nào?")
    told, _, silent = answer.answer.rpartition("Không thấy")
    assert "7018/KH-UBND" in silent
    assert "15122/KH-UBND" in told
    assert "7018/KH-UBND" not in told
