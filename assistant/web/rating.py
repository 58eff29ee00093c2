"""Opinions on the answers of a conversation: the two choices below each answer, the words of thanks, and their keeping."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from assistant.web.feedback import Rating
from assistant.web.site import Site
from assistant.web.sources import Turn
from assistant.web.texts import Texts

LONGEST: Final = 2_000  # characters of a comment, as in POST /api/feedback
_CHOICES: Final[tuple[Rating, ...]] = ("up", "down")


@dataclass(frozen=True, slots=True)
class Rated:
    """An opinion as it is kept."""

    identity: str
    rating: Rating
    comment: str = ""


Ratings = Mapping[int, Rated]  # by the number of the turn


def checked_rating(given: Any) -> Rating:
    """Raises ValueError for what no page of ours sends."""
    return _CHOICES[_CHOICES.index(given)]


def rating_markdown(turn: int, rated: Rated | None, t: Texts) -> str:
    """The two choices as links, since a message holds no buttons; `static/rating.js` takes the clicks."""
    return " ".join(_choice(turn, choice, rated, t) for choice in _CHOICES)


def _choice(turn: int, choice: Rating, rated: Rated | None, t: Texts) -> str:
    name = t.named(f"rate_{choice}")
    if rated and rated.rating == choice:
        return f"[{t.rated.format(rating=name)}](#rated-{choice}-{turn})"
    return f"[{name}](#rate-{choice}-{turn})"


def rating_html(turn: int, rated: Rated, t: Texts) -> str:
    """Thanks for a rating, and room for a comment; without the room once there is one."""
    if rated.comment:
        said = _said("status", t.rating_stored.format(n=turn + 1), t)
        return f'<div class="opinion" tabindex="-1">{said}</div>'
    thanks = t.rating_thanks.format(n=turn + 1, rating=t.named(f"rate_{rated.rating}"))
    return _form(turn, rated.rating, _said("status", thanks, t), t)


def rating_lost_html(turn: int, rating: Rating, comment: str, t: Texts) -> str:
    """The same after storing failed, with what was typed."""
    return _form(turn, rating, _said("alert", t.rating_lost, t), t, comment)


def _said(role: str, words: str, t: Texts) -> str:
    close = f'<button type="button" data-close>{escape(t.rating_close)}</button>'
    return f'<div class="said"><p role="{role}">{escape(words)}</p>{close}</div>'


def _form(turn: int, rating: Rating, said: str, t: Texts, comment: str = "") -> str:
    return (
        f'<form class="opinion" data-turn="{turn}" data-rating="{rating}" tabindex="-1">{said}'
        f'<label for="opinion-comment">{escape(t.rating_comment)}</label><div class="line">'
        f'<textarea id="opinion-comment" name="comment" rows="1" maxlength="{LONGEST}">{escape(comment)}</textarea>'
        f'<button type="submit">{escape(t.rating_send)}</button></div></form>'
    )


def keep_rating(site: Site, turns: Sequence[Turn], turn: int, rating: Rating, comment: str, before: Rated | None) -> Rated:
    """Store an opinion with the answer that was given, in place of the visitor's earlier one on it. Raises LibraryError."""
    answer = turns[turn].answer
    known = site.recent.get(answer.id) or (tuple(t.question for t in turns[: turn + 1]), answer)
    comment = comment.strip()[:LONGEST] or (before.comment if before else "")
    identity = site.feedback.add(*known, rating, comment, "console")
    if before:  # only now: nothing is lost when the new one cannot be stored
        site.feedback.delete(before.identity)
    if before is None or before.rating != rating:
        site.metrics.rated(rating)
    return Rated(identity, rating, comment)
