"""Questions to the Docker Engine, answered with its own JSON, parsed.

``fields`` says what of an object comes back ("HostConfig.Privileged"); each must stand below a field that the manifest
lists for the function. A field that the engine did not send is absent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ._host import current
from .errors import Failed, HostError, NotFound
from .verdict import Judgement, Verdict, catching, sum_up

T = TypeVar("T")

#: How many objects one call asks about. The host allows 1,000.
_IDS_PER_CALL = 500


@dataclass(frozen=True)
class Object:
    """One object of the engine's, read by path, so that a missing field is an error and never a default."""

    #: What evidence calls it: "container web".
    subject: str
    #: The engine's id; empty where it has none.
    id: str
    #: All that the engine sent.
    data: dict[str, Any]

    def read(self, path: str, kind: type[T]) -> T:
        """The value at a dotted path, which must be of that type: ``read("HostConfig.Privileged", bool)``.

        ``null`` counts as empty where the type is ``str``, ``list`` or ``dict``: Go sends it for what was never set.
        """
        value = self._at(path)
        if value is _ABSENT:
            raise Failed(f"{self.subject}: the engine's answer has no {path}")
        if value is None and kind in (str, list, dict):
            return kind()
        # In Python a bool is an int; in JSON it is not.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Failed(f"{self.subject}: {path} should be {kind.__name__}, but the engine sent {_short(value)}")
        return value

    def optional(self, path: str, kind: type[T]) -> T | None:
        """The same, and ``None`` for a field that was not sent: only where the engine's API says that it is optional."""
        value = self._at(path)
        return None if value is _ABSENT or value is None else self.read(path, kind)

    def _at(self, path: str) -> Any:
        value: Any = self.data
        for key in path.split("."):
            if not isinstance(value, dict) or key not in value:
                return _ABSENT
            value = value[key]
        return value


_ABSENT = object()


def version(fields: Sequence[str]) -> Object:
    """``GET /version``. Capability: ``docker.version``."""
    return _one("version", "daemon", fields)


def info(fields: Sequence[str]) -> Object:
    """``GET /info``. Capability: ``docker.info``."""
    return _one("info", "daemon", fields)


def swarm(fields: Sequence[str]) -> Object:
    """``GET /swarm``; ``Unavailable`` on an engine that is no swarm manager. Capability: ``docker.swarm``."""
    return _one("swarm", "swarm", fields)


def list_containers(fields: Sequence[str] = ()) -> list[Object]:
    """Every container, running or not, by name. Capability: ``docker.list-containers`` with "Id" and "Names"."""
    return _list("list-containers", "container", ["Id", "Names", *fields], _container_name)


def list_images(fields: Sequence[str] = ()) -> list[Object]:
    """Every image, by name. Capability: ``docker.list-images`` with "Id" and "RepoTags"."""
    return _list("list-images", "image", ["Id", "RepoTags", *fields], _image_name)


def list_networks(fields: Sequence[str] = ()) -> list[Object]:
    """Every network, by name. Capability: ``docker.list-networks`` with "Id" and "Name"."""
    return _list("list-networks", "network", ["Id", "Name", *fields], lambda n: n.get("Name"))


def list_volumes(fields: Sequence[str] = ()) -> list[Object]:
    """Every volume, by name. Capability: ``docker.list-volumes`` with "Name"."""
    return _list("list-volumes", "volume", ["Name", *fields], lambda v: v.get("Name"))


def list_nodes(fields: Sequence[str] = ()) -> list[Object]:
    """The swarm's nodes. Capability: ``docker.list-nodes`` with "ID" and "Description.Hostname"."""
    name = lambda n: n.get("Description", {}).get("Hostname")  # noqa: E731
    return _list("list-nodes", "node", ["ID", "Description.Hostname", *fields], name)


def list_services(fields: Sequence[str] = ()) -> list[Object]:
    """The swarm's services. Capability: ``docker.list-services`` with "ID" and "Spec.Name"."""
    return _list("list-services", "service", ["ID", "Spec.Name", *fields], lambda s: s.get("Spec", {}).get("Name"))


def list_secrets(fields: Sequence[str] = ()) -> list[Object]:
    """The swarm's secrets, by name. Capability: ``docker.list-secrets`` with "ID" and "Spec.Name"."""
    return _list("list-secrets", "secret", ["ID", "Spec.Name", *fields], lambda s: s.get("Spec", {}).get("Name"))


def inspect_containers(fields: Sequence[str], listed: Iterable[Object] | None = None) -> list[Object | Unread]:
    """Every container (or those listed), inspected; one that has vanished since is left out.

    Capability: ``docker.inspect-containers`` (and ``docker.list-containers``).
    """
    return _inspect("inspect-containers", list_containers() if listed is None else listed, fields)


