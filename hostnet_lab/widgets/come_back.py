"""What a learner predicted wrongly comes back here in another form, until it is right."""

from __future__ import annotations

import ipywidgets

from ..core.errors import LabError
from ..core.progress.coming_back import come_back
from ..lab import Lab
from ..lab.worker import Worker
from ..words import tr
from .markup import BUTTON, status
from .predict import WIDE, Predict

NOTHING = tr("Nothing to come back to: no misconception is open.")
FAILED = tr("The experiment broke; run it once more.")


class ComeBack(ipywidgets.VBox):  # type: ignore[misc]
    """One question for each open misconception, each with a button for its experiment, which runs on a worker thread."""

    def __init__(self, lab: Lab) -> None:
        self._lab, self._worker = lab, Worker(lambda error: self._say(str(error) if isinstance(error, LabError) else FAILED))
        self._said = ipywidgets.HTML(layout=WIDE)
        self._again = ipywidgets.Button(description=tr("Look again"), tooltip=tr("Read once more what is open"), layout=BUTTON)
        self._again.on_click(lambda _: self.look())
        self._questions = ipywidgets.VBox(layout=WIDE)
        super().__init__([self._said, self._questions, self._again], layout=WIDE)
        self.look()

    def __repr__(self) -> str:
        return "ComeBack()"

    def look(self) -> None:
        """Read the learner's progress, and ask what is open now."""
        found = come_back(self._lab.progress.read())
        self._questions.children = [Question(self._lab, one.id, self._worker) for one in found]
        self._say(tr("{n} to come back to, in another form.", n=len(found)) if found else NOTHING)

    def close(self) -> None:
        """End the worker. The page keeps what was seen last."""
        self._worker.close()
        self._again.disabled = True
        for one in self._questions.children:
            one.run.disabled = True

    def _say(self, said: str) -> None:
        self._said.value = status(said)


class Question(ipywidgets.VBox):  # type: ignore[misc]
    """A prediction with its own button to run the experiment, for there is no cell to do it."""

    def __init__(self, lab: Lab, id: str, worker: Worker) -> None:
        self.predict = Predict(lab, id, then=tr("Now run the experiment."))
        self.run = ipywidgets.Button(
            description=tr("Run the experiment"), tooltip=tr("Run what decides this prediction"), layout={"width": "auto"}
        )
        self._found = ipywidgets.VBox(layout=WIDE)
        self.run.on_click(lambda _: worker.submit(self._test, id))
        super().__init__([self.predict, self.run, self._found], layout={"margin": "0 0 16px 0", "align_items": "flex-start", **WIDE})

    def _test(self) -> None:
        self.run.disabled, self.run.description = True, tr("Running ...")
        try:
            found = self.predict.judge()
            self._found.children = [self.predict.explain({entry.claim.id: entry for entry in found.entries})]
        finally:
            self.run.disabled, self.run.description = False, tr("Run the experiment")
