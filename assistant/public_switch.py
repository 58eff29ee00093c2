"""The switch that turns the public API off at once, with a message: a small file in the library's folder.

Every request looks at the file, so that `cchc public off`, the console and several servers over one library all mean the same
thing, and a restart changes nothing. A file that cannot be read counts as off: whoever wrote it wanted something off.
"""

import json
import os
from pathlib import Path
from typing import Final

_NAME: Final = "public-api-off.json"


class PublicSwitch:
    """Off while its file is there. Safe from many threads and processes."""

    def __init__(self, library: Path) -> None:
        self._file = library / _NAME

    def turn_off(self, message: str = "") -> None:
        """Refuse every public request from now on, with this message (or the standard one)."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"message": message.strip()}, ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, self._file)

    def turn_on(self) -> None:
        """Answer again."""
        self._file.unlink(missing_ok=True)

    def message(self) -> str | None:
        """None while the API is on; else the operator's message, "" when there is none."""
        try:
            return str(json.loads(self._file.read_text(encoding="utf-8"))["message"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            return ""
