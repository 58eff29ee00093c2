"""What kind of value a question asks for: each with a sentence that prints one and a sentence that does not."""

import pytest

from assistant.abbreviations import expand
from assistant.asked_value import asked_value
from assistant.library import Library
from assistant.understanding.reading import understand
from assistant.understanding.said import tidy


@pytest.mark.parametrize(
    ("asked", "kind", "printing", "silent"),
    [
        ("bao nhiêu tiền cho việc số hóa?", "money", "Kinh phí 3,5 tỷ đồng", "Số hóa 100% hồ sơ"),
        ("Bến Tre số hóa bao nhiêu phần trăm hồ sơ?", "share", "Số hóa 50 % hồ sơ", "Số hóa 50 hồ sơ"),
        ("What share of files is digitised?", "share", "Số hóa 50% hồ sơ", "Số hóa toàn bộ hồ sơ"),
        ("Đồng Nai còn lại bao nhiêu biên chế?", "count", "giảm còn 20.432 biên chế", "giảm 10% số đơn vị"),
        ("tổng cộng bao nhiêu xã làm thí điểm?", "count", "thí điểm tại 12 xã", "thí điểm tại 12% số xã"),
        ("công chức được nghỉ mấy ngày?", "count", "được nghỉ 12 ngày làm việc", "nghỉ theo quy định"),
        ("How many officials must be trained?", "count", "đào tạo 300 cán bộ", "đào tạo trong quý 3"),
        (
            "những xã nào ở Lạng Sơn làm trước?",
            "names",
            "làm trước tại xã Hòa Lạc",
            "làm trước tại một số UBND cấp xã đảm bảo yêu cầu",
        ),
        ("Which company built the portal?", "names", "do Công ty Bình Minh xây dựng", "hỗ trợ doanh nghiệp sử dụng"),
        ("mấy giờ thì một cửa mở?", "hour", "mở từ 7 giờ 30", "giải quyết trong giờ hành chính"),
        ("cổng dịch vụ công ở địa chỉ web nào?", "address", "https://dichvucong.example.gov.vn", "trên Cổng dịch vụ công"),
        ("In which venue is the conference?", "place", "tổ chức tại Trung tâm hội nghị", "tổ chức hội nghị tổng kết"),
        ("Bến Tre muốn xếp thứ mấy cả nước?", "rank", "phấn đấu vào nhóm 15 tỉnh dẫn đầu", "nâng cao chỉ số PCI"),
        ("What place does Ben Tre hope to reach?", "rank", "xếp thứ 12 cả nước", "duy trì, cải thiện chỉ số"),
        ("mấy năm luân chuyển cán bộ một lần?", "rhythm", "luân chuyển định kỳ 5 năm", "báo cáo theo định kỳ"),
        ("nền tảng dữ liệu hẹn năm nào xong?", "year", "hoàn thành trong năm 2024", "phát triển, hoàn thiện nền tảng"),
        ("What sample size is fixed for the survey?", "amount", "khảo sát 300 người dân", "quy mô mẫu đã được xác định"),
        ("bao lâu báo cáo một lần?", "rhythm", "báo cáo định kỳ hằng quý", "báo cáo kết quả"),
    ],
)
def test_value(library: Library, asked: str, kind: str, printing: str, silent: str) -> None:
    value = asked_value(understand(tidy(asked), library.shelf()))
    assert value is not None
    assert value.kind == kind
    assert value.printed_in(expand(printing))
    assert not value.printed_in(expand(silent))


@pytest.mark.parametrize(
    "asked", ["Sở Nội vụ làm gì?", "mấy sở ấy phối hợp với ai?", "quý mấy người dân đóng phí qua mạng được?"]
)
def test_no_value(library: Library, asked: str) -> None:
    assert asked_value(understand(tidy(asked), library.shelf())) is None
