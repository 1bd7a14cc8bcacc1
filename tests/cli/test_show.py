"""test_show.py - `show` prints the records that there are, and a filter chooses those that it says."""
import os
import re
import subprocess

import program
import traces
from program import Program

KEYS = ["id", "at_ns", "kind", "parents", "actor", "peer", "channel", "message", "machine", "stimulus",
        "from", "to", "name", "text", "source", "reference", "file", "flow", "variant", "device",
        "session", "tag", "number", "seed", "bytes", "checks", "cuts", "values"]
SECOND = 1000000000


def results(record):
    return [c["holds"] for c in record["checks"]]


# For each field what an expression says, told again in another language.
CHOICES = [
    ("time >= 4s", lambda r: r["at_ns"] >= 4 * SECOND),
    ("time < 3012ms", lambda r: r["at_ns"] < 3012000000),
    ("time = 3.012s", lambda r: r["at_ns"] == 3012000000),
    ("actor = uem", lambda r: r["actor"] == "uem"),
    ("actor ~ app", lambda r: "app" in r["actor"]),
    ("actor = app", lambda r: r["actor"] == "app"),
    ("peer = noc", lambda r: r["peer"] == "noc"),
    ("peer = relay.noc.example or peer = uem.example", lambda r: r["peer"] == "uem.example"),
    ("message = SecureChannelSetup", lambda r: r["message"] == "SecureChannelSetup"),
    ("message ~ Key", lambda r: "Key" in r["message"]),
    ("channel = uem_reply", lambda r: r["channel"] == "uem_reply"),
    ("channel != tunnel", lambda r: r["channel"] != "tunnel"),
    ("step = S1.12", lambda r: r["step"] == "S1.12"),
    ("step ~ S1.1", lambda r: "S1.1" in r["step"]),
    ("step != ''", lambda r: r["step"] != ""),
    ("check = uem.setup_mac_is_good",
     lambda r: any(c["check"] == "uem.setup_mac_is_good" for c in r["checks"])),
    ("check ~ token", lambda r: any("token" in c["check"] for c in r["checks"])),
    ("result = holds", lambda r: True in results(r)),
    ("result != holds", lambda r: True not in results(r)),
    ("kind = sent", lambda r: r["kind"] == "sent"),
    ("kind ~ te", lambda r: "te" in r["kind"]),
    ("session = 5", lambda r: r["session"] == 5),
    ("session > 3 and session <= 6", lambda r: 3 < r["session"] <= 6),
    ("machine = uem.link", lambda r: r["machine"] == "uem.link"),
    ("machine ~ secure_connect", lambda r: "secure_connect" in r["machine"]),
    ("state = linked", lambda r: "linked" in (r["from"], r["to"])),
    ("state ~ 'await '", lambda r: "await " in r["from"] or "await " in r["to"]),
    ("text ~ genuine", lambda r: "genuine" in r["text"]),
    ("text = secured", lambda r: "secured" in (r["text"], r["name"])),
    ("not (kind = step or kind = judged)", lambda r: r["kind"] not in ("step", "judged")),
    ("actor = uem and (kind = sent or kind = accepted) and time > 1009ms",
     lambda r: r["actor"] == "uem" and r["kind"] in ("sent", "accepted") and r["at_ns"] > 1009000000),
]


