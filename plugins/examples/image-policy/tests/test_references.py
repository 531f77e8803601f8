"""What has no recording: how references are read. `python3 -m unittest discover tests`"""

import sys
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT / "vendor")]

from keelmark import Failed  # noqa: E402

import policy  # noqa: E402
from contents import _seconds  # noqa: E402
from references import Reference, is_below, parse  # noqa: E402

DIGEST = "sha256:" + "a" * 64


class References(unittest.TestCase):
    def test_a_reference_is_read_as_the_engine_reads_it(self) -> None:
        for text, expected in [
            ("alpine", Reference("docker.io", "library/alpine", "latest", "")),
            ("alpine:3.20", Reference("docker.io", "library/alpine", "3.20", "")),
            ("shop/web", Reference("docker.io", "shop/web", "latest", "")),
            ("registry.example.com/shop/web:1.2", Reference("registry.example.com", "shop/web", "1.2", "")),
            ("localhost/web", Reference("localhost", "web", "latest", "")),
            ("registry:5000/web", Reference("registry:5000", "web", "latest", "")),
            ("registry:5000/web:1@" + DIGEST, Reference("registry:5000", "web", "1", DIGEST)),
            ("web@" + DIGEST, Reference("docker.io", "library/web", "", DIGEST)),
        ]:
            self.assertEqual(parse(text), expected, text)
        for id in [DIGEST, "a" * 64, "0123456789ab"]:
            self.assertIsNone(parse(id), id)

    def test_prefixes_are_whole_parts(self) -> None:
        self.assertTrue(is_below("registry.example.com/shop/web", "registry.example.com"))
        self.assertTrue(is_below("registry.example.com/shop/web", "registry.example.com/shop/"))
        self.assertFalse(is_below("registry.example.com/shopping/web", "registry.example.com/shop"))
        self.assertFalse(is_below("registry.example.com.evil.io/web", "registry.example.com"))

    def test_the_policys_patterns(self) -> None:
        for good in ["shop/web", "shop/web-front.v2", "a/b/c"]:
            self.assertTrue(policy.REPOSITORY.fullmatch(good), good)
        for bad in ["web", "Shop/web", "shop/", "shop//web", "shop/-web"]:
            self.assertFalse(policy.REPOSITORY.fullmatch(bad), bad)

    def test_dates(self) -> None:
        self.assertEqual(_seconds("1970-01-02T00:00:00.123456789Z"), 86400)
        self.assertIsNone(_seconds("0001-01-01T00:00:00Z"))
        with self.assertRaises(Failed):
            _seconds("yesterday")


if __name__ == "__main__":
    unittest.main()
