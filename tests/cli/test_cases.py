"""test_cases.py - files that stand for many runs, checks that refuse, and runs over seeds and repeats."""
import os
import re

import program
from program import Program

CASES = """actflow: 1
scenario: the relay is slow by ${delay}, in ${suite}
flow: knox/flow.yaml
for:
  delay: [40ms, 90ms]
  suite: [p256, "p521"]
variant: next-app
seed: 7
wires: {relay: {delay: "${delay}", mtu: 1400}}
profile: {suite: "${suite}"}
expect:
  verdict: holds
"""
NAMES = ["delay=40ms,suite=p256", "delay=40ms,suite=p521", "delay=90ms,suite=p256",
         "delay=90ms,suite=p521"]


class Cases(Program):
    def setUp(self):
        super().setUp()
        self.path = self.write("cases.yaml", CASES)

    def test_each_case_is_a_run_of_its_own(self):
        out, _ = self.expect(0, "run", self.path)
        for name in NAMES:
            self.assertRegex(out, rf"(?m)^{re.escape(f'{self.path}[{name}]')}  holds +as expected ")
        self.assertTrue(out.endswith("\n4 as expected, 0 not, 0 inconclusive\n"))
        runs = self.objects("run", self.path, "--json", "-j", "2")
        self.assertEqual([r["case"] for r in runs], NAMES)
        self.assertEqual(runs[3]["scenario"], "the relay is slow by 90ms, in p521")
        self.assertEqual(len({r["head"] for r in runs}), 4)

    def test_a_case_is_chosen_by_its_values(self):
        out, _ = self.expect(0, "run", self.path, "--case", "suite=p256,delay=90ms")
        self.assertIn(f"{self.path}[{NAMES[2]}]", out)
        self.assertRegex(out, rf"(?m)^run again +actflow run {re.escape(self.path)} --case {NAMES[2]} --seed 7$")
        runs = self.objects("run", self.path, "--case", "suite=p521", "--json")
        self.assertEqual([r["case"] for r in runs], [NAMES[1], NAMES[3]])
        runs = self.objects("run", self.scenarios, "--case", "suite=p521", "--json")
        self.assertEqual([r["file"] for r in runs], [self.path] * 2)  # others have no such variable

    def test_what_no_file_has_is_refused(self):
        _, err = self.expect(2, "run", self.path, "--case", "suit=p256")
        self.assertIn('unknown variable in --case, expected one of delay, suite, actual "suit"', err)
        self.assertIn('did you mean "suite"', err)
        _, err = self.expect(2, "run", self.path, "--case", "suite=p52")
        self.assertIn('unknown value of suite in --case, expected one of p256, p521', err)
        for bad in ("", "suite", "=p256", ",".join(["suite=p256"] * 17)):
            self.expect(2, "run", self.path, "--case", bad)
        _, err = self.expect(2, "run", self.next_app, "--case", "suite=p256")
        self.assertIn("expected none", err)

    def test_values_that_are_in_no_case_together_match_nothing(self):
        listed = CASES.replace("  delay: [40ms, 90ms]\n  suite: [p256, \"p521\"]\n",
                               "  - {delay: 40ms, suite: p256}\n  - {delay: 90ms, suite: p521}\n")
        path = self.write("listed.yaml", listed)
        _, err = self.expect(4, "run", path, "--case", "delay=40ms,suite=p521")
        self.assertIn("expected a case with all of", err)
        self.expect(0, "run", path, "--case", "delay=40ms,suite=p256")

    def test_a_comma_of_a_value_is_written_with_a_backslash(self):
        text = re.sub(r"(?s)for:.*variant", "for: {what: ['a,b', 'it''s']}\nvariant", CASES, count=1)
        text = re.sub(r"(?m)^(wires|profile).*\n", "", text).replace("${delay}, in ${suite}", "${what}")
        path = self.write("comma.yaml", text)
        runs = self.objects("run", path, "--json")
        self.assertEqual([r["case"] for r in runs], ["what=a,b".replace(",", "\\,"), "what=it's"])
        (run,) = self.objects("run", path, "--json", "--case", "what=a\\,b")
        self.assertEqual(run, runs[0])

    def test_a_backslash_before_anything_else_is_one(self):
        text = re.sub(r"(?s)for:.*variant", "for: {what: ['a\\\\b', 'a\\\\,c']}\nvariant", CASES, count=1)
        text = re.sub(r"(?m)^(wires|profile).*\n", "", text).replace("${delay}, in ${suite}", "${what}")
        path = self.write("backslash.yaml", text)
        self.assertIn("'a\\b'", text)
        runs = [r["case"] for r in self.objects("run", path, "--json")]
        self.assertEqual(runs, ["what=a\\\\b", "what=a\\\\\\,c"])
        for given, met in (("what=a\\b", 0), (runs[0], 0), (runs[1], 1)):
            (run,) = self.objects("run", path, "--json", "--case", given)
            self.assertEqual(run["case"], runs[met])
        self.expect(2, "run", path, "--case", "what=ab")

    def test_a_variable_is_named_once(self):
        _, err = self.expect(2, "run", self.path, "--case", "suite=p256,suite=p521")
        self.assertIn('--case: expected each variable once, actual "suite" again', err)

    def test_the_count_says_how_to_run_one_case_again(self):
        again = "\nrun one again: actflow run FILE [--case NAME] --seed N\n"
        self.assertIn(again, self.expect(0, "run", self.path)[0])
        self.assertIn(again.replace(" [--case NAME]", ""), self.expect(0, "run", self.next_app, self.next_app)[0])

    def test_each_case_has_its_folder(self):
        self.expect(0, "run", self.path, "--out", "o")
        self.assertEqual(sorted(os.listdir(os.path.join(self.folder, "o", "cases"))), NAMES)
        self.expect(0, "run", self.path, "--case", NAMES[0], "--out", "one")
        self.assertEqual(self.read("one", "run.trace"), self.read("o", "cases", NAMES[0], "run.trace"))
        (checked,) = self.objects("check", "one/run.trace", "--json")
        self.assertEqual(checked["case"], NAMES[0])  # the trace says which case it is of

    def test_a_folder_has_a_safe_name(self):
        text = re.sub(r"(?s)for:.*variant", "for: {what: ['../..', '* *']}\nvariant", CASES, count=1)
        text = re.sub(r"(?m)^(wires|profile).*\n", "", text).replace("${delay}, in ${suite}", "${what}")
        self.expect(0, "run", self.write("odd.yaml", text), "--out", "o")
        self.assertEqual(sorted(os.listdir(os.path.join(self.folder, "o", "odd"))),
                         ["what=.._..~1", "what=___~2"])

    def test_an_error_of_several_cases_is_said_once(self):
        with open(os.path.join(program.ROOT, "tests/broken/yaml/for-values.yaml"), encoding="utf-8") as file:
            self.write("for-values.yaml", file.read())
        with open(os.path.join(program.ROOT, "tests/broken/yaml/for-values.txt"), encoding="utf-8") as file:
            wanted = file.read()
        path = os.path.join(self.scenarios, "knox", "for-values.yaml")
        _, err = self.expect(2, "lint", path)
        self.assertEqual(err.replace(path, "scenarios/for-values.yaml"), wanted)
        _, err = self.expect(2, "run", path, "--case", "seed=-1,outage=10s")
        self.assertIn("(case seed=-1,outage=10s)\n", err)

    def test_cases_are_listed_and_counted(self):
        listed = self.objects("list", self.scenarios, "--json")
        self.assertEqual([s["case"] for s in listed if s["file"] == self.path], NAMES)
        self.assertIn(f"{self.path}[{NAMES[0]}]", self.expect(0, "list", self.scenarios)[0])
        (linted,) = self.objects("lint", self.path, "--json")
        self.assertEqual((linted["result"], linted["cases"]), ("good", 4))

    def test_no_story_is_written_for_many_cases(self):
        self.write("cases.yaml", CASES + "  trace: |\n    ...\n")
        before = self.read(self.path)
        _, err = self.expect(2, "run", self.path, "--update-golden", "--case", NAMES[0])
        self.assertIn("actual one with `for:`", err)
        self.assertEqual(self.read(self.path), before)


