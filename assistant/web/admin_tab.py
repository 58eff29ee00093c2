"""Administration: plans taken in, the public API switched, opinions read. Gradio sees neither the token nor any file.

The server draws the empty page; `static/admin.js` fills it from /api/admin/* and keeps the token in a variable of its own.
"""

from dataclasses import asdict, dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

import gradio as gr
import orjson

from assistant.answers import Language
from assistant.web.tab import Tab, Updates, html_part
from assistant.web.texts import TextTable, text_table

_SCRIPT: Final = Path(__file__).parent / "static" / "admin.js"


@dataclass(frozen=True, kw_only=True, slots=True)
class AdminTexts(TextTable):
    """What administration has to say."""

    heading: str
    off: str
    off_todo: str
    enter_intro: str
    token: str
    token_empty: str
    token_signs: str
    enter: str
    leave: str
    entered: str
    offline: str
    failed: str
    upload: str
    upload_hint: str
    upload_choose: str
    upload_drop: str
    reingest: str
    reingest_hint: str
    kept: str
    remove: str
    remove_sure: str
    removed: str
    too_large: str
    waiting: str
    reading: str
    embedding: str
    progress_of: str
    added: str
    updated: str
    unchanged: str
    not_taken: str
    result: str
    replaced: str
    warnings: str
    retry: str
    broken_off: str
    all_done: str
    stop: str
    results: str
    public: str
    public_hint: str
    public_on: str
    public_off: str
    public_message: str
    turn_off: str
    turn_on: str
    turned_off: str
    turned_on: str
    feedback: str
    feedback_refresh: str
    feedback_none: str
    feedback_count: str
    rate_up: str
    rate_down: str
    asked_before: str
    answer: str
    comment: str
    channel_console: str
    channel_widget: str
    channel_api: str
    promoted: str
    promote: str
    promote_note: str
    draft: str
    draft_hint: str
    download: str
    delete: str
    delete_sure: str
    delete_yes: str
    delete_no: str
    deleted: str
    failed_missing: str
    failed_suffix: str
    failed_too_long: str
    failed_unreadable: str
    failed_not_text: str
    failed_empty: str
    failed_legacy: str
    failed_cut_off: str
    failed_not_utf8: str
    failed_no_parts: str
    failed_no_plan: str
    failed_rival: str
    failed_service: str
    failed_too_slow: str
    failed_full: str
    failed_not_stored: str
    failed_library: str
    failed_stopped: str
    about: str


@cache
def admin_texts(language: Language) -> AdminTexts:
    """The texts in a language."""
    return AdminTexts(**text_table("admin_tab", language))


class AdminTab(Tab):
    """The fifth tab."""

    name = "admin"

    def layout(self) -> None:
        self._page = html_part("admin-page", script=_SCRIPT.read_text(encoding="utf-8"))
        self.parts = [self._page]

    def events(self, language: gr.Radio) -> None:
        """What happens here, Gradio does not see."""

    def speak(self, language: Language, *states: Any) -> Updates:
        return {self._page: admin_html(language) if self.site.settings.admin_token else admin_off_html(language)}


def admin_off_html(language: Language) -> str:
    """How to turn administration on."""
    x = admin_texts(language)
    return (
        f'<article class="admin"><section class="card todo"><h2>{escape(x.off)}</h2><p>{escape(x.off_todo)}</p>'
        "<pre><code>CCHC_ADMIN_TOKEN=… .venv/bin/cchc serve</code></pre></section></article>"
    )


def admin_html(language: Language) -> str:
    """The page as it is before anything is known; its parts are hidden until a token was accepted."""
    x = admin_texts(language)
    told = escape(orjson.dumps(asdict(x)).decode())
    return (
        f'<article class="admin" data-texts="{told}" lang="{language}"><h2>{escape(x.heading)}</h2>{_entrance(x)}'
        f'<div class="inside" hidden><p class="bar"><span class="said" role="status"></span>'
        f'<button type="button" data-do="leave">{escape(x.leave)}</button></p><p class="error" role="alert" hidden></p>'
        f"{_plans(x)}{_switch(x)}{_feedback(x)}</div></article>"
    )


def _entrance(x: AdminTexts) -> str:
    return (
        f'<section class="card entrance"><p>{escape(x.enter_intro)}</p><form class="token" novalidate>'
        f'<label for="admin-token">{escape(x.token)}</label><div class="line">'
        '<input id="admin-token" type="password" autocomplete="off" spellcheck="false" aria-describedby="admin-token-error">'
        f'<button type="submit" class="primary">{escape(x.enter)}</button></div>'
        '<p class="error" id="admin-token-error" role="alert" hidden></p></form></section>'
    )


def _plans(x: AdminTexts) -> str:
    return (
        f'<section class="card ingest"><h3>{escape(x.upload)}</h3><p class="hint">{escape(x.upload_hint)}</p>'
        f'<div class="drop"><label class="button" for="admin-files">{escape(x.upload_choose)}</label>'
        '<input id="admin-files" type="file" multiple accept=".txt,.md" class="unseen">'
        f'<span class="hint">{escape(x.upload_drop)}</span></div>'
        f'<h3>{escape(x.reingest)}</h3><p class="hint">{escape(x.reingest_hint)}</p>'
        f'<p><button type="button" data-do="reingest">{escape(x.reingest)}</button></p>'
        f'<h3 class="jobs-head" hidden>{escape(x.results)}</h3><ul class="jobs"></ul>'
        f'<p class="stop" hidden><button type="button" data-do="stop">{escape(x.stop)}</button></p>'
        f'<h3>{escape(x.kept)}</h3><ul class="kept"></ul></section>'
    )


def _switch(x: AdminTexts) -> str:
    return (
        f'<section class="card public"><h3>{escape(x.public)} <span class="chip"></span></h3><p class="hint">{escape(x.public_hint)}</p>'
        f'<form class="switch"><div class="field"><label for="admin-message">{escape(x.public_message)}</label>'
        '<textarea id="admin-message" rows="2" maxlength="500"></textarea></div>'
        '<p><button type="submit" class="toggle"></button></p></form></section>'
    )


def _feedback(x: AdminTexts) -> str:
    return (
        f'<section class="card opinions"><h3>{escape(x.feedback)}</h3><p class="bar"><span class="hint count"></span>'
        f'<button type="button" data-do="refresh">{escape(x.feedback_refresh)}</button></p><ol></ol></section>'
    )
