"""test_knockout.py - `run --knockout` and `knockout`: checks that always pass, and what then happens."""
import os
import shutil

import program
from program import Program

OUTCOMES = {"exposed", "exposed together", "shadowed", "survived", "no scenario", "not knockable", "broken"}


class Knockout(Program):
    LEFT_OUT = ()

    def fault(self, name, folder="faults"):
        """A scenario of faults/, which the tree of a test has not; its path."""
        path = os.path.join(self.scenarios, "knox", name)
        shutil.copy(os.path.join(program.ROOT, "scenarios", "knox", folder, name), path)
        return path

    def refusal(self, name):
        return os.path.join(self.scenarios, "knox", "refusals", name)

    def lines(self, *arguments, **more):
        """What is said of each check, by its name."""
        found = {o["check"]: o for o in self.objects("knockout", "--json", *arguments, **more)}
        self.assertTrue(all(o["outcome"] in OUTCOMES for o in found.values()))
        return found

    # -- one run --

    def test_a_run_without_a_check_says_so_wherever_it_is_told(self):
        scenario = self.refusal("not-entitled.yaml")
        self.expect(0, "run", scenario, "--out", "with")
        out, _ = self.expect(1, "run", scenario, "--knockout", "uem.app_version_is_entitled", "--out", "without")
        self.assertRegex(out, r"(?m)^verdict +violated, weakened by knockout=uem\.app_version_is_entitled$")
        words = " ".join(out.replace("\u2502", " ").split())
        self.assertIn("\u2717 uem.app_version_is_entitled fails, and is let pass: knocked out", words)
        self.assertRegex(out, r"(?m)^outcome +app 0$")
        again = out.split("run again")[1].split("actflow", 1)[1].split("\n")[0].split()
        self.assertEqual(self.expect(1, *again)[0].split("chain head")[1], out.split("chain head")[1])
        checked, _ = self.expect(0, "check", "without/run.trace")
        self.assertIn("weakened by knockout=uem.app_version_is_entitled", checked)
        shown, _ = self.expect(0, "show", "without/run.trace", "--filter", "kind = setting")
        self.assertIn("knockout=uem.app_version_is_entitled", shown)
        shown, _ = self.expect(0, "show", "without/run.trace", "--filter", "check = uem.app_version_is_entitled")
        self.assertIn("(let pass)", shown)

    def test_the_true_result_stands_in_the_trace(self):
        scenario = self.refusal("not-entitled.yaml")
        for name, more in (("with", ()), ("without", ("--knockout", "uem.app_version_is_entitled"))):
            self.expect(0 if not more else 1, "run", scenario, "--out", name, *more)
        def records(name):
            return self.objects("show", f"{name}/run.trace", "--json")
        def is_parted(record):
            return any(c["check"] == "uem.app_version_is_entitled" for c in record["checks"])
        with_, without = records("with"), records("without")
        setting = next(r for r in without if r["kind"] == "setting" and r["values"][0]["name"] == "knockout")
        without.remove(setting)
        fell = next(i for i, r in enumerate(with_) if is_parted(r))
        for left, right in zip(with_[1:fell], without[1:fell]):
            # all the same but that each record has the next number
            self.assertEqual(left["text"], right["text"])
            self.assertEqual(left["at_ns"], right["at_ns"])
            self.assertEqual(left["bytes"], right["bytes"])
        self.assertEqual(without[fell]["checks"][-1],
                         {"check": "uem.app_version_is_entitled", "holds": False, "let_pass": True})
        self.assertEqual(with_[fell]["checks"][-1],
                         {"check": "uem.app_version_is_entitled", "holds": False, "let_pass": False})

    def test_a_check_that_holds_can_be_knocked_out_and_nothing_changes(self):
        out, _ = self.expect(0, "run", self.next_app, "--knockout", "uem.setup_mac_is_good")
        self.assertRegex(out, r"(?m)^verdict +holds, weakened by knockout=uem\.setup_mac_is_good$")

    def test_names_are_held_against_what_there_is(self):
        for arguments, words in (
                (("--knockout", "uem.setup_mac_is_god"), 'did you mean "uem.setup_mac_is_good"?'),
                (("--knockout", "app.response_point_is_on_curve"), "can be knocked out"),
                (("--knockout", "pipe.dtls_cookie", "--knockout", "pipe.dtls_cookie"), "twice"),
                (("--knockout", "pipe.dtls_cookie", "--update-golden"), "--update-golden")):
            _, err = self.expect(2, "run", self.next_app, *arguments)
            self.assertIn(words, err)
        _, err = self.expect(2, "run", self.next_app, *["--knockout", "pipe.dtls_cookie"] * 7)
        self.assertIn("at most six", err)

    # -- the matrix --

    def test_each_kind_of_outcome_is_found(self):
        found = self.lines(self.refusal("not-entitled.yaml"), self.refusal("race-other-first.yaml"),
                           self.refusal("mistyped-key.yaml"), self.refusal("sixth-attempt.yaml"),
                           self.fault("token-old.yaml"), self.fault("key-request-of-another.yaml"), "-j", "2")
        def is_so(check, outcome, **more):
            self.assertEqual(found[check]["outcome"], outcome, check)
            for key, value in more.items():
                self.assertEqual(found[check][key], value, check)
        is_so("uem.app_version_is_entitled", "exposed", rule="app is activated")
        is_so("uem.request_is_for_own_device", "exposed", rule="app@2 is activated")
        is_so("noc.access_key_is_unspent", "exposed", rule="one-time used_keys")
        is_so("noc.user_is_not_locked", "exposed", rule="app is activated")
        is_so("uem.key_request_is_for_own_user", "exposed together", others=["uem.requested_app_is_assigned"])
        shadows = found["app.typed_key_is_well_formed"]
        self.assertEqual(shadows["outcome"], "shadowed")
        self.assertEqual(shadows["others"][:3], ["noc.access_key_hash_matches", "uem.setup_mac_is_good",
                                                 "app.response_mac_is_good"])
        self.assertEqual(len(shadows["others"]), 5)
        self.assertTrue(shadows["then"] and shadows["then"] not in shadows["others"])
        is_so("uem.token_is_young", "survived", false_in=1)
        is_so("uem.setup_mac_is_good", "no scenario", false_in=0)
        is_so("uem.setup_point_is_on_curve", "not knockable")
        self.assertIn("OpenSSL", found["uem.setup_point_is_on_curve"]["reason"])

    def test_what_is_no_message_cannot_be_let_pass(self):
        found = self.lines(self.fault("k13-mac-empty-or-long.yaml", "attacks"))
        self.assertEqual(found["pipe.message_form"]["outcome"], "not knockable")

    def test_attacks_expose_what_shadows_each_other(self):
        found = self.lines(self.fault("k37-lower-mac-uem.yaml", "attacks"),
                           self.fault("k11-token-id-again.yaml", "attacks"))
        self.assertEqual(found["uem.setup_sizes_fit"]["outcome"], "exposed together")
        self.assertEqual(found["uem.setup_sizes_fit"]["others"], ["uem.setup_mac_is_good"])
        self.assertEqual(found["uem.token_is_unused"]["outcome"], "exposed")
        self.assertEqual(found["uem.token_is_unused"]["rule"], "one-time used_tokens")

    def test_a_chain_of_checks_is_climbed(self):
        scenario = self.refusal("revoked-late.yaml")
        said = self.lines(scenario)["uem.setup_user_has_a_key"]
        self.assertEqual((said["outcome"], said["rule"]), ("exposed together", "never S1.15"))
        self.assertEqual(said["others"], ["uem.setup_key_is_live", "uem.token_fits_records", "uem.setup_mac_is_good"])
        again = said["again"].split()[1:]
        out, _ = self.expect(1, *again)
        self.assertIn("never", out)
        # and each of them is needed: without its knockout, it refuses
        for check in ["uem.setup_user_has_a_key", *said["others"]]:
            at = again.index(check)
            out, _ = self.expect(0 if check == "uem.setup_user_has_a_key" else 1, *again[:at - 1], *again[at + 1:])
            self.assertRegex(out, rf"\u2717 {check}(?! fails, and is let pass)", check)

    def test_the_acts_that_are_needed_are_found(self):
        scenario = self.fault("k27-key-swapped-to-app.yaml", "attacks")
        found = self.lines(scenario, self.fault("k07-own-key-reflected.yaml", "attacks"))
        needs = found["app.response_mac_is_good"]["minimal"]
        self.assertEqual((needs["acts"], [a["act"] for a in needs["needed"]]), (2, ["set public_b at noc"]))
        line = self.read(scenario).decode().split("\n")[needs["needed"][0]["line"] - 1]
        self.assertTrue(line[needs["needed"][0]["column"] - 1:].startswith("public_b"))
        needs = found["app.response_key_is_not_mine"]["minimal"]
        self.assertEqual([a["act"] for a in needs["needed"]], ["capture setup at app", "set public_b at uem"])
        out, _ = self.expect(0, "knockout", scenario)
        self.assertIn("    needs 1 of 2 acts: set public_b at noc (:", out)

    def test_the_first_divergence_is_where_the_check_is_let_pass(self):
        scenario = self.refusal("not-entitled.yaml")
        said = self.lines(scenario)["uem.app_version_is_entitled"]
        apart = said["divergence"]
        self.assertEqual(apart["record"], apart["with"] + 1)  # the setting stands before it
        self.assertIn("UEM provisions the app", apart["text"])
        self.assertIn("is refused", apart["instead_of"])
        self.expect(1, "run", scenario, "--knockout", "uem.app_version_is_entitled", "--out", "o")
        record = self.objects("show", "o/run.trace", "--json",
                              "--filter", "check = uem.app_version_is_entitled")[0]
        self.assertEqual((record["id"], record["at_ns"]), (apart["record"], apart["at_ns"]))
        self.expect(1, *said["again"].split()[1:])

    def test_that_other_names_stand_in_a_run_is_no_kill(self):
        # The run is red, for the check that it expects does not refuse and its story is another: but nothing
        # happens that did not.
        scenario = self.fault("token-old.yaml")
        self.expect(0, "run", scenario, "--update-golden")
        self.expect(0, "run", scenario)
        out, _ = self.expect(1, "run", scenario, "--knockout", "uem.token_is_young")
        self.assertIn("not refused", out)
        self.assertIn("story: expected", " ".join(out.split()))
        self.assertEqual(self.lines(scenario)["uem.token_is_young"]["outcome"], "survived")

    def test_the_table_says_the_same_as_the_objects(self):
        scenario = self.refusal("not-entitled.yaml")
        found = self.lines(scenario)
        out, err = self.expect(0, "knockout", scenario)
        self.assertEqual(err, "")
        for check, said in found.items():
            self.assertRegex(out, rf"(?m)^{check} +{said['outcome']}( |$)")
        self.assertRegex(out, r"(?m)^\d+ checks, 1 scenarios, 1 cells: 1 exposed, .* \d+ false in no scenario$")
        self.assertEqual(self.expect(0, "knockout", scenario, "-j", "2")[0], out)

    def test_require_all_wants_every_check_killed(self):
        self.expect(0, "knockout", self.next_app)
        self.expect(1, "knockout", self.next_app, "--require-all")

    def test_both_traces_of_an_exposed_check_are_kept(self):
        scenario = self.refusal("not-entitled.yaml")
        self.expect(0, "knockout", scenario, "--out", "k")
        self.assertEqual(os.listdir(os.path.join(self.folder, "k")), ["uem.app_version_is_entitled"])
        self.expect(0, "run", scenario, "--out", "with")
        self.expect(1, "run", scenario, "--knockout", "uem.app_version_is_entitled", "--out", "without")
        for name in ("with", "without"):
            kept = self.read("k", "uem.app_version_is_entitled", name, "run.trace")
            self.assertEqual(kept, self.read(name, "run.trace"))
        mode = os.stat(os.path.join(self.folder, "k", "uem.app_version_is_entitled", "without", "run.secrets"))
        self.assertEqual(mode.st_mode & 0o777, 0o600)

    def test_what_cannot_be_read_is_said_with_its_place(self):
        path = self.write("broken.yaml", "actflow: 1\nscenari: x\n")
        out, err = self.expect(2, "knockout", path)
        self.assertRegex(err, r"broken\.yaml:2:1: ")
        self.assertEqual(out, "")
        os.mkdir(os.path.join(self.folder, "empty"))
        self.expect(4, "knockout", "empty")

    def test_explain_knows_the_words(self):
        for word in ("exposed", "shadowed", "survived", "knockout", "not knockable", "no scenario"):
            out, _ = self.expect(0, "explain", word)
            self.assertTrue(out.startswith(word))
        out, _ = self.expect(0, "explain", "uem.setup_point_is_on_curve")
        self.assertIn("cannot be knocked out", out)
