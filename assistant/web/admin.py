"""Routes for the administrator: uploads, re-ingestion, the switch of the public API, feedback. Off without `CCHC_ADMIN_TOKEN`.

The token comes as `Authorization: Bearer …`, never in a cookie, so that no other page can use it; it is compared in constant
time, and wrong ones are few a minute. An uploaded file goes into a folder made here: nothing of the client's path is used.
"""

import hashlib
import itertools
import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, UploadFile
from fastapi.responses import Response, StreamingResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import CchcError
from assistant.vietnamese import nfc, visible
from assistant.web.api import ERRORS, json_response
from assistant.web.guard import FILE
from assistant.web.logs import log
from assistant.web.problems import Problem
from assistant.web.shapes import Text
from assistant.web.site import Site
from assistant.web.streaming import HEADERS, event

_REMOVING: Final = 30.0  # seconds that taking a plan out may take
_LONGEST: Final = 600.0  # seconds that an ingestion may take
MOST_FILES: Final = 500  # in the folder of uploads
SUFFIXES: Final = (".txt", ".md")
_LONGEST_NAME: Final = 80  # characters
_FOLDER: Final = 8  # hexadecimal digits that name the folder of an upload


class Said:
    """What an ingestion says, event by event, for all who listen: who comes late hears it from the beginning."""

    def __init__(self, name: str | None = None, *, over: bool = False) -> None:
        self.name = name  # of the uploaded file; None when all plans are read again
        self.over = over
        self.stopped = False  # by an administrator
        self._events: list[bytes] = []
        self._news = threading.Condition()

    def put(self, one: bytes) -> None:
        """Say an event."""
        with self._news:
            self._events.append(one)
            self._news.notify_all()

    def end(self) -> None:
        """Say nothing more."""
        with self._news:
            self.over = True
            self._news.notify_all()

    def get(self, number: int) -> bytes | None:
        """An event by number, from 0, as soon as it is said; None after the last one."""
        with self._news:
            self._news.wait_for(lambda: self.over or number < len(self._events))
            return self._events[number] if number < len(self._events) else None


class Switch(BaseModel):
    """Whether the public API answers, and what it says when it does not."""

    model_config = ConfigDict(extra="forbid")

    on: bool
    message: Text = Field(default="", max_length=500)


