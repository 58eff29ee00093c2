"""Plans of other shapes than the five: small invented ones in `variety/`, each with what the parser must make of it."""

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.plans import Plan, Task
from ingest.documents import read_document
from ingest.parsing import parse_plan

_FOLDER = Path(__file__).parent / "variety"

_FACTS = {
    "quyet-dinh-kem-ke-hoach": {
        "number": "45/QĐ-UBND",
        "issued_on": "2024-01-12",
        "issuer": "UBND tỉnh Tuyên Quang",
        "province": "Tuyên Quang",
        "year": "2024",
        "title": "KẾ HOẠCH NÂNG CAO CHẤT LƯỢNG PHỤC VỤ NGƯỜI DÂN TẠI BỘ PHẬN MỘT CỬA NĂM 2024",
        "signed_by": "Hoàng Đình Phúc",
        "signer_role": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
    },
    "phan-chuong-bang-markdown": {
        "number": "1207/KH-UBND",
        "issued_on": "2025-02-28",
        "issuer": "UBND tỉnh Quảng Trị",
        "province": "Quảng Trị",
        "year": "2025-2027",
        "title": "KẾ HOẠCH Chuyển đổi số trong hoạt động của cơ quan nhà nước tỉnh Quảng Trị giai đoạn 2025 - 2027",
        "signed_by": "Lê Thị Hương Giang",
        "signer_role": "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
    },
    "so-y-te-hai-cap-nhom": {  # number and day are left blank in the letterhead
        "issuer": "Sở Y tế",
        "province": "Hưng Yên",
        "year": "2026",
        "title": "KẾ HOẠCH Cải thiện thời gian khám bệnh tại các cơ sở y tế công lập năm 2026",
        "signed_by": "Đỗ Thị Minh Ngọc",
        "signer_role": "GIÁM ĐỐC",
    },
    "bang-cat-ba": {
        "number": "77/KH-UBND",
        "issued_on": "2023-05-09",
        "issuer": "UBND tỉnh Cao Bằng",
        "province": "Cao Bằng",
        "year": "2023",
        "title": "KẾ HOẠCH Rà soát, đơn giản hóa chế độ báo cáo năm 2023",
        "signed_by": "Nông Văn Thắng",
        "signer_role": "CHỦ TỊCH",
    },
    "phuong-moi-o-mot-dong": {
        "number": "18/KH-UBND",
        "issued_on": "2025-07-15",
        "issuer": "UBND phường Thắng Lợi",
        "province": "Khánh Hòa",
        "year": "2025",
        "title": "KẾ HOẠCH Thực hiện ngày thứ bảy vì dân tại phường Thắng Lợi, tỉnh Khánh Hòa",
        "signed_by": "Trần Quốc Khải",
        "signer_role": "CHỦ TỊCH",
    },
    "web-moi-o-vai-dong": {
        "number": "310/KH-UBND",
        "issued_on": "2022-02-03",
        "issuer": "UBND tỉnh Trà Vinh",
        "province": "Trà Vinh",
        "year": "2022",
        "title": "KẾ HOẠCH KIỂM TRA CÔNG VỤ TỈNH TRÀ VINH NĂM 2022",
        "signed_by": "Kim Ngọc Thạnh",
        "signer_role": "CHỦ TỊCH",
    },
    "nfd-dau-cu": {
        "number": "902/KH-UBND",
        "issued_on": "2023-12-21",
        "issuer": "UBND tỉnh Hòa Bình",
        "province": "Hòa Bình",
        "year": "2024",
        "title": "KẾ HOẠCH Xây dựng văn hoá công sở tỉnh Hoà Bình năm 2024",
        "signed_by": "Bùi Thị Hoài Thuỷ",
        "signer_role": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
    },
    "khong-bang-nhiem-vu": {
        "number": "512/KH-UBND",
        "issued_on": "2024-10-30",
        "issuer": "UBND tỉnh Lào Cai",
        "province": "Lào Cai",
        "year": "2024-2025",
        "title": "KẾ HOẠCH Nâng cao chỉ số hài lòng của người dân tỉnh Lào Cai giai đoạn 2024 - 2025",
        "signed_by": "Vàng A Pao",
        "signer_role": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
    },
    "bo-bon-phu-luc": {  # a ministry's seat is no province of the plan
        "number": "2210/KH-BKHCN",
        "issued_on": "2025-09-04",
        "issuer": "Bộ Khoa học và Công nghệ",
        "year": "2025",
        "title": "KẾ HOẠCH Thực hiện Quyết định số 1690/QĐ-TTg ngày 01/8/2025 của Thủ tướng Chính phủ",
        "signed_by": "Phan Thị Kim Oanh",
        "signer_role": "KT. BỘ TRƯỞNG THỨ TRƯỞNG",
    },
}
_IDS = {
    "quyet-dinh-kem-ke-hoach": "tuyen-quang-2024-45",
    "phan-chuong-bang-markdown": "quang-tri-2025-2027-1207",
    "so-y-te-hai-cap-nhom": "hung-yen-so-y-te-2026-cai-thien-thoi-gian-kham-benh",
    "bang-cat-ba": "cao-bang-2023-77",
    "phuong-moi-o-mot-dong": "khanh-hoa-ubnd-phuong-thang-loi-2025-18",
    "web-moi-o-vai-dong": "tra-vinh-2022-310",
    "nfd-dau-cu": "hoa-binh-2024-902",
    "khong-bang-nhiem-vu": "lao-cai-2024-2025-512",
    "bo-bon-phu-luc": "bo-khoa-hoc-va-cong-nghe-2025-2210",
}
_BASES = {
    "quyet-dinh-kem-ke-hoach": (
        "Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015",
        "Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ",
    ),
    "bang-cat-ba": ("Nghị định số 09/2019/NĐ-CP ngày 24/01/2019 của Chính phủ",),
    "nfd-dau-cu": ("Quyết định số 1847/QĐ-TTg ngày 27/12/2018 của Thủ tướng Chính phủ",),
}
# numbered sections by path
_PATHS = {
    "quyet-dinh-kem-ke-hoach": "Điều 1, Điều 2, Điều 3, I, I.1, I.2, I.2.a, I.2.b, II, II.1, II.2, III, III.1, III.2",
    "phan-chuong-bang-markdown": "Phần I, Phần I.I, Phần I.I.1, Phần I.I.1.1, Phần I.I.1.2, Phần I.I.1.2.a, Phần I.I.1.2.b, "
    "Phần I.I.2, Phần I.II, Phần I.II.1, Phần II, Phần II.I, Phần II.I.1, Phần II.I.2, Phần II.II, Phần II.II.1",
    "so-y-te-hai-cap-nhom": "I, I.1, I.2, II, III, III.1, III.2",
    "bang-cat-ba": "I, II, II.1, II.2",
    "phuong-moi-o-mot-dong": "I, I.1, I.2, II, III, III.1, III.2",
    "web-moi-o-vai-dong": "I, I.1, I.2, II, II.1, II.2",
    "nfd-dau-cu": "I, I.1, I.2, II, III, III.1, III.2",
    "khong-bang-nhiem-vu": "I, II, II.1, II.2, III, III.1, III.2, III.2.a, III.2.b",
    "bo-bon-phu-luc": "Phần nhất, Phần nhất.1, Phần nhất.2, Phần hai, Phần hai.1, Phần hai.2",
}
# rows as "id: task | product | lead agencies | coordinating agencies | due"; dates as kind and first..last day
_ROWS = {
    "quyet-dinh-kem-ke-hoach": [],
    "khong-bang-nhiem-vu": [],  # statistics, a blank report form, a scoring sheet, a letterhead and a signature block
    "phan-chuong-bang-markdown": [
        "1: Nâng cấp kho dữ liệu dùng chung | Kho dữ liệu vận hành | Sở Khoa học và Công nghệ | Các sở, ban, ngành "
        "| month 2025-06-01..2025-06-30",
        "2: Số hóa hồ sơ cán bộ | 100% hồ sơ được số hóa | Sở Nội vụ | UBND cấp xã | quarter 2025-07-01..2025-09-30",
        "3: Thay hệ thống họp không giấy | Hệ thống mới | Văn phòng UBND tỉnh |  | before ..2025-11-14",
    ],
    "so-y-te-hai-cap-nhom": [
        "A.I.1: Cấp số thứ tự qua điện thoại | Ứng dụng cấp số | Bệnh viện Đa khoa tỉnh | Trung tâm Y tế các khu vực "
        "| month 2026-05-01..2026-05-31",
        "A.I.2: Bỏ sổ khám giấy | Văn bản hướng dẫn | Các bệnh viện | Bảo hiểm xã hội tỉnh | range 2025-10-01..2026-06-30",
        "A.II.1: Trả kết quả xét nghiệm qua tin nhắn | 80% kết quả | Các bệnh viện | Sở Khoa học và Công nghệ "
        "| before ..2026-09-15",
        "A.II.1.1: Thí điểm tại hai bệnh viện | Báo cáo | Bệnh viện Nhi |  | month 2026-06-01..2026-06-30",
        "B.I.1: Công khai giường trống | Bảng điện tử | Các bệnh viện |  | recurring ..",
    ],
    "bang-cat-ba": [
        "1: Lập danh mục báo cáo định kỳ | Danh mục | Văn phòng UBND tỉnh |  | month 2023-06-01..2023-06-30",
        "2: Khảo sát người làm báo cáo | Phiếu khảo sát | Sở Nội vụ; Sở Thông tin và Truyền thông | "
        "| month 2023-06-01..2023-06-30; month 2023-07-01..2023-07-31",
        "3: Đối chiếu với báo cáo của bộ, ngành | Bảng đối chiếu | Các sở, ban, ngành |  | before ..2023-08-29",
        "4: Trình phương án cắt giảm | Phương án | Văn phòng UBND tỉnh |  | quarter 2023-07-01..2023-09-30",
        "5: Lấy ý kiến các đơn vị | Văn bản góp ý | Các sở, ban, ngành |  | quarter 2023-07-01..2023-09-30",
        "6: Ban hành quyết định | Quyết định | Văn phòng UBND tỉnh |  | before ..2023-11-30",
        "7: Cập nhật lên hệ thống báo cáo | Hệ thống được cập nhật | Sở Thông tin và Truyền thông | "
        "| month 2023-12-01..2023-12-31",
    ],
    "phuong-moi-o-mot-dong": [
        "1: Thông báo lịch trực trên trang thông tin của phường |  | Văn phòng HĐND và UBND "
        "| Trung tâm Phục vụ hành chính công | before ..2025-07-24",
        "2: Trực tiếp nhận hồ sơ |  | Trung tâm Phục vụ hành chính công | Công chức Tư pháp - Hộ tịch | recurring ..",
        "3: Trả kết quả chứng thực tại nhà cho người già yếu |  | Công chức Tư pháp - Hộ tịch | Bưu điện "
        "| range 2025-08-01..2025-12-31",
        "4: Tổng kết |  | Văn phòng HĐND và UBND | Bưu điện | date 2025-12-31..2025-12-31",  # "-nt-"
    ],
    "web-moi-o-vai-dong": [
        "I.1: Lập danh sách cơ quan được kiểm tra | Danh sách | Sở Nội vụ |  | month 2022-02-01..2022-02-28",
        "I.2: Thành lập đoàn kiểm tra | Quyết định | Sở Nội vụ |  | month 2022-02-01..2022-02-28",
        "II.3: Kiểm tra trực tiếp tại các sở | Biên bản | Đoàn kiểm tra |  | range 2022-03-01..2022-05-31",
        "II.4: Kiểm tra đột xuất tại cấp huyện, cấp xã | Biên bản | Đoàn kiểm tra |  | range 2022-07-01..2022-12-31",
        "II.5: Báo cáo kết quả | Báo cáo | Sở Nội vụ |  | before ..2022-12-14",
    ],
    "nfd-dau-cu": [
        "1: Ban hành quy tắc ứng xử |  | Sở Nội vụ | Sở Văn hóa, Thể thao và Du lịch | quarter 2024-01-01..2024-03-31",
        "2: Tổ chức cuộc thi công sở đẹp |  | Sở Nội vụ | | quarter 2024-04-01..2024-06-30; quarter 2024-07-01..2024-09-30",
        "3: Bình xét, khen thưởng |  | Sở Nội vụ |  | month 2025-12-01..2025-12-31",
    ],
    "bo-bon-phu-luc": [
        "1: Thông tư về dữ liệu mở Dự thảo Thông tư |  | Vụ Pháp chế |  | month 2025-10-01..2025-10-31",
        "2: Thông tư về chữ ký số Dự thảo Thông tư |  | Trung tâm Chứng thực điện tử quốc gia | | month 2025-12-01..2025-12-31",
        "3: Đề án đào tạo Dự thảo Đề án |  | Vụ Tổ chức cán bộ |  | event ..",
        "1~2: Trả lời kiến nghị của cử tri |  | Văn phòng Bộ |  | recurring ..",
        "2~2: Báo cáo tiến độ |  | Văn phòng Bộ |  | recurring ..",
    ],
}
_ANOMALIES = {
    "so-y-te-hai-cap-nhom": {("no_number", None), ("no_date", None), ("deadline_out_of_period", "A.I.2")},
    "web-moi-o-vai-dong": {("merged_cell", "I.2")},
    "nfd-dau-cu": {("misprinted_agency", "3"), ("deadline_out_of_period", "3")},
}


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    return {path.stem: parse_plan(read_document(path)) for path in sorted(_FOLDER.glob("*.txt"))}


