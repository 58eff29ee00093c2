"""Answers and their sources as the console shows them: Markdown without HTML, and HTML in which every text is escaped.

Pure functions from answers and the shelf to strings; nothing here knows Gradio.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final
from urllib.parse import quote

from assistant.answers import Answer, Citation, Language
from assistant.plans import Plan, PlanCard
from assistant.register import Shelf
from assistant.web.texts import Texts, texts

SURROUNDINGS: Final = 400  # characters of the plan shown on either side of a quote
_OPEN: Final = 3  # sources unfolded at first; a list of twenty tasks is easier to survey folded

_MARKER: Final = re.compile(r"(?<!\\)\[(\d{1,4})\](?!\()")
_PUNCTUATION: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&$:/@])")
_EMPHASIS: Final = re.compile(r"\*\*|__|`|^#{1,6} ", re.MULTILINE)
_EMPHASIS_MARKS: Final = r"\*\*|</?(?:b|i|u|strong|em)>"  # of files written as Markdown: not part of what is said
_GAP: Final = re.compile(rf"\s*\|[\s|]*|\s+|{_EMPHASIS_MARKS}", re.IGNORECASE)
_CELL: Final = '<span class="cell"> </span>'


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation and what it got."""

    question: str
    answer: Answer


# --- the conversation -----------------------------------------------------------------------------------------------


def question_markdown(question: str) -> str:
    """The question as typed: nothing in it is Markdown or HTML."""
    return _PUNCTUATION.sub(r"\\\1", question)


def answer_markdown(answer: Answer, turn: int) -> str:
    """The answer with its markers linked to the sources of the turn; HTML and images in it stay text.

    Images are taken out as well as tags, since a browser would fetch them from wherever they point to.
    """
    known = {c.n for c in answer.citations}
    safe = answer.answer.replace("&", "&amp;").replace("<", "&lt;").replace("![", r"\!\[")
    return _MARKER.sub(lambda m: f"[\\[{m[1]}\\]](#{anchor(turn, int(m[1]))})" if int(m[1]) in known else m[0], safe)


def anchor(turn: int, n: int) -> str:
    """The element id of a source."""
    return f"s-{turn}-{n}"


# --- the sources beside it ------------------------------------------------------------------------------------------


def sources_html(turns: Sequence[Turn], selected: int, shelf: Shelf, language: Language, t: Texts) -> str:
    """The sources of one turn (an index into `turns`), or what the panel is for when there is none yet."""
    if not turns:
        return _panel(t, f'<p class="hint">{escape(t.sources_hint)}</p>')
    question, answer = turns[selected].question, turns[selected].answer
    head = f'<p class="asked">{escape(t.sources_of.format(n=selected + 1, question=question))}</p>'
    cards = "".join(_source_html(c, selected, shelf, language, t) for c in answer.citations)
    none = "" if answer.citations else f'<p class="hint">{escape(t.sources_none)}</p>'
    return _panel(t, head + _status_html(answer, shelf, language, t) + none + cards)


def _panel(t: Texts, inside: str) -> str:
    return f'<section class="sources" aria-label="{escape(t.sources)}"><h2>{escape(t.sources)}</h2>{inside}</section>'


def _status_html(answer: Answer, shelf: Shelf, language: Language, t: Texts) -> str:
    mode = f'<span class="mode">{escape(t.mode_llm)}</span>' if answer.mode == "llm" else ""
    copy = _copy_button(t.copy_answer, answer_text(answer, shelf, language, t), t)
    # of a greeting, or a question about something else, the answer itself says what it is
    chip = (
        "" if answer.status == "out_of_scope" else f'<span class="chip {answer.status}">{escape(t.status(answer.status))}</span>'
    )
    return f'<p class="state">{chip}{mode}{copy}</p>'


def source_address(plan_id: str, start: int, end: int) -> str:
    """The page that shows a place of a plan, scrolled to it."""
    return f"/source/{quote(plan_id, safe='')}?start={start}&end={end}" + ("#quote" if start < end else "")


