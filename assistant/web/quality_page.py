"""The last evaluation as the console shows it: totals, targets, parts, what got worse. HTML in which every text is escaped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, Final

from assistant.answers import Language
from assistant.web.markup import figure, safe
from assistant.web.quality_run import Run, Worse
from assistant.web.sources import day
from assistant.web.texts import TextTable, text_table

_USUAL: Final = "eval-report"  # the folder of `make eval`
_MOST: Final = 50  # cases that got worse; the whole report has all
# by the beginning of what `eval/summary.py` calls them
_TARGETS: Final = {
    "right answers": "target_right", "right in the weakest kind": "target_kind", "right among twins": "target_twins",
    "right in English": "target_english", "quotes verbatim": "target_verbatim", "refusal precision": "target_refusal_precision",
    "refusal recall": "target_refusal_recall", "holdout less the rest": "target_holdout",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityTexts(TextTable):
    """What the page of an evaluation has to say."""

    heading: str
    intro: str
    when: str
    made: str
    no_model: str
    model: str
    whole_report: str
    opens: str
    totals: str
    right: str
    right_of: str
    twins: str
    citations: str
    citations_note: str
    verbatim: str
    latency: str
    latency_note: str
    milliseconds: str
    by_kind: str
    by_language: str
    part: str
    language_column: str
    share: str
    right_column: str
    cases_column: str
    kind_task: str
    kind_list: str
    kind_target: str
    kind_duty: str
    kind_fact: str
    kind_section: str
    kind_comparison: str
    kind_follow_up: str
    kind_silence: str
    kind_premise: str
    kind_ambiguous: str
    kind_scope: str
    language_vi: str
    language_en: str
    targets: str
    targets_met: str
    target: str
    least: str
    reached: str
    verdict: str
    met: str
    short: str
    unscored: str
    target_right: str
    target_kind: str
    target_twins: str
    target_english: str
    target_verbatim: str
    target_refusal_precision: str
    target_refusal_recall: str
    target_holdout: str
    compared: str
    compared_none: str
    compared_counts: str
    worse_none: str
    worse: str
    worse_id: str
    worse_stage: str
    worse_question: str
    worse_problems: str
    worse_hidden: str
    stage_understanding: str
    stage_retrieval: str
    stage_wording: str
    stage_citation: str
    stage_scoring: str
    none: str
    none_todo: str
    unreadable: str
    unreadable_todo: str

    def known(self, name: str) -> str | None:
        """The text of a name that is put together from a report's words; None for what this version does not know."""
        return getattr(self, name, None)


@cache
def quality_texts(language: Language) -> QualityTexts:
    """The texts in a language."""
    return QualityTexts(**text_table("quality_tab", language))


def run_html(run: Run, language: Language) -> str:
    """The evaluation on one page."""
    x = quality_texts(language)
    made = x.made.format(
        plans=len(run.made["plans"]), embedder=run.made["embedder"],
        model=x.model.format(model=run.made["model"]) if run.made["model"] else x.no_model,
    )  # fmt: skip
    when = x.when.format(when=f"{run.when:%H:%M}, {day(run.when.date(), language)}")
    return (
        f'<article class="quality"><header><div><h2>{escape(x.heading)}</h2><p class="hint">{escape(x.intro)}</p>'
        f'<p class="hint">{safe(when)} · {safe(made)}</p></div><a class="button" href="/quality" target="_blank" rel="noopener" '
        f'aria-label="{escape(x.whole_report)} ({escape(x.opens)})">{escape(x.whole_report)}</a></header>'
        f"{_totals(run, language)}{_targets(run, language)}"
        f"{_parts(run.kinds, x.by_kind, x.part, lambda kind: x.known(f'kind_{kind}') or kind, language)}"
        f"{_parts(run.languages, x.by_language, x.language_column, lambda code: x.known(f'language_{code}') or code, language)}"
        f"{_compared(run, language)}</article>"
    )


def no_run_html(folder: str, language: Language, *, unreadable: bool = False) -> str:
    """What to do when there is nothing to show."""
    x = quality_texts(language)
    command = "make eval" if folder == _USUAL else f".venv/bin/cchc eval --output {folder}"
    head, todo = (x.unreadable, x.unreadable_todo) if unreadable else (x.none, x.none_todo)
    role = ' role="alert"' if unreadable else ""
    return (
        f'<article class="quality"><section class="card todo"{role}><h2>{escape(head)}</h2>'
        f"<p>{safe(todo.format(folder=folder))}</p><pre><code>{safe(command)}</code></pre></section></article>"
    )


