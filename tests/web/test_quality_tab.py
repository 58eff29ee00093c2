"""The tab about answer quality: what it takes out of a report, and what it shows."""

import json
import os
import string
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from assistant.answering import Assistant
from assistant.library import Library
from assistant.web.quality_page import QualityTexts, no_run_html, quality_texts, run_html
from assistant.web.quality_run import UnreadableReportError, read_run
from assistant.web.texts import texts
from eval.evaluation import evaluate
from eval.report import write_reports

VI, EN = quality_texts("vi"), quality_texts("en")
HIDDEN = "a question that nobody may see"


def figures(cases: int, right: int) -> dict[str, Any]:
    return {
        "cases": cases, "right": right, "accuracy": right / cases if cases else None, "citation_precision": 0.9, "citation_recall": 0.8,
        "verbatim": 1.0, "latency_p50": 12.3, "latency_p95": 45.6,
    }  # fmt: skip


def a_case(identity: str, file: str, question: str) -> dict[str, Any]:
    return {
        "id": identity,
        "file": file,
        "kind": "task",
        "turns": [question],
        "problems": ["does not say “<b>x</b>”"],
        "right": False,
    }


def a_report(**changes: Any) -> dict[str, Any]:
    """As `cchc eval --show-holdout` writes it, with the cases that may not be seen among the others."""
    return {
        "made_with": {"plans": ["a.txt"], "embedder": "e5", "model": None},
        "figures": {"whole": figures(100, 98), "twins": figures(50, 45)},
        "views": {"kind": {"task": figures(60, 60), "list": figures(40, 38)}, "language": {"vi": figures(80, 78), "en": figures(20, 20)}},
        "targets": [
            {"name": "right answers", "least": 0.98, "reached": 0.98, "met": True},
            {"name": "right in the weakest kind (list)", "least": 0.96, "reached": 0.95, "met": False},
            {"name": "something new {x}", "least": 0.5, "reached": None, "met": False},
        ],
        "comparison": {
            "worse": [{"id": "a-1", "stage": "wording"}, {"id": "h-1", "stage": "retrieval"}], "better": [{"id": "a-2", "stage": "wording"}],
            "moved": {}, "new": [], "rewritten": ["a-3"], "gone": [],
        },
        "cases": [a_case("a-1", "bentre", "Ai <script>chủ trì</script>?"), a_case("h-1", "holdout", HIDDEN)],
        **changes,
    }  # fmt: skip


def written(folder: Path, report: object) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "report.json"
    file.write_text(report if isinstance(report, str) else json.dumps(report))
    return file


def seen(page: Page) -> str:
    return page.locator("#quality-page").inner_text()


def open_tab(visit, url: str, **screen: object) -> Page:
    page = visit.open(url, **screen)
    page.get_by_role("tab", name=texts("vi").tab_quality).click()
    expect(page.locator(".quality h2")).to_be_visible()
    return page


# --- what is shown --------------------------------------------------------------------------------------------------


def test_totals_parts_and_targets_are_shown_the_weakest_first(tmp_path: Path) -> None:
    run = read_run(written(tmp_path, a_report()))
    assert run is not None
    page = fromstring(run_html(run, "vi"))
    text = " ".join("".join(page.itertext()).split())
    for said in ("98,0%", "98/100 câu", "90,0%", "12 ms", "95% dưới 46 ms", "Đạt 1 trên 3 mục tiêu."):
        assert said in text
    kinds = page.find(".//section[@class='card parts']")
    assert kinds is not None
    assert ["".join(th.itertext()) for th in kinds.findall(".//tbody/tr/th")] == [
        "Danh sách, đếm nhiệm vụ",
        "Một nhiệm vụ cụ thể",
    ]
    assert [rect.attrib["width"] for rect in kinds.iter("rect")] == ["95.00%", "100.00%"]


def test_a_report_says_when_it_was_made_and_an_older_one_when_its_file_was_written(tmp_path: Path) -> None:
    for asked_at, year in [("2020-05-04T03:02:01+00:00", 2020), (None, 2001)]:
        file = written(tmp_path, a_report(asked_at=asked_at))
        os.utime(file, (1_000_000_000, 1_000_000_000))
        run = read_run(file)
        assert run is not None
        assert run.when.year == year
        assert f"/{year} (giờ máy chủ)" in run_html(run, "vi")


@pytest.mark.parametrize(("folder", "command"), [("eval-report", "make eval"), ("x", ".venv/bin/cchc eval --output x")])
def test_without_a_run_the_command_that_makes_one_is_told(folder: str, command: str) -> None:
    assert f"<code>{command}</code>" in no_run_html(folder, "vi")