class Showing(Program):
    def setUp(self):
        super().setUp()
        self.expect(0, "run", self.next_app, "--out", "o")
        self.flow = os.path.join(self.scenarios, "knox", "flow.yaml")

    def lines(self, *arguments, status=0):
        return self.expect(status, "show", "o/run.trace", *arguments)[0].splitlines()

    def test_every_record_is_a_line_and_an_object(self):
        lines, records = self.lines(), self.objects("show", "o/run.trace", "--json")
        self.assertEqual([int(line.split()[0]) for line in lines], list(range(1, len(lines) + 1)))
        self.assertEqual([r["id"] for r in records], list(range(1, len(lines) + 1)))
        for line, record in zip(lines, records):
            self.assertEqual(list(record), KEYS)
            self.assertEqual(line.split()[1], f"{record['at_ns'] // 1000000}.{record['at_ns'] % 1000000:06}")
            for word in ("actor", "peer", "channel", "message", "kind", "text", "source"):
                self.assertIn(record[word], line)
            for check in record["checks"]:
                self.assertIn(("\u2713 " if check["holds"] else "\u2717 ") + check["check"], line)
        (checked,) = self.objects("check", "o/run.trace", "--json")
        self.assertEqual(checked["records"], len(lines))
        self.assertTrue(any(r["cuts"] for r in records))

    def test_verbose_says_more_of_the_same_records(self):
        for line, more in zip(self.lines(), self.lines("-v")):
            if " setting " not in line:
                self.assertTrue(more.startswith(line), more)
            self.assertRegex(more, r"\{session \d+, parents ")

    def test_every_field_chooses_exactly_its_records(self):
        every = self.objects("show", "o/run.trace", "--json", "--flow", self.flow)
        for expression, chosen in CHOICES:
            wanted = [r["id"] for r in every if chosen(r)]
            ids = [r["id"] for r in self.objects("show", "o/run.trace", "--json", "--filter", expression)]
            self.assertEqual(ids, wanted, expression)
            lines = self.lines("--filter", expression)
            self.assertEqual([int(line.split()[0]) for line in lines], wanted, expression)

    def test_each_step_is_the_record_that_the_checker_names(self):
        (checked,) = self.objects("check", "o/run.trace", "--json")
        seen = {s["id"]: s for s in checked["steps"]}
        self.assertGreater(len(seen), 20)
        for step, told in seen.items():
            ids = [r["id"] for r in self.objects("show", "o/run.trace", "--json", "--filter", f"step = {step}")]
            self.assertIn(told["record"], ids, step)

    def test_a_filter_that_chooses_nothing_says_so(self):
        out, err = self.expect(4, "show", "o/run.trace", "--filter",
                               "actor = uem and check ~ token and result = fails")
        self.assertEqual(out, "")
        self.assertRegex(err, r"^o/run\.trace: none of its \d+ records is chosen by --filter\n$")

    def test_errors_of_a_filter_are_located(self):
        out, err = self.expect(2, "show", "o/run.trace", "--filter", "actr = uem and kind = sant")
        self.assertEqual(out, "")
        lines = err.splitlines()
        self.assertRegex(lines[0], r"^--filter:1:1: unknown field, expected .*, actual \"actr\", did you mean actor$")
        self.assertEqual(lines[1:3], ["  actr = uem and kind = sant", "  ^"])
        self.assertRegex(lines[3], r"^--filter:1:23: unknown kind, .*did you mean sent$")
        self.assertEqual(lines[5], " " * 24 + "^")

    def test_names_are_those_of_the_flow_and_of_this_build(self):
        for expression, meant in (("actor = uemm", "uem"), ("peer = relay.noc.exampel", "relay.noc.example"),
                                  ("channel = tunel", "tunnel"), ("step = S1.17x", "S1.17"),
                                  ("message = SecureChanelSetup", "SecureChannelSetup"),
                                  ("machine = uem.lnk", "uem.link"),
                                  ("check = uem.setup_mac_is_god", "uem.setup_mac_is_good")):
            _, err = self.expect(2, "show", "o/run.trace", "--filter", expression)
            self.assertRegex(err, rf"did you mean {re.escape(meant)}\n", expression)
        self.expect(4, "show", "o/run.trace", "--filter", "actor = app@7 or actor ~ uemm")
        _, err = self.expect(2, "show", "o/run.trace", "--filter", "state = xyzzy")
        self.assertIn("unknown state, expected one of ", err)
        self.assertIn("did you mean closed", self.expect(2, "show", "o/run.trace", "--filter", "state = closd")[1])
        self.expect(4, "show", "o/run.trace", "--filter", "state ~ xyzzy")

    def test_only_what_each_device_has_is_numbered(self):
        for field in ("actor", "peer"):
            _, err = self.expect(2, "show", "o/run.trace", "--filter", f"{field} = uem@2")
            self.assertIn("an actor of which not each device has one, expected admin, user, device, app or active_app",
                          err)
            for bad in ("app@0", "app@", "app@x", "app@1x"):
                _, err = self.expect(2, "show", "o/run.trace", "--filter", f"{field} != {bad}")
                self.assertIn("not a device's number, expected one from 1", err)

    def test_what_is_named_must_be_there(self):
        for command in ("show", "check"):
            _, err = self.expect(2, command, "o/run.trace", "--secrets", "nope")
            self.assertEqual(err, "nope: cannot be opened: No such file or directory\n")
            _, err = self.expect(2, command, "o/run.trace", "--variant", "nope")
            self.assertRegex(err, r"variant: expected one of next-app, first-app-admin, .*, actual \"nope\"")

    def test_what_is_no_regular_file_is_refused_at_once(self):
        os.mkfifo(os.path.join(self.folder, "fifo"))
        said = "cannot be read, expected a regular file, actual: a FIFO\n"
        for command in (["show", "fifo"], ["check", "fifo"], ["tables", "--check", "fifo"],
                        ["show", "o/run.trace", "--secrets", "fifo"], ["check", "o/run.trace", "--secrets", "fifo"]):
            self.assertEqual(self.expect(2, *command)[1], f"fifo: {said}")
        done = subprocess.run([program.BINARY, "show", "/dev/stdin"], input=self.read("o/run.trace"), check=False,
                              capture_output=True, timeout=program.SECONDS)
        self.assertEqual((done.returncode, done.stderr.decode()), (2, f"/dev/stdin: {said}"))

    def test_every_name_that_a_trace_has_is_known(self):
        every = self.objects("show", "o/run.trace", "--json")
        for field in ("actor", "peer", "message", "channel", "machine", "kind", "check"):
            values = sorted({c["check"] for r in every for c in r["checks"]} if field == "check"
                            else {r[field] for r in every} - {""})
            self.assertGreater(len(values), 8, field)
            for at in range(0, len(values), 50):
                some = values[at:at + 50]
                shown = self.objects("show", "o/run.trace", "--json", "--filter",
                                     " or ".join(f"{field} = '{v}'" for v in some))
                wanted = [r["id"] for r in every if (r[field] in some if field != "check" else
                                                     any(c["check"] in some for c in r["checks"]))]
                self.assertEqual([r["id"] for r in shown], wanted, field)

        states = sorted({r[key] for r in every if r["kind"] == "step" for key in ("from", "to")})
        self.assertGreater(len(states), 40)
        for state in states:
            wanted = [r["id"] for r in every if state in (r["from"], r["to"])]
            shown = self.objects("show", "o/run.trace", "--json", "--filter", f"state = '{state}'")
            self.assertEqual([r["id"] for r in shown], wanted, state)

    def test_names_of_a_flow_that_is_not_at_hand_are_not_judged(self):
        os.rename(self.scenarios, os.path.join(self.folder, "elsewhere"))
        self.expect(4, "show", "o/run.trace", "--filter", "actor = uemm")
        _, err = self.expect(2, "show", "o/run.trace", "--filter", "step = S1.12")
        self.assertIn("name it with --flow", err)
        out, _ = self.expect(0, "show", "o/run.trace", "--filter", "step = S1.12", "--flow",
                             "elsewhere/knox/flow.yaml")
        self.assertEqual(len(out.splitlines()), 1)

    def test_devices_of_a_run_are_told_apart(self):
        self.call("run", self.write("two.yaml", self.text_of_next_app().replace(
            "seed: 7", "seed: 7\ndevices: {count: 2, apart: 1s}", 1)), "--out", "two")
        every = self.objects("show", "two/run.trace", "--json")

        def device(record):
            named = re.search(r"@(\d+)$", record["actor"]) or re.search(r"@(\d+)$", record["peer"])
            return int(named.group(1)) if named else 0

        self.assertEqual([r["device"] for r in every], [device(r) for r in every])
        for expression, chosen in (("device = 1", lambda r: device(r) == 1),
                                   ("device >= 1 and device < 3", lambda r: device(r) in (1, 2)),
                                   ("actor = app", lambda r: r["actor"] in ("app@1", "app@2")),
                                   ("peer = active_app@2", lambda r: r["peer"] == "active_app@2")):
            wanted = [r["id"] for r in every if chosen(r)]
            self.assertGreater(len(wanted), 0)
            shown = self.objects("show", "two/run.trace", "--json", "--filter", expression)
            self.assertEqual([r["id"] for r in shown], wanted, expression)

    def test_traces_that_are_not_whole_are_refused_as_check_refuses_them(self):
        whole = self.read("o/run.trace")
        for changed in (b"", b"noise", whole[:-1], whole[:5000], whole + b"x",
                        whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:]):
            with open(os.path.join(self.folder, "o", "bad.trace"), "wb") as file:
                file.write(changed)
            out, err = self.expect(2, "show", "o/bad.trace")
            self.assertEqual(out, "")
            self.assertEqual(err, self.expect(2, "check", "o/bad.trace")[1])
        out, err = self.expect(1, "show", "o/run.trace", "--head", "0" * 64)
        self.assertEqual((out, err), ("", self.expect(1, "check", "o/run.trace", "--head", "0" * 64)[1]))

    def test_no_secret_is_shown(self):
        shown = b"".join(self.call("show", "o/run.trace", *mode)[1] for mode in ([], ["-v"], ["--json"]))
        searched = 0
        for line in self.read("o/run.secrets").decode().splitlines():
            reference, _, _, _, value = line.split("\t")
            if len(value) >= 16:
                searched += 1
                for form in (bytes.fromhex(value), value.encode()):
                    self.assertNotIn(form, shown, reference)
        self.assertGreater(searched, 40)

    def test_every_field_is_documented(self):
        _, err = self.expect(2, "show", "o/run.trace", "--filter", "nothing = 1")
        fields = re.findall(r"[a-z]+", re.search("expected (.*), actual", err).group(1).replace(" or ", " "))
        self.assertEqual(sorted(fields), sorted({c.split()[0] for c, _ in CHOICES if "(" not in c} | {"device"}))
        shown, _ = self.expect(0, "help", "show")
        with open(os.path.join(program.ROOT, "README.md"), encoding="utf-8") as file:
            readme = file.read()
        for field in fields:
            self.assertRegex(shown, rf"\b{field}\b")
            self.assertIn(f"`{field}`", readme)
            self.assertIn(f"{field} is a field of --filter", self.expect(0, "explain", field)[0])

    def test_every_kind_is_explained(self):
        _, err = self.expect(2, "show", "o/run.trace", "--filter", "kind = nothing")
        kinds = re.search("expected (.*), actual", err).group(1).replace(" or ", ", ").split(", ")
        self.assertGreater(len(kinds), 20)
        for kind in kinds:
            self.assertRegex(self.expect(0, "explain", kind)[0], rf"(?m)^{kind} is a kind of record: \w")

    def test_a_full_disk_is_said(self):
        with open("/dev/full", "wb") as full:
            self.expect(74, "show", "o/run.trace", stdout=full)


