"""test_input.py - what the program says to bad input: every place, exit 2, never a crash or a hang."""
import os
import random
import re
import subprocess

import program
from program import Program

PLACE = re.compile(r"^[^:\n]+:[0-9]+:[0-9]+: .*(expected|actual)", re.M)


class BadInput(Program):
    def refused(self, content, name="bad.yaml"):
        """The scenario is refused by run and by lint, with the same words; these."""
        path = self.write(name, content)
        out, err = self.expect(2, "run", path)
        self.assertEqual(out, "")
        _, linted = self.expect(2, "lint", path)
        self.assertEqual(err, linted)
        self.assertIn(path, err)
        return err

    def located(self, content):
        err = self.refused(content)
        self.assertRegex(err, PLACE)
        return err

    def changed(self, old, new):
        text = self.text_of_next_app()
        self.assertIn(old, text)
        return text.replace(old, new, 1)

    def test_an_empty_file(self):
        self.refused(b"")

    def test_noise(self):
        noise = random.Random(1)
        self.refused(noise.randbytes(1024 * 1024))

    def test_noise_that_is_text(self):
        noise = random.Random(2)
        self.refused("".join(noise.choice("abc:{}[]&*-? \n\"'#|>%@!") for _ in range(1024 * 1024)))

    def test_utf_16(self):
        self.refused(self.text_of_next_app().encode("utf-16"))

    def test_a_typo_in_a_key_names_the_right_one(self):
        err = self.located(self.changed("variant:", "varient:"))
        self.assertIn("did you mean", err)
        self.assertIn("variant", err)

    def test_a_duplicate_key(self):
        err = self.located(self.text_of_next_app() + "seed: 8\n")
        self.assertIn("seed", err)

    def test_an_alias(self):
        self.refused(self.changed("seed: 7", "seed: &a 7\nlimits: {steps: *a}"))

    def test_200000_nested_brackets(self):
        self.refused("actflow: 1\nscenario: " + "[" * 200000)
        self.refused("actflow: 1\nscenario: " + "{a: " * 200000)

    def test_an_unknown_flow(self):
        err = self.located(self.changed("knox/flow.yaml", "knox/flaw.yaml"))
        self.assertIn("knox/flaw.yaml", err)

    def test_an_impossible_duration(self):
        for duration in ("2 bananas", "-1s", "1e400min", "99999999999h", "2mni"):
            self.located("actflow: 1\nscenario: x\nflow: knox/flow.yaml\nvariant: next-app\n"
                         f"seed: 1\nlimits: {{virtual: {duration}}}\n")

    def test_ten_errors_are_all_said(self):
        lines = "".join(f"wrong_key_{i}: {i}\n" for i in range(10))
        err = self.located(self.text_of_next_app() + lines)
        for i in range(10):
            self.assertIn(f"wrong_key_{i}", err)
        self.assertEqual(len(PLACE.findall(err)), 10)

    def test_a_missing_file(self):
        _, err = self.expect(2, "run", "nowhere.yaml")
        self.assertRegex(err, r"^nowhere\.yaml: .*No such file")

    def test_what_is_no_regular_file(self):
        fifo = os.path.join(self.folder, "fifo.yaml")
        os.mkfifo(fifo)
        for path in (fifo, "/dev/null"):
            _, err = self.expect(2, "run", path)
            self.assertTrue(err.startswith(path + ": "), err)

    def test_what_is_no_regular_file_below_a_folder(self):
        fifo, gone = (os.path.join(self.scenarios, n) for n in ("fifo.yaml", "gone.yml"))
        os.mkfifo(fifo)
        os.symlink("nowhere", gone)
        for command in ("run", "lint", "list"):
            _, err = self.expect(2, command, self.scenarios)
            self.assertIn(f"{fifo}: cannot be read, expected a regular file, actual: a FIFO", err)
            self.assertIn(f"{gone}: cannot be opened: No such file", err)

    def test_what_cannot_be_read_stops_nothing_else(self):
        empty, gone = (os.path.join(self.folder, n) for n in ("empty", "gone.yaml"))
        os.mkdir(empty)
        os.symlink("nowhere", gone)
        for command, good in (("run", "as expected"), ("lint", "good")):
            told = self.objects(command, "nope.yaml", gone, empty, self.next_app, "--json", status=2)
            results = {one["file"]: one["result"] for one in told}
            self.assertEqual(results, {"nope.yaml": "refused", gone: "refused", empty: "refused", self.next_app: good})
            for one in told:
                self.assertEqual(len(one["errors"]), one["result"] == "refused")
            self.assertEqual(len(self.objects(command, empty, self.next_app, "--json", status=4)), 2)
        out, _ = self.expect(2, "run", "nope.yaml", self.next_app)
        self.assertIn("1 as expected, 0 not, 0 inconclusive, 1 not readable\n", out)

    def test_a_flow_with_a_typo_is_located_in_the_flow(self):
        flow = os.path.join(self.scenarios, "knox", "flow.yaml")
        text = self.read(flow).decode()
        self.write("flow.yaml", text.replace("channels:", "chanels:", 1))
        _, err = self.expect(2, "run", self.next_app)
        self.assertRegex(err, r"(?m)^[^:\n]*flow\.yaml:[0-9]+:[0-9]+: ")

    def test_a_setting_is_refused_where_it_is_wrong(self):
        head = "actflow: 1\nscenario: x\nflow: knox/flow.yaml\nvariant: next-app\nseed: 1\n"
        err = self.located(head + "profile: {suite: p255}\n")
        self.assertIn(":6:18: profile suite: expected p521, p384 or p256, actual p255", err)
        err = self.located(head + "profile: {foo: x}\n")
        self.assertRegex(err, r":6:11: profile: expected one of .*key_source.*, suite.*, actual foo\n")

    def test_control_characters_of_a_file_are_not_printed(self):
        err = self.refused(b"actflow: 1\nscenario: \"\\e]0;title\\a\"\nbad\\ekey: 1\n")
        self.assertNotIn("\x1b", err)


