"""test_runs.py - what `run`, `check` and the listing subcommands do with good input."""
import json
import os
import re
import resource
import shlex
import signal
import subprocess
import time

import program
from program import Program

SENTENCES = [str(n) for n in range(1, 18)]
KEYS = ["scenario", "file", "case", "seed", "variant", "verdict", "result", "flow_matches", "errors", "beyond",
        "findings", "judged", "revealed", "guessed", "steps", "outcome", "used", "limits", "ended", "virtual_ns", "records",
        "trace_bytes", "head"]


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

    def test_the_line_to_run_again_is_for_a_shell(self):
        for name in ("-a.yaml", "a b$(c)'d\".yaml", "a\nb\x1b'.yaml", "\u00e4.yaml"):
            with open(os.path.join(self.scenarios, name), "w", encoding="utf-8") as file:
                file.write(self.text_of_next_app())
            done = subprocess.run([program.BINARY, "run", "--", name], cwd=self.scenarios, check=True,
                                  capture_output=True)
            again = re.search(rb"(?m)^run again +actflow (.*)$", done.stdout).group(1)
            shell = subprocess.run(["bash", "-c", b'"$0" ' + again, program.BINARY],
                                   cwd=self.scenarios, check=True, capture_output=True)
            self.assertEqual(shell.stdout, done.stdout)

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
        child.communicate(timeout=program.SECONDS)
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
        out, err = child.communicate(timeout=program.SECONDS)
        return child.returncode, (first + out).decode(), err.decode()

    def test_a_run_that_dies_is_a_bug_and_the_others_go_on(self):
        for number in (signal.SIGSEGV, signal.SIGABRT):
            status, out, err = self.disturbed(number, "-j", "2", "--out", "o")
            self.assertEqual(status, 70)
            self.assertRegex(err, r"\.yaml(\[.*\])?: bug: the run (died of signal|ended with status) [0-9]+.*: actflow run \S+\.yaml ")
            self.assertRegex(out, r"\n[0-9]{2} as expected, 1 not, 0 inconclusive\n$")
            left = [f for _, _, files in os.walk(os.path.join(self.folder, "o")) for f in files]
            self.assertEqual([f for f in left if f.endswith(".part")], [])

    def test_a_run_that_is_killed_is_no_bug_and_the_others_go_on(self):
        status, out, err = self.disturbed(signal.SIGKILL, "-j", "2")
        self.assertEqual(status, 5)
        self.assertRegex(err, r"\.yaml(\[.*\])?: the run was ended from outside, by signal 9 .*: actflow run \S+ ")
        self.assertNotIn("bug", err)
        self.assertRegex(out, r"\n[0-9]{2} as expected, 1 not, 0 inconclusive\n$")

    def test_a_run_that_hangs_is_no_bug_and_the_others_go_on(self):
        status, out, err = self.disturbed(signal.SIGSTOP, "--deadline", "10", "--json")
        self.assertEqual(status, 5)
        self.assertIn(": no end after 10 s of wall-clock time; --deadline S allows more; ", err)
        self.assertNotIn("bug", err)
        lost = [o for o in map(json.loads, out.splitlines()) if o["result"] == "lost"]
        self.assertEqual([list(o) for o in lost], [["file", "case", "result", "errors", "beyond"]])
        self.assertRegex(lost[0]["errors"][0]["text"], r"actflow run \S+ --seed [0-9]+ --deadline 10 ")

    def test_a_file_that_cannot_be_read_is_an_object_too(self):
        path = self.write("unreadable.yaml", "actflow: 2\n")
        run, = self.objects("run", path, "--json", status=2)
        self.assertEqual((run["file"], run["result"]), (path, "refused"))
        self.assertEqual(run["errors"][0]["line"], 1)
        results = [o["result"] for o in self.objects("run", self.scenarios, "--json", status=2)]
        self.assertEqual(results.count("refused"), 1)
        self.assertEqual(set(results), {"refused", "as expected"})

    def test_few_descriptors_are_said_in_one_line(self):
        for most in range(3, 13):
            status, out, err = self.call("run", self.next_app, preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_NOFILE, (most, most)))
            self.assertIn(status, (0, 2, 5) if most > 4 else (5, 127), (most, err))
            self.assertEqual(err.count(b"\n"), 0 if status == 0 else 1, (most, err))


