"""Tasks by agency: a table whose numbers have bars. Styled by `explorer.css`."""

from collections import Counter
from collections.abc import Sequence

from assistant.agencies import english_name
from assistant.answers import Language
from assistant.plans import Task
from assistant.web.explorer_texts import counted, english_names, explorer_texts, nothing, task_count
from assistant.web.markup import figure, safe


def agencies_chart(tasks: Sequence[Task], language: Language, *, top: int = 15) -> str:
    """How many tasks each agency leads and coordinates, the busiest first."""
    x = explorer_texts(language)
    if not tasks:
        return nothing(x.none)
    lead = Counter(a for t in tasks for a in t.lead_agencies)
    coordinating = Counter(a for t in tasks for a in t.coordinating_agencies)
    ranked = sorted(lead | coordinating, key=lambda a: (-lead[a] - coordinating[a], -lead[a], a))
    if not ranked:
        return nothing(x.agencies_none)
    shown, rest = ranked[:top], ranked[top:]
    longest = max(max(lead[a], coordinating[a]) for a in shown)
    rows = [_agency_row(_agency_name(a, language), (lead[a], coordinating[a]), longest, language) for a in shown]
    if rest:
        name = safe(counted(len(rest), x.one_other, x.many_others, language))
        rows.append(_agency_row(name, (sum(lead[a] for a in rest), sum(coordinating[a] for a in rest)), None, language))
    head = "".join(f'<th scope="col" role="columnheader">{safe(name)}</th>' for name in (x.agency, x.lead, x.coordinating))
    return (
        f'<div class="explorer agencies"><table role="table"><caption>{safe(x.agencies)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{"".join(rows)}</tbody></table>'
        f'<p class="note">{safe(_agencies_note(tasks, language))}</p></div>'
    )


def _agency_name(agency: str, language: Language) -> str:
    if language == "vi":
        return safe(agency)
    return f'<span lang="vi">{safe(agency)}</span>' + (english_names([agency]) if english_name(agency) else "")


def _agency_row(name: str, counts: tuple[int, int], longest: int | None, language: Language) -> str:
    """A row; without bars where `longest` is None: a sum is no agency to compare with."""
    x = explorer_texts(language)
    cells = "".join(
        f'<td role="cell" class="{role}" data-label="{safe(x.named(role))}">{_measure(count, longest, language)}</td>'
        for role, count in zip(("lead", "coordinating"), counts, strict=True)
    )
    kind = "agency" if longest else "rest"
    return f'<tr role="row" class="{kind}"><th scope="row" role="rowheader">{name}</th>{cells}</tr>'


def _measure(count: int, longest: int | None, language: Language) -> str:
    width = 100 * count / longest if longest else 0
    bar = f'<rect width="{width:.2f}%" height="14" rx="2"/>' if width else ""
    return f'<div><b>{figure(count, language)}</b><svg class="bar" width="100%" height="14" aria-hidden="true">{bar}</svg></div>'


def _agencies_note(tasks: Sequence[Task], language: Language) -> str:
    x, notes = explorer_texts(language), []
    if any(len(t.lead_agencies) > 1 or len(t.coordinating_agencies) > 1 for t in tasks):
        notes.append(x.agencies_note)
    if unled := sum(not t.lead_agencies for t in tasks):
        notes.append(x.no_lead.format(tasks=task_count(unled, language)))
    if alone := sum(not t.coordinating_agencies for t in tasks):
        notes.append(x.no_coordinating.format(tasks=task_count(alone, language)))
    return " ".join(notes)
