"""Settings from the environment and a file; nothing unknown is taken."""

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.settings import Settings


def _load(tmp_path: Path, toml: str = "", **environment: str) -> Settings:
    (tmp_path / "cchc.toml").write_text(toml, encoding="utf-8")
    return Settings.load(environment, tmp_path / "cchc.toml")


def test_with_nothing_set_everything_is_local(tmp_path: Path) -> None:
    assert Settings.load({}, tmp_path / "cchc.toml") == Settings(library=Path(".cchc"))


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = _load(tmp_path, 'library = "/srv/a"\nllm_model = "m"', CCHC_LIBRARY="/srv/b")
    assert (settings.library, settings.llm_model) == (Path("/srv/b"), "m")


def test_openais_own_variables_serve_where_ours_are_not_set(tmp_path: Path) -> None:
    settings = _load(tmp_path, OPENAI_API_KEY="key", OPENAI_BASE_URL="http://x", CCHC_LLM_BASE_URL="http://y")
    assert (settings.llm_api_key, settings.llm_base_url) == ("key", "http://y")


@pytest.mark.parametrize("written", ["https://a.vn https://b.vn", "https://a.vn,https://b.vn", " https://a.vn , https://b.vn "])
def test_origins_are_a_list(written: str, tmp_path: Path) -> None:
    assert _load(tmp_path, CCHC_WIDGET_ORIGINS=written).widget_origins == ("https://a.vn", "https://b.vn")


def test_origins_may_be_a_list_in_the_file(tmp_path: Path) -> None:
    assert _load(tmp_path, 'widget_origins = ["https://a.vn"]').widget_origins == ("https://a.vn",)


def test_a_blank_value_is_none(tmp_path: Path) -> None:
    assert _load(tmp_path, CCHC_LLM_MODEL="").llm_model is None


def test_other_programs_variables_are_left_alone(tmp_path: Path) -> None:
    assert _load(tmp_path, PATH="/bin", CCHCX="1") == Settings()


@pytest.mark.parametrize(
    ("toml", "environment", "message"),
    [
        ("", {"CCHC_LIBARY": "x"}, "unknown setting CCHC_LIBARY; did you mean CCHC_LIBRARY?"),
        ("", {"CCHC_XYZZY": "x"}, "unknown setting CCHC_XYZZY; known settings: CCHC_ADDRESS_RATE, CCHC_ADMIN_TOKEN, "),
        ("libary = 'x'", {}, "unknown setting 'libary'; did you mean library?"),
        ("library = 5", {}, "setting library must be text, not 5"),
        ("llm_model = 5", {}, "setting llm_model must be text, not 5"),
        ("library = ", {}, "is not valid TOML"),
    ],
)
def test_what_cannot_be_meant_is_refused(toml: str, environment: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        _load(tmp_path, toml, **environment)
    assert message in str(refused.value)


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cchc.toml").write_bytes(b"library = '\xff'")
    with pytest.raises(UsageError, match="is not valid TOML"):
        Settings.load({}, tmp_path / "cchc.toml")
