"""The register: plans, sections, tasks, passages and full text in SQLite. The truth, and the only file that knows SQL.

Readers see a `Shelf`: one consistent, immutable picture of the library, loaded anew when a writer has committed.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from assistant.errors import LibraryError
from assistant.plans import Anomaly, Due, Fact, Passage, Plan, PlanCard, Section, Task
from assistant.vietnamese import fold, tokens, with_pairs

SCHEMA_VERSION: Final = 1

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS plans (
    plan_id TEXT PRIMARY KEY, source TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    parser_version INTEGER NOT NULL, number TEXT, title TEXT, issuer TEXT, province TEXT, year TEXT, issued_on TEXT,
    signed_by TEXT, text TEXT NOT NULL, facts TEXT NOT NULL, legal_bases TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sections (
    section_id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plans ON DELETE CASCADE, position INTEGER NOT NULL,
    parent_id TEXT, kind TEXT NOT NULL, path TEXT NOT NULL, number TEXT, title TEXT, inferred INTEGER NOT NULL,
    start INTEGER NOT NULL, own_end INTEGER NOT NULL, end INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tasks (
    task_id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plans ON DELETE CASCADE, position INTEGER NOT NULL,
    "group" TEXT, group_title TEXT, stt TEXT NOT NULL, task TEXT, product TEXT, lead TEXT, coordinating TEXT,
    deadline TEXT, budget TEXT, note TEXT, lead_agencies TEXT NOT NULL, coordinating_agencies TEXT NOT NULL,
    due TEXT NOT NULL, columns TEXT NOT NULL, missing TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS anomalies (
    plan_id TEXT NOT NULL REFERENCES plans ON DELETE CASCADE, position INTEGER NOT NULL, kind TEXT NOT NULL,
    severity TEXT NOT NULL, message TEXT NOT NULL, "where" TEXT, start INTEGER NOT NULL, end INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY, passage_id TEXT NOT NULL UNIQUE, plan_id TEXT NOT NULL REFERENCES plans ON DELETE CASCADE,
    kind TEXT NOT NULL, context TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    vector_id TEXT NOT NULL, vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS sections_by_plan ON sections (plan_id, position);
CREATE INDEX IF NOT EXISTS tasks_by_plan ON tasks (plan_id, position);
CREATE INDEX IF NOT EXISTS passages_by_vector ON passages (vector_id);
CREATE VIRTUAL TABLE IF NOT EXISTS full_text USING fts5 (
    exact, folded, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'");
CREATE VIRTUAL TABLE IF NOT EXISTS full_text_terms USING fts5vocab (full_text, col);
"""


@dataclass(frozen=True)
class Shelf:
    """One consistent picture of a library's contents."""

    cards: tuple[PlanCard, ...]
    plans: dict[str, Plan]
    passages: dict[str, Passage]  # by passage_id
    vector_ids: dict[str, str]  # vector_id → passage_id

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """All tasks, plan by plan in document order."""
        return tuple(t for card in self.cards for t in self.plans[card.plan_id].tasks)

    @cached_property
    def tasks_by_id(self) -> dict[str, Task]:
        return {t.task_id: t for t in self.tasks}

    @cached_property
    def sections_by_id(self) -> dict[str, Section]:
        return {s.section_id: s for p in self.plans.values() for s in p.sections}

    @cached_property
    def cards_by_id(self) -> dict[str, PlanCard]:
        return {c.plan_id: c for c in self.cards}

    @cached_property
    def agencies(self) -> frozenset[str]:
        """Every canonical name that leads or coordinates a task."""
        return frozenset(a for t in self.tasks for a in (*t.lead_agencies, *t.coordinating_agencies))


