"""The register: plans, sections, tasks, passages and full text in SQLite. The truth, and the only file that knows SQL.

Readers see a `Shelf`: one consistent, immutable picture of the library, loaded anew when a writer has committed.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from assistant.errors import LibraryBusy, LibraryError
from assistant.plans import Anomaly, Due, Fact, Passage, Plan, PlanCard, Section, Task
from assistant.spelling import Spelling
from assistant.understanding.thesaurus import phrases
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


_NEXT_GENERATION: Final = "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'"


@dataclass(frozen=True)
class Shelf:
    """One consistent picture of a library's contents."""

    cards: tuple[PlanCard, ...]
    plans: dict[str, Plan]
    passages: dict[str, Passage]  # by passage_id
    vector_ids: dict[str, str]  # vector_id → passage_id
    version: tuple[int, int] = (0, 0)  # another one after each commit and each rebuild
    index: str = ""  # the name of the vector index that belongs to it

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
    def spelling(self) -> Spelling:
        """How the library's words are written."""
        return Spelling((p.text for p in self.plans.values()), phrases())

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
        self._shelf: Shelf | None = None
        self._lock = threading.Lock()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        inode = self._path.stat().st_ino if self._path.exists() else 0
        if connection is None or self._local.inode != inode:  # a library rebuilt from files is another file
            self.close()
            connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.inode = self._path.stat().st_ino
            self._local.connection = connection
        return connection

    @contextmanager
    def _guarded(self, *unreadable: type[Exception]) -> Iterator[sqlite3.Connection]:
        """This thread's connection; SQLite's errors, and those of rows that cannot be understood, become ours."""
        try:
            yield self._connection()
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from error
        except unreadable as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> LibraryError:
        words = str(error)
        if isinstance(error, sqlite3.OperationalError) and "locked" in words:
            return LibraryBusy(f"another process holds the library ({words}); try again when it is done")
        if isinstance(error, sqlite3.OperationalError) and ("disk" in words or "full" in words):
            return LibraryError(f"the library cannot be written: {words}; free some disk space and run the command again")
        if isinstance(error, sqlite3.OperationalError) and ("readonly" in words or "unable to open" in words):
            return LibraryError("the library folder cannot be written; change its permissions or choose another with --library")
        return LibraryError(f"the library is damaged ({words}); rebuild it: {self._repair}")

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    # --- meta -------------------------------------------------------------------------------------------------------

    def create(self, **meta: str) -> None:
        """Make the tables of a new library and note what it is made with, all or nothing."""
        with self._guarded() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            with _transaction(connection):
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                facts = {"schema": str(SCHEMA_VERSION), **meta}
                connection.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", facts.items())

    def is_made(self) -> bool:
        """Whether the file holds a library: its making may have been interrupted before anything was in it."""
        if not self._path.is_file():
            return False
        with self._guarded() as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").fetchone()
        return bool(tables[0])

    def meta(self) -> dict[str, str]:
        """What the library was made with: schema, embedder, the index's name and state, the generation."""
        with self._guarded(KeyError, ValueError) as connection:
            facts = {row["key"]: row["value"] for row in connection.execute("SELECT key, value FROM meta")}
            schema = int(facts["schema"])
        if schema > SCHEMA_VERSION:
            raise LibraryError(f"the library was made by a newer version of cchc; upgrade cchc, or make it anew: {self._repair}")
        return facts

    def set_meta(self, key: str, value: str) -> None:
        """Note a fact about the library at once."""
        with self._guarded() as connection:
            connection.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
            )

    def next_generation(self) -> None:
        """Let readers look anew."""
        with self._guarded() as connection:
            connection.execute(_NEXT_GENERATION)

    # --- reading ----------------------------------------------------------------------------------------------------

    def shelf(self) -> Shelf:
        """The library as last committed; the same object until a writer commits again."""
        with self._lock, self._guarded(TypeError, KeyError, ValueError) as connection:
            generation = int(connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])
            if self._shelf is None or self._shelf.version != (self._local.inode, generation):
                self._shelf = self._load()
            return self._shelf

    def _load(self) -> Shelf:
        with _transaction(self._connection(), "BEGIN") as connection:  # one snapshot for all tables
            meta = {row["key"]: row["value"] for row in connection.execute("SELECT key, value FROM meta")}
            parts = {table: _by_plan(connection, table) for table in ("sections", "tasks", "anomalies")}
            rows = connection.execute("SELECT * FROM plans ORDER BY province, year, plan_id")
            plans = {row["plan_id"]: _plan(row, parts) for row in rows}
            passages, vector_ids = {}, {}
            for row in connection.execute("SELECT * FROM passages ORDER BY id"):
                fields = {name: row[name] for name in ("passage_id", "plan_id", "kind", "context", "text", "start", "end")}
                passages[row["passage_id"]] = Passage(**fields)
                vector_ids[row["vector_id"]] = row["passage_id"]
        cards = tuple(card_of(plan) for plan in plans.values())
        version = (self._local.inode, int(meta["generation"]))
        return Shelf(cards, plans, passages, vector_ids, version, meta.get("index", ""))

    def search_text(
        self, terms: Sequence[str], *, folded: bool, limit: int, plan_ids: Iterable[str] = ()
    ) -> list[tuple[str, float]]:
        """Passages by BM25 over words and pairs of neighbours ("hồ", "sơ", "hồ_sơ"): (passage_id, score), best first.

        `folded`: the terms are folded and search the text without diacritics.
        """
        if not terms:
            return []
        column = "folded" if folded else "exact"
        match = column + " : (" + " OR ".join('"' + t.replace('"', '""') + '"' for t in terms) + ")"
        wanted = list(plan_ids)
        where = f"AND p.plan_id IN ({', '.join('?' * len(wanted))})" if wanted else ""
        with self._guarded() as connection:
            rows = connection.execute(
                "SELECT p.passage_id, -f.rank AS score FROM full_text f JOIN passages p ON p.id = f.rowid "
                f"WHERE full_text MATCH ? {where} ORDER BY f.rank LIMIT ?",
                (match, *wanted, limit),
            )
            return [(row["passage_id"], row["score"]) for row in rows]

    def document_counts(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each folded term (a word, or a pair "ho_so") stands; absent terms are left out."""
        query = "SELECT doc FROM full_text_terms WHERE term = ? AND col = 'folded'"
        with self._guarded() as connection:
            found = {term: connection.execute(query, (term,)).fetchone() for term in set(terms)}
        return {term: row[0] for term, row in found.items() if row}

    def sources(self) -> list[dict[str, Any]]:
        """plan_id, source, path, sha256 and parser_version of every plan."""
        with self._guarded() as connection:
            return [dict(row) for row in connection.execute("SELECT plan_id, source, path, sha256, parser_version FROM plans")]

    def vectors(self, vector_ids: Iterable[str] | None = None) -> dict[str, bytes]:
        """Stored vectors (float32, little-endian) by id: those asked for that exist, or all."""
        wanted = None if vector_ids is None else set(vector_ids)
        with self._guarded() as connection:
            rows = connection.execute("SELECT vector_id, vector FROM passages")
            return {r["vector_id"]: r["vector"] for r in rows if wanted is None or r["vector_id"] in wanted}

    # --- writing ----------------------------------------------------------------------------------------------------

    def replace_plan(
        self, plan: Plan, passages: Sequence[tuple[Passage, str, bytes]], *, path: str, sha256: str, parser_version: int,
        instead_of: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Put a plan in the place of its old version (and of the plans `instead_of`) in one transaction.

        `passages`: each with its vector id and vector.
        """
        with self._guarded() as guarded, _transaction(guarded) as connection:
            for old in {plan.plan_id, *instead_of}:
                _delete(connection, old)
            self._insert(connection, plan, passages, path, sha256, parser_version)
            connection.execute(_NEXT_GENERATION)

    def remove_plan(self, plan_id: str) -> None:
        """Delete a plan in one transaction."""
        with self._guarded() as guarded, _transaction(guarded) as connection:
            _delete(connection, plan_id)
            connection.execute(_NEXT_GENERATION)

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
            _insert_row(connection, "tasks", {**_task_row(task), "position": position})
        for position, anomaly in enumerate(plan.anomalies):
            _insert_row(connection, "anomalies", {**asdict(anomaly), "plan_id": plan.plan_id, "position": position})
        for passage, vector_id, vector in passages:
            row = _insert_row(connection, "passages", {**asdict(passage), "vector_id": vector_id, "vector": vector})
            words = tokens(passage.embedded)
            texts = {"exact": " ".join(with_pairs(words)), "folded": " ".join(with_pairs([fold(w) for w in words]))}
            _insert_row(connection, "full_text", {"rowid": row, **texts})

    def copy_to(self, path: Path) -> None:
        """Put everything in the place of the library at `path`, at once; its readers see the old or the new one."""
        with self._guarded() as source:
            try:
                with closing(sqlite3.connect(path, timeout=30)) as target:
                    source.backup(target)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                for suffix in ("", "-wal", "-shm"):  # what stands there is no database: nothing to keep
                    path.with_name(path.name + suffix).unlink(missing_ok=True)
                with closing(sqlite3.connect(path)) as target:
                    source.backup(target)

    def check(self) -> None:
        """SQLite's own integrity check. Raises LibraryError when it fails."""
        with self._guarded() as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise LibraryError(f"the library is damaged ({verdict}); rebuild it: {self._repair}")


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
    connection.execute(begin)
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def card_of(plan: Plan) -> PlanCard:
    """What the shelf shows of a plan."""
    f = plan.fact
    return PlanCard(
        plan_id=plan.plan_id, plan_number=f("number"), title=f("title") or plan.source, issuer=f("issuer"), province=f("province"),
        year=f("year"), issued_on=f("issued_on"), signed_by=f("signed_by"), source=plan.source,
        sections=sum(s.number is not None and s.kind not in ("item", "group") for s in plan.sections), tasks=len(plan.tasks),
        warnings=tuple(a.message for a in plan.anomalies if a.severity == "warning"),
    )  # fmt: skip


def _delete(connection: sqlite3.Connection, plan_id: str) -> None:
    """A plan with all that belongs to it."""
    connection.execute("DELETE FROM full_text WHERE rowid IN (SELECT id FROM passages WHERE plan_id = ?)", (plan_id,))
    connection.execute("DELETE FROM plans WHERE plan_id = ?", (plan_id,))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _insert_row(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> int | None:
    names = ", ".join(f'"{name}"' for name in row)
    return connection.execute(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    ).lastrowid


def _task_row(task: Task) -> dict[str, Any]:
    lists = {k: _json(getattr(task, k)) for k in ("lead_agencies", "coordinating_agencies", "columns", "missing")}
    return {**asdict(task), **lists, "due": _json([_due_row(d) for d in task.due])}


def _due_row(due: Due) -> list[Any]:
    return [due.label, due.kind, due.start and due.start.isoformat(), due.end and due.end.isoformat(), due.year_inferred]


def _by_plan(connection: sqlite3.Connection, table: str) -> dict[str, list[Any]]:
    """A table's rows as our types, plan by plan in document order."""
    read = {"sections": _section, "tasks": _task, "anomalies": _anomaly}[table]
    found: dict[str, list[Any]] = {}
    for row in connection.execute(f"SELECT * FROM {table} ORDER BY plan_id, position"):
        found.setdefault(row["plan_id"], []).append(read(dict(row)))
    return found


def _plan(row: sqlite3.Row, parts: dict[str, dict[str, list[Any]]]) -> Plan:
    key = row["plan_id"]
    return Plan(
        plan_id=key, source=row["source"], text=row["text"],
        facts={name: Fact(*fact) for name, fact in json.loads(row["facts"]).items()},
        legal_bases=tuple(Fact(*fact) for fact in json.loads(row["legal_bases"])),
        sections=tuple(parts["sections"].get(key, ())), tasks=tuple(parts["tasks"].get(key, ())),
        anomalies=tuple(parts["anomalies"].get(key, ())),
    )  # fmt: skip


def _section(row: dict[str, Any]) -> Section:
    del row["position"]
    return Section(**{**row, "inferred": bool(row["inferred"])})


def _anomaly(row: dict[str, Any]) -> Anomaly:
    del row["position"], row["plan_id"]
    return Anomaly(**row)


def _task(row: dict[str, Any]) -> Task:
    del row["position"]
    for name in ("lead_agencies", "coordinating_agencies", "columns", "missing"):
        row[name] = tuple(json.loads(row[name]))
    row["due"] = tuple(
        Due(label=label, kind=kind, start=_day(start), end=_day(end), year_inferred=inferred)
        for label, kind, start, end, inferred in json.loads(row["due"])
    )
    return Task(**row)


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
