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


@pytest.mark.parametrize("province", PROVINCES)
def test_every_province_finds_itself_and_its_place(province: str) -> None:
    text = f"UBND tỉnh {province} năm 2021"
    assert [(name, text[at:to]) for name, at, to in find_provinces(text)] == [(province, province)]
    assert [name for name, _, _ in find_provinces(fold(text))] == [province]
    assert [name for name, _, _ in find_provinces(text.upper())] == [province]
