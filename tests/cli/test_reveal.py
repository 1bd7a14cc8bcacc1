"""test_reveal.py - secrets handed over to whoever recorded every wire; guesses at keys; who has what."""
import os
import re

from program import Program

ATTACKS = ("k26-weak-key", "k34-token-key", "k35-forward-secrecy", "k35-session-keys", "k43-guesses",
           "k55-access-key")


class Reveal(Program):
    LEFT_OUT = ("refusals",)

    def attack(self, name):
        return os.path.join(self.scenarios, "knox", "attacks", name + ".yaml")

    def changed(self, name, *pairs, of="k35-forward-secrecy"):
        """One of the attacks as another file, with some text replaced."""
        text = self.read(self.attack(of)).decode()
        for old, new in pairs:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        return self.write(name, text)

    def judged(self, run):
        return {line["name"]: line["verdict"] for line in run["judged"]}

    def test_the_matrix_is_decrypted(self):
        [run] = self.objects("run", "--json", self.attack("k35-forward-secrecy"))
        *single, everything = run["revealed"]
        key, registry, tls, erased = single
        self.assertEqual([key["values"], registry["values"], tls["values"], erased["values"]], [1, 3, 46, 0])
        self.assertEqual(everything["values"], sum(one["values"] for one in single))
        # what is on a wire without TLS around it is no secret of anybody's
        self.assertEqual(key["readable"], ["Datagram"])
        self.assertEqual(set(everything["safe"]), {"KeyRequest", "KeyReply", "ProvisioningWish", "Provisioning"})
        self.assertGreater(set(tls["readable"]), {"ActivationRequest", "SecureChannelSetup", "ProvisioningData",
                                                  "SealedKeyReply", "RegisterKey", "AssignApps"})
        judged = self.judged(run)
        self.assertEqual([judged[f"forward-secret({name})"] for name in
                          ("master_session_key", "app_ephemeral", "uem_ephemeral")], ["holds"] * 3)

    def test_each_layer_needs_its_own_key(self):
        [run] = self.objects("run", "--json", self.attack("k35-layers"))
        by = {(" ".join(one["channels"]), " ".join(one["wires"])): one for one in run["revealed"]}
        inner = {"ActivationRequest", "NocProvisioning", "SecureChannelSetup", "ProvisioningRequest"}
        self.assertEqual(by["tunnel", "relay"]["readable"], ["Datagram"])
        self.assertEqual(by["key_request noc_session uem_reply", "relay"]["readable"], ["Datagram"])
        self.assertEqual(set(by["tunnel noc_session", "relay"]["readable"]), inner | {"Datagram"})
        self.assertEqual(by["tunnel noc_session", "scp_link"]["readable"], [])
        self.assertEqual(set(by["noc_session", "noc_session"]["readable"]), inner)
        self.assertLess(inner, set(by["scp_link tunnel noc_session", "scp_link"]["readable"]))
        self.assertFalse(inner & set(by["scp_link tunnel", "scp_link"]["readable"]))
        self.assertFalse(any(one["not_followed"] for one in run["revealed"]))

    def test_who_turns_on_the_others_has_the_keys_of_its_own_ends(self):
        for run in self.objects("run", "--json", self.attack("k35-corrupt-ends")):
            reads = {(*one["from"], *one["wires"]): set(one["readable"]) for one in run["revealed"]}
            self.assertLess({"SignalData", "RelayedDatagram"}, reads["infrastructure",])
            self.assertFalse({"TunnelProposal", "ActivationRequest", "KeyReply"} & reads["infrastructure",])
            self.assertIn("TunnelParameters", reads["secure_connect",])
            self.assertEqual(reads["noc", "scp_link", "relay"], {"Datagram"})
            self.assertIn("ActivationRequest", reads["noc",])

    def test_what_somebody_corrupt_reads_comes_from_the_same(self):
        text = self.text_of_next_app().split("expect:")[0]
        acts = ("adversary: [{at: %s, when: '%s > secure_connect %s #1', do: {capture: it}}]\n"
                "reveal: [{secret: tls, channels: [noc_session], wires: [relay], at: 10s}]\n"
                "expect: {verdict: holds, outcome: {app: {result: 0}}}\n")
        reads = {}
        for actor, message in (("infrastructure", "RelayedSignal"), ("device", "TunnelProposal")):
            path = self.write(actor + ".yaml", text + acts % (actor, actor, message))
            [run] = self.objects("run", "--json", path)
            reads[actor] = set(run["revealed"][0]["readable"])
        # the tunnel's end gives what is in it; who only relays it does not
        self.assertIn("ActivationRequest", reads["device"])
        self.assertNotIn("ActivationRequest", reads["infrastructure"])

    def test_what_was_not_followed_is_not_safe(self):
        [run] = self.objects("run", "--json", self.attack("k35-damaged"))
        self.assertEqual(run["revealed"][0]["not_followed"], ["ProvisioningData", "Provisioning"])
        self.assertEqual(run["revealed"][1]["not_followed"], [])
        self.assertEqual(self.judged(run)["forward-secret(app_ephemeral)"], "inconclusive")
        path = self.changed("x.yaml", ("ProvisioningData: not-followed, P", "ProvisioningData: no, P"), of="k35-damaged")
        [run] = self.objects("run", "--json", path, status=1)
        self.assertIn("expected ProvisioningData to be safe with tls of uem_reply at 2h, recorded only on uem_reply, "
                      "actual not followed", run["errors"][0]["text"])
        for run in self.objects("run", "--json", self.attack("k35-poor-network"), self.attack("k35-tunnels-again")):
            self.assertEqual([one["not_followed"] for one in run["revealed"]], [[]] * 4, run["case"])

    def test_nothing_of_it_is_in_the_run(self):
        whole = self.read(self.attack("k35-forward-secrecy")).decode()
        calm = re.sub("(?m)^attack: .*\n", "", whole.split("reveal:\n")[0])
        [plain] = self.objects("run", "--json", self.write("plain.yaml", calm))
        [with_it] = self.objects("run", "--json", self.changed("plain.yaml"))
        self.assertEqual(plain["head"], with_it["head"])
        self.assertEqual((plain["revealed"], plain["guessed"]), ([], []))

    def test_what_a_session_has_gives_it_away_until_it_is_erased(self):
        runs = {run["case"]: run for run in self.objects("run", "--json", self.attack("k35-session-keys"))}
        self.assertEqual(len(runs), 7)
        early = runs["secret=ku,at=S1.15,also=token_key,master=yes,wish=no"]
        late = runs["secret=ku,at=5s,also=token_key,master=no,wish=no"]
        self.assertIn("Provisioning", early["revealed"][-1]["readable"])
        self.assertIn("Provisioning", late["revealed"][-1]["safe"])
        self.assertEqual((early["revealed"][0]["values"], late["revealed"][0]["values"]), (1, 0))
        # what was handed over too early is no claim of forward secrecy
        self.assertEqual(self.judged(early)["forward-secret(master_session_key)"], "void")

    def test_what_is_expected_to_be_safe_is_held(self):
        path = self.changed("x.yaml", ("ProvisioningData: yes, Provisioning: no}", "ProvisioningData: no, Provisioning: no}"),
                            ("KeyRequest: no", "KeyRequest: yes"), ("    Provisioning: no", "    TypedKey: no"))
        [run] = self.objects("run", "--json", path, status=1)
        self.assertEqual([error["text"] for error in run["errors"]],
                         ["readable: expected ProvisioningData to be safe with tls at 10s, actual readable",
                          "readable: expected TypedKey to be said where it is recorded, actual never",
                          "readable: expected KeyRequest to be readable with everything, actual safe"])

    def test_a_step_that_never_comes_hands_nothing_over(self):
        path = self.write("x.yaml", self.read(self.scenarios, "knox", "first-app-admin.yaml").decode().split("expect:")[0] +
                          "adversary:\n  - {at: user, when: 'user > app TypedKey', do: {type: {key: wrong}}}\n"
                          "reveal: [{secret: tls, at: S1.17}]\n"
                          "expect: {verdict: holds, by: noc.access_key_hash_matches, reaches: {device: S1.10}}\n")
        [run] = self.objects("run", "--json", path, status=1)
        self.assertEqual(run["result"], "not-delivered")
        self.assertIn("reveal: expected its step to come in this run", run["errors"][0]["text"])

    def test_what_nobody_ever_had_is_not_handed_over(self):
        head = self.text_of_next_app().split("expect:")[0] + "attack: K35\n"
        reveal = "reveal:\n  - {secret: %s, at: %s, reads: {SecureChannelSetup: no}%s}\n"
        expect = "expect: {verdict: holds, outcome: {app: {result: 0}}}\n"
        for secret, at, more in (("tls", "0s", ""), ("access_key", "1s", ""), ("token_key", "10s", ", from: app")):
            path = self.write("x.yaml", head + reveal % (secret, at, more) + expect)
            [run] = self.objects("run", "--json", path, status=1)
            self.assertEqual(run["result"], "not-delivered", (secret, at, more))
            self.assertIn("somebody who is asked to have had such a value by then", run["errors"][0]["text"])
        path = self.write("x.yaml", head + reveal % ("tls", "100h", "") + expect)
        self.assertIn('at, expected a time within limits.virtual, actual "100h"', self.expect(2, "run", path)[1])
        # what was there from the beginning is there at its beginning
        [run] = self.objects("run", "--json", self.attack("k34-token-key"))
        self.assertEqual(run["revealed"][0]["values"], 1)

    def test_what_is_wrong_has_its_place(self):
        for old, new, what in (("secret: access_key\n", "secret: acess_key\n", 'unknown class of secrets'),
                               ("at: 10s\n", "at: 10\n", "unknown step"),
                               ("at: 10s\n", "at: S1.3a\n", "at, expected a step that can be seen"),
                               ("Provisioning: no}", "Provisionin: no}", 'unknown message'),
                               ("Provisioning: no}", "Provisioning: maybe}", "expected one of no, yes"),
                               ("secret: access_key\n", "secret: []\n", "reveal.1.secret"),
                               ("    at: 10s\n", "", "at"),
                               ("    at: 10s\n", "    at: 10s\n    channels: [tunnel]\n", "secrets beside it that belong"),
                               ("    at: 10s\n", "    at: 10s\n    wires: [tunnel]\n", "a wire of its own"),
                               ("    at: 10s\n", "    at: 10s\n    wires: [rely]\n", "unknown channel"),
                               ("    at: 10s\n", "    at: 10s\n    wires: [relay, relay]\n", "twice"),
                               ("    at: 10s\n", "    at: 10s\n    from: nock\n", "unknown actor")):
            path = self.changed("bad.yaml", (old, new))
            _, err = self.expect(2, "lint", path)
            self.assertRegex(err, r"bad\.yaml:\d+:\d+: ", new)
            self.assertIn(what, err, new)
        path = self.changed("bad.yaml", ("reveal:\n", "adversary:\n"))
        self.assertIn("expect.readable, expected reveal: beside it", self.expect(2, "lint", path)[1])


