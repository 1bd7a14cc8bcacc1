"""test_falls.py - what is expected to fall: exactly that, and weakened profiles in which it does."""
from program import Program


class Falling(Program):
    LEFT_OUT = ()

    def setUp(self):
        super().setUp()
        self.race = self.read(self.scenarios, "knox", "refusals", "race-owner-first.yaml").decode()

    def expecting(self, falls, text=None):
        text = text or self.race
        old = "falls: [secret(access_key), secret(verifier)]"
        self.assertIn(old, text)
        self.place = text[:text.index(old)].count("\n") + 1
        return self.write("race.yaml", text.replace(old, falls))

    def test_exactly_what_falls_is_as_expected(self):
        for falls in ("[secret(access_key), secret(verifier)]", "[secret(verifier), secret(access_key)]"):
            (run,) = self.objects("run", self.expecting("falls: " + falls), "--json")
            self.assertEqual((run["verdict"], run["result"]), ("violated", "as expected"))

    def test_another_one_that_falls_is_told_at_its_line(self):
        (run,) = self.objects("run", self.expecting("falls: secret(verifier)"), "--json", status=1)
        self.assertEqual(run["result"], "not as expected")
        (error,) = run["errors"]
        self.assertEqual((error["line"], error["column"]), (self.place, 10))
        self.assertIn("falls: expected nothing else to be violated, actual secret(access_key) (disproved: ",
                      error["text"])

    def test_one_that_does_not_fall_is_told_at_its_place(self):
        path = self.expecting("falls: [secret(access_key), secret(verifier), once]")
        (run,) = self.objects("run", path, "--json", status=1)
        (error,) = run["errors"]
        self.assertEqual((error["line"], error["column"]), (self.place, 49))
        self.assertEqual(error["text"], "falls: expected once to be violated, actual holds")

    def test_a_run_in_which_nothing_falls_is_not_as_expected(self):
        path = self.write("calm.yaml", self.text_of_next_app().replace("verdict: holds", "falls: once", 1))
        (run,) = self.objects("run", path, "--json", status=1)
        self.assertEqual([e["text"] for e in run["errors"]],
                         ["verdict: expected violated, actual holds",
                          "falls: expected once to be violated, actual holds"])

    def test_every_name_of_the_table_may_fall_and_no_other(self):
        (run,) = self.objects("run", self.next_app, "--json")
        names = [line["name"] for line in run["judged"]]
        self.assertGreater(len(names), 16)
        for some in (names[:14], names[14:]):
            quoted = ", ".join(f'"{name}"' for name in some)
            self.expect(0, "lint", self.expecting(f"falls: [{quoted}]"))
        for command in ("run", "lint"):
            _, err = self.expect(2, command, self.expecting("falls: [once, secret(acces_key)]"))
            self.assertIn(f'race.yaml:{self.place}:17: unknown rule or claim, expected one of ', err)
            self.assertIn('(did you mean "secret(access_key)"?)', err)


class Always(Program):
    """What no scenario needs to say: tests of the records themselves are test_postconditions.c."""
    LEFT_OUT = ()
    MISTYPED = ("knox", "refusals", "wrong-key.yaml")
    OUTCOME = "  outcome: {app: {result: -101}}\n"
    REACHES = "  reaches: {device: S1.10}\n"

    def changed(self, *without):
        """A wrong key, of which these lines are not said; without either, its order must fall."""
        text = self.read(self.scenarios, *self.MISTYPED).decode()
        for line in without:
            self.assertIn(line, text)
            text = text.replace(line, "")
        if len(without) == 2:
            text = text.replace("verdict: holds", "falls: [order]")
        return self.write("changed.yaml", text)

    def test_a_device_of_which_nothing_is_said_must_be_activated(self):
        path = self.changed(self.OUTCOME, self.REACHES)
        (run,) = self.objects("run", path, "--json", status=1)
        self.assertEqual(run["result"], "post-condition")
        (told,) = [e["text"] for e in run["errors"] if "post-condition" in e["text"]]
        self.assertRegex(told, r"^post-condition U6: expected app, of which the scenario says nothing else, to come to "
                               r"result 0, actual -101 \(record \d+\)$")
        out, _ = self.expect(1, "run", path)
        self.assertRegex(out, r"(?m)^result +post-condition$")

    def test_what_the_scenario_says_is_enough(self):
        self.expect(0, "run", self.changed(self.OUTCOME))
        _, out, _ = self.call("run", self.changed(self.REACHES))  # its order is not complete, but that is all
        self.assertNotIn(b"post-condition", out)

    def test_the_words_are_explained(self):
        for word in ("post-condition", "U2", "U3", "U6", "U7"):
            self.expect(0, "explain", word)


