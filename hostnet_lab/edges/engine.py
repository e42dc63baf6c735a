"""The Docker engine: the only module that imports docker.

It sends what it is told and returns what the engine says, as plain JSON values, but for one thing: of a container's labels
those are left out that ``core/host/ownership.py`` takes for its image's. Nobody who reads a mark can forget to ask. It decides nothing:
who owns a container and what may be removed is said elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from ..core.errors import BadRequest, EngineUnavailable, ImageUnavailable, LabError, OutOfTime, Taken
from ..core.host.facts import read_log
from ..core.host.ownership import PREFIX, own
from ..core.host.quirks import says_gone
from ..core.reasons import exhausted, said
from ..kept import file
from ..kept.unusable import Unusable
from ..words import tr
from .docker_settings import settings_file
from .pace import limit_s

if TYPE_CHECKING:
    from docker import APIClient, DockerClient

Json = dict[str, Any]
MOST_LOG = 4 << 20  # bytes of a log that are read: a line of a stranger's may be of any length
# What docker-py stumbled over itself, such as a package of its own that is not there: its sentence about that tells more.
OF_THE_PROGRAM = (NameError, ImportError, AttributeError, TypeError, LookupError)


class Engine:
    """One connection to one engine; safe to share between threads for short calls."""

    def __init__(self, client: DockerClient, timeout_s: float = 60) -> None:
        self.client, self.timeout_s = client, timeout_s
        self._lent: dict[str, Mapping[str, str]] = {}  # image id -> its labels; what has an id does not change

    @property
    def _api(self) -> APIClient:
        """For one call: what it may take follows the pace of this machine."""
        api = self.client.api
        api.timeout = limit_s(self.timeout_s)
        return api

    @classmethod
    def connect(cls, base_url: str | None = None, timeout_s: float = 60) -> Engine:
        """Connect as the docker CLI would (DOCKER_HOST, else the current context), or to ``base_url``.

        ``timeout_s`` bounds each later call, at the usual pace. Raises EngineUnavailable with the reason; OutOfTime where there is
        only silence.
        """
        import docker
        import docker.errors

        tried = tr("the Docker engine at {address}", address=base_url or _named_by_reader())
        _require_plain_config()
        try:
            if base_url:
                client = docker.DockerClient(base_url=base_url, timeout=limit_s(timeout_s), version="auto")
            else:
                client = docker.from_env(timeout=limit_s(timeout_s), version="auto")
        except Exception as error:  # docker-py raises many kinds here: context, TLS, URL, socket
            if nothing_left := exhausted(error):
                raise nothing_left from error
            kind = OutOfTime if _is_silence(error) else EngineUnavailable
            raise kind(tried, _plain(error), tr("run `./lab doctor`: it says what is in the way")) from error
        return cls(client, timeout_s)

    @property
    def endpoint(self) -> str:
        """The address in use, as DOCKER_HOST would have it."""
        return str(self._api.base_url).replace("http+docker://localhost", _unix_of(self._api))

    def ping(self) -> None:
        """The least that an engine can be asked; raises what docker-py raises."""
        self._api.ping()

    def version(self) -> Json:
        return dict(self._api.version())

    def info(self) -> Json:
        return dict(self._api.info())

    # -- containers ---------------------------------------------------------------------------------

    def create(self, payload: Mapping[str, Any], name: str | None = None) -> tuple[str, list[str]]:
        """POST /containers/create with the API's own JSON; returns the id and the engine's warnings.

        Source: https://docs.docker.com/reference/api/engine/ (ContainerCreate).
        """
        tried = tr("create container {name} from image {image}", name=name or tr("(no name)"), image=payload.get("Image"))
        with refusals(tried):
            answer = self._api.create_container_from_config(dict(payload), name)
        return str(answer["Id"]), [str(line) for line in answer.get("Warnings") or []]

    def start(self, container: str) -> None:
        with refusals(tr("start container {name}", name=container)):
            self._api.start(container)

    def stop(self, container: str, grace_s: int = 5) -> None:
        """Send the image's stop signal, and SIGKILL after ``grace_s`` seconds."""
        with refusals(tr("stop container {name}", name=container)):
            self._api.stop(container, timeout=grace_s)

    def remove(self, container: str, *, force: bool = False) -> bool:
        """Remove a container and its anonymous volumes; False when it was gone already."""
        import docker.errors

        with refusals(tr("remove container {name}", name=container)):
            try:
                self._api.remove_container(container, v=True, force=force)
            except docker.errors.NotFound:
                return False
            except docker.errors.APIError as error:
                if error.status_code == 409 and "in progress" in str(error):
                    return False
                raise
        return True

    def inspect(self, container: str) -> Json | None:
        """The engine's own description, or None where there is no such container."""
        import docker.errors

        with refusals(tr("inspect container {name}", name=container)):
            try:
                found = dict(self._api.inspect_container(container))
            except docker.errors.NotFound:
                return None
            except docker.errors.APIError as error:
                if says_gone(str(error)):
                    return None
                raise
        config = dict(found.get("Config") or {})
        return found | {"Config": config | {"Labels": self._own_labels(config.get("Labels"), found.get("Image"))}}

    def containers(self, label: str | None = None) -> list[Json]:
        """All containers, stopped ones too; only those that carry ``label`` (KEY or KEY=VALUE) themselves if given."""
        filters = {"label": label} if label else {}
        with refusals(tr("list the containers")):
            listed = [dict(entry) for entry in self._api.containers(all=True, filters=filters)]
        for entry in listed:
            entry["Labels"] = self._own_labels(entry.get("Labels"), entry.get("ImageID"))
        return [entry for entry in listed if label is None or _carries(entry["Labels"], label)]

    def _own_labels(self, labels: Mapping[str, str] | None, image: str | None) -> dict[str, str]:
        """The image is asked for only where there is a label of the lab's, and once."""
        if not any(key.startswith(f"{PREFIX}.") for key in labels or {}):
            return dict(labels or {})
        return own(labels, self._image_labels(image or ""))

    def _image_labels(self, image: str) -> Mapping[str, str] | None:
        """None where the image cannot be looked at, as one that was removed by force under its container."""
        if image not in self._lent:
            with suppress(LabError), refusals(tr("look for image {image}", image=image)):
                self._lent[image] = dict((self._api.inspect_image(image).get("Config") or {}).get("Labels") or {})
        return self._lent.get(image)

    def logs(self, container: str, tail: int | str = "all") -> str:
        """Both streams together, the first 4 MiB of them; "" where there is no such container.

        docker-py's own call reads a log of any length, and inspects the container before: that waits while it is removed.
        """
        import docker.errors

        api: Any = self._api
        wanted = {"stdout": 1, "stderr": 1, "tail": tail}
        with refusals(tr("read the log of container {name}", name=container)):
            try:
                answer = api._get(api._url("/containers/{0}/logs", container), params=wanted, stream=True)
                with closing(answer):
                    api._raise_for_status(answer)
                    return read_log(_up_to(MOST_LOG, answer.iter_content(1 << 16)))
            except docker.errors.NotFound:
                return ""

    def execute(self, container: str, command: Sequence[str]) -> tuple[int, str]:
        """Run a command in a container; returns its exit code and its output, both streams together.

        Not by docker-py's ``exec_start``, which reads the socket past the buffer that has taken in the answer's head: output that came
        with the head is lost then, as it does where this process is slow to read. Nothing is sent to the command, so that no upgrade of
        the connection is asked for, and the output is the answer's body.
        """
        with refusals(tr("run {command} in container {name}", command=" ".join(command), name=container)):
            made = self._api.exec_create(container, list(command))
            start = self._api._url("/exec/{0}/start", made["Id"])
            answer = self._api._post_json(start, data={"Tty": False, "Detach": False}, stream=True)
            output = b"".join(self._api._multiplexed_response_stream_helper(answer)).decode("utf-8", "replace")
            return int(self._api.exec_inspect(made["Id"])["ExitCode"] or 0), output

    def usage(self, container: str) -> Json:
        """What a running container uses now: the API's ContainerStats, one sample."""
        with refusals(tr("ask what container {name} uses", name=container)):
            return dict(self._api.stats(container, stream=False, one_shot=True))

    def kill(self, container: str) -> None:
        with refusals(tr("kill container {name}", name=container)):
            self._api.kill(container)

    @contextmanager
    def events(self, **filters: str | list[str]) -> Generator[Iterator[Json]]:
        """The engine's events as they happen; leaving the block ends the stream, from any thread."""
        with refusals(tr("follow the engine's events")):
            stream = self._api.events(decode=True, filters=filters or None)
        try:
            yield stream
        finally:
            with suppress(Exception):  # docker-py raises many kinds when the engine ended the stream first
                stream.close()

    # -- networks -----------------------------------------------------------------------------------

    def networks(self, label: str | None = None) -> list[Json]:
        """All networks; only those that carry ``label`` (KEY or KEY=VALUE) if given."""
        tried = tr("list the networks with label {label}", label=label) if label else tr("list the networks")
        with refusals(tried):
            return list(self._api.networks(filters={"label": label} if label else {}))

    def create_network(self, request: Mapping[str, Any]) -> str:
        """POST /networks/create with the API's own JSON; returns the id. Source: as for ``create`` (NetworkCreate)."""
        with refusals(tr("create network {name}", name=request.get("Name"))):
            api: Any = self._api  # docker-py has no method that takes the JSON as it is
            answer = api._result(api._post_json(api._url("/networks/create"), data=dict(request)), json=True)
        return str(answer["Id"])

    def remove_network(self, network: str) -> None:
        with refusals(tr("remove network {name}", name=network)):
            self._api.remove_network(network)

    # -- images -------------------------------------------------------------------------------------

    def image_id(self, reference: str) -> str | None:
        """The id of a local image, or None: nothing is pulled."""
        import docker.errors

        with refusals(tr("look for image {image}", image=reference)):
            try:
                return str(self._api.inspect_image(reference)["Id"])
            except docker.errors.NotFound:
                return None

    def images(self, label: str) -> list[Json]:
        with refusals(tr("list the images with label {label}", label=label)):
            return list(self._api.images(filters={"label": label}))

    def save_image(self, reference: str) -> Iterator[bytes]:
        """The image as a tar, in pieces."""
        with refusals(tr("save image {image}", image=reference)):
            yield from self._api.get_image(reference)

    def load_image(self, stream: BinaryIO) -> list[str]:
        """Load an image tar; returns the tags (or ids) that the engine names."""
        with refusals(tr("load an image file")):
            return [tag for image in self.client.images.load(stream) for tag in (image.tags or [image.id])]

    def pull_events(self, reference: str) -> Iterator[Json]:
        """Pull an image; yields the engine's progress. Raises ImageUnavailable with its reason."""
        with refusals(tr("pull image {image}", image=reference)):
            name, tag = split_reference(reference)
            yield from self._api.pull(name, tag=tag, stream=True, decode=True)

    def tag_image(self, image_id: str, reference: str) -> None:
        name, tag = split_reference(reference)
        with refusals(tr("tag image {image} as {name}", image=image_id, name=reference)):
            self._api.tag(image_id, name, tag)

    def remove_image(self, image: str) -> None:
        with refusals(tr("remove image {image}", image=image)):
            self._api.remove_image(image)