def _source_html(citation: Citation, turn: int, shelf: Shelf, language: Language, t: Texts) -> str:
    card, plan = shelf.cards_by_id.get(citation.plan_id), shelf.plans.get(citation.plan_id)
    return (
        f'<details class="source" id="{anchor(turn, citation.n)}"{" open" if citation.n <= _OPEN else ""}>'
        f'<summary><b class="n">{citation.n}</b> <span class="label">{escape(citation.label)}</span></summary>'
        f'<p class="facts">{escape(_facts(citation, card, language, t))}</p>'
        f'<div class="passage" tabindex="0" role="group" aria-label="{escape(t.passage.format(n=citation.n))}">'
        f"{passage_html(citation, plan, t)}</div>"
        f'<p class="foot">{_copy_button(t.copy_citation, citation_text(citation, card, language, t), t)}{_whole_text_link(citation, plan, t)}'
        f'<a class="back" href="#conversation">{escape(t.back)}</a>'
        f'<span class="place">{escape(_place(citation, language, t))}</span></p></details>'
    )


def _whole_text_link(citation: Citation, plan: Plan | None, t: Texts) -> str:
    """To the passage in the plan's own page; nothing when it is not there any more."""
    if plan is None or not _is_there(citation, plan):
        return ""
    address = escape(source_address(citation.plan_id, citation.start, citation.end))
    return f'<a class="open" href="{address}" target="_blank" rel="noopener">{escape(t.open_source)}</a>'


def _is_there(citation: Citation, plan: Plan) -> bool:
    return plan.text[citation.start : citation.end] == citation.quote


def passage_html(citation: Citation, plan: Plan | None, t: Texts) -> str:
    """The quote, marked, within its surroundings in the plan; alone when the plan has changed or gone since."""
    if plan is None or not _is_there(citation, plan):
        return f'<p class="hint">{escape(t.outdated)}</p><mark>{readable(citation.quote)}</mark>'
    starts = {s.start for s in plan.sections} | {task.start for task in plan.tasks}
    before, after = surroundings(plan.text, citation.start, citation.end)
    return (
        ("… " if before.start else "")
        + readable(plan.text, before.start, before.stop, starts)
        + f"<mark>{readable(plan.text, citation.start, citation.end, starts)}</mark>"
        + readable(plan.text, after.start, after.stop, starts)
        + (" …" if after.stop < len(plan.text) else "")
    )


def surroundings(text: str, start: int, end: int, width: int = SURROUNDINGS) -> tuple[slice, slice]:
    """What stands before and after `text[start:end]`, up to `width` characters, cut between words."""
    first, last = max(0, start - width), min(len(text), end + width)
    if first and (space := re.search(r"\s", text[first:start])):
        first += space.end()
    if last < len(text) and (space := re.search(r"\s(?=\S*$)", text[end:last])):
        last = end + space.start()
    return slice(first, start), slice(end, last)


def readable(text: str, start: int = 0, end: int | None = None, starts: Collection[int] = frozenset()) -> str:
    """`text[start:end]` as HTML: escaped, lines that a page's width broke rejoined, cells of a table told apart.

    Only white space, the bars between cells and marks of emphasis change. Lines begin at `starts` (offsets where a section or a task
    begins) and after blank lines.
    """
    end = len(text) if end is None else end
    pieces: list[str] = []
    at = start
    for gap in _GAP.finditer(text, start, end):
        pieces += [escape(text[at : gap.start()]), _gap_html(gap[0], gap.end() in starts)]
        at = gap.end()
    return "".join([*pieces, escape(text[at:end])])


def _gap_html(gap: str, begins: bool) -> str:
    if gap[0] in "*<":
        return ""
    if begins and "\n" in gap:
        return "\n"
    if "|" in gap or "\t" in gap:
        return _CELL
    return "\n" if gap.count("\n") > 1 else " "


# --- for the clipboard ----------------------------------------------------------------------------------------------


def citation_text(citation: Citation, card: PlanCard | None, language: Language, t: Texts) -> str:
    """A citation to paste into a document: the place, the facts of the plan, the quote on one line."""
    return f"{citation.label} ({_facts(citation, card, language, t)}): “{one_line(citation.quote)}”"


