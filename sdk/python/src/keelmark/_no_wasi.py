"""What a component does not have, said in words.

The stubs that stand in for WASI end the component without a word. So what people call first is replaced by functions
that raise, with the function that does what was meant.
"""

from __future__ import annotations

import builtins
import io
import os
import time
from typing import Any, NoReturn

_CLOCK = "a plugin has no clock of its own: ask keelmark.host.now()"
_FILES = "a plugin has no files of its own: ask keelmark.files"
_SLEEP = "a plugin cannot wait"

_REPLACED: list[tuple[Any, str, str]] = [
    *((time, name, _CLOCK) for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter")),
    (time, "sleep", _SLEEP),
    (builtins, "open", _FILES),
    (io, "open", _FILES),
    *((os, name, _FILES) for name in ("open", "stat", "lstat", "listdir", "scandir", "mkdir", "remove", "unlink")),
]


def say_so() -> None:
    """Replaces them, in this process: only for a component that runs."""
    for module, name, words in _REPLACED:
        setattr(module, name, _refusal(f"{module.__name__}.{name}", words))


def _refusal(name: str, words: str) -> Any:
    def refuse(*_args: object, **_options: object) -> NoReturn:
        raise RuntimeError(f"{name}: {words}")

    return refuse
