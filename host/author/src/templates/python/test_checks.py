"""The checks without WebAssembly, in milliseconds: `python3 -m unittest discover tests`.

The recordings are those of `keelmark plugin test`.
"""

import sys
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT / "vendor")]

from keelmark import Status  # noqa: E402
from keelmark.testing import FakeHost  # noqa: E402
from plugin import section  # noqa: E402


class ServiceGuard(unittest.TestCase):
    def status(self, recording: str) -> Status:
        with FakeHost.from_recording(PROJECT / "tests" / recording):
            return section.verdict("1.1").status

    def test_a_guarded_service_passes_and_an_open_one_fails(self) -> None:
        self.assertIs(self.status("guarded.json"), Status.PASS)
        self.assertIs(self.status("open.json"), Status.FAIL)


if __name__ == "__main__":
    unittest.main()
