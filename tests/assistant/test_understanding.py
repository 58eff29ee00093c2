"""What questions are read as: every row is typed as people type, with the fields that it must give."""

from typing import Any

import pytest

from assistant.library import Library
from assistant.understanding.language import detect_language
from assistant.understanding.reading import understand
from assistant.understanding.said import tidy

BR_VT_2021 = "ba-ria-vung-tau-2021-166"
BR_VT_2018 = "ba-ria-vung-tau-2018-trien-khai-xac-dinh-chi-so"
DONG_NAI = "dong-nai-2020-15122"
BEN_TRE = "ben-tre-2021-7018"
LANG_SON = "lang-son-2021-2025-249"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # tasks by number
        (
            "who leads task 27 and when is it due",
            {"intent": "task", "stt": "27", "wanted": ("lead", "deadline"), "language": "en"},
        ),
        ("nv 40 den han khi nao", {"intent": "task", "stt": "40", "wanted": ("deadline",), "plain": True}),
        ("NHIỆM VỤ 38 KH 166 CHỦ TRÌ?", {"intent": "task", "stt": "38", "plan_ids": (BR_VT_2021,), "wanted": ("lead",)}),
        (
            "nhiệm vụ 3 nhóm II kế hoạch Bến Tre: ai làm?",
            {"stt": "3", "group": "II", "plan_ids": (BEN_TRE,), "wanted": ("lead",)},
        ),
        ("nhiệm vụ 3 nhóm 2 bến tre", {"stt": "3", "group": "II", "plan_ids": (BEN_TRE,)}),
        ("muc VI.4.2 cua dong nai do ai chu tri", {"stt": "4.2", "group": "VI", "plan_ids": (DONG_NAI,), "wanted": ("lead",)}),
        ("1.2 phần II phụ lục Đồng Nai", {"stt": "1.2", "group": "II", "plan_ids": (DONG_NAI,)}),
        ("nhiệm vụ 28 kế hoạch BR-VT 2021", {"stt": "28", "plan_ids": (BR_VT_2021,)}),
        ("task 9 in the 2018 Ba Ria - Vung Tau CCHC index plan", {"stt": "9", "plan_ids": (BR_VT_2018,)}),
        ("ai phối hợp nhiệm vụ 5?", {"stt": "5", "wanted": ("coordinating",)}),
        # plans
        ("kế hoạch số 15122", {"plan_ids": (DONG_NAI,)}),
        ("trong 7018/KH-UBND", {"plan_ids": (BEN_TRE,)}),
        ("kế hoạch 2020", {"plan_ids": (DONG_NAI,)}),
        ("ke hoach cua lang son", {"plan_ids": (LANG_SON,)}),
        ("kế hoạch giai đoạn 2021-2025", {"plan_ids": (LANG_SON,)}),
        ("kế hoạch Cần Thơ do ai ký?", {"absent": ("Cần Thơ",), "plan_ids": ()}),
        ("kế hoạch 999 ai ký", {"absent": ("kế hoạch số 999",), "plan_ids": ()}),
        ("kế hoạch Bến Tre năm 2024 ai ký", {"absent": ("năm 2024 của Bến Tre",), "plan_ids": ()}),
        ("Bến Tre giảm bao nhiêu người hoạt động không chuyên trách so với 2018?", {"plan_ids": (BEN_TRE,), "absent": ()}),
        # lists and counts
        (
            "nhiệm vụ nào của Sở Tài chính đến hạn quý II?",
            {"intent": "tasks", "agencies": ("Sở Tài chính",), "role": "lead", "time": "quy ii"},
        ),
        (
            "how many tasks does the Department of Home Affairs lead in plan 166?",
            {"intent": "tasks", "count": True, "agencies": ("Sở Nội vụ",)},
        ),
        ("KH 166: SNV phối hợp những nhiệm vụ nào?", {"intent": "tasks", "role": "coordinating", "agencies": ("Sở Nội vụ",)}),
        ("Which Dong Nai tasks are due in Q2 2020?", {"intent": "tasks", "time": "q2 2020", "plan_ids": (DONG_NAI,)}),
        ("Trong KH 15122 việc nào làm hàng tháng?", {"intent": "tasks", "time": "hang thang"}),
        # facts, duties, sections
        ("ai ký kế hoạch Bến Tre?", {"intent": "fact", "facts": ("signed_by",)}),
        ("Kế hoạch của Lạng Sơn số bao nhiêu, ngày mấy?", {"intent": "fact", "facts": ("issued_on", "number")}),
        ("KH 166 căn cứ công văn nào của Bộ Nội vụ?", {"intent": "fact", "facts": ("legal_bases",)}),
        ("Trách nhiệm của Sở KH&CN ở Đồng Nai là gì?", {"intent": "duties", "agencies": ("Sở Khoa học và Công nghệ",)}),
        ("điểm e mục 7 phần II kế hoạch 166", {"intent": "section", "section": "II.7.e"}),
        ("kế hoạch nào có trong thư viện?", {"intent": "plans"}),
        # about the assistant
        ("xin chào", {"intent": "greeting"}),
        ("cảm ơn nhé", {"intent": "thanks"}),
        ("bạn làm được gì?", {"intent": "capability"}),
    ],
)
def test_a_question_is_read_as_it_was_meant(library: Library, asked: str, expected: dict[str, Any]) -> None:
    question = understand(tidy(asked), library.shelf())
    assert {name: getattr(question, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("asked", "twin"),
    [
        ("Nhiệm vụ 27 kế hoạch 166 do cơ quan nào chủ trì?", "Nhiem vu 27 ke hoach 166 do co quan nao chu tri?"),
        ("Liệt kê nhiệm vụ do Sở Tài chính chủ trì trong KH 166", "Liet ke nhiem vu do So Tai chinh chu tri trong KH 166"),
        ("ai ký kế hoạch Bến Tre?", "ai ky ke hoach Ben Tre?"),
        ("Trách nhiệm của Sở Tư pháp ở Lạng Sơn là gì?", "Trach nhiem cua So Tu phap o Lang Son la gi?"),
    ],
)
def test_losing_the_diacritics_changes_nothing_but_the_spelling(library: Library, asked: str, twin: str) -> None:
    shelf = library.shelf()
    one, other = understand(tidy(asked), shelf), understand(tidy(twin), shelf)
    for field in ("intent", "plan_ids", "stt", "group", "agencies", "role", "wanted", "facts", "language"):
        assert getattr(one, field) == getattr(other, field), field


@pytest.mark.parametrize(
    "disguised",
    [
        "Nhiệm vụ 27 kế hoạch 166 do cơ quan nào chủ trì?",  # NFD below
        "Nhiệm vụ\u200b 27\u200d kế hoạch 166 \ufeffdo cơ quan nào chủ trì?",
        "<b>Nhiệm vụ 27</b> kế hoạch 166 <script>alert(1)</script> do cơ quan nào chủ trì?",
        "Nhiệm   vụ\t27\nkế hoạch 166 do cơ quan nào chủ trì? 🙂🙏",
        "Em chào anh chị. "
        + "Hôm nay em đi làm hồ sơ ở phường, chờ hơi lâu. " * 60
        + "Nhiệm vụ 27 kế hoạch 166 do cơ quan nào chủ trì?",
    ],
)
def test_disguises_of_a_question_are_seen_through(library: Library, disguised: str) -> None:
    question = understand(tidy(disguised), library.shelf())
    assert (question.intent, question.stt, question.plan_ids, question.wanted) == ("task", "27", (BR_VT_2021,), ("lead",))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("who leads task 27 of Bến Tre?", "en"),
        ("in tờ rơi thì ai lo?", "vi"),
        ("in to roi thi ai lo", "vi"),
        ("deadline của task 38 là khi nào", "vi"),
        ("hi there, good morning!", "en"),
        ("Lạng Sơn PAR INDEX target?", "en"),
        ("", "vi"),
    ],
)
def test_the_language_of_a_question(text: str, language: str) -> None:
    assert detect_language(text) == language
