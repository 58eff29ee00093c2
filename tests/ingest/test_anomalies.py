"""What is odd in the five plans, found by reading them: all of it is told, and nothing else is alarmed about."""

import pytest

from assistant.plans import Plan

# (kind, where) of every oddity that deserves a warning; `where` without the plan's id
_WARNINGS = {
    "15122-KH-UBND_dong-nai_2020.txt": {
        ("blank_lead", "II.5"),
        ("blank_deadline", "II.5"),
        ("misprinted_agency", "IV.3"),
        ("misprinted_agency", "IV.4"),
        ("duplicate_stt", "VI.4~2"),
        ("duplicate_stt", "VI.4.1~2"),
        ("duplicate_stt", "VI.4.2~2"),
        # districts: 10 % online in section II.6.b, 20 % in the appendix
        ("contradictory_targets", "VI.4.3"),
    },
    "166-KH-UBND_ba-ria-vung-tau_2021.txt": set(),
    "249-KH-UBND_lang-son_2021-2025.txt": {("missing_appendix", "muc/[III]#p1")},
    "7018-KH-UBND_ben-tre_2021.txt": {
        ("duplicate_section", "muc/II~2"),
        ("duplicate_section", "muc/V.2.d~2"),
        ("missing_stt", "III.4"),
        ("missing_stt", "VII.3"),
        ("misnumbered_group", "muc/phu-luc.VI"),
    },
    "chi-so-cchc_ba-ria-vung-tau_2018.txt": {("duplicate_section", "muc/II~2"), ("deadline_out_of_order", "8")},
}
_NOTES = {
    "15122-KH-UBND_dong-nai_2020.txt": {("missing_section", "muc/II.2.đ"), ("missing_section", "muc/II.6.e")},
    "166-KH-UBND_ba-ria-vung-tau_2021.txt": {
        ("merged_cell", "I.2"),
        *(("deadline_out_of_period", at) for at in ("I.3", "I.4", "I.5", "IV.19", "VI.26")),
    },
    "249-KH-UBND_lang-son_2021-2025.txt": {
        *(("lost_heading", f"muc/[{part}]") for part in ("I", "II", "III", "IV", "V")),
        *(("lost_heading", f"muc/[II].{n}") for n in (1, 2, 4, 5)),
        *(("lost_heading", f"muc/[III].{n}") for n in (2, 5)),
        ("missing_section", "muc/[III].4.4"),
        ("missing_section", "muc/[V].7.3"),  # 7.1 and 7.2 are not there
    },
    "7018-KH-UBND_ben-tre_2021.txt": {
        ("missing_section", "muc/IV"),
        ("missing_section", "muc/V.2.e"),
        *(("deadline_out_of_period", at) for at in ("I.1", "I.2", "II.5", "III.1", "V.5")),
    },
    "chi-so-cchc_ba-ria-vung-tau_2018.txt": {
        ("no_number", None),
        ("no_date", None),
        *(("deadline_out_of_period", at) for at in ("8", "9", "10")),
    },
}


def _found(plan: Plan, severity: str) -> set[tuple[str, str | None]]:
    return {(a.kind, a.where and a.where.partition("/")[2]) for a in plan.anomalies if a.severity == severity}


@pytest.mark.parametrize("name", _WARNINGS)
def test_every_oddity_is_warned_of_and_nothing_else(name: str, parsed_plans: dict[str, Plan]) -> None:
    assert _found(parsed_plans[name], "warning") == _WARNINGS[name]


@pytest.mark.parametrize("name", _NOTES)
def test_smaller_oddities_are_noted(name: str, parsed_plans: dict[str, Plan]) -> None:
    assert _found(parsed_plans[name], "note") == _NOTES[name]


def test_both_missing_sections_at_the_head_of_a_list_are_named(parsed_plans: dict[str, Plan]) -> None:
    plan = parsed_plans["249-KH-UBND_lang-son_2021-2025.txt"]
    messages = [a.message for a in plan.anomalies if a.where and a.where.endswith("[V].7.3")]
    assert messages == ["không có mục [V].7.1 trước mục [V].7.3", "không có mục [V].7.2 trước mục [V].7.3"]


def test_anomalies_stand_in_document_order_and_inside_the_text(parsed_plans: dict[str, Plan]) -> None:
    for plan in parsed_plans.values():
        starts = [a.start for a in plan.anomalies]
        assert starts == sorted(starts)
        assert all(0 <= a.start <= a.end <= len(plan.text) for a in plan.anomalies)
