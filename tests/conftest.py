"""What all tests share: the five plans as parsed, and a library made of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

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
        return Path(ready)
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
