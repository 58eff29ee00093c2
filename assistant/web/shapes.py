"""What the API takes and gives, as its documentation shows it; besides `assistant.answers.Answer` and `assistant.plans.PlanCard`."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from assistant.answering import MAX_QUESTION
from assistant.plans import Due

_TURNS: Final = 40
_EXAMPLE: Final[dict[str, JsonValue]] = {
    "question": "Nhiệm vụ 27 kế hoạch 166 do ai chủ trì, hạn khi nào?",
    "history": [],
    "stream": False,
}


def _no_surrogates(text: str) -> str:
    """A half of a surrogate pair is no character: nothing could print or store it."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("the text holds half a character (a lone surrogate)")
    return text


Text = Annotated[str, AfterValidator(_no_surrogates)]


class Said(BaseModel):
    """An earlier turn of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: Text = Field(max_length=60_000)


class Ask(BaseModel):
    """A question. Fields that are not here are refused: nothing but the question and what was said before steers an answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    question: Text = Field(
        description=f"in Vietnamese (with or without diacritics) or English, at most {MAX_QUESTION:,} characters"
    )
    history: list[Said] = Field(default=[], max_length=_TURNS, description="earlier turns, oldest first")
    stream: bool = Field(default=False, description="server-sent events `status`, `delta`, then `answer`")


class Feedback(BaseModel):
    """What a reader thinks of an answer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"answer_id": "3f1c2a9be07d4415", "rating": "down", "comment": "Thiếu cơ quan phối hợp."}]
        },
    )

    answer_id: str = Field(pattern=r"^[0-9a-f]{16}$", description="the `id` of an answer that this server gave")
    rating: Literal["up", "down"]
    comment: Text = Field(default="", max_length=2_000)


class Session(BaseModel):
    """A session of a page that embeds the widget; sent back as the header `X-CCHC-Session`."""

    token: str
    expires_in: int = Field(description="seconds")


class Stored(BaseModel):
    """What was stored."""

    id: str


class Questions(BaseModel):
    """Questions that the library at hand can answer."""

    questions: list[str]


class TaskObject(BaseModel):
    """A row of a task table (the object that `cchc tasks --json` prints); cells as printed, null when blank."""

    plan_id: str
    plan_number: str | None
    province: str | None
    year: str | None
    group: str | None
    group_title: str | None
    stt: str
    task: str | None
    product: str | None
    lead: str | None
    coordinating: str | None
    deadline: str | None
    budget: str | None
    note: str | None
    lead_agencies: list[str]
    coordinating_agencies: list[str]
    due: list[Due]
    source: str
    start: int
    end: int


class PassageObject(BaseModel):
    """A stretch of a plan's text in its surroundings; `before + quote + after` stands in the text as it is."""

    plan_id: str
    plan_number: str | None
    plan_title: str
    province: str | None
    year: str | None
    source: str
    start: int
    end: int
    before: str
    quote: str
    after: str
    length: int = Field(description="characters of the whole text")


class ErrorFields(BaseModel):
    code: str
    message: str
    request_id: str


class ErrorObject(BaseModel):
    """The one shape of every error."""

    error: ErrorFields


class ChatMessage(BaseModel):
    """A message in OpenAI's shape; content may be text or a list of text parts."""

    model_config = ConfigDict(extra="ignore")

    role: str = Field(max_length=40)
    content: Text | list[dict[str, Any]] | None = None


class ChatRequest(BaseModel):
    """OpenAI's request. Only the conversation counts: system messages, tools and sampling have no say in an official answer."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [{"model": "cchc", "messages": [{"role": "user", "content": "Nhiệm vụ 27 kế hoạch 166 do ai chủ trì?"}]}]
        },
    )

    model: str = Field(default="cchc", max_length=200)
    messages: list[ChatMessage] = Field(min_length=1, max_length=2 * _TURNS)
    stream: bool | None = None
    n: Annotated[int | None, Field(ge=1, le=1)] = None