class Weakened(Program):
    def test_the_verdict_names_the_weakness_and_nothing_else_changes(self):
        text = self.text_of_next_app().replace("seed: 7", "seed: 7\nprofile: {access_key: weak}", 1)
        out, _ = self.expect(0, "run", self.write("weak.yaml", text))
        self.assertIn("\nverdict      holds, weakened by access_key=weak\n", out)
        (strong,) = self.objects("run", self.next_app, "--json")
        text = text.replace("access_key: weak", "access_key: strong")
        (default,) = self.objects("run", self.write("weak.yaml", text), "--json")
        self.assertEqual(default["head"], strong["head"])

    def test_a_word_that_is_none_is_refused_at_its_place(self):
        text = self.text_of_next_app().replace("seed: 7", "seed: 7\nprofile: {points: compressed}", 1)
        path = self.write("weak.yaml", text)
        _, err = self.expect(2, "lint", path)
        self.assertIn("weak.yaml:", err)
        self.assertIn("profile points: expected uncompressed or compressed_too, actual compressed", err)

    def test_each_weakness_is_explained_with_its_deviation(self):
        for setting, number in (("after_restart", 31), ("ephemeral_key", 32), ("access_key", 33),
                                ("setup_mac_key", 34), ("points", 35), ("setup_mac_over", 36),
                                ("host_names", 37), ("cookies", 39)):
            out, _ = self.expect(0, "explain", setting)
            self.assertIn(f"{setting} is a setting that weakens security unless it is the default: ", out)
            self.assertIn(f"  source   D{number}\n", out)
            self.assertIn("Weakened: ", self.expect(0, "explain", f"D{number}")[0])


class Kept(Program):
    KEEP = ("adversary:\n"
            "  - {at: noc, when: app > noc SecureChannelSetup accepted, do: {keep: {%s}, set: {tag1: \"%s\"}}}\n"
            "expect:\n")

    def with_keep(self, keep, tag="@k"):
        text = self.text_of_next_app().split("  trace: |", 1)[0].replace("expect:\n", self.KEEP % (keep, tag), 1)
        self.place = text[:text.index("{at: noc")].count("\n") + 1
        return self.write("kept.yaml", text)

    def test_a_value_is_kept_for_those_behind_it(self):
        keep = 'a: fresh-key, z: {agree: {own: "@a", with: "@.body.public_a"}}, k: {part: {of: "@z", from: 0, to: 64}}'
        out, _ = self.expect(1, "run", self.with_keep(keep), "--out", "o")
        acts = self.expect(0, "show", "o/run.trace", "--filter", "kind = act")[0]
        for name in ("keep with app on noc_session: a", "keep with app on noc_session: z",
                     "keep with app on noc_session: k", "set with app on noc_session: tag1"):
            self.assertIn(name, acts)
        self.assertRegex(out, r"uem\.setup_mac_is_good|violated")

    def test_what_cannot_be_made_keeps_nothing_and_is_said(self):
        keep = 'z: {agree: {own: "@.body.public_a", with: "@.body.public_a"}}, k: "@z"'
        out, _ = self.expect(1, "run", self.with_keep(keep), "--out", "o")
        self.assertIn("not-delivered", out)
        acts = self.expect(0, "show", "o/run.trace", "--filter", "kind = act")[0]
        self.assertIn("nothing changed: no such key pair was drawn, or the other key is no point", acts)
        self.assertEqual(acts.count("nothing changed: nothing was captured"), 2)

    def test_names_are_known_before_they_are_used(self):
        for keep, wrong in (('k: "@k"', "of a value kept before"), ('k: "@later", later: x', "of a value kept before"),
                            ("a.b: x", "keep, expected a name without a dot"),
                            ("secret: x", 'keep, expected a name without a dot, and not "secret"'),
                            ("k: {agree: {own: x}}", 'missing key "with" of agree'),
                            ("k: {guess: {uid: x, verifer: y}}", "unknown key of a value")):
            _, err = self.expect(2, "lint", self.with_keep(keep))
            self.assertIn(f"kept.yaml:{self.place}:", err)
            self.assertIn(wrong, err)
