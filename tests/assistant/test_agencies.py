"""Agencies: every spelling, abbreviation and misprint finds its one proper name."""

import pytest

from assistant.agencies import ENGLISH_NAMES, canonical_agencies, english_name, find_agencies
from assistant.vietnamese import fold

# printed cell: the bodies in it
_CELLS = {
    "Sở Nội vụ": ["Sở Nội vụ"],
    "SỞ NỘI VỤ": ["Sở Nội vụ"],
    "Số Nội vụ": ["Sở Nội vụ"],
    "SNV": ["Sở Nội vụ"],
    "Sở Thông tin - Truyền thông": ["Sở Thông tin và Truyền thông"],
    "Sở TT&TT": ["Sở Thông tin và Truyền thông"],
    "Sở TT & TT": ["Sở Thông tin và Truyền thông"],
    "STTTT": ["Sở Thông tin và Truyền thông"],
    "Sở KH&CN": ["Sở Khoa học và Công nghệ"],
    "Sở KH-CN": ["Sở Khoa học và Công nghệ"],
    "Sở Khoa học & Công nghệ": ["Sở Khoa học và Công nghệ"],
    "Sở KH&ĐT": ["Sở Kế hoạch và Đầu tư"],
    "Sở GDĐT": ["Sở Giáo dục và Đào tạo"],
    "Sở LĐ-TB&XH": ["Sở Lao động - Thương binh và Xã hội"],
    "Sở Lao động TBXH": ["Sở Lao động - Thương binh và Xã hội"],
    "Sở Lao động, Thương binh và Xã hội": ["Sở Lao động - Thương binh và Xã hội"],
    "Sở Tài nguyên Môi trường": ["Sở Tài nguyên và Môi trường"],
    "Sở NN&PTNT": ["Sở Nông nghiệp và Phát triển nông thôn"],
    "Sở Nông nghiệp và PTNT": ["Sở Nông nghiệp và Phát triển nông thôn"],
    "Sở Nông nghiệp và Môi trường": ["Sở Nông nghiệp và Môi trường"],
    "Sở VH,TT&DL": ["Sở Văn hóa, Thể thao và Du lịch"],
    "Sở Văn hoá và Thể thao": ["Sở Văn hóa và Thể thao"],
    "Sở Công thương": ["Sở Công Thương"],
    "Văn phòng Uỷ ban nhân dân tỉnh": ["Văn phòng UBND tỉnh"],
    "VP.UBND tỉnh": ["Văn phòng UBND tỉnh"],
    "VP HĐND-UBND": ["Văn phòng HĐND và UBND"],
    "Văn phòng HĐND và UBND huyện": ["Văn phòng HĐND và UBND huyện"],
    "Văn phòng Đoàn ĐBQH và HĐND tỉnh": ["Văn phòng HĐND tỉnh"],
    "UBND các huyện, thị xã, thành phố": ["UBND cấp huyện"],
    "UBND các quận, huyện, thị xã": ["UBND cấp huyện"],
    "UBND huyện Côn Đảo": ["UBND huyện Côn Đảo"],
    "UBND cấp huyện, cấp xã": ["UBND cấp huyện", "UBND cấp xã"],
    "UBND cấp huyện và cấp xã": ["UBND cấp huyện", "UBND cấp xã"],
    "UBND các xã, phường, đặc khu": ["UBND cấp xã"],
    "Các Sở, cơ quan ngang Sở": ["Các sở, ban, ngành"],
    "Sở, ban, ngành, địa phương": ["Các sở, ban, ngành", "Các địa phương"],
    "Các sở, ngành UBND cấp huyện": ["Các sở, ban, ngành", "UBND cấp huyện"],
    "Các cơ quan chuyên môn thuộc UBND tỉnh": ["Các sở, ban, ngành"],
    "Các phòng, ban, đơn vị trực thuộc": ["Các phòng, ban, đơn vị"],
    "Các cơ quan, đơn vị, địa phương": ["Các cơ quan, đơn vị", "Các địa phương"],
    "Sở Nội vụ và các cơ quan có liên quan": ["Sở Nội vụ", "Các cơ quan, đơn vị liên quan"],
    "Các cơ quan, đơn vị thuộc đối tượng được tập huấn": ["Các cơ quan, đơn vị thuộc đối tượng được tập huấn"],
    "các cơ quan TW đóng trên địa bàn tỉnh": ["Cơ quan Trung ương trên địa bàn"],
    "Đài PT&TH tỉnh; Báo BR-VT": ["Đài Phát thanh - Truyền hình tỉnh", "Báo Bà Rịa - Vũng Tàu"],
    "Bộ CHQS tỉnh": ["Bộ Chỉ huy quân sự tỉnh"],
    "BHXH tỉnh, Kho bạc NN tỉnh, NHNN chi nhánh tỉnh":
        ["Bảo hiểm xã hội tỉnh", "Kho bạc Nhà nước tỉnh", "Ngân hàng Nhà nước tỉnh"],
    "Cục thuế tỉnh; Chi cục Thuế": ["Cục Thuế", "Chi cục Thuế"],
    "Ủy ban MTTQ Việt Nam tỉnh": ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"],
    "Sở Khoa học và Công nghệ Sở Công Thương": ["Sở Khoa học và Công nghệ", "Sở Công Thương"],
    "- Sở Nội vụ - Sở Tài chính": ["Sở Nội vụ", "Sở Tài chính"],
    "1. Sở Nội vụ 2. Sở Tài chính": ["Sở Nội vụ", "Sở Tài chính"],
    "Sở Nội vụ/Sở Tài chính": ["Sở Nội vụ", "Sở Tài chính"],
    "Sở Nội vụ chủ trì, phối hợp với Sở Tài chính": ["Sở Nội vụ", "Sở Tài chính"],
    "Các sở: Tư pháp, Xây dựng, Lao động TBXH...; UBND cấp huyện":
        ["Sở Tư pháp", "Sở Xây dựng", "Sở Lao động - Thương binh và Xã hội", "UBND cấp huyện"],
    "Các Sở: Nội vụ; Tài chính; Tư pháp": ["Sở Nội vụ", "Sở Tài chính", "Sở Tư pháp"],
    "Giám đốc Sở Nội vụ": ["Sở Nội vụ"],
    "Thủ trưởng các sở, ban, ngành": ["Các sở, ban, ngành"],
    "Đ/c Nguyễn Văn Ánh": ["Đ/c Nguyễn Văn Ánh"],
    "Ban Quản lý các khu công nghiệp": ["Ban Quản lý các khu công nghiệp"],
    "Hiệp hội doanh nghiệp và các cơ quan, đơn vị có liên quan": ["Hiệp hội doanh nghiệp", "Các cơ quan, đơn vị liên quan"],
    "Sở Nội vụ; sở nội vụ": ["Sở Nội vụ"],
    "Phòng Văn hóa - Thông tin": ["Phòng Văn hóa - Thông tin"],
    "Bộ Nội vụ": ["Bộ Nội vụ"],
}  # fmt: skip