class Expectations(Program):
    def changed(self, old, new):
        text = self.text_of_next_app()
        self.assertIn(old, text)
        return self.write("changed.yaml", text.replace(old, new, 1))

    def joined(self, out):
        """Text of a report without the breaks of its lines."""
        return out.replace("\n             ", " ")

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
        text = re.sub(r"(?m)^  trace: \|\n(    .*\n|\n)*", "", self.text_of_next_app())
        text = re.sub(r"(?m)^  outcome: .*\n", "", text)
        path = self.write("short.yaml", text.replace("steps: 2000", "steps: 20"))
        status, out, _ = self.call("run", path)
        self.assertEqual(status, 3)
        self.assertIn(b"ended: steps", out.replace(b"\n             ", b" "))

    def test_a_failure_is_not_the_success_that_was_expected(self):
        text = re.sub(r"(?m)^  trace: \|\n(    .*\n|\n)*", "", self.text_of_next_app())
        text = text.replace("verdict: holds", "verdict: violated").replace("virtual: 2min", "virtual: 45min")
        path = self.write("deaf.yaml", text.replace("expect:", "wires: {relay: {loss: 100%}}\nexpect:"))
        status, out, _ = self.call("run", path)
        self.assertEqual(status, 1)
        self.assertIn(b"outcome of app: expected result 0, actual -101", out.replace(b"\n             ", b" "))

    def test_the_mismatches_are_in_the_object(self):
        path = self.changed("{result: 0}", "{result: -102}")
        (run,) = self.objects("run", path, "--json", status=1)
        error = run["errors"][0]
        self.assertEqual((error["file"], error["line"]), (path, self.place(path, "result: -102")))
        self.assertEqual(error["text"], "outcome of app: expected result -102, actual 0")
        self.assertEqual(run["ended"], "quiet")
        self.assertEqual(sorted(run["limits"]), ["bytes", "steps", "virtual_ns"])
        for name, limit in run["limits"].items():
            self.assertTrue(0 < run["used"][name] <= limit, name)

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

    def test_only_the_story_of_the_expected_verdict_is_written(self):
        text = re.sub(r"(?m)^  trace: \|\n(    .*\n|\n)*", "", self.text_of_next_app())
        path = self.write("golden.yaml", text.replace("verdict: holds", "verdict: violated", 1))
        before = self.read(path)
        out, _ = self.expect(1, "run", path, "--update-golden")
        self.assertIn("--update-golden writes no story", out)
        self.assertEqual(self.read(path), before)

    def test_no_advice_that_would_be_refused(self):
        path = self.golden()
        self.write("golden.yaml", self.read(path).decode().replace("AssignApps", "RemoveApps", 1))
        self.assertIn("--update-golden writes it", self.joined(self.expect(1, "run", path)[0]))
        out, _ = self.expect(1, "run", path, env={"CI": "1"})
        self.assertIn("story: expected", self.joined(out))
        self.assertNotIn("--update-golden", out)

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
        for key in set(KEYS) - {"file", "result", "limits", "revealed", "guessed"}:
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

    def test_where_a_run_was_to_end_is_said_by_whoever_checks(self):
        out, _ = self.expect(0, "check", "o/run.trace")
        self.assertRegex(out, r"(?m)^to end at +not said, so judged by the flow's whole order")
        out, _ = self.expect(1, "check", "o/run.trace", "--reaches", "device=S1.10")
        self.assertRegex(out, r"(?m)^to end at +device=S1\.10$")
        self.assertIn("S1.11 was seen, and the run was to end at S1.10", out)
        (checked,) = self.objects("check", "o/run.trace", "--json", "--reaches", "app=S1.17")
        self.assertEqual(checked["reaches"], ["app=S1.17"])
        self.assertEqual(checked["verdict"], "holds")
        for bad in ("", "device", "noc=S1.10", "app@0=S1.10", "device=S1.3a", "device=S1.4b"):
            _, err = self.expect(2, "check", "o/run.trace", "--reaches", bad)
            self.assertIn(f'actual "{bad}"', err)
        _, err = self.expect(2, "check", "o/run.trace", "--reaches", "device=S1.9",
                             "--reaches", "app=S1.10")
        self.assertIn("once for each device", err)
        self.expect(0, "check", "o/run.trace", "--reaches", "device@1=S1.17")
        for step in ("S1.10", "S1.17"):
            out, _ = self.expect(1, "check", "o/run.trace", "--reaches", f"device@99={step}")
            self.assertIn(f"device 99 was to end at {step}, and is not in the run", out)

    def test_a_run_that_was_to_end_early_is_not_to_go_on(self):
        text = self.read(self.next_app).replace(
            b"  verdict: holds\n", b"  verdict: violated\n  reaches: {device: S1.10}\n")
        (run,) = self.objects("run", self.write("early.yaml", text), "--json")
        self.assertIn("was to end at S1.10", str(run["findings"]))
        self.assertEqual(run["verdict"], "violated")

    def test_the_only_device_may_be_called_by_its_number(self):
        old, new = b"outcome: {app: {result: 0}}", b"outcome: {app@1: {result: %d}}\n  reaches: {device@1: S1.17}"
        self.assertIn(old, self.read(self.next_app))
        self.expect(0, "run", self.write("one.yaml", self.read(self.next_app).replace(old, new % 0)))
        out, err = self.expect(1, "run", self.write("one.yaml", self.read(self.next_app).replace(old, new % 1)))
        self.assertIn("outcome of app: expected result 1, actual 0", out + err)

    def test_another_variant_and_flow(self):
        self.expect(1, "check", "o/run.trace", "--variant", "first-app-admin")
        _, err = self.expect(2, "check", "o/run.trace", "--variant", "next-ap")
        self.assertIn("did you mean next-app", err)
        flow = self.read(self.scenarios, "knox", "flow.yaml") + b"# changed\n"
        _, err = self.expect(0, "check", "o/run.trace", "--flow", self.write("flow.yaml", flow))
        self.assertIn("is not the flow that the trace was recorded with", err)
        out, _ = self.expect(0, "check", "o/run.trace", "--flow", os.path.join(self.scenarios, "knox/flow.yaml"))
        self.assertRegex(out, r"(?m)^flow +not the recorded one: ")
        self.assertRegex(out, r"(?m)^verdict +holds, by another flow")
        (checked,) = self.objects("check", "o/run.trace", "--json")
        self.assertIs(checked["flow_matches"], False)

    def test_the_line_to_check_again_has_all_options(self):
        os.rename(os.path.join(self.folder, "o"), os.path.join(self.folder, "-o it's"))
        given = ["--flow", "scenarios/knox/flow.yaml", "--variant", "next-app", "--secrets",
                 "-o it's/run.secrets", "--head", self.run_object["head"],
                 "--reaches", "device=S1.17"]
        out, _ = self.expect(0, "check", *given, "--", "-o it's/run.trace")
        again = shlex.split(re.search(r"(?m)^run again +actflow (.*)$", out).group(1))
        self.assertEqual(again, ["check", *given, "--", "-o it's/run.trace"])
        self.assertEqual(self.expect(0, *again)[0], out)

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
        (run,) = self.objects("run", self.next_app, "--json")
        words = [run["verdict"], run["ended"], *run["limits"]] + [j["name"] for j in run["judged"]]
        for word in ["violated", "inconclusive"] + [w.removesuffix("_ns") for w in words]:
            out, _ = self.expect(0, "explain", word)
            self.assertIn(f"{word}: ", out)
        for name, said in (("130", "SIGINT"), ("143", "SIGTERM"), ("not reached", "expect.reaches"),
                           ("kind", "sent, accepted, step, timer, ...\n"), ("state", "left or entered.\n")):
            self.assertIn(said, self.expect(0, "explain", name)[0])
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

    def test_the_schema_is_printed(self):
        schema = json.loads(self.expect(0, "lint", "--schema")[0])
        self.assertEqual(schema["$schema"], "http://json-schema.org/draft-07/schema#")
        self.assertIn("variant", schema["properties"])

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
