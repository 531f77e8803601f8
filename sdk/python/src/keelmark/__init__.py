"""Checks for keelmark in Python: a section, its checks, what they may ask, and the verdicts they return."""

from . import docker, files, host
from .docker import Object, Unread
from .errors import (
    Denied,
    Failed,
    HostError,
    Invalid,
    NotFound,
    PermissionRefused,
    TimedOut,
    TooLarge,
    Unavailable,
)
from .facts import HostFacts, Metadata, Output, Process
from .section import Section
from .verdict import Evidence, Judgement, Status, Verdict, sum_up

__all__ = [
    "Denied",
    "Evidence",
    "Failed",
    "HostError",
    "HostFacts",
    "Invalid",
    "Judgement",
    "Metadata",
    "NotFound",
    "Object",
    "Output",
    "PermissionRefused",
    "Process",
    "Section",
    "Status",
    "TimedOut",
    "TooLarge",
    "Unavailable",
    "Unread",
    "Verdict",
    "docker",
    "files",
    "host",
    "sum_up",
]
