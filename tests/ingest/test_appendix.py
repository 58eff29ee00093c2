"""Task tables: which tables are some, what their columns are, and how odd rows are read."""

import pytest

from assistant.plans import Task
from ingest.appendix import column_roles, gaps, is_roman, parse_appendix, stt_order
from ingest.documents import document_from_text

_STT = ("STT", "TT", "Số TT", "Stt", "Số thứ tự")
_COLUMNS = {
    "task": ("Nội dung", "Nhiệm vụ", "Nội dung/Nhiệm vụ", "Tên nhiệm vụ", "Nhiệm vụ, giải pháp", "Nội dung thực hiện",
             "Nhiệm vụ cụ thể", "Nội dung công việc", "Hoạt động"),
    "product": ("Sản phẩm", "Kết quả", "Kết quả dự kiến", "Sản phẩm đầu ra", "Kết quả/Sản phẩm"),
    "lead": ("Cơ quan chủ trì", "Đơn vị thực hiện", "Chủ trì thực hiện", "Trách nhiệm thực hiện", "Sở, ngành chủ trì tham mưu",
             "Đơn vị chủ trì", "Cơ quan thực hiện", "Cơ quan chủ trì, phối hợp"),
    "coordinating": ("Cơ quan phối hợp", "Phối hợp thực hiện", "Đơn vị phối hợp"),
    "deadline": ("Thời gian hoàn thành", "Thời gian thực hiện", "Thời hạn", "Thời gian dự kiến hoàn thành",
                 "Thời gian triển khai", "Tiến độ thực hiện", "Thời gian hoàn thành (năm 2025)"),
    "budget": ("Kinh phí", "Nguồn kinh phí", "Kinh phí thực hiện", "Dự toán"),
    "note": ("Ghi chú",),
    "other": ("Theo dõi, đôn đốc", "Người đứng đầu chịu trách nhiệm", "Điểm tối đa", "Tỷ lệ (%)", "Họ và tên"),
}  # fmt: skip


@pytest.mark.parametrize("role", _COLUMNS)
def test_a_columns_role_is_known_by_the_words_of_its_header(role: str) -> None:
    for header in _COLUMNS[role]:
        roles = column_roles(("STT", "Nội dung", header, "Cơ quan chủ trì"))
        assert roles is not None
        assert roles[2] == role, header


@pytest.mark.parametrize("stt", _STT)
def test_the_column_of_numbers_has_several_names(stt: str) -> None:
    roles = column_roles((stt, "Nội dung", "Thời hạn"))
    assert roles == ("stt", "task", "deadline")


@pytest.mark.parametrize(
    "header",
    [
        ("STT", "Nội dung chỉ số", "Năm 2022", "Năm 2023"),
        ("STT", "Nội dung", "Kết quả năm 2022", "Kết quả năm 2023"),
        ("STT", "Tiêu chí", "Điểm tối đa", "Đơn vị tự chấm"),
        ("STT", "Số, ký hiệu", "Trích yếu nội dung", "Cơ quan ban hành", "Ngày ban hành"),
        ("STT", "Tên thủ tục hành chính", "Cơ quan thực hiện", "Thời hạn giải quyết"),
        ("STT", "Họ và tên", "Chức vụ", "Đơn vị công tác"),
        ("Nội dung", "Thời hạn"),
        ("ỦY BAN NHÂN DÂN TỈNH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", None),
    ],
)
def test_other_tables_have_no_tasks(header: tuple[str | None, ...]) -> None:
    assert column_roles(header) is None


def _tasks(*rows: str, header: str = "STT\tNội dung\tCơ quan chủ trì\tThời hạn") -> tuple[Task, ...]:
    return parse_appendix(document_from_text("\n".join([header, *rows]), "x.txt"), "p", 2024).tasks


def test_columns_may_stand_in_any_order() -> None:
    (task,) = _tasks("Quý I\tSở Y tế\t1\tLàm", header="Thời hạn\tCơ quan chủ trì\tSTT\tNội dung")
    assert (task.stt, task.task, task.lead, task.deadline) == ("1", "Làm", "Sở Y tế", "Quý I")


def test_a_header_in_two_rows_is_one_header() -> None:
    header = "STT\tNội dung\tCơ quan thực hiện\t\tThời hạn\n\t\tChủ trì\tPhối hợp\t"
    (task,) = _tasks("1\tLàm\tSở Y tế\tSở Nội vụ\tQuý I", header=header)
    assert (task.stt, task.lead_agencies, task.coordinating_agencies) == ("1", ("Sở Y tế",), ("Sở Nội vụ",))


