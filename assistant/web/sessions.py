"""Session tokens: short-lived, signed by the server, bound to the origin of the page that got them.

A token is `payload.signature`, both base64url: the payload is JSON with the origin, the end of validity (Unix seconds) and
a random id that the session's rate limit counts by. The key is made anew with each server, so a restart ends every
session; the widget then gets a new one unseen. A token gives no rights beyond asking: it makes a page's visitors countable.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Final

from assistant.web.problems import Problem

LIFETIME: Final = 30 * 60  # seconds
HEADER: Final = "x-cchc-session"
_LONGEST: Final = 1024  # characters of a token; an honest one has some 200


class Sessions:
    """Makes and checks tokens. One object serves many threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock

    def begin(self, origin: str) -> str:
        """A token for a page of this origin."""
        payload = {"origin": origin, "until": int(self._clock()) + LIFETIME, "id": secrets.token_urlsafe(12)}
        body = _encoded(json.dumps(payload, separators=(",", ":")).encode())
        return f"{body}.{self._signature(body)}"

    def check(self, token: str, origin: str) -> str:
        """The session's id. Raises Problem: session_invalid when forged or of another origin, session_expired when old."""
        body, _, signature = token.partition(".")
        genuine = len(token) <= _LONGEST and hmac.compare_digest(signature.encode(), self._signature(body).encode())
        if not genuine:
            raise Problem("session_invalid")
        payload = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if payload["origin"] != origin:
            raise Problem("session_invalid")
        if payload["until"] <= self._clock():
            raise Problem("session_expired")
        return str(payload["id"])

    def _signature(self, body: str) -> str:
        return _encoded(hmac.digest(self._key, body.encode(), hashlib.sha256))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
