"""Provinces named in titles, letterheads and questions."""

import pytest

from assistant.provinces import PROVINCES, find_provinces
from assistant.vietnamese import fold

_TEXTS = {
    "Kế hoạch của tỉnh Đồng Nai": ["Đồng Nai"],
    "TỈNH BÀ RỊA-VŨNG TÀU": ["Bà Rịa - Vũng Tàu"],
    "Bà Rịa – Vũng Tàu và Bến Tre": ["Bà Rịa - Vũng Tàu", "Bến Tre"],
    "BR-VT, brvt": ["Bà Rịa - Vũng Tàu", "Bà Rịa - Vũng Tàu"],
    "vung tau lam gi": ["Bà Rịa - Vũng Tàu"],
    "lang son": ["Lạng Sơn"],
    "so sánh dong nai với ben tre": ["Đồng Nai", "Bến Tre"],
    "TP.HCM và Sài Gòn": ["Hồ Chí Minh", "Hồ Chí Minh"],
    "Thừa Thiên - Huế": ["Thừa Thiên Huế"],
    "UBND tỉnh Hoà Bình": ["Hòa Bình"],
    "xã Hòa Bình": ["Hòa Bình"],
    "Hoà bình nhé!": [],
    "hội nhập, hòa bình và phát triển": [],
    "tinh hoa binh": ["Hòa Bình"],
    "người ha nam": [],
    "Lạng  Sơn": ["Lạng Sơn"],
    "đồng naith": [],
    "Quảng Nam, Quảng Ngãi": ["Quảng Nam", "Quảng Ngãi"],
    "không có tỉnh nào": [],
}


@pytest.mark.parametrize("text", _TEXTS)
def test_provinces_are_found_in_any_spelling(text: str) -> None:
    assert [name for name, _, _ in find_provinces(text)] == _TEXTS[text]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kế hoạch 166/KH-UBND", []), ("KH 166 nói gì?", []), ("tỉnh KH có gì?", ["Khánh Hòa"]), ("kế hoạch KHòa", ["Khánh Hòa"]), ("Nghị định NĐ-CP, VP, CT", []),
        ("kế hoạch ĐN", ["Đồng Nai"]), ("ĐN/2020", []),
        ("Bộ Khoa học và Công nghệ", []), ("mấy lần một năm", []), ("kh của LAn", ["Long An"]), ("dnai", ["Đồng Nai"]),
    ],
)  # fmt: skip
def test_initials_mean_a_province_only_where_they_cannot_mean_anything_else(text: str, names: list[str]) -> None:
    known = ("Khánh Hòa", "Nam Định", "Vĩnh Phúc", "Cần Thơ", "Đồng Nai", "Long An")
    assert [name for name, _, _ in find_provinces(text, known)] == names


@pytest.mark.parametrize("province", PROVINCES)
def test_every_province_finds_itself_and_its_place(province: str) -> None:
    text = f"UBND tỉnh {province} năm 2021"
    assert [(name, text[at:to]) for name, at, to in find_provinces(text)] == [(province, province)]
    assert [name for name, _, _ in find_provinces(fold(text))] == [province]
    assert [name for name, _, _ in find_provinces(text.upper())] == [province]
