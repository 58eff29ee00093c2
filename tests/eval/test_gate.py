"""The regression gate with the real assistant: a rule broken on purpose in a stage is found, and the stage is named."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import assistant.answering
import assistant.evidence
import assistant.understanding.reading
import assistant.wording.tasks
from assistant.cli import main
from assistant.errors import UsageError
from assistant.settings import Settings
from assistant.understanding.numbers import Numbers
from assistant.wording.sources import Sources
from eval.cases import load_cases
from eval.compare import Stage, compare, read_baseline, what_differs, write_baseline
from eval.evaluation import GOLD, Evaluation, baseline_of, evaluate, gold_files, rescore
from eval.outcomes import read_outcomes
from eval.report import as_html, as_json, as_junit, as_text, write_reports

_CASES = 14  # right ones about single tasks by number: enough for every stage


@pytest.fixture(scope="module")
def some_gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gold file of tasks asked by number."""
    lines = (GOLD / "dongnai.jsonl").read_text(encoding="utf-8").splitlines()
    tasks = [line for line in lines if json.loads(line)["kind"] == "task"][:_CASES]
    file = tmp_path_factory.mktemp("gold") / "some.jsonl"
    file.write_text("\n".join(tasks), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def settings(library_dir: Path) -> Settings:
    return Settings(library=library_dir)


@pytest.fixture(scope="module")
def blessed(settings: Settings, some_gold: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """A run of the assistant as it is."""
    return evaluate(settings, tmp_path_factory.mktemp("run"), gold=[some_gold], jobs=1)


def _no_number(*_: Any) -> Numbers:
    return Numbers(rest=" " * 20_000)


def _none_found(*_: Any) -> list[Any]:
    return []


def _agency_lost(*_: Any) -> str:
    return "…"


def _beside(mark: Callable[..., str]) -> Callable[..., str]:
    """The marker of a place a few characters on: the words stay, the source no longer holds the row."""
    return lambda self, plan_id, kind, start, end, label, **rest: mark(self, plan_id, kind, end, end + 9, label, **rest)


@pytest.mark.parametrize(
    ("stage", "module", "name", "broken"),
    [
        ("understanding", assistant.answering, "understand", None),
        ("retrieval", assistant.evidence, "numbered_tasks", _none_found),
        ("wording", assistant.wording.tasks, "_value", _agency_lost),
        ("citation", Sources, "_mark", _beside(Sources._mark)),
    ],
    ids=["understanding", "retrieval", "wording", "citation"],
)
def test_a_broken_rule_is_found_and_its_stage_named(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, some_gold: Path, tmp_path: Path, blessed: Evaluation,
    stage: Stage, module: Any, name: str, broken: Any,
) -> None:  # fmt: skip
    if stage == "understanding":
        read = assistant.answering.understand
        monkeypatch.setattr(
            assistant.answering, "understand", lambda text, shelf: replace(read(text, shelf), stt="99", intent="task")
        )
    else:
        monkeypatch.setattr(module, name, broken)
    run = evaluate(settings, tmp_path, gold=[some_gold], jobs=1)
    comparison = compare(baseline_of(blessed.scores, blessed.made, {}), run.scores)
    assert sum(s.right for s in blessed.scores) > 10
    assert comparison.worse
    assert {change.stage for change in comparison.worse} == {stage}


def test_the_same_code_changes_nothing(blessed: Evaluation, settings: Settings, some_gold: Path, tmp_path: Path) -> None:
    again = evaluate(settings, tmp_path, gold=[some_gold], jobs=2)
    comparison = compare(baseline_of(blessed.scores, blessed.made, {}), again.scores)
    assert (comparison.worse, comparison.better, comparison.moved) == ((), (), {})


def test_a_run_is_scored_again_from_its_folder(settings: Settings, some_gold: Path, tmp_path: Path) -> None:
    first = evaluate(settings, tmp_path, gold=[some_gold], jobs=1)
    second = rescore(settings, tmp_path, gold=[some_gold])
    assert [(s.case.id, s.problems) for s in first.scores] == [(s.case.id, s.problems) for s in second.scores]
    assert len(read_outcomes(tmp_path / "outcomes.jsonl")) == len(first.scores)
    with pytest.raises(UsageError, match="run `cchc eval"):
        rescore(settings, tmp_path / "elsewhere", gold=[some_gold])


def test_a_baseline_is_read_as_it_was_written_and_a_broken_one_refused(blessed: Evaluation, tmp_path: Path) -> None:
    baseline = baseline_of(blessed.scores, blessed.made, blessed.summary.accuracies())
    write_baseline(baseline, tmp_path / "baseline.json")
    assert read_baseline(tmp_path / "baseline.json") == baseline
    assert read_baseline(tmp_path / "none.json") is None
    (tmp_path / "baseline.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="not a baseline"):
        read_baseline(tmp_path / "baseline.json")


@pytest.mark.parametrize(("field", "other"), [("library", "0" * 12), ("embedder", "another"), ("model", "some-llm")])
def test_what_cannot_be_compared_is_not(blessed: Evaluation, field: str, other: str) -> None:
    assert what_differs(blessed.made, blessed.made) is None
    assert what_differs(blessed.made, replace(blessed.made, **{field: other})) is not None  # type: ignore[arg-type]
    assert what_differs(blessed.made, replace(blessed.made, prompts="0" * 12)) is None


def test_cases_of_other_plans_are_refused(settings: Settings, tmp_path: Path) -> None:
    gold = tmp_path / "other.jsonl"
    case = {
        "id": "o", "kind": "task", "language": "en", "turns": ["Who?"], "status": "answered", "facts": [["A"]],
        "citations": [[{"source": "other.txt", "text": "words"}]],
    }  # fmt: skip
    gold.write_text(json.dumps(case), encoding="utf-8")
    with pytest.raises(UsageError, match=r"no source other\.txt"):
        evaluate(settings, tmp_path, gold=[gold])


def test_the_reports_hold_every_case_and_nothing_of_other_hosts(blessed: Evaluation, tmp_path: Path) -> None:
    assert "targets" in as_text(blessed)
    data = json.loads(as_json(blessed))
    assert len(data["cases"]) == len(blessed.scores)
    assert data["figures"]["whole"]["cases"] == sum(s.case.typing != "twin" for s in blessed.scores)
    assert as_junit(blessed).count("<testcase ") == len(blessed.scores)
    html = as_html(blessed)
    assert html.count('<details class="case"') == len(blessed.scores)
    assert not [word for word in ("http://", "https://", "src=", "@import", "url(") if word in html]
    assert [f.name for f in write_reports(blessed, tmp_path)] == ["report.json", "junit.xml", "report.html"]


def test_the_holdout_is_counted_and_not_shown(blessed: Evaluation) -> None:
    hidden = tuple(replace(s, case=s.case.model_copy(update={"file": "holdout"})) for s in blessed.scores)
    run = replace(blessed, scores=hidden)
    question = blessed.scores[0].case.question
    assert json.loads(as_json(run))["cases"] == []
    assert question not in as_html(run)
    assert question not in as_junit(run)
    assert len(json.loads(as_json(run, show_holdout=True))["cases"]) == len(hidden)


def test_the_command_scores_a_file_and_leaves_reports(
    settings: Settings, some_gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report"
    assert main(["--library", str(settings.library), "eval", "--gold", str(some_gold), "--output", str(out), "--jobs", "1"]) == 0
    printed = capsys.readouterr()
    assert "no baseline to compare with" in printed.out
    assert sorted(f.name for f in out.iterdir()) == [
        "junit.xml",
        "made_with.json",
        "outcomes.jsonl",
        "report.html",
        "report.json",
    ]
    assert main(["--library", str(settings.library), "eval", "--gold", str(some_gold), "--bless"]) == 2
    assert "--bless is for a whole run" in capsys.readouterr().err


def test_the_blessed_run_is_of_the_gold_set_that_ships() -> None:
    baseline = read_baseline(GOLD.parent / "baseline.json")
    assert baseline is not None
    assert {c.id for c in load_cases(gold_files())} <= set(baseline.cases)
