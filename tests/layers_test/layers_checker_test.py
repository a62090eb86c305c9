#!/usr/bin/env python3
"""The checker finds exactly the lines of fixture/ that say they are wrong, and nothing in a tree that is right."""

import pathlib
import tempfile
import unittest

import layers

FIXTURE = pathlib.Path(__file__).parent / "fixture"


class LayersChecker(unittest.TestCase):
    def test_finds_the_wrong_includes_and_no_others(self):
        expected = set()
        for path in FIXTURE.rglob("*.?pp"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if "// wrong" in line:
                    expected.add(f"{path.relative_to(FIXTURE)}:{number}")
        self.assertEqual(len(expected), 11)
        found, _ = layers.problems(FIXTURE)
        places = {":".join(line.split(":")[:2]) for line in found}
        unlisted = {place for place in places if place.startswith("src/unlisted")}
        self.assertEqual(len(unlisted), 1)
        self.assertEqual({place for place in places if place not in unlisted},
                         {place for place in expected if not place.startswith("src/unlisted")})

    def test_says_why(self):
        text = "\n".join(layers.problems(FIXTURE)[0])
        for why in ("base is below net", "json and wire are beside each other", "<boost/beast/core.hpp> belongs into http",
                    "objects and scenes are beside each other", "only the program chooses storage/sqlite",
                    "storage/memory must not know storage/sqlite", "an include names its folder", "unlisted/ is in no layer"):
            self.assertIn(why, text)

    def test_accepts_what_points_downwards(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "src" / "http" / "server.cpp"
            source.parent.mkdir(parents=True)
            (pathlib.Path(folder) / "app").mkdir()
            source.write_text('#include <boost/beast/http.hpp>\n#include "http/server.hpp"\n#include "net/udp.hpp"\n', encoding="utf-8")
            self.assertEqual(layers.problems(pathlib.Path(folder)), ([], 3))


if __name__ == "__main__":
    unittest.main()
