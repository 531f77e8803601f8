"""What the host's answers are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Output:
    """How a program that the host ran ended."""

    #: The exit code; ``None`` when a signal ended the program.
    code: int | None
    stdout: str
    stderr: str
    #: The program printed more than the host's limit; what is here is its beginning.
    truncated: bool


@dataclass(frozen=True)
class Metadata:
    """Facts about a file."""

    #: "file", "directory", "symlink", "socket" or "other".
    kind: str
    #: The permission bits, ``0o7777`` at most.
    mode: int
    uid: int
    gid: int
    owner: str | None
    group: str | None
    #: Bytes.
    size: int
    #: Seconds since 1970-01-01T00:00:00Z.
    modified: int
    #: The device that holds the file, "major:minor".
    device: str
    #: Where a symlink points; only when it was not followed.
    target: str | None

    @property
    def ownership(self) -> str:
        """ "root:docker", with numbers where there is no name."""
        return f"{self.owner or self.uid}:{self.group or self.gid}"

    @property
    def octal(self) -> str:
        """The permission bits as people write them: "0644"."""
        return f"{self.mode:04o}"

    def allows_more_than(self, mode: int) -> bool:
        """Whether a bit is set that ``mode`` does not have: modes are sets of bits, not numbers to compare."""
        return self.mode & ~mode & 0o7777 != 0


@dataclass(frozen=True)
class Process:
    """A process of the audited host."""

    pid: int
    argv: list[str]
    #: The effective user id.
    euid: int
    #: When it started, in seconds since 1970; none where that is not known.
    started: int | None = None


@dataclass(frozen=True)
class HostFacts:
    """What the audited host is."""

    hostname: str
    kernel: str
    architecture: str
    os_id: str
    os_version: str
    os_name: str
    #: Whether keelmark runs with uid 0.
    privileged: bool
    #: Whether the engine runs on the host whose files are read.
    engine_is_local: bool
