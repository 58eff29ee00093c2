"""What the console shows of answers and sources, as strings."""

import re
from dataclasses import replace
from html import unescape

import pytest

from assistant.answering import Assistant
from assistant.answers import Answer, Citation
from assistant.library import Library
from assistant.plans import Plan
from assistant.register import Shelf
from assistant.web.examples import example_questions
from assistant.web.sources import (
    SURROUNDINGS,
    Turn,
    answer_markdown,
    answer_text,
    citation_text,
    passage_html,
    plans_html,
    question_markdown,
    readable,
    sources_html,
    surroundings,
)
from assistant.web.texts import texts

VI = texts("vi")
TEXT = "Mở đầu. " * 100 + "Giao <b>Sở Nội vụ</b>\n|\nchủ trì & báo cáo" + " Kết thúc." * 100
QUOTE = "Giao <b>Sở Nội vụ</b>\n|\nchủ trì & báo cáo"


def a_plan(text: str = TEXT) -> Plan:
    return Plan(plan_id="p", source="p.txt", text=text, facts={}, legal_bases=(), sections=(), tasks=(), anomalies=())


def a_citation(text: str = TEXT, quote: str = QUOTE, **changes: object) -> Citation:
    start = text.index(quote)
    citation = Citation(
        n=1, plan_id="p", plan_number="1/KH-UBND", plan_title="Kế hoạch", province="Bến Tre", year="2021", kind="task", stt="27",
        section="VI", label="Kế hoạch 1/KH-UBND, STT 27", quote=quote, source="p.txt", start=start, end=start + len(quote),
    )  # fmt: skip
    return replace(citation, **changes)  # type: ignore[arg-type]


def an_answer(text: str, *citations: Citation) -> Answer:
    return Answer(id="a", question="?", answer=text, status="answered", language="vi", citations=citations)


def printed(text: str) -> str:
    """A plan's text without white space, bars between cells and marks of emphasis."""
    return re.sub(r"[\s|]+|\*\*|</?b>", "", text)


def words(html: str) -> str:
    """What a reader sees, white space and bars between cells aside."""
    return re.sub(r"[\s|]+", "", unescape(re.sub(r"<[^>]+>", "", html)))


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;script&gt;", "</mark><b onclick=x>"]
)
def test_html_in_a_plan_stays_text(hostile: str) -> None:
    quote = f"trước {hostile} sau"
    html = sources_html(
        [Turn(hostile, an_answer("Có [1].", a_citation(quote, quote)))], 0, Shelf((), {"p": a_plan(quote)}, {}, {}), "vi", VI
    )
    assert "<script" not in html
    assert "<img" not in html
    assert f"<mark>{readable(quote)}</mark>" in html
    assert words(readable(quote)) == re.sub(r"\s", "", quote)


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "![x](http://elsewhere.example/x.png)", "<img src=//elsewhere.example>"]
)
def test_an_answer_brings_neither_html_nor_images(hostile: str) -> None:
    shown = answer_markdown(an_answer(f"**Sở Nội vụ** {hostile}"), 0)
    assert "<" not in shown
    assert "![" not in shown
    assert "**Sở Nội vụ**" in shown


def test_a_marker_leads_to_the_source_of_its_turn_and_other_brackets_stay() -> None:
    shown = answer_markdown(an_answer("Sở Nội vụ [1], mục [II].6, văn bản [2], [1](x)", a_citation()), 3)
    assert shown == r"Sở Nội vụ [\[1\]](#s-3-1), mục [II].6, văn bản [2], [1](x)"


def test_a_question_is_shown_as_typed() -> None:
    assert question_markdown("# 1. *a* <b>") == r"\# 1\. \*a\* \<b\>"


def test_the_quote_is_marked_within_its_surroundings() -> None:
    before, marked, after = re.split(r"</?mark>", passage_html(a_citation(), a_plan(), VI))
    assert words(marked) == words(readable(QUOTE))
    assert before.startswith("… ")
    assert after.endswith(" …")
    assert SURROUNDINGS - 20 < len(before) <= SURROUNDINGS + 2
    assert SURROUNDINGS - 20 < len(after) <= SURROUNDINGS + 2


@pytest.mark.parametrize(
    ("quote", "opens", "closes"),
    [("Quyết định", "<mark>", "…"), ("Điều 9", "…", "</mark>"), ("Quyết định " + "số " * 300 + "Điều 9", "<mark>", "</mark>")],
)
def test_surroundings_end_where_the_text_ends(quote: str, opens: str, closes: str) -> None:
    text = "Quyết định " + "số " * 300 + "Điều 9"
    html = passage_html(a_citation(text, quote), a_plan(text), VI)
    assert html.startswith(opens)
    assert html.endswith(closes)


