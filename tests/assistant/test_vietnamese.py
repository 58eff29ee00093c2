"""Vietnamese text: one normal form, folding, tokens, Roman numerals."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.vietnamese import (
    fold,
    has_diacritics,
    nfc,
    one_tone,
    plain,
    roman_value,
    slug,
    squeeze,
    to_roman,
    tokens,
    visible,
    with_pairs,
)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("hoà bình", "hòa bình"),
        ("HOÀ BÌNH", "HÒA BÌNH"),
        ("Uỷ ban, uỷ quyền", "Ủy ban, ủy quyền"),
        ("khoẻ mạnh, xoá, toạ độ", "khỏe mạnh, xóa, tọa độ"),
        ("hóa, thủy, tòa", "hóa, thủy, tòa"),
        ("hoàn, toán, khoản, hoạt", "hoàn, toán, khoản, hoạt"),  # with a letter after the vowels there is only one way
        ("quý, quỹ, Quỳnh, QUÝ", "quý, quỹ, Quỳnh, QUÝ"),
        ("thuý, tuỳ", "thúy, tùy"),
    ],
)
def test_both_tone_placements_become_one(printed: str, kept: str) -> None:
    assert one_tone(printed) == kept
    assert len(one_tone(printed)) == len(printed)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đồng Nai", "dong nai"),
        ("Bà Rịa - Vũng Tàu", "ba ria - vung tau"),
        ("ĐƯỜNG đặc KHU", "duong dac khu"),
        ("Ủy ban Nhân dân", "uy ban nhan dan"),
        ("PAR INDEX 2021", "par index 2021"),
    ],
)
def test_folding_leaves_what_a_hurried_typist_types(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert has_diacritics(text) == (folded != text.lower())


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ AĐÔ.,-123"))
def test_folding_and_tone_placement_keep_every_place(text: str) -> None:
    text = nfc(text)
    assert len(fold(text)) == len(one_tone(text)) == len(text)
    assert fold(one_tone(text)) == fold(text)
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composition_changes_nothing_the_second_time(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text) == unicodedata.normalize("NFC", text)


def test_what_is_printed_has_no_markup_and_no_double_spaces() -> None:
    assert plain("<b>Cải cách\u00a0 thể\nchế</b> **2021** \\*\u200b") == "Cải cách thể chế 2021 *"
    assert squeeze("  a \t\n b ") == "a b"


def test_invisible_and_control_characters_are_not_visible() -> None:
    assert visible("a\u200bb\ufeffc\x00d\ne\tf\u202e") == "abc d\ne\tf"


def test_tokens_are_syllables_words_and_numbers_in_one_spelling() -> None:
    assert tokens("Hoà Bình: 100% TTHC, mức độ 3,4; e-mail") == ["hòa", "bình", "100", "tthc", "mức", "độ", "3", "4", "e", "mail"]
    assert with_pairs(["hồ", "sơ", "số"]) == ["hồ", "sơ", "số", "hồ_sơ", "sơ_số"]
    assert with_pairs([]) == []


@pytest.mark.parametrize(
    ("text", "made"),
    [("Bà Rịa - Vũng Tàu", "ba-ria-vung-tau"), ("Số: 166/KH-UBND", "so-166-kh-ubnd"), ("…", ""), ("Đắk Lắk", "dak-lak")],
)
def test_slugs_are_ascii(text: str, made: str) -> None:
    assert slug(text) == made


@given(st.integers(1, 399))
def test_roman_numerals_are_read_as_they_are_written(number: int) -> None:
    assert roman_value(to_roman(number)) == number
    assert roman_value(to_roman(number).lower()) == number


@pytest.mark.parametrize("numeral", ["", "IIII", "VX", "IC", "A", "I I", "1", "IVI", "MM"])
def test_what_is_no_roman_numeral_has_no_value(numeral: str) -> None:
    assert roman_value(numeral) is None
