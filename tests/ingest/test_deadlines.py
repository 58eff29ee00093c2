"""Printed deadlines of published plans and what they mean."""

from datetime import date

import pytest

from assistant.plans import Due
from ingest.deadlines import understand_deadline

# printed: phases as "label | kind | first day | last day"; the plan's year is 2024, and an inferred year ends in "?"
_PRINTED = {
    # days
    "31/12/2025": "| date | 2025-12-31 | 2025-12-31",
    "31.12.2025": "| date | 2025-12-31 | 2025-12-31",
    "31-12-2025": "| date | 2025-12-31 | 2025-12-31",
    "ngày 5 tháng 4 năm 2026": "| date | 2026-04-05 | 2026-04-05",
    "30/4": "| date | 2024-04-30 | 2024-04-30 ?",
    "Chốt kết quả vào ngày 15/11/2020": "Chốt kết quả | date | 2020-11-15 | 2020-11-15",
    "Trước ngày 30/11/2025": "| before | | 2025-11-29",
    "Trước 01/7/2024": "| before | | 2024-06-30",
    "trước 30/6": "| before | | 2024-06-29 ?",
    "Hoàn thành trước ngày 31 tháng 10 năm 2024": "| before | | 2024-10-30",
    "chậm nhất là ngày 15/4/2026": "| before | | 2026-04-15",
    "Không quá 30/9/2024": "| before | | 2024-09-30",
    "Từ ngày 01/01/2024 đến 31/12/2024": "| range | 2024-01-01 | 2024-12-31",
    "Từ 15/3 đến 30/6/2024": "| range | 2024-03-15 | 2024-06-30",
    "15/3 - 30/6/2024": "| range | 2024-03-15 | 2024-06-30",
    # months
    "6/2025": "| month | 2025-06-01 | 2025-06-30",
    "T6/2024": "| month | 2024-06-01 | 2024-06-30",
    "Tháng 12/2025": "| month | 2025-12-01 | 2025-12-31",
    "Tháng 02 năm 2024": "| month | 2024-02-01 | 2024-02-29",
    "Xong trong tháng 5/2026": "| month | 2026-05-01 | 2026-05-31",
    "Hoàn thành trong tháng 12/2019": "| month | 2019-12-01 | 2019-12-31",
    "Trong tháng 3": "| month | 2024-03-01 | 2024-03-31 ?",
    "Trình UBND tỉnh trước tháng 09/2018": "Trình UBND tỉnh | before | | 2018-08-31",
    "Tháng 04-10/2021": "| range | 2021-04-01 | 2021-10-31",
    "Tháng 3 - tháng 5/2024": "| range | 2024-03-01 | 2024-05-31",
    "Từ tháng 3 đến tháng 9/2026": "| range | 2026-03-01 | 2026-09-30",
    "Bắt đầu từ tháng 7/2024": "| from | 2024-07-01 |",
    "Kể từ tháng 7/2024": "| from | 2024-07-01 |",
    "Tháng 3, tháng 6 năm 2024": "| month | 2024-03-01 | 2024-03-31 ; | month | 2024-06-01 | 2024-06-30",
    "Tháng 3, 12/2024": "| month | 2024-03-01 | 2024-03-31 ; | month | 2024-12-01 | 2024-12-31",
    # quarters
    "Quý IV/2026": "| quarter | 2026-10-01 | 2026-12-31",
    "Quí IV-2025": "| quarter | 2025-10-01 | 2025-12-31",
    "Quý III Năm 2026": "| quarter | 2026-07-01 | 2026-09-30",
    "Quý 1/2024": "| quarter | 2024-01-01 | 2024-03-31",
    "Quý IV.2024": "| quarter | 2024-10-01 | 2024-12-31",
    "Q4/2024": "| quarter | 2024-10-01 | 2024-12-31",
    "Trong quý II": "| quarter | 2024-04-01 | 2024-06-30 ?",
    "Chậm nhất trong quý III/2020": "| before | | 2020-09-30",
    "Đến hết quý III/2024": "| before | | 2024-09-30",
    "Thực hiện từ Quý I/2021": "Thực hiện | from | 2021-01-01 |",
    "Quý I-II/2024": "| quarter | 2024-01-01 | 2024-03-31 ; | quarter | 2024-04-01 | 2024-06-30",
    "Quý III+IV/2024": "| quarter | 2024-07-01 | 2024-09-30 ; | quarter | 2024-10-01 | 2024-12-31",
    "Quý I và Quý II năm 2024": "| quarter | 2024-01-01 | 2024-03-31 ; | quarter | 2024-04-01 | 2024-06-30",
    "Quý II, III": "| quarter | 2024-04-01 | 2024-06-30 ? ; | quarter | 2024-07-01 | 2024-09-30 ?",
    "Quý IV/2025- Quý II/2026": "| range | 2025-10-01 | 2026-06-30",
    "Quý IV - Quý I/2026": "| range | 2025-10-01 | 2026-03-31",
    # halves and years
    "6 tháng đầu năm 2024": "| range | 2024-01-01 | 2024-06-30",
    "Sáu tháng cuối năm 2024": "| range | 2024-07-01 | 2024-12-31",
    "9 tháng đầu năm": "| range | 2024-01-01 | 2024-09-30 ?",
    "2021": "| year | 2021-01-01 | 2021-12-31",
    "Cả năm 2021": "| year | 2021-01-01 | 2021-12-31",
    "Cuối năm 2024": "| year | 2024-01-01 | 2024-12-31",
    "2026-2027": "| range | 2026-01-01 | 2027-12-31",
    "Năm 2025 - 2026": "| range | 2025-01-01 | 2026-12-31",
    "Giai đoạn 2021-2025": "| range | 2021-01-01 | 2025-12-31",
    "Năm 2024, 2025": "| year | 2024-01-01 | 2024-12-31 ; | year | 2025-01-01 | 2025-12-31",
    "Đến năm 2025": "| before | | 2025-12-31",
    "Đến hết năm 2025": "| before | | 2025-12-31",
    "Từ năm 2024": "| from | 2024-01-01 |",
    "Năm 2024 và các năm tiếp theo": "| from | 2024-01-01 |",
    # again and again
    "Thường xuyên": "| recurring | |",
    "Thường xuyên, liên tục": "| recurring | |",
    "Hằng năm": "| recurring | |",
    "Hàng quý": "| recurring | |",
    "Theo quý, 6 tháng": "| recurring | |",
    "Định kỳ hằng tháng": "| recurring | |",
    "Tháng 12 hằng năm": "| recurring | |",
    "Quý IV hằng năm": "| recurring | |",
    "Trước 15/12 hằng năm": "| recurring | |",
    "Ngày 25 hằng tháng": "| recurring | |",
    "Trước ngày 05 của tháng liền kề": "| recurring | |",
    "Trước ngày 15 của tháng cuối quý": "| recurring | |",
    "Thường xuyên trong năm 2021": "| recurring | 2021-01-01 | 2021-12-31",
    "Thường xuyên trong năm": "| recurring | 2024-01-01 | 2024-12-31 ?",
    # events and other papers
    "Khi có yêu cầu": "Khi có yêu cầu | event | |",
    "Theo quy định của Bộ Nội vụ": "Theo quy định của Bộ Nội vụ | event | |",
    "Ngay sau khi Kế hoạch được ban hành": "Ngay sau khi Kế hoạch được ban hành | event | |",
    "Trong vòng 10 ngày kể từ ngày ban hành": "Trong vòng 10 ngày kể từ ngày ban hành | event | |",
    "Sau 03 tháng kể từ khi có văn bản của Trung ương": "Sau 03 tháng kể từ khi có văn bản của Trung ương | event | |",
    "Theo các mốc thời gian tại Quyết định số 1085/QĐ-TTg ngày 15/9/2022":
        "Theo các mốc thời gian tại Quyết định số 1085/QĐ-TTg ngày 15/9/2022 | event | |",
    "Văn bản số 9329/VPCP-KSTT ngày 12/10/2019 của VPCP": "Văn bản số 9329/VPCP-KSTT ngày 12/10/2019 của VPCP | event | |",
    # several phases
    "Ban hành kế hoạch trong tháng 01/2026, tổ chức kiểm tra chậm nhất trong tháng 6/2026":
        "Ban hành kế hoạch | month | 2026-01-01 | 2026-01-31 ; tổ chức kiểm tra | before | | 2026-06-30",
    "Ban hành Kế hoạch trong Quý IV/2020, Thực hiện năm trong 2021":
        "Ban hành Kế hoạch | quarter | 2020-10-01 | 2020-12-31 ; Thực hiện | year | 2021-01-01 | 2021-12-31",
    "Tháng 01/2024 (Kế hoạch); Tháng 11/2024 (Báo cáo)":
        "Kế hoạch | month | 2024-01-01 | 2024-01-31 ; Báo cáo | month | 2024-11-01 | 2024-11-30",
    "- Kế hoạch: Quý I/2024 - Báo cáo: Quý IV/2024":
        "Kế hoạch | quarter | 2024-01-01 | 2024-03-31 ; Báo cáo | quarter | 2024-10-01 | 2024-12-31",
    "Năm 2021 (Theo lộ trình)": "| year | 2021-01-01 | 2021-12-31 ; Theo lộ trình | event | |",
    "Cập nhật công khai thường xuyên, bắt đầu từ Quý I/2020":
        "Cập nhật công khai | recurring | | ; | from | 2020-01-01 |",
    "Tập huấn theo kế hoạch chung và thường xuyên": "Tập huấn theo kế hoạch chung | event | | ; | recurring | |",
    "Tháng 12/2020 và trong năm 2021": "| month | 2020-12-01 | 2020-12-31 ; | year | 2021-01-01 | 2021-12-31",
    # no time that any calendar has
    "31/02/2024": "31/02/2024 | unknown | |",
    "Chưa xác định": "Chưa xác định | unknown | |",
}  # fmt: skip


def _due(spelled: str) -> Due:
    label, kind, first, last = (part.strip() for part in spelled.removesuffix("?").split("|"))
    return Due(
        label=label or None,
        kind=kind,  # type: ignore[arg-type]
        start=date.fromisoformat(first) if first else None,
        end=date.fromisoformat(last) if last else None,
        year_inferred=spelled.endswith("?"),
    )


@pytest.mark.parametrize("printed", _PRINTED)
def test_a_printed_deadline_is_understood(printed: str) -> None:
    assert understand_deadline(printed, 2024) == tuple(_due(phase.strip()) for phase in _PRINTED[printed].split(" ; "))


@pytest.mark.parametrize("printed", [None, ""])
def test_a_blank_cell_has_no_deadline(printed: str | None) -> None:
    assert understand_deadline(printed, 2024) == ()


def test_without_any_year_the_kind_is_known_and_the_days_are_not() -> None:
    assert understand_deadline("Quý II", None) == (Due(label=None, kind="quarter"),)


def test_the_label_of_an_event_keeps_its_words() -> None:
    (phase,) = understand_deadline("Chậm nhất 15 ngày sau khi ban hành", 2024)
    assert phase.label == "Chậm nhất 15 ngày sau khi ban hành"