class Register:
    """The SQLite file of a library; safe to use from several threads and processes.

    Raises LibraryError, with the command that repairs it, for a damaged file or one of a newer version.
    """

    def __init__(self, path: Path, *, repair: str) -> None:
        self._path = path
        self._repair = repair
        self._local = threading.local()
        self._shelf: tuple[tuple[int, int], Shelf] | None = None
        self._lock = threading.Lock()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        inode = self._path.stat().st_ino if self._path.exists() else 0
        if connection is None or self._local.inode != inode:  # a rebuilt library is another file
            self.close()
            try:
                connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
                self._local.inode = self._path.stat().st_ino
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = NORMAL")
            except sqlite3.DatabaseError as error:
                raise self._damaged(error) from error
            self._local.connection = connection
        return connection

    def _damaged(self, error: sqlite3.Error) -> LibraryError:
        if isinstance(error, sqlite3.OperationalError) and "disk" in str(error):
            return LibraryError(f"the library cannot be written: {error}; free some disk space and run the command again")
        if isinstance(error, sqlite3.OperationalError) and "readonly" in str(error):
            return LibraryError("the library folder cannot be written; change its permissions or choose another with --library")
        return LibraryError(f"the library is damaged ({error}); rebuild it: {self._repair}")

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    # --- meta -------------------------------------------------------------------------------------------------------

    def create(self, **meta: str) -> None:
        """Make the tables of a new library and note what it is made with."""
        connection = self._connection()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript("BEGIN IMMEDIATE;" + _SCHEMA + "COMMIT;")
            facts = {"schema": str(SCHEMA_VERSION), **meta}
            connection.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", facts.items())
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def meta(self) -> dict[str, str]:
        """What the library was made with: schema, embedder, dimensions."""
        try:
            facts = {row["key"]: row["value"] for row in self._connection().execute("SELECT key, value FROM meta")}
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        if int(facts.get("schema", "0")) > SCHEMA_VERSION:
            raise LibraryError(f"the library was made by a newer version of cchc; upgrade cchc, or make it anew: {self._repair}")
        return facts

    def set_meta(self, key: str, value: str) -> None:
        """Note a fact about the library at once."""
        self._connection().execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
        )

    # --- reading ----------------------------------------------------------------------------------------------------

    def shelf(self) -> Shelf:
        """The library as last committed; the same object until a writer commits again."""
        try:
            with self._lock:
                version = int(self._connection().execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])
                inode = self._local.inode
                if self._shelf is None or self._shelf[0] != (inode, version):
                    version, shelf = self._load()
                    self._shelf = ((inode, version), shelf)
                return self._shelf[1]
        except (sqlite3.DatabaseError, TypeError, ValueError, KeyError) as error:
            raise self._damaged(
                error if isinstance(error, sqlite3.Error) else sqlite3.DatabaseError(f"unreadable row: {error}")
            ) from error

    def _load(self) -> tuple[int, Shelf]:
        connection = self._connection()
        connection.execute("BEGIN")  # one snapshot for all tables
        try:
            version = int(connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])
            sections: dict[str, list[Section]] = {}
            for row in connection.execute("SELECT * FROM sections ORDER BY plan_id, position"):
                sections.setdefault(row["plan_id"], []).append(_section(row))
            tasks: dict[str, list[Task]] = {}
            for row in connection.execute("SELECT * FROM tasks ORDER BY plan_id, position"):
                tasks.setdefault(row["plan_id"], []).append(_task(row))
            anomalies: dict[str, list[Anomaly]] = {}
            for row in connection.execute(
                'SELECT plan_id, kind, severity, message, "where", start, end FROM anomalies ORDER BY plan_id, position'
            ):
                anomalies.setdefault(row["plan_id"], []).append(Anomaly(**{k: row[k] for k in row.keys() if k != "plan_id"}))  # noqa: SIM118 - sqlite3.Row iterates over values
            plans, cards = {}, []
            for row in connection.execute("SELECT * FROM plans ORDER BY province, year, plan_id"):
                key = row["plan_id"]
                plan = Plan(
                    plan_id=key, source=row["source"], text=row["text"],
                    facts={k: Fact(*v) for k, v in json.loads(row["facts"]).items()},
                    legal_bases=tuple(Fact(*v) for v in json.loads(row["legal_bases"])),
                    sections=tuple(sections.get(key, ())), tasks=tuple(tasks.get(key, ())), anomalies=tuple(anomalies.get(key, ())),
                )  # fmt: skip
                plans[key] = plan
                cards.append(card_of(plan))
            passages, vector_ids = {}, {}
            for row in connection.execute(
                "SELECT passage_id, plan_id, kind, context, text, start, end, vector_id FROM passages ORDER BY id"
            ):
                passages[row["passage_id"]] = Passage(**{k: row[k] for k in row.keys() if k != "vector_id"})  # noqa: SIM118
                vector_ids[row["vector_id"]] = row["passage_id"]
        finally:
            connection.execute("COMMIT")
        return version, Shelf(tuple(cards), plans, passages, vector_ids)

    def search_text(
        self, words: Sequence[str], *, folded: bool, limit: int, plan_ids: Iterable[str] = ()
    ) -> list[tuple[str, float]]:
        """Passages by BM25 over syllables and syllable pairs: (passage_id, score), best first.

        `folded` searches the text without diacritics, for questions typed so.
        """
        terms = list(dict.fromkeys(with_pairs([fold(w) if folded else w for w in words])))
        if not terms:
            return []
        column = "folded" if folded else "exact"
        match = column + " : (" + " OR ".join(f'"{t}"' for t in terms) + ")"
        wanted = list(plan_ids)
        where = f"AND p.plan_id IN ({', '.join('?' * len(wanted))})" if wanted else ""
        rows = self._connection().execute(
            f"SELECT p.passage_id, -f.rank AS score FROM full_text f JOIN passages p ON p.id = f.rowid "
            f"WHERE full_text MATCH ? {where} ORDER BY f.rank LIMIT ?",
            (match, *wanted, limit),
        )
        return [(row["passage_id"], row["score"]) for row in rows]

    def document_counts(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each folded term (a word, or a pair "ho_so") stands; absent terms are left out."""
        query = "SELECT doc FROM full_text_terms WHERE term = ? AND col = 'folded'"
        connection = self._connection()
        found = {term: connection.execute(query, (term,)).fetchone() for term in set(terms)}
        return {term: row[0] for term, row in found.items() if row}

    def sources(self) -> list[dict[str, Any]]:
        """plan_id, source, path, sha256 and parser_version of every plan."""
        rows = self._connection().execute("SELECT plan_id, source, path, sha256, parser_version FROM plans")
        return [dict(row) for row in rows]

    def vectors(self, vector_ids: Iterable[str] | None = None) -> dict[str, bytes]:
        """Stored vectors (float32, little-endian) by id: those asked for that exist, or all."""
        rows = self._connection().execute("SELECT vector_id, vector FROM passages")
        wanted = None if vector_ids is None else set(vector_ids)
        return {r["vector_id"]: r["vector"] for r in rows if wanted is None or r["vector_id"] in wanted}

    # --- writing ----------------------------------------------------------------------------------------------------

    def replace_plan(
        self, plan: Plan, passages: Sequence[tuple[Passage, str, bytes]], *, path: str, sha256: str, parser_version: int,
        instead_of: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Put a plan in the place of its old version (and of the plans `instead_of`) in one transaction.

        `passages`: each with its vector id and vector.
        """
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for old in {plan.plan_id, *instead_of}:
                    connection.execute("DELETE FROM full_text WHERE rowid IN (SELECT id FROM passages WHERE plan_id = ?)", (old,))
                    connection.execute("DELETE FROM plans WHERE plan_id = ?", (old,))
                self._insert(connection, plan, passages, path, sha256, parser_version)
                connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _insert(
        self,
        connection: sqlite3.Connection,
        plan: Plan,
        passages: Sequence[tuple[Passage, str, bytes]],
        path: str,
        sha256: str,
        parser_version: int,
    ) -> None:
        f = plan.fact
        _insert_row(connection, "plans", {
            "plan_id": plan.plan_id, "source": plan.source, "path": path, "sha256": sha256, "parser_version": parser_version,
            "number": f("number"), "title": f("title"), "issuer": f("issuer"), "province": f("province"), "year": f("year"),
            "issued_on": f("issued_on"), "signed_by": f("signed_by"), "text": plan.text,
            "facts": _json({k: [v.value, v.start, v.end, v.inferred] for k, v in plan.facts.items()}),
            "legal_bases": _json([[v.value, v.start, v.end, v.inferred] for v in plan.legal_bases]),
        })  # fmt: skip
        for position, section in enumerate(plan.sections):
            _insert_row(connection, "sections", {**asdict(section), "position": position})
        for position, task in enumerate(plan.tasks):
            fields = asdict(task) | {
                k: _json(getattr(task, k)) for k in ("lead_agencies", "coordinating_agencies", "columns", "missing")
            }
            _insert_row(connection, "tasks", {**fields, "due": _json([_due_row(d) for d in task.due]), "position": position})
        for position, anomaly in enumerate(plan.anomalies):
            _insert_row(connection, "anomalies", {**asdict(anomaly), "plan_id": plan.plan_id, "position": position})
        for passage, vector_id, vector in passages:
            row = _insert_row(connection, "passages", {**asdict(passage), "vector_id": vector_id, "vector": vector})
            words = tokens(passage.embedded)
            connection.execute(
                "INSERT INTO full_text (rowid, exact, folded) VALUES (?, ?, ?)",
                (row, " ".join(with_pairs(words)), " ".join(with_pairs([fold(w) for w in words]))),
            )

    def checkpoint(self) -> None:
        """Write everything into the main file, so that it can be moved."""
        self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self) -> None:
        """SQLite's own integrity check. Raises LibraryError when it fails."""
        try:
            with closing(self._connection().execute("PRAGMA quick_check")) as result:
                verdict = result.fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        if verdict != "ok":
            raise LibraryError(f"the library is damaged ({verdict}); rebuild it: {self._repair}")


