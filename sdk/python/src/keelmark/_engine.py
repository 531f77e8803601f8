"""How the engine is asked, and what its objects are; ``_questions.py`` has a function for each question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ._host import current
from .errors import Failed, HostError, NotFound

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


@dataclass(frozen=True)
class Unread:
    """An object that was listed and could not be read."""

    subject: str
    id: str
    error: HostError


def ask(function: str, subject: str, fields: Sequence[str]) -> Object:
    """The answer to a question that has one object for an answer."""
    answer = current().docker(function, list(fields))
    if not isinstance(answer, dict):
        raise Failed(f"docker.{function} did not answer with an object")
    return Object(subject, "", answer)


def list_all(function: str, noun: str, fields: Sequence[str], name: str) -> list[Object]:
    """Every object of a kind, by the name at that path."""
    answer = current().docker(function, list(dict.fromkeys(fields)))
    if not isinstance(answer, list) or not all(isinstance(item, dict) for item in answer):
        raise Failed(f"docker.{function} did not answer with a list of objects")
    objects = []
    for item in answer:
        id = str(item.get("Id") or item.get("ID") or "")
        objects.append(Object(f"{noun} {_name_of(item, name) or short_id(id)}", id, item))
    return sorted(objects, key=lambda found: found.subject)


def inspect(
    function: str, listed: Iterable[Object], fields: Sequence[str] | None, wrap: str = ""
) -> list[Object | Unread]:
    """An answer about each of the objects; one that has vanished is left out."""
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


def _name_of(item: dict[str, Any], path: str) -> str | None:
    """The name at a dotted path. Of several names, the first that is one."""
    value: Any = item
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if path == "RepoTags":
        value = [*(value or []), *(item.get("RepoDigests") or [])]
    names = value if isinstance(value, list) else [value]
    # Containers' names begin with a slash; an image without a tag is called "<none>:<none>".
    return next((str(name).lstrip("/") for name in names if name and not str(name).startswith("<none>")), None)


def short_id(id: str) -> str:
    """Twelve characters of an id, as docker prints it."""
    return id.removeprefix("sha256:")[:12]


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:60] + "…"
