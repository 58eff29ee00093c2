"""The console: five tabs in the browser for those who work with the plans.

`build_console` makes the Gradio blocks; `mount_console` puts them under a FastAPI application with theme and styles. Each tab
is a module of its own (`chat_tab`, `explorer_tab`, …). All are on the page from the start, and filled when they are opened.
"""

from html import escape
from pathlib import Path
from typing import Any, Final

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from assistant.answers import Language
from assistant.web.admin_tab import AdminTab
from assistant.web.chat_tab import ChatTab
from assistant.web.explorer_tab import ExplorerTab, file_routes
from assistant.web.plans_tab import PlansTab
from assistant.web.quality_tab import QualityTab
from assistant.web.site import Site
from assistant.web.tab import QUIET, SESSION, Tab, Updates, html_part
from assistant.web.texts import Texts, problem_html, texts

_LANGUAGES: Final[list[tuple[str, Language]]] = [("Tiếng Việt", "vi"), ("English", "en")]
_FONTS: Final = ["Segoe UI", "Roboto", "Noto Sans", "Helvetica Neue", "Arial", "sans-serif"]
_HERE: Final = Path(__file__).parent
_WAITING: Final = 200  # events of all visitors; more are told to come back
_STYLES: Final = ("console.css", "explorer.css", "tabs.css")
_ICON: Final = (
    '<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 32 32%22%3E'
    "%3Crect width=%2232%22 height=%2232%22 rx=%227%22 fill=%22%231d4ed8%22/%3E"
    "%3Cpath d=%22M8 10h16M8 16h16M8 22h9%22 stroke=%22white%22 stroke-width=%223%22 stroke-linecap=%22round%22/%3E"
    '%3C/svg%3E">'
)
# Before anything is drawn, so that a page opened at another tab does not flash the chat
_FIRST: Final = (
    "<script>document.documentElement.dataset.tab = new URLSearchParams(location.search).get('tab') ?? 'chat';</script>"
)


def build_console(site: Site) -> gr.Blocks:
    """The console's blocks, without anything about how and where they are served."""
    return _Console(site).blocks


def mount_console(app: FastAPI, site: Site, path: str = "/") -> FastAPI:
    """Serve the console at `path`, and give Gradio's application; routes added to `app` before this call go first."""
    app.include_router(file_routes(site))
    styles = "".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES)
    gr.mount_gradio_app(
        app,
        build_console(site),
        path=path,
        theme=gr.themes.Base(primary_hue="blue", secondary_hue="blue", neutral_hue="slate", font=_FONTS, font_mono=["monospace"]),
        head=f"{_ICON}{_FIRST}<style>{styles}</style>",  # as `css=`, Gradio would rewrite the selectors
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="1kb",  # nothing is uploaded
    )
    return next(route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, FastAPI))


class _Console:
    """What stands around the tabs, and which of them is filled when; everything about one visitor is in the session's states."""

    blocks: gr.Blocks

    def __init__(self, site: Site) -> None:
        self._site = site
        with gr.Blocks(title=texts("vi").title, analytics_enabled=False, fill_width=True) as self.blocks:
            self._chat = ChatTab(site)
            self._tabs: dict[str, Tab] = {
                tab.name: tab for tab in (self._chat, ExplorerTab(site), PlansTab(site), QualityTab(site), AdminTab(site))
            }
            self._layout(texts("vi"))
            self._events()
        self.blocks.queue(max_size=_WAITING, api_open=False)

    def _layout(self, t: Texts) -> None:
        self._at = gr.State("chat", time_to_live=SESSION)
        with gr.Row(elem_id="top"):
            self._header = html_part("header", _header(t))
            with gr.Row(elem_id="controls"):
                self._language = gr.Radio(
                    _LANGUAGES, value="vi", label=t.language, show_label=False, container=False, elem_id="language"
                )
                self._chat.restart.render()  # type: ignore[no-untyped-call]
        self._bar = html_part("tabs", _tab_bar("vi"), script=(_HERE / "static" / "console.js").read_text(encoding="utf-8"))
        self._problem = html_part("problem", visible=False)
        for tab in self._tabs.values():
            with gr.Column(elem_id=f"tab-{tab.name}", elem_classes="tab"):
                tab.layout()

    def _events(self) -> None:
        self._states = [state for tab in self._tabs.values() for state in tab.states]
        own = [self._header, self._language, self._bar, self._problem, self._at]
        everything = [*own, *(part for tab in self._tabs.values() for part in tab.parts)]
        self.blocks.load(self._open, self._states, everything, **QUIET)
        self._language.input(self._speak, [self._language, self._at, *self._states], everything, **QUIET)
        self._bar.select(self._go, [self._language, *self._states], everything, trigger_mode="multiple", **QUIET)
        for tab in self._tabs.values():
            tab.events(self._language)

    # --- what happens -----------------------------------------------------------------------------------------------

    def _open(self, request: gr.Request, *states: Any) -> Updates:
        language: Language = "en" if request.query_params.get("lang") == "en" else "vi"
        at = request.query_params.get("tab", "chat")
        at = at if at in self._tabs else "chat"
        return {self._language: gr.Radio(value=language), self._at: at, **self._speak(language, at, *states)}

    def _speak(self, language: Language, at: str, *states: Any) -> Updates:
        """The frame, the chat and the tab that is open in the language; the others will be when they are opened."""
        t = texts(language)
        frame = {self._header: _header(t), self._bar: _tab_bar(language), self._problem: self._trouble(t)}
        filled = [tab.speak(language, *self._of(tab, states)) for tab in {self._chat, self._tabs[at]}]
        return {key: value for updates in (frame, *filled) for key, value in updates.items()}

    def _go(self, event: gr.EventData, language: Language, *states: Any) -> Updates:
        """A visitor goes to another tab: it is on the page at once, and gets what the library holds now."""
        at = event.tab if event.tab in self._tabs else "chat"
        tab = self._tabs[at]
        return {self._at: at, self._problem: self._trouble(texts(language)), **tab.opened(language, *self._of(tab, states))}

    def _of(self, tab: Tab, states: tuple[Any, ...]) -> list[Any]:
        values = dict(zip(self._states, states, strict=True))
        return [values[state] for state in tab.states]

    def _trouble(self, t: Texts) -> Any:
        """What to say when there is nothing to ask about; the tabs that need plans are hidden then (console.css)."""
        shelf = self._site.shelf_or_none()
        problem = "" if shelf and shelf.cards else problem_html(t.library_empty if shelf else t.library_unusable, t)
        return gr.HTML(problem, visible=bool(problem))


def _header(t: Texts) -> str:
    return f"<h1>{escape(t.title)}</h1><p>{escape(t.intro)}</p>"


def _tab_bar(language: Language) -> str:
    """Links, so that a tab can be opened beside this one or kept as a bookmark; `static/console.js` makes them tabs."""
    t, lang = texts(language), "" if language == "vi" else f"&lang={language}"
    links = "".join(
        f'<a role="tab" id="to-{name}" data-tab="{name}" href="?tab={name}{lang}">{escape(t.named(f"tab_{name}"))}</a>'
        for name in ("chat", "tasks", "plans", "quality", "admin")
    )
    return f'<div role="tablist" aria-label="{escape(t.tabs)}" lang="{language}" data-title="{escape(t.title)}">{links}</div>'