def card_of(plan: Plan) -> PlanCard:
    """What the shelf shows of a plan."""
    f = plan.fact
    return PlanCard(
        plan_id=plan.plan_id, plan_number=f("number"), title=f("title") or plan.source, issuer=f("issuer"), province=f("province"),
        year=f("year"), issued_on=f("issued_on"), signed_by=f("signed_by"), source=plan.source,
        sections=sum(s.number is not None and s.kind not in ("item", "group") for s in plan.sections), tasks=len(plan.tasks),
        warnings=tuple(a.message for a in plan.anomalies if a.severity == "warning"),
    )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _insert_row(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> int | None:
    names = ", ".join(f'"{name}"' for name in row)
    return connection.execute(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    ).lastrowid


def _due_row(due: Due) -> list[Any]:
    return [due.label, due.kind, due.start and due.start.isoformat(), due.end and due.end.isoformat(), due.year_inferred]


def _section(row: sqlite3.Row) -> Section:
    return Section(
        section_id=row["section_id"], plan_id=row["plan_id"], parent_id=row["parent_id"], kind=row["kind"], path=row["path"],
        number=row["number"], title=row["title"], inferred=bool(row["inferred"]), start=row["start"], own_end=row["own_end"], end=row["end"],
    )  # fmt: skip


def _task(row: sqlite3.Row) -> Task:
    fields: dict[str, Any] = {k: row[k] for k in row.keys() if k != "position"}  # noqa: SIM118 - sqlite3.Row iterates over values
    for name in ("lead_agencies", "coordinating_agencies", "columns", "missing"):
        fields[name] = tuple(json.loads(fields[name]))
    fields["due"] = tuple(
        Due(label=label, kind=kind, start=_day(start), end=_day(end), year_inferred=inferred)
        for label, kind, start, end, inferred in json.loads(fields["due"])
    )
    return Task(**fields)


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