@contextmanager
def refusals(tried: str) -> Iterator[None]:
    """Turn docker-py's and the transport's exceptions into the lab's, with the engine's own words."""
    import docker.errors
    import requests.exceptions

    try:
        yield
    except LabError:
        raise
    except docker.errors.ImageNotFound as error:
        raise ImageUnavailable(tried, _plain(error), tr("run `./lab`: it provides the image `nginx`")) from error
    except docker.errors.APIError as error:
        raise _refused(tried, error.status_code, _plain(error)) from error
    except docker.errors.DockerException as error:  # docker-py's own, such as ImageLoadError
        raise LabError(tried, _plain(error), tr("`./lab doctor` says what is in the way")) from error
    except (requests.exceptions.RequestException, OSError, RuntimeError, MemoryError) as error:
        if nothing_left := exhausted(error):  # here, not at the engine
            raise nothing_left from error
        if isinstance(error, requests.exceptions.Timeout | TimeoutError):
            raise OutOfTime(tried, tr("the engine did not answer in time"), tr("run `./lab doctor`")) from error
        if isinstance(error, OSError):  # of requests' too
            raise EngineUnavailable(tried, _plain(error), tr("start the engine again: `./lab doctor` says how")) from error
        raise


def engine_words(error: LabError) -> str:
    """What the engine, or docker-py, said itself before ``refusals`` made an error of it; what was found, where nobody did."""
    return _plain(error.__cause__) if error.__cause__ else error.found


