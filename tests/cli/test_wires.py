"""test_wires.py - acts upon packets and false identities, from the file to what is shown of the run."""
import os

from program import Program

HEAD = """actflow: 1
scenario: somebody is on the wire
flow: knox/flow.yaml
variant: next-app
seed: 7
adversary:
"""
TAIL = """expect:
  verdict: holds
  outcome: {app: {result: 0}}
"""


class Wires(Program):
    def play(self, status, entry, *more, tail=TAIL):
        path = self.write("wire.yaml", HEAD + "  - " + entry + "\n" + tail)
        return self.expect(status, "run", path, *more)[0]

    def test_an_act_is_shown_with_what_it_made(self):
        self.play(0, '{on: [relay], when: "device > infrastructure packet #6", do: {flip: -1}}',
                  "--out", "o")
        trace = os.path.join(self.folder, "o", "run.trace")
        act = self.objects("show", trace, "--json", "--filter", "kind = act")
        self.assertEqual([(a["name"], a["actor"], a["peer"], a["channel"]) for a in act],
                         [("flip", "device", "infrastructure", "relay")])
        packets = self.objects("show", trace, "--json", "--filter",
                               "kind = packet and channel = relay and actor = device")
        taken = [p for p in packets if p["text"] == "taken"]
        made = [p for p in packets if p["parents"] == [act[0]["id"]]]
        self.assertEqual((len(taken), len(made)), (1, 1))
        self.assertEqual(act[0]["parents"], [taken[0]["id"]])
        before, after = bytes.fromhex(taken[0]["bytes"]), bytes.fromhex(made[0]["bytes"])
        self.assertEqual([i for i in range(len(before)) if before[i] != after[i]], [len(before) - 1])
        self.assertEqual(before[-1] ^ after[-1], 1)

    def test_an_act_that_met_no_packet_is_not_delivered(self):
        out = self.play(1, '{on: [relay], when: "device > infrastructure packet #999", '
                           'do: {drop: true}}')
        self.assertIn("wire.yaml:7:5: adversary:", out)
        self.assertIn("not-delivered", out)

    def test_a_false_identity_is_refused_by_its_check(self):
        tail = TAIL.replace("result: 0", "result: -101") + "  reaches: {device: S1.9}\n"
        entry = "{at: noc, when: 0s, do: {present: %s, channel: noc_session}}"
        self.play(0, entry % "expired", tail=tail + "  by: pipe.certificate_time\n")
        out = self.play(1, entry % "expired", tail=tail + "  by: pipe.certificate_host\n")
        self.assertIn("wrong-reason", out)

    def test_a_server_without_a_certificate_refuses_nobody(self):
        entry = "{at: %s, when: 0s, do: {present: none, channel: %s}}"
        tail = TAIL.replace("result: 0", "result: -101")
        self.play(0, entry % ("noc", "noc_session"), tail=tail + "  reaches: {device: S1.9}\n")
        self.play(0, entry % ("secure_connect", "tunnel"), tail=tail + "  reaches: {device: S1.6}\n")

    def test_what_cannot_work_is_told_with_its_place(self):
        path = self.write("wire.yaml", HEAD +
                          '  - {on: [relay], when: "device > noc packet", do: {drop: true}}\n'
                          '  - {at: app, when: 0s, do: {present: expired}}\n')
        _, err = self.expect(2, "run", path)
        self.assertIn("wire.yaml:7:25: when, expected the two ends of a wire of on", err)
        self.assertIn("wire.yaml:8:10: at, expected an actor that presents a certificate", err)

    def test_steps_may_have_to_be_those_of_the_run_without(self):
        tail = TAIL + "  steps: unchanged\n"
        entry = '{on: [signalling], when: "packet #1..50", do: {%s}}'
        self.play(0, entry % "split: 3", tail=tail)
        # UEM's answer is ready before it is asked for, or it is not: both are in order, not the same.
        late = '{on: [noc_session], when: "secure_connect > noc packet #8", do: {delay: 500ms}}'
        self.play(0, late)
        out = self.play(1, late, tail=tail)
        self.assertIn("wire.yaml:11:10: steps: expected of uem.reply of uem, session 1", out)
        self.assertIn("not as expected", out)

    def test_steps_are_compared_with_a_run_that_is_another(self):
        path = self.write("alone.yaml", HEAD.replace("adversary:\n", "") + TAIL +
                          "  steps: unchanged\n")
        err = self.expect(2, "run", path)[1]
        self.assertIn("alone.yaml:9:10: steps, expected an adversary or a crash to compare without", err)

    def test_what_is_shown_must_be_all_of_the_list(self):
        shown = ["TunnelRequest.device", "ConnectionGranted.association", "SignalData.association",
                 "SignalData.payload", "RelayedSignal.association", "RelayedSignal.payload",
                 "Datagram.association", "Datagram.payload", "RelayedDatagram.association",
                 "RelayedDatagram.payload", "knox-device-1", "secure-connect.example",
                 "device.example", "CN=device", "CN=secure_connect", "CN=actflow run CA"]
        entry = '{on: [signalling], when: "device > infrastructure packet #4", do: {delay: 1ms}}'
        tail = TAIL + "  sees: {infrastructure: [%s]}\n"
        self.play(0, entry, tail=tail % ", ".join(shown))
        out = self.play(1, entry, tail=tail % ", ".join(shown[1:]))
        self.assertIn("sees: expected infrastructure to be shown nothing else, actual "
                      "TunnelRequest.device", " ".join(out.split()))
        out = self.play(1, entry, tail=tail % ", ".join(shown + ["user@example.com"]))
        self.assertIn("sees: expected infrastructure to be shown user@example.com, actual it was not",
                      " ".join(out.split()))
        leak = "{at: device, when: device > infrastructure TunnelRequest, do: {set: {device: %s}}}"
        for name in ("user@example.com", "com.example.notes", "uem.example"):
            out = self.play(1, leak % name, tail=tail % ", ".join(shown))
            self.assertIn("shown nothing else, actual " + name, " ".join(out.split()))

    def test_who_is_shown_nothing_is_shown_nothing(self):
        entry = '{on: [noc_link], when: "proxy > noc packet #1", do: {reset: true}}'
        tail = ("expect: {verdict: holds, outcome: {app: {result: -101}}, reaches: {device: S1.7}, "
                "sees: {noc: [uid]}}\n")
        out = " ".join(self.play(1, entry, tail=tail).split())
        self.assertIn("sees: expected noc to be shown uid, actual it was not", out)
        self.assertNotIn("nothing else", out)

    def test_the_same_seed_gives_the_same_bytes(self):
        lines = [self.play(0, '{on: [relay], when: "infrastructure > device packet #2..9", '
                              'do: {delay: 70ms}}') for _ in range(2)]
        heads = [[l for l in text.splitlines() if l.startswith("chain head")] for text in lines]
        self.assertEqual(heads[0], heads[1])
        self.assertEqual(len(heads[0]), 1)
