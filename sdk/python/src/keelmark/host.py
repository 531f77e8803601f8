"""The audited host itself: its programs, its processes, what it is, what its operator has settled."""

from __future__ import annotations

from typing import Any

from ._host import current
from .errors import Failed
from .facts import HostFacts, Output, Process


def run(program: str, *args: str) -> Output:
    """Runs one of the host's own programs, without a shell. Capability: ``exec``."""
    return current().run(program, list(args))


def find_processes(name: str) -> list[Process]:
    """The processes whose program has this file name, by pid. Capability: ``process.find``."""
    return current().find_processes(name)


def facts() -> HostFacts:
    """What the host is. Capability: ``host.facts``."""
    return current().facts()


def now() -> int:
    """The time of the audit, in seconds since 1970. Capability: ``host.now``."""
    return current().now()


def setting(key: str) -> Any | None:
    """One of the operator's settings, parsed; ``None`` where it is unset. Capability: ``host.setting``."""
    return current().setting(key)


def setting_list(key: str) -> list[str] | None:
    """A setting that is a list of strings; ``None`` where it is unset."""
    value = setting(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Failed(f"setting {key} should be a list of strings, but is {value!r}")
    return value


def log(message: str, level: str = "info") -> None:
    """A line for ``keelmark --verbose``; level is "debug", "info" or "warn". Capability: ``report.log``."""
    current().log(level, message)
