"""Image references, as the engine reads them: "registry:5000/team/service:1.2@sha256:…"."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: An image that was started by its id has no name that a policy could be about.
_ID = re.compile(r"(?:sha256:)?[0-9a-f]{12,64}")


@dataclass(frozen=True)
class Reference:
    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """Registry and repository."""
        return f"{self.registry}/{self.repository}"


def parse(text: str) -> Reference | None:
    """The parts of a reference, with the engine's own defaults; ``None`` for a bare image id."""
    if _ID.fullmatch(text):
        return None
    rest, _, digest = text.partition("@")
    # A colon before the last slash belongs to the registry's port.
    head, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        head, tag = rest, ""
    first, slash, remainder = head.partition("/")
    # The engine's rule: the first part is a registry if it looks like a host.
    if slash and ("." in first or ":" in first or first == "localhost"):
        registry, repository = first, remainder
    else:
        registry, repository = "docker.io", head if slash else f"library/{head}"
    return Reference(registry, repository, tag or ("" if digest else "latest"), digest)


def is_below(name: str, prefix: str) -> bool:
    """Whether a name is a registry's, or below a registry/namespace. Whole parts: "a.io/xy" is not below "a.io/x"."""
    return name == prefix or name.startswith(prefix.rstrip("/") + "/")