def _spelled(task: Task) -> list[str]:
    due = "; ".join(f"{d.kind} {d.start or ''}..{d.end or ''}" for d in task.due)
    bodies = ["; ".join(task.lead_agencies), "; ".join(task.coordinating_agencies)]
    return [f"{task.task_id.partition('/')[2]}: {task.task}", task.product or "", *bodies, due]


def test_each_plan_has_its_expectations(plans: dict[str, Plan]) -> None:
    assert set(plans) == set(_FACTS) == set(_IDS) == set(_PATHS) == set(_ROWS)


@pytest.mark.parametrize("name", _FACTS)
def test_header_facts_are_those_printed(name: str, plans: dict[str, Plan]) -> None:
    assert {key: fact.value for key, fact in plans[name].facts.items()} == _FACTS[name]
    assert plans[name].plan_id == _IDS[name]


@pytest.mark.parametrize("name", _BASES)
def test_legal_bases_are_found_and_the_papers_own_number_is_none(name: str, plans: dict[str, Plan]) -> None:
    assert tuple(basis.value for basis in plans[name].legal_bases) == _BASES[name]


@pytest.mark.parametrize("name", _PATHS)
def test_sections_are_found_whatever_their_numbering(name: str, plans: dict[str, Plan]) -> None:
    kinds = ("part", "article", "roman", "upper", "arabic", "decimal", "letter")
    assert ", ".join(s.path for s in plans[name].sections if s.kind in kinds) == _PATHS[name]
    assert not any(s.inferred for s in plans[name].sections)


