"""Files into a library: what is added, updated, unchanged or refused, and that a failure leaves everything as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.embedding import BundledEmbedder, Embedder
from assistant.errors import LibraryError, ServiceUnavailable, UsageError
from assistant.library import Library
from assistant.settings import Settings
from ingest.documents import MAX_BYTES
from ingest.pipeline import FileResult, ingest, ingest_stored, plan_files

if TYPE_CHECKING:
    from assistant.embedding import Vectors


class CountingEmbedder:
    """The bundled embedder, keeping what it was asked to embed."""

    def __init__(self) -> None:
        self._embedder = BundledEmbedder()
        self.embedded: list[str] = []

    @property
    def name(self) -> str:
        return self._embedder.name

    def query(self, text: str) -> Vectors:
        return self._embedder.query(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._embedder.passages(texts)


class AbsentEmbedder:
    """A service that is down."""

    name = BundledEmbedder.name

    def query(self, text: str) -> Vectors:
        raise ServiceUnavailable("the embedding service does not answer")

    def passages(self, texts: Sequence[str]) -> Vectors:
        raise ServiceUnavailable(f"the embedding service does not answer ({len(texts)} texts)")


class Recorder:
    """Progress as it was told."""

    def __init__(self) -> None:
        self.expected: int | None = None
        self.done = 0

    def total(self, passages: int) -> None:
        self.expected = passages

    def advance(self, passages: int) -> None:
        self.done += passages


@pytest.fixture
def folder(tmp_path: Path, small_plan) -> Path:
    """A folder with one plan."""
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "kiên giang.txt").write_text(small_plan(), encoding="utf-8")
    return tmp_path / "plans"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.create(Settings(library=tmp_path / "library"))
    opened.embedder = CountingEmbedder()
    yield opened
    opened.close()


def _ingest(library: Library, *paths: Path) -> list[FileResult]:
    return list(ingest(paths, library))


def _embedded(library: Library) -> list[str]:
    assert isinstance(library.embedder, CountingEmbedder)
    return library.embedder.embedded


def _contents(library: Library) -> dict[str, str]:
    return {plan_id: plan.text for plan_id, plan in library.shelf().plans.items()}


def _assert_whole(library: Library) -> None:
    """The vector index holds exactly the register's passages."""
    assert library.vectors.ids() == set(library.shelf().vector_ids) == set(library.register.vectors())


# --- added, unchanged, updated --------------------------------------------------------------------------------------


def test_a_new_plan_is_added_with_its_counts(library: Library, folder: Path) -> None:
    (result,) = _ingest(library, folder)
    assert result == FileResult(source="kiên giang.txt", status="added", plan_id="kien-giang-2024-5", sections=5, tasks=2)
    assert list(library.shelf().plans) == ["kien-giang-2024-5"]
    _assert_whole(library)


