"""The API as it describes itself: requests made up from the schema never bring the server down."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

TRIES = 40  # requests an operation


OPERATIONS = [
    ("POST", "/api/session"), ("POST", "/api/ask"), ("GET", "/api/examples"), ("GET", "/api/plans"), ("GET", "/api/tasks"),
    ("GET", "/api/passages/{plan_id}"), ("POST", "/api/feedback"), ("GET", "/v1/models"), ("POST", "/v1/chat/completions"),
    ("GET", "/api/admin/state"), ("POST", "/api/admin/public-api"), ("POST", "/api/admin/plans"), ("POST", "/api/admin/reingest"),
    ("GET", "/api/admin/ingestion"), ("DELETE", "/api/admin/ingestion"),
    ("GET", "/api/admin/feedback"), ("POST", "/api/admin/feedback/{identity}/promote"), ("DELETE", "/api/admin/feedback/{identity}"), ("DELETE", "/api/admin/plans/{plan_id}"),
    ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"),
]  # fmt: skip


@pytest.fixture(scope="session")
def schema(app_url: str) -> Any:
    return schemathesis.openapi.from_url(f"{app_url}/openapi.json")


def test_every_operation_is_tried(schema: Any) -> None:
    described = {(method.upper(), path) for path, methods in schema.raw_schema["paths"].items() for method in methods}
    assert described == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_brings_the_server_down(schema: Any, method: str, path: str) -> None:
    operation = schema[path][method]

    @given(case=operation.as_strategy())
    @settings(max_examples=TRIES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def attempt(case: schemathesis.Case) -> None:
        response = case.call(timeout=30)
        case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])
        if response.status_code >= 400:
            assert set(response.json()["error"]) == {"code", "message", "request_id"}

    attempt()


def test_the_examples_in_the_schema_are_vietnamese_and_work(app_url: str) -> None:
    paths = httpx.get(f"{app_url}/openapi.json").json()
    for path, name in (("/api/ask", "Ask"), ("/v1/chat/completions", "ChatRequest")):
        (example,) = paths["components"]["schemas"][name]["examples"]
        assert "Nhiệm vụ" in str(example)
        assert httpx.post(f"{app_url}{path}", json=example).status_code == 200


def test_every_route_of_the_contract_is_there(app_url: str) -> None:
    described = set(httpx.get(f"{app_url}/openapi.json").json()["paths"])
    assert {
        "/api/ask",
        "/api/plans",
        "/api/tasks",
        "/api/passages/{plan_id}",
        "/api/feedback",
        "/v1/chat/completions",
        "/healthz",
        "/readyz",
        "/metrics",
    } <= described
    for page in ("/widget.js", "/demo", "/", "/docs"):
        assert httpx.get(f"{app_url}{page}").status_code == 200


def test_the_documentation_shows_itself_without_another_host(visit, app_url: str, artifacts: Path) -> None:
    page = visit.open(f"{app_url}/docs", until=".opblock")
    assert page.locator(".opblock").count() >= 12
    page.locator(".opblock", has_text="Hỏi một câu").first.click()
    page.wait_for_selector("text=Nhiệm vụ 27 kế hoạch 166")
    page.screenshot(path=artifacts / "docs.png")
    assert visit.hosts == {app_url.removeprefix("http://")}
    assert visit.faults == []