class Made(Program):
    """Traces that no scenario gives."""

    def made(self, name, records):
        path = os.path.join(self.folder, name)
        trace = traces.Trace(path)
        trace.write("run", [(15, "0" * 64), (16, "made"), (25, "none.yaml"), (26, "none")])
        for kind, fields in records:
            trace.write(kind, fields)
        trace.end()
        return path

    def test_devices_are_told_by_the_names_of_their_actors(self):
        path = self.made("two.trace", [("sent", [(5, "app@1"), (6, "noc"), (10, "Done")]),
                                       ("sent", [(5, "noc"), (6, "app@2"), (10, "Done")]),
                                       ("sent", [(5, "app@12"), (6, "active_app@12"), (10, "Done")])])
        for expression, ids in (("device = 2", [3]), ("actor = app", [2, 4]), ("actor = app@1", [2]),
                                ("device >= 1", [2, 3, 4]), ("peer = active_app", [4]),
                                ("device != 0 and not device = 12", [2, 3])):
            shown = self.objects("show", path, "--json", "--filter", expression)
            self.assertEqual([r["id"] for r in shown], ids, expression)

    def test_what_a_trace_says_cannot_act_upon_a_terminal(self):
        path = self.made("bad.trace", [("timer", [(5, "app\u202e"), (15, "a\tb\nc"), (16, "\u200f")])])
        for mode in ([], ["-v"], ["--json"]):
            out, _ = self.expect(0, "show", path, *mode)
            self.assertEqual(len(out.splitlines()), 3)
            for bad in "\u202e\u200f\t":
                self.assertNotIn(bad, out)

    def peak_near_the_end(self, path, count):
        """KiB that `show` ever had in memory when all but some hundred KB of its output are read. It
        waits then for the pipe; a peak that wait4 reports would be that of this process, or higher."""
        # AddressSanitizer keeps what was freed, up to 256 MB, unless told not to.
        kept_back = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
        with subprocess.Popen([program.BINARY, "show", path], stdout=subprocess.PIPE, cwd=self.folder,
                              env={**os.environ, "ASAN_OPTIONS": kept_back}) as child:
            for _ in range(count - 5000):
                self.assertTrue(child.stdout.readline())
            with open(f"/proc/{child.pid}/status", encoding="ascii") as status:
                fields = dict(line.split(":", 1) for line in status)
            rest = child.stdout.read()
            self.assertGreater(len(rest), 3 * 65536, "it waited indeed")
            self.assertEqual(child.wait(), 0)
        return int(fields["VmHWM"].split()[0])

    def test_memory_does_not_grow_with_the_trace(self):
        peaks = []
        for count in (10000, 200000):
            path = self.made("long.trace", [("timer", [(5, "app"), (14, 2), (16, "set"), (18, "wait")])] * count)
            peaks.append(self.peak_near_the_end(path, count))
        self.assertLess(peaks[1] - peaks[0], 1024, "KiB")