def _totals(run: Run, language: Language) -> str:
    x, whole, twins = quality_texts(language), run.whole, run.twins
    p50, p95 = (_amount(whole[f"latency_{p}"], language) for p in ("p50", "p95"))
    figures = [
        (_share(whole["accuracy"], language), x.right, x.right_of.format(right=figure(whole["right"], language), cases=figure(whole["cases"], language))),
        (_share(twins["accuracy"], language), x.twins, x.right_of.format(right=figure(twins["right"], language), cases=figure(twins["cases"], language))),
        (_share(whole["citation_precision"], language), x.citations, x.citations_note.format(recall=_share(whole["citation_recall"], language))),
        (_share(whole["verbatim"], language), x.verbatim, ""),
        (x.milliseconds.format(ms=p50), x.latency, x.latency_note.format(p95=p95)),
    ]  # fmt: skip
    items = "".join(
        f"<li><b>{safe(value)}</b> {escape(name)}" + (f"<small>{safe(note)}</small>" if note else "") + "</li>"
        for value, name, note in figures
    )
    return f'<h3 class="unseen">{escape(x.totals)}</h3><ul class="counts">{items}</ul>'


def _targets(run: Run, language: Language) -> str:
    x = quality_texts(language)
    rows = "".join(_target(target, language) for target in run.targets)
    met = x.targets_met.format(met=sum(bool(t["met"]) for t in run.targets), all=len(run.targets))
    note = f'<p class="hint">{escape(met)}</p>'
    return _card(x.targets, note + _table((x.target, x.least, x.reached, x.verdict), rows), "targets")


def _target(target: Mapping[str, Any], language: Language) -> str:
    x, met = quality_texts(language), bool(target["met"])
    verdict = f'<span class="chip {"met" if met else "short"}">{escape(x.met if met else x.short)}</span>'
    cells = (_share(target["least"], language), _share(target["reached"], language))
    numbers = "".join(f'<td class="n">{safe(cell)}</td>' for cell in cells)
    return f'<tr><th scope="row">{safe(_target_name(target["name"], x))}</th>{numbers}<td>{verdict}</td></tr>'


def _target_name(name: str, x: QualityTexts) -> str:
    """In the reader's language; as it is when this version does not know it."""
    key = next((key for beginning, key in _TARGETS.items() if name.startswith(beginning)), "")
    known, kind = x.known(key), name.partition("(")[2].rstrip(")")
    return known.format(kind=x.known(f"kind_{kind}") or kind) if known else name


def _parts(
    parts: Mapping[str, Mapping[str, Any]], title: str, column: str, name_of: Callable[[str], str], language: Language
) -> str:
    """A row a part, the weakest first, since that is what wants work."""
    x = quality_texts(language)
    ordered = sorted(parts.items(), key=lambda part: (1.0 if part[1]["accuracy"] is None else part[1]["accuracy"], part[0]))
    rows = "".join(
        f'<tr><th scope="row">{safe(name_of(name))}</th><td>{_bar(f["accuracy"], language)}</td>'
        f'<td class="n">{figure(f["right"], language)}</td><td class="n">{figure(f["cases"], language)}</td></tr>'
        for name, f in ordered
    )
    return _card(title, _table((column, x.share, x.right_column, x.cases_column), rows), "parts")


def _bar(share: float | None, language: Language) -> str:
    width = f'<rect width="{100 * share:.2f}%" height="14" rx="2"/>' if share else ""
    return (
        f'<div class="measure"><b>{safe(_share(share, language))}</b>'
        f'<svg class="bar" width="100%" height="14" aria-hidden="true">{width}</svg></div>'
    )


def _compared(run: Run, language: Language) -> str:
    x = quality_texts(language)
    if run.compared is None:
        return _card(x.compared, f'<p class="hint">{escape(x.compared_none)}</p>')
    counts = {name: figure(count, language) for name, count in run.compared.items()}
    inside = f"<p>{escape(x.compared_counts.format(fresh=counts.pop('new'), **counts))}</p>"
    if run.compared["worse"] == 0:
        inside += f'<p class="hint">{escape(x.worse_none)}</p>'
    if run.worse:
        rows = "".join(_worse(change, x) for change in run.worse[:_MOST])
        inside += _table((x.worse_id, x.worse_stage, x.worse_question, x.worse_problems), rows, x.worse)
    if run.hidden:
        inside += f'<p class="hint">{escape(x.worse_hidden.format(count=run.hidden))}</p>'
    return _card(x.compared, inside, "worse")


def _worse(change: Worse, x: QualityTexts) -> str:
    stage = x.known(f"stage_{change.stage}") or change.stage
    cells = (stage, change.question, "; ".join(change.problems))
    return f'<tr><th scope="row">{safe(change.case_id)}</th>{"".join(f"<td>{safe(cell)}</td>" for cell in cells)}</tr>'


# --- pieces -------------------------------------------------------------------------------------------------------------


def _card(title: str, inside: str, kind: str = "") -> str:
    return f'<section class="card {kind}"><h3>{escape(title)}</h3>{inside}</section>'


def _table(columns: Sequence[str], rows: str, caption: str = "") -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<table class="grid">{named}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _share(share: float | None, language: Language) -> str:
    if share is None:
        return quality_texts(language).unscored
    return f"{100 * share:.1f}%".replace(".", "," if language == "vi" else ".")


def _amount(value: float | None, language: Language) -> str:
    return "–" if value is None else figure(round(value), language)
