"""The vector index: passages in Chroma, written through llama-index. The only file that knows Chroma.

Everything in it can be rebuilt from the register, which keeps each passage's vector. Ids are those of the register's
`vector_id` column and name a passage *version*, so that an index which is ahead of or behind the register is harmless:
unknown ids are ignored by readers and removed by the next writer.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from assistant.errors import LibraryError, ServiceUnavailable
from assistant.plans import Passage

if TYPE_CHECKING:
    from assistant.embedding import Vectors

_BATCH: Final = 1000  # Chroma refuses more than some 5,000 at a time
_OUT_OF_SPACE: Final = ("disk is full", "no space", "disk i/o", "file too large")
_FORBIDDEN: Final = ("readonly", "read-only", "permission denied")


class VectorIndex:
    """A Chroma collection `name`: in the folder `directory/name`, or on a Chroma server when `url` is given.

    An open index does not see what another process writes: whoever knows that it changed says `follow`.
    One call at a time, since Chroma fails calls that are under way when the index is opened anew.

    Raises ServiceUnavailable when the server does not answer, LibraryError when the folder's index is damaged.
    """

    def __init__(self, directory: Path, name: str, *, url: str | None, repair: str) -> None:
        self.name = name
        self._directory = directory
        self._url = url
        self._repair = repair
        self._version: object = None
        self._client: Any = None
        self._collection: Any = None
        self._lock = threading.RLock()

    def follow(self, name: str, version: object) -> bool:
        """Open the index anew when the library's version has changed; whether it has."""
        with self._lock:
            if (name, version) == (self.name, self._version):
                return False
            if name != self.name or not self._url:  # a server is never behind
                self.close()
            self.name, self._version = name, version
            return True

    def close(self) -> None:
        """Let go of the index; the next use opens it anew."""
        with self._lock:
            client, self._client, self._collection = self._client, None, None
            if client is not None:
                client.close()
                for api in (client, client._admin_client) if self._url else ():
                    api._server._session.close()  # Chroma's own `close` leaves its connections open

    @property
    def _path(self) -> Path:
        return self._directory / self.name

    # --- reading ----------------------------------------------------------------------------------------------------

    def count(self) -> int:
        """How many vectors there are; 0 where there is no index."""
        return int(self._read("count") or 0)

    def ids(self) -> set[str]:
        """All vector ids in the index."""
        found = self._read("get", include=[])
        return set(found["ids"]) if found else set()

    def nearest(self, vector: Vectors, limit: int, plan_ids: Sequence[str] = ()) -> list[tuple[str, float]]:
        """(vector id, cosine similarity), best first; only of `plan_ids` when given."""
        where = {"plan_id": {"$in": list(plan_ids)}} if plan_ids else None
        found = self._read("query", query_embeddings=[vector], n_results=limit, include=["distances"], where=where)
        return [(i, 1.0 - d) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)] if found else []

    def _read(self, method: str, **arguments: Any) -> Any:
        """One call to Chroma, None where there is no index; reading makes none."""
        with self._lock, self._translated():
            if self._collection is None and (self._url or self._path.is_dir()):
                from chromadb.errors import NotFoundError

                try:
                    self._collection = self._connect().get_collection(self.name, embedding_function=None)
                except NotFoundError:
                    return None
            return getattr(self._collection, method)(**arguments) if self._collection is not None else None

    # --- writing ----------------------------------------------------------------------------------------------------

    def add(self, entries: Iterable[tuple[str, Passage, Vectors]]) -> None:
        """Add passages as llama-index nodes: (vector id, passage, vector)."""
        remaining = iter(entries)
        while batch := list(islice(remaining, _BATCH)):
            self.delete([vector_id for vector_id, _, _ in batch])  # Chroma silently ignores `add` of an id that it has
            self._add(batch)

    def _add(self, batch: Sequence[tuple[str, Passage, Vectors]]) -> None:
        from llama_index.core.schema import TextNode  # 0.9 s: only writers build nodes
        from llama_index.vector_stores.chroma import ChromaVectorStore

        nodes = [
            TextNode(
                id_=vector_id,
                text=passage.text,
                metadata={"plan_id": passage.plan_id, "kind": passage.kind, "passage_id": passage.passage_id,
                          "context": passage.context, "start": passage.start, "end": passage.end},
                embedding=vector.tolist(),
            )
            for vector_id, passage, vector in batch
        ]  # fmt: skip
        with self._lock, self._translated():
            ChromaVectorStore(chroma_collection=self._made()).add(list(nodes))

    def delete(self, vector_ids: Iterable[str]) -> None:
        """Remove vectors; unknown ids are ignored."""
        remaining = iter(vector_ids)
        while batch := list(islice(remaining, _BATCH)):
            with self._lock, self._translated():
                self._made().delete(ids=batch)

    def drop(self) -> None:
        """Remove the index itself."""
        with self._lock:
            if self._url:
                from chromadb.errors import NotFoundError

                with self._translated(), suppress(NotFoundError):
                    self._connect().delete_collection(self.name)
            self.close()
            shutil.rmtree(self._path, ignore_errors=True)

    def _made(self) -> Any:
        if self._collection is None:
            self._collection = self._connect().get_or_create_collection(
                self.name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        return self._collection

    # --- Chroma's client --------------------------------------------------------------------------------------------

    def _connect(self) -> Any:
        if self._client is None:
            import chromadb  # 0.5 s: only where vectors are read or written
            from chromadb.config import Settings

            quiet = Settings(anonymized_telemetry=False)
            if self._url:
                parts = urlsplit(self._url if "//" in self._url else f"//{self._url}")
                host, port = parts.hostname or "localhost", parts.port or 8000
                self._client = chromadb.HttpClient(host=host, port=port, ssl=parts.scheme == "https", settings=quiet)
            else:
                self._client = chromadb.PersistentClient(path=str(self._path), settings=quiet)
        return self._client

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Chroma's many kinds of error become ours; its Rust core raises bare ones, and panics for some damaged files."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            raise self._failed(error) from error

    def _failed(self, error: BaseException) -> LibraryError | ServiceUnavailable:
        self.close()
        short = (str(error) or type(error).__name__).splitlines()[0][:160]
        words = str(error).lower()
        if self._url:
            return ServiceUnavailable(
                f"the Chroma server at {self._url} does not answer ({short}); start it or unset CCHC_CHROMA_URL"
            )
        if any(w in words for w in _OUT_OF_SPACE):
            return LibraryError(f"the vector index cannot be written ({short}); free some disk space and run the command again")
        if any(w in words for w in _FORBIDDEN):
            return LibraryError("the library folder cannot be written; change its permissions or choose another with --library")
        return LibraryError(f"the vector index is damaged ({short}); rebuild it: {self._repair}")
