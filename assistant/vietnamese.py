"""Vietnamese text as computers must see it: one normal form, one tone placement, folding, tokens, Roman numerals."""

import itertools
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_LETTERS: Final = "".join(chr(c) for c in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)])
_FOLD: Final = str.maketrans(
    {c: (unicodedata.normalize("NFD", c)[0] if c not in "đĐ" else "d").lower() for c in _LETTERS}
    | {chr(c): None for c in range(0x300, 0x370)}
)

CAPITAL: Final = "[A-Z" + "".join(c for c in _LETTERS if c.isupper()) + "]"  # for patterns: capitals and small letters alternate

# Old and new tone placement (hoà/hòa, khoẻ/khỏe, uỷ/ủy): the second spelling of each pair is the one kept.
# "quý" is the same in both, since its u belongs to the consonant.
_TONE_PAIRS: Final = {
    old: new
    for olds, news in (("oà oá oả oã oạ", "òa óa ỏa õa ọa"), ("oè oé oẻ oẽ oẹ", "òe óe ỏe õe ọe"))
    for old, new in zip(olds.split(), news.split(), strict=True)
} | dict(zip(["uỳ", "uý", "uỷ", "uỹ", "uỵ"], ["ùy", "úy", "ủy", "ũy", "ụy"], strict=True))
_OLD_TONE: Final = re.compile(rf"(?<![qQ])({'|'.join(_TONE_PAIRS)})(?![^\W\d_])", re.IGNORECASE)

_TOKEN: Final = re.compile(r"[^\W_]+")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MARKS: Final = re.compile("[\u0300-\u036f]")
_BREAK: Final = re.compile(r"<br\b[^<>]{0,200}>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"</?(?:b|i|u|strong|em|sup|sub|span)\b[^<>]{0,200}>|\*\*|__|\\(?=[*_#])", re.IGNORECASE)
_ROMAN_VALUES: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def nfc(text: str) -> str:
    """Canonical composition; the form of every text and span in the library."""
    return unicodedata.normalize("NFC", text)


def composed(text: str) -> str:
    """Canonical composition without the marks that no letter takes ("z̸"): what keeps its length when it is folded."""
    return _MARKS.sub("", nfc(text))


def one_tone(text: str) -> str:
    """One tone placement for both spellings ("hoà" and "hòa"); keeps the length of NFC text."""

    def moved(match: re.Match[str]) -> str:
        found = match.group()
        new = _TONE_PAIRS[found.lower()]
        return "".join(n.upper() if f.isupper() else n for f, n in zip(found, new, strict=True))

    return _OLD_TONE.sub(moved, text)


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d: what a hurried typist leaves. Keeps the length of NFC text."""
    return text.translate(_FOLD).lower()


def has_diacritics(text: str) -> bool:
    """Whether any letter carries a Vietnamese mark (đ counts)."""
    return fold(text) != text.lower()


def squeeze(text: str) -> str:
    """White space, line breaks and no-break spaces folded to single spaces, none at the ends."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """What is printed: inline markup (<b>, **) dropped, white space squeezed, invisible characters removed."""
    return squeeze(_CONTROL.sub(" ", _INVISIBLE.sub("", _MARKUP.sub("", _BREAK.sub(" ", text)))))


def unemphasised(text: str) -> str:
    """What is printed, without the asterisks of Markdown emphasis either: fit to stand inside an answer's own emphasis."""
    return re.sub(r"\*(?=\S)|(?<=\S)\*", "", plain(text))


def visible(text: str) -> str:
    """Text without invisible and control characters (zero width, bidi, tags, NUL); line breaks and tabs stay."""
    return _CONTROL.sub(" ", _INVISIBLE.sub("", text))


def tokens(text: str) -> list[str]:
    """Lower-case syllables, words and numbers, in one tone placement."""
    return _TOKEN.findall(one_tone(nfc(text)).lower())


def with_pairs(syllables: list[str]) -> list[str]:
    """The syllables and each two neighbours joined by "_": most Vietnamese words have two syllables."""
    return syllables + [f"{a}_{b}" for a, b in itertools.pairwise(syllables)]


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words or phrases, standing whole in a text; the longest that fits is taken."""
    return r"(?<![^\W_])(?:" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + r")(?![^\W_])"


def slug(text: str) -> str:
    """ASCII words joined by hyphens, for ids: "Bà Rịa - Vũng Tàu" → "ba-ria-vung-tau"."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(nfc(text))))


def roman_value(numeral: str) -> int | None:
    """ "iv" or "IV" → 4; None when it is no well-formed Roman numeral up to 399."""
    total, letters = 0, numeral.lower()
    if not letters or any(c not in _ROMAN_VALUES for c in letters):
        return None
    for here, after in zip(letters, [*letters[1:], ""], strict=True):
        value = _ROMAN_VALUES[here]
        total += -value if after and _ROMAN_VALUES[after] > value else value
    return total if to_roman(total) == numeral.upper() else None


def to_roman(number: int) -> str:
    """4 → "IV"."""
    out = ""
    for value, numeral in ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV")):
        while number >= value:
            out, number = out + numeral, number - value
    return out + "I" * max(number, 0)


# Telex leftovers: what a keyboard in the wrong mode leaves of a Vietnamese syllable ("nhiemj vuj", "ddeen", "tyr leej")
_TELEX: Final = (("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("aw", "a"), ("ow", "o"), ("uw", "u"), ("w", "u"))
_SYLLABLE: Final = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ch|ph|th|tr|qu|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|uyu|oai|oay|oeo|uay|uoi|uou|ieu|yeu|ia|ie|ua|uo|ue|uy|ui|uu|iu|oa|oe|oi|ai|ao|au|ay|eo|eu|ya|ye|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)


def is_syllable(word: str) -> bool:
    """Whether a folded word is built like a Vietnamese syllable ("hai", not "papi" or "zalo")."""
    return _SYLLABLE.fullmatch(word) is not None


def untelex(text: str) -> str:
    """ASCII words that are no Vietnamese syllables but become one when read as Telex, as that syllable without marks."""
    return re.sub(r"(?<![^\W_])[A-Za-z][a-z]{2,7}(?![^\W_])", lambda m: _syllable_typed(m.group()), text)


def _syllable_typed(word: str) -> str:
    typed = word.lower()
    if _SYLLABLE.fullmatch(typed):
        return word
    for written, letter in _TELEX:
        typed = typed.replace(written, letter)
    if _SYLLABLE.fullmatch(typed):
        return typed
    without_tone = re.sub(r"[sfrxj](?=[cmnpth]?[gh]?$)", "", typed, count=1)
    if not _SYLLABLE.fullmatch(without_tone):  # the second letter of "ee" typed behind the syllable: "nhieme"
        without_tone = re.sub(r"([aeo])([^aeo]+)\1$", r"\1\2", without_tone)
    return without_tone if len(without_tone) > 1 and _SYLLABLE.fullmatch(without_tone) else word
