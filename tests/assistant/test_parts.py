"""Questions that ask one thing of one plan and another of the next, and questions that only seem to."""

import pytest

from assistant.answering import Assistant
from assistant.library import Library
from assistant.understanding.parts import parts_of
from assistant.understanding.reading import understand
from assistant.understanding.said import tidy


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        (
            "Đồng Nai mở tập huấn nghiệp vụ tháng mấy, còn Bến Tre phải kiểm tra bao nhiêu phần trăm cơ quan?",
            ("Đồng Nai mở tập huấn nghiệp vụ tháng mấy", "còn Bến Tre phải kiểm tra bao nhiêu phần trăm cơ quan"),
        ),
        (
            "Chuyện con dấu: Đồng Nai giao sở nào quản lý con dấu, và Lạng Sơn muốn bao nhiêu phần trăm hồ sơ ký số?",
            (
                "Chuyện con dấu: Đồng Nai giao sở nào quản lý con dấu",
                "Chuyện con dấu: và Lạng Sơn muốn bao nhiêu phần trăm hồ sơ ký số",
            ),
        ),
        ("Tỷ lệ hài lòng của Đồng Nai và của Lạng Sơn là bao nhiêu?", ()),
        ("Ai chủ trì việc tập huấn ở Bến Tre, còn hạn khi nào?", ()),
        ("Sở Nội vụ Bến Tre chủ trì bao nhiêu nhiệm vụ, so với Đồng Nai?", ()),
    ],
)
def test_parts(library: Library, asked: str, parts: tuple[str, ...]) -> None:
    shelf = library.shelf()
    assert parts_of(understand(tidy(asked), shelf), shelf) == parts


def test_each_part_is_answered_from_its_plan(library: Library) -> None:
    answer = Assistant(library).ask(
        "Đồng Nai mở lớp tập huấn nghiệp vụ cải cách hành chính tháng mấy, còn Bến Tre phải kiểm tra bao nhiêu phần trăm cơ quan?"
    )
    assert answer.status == "answered"
    assert "Tháng 10/2020" in answer.answer
    assert "30%" in answer.answer
    assert {c.source.split("_")[0] for c in answer.citations} == {"15122-KH-UBND", "7018-KH-UBND"}
