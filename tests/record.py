"""Run lessons and store what they truly print: ./lab exec python -m tests.record [NUMBER ...]

Normalises what is not an output: execution counts, cell ids, metadata, and the navigation line at the end. Stops at
the first cell that fails. Written back only where something differs under the sanitize rules, so that a run without
news leaves no diff.
"""

from __future__ import annotations

import configparser
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from hostnet_lab.edges.pace import limit_s

TESTS = Path(__file__).parent
NOTEBOOKS = TESTS.parent / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def lessons() -> list[Path]:
    return sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))


def title(path: Path) -> str:
    return str(nbformat.read(path, 4).cells[0].source.splitlines()[0].removeprefix("# "))


def navigation(path: Path) -> str:
    """The last cell: previous, contents, next."""
    order = lessons()
    place = order.index(path)
    before, after = order[place - 1] if place else None, order[place + 1] if place + 1 < len(order) else None
    links = [f"← [{title(before)}]({before.name})"] if before else []
    links += [f"[Contents]({order[0].name})"] if place else []
    links += [f"[{title(after)}]({after.name}) →"] if after else []
    return " · ".join(links)


def sanitize_rules() -> list[tuple[re.Pattern[str], str]]:
    """nbval's own reading of the file: each section is a regular expression and what replaces it."""
    parser = configparser.RawConfigParser()
    parser.read(TESTS / "sanitize.cfg")
    return [(re.compile(parser[name]["regex"]), parser[name]["replace"]) for name in parser.sections()]


def sanitized(value: Any) -> Any:
    if isinstance(value, str):
        for pattern, replacement in sanitize_rules():
            value = pattern.sub(replacement, value)
    elif isinstance(value, dict):
        value = {key: sanitized(item) for key, item in value.items()}
    elif isinstance(value, list):
        value = [sanitized(item) for item in value]
    return value


def normalised(notebook: nbformat.NotebookNode, path: Path) -> nbformat.NotebookNode:
    notebook.metadata = nbformat.from_dict(METADATA)
    if "navigation" not in notebook.cells[-1].metadata.get("tags", []):
        notebook.cells.append(nbformat.v4.new_markdown_cell(metadata={"tags": ["navigation"]}))
    notebook.cells[-1].source = navigation(path)
    count = 0
    for index, cell in enumerate(notebook.cells):
        cell.id = f"{path.stem[: path.stem.index('-')]}-{index:02}"
        kept = {key: cell.metadata[key] for key in ("tags", "jupyter") if key in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = merged(cell.outputs, count)
    return notebook


def merged(outputs: list[Any], count: int) -> list[Any]:
    """Text of one stream in one piece, and without the empty ones: how it was cut is chance."""
    result: list[Any] = []
    for output in outputs:
        if "data" in output:  # without its kernel a view shows an error; its text twin shows what it was
            output.data.pop("application/vnd.jupyter.widget-view+json", None)
        output.metadata = nbformat.from_dict({}) if "metadata" in output else output.get("metadata")
        if output.output_type == "stream" and result and result[-1].get("name") == output.name:
            result[-1].text += output.text
            continue
        if output.get("execution_count") is not None:
            output.execution_count = count
        result.append(output)
    for output in result:
        if output.get("metadata", 0) is None:
            del output["metadata"]
    return result


def record(path: Path) -> bool:
    """Run one lesson in a fresh kernel; True when its file was changed."""
    old = nbformat.read(path, 4)
    new = nbformat.read(path, 4)
    NotebookClient(new, timeout=round(limit_s(60)), kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    new = normalised(new, path)
    if "Swept: " in str([cell.get("outputs") for cell in new.cells]):
        raise SystemExit(f"{path.name}: it swept what another lesson left; record it again")
    if sanitized(new) == sanitized(old):
        return False
    nbformat.write(new, path)
    return True


def main(numbers: list[str]) -> None:
    chosen = [path for path in lessons() if not numbers or path.name.split("-")[0] in numbers]
    with tempfile.TemporaryDirectory() as kept:
        os.environ["HOSTNET_LAB_PROGRESS"] = f"{kept}/progress.jsonl"  # of the kernels: never the learner's own
        for path in chosen:
            print(path.name, "recorded" if record(path) else "as before", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
