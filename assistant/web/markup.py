"""What the pages of HTML have in common: texts that are safe to show, numbers as the reader's language writes them."""

from html import escape

from assistant.answers import Language
from assistant.vietnamese import visible


def safe(text: str) -> str:
    """Escaped, and without the invisible characters that reverse or hide what stands beside them."""
    return escape(visible(text))


def figure(number: int, language: Language) -> str:
    """With the language's mark between thousands."""
    return f"{number:,}".replace(",", "." if language == "vi" else ",")
