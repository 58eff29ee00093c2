"""The plans, one at a time."""

from typing import Any, Final

import gradio as gr

from assistant.answers import Language
from assistant.web.plan_page import choice_html, plan_html
from assistant.web.tab import EMPTY, QUIET, SESSION, Tab, Updates, html_part

_SCRIPT: Final = """
element.addEventListener('input', (event) => trigger('input', {plan: event.target.value}));
// The plan shown was taken out of the library: the field stands at another one then
watch('value', () => { if (!element.querySelector('select').value) element.querySelector('select').selectedIndex = 0; });
"""


class PlansTab(Tab):
    """The third tab."""

    name = "plans"

    def layout(self) -> None:
        self._chosen = gr.State("", time_to_live=SESSION)
        self._choice = html_part("plan-choosing", script=_SCRIPT)
        self._plan = html_part("plan-chosen")
        self.states = [self._chosen]
        self.parts = [self._choice, self._plan, self._chosen]

    def events(self, language: gr.Radio) -> None:
        self._choice.input(self._choose, language, self.parts, trigger_mode="always_last", **QUIET)

    def speak(self, language: Language, *states: Any) -> Updates:
        (chosen,) = states
        shelf = self.site.shelf_or_none() or EMPTY
        if chosen not in shelf.plans:
            chosen = shelf.cards[0].plan_id if shelf.cards else ""
        shown = plan_html(shelf, chosen, language) if chosen else ""
        return {self._choice: choice_html(shelf, language), self._plan: shown, self._chosen: chosen}

    def _choose(self, event: gr.EventData, language: Language) -> Updates:
        return self.speak(language, str(event.plan))