def admin_routes(site: Site) -> APIRouter:
    """The routes under /api/admin."""

    # the guard has checked the token before it read anything of the body; this only documents it
    documented = Depends(HTTPBearer(auto_error=False, description="CCHC_ADMIN_TOKEN"))
    router = APIRouter(prefix="/api/admin", tags=["admin"], dependencies=[documented], responses=ERRORS)
    jobs = _Jobs(site)

    @router.get("/state", summary="What an administrator sees first")
    def state() -> Response:
        message = site.switch.message()
        shelf = site.shelf_or_none()
        plans = shelf.cards if shelf else ()
        ingesting = None if jobs.latest.over else {"name": jobs.latest.name}
        return json_response(
            {"public_api": {"on": message is None, "message": message or ""}, "plans": plans, "ingesting": ingesting}
        )

    @router.post("/public-api", summary="Turn the public API off or on")
    def switch(body: Switch) -> Response:
        site.switch.turn_on() if body.on else site.switch.turn_off(body.message)
        log("public_api", on=body.on, message=body.message or None)
        return json_response({"public_api": {"on": body.on, "message": body.message}})

    @router.post("/plans", summary="Upload a plan and ingest it; progress as server-sent events")
    async def upload(file: UploadFile) -> Response:
        content = await file.read(FILE + 1)
        await file.close()
        if len(content) > FILE:
            raise Problem("too_large", limit=FILE // 1024)
        name = safe_name(file.filename or "")
        return _stream(jobs.upload(name, content))

    @router.delete("/plans/{plan_id}", summary="Take a plan out of the library")
    def remove(plan_id: str) -> Response:
        site.plan(plan_id)
        jobs.remove(plan_id)
        return json_response({"plan_id": plan_id})

    @router.post("/reingest", summary="Read the files of all plans again; progress as server-sent events")
    async def reingest() -> Response:
        return _stream(jobs.reingest())

    @router.get("/ingestion", summary="What the ingestion that is running, or was the last, says: the same events again")
    async def listen() -> Response:
        return _stream(jobs.latest)

    @router.delete("/ingestion", summary="Stop the ingestion that is running; a plan that is not finished stays as it was")
    def stop() -> Response:
        running = not jobs.latest.over
        jobs.stop()
        return json_response({"stopped": running})

    @router.get("/feedback", summary="What readers think of the answers, the latest first")
    def feedback(limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> Response:
        return json_response(site.feedback.opinions(limit))

    @router.post("/feedback/{identity}/promote", summary="An opinion as a draft gold case")
    def promote(identity: str) -> Response:
        draft = site.feedback.promote(identity)
        if draft is None:
            raise Problem("not_found")
        return json_response(draft)

    @router.delete("/feedback/{identity}", summary="Forget an opinion")
    def forget(identity: str) -> Response:
        if not site.feedback.delete(identity):
            raise Problem("not_found")
        return json_response({"id": identity})

    return router


def safe_name(given: str) -> str:
    """The last part of whatever name a client sent, in letters, digits, spaces and a few signs, with a suffix that is read.

    Raises Problem for a file that is no text.
    """
    base = nfc(visible(given)).replace("\\", "/").rpartition("/")[2]
    stem, _, suffix = base.rpartition(".")
    if f".{suffix.lower()}" not in SUFFIXES:
        raise Problem("bad_request", reason=f"file: only {', '.join(SUFFIXES)}")
    kept = re.sub(r"[^\w(),.+ -]+", "-", stem).strip(" .-")[:_LONGEST_NAME].rstrip(" .-")
    return f"{kept or 'plan'}.{suffix.lower()}"


class _Jobs:
    """One ingestion at a time, by `cchc ingest` in a process of its own, which no file can make the server wait for.

    What it says is passed on as it comes.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._busy = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self.latest = Said(over=True)
        self._uploads = site.settings.library / "uploads"
        site.closing.append(self.stop)

    def stop(self) -> None:
        """Leave what is being ingested as it was: the server ends, or an administrator wants it."""
        self.latest.stopped = True
        if self._process is not None:
            self._process.kill()

    def upload(self, name: str, content: bytes) -> Said:
        """Store a file and ingest it; when it is not taken, everything stays as it was."""

        def results(said: Said) -> Iterator[dict[str, Any]]:
            self._tidy()
            try:
                yield from self._ingested([self._store(name, content)], said)
            finally:
                self._tidy()

        return self._begin(name, results)

    def reingest(self) -> Said:
        """Read the files again that the library's plans came from, those that are still there."""

        def results(said: Said) -> Iterator[dict[str, Any]]:
            paths = [Path(s["path"]) for s in self._site.assistant.library.register.sources()]
            yield from self._ingested([path for path in paths if path.is_file()], said)

        return self._begin(None, results)

    def remove(self, plan_id: str) -> None:
        """Take a plan out of the library, and its file out of the uploads. Raises Problem when that cannot be."""
        if not self._busy.acquire(blocking=False):
            raise Problem("busy", headers={"retry-after": "30"})
        try:
            command = [*self._cchc(), "remove", "--", plan_id]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=_REMOVING, check=False)
            except subprocess.TimeoutExpired as error:  # another process writes to the library
                raise Problem("busy", headers={"retry-after": "60"}) from error
            if done.returncode:
                log("not_removed", level=logging.ERROR, plan_id=plan_id, error=done.stderr.strip())
                raise Problem("library_unusable")
            self._tidy()
        finally:
            self._busy.release()
        log("removed", plan_id=plan_id)

    def _cchc(self) -> list[str]:
        """The command line over this library, in a process of its own."""
        return [sys.executable, "-m", "assistant.cli", "--library", str(self._site.settings.library)]

    def _begin(self, name: str | None, results: Callable[[Said], Iterator[dict[str, Any]]]) -> Said:
        """Start, and give what to listen to. Raises Problem when another one is running."""
        if not self._busy.acquire(blocking=False):
            raise Problem("busy", headers={"retry-after": "30"})
        self.latest = said = Said(name)
        threading.Thread(target=self._run, args=(results, said), name="ingest", daemon=True).start()
        return said

    def _run(self, results: Callable[[Said], Iterator[dict[str, Any]]], said: Said) -> None:
        try:
            for result in results(said):
                failed = result["status"] == "failed"
                self._site.metrics.ingested(result["status"])
                log(
                    "ingested", level=logging.WARNING if failed else logging.INFO, source=result["source"], status=result["status"],
                    plan_id=result["plan_id"], replaced=result["replaced"], error=result["error"],
                )  # fmt: skip
                said.put(event("result", result))
        except CchcError as error:
            log("not_ingested", level=logging.ERROR, error=str(error))
            said.put(event("error", {"error": _told(error)}))
        finally:
            self._busy.release()
            said.end()

    def _ingested(self, paths: list[Path], said: Said) -> Iterator[dict[str, Any]]:
        """Results as `cchc ingest --json` gives them. Raises CchcError when it takes too long or cannot begin."""
        if not paths:
            return
        command = [*self._cchc(), "ingest", "--json", "--progress", "--", *map(str, paths)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            self._process = process
            limit = threading.Timer(_LONGEST, process.kill)
            limit.start()
            if said.stopped:  # before there was a process
                process.kill()
            told = ""
            assert process.stdout
            for line in process.stdout:
                fields = _object(line)
                if "total" in fields:
                    said.put(event("progress", fields))
                elif "status" in fields:
                    yield fields
                else:
                    told = line.strip()
            limit.cancel()
        self._process = None
        if said.stopped:
            raise CchcError("it was stopped; a plan that was not finished is as it was", code="stopped")
        if process.returncode < 0:
            raise CchcError(
                f"it took more than {_LONGEST / 60:.0f} minutes and was given up; is the file a plan?", code="too_slow"
            )
        if process.returncode > 1:
            raise CchcError(told.removeprefix("cchc: "))

    def _store(self, name: str, content: bytes) -> Path:
        """Write an uploaded file into a folder of its own: no other plan's file has to go for one of the same name.

        Raises CchcError when that cannot be.
        """
        folder = self._uploads / hashlib.sha256(content).hexdigest()[:_FOLDER]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if sum(1 for _ in self._uploads.iterdir()) > MOST_FILES:
                raise CchcError(
                    f"there are {MOST_FILES} uploaded files already; remove some plans first", code="full", detail=str(MOST_FILES)
                )
            (folder / name).write_bytes(content)
        except OSError as error:
            why = str(error.strerror)
            raise CchcError(
                f"the file cannot be stored ({why}); check the disk and its permissions", code="not_stored", detail=why
            ) from error
        return folder / name

    def _tidy(self) -> None:
        """Files that no plan of the library comes from go: not taken, superseded, or left by a server that was killed."""
        used = {Path(s["path"]) for s in self._site.assistant.library.register.sources()}
        for file in self._uploads.resolve().glob(f"{'[0-9a-f]' * _FOLDER}/*"):
            if file not in used:
                file.unlink()
        for folder in self._uploads.glob("[0-9a-f]" * _FOLDER):
            with suppress(OSError):  # not empty
                folder.rmdir()


def _told(error: CchcError) -> dict[str, str]:
    """The one error shape, with what the console needs to say it in its reader's language."""
    return {
        "code": "library_unusable", "message": str(error), "request_id": "",
        "kind": error.code or "library", "detail": error.detail or str(error),
    }  # fmt: skip


def _object(line: str) -> dict[str, Any]:
    """A line that is a JSON object, empty for any other."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _stream(said: Said) -> StreamingResponse:
    async def events() -> AsyncIterator[bytes]:
        yield event("status", {"phase": "reading"})
        for number in itertools.count():
            if (one := await anyio.to_thread.run_sync(said.get, number, abandon_on_cancel=True)) is None:
                break
            yield one
        yield event("done", {})

    return StreamingResponse(events(), media_type="text/event-stream", headers=HEADERS)
