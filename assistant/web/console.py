"""The console: a chat in the browser, each answer beside the passages that it rests on.

`build_console` makes the Gradio blocks; `mount_console` puts them under a FastAPI application with theme and styles.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import gradio as gr
from fastapi import FastAPI
from gradio.components.chatbot import ExampleMessage, Message, MessageDict

from assistant.answering import MAX_QUESTION
from assistant.answers import Language
from assistant.errors import LibraryError, UsageError
from assistant.register import Shelf
from assistant.web.examples import example_questions
from assistant.web.site import Site
from assistant.web.sources import Turn, answer_markdown, plans_html, question_markdown, sources_html
from assistant.web.texts import Texts, problem_html, texts

REMEMBERED: Final = 10  # turns of a conversation that follow-up questions can refer to
_SESSION: Final = 24 * 3600.0  # seconds that an idle conversation is kept in memory
_AT_ONCE: Final = 8  # questions answered at the same time; a language model takes seconds for one

_LANGUAGES: Final[list[tuple[str, Language]]] = [("Tiếng Việt", "vi"), ("English", "en")]
_FONTS: Final = ["Segoe UI", "Roboto", "Noto Sans", "Helvetica Neue", "Arial", "sans-serif"]
_STYLES: Final = Path(__file__).with_name("console.css")
_ICON: Final = (
    '<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 32 32%22%3E'
    "%3Crect width=%2232%22 height=%2232%22 rx=%227%22 fill=%22%231d4ed8%22/%3E"
    "%3Cpath d=%22M8 10h16M8 16h16M8 22h9%22 stroke=%22white%22 stroke-width=%223%22 stroke-linecap=%22round%22/%3E"
    '%3C/svg%3E">'
)

# Copies what a button carries (the clipboard interface is missing on plain http, so a text field stands in), leads from a
# marker in an answer to its source, which may have to be rendered first, and scrolls an unfolded passage to its mark.
_SCRIPT: Final = """
const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const field = Object.assign(document.createElement('textarea'), {value: text});
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
};
const reveal = (id, patience) => {
    const source = document.getElementById(id);
    if (!source) return patience && setTimeout(reveal, 100, id, patience - 1);
    source.open = true;
    source.scrollIntoView({block: 'nearest', behavior: 'smooth'});
    source.querySelector('summary').focus({preventScroll: true});
};
element.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button || button.classList.contains('done')) return;
    const label = button.textContent;
    await copy(button.dataset.copy);
    button.classList.add('done');
    button.textContent = button.dataset.done;
    button.focus();
    setTimeout(() => { button.textContent = label; button.classList.remove('done'); }, 1500);
});
element.addEventListener('toggle', (event) => {
    const passage = event.target.querySelector('.passage'), mark = passage && passage.querySelector('mark');
    if (mark) passage.scrollTop = mark.offsetTop - passage.clientHeight / 4;
}, true);
document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#s-"], a[href="#conversation"]');
    if (!link) return;
    event.preventDefault();
    const id = link.getAttribute('href').slice(1);
    if (id === 'conversation') document.getElementById(id).scrollIntoView({block: 'start', behavior: 'smooth'});
    else reveal(id, 30);
});
"""
# The latest question goes to the top of the chat, its answer below it: Gradio's own scrolling shows an answer's end.
_FOLLOW: Final = """() => requestAnimationFrame(() => requestAnimationFrame(() => {
    const log = document.querySelector('#conversation [role=log]'), question = [...log.querySelectorAll('.user-row')].at(-1);
    if (question) log.scrollTop += question.getBoundingClientRect().top - log.getBoundingClientRect().top - 10;
}))"""
_NAME_PAGE: Final = "(language) => {{ document.documentElement.lang = language; document.title = {titles}[language]; }}"

Turns = tuple[Turn, ...]
Updates = dict[Any, Any]  # new values by component; Gradio leaves the components that are not in it as they are
_EMPTY: Final = Shelf((), {}, {}, {})
_log = logging.getLogger(__name__)


def build_console(site: Site) -> gr.Blocks:
    """The console's blocks, without anything about how and where they are served."""
    return _Console(site).blocks


def mount_console(app: FastAPI, site: Site, path: str = "/") -> None:
    """Serve the console at `path`; routes added to `app` before this call go first."""
    gr.mount_gradio_app(
        app,
        build_console(site),
        path=path,
        theme=gr.themes.Base(primary_hue="blue", secondary_hue="blue", neutral_hue="slate", font=_FONTS, font_mono=["monospace"]),
        head=_ICON + f"<style>{_STYLES.read_text(encoding='utf-8')}</style>",  # as `css=`, Gradio would rewrite the selectors
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="1kb",  # nothing is uploaded
    )


