"""One plan as the console shows it: header facts with the places they were read from, counts, oddities, the tree of sections.

Pure functions from the shelf to HTML in which every text is escaped; nothing here knows Gradio.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from typing import Final

from assistant.answers import Language
from assistant.plans import Anomaly, Fact, Plan, Section
from assistant.register import Shelf
from assistant.vietnamese import squeeze
from assistant.web.markup import figure, safe
from assistant.web.sources import day, one_line, plan_title, source_address
from assistant.web.texts import TextTable, text_table

_FACTS: Final = ("title", "number", "issuer", "province", "issued_on", "signed_by", "signer_role", "year")
_NAMED_KINDS: Final = ("front", "closing", "recipients", "signature", "appendix", "table_header", "footnote")
_FIRST_WORDS: Final = 90  # characters of a section without a heading

Children = Mapping[str | None, Sequence[Section]]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanTexts(TextTable):
    """What the page of a plan has to say."""

    choose: str
    facts: str
    title: str
    number: str
    issuer: str
    province: str
    issued_on: str
    signed_by: str
    signer_role: str
    year: str
    source: str
    legal_bases: str
    legal_bases_none: str
    absent: str
    inferred: str
    place: str
    place_of: str
    opens: str
    counts: str
    sections: str
    groups: str
    tasks: str
    anomalies_count: str
    characters: str
    whole: str
    tree: str
    tree_hint: str
    section_place: str
    lost_heading: str
    kind_front: str
    kind_closing: str
    kind_recipients: str
    kind_signature: str
    kind_appendix: str
    kind_table_header: str
    kind_footnote: str
    kind_group: str
    anomalies: str
    anomalies_hint: str
    anomalies_none: str
    severity_warning: str
    severity_note: str
    severity: str
    message: str
    where: str
    see: str
    see_anomaly: str
    nowhere: str


@cache
def plan_texts(language: Language) -> PlanTexts:
    """The texts in a language."""
    return PlanTexts(**text_table("plans_tab", language))


def choice_html(shelf: Shelf, language: Language) -> str:
    """The field to choose a plan with. It never says which one is chosen: the page keeps that."""
    options = "".join(
        f'<option value="{escape(c.plan_id)}">{safe(plan_title(shelf, c.plan_id, language))}</option>' for c in shelf.cards
    )
    label = f'<label for="plan-choice">{escape(plan_texts(language).choose)}</label>'
    return f'<div class="filters one"><div class="field">{label}<select id="plan-choice">{options}</select></div></div>'


def plan_html(shelf: Shelf, plan_id: str, language: Language) -> str:
    """Everything about one plan."""
    plan, x = shelf.plans[plan_id], plan_texts(language)
    whole = _link(plan, 0, 0, x.whole, f"{x.whole} ({x.opens})", "button")
    return (
        f'<article class="plan"><header><h2>{safe(plan_title(shelf, plan_id, language))}</h2>{whole}</header>'
        f'{_counts(plan, language)}<div class="sides"><div>{_facts(plan, language)}{_legal_bases(plan, x)}{_anomalies(plan, x)}</div>'
        f"{_tree(plan, x)}</div></article>"
    )


# --- header and counts --------------------------------------------------------------------------------------------------


def _counts(plan: Plan, language: Language) -> str:
    x = plan_texts(language)
    counts = (
        (len(plan.sections), x.sections), (len({t.group for t in plan.tasks if t.group}), x.groups), (len(plan.tasks), x.tasks),
        (len(plan.anomalies), x.anomalies_count), (len(plan.text), x.characters),
    )  # fmt: skip
    items = "".join(f"<li><b>{figure(count, language)}</b> {escape(name)}</li>" for count, name in counts)
    return f'<ul class="counts" aria-label="{escape(x.counts)}">{items}</ul>'


def _facts(plan: Plan, language: Language) -> str:
    x = plan_texts(language)
    rows = "".join(_fact(plan, name, language) for name in _FACTS)
    source = f"<dt>{escape(x.source)}</dt><dd>{safe(plan.source)}</dd>"
    return f'<section class="card"><h3>{escape(x.facts)}</h3><dl class="facts">{rows}{source}</dl></section>'


def _fact(plan: Plan, name: str, language: Language) -> str:
    x, fact = plan_texts(language), plan.facts.get(name)
    if fact is None:
        return f'<dt>{escape(x.named(name))}</dt><dd><i class="absent">{escape(x.absent)}</i></dd>'
    value = day(date.fromisoformat(fact.value), language) if name == "issued_on" else squeeze(fact.value)
    spoken = x.place_of.format(name=x.named(name))
    said = f' <span class="chip note">{escape(x.inferred)}</span>' if fact.inferred else ""
    vietnamese = "" if name == "issued_on" else ' lang="vi"'
    return f"<dt>{escape(x.named(name))}</dt><dd><span{vietnamese}>{safe(value)}</span>{said}{_place(plan, fact, spoken, x)}</dd>"


def _place(plan: Plan, fact: Fact, spoken: str, x: PlanTexts) -> str:
    """To where a fact stands; nothing when it stands nowhere."""
    return " " + _link(plan, fact.start, fact.end, x.place, f"{x.place}: {spoken}", "place") if fact.start < fact.end else ""


def _legal_bases(plan: Plan, x: PlanTexts) -> str:
    items = "".join(
        f'<li><span lang="vi">{safe(squeeze(f.value))}</span>{_place(plan, f, x.place_of.format(name=squeeze(f.value)), x)}</li>'
        for f in plan.legal_bases
    )
    inside = f"<ul>{items}</ul>" if items else f'<p class="hint">{escape(x.legal_bases_none)}</p>'
    return f'<section class="card bases"><h3>{escape(x.legal_bases)} ({len(plan.legal_bases)})</h3>{inside}</section>'


# --- oddities -----------------------------------------------------------------------------------------------------------


def _anomalies(plan: Plan, x: PlanTexts) -> str:
    head = f"<h3>{escape(x.anomalies)} ({len(plan.anomalies)})</h3>"
    if not plan.anomalies:
        return f'<section class="card">{head}<p class="hint">{escape(x.anomalies_none)}</p></section>'
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in (x.severity, x.message, x.where))
    ordered = sorted(plan.anomalies, key=lambda a: a.severity != "warning")
    rows = "".join(_anomaly(plan, n, anomaly, x) for n, anomaly in enumerate(ordered, start=1))
    return (
        f'<section class="card odd">{head}<p class="hint">{escape(x.anomalies_hint)}</p>'
        f"<table><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _anomaly(plan: Plan, n: int, anomaly: Anomaly, x: PlanTexts) -> str:
    spoken = f"{x.see}: {x.see_anomaly.format(n=n)}"
    place = _link(plan, anomaly.start, anomaly.end, x.see, spoken, "place") if anomaly.where else escape(x.nowhere)
    chip = f'<span class="chip {anomaly.severity}">{escape(x.named(f"severity_{anomaly.severity}"))}</span>'
    return f'<tr><td>{chip}</td><td lang="vi">{safe(anomaly.message)}</td><td>{place}</td></tr>'


# --- the tree of sections -----------------------------------------------------------------------------------------------


def _tree(plan: Plan, x: PlanTexts) -> str:
    children: dict[str | None, list[Section]] = {}
    for section in plan.sections:
        children.setdefault(section.parent_id, []).append(section)
    return (
        f'<section class="card tree"><h3>{escape(x.tree)}</h3><p class="hint">{escape(x.tree_hint)}</p>'
        f"{_branch(plan, children, None, x)}</section>"
    )


def _branch(plan: Plan, children: Children, parent: str | None, x: PlanTexts) -> str:
    """Nested no deeper than the numbering of a plan is, which is some seven levels."""
    items = "".join(_node(plan, children, section, x) for section in children.get(parent, ()))
    return f"<ul>{items}</ul>"


def _node(plan: Plan, children: Children, section: Section, x: PlanTexts) -> str:
    """The link stands beside what unfolds, not in it: a control within a control is for nobody's keyboard."""
    name = _section_name(plan, section, x)
    spoken = x.section_place.format(name=name)
    link = _link(plan, section.start, section.end, "→", spoken, "place")
    lost = f' <span class="chip note">{escape(x.lost_heading)}</span>' if section.inferred else ""
    label = f'<span lang="vi">{safe(name)}</span>{lost}'
    if section.section_id not in children:
        return f'<li>{link}<div class="leaf">{label}</div></li>'
    return f"<li>{link}<details><summary>{label}</summary>{_branch(plan, children, section.section_id, x)}</details></li>"


