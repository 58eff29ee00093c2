"""READ FIRST: how files get into a library. `ingest` is the whole way; every step is a name to jump to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, Protocol

from assistant.errors import CchcError, DocumentError, LibraryError
from assistant.library import Library, vector_id
from assistant.plans import Passage, Plan
from assistant.register import card_of
from ingest.documents import SUFFIXES, Document, document_from_text, read_document
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

    path: Path
    source: str
    document: Document | None = None
    result: FileResult | None = None
    plan: Plan | None = None
    passages: Sequence[Passage] = ()
    instead_of: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)


def ingest(
    paths: Iterable[Path], library: Library, *, progress: Progress | None = None, waiting: Callable[[], None] = lambda: None
) -> Iterator[FileResult]:
    """Add or update the plans in files and folders; one result a file, in order, as soon as it is known.

    A file that fails leaves its old version untouched and does not stop the others.
    """
    progress = progress or Silent()
    with library.writing(wait=_LONGEST_WAIT, waiting=waiting):
        jobs = [_read(path) for path in plan_files(paths)]
        yield from _carry_out(jobs, library, progress)


def ingest_stored(
    texts: Iterable[tuple[str, str, str]], library: Library, *, progress: Progress | None = None
) -> Iterator[FileResult]:
    """The same from (source, path, text) of an old library, for rebuilding one without its files."""
    jobs = [_Job(Path(path), source, document_from_text(text, source)) for source, path, text in texts]
    yield from _carry_out(jobs, library, progress or Silent())


def plan_files(paths: Iterable[Path]) -> list[Path]:
    """Files named, and the text files in folders named (read-me files and hidden ones left out); each once."""
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
            for file in sorted(inside):
                hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
                if not hidden and not file.name.lower().startswith("readme"):
                    files[file] = None
        else:
            files[path] = None
    return list(files)


def _read(path: Path) -> _Job:
    job = _Job(path.resolve(), path.name)
    try:
        if not path.exists():
            raise DocumentError(f"{path}: there is no such file or folder; check the path")
        job.document = read_document(path)
    except DocumentError as error:
        job.result = FileResult(source=path.name, status="failed", error=str(error))
    return job


def _carry_out(jobs: list[_Job], library: Library, progress: Progress) -> Iterator[FileResult]:
    _prepare(jobs, library)
    known = library.register.vectors(vector_id(p) for job in jobs for p in job.passages)
    progress.total(sum(vector_id(p) not in known for job in jobs for p in job.passages))
    for job in jobs:
        yield job.result or _write(job, library, progress)


def _prepare(jobs: list[_Job], library: Library) -> None:
    """Decide what each file needs, before anything is embedded or written."""
    in_library = library.register.sources()
    by_text = {(s["sha256"], s["parser_version"]): s for s in in_library}
    by_path = {s["path"]: s for s in in_library}
    by_id = {s["plan_id"]: s for s in in_library}
    in_this_run: dict[str, _Job] = {}
    texts_of_this_run: dict[str, _Job] = {}
    for job in jobs:
        if job.result or job.document is None:
            continue
        twin = texts_of_this_run.setdefault(job.document.sha256, job)
        if twin is not job:
            job.result = FileResult(source=job.source, status="unchanged", plan_id=_plan_id(twin),
                                    warnings=(f"cùng nội dung với {twin.source}; chỉ giữ một bản",))  # fmt: skip
        elif same := by_text.get((job.document.sha256, PARSER_VERSION)):
            plan = library.shelf().plans[same["plan_id"]]
            warnings = (
                []
                if same["source"] == job.source or same["path"] == str(job.path)
                else [f"cùng nội dung với {same['source']} đã có trong thư viện"]
            )
            job.result = _result(job, plan, "unchanged", warnings)
            in_this_run[plan.plan_id] = job
        else:
            _parse(job, by_path, by_id, in_this_run)


def _plan_id(job: _Job) -> str | None:
    return job.plan.plan_id if job.plan else job.result.plan_id if job.result else None


def _parse(job: _Job, by_path: dict[str, dict[str, str]], by_id: dict[str, dict[str, str]], in_this_run: dict[str, _Job]) -> None:
    assert job.document is not None
    taken = {s["source"] for s in by_path.values() if s["path"] != str(job.path)} | {j.source for j in in_this_run.values()}
    if job.source in taken and by_id.get(parse_plan(job.document).plan_id, {}).get("source") != job.source:
        job.source = f"{job.path.parent.name}/{job.source}"  # another plan's file has the same name
    plan = parse_plan(replace(job.document, source=job.source))
    reason = _why_no_plan(plan)
    rival = in_this_run.get(plan.plan_id)
    if reason:
        job.result = FileResult(source=job.source, status="failed", error=f"{job.source}: {reason}")
    elif rival:
        job.result = FileResult(source=job.source, status="failed", plan_id=plan.plan_id,
                                error=f"{job.source}: another text of the same plan ({plan.plan_id}) as {rival.source}; keep one of the two files")  # fmt: skip
    else:
        old = by_path.get(str(job.path))
        if old and old["plan_id"] != plan.plan_id:
            job.instead_of = (old["plan_id"],)
        if plan.plan_id in by_id and by_id[plan.plan_id]["source"] != job.source:
            job.warnings.append(f"thay cho {by_id[plan.plan_id]['source']} (cùng một kế hoạch)")
        if not plan.tasks:
            job.warnings.append("không có bảng nhiệm vụ nào trong tệp")
        job.plan, job.passages = plan, plan_passages(plan)
        in_this_run[plan.plan_id] = job


def _why_no_plan(plan: Plan) -> str | None:
    """Why a text cannot be taken as a plan; a plan without a task table is one, a text without any sign of one is not."""
    numbered = sum(
        s.number is not None and s.kind in ("roman", "arabic", "article", "part", "upper") and not s.inferred
        for s in plan.sections
    )
    if plan.tasks or plan.fact("number") or (plan.fact("title") and numbered) or numbered >= 3:
        return None
    return "no plan in it: no title, no plan number, no numbered sections and no task table; is it the right file?"


def _write(job: _Job, library: Library, progress: Progress) -> FileResult:
    assert job.plan is not None
    assert job.document is not None
    existed = job.plan.plan_id in library.shelf().plans or bool(job.instead_of)
    try:
        library.replace_plan(
            job.plan, job.passages, path=str(job.path), sha256=job.document.sha256, parser_version=PARSER_VERSION,
            instead_of=job.instead_of, progress=progress.advance,
        )  # fmt: skip
    except LibraryError:
        raise  # the library itself is in trouble: no use going on
    except CchcError as error:
        return FileResult(source=job.source, status="failed", plan_id=job.plan.plan_id, error=str(error))
    return _result(job, job.plan, "updated" if existed else "added", job.warnings)


def _result(job: _Job, plan: Plan, status: IngestStatus, warnings: Sequence[str]) -> FileResult:
    card = card_of(plan)
    return FileResult(source=job.source, status=status, plan_id=plan.plan_id, sections=card.sections, tasks=card.tasks,
                      warnings=(*warnings, *card.warnings))  # fmt: skip
