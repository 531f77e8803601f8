"""The component's side: the contract's imports as a :class:`Host`, and the section as its export.

The modules of ``wit_world`` exist only inside a component. Those that the manifest does not ask for do not exist there
either: asking them is ``Denied``, as the gate would say.
"""

# What comes from JSON or from the imports is Any until it is returned.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import importlib
import io
import json
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from . import _host, _no_wasi
from ._failure import in_one_line
from .errors import Denied, Failed, HostError, of_kind
from .facts import HostFacts, Metadata, Output, Process
from .verdict import Verdict, shown

if TYPE_CHECKING:
    from .section import Section


def _interface(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(f"wit_world.imports.{name}")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("wit_world"):
            raise
        return None


# Imported while the component is made: there is nowhere to import from when it runs.
_NAMES = ("docker", "exec", "fs", "host", "process", "report", "types")
_interfaces = {name: found for name in _NAMES if (found := _interface(name)) is not None}
IS_COMPONENT = "types" in _interfaces


class ComponentHost:
    """Asks the component's imports."""

    def run(self, program: str, args: list[str]) -> Output:
        output = _call("exec", "run", program, args)
        return Output(output.code, output.stdout, output.stderr, output.truncated)

    def stat(self, path: str, follow: bool) -> Metadata:
        found = _call("fs", "stat", path, follow)
        return Metadata(
            kind=_word(found.kind),
            mode=found.mode,
            uid=found.uid,
            gid=found.gid,
            owner=found.owner,
            group=found.group,
            size=found.size,
            modified=found.modified,
            device=found.device,
            target=found.target,
        )

    def read_text(self, path: str) -> str:
        return _call("fs", "read_text", path)

    def list_dir(self, path: str) -> list[str]:
        return _call("fs", "list_dir", path)

    def find_processes(self, name: str) -> list[Process]:
        def process(found: Any) -> Process:
            started = dict(found.info).get("started")
            return Process(found.pid, found.argv, found.euid, None if started is None else int(started))

        return [process(found) for found in _call("process", "find", name)]

    def docker(self, function: str, fields: list[str]) -> Any:
        return _parse(_call("docker", function.replace("-", "_"), fields))

    def docker_each(self, function: str, ids: list[str], fields: list[str] | None) -> list[tuple[str, Any | HostError]]:
        further = () if fields is None else (fields,)
        answers = _call("docker", function.replace("-", "_"), ids, *further)
        return [(answer.id, _each(answer.json)) for answer in answers]

    def facts(self) -> HostFacts:
        found = _call("host", "describe")
        names = HostFacts.__dataclass_fields__
        return HostFacts(**{name: getattr(found, name) for name in names})

    def now(self) -> int:
        return _call("host", "now")

    def setting(self, key: str) -> Any | None:
        text = _call("host", "setting", key)
        return None if text is None else _parse(text)

    def emit(self, id: str, verdict: Verdict) -> None:
        types = _interfaces["types"]
        evidence = [
            types.Evidence(shown(e.subject), shown(e.property), shown(e.found), shown(e.expected), e.info())
            for e in verdict.evidence
        ]
        status = types.Status[verdict.status.name]
        _call("report", "emit", types.Finding(id, status, shown(verdict.message), evidence, []))

    def progress(self, done: int, total: int) -> None:
        _call("report", "progress", done, total)

    def log(self, level: str, message: str) -> None:
        """One line of the log for each line of the message."""
        levels = getattr(_interfaces.get("report"), "Level", None)
        if levels is None:
            raise Denied("plugin.toml has no capability report.log")
        for line in message.splitlines():
            _call("report", "log", levels[level.upper()], shown(line))


def guest(section: Section) -> type:
    """The class that componentize-py exports."""

    class Guest:
        def describe(self) -> Any:
            types = _interfaces["types"]
            try:
                recommendations = [
                    types.Recommendation(one.id, one.title, one.slug, list(one.info))
                    for one in section.recommendations.values()
                ]
                return types.Section(section.benchmark, section.number, section.title, recommendations, [])
            except Exception as error:
                # describe has no way to fail but to trap; the host keeps the last words, even where logging is denied.
                try:
                    ComponentHost().log("warn", in_one_line(error))
                except HostError:
                    pass
                raise

        def audit(self, ids: list[str]) -> None:
            _listen()
            try:
                section.audit(ids)
            except HostError as error:
                raise _error(error.kind, error.message) from None
            except BaseException as error:
                raise _error("failed", in_one_line(error)) from None

    return Guest


class _Log(io.TextIOBase):
    """What is printed becomes log lines: a component has no standard output, and writing to it would end it."""

    def __init__(self, level: str) -> None:
        self._level = level
        self._line = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            try:
                ComponentHost().log(self._level, line)
            except HostError:
                pass  # Without the capability report.log nobody wants to hear it.
        return len(text)


def _listen() -> None:
    _host.replace(ComponentHost())
    sys.stdout = _Log("info")
    sys.stderr = _Log("warn")
    _no_wasi.say_so()


def _call(interface: str, function: str, *args: Any) -> Any:
    found = getattr(_interfaces.get(interface), function, None)
    if found is None:
        raise Denied(f"plugin.toml has no capability {_capability(interface, function)}")
    try:
        return found(*args)
    except Exception as error:
        # componentize_py_types.Err: it cannot be imported natively, where this module is read all the same.
        inner: Any = getattr(error, "value", None)
        if type(error).__name__ != "Err" or not hasattr(inner, "kind"):
            raise
        raise of_kind(_word(inner.kind), inner.message) from None


def _capability(interface: str, function: str) -> str:
    names = {"exec.run": "exec", "host.describe": "host.facts"}
    name = f"{interface}.{function.replace('_', '-')}"
    return names.get(name, name)


def _each(answer: Any) -> Any | HostError:
    """The contract's result as it stands inside a record: ``Ok`` or ``Err``, each with its value."""
    if type(answer).__name__ == "Err":
        return of_kind(_word(answer.value.kind), answer.value.message)
    try:
        return _parse(answer.value)
    except HostError as error:
        return error


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Failed(f"the host's answer is not JSON: {error}") from None


def _word(case: Any) -> str:
    """An enum's case in the contract's own spelling: "not-found"."""
    return case.name.lower().replace("_", "-")


def _error(kind: str, message: str) -> Exception:
    types = _interfaces["types"]
    err = importlib.import_module("componentize_py_types").Err
    return err(types.Error(types.ErrorKind[kind.upper().replace("-", "_")], message, []))
