"""READ FIRST: how files get into a library. `ingest` is the whole way; every step is a name to jump to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, Protocol

from assistant.errors import CchcError, DocumentError, LibraryError
from assistant.library import Library, vector_id
from assistant.plans import Passage, Plan
from assistant.register import card_of
from ingest.documents import SUFFIXES, Document, document_from_text, printable, read_document
from ingest.parsing import PARSER_VERSION, parse_plan
from ingest.passages import plan_passages

IngestStatus = Literal["added", "updated", "unchanged", "failed"]
_LONGEST_WAIT: Final = 600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class FileResult:
    """What became of one file (the object that `cchc ingest --json` prints)."""

    source: str
    status: IngestStatus
    plan_id: str | None = None
    sections: int = 0
    tasks: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None
    replaced: str | None = None  # the file that the same plan came from before
    code: str | None = None  # the kind of a failure, and what a sentence about it needs: see `CchcError`
    detail: str = ""


class Progress(Protocol):
    """Told how many passages there are to embed, and each time some are done."""

    def total(self, passages: int) -> None: ...
    def advance(self, passages: int) -> None: ...


class Silent:
    """No progress shown."""

    def total(self, passages: int) -> None: ...
    def advance(self, passages: int) -> None: ...


@dataclass(slots=True)
class _Job:
    """A file on its way: what was read of it, then either a finished result or the plan to write."""

    path: str
    source: str
    document: Document | None = None
    result: FileResult | None = None
    plan: Plan | None = None
    passages: Sequence[Passage] = ()
    instead_of: tuple[str, ...] = ()
    replaced: str | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def plan_id(self) -> str | None:
        return self.plan.plan_id if self.plan else self.result.plan_id if self.result else None


def ingest(
    paths: Iterable[Path], library: Library, *, progress: Progress | None = None, waiting: Callable[[], None] = lambda: None
) -> Iterator[FileResult]:
    """Add or update the plans in files and folders; one result a file, in order, as soon as it is known.

    A file that fails leaves its old version untouched and does not stop the others.
    """
    with library.writing(wait=_LONGEST_WAIT, waiting=waiting):
        yield from _carry_out([_read(path) for path in plan_files(paths)], library, progress or Silent())


def ingest_stored(
    texts: Iterable[tuple[str, str, str]], library: Library, *, progress: Progress | None = None
) -> Iterator[FileResult]:
    """The same from (source, path, text) of an old library, for rebuilding one without its files."""
    jobs = [_Job(path, source, document_from_text(text, source)) for source, path, text in texts]
    with library.writing(wait=_LONGEST_WAIT, waiting=lambda: None):
        yield from _carry_out(jobs, library, progress or Silent())


def plan_files(paths: Iterable[Path]) -> list[Path]:
    """Files named, and the text files in folders named (read-me files and hidden ones left out); each once."""
    files: dict[Path, Path] = {}
    for path in paths:
        for file in _inside(path) if path.is_dir() else [path]:
            files.setdefault(file.resolve(), file)
    return list(files.values())


def _inside(folder: Path) -> list[Path]:
    inside = (p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
    return [p for p in sorted(inside) if not _is_hidden(p.relative_to(folder)) and not p.name.lower().startswith("readme")]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _read(path: Path) -> _Job:
    job = _Job(printable(path.resolve()), printable(path.name))
    try:
        job.document = read_document(path)
    except DocumentError as error:
        job.result = FileResult(source=job.source, status="failed", error=str(error), code=error.code, detail=error.detail)
    return job


def _carry_out(jobs: list[_Job], library: Library, progress: Progress) -> Iterator[FileResult]:
    """Decide what each file needs before anything is embedded or written, then write one after the other."""
    intake = _Intake(library)
    for job in jobs:
        if job.document and not job.result:
            intake.take(job, job.document)
    known = library.register.vectors(vector_id(p) for job in jobs for p in job.passages)
    progress.total(sum(vector_id(p) not in known for job in jobs for p in job.passages))
    for job in jobs:
        yield job.result or _write(job, library, progress)


class _Intake:
    """Takes in one file after the other and knows which plans are there already, in the library and in this run."""

    def __init__(self, library: Library) -> None:
        self.library = library
        stored = library.register.sources()
        self.by_text = {(s["sha256"], s["parser_version"]): s for s in stored}
        self.by_path = {s["path"]: s for s in stored}
        self.by_id = {s["plan_id"]: s for s in stored}
        self.plans_of_this_run: dict[str, _Job] = {}
        self.texts_of_this_run: dict[str, _Job] = {}

    def take(self, job: _Job, document: Document) -> None:
        twin = self.texts_of_this_run.setdefault(document.sha256, job)
        stored = self.by_text.get((document.sha256, PARSER_VERSION))
        if twin is not job:
            warning = f"cùng nội dung với {twin.source}; chỉ giữ một bản"
            job.result = FileResult(source=job.source, status="unchanged", plan_id=twin.plan_id, warnings=(warning,))
        elif stored and (stored["path"] == job.path or Path(stored["path"]).exists()):
            same_file = stored["path"] == job.path
            warnings = [] if same_file else [f"cùng nội dung với {stored['source']} đã có trong thư viện"]
            plan = self.library.shelf().plans[stored["plan_id"]]
            job.result = _result(job, plan, "unchanged", warnings)
            self.plans_of_this_run[plan.plan_id] = job
        else:
            self._parse(job, document)

    def _parse(self, job: _Job, document: Document) -> None:
        plan = parse_plan(document)
        job.source = self._own_name(job, plan.plan_id)
        plan = replace(plan, source=job.source)
        rival = self.plans_of_this_run.get(plan.plan_id)
        if reason := _why_no_plan(plan):
            code, words = reason
            job.result = FileResult(source=job.source, status="failed", error=f"{job.source}: {words}", code=code)
        elif rival:
            error = f"{job.source}: another text of the same plan ({plan.plan_id}) as {rival.source}; keep one of the two files"
            job.result = FileResult(
                source=job.source, status="failed", plan_id=plan.plan_id, error=error, code="rival", detail=rival.source
            )
        else:
            self._accept(job, plan)

    def _own_name(self, job: _Job, plan_id: str) -> str:
        """The file's name; with its folder's when another plan's file has the same."""
        names = {s["source"]: s["plan_id"] for s in self.by_path.values() if s["path"] != job.path}
        names |= {j.source: j.plan_id or "" for j in self.plans_of_this_run.values()}
        taken = names.get(job.source, plan_id) != plan_id
        return f"{Path(job.path).parent.name}/{job.source}" if taken else job.source

    def _accept(self, job: _Job, plan: Plan) -> None:
        old = self.by_path.get(job.path)
        if old and old["plan_id"] != plan.plan_id:
            job.instead_of = (old["plan_id"],)
        before = self.by_id.get(plan.plan_id)
        if before and before["source"] != job.source:
            job.replaced = before["source"]
            job.warnings.append(f"thay cho {before['source']} (cùng một kế hoạch)")
        if not plan.tasks:
            job.warnings.append("không có bảng nhiệm vụ nào trong tệp")
        job.plan, job.passages = plan, plan_passages(plan)
        self.plans_of_this_run[plan.plan_id] = job


