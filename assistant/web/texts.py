"""The console's texts in Vietnamese and English, from `prompts/interface.toml`; each further tab has a table of its own."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.answers import Language, Status


class TextTable:
    """Base of the dataclasses that hold one language's texts by name, made with what `text_table` reads.

    A key that is missing in the file, or unknown to the class, is a TypeError that names it.
    """

    __slots__ = ()

    def named(self, name: str) -> str:
        """The text of a name that is put together in the code."""
        text: str = getattr(self, name)
        return text


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts(TextTable):
    """What all tabs, and the chat, have to say."""

    title: str
    intro: str
    language: str
    tabs: str
    tab_chat: str
    tab_tasks: str
    tab_plans: str
    tab_quality: str
    tab_admin: str
    new_conversation: str
    conversation: str
    welcome: str
    question: str
    question_hint: str
    ask: str
    searching: str
    example_task: str
    example_lead: str
    example_due: str
    example_topic: str
    plan: str
    plan_unnumbered: str
    sources: str
    sources_hint: str
    sources_none: str
    sources_of: str
    status_answered: str
    status_ambiguous: str
    status_not_found: str
    status_unavailable: str
    mode_llm: str
    number: str
    number_none: str
    date: str
    date_none: str
    place: str
    open_source: str
    page: str
    outdated: str
    source_gone: str
    source_gone_todo: str
    passage: str
    copy_answer: str
    copy_citation: str
    copied: str
    back: str
    to_quote: str
    whole_text: str
    rate_up: str
    rate_down: str
    rated: str
    rating_thanks: str
    rating_comment: str
    rating_send: str
    rating_close: str
    rating_stored: str
    rating_lost: str
    plans: str
    plan_tasks: str
    plan_no_tasks: str
    plan_warnings: str
    question_empty: str
    question_long: str
    question_unusable: str
    library_gone: str
    failed: str
    library_unusable: str
    library_empty: str
    library_todo: str

    def status(self, status: Status) -> str:
        """What a status is called, but for out_of_scope."""
        return self.named(f"status_{status}")


@cache
def texts(language: Language) -> Texts:
    """The texts in a language."""
    return Texts(**text_table("interface", language))


def text_table(name: str, language: Language) -> dict[str, Any]:
    """One language's table of `prompts/{name}.toml`."""
    tables = tomllib.loads(files("prompts").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return dict(tables[language])


def problem_html(problem: str, t: Texts) -> str:
    """The page when there is nothing to ask about: what is wrong, and what to do."""
    return f'<div role="alert"><h2>{problem}</h2><p>{t.library_todo}</p><pre><code>.venv/bin/cchc ingest data/plans</code></pre></div>'
