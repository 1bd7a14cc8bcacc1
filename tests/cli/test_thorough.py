"""test_thorough.py - what says `thorough: true` is left out of folders, is counted, and is never lost."""
import os

from program import Program


LATE = "\nadversary: [{at: app, when: app > noc ActivationRequest, do: {delay: 1ms}}]\nexpect:"


class Thorough(Program):
    def setUp(self):
        super().setUp()
        self.some = os.path.join(self.folder, "scenarios", "some")
        os.mkdir(self.some)
        plain = self.text_without_story()
        more = plain.replace("\nflow:", "\nthorough: true\nattack: K20\nflow:", 1).replace("\nexpect:", LATE, 1) \
                    .replace("seed: 7", "seed: ${seed}\nfor: {seed: [7, 8]}", 1)
        self.plain, self.twin, self.more = (os.path.join("scenarios", "some", n)
                                            for n in ("plain.yaml", "twin.yaml", "z-thorough.yaml"))
        for path, text in ((self.plain, plain), (self.twin, plain), (self.more, more)):
            with open(os.path.join(self.folder, path), "w", encoding="utf-8") as file:
                file.write(text)

    def files(self, *arguments):
        return [os.path.basename(r["file"]) for r in self.objects("run", "--json", *arguments)]

    def test_a_folder_is_played_without_it_and_says_so(self):
        out, _ = self.expect(0, "run", self.some)
        self.assertTrue(out.endswith("\n2 as expected, 0 not, 0 inconclusive; 2 of the thorough set left out, "
                                     "--thorough plays them\n"), out[-300:])
        self.assertNotIn("z-thorough", out)
        out, _ = self.expect(0, "run", self.some, "--thorough")
        self.assertTrue(out.endswith("\n4 as expected, 0 not, 0 inconclusive; 2 of them of the thorough set\n"))
        self.assertEqual(self.files(self.some), ["plain.yaml", "twin.yaml"])
        self.assertEqual(self.files(self.some, "--thorough"), ["plain.yaml", "twin.yaml"] + 2 * ["z-thorough.yaml"])
        _, err = self.expect(0, "run", "--json", self.some)
        self.assertEqual(err, "actflow run: 2 runs of the thorough set left out; --thorough plays them\n")
        _, err = self.expect(0, "run", "--seeds", "1..2", self.some)
        self.assertEqual(err, "actflow run: 2 runs of the thorough set left out; --thorough plays them\n")

    def test_a_file_that_is_named_is_played(self):
        self.assertEqual(self.files(self.more), 2 * ["z-thorough.yaml"])
        self.assertEqual(self.files(self.more, self.some), 2 * ["z-thorough.yaml"] + ["plain.yaml", "twin.yaml"])
        self.assertEqual(self.files(self.more, "--case", "seed=8"), ["z-thorough.yaml"])

    def test_where_nothing_is_left_that_is_said(self):
        os.remove(os.path.join(self.folder, self.plain))
        os.remove(os.path.join(self.folder, self.twin))
        _, err = self.expect(4, "run", self.some)
        self.assertIn("expected a run outside the thorough set, actual none; --thorough plays the 2 of it", err)
        _, err = self.expect(4, "run", self.some, "--case", "seed=8")
        self.assertIn("--thorough plays the 1 of it", err)
        _, err = self.expect(2, "run", self.some, "--case", "seed=9")
        self.assertIn("unknown value of seed", err)

    def test_lists_and_knockout_leave_it_out_too(self):
        out, _ = self.expect(1, "list", "--rows", self.some)
        self.assertRegex(out, r"rows are taken by 2 scenarios; .*; 2 of the thorough set left out, --thorough plays them\n$")
        out, _ = self.expect(1, "list", "--rows", self.some, "--thorough")
        self.assertRegex(out, r"rows are taken by 4 scenarios; .*; 2 of them of the thorough set\n$")
        out, _ = self.expect(1, "list", "--attacks", self.some)
        self.assertRegex(out, r": 0 have scenarios .*; 2 of the thorough set left out, --thorough plays them\n$")
        out, _ = self.expect(1, "list", "--attacks", self.some, "--thorough")
        self.assertIn(": 1 have scenarios (2 runs, ", out.splitlines()[-1])
        self.assertTrue(out.endswith("; 2 of them of the thorough set\n"))
        out, _ = self.expect(0, "knockout", self.some)
        self.assertRegex(out, r", 2 scenarios, .*; 2 of the thorough set left out, --thorough plays them\n$")
        out, _ = self.expect(0, "knockout", self.some, "--thorough")
        self.assertRegex(out, r", 4 scenarios, .*; 2 of them of the thorough set\n$")
        for command in (["knockout"], ["list", "--rows"], ["list", "--attacks"]):
            err = self.call(*command, "--json", self.some)[2].decode()
            self.assertEqual(err, f"actflow {command[0]}: 2 runs of the thorough set left out; --thorough plays them\n")
        self.expect(2, "list", self.some, "--thorough")
        self.assertEqual(len(self.objects("list", "--json", self.some)), 4)  # nothing is played: all are listed

    def test_it_says_true_or_false_and_nothing_else(self):
        text = self.text_of_next_app()
        for word in ("yes", "1", '"${seed}"', "[true]"):
            path = self.write("bad.yaml", text.replace("\nflow:", f"\nthorough: {word}\nflow:", 1))
            _, err = self.expect(2, "lint", path)
            self.assertRegex(err, rf"{path}:3:11: thorough( is .*)?, expected true or false", word)
        os.remove(path)
        path = self.write("plain.yaml", text.replace("\nflow:", "\nthorough: false\nflow:", 1))
        self.expect(0, "lint", path)
        self.assertIn("plain.yaml", self.files(os.path.dirname(path)))
        self.assertIn("thorough", self.expect(0, "lint", "--schema")[0])
        self.assertIn("--thorough", self.expect(0, "explain", "thorough")[0])
        for command in ("run", "list", "knockout"):
            self.assertIn("--thorough", self.expect(0, command, "--help")[0])
