"""Rate limits, session tokens and origins, without a server."""

import pytest
from starlette.datastructures import Headers

from assistant.errors import UsageError
from assistant.web.origins import Visitor, checked_origins, checked_proxies, is_allowed, visitor_of
from assistant.web.problems import Problem
from assistant.web.rates import Rate, address_key, rate_headers
from assistant.web.sessions import LIFETIME, Sessions


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def code_of(call) -> str:
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.code


def test_a_burst_passes_up_to_the_limit_and_then_one_at_a_time() -> None:
    clock = Clock()
    rate = Rate("address", 6, clock)
    assert [rate.take("a").remaining for _ in range(6)] == [5, 4, 3, 2, 1, 0]
    assert code_of(lambda: rate.take("a")) == "rate_limited"
    clock.now += 10
    assert rate.take("a").remaining == 0
    assert code_of(lambda: rate.take("a")) == "rate_limited"
    clock.now += 60
    assert rate.take("a").remaining == 5


def test_keys_do_not_share_their_allowance() -> None:
    rate = Rate("address", 1, Clock())
    assert rate.take("a").remaining == rate.take("b").remaining == 0


def test_a_refused_request_costs_nothing() -> None:
    clock = Clock()
    rate = Rate("address", 1, clock)
    rate.take("a")
    for _ in range(100):
        assert code_of(lambda: rate.take("a")) == "rate_limited"
    clock.now += 60
    rate.take("a")


def test_memory_is_bounded_under_a_flood_of_addresses() -> None:
    rate = Rate("address", 5, Clock())
    for n in range(60_000):
        rate.take(str(n))
    assert len(rate._whole_at) <= 50_000


def test_no_limit_counts_nothing() -> None:
    rate = Rate("address", 0)
    assert [rate.take("a") for _ in range(1000)] == [None] * 1000
    assert rate_headers([]) == {}


def test_the_tightest_limit_is_told() -> None:
    wide, tight = Rate("address", 60, Clock()).take("a"), Rate("session", 2, Clock()).take("b")
    assert rate_headers([wide, tight]) == {
        "ratelimit-policy": '"address";q=60;w=60, "session";q=2;w=60',
        "ratelimit": '"session";r=1;t=30',
    }


@pytest.mark.parametrize(
    ("address", "key"),
    [("10.1.2.3", "10.1.2.3"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("::ffff:10.1.2.3", "10.1.2.3"), ("unix", "unix")],
)
def test_a_subscriber_is_counted_once(address: str, key: str) -> None:
    assert address_key(address) == key


def test_a_token_is_good_for_its_origin_and_its_time_only() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token = sessions.begin("https://a.gov.vn")
    assert sessions.check(token, "https://a.gov.vn") == sessions.check(token, "https://a.gov.vn")
    assert code_of(lambda: sessions.check(token, "https://b.gov.vn")) == "session_invalid"
    clock.now += LIFETIME
    assert code_of(lambda: sessions.check(token, "https://a.gov.vn")) == "session_expired"


def test_a_forged_token_is_no_token() -> None:
    sessions = Sessions()
    body, _, signature = sessions.begin("https://a.gov.vn").partition(".")
    other = Sessions().begin("https://a.gov.vn")
    longer = sessions.begin("https://b.gov.vn").partition(".")[0]
    for token in (
        "",
        ".",
        body,
        f"{body}.",
        f".{signature}",
        f"{longer}.{signature}",
        f"{body}.{signature[:-1]}",
        f"{body}A.{signature}",
        other,
        "é.é",
        "a" * 9999,
    ):
        assert code_of(lambda token=token: sessions.check(token, "https://a.gov.vn")) == "session_invalid", token[:40]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://cchc.gov.vn", True), ("https://CCHC.gov.vn", True), ("https://cchc.gov.vn:443", True), ("http://cchc.gov.vn", False),
        ("https://cchc.gov.vn:8443", False), ("https://x.cchc.gov.vn", False), ("https://cchc.gov.vn.evil.com", False), ("null", False), ("", False),
        ("https://cchc.gov.vn:99999999", False),
        ("http://[", False), ("http://127.0.0.1:9999", True), ("http://127.0.0.1", False), ("https://a@cchc.gov.vn", False),
    ],
)  # fmt: skip
def test_an_origin_matches_exactly_port_included(origin: str, allowed: bool) -> None:
    assert is_allowed(origin, checked_origins(["https://cchc.gov.vn", "http://127.0.0.1:9999"])) is allowed


@pytest.mark.parametrize(
    "origin", ["*", "cchc.gov.vn", "https://*.gov.vn", "https://a.gov.vn/", "ftp://a.gov.vn", "https://u@a.gov.vn", "null"]
)
def test_what_is_no_origin_is_refused_in_the_settings(origin: str) -> None:
    with pytest.raises(UsageError, match="CCHC_WIDGET_ORIGINS"):
        checked_origins([origin])


@pytest.mark.parametrize(
    ("host", "origin", "own"),
    [
        ("cchc.gov.vn", "https://cchc.gov.vn", True), ("cchc.gov.vn", "http://cchc.gov.vn", True), ("a:7860", "http://a:7860", True),
        ("cchc.gov.vn", "https://cchc.gov.vn:8443", False), ("", "null", False), ("null", "null", False), ("[", "http://[", True), ("a", "http://[", False), ("a", None, False), ("a", "http://a.b", False),
    ],
)  # fmt: skip
def test_a_page_is_the_servers_own_by_host_and_port(host: str, origin: str | None, own: bool) -> None:
    assert Visitor("1.2.3.4", "http", host, origin).own is own


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "1.1.1.1", "203.0.113.9"),  # nobody named it: what it says does not count
        ("10.0.0.5", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.5", "6.6.6.6, 1.1.1.1", "1.1.1.1"),  # what the visitor put before it does not count
        ("10.0.0.5", "1.1.1.1, 10.0.0.7", "1.1.1.1"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "10.0.0.8", "10.0.0.8"),
        ("10.0.0.5", "<script>", "10.0.0.5"),
        ("10.0.0.5", "1.1.1.1, unknown", "10.0.0.5"),
        ("10.0.0.5", "1.1.1.1:4711", "1.1.1.1"),
        ("10.0.0.5", "[2001:db8::1]:4711", "2001:db8::1"),
        ("10.0.0.5", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_a_proxy_is_believed_only_when_it_is_named(peer: str, forwarded: str, address: str) -> None:
    headers = Headers({"host": "x", "x-forwarded-for": forwarded, "x-forwarded-proto": "https"})
    visitor = visitor_of(headers, peer, "http", checked_proxies(["10.0.0.0/8"]))
    assert visitor.address == address
    assert visitor.scheme == ("https" if peer.startswith("10.") else "http")


def test_a_second_line_of_a_proxy_is_read_too() -> None:
    headers = Headers(raw=[(b"host", b"x"), (b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"1.1.1.1")])
    assert visitor_of(headers, "10.0.0.5", "http", checked_proxies(["10.0.0.0/8"])).address == "1.1.1.1"


def test_a_proxy_without_an_address_is_refused_in_the_settings() -> None:
    with pytest.raises(UsageError, match="CCHC_TRUSTED_PROXIES"):
        checked_proxies(["nginx"])