_ASKED = {
    "Sở Nội vụ chủ trì những gì?": ["Sở Nội vụ"],
    "so tt&tt lam gi": ["Sở Thông tin và Truyền thông"],
    "STTTT phối hợp với ai": ["Sở Thông tin và Truyền thông"],
    "việc của UBND cấp huyện, cấp xã": ["UBND cấp huyện", "UBND cấp xã"],
    "sở nào làm": [],
    "cơ sở dữ liệu dùng chung": [],
    "số nhiệm vụ nội bộ": [],
    "tỉnh Đồng Nai": [],
    "bao nhiêu nhiệm vụ": [],
}


@pytest.mark.parametrize("printed", _CELLS)
def test_a_cell_names_its_bodies(printed: str) -> None:
    assert list(canonical_agencies(printed)) == _CELLS[printed]


@pytest.mark.parametrize("printed", [None, "", " - ", "; ,"])
def test_a_cell_without_words_names_no_body(printed: str | None) -> None:
    assert canonical_agencies(printed) == ()


@pytest.mark.parametrize("question", _ASKED)
def test_agencies_in_questions_are_found(question: str) -> None:
    assert [m.name for m in find_agencies(question)] == _ASKED[question]


def test_a_mention_tells_its_place() -> None:
    (mention,) = find_agencies("nhiệm vụ Sở Y tế chủ trì")
    assert "nhiệm vụ Sở Y tế chủ trì"[mention.at : mention.to] == "Sở Y tế"


@pytest.mark.parametrize("name", [n for n in ENGLISH_NAMES if n.startswith("Sở ")])
def test_a_department_is_found_by_its_english_name(name: str) -> None:
    english = english_name(name)
    assert english is not None
    assert [m.name for m in find_agencies(f"what does the {english} lead?", english=True)] == [name]


def test_english_names_are_looked_for_only_when_asked() -> None:
    assert find_agencies("the Department of Home Affairs") == []


@pytest.mark.parametrize("name", ENGLISH_NAMES)
def test_a_canonical_name_finds_itself_with_and_without_diacritics(name: str) -> None:
    assert canonical_agencies(name) == (name,)
    assert [m.name for m in find_agencies(fold(name))] == [name]


def test_names_of_a_librarys_own_data_are_found_too() -> None:
    found = find_agencies("Hội đồng thẩm định làm gì", ["Hội đồng thẩm định"])
    assert [m.name for m in found] == ["Hội đồng thẩm định"]


def test_a_name_inside_a_longer_word_is_not_found() -> None:
    assert find_agencies("báo cáo viên", ["áo cáo"]) == []
