"""Our parts inside llama-index: an embedding model and a node parser that drop into its pipelines."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings as ChromaSettings
from llama_index.core import SimpleDirectoryReader
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import Document, MetadataMode, NodeRelationship, TextNode
from llama_index.core.vector_stores import VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from assistant.abbreviations import expand
from assistant.embedding import BundledEmbedder
from assistant.llama import E5Embedding
from assistant.plans import Plan
from ingest.nodes import PlanNodeParser
from ingest.passages import plan_passages

_PLAN = "chi-so-cchc_ba-ria-vung-tau_2018.txt"


class LengthEmbedder:
    """Embeds a text as its length: enough to see who is asked what."""

    name = "length"

    def query(self, text: str) -> np.ndarray:
        return np.array([len(text), 0], dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[len(t), 1] for t in texts], dtype=np.float32)


@pytest.fixture(scope="module")
def nodes(plans_dir: Path) -> list[TextNode]:
    documents = SimpleDirectoryReader(input_files=[plans_dir / _PLAN]).load_data()
    parsed = IngestionPipeline(transformations=[PlanNodeParser()]).run(documents=documents)
    return [node for node in parsed if isinstance(node, TextNode)]


@pytest.fixture(scope="module")
def plan(parsed_plans: dict[str, Plan]) -> Plan:
    return parsed_plans[_PLAN]


def test_nodes_are_the_passages_that_the_assistant_searches(nodes: list[TextNode], plan: Plan) -> None:
    passages = plan_passages(plan)
    assert [(n.node_id, n.text) for n in nodes] == [(p.passage_id, p.text) for p in passages]
    assert [expand(n.get_content(MetadataMode.EMBED)) for n in nodes] == [p.embedded for p in passages]


def test_a_node_knows_its_place_its_plan_and_its_file(nodes: list[TextNode], plan: Plan) -> None:
    row = next(n for n in nodes if n.node_id == f"{plan.plan_id}/8")
    assert plan.text[row.start_char_idx : row.end_char_idx].startswith("8\n\tTổng hợp, xử lý số liệu")
    assert (row.metadata["plan_id"], row.metadata["year"], row.metadata["kind"]) == (plan.plan_id, "2018", "task")
    assert row.metadata["file_name"] == _PLAN
    assert row.source_node is not None
    assert row.relationships[NodeRelationship.PREVIOUS].node_id == f"{plan.plan_id}/7"  # type: ignore[union-attr]


def test_metadata_of_the_document_is_not_embedded(nodes: list[TextNode]) -> None:
    assert all(set(n.metadata) - set(n.excluded_embed_metadata_keys) == {"context"} for n in nodes)


def test_ids_are_the_same_at_each_ingest_and_may_be_chosen(small_plan) -> None:
    document = Document(text=small_plan(), metadata={"file_name": "5.txt"})
    first, second = (PlanNodeParser().get_nodes_from_documents([document]) for _ in range(2))
    assert [n.node_id for n in first] == [n.node_id for n in second]
    assert first[-1].node_id == "kien-giang-2024-5/muc/III.1"
    numbered = PlanNodeParser(id_func=lambda i, node: f"{i}:{node.metadata['kind']}").get_nodes_from_documents([document])
    assert numbered[0].node_id == "0:section"


def test_several_documents_keep_apart(small_plan) -> None:
    documents = [Document(text=small_plan(n)) for n in (5, 6)]
    nodes = PlanNodeParser().get_nodes_from_documents(documents)
    assert {n.metadata["plan_id"]: n.ref_doc_id for n in nodes} == {
        "kien-giang-2024-5": documents[0].doc_id,
        "kien-giang-2024-6": documents[1].doc_id,
    }


def test_a_text_that_is_no_plan_gives_nodes_all_the_same() -> None:
    nodes = PlanNodeParser().get_nodes_from_documents([Document(text="Một dòng chữ.", id_="tờ giấy")])
    assert [n.get_content(MetadataMode.NONE) for n in nodes] == ["Một dòng chữ."]


def test_questions_and_passages_are_embedded_each_in_their_way() -> None:
    model = E5Embedding(LengthEmbedder())
    assert model.model_name == "length"
    assert model.get_query_embedding("abc") == [3.0, 0.0]
    assert model.get_text_embedding("abcd") == [4.0, 1.0]
    assert model.get_text_embedding_batch(["a", "ab"]) == [[1.0, 1.0], [2.0, 1.0]]
    assert asyncio.run(model.aget_query_embedding("abc")) == [3.0, 0.0]
    assert asyncio.run(model.aget_text_embedding_batch(["a", "ab"])) == [[1.0, 1.0], [2.0, 1.0]]


def test_abbreviations_are_written_out_for_the_model() -> None:
    model = E5Embedding(LengthEmbedder())
    assert model.get_text_embedding("TTHC") == [float(len("thủ tục hành chính")), 1.0]


def test_without_an_embedder_the_bundled_one_is_wrapped() -> None:
    model, bundled = E5Embedding(), BundledEmbedder()
    assert model.to_dict()["model_name"] == bundled.name
    assert np.allclose(model.get_query_embedding("cải cách"), bundled.query("cải cách"))


def test_both_parts_work_in_a_pipeline_with_a_vector_store(small_plan, tmp_path: Path) -> None:
    client = chromadb.PersistentClient(path=str(tmp_path), settings=ChromaSettings(anonymized_telemetry=False))
    collection = client.create_collection("plans", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    store, model = ChromaVectorStore(chroma_collection=collection), E5Embedding()
    pipeline = IngestionPipeline(transformations=[PlanNodeParser(), model], vector_store=store)
    pipeline.run(documents=[Document(text=small_plan(words="Trồng cây xanh"), metadata={"file_name": "5.txt"})])
    query = VectorStoreQuery(query_embedding=model.get_query_embedding("việc trồng cây"), similarity_top_k=1)
    found = store.query(query)
    client.close()
    assert found.ids is not None
    assert found.ids[0] in ("kien-giang-2024-5/1", "kien-giang-2024-5/2")
