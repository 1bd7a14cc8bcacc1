"""test_rows.py - `list --rows` counts the rows that scenarios take, and exits 1 while a row has
neither scenario nor reason."""
import json
import os

from program import Program

ROW = ("machine", "state", "stimulus", "story")


class Rows(Program):
    LEFT_OUT = ("attacks",)

    def rows(self, *arguments):
        """Every row as an object, by what names it; the exit status must follow from them."""
        status, out, _ = self.call("list", "--rows", "--json", *arguments)
        rows = {tuple(r[k] for k in ROW): r for r in map(json.loads, out.decode().splitlines())}
        self.assertEqual(status, 0 if all(r["taken"] or r["reason"] for r in rows.values()) else 1)
        return rows

    def test_counts_are_those_of_the_steps_of_a_trace(self):
        self.expect(0, "run", self.next_app, "--out", "o")
        steps = self.objects("show", "o/run.trace", "--json", "--filter", "kind = step and text != ''")
        wanted = {}
        for step in steps:
            if step["source"]:
                key = (step["machine"], step["from"], step["stimulus"], step["text"])
                wanted[key] = wanted.get(key, 0) + 1
        rows = self.rows(self.next_app)
        self.assertEqual({k: r["taken"] for k, r in rows.items() if r["taken"]}, wanted)
        self.assertGreater(len(wanted), 50)
        for row in rows.values():
            self.assertEqual(row["scenario"], self.next_app if row["taken"] else "")

    def test_a_folder_is_all_its_scenarios_whatever_the_processes(self):
        one, two = self.rows(self.scenarios), self.rows(self.scenarios, "-j", "2")
        self.assertEqual(one, two)
        self.assertEqual(self.rows("scenarios"), self.rows())
        alone = self.rows(self.next_app)
        self.assertEqual(list(one), list(alone))
        for key, row in alone.items():
            self.assertGreaterEqual(one[key]["taken"], row["taken"])
        self.assertGreater(sum(r["taken"] > 0 for r in one.values()),
                           sum(r["taken"] > 0 for r in alone.values()))

    def test_every_case_of_a_file_is_played(self):
        text = self.text_of_next_app().replace("seed: 7", "seed: ${seed}\nfor: {seed: [7, 8, 9]}", 1)
        once, thrice = self.rows(self.next_app), self.rows(self.write("cases.yaml", text))
        first = next(key for key, row in once.items() if row["taken"])
        self.assertGreaterEqual(thrice[first]["taken"], 3 * once[first]["taken"])
        self.assertRegex(thrice[first]["scenario"], r"cases\.yaml *[\[(]seed=7[\])]$")

    def test_the_text_says_the_same(self):
        rows = self.rows(self.next_app)
        out, err = self.expect(1, "list", "--rows", self.next_app)
        self.assertEqual(err, "")
        for row in rows.values():
            line = f"{row['state']}, at \"{row['stimulus']}\": {row['story']} [{row['source']}]\n"
            self.assertEqual(line in out, row["taken"] == 0, line)
        every, _ = self.expect(1, "list", "--rows", "-v", self.next_app)
        for row in rows.values():
            self.assertIn(f"{row['taken'] or '-':>7}  {row['state']}, at \"{row['stimulus']}\": {row['story']}",
                          every)
        taken = sum(r["taken"] > 0 for r in rows.values())
        reasons = sum(r["reason"] != "" for r in rows.values())
        self.assertIn(f"\n{taken} of {len(rows)} rows are taken by 1 scenario; of the other {len(rows) - taken}, "
                      f"{reasons} have a reason and {len(rows) - taken - reasons} none\n", out)

    def test_a_row_for_several_states_counts_once_for_each(self):
        rows = self.rows(self.scenarios)
        told = [r for r in rows.values() if r["story"] == "the user is told once more of the app"]
        self.assertEqual(len(told), 8)
        self.assertEqual([r["to"] for r in told], [r["state"] for r in told])
        retried = [r for r in rows.values() if r["machine"] == "app" and r["stimulus"] == "launch"
                   and r["to"] == "await handover"]
        self.assertEqual([r["state"] for r in retried], ["await launch", "failed"])
        self.assertEqual(len({r["story"] for r in retried}), 1)
        self.assertGreater(min(r["taken"] for r in retried), 0)
        alone = {r["state"]: r["taken"] for r in self.rows(self.next_app).values()
                 if r["story"] == retried[0]["story"]}
        self.assertEqual(alone, {"await launch": 1, "failed": 0})
        self.assertGreater(retried[1]["taken"], 0)

    def test_a_scenario_that_cannot_be_read_is_an_error(self):
        path = self.write("bad.yaml", "actflow: 1\nscenari: x\n")
        out, err = self.expect(2, "list", "--rows", self.next_app, path)
        self.assertEqual(out, "")
        self.assertRegex(err, r"bad\.yaml:2:1: ")
        _, linted = self.expect(2, "lint", path)
        self.assertEqual(err, linted)
        os.mkdir(os.path.join(self.folder, "empty"))
        self.expect(4, "list", "--rows", "empty")

    def test_options_of_rows_are_for_rows(self):
        for arguments in (["-v"], ["-j", "2"], ["--checks", "-v"], [self.scenarios, self.scenarios],
                          ["--rows", "--checks"]):
            out, err = self.expect(2, "list", *arguments)
            self.assertEqual(out, "")
            self.assertIn("actflow list: ", err)
