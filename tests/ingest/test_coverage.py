"""The section tree is a partition: nothing of a plan's text is lost between sections, rows and headings."""

from bisect import bisect_right
from collections import Counter

import pytest

from assistant.plans import Plan, Section

_FILES = (
    "15122-KH-UBND_dong-nai_2020.txt",
    "166-KH-UBND_ba-ria-vung-tau_2021.txt",
    "249-KH-UBND_lang-son_2021-2025.txt",
    "7018-KH-UBND_ben-tre_2021.txt",
    "chi-so-cchc_ba-ria-vung-tau_2018.txt",
)


def _owners(plan: Plan, *, rows: bool) -> list[int]:
    """How many sections (and rows) own each character."""
    counts = [0] * len(plan.text)
    spans = [(s.start, s.own_end) for s in plan.sections] + [(t.start, t.end) for t in plan.tasks if rows]
    for start, end in spans:
        for i in range(start, end):
            counts[i] += 1
    return counts


def _is_furniture(plan: Plan, i: int) -> bool:
    """A `|` alone on its line separates cells; so do rules and Markdown's table signs."""
    line_start = plan.text.rfind("\n", 0, i) + 1
    line_end = plan.text.find("\n", i)
    return not plan.text[line_start : line_end if line_end >= 0 else len(plan.text)].strip(" |-:")


@pytest.mark.parametrize("name", _FILES)
def test_sections_and_rows_cover_the_plan(name: str, parsed_plans: dict[str, Plan]) -> None:
    plan = parsed_plans[name]
    counts = _owners(plan, rows=True)
    shown = [i for i, c in enumerate(plan.text) if not c.isspace() and not _is_furniture(plan, i)]
    lost = [i for i in shown if counts[i] == 0]
    line_starts = [0, *(i + 1 for i, c in enumerate(plan.text) if c == "\n")]
    where = Counter(bisect_right(line_starts, i) for i in lost)
    assert len(lost) <= 0.01 * len(shown), f"lost characters by line: {where.most_common(5)}"


@pytest.mark.parametrize("name", _FILES)
def test_no_character_belongs_to_two_sections(name: str, parsed_plans: dict[str, Plan]) -> None:
    # a row cut by a page break does span the repeated header: rows are told apart in test_rows.py
    assert max(_owners(parsed_plans[name], rows=False)) == 1


@pytest.mark.parametrize("name", _FILES)
def test_the_sections_form_a_tree_in_document_order(name: str, parsed_plans: dict[str, Plan]) -> None:
    plan = parsed_plans[name]
    by_id = {s.section_id: s for s in plan.sections}
    assert len(by_id) == len(plan.sections)
    assert [s.start for s in plan.sections] == sorted(s.start for s in plan.sections)
    for section in plan.sections:
        assert section.start <= section.own_end <= section.end
        if section.parent_id is not None:
            parent = by_id[section.parent_id]
            assert parent.start <= section.start
            assert section.end <= parent.end


def _at_path(plan: Plan, path: str) -> Section:
    return next(s for s in plan.sections if s.path == path and s.number is not None)


def test_lang_sons_lost_parts_are_inferred(parsed_plans: dict[str, Plan]) -> None:
    plan = parsed_plans["249-KH-UBND_lang-son_2021-2025.txt"]
    parts = [s for s in plan.sections if s.kind == "roman"]
    assert [s.path for s in parts] == ["[I]", "[II]", "[III]", "[IV]", "[V]"]
    assert all(s.inferred for s in parts)


def test_an_inferred_section_has_neither_text_nor_title(parsed_plans: dict[str, Plan]) -> None:
    plan = parsed_plans["249-KH-UBND_lang-son_2021-2025.txt"]
    inferred = [s for s in plan.sections if s.inferred]
    assert [s.path for s in inferred] == [
        *("[I]", "[II]", "[II].1", "[II].2", "[II].4", "[II].5", "[III]", "[III].2", "[III].5", "[IV]", "[V]")
    ]
    assert all(s.start == s.own_end and s.title is None for s in inferred)


