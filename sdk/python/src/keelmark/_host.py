"""The host as this package sees it, and which one is asked: a component's imports, or a fake one in a test."""

from __future__ import annotations

from typing import Any, Protocol

from .errors import HostError
from .facts import HostFacts, Metadata, Output, Process
from .verdict import Verdict


class Host(Protocol):
    """One method for every function of the contract; an answer that is no fact is raised as a ``HostError``."""

    def run(self, program: str, args: list[str]) -> Output: ...

    def stat(self, path: str, follow: bool) -> Metadata: ...

    def read_text(self, path: str) -> str: ...

    def list_dir(self, path: str) -> list[str]: ...

    def find_processes(self, name: str) -> list[Process]: ...

    def docker(self, function: str, fields: list[str]) -> Any: ...

    def docker_each(
        self, function: str, ids: list[str], fields: list[str] | None
    ) -> list[tuple[str, Any | HostError]]: ...

    def facts(self) -> HostFacts: ...

    def now(self) -> int: ...

    def setting(self, key: str) -> Any | None: ...

    def emit(self, id: str, verdict: Verdict) -> None: ...

    def progress(self, done: int, total: int) -> None: ...

    def log(self, level: str, message: str) -> None: ...


_current: Host | None = None


def current() -> Host:
    """The host that is asked now."""
    if _current is None:
        raise RuntimeError("there is no host: in a test, wrap the call in `with FakeHost(...)`")
    return _current


def replace(host: Host | None) -> Host | None:
    """Asks another host from now on; returns the one before."""
    global _current
    before, _current = _current, host
    return before
