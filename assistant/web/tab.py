"""What a tab of the console is, and what all of them use."""

from typing import Any, ClassVar, Final

import gradio as gr
from gradio.components import Component

from assistant.answers import Language
from assistant.register import Shelf
from assistant.web.site import Site

Updates = dict[Any, Any]  # new values by component; Gradio leaves the components that are not in it as they are
SESSION: Final = 24 * 3600.0  # seconds that what belongs to an idle visitor is kept in memory
AT_ONCE: Final = 8  # questions answered at the same time; a language model takes seconds for one
QUIET: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}
EMPTY: Final = Shelf((), {}, {}, {})


class Tab:
    """One of the console's tabs. What belongs to one visitor is in `states`; the tab itself belongs to all of them."""

    name: ClassVar[str]  # in the address: ?tab=tasks
    states: list[gr.State]
    parts: list[Component]  # what `speak` and `opened` may give new values for

    def __init__(self, site: Site) -> None:
        self.site = site
        self.states = []
        self.parts = []

    def layout(self) -> None:
        """Make states and components, still empty: they are filled when a visitor opens the tab."""
        raise NotImplementedError

    def events(self, language: gr.Radio) -> None:
        """Say what happens to the components."""
        raise NotImplementedError

    def speak(self, language: Language, *states: Any) -> Updates:
        """Everything in the language, from the library as it is now, for a visitor with these states."""
        raise NotImplementedError

    def opened(self, language: Language, *states: Any) -> Updates:
        """What is new when a visitor comes to the tab."""
        return self.speak(language, *states)


def html_part(name: str, value: str = "", *, script: str | None = None, visible: bool = True) -> gr.HTML:
    """A part of the page in HTML of ours; `script` runs once, with `element`, `trigger` and `watch`."""
    return gr.HTML(value, elem_id=name, js_on_load=script, visible=visible, apply_default_css=False)
