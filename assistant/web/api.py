"""The public API: the routes under /api of the interface contract. The same objects as the command line gives."""

import logging
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, cast

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse

from assistant.answering import MAX_QUESTION
from assistant.answers import Answer, Language
from assistant.errors import LibraryError, UsageError
from assistant.plans import PlanCard
from assistant.task_table import TaskFilter, select_tasks, task_row
from assistant.web.examples import example_questions
from assistant.web.exports import exported
from assistant.web.logs import log
from assistant.web.origins import Visitor
from assistant.web.problems import Problem, reader_language
from assistant.web.rates import address_key, rate_headers
from assistant.web.sessions import LIFETIME
from assistant.web.shapes import Ask, ErrorObject, Feedback, PassageObject, Questions, Session, Stored, TaskObject
from assistant.web.site import Site
from assistant.web.sources import surroundings
from assistant.web.streaming import HEADERS, answered, event, pieces, told
from assistant.web.texts import texts

ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": ErrorObject, "description": what}
    for status, what in (
        (400, "A filter that makes no sense"), (401, "A session is missing, wrong or over"), (403, "A page that may not ask"),
        (413, "Too large"), (415, "Not JSON"), (422, "A field is missing or wrong"), (429, "Too many requests; see Retry-After"),
        (503, "The public API is off, or the library cannot be used"), (504, "The answer took too long"),
    )
}  # fmt: skip
_SURROUNDINGS: Final = 600  # characters on either side of a passage
_LONGEST: Final = 100_000  # characters of one passage

Token = Annotated[
    str | None,
    Header(alias="X-CCHC-Session", max_length=1024, description="from `POST /api/session`; pages on other origins need it"),
]


def visitor(request: Request) -> Visitor:
    """Who asks, as the guard found out."""
    return cast(Visitor, request.state.visitor)


def language(request: Request) -> Language:
    """In which language messages are told."""
    return reader_language(request.headers)


Asking = Annotated[Visitor, Depends(visitor)]
Reading = Annotated[Language, Depends(language)]


