"""Header facts of the five plans, keyed by eye, each with the place where it is printed."""

import pytest

from assistant.plans import Fact, Plan
from assistant.vietnamese import fold, plain
from ingest.header import plan_id_for

_DONG_NAI = "15122-KH-UBND_dong-nai_2020.txt"
_BA_RIA = "166-KH-UBND_ba-ria-vung-tau_2021.txt"
_LANG_SON = "249-KH-UBND_lang-son_2021-2025.txt"
_BEN_TRE = "7018-KH-UBND_ben-tre_2021.txt"
_INDEX_2018 = "chi-so-cchc_ba-ria-vung-tau_2018.txt"

_FACTS = {
    _DONG_NAI: {
        "number": "15122/KH-UBND",
        "issued_on": "2019-12-27",
        "issuer": "Chủ tịch UBND tỉnh Đồng Nai",
        "province": "Đồng Nai",
        "year": "2020",
        "title": "KẾ HOẠCH Cải cách hành chính tỉnh Đồng Nai năm 2020",
        "signed_by": "Cao Tiên Dũng",
        "signer_role": "CHỦ TỊCH",
    },
    _BA_RIA: {
        "number": "166/KH-UBND",
        "issued_on": "2020-12-24",
        "issuer": "UBND tỉnh Bà Rịa - Vũng Tàu",
        "province": "Bà Rịa - Vũng Tàu",
        "year": "2021",
        "title": "KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NHÀ NƯỚC TỈNH BÀ RỊA - VŨNG TÀU NĂM 2021",
        "signed_by": "Trần Văn Tuấn",
        "signer_role": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
    },
    _LANG_SON: {
        "number": "249/KH-UBND",
        "issued_on": "2021-12-29",
        "issuer": "UBND tỉnh Lạng Sơn",
        "province": "Lạng Sơn",
        "year": "2021-2025",
        "title": "CẢI CÁCH HÀNH CHÍNH NHÀ NƯỚC TỈNH LẠNG SƠN GIAI ĐOẠN 2021-2025",
        "signer_role": "KT. CHỦ TỊCH",
    },
    _BEN_TRE: {
        "number": "7018/KH-UBND",
        "issued_on": "2020-12-29",
        "issuer": "UBND tỉnh Bến Tre",
        "province": "Bến Tre",
        "year": "2021",
        "title": "KẾ HOẠCH Công tác cải cách hành chính năm 2021",
        "signed_by": "Trần Ngọc Tam",
    },
    _INDEX_2018: {
        "issuer": "UBND tỉnh Bà Rịa - Vũng Tàu",
        "province": "Bà Rịa - Vũng Tàu",
        "year": "2018",
        "title": "KẾ HOẠCH TRIỂN KHAI XÁC ĐỊNH CHỈ SỐ THEO DÕI, ĐÁNH GIÁ, XẾP HẠNG KẾT QUẢ CẢI CÁCH HÀNH CHÍNH NĂM 2018 "
        "TRÊN ĐỊA BÀN TỈNH BÀ RỊA - VŨNG TÀU",
        "signed_by": "Nguyễn Thanh Tịnh",
        "signer_role": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
    },
}
_BASES = {
    _DONG_NAI: (
        "Nghị quyết số 30c/NQ-CP ngày 08/11/2011 của Chính phủ",
        "Quyết định số 225/QĐ-TTg ngày 04/02/2016 của Thủ tướng Chính phủ",
        "Quyết định số 2014/QĐ-UBND ngày 29/6/2016 của UBND tỉnh",
    ),
    _BA_RIA: ("Công văn số 6459/BNV-CCHC ngày 07/12/2020 của Bộ Nội vụ",),
    _LANG_SON: (
        "Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ",
        "Nghị quyết số 60-NQ/TU ngày 15/12/2021 của Ban Thường vụ Tỉnh ủy",
    ),
    _BEN_TRE: ("Công văn số 6459/BNN-CCHC ngày 07 tháng 12 năm 2020 của Bộ Nội vụ",),
    _INDEX_2018: (
        "Quyết định số 2948/QĐ-BNV ngày 28/12/2017 của Bộ trưởng Bộ Nội vụ",
        "Quyết định số 3768/QĐ-UBND ngày 29/12/2017 của UBND tỉnh Bà Rịa - Vũng Tàu",
    ),
}
_IDS = {
    _DONG_NAI: "dong-nai-2020-15122",
    _BA_RIA: "ba-ria-vung-tau-2021-166",
    _LANG_SON: "lang-son-2021-2025-249",
    _BEN_TRE: "ben-tre-2021-7018",
    _INDEX_2018: "ba-ria-vung-tau-2018-trien-khai-xac-dinh-chi-so",
}


