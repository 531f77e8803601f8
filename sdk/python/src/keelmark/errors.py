"""Why a fact could not be read."""

from __future__ import annotations


class HostError(Exception):
    """A fact that could not be read.

    Left alone, it becomes the verdict of the check that asked: ``error``, with this message. Catch it only where the
    absence of the fact is an answer: :class:`NotFound` for a file that need not exist.
    """

    kind = "other"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Denied(HostError):
    """The gate refused: not in ``plugin.toml``, not granted, or above the host's ceiling."""

    kind = "denied"


class NotFound(HostError):
    """The file, container, image or program does not exist."""

    kind = "not-found"


class Invalid(HostError):
    """The argument has a form that is never valid: a relative path, an id with a slash."""

    kind = "invalid"


class TimedOut(HostError):
    """The answer did not come within the time limit."""

    kind = "timeout"


class TooLarge(HostError):
    """The answer is larger than the limit for one call."""

    kind = "too-large"


class Unavailable(HostError):
    """The source cannot be asked at all: no engine, no such program, no swarm."""

    kind = "unavailable"


class PermissionRefused(HostError):
    """The operating system refused: keelmark runs without the privilege that this fact needs."""

    kind = "permission"


class Failed(HostError):
    """The source answered with a failure, or with something that cannot be read."""

    kind = "failed"


_CLASSES = (Denied, NotFound, Invalid, TimedOut, TooLarge, Unavailable, PermissionRefused, Failed)
_BY_KIND = {found.kind: found for found in _CLASSES}


def of_kind(kind: str, message: str) -> HostError:
    """The exception for a kind of the contract; a kind that this version does not know is a plain ``HostError``."""
    return _BY_KIND.get(kind, HostError)(message)
