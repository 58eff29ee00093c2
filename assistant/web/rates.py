"""Rate limits: so many requests a minute by one session, by one address; counted in memory, bounded, no clean-up thread.

Each key keeps one number, the time at which its allowance would be whole again (the generic cell rate algorithm): a burst up
to the limit passes, then requests pass as the allowance grows back. Told in the fields of draft-ietf-httpapi-ratelimit-headers-10.
"""

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

from assistant.web.problems import Problem

_WINDOW: Final = 60.0  # seconds
_MOST_KEYS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Left:
    """What one limit still allows: `remaining` requests now, and seconds until it allows one more."""

    name: str
    limit: int
    remaining: int
    reset: int

    @property
    def policy(self) -> str:
        return f'"{self.name}";q={self.limit};w={int(_WINDOW)}'

    @property
    def state(self) -> str:
        return f'"{self.name}";r={self.remaining};t={self.reset}'


class Rate:
    """One limit over many keys. `limit`: requests a minute; 0 allows everything. Safe from many threads.

    `problem` is the code of the Problem that past the limit is raised.
    """

    def __init__(self, name: str, limit: int, clock: Callable[[], float] = time.monotonic, problem: str = "rate_limited") -> None:
        self.name, self.limit = name, limit
        self._problem = problem
        self._clock = clock
        self._whole_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, key: str, *, count: bool = True) -> Left | None:
        """Count one request, or only see whether it would pass. None when there is no limit.

        Raises Problem, with the headers of a limit, when it is reached.
        """
        if not self.limit:
            return None
        step, now = _WINDOW / self.limit, self._clock()
        with self._lock:
            whole_at = max(self._whole_at.get(key, now), now) + step
            allowed = whole_at - now <= _WINDOW + step / 1000  # a hair's breadth for the floats
            if allowed and count:
                self._make_room(key, now)
                self._whole_at[key] = whole_at
        if not allowed:
            wait = ceil(whole_at - now - _WINDOW)
            left = Left(self.name, self.limit, 0, wait)
            headers = {"retry-after": str(wait), "ratelimit-policy": left.policy, "ratelimit": left.state}
            raise Problem(self._problem, headers=headers, seconds=wait)
        return Left(self.name, self.limit, int((_WINDOW - (whole_at - now)) / step + 0.001), ceil(step))

    def _make_room(self, key: str, now: float) -> None:
        if key in self._whole_at or len(self._whole_at) < _MOST_KEYS:
            return
        self._whole_at = {k: t for k, t in self._whole_at.items() if t > now}
        if (
            len(self._whole_at) >= _MOST_KEYS
        ):  # a flood of addresses: the longest known go, many at once, so that room is made seldom
            self._whole_at = dict(list(self._whole_at.items())[_MOST_KEYS // 5 :])


def rate_headers(lefts: list[Left]) -> dict[str, str]:
    """The standard fields; the tightest limit is the one that counts."""
    if not lefts:
        return {}
    tightest = min(lefts, key=lambda left: left.remaining)
    return {"ratelimit-policy": ", ".join(left.policy for left in lefts), "ratelimit": tightest.state}


def address_key(address: str) -> str:
    """What an address is counted by: itself, and of IPv6 the network of 64 bits that one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
