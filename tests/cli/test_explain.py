"""test_explain.py - what names and refusals tell somebody who has read nothing but the README."""
import os
import pty
import re

from program import Program

REFUSED = """actflow: 1
scenario: the NOC's certificate has expired
flow: knox/flow.yaml
variant: next-app
seed: 7
adversary:
  - {at: noc, when: 0s, do: {present: expired, channel: noc_session}}
expect:
  verdict: holds
  outcome: {app: {result: -101}}
  by: pipe.certificate_time
"""


class Names(Program):
    def test_all_that_a_flow_names_is_explained(self):
        with open(os.path.join(self.scenarios, "knox", "flow.yaml"), encoding="utf-8") as file:
            text = file.read()
        for key, kind, least in (("actors", "actor", 10), ("channels", "channel", 14), ("steps", "step", 20)):
            part = re.search(rf"(?ms)^{key}:.*?(?=^[a-z])", text).group(0)
            names = re.findall(r"(?m)^  ([A-Za-z0-9_.]+):", part)
            self.assertGreaterEqual(len(names), least)
            for name in names:
                self.assertRegex(self.expect(0, "explain", name)[0], rf"(?m)^{name} is an? {kind} of the flow ")

    def test_every_message_is_explained_with_fields_that_can_be_set(self):
        messages = [m["message"] for m in self.objects("list", "--messages", "--json")]
        self.assertGreater(len(messages), 20)
        for message in messages:
            self.assertRegex(self.expect(0, "explain", message)[0], rf"^{message} is a message, of type \d+\.\n  fields ")
        out, _ = self.expect(0, "explain", "SecureChannelSetup")
        self.assertIn("step     S1.14: proxy > uem on proxy_uem: ", out)
        for field in re.search("fields   (.*)", out).group(1).split(", "):
            entry = f'  - {{at: app, when: app > noc SecureChannelSetup, do: {{set: {{"{field}": ""}}}}}}\n'
            head, _ = REFUSED.split("adversary:\n")
            self.expect(0, "lint", self.write("field.yaml", f"{head}adversary:\n{entry}"))

    def test_a_name_in_other_letters_is_found(self):
        for wrong, right in (("k27", "K27"), ("s1.12", "S1.12"), ("NOC", "noc"), ("Holds", "holds")):
            _, err = self.expect(2, "explain", wrong)
            self.assertIn(f'nothing is called "{wrong}", did you mean {right};', err)

    def test_a_negative_number_is_a_name_with_and_without_dashes_before_it(self):
        self.assertEqual(self.expect(0, "explain", "-102"), self.expect(0, "explain", "--", "-102"))

    def test_every_post_condition_is_explained(self):
        for number in range(1, 8):
            self.assertIn("post-condition", self.expect(0, "explain", f"U{number}")[0])


class Refusals(Program):
    def test_a_run_that_ends_early_is_told_to_say_where(self):
        text = REFUSED.replace("  verdict: holds\n", "  verdict: holds\n  reaches: {device: S1.9}\n")
        self.expect(0, "run", self.write("refused.yaml", text))
        (run,) = self.objects("run", "--json", self.write("refused.yaml", REFUSED), status=1)
        (error,) = run["errors"]
        self.assertEqual((error["line"], error["column"]), (9, 12))
        self.assertTrue(error["text"].endswith("; only steps are missing: a scenario whose run is to end early says "
                                               "where, as reaches: {device: S1.9}"), error["text"])

    def test_whatever_else_is_violated_has_no_such_hint(self):
        text = REFUSED.replace("  verdict: holds\n", "  verdict: holds\n  reaches: {device: S1.8}\n")
        (run,) = self.objects("run", "--json", self.write("refused.yaml", text), status=1)
        self.assertIn("verdict: expected holds, actual violated", [e["text"] for e in run["errors"]])

    def test_a_run_that_was_cut_off_is_told_by_what(self):
        text = self.text_without_story() + "limits: {steps: 100}\n"
        text = re.sub(r"(?m)^limits: \{steps: 2000.*\n", "", text)
        (run,) = self.objects("run", "--json", self.write("short.yaml", text), status=1)
        self.assertIn("verdict: expected holds, actual inconclusive; the run was cut off: ended by limits.steps",
                      [e["text"] for e in run["errors"]])

    def test_a_field_that_is_none_is_told_with_those_that_there_are(self):
        entry = "  - {at: noc, when: noc > app NocProvisioning, do: {set: {uid: x}}}\n"
        head, _ = REFUSED.split("adversary:\n")
        _, err = self.expect(2, "lint", self.write("field.yaml", f"{head}adversary:\n{entry}"))
        self.assertRegex(err, r":7:\d+: field, expected a field of NocProvisioning \(\w+(, \w+)*\), actual \"uid\"")

    def test_a_secret_that_no_claim_names_is_refused_when_the_file_is_read(self):
        entry = '  - {at: app, when: app > noc ActivationRequest, do: {set: {uid: "@secret.k9"}}}\n'
        head, _ = REFUSED.split("adversary:\n")
        _, err = self.expect(2, "lint", self.write("secret.yaml", f"{head}adversary:\n{entry}"))
        self.assertRegex(err, r":7:\d+: unknown class of secrets, expected one of access_key, .*, actual \"k9\"")

    def test_a_finding_says_each_word_once(self):
        out, _ = self.expect(1, "run", self.write("refused.yaml", REFUSED))
        self.assertIn("finding      missing: S1.10 was not seen: ", out)
        self.assertIn("finding      agree(app, uem): no commit in this run\n", out)


class Columns(Program):
    def test_a_long_name_pushes_its_own_line_only(self):
        os.makedirs(os.path.join(self.scenarios, "knox", "columns"))
        for name in ("a", "b" * 90):
            self.write(f"columns/{name}.yaml", self.text_without_story())
        out, _ = self.expect(0, "run", "scenarios/knox/columns")
        short, long = [line for line in out.splitlines() if line.startswith("scenarios")]
        self.assertLess(short.index("holds"), 40)
        self.assertRegex(long, r"b\.yaml  holds  ")

    def test_on_a_terminal_it_has_a_line_of_its_own(self):
        os.makedirs(os.path.join(self.scenarios, "knox", "columns"))
        for name in ("a", "b" * 90):
            self.write(f"columns/{name}.yaml", self.text_without_story())
        try:
            ours, its = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminal to be had: {error}")
        self.expect(0, "run", "scenarios/knox/columns", "--no-color", stdout=its)
        os.close(its)
        with open(ours, "rb", buffering=0) as terminal:
            lines = terminal.read(4096).decode().split("\r\n")
        self.assertRegex(lines[0], r"a\.yaml +holds  ")
        self.assertRegex(lines[1], r"b\.yaml$")
        self.assertRegex(lines[2], r"^    holds  ")

    def test_without_an_argument_paths_are_as_one_writes_them_here(self):
        out, _ = self.expect(0, "list")
        for line in out.splitlines():
            self.assertTrue(line.startswith("scenarios/knox/"), line)
