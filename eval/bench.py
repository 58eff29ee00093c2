"""`make bench`: how fast, each time as a ratio to its floor in one run on this machine; never a test.

The floor of ingesting is embedding the same passages and nothing else; the floor of a content question is embedding the
question. Cold commands are whole processes, from start to exit, with their peak memory.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from assistant.answering import Assistant
from assistant.library import Library
from assistant.settings import Settings
from eval.load import load, served
from ingest.documents import read_document
from ingest.parsing import parse_plan
from ingest.passages import plan_passages
from ingest.pipeline import ingest, plan_files

_STT_QUESTION: Final = "who leads task 27 and when is it due"
_CONTENT_QUESTIONS: Final = (
    "in tờ rơi thì ai lo?", "bao nhiêu % hồ sơ phải làm được trực tuyến?", "muc do hai long cua nguoi dan phai dat bao nhieu",
    "who trains officials in administrative reform?", "chuyển đổi số", "thanh toán phí, lệ phí trực tuyến khi nào xong?",
)  # fmt: skip
_BATCH: Final = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and what it should be at most."""

    name: str
    value: float
    unit: str
    target: float | None = None
    note: str = ""


def run(plans: Path, seconds: float = 10.0) -> list[Figure]:
    """All figures; about three minutes on two cores. `seconds`: of each load on the web server."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings.load({}), library=Path(folder) / "library")
        # processes first: a child's peak memory counts its parent's at the start, which is small until the model is loaded
        cold = _cold(plans, settings.library)
        web = _web(settings.library, seconds)
        return [*_ingesting(plans, replace(settings, library=Path(folder) / "again")), *_warm(settings), *cold, *web]


def _ingesting(plans: Path, settings: Settings) -> list[Figure]:
    library = Library.create(settings)
    texts = [p.embedded for f in plan_files([plans]) for p in plan_passages(parse_plan(read_document(f)))]
    library.embedder.passages(texts[:2])  # the model is loaded before either is timed
    floor = _seconds(lambda: [library.embedder.passages(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)])
    whole = _seconds(lambda: list(ingest([plans], library)))
    library.close()
    return [
        Figure(
            "ingest, of the embedding floor",
            whole / floor,
            "×",
            1.25,
            f"{whole:.1f} s over {floor:.1f} s for {len(texts)} passages",
        ),
    ]


def _warm(settings: Settings) -> list[Figure]:
    library = Library.open(settings)
    assistant = Assistant(library)
    for question in (_STT_QUESTION, *_CONTENT_QUESTIONS):
        assistant.ask(question)
    stt = statistics.median(_seconds(lambda: assistant.ask(_STT_QUESTION)) for _ in range(50))
    ratios, answers, floors = [], [], []
    for question in _CONTENT_QUESTIONS * 5:
        floor = _seconds(lambda q=question: library.embedder.query(q))  # type: ignore[misc]
        answer = _seconds(lambda q=question: assistant.ask(q))  # type: ignore[misc]
        ratios.append(answer / (2 * floor + 0.010))
        answers.append(1000 * answer)
        floors.append(1000 * floor)
    library.close()
    note = f"{statistics.median(answers):.1f} ms over a query embedding of {statistics.median(floors):.1f} ms"
    return [
        Figure("warm STT question", 1000 * stt, "ms", 10),
        Figure("warm content question, of 2 × query embedding + 10 ms", statistics.median(ratios), "×", 1.0, note),
    ]


def _cold(plans: Path, library: Path) -> list[Figure]:
    commands: list[tuple[str, list[str], float | None]] = [
        ("unchanged re-ingest", ["ingest", str(plans)], 2.0),
        ("cold cchc tasks", ["tasks", "--json"], 0.5),
        ("cold cchc ask (STT)", ["ask", _STT_QUESTION], 1.0),
        ("cold cchc ask (content)", ["ask", _CONTENT_QUESTIONS[0]], None),
    ]
    seconds, peak = _process(["--library", str(library), "ingest", str(plans)])
    figures = [Figure("cold cchc ingest, five plans", seconds, "s", None, f"peak memory {peak:.0f} MB")]
    for name, arguments, target in commands:
        times, memory = zip(*(_process(["--library", str(library), *arguments]) for _ in range(5)), strict=True)
        figures.append(Figure(name, statistics.median(times), "s", target, f"peak memory {max(memory):.0f} MB"))
    return figures


def _web(library: Path, seconds: float) -> list[Figure]:
    """Answers over HTTP at 16 connections, server and client on this machine."""
    figures: list[Figure] = []
    with served(library) as (port, process):
        for name, questions, least in (("STT", (_STT_QUESTION,), 150.0), ("content", _CONTENT_QUESTIONS, 30.0)):
            load(port, process, questions, seconds=2.0)
            got = load(port, process, questions, seconds=seconds)
            note = f"{got.answers} answers in {got.seconds:.0f} s, {got.errors} errors, median {got.median:.0f} ms, p95 {got.p95:.0f} ms"
            grown = statistics.mean(got.memory[-3:]) / statistics.mean(got.memory[:3])
            memory = f"{got.memory[0]:.0f} MB at the beginning, {got.memory[-1]:.0f} MB at the end"
            figures += [
                # as a ratio to what is asked, so that less is better here too
                Figure(
                    f"web, {name}: {least:.0f} answers/s asked, of those given",
                    least / got.rate,
                    "×",
                    1.0,
                    f"{got.rate:.0f}/s: {note}",
                ),
                Figure(f"web, {name}: p95, of the median", got.p95 / got.median, "×", 3.0),
                Figure(f"web, {name}: errors", got.errors, "", 0.0),
                Figure(f"web, {name}: memory at the end, of the beginning", grown, "×", 1.05, memory),
            ]
    return figures


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _process(arguments: Sequence[str]) -> tuple[float, float]:
    """Wall time in seconds and peak memory in MB of one `cchc` process."""
    started = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    child = os.posix_spawn(
        sys.executable, [sys.executable, "-m", "assistant.cli", *arguments], dict(os.environ), file_actions=quiet
    )
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"bench: cchc {' '.join(arguments)} ended with status {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def main() -> int:
    """Print the figures as a table or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description="How fast, each time as a ratio to its floor.")
    parser.add_argument("--plans", type=Path, default=Path("data/plans"), help="the plans to measure with (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON object a figure")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each load on the web server (default %(default)s)")
    options = parser.parse_args()
    for figure in run(options.plans, options.seconds):
        if options.json:
            print(json.dumps(asdict(figure), ensure_ascii=False))
        else:
            target = f"≤ {figure.target:g} {figure.unit}" if figure.target is not None else ""
            verdict = "" if figure.target is None else "ok" if figure.value <= figure.target else "MISSED"
            print(f"{figure.name:<54} {figure.value:8.2f} {figure.unit:<2} {target:<10} {verdict:<7} {figure.note}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
