"""Exercises on telling containers apart: which share the host's network, and which are yours."""

from __future__ import annotations

from ....words import tr
from .looks import on_host, shown
from .model import Exercise, Result, Scene, Solution, cannot_pass, not_yet, passed

NAMES = ("ant", "bee", "fly")
START_AGAIN = tr("Open the lesson again with its first code cell, and run the cell that starts the three.")


def _who_shares(scene: Scene) -> Result:
    lost = [name for name in NAMES if name not in scene.containers]
    if lost:
        return not_yet(
            tr("not there: {names}. The question has no answer now.", names=", ".join(lost)),
            tr("Whoever was renamed can have the old name back. Whoever was removed:") + " " + START_AGAIN,
        )
    given = scene.given
    if not isinstance(given, (set, frozenset, list, tuple)) or not all(isinstance(one, str) for one in given):
        return not_yet(tr("the answer is {answer}.", answer=shown(given)), tr("It must be a set of names, such as {'ant', 'bee'}."))
    truth = {name for name in NAMES if on_host(scene, name)}
    wrong, missing = set(given) - truth, truth - set(given)
    if wrong or missing:
        right = len(truth & set(given))
        seen = tr("{right} of {all} found, and {wrong} named that should not be.", right=right, all=len(truth), wrong=len(wrong))
        return not_yet(seen, tr("The name of a container and its image say nothing. Ask for the network mode of each."))
    return passed(tr("every container in host mode is named, and no other."))


STAGES, PLAYED = ("stage-left", "stage-right"), "play"  # a name can be changed, a label cannot


def _only_yours(scene: Scene) -> Result:
    neighbour = next((one for one in scene.containers.values() if one.labels.get(PLAYED) == "macbeth"), None)
    left = sorted(name for name, one in scene.containers.items() if name in STAGES or one.labels.get(PLAYED) == "hamlet")
    if neighbour is None and not left and "neighbour" not in scene.containers:
        seen = tr("none of the three is there; neighbour was to be left running.")
        return not_yet(seen, tr("Run the cell above the task that starts the three, and look at who is who."))
    if neighbour is None:
        seen = (
            tr("the neighbour that the lesson started is gone; this one of its name is another container.")
            if "neighbour" in scene.containers
            else tr("neighbour is gone: it was not yours to remove.")
        )
        return cannot_pass(seen, START_AGAIN)
    if left and not set(left) <= set(STAGES):
        states = ", ".join(f"{name[:60]} ({scene.containers[name].status})" for name in left)
        return not_yet(
            tr("still there, by their label: {states}.", states=states),
            tr("Another name makes no other container. Labels stay as they are."),
        )
    if left:
        states = ", ".join(f"{name} ({scene.containers[name].status})" for name in left)
        return not_yet(
            tr("still there: {states}.", states=states), tr("Stopping keeps a container; its name stays taken until it is removed.")
        )
    if neighbour.name != "neighbour":
        seen = tr("neighbour is called {name} now; it was to be left alone.", name=neighbour.name[:60])
        return not_yet(seen, tr("Its old name can be given back to it."))
    if not neighbour.running:
        seen = tr("neighbour is {status}; it was to be left alone.", status=neighbour.status)
        return not_yet(seen, tr("It can go on.") if neighbour.status == "paused" else tr("It can be started again."))
    return passed(tr("both stages are gone, and neighbour was left running."))


EXERCISES = (
    Exercise(
        "04-who-shares",
        tr("Which of ant, bee and fly share the host's network?"),
        _who_shares,
        (
            tr("Names, images and the list of ports do not tell it. What does?"),
            tr("Asked for and got are two things: a port may be asked for and not published. The mode itself stands in the inspection."),
            tr("Inspect each of the three, and read the field NetworkMode in its HostConfig, as the guide's fourth step does."),
        ),
        Solution(
            """import docker

client, answer = docker.from_env(), set()
for name in ("ant", "bee", "fly"):
    mode = client.containers.get(name).attrs["HostConfig"]["NetworkMode"]
    print(name, mode)
    if mode == "host":
        answer.add(name)""",
            "python",
        ),
        choices=NAMES,
    ),
    Exercise(
        "05-only-yours",
        tr("Remove stage-left and stage-right, and leave neighbour running."),
        _only_yours,
        (
            tr("The list of running containers does not show all of them."),
            tr("A running container must be stopped before it is removed, or removed by force; one that was never started can go at once."),
            tr("Name the two in one command that removes by force, or let a filter on their label play=hamlet find them."),
        ),
        Solution("docker rm -f stage-left stage-right"),
    ),
)
