"""test_why.py - how a violated run came to what is found in it is told, and the fewest acts that it needs."""
import os
import re

from program import Program

# Two of these acts pass a key on to another user; the others have nothing to do with it.
RACE = """actflow: 1
scenario: two devices race with one access key
flow: knox/flow.yaml
variant: first-app-admin
seed: 7
devices: {count: 2}
crash:
  - {actor: proxy, when: 30s, down: 1s}
adversary:
  - {at: user@1, when: "user@1 > app@1 TypedKey", do: {capture: first}}
  - {at: user@2, when: "user@2 > app@2 TypedKey", do: {set: {uid: "@first.uid", key: "@first.key"}, delay: 100ms}}
expect:
  verdict: violated
  by: noc.access_key_is_unspent
"""
CASES = RACE.replace("seed: 7\n", "seed: 7\nfor: {down: [1s, 2s]}\n").replace("down: 1s", 'down: "${down}"')
SUBJECT = "secret(access_key): user@2 had access_key#1"


def unwrapped(text):
    return re.sub(r"\s+", " ", text)


class Reasons(Program):
    def setUp(self):
        super().setUp()
        self.race = self.write("race.yaml", RACE)

    def steps(self, text):
        """Numbers of the steps that a telling shows."""
        return [int(n) for n in re.findall(r"(?m)^ +(\d+) +[\d.]+ m?s  \S", text)]

    def test_a_violated_run_says_in_short_how_it_came_to_it(self):
        out, _ = self.expect(0, "run", self.race)
        told = out[out.index("\nbecause "):out.index("\nresult ")]
        self.assertIn(SUBJECT, unwrapped(told))
        self.assertEqual(len(self.steps(told)), 8)
        left = int(re.search(r"\.\.\. (\d+) earlier steps are left out; -v tells all", told).group(1))
        self.assertEqual(self.steps(told), list(range(left + 1, left + 9)))
        self.assertRegex(told, r"user@1 +the adversary: capture TypedKey")
        self.assertRegex(told, r"user@2 +the adversary: set TypedKey")
        self.assertRegex(told, r"sends TypedKey to app@2 on out_of_band\n?$")
        self.assertIn("[S1.10]", told)
        whole = self.expect(0, "run", self.race, "-v")[0]
        whole = whole[whole.index("\nbecause "):whole.index("\nresult ")]
        self.assertNotIn("left out", whole)
        self.assertEqual(self.steps(whole), list(range(1, left + 9)))

    def test_a_run_that_holds_has_nothing_to_tell(self):
        out, _ = self.expect(0, "run", self.next_app)
        self.assertNotIn("because", out)
        (run,) = self.objects("run", self.next_app, "--json")
        self.assertNotIn("why", run)

    def test_a_recorded_one_tells_the_same(self):
        (run,) = self.objects("run", self.race, "--json", "--out", "o")
        (shown,) = self.objects("show", "o/run.trace", "--why", "verdict", "--json")
        self.assertEqual(shown["steps"], run["why"])
        self.assertEqual(shown["record"], run["findings"][0]["record"])
        self.assertEqual(shown["steps"][-1]["record"], shown["record"])
        self.assertIn(SUBJECT, shown["finding"])
        text, _ = self.expect(0, "show", "o/run.trace", "--why", "verdict")
        self.assertEqual(self.steps(text), list(range(1, len(run["why"]) + 1)))
        checked, _ = self.expect(1, "check", "o/run.trace")
        self.assertIn(SUBJECT, unwrapped(checked[checked.index("\nbecause "):]))

    def test_what_is_told_is_what_the_record_follows_from(self):
        self.expect(0, "run", self.race, "--out", "o")
        records = {r["id"]: r for r in self.objects("show", "o/run.trace", "--json")}
        refused = next(r for r in records.values() if any(not c["holds"] for c in r["checks"]))
        (shown,) = self.objects("show", "o/run.trace", "--why", str(refused["id"]), "--json")
        told = [step["record"] for step in shown["steps"]]
        self.assertEqual(shown["finding"], "")
        self.assertEqual(told[-1], refused["id"])
        self.assertEqual(max(told), refused["id"])
        before, left = set(), [refused["id"]]
        while left:
            number = left.pop()
            if number not in before:
                before.add(number)
                left += records[number]["parents"]
        acts = {n for n in before if records[n]["kind"] == "act"}
        self.assertEqual(len(acts), 3)
        captures = {n for n, r in records.items() if r["name"] == "capture"}
        self.assertEqual({n for n in told if records[n]["kind"] == "act"}, acts | captures)
        for number in told:
            self.assertIn(records[number]["kind"],
                          ("sent", "accepted", "step", "act", "claim", "outcome", "judged"))
            if records[number]["kind"] != "step":
                self.assertNotIn(records[number]["message"], ("Datagram", "SignalData", "RelayedDatagram"))

    def test_what_cannot_be_asked_is_refused(self):
        self.expect(0, "run", self.race, "--out", "o")
        for wrong in ("0", "999999", "x", "-1", "99999999999999999999"):
            _, err = self.expect(2, "show", "o/run.trace", f"--why={wrong}")
            self.assertIn("o/run.trace: --why: expected verdict, or a record from 1 to ", err)
        self.expect(2, "show", "o/run.trace", "--why", "verdict", "--filter", "actor = uem")
        self.expect(0, "run", self.next_app, "--out", "h")
        _, err = self.expect(4, "show", "h/run.trace", "--why", "verdict")
        self.assertIn("the verdict is holds", err)


