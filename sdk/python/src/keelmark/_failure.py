"""An exception in one line, with the author's file and line: what a report has room for."""

from __future__ import annotations

import os
import traceback

_HERE = os.path.dirname(os.path.abspath(__file__))


def in_one_line(error: BaseException) -> str:
    """ "ValueError: no such thing (checks.py, line 12, in labels)"."""
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    # The innermost frame of the author's: what this package does on the way is no help.
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not os.path.abspath(frame.filename).startswith(_HERE)]
    if not theirs:
        return text
    frame = theirs[-1]
    return f"{text} ({os.path.basename(frame.filename)}, line {frame.lineno}, in {frame.name})"


def in_full(error: BaseException) -> str:
    """The traceback, as Python prints it."""
    return "".join(traceback.format_exception(error))