class Refusing(Program):
    def expecting(self, by):
        text = self.text_of_next_app().replace("verdict: holds", f"verdict: holds\n  by: {by}", 1)
        path = self.write("by.yaml", text)
        self.place = text[:text.index("  by: ")].count("\n") + 1
        return path

    def word(self, by, status=1):
        (run,) = self.objects("run", self.expecting(by), "--json", status=status)
        return run

    def test_a_check_that_held_is_not_as_expected(self):
        run = self.word("noc.access_key_is_not_expired")
        self.assertEqual(run["result"], "not refused")
        self.assertEqual((run["errors"][0]["line"], run["errors"][0]["column"]), (self.place, 7))
        out, _ = self.expect(1, "run", self.expecting("noc.access_key_is_not_expired"))
        self.assertRegex(out, r"(?m)^result +not refused$")

    def test_a_check_that_was_never_asked_is_vacuous(self):
        names = [c["check"] for c in self.objects("list", "--checks", "--json")]
        self.expect(0, "run", self.next_app, "--out", "o")
        trace = self.read("o", "run.trace")
        asked = [n for n in names if n.encode() not in trace]
        self.assertTrue(asked)
        self.assertEqual(self.word(asked[0])["result"], "vacuous")
        self.assertEqual(self.word(f"[noc.access_key_is_not_expired, {asked[0]}]")["result"], "not refused")

    def test_a_check_that_is_none_is_refused(self):
        path = self.expecting("[uem.setup_mac_is_god, pipe.certificate_host]")
        for command in ("run", "lint"):
            _, err = self.expect(2, command, path)
            self.assertIn(f"{path}:{self.place}:8: unknown check, expected one of ", err)
            self.assertIn('(did you mean "uem.setup_mac_is_good"?)', err)
            self.assertEqual(err.count("unknown check"), 1)

    def test_the_words_are_explained(self):
        for word in ("vacuous", "not refused", "wrong-reason"):
            self.assertIn(f"{word}: a result", self.expect(0, "explain", word)[0])