def _require_plain_config() -> None:
    """docker-py reads the docker command's own file, and would wait for ever for a pipe in its place."""
    path = settings_file(os.environ)
    try:
        file.read(path)
    except Unusable as error:
        if not path.exists():  # a link that leads nowhere: no settings
            return
        do = tr("see what it is, and move it away: {command}", command=f"ls -ld {path}")
        raise EngineUnavailable(tr("read the docker command's settings in {file}", file=path), said(error), do) from error
    except OSError:
        return  # none, or not for us: docker-py goes on without


def _up_to(most: int, pieces: Iterator[bytes]) -> bytes:
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) >= most:
            break
    return bytes(found[:most])


def _carries(labels: Mapping[str, str], label: str) -> bool:
    key, joined, value = label.partition("=")
    return key in labels and (not joined or labels[key] == value)


def split_reference(reference: str) -> tuple[str, str]:
    """Name and tag (``latest`` if none); a colon before a slash belongs to the registry's port."""
    name, _, tag = reference.rpartition(":")
    return (name, tag) if name and "/" not in tag else (reference, "latest")


def _refused(tried: str, status: int | None, words: str) -> LabError:
    if "is already in use by container" in words or (status == 409 and "name" in words):
        return Taken(tried, words, tr("choose another name, or remove that container if it is yours"))
    if "port is already allocated" in words or "address already in use" in words:
        return Taken(tried, words, tr("choose another port, or stop what holds this one"))
    if status == 404 and "No such image" in words:
        return ImageUnavailable(tried, words, tr("run `./lab`: it provides the image `nginx`"))
    if status == 400:
        return BadRequest(tried, words, tr("change the value that the engine names"))
    found = tr("the engine answered {status}: {words}", status=status, words=words)
    return LabError(tried, found, tr("read the engine's sentence; `./lab doctor` helps"))


