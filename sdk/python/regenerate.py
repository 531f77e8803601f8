#!/usr/bin/env python3
"""Writes bindings/ anew from wit/, or with --check says whether it is stale.

The bindings are for type checkers and for reading: componentize-py makes its own when it builds a component. Run it
with a Python whose environment has the componentize-py of requirements.txt.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

SDK = Path(__file__).resolve().parent
WIT = SDK.parent.parent / "wit"
TARGET = SDK / "bindings"
#: The rest of what componentize-py writes is for async worlds.
KEPT = ("wit_world/**/*.py", "componentize_py_types.py")


def generated() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        tool = Path(sys.executable).parent / "componentize-py"
        command = [tool, "-d", WIT, "-w", "plugin", "bindings", "made"]
        subprocess.run(command, cwd=folder, check=True)
        made = Path(folder, "made")
        return {str(file.relative_to(made)): file.read_text() for kept in KEPT for file in made.glob(kept)}


def written() -> dict[str, str]:
    return {str(file.relative_to(TARGET)): file.read_text() for file in TARGET.glob("**/*.py")}


def main() -> int:
    wanted, there = generated(), written()
    stale = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
    if "--check" in sys.argv[1:]:
        for name in stale:
            print(f"sdk/python/bindings/{name} is stale: python sdk/python/regenerate.py", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (TARGET / name).unlink(missing_ok=True)
        if name in wanted:
            (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
            (TARGET / name).write_text(wanted[name])
    return 0


if __name__ == "__main__":
    sys.exit(main())