class Fewest(Program):
    def setUp(self):
        super().setUp()
        self.race = self.write("race.yaml", RACE)

    def test_what_is_left_is_what_is_needed(self):
        (found,) = self.objects("run", self.race, "--minimise", "--json")
        self.assertEqual([a["act"] for a in found["left"]], ["capture first at user@1", "set key at user@2"])
        self.assertEqual({a["act"] for a in found["removed"]},
                         {"crash proxy", "set uid at user@2", "delay at user@2"})
        self.assertEqual(found["finding"]["subject"], "secret(access_key)")
        self.assertGreater(found["replays"], 4)
        lines = RACE.splitlines()
        for act, word in zip(found["left"], ("capture:", "key:")):
            self.assertTrue(lines[act["line"] - 1][act["column"] - 1:].startswith(word), act)
        self.assertEqual(found["why"][-1]["actor"], "user@2")
        self.assertEqual(found["written"], "")
        out, _ = self.expect(0, "run", self.race, "--minimise")
        self.assertIn(f"minimal      2 of 5 acts, found with {found['replays']} replays\n", out)
        for act in found["left"]:
            self.assertIn(f"  {self.race}:{act['line']}:{act['column']}: {act['act']}\n", out)

    def test_the_minimal_scenario_is_written_and_comes_to_the_same(self):
        folder = os.path.join(self.scenarios, "knox", "small")
        out, _ = self.expect(0, "run", self.race, "--minimise", "--out", folder)
        written = os.path.join(folder, "minimal.yaml")
        self.assertTrue(out.endswith(f"written      {written}\n"))
        self.assertEqual(os.listdir(folder), ["minimal.yaml"])
        self.expect(0, "lint", written)
        (run,) = self.objects("run", written, "--json")
        self.assertEqual(run["verdict"], "violated")
        self.assertIn("secret(access_key)", [f["subject"] for f in run["findings"]])
        (again,) = self.objects("run", written, "--minimise", "--json")
        self.assertEqual(again["removed"], [])
        text = self.read(written).decode()
        for line in ("        key: \"@first.key\"\n", "      capture: first\n"):
            self.assertIn(line, text)
        for gone in ("crash", "delay", "uid", "proxy"):
            self.assertNotIn(f"{gone}:", text)

    def minimal_again(self, path, *options, knocked=()):
        """What is written of a scenario, played as it is; its text."""
        folder = os.path.join(self.scenarios, "minimal")
        self.expect(0, "run", "--minimise", path, "--out", folder, *options, *knocked)
        written = os.path.join(folder, "minimal.yaml")
        out, err = self.expect(0, "run", written, *knocked)
        self.assertIn("\nverdict      violated", out, err)
        return self.read(written).decode()

    def test_what_is_written_of_an_attack_can_be_read_again(self):
        race = RACE.replace("\nflow:", "\nattack: K01\nflow:") + "  outcome: {app@1: {result: 0}}\n"
        text = self.minimal_again(self.write("attack.yaml", race))
        self.assertNotIn("attack:", text)

    def test_what_is_written_has_the_seed_that_was_played(self):
        text = self.minimal_again(self.race, "--seed", "11")
        self.assertIn("\nseed: 11\n", text)
        self.assertNotIn("seed: 7", text)

    def test_a_key_that_says_more_of_an_act_goes_with_it(self):
        # The flips are lost in what does not pass at all.
        text = RACE[:RACE.index("devices:")] + """adversary:
  - on: [noc_session]
    when: "secure_connect > noc packet #1..1000"
    do: {flip: 900, checksum: keep, drop: true}
expect: {verdict: violated, reaches: {device: S1.11}}
"""
        written = self.minimal_again(self.write("flips.yaml", text))
        self.assertNotIn("checksum", written)
        self.assertIn("drop: true", written)

    def test_the_fewest_acts_without_a_check(self):
        text = RACE[:RACE.index("devices:")] + """adversary:
  - {at: user, when: "user > app TypedKey", do: {type: {key: wrong}}}
  - {at: app, when: "app > noc ActivationRequest", do: {delay: 1ms}}
expect: {by: noc.access_key_hash_matches, outcome: {app: {result: -101}}, reaches: {device: S1.10}}
"""
        path = self.write("typed.yaml", text)
        self.expect(4, "run", "--minimise", path)
        knocked = ("--knockout", "noc.access_key_hash_matches")
        written = self.minimal_again(path, knocked=knocked)
        self.assertIn("# Only without checks: --knockout noc.access_key_hash_matches\n", written)
        _, err = self.expect(2, "run", "--minimise", path, "--knowledge")
        self.assertIn("--minimise: expected no --knowledge beside it, actual both", err)

    def test_one_case_is_taken_of_several(self):
        path = self.write("cases.yaml", CASES)
        _, err = self.expect(2, "run", path, "--minimise")
        self.assertIn("expected one scenario, or one case of it (--case), actual 2", err)
        folder = os.path.join(self.scenarios, "knox", "small")
        (found,) = self.objects("run", path, "--case", "down=2s", "--minimise", "--json", "--out", folder)
        self.assertEqual(found["case"], "down=2s")
        self.assertEqual(len(found["left"]), 2)
        self.assertNotIn("for:", self.read(folder, "minimal.yaml").decode())

    def test_a_violation_that_needs_no_act_says_so(self):
        text = self.text_of_next_app().split("expect:")[0]
        text += 'adversary: [{at: user, when: "user > device InstallApp", do: {delay: 1s}}]\n'
        path = self.write("further.yaml", text + "expect: {reaches: {device: S1.10}}\n")  # it goes on
        (found,) = self.objects("run", path, "--minimise", "--json", "--seed", "9")
        self.assertEqual(found["finding"]["kind"], "never")
        self.assertEqual((found["seed"], found["left"]), (9, []))
        self.assertEqual([a["act"] for a in found["removed"]], ["delay at user"])
        out, _ = self.expect(0, "run", path, "--minimise")
        self.assertIn("minimal      0 of 1 act, ", out)
        self.assertIn("none: it comes to this without any\n", out)

    def test_what_is_not_violated_has_no_fewest(self):
        _, err = self.expect(4, "run", self.next_app, "--minimise")
        self.assertIn(f"{self.next_app}: --minimise: expected a run whose verdict is violated", err)
        self.expect(2, "run", self.race, "--minimise", "--seeds", "1..2")
        self.expect(2, "run", self.race, "--minimise", "--repeat", "2")
        self.expect(2, "run", self.race, "--minimise", "--update-golden")
        self.expect(2, "run", self.race, "--minimise", "--deadline", "5")
        self.expect(2, "run", self.race, self.next_app, "--minimise")

    def test_a_folder_that_cannot_be_made_is_said(self):
        self.write("occupied", "")
        folder = os.path.join(self.scenarios, "knox", "occupied")
        _, err = self.expect(74, "run", self.race, "--minimise", "--out", folder)
        self.assertIn(f"{folder}/minimal.yaml: cannot be written", err)
