"""A run for people and machines: a terminal table, JSON, JUnit XML and one self-contained HTML page."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.cases import HOLDOUT
from eval.compare import Change, Comparison
from eval.evaluation import Evaluation
from eval.scoring import RANKS, Score
from eval.summary import Figures

JSON: Final = "report.json"
JUNIT: Final = "junit.xml"
HTML: Final = "report.html"
_HEAD: Final = (
    "", "right", "%", "cited P", "R", "found@1", "@5", "@10", "MRR", "nDCG", "refuse P", "R", "ask P", "R", "ms p50", "p95", "chars p50", "p95",
)  # fmt: skip
_BINS: Final = 24


def write_reports(run: Evaluation, output: Path, *, show_holdout: bool = False) -> list[Path]:
    """JSON, JUnit and HTML in a run's folder. Cases of the holdout are counted, not shown, unless asked for."""
    files = [output / JSON, output / JUNIT, output / HTML]
    for file, text in zip(
        files, (as_json(run, show_holdout), as_junit(run, show_holdout), as_html(run, show_holdout)), strict=True
    ):
        file.write_text(text, encoding="utf-8")
    return files


# --- terminal


def as_text(run: Evaluation) -> str:
    """The table, the targets and the comparison."""
    parts = [_made(run), _table(run), _peers(run), _targets(run)]
    wrong = [s for s in run.scores if not s.right and s.case.file != HOLDOUT and s.case.typing != "twin"]
    parts.append(f"{len(wrong)} wrong outside the holdout, without twins; each with its answer in {HTML}" if wrong else "")
    parts.append(_compared(run.comparison) if run.comparison else "no baseline to compare with")
    return "\n\n".join(filter(None, parts))


def _made(run: Evaluation) -> str:
    made = run.made
    return (
        f"library {made.library} ({len(made.plans)} plans) · embedder {made.embedder} · "
        f"{f'model {made.model}' if made.model else 'no language model'} · prompts {made.prompts}"
    )


def _table(run: Evaluation) -> str:
    summary = run.summary
    rows = [
        _HEAD,
        _row("whole", summary.whole),
        _row("twins", summary.twins),
        _row("rest", summary.rest),
        _row("holdout", summary.holdout),
    ]
    for view, parts in summary.views.items():
        rows.append((view, *[""] * (len(_HEAD) - 1)))
        rows += [_row(f"  {part.removesuffix('.txt')}", figures) for part, figures in parts.items()]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]) for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def _row(name: str, f: Figures) -> tuple[str, ...]:
    shares = (f.citation_precision, f.citation_recall, f.recall_at[1], f.recall_at[5], f.recall_at[10], f.mrr, f.ndcg,
              f.refusal_precision, f.refusal_recall, f.clarification_precision, f.clarification_recall)  # fmt: skip
    amounts = (f.latency_p50, f.latency_p95, f.length_p50, f.length_p95)
    return (
        name,
        f"{f.right}/{f.cases}",
        _percent(f.accuracy),
        *map(_decimal, shares),
        *("–" if a is None else f"{a:.0f}" for a in amounts),
    )


def _peers(run: Evaluation) -> str:
    if not run.peers:
        return ""
    rows = [("side by side", "cases", *(f"found@{k}" for k in RANKS), "MRR", "nDCG", "facts told %", "ms p50")]
    for peer in run.peers:
        shares = (*(peer.recall_at[k] for k in RANKS), peer.mrr, peer.ndcg)
        rows.append((peer.name, str(peer.cases), *map(_decimal, shares), _percent(peer.answers), f"{peer.milliseconds or 0:.0f}"))
    return _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]) for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _targets(run: Evaluation) -> str:
    lines = ["targets"]
    for target in run.summary.targets():
        verdict = "met" if target.met else "SHORT"
        lines.append(f"  {verdict:5}  {target.name}: {_percent(target.reached)} % (at least {_percent(target.least)} %)")
    return "\n".join(lines)


def _compared(comparison: Comparison) -> str:
    lines = [
        f"against the baseline: {len(comparison.worse)} worse, {len(comparison.better)} better, "
        f"{len(comparison.fresh)} new, {len(comparison.rewritten)} rewritten, {len(comparison.gone)} gone"
    ]
    if comparison.moved:
        told = ", ".join(f"{count} in {stage}" for stage, count in comparison.moved.items())
        lines.append(f"  verdict the same, answer changed: {told}")
    lines += [_changed("WORSE ", change) for change in comparison.worse]
    lines += [_changed("better", change) for change in comparison.better]
    return "\n".join(lines)


def _changed(word: str, change: Change) -> str:
    hidden = change.score.case.file == HOLDOUT
    why = "" if hidden or change.score.right else f": {'; '.join(change.score.problems)}"
    asked = "" if hidden else f" “{_short(change.score.case.question)}”"
    return f"  {word} [{change.stage}] {change.case_id}{asked}{why}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 90 else f"{text[:89]}…"


# --- JSON and JUnit


