"""Ask every case: cases → outcomes. The real assistant over a real library, on as many processes as there are cores."""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, fields
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from assistant.answering import Assistant, Explained
from assistant.errors import UsageError
from assistant.library import Library
from assistant.settings import Settings
from assistant.understanding.question import Question
from eval.cases import Case
from eval.outcomes import Cited, Outcome, Spot

_PROMPTS: Final = Path(__file__).resolve().parent.parent / "prompts"
_CHUNK: Final = 8  # cases handed to a process at a time
_DEFAULTS: Final = {f.name: f.default for f in fields(Question)}


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeWith:
    """What answers come from. Runs compare only where library, embedder and model are the same."""

    library: str  # digest of the plans' texts
    plans: tuple[str, ...]  # sources
    embedder: str
    model: str | None
    prompts: str  # digest of the wording files: named, and free to differ


def made_with(library: Library, settings: Settings) -> MadeWith:
    """What a library's answers come from."""
    plans = sorted(library.shelf().plans.values(), key=lambda p: p.source)
    return MadeWith(
        library=digest(*(part for p in plans for part in (p.source, p.text))),
        plans=tuple(p.source for p in plans),
        embedder=library.embedder.name,
        model=None,  # answers are extractive
        prompts=digest(*(f.read_text(encoding="utf-8") for f in sorted(_PROMPTS.glob("*.toml")))),
    )


def digest(*parts: str) -> str:
    """Twelve hexadecimal digits of texts."""
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:12]


def texts_of(library: Library) -> dict[str, str]:
    """The ingested text of every source."""
    return {p.source: p.text for p in library.shelf().plans.values()}


def ask_all(
    cases: Sequence[Case], settings: Settings, *, jobs: int | None = None, done: Callable[[], None] = lambda: None
) -> list[Outcome]:
    """The outcome of every case, in order; `done` is called after each. `jobs`: processes, default one a core."""
    jobs = jobs or os.cpu_count() or 1
    if jobs == 1 or len(cases) <= _CHUNK:
        asker = _Asker(settings)
        return [_told(asker.ask(case), done) for case in cases]
    pool = ProcessPoolExecutor(min(jobs, len(cases)), get_context("spawn"), initializer=_open, initargs=(settings,))
    with pool:
        try:
            return [_told(outcome, done) for outcome in pool.map(_ask, cases, chunksize=_CHUNK)]
        except BrokenProcessPool:
            raise UsageError("a process that asks questions was killed, perhaps for lack of memory; try --jobs 1") from None


def _told(outcome: Outcome, done: Callable[[], None]) -> Outcome:
    done()
    return outcome


class _Asker:
    """An assistant that has conversations and keeps the last answer."""

    def __init__(self, settings: Settings) -> None:
        self._assistant = Assistant(Library.open(settings))

    def ask(self, case: Case) -> Outcome:
        history: list[dict[str, str]] = []
        for turn in case.turns[:-1]:
            answer = self._assistant.ask(turn, history)
            history += [{"role": "user", "content": turn}, {"role": "assistant", "content": answer.answer}]
        return outcome_of(case.id, self._assistant.explain(case.question, history), self._assistant.library)


_asker: _Asker


def _open(settings: Settings) -> None:
    """Once in each process. One thread each for the embedder: threads of several processes hinder one another."""
    global _asker
    os.environ["OMP_NUM_THREADS"] = "1"  # read when the embedder's library is first loaded
    _asker = _Asker(settings)


def _ask(case: Case) -> Outcome:
    return _asker.ask(case)


def outcome_of(case_id: str, explained: Explained, library: Library) -> Outcome:
    """An explained answer as plain data."""
    answer, plans = explained.answer, library.shelf().plans
    return Outcome(
        id=case_id, status=answer.status, language=answer.language, answer=answer.answer,
        citations=tuple(Cited(source=c.source, start=c.start, end=c.end, n=c.n, label=c.label, quote=c.quote) for c in answer.citations),
        suggestions=answer.suggestions, reading=reading_of(explained.question),
        found=tuple(Spot(source=plans[s.plan_id].source, start=s.start, end=s.end) for s in explained.found),
        elapsed_ms=answer.elapsed_ms,
    )  # fmt: skip


def reading_of(question: Question) -> dict[str, object]:
    """The fields of a question that say something."""
    return {name: value for name, value in asdict(question).items() if name != "text" and value != _DEFAULTS.get(name)}
