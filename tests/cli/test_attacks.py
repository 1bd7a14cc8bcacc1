"""test_attacks.py - `attack:` names cases of the catalogue; `list --attacks` plays what shows them."""
import json
import os

from program import Program


LATE = "adversary: [{at: app, when: app > noc ActivationRequest, do: {delay: 1s}}]"


class Attacks(Program):
    LEFT_OUT = ("attacks",)

    def tagged(self, name, attack, replace=("", "")):
        """next-app.yaml as another file that shows these cases, by a message that is late."""
        text = self.text_without_story().replace("\nflow:", f"\nattack: {attack}\nflow:", 1).replace(*replace)
        return self.write(name, text.replace("\nexpect:", f"\n{LATE}\nexpect:", 1))

    def cases(self, *arguments, status):
        return [json.loads(line) for line in self.expect(status, "list", "--attacks", "--json", *arguments)[0].splitlines()]

    def test_an_unknown_case_is_refused_at_its_place(self):
        path = self.tagged("unknown.yaml", "K72")
        for command in ("run", "lint"):
            _, err = self.expect(2, command, path)
            self.assertIn(f"{path}:3:9: unknown attack, expected one of `actflow list --attacks`, actual K72, did "
                          "you mean K", err)
        path = self.tagged("twice.yaml", "[K20, K27, K20]")
        self.assertIn(f"{path}:3:20: attack, expected it once (first at 3:10)", self.expect(2, "lint", path)[1])
        for bad, what in (("[]", "3:9"), ("{K20: 1}", "3:9"), ("[K01, K02, K03, K04, K05, K06, K07, K08, K09]", "3:9"),
                          ('"a b"', "3:9")):
            path = self.tagged("bad.yaml", bad)
            self.assertIn(f"{path}:{what}: ", self.expect(2, "lint", path)[1], bad)

    def test_each_case_has_its_scenarios_or_its_reason_or_neither(self):
        shows = self.tagged("shows.yaml", "[K20, O05]")
        # What is expected of it does not come true.
        fails = self.tagged("fails.yaml", "K20", ("verdict: holds", "verdict: violated"))
        plain = self.next_app
        cases = self.cases(shows, fails, plain, status=1)
        by_id = {}
        for case in cases:
            by_id.setdefault(case["attack"], []).append(case)
        self.assertEqual([(c["scenario"], c["result"], c["verdict"]) for c in by_id["K20"]],
                         [(shows, "as expected", "holds"), (fails, "not as expected", "holds")])
        self.assertEqual([c["scenario"] for c in by_id["O05"]], [shows])
        self.assertEqual([(c["scenario"], c["reason"]) for c in by_id["K21"]], [("", "")])
        self.assertTrue(by_id["K31"][0]["reason"] and not by_id["K31"][0]["scenario"])
        out, _ = self.expect(1, "list", "--attacks", shows, fails)
        self.assertIn("2 have scenarios (2 runs, 1 not as expected)", out.splitlines()[-1])

    def test_what_is_done_to_the_run_must_be_in_it(self):
        for source, done in ((LATE, True), ("wires: {relay: {loss: 20%}}", True), ("wires: {relay: {duplicate: 50%}}", True),
                             ("wires: {relay: {mtu: 600}}", True), ("profile: {host_names: unchecked}", True),
                             ("crash: [{actor: user, when: 20s, down: 1s}]", True),
                             ("wires: {relay: {loss: 0%, mtu: 1400}}", False), ("wires: {console: {loss: 0.001%}}", False),
                             ("wires: {relay: {delay: 60ms}}", False), ("profile: {suite: p384}", False), ("", False)):
            path = self.tagged("shows.yaml", "T34", (LATE, ""))
            text = self.read(path).decode().replace(LATE, source, 1)
            (run,) = self.objects("run", self.write("shows.yaml", text), "--json", status=0 if done else 1)
            self.assertEqual(run["result"], "as expected" if done else "not-delivered", source)
            if not done:
                (error,) = run["errors"]
                self.assertEqual((error["line"], error["column"]), (3, 9))
                self.assertTrue(error["text"].startswith("attack: expected an act, a crash, a packet lost,"))

    def test_the_checks_are_those_that_the_file_expects(self):
        path = os.path.join(self.scenarios, "knox", "refusals", "second-use.yaml")
        [case] = [c for c in self.cases(path, status=1) if c["scenario"]]
        self.assertEqual((case["attack"], case["checks"]), ("K20", "noc.access_key_is_unspent"))

    def test_explain_says_what_shows_a_check_or_a_result(self):
        name = os.path.join(self.scenarios, "knox", "refusals", "not-entitled.yaml")
        here = os.path.relpath(name, self.folder)
        self.assertIn(f"  shown by {here}: ", self.expect(0, "explain", "uem.app_version_is_entitled")[0])
        for number in range(6):
            self.write(f"copy-{number}.yaml", "".join(open(name, encoding="utf-8")))
        out, _ = self.expect(0, "explain", "-105")
        self.assertEqual(out.count("  shown by scenarios/"), 5)
        self.assertRegex(out, r"\n  shown by \d+ more files\n$")
        # Of one case of a file, whose value is the name behind a dot.
        out, _ = self.expect(0, "explain", "uem.request_is_for_own_device")
        self.assertIn("  shown by ", out)
        text = "".join(open(name, encoding="utf-8"))
        text = text.replace("\nvariant:", "\nfor: {check: [setup_mac_is_good, token_is_young]}\nvariant:").replace(
            "by: uem.app_version_is_entitled", "by: uem.${check}")
        path = os.path.relpath(self.write("of-a-case.yaml", text), self.folder)
        self.assertIn(f"shown by {path}: ", self.expect(0, "explain", "uem.token_is_young")[0])
        self.assertNotIn(path, self.expect(0, "explain", "uem.token_is_unused")[0])
        out, _ = self.expect(0, "explain", "0")  # an exit status, too: every good run would show it
        self.assertNotIn("shown by", out)

    def test_explain_says_what_shows_it(self):
        out, _ = self.expect(0, "explain", "K20")
        self.assertIn("an access key is used twice", out)
        self.assertIn("second-use.yaml", out)
        self.assertNotIn("sixth-attempt.yaml", out)
        self.assertIn("cannot happen", self.expect(0, "explain", "T07")[0])