def test_an_unchanged_file_costs_no_embedding(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    shelf = library.shelf()
    before = len(_embedded(library))
    (result,) = _ingest(library, folder)
    assert (result.status, result.plan_id, result.tasks) == ("unchanged", "kien-giang-2024-5", 2)
    assert len(_embedded(library)) == before
    assert library.shelf() is shelf


def test_a_changed_plan_is_replaced_whole_and_only_what_changed_is_embedded(library: Library, folder: Path, small_plan) -> None:
    _ingest(library, folder)
    before = len(_embedded(library))
    changed = small_plan().replace("Sở Nội vụ theo dõi.", "Thanh tra tỉnh theo dõi.")
    (folder / "kiên giang.txt").write_text(changed, encoding="utf-8")
    (result,) = _ingest(library, folder)
    assert (result.status, result.plan_id) == ("updated", "kien-giang-2024-5")
    assert [text.rpartition("\n")[2] for text in _embedded(library)[before:]] == ["1. Thanh tra tỉnh theo dõi."]
    assert _contents(library) == {"kien-giang-2024-5": changed}
    _assert_whole(library)


def test_a_row_taken_out_leaves_the_index_too(library: Library, folder: Path, small_plan) -> None:
    _ingest(library, folder)
    (folder / "kiên giang.txt").write_text(small_plan(rows=1), encoding="utf-8")
    _ingest(library, folder)
    assert [t.stt for t in library.shelf().tasks] == ["1"]
    _assert_whole(library)


def test_a_file_that_became_another_plan_takes_its_old_plan_away(library: Library, folder: Path, small_plan) -> None:
    _ingest(library, folder)
    (folder / "kiên giang.txt").write_text(small_plan(6), encoding="utf-8")
    (result,) = _ingest(library, folder)
    assert (result.status, list(_contents(library))) == ("updated", ["kien-giang-2024-6"])
    _assert_whole(library)


def test_a_renamed_file_is_the_same_plan_under_its_new_name(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    before = len(_embedded(library))
    (folder / "kiên giang.txt").rename(folder / "mới.txt")
    (result,) = _ingest(library, folder)
    assert (result.source, result.status, result.warnings[0]) == (
        "mới.txt",
        "updated",
        "thay cho kiên giang.txt (cùng một kế hoạch)",
    )
    assert [card.source for card in library.shelf().cards] == ["mới.txt"]
    assert len(_embedded(library)) == before


def test_a_file_taken_away_leaves_its_plan_in_the_library(library: Library, folder: Path, small_plan) -> None:
    _ingest(library, folder)
    (folder / "kiên giang.txt").unlink()
    (folder / "khác.txt").write_text(small_plan(6), encoding="utf-8")
    _ingest(library, folder)
    assert sorted(_contents(library)) == ["kien-giang-2024-5", "kien-giang-2024-6"]


def test_the_same_plan_twice_in_one_run_is_kept_once(library: Library, folder: Path) -> None:
    shutil.copy(folder / "kiên giang.txt", folder / "bản sao.txt")
    first, second = _ingest(library, folder)
    assert (first.source, first.status, second.status, second.plan_id) == ("bản sao.txt", "added", "unchanged", first.plan_id)
    assert second.warnings == ("cùng nội dung với bản sao.txt; chỉ giữ một bản",)
    assert len(_contents(library)) == 1


def test_the_same_plan_under_another_name_in_a_later_run_changes_nothing(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    shutil.copy(folder / "kiên giang.txt", folder / "bản sao.txt")
    (result,) = _ingest(library, folder / "bản sao.txt")
    assert (result.status, result.warnings) == ("unchanged", ("cùng nội dung với kiên giang.txt đã có trong thư viện",))
    assert [card.source for card in library.shelf().cards] == ["kiên giang.txt"]


def test_two_texts_of_one_plan_in_one_run_are_not_mixed(library: Library, folder: Path, small_plan) -> None:
    (folder / "z.txt").write_text(small_plan(rows=3), encoding="utf-8")
    first, second = _ingest(library, folder)
    assert (first.status, second.status, second.plan_id) == ("added", "failed", "kien-giang-2024-5")
    assert second.error is not None
    assert "another text of the same plan (kien-giang-2024-5) as kiên giang.txt; keep one of the two files" in second.error
    assert len(library.shelf().tasks) == 2


def test_another_text_of_a_plan_in_a_later_run_replaces_it_and_says_so(library: Library, folder: Path, small_plan) -> None:
    _ingest(library, folder)
    (folder / "z.txt").write_text(small_plan(rows=3), encoding="utf-8")
    (result,) = _ingest(library, folder / "z.txt")
    assert (result.status, result.warnings) == ("updated", ("thay cho kiên giang.txt (cùng một kế hoạch)",))
    assert len(library.shelf().tasks) == 3
    _assert_whole(library)


def test_files_of_one_name_in_two_folders_are_told_apart(library: Library, folder: Path, small_plan) -> None:
    for number in (6, 7):
        (folder / str(number)).mkdir()
        (folder / str(number) / "kế hoạch.txt").write_text(small_plan(number), encoding="utf-8")
    assert [r.source for r in _ingest(library, folder)] == ["kế hoạch.txt", "7/kế hoạch.txt", "kiên giang.txt"]
    assert [r.status for r in _ingest(library, folder)] == ["unchanged"] * 3


def test_progress_tells_how_much_there_is_and_reaches_it(library: Library, folder: Path) -> None:
    progress = Recorder()
    list(ingest([folder], library, progress=progress))
    assert progress.expected == progress.done == len(_embedded(library)) > 0
    again = Recorder()
    list(ingest([folder], library, progress=again))
    assert (again.expected, again.done) == (0, 0)


def test_plan_files_are_text_files_once_each_without_hidden_ones_and_read_mes(folder: Path) -> None:
    for name in ("README.md", "readme.txt", ".hidden.txt", "ghi chú.md", "bảng.xlsx", "a.TXT"):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.txt").write_text("x", encoding="utf-8")
    found = plan_files([folder, folder / "kiên giang.txt", folder / "." / "kiên giang.txt", folder / "bảng.xlsx"])
    assert [path.name for path in found] == ["a.TXT", "ghi chú.md", "kiên giang.txt", "bảng.xlsx"]


# --- bad input ------------------------------------------------------------------------------------------------------

_BAD = {
    "empty": (b"", "the file is empty"),
    "white space": (b" \n\t\n", "the file is empty"),
    "binary": (bytes(range(256)) * 100, "binary data"),
    "pdf": (b"%PDF-1.4\n...", "this is a PDF, not text"),
    "docx": (b"PK\x03\x04....", "this is a Word or ZIP file, not text"),
    "half a character": ("KẾ HOẠCH năm 2024 của tỉn".encode()[:-1] + "ế".encode()[:2], "ends in the middle of a character"),
    "windows-1258": (b"cu\xd2a \xf0\xfd\xf5\xf2c cu\xd2a nhi\xea\xf2m vu\xf2", "written in Windows-1258"),
    "no plan": ("Hôm nay trời nắng.\nNgày mai có mưa.\n".encode(), "no plan in it"),
    "one line": (
        "Số: 5/KH-UBND Kiên Giang, ngày 05 tháng 01 năm 2024 KẾ HOẠCH Kiểm tra công vụ I. MỤC ĐÍCH 1. Nâng cao.".encode(),
        "no numbered section and no task table",
    ),
    "too large": (b"a\n" * (MAX_BYTES // 2 + 1), "is more than the 5 MB a plan may have"),
}  # fmt: skip


@pytest.mark.parametrize("name", _BAD)
def test_a_bad_file_fails_alone_and_says_why(name: str, library: Library, folder: Path, small_plan) -> None:
    data, message = _BAD[name]
    (folder / "xấu.txt").write_bytes(data)
    (folder / "z.txt").write_text(small_plan(6), encoding="utf-8")
    first, bad, last = _ingest(library, folder)
    assert (first.status, bad.status, last.status) == ("added", "failed", "added")
    assert bad.error is not None
    assert bad.error.startswith("xấu.txt: ")
    assert message in bad.error
    assert len(_contents(library)) == 2


def test_a_20_mb_text_is_refused_before_it_is_read(library: Library, tmp_path: Path) -> None:
    huge = tmp_path / "lớn.txt"
    with huge.open("wb") as file:
        file.truncate(20 * 2**20)
    (result,) = _ingest(library, huge)
    assert result.error == "lớn.txt: 20 MB is more than the 5 MB a plan may have; split the file or remove what is not the plan"


def test_a_missing_path_fails_alone(library: Library, folder: Path) -> None:
    missing, found = _ingest(library, folder / "không có.txt", folder)
    assert (missing.status, found.status) == ("failed", "added")
    assert missing.error is not None
    assert missing.error.endswith("không có.txt: there is no such file or folder; check the path")


@pytest.mark.parametrize("name", _BAD)
def test_a_file_gone_bad_leaves_its_old_version(name: str, library: Library, folder: Path) -> None:
    _ingest(library, folder)
    before = _contents(library)
    (folder / "kiên giang.txt").write_bytes(_BAD[name][0])
    (result,) = _ingest(library, folder)
    assert result.status == "failed"
    assert _contents(library) == before
    _assert_whole(library)


def test_control_characters_inside_a_plan_do_no_harm(library: Library, folder: Path, small_plan) -> None:
    text = small_plan().replace("Rà soát quy trình 1", "Rà soát\x00 quy\x07 trình\u200b 1")
    (folder / "kiên giang.txt").write_text(text, encoding="utf-8")
    (result,) = _ingest(library, folder)
    plan = library.shelf().plans["kien-giang-2024-5"]
    assert (result.status, plan.tasks[0].task) == ("added", "Rà soát quy trình 1")
    assert plan.text[plan.tasks[0].start : plan.tasks[0].end].startswith("1\tRà soát\x00 quy\x07 trình\u200b 1\tSở Nội vụ")
    assert not any("\x00" in text for text in _embedded(library))


def test_a_name_that_is_no_utf8_is_shown_as_well_as_it_can_be(library: Library, tmp_path: Path, small_plan) -> None:
    path = os.fsencode(tmp_path) + b"/k\xff.txt"
    with open(path, "wb") as file:
        file.write(small_plan().encode())
    (result,) = _ingest(library, Path(os.fsdecode(path)))
    assert (result.source, result.status) == ("k\ufffd.txt", "added")
    assert [r.status for r in _ingest(library, Path(os.fsdecode(path)))] == ["unchanged"]


def test_a_service_that_is_down_fails_the_files_and_keeps_the_old_plan(library: Library, folder: Path, small_plan) -> None:
    _ingest(library, folder)
    before = _contents(library)
    (folder / "kiên giang.txt").write_text(small_plan(rows=3), encoding="utf-8")
    down: Embedder = AbsentEmbedder()
    library.embedder = down
    (result,) = _ingest(library, folder)
    assert (result.status, result.error) == ("failed", "the embedding service does not answer (1 texts)")
    assert _contents(library) == before
    _assert_whole(library)


def test_a_library_below_a_regular_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=r"cannot be made .*choose another with --library"):
        Library.create(Settings(library=tmp_path / "file" / "library"))


# Runs in a child: no file may grow beyond what the library has already, as on a disk that is full
_ON_A_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from assistant.errors import LibraryError
from assistant.library import Library
from assistant.settings import Settings
from ingest.pipeline import ingest
library = Library.open(Settings(library=Path(sys.argv[1])))
library.embedder.passages(["đã nạp"])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    print([r.status for r in ingest([Path(sys.argv[2])], library)])
except LibraryError as error:
    print("LibraryError:", error)
"""


@pytest.mark.parametrize("limit", [0, 20_000, 60_000])
def test_a_full_disk_leaves_the_old_version_and_says_what_to_do(limit: int, tmp_path: Path, folder: Path, small_plan) -> None:
    library = Library.create(Settings(library=tmp_path / "library"))
    _ingest(library, folder)
    before = _contents(library)
    library.close()
    (folder / "kiên giang.txt").write_text(small_plan(rows=12), encoding="utf-8")
    arguments = [str(tmp_path / "library"), str(folder), str(limit)]
    child = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK, *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert child.stdout.startswith("LibraryError: "), child
    assert "free some disk space and run the command again" in child.stdout
    after = Library.open(Settings(library=tmp_path / "library"))
    assert _contents(after) == before
    assert [r.status for r in ingest([folder], after)] == ["updated"]
    _assert_whole(after)
    after.close()


# --- rebuilding from what a library keeps ---------------------------------------------------------------------------


def test_a_librarys_own_texts_make_the_same_library(library: Library, folder: Path, tmp_path: Path) -> None:
    _ingest(library, folder)
    texts = [(card.source, "/path", library.shelf().plans[card.plan_id].text) for card in library.shelf().cards]
    other = Library.create(Settings(library=tmp_path / "other"))
    assert [r.status for r in ingest_stored(texts, other)] == ["added"]
    assert other.shelf().plans == library.shelf().plans
    other.close()


def test_a_library_in_trouble_stops_the_run(library: Library, folder: Path, small_plan) -> None:
    (folder / "z.txt").write_text(small_plan(6), encoding="utf-8")
    run = ingest([folder], library)
    assert next(run).status == "added"
    library.close()
    (library.directory / "register.db").write_bytes(b"no database at all " * 100)
    with pytest.raises(LibraryError, match=r"damaged .*rebuild it"):
        next(run)