def _why_no_plan(plan: Plan) -> tuple[str, str] | None:
    """Why a text cannot be taken as a plan: code and words. A plan without a task table is one, a text without any sign of one is not."""
    kinds = ("roman", "arabic", "article", "part", "upper")
    numbered = sum(s.kind in kinds and not s.inferred for s in plan.sections)
    named = plan.fact("number") or plan.fact("title")
    if plan.tasks or (named and numbered) or numbered >= 3:
        return None
    if named:
        return "no_parts", "no numbered section and no task table was recognised; is it plain text with its line breaks?"
    return "no_plan", "no plan in it: no title, no plan number, no numbered sections and no task table; is it the right file?"


def _write(job: _Job, library: Library, progress: Progress) -> FileResult:
    assert job.plan is not None
    assert job.document is not None
    existed = job.plan.plan_id in library.shelf().plans or bool(job.instead_of)
    try:
        library.replace_plan(
            job.plan, job.passages, path=job.path, sha256=job.document.sha256, parser_version=PARSER_VERSION,
            instead_of=job.instead_of, progress=progress.advance,
        )  # fmt: skip
    except LibraryError:
        raise  # the library itself is in trouble: no use going on
    except CchcError as error:
        return FileResult(
            source=job.source, status="failed", plan_id=job.plan.plan_id, error=str(error), code="service", detail=str(error)
        )
    return _result(job, job.plan, "updated" if existed else "added", job.warnings)


def _result(job: _Job, plan: Plan, status: IngestStatus, warnings: Sequence[str]) -> FileResult:
    card = card_of(plan)
    return FileResult(
        source=job.source, status=status, plan_id=plan.plan_id, sections=card.sections, tasks=card.tasks,
        warnings=(*warnings, *card.warnings), replaced=job.replaced,
    )  # fmt: skip