@pytest.mark.parametrize("numbers", ["(1)\t(2)\t(3)\t(4)", "1\t2\t3\t4", "A\tB\t1\t2"])
def test_a_row_of_column_numbers_is_no_task(numbers: str) -> None:
    assert [t.task for t in _tasks(numbers, "1\tLàm\tSở Y tế\tQuý I")] == ["Làm"]


def test_a_header_repeated_at_each_page_is_no_task_and_cuts_no_row() -> None:
    header = "STT\tNội dung\tCơ quan chủ trì\tThời hạn"
    tasks = _tasks(
        "1\tRà soát quy trình của\tSở Y tế\tQuý I", "", header, "\tcác bệnh viện\t\tnăm 2024", "2\tXong\tSở Y tế\tQuý II"
    )
    assert [(t.stt, t.task, t.deadline) for t in tasks] == [
        ("1", "Rà soát quy trình của các bệnh viện", "Quý I năm 2024"),
        ("2", "Xong", "Quý II"),
    ]
    assert len(tasks[0].due) == 1


def test_a_second_table_does_not_go_on_with_the_groups_of_the_first() -> None:
    header = "STT\tNội dung\tCơ quan chủ trì\tThời hạn"
    tasks = _tasks("I\tThể chế\t\t", "1\tLàm\tSở Y tế\tQuý I", "PHỤ LỤC II", header, "1\tKhác\tSở Nội vụ\tQuý I")
    assert [(t.group, t.task_id) for t in tasks] == [("I", "p/I.1"), (None, "p/1")]


def test_a_blank_form_after_a_task_table_adds_nothing() -> None:
    header = "STT\tNội dung\tCơ quan chủ trì\tThời hạn"
    tasks = _tasks("1\tLàm\tSở Y tế\tQuý I", "BIỂU MẪU BÁO CÁO", header, "1\t…………\t…\t…", "2\tNhiệm vụ được giao\t\t")
    assert [(t.stt, t.task) for t in tasks] == [("1", "Làm")]


def test_groups_are_known_in_all_their_forms() -> None:
    rows = [
        "I. Thể chế\t\t\t",
        "1\tLàm\tSở Y tế\tQuý I",
        "II\tBộ máy\t\t",
        "1\tLàm\tSở Y tế\tQuý I",
        "Nhiệm vụ khác\t\t\t",
        "1\tLàm\tA\tB",
    ]
    assert [(t.group, t.group_title) for t in _tasks(*rows)] == [("I", "Thể chế"), ("II", "Bộ máy"), (None, "Nhiệm vụ khác")]


@pytest.mark.parametrize(
    ("cell", "lead", "coordinating"),
    [
        ("Sở Nội vụ chủ trì, phối hợp với Sở Tài chính", ["Sở Nội vụ"], ["Sở Tài chính"]),
        ("Chủ trì: Sở Nội vụ; Phối hợp: Sở Tài chính, Sở Y tế", ["Sở Nội vụ"], ["Sở Tài chính", "Sở Y tế"]),
        ("Sở Nội vụ (phối hợp: các sở, ngành)", ["Sở Nội vụ"], ["Các sở, ban, ngành"]),
        ("Trung tâm phối hợp liên ngành", ["Trung tâm phối hợp liên ngành"], []),
    ],
)
def test_one_cell_may_name_both_who_leads_and_who_helps(cell: str, lead: list[str], coordinating: list[str]) -> None:
    (task,) = _tasks(f"1\tLàm\t{cell}\tQuý I")
    assert (list(task.lead_agencies), list(task.coordinating_agencies), task.lead) == (lead, coordinating, cell)


@pytest.mark.parametrize("ditto", ["-nt-", "nt", "Như trên", '"', "”"])
def test_the_same_as_above_is_understood_and_kept_as_printed(ditto: str) -> None:
    above, below = _tasks("1\tLàm\tSở Y tế\tQuý I", f"2\tLàm nữa\t{ditto}\t{ditto}")
    assert (below.lead_agencies, below.due, below.lead) == (above.lead_agencies, above.due, ditto)


def test_line_breaks_written_as_html_part_words() -> None:
    (task,) = _tasks("1\tLàm<br>xong\tSở Y tế<br/>Sở Nội vụ\tQuý I")
    assert (task.task, task.lead_agencies) == ("Làm xong", ("Sở Y tế", "Sở Nội vụ"))


def test_numbers_are_compared_as_numbers() -> None:
    assert stt_order("4.10") > stt_order("4.9")
    assert gaps([1, 2, 5]) == [3, 4]
    assert [is_roman(n) for n in ("IV", "X", "C", "D", "IIII")] == [True, True, False, False, False]
