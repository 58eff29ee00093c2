"""Scores → figures: of the whole, and by kind, language, plan, typing and file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from eval import metrics
from eval.cases import HOLDOUT
from eval.scoring import RANKS, Score


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """The figures of some scores. Shares 0 to 1, times in milliseconds, lengths in characters; None: nothing to score."""

    cases: int
    right: int
    citation_precision: float | None
    citation_recall: float | None
    verbatim: float | None
    recall_at: Mapping[int, float | None]
    mrr: float | None
    ndcg: float | None
    refusal_precision: float | None
    refusal_recall: float | None
    clarification_precision: float | None
    clarification_recall: float | None
    latency_p50: float | None
    latency_p95: float | None
    length_p50: float | None
    length_p95: float | None

    @property
    def accuracy(self) -> float | None:
        """The share of right answers."""
        return self.right / self.cases if self.cases else None


def figures_of(scores: Sequence[Score]) -> Figures:
    """The figures of some scores; of none, everything is unscored."""
    latencies = [s.outcome.elapsed_ms for s in scores]
    lengths = [float(len(s.outcome.answer)) for s in scores]
    refused = [s.refused for s in scores if s.refused]
    asked_back = [s.asked_back for s in scores if s.asked_back]
    return Figures(
        cases=len(scores),
        right=sum(s.right for s in scores),
        citation_precision=metrics.mean([s.citation_precision for s in scores]),
        citation_recall=metrics.mean([s.citation_recall for s in scores]),
        verbatim=metrics.mean([float(s.verbatim) for s in scores if s.outcome.citations]),
        recall_at={k: metrics.mean([s.recall_at(k) for s in scores]) for k in RANKS},
        mrr=metrics.mean([s.reciprocal_rank for s in scores]),
        ndcg=metrics.mean([s.ndcg for s in scores]),
        refusal_precision=metrics.precision([should for should, did in refused if did]),
        refusal_recall=metrics.recall([did for should, did in refused if should]),
        clarification_precision=metrics.precision([should for should, did in asked_back if did]),
        clarification_recall=metrics.recall([did for should, did in asked_back if should]),
        latency_p50=metrics.percentile(latencies, 0.5),
        latency_p95=metrics.percentile(latencies, 0.95),
        length_p50=metrics.percentile(lengths, 0.5),
        length_p95=metrics.percentile(lengths, 0.95),
    )


# The ways to look at a run; a score may stand in several parts of one (a comparison is about two plans)
_VIEWS: Final[dict[str, Callable[[Score], Iterable[str]]]] = {
    "kind": lambda s: [s.case.kind],
    "language": lambda s: [s.case.language],
    "plan": lambda s: s.case.plans or ["–"],
    "typing": lambda s: [s.case.typing],
    "file": lambda s: [s.case.file],
}


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that the gold set should reach, and what it reached."""

    name: str
    least: float
    reached: float | None

    @property
    def met(self) -> bool:
        return self.reached is not None and self.reached >= self.least


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """The figures of a run: `whole` without twins, `views` by part without twins but for the view "typing"."""

    whole: Figures
    twins: Figures
    holdout: Figures
    rest: Figures
    views: Mapping[str, Mapping[str, Figures]]

    def targets(self) -> list[Target]:
        """What the gold set should reach."""
        kinds = [(f.accuracy, kind) for kind, f in self.views["kind"].items() if f.accuracy is not None]
        worst = min(kinds, default=(None, "–"))
        english = self.views["language"].get("en")
        out = [
            Target("right answers", 0.98, self.whole.accuracy),
            Target(f"right in the weakest kind ({worst[1]})", 0.95, worst[0]),
            Target("right among twins without diacritics", 0.97, self.twins.accuracy),
            Target("right in English", 0.96, english.accuracy if english else None),
            Target("quotes verbatim", 1.0, self.whole.verbatim),
            Target("refusal precision", 0.98, self.whole.refusal_precision),
            Target("refusal recall", 0.98, self.whole.refusal_recall),
        ]
        if self.holdout.accuracy is not None and self.rest.accuracy is not None:
            out.append(Target("holdout less the rest, at worst", -0.03, self.holdout.accuracy - self.rest.accuracy))
        return out

    def accuracies(self) -> dict[str, float]:
        """The accuracy of every part, by name ("kind/task"): what the baseline keeps."""
        parts = {"whole": self.whole, "twins": self.twins}
        parts |= {f"{view}/{part}": f for view, figures in self.views.items() for part, f in figures.items()}
        return {name: round(f.accuracy, 4) for name, f in parts.items() if f.accuracy is not None}


def summarise(scores: Sequence[Score]) -> Summary:
    """The figures of a run's scores."""
    own = [s for s in scores if s.case.typing != "twin"]
    views = {}
    for name, parts_of in _VIEWS.items():
        among = scores if name == "typing" else own
        parts: dict[str, list[Score]] = {}
        for score in among:
            for part in parts_of(score):
                parts.setdefault(part, []).append(score)
        views[name] = {part: figures_of(members) for part, members in sorted(parts.items())}
    return Summary(
        whole=figures_of(own),
        twins=figures_of([s for s in scores if s.case.typing == "twin"]),
        holdout=figures_of([s for s in own if s.case.file == HOLDOUT]),
        rest=figures_of([s for s in own if s.case.file != HOLDOUT]),
        views=views,
    )
