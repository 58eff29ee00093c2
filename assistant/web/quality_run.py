"""What the console needs of the last evaluation, out of the `report.json` that `cchc eval` wrote. Cases of the holdout stay out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

_HOLDOUT: Final = "holdout"


class UnreadableReportError(Exception):
    """`report.json` is there and no report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worse:
    """A case that was right in the baseline's run and is now wrong."""

    case_id: str
    stage: str
    question: str
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What is shown of an evaluation. Figures and parts are as `report.json` has them."""

    when: datetime
    made: Mapping[str, Any]
    whole: Mapping[str, Any]
    twins: Mapping[str, Any]
    kinds: Mapping[str, Mapping[str, Any]]
    languages: Mapping[str, Mapping[str, Any]]
    targets: Sequence[Mapping[str, Any]]
    compared: Mapping[str, int] | None  # how many are worse, better, …; None without a baseline
    worse: tuple[Worse, ...]
    hidden: int  # worse ones of the holdout


def read_run(file: Path) -> Run | None:
    """None when there is no file. Raises UnreadableReportError."""
    try:
        content, written = file.read_bytes(), datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableReportError(str(error)) from error
    try:
        return _run(orjson.loads(content), written)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableReportError(str(error)) from error


def _run(report: Mapping[str, Any], written: datetime) -> Run:
    asked_at = report.get("asked_at")  # reports of older versions do not say
    comparison = report["comparison"]
    open_cases = {c["id"]: c for c in report["cases"] if c["file"] != _HOLDOUT} if comparison else {}
    worse = [
        Worse(
            case_id=c["id"],
            stage=c["stage"],
            question=open_cases[c["id"]]["turns"][-1],
            problems=tuple(open_cases[c["id"]]["problems"]),
        )
        for c in (comparison["worse"] if comparison else [])
        if c["id"] in open_cases
    ]
    counted = {name: len(comparison[name]) for name in ("worse", "better", "new", "rewritten", "gone")} if comparison else None
    return Run(
        when=datetime.fromisoformat(asked_at).astimezone() if asked_at else written,
        made=dict(report["made_with"]), whole=dict(report["figures"]["whole"]), twins=dict(report["figures"]["twins"]),
        kinds=dict(report["views"]["kind"]), languages=dict(report["views"]["language"]), targets=list(report["targets"]),
        compared=counted, worse=tuple(worse), hidden=counted["worse"] - len(worse) if counted else 0,
    )  # fmt: skip