@pytest.mark.parametrize("name", _ROWS)
def test_rows_are_read_and_none_is_invented(name: str, plans: dict[str, Plan]) -> None:
    assert [_spelled(t) for t in plans[name].tasks] == [[cell.strip() for cell in row.split("|")] for row in _ROWS[name]]


@pytest.mark.parametrize("name", _ROWS)
def test_oddities_are_found_and_nothing_else(name: str, plans: dict[str, Plan]) -> None:
    found = {(a.kind, a.where and a.where.partition("/")[2]) for a in plans[name].anomalies}
    assert found == _ANOMALIES.get(name, set())


@pytest.mark.parametrize("name", _ROWS)
def test_no_character_is_lost_between_sections_and_rows(name: str, plans: dict[str, Plan]) -> None:
    plan = plans[name]
    owned = [False] * len(plan.text)
    for start, end in [*((s.start, s.own_end) for s in plan.sections), *((t.start, t.end) for t in plan.tasks)]:
        owned[start:end] = [True] * (end - start)
    lost = [c for c, mine in zip(plan.text, owned, strict=True) if not mine and not c.isspace() and c not in "|-:"]
    assert lost == []


@pytest.mark.parametrize("name", _ROWS)
def test_sections_do_not_run_over_each_other(name: str, plans: dict[str, Plan]) -> None:
    spans = sorted((s.start, s.own_end) for s in plans[name].sections if s.own_end > s.start)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_decision_and_the_plan_attached_to_it_are_told_apart(plans: dict[str, Plan]) -> None:
    kinds = [s.kind for s in plans["quyet-dinh-kem-ke-hoach"].sections if s.parent_id is None]
    assert kinds == ["front", "article", "article", "article", "recipients", "signature", "front", "roman", "roman", "roman"]