class _Console:
    """Components, and what happens to them; everything about one visitor is in the session's states."""

    blocks: gr.Blocks

    def __init__(self, site: Site) -> None:
        self._site = site
        with gr.Blocks(title=texts("vi").title, analytics_enabled=False, fill_width=True) as self.blocks:
            self._states()
            self._layout(texts("vi"))
            self._events()

    # --- what is there ----------------------------------------------------------------------------------------------

    def _states(self) -> None:
        self._turns = gr.State((), time_to_live=_SESSION)
        self._selected = gr.State(0, time_to_live=_SESSION)  # the turn whose sources are shown
        self._pending = gr.State("", time_to_live=_SESSION)  # the question being answered

    def _layout(self, t: Texts) -> None:
        with gr.Row(elem_id="top"):
            self._header = _html("header", _header(t))
            with gr.Row(elem_id="controls"):
                self._language = gr.Radio(
                    _LANGUAGES, value="vi", label=t.language, show_label=False, container=False, elem_id="language"
                )
                self._restart = gr.Button(t.new_conversation, size="sm", elem_id="restart", min_width=0)
        self._problem = _html("problem", visible=False)
        with gr.Row(elem_id="desk") as self._desk:
            with gr.Column(scale=6, min_width=300, elem_id="chat"):
                self._chat_layout(t)
            with gr.Column(scale=5, min_width=300, elem_id="beside"):
                self._sources = _html("sources", script=_SCRIPT)
                self._plans = _html("plans")

    def _chat_layout(self, t: Texts) -> None:
        self._chat = gr.Chatbot(
            label=t.conversation, placeholder=t.welcome, show_label=False, container=False, elem_id="conversation", height="auto",
            autoscroll=False, layout="bubble", buttons=[], feedback_options=None, latex_delimiters=[], allow_tags=False,
        )  # fmt: skip
        self._notice = _html("notice")
        with gr.Row(elem_id="asking"):
            self._question = gr.Textbox(
                label=t.question, placeholder=t.question_hint, show_label=False, container=False, lines=1, max_lines=6,
                scale=1, min_width=0, elem_id="question",
            )  # fmt: skip
            self._ask = gr.Button(t.ask, variant="primary", scale=0, min_width=72, elem_id="ask")

    def _events(self) -> None:
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        session = [self._turns, self._language]
        everything = [
            self._header, self._restart, self._language, self._problem, self._desk, self._chat, self._notice, self._question,
            self._ask, self._sources, self._plans, self._turns, self._selected, self._pending,
        ]  # fmt: skip
        asked = gr.on(
            [self._question.submit, self._ask.click, self._chat.option_select, self._chat.example_select],
            self._answer, [self._question, *session], everything, concurrency_limit=_AT_ONCE, **quiet,
        )  # fmt: skip
        asked.failure(self._failed, [self._pending, *session], everything, **quiet)
        self._chat.change(None, None, None, js=_FOLLOW, **quiet)
        self._chat.select(self._select, session, [self._sources, self._selected], **quiet)
        self._restart.click(self._begin, self._language, everything, cancels=[asked], **quiet)
        opened = self.blocks.load(self._open, None, everything, **quiet)
        switched = self._language.input(self._speak, [*session, self._selected], everything, **quiet)
        titles = json.dumps({code: texts(code).title for _, code in _LANGUAGES}, ensure_ascii=False)
        for change in (opened, switched):
            change.then(None, self._language, None, js=_NAME_PAGE.format(titles=titles), **quiet)

    # --- what happens -----------------------------------------------------------------------------------------------

    def _open(self, request: gr.Request) -> Updates:
        language: Language = "en" if request.query_params.get("lang") == "en" else "vi"
        return self._speak((), language, 0)

    def _speak(self, turns: Turns, language: Language, selected: int) -> Updates:
        """Everything in the language, from the library as it is now."""
        t, shelf = texts(language), self._shelf()
        problem = "" if shelf and shelf.cards else problem_html(t.library_empty if shelf else t.library_unusable, t)
        shelf = shelf or _EMPTY
        examples: list[ExampleMessage] = [{"text": question} for question in example_questions(shelf, t)]
        return {
            self._header: _header(t),
            self._restart: gr.Button(t.new_conversation, visible=not problem),
            self._language: gr.Radio(value=language, label=t.language),
            self._problem: gr.HTML(problem, visible=bool(problem)),
            self._desk: gr.Row(visible=not problem),
            self._chat: gr.Chatbot(_messages(turns), label=t.conversation, placeholder=t.welcome, examples=examples),
            self._notice: "",
            self._question: gr.Textbox(label=t.question, placeholder=t.question_hint),
            self._ask: t.ask,
            self._sources: sources_html(turns, selected, shelf, language, t),
            self._plans: plans_html(shelf.cards, language, t, unfolded=not turns),
        }

    def _answer(self, event: gr.EventData, typed: str, turns: Turns, language: Language) -> Iterator[Updates]:
        """Typed, or picked among the examples and suggestions; the question is shown at once, the answer when it is there."""
        question = _picked(event) or typed.strip()
        t = texts(language)
        if refusal := _refusal(question, t):
            yield {self._notice: _alert(refusal)}
            return
        searching = [_message("user", question_markdown(question)), _message("assistant", f"*{t.searching}*")]
        yield {self._chat: [*_messages(turns), *searching], self._question: "", self._notice: "", self._pending: question}
        try:
            answer = self._site.answer_now(question, _history(turns), "console")
        except (UsageError, LibraryError) as error:
            _log.error("%s", error)
            yield self._unanswered(question, turns, t.library_gone if isinstance(error, LibraryError) else t.question_unusable)
            return
        shelf = self._shelf() or _EMPTY
        turns = (*turns, Turn(question, answer))
        yield {
            self._chat: _messages(turns), self._turns: turns, self._selected: len(turns) - 1, self._pending: "",
            self._sources: sources_html(turns, len(turns) - 1, shelf, language, t),
            self._plans: plans_html(shelf.cards, language, t, unfolded=False),
        }  # fmt: skip

    def _failed(self, pending: str, turns: Turns, language: Language) -> Updates:
        """After a defect, whose traceback is in the server's log."""
        return self._unanswered(pending, turns, texts(language).failed)

    def _unanswered(self, question: str, turns: Turns, why: str) -> Updates:
        return {self._chat: _messages(turns), self._question: question, self._notice: _alert(why), self._pending: ""}

    def _select(self, event: gr.SelectData, turns: Turns, language: Language) -> Updates:
        """The sources of the turn that a message belongs to."""
        turn = min(_message_number(event.index) // 2, len(turns) - 1)
        if turn < 0:
            return {}
        sources = sources_html(turns, turn, self._shelf() or _EMPTY, language, texts(language))
        return {self._sources: sources, self._selected: turn}

    def _begin(self, language: Language) -> Updates:
        """A new conversation."""
        return {**self._speak((), language, 0), self._question: "", self._turns: (), self._selected: 0, self._pending: ""}

    def _shelf(self) -> Shelf | None:
        """The library as it is now; None when it cannot be used, and the log says why."""
        try:
            return self._site.assistant.library.shelf()
        except LibraryError as error:
            _log.error("%s", error)
            return None


def _html(name: str, value: str = "", *, script: str | None = None, visible: bool = True) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=script, visible=visible, apply_default_css=False)


