"""Every row of the four task tables, against keys written by eye (`rows/*.jsonl`, one row a line)."""

import itertools
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.plans import COLUMNS, Due, Plan, Task
from assistant.vietnamese import plain

_KEYS = {
    path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for path in sorted((Path(__file__).parent / "rows").glob("*.jsonl"))
}
_ROWS = [
    pytest.param(name, at, id=f"{name.partition('_')[0]}-{key['group'] or ''}.{key['stt']}-{at}")
    for name, keys in _KEYS.items()
    for at, key in enumerate(keys)
]


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _without_inference(due: Due) -> dict[str, Any]:
    return {"label": due.label, "kind": due.kind, "start": due.start, "end": due.end}


def _cells_as_keyed(task: Task) -> dict[str, Any]:
    return {
        **{name: getattr(task, name) for name in ("group", "group_title", "stt", *COLUMNS)},
        **{name: list(getattr(task, name)) for name in ("missing", "lead_agencies", "coordinating_agencies")},
        "due": [_without_inference(d) for d in task.due],
    }


def test_the_keys_hold_all_141_rows() -> None:
    assert {name: len(keys) for name, keys in _KEYS.items()} == {
        "15122-KH-UBND_dong-nai_2020": 51,
        "166-KH-UBND_ba-ria-vung-tau_2021": 43,
        "7018-KH-UBND_ben-tre_2021": 37,
        "chi-so-cchc_ba-ria-vung-tau_2018": 10,
    }


@pytest.mark.parametrize("name", _KEYS)
def test_a_plan_has_exactly_the_rows_that_it_prints(name: str, parsed_plans: dict[str, Plan]) -> None:
    printed = [(key["group"], key["stt"]) for key in _KEYS[name]]
    assert [(t.group, t.stt) for t in parsed_plans[f"{name}.txt"].tasks] == printed


@pytest.mark.parametrize(("name", "at"), _ROWS)
def test_a_row_is_read_as_it_is_printed(name: str, at: int, parsed_plans: dict[str, Plan]) -> None:
    key = _KEYS[name][at]
    expected = {**key, "due": [{**d, "start": _day(d["start"]), "end": _day(d["end"])} for d in key["due"]]}
    assert _cells_as_keyed(parsed_plans[f"{name}.txt"].tasks[at]) == expected


@pytest.mark.parametrize(("name", "at"), _ROWS)
def test_a_rows_span_holds_the_words_of_its_cells(name: str, at: int, parsed_plans: dict[str, Plan]) -> None:
    plan = parsed_plans[f"{name}.txt"]
    task = plan.tasks[at]
    quoted = plain(plan.text[task.start : task.end])
    for column in COLUMNS:
        printed = task.cell(column)
        assert printed is None or set(printed.split()) <= set(quoted.split()), column
    assert quoted.startswith(task.stt) or (task.task is not None and quoted.startswith(task.task[:20]))


def test_rows_follow_each_other_and_do_not_overlap(parsed_plans: dict[str, Plan]) -> None:
    for plan in parsed_plans.values():
        spans = [(t.start, t.end) for t in plan.tasks]
        assert all(a < b <= c < d for (a, b), (c, d) in itertools.pairwise(spans))


def test_lang_son_announces_an_appendix_but_has_no_tasks(parsed_plans: dict[str, Plan]) -> None:
    assert parsed_plans["249-KH-UBND_lang-son_2021-2025.txt"].tasks == ()