def test_surroundings_are_cut_between_words() -> None:
    text = "một hai ba bốn năm"
    before, after = surroundings(text, text.index("ba"), text.index("ba") + 2, width=5)
    assert (text[before], text[after]) == ("hai ", " bốn")


def test_surroundings_of_a_text_without_spaces_are_cut_anyway() -> None:
    before, after = surroundings("x" * 100, 50, 60, width=10)
    assert (before, after) == (slice(40, 50), slice(60, 70))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Xây dựng và\nphát triển", "Xây dựng và phát triển"),
        ("Điều 1.\n\nĐiều 2.", "Điều 1.\nĐiều 2."),
        ("26\n|\nBan hành", '26<span class="cell"> </span>Ban hành'),
        ("26\tBan hành\t\t", '26<span class="cell"> </span>Ban hành<span class="cell"> </span>'),
        ("**II. CHỈ TIÊU**\n\n- <b>Tối thiểu</b> 30%", "II. CHỈ TIÊU\n- Tối thiểu 30%"),
        ("5 * 3 < b > c", "5 * 3 &lt; b &gt; c"),
        ("", ""),
    ],
)
def test_white_space_is_made_readable(text: str, shown: str) -> None:
    assert readable(text) == shown


def test_a_line_begins_where_a_section_or_task_begins() -> None:
    assert readable("a\nb\nc\n|\n2", starts={2, 8}) == "a\nb c\n2"


def test_every_quote_of_the_plans_keeps_its_words(library: Library) -> None:
    for plan in library.shelf().plans.values():
        starts = {s.start for s in plan.sections} | {t.start for t in plan.tasks}
        for task in plan.tasks:
            assert words(readable(plan.text, task.start, task.end, starts)) == printed(plan.text[task.start : task.end])
        assert words(readable(plan.text, starts=starts)) == printed(plan.text)


@pytest.mark.parametrize("plan", [None, a_plan("một văn bản khác")], ids=["removed", "updated"])
def test_a_quote_of_a_plan_that_has_changed_stands_alone_and_says_so(plan: Plan | None) -> None:
    html = passage_html(a_citation(), plan, VI)
    assert VI.outdated in html
    assert html.endswith(f"<mark>{readable(QUOTE)}</mark>")


def test_a_copied_citation_is_one_line_with_number_and_quote() -> None:
    assert citation_text(a_citation(page=4), None, "vi", VI) == (
        "Kế hoạch 1/KH-UBND, STT 27 (Số 1/KH-UBND, không ghi ngày, trang 4): “Giao Sở Nội vụ | chủ trì & báo cáo”"
    )


def test_a_copied_answer_is_plain_text_with_its_sources() -> None:
    text = answer_text(an_answer("**Sở Nội vụ** chủ trì [1].", a_citation()), Shelf((), {}, {}, {}), "vi", VI)
    assert text.splitlines() == [
        "Sở Nội vụ chủ trì [1].", "", "Nguồn trích dẫn:", "[1] Kế hoạch 1/KH-UBND, STT 27 (Số 1/KH-UBND, không ghi ngày)",
    ]  # fmt: skip


def test_a_source_names_number_date_and_issuer_of_its_plan(library: Library) -> None:
    shelf = library.shelf()
    task = shelf.tasks_by_id["ba-ria-vung-tau-2021-166/VI.27"]
    plan = shelf.plans[task.plan_id]
    citation = a_citation(plan.text, plan.text[task.start : task.end], plan_id=task.plan_id, plan_number="166/KH-UBND")
    for language, facts in {
        "vi": "Số 166/KH-UBND, ngày 24/12/2020, UBND tỉnh Bà Rịa - Vũng Tàu",
        "en": "No. 166/KH-UBND, issued 24 December 2020, UBND tỉnh Bà Rịa - Vũng Tàu",
    }.items():
        assert facts in sources_html([Turn("?", an_answer("[1]", citation))], 0, shelf, language, texts(language))  # type: ignore[arg-type]


def test_the_list_of_plans_names_each_plan_once(library: Library) -> None:
    html = plans_html(library.shelf().cards, "vi", VI, unfolded=True)
    for name in ["166/KH-UBND", "15122/KH-UBND", "249/KH-UBND", "7018/KH-UBND", "năm 2018 Bà Rịa - Vũng Tàu"]:
        assert html.count(f"<b>Kế hoạch {name}</b>") == 1


def test_examples_ask_about_plans_of_the_library(library: Library) -> None:
    assert len(set(example_questions(library.shelf(), VI))) == 4
    assert example_questions(Shelf((), {}, {}, {}), VI) == []


def test_a_greeting_has_no_badge(assistant: Assistant, library: Library) -> None:
    shown = {
        q: sources_html([Turn(q, assistant.ask(q))], 0, library.shelf(), "vi", VI) for q in ("Xin chào!", "Ai ký kế hoạch 166?")
    }
    assert ['class="chip' in html for html in shown.values()] == [False, True]
