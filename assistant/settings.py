"""Settings from the environment and `cchc.toml`; unknown keys are refused. Built once, in `app.py` and `cli.py`.

The environment wins over the file. In the file, keys are lower case without the prefix: `library = "/srv/cchc"`.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from assistant.errors import UsageError

_PREFIX: Final = "CCHC_"
_OPENAI: Final = {"llm_api_key": "OPENAI_API_KEY", "llm_base_url": "OPENAI_BASE_URL"}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set; every default works offline."""

    library: Path = Path(".cchc")
    llm_base_url: str | None = None
    llm_model: str | None = None
    llm_api_key: str | None = None
    embed_base_url: str | None = None
    embed_model: str | None = None
    chroma_url: str | None = None
    widget_origins: tuple[str, ...] = ()  # pages that may embed the widget, besides the server's own
    admin_token: str | None = None  # without one the admin routes are off
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks whose X-Forwarded-For counts
    session_rate: int = 30  # questions a minute of one widget session; 0: no limit
    address_rate: int = 600  # requests a minute of one address; 0: no limit
    log_questions: bool = False  # questions and addresses in clear in the log
    feedback_days: int = 180  # how long opinions are kept; 0: for ever
    eval_report: Path = Path("eval-report")  # the run that the console shows under "answer quality"

    @classmethod
    def load(cls, environment: Mapping[str, str] = os.environ, file: Path = Path("cchc.toml")) -> "Settings":
        """Raises UsageError for an unknown key, naming the nearest known one, and for a file that is no TOML."""
        known = {f.name for f in fields(cls)}
        values: dict[str, object] = {}
        if file.is_file():
            try:
                values = tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise UsageError(f"{file} is not valid TOML: {error}; mend or remove it") from error
            for key in values:
                if key not in known:
                    raise UsageError(f"{file}: unknown setting {key!r}{_nearest(key, known)}")
        for name, value in environment.items():
            if name.startswith(_PREFIX) and name != "CCHC_CMD":
                key = name.removeprefix(_PREFIX).lower()
                if key not in known:
                    raise UsageError(f"unknown setting {name}{_nearest(key, known, _PREFIX)}")
                values[key] = value
        for key, name in _OPENAI.items():
            if environment.get(name):
                values.setdefault(key, environment[name])
        return cls(**{key: _typed(key, value) for key, value in values.items() if value not in ("", None)})  # type: ignore[arg-type]


_LISTS: Final = ("widget_origins", "trusted_proxies")
_PATHS: Final = ("library", "eval_report")
_COUNTS: Final = ("session_rate", "address_rate", "feedback_days")
_SWITCHES: Final = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _typed(key: str, value: object) -> object:
    if key in _LISTS and isinstance(value, list):
        return tuple(str(item) for item in value)
    if key in _COUNTS:
        if not str(value).isdecimal() or isinstance(value, bool):
            raise UsageError(f"setting {key} must be a whole number, 0 or more, not {value!r}")
        return int(str(value))
    if key == "log_questions":
        if str(value).lower() not in _SWITCHES:
            raise UsageError(f"setting {key} must be on or off, not {value!r}")
        return _SWITCHES[str(value).lower()]
    if not isinstance(value, str):
        raise UsageError(f"setting {key} must be text, not {value!r}")
    if key in _LISTS:
        return tuple(value.replace(",", " ").split())
    return Path(value).expanduser() if key in _PATHS else value


def _nearest(key: str, known: set[str], prefix: str = "") -> str:
    near = get_close_matches(key, known, 1)
    shown = f"{prefix}{near[0].upper()}" if near and prefix else near[0] if near else ""
    return (
        f"; did you mean {shown}?"
        if shown
        else f"; known settings: {', '.join(sorted(prefix + (k.upper() if prefix else k) for k in known))}"
    )
