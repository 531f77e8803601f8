"""An exception in one line, with the author's file and line: what a report has room for.

Python's own ``traceback`` looks for the source text on the way, and a component has no files to look into.
"""

from __future__ import annotations

import os
import traceback
from types import CodeType

_HERE = os.path.dirname(os.path.abspath(__file__))


def in_one_line(error: BaseException) -> str:
    """ "ValueError: no such thing (checks.py, line 12, in labels)"."""
    # The innermost frame of the author's: what this package and Python's library do on the way is no help.
    theirs = [(code, line) for code, line in _frames(error) if _is_theirs(code)]
    if not theirs:
        return _named(error)
    code, line = theirs[-1]
    return f"{_named(error)} ({os.path.basename(code.co_filename)}, line {line}, in {code.co_name})"


def in_full(error: BaseException) -> str:
    """The traceback as Python prints it, without the source lines."""
    frames = [f'  File "{code.co_filename}", line {line}, in {code.co_name}' for code, line in _frames(error)]
    return "\n".join(["Traceback (most recent call last):", *frames[-20:], _named(error)])


def _named(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _frames(error: BaseException) -> list[tuple[CodeType, int | None]]:
    return [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]


def _is_theirs(code: CodeType) -> bool:
    name = code.co_filename
    return not (name.startswith(("<", _HERE)) or "/lib/python3" in name or name.startswith("/python/"))
