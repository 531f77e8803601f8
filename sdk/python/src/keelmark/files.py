"""Facts about files. Paths are absolute, in the audited host's own view."""

from __future__ import annotations

from ._host import current
from .errors import NotFound
from .facts import Metadata


def stat(path: str, follow: bool = True) -> Metadata:
    """Facts about a file, or about the one that a symlink leads to. Capability: ``fs.stat``."""
    return current().stat(path, follow)


def stat_if_exists(path: str, follow: bool = True) -> Metadata | None:
    """The same, and ``None`` where there is no such file."""
    try:
        return stat(path, follow)
    except NotFound:
        return None


def read_text(path: str) -> str:
    """The text of a regular file. Capability: ``fs.read-text``."""
    return current().read_text(path)


def read_text_if_exists(path: str) -> str | None:
    """The same, and ``None`` where there is no such file."""
    try:
        return read_text(path)
    except NotFound:
        return None


def list_dir(path: str) -> list[str]:
    """The names in a directory, sorted. Capability: ``fs.list-dir``."""
    return current().list_dir(path)
