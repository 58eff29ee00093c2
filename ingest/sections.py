"""Blocks → the section tree: numbered sections, items, unnumbered paragraphs, and what stands around them.

The tree is a partition: each stretch of the document is the own text of exactly one section (or of a task row), so
nothing is lost between them. A level that the source lost (its headings missing, its count restarted) is inferred: such
a section has no text and no title, `inferred` is set, and its number stands in brackets in paths: "[II].6.5".
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from assistant.plans import Section, SectionKind
from assistant.vietnamese import plain, slug, to_roman
from ingest.appendix import Appendix
from ingest.documents import Block, Document, Paragraph, Table
from ingest.markers import Marker, MarkerKind, read_marker

_RECIPIENTS: Final = re.compile(r"\W*nơi nhận\W*", re.IGNORECASE)
_SIGNATURE: Final = re.compile(
    r"[\s*|]*(?:(?:KT|TM|TL|TUQ|Q)\s*\.\s*(?:$|[A-ZÀ-ỸĐ]{2})"
    r"|(?:PHÓ\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG|THỨ TRƯỞNG|CỤC TRƯỞNG|CHÁNH VĂN PHÒNG)\b)"
)
_APPENDIX: Final = re.compile(r"[\s*#]*(?:PHỤ LỤC\b|Phụ lục\s*(?:số\s*)?[IVX\d]*\W*$)")
_ANNOUNCED: Final = re.compile(r"\W*\([^()]*(?:phụ lục|kèm theo|đính kèm)[^()]*\)\W*$", re.IGNORECASE)
_FOOTNOTE: Final = re.compile(r"\[\d{1,2}\]\s*\S")
_RELATED: Final = re.compile(
    r"-\s*\d{1,2}\s+(?:Luật|Bộ luật|Nghị|Quyết|Kế hoạch|Thông tư|Chỉ thị|Công văn|Hướng dẫn|Pháp lệnh|Hiến pháp)"
)
_CLOSING: Final = re.compile(
    r"\W*(?:Trên đây|Trong quá trình|Yêu cầu (?:các|Thủ trưởng)|(?:Ủy ban nhân dân|UBND)[^.]{0,60}\byêu cầu|Đề nghị các"
    r"|Kế hoạch này)",
    re.IGNORECASE,
)
_TITLE_LINE: Final = re.compile(r"[\s*#]*KẾ HOẠCH[\s*:]*$|[\s*#]*KẾ HOẠCH\s+[A-ZÀ-ỸĐ]{2}")
_SENTENCE_END: Final = re.compile(r"[.;:!?/)\]”\"]\s*[*_]*$")
_MAX_TITLE: Final = 220
_UNNUMBERED: Final = 9.0  # the innermost rank
_SECTION_KINDS: Final[dict[MarkerKind, SectionKind]] = {
    "part": "part", "article": "article", "roman": "roman", "upper": "upper", "arabic": "arabic", "letter": "letter",
}  # fmt: skip


@dataclass(slots=True, eq=False)
class _Node:
    """A section being built; ends are set when the next begins."""

    kind: SectionKind
    rank: float
    start: int
    own_end: int
    parent: "_Node | None" = None
    path: str = ""
    number: str | None = None
    value: int = 0
    title: str | None = None
    inferred: bool = False
    bare: bool = False  # a marker without words
    children: list["_Node"] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)  # the last value of each kind among the children


def parse_sections(document: Document, appendix: Appendix, plan_id: str) -> tuple[Section, ...]:
    """The section tree of a document in document order, task rows left out (they are the appendix parser's)."""
    return tuple(_sections(_Builder(document, appendix).build(), plan_id))


def section_key(plan_id: str, path: str) -> str:
    """The id of the first section with this path."""
    return f"{plan_id}/muc/{path}"


class _Builder:
    """Walks the blocks once. Regions follow each other: front, body, recipients and signature, appendix, footnotes."""

    def __init__(self, document: Document, appendix: Appendix) -> None:
        self.document = document
        self.task_tables = {t[0]: t for t in appendix.tables}
        self.groups = appendix.groups
        self.headers = appendix.headers
        self.root = _Node("front", -1, 0, 0)
        self.stack: list[_Node] = [self.root]
        self.order: list[_Node] = []
        self.region = "front"
        self.lost_parts = False
        self.at = 0  # index of the block at hand
        self.body_ends_after: list[bool] = []
        self.after_table = False  # the last block was a task table, whose rows are not ours to run over

    def build(self) -> list[_Node]:
        blocks = self.document.blocks
        title = self._title_block(blocks)
        self.lost_parts = self._parts_are_lost(blocks, title)
        self.body_ends_after = self._body_ends_after(blocks)
        for i, block in enumerate(blocks):
            self.at = i
            if isinstance(block, Table) and block.start in self.task_tables:
                self._task_table(block)
                continue
            if i == title and self.region != "front":
                self._attached_plan()
            self._text(block, i > title)
            self.after_table = False
        return self.order

    def _line(self, block: Block) -> str:
        return self.document.text[block.start : block.end]

    def _title_block(self, blocks: tuple[Block, ...]) -> int:
        """The block of the plan's title: numbered lines before it (a web page's lists) are not sections."""
        return next(
            (i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and _TITLE_LINE.match(self._line(b).split("\n")[0])), -1
        )

    def _parts_are_lost(self, blocks: tuple[Block, ...], title: int) -> bool:
        """Whether the outermost level is missing: no Roman numeral in the body, and the count of "1." restarts."""
        last = restarts = 0
        for block in blocks[title + 1 :]:
            if isinstance(block, Table):
                continue
            line = self._line(block)
            if _RECIPIENTS.match(line):
                break
            marker = read_marker(line)
            if marker is None or _RELATED.match(line):
                continue
            if marker.kind in ("part", "article", "roman", "upper"):
                return False
            if marker.kind in ("arabic", "decimal"):
                restarts += marker.values[0] < last or (marker.kind == "arabic" and marker.values[0] == last)
                last = marker.values[0]
        return restarts > 0

    def _attached_plan(self) -> None:
        """The title of a plan after the articles and the signature of the decision that it is attached to."""
        self.region = "front"
        self.stack = [self.root]

    # --- regions ----------------------------------------------------------------------------------------------------

    def _text(self, block: Block, after_title: bool) -> None:
        line = self._line(block)
        if _RELATED.match(line):
            self._aside("related", block)
        elif _FOOTNOTE.match(line) and self.region != "front":
            self._aside("footnote", block)
        elif self.region in ("front", "body") and _RECIPIENTS.match(line):
            self._region("recipients", block)
        elif self.region == "body" and _SIGNATURE.match(plain(line).strip("| ")):
            self._region("signature", block)
        elif self.region in ("recipients", "signature"):
            self._after_body(block, line)
        elif self.region == "appendix":
            self._appendix_text(block, line)
        elif isinstance(block, Paragraph) and (marker := read_marker(line)) and self._opens(marker, after_title):
            self.region = "body"
            self._marked(block, marker, line)
        elif self.region == "body" and _APPENDIX.match(line) and len(line) < 200:
            self._region("appendix", block)
        elif self.region == "body":
            self._unmarked(block, line)
        else:
            self._front(block)

    def _opens(self, marker: Marker, after_title: bool) -> bool:
        """The body begins with a numbered section, not with a dash of the preamble; a decision's with an article."""
        if self.region == "body":
            return True
        numbered = marker.kind in ("part", "upper", "roman", "arabic", "decimal")
        return marker.kind == "article" or (after_title and numbered)

    def _after_body(self, block: Block, line: str) -> None:
        if _APPENDIX.match(line):
            self._region("appendix", block)
        elif self.region == "recipients" and _SIGNATURE.match(plain(line).strip("| ")):
            self._region("signature", block)
        elif self._before_task_table(line):
            self._region("appendix", block)
        else:
            self._extend(block)

    def _before_task_table(self, line: str) -> bool:
        """A heading right above a task table opens the appendix though it does not say "Phụ lục"."""
        if _SIGNATURE.match(plain(line)):
            return False
        ahead = self.document.blocks[self.at + 1 : self.at + 4]
        return any(b.start in self.task_tables for b in ahead) and sum(c.isupper() for c in line) > 15

    def _appendix_text(self, block: Block, line: str) -> None:
        if _APPENDIX.match(line):
            self._region("appendix", block)
        else:
            self._extend(block)

    def _region(self, kind: SectionKind, block: Block) -> None:
        self.region = kind
        paths = {"recipients": "Nơi nhận", "signature": "Ký tên", "appendix": "Phụ lục"}
        self.stack = [self.root]
        node = self._open(_Node(kind, 0, block.start, block.end, self.root, paths[kind]))
        if kind == "appendix":
            node.title = plain(self._line(block).split("\n")[0]) or None

    def _aside(self, kind: SectionKind, block: Block) -> None:
        path = "Chú thích" if kind == "footnote" else "Văn bản liên quan"
        self.order.append(_Node(kind, _UNNUMBERED, block.start, block.end, self.root, path))

    def _front(self, block: Block) -> None:
        if self.order and self.order[-1].kind == "front":
            self.order[-1].own_end = block.end
        else:
            self._put(_Node("front", _UNNUMBERED, block.start, block.end, self.root, "Mở đầu"))

    def _extend(self, block: Block) -> None:
        if self.order[-1].kind in ("footnote", "related"):
            self._aside("footnote", block)
        elif self.after_table:
            parent = self.stack[-1]
            self._put(_Node("paragraph", _UNNUMBERED, block.start, block.end, parent, parent.path))
        else:
            self.order[-1].own_end = block.end

    # --- the body ---------------------------------------------------------------------------------------------------

    def _marked(self, block: Block, marker: Marker, line: str) -> None:
        if marker.kind in ("dash", "plus", "paren"):
            node = self._item(block, marker)
        elif marker.kind == "decimal":
            node = self._decimal(block, marker)
        else:
            node = self._numbered_section(block, marker)
        words = line[marker.length :]
        node.title, node.bare = _title(words), not words.strip(" *#:.")
        self._open(node)

    def _item(self, block: Block, marker: Marker) -> _Node:
        parent = self._parent(marker.rank)
        path = self._numbered(parent).path
        return _Node("item", marker.rank, block.start, block.end, parent, path, marker.number)

    def _decimal(self, block: Block, marker: Marker) -> _Node:
        parent, value = self._decimal_parent(marker, block.start), marker.values[-1]
        rank = marker.rank + 0.1 * len(marker.values)
        return _Node("decimal", rank, block.start, block.end, parent, _join(parent.path, str(value)), marker.number, value)

    def _numbered_section(self, block: Block, marker: Marker) -> _Node:
        parent, kind = self._list_parent(marker, block.start), _SECTION_KINDS[marker.kind]
        shown = {"article": "Điều ", "part": "Phần "}.get(kind, "") + marker.number
        rank = max(float(marker.rank), parent.rank + 0.01)
        return _Node(kind, rank, block.start, block.end, parent, _join(parent.path, shown), marker.number, marker.values[0])

    def _parent(self, rank: float) -> _Node:
        return next(n for n in reversed(self.stack) if n.rank < rank)

    def _numbered(self, node: _Node) -> _Node:
        while node.kind in ("item", "paragraph") and node.parent:
            node = node.parent
        return node

    def _list_parent(self, marker: Marker, at: int) -> _Node:
        """The section whose list this number continues or opens; a lost heading is inferred where a count restarts."""
        kind, value = marker.kind, marker.values[0]
        parent = self._parent(marker.rank)
        if kind != "arabic":
            return parent
        if parent is self.root and self.lost_parts:
            return self._inferred_part(at)
        last = parent.last.get(kind, 0)
        if value > last:
            return parent
        inner = self.stack[-1]
        if value == 1 and inner.kind == "letter" and not self.lost_parts:
            return inner  # a list of its own under a letter
        if parent.kind == "roman" and (parent.inferred or value == 1):
            return self._inferred_part(at)
        return parent

    def _inferred_part(self, at: int) -> _Node:
        value = self.root.last.get("roman", 0) + 1
        number = to_roman(value)
        return self._open(_Node("roman", 2, at, at, self.root, f"[{number}]", number, value, inferred=True))

    def _decimal_parent(self, marker: Marker, at: int) -> _Node:
        for prefix_length in range(len(marker.values) - 1, 0, -1):
            wanted = marker.values[:prefix_length]
            for node in reversed(self.stack):
                if self._values(node)[-prefix_length:] == wanted and node.rank < marker.rank + 0.1 * len(marker.values):
                    return node
        return self._inferred_arabic(marker.values[0], at)

    def _values(self, node: _Node) -> tuple[int, ...]:
        chain: list[int] = []
        here: _Node | None = node
        while here and here.kind in ("arabic", "decimal"):
            chain.append(here.value)
            here = here.parent
        return tuple(reversed(chain))

    def _inferred_arabic(self, value: int, at: int) -> _Node:
        """The "2." that "2.1" implies, when its heading is lost."""
        part = self._parent(3)
        if (part is self.root and self.lost_parts) or (part.inferred and value <= part.last.get("arabic", 0)):
            part = self._inferred_part(at)
        path = _join(part.path, str(value))
        return self._open(_Node("arabic", 3, at, at, part, path, str(value), value, inferred=True))

    def _unmarked(self, block: Block, line: str) -> None:
        last = self.order[-1]
        text = self.document.text[last.start : last.own_end]
        is_table = isinstance(block, Table)
        cut_item = not is_table and last.kind == "item" and not _SENTENCE_END.search(text) and not line[:1].isupper()
        if (line[:1].islower() or cut_item) and not self.after_table:
            last.own_end = block.end  # the sentence goes on after a page break
            return
        closing = bool(_CLOSING.match(line)) and (self.body_ends_after[self.at] or "./." in line)
        here = self._numbered(self.stack[-1])
        if closing or _ANNOUNCED.match(line):
            top = next((n for n in self.stack if n.parent is self.root), self.root)
            self.stack = self.stack[: self.stack.index(top) + 1]
            kind: SectionKind = "closing" if closing else "paragraph"
            self._put(_Node(kind, _UNNUMBERED, block.start, block.end, top, top.path))
        elif last is here and not here.children and not self.after_table:
            if here.bare:  # "Phần thứ nhất", and its heading in the next line
                here.title, here.bare = _title(line), False
            last.own_end = block.end
        else:
            self._open(_Node("paragraph", 8.5, block.start, block.end, here, here.path))

    def _body_ends_after(self, blocks: tuple[Block, ...]) -> list[bool]:
        """For each block, whether only unnumbered text stands between it and the recipients."""
        verdicts, ends = [], True
        for block in reversed(blocks):
            verdicts.append(ends)
            line = self._line(block)
            if _RECIPIENTS.match(line) or _SIGNATURE.match(plain(line[:200]).strip("| ")):
                ends = True
            elif isinstance(block, Table) or read_marker(line):
                ends = False
        return verdicts[::-1]

    # --- tables -----------------------------------------------------------------------------------------------------

    def _task_table(self, table: Table) -> None:
        parent = self.stack[-1] if self.region == "appendix" else self._numbered(self.stack[-1])
        headers = [_Node("table_header", _UNNUMBERED, start, end, parent, parent.path) for start, end in self.headers]
        groups = [
            _Node("group", _UNNUMBERED, g.start, g.end, parent, _join(parent.path, g.number or ""), g.number, 0, g.title)
            for g in self.groups
        ]
        for node in sorted([*headers, *groups], key=lambda n: n.start):
            if table.start <= node.start < table.end:
                self._put(node)
        self.after_table = True
        if self.region in ("recipients", "signature"):
            self.region = "appendix"

    def _put(self, node: _Node) -> None:
        """Add a section that no other one can stand in."""
        if node.parent:
            node.parent.children.append(node)
        self.order.append(node)

    def _open(self, node: _Node) -> _Node:
        """Add a section that those after it may stand in."""
        self._put(node)
        if node.parent and node.value:
            node.parent.last[node.kind] = node.value
        while self.stack and self.stack[-1] is not node.parent:
            self.stack.pop()
        self.stack.append(node)
        return node


def _join(path: str, number: str) -> str:
    return ".".join(filter(None, [path, number]))


def _title(text: str) -> str | None:
    """The heading in a section's first paragraph: all of it when short and no sentence, else what stands before a colon."""
    words = plain(text)
    if len(words) <= _MAX_TITLE and not words.endswith((".", ";", ",")):
        return words.rstrip(":").strip(" *#") or None
    head, colon, _ = words.partition(":")
    return head.strip(" *#") if colon and len(head) <= 100 else None


def _sections(nodes: list[_Node], plan_id: str) -> list[Section]:
    ids: dict[int, str] = {}
    seen: Counter[str] = Counter()
    out = []
    for node in nodes:
        parent_id = ids.get(id(node.parent))
        section_id = ids[id(node)] = _section_id(node, parent_id, plan_id, seen)
        out.append(
            Section(
                section_id=section_id, plan_id=plan_id, parent_id=parent_id, kind=node.kind, path=node.path,
                number=node.number, title=node.title, inferred=node.inferred,
                start=node.start, own_end=node.own_end, end=_end(node),
            )
        )  # fmt: skip
    return out


# What stands after "#" in the id of a section without a number of its own, before its ordinal
_ORDINALS: Final = {"item": "", "paragraph": "p", "closing": "end", "footnote": "note", "related": "rel", "table_header": "th"}


def _section_id(node: _Node, parent_id: str | None, plan_id: str, seen: Counter[str]) -> str:
    """`…/muc/II.7.e`, `…/muc/II.7.e#2` for its second item; "~2" is added to a repeated number."""
    if node.kind in _ORDINALS:
        base = (parent_id or section_key(plan_id, slug(node.path))).partition("#")[0]
        key = f"{base}#{_ORDINALS[node.kind]}"
        seen[key] += 1
        return f"{key}{seen[key]}"
    own = node.path.removeprefix(node.parent.path if node.parent else "").lstrip(".") or "group"
    own = own if node.number and node.kind not in ("part", "article") else slug(own)
    key = f"{parent_id}.{own}" if parent_id else section_key(plan_id, own)
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}~{seen[key]}"


def _end(node: _Node) -> int:
    return max([node.own_end, *(_end(c) for c in node.children)])
