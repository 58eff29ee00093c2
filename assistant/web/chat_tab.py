"""The chat: a conversation, each answer beside the passages that it rests on, and what readers think of it."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import gradio as gr
from gradio.components.chatbot import ExampleMessage, Message, MessageDict

from assistant.answering import MAX_QUESTION
from assistant.answers import Language
from assistant.errors import LibraryError, UsageError
from assistant.web.examples import example_questions
from assistant.web.logs import log
from assistant.web.problems import Problem
from assistant.web.rates import address_key
from assistant.web.rating import Ratings, checked_rating, keep_rating, rating_html, rating_lost_html, rating_markdown
from assistant.web.site import Site
from assistant.web.sources import Turn, answer_markdown, plans_html, question_markdown, sources_html
from assistant.web.tab import AT_ONCE, EMPTY, QUIET, SESSION, Tab, Updates, html_part
from assistant.web.texts import Texts, texts

REMEMBERED: Final = 10  # turns of a conversation that follow-up questions can refer to

_RATING_SCRIPT: Final = Path(__file__).parent / "static" / "rating.js"
# The latest question goes to the top of the chat, its answer below it: Gradio's own scrolling shows an answer's end.
_FOLLOW: Final = """() => requestAnimationFrame(() => requestAnimationFrame(() => {
    const log = document.querySelector('#conversation [role=log]'), question = [...log.querySelectorAll('.user-row')].at(-1);
    const latest = log.querySelectorAll('.user-row').length;
    if (question && log.dataset.latest !== `${latest}`)
        log.scrollTop += question.getBoundingClientRect().top - log.getBoundingClientRect().top - 10;
    log.dataset.latest = `${latest}`;
}))"""

Turns = tuple[Turn, ...]


class ChatTab(Tab):
    """The first tab. Its button for a new conversation stands beside the language switch, where the console puts it."""

    name = "chat"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.restart = gr.Button(texts("vi").new_conversation, size="sm", elem_id="restart", min_width=0, render=False)

    def layout(self) -> None:
        self._turns = gr.State((), time_to_live=SESSION)
        self._selected = gr.State(0, time_to_live=SESSION)  # the turn whose sources are shown
        self._pending = gr.State("", time_to_live=SESSION)  # the question being answered
        self._ratings = gr.State({}, time_to_live=SESSION)
        self.states = [self._turns, self._selected, self._pending, self._ratings]
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=6, min_width=300, elem_id="chat"):
                self._chat_layout(texts("vi"))
            with gr.Column(scale=5, min_width=300, elem_id="beside"):
                self._sources = html_part("sources")
                self._plans = html_part("plans")
        self.parts = [
            self.restart, self._chat, self._opinion, self._notice, self._question, self._ask, self._sources, self._plans, *self.states,
        ]  # fmt: skip

    def _chat_layout(self, t: Texts) -> None:
        self._chat = gr.Chatbot(
            label=t.conversation, placeholder=t.welcome, show_label=False, container=False, elem_id="conversation", height="auto",
            autoscroll=False, layout="bubble", buttons=[], feedback_options=None, latex_delimiters=[], allow_tags=False,
        )  # fmt: skip
        self._opinion = html_part("opinion", script=_RATING_SCRIPT.read_text(encoding="utf-8"))
        self._notice = html_part("notice")
        with gr.Row(elem_id="asking"):
            self._question = gr.Textbox(
                label=t.question, placeholder=t.question_hint, show_label=False, container=False, lines=1, max_lines=6,
                scale=1, min_width=0, elem_id="question",
            )  # fmt: skip
            self._ask = gr.Button(t.ask, variant="primary", scale=0, min_width=72, elem_id="ask")

    def events(self, language: gr.Radio) -> None:
        said = [language, *self.states]
        asked = gr.on(
            [self._question.submit, self._ask.click, self._chat.option_select, self._chat.example_select],
            self._answer, [self._question, *said], self.parts, concurrency_limit=AT_ONCE, **QUIET,
        )  # fmt: skip
        asked.failure(self._failed, said, self.parts, **QUIET)
        self._chat.change(None, None, None, js=_FOLLOW, **QUIET)
        self._chat.select(self._select, said, [self._sources, self._selected], **QUIET)
        self._opinion.select(self._rate, said, self.parts, **QUIET)
        self._opinion.submit(self._rate, said, self.parts, **QUIET)
        self.restart.click(self._begin, language, self.parts, cancels=[asked], **QUIET)

    # --- what happens -----------------------------------------------------------------------------------------------

    def speak(self, language: Language, *states: Any) -> Updates:
        turns, selected, pending, ratings = states
        t, shelf = texts(language), self.site.shelf_or_none() or EMPTY
        examples: list[ExampleMessage] = [{"text": question} for question in example_questions(shelf, t)]
        searching = _searching(pending, t) if pending else []
        return {
            self.restart: t.new_conversation,
            self._chat: gr.Chatbot(
                [*_messages(turns, ratings, t), *searching], label=t.conversation, placeholder=t.welcome, examples=examples
            ),
            self._opinion: "",
            self._notice: "",
            self._question: gr.Textbox(label=t.question, placeholder=t.question_hint),
            self._ask: t.ask,
            self._sources: sources_html(turns, selected, shelf, language, t),
            self._plans: plans_html(shelf.cards, language, t, unfolded=not turns),
        }

    def opened(self, language: Language, *states: Any) -> Updates:
        """The plans may be others than when the visitor left; the conversation is as it was."""
        turns, _, pending, _ = states
        if not turns and not pending:
            return self.speak(language, *states)
        shelf = self.site.shelf_or_none() or EMPTY
        return {self._plans: plans_html(shelf.cards, language, texts(language), unfolded=False)}

    def _answer(
        self,
        event: gr.EventData,
        request: gr.Request,
        typed: str,
        language: Language,
        turns: Turns,
        _: int,
        __: str,
        ratings: Ratings,
    ) -> Iterator[Updates]:
        """Typed, or picked among the examples and suggestions; the question is shown at once, the answer when it is there."""
        question = _picked(event) or typed.strip()
        t = texts(language)
        if refusal := _refusal(question, t) or self._limited(request, language):
            yield {self._notice: _alert(refusal), self._question: question if _picked(event) else typed}
            return
        searching = [*_messages(turns, ratings, t), *_searching(question, t)]
        yield {self._chat: searching, self._question: "", self._notice: "", self._opinion: "", self._pending: question}
        try:
            answer = self.site.answer_now(question, _history(turns), "console")
        except (UsageError, LibraryError) as error:
            log("unanswered", level=logging.ERROR, error=str(error))
            why = t.library_gone if isinstance(error, LibraryError) else t.question_unusable
            yield self._unanswered(question, turns, ratings, why, t)
            return
        shelf = self.site.shelf_or_none() or EMPTY
        turns = (*turns, Turn(question, answer))
        yield {
            self._chat: _messages(turns, ratings, t), self._turns: turns, self._selected: len(turns) - 1, self._pending: "",
            self._sources: sources_html(turns, len(turns) - 1, shelf, language, t),
            self._plans: plans_html(shelf.cards, language, t, unfolded=False),
        }  # fmt: skip

    def _failed(self, language: Language, turns: Turns, _: int, pending: str, ratings: Ratings) -> Updates:
        """After a defect, whose traceback is in the server's log."""
        t = texts(language)
        return self._unanswered(pending, turns, ratings, t.failed, t)

    def _unanswered(self, question: str, turns: Turns, ratings: Ratings, why: str, t: Texts) -> Updates:
        shown = _messages(turns, ratings, t)
        return {self._chat: shown, self._question: question, self._notice: _alert(why), self._pending: ""}

    def _limited(self, request: gr.Request, language: Language) -> str | None:
        """Count a request of this address; what to say when there were too many."""
        try:
            self.site.take(self.site.by_address, address_key(request.client.host if request.client else ""))
        except Problem as problem:
            return problem.message(language)
        return None

    def _select(self, event: gr.SelectData, language: Language, turns: Turns, *_: object) -> Updates:
        """The sources of the turn that a message belongs to."""
        turn = min(_message_number(event.index) // 2, len(turns) - 1)
        if turn < 0:
            return {}
        sources = sources_html(turns, turn, self.site.shelf_or_none() or EMPTY, language, texts(language))
        return {self._sources: sources, self._selected: turn}

    def _rate(
        self, event: gr.EventData, request: gr.Request, language: Language, turns: Turns, _: int, __: str, ratings: Ratings
    ) -> Updates:
        """A thumb, or a comment that follows it."""
        t, turn, rating, comment = texts(language), int(event.turn), checked_rating(event.rating), str(event.comment)
        if not 0 <= turn < len(turns):
            return {}
        if refusal := self._limited(request, language):
            return {self._notice: _alert(refusal)}
        try:
            rated = keep_rating(self.site, turns, turn, rating, comment, ratings.get(turn))
        except LibraryError as error:
            log("feedback_lost", level=logging.ERROR, error=str(error))
            return {self._opinion: rating_lost_html(turn, rating, comment, t)}
        ratings = {**ratings, turn: rated}
        return {
            self._chat: _messages(turns, ratings, t), self._ratings: ratings, self._opinion: rating_html(turn, rated, t), self._notice: "",
        }  # fmt: skip

    def _begin(self, language: Language) -> Updates:
        """A new conversation."""
        fresh: Updates = {self._turns: (), self._selected: 0, self._pending: "", self._ratings: {}}
        return {**self.speak(language, *fresh.values()), self._question: "", **fresh}


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


def _messages(turns: Turns, ratings: Ratings, t: Texts) -> list[MessageDict | Message]:
    """The conversation as the chat shows it, the last answer with its suggestions."""
    messages: list[MessageDict] = []
    for number, turn in enumerate(turns):
        rating = rating_markdown(number, ratings.get(number), t)
        messages.append(_message("user", question_markdown(turn.question)))
        messages.append(_message("assistant", f"{answer_markdown(turn.answer, number)}\n\n{rating}"))
    if turns:
        messages[-1]["options"] = [{"value": s} for s in turns[-1].answer.suggestions]
    return list(messages)


def _searching(question: str, t: Texts) -> list[MessageDict]:
    return [_message("user", question_markdown(question)), _message("assistant", f"*{t.searching}*")]


def _message(role: Literal["user", "assistant"], content: str) -> MessageDict:
    return {"role": role, "content": content}
