"""test_adversary.py - what `run` and `lint` say of attacks: delivered, not delivered, or not sayable."""
import os

from program import Program

HEAD = """actflow: 1
scenario: an attack of this test
flow: knox/flow.yaml
variant: first-app-admin
seed: 7
"""
AGAIN = "profile: {attempts: 2, retry: retype}\n"


class Adversary(Program):
    def judged(self, name, text):
        """The result of a scenario, and what is said of it."""
        status, out, err = self.call("run", self.write(name, HEAD + text))
        text = (out + err).decode()
        result = next(line.split(None, 1)[1] for line in text.splitlines() if line.startswith("result "))
        return status, result.strip(), " ".join(text.split())

    def test_a_refusal_before_the_attack_is_not_delivered(self):
        # The relay goes dark when the NOC has spent the key; the same key, typed again, is refused. What the
        # adversary then does to what the user is told has nothing to do with it.
        text = AGAIN + """adversary:
  - {on: [relay], when: S1.11, do: {blackout: 3min}}
  - {at: user, when: "app > user ActivationResult #2 accepted", do: {set: {result: -7}}}
expect: {by: noc.access_key_is_unspent, reaches: {device: S1.10}}
limits: {virtual: 12h}
"""
        status, result, lines = self.judged("late.yaml", text)
        self.assertEqual((status, result), (1, "not-delivered"), lines)
        self.assertIn("late.yaml:10:14: by: expected noc.access_key_is_unspent to refuse what follows from an "
                      "act or a crash, actual it refused without (record ", lines)

    def test_the_same_refusal_behind_the_attack_is(self):
        text = AGAIN + """adversary:
  - {at: noc, when: noc > app NocProvisioning, do: {drop: true}}
  - {at: user, when: "user > app TypedKey #2", do: {type: {key: upper}}}
expect: {by: noc.access_key_is_unspent, reaches: {device: S1.10}}
limits: {virtual: 12h}
"""
        status, result, lines = self.judged("spent.yaml", text)
        self.assertEqual((status, result), (0, "as expected"), lines)

    def test_an_act_that_did_nothing_is_not_delivered(self):
        text = """adversary:
  - {at: noc, when: noc > app NocProvisioning, do: {set: {token: "@secret.k1"}}}
expect: {outcome: {app: {result: 0}}}
"""
        status, result, lines = self.judged("vain.yaml", text)
        self.assertEqual((status, result), (1, "not-delivered"), lines)
        self.assertIn("vain.yaml:7:5: adversary: expected its time, step or message to come in this run and "
                      "all of it to be done", lines)

    def test_a_clock_that_is_wrong_corrupts_nobody(self):
        text = """adversary:
  - {at: noc, when: 0s, do: {clock: 5min}}
expect: {by: uem.token_is_young, reaches: {device: S1.14}, outcome: {app: {result: -102}}}
"""
        status, result, lines = self.judged("clock.yaml", text)
        self.assertEqual((status, result), (0, "as expected"), lines)
        out, _ = self.expect(0, "run", os.path.join(self.scenarios, "knox", "clock.yaml"))
        self.assertNotIn("void", out)
        # Its own pipes hold certificates against it, its peers' do not.
        text = text.replace("at: noc", "at: device").replace("5min", "2200h").replace(
            "uem.token_is_young", "pipe.certificate_time").replace("S1.14", "S1.2").replace("-102", "-101")
        status, result, lines = self.judged("links.yaml", text)
        self.assertEqual((status, result), (0, "as expected"), lines)
        out, _ = self.expect(0, "run", os.path.join(self.scenarios, "knox", "links.yaml"), "--out", "links")
        judged = self.objects("show", "links/run.trace", "--json", "--filter",
                              "check = pipe.certificate_time and result = fails")
        self.assertEqual({r["actor"] for r in judged}, {"device"})
        # One that was right already, or becomes so too late, shows nothing.
        status, result, lines = self.judged("right.yaml", text.replace("2200h", "0s"))
        self.assertEqual((status, result), (1, "not-delivered"), lines)

    def test_a_clock_is_set_by_whole_seconds(self):
        path = self.write("clocks.yaml", HEAD + """adversary:
  - {at: noc, when: S1.10, do: {clock: 1500ms}}
  - {at: noc, when: S1.10, do: {clock: soon}}
  - {at: noc, when: S1.10, do: {clock: 900000h}}
  - {at: noc, when: noc > app NocProvisioning, do: {clock: 1h, drop: true}}
  - {on: [relay], when: S1.9, do: {clock: 1h}}
""")
        _, err = self.expect(2, "lint", path)
        name = os.path.join("knox", "clocks.yaml")
        for line, column in ((7, 40), (8, 40), (9, 40)):
            self.assertIn(f"{name}:{line}:{column}: clock, expected a duration from -876600h to 876600h", err)
        self.assertIn(f"{name}:10:", err)
        self.assertIn("send and clock in an entry of their own", err)
        self.assertIn(f"{name}:11:", err)

    def test_triggers_name_checks_machines_and_states(self):
        path = self.write("names.yaml", HEAD + """adversary:
  - {on: [relay], when: check uem.token_is_yuong, do: {blackout: 1s}}
  - {on: [relay], when: {on: S1.10, after: 'state uem.replay "await data"'}, do: {blackout: 1s}}
  - {on: [relay], when: {on: S1.10, until: 'state uem.reply "await date"'}, do: {blackout: 1s}}
""")
        _, err = self.expect(2, "lint", path)
        name = os.path.join("knox", "names.yaml")
        self.assertIn(f'{name}:7:25: unknown check, expected one of ', err)
        self.assertIn('(did you mean "uem.token_is_young"?)', err)
        self.assertIn(f'{name}:8:44: unknown machine, ', err)
        self.assertIn(f'{name}:9:44: unknown state, ', err)
        self.assertIn('(did you mean "await data"?)', err)

    def test_the_form_of_messages_is_a_check(self):
        out, _ = self.expect(0, "list", "--checks")
        self.assertIn("pipe.message_form", out)
        text = """adversary:
  - {at: app, when: app > noc ActivationRequest, do: {set: {uid: ""}}}
expect: {by: pipe.message_form, reaches: {device: S1.10}}
limits: {virtual: 12h}
"""
        status, result, lines = self.judged("form.yaml", text)
        self.assertEqual((status, result), (0, "as expected"), lines)
        # Where all messages are, it was asked and held.
        status, result, lines = self.judged("formed.yaml", "expect: {by: pipe.message_form}\n")
        self.assertEqual((status, result), (1, "not refused"), lines)

    def test_what_is_said_often_is_bounded_before_it_is_sent(self):
        # Ten thousand units of 60 KB would wait for a connection that carries 64 KB in a second.
        big = "{repeat: {of: a, times: 60000}}"
        for act in (f"send: {{channel: console, unit: {big}, times: 10000}}",
                    f"raw: {big}, duplicate: 10000"):
            when = "S1.3a" if act.startswith("send") else "admin > uem GenerateKey"
            text = f"adversary:\n  - {{at: admin, when: {when}, do: {{{act}}}}}\n"
            path = self.write("big.yaml", HEAD + text + "expect: {verdict: holds}\nlimits: {bytes: 1MiB}\n")
            out, _ = self.expect(3, "run", path, "--out", "big")
            self.assertIn("ended: bytes", " ".join(out.split()))
            shown, _ = self.expect(0, "show", "big/run.trace", "--filter", "kind = act or kind = sent")
            said = [line for line in shown.splitlines() if "admin" in line]
            self.assertLess(len(said), 64, shown[-2000:])  # two records each, of 17
            self.assertLess(os.path.getsize(os.path.join(self.folder, "big", "run.trace")), 4 * 2 ** 20)