def test_a_target_that_was_missed_says_so_and_an_unknown_one_keeps_its_name(tmp_path: Path) -> None:
    run = read_run(written(tmp_path, a_report()))
    assert run is not None
    rows = fromstring(run_html(run, "vi")).findall(".//section[@class='card targets']//tbody/tr")
    told = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in rows]
    assert told == [
        ["Câu trả lời đúng", "98,0%", "98,0%", "Đạt"],
        ["Đúng ở loại yếu nhất (Danh sách, đếm nhiệm vụ)", "96,0%", "95,0%", "Chưa đạt"],
        ["something new {x}", "50,0%", "chưa đo", "Chưa đạt"],
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_got_worse_is_shown_but_nothing_of_the_holdout(tmp_path: Path, language: str) -> None:
    run = read_run(written(tmp_path, a_report()))
    assert run is not None
    html = run_html(run, language)  # type: ignore[arg-type]
    assert "Ai &lt;script&gt;chủ trì&lt;/script&gt;?" in html
    assert "<script" not in html
    assert "&lt;b&gt;x" in html
    assert "h-1" not in html
    assert HIDDEN not in html
    assert quality_texts(language).worse_hidden.format(count=1) in html  # type: ignore[arg-type]


def test_a_run_without_a_baseline_says_so(tmp_path: Path) -> None:
    run = read_run(written(tmp_path, a_report(comparison=None)))
    assert run is not None
    assert VI.compared_none in run_html(run, "vi")


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"made_with": {}}', a_report(figures={}), a_report(cases=3)])
def test_a_report_that_is_none_is_told_apart_from_one_that_is_missing(tmp_path: Path, content: object) -> None:
    assert read_run(tmp_path / "report.json") is None
    with pytest.raises(UnreadableReportError):
        read_run(written(tmp_path, content))


def test_what_the_evaluation_writes_can_be_shown(library: Library, tmp_path: Path) -> None:
    gold = Path(__file__).parent.parent.parent / "eval" / "gold" / "bentre.jsonl"
    few = tmp_path / "few.jsonl"
    few.write_text("".join(gold.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    run_made = evaluate(library.settings, tmp_path, gold=[few], baseline=None, jobs=1)
    write_reports(run_made, tmp_path)
    run = read_run(tmp_path / "report.json")
    assert run is not None
    assert run.when == run_made.asked_at
    assert run.whole["cases"] == 3
    assert "3 câu" in run_html(run, "vi")


# --- in a browser ---------------------------------------------------------------------------------------------------


def test_without_a_report_the_tab_says_how_to_make_one(visit, app_url: str) -> None:
    page = open_tab(visit, app_url)
    expect(page.locator(".quality")).to_contain_text(VI.none)
    expect(page.locator(".quality code")).to_have_text("make eval")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []


def test_a_report_that_cannot_be_read_is_told_without_its_insides(
    visit, start: Callable, library: Library, tmp_path: Path
) -> None:
    folder = written(tmp_path / "runs", '{"a secret": ').parent
    page = open_tab(visit, start(Assistant(library), eval_report=folder).url)
    expect(page.locator(".quality [role=alert]")).to_contain_text(VI.unreadable)
    assert "secret" not in page.content()
    assert str(tmp_path) not in page.content()


def test_a_new_report_is_shown_when_the_tab_is_opened_again(visit, start: Callable, library: Library, tmp_path: Path) -> None:
    folder = written(tmp_path / "runs", a_report()).parent
    page = open_tab(visit, start(Assistant(library), eval_report=folder).url)
    assert "98/100 câu" in seen(page)
    written(folder, a_report(figures={"whole": figures(1000, 400), "twins": figures(50, 45)}))
    page.get_by_role("tab", name=texts("vi").tab_chat).click()
    page.get_by_role("tab", name=texts("vi").tab_quality).click()
    expect(page.locator(".quality .counts")).to_contain_text("400/1.000 câu")


@pytest.mark.parametrize(
    ("width", "dark"), [(1366, False), (1366, True), (360, False), (320, True)], ids=["desk", "dark", "phone", "small"]
)
def test_the_figures_have_no_barriers_and_fit_their_screen(
    visit, start: Callable, library: Library, tmp_path: Path, artifacts: Path, width: int, dark: bool
) -> None:
    folder = written(tmp_path / "runs", a_report()).parent
    page = open_tab(visit, start(Assistant(library), eval_report=folder).url, width=width, height=768, dark=dark)
    page.screenshot(path=artifacts / f"quality-{width}{'-dark' if dark else ''}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    link = page.get_by_role("link", name=VI.whole_report)
    assert (link.get_attribute("href"), link.get_attribute("target"), link.get_attribute("rel")) == (
        "/quality",
        "_blank",
        "noopener",
    )


@pytest.mark.parametrize("name", [f.name for f in fields(QualityTexts)])
def test_both_languages_fill_in_the_same_values(name: str) -> None:
    vi, en = ({part[1] for part in string.Formatter().parse(getattr(x, name)) if part[1]} for x in (VI, EN))
    assert vi == en
