"""test_runs.py - what `run`, `check` and the listing subcommands do with good input."""
import os
import re
import signal
import subprocess
import time

import program
from program import Program

SENTENCES = [str(n) for n in range(1, 18)]
KEYS = ["scenario", "file", "seed", "variant", "verdict", "result", "findings", "judged", "steps",
        "outcome", "virtual_ns", "records", "trace_bytes", "head"]


class Running(Program):
    def test_next_app_shows_every_sentence(self):
        out, err = self.expect(0, "run", self.next_app)
        shown = set(re.findall(r"\bS1\.([0-9]+)[a-z]? ", out))
        self.assertEqual(sorted(shown, key=int), SENTENCES)
        self.assertRegex(out, r"(?m)^verdict +holds$")
        self.assertRegex(out, r"(?m)^result +as expected$")
        self.assertRegex(out, r"(?m)^seed +7$")
        self.assertRegex(out, rf"(?m)^run again +actflow run {re.escape(self.next_app)} --seed 7$")
        self.assertEqual(err, "")

    def test_the_line_to_run_again_runs_again(self):
        out, _ = self.expect(0, "run", self.next_app, "--seed", "12345678901234567890")
        again = re.search(r"(?m)^run again +actflow (.*)$", out).group(1).split()
        self.assertEqual(self.expect(0, *again)[0], out)

    def test_the_same_seed_gives_the_same_bytes(self):
        self.expect(0, "run", self.next_app, "--out", "a")
        self.expect(0, "run", self.next_app, "--out", "b", "--seed", "7")
        self.expect(0, "run", self.next_app, "--out", "c", "--seed", "8")
        for name in ("run.trace", "run.secrets", "run.txt"):
            self.assertEqual(self.read("a", name), self.read("b", name), name)
            self.assertNotEqual(self.read("a", name), self.read("c", name), name)

    def test_the_systems_openssl_cnf_reaches_into_no_run(self):
        path = self.write("openssl.cnf", "openssl_conf = all\n[all]\nssl_conf = tls\n[tls]\n"
                          "system_default = set\n[set]\nRecordPadding = 512\n"
                          "CipherString = AES128-SHA\n")
        (plain,) = self.objects("run", self.next_app, "--json")
        (told,) = self.objects("run", self.next_app, "--json", env={"OPENSSL_CONF": path})
        self.assertEqual(plain["head"], told["head"])

    def test_json_has_its_keys_in_order(self):
        (run,) = self.objects("run", self.next_app, "--json", "--out", "o")
        self.assertEqual(list(run), KEYS)
        self.assertEqual((run["verdict"], run["result"], run["seed"]), ("holds", "as expected", 7))
        self.assertEqual(run["trace_bytes"], len(self.read("o", "run.trace")))
        self.assertEqual({s["id"].rstrip("abc") for s in run["steps"]}, {f"S1.{n}" for n in SENTENCES})
        self.assertEqual(run["outcome"]["app"], 0)
        times = [s["at_ns"] for s in run["steps"]]
        self.assertTrue(all(0 < t <= run["virtual_ns"] for t in times))

    def test_jobs_change_no_byte(self):
        for i in range(5):
            self.write(f"copy-{i}.yaml", self.text_of_next_app())
        self.write("wrong.yaml", self.text_of_next_app().replace("verdict: holds", "verdict: violated"))
        self.write("unreadable.yaml", "actflow: 2\n")
        for mode in ([], ["--json"]):
            one = self.call("run", self.scenarios, *mode)
            for jobs in ("2", "4"):
                self.assertEqual(self.call("run", self.scenarios, "-j", jobs, *mode), one)
        self.assertEqual(one[0], 2)

    def test_several_end_with_a_count(self):
        self.write("wrong.yaml", self.text_of_next_app().replace("verdict: holds", "verdict: violated"))
        out, _ = self.expect(1, "run", self.scenarios)
        self.assertRegex(out, r"\n[0-9]+ as expected, 1 not, 0 inconclusive\n$")
        self.assertRegex(out, r"(?m)^\S*wrong\.yaml +holds +not as expected +seed 7 ")
        self.assertIn("run again: actflow run", out)

    def test_being_told_to_end_leaves_nobody(self):
        for i in range(30):
            self.write(f"copy-{i}.yaml", self.text_of_next_app())
        child = subprocess.Popen([program.BINARY, "run", self.scenarios, "-j", "2", "--out", "o"],
                                 cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 start_new_session=True)
        child.stdout.readline()  # the first scenario is done, others are under way
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)
        self.assertEqual(child.returncode, -signal.SIGTERM)
        with self.assertRaises(ProcessLookupError):
            os.killpg(child.pid, 0)
        left = [f for _, _, files in os.walk(os.path.join(self.folder, "o")) for f in files]
        self.assertEqual([f for f in left if f.endswith(".part")], [])

    def disturbed(self, number, *arguments):
        """Many runs, during which one worker gets a signal; exit status, stdout, stderr."""
        for i in range(30):
            self.write(f"copy-{i}.yaml", self.text_of_next_app())
        child = subprocess.Popen([program.BINARY, "run", self.scenarios, *arguments],
                                 cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = child.stdout.readline()
        with open(f"/proc/{child.pid}/task/{child.pid}/children", encoding="ascii") as file:
            os.kill(int(file.read().split()[0]), number)
        out, err = child.communicate(timeout=60)
        return child.returncode, (first + out).decode(), err.decode()

    def test_a_run_that_dies_is_a_bug_and_the_others_go_on(self):
        status, out, err = self.disturbed(signal.SIGKILL, "-j", "2", "--out", "o")
        self.assertEqual(status, 70)
        self.assertRegex(err, r"\.yaml: bug: the run died of signal 9 .*: actflow run \S+\.yaml ")
        self.assertRegex(out, r"\n[0-9]{2} as expected, 1 not, 0 inconclusive\n$")
        left = [f for _, _, files in os.walk(os.path.join(self.folder, "o")) for f in files]
        self.assertEqual([f for f in left if f.endswith(".part")], [])

    def test_a_run_that_hangs_is_a_bug_and_the_others_go_on(self):
        status, out, err = self.disturbed(signal.SIGSTOP, "--deadline", "1")
        self.assertEqual(status, 70)
        self.assertIn("bug: no end after 1 s of wall-clock time", err)
        self.assertRegex(out, r"\n[0-9]{2} as expected, 1 not, 0 inconclusive\n$")


class Expectations(Program):
    def changed(self, old, new):
        text = self.text_of_next_app()
        self.assertIn(old, text)
        return self.write("changed.yaml", text.replace(old, new, 1))

    def place(self, path, word):
        lines = self.read(path).decode().splitlines()
        return next(i + 1 for i, line in enumerate(lines) if word in line)

    def test_another_verdict(self):
        path = self.changed("verdict: holds", "verdict: violated")
        out, _ = self.expect(1, "run", path)
        line = self.place(path, "verdict:")
        self.assertRegex(out.replace("\n             ", " "),
                         rf":{line}:[0-9]+: verdict: expected violated, actual holds")

    def test_another_outcome(self):
        path = self.changed("{result: 0}", "{result: -102}")
        out, _ = self.expect(1, "run", path)
        line = self.place(path, "result: -102")
        self.assertRegex(out.replace("\n             ", " "),
                         rf":{line}:[0-9]+: outcome of app: expected result -102, actual 0")

    def test_a_limit_is_no_silence(self):
        path = self.changed("steps: 2000", "steps: 20")
        status, out, _ = self.call("run", path)
        self.assertIn(status, (1, 3))
        self.assertIn(b"ended: steps", out.replace(b"\n             ", b" "))

    def golden(self):
        text = re.sub(r"(?m)^  trace: \|\n(    .*\n|\n)*", "", self.text_of_next_app())
        path = self.write("golden.yaml", text)
        self.expect(0, "run", path, "--update-golden")
        return path

    def test_a_golden_story_is_written_and_holds(self):
        path = self.golden()
        text = self.read(path).decode()
        self.assertRegex(text, r"(?m)^    \[ *[0-9]+ms\] admin +> uem +AssignApps$")
        self.assertRegex(text, r"(?m)^    \[ *[0-9]+ms\] uem +: .* S1\.[0-9]+[a-z]?$")
        self.expect(0, "run", path)
        self.expect(0, "run", path, "--update-golden")
        self.assertEqual(self.read(path).decode(), text)

    def test_another_story_is_located(self):
        path = self.golden()
        line = self.place(path, "> uem            AssignApps")
        self.write("golden.yaml", self.read(path).decode().replace("AssignApps", "RemoveApps", 1))
        out, _ = self.expect(1, "run", path)
        self.assertRegex(out.replace("\n             ", " "), rf":{line}:[0-9]+: story: expected .*Remo")

    def test_another_seed_does_not_compare_the_story(self):
        path = self.golden()
        self.write("golden.yaml", self.read(path).decode().replace("AssignApps", "RemoveApps", 1))
        out, _ = self.expect(0, "run", path, "--seed", "8")
        self.assertIn("golden story is not compared", out)

    def test_golden_stories_are_not_changed_by_machines(self):
        path = self.golden()
        self.write("golden.yaml", self.read(path).decode().replace("AssignApps", "RemoveApps", 1))
        before = self.read(path)
        self.expect(2, "run", path, "--update-golden", env={"CI": "true"})
        self.expect(2, "run", path, "--update-golden", "--seed", "8")
        self.assertEqual(self.read(path), before)
        self.expect(0, "run", path, "--update-golden", env={"CI": ""})
        self.assertNotEqual(self.read(path), before)


class Checking(Program):
    def setUp(self):
        super().setUp()
        (self.run_object,) = self.objects("run", self.next_app, "--json", "--out", "o")

    def test_a_recorded_trace_is_judged_the_same(self):
        (checked,) = self.objects("check", "o/run.trace", "--json")
        for key in set(KEYS) - {"file", "result"}:
            self.assertEqual(checked[key], self.run_object[key], key)

    def test_without_secrets_nothing_is_said_of_them(self):
        os.unlink(os.path.join(self.folder, "o/run.secrets"))
        _, err = self.expect(3, "check", "o/run.trace")
        self.assertIn("no secrecy claim can be judged", err)

    def test_other_secrets_are_refused(self):
        self.expect(0, "run", self.next_app, "--seed", "8", "--out", "p")
        self.expect(2, "check", "o/run.trace", "--secrets", "p/run.secrets")

    def test_a_truncated_trace_is_refused_everywhere(self):
        whole = self.read("o/run.trace")
        for size in (0, 1, 15, 16, 18, 20, 100, len(whole) // 2, len(whole) - 1):
            with open(os.path.join(self.folder, "o/run.trace"), "wb") as file:
                file.write(whole[:size])
            _, err = self.expect(2, "check", "o/run.trace")
            self.assertIn("run.trace", err)

    def test_a_changed_trace_never_holds(self):
        whole = self.read("o/run.trace")
        for at in range(5, len(whole), len(whole) // 40):
            changed = bytearray(whole)
            changed[at] ^= 1 << at % 8
            with open(os.path.join(self.folder, "o/run.trace"), "wb") as file:
                file.write(changed)
            _, err = self.expect(2, "check", "o/run.trace")
            self.assertRegex(err, r"^o/run\.trace: (record [0-9]+ at byte [0-9]+: |.*version|not a trace)")

    def test_only_the_trace_of_that_head_is_judged(self):
        head = self.run_object["head"]
        out, _ = self.expect(0, "check", "o/run.trace", "--head", head.upper())
        self.assertIn("verdict      holds", out)
        other = ("0" if head[0] != "0" else "1") + head[1:]
        out, err = self.expect(1, "check", "o/run.trace", "--head", other)
        self.assertEqual(out, "")
        self.assertIn(f"expected chain head {other}, actual {head}", err)
        for bad in ("", head[1:], head + "0", "g" + head[1:]):
            self.expect(2, "check", "o/run.trace", "--head", bad)
        self.assertIn("--head", self.expect(0, "check", "--help")[0])

    def test_another_variant_and_flow(self):
        self.expect(1, "check", "o/run.trace", "--variant", "first-app-admin")
        _, err = self.expect(2, "check", "o/run.trace", "--variant", "next-ap")
        self.assertIn("did you mean next-app", err)
        flow = self.read(self.scenarios, "knox", "flow.yaml") + b"# changed\n"
        _, err = self.expect(0, "check", "o/run.trace", "--flow", self.write("flow.yaml", flow))
        self.assertIn("is not the flow that the trace was recorded with", err)

    def test_a_flow_that_is_not_found(self):
        os.rename(self.scenarios, os.path.join(self.folder, "elsewhere"))
        _, err = self.expect(2, "check", "o/run.trace")
        self.assertIn("--flow", err)


class Listing(Program):
    def test_every_check_is_explained(self):
        checks = [c["check"] for c in self.objects("list", "--checks", "--json")]
        self.assertIn("uem.setup_mac_is_good", checks)
        self.assertEqual(len(checks), len(set(checks)))
        for check in checks:
            out, _ = self.expect(0, "explain", check)
            self.assertIn(f"{check} is a check", out)

    def test_every_source_is_explained(self):
        sources = [s["source"] for s in self.objects("list", "--sources", "--json")]
        self.assertTrue({"S1.12", "D1"} <= set(sources), sources)
        for source in sources:
            self.expect(0, "explain", source)

    def test_other_names_are_explained(self):
        for name in ("S1.12", "-102", "0", "74", "order", "secret", "pipe.certificate_host"):
            self.expect(0, "explain", name)
        _, err = self.expect(2, "explain", "uem.setup_mac_is_god")
        self.assertIn("did you mean uem.setup_mac_is_good", err)

    def test_scenarios_and_messages(self):
        files = [s["file"] for s in self.objects("list", self.scenarios, "--json")]
        self.assertIn(self.next_app, files)
        self.assertEqual(files, sorted(files))
        names = [m["message"] for m in self.objects("list", "--messages", "--json")]
        self.assertIn("SecureChannelSetup", names)

    def test_lint_is_content_with_the_project(self):
        out, err = self.expect(0, "lint", self.scenarios)
        self.assertRegex(out, r"^[0-9]+ good, 0 refused\n$")
        self.assertEqual(err, "")

    def test_tables_are_compared_line_by_line(self):
        tables, _ = self.expect(0, "tables")
        path = self.write("TABLES.md", tables)
        self.expect(0, "tables", "--check", path)
        lines = tables.splitlines(keepends=True)
        lines[20] = "changed\n"
        _, err = self.expect(1, "tables", "--check", self.write("TABLES.md", "".join(lines)))
        self.assertIn(f"{path}:21:1: expected ", err)
        self.expect(1, "tables", "--check", self.write("TABLES.md", tables + "more\n"))
        self.expect(2, "tables", "--check", "nowhere.md")

    def test_a_run_takes_little_time(self):
        begun = time.monotonic()
        self.expect(0, "run", self.next_app)
        self.assertLess(time.monotonic() - begun, 10)  # a hang, not a benchmark
