"""The ladder to the image, with an engine that is only a few lists: order, reasons, bounds, progress text."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import BinaryIO

import pytest

from hostnet_lab.core.errors import ImageUnavailable, LabError
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.provision import brought, image
from hostnet_lab.provision.debian_image import LABEL
from hostnet_lab.provision.image import IMAGE, Json, Meter, Provided, after, bar, totals

from .strangers import STRANGER, require_root

GOOD = b"an image tar"


class FakeEngine:
    """Loads GOOD and nothing else; pulls what it is given."""

    def __init__(self, pull: Callable[[], Iterator[Json]] | None = None, tagged: bool = True) -> None:
        self.tags: dict[str, str] = {}
        self.listed: list[Json] = []
        self.removed: list[str] = []
        self._pull, self._tagged = pull, tagged

    def info(self) -> Json:
        return {"ID": "the only one"}

    def image_id(self, reference: str) -> str | None:
        return reference if reference.startswith("sha256:") else self.tags.get(reference)

    def images(self, label: str) -> list[Json]:
        return self.listed

    def load_image(self, stream: BinaryIO) -> list[str]:
        if stream.read() != GOOD:
            raise LabError("load an image file", "invalid tar header", "-")
        if not self._tagged:
            return ["sha256:1"]
        self.tags[IMAGE] = "sha256:1"
        return [IMAGE]

    def pull_events(self, reference: str) -> Iterator[Json]:
        if self._pull is None:
            raise ImageUnavailable("pull", "no such host", "-")
        yield from self._pull()
        self.tags[reference] = "sha256:2"

    def tag_image(self, image_id: str, reference: str) -> None:
        self.tags[reference] = image_id

    def remove_image(self, image: str) -> None:
        self.removed.append(image)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without bundles, on a machine that cannot build."""

    def refuse(workdir: Path, *, tag: str, say: object) -> Path:
        raise ImageUnavailable("build", "no apt-get on this machine", "-")

    monkeypatch.setattr(image, "build", refuse)
    folder = tmp_path / "checkout"
    folder.mkdir()
    return folder


def provide(engine: FakeEngine, root: Path, bundle: Path | None = None, **bounds: float) -> tuple[Provided, list[str]]:
    said: list[str] = []
    return image.provide(engine, root=root, bundle=bundle, say=said.append, **bounds), said


def test_an_image_that_is_present_is_left_alone(root: Path) -> None:
    engine = FakeEngine()
    engine.tags[IMAGE] = "sha256:0"
    (root / "nginx-image.tar").write_bytes(GOOD)
    assert provide(engine, root) == (Provided("present", "sha256:0"), [])


@pytest.mark.parametrize("place", [".", "..", ".lab"])
def test_a_bundle_beside_the_lab_comes_before_a_pull(root: Path, place: str) -> None:
    (root / place).mkdir(exist_ok=True)
    (root / place / "nginx-image.tar").write_bytes(GOOD)
    provided, said = provide(FakeEngine(pull=lambda: iter([])), root)
    assert provided == Provided("bundle", "sha256:1")
    assert "nginx-image.tar" in said[0]


def test_a_gzipped_bundle_is_handed_over_unpacked(root: Path) -> None:
    (root / "nginx-image.tar.gz").write_bytes(gzip.compress(GOOD))
    assert provide(FakeEngine(), root)[0].route == "bundle"


def test_a_bundle_without_the_tag_gets_it(root: Path) -> None:
    (root / "nginx-image.tar").write_bytes(GOOD)
    assert provide(FakeEngine(tagged=False), root)[0] == Provided("bundle", "sha256:1")


def test_a_dangling_link_beside_the_lab_is_no_bundle(root: Path) -> None:
    (root / "nginx-image.tar").symlink_to(root / "gone")
    assert provide(FakeEngine(pull=lambda: iter([])), root)[0].route == "pulled"


def test_a_strangers_file_beside_the_lab_is_not_loaded(root: Path) -> None:
    require_root()
    (root / "nginx-image.tar").write_bytes(GOOD)
    os.chown(root / "nginx-image.tar", STRANGER, STRANGER)
    assert provide(FakeEngine(pull=lambda: iter([])), root)[0].route == "pulled"


@pytest.mark.parametrize("content", [b"garbage", gzip.compress(GOOD)[:20]], ids=["garbage", "cut short"])
def test_a_damaged_bundle_is_reported_and_the_pull_tried(root: Path, content: bytes) -> None:
    damaged = root.parent / "mine.tar.gz"
    damaged.write_bytes(content)
    provided, said = provide(FakeEngine(pull=lambda: iter([])), root, damaged)
    assert provided.route == "pulled"
    assert any("mine.tar.gz cannot be used" in line for line in said)


