"""The words of answers: the same texts with the same values in both languages, and none that nobody says."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from prompts import render

_ROOT = Path(__file__).parent.parent.parent
_TEXTS = {lang: tomllib.loads((_ROOT / "prompts" / f"{lang}.toml").read_text(encoding="utf-8")) for lang in ("vi", "en")}


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts() -> None:
    assert _TEXTS["vi"].keys() == _TEXTS["en"].keys()


@pytest.mark.parametrize("name", sorted(_TEXTS["vi"]))
def test_a_text_takes_the_same_values_in_both_languages(name: str) -> None:
    assert _values(_TEXTS["vi"][name]) == _values(_TEXTS["en"][name])


def test_every_text_is_said_somewhere() -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in (_ROOT / "assistant").rglob("*.py"))
    said = set(re.findall(r'"([a-z_]+)"', code)) | set(re.findall(r'f"([a-z]+_)\{', code))
    unsaid = [
        n for n in _TEXTS["vi"] if n not in said and not any(n.startswith(prefix) for prefix in said if prefix.endswith("_"))
    ]
    assert unsaid == []


def test_a_missing_value_is_named() -> None:
    with pytest.raises(KeyError, match="count"):
        render("plans", "vi", plans="…")


def test_an_unknown_text_is_named() -> None:
    with pytest.raises(KeyError, match="no_such_text"):
        render("no_such_text", "en")
