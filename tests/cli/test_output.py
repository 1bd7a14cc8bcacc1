"""test_output.py - what the program writes, where, and what it says when it cannot."""
import base64
import fcntl
import os
import pty
import re
import resource
import select
import stat
import struct
import subprocess
import termios

import program
from program import Program

FILES = ["run.secrets", "run.trace", "run.txt"]


def small_files_only():
    """In the child: no file may grow beyond 4 KiB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


class Writing(Program):
    def test_the_three_files(self):
        out, _ = self.expect(0, "run", self.next_app, "--out", "a/b")
        self.assertEqual(sorted(os.listdir(os.path.join(self.folder, "a/b"))), FILES)
        self.assertEqual(self.read("a/b/run.txt").decode(), out)
        mode = stat.S_IMODE(os.stat(os.path.join(self.folder, "a/b/run.secrets")).st_mode)
        self.assertEqual(mode, 0o600)

    def test_files_are_replaced_and_secrets_stay_closed(self):
        path = os.path.join(self.folder, "run.secrets")
        with open(path, "w", encoding="utf-8") as file:
            file.write("old")
        os.chmod(path, 0o666)
        self.expect(0, "run", self.next_app, "--out", ".")
        self.assertNotEqual(self.read("run.secrets"), b"old")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_each_of_several_has_its_folder(self):
        self.expect(0, "run", self.scenarios, "--out", "o")
        self.assertEqual(sorted(os.listdir(os.path.join(self.folder, "o/knox/next-app"))), FILES)

    def test_two_scenarios_for_one_folder_are_refused(self):
        other = os.path.join(self.scenarios, "next-app.yaml")
        os.link(self.next_app, other)
        _, err = self.expect(2, "run", self.next_app, other, "--out", "o")
        self.assertIn("--out", err)

    def test_names_that_are_no_folders_are_refused(self):
        for name in ("..yaml", "...yaml", ".yaml"):
            path = self.write(name, self.text_of_next_app())
            _, err = self.expect(2, "run", path, self.next_app, "--out", "o")
            self.assertIn(f"{path}: --out: expected a name", err)
            self.assertFalse(os.path.exists(os.path.join(self.folder, "o")))

    def test_a_folder_in_use_is_refused(self):
        os.mkdir(os.path.join(self.folder, "o"))
        held = os.open(os.path.join(self.folder, "o"), os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
        out, err = self.expect(74, "run", self.next_app, "--out", "o")
        self.assertEqual((out, os.listdir(os.path.join(self.folder, "o"))), ("", []))
        self.assertRegex(err, r"^o: in use by another run")
        os.close(held)
        self.expect(0, "run", self.next_app, "--out", "o")

    def test_a_folder_that_cannot_be_written(self):
        with open(os.path.join(self.folder, "file"), "w", encoding="utf-8"):
            pass
        for folder in ("file", "file/below", "/proc/nowhere"):
            out, err = self.expect(74, "run", self.next_app, "--out", folder)
            self.assertIn("run.trace, run.secrets and run.txt of this run are not written", err)
            self.assertIn(folder, err)
            self.assertEqual(out, "")

    def test_a_full_disk(self):
        _, err = self.expect(74, "run", self.next_app, "--out", "o", preexec_fn=small_files_only)
        self.assertIn("run.trace: cannot be written", err)
        self.assertEqual(os.listdir(os.path.join(self.folder, "o")), [])

    def test_a_stdout_that_may_not_grow(self):
        with open(os.path.join(self.folder, "out"), "wb") as out:
            _, err = self.expect(74, "run", self.next_app, stdout=out, preexec_fn=small_files_only)
        self.assertIn("stdout: cannot be written: File too large", err)

    def test_a_full_stdout(self):
        for arguments in (["run", self.next_app], ["list"], ["list", "--rows"], ["tables"], ["help"], ["run", "--help"],
                          ["--version"], ["list", "--checks"], ["explain", "0"],
                          ["run", self.next_app, "--json"]):
            with open("/dev/full", "wb") as full:
                _, err = self.expect(74, *arguments, stdout=full)
            self.assertIn("stdout: cannot be written: No space left", err)

    def test_a_closed_stdout(self):
        done = subprocess.run(["sh", "-c", '"$0" run "$1" --out o >&-', program.BINARY, self.next_app],
                              cwd=self.folder, stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertIn(b"stdout: cannot be written", done.stderr)
        self.assertEqual(self.read("o/run.trace")[:16], b"actflow-trace 1\n")

    def test_a_reader_that_is_gone(self):
        reading, writing = os.pipe()
        os.close(reading)
        _, err = self.expect(74, "run", self.next_app, stdout=writing)
        os.close(writing)
        self.assertIn("Broken pipe", err)


class Secrets(Program):
    def forms(self, value):
        yield value
        yield value.hex().encode()
        yield value.hex().upper().encode()
        yield base64.b64encode(value).rstrip(b"=")[:-1]
        if value.isalnum():
            typed = b"-".join(value[i:i + 5] for i in range(0, len(value), 5))
            yield from (typed, typed.upper(), value.upper())

    def test_no_secret_is_in_any_public_output(self):
        public = []
        for mode in ([], ["-v"], ["--json"]):
            public += self.call("run", self.next_app, "--out", "o", *mode)[1:]
        for mode in ([], ["-v"], ["--json"]):
            public += self.call("check", "o/run.trace", *mode)[1:]
        public.append(self.read("o/run.txt"))
        searched = 0
        for line in self.read("o/run.secrets").decode().splitlines():
            reference, _, _, _, value = line.split("\t")
            value = bytes.fromhex(value)
            if len(value) < 8:
                continue
            for form in self.forms(value):
                for text in public:
                    self.assertNotIn(form, text, f"{reference} is shown")
                searched += 1
        self.assertGreater(searched, 40)


    def test_a_secret_that_would_be_shown_ends_the_run(self):
        self.expect(0, "run", self.next_app, "--out", "o")
        keys = [line.split("\t") for line in self.read("o/run.secrets").decode().splitlines()]
        key = next(bytes.fromhex(k[4]).decode() for k in keys if k[1] == "access_key")
        typed = f"{key[:5]}-{key[5:10]}-{key[10:]}".upper()
        text = self.text_of_next_app()
        title = next(line for line in text.splitlines() if line.startswith("scenario: "))
        for form in (key, typed, key.encode().hex()):
            path = self.write("leak.yaml", text.replace(title, f"scenario: the key is {form}", 1))
            for mode in ([], ["--json"], ["--out", "p"]):
                out, err = self.expect(70, "run", path, *mode)
                self.assertEqual(out, "")
                self.assertIn("a secret of class access_key would have been shown", err)
                self.assertNotIn(form, err)
        self.assertEqual(os.listdir(os.path.join(self.folder, "p")), [])


class Terminal(Program):
    def shown(self, columns, *arguments, env=None):
        """What the program writes to a terminal of this width."""
        try:
            ours, its = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminal to be had here: {error}")
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        whole = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        whole.update({"TERM": "xterm"}, **(env or {}))
        child = subprocess.Popen([program.BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=its,
                                 stderr=subprocess.DEVNULL, env=whole, cwd=self.folder)
        os.close(its)
        text = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
        os.close(ours)
        self.assertEqual(child.wait(60), 0)
        return text.decode().replace("\r\n", "\n")

    def test_records_are_coloured_and_nothing_else(self):
        self.expect(0, "run", self.next_app, "--out", "o")
        show = ("show", "o/run.trace", "--filter", "kind = step or kind = setting")
        coloured = self.shown(72, *show)
        self.assertIn("\x1b[32m\u2713\x1b[0m", coloured)
        plain, _ = self.expect(0, *show)
        self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", coloured), plain)
        self.assertEqual(self.shown(72, *show, "--no-color"), plain)
        self.assertNotIn("\x1b[", self.shown(72, *show, "--json"))

    def test_lines_fit(self):
        for columns, most in ((200, 120), (120, 120), (100, 100), (72, 72), (60, 60)):
            text = re.sub(r"\x1b\[[0-9;]*m", "", self.shown(columns, "run", self.next_app))
            for line in text.splitlines():
                if not line.startswith(("run again", "chain head")):
                    self.assertLessEqual(len(line), most, line)

    def test_colour_is_for_terminals_that_want_it(self):
        self.assertIn("\x1b[", self.shown(120, "run", self.next_app))
        self.assertNotIn("\x1b[", self.shown(120, "run", self.next_app, "--no-color"))
        self.assertNotIn("\x1b[", self.shown(120, "run", self.next_app, env={"NO_COLOR": "1"}))
        self.assertNotIn("\x1b[", self.expect(0, "run", self.next_app)[0])

    def test_colour_changes_nothing_else(self):
        coloured = self.shown(120, "run", self.next_app)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
        without = [line for line in plain.splitlines() if not line.startswith("wall time")]
        self.assertEqual(without, self.expect(0, "run", self.next_app)[0].splitlines())
