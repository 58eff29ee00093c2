"""Time expressions in questions, Vietnamese and English, with and without diacritics."""

from datetime import date

import pytest

from assistant.times import find_times
from assistant.vietnamese import fold

# question: what it names, as "kind | first day | last day | words"
_ASKED = {
    "trước tháng 9 phải xong gì": "before | | 2021-08-31 | trước tháng 9",
    "những việc phải xong trước tháng 9/2020": "before | | 2020-08-31 | trước tháng 9/2020",
    "việc nào xong trước 30/6?": "before | | 2021-06-29 | trước 30/6",
    "không muộn hơn tháng 6": "before | | 2021-06-30 | không muộn hơn tháng 6",
    "từ nay đến cuối năm 2021": "before | | 2021-12-31 | đến cuối năm 2021",
    "sau tháng 6/2021 còn gì": "from | 2021-07-01 | | sau tháng 6/2021",
    "từ quý I đến quý III": "range | 2021-01-01 | 2021-09-30 | quý I đến quý III",
    "từ quý I đến hết quý III năm 2020": "range | 2020-01-01 | 2020-09-30 | quý I đến hết quý III năm 2020",
    "từ tháng 3 đến tháng 6 năm 2020": "range | 2020-03-01 | 2020-06-30 | tháng 3 đến tháng 6 năm 2020",
    "nhiệm vụ quý 2 năm 2020": "quarter | 2020-04-01 | 2020-06-30 | quý 2 năm 2020",
    "6 tháng cuối năm 2020": "range | 2020-07-01 | 2020-12-31 | 6 tháng cuối năm 2020",
    "nửa đầu năm 2020": "range | 2020-01-01 | 2020-06-30 | nửa đầu năm 2020",
    "hạn chót ngày 15/11/2020": "date | 2020-11-15 | 2020-11-15 | 15/11/2020",
    "ngày 15 tháng 11 năm 2020": "date | 2020-11-15 | 2020-11-15 | ngày 15 tháng 11 năm 2020",
    "việc làm hằng tháng": "recurring | | | hằng tháng",
    "trong năm 2020": "year | 2020-01-01 | 2020-12-31 | năm 2020",
    "chuyển đổi số đến năm 2025": "year | 2025-01-01 | 2025-12-31 | năm 2025",
    "first half of 2020": "range | 2020-01-01 | 2020-06-30 | first half of 2020",
    "second half of 2020": "range | 2020-07-01 | 2020-12-31 | second half of 2020",
    "last quarter of 2020": "quarter | 2020-10-01 | 2020-12-31 | last quarter of 2020",
    "what is due by June 2020?": "before | | 2020-06-30 | by June 2020",
    "due by May": "before | | 2021-05-31 | by May",
    "before the end of 2020": "before | | 2020-12-31 | before the end of 2020",
    "before 31/12/2020": "before | | 2020-12-30 | before 31/12/2020",
    "between March and June 2020": "range | 2020-03-01 | 2020-06-30 | March and June 2020",
    "from April to October 2020": "range | 2020-04-01 | 2020-10-31 | April to October 2020",
    "due March 31, 2020": "date | 2020-03-31 | 2020-03-31 | March 31, 2020",
    "after June 2020": "from | 2020-07-01 | | after June 2020",
    "since 2020": "from | 2020-01-01 | | since 2020",
    "in Q3": "quarter | 2021-07-01 | 2021-09-30 | Q3",
    "Oct 2020": "month | 2020-10-01 | 2020-10-31 | Oct 2020",
}  # fmt: skip


def _spelled(day: date | None) -> str:
    return day.isoformat() if day else ""


def _first(question: str) -> tuple[str, ...]:
    when = find_times(question, 2021)[0]
    return (when.kind, _spelled(when.first), _spelled(when.last), question[when.at : when.to])


@pytest.mark.parametrize("question", _ASKED)
def test_a_time_in_a_question_is_understood(question: str) -> None:
    assert len(find_times(question, 2021)) == 1
    assert _first(question) == tuple(part.strip() for part in _ASKED[question].split("|"))


@pytest.mark.parametrize("question", _ASKED)
def test_a_question_typed_without_diacritics_means_the_same(question: str) -> None:
    typed, printed = find_times(fold(question), 2021), find_times(question, 2021)
    assert typed == printed


@pytest.mark.parametrize(
    "question",
    [
        *("máy móc và thiết bị", "sếp tôi giao việc gì", "Việt Nam", "tỉnh Hà Nam", "nam giới", "tháng mấy thì xong"),
        *("quý vị cho hỏi", "Quý cơ quan", "nhiệm vụ 27", "nhiệm vụ số 3/4", "dịch vụ công mức độ 3, 4", "mục 2.1"),
        *("may I ask which tasks", "a decision of 2 pages", "đạt 30%", "theo quy định", "tổ chức 2 lần/tuần"),
        *("Nghị định số 61/2018/NĐ-CP", "Quyết định 749/QĐ-TTg", "kế hoạch 166/KH-UBND", "Sunday", "tháng này"),
    ],
)
def test_words_that_only_look_like_a_time_are_none(question: str) -> None:
    assert find_times(question, 2021) == []


def test_each_time_of_a_list_is_found() -> None:
    found = find_times("quý I, III và tháng 12 năm 2020")
    assert [(w.kind, w.first) for w in found] == [
        ("quarter", date(2020, 1, 1)),
        ("quarter", date(2020, 7, 1)),
        ("month", date(2020, 12, 1)),
    ]


def test_no_day_is_invented_where_no_year_is_known() -> None:
    (when,) = find_times("trước tháng 9")
    assert (when.kind, when.first, when.last) == ("before", None, None)
