"""The regression gate: this run against the blessed one, case by case, with the stage that moved."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import UsageError
from eval.cases import Case, dump_case
from eval.outcomes import Outcome
from eval.run import MadeWith, digest
from eval.scoring import Score, comparable

Stage = Literal["understanding", "retrieval", "wording", "citation", "scoring"]
STAGES: Final[tuple[Stage, ...]] = ("understanding", "retrieval", "wording", "citation")


class Record(BaseModel):
    """What the baseline keeps of a case: whether it was right, and a digest of what each stage gave."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: str
    right: bool
    understanding: str
    retrieval: str
    wording: str
    citation: str


class Baseline(BaseModel):
    """A blessed run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    made_with: MadeWith
    figures: dict[str, float]  # accuracy by part, for the report's comparison
    cases: dict[str, Record]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A case whose verdict is no longer the baseline's, with the first stage that gave something else."""

    case_id: str
    stage: Stage
    score: Score


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """This run against the baseline. Cases that are new or rewritten since are not compared."""

    worse: tuple[Change, ...]
    better: tuple[Change, ...]
    moved: Mapping[Stage, int]  # verdict the same, though a stage gave something else
    fresh: tuple[str, ...]
    rewritten: tuple[str, ...]
    gone: tuple[str, ...]


def record_of(case: Case, outcome: Outcome, *, right: bool) -> Record:
    """What the baseline keeps of a case."""
    return Record(
        case=digest(dump_case(case)),
        right=right,
        understanding=digest(json.dumps(outcome.reading, ensure_ascii=False, sort_keys=True)),
        retrieval=digest(*map(repr, outcome.found)),
        wording=digest(outcome.status, outcome.language, comparable(outcome.answer)),
        citation=digest(*(f"{c.source}:{c.start}:{c.end}:{c.label}:{c.quote}" for c in outcome.citations)),
    )


def compare(baseline: Baseline, scores: Sequence[Score], *, whole: bool = True) -> Comparison:
    """This run against a baseline made with the same; `whole`: it asked all gold cases, so those that it lacks are gone."""
    worse: list[Change] = []
    better: list[Change] = []
    fresh: list[str] = []
    rewritten: list[str] = []
    moved: Counter[Stage] = Counter()
    for score in scores:
        before = baseline.cases.get(score.case.id)
        now = record_of(score.case, score.outcome, right=score.right)
        if before is None:
            fresh.append(score.case.id)
        elif before.case != now.case:
            rewritten.append(score.case.id)
        elif before.right != now.right:
            change = Change(case_id=score.case.id, stage=_moved(before, now), score=score)
            (better if now.right else worse).append(change)
        elif (stage := _moved(before, now)) != "scoring":
            moved[stage] += 1
    gone = set(baseline.cases) - {s.case.id for s in scores} if whole else set()
    return Comparison(
        worse=tuple(worse), better=tuple(better), moved=dict(moved), fresh=tuple(fresh), rewritten=tuple(rewritten), gone=tuple(sorted(gone))
    )  # fmt: skip


def _moved(before: Record, now: Record) -> Stage:
    """The first stage that gave something else; none did: the scorer judges differently."""
    return next((stage for stage in STAGES if getattr(before, stage) != getattr(now, stage)), "scoring")


def what_differs(before: MadeWith, now: MadeWith) -> str | None:
    """Why two runs cannot be compared, with what to do; None when they can. Wording files may differ."""
    if before.library != now.library:
        return (
            f"the baseline was made with other plans ({', '.join(before.plans)}; this library: {', '.join(now.plans)}), so nothing "
            "can be compared; use a library of data/plans, or give your own cases with --gold"
        )
    for name in ("embedder", "model"):
        was, is_now = getattr(before, name), getattr(now, name)
        if was != is_now:
            return (
                f"the baseline was made with the {name} {was}, this run with {is_now}, so nothing can be compared; "
                "make this run the baseline with --bless"
            )
    return None


def baseline_of(scores: Sequence[Score], made: MadeWith, figures: Mapping[str, float]) -> Baseline:
    """A baseline of this run."""
    cases = {s.case.id: record_of(s.case, s.outcome, right=s.right) for s in scores}
    return Baseline(made_with=made, figures=dict(figures), cases=cases)


def read_baseline(file: Path) -> Baseline | None:
    """None when there is none yet. Raises UsageError when the file is broken."""
    try:
        return Baseline.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, ValidationError):
        raise UsageError(f"{file} is not a baseline; restore it from git, or write it anew with --bless") from None


def write_baseline(baseline: Baseline, file: Path) -> None:
    """One case a line, in order of id, so that a diff shows the cases that moved."""
    data = baseline.model_dump(mode="json")
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(record)}" for key, record in sorted(data["cases"].items()))
    head = {k: data[k] for k in ("made_with", "figures")}
    text = json.dumps(head, ensure_ascii=False, indent=1)[:-2] + f',\n "cases": {{\n{lines}\n }}\n}}\n'
    partial = file.with_suffix(".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)  # whole or not at all
