"""The widget that other sites embed with one line: its script, the script's hash, and a page that shows it."""

import base64
import hashlib
import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from assistant.answers import Language
from assistant.web.texts import text_table

_STATIC: Final = files(__package__) / "static"
_COMMENT_OR_INDENT: Final = re.compile(r"^(?:\s+|//.*\n|/\*\*.*\*/\n)+", re.MULTILINE)
_CSS_SPACE: Final = re.compile(r"/\*.*?\*/|\s+", re.DOTALL)

# attribute → its values as the demonstration lists them; None: any text
_ATTRIBUTES: Final[dict[str, str | None]] = {
    "lang": "vi, en",
    "theme": "auto, light, dark",
    "color": "#1d4ed8",
    "title": None,
    "greeting": None,
    "position": "right, left",
    "open": "true, false",
}
_EXAMPLE_ORIGIN: Final = "https://sonoivu.tinh.gov.vn"

Texts = dict[str, str]


@cache
def widget_script() -> bytes:
    """The script with its texts and styles in it; the same bytes wherever this version runs, so that a hash can be published."""
    source = (_STATIC / "widget.js").read_text(encoding="utf-8")
    styles = _CSS_SPACE.sub(" ", (_STATIC / "widget.css").read_text(encoding="utf-8")).strip()
    texts = {language: _texts(language)[0] for language in ("vi", "en")}
    script = _COMMENT_OR_INDENT.sub("", source)
    return script.replace("__TEXTS__", _literal(texts)).replace("__STYLES__", _literal(styles)).encode()


def integrity() -> str:
    """The script's hash, as a page's `integrity` attribute takes it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(widget_script()).digest()).decode()


def snippet(base_url: str, attributes: str = "") -> str:
    """The line that a page embeds the widget with."""
    address = f"{base_url.rstrip('/')}/widget.js"
    return f'<script src="{escape(address)}" defer integrity="{integrity()}" crossorigin="anonymous"{attributes}></script>'


def demo_page(base_url: str) -> str:
    """A page that embeds the widget, says how to, and lists the attributes; in Vietnamese, then in English."""
    sections = "\n".join(_section(language, base_url) for language in ("vi", "en"))
    page = Template((_STATIC / "demo.html").read_text(encoding="utf-8"))
    return page.substitute(title=escape(_texts("vi")[1]["heading"]), integrity=integrity(), sections=sections)


def _section(language: Language, base_url: str) -> str:
    t = {key: escape(text) for key, text in _texts(language)[1].items()}
    level = 1 if language == "vi" else 2
    server = base_url.rstrip("/")
    line = snippet(base_url, f' data-lang="{language}" data-theme="auto" data-color="#1d4ed8" data-position="right"')
    policy = f"script-src 'self' {server}; connect-src 'self' {server}"
    steps = (
        f"<p>{t['embed_how']}</p>{_copyable(line, 'snippet', t)}<p>{t['embed_integrity']}</p>",
        f"<p>{t['embed_origin']}</p>{_copyable(f'CCHC_WIDGET_ORIGINS={_EXAMPLE_ORIGIN}', 'origin', t)}",
        f"<p>{t['embed_policy']}</p>{_copyable(policy, 'policy', t)}",
    )
    return (
        f'<section lang="{language}"><h{level}>{t["heading"]}</h{level}><p class="lead">{t["intro"]}</p>'
        f"<h{level + 1}>{t['embed']}</h{level + 1}><ol>{''.join(f'<li>{step}</li>' for step in steps)}</ol>"
        f'<h{level + 1}>{t["attributes"]}</h{level + 1}>{_attribute_table(t)}<p class="lead">{t["privacy"]}</p></section>'
    )


def _copyable(text: str, key: str, t: Texts) -> str:
    """A line to copy with its button, which static/demo.js serves."""
    return (
        f'<div class="copy"><pre tabindex="0" role="region" aria-label="{t[key]}"><code>{escape(text)}</code></pre>'
        f'<button type="button" aria-label="{t["copy"]}: {t[key]}" data-copied="{t["copied"]}" data-failed="{t["copy_failed"]}">'
        f'{t["copy"]}</button><span role="status"></span></div>'
    )


def _attribute_table(t: Texts) -> str:
    rows = "".join(
        f'<tr><th scope="row"><code>data-{name}</code></th><td>{_values(values, t)}</td><td>{t[name]}</td></tr>'
        for name, values in _ATTRIBUTES.items()
    )
    head = "".join(f'<th scope="col">{t[key]}</th>' for key in ("attribute", "values", "meaning"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _values(values: str | None, t: Texts) -> str:
    return t["free_text"] if values is None else ", ".join(f"<code>{escape(value)}</code>" for value in values.split(", "))


@cache
def _texts(language: Language) -> tuple[Texts, Texts]:
    """The widget's texts in a language, and those of its demonstration. Raises ValueError when a key is in one language only."""
    vi, en = text_table("widget", "vi"), text_table("widget", "en")
    odd = (vi.keys() ^ en.keys()) | (vi["demo"].keys() ^ en["demo"].keys())
    if odd:
        raise ValueError(f"prompts/widget.toml has these in one language only: {', '.join(sorted(odd))}")
    table = vi if language == "vi" else en
    return table, table.pop("demo")


def _literal(value: object) -> str:
    """As JavaScript reads it; without indentation, in the order of the files."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
