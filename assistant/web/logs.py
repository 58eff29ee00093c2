"""Structured logs: one line a request and one an answer, on standard error; JSON, or plain text on a terminal.

A line holds no address and no question in clear unless `CCHC_LOG_QUESTIONS` asks for it: visitors are told apart by a keyed
digest whose key is made anew with each server. Nothing is written to files here; how long lines are kept is up to what
collects them.
"""

import hashlib
import json
import logging
import secrets
import sys
from datetime import UTC, datetime
from typing import IO, Final

LOGGER: Final = logging.getLogger("cchc.web")
_KEY: Final = secrets.token_bytes(16)


def visitor(address: str) -> str:
    """What stands for an address in the log."""
    return hashlib.blake2b(address.encode(), key=_KEY, digest_size=6).hexdigest()


def log(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Write one line; fields that are None are left out."""
    LOGGER.log(level, event, extra={"fields": {k: v for k, v in fields.items() if v is not None}})


def write_logs(stream: IO[str] = sys.stderr) -> None:
    """Send the lines of this application, and errors of the server below it, to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Plain() if stream.isatty() else _Json())
    for name, level in (("cchc.web", logging.INFO), ("uvicorn.error", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level)
        logger.propagate = False


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        # as JSON: whatever a value holds, it stays on its line and cannot steer the terminal
        fields = " ".join(f"{k}={json.dumps(v, default=str)}" for k, v in getattr(record, "fields", {}).items())
        trace = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return f"{at} {record.getMessage()} {fields}{trace}"
