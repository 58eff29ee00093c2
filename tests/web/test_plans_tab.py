"""The tab about one plan: in a browser with the five plans, and its page as HTML."""

import string
from dataclasses import fields, replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element, fromstring

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from assistant.library import Library
from assistant.plans import Fact
from assistant.register import Shelf
from assistant.web.plan_page import PlanTexts, choice_html, plan_html, plan_texts
from assistant.web.texts import texts

VI, EN = plan_texts("vi"), plan_texts("en")
PLAN_166 = "ba-ria-vung-tau-2021-166"
PLANS = [
    PLAN_166,
    "ba-ria-vung-tau-2018-trien-khai-xac-dinh-chi-so",
    "ben-tre-2021-7018",
    "dong-nai-2020-15122",
    "lang-son-2021-2025-249",
]


@pytest.fixture
def shelf(library: Library) -> Shelf:
    return library.shelf()


def open_tab(visit, url: str, **screen: object) -> Page:
    page = visit.open(url, **screen)
    page.get_by_role("tab", name=texts("vi").tab_plans).click()
    page.select_option("#plan-choice", PLAN_166)
    expect(page.locator("article.plan h2")).to_have_text("Kế hoạch 166/KH-UBND")
    return page


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_the_facts_of_a_plan_lead_to_where_they_stand(visit, app_url: str, shelf: Shelf) -> None:
    page = open_tab(visit, app_url)
    facts = page.locator(".plan .facts")
    for said in ("166/KH-UBND", "24/12/2020", "Trần Văn Tuấn", "UBND tỉnh Bà Rịa - Vũng Tàu", "2021"):
        expect(facts).to_contain_text(said)
    with page.context.expect_page() as opened:
        facts.get_by_role("link", name=VI.place_of.format(name=VI.signed_by)).click()
    place = opened.value
    place.wait_for_selector("mark")
    assert place.locator("mark").inner_text() == "Trần Văn Tuấn"
    assert place.evaluate("window.opener") is None
    assert visit.faults == []


def test_a_tree_of_sections_unfolds_and_leads_to_each_place(visit, app_url: str) -> None:
    page = open_tab(visit, app_url)
    first = page.locator(".tree > ul > li > details").first
    expect(first.locator("li").first).to_be_hidden()
    first.locator("summary").first.press("Enter")
    expect(first.locator("li").first).to_be_visible()
    with page.context.expect_page() as opened:
        first.locator("li a.place").first.press("Enter")
    opened.value.wait_for_selector("mark")


def test_another_plan_is_shown_with_the_language_and_stays_chosen(visit, app_url: str) -> None:
    page = open_tab(visit, app_url)
    page.get_by_text("English", exact=True).click()
    expect(page.locator(".plan h3").first).to_have_text(EN.facts)
    expect(page.locator("#plan-choice")).to_have_value(PLAN_166)
    page.get_by_role("tab", name=texts("en").tab_chat).click()
    page.get_by_role("tab", name=texts("en").tab_plans).click()
    expect(page.locator("article.plan h2")).to_have_text("Plan 166/KH-UBND")


@pytest.mark.parametrize(
    ("width", "dark"), [(1366, False), (1366, True), (360, False), (320, True)], ids=["desk", "dark", "phone", "small"]
)
def test_a_plan_has_no_barriers_and_fits_its_screen(visit, app_url: str, artifacts: Path, width: int, dark: bool) -> None:
    page = open_tab(visit, app_url, width=width, height=768, dark=dark)
    for summary in page.locator(".tree > ul > li > details > summary").all():
        summary.click()
    page.screenshot(path=artifacts / f"plans-{width}{'-dark' if dark else ''}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("plan_id", PLANS)
def test_every_section_and_oddity_of_a_plan_is_there_with_its_place(shelf: Shelf, plan_id: str, language: str) -> None:
    plan = shelf.plans[plan_id]
    page = fromstring(plan_html(shelf, plan_id, language).replace("<br>", ""))  # type: ignore[arg-type]
    tree = page.find(".//section[@class='card tree']")
    assert tree is not None
    links = [parse_qs(urlsplit(a.attrib["href"]).query) for a in tree.iter("a")]
    assert [(int(q["start"][0]), int(q["end"][0])) for q in links] == [(s.start, s.end) for s in plan.sections]
    assert all(words(li).lstrip("→ ") for li in tree.iter("li"))
    rows = page.findall(".//section[@class='card odd']//tbody/tr")
    assert sorted(words(row[1]) for row in rows) == sorted(" ".join(a.message.split()) for a in plan.anomalies)
    for link in page.iter("a"):
        assert (link.attrib["target"], link.attrib["rel"]) == ("_blank", "noopener")
        assert words(link) in link.attrib["aria-label"] or words(link) == "→"


def test_a_fact_that_stands_nowhere_has_no_link_and_one_that_is_missing_says_so(shelf: Shelf) -> None:
    plan = shelf.plans[PLAN_166]
    facts = {"title": plan.facts["title"], "issuer": Fact("UBND <b>tỉnh</b>", 0, 0, inferred=True)}
    odd = replace(shelf, plans={**shelf.plans, PLAN_166: replace(plan, facts=facts, legal_bases=(), anomalies=())})
    page = fromstring(plan_html(odd, PLAN_166, "vi"))
    values = {words(dt): dd for dt, dd in zip(page.iter("dt"), page.iter("dd"), strict=True)}
    assert words(values[VI.issuer]) == f"UBND <b>tỉnh</b> {VI.inferred}"
    assert values[VI.issuer].find(".//a") is None
    assert words(values[VI.number]) == VI.absent
    assert VI.anomalies_none in words(page)
    assert VI.legal_bases_none in words(page)


def test_the_choice_names_every_plan(shelf: Shelf) -> None:
    html = unescape(choice_html(shelf, "vi"))
    assert html.count("<option") == 5
    assert "Kế hoạch 166/KH-UBND" in html


@pytest.mark.parametrize("name", [f.name for f in fields(PlanTexts)])
def test_both_languages_fill_in_the_same_values(name: str) -> None:
    vi, en = ({part[1] for part in string.Formatter().parse(getattr(x, name))} for x in (VI, EN))
    assert vi == en