def _header(t: Texts) -> str:
    return f"<h1>{t.title}</h1><p>{t.intro}</p>"


def _alert(message: str) -> str:
    return f'<p role="alert">{message}</p>'


def _refusal(question: str, t: Texts) -> str | None:
    """Why a question is not even asked."""
    if not question:
        return t.question_empty
    if len(question) > MAX_QUESTION:
        return t.question_long.format(length=len(question), limit=MAX_QUESTION)
    return None


def _picked(event: gr.EventData) -> str | None:
    """The example or suggestion that was clicked; None when the question was typed."""
    if not isinstance(event.target, gr.Chatbot):
        return None
    value = event.value
    return str(value["text"] if isinstance(value, dict) else value)


def _message_number(index: int | Sequence[int]) -> int:
    return index if isinstance(index, int) else index[0]


def _history(turns: Turns) -> list[dict[str, str]]:
    """The conversation as `Assistant.ask` takes it."""
    return [
        {"role": role, "content": content}
        for turn in turns[-REMEMBERED:]
        for role, content in (("user", turn.question), ("assistant", turn.answer.answer))
    ]


def _messages(turns: Turns) -> list[MessageDict | Message]:
    """The conversation as the chat shows it, the last answer with its suggestions."""
    messages: list[MessageDict] = []
    for number, turn in enumerate(turns):
        messages.append(_message("user", question_markdown(turn.question)))
        messages.append(_message("assistant", answer_markdown(turn.answer, number)))
    if turns:
        messages[-1]["options"] = [{"value": s} for s in turns[-1].answer.suggestions]
    return list(messages)


def _message(role: Literal["user", "assistant"], content: str) -> MessageDict:
    return {"role": role, "content": content}
