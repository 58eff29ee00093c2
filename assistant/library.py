"""The library: one face over the register (truth), the vector index (rebuildable) and the embedder."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.embedding import Embedder, embedder_for
from assistant.errors import LibraryBusy, LibraryError, UsageError
from assistant.plans import Passage, Plan
from assistant.register import Register, Shelf
from assistant.settings import Settings
from assistant.vectors import VectorIndex

if TYPE_CHECKING:
    from assistant.embedding import Vectors

_BATCH: Final = 8  # passages embedded at a time: small enough for a lively progress bar, large enough to cost nothing


class Library:
    """An opened library folder. Reading is safe from any thread or process, also while a writer writes.

    `Library.open` refuses a folder without a library, a damaged one, one of a newer version and one made with another
    embedder, each with the command that mends it.
    """

    def __init__(self, directory: Path, settings: Settings) -> None:
        self.directory = directory
        self.settings = settings
        self.embedder: Embedder = embedder_for(settings)
        repair = f"cchc --library {directory} ingest --rebuild PATH…"
        self.register = Register(directory / "register.db", repair=repair)
        self.vectors = VectorIndex(directory / "vectors", url=settings.chroma_url, repair=repair)
        self._repair = repair

    @classmethod
    def open(cls, settings: Settings) -> Library:
        """The library that the settings name. Raises LibraryError with what to do when it cannot be used."""
        directory = settings.library
        if not (directory / "register.db").is_file():
            raise LibraryError(f"there is no library in {directory}; make one: cchc --library {directory} ingest PATH…")
        library = cls(directory, settings)
        library._check_meta()
        return library

    @classmethod
    def create(cls, settings: Settings) -> Library:
        """The library that the settings name, made empty when it does not exist."""
        directory = settings.library
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"the library folder {directory} cannot be made ({error.strerror}); choose another with --library"
            ) from error
        if not os.access(directory, os.W_OK):
            raise UsageError(
                f"the library folder {directory} cannot be written; change its permissions or choose another with --library"
            )
        library = cls(directory, settings)
        if not (directory / "register.db").is_file():
            library.register.create(embedder=library.embedder.name, generation="0", vectors="whole")
        library._check_meta()
        return library

    def _check_meta(self) -> None:
        meta = self.register.meta()
        if "generation" not in meta:
            raise LibraryError(f"the library in {self.directory} is damaged (half made); rebuild it: {self._repair}")
        if meta.get("embedder") != self.embedder.name:
            raise LibraryError(
                f"the library was made with the embedder {meta.get('embedder')}, not {self.embedder.name}; "
                f"set the same embedder, or embed it anew: cchc --library {self.directory} ingest --rebuild"
            )

    def shelf(self) -> Shelf:
        """The library's contents as last committed."""
        return self.register.shelf()

    def close(self) -> None:
        """Let go of files and connections of this thread."""
        self.register.close()
        self.vectors.close()

    # --- searching --------------------------------------------------------------------------------------------------

    def nearest(self, shelf: Shelf, question: str, limit: int, plan_ids: Sequence[str] = ()) -> list[tuple[str, float]]:
        """Passages of the shelf nearest in meaning: (passage_id, cosine similarity), best first."""
        found = self.vectors.nearest(self.embedder.query(question), limit, plan_ids)
        return [(shelf.vector_ids[i], s) for i, s in found if i in shelf.vector_ids]

    def search_text(
        self, words: Sequence[str], *, folded: bool, limit: int, plan_ids: Iterable[str] = ()
    ) -> list[tuple[str, float]]:
        """Passages by BM25: (passage_id, score), best first."""
        return self.register.search_text(words, folded=folded, limit=limit, plan_ids=plan_ids)

    # --- writing ----------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, *, wait: float, waiting: Callable[[], None]) -> Iterator[None]:
        """The writer's lock, held by one process at a time; on entry what a killed writer left is healed.

        `waiting` is called once when another process holds the lock; raises LibraryBusy after `wait` seconds.
        """
        from filelock import FileLock, Timeout  # 30 ms that readers need not pay

        lock = FileLock(self.directory / "writer.lock")
        try:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                waiting()
                lock.acquire(timeout=wait)
        except Timeout:
            raise LibraryBusy(
                f"another process has been writing to {self.directory} for {wait:.0f} s; try again when it is done"
            ) from None
        try:
            self._heal()
            yield
        finally:
            lock.release()

    def _heal(self) -> None:
        """Make the index what the register says, when a writer was killed between the two."""
        if self.register.meta().get("vectors") == "whole":
            return
        self.sync_vectors()

    def sync_vectors(self) -> None:
        """Add to the index what it lacks of the register, remove what it has beyond."""
        import numpy as np

        wanted = self.register.vectors()
        shelf = self.shelf()
        present = self.vectors.ids()
        lacking = [i for i in wanted if i not in present]
        self.vectors.add([(i, shelf.passages[shelf.vector_ids[i]], np.frombuffer(wanted[i], dtype="<f4")) for i in lacking])
        self.vectors.delete(present - set(wanted))
        self.register.set_meta("vectors", "whole")

    def replace_plan(
        self,
        plan: Plan,
        passages: Sequence[Passage],
        *,
        path: str,
        sha256: str,
        parser_version: int,
        instead_of: Iterable[str] = (),
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Put a plan in the place of its old version: embed first, then swap. Call it under `writing`.

        A crash at any point leaves the old or the new version whole: the register changes in one transaction, and the
        index's entries of either version are told apart by their ids.
        """
        ids = [vector_id(p) for p in passages]
        vectors = self._embed(ids, passages, progress)
        old = {i for i, p in self.shelf().vector_ids.items() if self.shelf().passages[p].plan_id in {plan.plan_id, *instead_of}}
        self.register.set_meta("vectors", "being written")
        self.vectors.add([(i, p, v) for i, p, v in zip(ids, passages, vectors, strict=True) if i not in old])
        rows = [(p, i, v.astype("<f4").tobytes()) for i, p, v in zip(ids, passages, vectors, strict=True)]
        self.register.replace_plan(plan, rows, path=path, sha256=sha256, parser_version=parser_version, instead_of=instead_of)
        self.vectors.delete(old - set(ids))
        self.register.set_meta("vectors", "whole")

    def _embed(self, ids: Sequence[str], passages: Sequence[Passage], progress: Callable[[int], None]) -> list[Vectors]:
        """Vectors in the order of `passages`; those that the register has are taken from there."""
        import numpy as np

        known = {i: np.frombuffer(v, dtype="<f4") for i, v in self.register.vectors(ids).items()}
        new = [(i, p) for i, p in zip(ids, passages, strict=True) if i not in known]
        progress(len(passages) - len(new))
        for at in range(0, len(new), _BATCH):
            batch = new[at : at + _BATCH]
            for (i, _), vector in zip(batch, self.embedder.passages([p.embedded for _, p in batch]), strict=True):
                known[i] = vector
            progress(len(batch))
        return [known[i] for i in ids]


def vector_id(passage: Passage) -> str:
    """Id of a passage's version: the same text in the same context has the same vector."""
    return f"{passage.passage_id}@{hashlib.sha256(passage.embedded.encode()).hexdigest()[:12]}"


@contextmanager
def rebuilt(settings: Settings) -> Iterator[Library]:
    """A new, empty library beside the old one, which takes the old one's place when the block ends without an error."""
    directory = settings.library
    beside = directory / "rebuilding"
    shutil.rmtree(beside, ignore_errors=True)
    directory.mkdir(parents=True, exist_ok=True)
    fresh = Library.create(_at(settings, beside))
    try:
        yield fresh
        fresh.register.checkpoint()
    except BaseException:
        fresh.close()
        shutil.rmtree(beside, ignore_errors=True)
        raise
    fresh.register.set_meta("vectors", "being written")  # until the index has moved too
    fresh.register.checkpoint()
    fresh.close()
    for leftover in ("register.db-wal", "register.db-shm"):
        (directory / leftover).unlink(missing_ok=True)
    os.replace(beside / "register.db", directory / "register.db")
    shutil.rmtree(directory / "vectors", ignore_errors=True)
    if (beside / "vectors").is_dir():
        os.replace(beside / "vectors", directory / "vectors")
    shutil.rmtree(beside, ignore_errors=True)
    moved = Library.open(settings)
    moved.sync_vectors()
    moved.close()


def stored_texts(settings: Settings) -> list[tuple[str, str, str]]:
    """(source, path, text) of every plan in a library that may otherwise be unusable.

    Raises LibraryError when the register cannot be read: then the plans' files must be named.
    """
    register = settings.library / "register.db"
    try:
        with sqlite3.connect(f"file:{register}?mode=ro", uri=True) as connection:
            return list(connection.execute("SELECT source, path, text FROM plans ORDER BY plan_id"))
    except sqlite3.DatabaseError as error:
        raise LibraryError(
            f"the library in {settings.library} cannot be read ({error}); name the plans' files: cchc --library {settings.library} ingest --rebuild PATH…"
        ) from error


def _at(settings: Settings, directory: Path) -> Settings:
    return replace(settings, library=directory)