def answer_text(answer: Answer, shelf: Shelf, language: Language, t: Texts) -> str:
    """An answer to paste into a document, with its sources below it."""
    lines = [without_emphasis(answer.answer).strip()]
    if answer.citations:
        lines += ["", f"{t.sources}:"]
    for c in answer.citations:
        lines.append(f"[{c.n}] {c.label} ({_facts(c, shelf.cards_by_id.get(c.plan_id), language, t)})")
    return "\n".join(lines)


def without_emphasis(markdown: str) -> str:
    """An answer's Markdown as plain text."""
    return _EMPHASIS.sub("", markdown)


def one_line(quote: str) -> str:
    """A quote with its lines joined and its cells told apart by bars."""
    told = _GAP.sub(lambda m: "" if m[0][0] in "*<" else " | " if set("|\t") & set(m[0]) else " ", quote.strip(" \t\n|"))
    return told.strip()


def _copy_button(label: str, text: str, t: Texts) -> str:
    carried = f'data-copy="{escape(text)}" data-done="{escape(t.copied)}"'
    return f'<button type="button" class="copy" {carried}>{escape(label)}</button>'


# --- plans ----------------------------------------------------------------------------------------------------------


def plans_html(cards: Sequence[PlanCard], language: Language, t: Texts, *, unfolded: bool) -> str:
    """The plans that can be asked about."""
    rows = "".join(f"<li>{_plan_html(card, language, t)}</li>" for card in cards)
    head = escape(t.plans.format(count=len(cards)))
    return f'<details class="plans"{" open" if unfolded else ""}><summary><h2>{head}</h2></summary><ul>{rows}</ul></details>'


def _plan_html(card: PlanCard, language: Language, t: Texts) -> str:
    tasks = t.plan_tasks.format(count=card.tasks) if card.tasks else t.plan_no_tasks
    facts = [card.issuer, issued(card.issued_on, language, t), tasks]
    warnings = "".join(f"<li>{escape(w)}</li>" for w in card.warnings)
    odd = escape(t.plan_warnings.format(count=len(card.warnings)))
    return (
        f"<b>{escape(plan_name(card, t))}</b><span>{escape(' · '.join(filter(None, facts)))}</span>"
        f'<span class="printed">{escape(card.title)}</span>'
        + (f"<details><summary>{odd}</summary><ul>{warnings}</ul></details>" if warnings else "")
    )


def plan_name(card: PlanCard, t: Texts) -> str:
    """How people call a plan, in the interface's language."""
    if card.plan_number:
        return t.plan.format(number=card.plan_number)
    return " ".join(t.plan_unnumbered.format(year=card.year or "", province=card.province or "").split())


def plan_title(shelf: Shelf, plan_id: str, language: Language) -> str:
    """A plan's name where it begins a text."""
    name = plan_name(shelf.cards_by_id[plan_id], texts(language))
    return name[:1].upper() + name[1:]


def _facts(citation: Citation, card: PlanCard | None, language: Language, t: Texts) -> str:
    number = t.number.format(number=citation.plan_number) if citation.plan_number else t.number_none
    issued_on = issued(card.issued_on if card else None, language, t)
    page = t.page.format(page=citation.page) if citation.page is not None else None
    return ", ".join(filter(None, [number, issued_on, card.issuer if card else None, page]))


def issued(iso: str | None, language: Language, t: Texts) -> str:
    """When a plan was issued, in words of the interface's language."""
    if not iso:
        return t.date_none
    return t.date.format(date=day(date.fromisoformat(iso), language))


def day(when: date, language: Language) -> str:
    """A date as people write it: "24/12/2020", "24 December 2020"."""
    return f"{when:%d/%m/%Y}" if language == "vi" else f"{when.day} {when:%B} {when.year}"


def _place(citation: Citation, language: Language, t: Texts) -> str:
    start, end = (f"{n:,}".replace(",", "." if language == "vi" else ",") for n in (citation.start, citation.end))
    return t.place.format(source=citation.source, start=start, end=end)
