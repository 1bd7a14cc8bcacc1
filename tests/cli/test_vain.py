"""test_vain.py - acts that change nothing: a scenario does not pass because of them."""
from program import Program

HEAD = """actflow: 1
scenario: an act of this test
attack: K01
flow: knox/flow.yaml
variant: {}
seed: 7
"""
SETUP = "{at: app, when: app > noc SecureChannelSetup, do: {%s}}"
PACKET = '{on: [noc_session], when: "secure_connect > noc packet #8", do: {%s}}'
TYPED = "{at: user, when: user > app TypedKey, do: {type: {%s}}}"
GOOD = "{outcome: {app: {result: 0}}, reaches: {device: S1.17}}"


class Vain(Program):
    def result(self, *entries, variant="next-app", crash="", more=""):
        """What the result line says of a scenario with these entries; status and all text."""
        text = HEAD.format(variant) + more + crash
        text += "adversary:\n" + "".join(f"  - {entry}\n" for entry in entries) if entries else ""
        status, out, err = self.call("run", self.write("vain.yaml", text + f"expect: {GOOD}\n"))
        text = (out + err).decode()
        lines = [line.split(None, 1)[1].strip() for line in text.splitlines() if line.startswith("result ")]
        return status, lines[0] if lines else None, " ".join(text.split())

    def vain(self, *entries, **more):
        status, result, text = self.result(*entries, **more)
        self.assertEqual((status, result), (1, "not-delivered"), text)
        return text

    def done(self, *entries, **more):
        status, result, text = self.result(*entries, **more)
        self.assertEqual((status, result), (0, "as expected"), text)

    def test_a_field_or_unit_that_becomes_what_it_is(self):
        text = self.vain(SETUP % 'set: {body.salt: "@.body.salt"}')
        self.assertIn("it is that already", text)
        self.vain(SETUP % 'raw: "@.unit"')
        # As it was written all along: the user's name has no hyphens.
        self.vain(TYPED % "uid: bare", variant="first-app-admin")
        self.vain(TYPED % "key: upper", TYPED % "key: upper", variant="first-app-admin")
        self.done(TYPED % "key: upper", variant="first-app-admin")
        # One of two fields is another: that is what a file with `for` may write.
        self.done(TYPED % "uid: bare, key: upper", variant="first-app-admin")

    def test_a_change_that_is_taken_back(self):
        flip = SETUP % 'set: {body.salt: {flip: {of: "@.body.salt", bit: 0}}}'
        self.vain(flip, flip)
        self.vain(PACKET % "flip: 5", PACKET % "flip: 5")

    def test_a_change_of_what_goes_no_further(self):
        # TCP says it again, unchanged.
        self.vain(PACKET % "flip: 5, drop: true")
        self.vain(PACKET % "delay: 5ms", PACKET % "drop: true")
        self.done(PACKET % "drop: true")
        self.done(PACKET % "delay: 5ms")
        # Who keeps it has it as it was changed.
        self.done(PACKET % "flip: 5, drop: true, capture: a")

    def test_what_only_looks_is_no_attack(self):
        text = self.vain(SETUP % 'keep: {unit: "@.unit"}')
        self.assertIn("vain.yaml:3:9: attack: expected an act", text)
        self.done(SETUP % "capture: unit")  # who listens attacks

    def test_a_refusal_that_follows_from_what_only_looks(self):
        # The user types the key wrongly; what refuses does so because of that, not of what is kept at the NOC.
        text = HEAD.format("first-app-admin").replace("attack: K01\n", "") + """profile: {attempts: 2, retry: retype}
adversary:
  - {on: [relay], when: S1.11, do: {blackout: 3min}}
  - {at: noc, when: "app > noc ActivationRequest #1 accepted", do: {keep: {uid: "@.uid"}}}
expect: {by: noc.access_key_is_unspent, reaches: {device: S1.10}}
limits: {virtual: 12h}
"""
        status, out, _ = self.call("run", self.write("kept.yaml", text))
        self.assertEqual(status, 1)
        self.assertIn("result       not-delivered", out.decode())

    def test_nobody_is_there_to_be_killed(self):
        crash = "crash:\n  - {actor: proxy, when: 30s, down: 2s}\n  - {actor: proxy, when: 31s, down: 1s}\n"
        text = self.vain(crash=crash)
        self.assertIn("vain.yaml:9:5: crash: expected its time, step or message to come", text)
        self.assertNotIn("vain.yaml:8:5", text)
        self.done(crash=crash.replace("31s", "35s"))

    def test_a_wire_goes_dark_when_nothing_passes(self):
        dark = "{on: [noc_session], when: %s, do: {blackout: 1s}}"
        self.vain(dark % "1s")  # before the app dials
        self.vain(dark % "40s")  # and long after
        self.done(dark % "4s")
        self.vain(dark % "4s", dark % "10s")

    def test_a_clock_is_wrong_when_nobody_looks(self):
        clock = "{at: %s, when: %s, do: {clock: %s}}"
        self.vain(clock % ("app", "20s", "2s"))  # it has long been activated
        self.vain(clock % ("proxy", "20s", "1h"))
        self.done(clock % ("app", "1s", "2s"))
        self.done(clock % ("app", "1s", "2s"), clock % ("app", "20s", "0s"))
        self.vain(clock % ("app", "1s", "1h"), clock % ("app", "1010ms", "2s"))  # before it did anything by it

    def test_who_somebody_is_where_nobody_meets_him(self):
        being = "{at: uem, when: 0s, do: {%s, channel: self_service}}"
        self.vain(being % "present: true")  # this variant's user asks for no key there
        self.vain(being % "speak: tls1.2")
        self.done(being.replace("self_service", "console") % "present: true")

    def test_a_speech_that_is_not_heard_there(self):
        speech = "{at: %s, when: 0s, do: {speak: %s, channel: %s}}"
        for word in ("null-only", "cbc-only", "anonymous-only", "dtls1.0"):
            self.vain(speech % ("app", word, "noc_session"))  # TLS 1.3 has no such suites
        self.vain(speech % ("device", "tls1.2", "tunnel"))
        self.done(speech % ("app", "tls1.2-too", "noc_session"))

    def refused(self, entry, place, what):
        text = HEAD.format("next-app") + f"adversary:\n  - {entry}\nexpect: {GOOD}\n"
        _, err = self.expect(2, "run", self.write("vain.yaml", text))
        self.assertIn(f"vain.yaml:{place}: {what}", err)

    def test_what_can_do_nothing_is_refused(self):
        self.refused("{at: device, when: 0s, do: {present: expired, channel: signalling}}", "8:60",
                     "channel, expected one on which the actor presents a certificate")
        self.refused("{on: [relay], when: {on: S1.6, every: true}, do: {drop: true}}", "8:25",
                     "when, expected no every with acts upon packets")
        self.refused("{at: noc, when: {on: 0s, after: S1.6}, do: {present: true}}", "8:21",
                     "when, expected 0s: an actor is who it is from the beginning")