def as_json(run: Evaluation, show_holdout: bool = False) -> str:
    """Everything, for programs."""
    comparison = run.comparison
    data = {
        "asked_at": run.asked_at and run.asked_at.isoformat(),
        "made_with": asdict(run.made),
        "figures": {"whole": _plain(run.summary.whole), "twins": _plain(run.summary.twins), "rest": _plain(run.summary.rest),
                    "holdout": _plain(run.summary.holdout)},
        "views": {view: {part: _plain(f) for part, f in parts.items()} for view, parts in run.summary.views.items()},
        "targets": [{"name": t.name, "least": t.least, "reached": t.reached, "met": t.met} for t in run.summary.targets()],
        "comparison": comparison and {
            "worse": [{"id": c.case_id, "stage": c.stage} for c in comparison.worse],
            "better": [{"id": c.case_id, "stage": c.stage} for c in comparison.better],
            "moved": {str(stage): count for stage, count in comparison.moved.items()}, "new": comparison.fresh, "rewritten": comparison.rewritten, "gone": comparison.gone,
        },
        "peers": [asdict(peer) for peer in run.peers],
        "cases": [_case(s) for s in _shown(run.scores, show_holdout)],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, indent=1)


def _plain(figures: Figures) -> dict[str, Any]:
    return {**asdict(figures), "accuracy": figures.accuracy}


def _case(score: Score) -> dict[str, Any]:
    case, outcome = score.case, score.outcome
    return {
        "id": case.id, "file": case.file, "kind": case.kind, "language": case.language, "typing": case.typing, "turns": case.turns,
        "expected": {"status": case.status, "facts": case.facts, "forbidden": case.forbidden,
                     "citations": [[{"source": p.source, "text": p.text} for p in group] for group in case.citations]},
        "right": score.right, "problems": score.problems, "status": outcome.status, "answer": outcome.answer,
        "citations": [{"n": c.n, "label": c.label, "quote": c.quote} for c in outcome.citations],
        "reading": outcome.reading, "elapsed_ms": outcome.elapsed_ms,
        "citation_precision": score.citation_precision, "citation_recall": score.citation_recall,
        "reciprocal_rank": score.reciprocal_rank, "ndcg": score.ndcg,
    }  # fmt: skip


def _shown(scores: Sequence[Score], show_holdout: bool) -> list[Score]:
    return [s for s in scores if show_holdout or s.case.file != HOLDOUT]


def as_junit(run: Evaluation, show_holdout: bool = False) -> str:
    """A test case for each gold case, for CI systems that read JUnit; a suite for each gold file."""
    root = ET.Element("testsuites", name="cchc eval")
    for file in sorted({s.case.file for s in run.scores}):
        scores = [s for s in run.scores if s.case.file == file]
        failures = sum(not s.right for s in scores)
        seconds = sum(s.outcome.elapsed_ms for s in scores) / 1000
        suite = ET.SubElement(root, "testsuite", name=file, tests=str(len(scores)), failures=str(failures), time=f"{seconds:.3f}")
        for score in scores:
            seconds = score.outcome.elapsed_ms / 1000
            case = ET.SubElement(
                suite, "testcase", classname=f"{file}.{score.case.kind}", name=score.case.id, time=f"{seconds:.3f}"
            )
            if not score.right:
                hidden = file == HOLDOUT and not show_holdout
                failure = ET.SubElement(case, "failure", message="holdout" if hidden else _xml("; ".join(score.problems)))
                failure.text = "" if hidden else _xml(f"{score.case.question}\n\n{score.outcome.answer}")
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _xml(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) < 0xFFFE))


# --- HTML


def as_html(run: Evaluation, show_holdout: bool = False) -> str:
    """One page with everything in it: no other file, no other host."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    environment.filters["percent"] = _percent
    environment.filters["decimal"] = _decimal
    before = run.baseline.figures if run.baseline else {}
    outcomes = [s.outcome for s in run.scores]
    return environment.get_template("report.html").render(
        run=run,
        made=_made(run),
        rows=[
            ("whole", run.summary.whole),
            ("twins", run.summary.twins),
            ("rest", run.summary.rest),
            ("holdout", run.summary.holdout),
        ],
        bars={view: list(_bars(run, view, before)) for view in run.summary.views},
        plots=[
            ("Latency, ms", _histogram([o.elapsed_ms for o in outcomes])),
            ("Length of answers, characters", _histogram([float(len(o.answer)) for o in outcomes])),
        ],
        cases=[_case(s) for s in sorted(_shown(run.scores, show_holdout), key=lambda s: s.right)],
        worse={c.case_id: c.stage for c in run.comparison.worse} if run.comparison else {},
        hidden=sum(s.case.file == HOLDOUT for s in run.scores) if not show_holdout else 0,
    )


def _bars(run: Evaluation, view: str, before: dict[str, float]) -> Iterator[tuple[str, Figures, float | None]]:
    for part, figures in run.summary.views[view].items():
        yield part, figures, before.get(f"{view}/{part}")


def _histogram(values: Sequence[float]) -> list[tuple[float, float, int, float]]:
    """(from, to, count, share of the highest) of bins up to the 99th percentile; the last bin holds all beyond."""
    if not values:
        return []
    top = max(sorted(values)[int(0.99 * (len(values) - 1))], 1.0)
    counts = [0] * _BINS
    for value in values:
        counts[min(int(value / top * _BINS), _BINS - 1)] += 1
    most = max(counts)
    return [(i * top / _BINS, (i + 1) * top / _BINS, count, count / most) for i, count in enumerate(counts)]
