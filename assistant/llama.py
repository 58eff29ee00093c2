"""Drop-in parts for anyone who builds on llama-index: our embedder as a llama-index one.

Beside it `ingest.nodes.PlanNodeParser` cuts plans into nodes. Nothing here is imported by the assistant itself: it needs
no llama-index to embed.
"""

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import PrivateAttr

from assistant.abbreviations import expand
from assistant.embedding import BundledEmbedder, Embedder


class E5Embedding(BaseEmbedding):
    """An `Embedder` (the bundled multilingual-e5-small unless another is given) as a llama-index embedding model.

    Questions and passages are embedded differently, as E5 models were trained, and with abbreviations written out, as
    in the assistant. Raises what the embedder raises.
    """

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder | None = None, **settings: Any) -> None:
        embedder = embedder or BundledEmbedder()
        settings.setdefault("model_name", embedder.name)
        super().__init__(**settings)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        return "E5Embedding"

    def _get_query_embedding(self, query: str) -> Embedding:
        return list(map(float, self._embedder.query(expand(query))))

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return [list(map(float, vector)) for vector in self._embedder.passages([expand(text) for text in texts])]
