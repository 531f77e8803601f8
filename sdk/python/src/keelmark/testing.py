"""A host that answers from a recording: tests of checks without WebAssembly, without root and without an engine.

::

    with FakeHost.from_recording("tests/open.json"):
        assert section.verdict("9.1").status is Status.PASS
"""

# What comes from JSON or from the imports is Any until it is returned.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from . import _host
from ._questions import FORMAT_1
from .errors import HostError, TooLarge, of_kind
from .facts import HostFacts, Metadata, Output, Process
from .verdict import Verdict

_IDS_PER_CALL = 1_000
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_./:=,@%+-]+")


def current_key(key: str) -> str:
    """The key of format 2 for one of recordings of format 1; any other stays."""
    verb, _, question = key.partition(" ")
    word, space, id = question.partition(" ")
    return f"docker {FORMAT_1.get(word, word)}{space}{id}" if verb == "docker" else key


class FakeHost:
    """Answers by request key, as recordings hold them; a request without an answer is an error that names it."""

    def __init__(self, answers: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None) -> None:
        self.answers: dict[str, Any] = {
            current_key(key): {"ok": value} for key, value in (answers or {}).items()
        }
        self.settings = dict(settings or {})
        #: What was emitted, by id.
        self.findings: dict[str, Verdict] = {}
        #: What was logged: level and message.
        self.logged: list[tuple[str, str]] = []
        self._before: list[_host.Host | None] = []

    @classmethod
    def from_recording(cls, path: str | Path) -> FakeHost:
        """The host of a recording, as ``keelmark record`` and ``keelmark plugin test --record`` write it."""
        host = cls()
        recorded = json.loads(Path(path).read_text(encoding="utf-8"))["answers"]
        host.answers = {current_key(key): answer for key, answer in recorded.items()}
        return host

    def refuse(self, key: str, kind: str, message: str) -> None:
        """Answers a request with an error."""
        self.answers[current_key(key)] = {"error": {"kind": kind, "message": message}}

    def __enter__(self) -> FakeHost:
        self._before.append(_host.replace(self))
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        _host.replace(self._before.pop())

    def run(self, program: str, args: list[str]) -> Output:
        words = [word if _PLAIN_WORD.fullmatch(word) else json.dumps(word) for word in (program, *args)]
        return Output(**self._ask("exec " + " ".join(words)))

    def stat(self, path: str, follow: bool) -> Metadata:
        found = dict(self._ask(f"{'stat' if follow else 'lstat'} {path}"))
        found["mode"] = int(found["mode"], 8)
        for name in ("owner", "group", "target"):
            found.setdefault(name, None)
        return Metadata(**{name: found[name] for name in Metadata.__dataclass_fields__})

    def read_text(self, path: str) -> str:
        return self._resolved("read", path)

    def list_dir(self, path: str) -> list[str]:
        return self._resolved("list", path)

    def find_processes(self, name: str) -> list[Process]:
        def process(found: dict[str, Any]) -> Process:
            # What a later version records beside these is not for this one.
            return Process(**{key: found[key] for key in Process.__dataclass_fields__ if key in found})

        return [process(found) for found in self._ask(f"process {name}")]

    def docker(self, function: str, fields: list[str]) -> Any:
        return project(self._ask(f"docker {function}"), fields)

    def docker_each(self, function: str, ids: list[str], fields: list[str] | None) -> list[tuple[str, Any | HostError]]:
        if len(ids) > _IDS_PER_CALL:
            raise TooLarge(f"docker.{function} with {len(ids)} ids")
        return [(id, self._each(f"docker {function} {id}", fields)) for id in ids]

    def facts(self) -> HostFacts:
        return HostFacts(**{key.replace("-", "_"): value for key, value in self._ask("facts").items()})

    def now(self) -> int:
        return self._ask("now")

    def setting(self, key: str) -> Any | None:
        return self.settings.get(key)

    def emit(self, id: str, verdict: Verdict) -> None:
        self.findings[id] = verdict

    def progress(self, done: int, total: int) -> None:
        pass

    def log(self, level: str, message: str) -> None:
        self.logged.append((level, message))

    def _ask(self, key: str) -> Any:
        answer = self.answers.get(key)
        if answer is None:
            raise HostError(f"not recorded: {key}")
        if "error" in answer:
            raise of_kind(answer["error"]["kind"], answer["error"]["message"])
        return answer["ok"]

    def _resolved(self, verb: str, path: str) -> Any:
        """A link's answer says where it leads, which is a request of its own."""
        answer = self._ask(f"{verb} {path}")
        return self._ask(f"{verb} {answer['resolved']}") if isinstance(answer, dict) else answer

    def _each(self, key: str, fields: list[str] | None) -> Any | HostError:
        try:
            answer = self._ask(key)
        except HostError as error:
            return error
        return answer if fields is None else project(answer, fields)


def project(value: Any, fields: list[str]) -> Any:
    """What the host leaves of an answer: the named fields, lists item by item. Keys may hold dots themselves."""
    if isinstance(value, list):
        return [project(item, fields) for item in value]
    # What has no fields is not below one: a text in a list is None, and as a field it is left out.
    if not isinstance(value, dict):
        return None
    kept: dict[str, Any] = {}
    for key, inner in value.items():
        below = [field.removeprefix(key + ".") for field in fields if field.startswith(key + ".")]
        if key in fields:
            kept[key] = inner
        elif below and (inner is None or isinstance(inner, dict | list)):
            kept[key] = project(inner, below)
    return kept