def test_a_built_image_is_a_bundle_the_next_time(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(workdir: Path, *, tag: str, say: object) -> Path:
        (workdir / "tar").write_bytes(GOOD)
        return workdir / "tar"

    monkeypatch.setattr(image, "build", build)
    first, said = provide(FakeEngine(), root)
    assert first.route == "built"
    assert "kept as" in said[-1]
    assert {path.name for path in (root / ".lab").iterdir()} == {"nginx-image.tar", "run"}
    assert provide(FakeEngine(), root)[0].route == "bundle"


def test_when_all_fails_each_route_has_its_line(root: Path) -> None:
    with pytest.raises(ImageUnavailable) as failure:
        provide(FakeEngine(), root, root / "absent.tar")
    bundle, pull, build = failure.value.found.splitlines()
    assert bundle.startswith("bundle:") and "absent.tar" in bundle
    assert pull == "pull: no such host"
    assert build == "build: no apt-get on this machine"


def test_an_error_event_is_the_reason_of_the_pull(root: Path) -> None:
    with pytest.raises(ImageUnavailable, match="pull: toomanyrequests"):
        provide(FakeEngine(pull=lambda: iter([{"error": "toomanyrequests: slow down"}])), root)


def test_a_pull_that_stalls_is_given_up_and_its_stream_closed(root: Path) -> None:
    silence, closed = Event(), Event()

    def stalls() -> Iterator[Json]:
        try:
            yield {
                "id": "a",
                "status": "Downloading",
                "progressDetail": {"current": 1_000_000, "total": 9_000_000},
            }
            silence.wait(limit_s(60))
            yield {}
        finally:
            closed.set()

    with pytest.raises(ImageUnavailable, match=r"pull: no progress for 0\.05 s, .* 1\.0 of 9\.0 MB"):
        provide(FakeEngine(pull=stalls), root, stall_s=0.05)
    silence.set()  # the reader was inside the stream; it ends it as soon as it wakes
    assert closed.wait(limit_s(5))


@pytest.mark.parametrize(
    ("status", "total"),
    [
        ("Retrying in {} seconds", 10**9),
        ("Downloading", 5),  # more than there is
        ("Downloading", 0),
    ],
)
def test_a_pull_that_talks_for_ever_is_bounded(root: Path, status: str, total: int) -> None:
    def talks() -> Iterator[Json]:
        pause = Event()
        for count in range(100_000):
            pause.wait(0.001)
            yield {"id": "a", "status": status.format(count), "progressDetail": {"current": count % 7, "total": total}}  # begun again

    with pytest.raises(ImageUnavailable, match=r"pull: no progress for 0\.05 s"):
        provide(FakeEngine(pull=talks), root, stall_s=0.05)


def test_a_pull_lasts_as_long_as_it_brings_something(root: Path) -> None:
    def slow() -> Iterator[Json]:
        pause = Event()
        for count in range(1, 41):
            pause.wait(0.02)
            yield {"id": "a", "status": "Downloading", "progressDetail": {"current": count, "total": 40}}

    assert provide(FakeEngine(pull=slow), root, stall_s=0.4)[0].route == "pulled"


def test_only_images_that_this_checkout_has_brought_are_removed_and_by_the_labs_name_alone(root: Path) -> None:
    engine, labels, others = FakeEngine(), {LABEL: "nginx"}, FakeEngine()
    others.info = lambda: {"ID": "another engine"}  # type: ignore[method-assign]
    engine.listed = [
        {"Id": f"sha256:{number}", "RepoTags": tags, "Labels": labels, "Created": 0}
        for number, tags in enumerate(([IMAGE, "mine:1"], ["<none>:<none>"], ["mine:2"], [IMAGE], None))
    ]
    for number in range(3):
        brought.note(root, engine, f"sha256:{number}")
    brought.note(root, others, "sha256:4")
    assert image.remove(engine, root) == engine.removed == [IMAGE, "sha256:1"]
    assert image.remove(engine, root) == []  # whoever has them now, brought them after that
    engine.listed = engine.listed[2:]
    assert image.not_ours(engine, [LABEL, "another"]) == ["mine:2", IMAGE, "sha256:4"]


def test_an_image_is_noted_when_it_was_loaded_and_not_when_it_was_there(root: Path) -> None:
    (root / "nginx-image.tar").write_bytes(GOOD)
    new, there = FakeEngine(), FakeEngine()
    there.listed = [{"Id": "sha256:1", "RepoTags": ["readers-own:1"]}]
    there.info = lambda: {"ID": "another engine"}  # type: ignore[method-assign]
    provide(new, root), provide(there, root)
    assert (brought.is_noted(root, new, "sha256:1"), brought.is_noted(root, there, "sha256:1")) == (True, False)


def test_progress_is_summed_over_layers() -> None:
    layers: image.Layers = {}
    events: list[Json] = [
        {"id": "latest", "status": "Pulling from library/nginx"},
        {"id": "a", "status": "Pulling fs layer", "progressDetail": {}},
        {"id": "a", "status": "Downloading", "progressDetail": {"current": 5, "total": 10}},
        {"id": "b", "status": "Downloading", "progressDetail": {"current": 1, "total": 30}},
        {"id": "a", "status": "Download complete", "progressDetail": {}},
        {"status": "Status: Downloaded newer image"},
    ]
    for event in events:
        layers = after(layers, event)
    assert totals(layers) == (11, 40)


@pytest.mark.parametrize(
    ("done", "total", "line"),
    [
        (0, 0, "[........] 0.0 of 0.0 MB"),
        (25_000_000, 100_000_000, "[##......] 25.0 of 100.0 MB"),
        (100_000_000, 100_000_000, "[########] 100.0 of 100.0 MB"),
    ],
)
def test_the_bar_shows_the_share_and_the_megabytes(done: int, total: int, line: str) -> None:
    assert bar(done, total, width=8) == line


def test_a_terminal_sees_one_line_and_a_log_a_few() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    said: list[str] = []
    for out in (Terminal(), io.StringIO()):
        meter = Meter(said.append, out)
        for done in range(1, 100):
            meter.draw(done, 100)
        meter.finish()
        shown = out.getvalue()
        assert (shown.count("\r"), shown.count("\n")) == ((99, 1) if out.isatty() else (0, 0))
    assert len(said) == 1