def inspect_images(fields: Sequence[str], listed: Iterable[Object] | None = None) -> list[Object | Unread]:
    """Every image (or those listed), inspected; one that has vanished since is left out.

    Capability: ``docker.inspect-images`` (and ``docker.list-images``).
    """
    return _inspect("inspect-images", list_images() if listed is None else listed, fields)


def image_history(fields: Sequence[str], listed: Iterable[Object] | None = None) -> list[Object | Unread]:
    """Every image's layers, newest first, as ``data["Layers"]``. Capability: ``docker.image-history``."""
    return _inspect("image-history", list_images() if listed is None else listed, fields, wrap="Layers")


def container_processes(listed: Iterable[Object] | None = None) -> list[Object | Unread]:
    """Every container's processes, as ``data["Processes"]``: a list of ``{"pid", "comm"}``.

    Capability: ``docker.container-processes``.
    """
    return _inspect("container-processes", list_containers() if listed is None else listed, None, wrap="Processes")


def inspect_execs(ids: Sequence[str], fields: Sequence[str]) -> list[Object | Unread]:
    """Running ``docker exec`` sessions, by the ids in a container's ``ExecIDs``. Capability: ``docker.inspect-execs``."""
    return _inspect("inspect-execs", [Object(f"exec {_short_id(id)}", id, {}) for id in ids], fields)


def each_container(fields: Sequence[str], judge: Callable[[Object], Judgement]) -> Verdict:
    """Judges every container, running or not, and sums up."""
    return sum_up("containers", _judged(inspect_containers(fields), judge))


def each_image(fields: Sequence[str], judge: Callable[[Object], Judgement]) -> Verdict:
    """Judges every image and sums up."""
    return sum_up("images", _judged(inspect_images(fields), judge))


@dataclass(frozen=True)
class Unread:
    """An object that was listed and could not be read."""

    subject: str
    id: str
    error: HostError


def _judged(
    found: Iterable[Object | Unread], judge: Callable[[Object], Judgement]
) -> Iterator[tuple[str, Judgement | HostError]]:
    return catching(((one.subject, one.error if isinstance(one, Unread) else one) for one in found), judge)


def _one(function: str, subject: str, fields: Sequence[str]) -> Object:
    answer = current().docker(function, list(fields))
    if not isinstance(answer, dict):
        raise Failed(f"docker.{function} did not answer with an object")
    return Object(subject, "", answer)


def _list(function: str, noun: str, fields: Sequence[str], name: Callable[[dict[str, Any]], Any]) -> list[Object]:
    answer = current().docker(function, list(dict.fromkeys(fields)))
    if not isinstance(answer, list) or not all(isinstance(item, dict) for item in answer):
        raise Failed(f"docker.{function} did not answer with a list of objects")
    objects = []
    for item in answer:
        id = str(item.get("Id") or item.get("ID") or "")
        objects.append(Object(f"{noun} {name(item) or _short_id(id)}", id, item))
    return sorted(objects, key=lambda found: found.subject)


def _inspect(
    function: str, listed: Iterable[Object], fields: Sequence[str] | None, wrap: str = ""
) -> list[Object | Unread]:
    objects = list(listed)
    answers: dict[str, Any] = {}
    for start in range(0, len(objects), _IDS_PER_CALL):
        ids = [found.id for found in objects[start : start + _IDS_PER_CALL]]
        answers.update(current().docker_each(function, ids, None if fields is None else list(fields)))
    inspected: list[Object | Unread] = []
    for found in objects:
        # Only "not found" means that an object vanished: silence about one is no reason to leave it out.
        answer = answers.get(found.id, Failed(f"docker.{function} gave no answer about {found.subject}"))
        if isinstance(answer, NotFound):
            continue
        if isinstance(answer, HostError):
            inspected.append(Unread(found.subject, found.id, answer))
        else:
            inspected.append(Object(found.subject, found.id, {wrap: answer} if wrap else answer))
    return inspected


def _container_name(item: dict[str, Any]) -> str | None:
    names = item.get("Names") or []
    return str(names[0]).lstrip("/") if names else None


def _image_name(item: dict[str, Any]) -> str | None:
    names = [*(item.get("RepoTags") or []), *(item.get("RepoDigests") or [])]
    return next((str(name) for name in names if not str(name).startswith("<none>")), None)


def _short_id(id: str) -> str:
    """Twelve characters of an id, as docker prints it."""
    return id.removeprefix("sha256:")[:12]


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:60] + "…"
