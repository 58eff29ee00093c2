"""Pages and files that are not the console."""

import gzip

import httpx
import pytest

from assistant.web.widget import widget_script

PLAN = "ba-ria-vung-tau-2021-166"
BROWSER = {"accept": "text/html,application/xhtml+xml", "accept-language": "vi"}


def test_files_are_compressed_for_those_who_take_it(app_url: str) -> None:
    packed = httpx.get(f"{app_url}/widget.js", headers={"accept-encoding": "gzip"})
    plain = httpx.get(f"{app_url}/widget.js", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == widget_script()
    assert int(packed.headers["content-length"]) == len(gzip.compress(widget_script(), mtime=0)) <= 20 * 1024
    assert "Accept-Encoding" in packed.headers["vary"]
    assert packed.headers["etag"] != plain.headers["etag"]
    for response in (packed, plain):
        known = {"accept-encoding": response.request.headers["accept-encoding"], "if-none-match": response.headers["etag"]}
        assert httpx.get(f"{app_url}/widget.js", headers=known).status_code == 304


def test_the_page_of_a_source_speaks_the_language_of_the_link(app_url: str) -> None:
    address = f"{app_url}/source/{PLAN}?start=21618&end=21913"
    assert '<header lang="vi">' in httpx.get(address, headers=BROWSER).text
    assert '<header lang="en">' in httpx.get(f"{address}&lang=en", headers=BROWSER).text
    assert httpx.get(f"{address}&lang=xx", headers=BROWSER).status_code == 422


@pytest.mark.parametrize("path", ["/nothing", "/no/such/page", "/assets/none.js", "/static/none.css", "/gradio_apix/y"])
def test_an_address_without_a_page_is_told_of_as_a_page_or_in_the_one_error_shape(app_url: str, path: str) -> None:
    page = httpx.get(f"{app_url}{path}", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Không tìm thấy nội dung được yêu cầu." in page.text
    assert page.headers["x-request-id"] in page.text
    other = httpx.get(f"{app_url}{path}")
    assert (other.status_code, other.json()["error"]["code"]) == (404, "not_found")


def test_the_api_tells_a_browser_its_errors_in_json_too(app_url: str) -> None:
    assert httpx.get(f"{app_url}/api/nothing", headers=BROWSER).json()["error"]["code"] == "not_found"


def test_a_link_that_is_older_than_the_library_is_told_of_on_a_page(app_url: str) -> None:
    for address in (
        f"/source/{PLAN}-gone?start=1&end=2",
        f"/source/{PLAN}?start=1&end=99999999",
        f"/source/{PLAN}?start=9&end=2",
    ):
        page = httpx.get(f"{app_url}{address}", headers=BROWSER)
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "Hãy hỏi lại" in page.text
        assert httpx.get(f"{app_url}{address}").json()["error"]["code"] == "not_found"
