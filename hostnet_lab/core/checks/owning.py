"""Exercises on telling containers apart: which share the host's network, and which are yours."""

from __future__ import annotations

from .looks import shown
from .model import Exercise, Result, Scene, cannot_pass, not_yet, passed

NAMES = ("ant", "bee", "fly")
START_AGAIN = "Open the lesson again with its first code cell, and run the cell that starts the three."


def _who_shares(scene: Scene) -> Result:
    lost = [name for name in NAMES if name not in scene.containers]
    if lost:
        return cannot_pass(f"gone: {', '.join(lost)}. The question has no answer now.", START_AGAIN)
    given = scene.given
    if not isinstance(given, (set, frozenset, list, tuple)) or not all(isinstance(one, str) for one in given):
        return not_yet(f"the answer is {shown(given)}.", "It must be a set of names, such as {'ant', 'bee'}.")
    truth = {name for name in NAMES if scene.containers[name].in_host_mode}
    wrong, missing = set(given) - truth, truth - set(given)
    if wrong or missing:
        seen = f"{len(truth & set(given))} of {len(truth)} found, and {len(wrong)} named that should not be."
        return not_yet(seen, "The name of a container and its image say nothing. Ask for the network mode of each.")
    return passed("every container in host mode is named, and no other.")


def _only_yours(scene: Scene) -> Result:
    neighbour = scene.containers.get("neighbour")
    if neighbour is None:
        return cannot_pass("neighbour is gone: it was not yours to remove.", START_AGAIN)
    left = [name for name in ("stage-left", "stage-right") if name in scene.containers]
    if left:
        states = ", ".join(f"{name} ({scene.containers[name].status})" for name in left)
        return not_yet(f"still there: {states}.", "Stopping keeps a container; its name stays taken until it is removed.")
    if not neighbour.running:
        return not_yet(f"neighbour is {neighbour.status}; it was to be left alone.", "It can be started again.")
    return passed("both stages are gone, and neighbour was left running.")


EXERCISES = (
    Exercise(
        "04-who-shares",
        "Which of ant, bee and fly share the host's network?",
        _who_shares,
        (
            "Names, images and the list of ports do not tell it. What does?",
            "Asked for and got are two things: a port may be asked for and not published. The mode itself stands in the inspection.",
            "Inspect each of the three, and read the field NetworkMode in its HostConfig, as the guide's fourth step does.",
        ),
        choices=NAMES,
    ),
    Exercise(
        "05-only-yours",
        "Remove stage-left and stage-right, and leave neighbour running.",
        _only_yours,
        (
            "The list of running containers does not show all of them.",
            "A running container must be stopped before it is removed, or removed by force; one that was never started can go at once.",
            "Name the two in one command that removes by force, or let a filter on their label play=hamlet find them.",
        ),
    ),
)
