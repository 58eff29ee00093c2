"""How good the answers are: the last evaluation, as `make eval` left it."""

import logging
from pathlib import Path
from typing import Any, Final

import gradio as gr

from assistant.answers import Language
from assistant.web.logs import log
from assistant.web.quality_page import no_run_html, run_html
from assistant.web.quality_run import Run, UnreadableReportError, read_run
from assistant.web.site import Site
from assistant.web.tab import Tab, Updates, html_part

_LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")


class QualityTab(Tab):
    """The fourth tab. A report is some 16 MB, so that what is shown of it is kept until the file changes."""

    name = "quality"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._file = site.settings.eval_report / "report.json"
        self._read: tuple[tuple[int, int], dict[Language, str]] | None = None  # by language, with the file's time and size

    def layout(self) -> None:
        self._page = html_part("quality-page")
        self.parts = [self._page]

    def events(self, language: gr.Radio) -> None:
        """Nothing here can be changed."""

    def speak(self, language: Language, *states: Any) -> Updates:
        folder = self._file.parent.name or "."
        try:
            pages = self._pages()
        except UnreadableReportError as error:
            log("report_unreadable", level=logging.ERROR, file=str(self._file), error=str(error))
            return {self._page: no_run_html(folder, language, unreadable=True)}
        return {self._page: pages.get(language) or no_run_html(folder, language)}

    def _pages(self) -> dict[Language, str]:
        """The run on a page in each language; {} when there is none. Raises UnreadableReportError."""
        state = _state(self._file)
        if self._read is None or self._read[0] != state:
            self._read = (state, _drawn(read_run(self._file)))
        return self._read[1]


def _drawn(run: Run | None) -> dict[Language, str]:
    """Raises UnreadableReportError for a report whose figures are none."""
    try:
        return {language: run_html(run, language) for language in _LANGUAGES} if run else {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableReportError(str(error)) from error


def _state(file: Path) -> tuple[int, int]:
    """What changes with the file; the same for all that are not there."""
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
