"""READ FIRST: the evaluation. `evaluate` asks, scores, sums up and compares; `rescore` does the same without asking again."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from assistant.errors import UsageError
from assistant.library import Library
from assistant.settings import Settings
from eval.cases import Case, check_places, load_cases, with_twins
from eval.compare import Baseline, Comparison, baseline_of, compare, read_baseline, what_differs, write_baseline
from eval.outcomes import Outcome, read_outcomes, write_outcomes
from eval.peers import PeerFigures, compare_peers
from eval.run import MadeWith, ask_all, made_with, texts_of
from eval.scoring import Score, Scorer
from eval.summary import Summary, summarise

_HERE: Final = Path(__file__).resolve().parent
GOLD: Final = _HERE / "gold"
BASELINE: Final = _HERE / "baseline.json"
OUTCOMES: Final = "outcomes.jsonl"
MADE_WITH: Final = "made_with.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """A run: what answered, how each case did, the figures, and how it differs from the blessed run."""

    made: MadeWith
    scores: tuple[Score, ...]
    summary: Summary
    baseline: Baseline | None = None  # None: there is none, or the run is of someone's own cases
    comparison: Comparison | None = None
    peers: tuple[PeerFigures, ...] = ()  # ours first
    asked_at: datetime | None = None  # when the last answer came, however often it is scored

    @property
    def regressed(self) -> bool:
        """Whether a case that was right is now wrong."""
        return bool(self.comparison and self.comparison.worse)


def gold_files() -> list[Path]:
    """The files of the gold set."""
    return sorted(GOLD.glob("*.jsonl"))


def evaluate(
    settings: Settings, output: Path, *, gold: Sequence[Path] = (), jobs: int | None = None, baseline: Path | None = BASELINE,
    replacing: bool = False, begun: Callable[[int], Callable[[], None]] = lambda total: lambda: None,
) -> Evaluation:  # fmt: skip
    """Ask all gold cases, or those of the files `gold`, and leave the outcomes in `output`.

    `baseline`: the blessed run to compare with, None for none; `replacing`: it may be one that cannot be compared, since it
    gives way. `begun`: told how many cases there are; what it returns is
    called after each. Raises UsageError for broken cases, for cases whose places are not in the library, and for a
    baseline that cannot be compared; the last before anything is asked.
    """
    library = Library.open(settings)
    cases = load_cases(gold or gold_files())
    texts = texts_of(library)
    if problems := check_places(cases, texts):
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UsageError(f"the gold cases do not fit this library: {problems[0]}{more}")
    made = made_with(library, settings)
    blessed = read_baseline(baseline) if baseline else None
    if blessed and (differs := what_differs(blessed.made_with, made)):
        if not replacing:
            raise UsageError(differs)
        blessed = None
    asked = with_twins(cases)
    output.mkdir(parents=True, exist_ok=True)
    outcomes = ask_all(asked, settings, jobs=jobs, done=begun(len(asked)))
    write_outcomes(outcomes, output / OUTCOMES)
    (output / MADE_WITH).write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1), encoding="utf-8")
    return replace(judge(asked, outcomes, texts, made, blessed, whole=not gold), asked_at=_asked_at(output))


def rescore(settings: Settings, output: Path, *, gold: Sequence[Path] = (), baseline: Path | None = BASELINE) -> Evaluation:
    """Score the outcomes of an earlier run in `output` anew, without asking. Raises UsageError when there are none."""
    outcomes = {o.id: o for o in read_outcomes(output / OUTCOMES)}
    try:
        made = TypeAdapter(MadeWith).validate_json((output / MADE_WITH).read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        raise UsageError(
            f"{output} does not say what its answers were made with; run `cchc eval --output {output}` again"
        ) from None
    asked = [c for c in with_twins(load_cases(gold or gold_files())) if c.id in outcomes]
    if not asked:
        raise UsageError(f"none of the cases was asked in {output}; run `cchc eval --output {output}` first")
    blessed = read_baseline(baseline) if baseline else None
    if blessed and (differs := what_differs(blessed.made_with, made)):
        raise UsageError(differs)
    texts = texts_of(Library.open(settings))
    scored = judge(asked, [outcomes[c.id] for c in asked], texts, made, blessed, whole=False)
    return replace(scored, asked_at=_asked_at(output))


def _asked_at(output: Path) -> datetime:
    return datetime.fromtimestamp((output / OUTCOMES).stat().st_mtime, UTC).replace(microsecond=0)


def judge(
    cases: Sequence[Case], outcomes: Sequence[Outcome], texts: Mapping[str, str], made: MadeWith, blessed: Baseline | None, *, whole: bool
) -> Evaluation:  # fmt: skip
    """Score outcomes, sum up and compare."""
    scorer = Scorer(texts)
    scores = tuple(scorer.score(case, outcome) for case, outcome in zip(cases, outcomes, strict=True))
    comparison = compare(blessed, scores, whole=whole) if blessed else None
    return Evaluation(made=made, scores=scores, summary=summarise(scores), baseline=blessed, comparison=comparison)


def with_peers(run: Evaluation, settings: Settings, *, begun: Callable[[int], Callable[[], None]]) -> Evaluation:
    """The run with the peers' figures on the same questions. Raises UsageError when their packages are not installed."""
    asked = [s for s in run.scores if s.case.typing != "twin"]
    figures = compare_peers(
        Library.open(settings), settings, asked, begun(2 * sum(len(s.case.turns) == 1 and s.wanted > 0 for s in asked))
    )
    return replace(run, peers=tuple(figures))


def bless(evaluation: Evaluation, file: Path = BASELINE) -> None:
    """Make a run the baseline."""
    write_baseline(baseline_of(evaluation.scores, evaluation.made, evaluation.summary.accuracies()), file)
