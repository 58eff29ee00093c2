"""The safety rules, over real HTTP: which pages may ask, which headers come back, what stays closed."""

import json
import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from assistant.answering import Assistant
from assistant.library import Library
from assistant.web.sessions import LIFETIME

QUESTION = {"question": "who leads task 27 and when is it due"}
SITE = "https://cchc.example.gov.vn"


@pytest.fixture
def client(start: Callable, library: Library) -> Iterator[httpx.Client]:
    served = start(Assistant(library), widget_origins=(SITE,), address_rate=0)
    with httpx.Client(base_url=served.url, timeout=20) as client:
        client.served = served  # type: ignore[attr-defined]
        yield client


def token_for(client: httpx.Client, origin: str = SITE) -> str:
    response = client.post("/api/session", headers={"origin": origin})
    assert response.status_code == 200, response.text
    return str(response.json()["token"])


# --- which pages may ask --------------------------------------------------------------------------------------------


def test_a_page_that_is_named_may_ask_with_a_session(client: httpx.Client) -> None:
    response = client.post("/api/ask", json=QUESTION, headers={"origin": SITE, "x-cchc-session": token_for(client)})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-credentials" not in response.headers
    assert 'cchc_questions_total{channel="widget",language="en",status="answered"} 1.0' in client.get("/metrics").text
    assert "Origin" in response.headers["vary"]
    assert response.headers["ratelimit"].startswith('"session";r=')
    assert "RateLimit" in response.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://cchc.example.gov.vn", SITE + ":8443", SITE + ".evil.example", "https://x.cchc.example.gov.vn", "file://", "a" * 9000],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/session", "/api/ask", "/api/feedback"])
def test_a_page_that_is_not_named_is_refused(client: httpx.Client, origin: str, path: str) -> None:
    response = client.post(path, json=QUESTION, headers={"origin": origin})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "origin_refused")
    assert not [name for name in response.headers if name.startswith("access-control-")]


def test_no_page_but_the_servers_own_may_ask_until_one_is_named(app_url: str) -> None:
    assert httpx.post(f"{app_url}/api/session", headers={"origin": SITE}).status_code == 403
    assert httpx.post(f"{app_url}/api/ask", json=QUESTION, headers={"origin": app_url}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/chat/completions"), ("POST", "/gradio_api/queue/join"), ("GET", "/"), ("GET", "/metrics"), ("POST", "/api/admin/public-api"),
     ("GET", "/gradio_api/queue/data"), ("POST", "/api/admin/reingest"), ("GET", "/source/ba-ria-vung-tau-2021-166")],
)  # fmt: skip
def test_a_named_page_gets_at_what_the_widget_needs_and_no_more(client: httpx.Client, method: str, path: str) -> None:
    assert client.request(method, path, headers={"origin": SITE}).status_code == 403


def test_a_preflight_is_answered_for_a_named_page_only(client: httpx.Client) -> None:
    ask = {"access-control-request-method": "POST", "access-control-request-headers": "content-type,x-cchc-session"}
    allowed = client.options("/api/ask", headers={"origin": SITE, **ask})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, SITE)
    assert "x-cchc-session" in allowed.headers["access-control-allow-headers"]
    refused = client.options("/api/ask", headers={"origin": "https://evil.example", **ask})
    assert refused.status_code == 403
    console = client.options("/gradio_api/queue/join", headers={"origin": SITE, **ask})
    assert console.status_code == 403


def test_a_foreign_page_without_a_session_is_refused(client: httpx.Client) -> None:
    response = client.post("/api/ask", json=QUESTION, headers={"origin": SITE})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "session_required")
    assert response.headers["access-control-allow-origin"] == SITE  # so that the widget can read why


def test_a_session_of_another_page_or_of_yesterday_is_refused(client: httpx.Client) -> None:
    token = token_for(client)
    own = str(client.base_url).rstrip("/")
    elsewhere = client.post("/api/ask", json=QUESTION, headers={"origin": own, "x-cchc-session": token})
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (401, "session_invalid")
    sessions = client.served.site.sessions  # type: ignore[attr-defined]
    clock, sessions._clock = sessions._clock, lambda: clock() + LIFETIME
    old = client.post("/api/ask", json=QUESTION, headers={"origin": SITE, "x-cchc-session": token})
    assert (old.status_code, old.json()["error"]["code"]) == (401, "session_expired")


def test_a_session_can_ask_only_so_often(start: Callable, library: Library) -> None:
    served = start(Assistant(library), widget_origins=(SITE,), session_rate=2)
    with httpx.Client(base_url=served.url) as client:
        first, second = ({"origin": SITE, "x-cchc-session": token_for(client)} for _ in range(2))
        assert [client.post("/api/ask", json=QUESTION, headers=first).status_code for _ in range(3)] == [200, 200, 429]
        assert client.post("/api/ask", json=QUESTION, headers=second).status_code == 200


def test_what_a_visitor_says_of_its_address_does_not_lift_a_limit(start: Callable, library: Library) -> None:
    served = start(Assistant(library), address_rate=2)
    statuses = [
        httpx.post(
            f"{served.url}/api/ask", json=QUESTION, headers={"x-forwarded-for": f"1.2.3.{n}", "forwarded": f"for=1.2.3.{n}"}
        ).status_code
        for n in range(3)
    ]
    assert statuses == [200, 200, 429]


def test_behind_a_named_proxy_each_visitor_has_a_limit_of_his_own(start: Callable, library: Library) -> None:
    served = start(Assistant(library), address_rate=1, trusted_proxies=("127.0.0.1",))
    for n in range(3):
        assert (
            httpx.post(f"{served.url}/api/ask", json=QUESTION, headers={"x-forwarded-for": f"9.9.9.9, 1.2.3.{n}"}).status_code
            == 200
        )
    assert httpx.post(f"{served.url}/api/ask", json=QUESTION, headers={"x-forwarded-for": "8.8.8.8, 1.2.3.1"}).status_code == 429


