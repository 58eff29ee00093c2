"""Plans as llama-index nodes, for anyone who builds on llama-index; the assistant's own library needs no nodes.

pipeline = IngestionPipeline(transformations=[PlanNodeParser(), E5Embedding()])
nodes = pipeline.run(documents=SimpleDirectoryReader("data/plans").load_data())
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from llama_index.core.bridge.pydantic import Field
from llama_index.core.node_parser import NodeParser
from llama_index.core.node_parser.interface import IdFuncCallable
from llama_index.core.schema import BaseNode, Document, MetadataMode, NodeRelationship, TextNode

from assistant.plans import Passage, Plan
from ingest.documents import document_from_text
from ingest.parsing import parse_plan
from ingest.passages import plan_passages

_EMBEDDED: Final = "context"  # the one key that the embedder sees, before the text
_OWN_KEYS: Final = ("plan_id", "plan_number", "province", "year", "kind", "passage_id", "start", "end")


def passage_id(_: int, node: BaseNode) -> str:
    """The id of a node: that of its passage, the same at each ingest ("dong-nai-2020-15122/II.1.2")."""
    return str(node.metadata["passage_id"])


class PlanNodeParser(NodeParser):
    """Cuts the text of a plan into the passages that the assistant searches: one a task row, one a section.

    What is embedded is the context (plan, group or headings) and the text, as in the assistant. `start_char_idx` and
    `end_char_idx` count characters of the document's text in NFC with \\n line ends. Metadata of the document (such as
    `file_name`, which names the source) stays with its nodes, but is not embedded.
    """

    id_func: IdFuncCallable = Field(default=passage_id)

    @classmethod
    def class_name(cls) -> str:
        return "PlanNodeParser"

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        return [node for document in nodes for node in self._nodes_of(document)]

    def _nodes_of(self, document: BaseNode) -> Iterator[TextNode]:
        source = str(document.metadata.get("file_name") or document.node_id)
        plan = parse_plan(document_from_text(document.get_content(MetadataMode.NONE), source))
        relationships = {NodeRelationship.SOURCE: document.as_related_node_info()}
        not_embedded = [key for key in {**document.metadata, **dict.fromkeys(_OWN_KEYS)} if key != _EMBEDDED]
        for i, passage in enumerate(plan_passages(plan)):
            node = TextNode(
                text=passage.text, metadata=_metadata(plan, passage), relationships=relationships,
                excluded_embed_metadata_keys=not_embedded, excluded_llm_metadata_keys=not_embedded,
                metadata_template="{value}", text_template="{metadata_str}\n{content}",
            )  # fmt: skip
            node.id_ = self.id_func(i, node)
            yield node

    def _postprocess_parsed_nodes(self, nodes: list[BaseNode], parent_doc_map: dict[str, Document]) -> list[BaseNode]:
        nodes = super()._postprocess_parsed_nodes(nodes, parent_doc_map)
        for node in nodes:  # llama-index looks for the text of a node in its document, where white space was squeezed
            if isinstance(node, TextNode):
                node.start_char_idx, node.end_char_idx = node.metadata["start"], node.metadata["end"]
        return nodes


def _metadata(plan: Plan, passage: Passage) -> dict[str, Any]:
    values = (
        plan.plan_id, plan.fact("number"), plan.fact("province"), plan.fact("year"),
        passage.kind, passage.passage_id, passage.start, passage.end,
    )  # fmt: skip
    return {_EMBEDDED: passage.context, **dict(zip(_OWN_KEYS, values, strict=True))}
