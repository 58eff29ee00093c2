"""The words of answers, Vietnamese and English, as files. `render` fills them in; a missing value is an error naming it."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal


@cache
def _texts(language: Literal["vi", "en"]) -> dict[str, str]:
    texts: dict[str, str] = tomllib.loads((files(__name__) / f"{language}.toml").read_text(encoding="utf-8"))
    return texts


def render(name: str, language: Literal["vi", "en"], /, **values: object) -> str:
    """The text `name` of a language with its {values} filled in.

    Raises KeyError naming the text that does not exist or the value that was not given.
    """
    text = _texts(language).get(name)
    if text is None:
        raise KeyError(f"prompts/{language}.toml has no text {name!r}")
    try:
        return text.format(**values)
    except KeyError as error:
        raise KeyError(f"prompts/{language}.toml: {name!r} needs the value {error.args[0]!r}") from None
