"""The library: one face over the register (truth), the vector index (rebuildable) and the embedder."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.embedding import Embedder, EndpointEmbedder, embedder_for
from assistant.errors import LibraryBusy, LibraryError, ServiceUnavailable, UsageError
from assistant.plans import Passage, Plan
from assistant.register import Register, Shelf
from assistant.settings import Settings
from assistant.vectors import VectorIndex

if TYPE_CHECKING:
    from assistant.embedding import Vectors

_REBUILDING: Final = "rebuilding"
_WHOLE: Final = "whole"  # the index holds what the register says; else a writer is at it, or was killed
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
        self._repair = f"cchc --library {directory} ingest --rebuild PATH…"
        self.register = Register(directory / "register.db", repair=self._repair)
        self.vectors = VectorIndex(directory, "", url=settings.chroma_url, repair=self._repair)

    @classmethod
    def open(cls, settings: Settings) -> Library:
        """The library that the settings name. Raises LibraryError with what to do when it cannot be used."""
        directory = settings.library
        library = cls(directory, settings)
        if not library.register.is_made():
            raise LibraryError(f"there is no library in {directory}; make one: cchc --library {directory} ingest PATH…")
        library.vectors.follow(library._check_meta()["index"], None)
        return library

    @classmethod
    def create(cls, settings: Settings) -> Library:
        """The library that the settings name, made empty when it does not exist."""
        directory = settings.library
        _make_folder(directory)
        library = cls(directory, settings)
        if not library.register.is_made():
            # a generation that no library here had before, so that readers of one that was rebuilt notice
            generation, index = str(time.time_ns()), f"passages-{uuid.uuid4().hex[:12]}"
            library.register.create(embedder=library.embedder.name, generation=generation, index=index, vectors=_WHOLE)
        library.vectors.follow(library._check_meta()["index"], None)
        return library

    def _check_meta(self) -> dict[str, str]:
        meta = self.register.meta()
        if meta.get("embedder") != self.embedder.name:
            raise LibraryError(
                f"the library was made with the embedder {meta.get('embedder')}, not {self.embedder.name}; "
                f"set the same embedder, or embed it anew: cchc --library {self.directory} ingest --rebuild"
            )
        return meta

    def shelf(self) -> Shelf:
        """The library's contents as last committed."""
        return self.register.shelf()

    def close(self) -> None:
        """Let go of files and connections of this thread."""
        self.register.close()
        self.vectors.close()
        if isinstance(self.embedder, EndpointEmbedder):
            self.embedder.close()

    # --- searching --------------------------------------------------------------------------------------------------

    def nearest(self, shelf: Shelf, question: str, limit: int, plan_ids: Sequence[str] = ()) -> list[tuple[str, float]]:
        """Passages of the shelf nearest in meaning: (passage_id, cosine similarity), best first."""
        if self.vectors.follow(shelf.index, shelf.version):
            self._check_index(shelf)
        found = self.vectors.nearest(self.embedder.query(question), limit, plan_ids)
        return [(shelf.vector_ids[i], s) for i, s in found if i in shelf.vector_ids]

    def _check_index(self, shelf: Shelf) -> None:
        """Raises LibraryError when the index, newly opened, lacks passages and nobody is writing them."""
        whole = self._check_meta().get("vectors") == _WHOLE
        count = self.vectors.count()
        if whole and count < len(shelf.vector_ids) and self.shelf() is shelf:
            self.vectors.follow(shelf.index, None)  # to be checked again by the next question
            raise LibraryError(
                f"the vector index is damaged ({count} of {len(shelf.vector_ids)} passages are in it); rebuild it: {self._repair}"
            )

    def search_text(
        self, terms: Sequence[str], *, folded: bool, limit: int, plan_ids: Iterable[str] = ()
    ) -> list[tuple[str, float]]:
        """Passages by BM25: (passage_id, score), best first."""
        return self.register.search_text(terms, folded=folded, limit=limit, plan_ids=plan_ids)

    # --- writing ----------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, *, wait: float, waiting: Callable[[], None]) -> Iterator[None]:
        """The writer's lock, held by one process at a time; on entry what a killed writer left is healed.

        `waiting` is called once when another process holds the lock; raises LibraryBusy after `wait` seconds.
        """
        with _writer_lock(self.directory, wait, waiting):
            self._heal()
            yield

    def _heal(self) -> None:
        """Make the index what the register says, when a writer was killed between the two; remove a half rebuilt library."""
        shelf = self.shelf()
        self.vectors.follow(shelf.index, shelf.version)
        shutil.rmtree(self.directory / _REBUILDING, ignore_errors=True)
        _remove_other_indexes(self.directory, shelf.index)
        if self.register.meta().get("vectors") != _WHOLE:
            self._sync_vectors(shelf)

    def _sync_vectors(self, shelf: Shelf) -> None:
        """Add to the index what it lacks of the register, remove what it has beyond."""
        import numpy as np

        wanted = self.register.vectors()
        present = self.vectors.ids()
        lacking = [i for i in wanted if i not in present]
        self.vectors.add((i, shelf.passages[shelf.vector_ids[i]], np.frombuffer(wanted[i], dtype="<f4")) for i in lacking)
        self.vectors.delete(present - set(wanted))
        self.register.set_meta("vectors", _WHOLE)
        self.register.next_generation()

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
        shelf = self.shelf()
        old = {i for i, p in shelf.vector_ids.items() if shelf.passages[p].plan_id in {plan.plan_id, *instead_of}}
        self.register.set_meta("vectors", "being written")
        self.vectors.add((i, p, v) for i, p, v in zip(ids, passages, vectors, strict=True) if i not in old)
        rows = [(p, i, v.astype("<f4").tobytes()) for i, p, v in zip(ids, passages, vectors, strict=True)]
        self.register.replace_plan(plan, rows, path=path, sha256=sha256, parser_version=parser_version, instead_of=instead_of)
        self.vectors.delete(old - set(ids))
        self.register.set_meta("vectors", _WHOLE)

    def remove_plan(self, plan_id: str) -> None:
        """Take a plan out; its file stays where it is. Call it under `writing`."""
        shelf = self.shelf()
        gone = [i for i, p in shelf.vector_ids.items() if shelf.passages[p].plan_id == plan_id]
        self.register.set_meta("vectors", "being written")
        self.register.remove_plan(plan_id)
        self.vectors.delete(gone)
        self.register.set_meta("vectors", _WHOLE)

    def _embed(self, ids: Sequence[str], passages: Sequence[Passage], progress: Callable[[int], None]) -> list[Vectors]:
        """Vectors in the order of `passages`; those that the register has are taken from there."""
        import numpy as np

        known = {i: np.frombuffer(v, dtype="<f4") for i, v in self.register.vectors(ids).items()}
        new = [(i, p) for i, p in zip(ids, passages, strict=True) if i not in known]
        for at in range(0, len(new), _BATCH):
            batch = new[at : at + _BATCH]
            for (i, _), vector in zip(batch, self.embedder.passages([p.embedded for _, p in batch]), strict=True):
                known[i] = vector
            progress(len(batch))
        return [known[i] for i in ids]