def test_a_parts_heading_may_stand_in_the_next_line(plans: dict[str, Plan]) -> None:
    titles = [s.title for s in plans["bo-bon-phu-luc"].sections if s.kind == "part"]
    assert titles == ["MỤC ĐÍCH, YÊU CẦU", "TỔ CHỨC THỰC HIỆN"]


def test_groups_of_two_levels_keep_both(plans: dict[str, Plan]) -> None:
    groups = [(s.number, s.title) for s in plans["so-y-te-hai-cap-nhom"].sections if s.kind == "group"]
    assert groups == [
        ("A", "KHÁM BỆNH NGOẠI TRÚ"),
        ("I", "Tiếp đón"),
        ("II", "Khám và trả kết quả"),
        ("B", "KHÁM BỆNH NỘI TRÚ"),
        ("I", "Buồng bệnh"),
    ]


def test_a_cell_dropped_in_the_middle_of_a_row_moves_no_other_cell(plans: dict[str, Plan]) -> None:
    row = plans["web-moi-o-vai-dong"].tasks[1]
    assert (row.product, row.budget, row.missing) == ("Quyết định", None, ("budget",))


def test_a_merged_row_prints_both_of_its_agencies_and_deadlines(plans: dict[str, Plan]) -> None:
    row = plans["bang-cat-ba"].tasks[1]
    assert (row.lead, row.deadline) == ("Sở Nội vụ Sở Thông tin và Truyền thông", "Tháng 6/2023 Tháng 7/2023")


def test_the_year_of_a_column_header_counts_for_its_cells(plans: dict[str, Plan]) -> None:
    assert all(d.year_inferred for t in plans["phan-chuong-bang-markdown"].tasks for d in t.due)


def test_the_files_are_what_they_are_here_for() -> None:
    decomposed = (_FOLDER / "nfd-dau-cu.txt").read_text(encoding="utf-8")
    assert decomposed == unicodedata.normalize("NFD", decomposed) != unicodedata.normalize("NFC", decomposed)
    assert b"\r\n" in (_FOLDER / "so-y-te-hai-cap-nhom.txt").read_bytes()
    assert "\u00a0" in (_FOLDER / "so-y-te-hai-cap-nhom.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", _ROWS)
def test_a_plan_means_the_same_in_other_line_ends_and_compositions(name: str, plans: dict[str, Plan], tmp_path: Path) -> None:
    text = plans[name].text
    other = tmp_path / f"{name}.txt"
    other.write_bytes(b"\xef\xbb\xbf" + unicodedata.normalize("NFD", text).replace("\n", "\r\n").encode())
    assert parse_plan(read_document(other)) == plans[name]
