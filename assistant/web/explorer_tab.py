"""The task explorer: filters that act at once, how many tasks pass, their rows, deadlines, agencies, and files to take along."""

from html import escape
from pathlib import Path
from typing import Annotated, Any, Final

import gradio as gr
from fastapi import APIRouter, Depends
from fastapi.responses import Response

from assistant.answers import Language
from assistant.errors import UsageError
from assistant.register import Shelf
from assistant.task_table import TaskFilter, select_tasks
from assistant.web.agencies_chart import agencies_chart
from assistant.web.api import Asking
from assistant.web.explorer import count_line, tasks_table
from assistant.web.exports import Kind, exported
from assistant.web.problems import Problem
from assistant.web.rates import address_key
from assistant.web.site import Site
from assistant.web.tab import AT_ONCE, EMPTY, QUIET, SESSION, Tab, Updates, html_part
from assistant.web.task_filters import (
    FILES,
    Given,
    active,
    date_errors,
    download_address,
    filter_texts,
    form_html,
    loosening,
    task_filter,
)
from assistant.web.timeline import timeline

_SCRIPT: Final = Path(__file__).parent / "static" / "explorer.js"
_FILES: Final[tuple[Kind, ...]] = ("xlsx", "csv", "ics")


def file_routes(site: Site) -> APIRouter:
    """The tasks as files for those who work in the console, whether or not the public API is on."""
    router = APIRouter(include_in_schema=False)

    @router.get(FILES + "{kind}")
    def tasks(kind: Kind, wanted: Annotated[TaskFilter, Depends()], who: Asking, language: Language = "vi") -> Response:
        site.take(site.by_page, address_key(who.address))
        shelf = site.shelf()
        try:
            found = select_tasks(shelf, wanted)
        except UsageError as error:
            raise Problem("bad_request", reason=str(error)) from error
        content, media_type = exported(shelf, found, kind, language, wanted.due)
        headers = {"content-disposition": f'attachment; filename="cchc-tasks.{kind}"', "cache-control": "no-store"}
        return Response(content, headers=headers, media_type=media_type)

    return router


class ExplorerTab(Tab):
    """The second tab."""

    name = "tasks"

    def layout(self) -> None:
        self._given = gr.State(Given(), time_to_live=SESSION)  # what the form holds
        self._usable = gr.State(Given(), time_to_live=SESSION)  # the last of it that could be used, which the results are for
        self._form = html_part("tasks-form", script=_SCRIPT.read_text(encoding="utf-8"))
        self._found = html_part("tasks-found")
        self.states = [self._given, self._usable]
        self.parts = [self._form, self._found, *self.states]

    def events(self, language: gr.Radio) -> None:
        self._form.input(
            self._filter, [language, self._usable], self.parts, trigger_mode="multiple", concurrency_limit=AT_ONCE, **QUIET
        )

    def speak(self, language: Language, *states: Any) -> Updates:
        given, usable = states
        return self._shown(given, usable, language)

    def _filter(self, event: gr.EventData, language: Language, usable: Given) -> Updates:
        """After a change in the form."""
        return self._shown(Given.of(event.filters), usable, language)

    def _shown(self, given: Given, usable: Given, language: Language) -> Updates:
        """Dates that make no sense are told in the form, and what was found before stays."""
        shelf = self.site.shelf_or_none() or EMPTY
        given = given.still_there(shelf)
        errors = date_errors(given, language)
        usable = usable.still_there(shelf) if errors else given
        unchanged = f'<p class="unchanged">{escape(filter_texts(language).not_filtered)}</p>' if errors else ""
        return {
            self._form: form_html(shelf, given, errors, language),
            self._found: unchanged + self._found_html(shelf, usable, language),
            self._given: given,
            self._usable: usable,
        }

    def _found_html(self, shelf: Shelf, given: Given, language: Language) -> str:
        x, wanted = filter_texts(language), task_filter(given)
        tasks = select_tasks(shelf, wanted)
        head = f'<h2 class="unseen">{escape(x.results)}</h2>{count_line(shelf, tasks, wanted, language)}'
        if not shelf.tasks:
            return f'{head}<p class="hint">{escape(x.no_tasks)}</p>'
        if not tasks:
            return head + _nothing(shelf, given, language)
        return (
            head
            + self._files(wanted, language)
            + tasks_table(shelf, tasks, language)
            + f'<div class="charts">{timeline(shelf, tasks, language)}{agencies_chart(tasks, language)}</div>'
        )

    def _files(self, wanted: TaskFilter, language: Language) -> str:
        """Links to the same tasks as files."""
        x = filter_texts(language)
        links = "".join(
            f'<a href="{escape(download_address(wanted, kind, language))}" download>{escape(x.named(f"file_{kind}"))}</a>'
            for kind in _FILES
        )
        return f'<p class="files"><span>{escape(x.files)}</span> {links}</p>'


def _nothing(shelf: Shelf, given: Given, language: Language) -> str:
    """What to loosen when no task passes."""
    x, options = filter_texts(language), loosening(shelf, given)
    names = {"due": x.due, "budget": x.budget}
    buttons = "".join(
        f'<li><button type="button" data-loosen="{name}">'
        f"{escape(x.loosen_one.format(filter=names.get(name) or x.named(name), count=count))}</button></li>"
        for name, count in options
    )
    said = x.only_filter if len(active(given)) == 1 else x.loosen if options else x.loosen_all
    return f'<div class="nothing"><p>{escape(said)}</p>' + (f"<ul>{buttons}</ul>" if options else "") + "</div>"
