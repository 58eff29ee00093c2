"""The same questions to two LlamaIndex systems, side by side: its quick start, and a tuned generic hybrid.

Both see the texts that the library ingested, with the same embedder. Without a language model only what they retrieve is
compared; with one (`CCHC_LLM_BASE_URL` and `CCHC_LLM_MODEL`) their whole answers are, too. Needs `pip install -e .[peers]`.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import UsageError
from assistant.library import Library
from assistant.settings import Settings
from eval import metrics
from eval.cases import Case
from eval.outcomes import Spot
from eval.scoring import NDCG_RANK, RANKS, Score, Scorer, comparable, says

if TYPE_CHECKING:
    from llama_index.core.base.base_retriever import BaseRetriever

_DEPTH: Final = max(RANKS)
_CHUNK, _OVERLAP = 256, 32  # tokens of the tuned hybrid
OURS: Final = "CCHC assistant"


@dataclass(frozen=True, kw_only=True, slots=True)
class PeerFigures:
    """How a system did on the questions that have right places. `answers`: the share whose text says all facts and
    nothing forbidden, None when no model wrote any."""

    name: str
    cases: int
    recall_at: Mapping[int, float | None]
    mrr: float | None
    ndcg: float | None
    answers: float | None
    milliseconds: float | None  # median of a retrieval


def compare_peers(library: Library, settings: Settings, scores: Sequence[Score], done: Callable[[], None]) -> list[PeerFigures]:
    """Our figures and the peers' on the single-turn cases with right places; `done` is called after each question.

    Raises UsageError when the packages are not installed.
    """
    ours = [s for s in scores if s.wanted and len(s.case.turns) == 1]
    retrievers = _retrievers(library)
    scorer = Scorer({p.source: p.text for p in library.shelf().plans.values()})
    model = _model(settings)
    figures = [_figures_of_ours(ours)]
    for name, retriever in retrievers.items():
        figures.append(_asked(name, retriever, model, [s.case for s in ours], scorer, done))
    return figures


def _figures_of_ours(scores: Sequence[Score]) -> PeerFigures:
    return PeerFigures(
        name=OURS, cases=len(scores),
        recall_at={k: metrics.mean([s.recall_at(k) for s in scores]) for k in RANKS},
        mrr=metrics.mean([s.reciprocal_rank for s in scores]), ndcg=metrics.mean([s.ndcg for s in scores]),
        answers=metrics.mean([float(_says_all(s.case, s.outcome.answer)) for s in scores]),
        milliseconds=metrics.percentile([s.outcome.elapsed_ms for s in scores], 0.5),
    )  # fmt: skip


def _retrievers(library: Library) -> "dict[str, BaseRetriever]":
    """The systems by name."""
    try:
        import llama_index.core as core

        # the vocabulary of tiktoken is in the wheel; without this it would be downloaded
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(Path(core.__file__).parent / "_static" / "tiktoken_cache"))
        from llama_index.core import Document, VectorStoreIndex
        from llama_index.core.llms import MockLLM
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.retrievers.bm25 import BM25Retriever

        from assistant.llama import E5Embedding
    except ImportError as error:
        raise UsageError(f"the peers need a package that is not installed ({error.name}): pip install -e '.[peers]'") from None
    documents = [Document(text=p.text, id_=p.source, metadata={"file_name": p.source}) for p in library.shelf().plans.values()]
    embedding = E5Embedding(library.embedder)
    # five lines of the documentation, with our embedder and k for the ranks that are scored
    quick_start = VectorStoreIndex.from_documents(documents, embed_model=embedding).as_retriever(similarity_top_k=_DEPTH)
    nodes = SentenceSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP).get_nodes_from_documents(documents)
    dense = VectorStoreIndex(nodes, embed_model=embedding).as_retriever(similarity_top_k=2 * _DEPTH)
    lexical = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=2 * _DEPTH, skip_stemming=True)
    hybrid = QueryFusionRetriever(
        [dense, lexical], llm=MockLLM(), mode="reciprocal_rerank", similarity_top_k=_DEPTH, num_queries=1, use_async=False  # type: ignore[arg-type]
    )  # fmt: skip
    return {"LlamaIndex quick start": quick_start, "LlamaIndex tuned hybrid": hybrid}


def _model(settings: Settings) -> Any:
    """The language model of the settings, None when none is set."""
    if not (settings.llm_base_url and settings.llm_model):
        return None
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(
        model=settings.llm_model, api_base=settings.llm_base_url, api_key=settings.llm_api_key or "-", is_chat_model=True
    )


def _asked(
    name: str, retriever: "BaseRetriever", model: Any, cases: Sequence[Case], scorer: Scorer, done: Callable[[], None]
) -> PeerFigures:  # fmt: skip
    ranked: list[tuple[tuple[int, ...], int]] = []
    times: list[float] = []
    right: list[float] = []
    for case in cases:
        started = time.perf_counter()
        found = retriever.retrieve(case.question)
        times.append(1000 * (time.perf_counter() - started))
        ranked.append(scorer.gains(case, [_spot(node.node) for node in found]))
        if model is not None:
            right.append(float(_says_all(case, _written(model, case, found))))
        done()
    return PeerFigures(
        name=name, cases=len(cases),
        recall_at={k: metrics.mean([metrics.recall_at(gains, wanted, k) for gains, wanted in ranked]) for k in RANKS},
        mrr=metrics.mean([metrics.reciprocal_rank(gains, wanted) for gains, wanted in ranked]),
        ndcg=metrics.mean([metrics.ndcg_at(gains, wanted, NDCG_RANK) for gains, wanted in ranked]),
        answers=metrics.mean(right), milliseconds=metrics.percentile(times, 0.5),
    )  # fmt: skip


def _spot(node: Any) -> Spot:
    return Spot(source=node.metadata["file_name"], start=node.start_char_idx or 0, end=node.end_char_idx or 0)


def _written(model: Any, case: Case, found: Any) -> str:
    """LlamaIndex's own answer from what was retrieved, as its quick start writes it."""
    from llama_index.core import get_response_synthesizer

    return str(get_response_synthesizer(llm=model).synthesize(case.question, nodes=found[:2]))


def _says_all(case: Case, answer: str) -> bool:
    told = comparable(answer)
    return all(any(says(told, fact) for fact in group) for group in case.facts) and not any(says(told, w) for w in case.forbidden)
