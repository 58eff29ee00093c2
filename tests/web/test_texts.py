"""The console's texts."""

import string
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from assistant.web.texts import Texts, texts

TABLES = tomllib.loads((Path(__file__).parent.parent.parent / "prompts" / "interface.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_text_exists_in_each_language_and_no_other(language: str) -> None:
    assert set(TABLES[language]) == {f.name for f in fields(Texts)}


@pytest.mark.parametrize("name", [f.name for f in fields(Texts)])
def test_both_languages_fill_in_the_same_values(name: str) -> None:
    vi, en = ({part[1] for part in string.Formatter().parse(TABLES[language][name])} for language in ("vi", "en"))
    assert vi == en


def test_a_status_has_a_name() -> None:
    assert texts("en").status("not_found") == "Not in the plans"
