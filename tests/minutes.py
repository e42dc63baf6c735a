"""How long a lesson takes, by one rule for all: ``./lab exec python -m tests.minutes`` prints it beside what each lesson promises.

Reading: text, code and outputs as they were recorded, and the quiz; what is folded is not read. Running: a cell is started, waited for
and looked at; in a recorded run a cell takes less than a second on average. Thinking: at each question. An exercise: typed, checked, and
tried a second time. Breaks, and what is tried beside it all, are not in it.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.guide.quiz import QUESTIONS

from .record import lessons

WORDS_A_MINUTE, CELL_S, QUESTION_S, EXERCISE_S = 200, 10, 10, 300
NEAR = 3.0  # minutes that a promise, to the nearest five, may be off: half of five, and room for a changed sentence
FOLDED = re.compile(r"<details>.*?</details>|```mermaid.*?```|\]\(.*?\)", re.S)


def minutes(path: Path) -> float:
    cells = nbformat.read(path, 4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    shown = [output.get("text") or output.get("data", {}).get("text/plain", "") for cell in code for output in cell.outputs]
    text = "\n".join([*(FOLDED.sub(" ", cell.source) for cell in cells), *shown])
    if "Quiz(" in text:
        text += "\n".join(line for one in QUESTIONS for line in (one.prompt, *(choice.text for choice in one.choices)))
    questions = len(re.findall(r"\?(?=\s|$)", text))
    exercises = len(LESSONS[path.name.split("-")[0]].exercises)
    seconds = len(code) * CELL_S + questions * QUESTION_S + exercises * EXERCISE_S
    return len(text.split()) / WORDS_A_MINUTE + seconds / 60


if __name__ == "__main__":
    for one in lessons():
        print(f"{one.name}: {minutes(one):.1f} minutes by the rule, {LESSONS[one.name.split('-')[0]].minutes} promised")