class Usage(Program):
    def refused(self, *arguments):
        out, err = self.expect(2, *arguments)
        self.assertEqual(out, "")
        return err

    def test_an_abbreviated_option_is_refused(self):
        self.assertIn("did you mean --seed", self.refused("run", "--see", "4", self.next_app))
        self.assertIn("did you mean --update-golden", self.refused("run", "--update", self.next_app))
        self.assertIn("did you mean --json", self.refused("list", "--jso"))

    def test_options_that_are_none(self):
        self.refused("run", "--frobnicate", self.next_app)
        self.refused("run", "-x", self.next_app)
        self.refused("run", "--seed", self.next_app, "--json=yes")

    def test_values_that_are_missing_or_too_many(self):
        for arguments, said in ((["--seed"], "--seed: expected a value, actual nothing"),
                                (["-j"], "-j: expected a value, actual nothing"),
                                (["-vj"], "-vj: expected a value, actual nothing"),
                                (["--json=yes"], '--json=yes: expected no value, actual "yes"')):
            err = self.refused("run", self.next_app, *arguments)
            self.assertEqual(err, f"actflow run: {said}\nactflow run: `actflow run --help` shows how it is called\n")

    def test_values_that_are_none(self):
        for seed in ("", "x", "-1", "1x", "0x10", " 1", "18446744073709551616"):
            self.assertIn("expected a whole number", self.refused("run", "--seed", seed, self.next_app))
        for jobs in ("0", "65", "two"):
            self.refused("run", "-j", jobs, self.next_app)
        self.refused("run", "--seed")

    def test_names_that_are_empty(self):
        for command, options in (("run", ["out"]), ("check", ["flow", "variant", "secrets"]), ("new", ["dir"]),
                                 ("tables", ["check"])):
            for option in options:
                self.assertIn(f"--{option}: expected a name, actual nothing\n",
                              self.refused(command, f"--{option}", "", "x"))

    def test_what_is_missing_is_called_nothing(self):
        self.assertIn("expected FILE|FOLDER..., actual nothing\n", self.refused("run"))

    def test_arguments(self):
        for command in (["run"], ["check"], ["lint"], ["explain"]):
            self.assertIn("missing", self.refused(*command))
        self.refused("tables", "too-many")
        self.refused("list", "--checks", "--messages")
        self.refused("list", "--checks", self.scenarios)
        self.assertIn("--deadline", self.refused("list", "--deadline", "60"))
        self.assertIn("--schema", self.refused("lint", "--schema", self.next_app))

    def test_the_script_of_tests_takes_no_arguments(self):
        for arguments, status in ((["--help"], 0), (["x"], 2), (["--help", "x"], 2)):
            done = subprocess.run([os.path.join(program.ROOT, "tools", "test"), *arguments], check=False,
                                  capture_output=True, timeout=program.SECONDS)
            self.assertEqual(done.returncode, status)
            self.assertIn(b"usage: ./tools/test", done.stderr if status else done.stdout)

    def test_an_unknown_subcommand(self):
        self.assertIn("did you mean run", self.refused("rnu"))
        self.refused("help", "rnu")
        self.refused()

    def test_help_shows_what_there_is(self):
        out, _ = self.expect(0, "help")
        for word in ("-h", "--help"):
            self.assertEqual(self.expect(0, word)[0], out)
        for command in re.findall(r"(?m)^  ([a-z]+) ", out):
            shown, _ = self.expect(0, command, "--help")
            self.assertEqual(shown, self.expect(0, command, "-h")[0])
            self.assertEqual(shown, self.expect(0, "help", command)[0])
            self.assertIn(f"Usage: actflow {command}", shown)
        self.assertRegex(self.expect(0, "--version")[0], r"^actflow [0-9]+\.[0-9]+\.[0-9]+ .*OpenSSL")

    def test_a_folder_without_scenarios(self):
        empty = os.path.join(self.folder, "empty")
        os.mkdir(empty)
        for command in ("run", "list", "lint"):
            _, err = self.expect(4, command, empty)
            self.assertIn("no scenario", err)
        os.rename(os.path.join(self.scenarios, "knox", "flow.yaml"), os.path.join(empty, "flow.yaml"))
        self.expect(4, "run", empty)
