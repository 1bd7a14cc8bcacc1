"""test_diff.py - `diff` says where two traces part: by what records follow from, not by number or time."""
import os
import re

import traces
from program import Program

# Another key is typed than the one that was made: the NOC refuses it.
MISTYPED = """actflow: 1
scenario: the user types another key
flow: knox/flow.yaml
variant: first-app-admin
seed: 7
adversary:
  - {at: user, when: "user > app TypedKey", do: {type: {key: wrong}}}
"""
SLOW = """actflow: 1
scenario: an activated app obtains the access key for a new one
flow: knox/flow.yaml
variant: next-app
seed: 7
wires: {relay: {delay: 90ms}}
"""


class Differing(Program):
    def record(self, path, folder, *more):
        self.call("run", path, "--out", folder, *more)
        return folder + "/run.trace"

    def honest(self):
        return self.record(os.path.join(self.scenarios, "knox", "first-app-admin.yaml"), "honest")

    def test_a_trace_is_the_same_as_itself_and_as_its_repeat(self):
        one, two = self.honest(), self.record(os.path.join(self.scenarios, "knox", "first-app-admin.yaml"), "again")
        for other in (one, two):
            out, err = self.expect(0, "diff", one, other)
            self.assertIn("the traces are the same", out)
            self.assertNotIn("first divergence", out)
            self.assertEqual(err, "")
        (found,) = self.objects("diff", one, two, "--json")
        self.assertIs(found["same"], True)
        self.assertEqual(found["records"]["differing"], 0)

    def test_every_record_is_counted_once(self):
        one, two = self.honest(), self.record(self.write("mistyped.yaml", MISTYPED), "mistyped")
        (found,) = self.objects("diff", one, two, "--json", status=1)
        self.assertIs(found["same"], False)
        for side, trace in (("only_a", one), ("only_b", two)):
            counts, carried = found["records"], found["carried"]
            total = (counts["same"] + counts["differing"] + counts[side] + carried["differing"] + carried[side])
            self.assertEqual(total, len(self.objects("show", trace, "--json")) - 1)  # not that of the run

    def test_the_first_divergence_is_the_act_and_what_follows_is_told(self):
        one, two = self.honest(), self.record(self.write("mistyped.yaml", MISTYPED), "mistyped")
        out, _ = self.expect(1, "diff", one, two, "-v")
        self.assertRegex(out, r"first divergence\n  A has nothing that stands there\n  B record \d+\n"
                              r" +\d+\.0 ms  user +the adversary: type TypedKey")
        behind_b = out[out.index("what followed in B"):]
        self.assertIn("\u2717 noc.access_key_hash_matches", re.sub(r"\s+", " ", behind_b))
        self.assertIn("[S1.11]", re.sub(r"\s+", " ", behind_b))
        self.assertNotIn("\u2717", out[out.index("what followed in A"):out.index("what followed in B")])
        self.assertRegex(out, r"(?m)^    key +A access_key#\d +B another value$")
        (found,) = self.objects("diff", one, two, "--json", status=1)
        self.assertEqual(found["differing"][0]["values"][0]["what"], "key")
        self.assertEqual(found["differing"][0]["told"][0]["text"], "sends TypedKey to app on out_of_band")
        self.assertEqual(found["a"]["first_record"], 0)
        told = [step["record"] for step in found["b"]["followed"]]
        self.assertEqual(told, sorted(told))
        self.assertGreater(told[0], found["b"]["first_record"])
        records = {r["id"]: r for r in self.objects("show", two, "--json")}
        follows = {found["b"]["first_record"]}
        for number in sorted(records):
            if follows.intersection(records[number]["parents"]):
                follows.add(number)
        self.assertLessEqual(set(told), follows)

    def test_what_follows_is_bounded_unless_all_is_wanted(self):
        one, two = self.honest(), self.record(self.write("mistyped.yaml", MISTYPED), "mistyped")
        short, whole = (self.expect(1, "diff", one, two, *more)[0] for more in ((), ("-v",)))
        self.assertIn("more steps are left out; -v shows all", short)
        self.assertNotIn("left out", whole)
        self.assertGreater(len(whole), len(short))

    def test_a_slower_wire_only_moves_what_happens(self):
        one, two = self.record(self.next_app, "one"), self.record(self.write("slow.yaml", SLOW), "slow")
        (found,) = self.objects("diff", one, two, "--json", status=1)
        self.assertGreater(found["records"]["moved"], 500)
        self.assertEqual(found["records"]["only_a"], found["records"]["only_b"])
        self.assertLess(found["records"]["only_a"], 80)  # timers that a relay sets, and a race of two ways
        self.assertLess(found["records"]["differing"], 40)

    def test_another_seed_draws_other_values_for_the_same_steps(self):
        one, two = self.record(self.next_app, "one"), self.record(self.next_app, "two", "--seed", "8")
        out, _ = self.expect(1, "diff", one, two)
        self.assertRegex(out, r"\d+ same, \d+ differing, 0 only in A, 0 only in B")
        self.assertRegex(out, r"(?m)^    nonce +A [0-9a-f]{48}\.\.\. \(32 bytes\) +B [0-9a-f]{48}\.\.\. ")

    def test_no_secret_is_shown(self):
        one, two = self.honest(), self.record(self.write("mistyped.yaml", MISTYPED), "mistyped")
        values = [line.split("\t")[4] for folder in ("honest", "mistyped")
                  for line in self.read(folder, "run.secrets").decode().splitlines()]
        self.assertGreater(len(values), 20)
        shown = "".join(self.expect(1, "diff", one, two, *more)[0] for more in (("-v",), ("--json",)))
        for value in values:
            self.assertNotIn(value, shown)
            self.assertNotIn(bytes.fromhex(value).decode("latin-1"), shown)

    def test_a_filter_chooses_what_is_compared(self):
        one, two = self.honest(), self.record(self.write("mistyped.yaml", MISTYPED), "mistyped")
        out, _ = self.expect(0, "diff", one, two, "--filter", "actor = admin")
        self.assertIn("the traces are the same", out)
        out, _ = self.expect(1, "diff", one, two, "--filter", "check = noc.access_key_hash_matches")
        self.assertRegex(out, r"(?m)^    check noc.access_key_hash_matches +A holds +B fails$")
        self.assertRegex(out, r"(?m)^    to state ")
        out, _ = self.expect(1, "diff", one, two, "--filter", "step = S1.12")
        self.assertRegex(out, r"0 same, 0 differing, 1 only in A, 0 only in B")
        _, err = self.expect(4, "diff", one, two, "--filter", "actor = admin and time > 1h")
        self.assertIn("no record of either trace is chosen", err)
        _, err = self.expect(2, "diff", one, two, "--filter", "actor = amdin")
        self.assertIn("--filter:1:9:", err)

    def test_what_is_no_trace_is_refused_with_its_place(self):
        one = self.honest()
        with open(os.path.join(self.folder, "cut.trace"), "wb") as file:
            file.write(self.read(one)[:5000])
        _, err = self.expect(2, "diff", "cut.trace", "none.trace")
        self.assertRegex(err, r"(?m)^cut.trace: record \d+ at byte \d+: ")
        self.assertRegex(err, r"(?m)^none.trace: cannot be opened")
        self.expect(2, "diff", one, self.next_app)
        self.expect(2, "diff", one)
        self.expect(2, "diff", one, one, one)

    def test_long_traces_are_compared(self):
        for name, odd in (("a.trace", 0), ("b.trace", 15000)):
            made = traces.Trace(os.path.join(self.folder, name))
            made.write("run", [(15, "0" * 64), (16, "long"), (25, "knox/flow.yaml"), (26, "next-app"), (27, 7)])
            for i in range(2, 20000):
                made.write("sent", [(4, i - 1), (5, "app"), (6, "noc"), (7, "noc_session"), (9, 1),
                                    (10, "Done" if i != odd else "Refused"), (11, b"\0\1")])
            made.end()
        out, _ = self.expect(1, "diff", "a.trace", "b.trace")
        self.assertIn("14999 same, 0 differing, 5000 only in A, 5000 only in B", out)
        self.assertRegex(out, r"A record 15000\n.* sends Done to noc .*\n  B record 15000\n.* sends Refused to noc ")
