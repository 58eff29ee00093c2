"""The vector index by itself: any number of passages, each once, and nothing made by looking."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.library import Library
from assistant.plans import Passage
from assistant.settings import Settings
from assistant.vectors import VectorIndex


@pytest.fixture
def index(tmp_path: Path) -> Iterator[VectorIndex]:
    opened = VectorIndex(tmp_path, "passages-test", url=None, repair="cchc ingest --rebuild")
    yield opened
    opened.close()


def _entry(i: int, plan_id: str = "p") -> tuple[str, Passage, np.ndarray]:
    passage = Passage(passage_id=f"{plan_id}/{i}", plan_id=plan_id, kind="task", context="c", text=f"t{i}", start=0, end=1)
    angle = i / 3000
    return f"{plan_id}/{i}@v", passage, np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)


def test_more_passages_than_chroma_takes_at_once_are_added_and_removed(index: VectorIndex) -> None:
    index.add(_entry(i) for i in range(2500))
    assert index.count() == 2500
    index.delete(f"p/{i}@v" for i in range(2400))
    assert index.ids() == {f"p/{i}@v" for i in range(2400, 2500)}


def test_the_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    index.add([_entry(0), _entry(1000), _entry(2000)])
    found = index.nearest(np.array([1, 0], dtype=np.float32), 2)
    assert [i for i, _ in found] == ["p/0@v", "p/1000@v"]
    assert np.allclose([score for _, score in found], [1, np.cos(1 / 3)], atol=1e-5)


def test_the_search_can_be_kept_to_some_plans(index: VectorIndex) -> None:
    index.add([_entry(0, "a"), _entry(0, "b")])
    assert [i for i, _ in index.nearest(np.array([1, 0], dtype=np.float32), 5, ["b"])] == ["b/0@v"]


def test_an_id_added_again_is_replaced(index: VectorIndex) -> None:
    index.add([_entry(0)])
    vector_id, passage, _ = _entry(0)
    index.add([(vector_id, passage, np.array([0, 1], dtype=np.float32))])
    assert index.count() == 1
    assert index.nearest(np.array([0, 1], dtype=np.float32), 1)[0][1] == pytest.approx(1)


def test_unknown_ids_are_removed_without_complaint(index: VectorIndex) -> None:
    index.add([_entry(0)])
    index.delete(["none", "p/0@v"])
    assert index.count() == 0


def test_looking_at_an_index_that_is_not_there_makes_none(index: VectorIndex, tmp_path: Path) -> None:
    assert (index.count(), index.ids(), index.nearest(np.array([1, 0], dtype=np.float32), 3)) == (0, set(), [])
    assert list(tmp_path.iterdir()) == []


def test_an_index_is_opened_anew_only_when_the_library_has_changed(index: VectorIndex) -> None:
    assert index.follow("passages-test", (1, 1))
    assert not index.follow("passages-test", (1, 1))
    assert index.follow("passages-test", (1, 2))
    assert index.follow("passages-other", (1, 2))
    assert index.name == "passages-other"


def test_a_dropped_index_is_gone(index: VectorIndex, tmp_path: Path) -> None:
    index.add([_entry(0)])
    index.drop()
    assert (index.count(), list(tmp_path.iterdir())) == (0, [])


def test_an_empty_library_has_no_nearest_passage(tmp_path: Path) -> None:
    library = Library.create(Settings(library=tmp_path / "library"))
    assert library.nearest(library.shelf(), "gì cũng được", 3) == []
    assert library.search_text(["gì"], folded=False, limit=3) == []
    library.close()