def _plain(error: BaseException) -> str:
    """The engine's own explanation where there is one, else the innermost reason, on one line."""
    explanation = getattr(error, "explanation", None)
    if explanation:
        return " ".join(str(explanation).split())
    inner = error.__cause__ or error.__context__
    # A signal to end, during whose clean-up this error came, is no reason of it either.
    while isinstance(inner, Exception) and not isinstance(inner, OF_THE_PROGRAM):
        error, inner = inner, inner.__cause__ or inner.__context__
    return " ".join(str(error).split()) or type(error).__name__


def _is_silence(error: BaseException | None) -> bool:
    """True when a limit passed, whatever that was made of on the way here."""
    import requests.exceptions

    if error is None or isinstance(error, requests.exceptions.Timeout | TimeoutError):
        return error is not None
    return _is_silence(error.__cause__ or error.__context__)


def _named_by_reader() -> str:
    host = os.environ.get("DOCKER_HOST")
    context = os.environ.get("DOCKER_CONTEXT")
    if host:
        return f"DOCKER_HOST={host}"
    return f"DOCKER_CONTEXT={context}" if context else tr("the current Docker context")


def _unix_of(api: APIClient) -> str:
    adapter = getattr(api, "_custom_adapter", None)
    return f"unix://{adapter.socket_path}" if adapter is not None and hasattr(adapter, "socket_path") else ""