class Guess(Program):
    LEFT_OUT = ("refusals",)

    def attack(self, name):
        return os.path.join(self.scenarios, "knox", "attacks", name + ".yaml")

    def test_a_weak_word_is_found_and_a_strong_key_is_not(self):
        [weak] = self.objects("run", "--json", self.attack("k26-weak-key"))
        by = {(g["from"], g["against"], n // 3): g for n, g in enumerate(weak["guessed"])}
        word = by["noc", "verifier", 0]
        self.assertEqual((word["messages"], word["confirmed"], word["after"]), (1, 1, 8))
        self.assertEqual(by["noc", "verifier", 1]["after"], 1 + 0 + 1 * 36 + 2 * 36 * 36)  # abc
        self.assertEqual((by["noc", "stored verifier", 1]["tried"], by["noc", "stored verifier", 1]["confirmed"]),
                         (36 ** 3, 0))
        [strong] = self.objects("run", "--json", self.attack("k43-guesses"))
        self.assertEqual(sum(g["confirmed"] for g in strong["guessed"]), 0)
        proxy = {g["against"]: g for g in strong["guessed"][:3]}
        self.assertEqual([proxy[name]["messages"] for name in ("stored verifier", "verifier", "tag1")], [1, 0, 1])

    def test_time_is_no_part_of_a_run(self):
        out, err = self.expect(0, "run", self.attack("k43-guesses"), "--out", "o")
        self.assertRegex(err, r"a guess by proxy against the tag1 took \d+\.\d us")
        self.assertNotRegex(out, r"\d us\b")
        self.assertNotRegex(self.read("o", "run.txt").decode(), r"\d us\b")
        self.assertEqual(out.split("\nwall time")[0].count("confirmed"), 7)

    def test_what_is_expected_of_guesses_is_held(self):
        text = self.read(self.attack("k26-weak-key")).decode()
        path = os.path.join(self.scenarios, "knox", "attacks", "x.yaml")
        for old, new, what in (("finds: yes", "finds: no", "expected no guess to be confirmed, actual 1"),
                               ("from: noc, letters", "from: admin, letters", "not-delivered"),
                               ("length: 3", "length: 4", "expected a guess to be confirmed, actual none")):
            self.assertIn(old, text)
            self.write("attacks/x.yaml", text.replace(old, new, 1))
            [run] = self.objects("run", "--json", path, status=1)
            self.assertIn(what, run["errors"][0]["text"])
        for old, new, what in (("secret: access_key", "secret: tls", "secret, expected access_key"),
                               ("dictionary: weak-keys.txt", "dictionary: none.txt", "none.txt"),
                               ("dictionary: weak-keys.txt", "dictionary: k26-weak-key.yaml", "word, expected a key"),
                               (", length: 3", "", "expected letters and length together"),
                               ("letters: a", "letters: aa", "each once"),
                               ("dictionary: weak-keys.txt", "length: 2", "expected either dictionary or letters")):
            self.assertIn(old, text)
            self.write("attacks/x.yaml", text.replace(old, new, 1))
            self.assertIn(what, self.expect(2, "lint", path)[1], new)


class Knowledge(Program):

    def test_the_ledger_is_printed_when_asked_for(self):
        [plain] = self.objects("run", "--json", self.next_app, "--out", "o")
        self.assertNotIn("knowledge", plain)
        [run] = self.objects("run", "--json", "--knowledge", self.next_app)
        self.assertEqual(run["head"], plain["head"])
        has = {(cell["secret"], cell["actor"]): cell for cell in run["knowledge"]}
        self.assertEqual({a for (s, a), cell in has.items() if s == "access_key" and cell["values"]},
                         {"uem", "active_app", "app"})
        self.assertEqual(has["master_session_key", "uem"]["how"], "drew it")
        self.assertEqual(has["p0", "noc"]["how"], "does not have it")
        self.assertTrue(has["tls", "infrastructure"]["values"] and has["tls", "proxy"]["values"])
        self.assertFalse(any(cell["values"] for (_, a), cell in has.items() if a == "attacker"))
        [check] = self.objects("check", "--json", "--knowledge", "o/run.trace")
        self.assertEqual(check["knowledge"], run["knowledge"])
        out, _ = self.expect(0, "run", "--knowledge", self.next_app)
        self.assertRegex(out, r"\n  token_key +noc +1 value since record \d+: had it from the beginning\n")

    def test_who_acts_inside_an_actor_makes_its_claims_void(self):
        text = self.text_of_next_app().split("expect:")[0]
        acts = "adversary: [{at: uem, when: 'uem > app SecureChannelResponse', do: {%s}}]\nexpect: {verdict: holds}\n"
        [late] = self.objects("run", "--json", self.write("late.yaml", text + acts % "delay: 1s"))
        self.assertNotIn("void", {line["verdict"] for line in late["judged"]})
        path = self.write("reads.yaml", text + "adversary: [{at: uem, when: 'admin > uem AssignApps accepted', "
                          "do: {capture: wish}}]\nexpect: {verdict: holds}\n")
        [run] = self.objects("run", "--json", "--knowledge", path)
        void = {line["name"] for line in run["judged"] if line["verdict"] == "void"}
        self.assertLessEqual({"agree(app, uem)", "agree(uem, app)", "secret(master_session_key)", "secret(token_key)",
                              "one-time(used_tokens)", "fresh(uem_ephemeral: uem)"}, void)
        self.assertFalse({"secret(app_ephemeral)", "secret(master_link_key)", "one-time(used_keys)", "order"} & void)
        has = {(cell["secret"], cell["actor"]): cell for cell in run["knowledge"]}
        self.assertEqual(has["token_key", "attacker"]["how"], "has it from a corrupt actor")
        self.assertTrue(has["master_session_key", "attacker"]["values"])
        self.assertEqual(has["master_link_key", "attacker"]["values"], 0)
