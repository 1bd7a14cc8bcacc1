"""test_readme.py - what the README gives as pieces of scenario files is read as it says."""
import os
import re

import program
from program import Program

BASE = {"actflow": "1", "scenario": "a piece of the README", "flow": "knox/flow.yaml", "variant": "next-app", "seed": "7"}


class Pieces(Program):
    def setUp(self):
        super().setUp()
        with open(os.path.join(program.ROOT, "README.md"), encoding="utf-8") as file:
            self.pieces = re.findall(r"(?ms)^```yaml\n(.*?)^```$", file.read())
        self.write("weak-keys.txt", "password\n")  # a dictionary that a piece names

    def whole(self, piece):
        """The piece with what the README says must be added."""
        keys = dict(BASE)
        if "TypedKey" in piece:
            keys["variant"] = "first-app-admin"
        if re.search(r"[a-z]@[0-9]", piece):
            keys["devices"] = "{count: 2}"
        own = set(re.findall(r"(?m)^([a-z]+):", piece))
        return "".join(f"{key}: {value}\n" for key, value in keys.items() if key not in own) + piece

    def test_each_piece_is_read(self):
        self.assertGreaterEqual(len(self.pieces), 5)
        for piece in self.pieces:
            _, err = self.expect(0, "lint", self.write("piece.yaml", self.whole(piece)))
            self.assertEqual(err, "", piece)

    def test_an_attack_of_which_all_is_said_comes_to_that(self):
        whole = [p for p in self.pieces if p.startswith("adversary:") and "\nexpect:" in p]
        self.assertEqual(len(whole), 1)
        self.expect(0, "run", self.write("piece.yaml", self.whole(whole[0])))

    def test_what_is_to_be_added_is_needed(self):
        adversary = next(p for p in self.pieces if p.startswith("adversary:") and "TypedKey" in p)
        text = self.whole(adversary)
        self.assertIn("devices: {count: 2}\n", text)
        _, err = self.expect(2, "lint", self.write("piece.yaml", text.replace("devices: {count: 2}\n", "")))
        self.assertIn("expected at most 1 (devices.count)", err)