@pytest.mark.parametrize(
    ("path", "opening"),
    [
        ("[I].2.4", "2.4. Kế thừa và phát huy những kinh nghiệm tốt"),
        ("[II].1.2", "1.2. Kết thúc giai đoạn, Chỉ số CCHC (PAR INDEX) của tỉnh đạt từ 85% trở lên"),
        ("[II].6.5", "6.5. Tỷ lệ hồ sơ giải quyết trực tuyến mức độ 4 trên tổng số hồ sơ đạt tối thiểu 50%"),
        ("[III].2.1", "2.1. Tiếp tục rà soát, hoàn thiện các cơ chế, chính sách"),
        ("[III].4.4", "4.4. Thường xuyên kiểm tra về công tác tổ chức, bộ máy"),
        ("[IV].1", "1. Kinh phí thực hiện Kế hoạch từ nguồn ngân sách Nhà nước"),
        ("[V].1.1", "1.1. Cụ thể hóa chỉ tiêu, nhiệm vụ Kế hoạch CCHC này"),
        ("[V].10.2", "10.2 Tham mưu triển khai thực hiện phương pháp đo lường"),
    ],
)
def test_lang_sons_sections_stand_under_the_right_part(path: str, opening: str, parsed_plans: dict[str, Plan]) -> None:
    plan = parsed_plans["249-KH-UBND_lang-son_2021-2025.txt"]
    section = _at_path(plan, path)
    assert plan.text[section.start : section.own_end].startswith(opening)


@pytest.mark.parametrize(
    ("name", "path", "title"),
    [
        (_FILES[0], "II.2.đ", "Các giải pháp về ứng dụng công nghệ thông tin, truyền thông, bưu chính để nâng cao hiệu quả "
                              "thực hiện cơ chế một cửa, cơ chế một cửa liên thông"),
        (_FILES[0], "V.11", "Đài Phát thanh - Truyền hình, Báo Đồng Nai, Báo Lao động Đồng Nai, Cổng thông tin điện tử của tỉnh"),
        (_FILES[1], "II.3", "Cải cách TTHC; thực hiện cơ chế một cửa, một cửa liên thông"),
        (_FILES[2], "[III].7", "Xây dựng và phát triển chính quyền điện tử, chính quyền số"),
        (_FILES[3], "V.2.c", "Sở Tư pháp"),
        (_FILES[4], "III.1.a", "Về điều tra xã hội học và nguyên tắc xếp hạng kết quả CCHC"),
    ],
)  # fmt: skip
def test_a_heading_broken_or_decorated_is_one_title(name: str, path: str, title: str, parsed_plans: dict[str, Plan]) -> None:
    assert _at_path(parsed_plans[name], path).title == title


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        (_FILES[0], {"front": 1, "roman": 5, "recipients": 1, "signature": 1, "appendix": 1, "group": 7}),
        (_FILES[1], {"front": 1, "roman": 3, "recipients": 1, "signature": 1, "appendix": 1, "group": 8, "closing": 1}),
        (_FILES[2], {"front": 1, "roman": 5, "signature": 1, "footnote": 2, "related": 32, "closing": 1}),
        (_FILES[3], {"front": 1, "roman": 5, "recipients": 1, "appendix": 1, "group": 7, "closing": 1}),
        (_FILES[4], {"front": 1, "roman": 6, "recipients": 1, "signature": 1, "closing": 1}),
    ],
)
def test_what_stands_around_the_body_is_told_apart(name: str, kinds: dict[str, int], parsed_plans: dict[str, Plan]) -> None:
    around = ("front", "roman", "recipients", "signature", "appendix", "group", "footnote", "related", "closing")
    counted = Counter(s.kind for s in parsed_plans[name].sections if s.kind in around)
    assert dict(counted) == kinds
