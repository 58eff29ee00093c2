"""The administrator's routes: the token, uploads, the switch, feedback."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from assistant.answering import Assistant
from assistant.errors import UsageError
from assistant.library import Library
from assistant.settings import Settings
from assistant.web.admin import safe_name
from assistant.web.feedback import RecentAnswers
from assistant.web.guard import FILE
from assistant.web.problems import Problem
from assistant.web.site import Site
from eval.cases import Case
from ingest.pipeline import ingest

TOKEN = "a-secret-of-the-administrator"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client(start: Callable, tmp_path: Path) -> Iterator[httpx.Client]:
    assistant = Assistant(Library.create(Settings(library=tmp_path / "library")))
    served = start(assistant, admin_token=TOKEN)
    with httpx.Client(base_url=served.url, timeout=60, headers=BEARER) as client:
        client.served = served  # type: ignore[attr-defined]
        yield client


def told(response: httpx.Response) -> list[tuple[str, dict]]:
    """The events of a stream."""
    assert response.status_code == 200, response.text
    blocks = [block.split("\n") for block in response.text.strip().split("\n\n")]
    return [(b[0].removeprefix("event: "), json.loads(b[1].removeprefix("data: "))) for b in blocks]


def upload(client: httpx.Client, text: str | bytes, name: str = "Kế hoạch mới.txt") -> httpx.Response:
    content = text.encode() if isinstance(text, str) else text
    return client.post("/api/admin/plans", files={"file": (name, content, "text/plain")})


# --- the token ------------------------------------------------------------------------------------------------------

ROUTES = [
    ("GET", "/api/admin/state"), ("POST", "/api/admin/public-api"), ("POST", "/api/admin/plans"), ("POST", "/api/admin/reingest"),
    ("GET", "/api/admin/feedback"), ("POST", "/api/admin/feedback/a/promote"), ("DELETE", "/api/admin/feedback/a"), ("DELETE", "/api/admin/plans/a"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_token_in_the_settings_administration_is_off(app_url: str, method: str, path: str) -> None:
    for given in ({}, {"authorization": "Bearer"}, {"authorization": "Bearer None"}):
        response = httpx.request(method, f"{app_url}{path}", headers=given)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "admin_off")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_wrong_token_is_refused(client: httpx.Client, method: str, path: str) -> None:
    response = client.request(method, path, headers={"authorization": "Bearer wrong"})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "admin_required")
    assert response.headers["www-authenticate"] == "Bearer"


def test_wrong_tokens_are_few_a_minute_and_then_not_even_the_right_one_is_told_apart(client: httpx.Client) -> None:
    assert [client.get("/api/admin/state").status_code for _ in range(12)] == [200] * 12  # the right one is not counted
    wrong = [client.get("/api/admin/state", headers={"authorization": f"Bearer {n}"}).status_code for n in range(12)]
    assert wrong == [401] * 10 + [429] * 2
    locked = client.get("/api/admin/state", headers={"accept-language": "en"})
    assert (locked.status_code, locked.json()["error"]["code"]) == (429, "admin_locked")
    assert re.fullmatch(
        r"The administrator's token was wrong too often\. Please try again in [1-9]\d* seconds\.",
        locked.json()["error"]["message"],
    )
    assert 'cchc_rate_limited_total{limit="admin"} 3.0' in client.get("/metrics").text


def test_a_body_is_not_even_read_before_the_token_is_right(client: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 50_000
            time.sleep(0.01)

    with suppress(httpx.WriteError, httpx.ReadError):
        response = client.post("/api/admin/plans", content=chunks(), headers={"authorization": "Bearer wrong"})
        assert response.status_code == 401


def test_a_token_that_no_browser_can_send_is_refused_in_the_settings(tmp_path: Path) -> None:
    library = Library.create(Settings(library=tmp_path / "library", admin_token="mã bí mật"))
    with pytest.raises(UsageError, match="CCHC_ADMIN_TOKEN"):
        Site(Assistant(library))
    library.close()


# --- uploads --------------------------------------------------------------------------------------------------------


def test_an_uploaded_plan_can_be_asked_about_at_once(client: httpx.Client, small_plan: Callable[..., str]) -> None:
    events = told(upload(client, small_plan(5)))
    assert [name for name, _ in events][-2:] == ["result", "done"]
    assert events[-2][1]["status"] == "added"
    progress = [data for name, data in events if name == "progress"]
    assert progress[0]["done"] == 0
    assert progress[-1] == {"done": progress[-1]["total"], "total": progress[-1]["total"]}
    answer = client.post("/api/ask", json={"question": "nhiệm vụ 2 kế hoạch 5 do ai chủ trì"}).json()
    assert "Sở Nội vụ" in answer["answer"]
    assert answer["citations"][0]["source"] == "Kế hoạch mới.txt"


def uploaded(tmp_path: Path) -> list[Path]:
    """The files of all uploads, by name."""
    return sorted((f for f in (tmp_path / "library" / "uploads").rglob("*") if f.is_file()), key=lambda f: f.name)


def test_an_upload_that_fails_leaves_the_old_version_and_its_file(
    client: httpx.Client, small_plan: Callable[..., str], tmp_path: Path
) -> None:
    upload(client, small_plan(5))
    events = told(upload(client, "no plan at all"))
    assert events[-2][1]["status"] == "failed"
    assert client.get("/api/plans").json()[0]["plan_number"] == "5/KH-UBND"
    (file,) = uploaded(tmp_path)
    assert file.name == "Kế hoạch mới.txt"
    assert file.read_text() == small_plan(5)


def test_a_file_that_takes_for_ever_is_given_up_and_nobody_waits_for_it(
    client: httpx.Client, small_plan: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.admin._LONGEST", 1.0)
    name, data = told(upload(client, small_plan(5) + "\n".join(f"{n}\nSTT\n|" for n in range(100_000))))[-2]
    assert name == "error"
    assert "given up" in data["error"]["message"]
    assert client.get("/healthz").status_code == 200
    monkeypatch.undo()
    assert told(upload(client, small_plan(5)))[-2][1]["status"] == "added"


def test_a_server_that_ends_does_not_wait_for_an_ingestion(
    start: Callable, small_plan: Callable[..., str], tmp_path: Path
) -> None:
    served = start(Assistant(Library.create(Settings(library=tmp_path / "slow"))), admin_token=TOKEN)
    endless = small_plan(5) + "\n".join(f"{n}\nSTT\n|" for n in range(100_000))
    with (
        httpx.Client(base_url=served.url, headers=BEARER, timeout=60) as client,
        client.stream("POST", "/api/admin/plans", files={"file": ("a.txt", endless.encode(), "text/plain")}) as response,
    ):
        told = response.iter_text()
        assert next(told).startswith("event: status")
        time.sleep(1)
        begun = time.monotonic()
        served.begin_to_end()
        with suppress(httpx.HTTPError):
            list(told)
    served.end()
    assert time.monotonic() - begun < 28


ENDLESS = "\n".join(f"{n}\nSTT\n|" for n in range(100_000))


def test_a_running_ingestion_is_found_by_who_comes_later_and_can_be_stopped(
    client: httpx.Client, small_plan: Callable[..., str]
) -> None:
    assert client.get("/api/admin/state").json()["ingesting"] is None
    assert client.delete("/api/admin/ingestion").json() == {"stopped": False}
    with client.stream("POST", "/api/admin/plans", files={"file": ("a.txt", small_plan(5) + ENDLESS, "text/plain")}) as first:
        lines = first.iter_lines()
        assert next(lines) == "event: status"
        assert client.get("/api/admin/state").json()["ingesting"] == {"name": "a.txt"}
        assert upload(client, small_plan(6)).json()["error"]["code"] == "busy"
        with client.stream("GET", "/api/admin/ingestion") as second:
            late = second.iter_lines()
            assert next(late) == "event: status"
            assert client.delete("/api/admin/ingestion").json() == {"stopped": True}
            assert any('"kind":"stopped"' in line for line in late)
        assert any('"kind":"stopped"' in line for line in lines)
    assert client.get("/api/admin/state").json() | {"public_api": None} == {"public_api": None, "plans": [], "ingesting": None}
    assert told(upload(client, small_plan(5)))[-2][1]["status"] == "added"
    assert told(client.get("/api/admin/ingestion"))[-2][1]["status"] == "added"


def test_a_file_that_was_not_taken_does_not_stay(client: httpx.Client, tmp_path: Path) -> None:
    assert told(upload(client, "no plan at all"))[-2][1]["status"] == "failed"
    assert uploaded(tmp_path) == []


def test_what_a_killed_server_left_of_an_upload_goes_with_the_next_one(
    client: httpx.Client, small_plan: Callable[..., str], tmp_path: Path
) -> None:
    upload(client, small_plan(5))
    left = tmp_path / "library" / "uploads" / "0123abcd"
    left.mkdir()
    (left / "half.txt").write_text("half of a new plan")
    upload(client, small_plan(6))
    assert sorted(f.read_text() for f in uploaded(tmp_path)) == [small_plan(5), small_plan(6)]
    assert not left.exists()


def test_two_plans_in_files_of_one_name_are_both_kept(
    client: httpx.Client, small_plan: Callable[..., str], tmp_path: Path
) -> None:
    upload(client, small_plan(5), "KH_CCHC_2022.txt")
    result = told(upload(client, small_plan(6), "KH_CCHC_2022.txt"))[-2][1]
    assert (result["status"], result["replaced"]) == ("added", None)
    assert [p["plan_number"] for p in client.get("/api/plans").json()] == ["5/KH-UBND", "6/KH-UBND"]
    assert len(uploaded(tmp_path)) == 2


def test_a_plan_is_taken_out_with_its_uploaded_file(client: httpx.Client, small_plan: Callable[..., str], tmp_path: Path) -> None:
    upload(client, small_plan(5), "a.txt")
    upload(client, small_plan(6), "b.txt")
    first, second = client.get("/api/admin/state").json()["plans"]
    assert client.delete(f"/api/admin/plans/{first['plan_id']}").json() == {"plan_id": first["plan_id"]}
    assert client.get("/api/admin/state").json()["plans"] == [second]
    assert [p["plan_id"] for p in client.get("/api/plans").json()] == [second["plan_id"]]
    assert [f.name for f in uploaded(tmp_path)] == ["b.txt"]
    assert client.get(f"/source/{first['plan_id']}").status_code == 404
    assert client.delete(f"/api/admin/plans/{first['plan_id']}").status_code == 404
    assert client.delete("/api/admin/plans/--help").status_code == 404


def test_a_file_that_takes_the_place_of_another_says_so(
    client: httpx.Client, small_plan: Callable[..., str], tmp_path: Path
) -> None:
    upload(client, small_plan(5), "first.txt")
    result = told(upload(client, small_plan(5, rows=3), "second.txt"))[-2][1]
    assert (result["status"], result["replaced"]) == ("updated", "first.txt")
    assert [f.name for f in uploaded(tmp_path)] == ["second.txt"]


def test_an_uploaded_plan_that_changed_replaces_its_old_version(client: httpx.Client, small_plan: Callable[..., str]) -> None:
    upload(client, small_plan(5, rows=2))
    assert told(upload(client, small_plan(5, rows=3)))[-2][1]["status"] == "updated"
    assert [p["tasks"] for p in client.get("/api/plans").json()] == [3]
    assert told(upload(client, small_plan(5, rows=3)))[-2][1]["status"] == "unchanged"


def test_the_files_of_all_plans_are_read_again(client: httpx.Client, small_plan: Callable[..., str]) -> None:
    upload(client, small_plan(5), "a.txt")
    upload(client, small_plan(6), "b.md")
    results = [data["status"] for name, data in told(client.post("/api/admin/reingest")) if name == "result"]
    assert results == ["unchanged", "unchanged"]


def test_a_file_that_is_too_large_is_refused(client: httpx.Client) -> None:
    for size in (FILE + 1, FILE + 3_000_000):
        response = upload(client, b"a" * size)
        assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 4000, b"\xff\xfe" * 100, b"%PDF-1.4"], ids=["empty", "binary", "encoding", "pdf"]
)
def test_a_file_that_is_no_text_fails_with_a_reason(client: httpx.Client, content: bytes) -> None:
    name, data = told(upload(client, content))[-2]
    assert (name, data["status"]) == ("result", "failed")
    assert data["error"]
    assert 'cchc_ingested_total{status="failed"} 1.0' in client.get("/metrics").text


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Kế hoạch 12 (bản cuối).TXT", "Kế hoạch 12 (bản cuối).txt"), ("../../etc/passwd.txt", "passwd.txt"), ("C:\\Users\\a\\b.md", "b.md"),
        ("/abs/x.txt", "x.txt"), (".txt", "plan.txt"), ("....txt", "plan.txt"), ("a\x00b.txt", "a b.txt"), ("đ" * 300 + ".md", "đ" * 80 + ".md"), ("計画.md", "計画.md"),
        ("166-KH-UBND_ba-ria-vung-tau_2021.txt", "166-KH-UBND_ba-ria-vung-tau_2021.txt"), ("..%2f<b>|:*?.txt", "2f-b.txt"), ("\u202etxt.a\u0301.txt", "txt.á.txt"),
    ],
)  # fmt: skip
def test_a_stored_file_has_a_name_without_a_path(given: str, name: str) -> None:
    assert safe_name(given) == name


@pytest.mark.parametrize("given", ["", "a", "a.exe", "a.txt.exe", "a.txt/", "a.html"])
def test_only_texts_are_taken(given: str) -> None:
    with pytest.raises(Problem):
        safe_name(given)


# --- the switch and feedback ----------------------------------------------------------------------------------------


def test_the_switch_turns_the_public_api_off_and_on_again(client: httpx.Client) -> None:
    assert client.post("/api/admin/public-api", json={"on": False, "message": "Bảo trì."}).status_code == 200
    assert client.get("/api/admin/state").json()["public_api"] == {"on": False, "message": "Bảo trì."}
    assert "\ncchc_public_api 0.0\n" in client.get("/metrics").text
    assert "Bảo trì." in client.get("/api/plans").json()["error"]["message"]
    client.post("/api/admin/public-api", json={"on": True})
    assert client.get("/api/plans").status_code == 200


def shelve(client: httpx.Client, text: str) -> None:
    """Put a plan into the library without an upload, which takes a process and seconds."""
    library = client.served.site.assistant.library  # type: ignore[attr-defined]
    file = library.directory.parent / "Kế hoạch mới.txt"
    file.write_text(text, encoding="utf-8")
    assert [result.status for result in ingest([file], library)] in (["added"], ["unchanged"])


def rated(client: httpx.Client, small_plan: Callable[..., str], rating: str = "down", comment: str = "Thiếu hạn.") -> str:
    shelve(client, small_plan(5))
    answer = client.post("/api/ask", json={"question": "nhiệm vụ 2 kế hoạch 5 do ai chủ trì"}).json()
    response = client.post("/api/feedback", json={"answer_id": answer["id"], "rating": rating, "comment": comment})
    assert response.status_code == 201
    return str(response.json()["id"])


def test_an_opinion_is_listed_with_the_answer_that_was_given(client: httpx.Client, small_plan: Callable[..., str]) -> None:
    identity = rated(client, small_plan)
    (opinion,) = client.get("/api/admin/feedback").json()
    assert (opinion["id"], opinion["rating"], opinion["comment"]) == (identity, "down", "Thiếu hạn.")
    assert opinion["turns"] == ["nhiệm vụ 2 kế hoạch 5 do ai chủ trì"]
    assert "Sở Nội vụ" in opinion["answer"]["answer"]
    assert opinion["promoted"] is False


def test_an_opinion_said_twice_is_one(client: httpx.Client, small_plan: Callable[..., str]) -> None:
    rated(client, small_plan)
    rated(client, small_plan)
    rated(client, small_plan, "up", "")
    assert [o["rating"] for o in client.get("/api/admin/feedback").json()].count("down") == 1


def test_opinions_of_one_address_are_few_a_minute(client: httpx.Client, small_plan: Callable[..., str]) -> None:
    shelve(client, small_plan(5))
    answer = client.post("/api/ask", json={"question": "nhiệm vụ 2 kế hoạch 5 do ai chủ trì"}).json()
    statuses = [
        client.post("/api/feedback", json={"answer_id": answer["id"], "rating": "up", "comment": str(n)}).status_code
        for n in range(22)
    ]
    assert statuses == [201] * 20 + [429] * 2
    assert 'cchc_rate_limited_total{limit="feedback"} 2.0' in client.get("/metrics").text


def test_what_is_kept_of_answers_is_bounded(assistant: Assistant) -> None:
    recent, answer = RecentAnswers(), assistant.ask("nhiệm vụ 27 kế hoạch 166 do ai chủ trì")
    for n in range(3_000):
        recent.keep(("x" * 20_000,) * 40, replace(answer, id=f"{n:016x}"))
    assert recent.get(f"{0:016x}") is None
    turns, _ = recent.get(f"{2_999:016x}") or ((), None)
    assert [len(turn) for turn in turns] == [2_000] * 6
    assert len(recent._answers) * 12_000 < 6_000_000


def test_an_opinion_becomes_a_draft_that_the_gold_set_takes(client: httpx.Client, small_plan: Callable[..., str]) -> None:
    identity = rated(client, small_plan)
    draft = client.post(f"/api/admin/feedback/{identity}/promote").json()
    case = Case.model_validate(draft)
    assert (case.kind, case.status, case.turns) == ("task", ("answered",), ("nhiệm vụ 2 kế hoạch 5 do ai chủ trì",))
    assert case.facts == (("Sở Nội vụ",),)
    assert case.citations[0][0].source == "Kế hoạch mới.txt"
    assert "WRONG" in case.note
    assert "Thiếu hạn." in case.note
    assert client.get("/api/admin/feedback").json()[0]["promoted"] is True


def test_an_opinion_can_be_forgotten_and_old_ones_are(
    client: httpx.Client, small_plan: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = rated(client, small_plan)
    assert client.delete(f"/api/admin/feedback/{identity}").status_code == 200
    assert client.delete(f"/api/admin/feedback/{identity}").status_code == 404
    rated(client, small_plan)
    monkeypatch.setattr("assistant.web.feedback.time.time", lambda: 2_000_000_000 + 181 * 24 * 3600)
    assert client.get("/api/admin/feedback").json() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answer_id": "0" * 16, "rating": "up"}, 404),
        ({"answer_id": "../../x", "rating": "up"}, 422),
        ({"answer_id": "0" * 16, "rating": "best"}, 422),
        ({"answer_id": "0" * 16, "rating": "up", "comment": "x" * 2001}, 422),
    ],
)
def test_an_opinion_on_nothing_is_refused(client: httpx.Client, body: dict[str, str], status: int) -> None:
    assert client.post("/api/feedback", json=body).status_code == status


def test_a_full_disk_is_told_and_nothing_else_breaks(
    client: httpx.Client, small_plan: Callable[..., str], tmp_path: Path
) -> None:
    shelve(client, small_plan(5))
    answer = client.post("/api/ask", json={"question": "nhiệm vụ 2 kế hoạch 5 do ai chủ trì"}).json()
    (tmp_path / "library" / "feedback.db").mkdir()  # as good as full: nothing can be written there
    response = client.post("/api/feedback", json={"answer_id": answer["id"], "rating": "up"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "library_unusable")
    assert str(tmp_path) not in response.text
    assert client.post("/api/ask", json={"question": "nhiệm vụ 2 kế hoạch 5"}).status_code == 200
