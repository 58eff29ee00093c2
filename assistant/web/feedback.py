"""What readers think of answers: thumbs and comments, kept in the library's folder, each promotable to a draft gold case.

One SQLite file beside the register, `feedback.db`; what is older than `CCHC_FEEDBACK_DAYS` is deleted when the server starts
and whenever an opinion is added. An opinion holds the question and the answer that it is about, because without them nobody
could learn from it; no address, no session.
"""

import json
import secrets
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

import orjson

from assistant.answers import Answer
from assistant.errors import LibraryError
from assistant.web.sources import without_emphasis

Rating = Literal["up", "down"]
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS feedback (
    id TEXT PRIMARY KEY, at INTEGER NOT NULL, rating TEXT NOT NULL, comment TEXT NOT NULL, channel TEXT NOT NULL,
    turns TEXT NOT NULL, answer TEXT NOT NULL, promoted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS feedback_by_time ON feedback (at);
"""
_DAY: Final = 24 * 3600
_MOST: Final = 5_000  # opinions kept; the oldest go
_RECENT: Final = 2_000  # answers that can still be rated, as long as they are not
_CHARACTERS: Final = 5_000_000  # in all
_TURNS: Final = 6  # of the questions before; what is older plays no part in an answer
_TURN: Final = 2_000  # characters of each that are kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """A rated answer. `turns`: the reader's questions up to the one that was answered; `at`: Unix seconds."""

    id: str
    at: int
    rating: Rating
    comment: str
    channel: str
    turns: tuple[str, ...]
    answer: dict[str, Any]  # the Answer object of the interface contract
    promoted: bool


class RecentAnswers:
    """The last answers given, by id: an opinion is stored with the answer that was really given, not with what a page claims."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, tuple[tuple[str, ...], Answer]] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def keep(self, turns: tuple[str, ...], answer: Answer) -> None:
        """Keep an answer, and of the questions that led to it the last few; older answers make room."""
        kept = (tuple(turn[:_TURN] for turn in turns[-_TURNS:]), answer)
        with self._lock:
            if before := self._answers.pop(answer.id, None):
                self._characters -= _size(*before)
            self._answers[answer.id] = kept
            self._characters += _size(*kept)
            while len(self._answers) > _RECENT or self._characters > _CHARACTERS:
                _, gone = self._answers.popitem(last=False)
                self._characters -= _size(*gone)

    def get(self, answer_id: str) -> tuple[tuple[str, ...], Answer] | None:
        """The questions and the answer, None when it was given too long ago or never."""
        with self._lock:
            return self._answers.get(answer_id)


def _size(turns: tuple[str, ...], answer: Answer) -> int:
    """Characters, nearly."""
    return sum(map(len, turns)) + len(answer.question) + len(answer.answer) + sum(len(c.quote) for c in answer.citations)


class FeedbackStore:
    """The opinions of one library. Safe from many threads and processes; raises LibraryError when the file cannot be written."""

    def __init__(self, library: Path, days: int) -> None:
        self._file = library / "feedback.db"
        self._days = days

    def add(self, turns: tuple[str, ...], answer: Answer, rating: Rating, comment: str, channel: str) -> str:
        """Store an opinion and say its id."""
        identity = secrets.token_hex(8)
        row = (identity, int(time.time()), rating, comment, channel, json.dumps(turns), orjson.dumps(answer).decode())
        with self._open() as db:
            self._forget_old(db)
            # said twice, it is one opinion
            db.execute("DELETE FROM feedback WHERE rating = ? AND comment = ? AND turns = ?", (rating, comment, row[5]))
            db.execute("INSERT INTO feedback (id, at, rating, comment, channel, turns, answer) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            db.execute(
                "DELETE FROM feedback WHERE id IN (SELECT id FROM feedback ORDER BY at DESC, id LIMIT -1 OFFSET ?)", (_MOST,)
            )
        return identity

    def opinions(self, limit: int = 200) -> list[Opinion]:
        """The latest first."""
        return self._select("ORDER BY at DESC, id LIMIT ?", limit)

    def promote(self, identity: str) -> dict[str, Any] | None:
        """A draft gold case from an opinion (format: eval/gold/README.md), None when there is no such opinion."""
        found = self._select("WHERE id = ?", identity)
        if not found:
            return None
        with self._open() as db:
            db.execute("UPDATE feedback SET promoted = 1 WHERE id = ?", (identity,))
        return draft_case(found[0])

    def _select(self, which: str, value: str | int) -> list[Opinion]:
        if not self._file.exists():
            return []
        with self._open() as db:
            self._forget_old(db)
            query = f"SELECT id, at, rating, comment, channel, turns, answer, promoted FROM feedback {which}"
            rows = db.execute(query, (value,)).fetchall()
        return [
            Opinion(id=i, at=at, rating=rating, comment=comment, channel=channel, turns=tuple(json.loads(turns)),
                    answer=json.loads(answer), promoted=bool(promoted))
            for i, at, rating, comment, channel, turns, answer, promoted in rows
        ]  # fmt: skip

    def delete(self, identity: str) -> bool:
        """Forget an opinion; whether there was one."""
        with self._open() as db:
            return db.execute("DELETE FROM feedback WHERE id = ?", (identity,)).rowcount > 0

    def _forget_old(self, db: sqlite3.Connection) -> None:
        if self._days:
            db.execute("DELETE FROM feedback WHERE at < ?", (int(time.time()) - self._days * _DAY,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=10)) as db, db:
                db.executescript(_SCHEMA)
                yield db
        except sqlite3.Error as error:
            raise LibraryError(
                f"feedback cannot be stored in {self._file}: {error}; check the disk and its permissions"
            ) from error


def draft_case(opinion: Opinion) -> dict[str, Any]:
    """The opinion as a gold case to be completed by a person: what the answer held, and in `note` what the reader thought of it.

    A draft says what *was* answered. After "down" that is just what must be corrected before the case goes into the gold set.
    """
    answer = opinion.answer
    citations = answer["citations"]
    place = [{"source": c["source"], "text": " ".join(c["quote"].split())[:200]} for c in citations]
    verdict = "right, says a reader" if opinion.rating == "up" else "WRONG, says a reader: correct before use"
    return {
        "id": f"feedback-{opinion.id}",
        "kind": _kind(answer),
        "language": answer["language"],
        "plans": sorted({c["source"] for c in citations}),
        "turns": list(opinion.turns),
        "status": answer["status"],
        "facts": [[fact] for fact in _facts(answer["answer"])],
        "citations": [[p] for p in place],
        "note": f"{verdict}. {opinion.comment}".strip(),
    }


def _kind(answer: dict[str, Any]) -> str:
    """The nearest kind of gold case; a person decides."""
    by_status = {"ambiguous": "ambiguous", "not_found": "silence", "out_of_scope": "scope"}
    if answer["status"] in by_status:
        return by_status[answer["status"]]
    kinds = [c["kind"] for c in answer["citations"]]
    if len(kinds) > 2:
        return "list"
    return "task" if "task" in kinds else "section"


def _facts(text: str) -> list[str]:
    """What the answer emphasises, at most five."""
    strong = [part for n, part in enumerate(text.split("**")) if n % 2]
    return [s for s in dict.fromkeys(strong) if s.strip()][:5] or [without_emphasis(text).split("\n")[0][:200]]