def _section_name(plan: Plan, section: Section, x: PlanTexts) -> str:
    """Number and heading as printed; the first words of what has none."""
    if section.kind in _NAMED_KINDS:
        return x.named(f"kind_{section.kind}")
    number = x.kind_group.format(number=section.number) if section.kind == "group" else section.number or ""
    title = squeeze(section.title) if section.title else _first_words(plan, section)
    if section.inferred:
        return section.path
    separator = " " if number in ("", "-", "–", "+", "*", "•") else ". "
    return squeeze(f"{number}{separator if number else ''}{title}") or section.path


def _first_words(plan: Plan, section: Section) -> str:
    words = one_line(plan.text[section.start : section.own_end])
    number = section.number or ""
    words = words.removeprefix(number).lstrip(" .)-–+•*/") if number else words
    return words if len(words) <= _FIRST_WORDS else words[:_FIRST_WORDS].rpartition(" ")[0] + "…"


# --- words and numbers --------------------------------------------------------------------------------------------------


def _link(plan: Plan, start: int, end: int, text: str, spoken: str, kind: str) -> str:
    address = escape(source_address(plan.plan_id, start, end))
    return f'<a class="{kind}" href="{address}" target="_blank" rel="noopener" aria-label="{safe(spoken)}">{escape(text)}</a>'
