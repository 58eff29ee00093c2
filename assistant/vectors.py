"""The vector index: passages in Chroma, written through llama-index. The only file that knows Chroma.

Everything in it can be rebuilt from the register, which keeps each passage's vector. Ids are those of the register's
`vector_id` column and name a passage *version*, so that an index which is ahead of or behind the register is harmless:
unknown ids are ignored by readers and removed by the next writer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from assistant.errors import LibraryError, ServiceUnavailable
from assistant.plans import Passage

if TYPE_CHECKING:
    from assistant.embedding import Vectors

_COLLECTION: Final = "cchc-passages"


class VectorIndex:
    """A Chroma collection in the library's folder, or on a Chroma server when `url` is given.

    Raises ServiceUnavailable when the server does not answer, LibraryError when the folder's index is damaged.
    """

    def __init__(self, directory: Path, *, url: str | None, repair: str) -> None:
        self._directory = directory
        self._url = url
        self._repair = repair
        self._client: Any = None
        self._collection: Any = None
        self._lock = threading.Lock()

    def _open(self) -> Any:
        with self._lock:
            if self._collection is None:
                import chromadb  # 0.5 s: only where vectors are read or written
                from chromadb.config import Settings

                quiet = Settings(anonymized_telemetry=False)
                if self._url:
                    parts = urlsplit(self._url if "//" in self._url else f"//{self._url}")
                    self._client = chromadb.HttpClient(
                        host=parts.hostname or "localhost", port=parts.port or 8000, ssl=parts.scheme == "https", settings=quiet
                    )
                else:
                    self._client = chromadb.PersistentClient(path=str(self._directory), settings=quiet)
                self._collection = self._client.get_or_create_collection(
                    _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                )
            return self._collection

    def _call(self, method: str, **arguments: Any) -> Any:
        """One call to Chroma; its many kinds of error (its Rust core raises bare ones) become ours."""
        try:
            return getattr(self._open(), method)(**arguments)
        except Exception as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> LibraryError | ServiceUnavailable:
        self.close()
        if self._url:
            return ServiceUnavailable(
                f"the Chroma server at {self._url} does not answer ({_short(error)}); start it or unset CCHC_CHROMA_URL"
            )
        if any(words in str(error).lower() for words in ("disk is full", "no space", "disk i/o")):
            return LibraryError(
                f"the vector index cannot be written ({_short(error)}); free some disk space and run the command again"
            )
        if any(words in str(error).lower() for words in ("readonly", "permission denied")):
            return LibraryError("the library folder cannot be written; change its permissions or choose another with --library")
        return LibraryError(f"the vector index is damaged ({_short(error)}); rebuild it: {self._repair}")

    def close(self) -> None:
        """Let go of the index; the next use opens it anew."""
        with self._lock:
            client, self._client, self._collection = self._client, None, None
        if client is not None and hasattr(client, "close"):
            client.close()

    def ids(self) -> set[str]:
        """All vector ids in the index."""
        return set(self._call("get", include=[])["ids"])

    def add(self, entries: Sequence[tuple[str, Passage, Vectors]]) -> None:
        """Add passages as llama-index nodes: (vector id, passage, vector)."""
        if not entries:
            return
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
            for vector_id, passage, vector in entries
        ]  # fmt: skip
        ids = [node.node_id for node in nodes]
        self._call("delete", ids=ids)  # Chroma silently ignores `add` of an id that it has
        try:
            ChromaVectorStore(chroma_collection=self._open()).add(list(nodes))
        except Exception as error:
            raise self._failed(error) from error

    def delete(self, vector_ids: Iterable[str]) -> None:
        """Remove vectors; unknown ids are ignored."""
        if ids := list(vector_ids):
            self._call("delete", ids=ids)

    def nearest(self, vector: Vectors, limit: int, plan_ids: Sequence[str] = ()) -> list[tuple[str, float]]:
        """(vector id, cosine similarity), best first; only of `plan_ids` when given."""
        where = {"plan_id": {"$in": list(plan_ids)}} if plan_ids else None
        found = self._call("query", query_embeddings=[vector], n_results=limit, include=["distances"], where=where)
        return [(i, 1.0 - d) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:160]
