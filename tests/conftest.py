"""What all tests share: the five plans as parsed, and a library made of them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from assistant.answering import Assistant
from assistant.library import Library
from assistant.plans import Plan
from assistant.settings import Settings
from ingest.documents import read_document
from ingest.parsing import parse_plan
from ingest.pipeline import ingest


@pytest.fixture(scope="session")
def plans_dir() -> Path:
    """The five official plans that ship."""
    return Path(__file__).parent.parent / "data" / "plans"


@pytest.fixture(scope="session")
def parsed_plans(plans_dir: Path) -> dict[str, Plan]:
    """File name → plan, parsed without a library."""
    return {path.name: parse_plan(read_document(path)) for path in sorted(plans_dir.glob("*.txt"))}


@pytest.fixture(scope="session")
def library_dir(plans_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library folder with the five plans, embedded once a session (some 50 s); tests only read it."""
    ready = os.environ.get("TEST_LIBRARY")  # a library of the same plans, to save the embedding while working on answers
    if ready:
        return Path(ready).resolve()
    directory = tmp_path_factory.mktemp("library")
    library = Library.create(Settings(library=directory))
    results = list(ingest([plans_dir], library))
    library.close()
    assert [r.status for r in results] == ["added"] * 5, results
    return directory


@pytest.fixture(scope="session")
def library(library_dir: Path) -> Iterator[Library]:
    """The library of the five plans, opened for reading."""
    opened = Library.open(Settings(library=library_dir))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def assistant(library: Library) -> Assistant:
    """The assistant over the five plans."""
    return Assistant(library)


class SmallPlan(Protocol):
    """Writes the text of a small plan: three sections and `rows` tasks, a few passages to embed."""

    def __call__(self, number: int = ..., *, rows: int = ..., words: str = ...) -> str: ...


@pytest.fixture(scope="session")
def small_plan() -> SmallPlan:
    """A plan of the province Kiên Giang with its number, its count of rows and the words of each row."""

    def write(number: int = 5, *, rows: int = 2, words: str = "Rà soát quy trình") -> str:
        table = [f"{n}\t{words} {n}\tSở Nội vụ\tQuý I/2024" for n in range(1, rows + 1)]
        lines = [
            "ỦY BAN NHÂN DÂN TỈNH KIÊN GIANG",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            f"Số: {number}/KH-UBND",
            "Kiên Giang, ngày 05 tháng 01 năm 2024",
            "",
            "KẾ HOẠCH",
            "Kiểm tra công vụ tỉnh Kiên Giang năm 2024",
            "",
            "I. MỤC ĐÍCH",
            "1. Kiểm tra việc thực hiện kỷ luật.",
            "II. NHIỆM VỤ",
            *("STT\tNội dung\tCơ quan chủ trì\tThời gian hoàn thành", *table),
            "III. TỔ CHỨC THỰC HIỆN",
            "1. Sở Nội vụ theo dõi.",
        ]
        return "\n".join(lines) + "\n"

    return write
