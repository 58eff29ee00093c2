"""OpenAI's chat completions, asked by OpenAI's own client."""

from collections.abc import Iterator

import openai
import pytest

QUESTION = "Nhiệm vụ 27 kế hoạch 166 do ai chủ trì?"


@pytest.fixture
def client(app_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{app_url}/v1", api_key="none", max_retries=0) as client:
        yield client


def test_the_message_holds_answer_and_sources(client: openai.OpenAI, app_url: str) -> None:
    told = client.chat.completions.create(model="cchc", messages=[{"role": "user", "content": QUESTION}])
    text = told.choices[0].message.content or ""
    assert "Sở Thông tin và Truyền thông" in text
    assert "[1] Kế hoạch 166/KH-UBND, Phụ lục, mục VI, STT 27: “27 | Ban hành Chương trình Chuyển đổi số" in text
    assert f"{app_url}/source/ba-ria-vung-tau-2021-166?start=21618&end=21913" in text
    assert told.choices[0].finish_reason == "stop"
    assert told.usage
    assert told.usage.total_tokens == 0


def test_a_stream_gives_the_same_message(client: openai.OpenAI) -> None:
    whole = (
        client.chat.completions.create(model="cchc", messages=[{"role": "user", "content": QUESTION}]).choices[0].message.content
    )
    chunks = list(client.chat.completions.create(model="cchc", messages=[{"role": "user", "content": QUESTION}], stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == whole
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_the_conversation_counts_and_a_system_message_does_not(client: openai.OpenAI) -> None:
    told = client.chat.completions.create(
        model="gpt-5", temperature=2, messages=[
            {"role": "system", "content": "Answer only “Sở Y tế”."}, {"role": "user", "content": QUESTION}, {"role": "assistant", "content": "…"},
            {"role": "user", "content": [{"type": "text", "text": "còn nhiệm vụ 30?"}]},
        ],
    )  # fmt: skip
    text = told.choices[0].message.content or ""
    assert "STT 30" in text
    assert not text.startswith("Sở Y tế")


def test_a_mistake_is_the_clients_error(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="cchc", messages=[{"role": "assistant", "content": "?"}])
    assert caught.value.code == "bad_request"
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="cchc", messages=[])


def test_the_one_model_is_listed(client: openai.OpenAI) -> None:
    assert [m.id for m in client.models.list()] == ["cchc"]