@pytest.mark.parametrize("name", _FACTS)
def test_header_facts_are_those_printed_and_no_others(name: str, parsed_plans: dict[str, Plan]) -> None:
    assert {key: fact.value for key, fact in parsed_plans[name].facts.items()} == _FACTS[name]


@pytest.mark.parametrize("name", _BASES)
def test_legal_bases_are_listed_as_cited(name: str, parsed_plans: dict[str, Plan]) -> None:
    assert tuple(fact.value for fact in parsed_plans[name].legal_bases) == _BASES[name]


@pytest.mark.parametrize("name", _IDS)
def test_plan_ids_speak_and_stay(name: str, parsed_plans: dict[str, Plan]) -> None:
    assert parsed_plans[name].plan_id == _IDS[name]


@pytest.mark.parametrize("name", _FACTS)
@pytest.mark.parametrize("fact", ["number", "title", "province", "signed_by", "signer_role", "year"])
def test_a_fact_points_to_where_it_is_printed(name: str, fact: str, parsed_plans: dict[str, Plan]) -> None:
    plan = parsed_plans[name]
    if fact not in _FACTS[name]:
        assert fact not in plan.facts
        return
    found = plan.facts[fact]
    printed = "".join(fold(plain(plan.text[found.start : found.end])).split())
    assert "".join(fold(found.value).split()) in printed
    assert not found.inferred


def test_legal_bases_point_to_where_they_are_printed(parsed_plans: dict[str, Plan]) -> None:
    for plan in parsed_plans.values():
        for basis in plan.legal_bases:
            assert plain(plan.text[basis.start : basis.end]) == basis.value


@pytest.mark.parametrize("name", [_LANG_SON, _INDEX_2018])
def test_an_issuer_pieced_together_is_said_to_be_inferred(name: str, parsed_plans: dict[str, Plan]) -> None:
    assert parsed_plans[name].facts["issuer"].inferred


@pytest.mark.parametrize(
    ("facts", "source", "plan_id"),
    [
        ({"province": "Hà Nam", "year": "2024", "number": "27/KH-UBND"}, "a.txt", "ha-nam-2024-27"),
        ({"province": "Hà Nam", "issuer": "Sở Y tế", "year": "2024", "number": "27/KH-SYT"}, "a.txt", "ha-nam-so-y-te-2024-27"),
        ({"issuer": "Bộ Nội vụ", "year": "2024", "number": "27/KH-BNV"}, "a.txt", "bo-noi-vu-2024-27"),
        ({"province": "Huế", "title": "KẾ HOẠCH Kiểm tra công vụ năm 2024"}, "a.txt", "hue-kiem-tra-cong-vu-nam-2024"),
        ({}, "Kế hoạch sở.txt", "ke-hoach-so"),
        ({}, "???.txt", "plan"),
    ],
)
def test_a_plan_id_is_made_of_what_is_known(facts: dict[str, str], source: str, plan_id: str) -> None:
    assert plan_id_for({k: Fact(v, 0, 0) for k, v in facts.items()}, source) == plan_id