# --- what comes back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/demo", "/docs", "/widget.js", "/openapi.json", "/api/plans", "/healthz", "/metrics", "/config", "/api/nothing", "/nothing",
             "/source/ba-ria-vung-tau-2021-166?start=21618&end=21913", "/static/swagger-ui.css", "/theme.css"],
)  # fmt: skip
def test_every_response_has_its_security_headers(app_url: str, path: str) -> None:
    response = httpx.get(f"{app_url}{path}")
    headers = response.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "http:" not in policy
    assert "*" not in policy
    assert ("unsafe-eval" in policy) == (path in ("/", "/config", "/nothing", "/theme.css"))  # the console's, which Gradio needs
    assert "server" not in headers
    assert "set-cookie" not in headers


def test_transport_security_is_asked_for_behind_tls_only(start: Callable, library: Library) -> None:
    served = start(Assistant(library), trusted_proxies=("127.0.0.1",))
    assert "strict-transport-security" not in httpx.get(f"{served.url}/healthz").headers
    assert "strict-transport-security" in httpx.get(f"{served.url}/healthz", headers={"x-forwarded-proto": "https"}).headers


def test_the_widget_may_be_loaded_by_any_page_and_kept(app_url: str) -> None:
    response = httpx.get(f"{app_url}/widget.js", headers={"origin": "https://anywhere.example"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    again = httpx.get(f"{app_url}/widget.js", headers={"if-none-match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_request_id_is_the_servers_own(app_url: str) -> None:
    response = httpx.get(f"{app_url}/healthz", headers={"x-request-id": "forged\tid"})
    assert "forged" not in response.headers["x-request-id"]


def test_monitors_may_ask_with_head(app_url: str) -> None:
    for path in ("/healthz", "/readyz", "/widget.js", "/demo"):
        response = httpx.head(f"{app_url}{path}")
        assert (response.status_code, response.content) == (200, b"")


# --- what stays closed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"), ("GET", "/gradio_api/upload_progress"), ("GET", "/gradio_api/file=/etc/passwd"), ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/gradio_api/file=register.db"), ("GET", "/gradio_api/proxy=http://127.0.0.1:1/"), ("GET", "/gradio_api/proxy=https://hf.space/x"),
        ("POST", "/gradio_api/call/answer"), ("POST", "/gradio_api/run/predict"), ("POST", "/gradio_api/component_server"), ("GET", "/gradio_api/runs"),
        ("POST", "/gradio_api/vibe-edit"), ("GET", "/monitoring"), ("GET", "/monitoring/summary"), ("POST", "/login"), ("GET", "/gradio_api/deep_link"),
        ("GET", "/gradio_api/openapi.json"), ("GET", "/gradio_api/../gradio_api/upload"), ("POST", "//gradio_api/upload"), ("POST", "/gradio_api//upload"),
        ("POST", "/gradio_api/queue/join/../../upload"), ("POST", "/GRADIO_API/upload"), ("POST", "/gradio_api%2fupload"), ("GET", "/gradio_api/file%3D/etc/passwd"),
        ("GET", "/static/../../../../etc/passwd"), ("GET", "/static/%2e%2e/%2e%2e/app.py"), ("GET", "/assets/../../../../../etc/passwd"), ("GET", "/static/widget.css"),
    ],
)  # fmt: skip
def test_what_the_console_does_not_need_is_closed(app_url: str, method: str, path: str) -> None:
    with httpx.Client() as client:
        request = client.build_request(method, app_url)
        request.url = httpx.URL(app_url).copy_with(raw_path=path.encode())
        response = client.send(request)
    assert response.status_code in (400, 403, 404, 405), response.text[:200]
    assert "root:" not in response.text


@pytest.mark.parametrize("path", ["/dev/zero", "/etc/passwd", "http://127.0.0.1:1/x", "https://elsewhere.example/x"])
@pytest.mark.parametrize("where", ["data", "event_data", "deep", "escaped"])
def test_no_file_can_be_slipped_to_the_console(app_url: str, path: str, where: str) -> None:
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    event = {"data": [None, None, "vi"], "event_data": None, "fn_index": 0, "session_hash": "abc", "trigger_id": 1}
    event |= {"data": [file, None, "vi"]} if where != "event_data" else {"event_data": {"value": file}}
    if where == "deep":
        event["data"] = [[{"a": [[file]]}], None, "vi"]
    content = json.dumps(event)
    if where == "escaped":
        content = content.replace('"path"', '"\\u0070ath"')
    for queue in ("/gradio_api/queue/join", "/gradio_api/queue/join/"):
        response = httpx.post(f"{app_url}{queue}", content=content, headers={"content-type": "application/json"}, timeout=5)
        assert response.status_code == 400, response.text
    assert httpx.get(f"{app_url}/healthz", timeout=5).status_code == 200


def test_the_console_can_be_used_only_so_often(start: Callable, library: Library) -> None:
    served = start(Assistant(library), address_rate=1)
    event = {"data": [], "fn_index": 0, "session_hash": "abc"}
    statuses = [httpx.post(f"{served.url}/gradio_api/queue/join", json=event).status_code for _ in range(3)]
    assert statuses[2] == 429
    assert 429 not in statuses[:2]
    assert served.site.metrics.registry.get_sample_value("cchc_rate_limited_total", {"limit": "page"}) == 1


def test_websockets_are_not_spoken(app_url: str) -> None:
    upgrade = {
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert httpx.get(f"{app_url}/gradio_api/queue/join", headers=upgrade).status_code in (400, 403, 404, 405)