def json_response(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON as the command line prints it: dataclasses as objects, Vietnamese as it is written."""
    return Response(orjson.dumps(value), status, headers, "application/json")


def check_question(question: str) -> str:
    """The question. Raises Problem when it is empty or too long."""
    if not question.strip():
        raise Problem("bad_request", reason="question: empty")
    if len(question) > MAX_QUESTION:
        raise Problem("question_too_long", length=len(question), limit=MAX_QUESTION)
    return question


def _answer_events(answer: Answer) -> Iterator[bytes]:
    for piece in pieces(answer.answer):
        yield event("delta", {"text": piece})
    yield event("answer", answer)


def public_routes(site: Site) -> APIRouter:
    """The routes, over one site."""
    router = APIRouter(prefix="/api", tags=["public"], responses=ERRORS)

    @router.post("/session", response_model=Session, summary="A session for a page that embeds the widget")
    async def begin_session(who: Asking) -> Response:
        lefts = site.admit(who, None)
        return json_response(
            Session(token=site.sessions.begin(who.origin or ""), expires_in=LIFETIME).model_dump(), 200, rate_headers(lefts)
        )

    @router.post("/ask", response_model=Answer, summary="Hỏi một câu – ask a question")
    async def ask(body: Ask, who: Asking, reading: Reading, request: Request, token: Token = None) -> Response:
        """Trả lời một câu hỏi về các kế hoạch, kèm nguồn đánh số. With `stream`: server-sent events `status`, `delta`…, `answer`."""
        headers = rate_headers(site.admit(who, token, session=True))
        question = check_question(body.question)
        channel = "widget" if token else "api"
        future = site.answer(question, [turn.model_dump() for turn in body.history], channel, request.state.request_id)
        if not body.stream:
            return json_response(await answered(site, future), headers=headers)

        def fail(problem: Problem) -> bytes:
            return event("error", problem.body(reading, request.state.request_id))

        events = told(site, future, begin=event("status", {"phase": "searching"}), tell=_answer_events, fail=fail)
        return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS | headers)

    @router.get("/examples", response_model=Questions, summary="Questions that this library can answer")
    def examples(who: Asking, language: Literal["vi", "en"] = "vi") -> Response:
        headers = rate_headers(site.admit(who, None))
        return json_response({"questions": example_questions(site.shelf(), texts(language))}, headers=headers)

    @router.get("/plans", response_model=list[PlanCard], summary="Các kế hoạch trong thư viện – the plans")
    def plans(who: Asking) -> Response:
        headers = rate_headers(site.admit(who, None))
        return json_response(site.shelf().cards, headers=headers)

    @router.get("/tasks", response_model=list[TaskObject], summary="Các nhiệm vụ, lọc theo điều kiện – the tasks, filtered")
    def tasks(
        who: Asking,
        plan: Annotated[str | None, Query(max_length=200, description="number, id, province or year", examples=["166"])] = None,
        group: Annotated[str | None, Query(max_length=20, description="Roman numeral", examples=["VI"])] = None,
        stt: Annotated[str | None, Query(max_length=20, examples=["27"])] = None,
        lead: Annotated[str | None, Query(max_length=200, description="lead agency", examples=["Sở Nội vụ"])] = None,
        coordinating: Annotated[str | None, Query(max_length=200, description="coordinating agency")] = None,
        agency: Annotated[str | None, Query(max_length=200, description="lead or coordinating agency")] = None,
        due: Annotated[str | None, Query(max_length=40, examples=["2021-04-01..2021-06-30"])] = None,
        text: Annotated[str | None, Query(max_length=500, description="words that the row contains")] = None,
        budget: Annotated[bool | None, Query(description="only tasks with a budget, or only those without")] = None,
        format: Literal["json", "csv", "xlsx", "ics"] = "json",
        language: Annotated[Literal["vi", "en"], Query(description="of the titles in XLSX and ICS")] = "vi",
    ) -> Response:
        headers = rate_headers(site.admit(who, None))
        wanted = TaskFilter(
            plan=plan,
            group=group,
            stt=stt,
            lead=lead,
            coordinating=coordinating,
            agency=agency,
            due=due,
            text=text,
            budget=budget,
        )
        shelf = site.shelf()
        try:
            found = select_tasks(shelf, wanted)
        except UsageError as error:
            raise Problem("bad_request", reason=str(error)) from error
        if format == "json":
            return json_response([task_row(shelf, task) for task in found], headers=headers)
        content, media_type = exported(shelf, found, format, language, due)
        attachment = {"content-disposition": f'attachment; filename="cchc-tasks.{format}"'}
        return Response(content, headers=headers | attachment, media_type=media_type)

    @router.get(
        "/passages/{plan_id}", response_model=PassageObject, summary="Một đoạn trong nguyên văn – a citation in its surroundings"
    )
    def passage(plan_id: str, who: Asking, start: Annotated[int, Query(ge=0)], end: Annotated[int, Query(ge=0)]) -> Response:
        headers = rate_headers(site.admit(who, None))
        plan, card = site.plan(plan_id)
        if not start < end <= len(plan.text) or end - start > _LONGEST:
            raise Problem("not_found")
        before, after = surroundings(plan.text, start, end, _SURROUNDINGS)
        found = PassageObject(
            plan_id=plan_id, plan_number=card.plan_number, plan_title=card.title, province=card.province, year=card.year, source=card.source,
            start=start, end=end, before=plan.text[before], quote=plan.text[start:end], after=plan.text[after], length=len(plan.text),
        )  # fmt: skip
        return json_response(found.model_dump(), headers=headers)

    @router.post(
        "/feedback", response_model=Stored, status_code=201, summary="Ý kiến về một câu trả lời – an opinion on an answer"
    )
    def feedback(body: Feedback, who: Asking, token: Token = None) -> Response:
        headers = rate_headers(site.admit(who, token, session=True))
        site.take(site.by_reader, address_key(who.address))
        known = site.recent.get(body.answer_id)
        if known is None:
            raise Problem("answer_unknown")
        try:
            identity = site.feedback.add(*known, body.rating, body.comment, "widget" if token else "api")
        except LibraryError as error:
            log("feedback_lost", level=logging.ERROR, error=str(error))
            raise Problem("library_unusable", headers={"retry-after": "60"}) from error
        site.metrics.rated(body.rating)
        return json_response({"id": identity}, 201, headers)

    return router