class Sweeping(Program):
    def setUp(self):
        super().setUp()
        self.poor = os.path.join(self.scenarios, "knox", "next-app-poor-network.yaml")

    def test_every_seed_of_a_range_is_played(self):
        (sweep,) = self.objects("run", self.poor, "--seeds", "3..8", "--json", "-j", "2")
        runs = [self.objects("run", self.poor, "--seed", str(n), "--json")[0] for n in range(3, 9)]
        times = sorted(r["virtual_ns"] for r in runs)
        self.assertEqual((sweep["seeds"], sweep["repeats"], sweep["runs"]), (6, 1, 6))
        self.assertEqual(sweep["results"]["as expected"], 6)
        self.assertEqual(sweep["verdicts"], {"holds": 6, "violated": 0, "inconclusive": 0})
        self.assertEqual([sweep["virtual_ns"][k] for k in ("min", "median", "max")],
                         [times[0], times[2], times[5]])
        for name in ("virtual_ns", "tunnel_attempts", "packets_lost"):
            self.assertEqual(sum(b["count"] for b in sweep[name]["histogram"]), 6)
        self.assertGreater(sweep["packets_lost"]["max"], 0)
        self.assertGreaterEqual(sweep["tunnel_attempts"]["min"], 1)

    def test_jobs_change_no_byte(self):
        one = self.call("run", self.next_app, self.poor, "--seeds", "1-4")
        self.assertEqual(self.call("run", self.next_app, self.poor, "--seeds", "1-4", "-j", "3"), one)

    def test_repeats_have_one_chain_head(self):
        out, _ = self.expect(0, "run", self.next_app, "--repeat", "5", "-j", "2")
        (run,) = self.objects("run", self.next_app, "--json")
        self.assertIn("  chain heads     0 of 5 differ from the first of their seed\n", out)
        self.assertIn(f"  chain head      {run['head']}\n", out)
        self.assertRegex(out, r"\n5 runs in .* of wall-clock time: [0-9.]+ a second\n$")
        (sweep,) = self.objects("run", self.next_app, "--seeds", "1..2", "--repeat", "3", "--json")
        self.assertEqual((sweep["runs"], sweep["differing_heads"], sweep["difference"]), (6, 0, {}))
        self.assertEqual(sweep["virtual_ns"]["histogram"][0]["count"], 2)

    def test_failures_are_told_with_their_line_to_run_again(self):
        path = self.write("wrong.yaml", self.text_of_next_app().replace("result: 0", "result: -102"))
        out, _ = self.expect(1, "run", path, "--seeds", "1..12")
        self.assertIn("0 as expected, 12 not, 0 inconclusive", out)
        again = re.findall(r"(?m)^  not as expected  seed ([0-9]+)  run again: actflow (.*)$", out)
        self.assertEqual([seed for seed, _ in again], [str(n) for n in range(1, 11)])
        self.assertIn("  and 2 more\n", out)
        self.assertEqual(out.count("run again"), 10)
        self.expect(1, *again[9][1].split())
        (sweep,) = self.objects("run", path, "--seeds", "1..12", "--json", status=1)
        self.assertEqual((sweep["failing_count"], len(sweep["failing"])), (12, 10))

    def test_a_file_that_cannot_be_read_is_told_once(self):
        out, _ = self.expect(2, "run", self.write("bad.yaml", "actflow: 1\n"), "--seeds", "1..30")
        self.assertIn("30 not readable", out)
        self.assertEqual(out.count('missing key "flow"'), 1)

    def test_what_does_not_go_together_is_refused(self):
        for more in (["--out", "o"], ["--seed", "3"], ["--update-golden"]):
            _, err = self.expect(2, "run", self.next_app, "--seeds", "1..2", *more)
            self.assertIn(f"{more[0]} beside it", err)
        self.expect(2, "run", self.next_app, "--repeat", "2", "--out", "o")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "o")))
        for seeds in ("", "1", "2..1", "1..", "..2", "1...2", "-1..2", "1..1000001", "a..b",
                      "1..99999999999999999999"):
            _, err = self.expect(2, "run", self.next_app, f"--seeds={seeds}")
            self.assertIn("--seeds: expected A..B", err)
        for repeat in ("0", "x", "1000001"):
            self.expect(2, "run", self.next_app, "--repeat", repeat)
