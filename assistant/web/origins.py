"""Who may ask: pages of which origins, and on whose behalf a proxy speaks."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from assistant.errors import UsageError

_PORT: Final = re.compile(r"(?<=\]):\d+$|(?<=\.)(\d+):\d+$")  # "[2001:db8::1]:443", "192.0.2.1:443"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom a request comes from. `origin`: of the page that sends it, None when no page does."""

    address: str
    scheme: str
    host: str
    origin: str | None

    @property
    def own(self) -> bool:
        """Whether the page is the server's own. By host and port: a proxy that ends TLS need not be known for that."""
        scheme = (self.origin or "").partition(":")[0]
        return scheme in _DEFAULT_PORTS and bool(self.host) and _normal(self.origin or "") == _normal(f"{scheme}://{self.host}")

    @property
    def base_url(self) -> str:
        """The server's address as this visitor sees it."""
        return f"{self.scheme}://{self.host}"


def checked_origins(given: Sequence[str]) -> frozenset[str]:
    """The origins that `CCHC_WIDGET_ORIGINS` names. Raises UsageError for what is none, with what to write instead."""
    for origin in given:
        try:
            parts = urlsplit(origin)
        except ValueError as error:
            raise UsageError(f"CCHC_WIDGET_ORIGINS: {origin!r} is no origin ({error})") from error
        exact = f"{parts.scheme}://{parts.netloc}".lower()
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc or "*" in origin:
            raise UsageError(
                f"CCHC_WIDGET_ORIGINS: {origin!r} is no origin; write it as https://cchc.example.gov.vn, one for each site"
            )
        if origin.lower() != exact:
            raise UsageError(f"CCHC_WIDGET_ORIGINS: {origin!r} has more than an origin; write {exact}")
    return frozenset(_normal(origin) for origin in given)


def is_allowed(origin: str, allowed: frozenset[str]) -> bool:
    """Exact match of scheme, host and port."""
    return _normal(origin) in allowed


def checked_proxies(given: Sequence[str]) -> tuple[Network, ...]:
    """The networks that `CCHC_TRUSTED_PROXIES` names. Raises UsageError for what is none."""
    try:
        return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in given)
    except ValueError as error:
        raise UsageError(f"CCHC_TRUSTED_PROXIES: {error}; give addresses or networks such as 10.0.0.5 or 10.0.0.0/8") from error


def visitor_of(headers: Headers, peer: str, scheme: str, proxies: Sequence[Network]) -> Visitor:
    """Who sent a request. What a proxy says of it counts only when the proxy's address is named."""
    address = peer
    if is_within(peer, proxies):
        address = _forwarded(",".join(headers.getlist("x-forwarded-for")), peer, proxies)
        forwarded = headers.get("x-forwarded-proto", "").strip().lower()
        scheme = forwarded if forwarded in _DEFAULT_PORTS else scheme
    return Visitor(address[:64], scheme, headers.get("host", "")[:255], headers.get("origin"))


def _forwarded(said: str, peer: str, proxies: Sequence[Network]) -> str:
    """From the right, each named proxy vouches for the address that it was spoken to from; what is no address ends that."""
    address = peer
    for part in reversed(said.split(",")):
        found = _PORT.sub(lambda m: m[1] or "", part.strip()).strip("[]")
        if not _is_address(found):
            return address
        address = found
        if not is_within(address, proxies):
            return address
    return address


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_within(address: str, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks; what is no address lies in none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def _normal(origin: str) -> str:
    """Lower case, without the port that goes without saying; what is no address stays as it is."""
    try:
        parts = urlsplit(origin.lower())
        port = parts.port
    except ValueError:
        return origin
    shown = f":{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme) else ""
    return f"{parts.scheme}://{parts.netloc.removesuffix(f':{port}')}{shown}"
