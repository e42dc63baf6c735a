"""The quiz: stock radio buttons, one Check for each question; what is checked goes into the learner's progress."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

from ..core.guide.quiz import QUESTIONS, Question, QuizState, checked, feedback, score
from ..lab import Lab
from ..words import tr
from .markup import BUTTON, question, status

# Radio buttons of ipywidgets have room for one line each: a longer choice would lie over what is below it.
LOOK = """<style>
.hostnet-lab-quiz .widget-radio-box { height: auto; }
.hostnet-lab-quiz .widget-radio-box label { display: flex; height: auto; min-height: 20px; line-height: 1.4; white-space: normal; }
.hostnet-lab-quiz .widget-radio-box label input { order: -1; flex: none; }
</style>"""


class Quiz(ipywidgets.VBox):  # type: ignore[misc]
    """Shows the questions one under the other; nothing is chosen at first, and every question may be tried again.

    Without a ``lab`` nothing is recorded.
    """

    def __init__(self, lab: Lab | None = None, questions: Sequence[Question] = QUESTIONS) -> None:
        self._lab = lab
        self.state = QuizState(tuple(questions))
        self._score = ipywidgets.HTML(value=status(score(self.state)), layout={"width": "auto"})
        self.cards = [self._card(number, one) for number, one in enumerate(questions, start=1)]
        look = ipywidgets.HTML(value=LOOK, layout={"display": "none"})
        super().__init__([look, *self.cards, self._score], layout={"min_width": "0", "width": "auto"})
        self.add_class("hostnet-lab-quiz")

    def __repr__(self) -> str:
        return tr("Quiz({count} questions)", count=len(self.state.questions))

    def _card(self, number: int, asked: Question) -> ipywidgets.VBox:
        prompt = ipywidgets.HTML(value=question(f"{number}. {asked.prompt}"), layout={"width": "auto"})
        choices = ipywidgets.RadioButtons(
            options=[(one.text, index) for index, one in enumerate(asked.choices)],
            index=None,
            layout={"width": "auto"},
        )
        said = ipywidgets.HTML(layout={"width": "auto"})
        button = ipywidgets.Button(description=tr("Check"), tooltip=tr("Check question {number}", number=number), layout=BUTTON)

        def check(_: object) -> None:
            before, self.state = self.state, checked(self.state, asked.id, choices.value)
            if self.state is not before:
                self._record(asked)
            said.value = status(feedback(self.state, asked) or tr("Choose one first."))
            self._score.value = status(score(self.state))

        button.on_click(check)
        return ipywidgets.VBox([prompt, choices, button, said], layout={"margin": "0 0 18px 0", "width": "auto"})

    def _record(self, asked: Question) -> None:
        if self._lab:
            choice = self.state.chosen[asked.id]
            more = {"choice": asked.choices[choice].id, "right": choice == asked.right}
            self._lab.progress.record("answered", self._lab.lesson, asked.id, **more)
