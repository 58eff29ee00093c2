"""What the parts of the web application share: the assistant, and what is counted, limited, kept and switched."""

import hmac
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from assistant.answering import Assistant
from assistant.answers import Answer
from assistant.errors import CchcError, LibraryError, UsageError
from assistant.plans import Plan, PlanCard
from assistant.public_switch import PublicSwitch
from assistant.register import Shelf
from assistant.settings import Settings
from assistant.vietnamese import visible
from assistant.web.feedback import FeedbackStore, RecentAnswers
from assistant.web.logs import log
from assistant.web.metrics import Metrics
from assistant.web.origins import Visitor, checked_origins, checked_proxies
from assistant.web.problems import Problem
from assistant.web.rates import Left, Rate, address_key
from assistant.web.sessions import Sessions

HEARTBEAT: Final = 10.0  # seconds between signs of life in a stream
PATIENCE: Final = 60.0  # seconds that a question may take, waiting for its turn included
_QUEUE: Final = 400  # questions that may wait for their turn
_LEAST_TOKEN: Final = 16  # characters
_WARM_UP: Final = "chuyển đổi số"


class Site:
    """One running web application. Everything in it is safe from many threads."""

    def __init__(self, assistant: Assistant, settings: Settings | None = None) -> None:
        """Raises UsageError for settings that make no sense."""
        self.assistant = assistant
        self.settings = settings or assistant.library.settings
        self.origins = checked_origins(self.settings.widget_origins)
        self.proxies = checked_proxies(self.settings.trusted_proxies)
        if not (self.settings.admin_token or "").isascii():
            raise UsageError("CCHC_ADMIN_TOKEN: give letters, digits and signs of ASCII; no browser can send others in a header")
        if 0 < len(self.settings.admin_token or "") < _LEAST_TOKEN:
            log(
                "admin_token_short",
                level=logging.WARNING,
                advice=f"make CCHC_ADMIN_TOKEN at least {_LEAST_TOKEN} characters long",
            )
        self.sessions = Sessions()
        self.by_session = Rate("session", self.settings.session_rate)
        self.by_address = Rate("address", self.settings.address_rate)
        self.by_page = Rate("page", 2 * self.settings.address_rate)  # what the console asks for while it is used
        self.by_reader = Rate("feedback", 20)  # opinions of one address
        self.by_stranger = Rate("admin", 10, problem="admin_locked")  # wrong admin tokens of one address
        self.metrics = Metrics()
        self.metrics.ready.set_function(lambda: self.ready)
        self.switch = PublicSwitch(self.settings.library)
        self.metrics.public_api.set_function(lambda: self.switch.message() is None)
        self.feedback = FeedbackStore(self.settings.library, self.settings.feedback_days)
        self.recent = RecentAnswers()
        self.heartbeat = HEARTBEAT
        self.patience = PATIENCE
        self.draining = False
        self.closing: list[Callable[[], None]] = []  # what parts have to stop when the server ends
        self._warm = threading.Event()
        # more threads than cores only make answers wait for each other; a model, though, is waited for
        self._answering = ThreadPoolExecutor(8 if self.settings.llm_model else min(4, os.cpu_count() or 2), "answer")
        self._waiting = 0  # questions that are not answered yet
        self._turnstile = threading.Lock()

    # --- ready or not -----------------------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Open everything that the first question needs; runs in a thread of its own while the server starts."""
        try:
            self.assistant.explain(_WARM_UP)
        except CchcError as error:
            log("library_unusable", error=str(error))
        self._warm.set()

    @property
    def ready(self) -> bool:
        """Whether questions can be answered now."""
        shelf = self.shelf_or_none() if self._warm.is_set() and not self.draining else None
        return shelf is not None and bool(shelf.cards)

    # --- the library ------------------------------------------------------------------------------------------------

    def shelf_or_none(self) -> Shelf | None:
        """The library as it is now; None when it cannot be used, and the log says why."""
        try:
            return self.assistant.library.shelf()
        except LibraryError as error:
            log("library_unusable", level=logging.ERROR, error=str(error))
            return None

    def shelf(self) -> Shelf:
        """The library as it is now. Raises Problem when it cannot be used."""
        if (shelf := self.shelf_or_none()) is None:
            raise Problem("library_unusable", headers={"retry-after": "60"})
        return shelf

    def plan(self, plan_id: str) -> tuple[Plan, PlanCard]:
        """A plan as it is now, and its card. Raises Problem when it is not there, or the library cannot be used."""
        shelf = self.shelf()
        if plan_id not in shelf.plans:
            raise Problem("not_found")
        return shelf.plans[plan_id], shelf.cards_by_id[plan_id]

    # --- who may ----------------------------------------------------------------------------------------------------

    def admit(self, visitor: Visitor, token: str | None, *, session: bool = False) -> list[Left]:
        """Count a public request; `session`: it must come from a session when a foreign page sends it.

        Raises Problem when the public API is off, a limit is reached, or the session is missing or wrong.
        """
        if (message := self.switch.message()) is not None:
            raise Problem("public_api_off", headers={"retry-after": "600"}, message=message)
        lefts = [self.take(self.by_address, address_key(visitor.address))]
        if token:
            lefts.append(self.take(self.by_session, self.sessions.check(token, visitor.origin or "")))
        elif session and visitor.origin and not visitor.own:
            raise Problem("session_required")
        return [left for left in lefts if left]

    def admit_admin(self, visitor: Visitor, authorization: str) -> None:
        """Let the administrator in. Raises Problem: admin_off without a token in the settings, admin_required for a wrong one,
        admin_locked after ten of those, and then for the right one, too: past that nobody can find out which is right.
        """
        wanted, key = self.settings.admin_token, address_key(visitor.address)
        if not wanted:
            raise Problem("admin_off")
        self.take(self.by_stranger, key, count=False)
        given = authorization.removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(errors="replace"), wanted.encode()):
            self.take(self.by_stranger, key)
            log("admin_refused")
            raise Problem("admin_required", headers={"www-authenticate": "Bearer"})

    def take(self, rate: Rate, key: str, *, count: bool = True) -> Left | None:
        """`Rate.take`; a request that is refused is counted by the metrics, too."""
        try:
            return rate.take(key, count=count)
        except Problem:
            self.metrics.limited(rate.name)
            raise

    # --- answering --------------------------------------------------------------------------------------------------

    def answer(self, question: str, history: Sequence[Mapping[str, str]], channel: str, request_id: str) -> "Future[Answer]":
        """Begin to answer, in turn. Raises Problem when too many questions wait already."""
        with self._turnstile:
            if self._waiting >= _QUEUE:
                raise Problem("busy", headers={"retry-after": "5"})
            self._waiting += 1
        future = self._answering.submit(self.answer_now, question, history, channel, request_id)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: "Future[Answer]") -> None:
        with self._turnstile:
            self._waiting -= 1

    def answer_now(
        self, question: str, history: Sequence[Mapping[str, str]], channel: str, request_id: str | None = None
    ) -> Answer:
        """Answer, count and log. Invisible characters of the question are gone before anything sees it."""
        started = time.perf_counter()
        question = _clean(question)
        said = [{"role": m.get("role", ""), "content": _clean(m.get("content", ""))} for m in history]
        answer = self.assistant.ask(question, said)
        seconds = time.perf_counter() - started
        turns = (*(m["content"] for m in said if m["role"] == "user"), question)
        self.recent.keep(turns, answer)
        self.metrics.answered(answer, channel, seconds)
        log(
            "answer", request_id=request_id, channel=channel, status=answer.status, language=answer.language, mode=answer.mode,
            citations=len(answer.citations), characters=len(question), ms=round(1000 * seconds, 1),
            question=question if self.settings.log_questions else None,
        )  # fmt: skip
        return answer

    def drain(self) -> None:
        """Take no more requests; jobs end, answers under way go on."""
        self.draining = True
        for stop in self.closing:
            stop()

    def close(self) -> None:
        """Drop the questions that still wait."""
        self._answering.shutdown(wait=False, cancel_futures=True)


def _clean(text: str) -> str:
    """Without what nobody sees: invisible characters, and halves of surrogate pairs, which nothing could print."""
    return visible(text.encode(errors="ignore").decode())
