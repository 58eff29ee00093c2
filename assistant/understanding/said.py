"""What was typed → what was meant: no markup or invisible characters, no story, and Vietnamese as it is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from assistant.abbreviations import spelled_out, spelled_out_english
from assistant.answers import Language
from assistant.understanding.kernel import kernel
from assistant.understanding.language import detect_language
from assistant.vietnamese import composed, has_diacritics, one_tone, untelex, visible

_INLINE_TAGS: Final = re.compile(r"</?(?:b|i|u|em|strong|span|font|a|sup|sub|mark|small)\b[^<>]{0,200}>", re.IGNORECASE)
_TAGS: Final = re.compile(r"<[^<>]{0,200}>")
# two words or more with a tone letter at the end: nothing that is typed on purpose
_TELEX_TONE: Final = re.compile(r"\b[a-z]{2,7}[fjx]\b.*\b[a-z]{2,7}[sfrxj]\b|\b[a-z]{2,7}[sfrxj]\b.*\b[a-z]{2,7}[fjx]\b")
# One that nothing else leaves: "viejc", "vaayj", "ddeens"
_TELEX_SURE: Final = re.compile(r"\b(?!(?:add|odd|middle|address)\b)[a-z]*(?:[aeiouy]j[cmnpth]?\b|aa|dd|uwj|eej|oow)[a-z]*\b")
_BARE: Final = 0.3  # of the words with marks; of ordinary Vietnamese some three in four have one


@dataclass(frozen=True, slots=True)
class Said:
    """A question as meant. `bare`: it was typed without its marks, and they were guessed."""

    text: str
    language: Language
    bare: bool


def tidy(text: str) -> str:
    """A question without disguise: composed, one tone placement, no invisible characters, no markup, single spaces."""
    return one_tone(" ".join(_TAGS.sub(" ; ", _INLINE_TAGS.sub(" ", visible(composed(text)))).split()))


def as_meant(tidied: str, restored: Callable[[str], str]) -> Said:
    """The question inside a tidied text, with its marks `restored` when it was typed without."""
    text = kernel(tidied)
    language = detect_language(text or tidied)
    if language == "en":
        return Said(spelled_out_english(text), language, bare=False)
    text = spelled_out(untelex(text) if _TELEX_TONE.search(text) or _TELEX_SURE.search(text) else text)
    bare = _is_bare(text)
    return Said(restored(text) if bare else text, language, bare)


def _is_bare(text: str) -> bool:
    text = text.lower() if text.isupper() else text
    words = [w for w in re.findall(r"[^\W\d_]{2,}", text) if not w.isupper() or len(w) > 6]
    return sum(has_diacritics(w) for w in words) < _BARE * len(words)