def vector_id(passage: Passage) -> str:
    """Id of a passage's version: the same text in the same context has the same vector."""
    return f"{passage.passage_id}@{hashlib.sha256(passage.embedded.encode()).hexdigest()[:12]}"


def _make_folder(directory: Path) -> None:
    advice = "choose another with --library"
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the library folder {directory} cannot be made ({error.strerror}); {advice}") from error
    if not os.access(directory, os.W_OK):
        raise UsageError(f"the library folder {directory} cannot be written; change its permissions or {advice}")


@contextmanager
def _writer_lock(directory: Path, wait: float, waiting: Callable[[], None]) -> Iterator[None]:
    from filelock import FileLock, Timeout  # 30 ms that readers need not pay

    lock = FileLock(directory / "writer.lock")
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire(timeout=wait)
    except Timeout:
        raise LibraryBusy(
            f"another process has been writing to {directory} for {wait:.0f} s; try again when it is done"
        ) from None
    except OSError as error:
        raise LibraryError(
            f"the library folder {directory} cannot be written ({error.strerror}); free some disk space or change its permissions"
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def rebuilt(settings: Settings, *, wait: float = 5, waiting: Callable[[], None] = lambda: None) -> Iterator[Library]:
    """A new, empty library beside the old one, which takes the old one's place when the block ends without an error.

    The old one is kept when the block raises or leaves the new one empty. Raises LibraryBusy as `Library.writing` does.
    """
    directory = settings.library
    _make_folder(directory)
    with _writer_lock(directory, wait, waiting):
        shutil.rmtree(directory / _REBUILDING, ignore_errors=True)
        fresh = Library.create(replace(settings, library=directory / _REBUILDING))
        try:
            yield fresh
            if not fresh.shelf().plans:
                raise LibraryError(f"no plan could be read; the library in {directory} is as it was")
            _put_in_place(fresh, directory)
        except BaseException:
            with suppress(ServiceUnavailable):
                fresh.vectors.drop()
            raise
        finally:
            fresh.close()
            shutil.rmtree(directory / _REBUILDING, ignore_errors=True)


def _put_in_place(fresh: Library, directory: Path) -> None:
    """Index first, under a name of its own; then the register at once, which names it; then the old index goes."""
    index = fresh.shelf().index
    fresh.vectors.close()
    if (fresh.directory / index).is_dir():
        os.replace(fresh.directory / index, directory / index)
    before = _index_of(directory / "register.db")
    fresh.register.copy_to(directory / "register.db")
    if before and before != index:
        with suppress(ServiceUnavailable):  # the new library stands: what is left of the old one does no harm
            VectorIndex(directory, before, url=fresh.settings.chroma_url, repair="").drop()
    _remove_other_indexes(directory, index)


def _remove_other_indexes(directory: Path, index: str) -> None:
    for folder in directory.glob("passages-*"):
        if folder.name != index:
            shutil.rmtree(folder, ignore_errors=True)


def _index_of(register: Path) -> str | None:
    """The index that a library names, None when it cannot be told."""
    try:
        return Register(register, repair="").meta().get("index") if register.is_file() else None
    except LibraryError:
        return None


def stored_texts(settings: Settings) -> list[tuple[str, str, str]]:
    """(source, path, text) of every plan in a library that may otherwise be unusable.

    Raises LibraryError when the register cannot be read: then the plans' files must be named.
    """
    directory = settings.library
    if not (directory / "register.db").is_file():
        raise LibraryError(f"there is no library in {directory}; make one: cchc --library {directory} ingest PATH…")
    try:
        with closing(sqlite3.connect(f"file:{directory / 'register.db'}?mode=ro", uri=True)) as connection:
            return list(connection.execute("SELECT source, path, text FROM plans ORDER BY plan_id"))
    except sqlite3.DatabaseError as error:
        raise LibraryError(
            f"the library in {directory} cannot be read ({error}); "
            f"name the plans' files: cchc --library {directory} ingest --rebuild PATH…"
        ) from error
