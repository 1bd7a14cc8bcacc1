"""program.py - how the tests of the command line call the program: as a process, in a tree of its own.

A test gets a folder with a copy of scenarios/, so that nothing it writes touches the project. It has
not those of faults/ and attacks/: they are many, and the command line is the same for fewer.
"""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

BINARY = ""
ROOT = ""
SECONDS = 60  # that a call may take before it counts as hanging


class Program(unittest.TestCase):
    """One temporary folder a test; self.scenarios is a copy of the project's, without what takes long."""

    LEFT_OUT = ("refusals", "attacks")

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        self.scenarios = os.path.join(self.folder, "scenarios")
        shutil.copytree(os.path.join(ROOT, "scenarios"), self.scenarios,
                        ignore=shutil.ignore_patterns("faults", *self.LEFT_OUT, "blackouts.yaml", "outages.yaml",
                                                      "ten-devices.yaml", "hundred-devices.yaml", "*-thorough.yaml"))
        self.next_app = os.path.join(self.scenarios, "knox", "next-app.yaml")

    def call(self, *arguments, env=None, stdout=subprocess.PIPE, **more):
        """Run the program; its exit status, stdout and stderr as bytes."""
        whole = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR")}
        whole.update(env or {})
        done = subprocess.run([BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=stdout,
                              stderr=subprocess.PIPE, cwd=self.folder, env=whole, timeout=SECONDS,
                              check=False, **more)
        self.assertGreaterEqual(done.returncode, 0, f"{arguments} died: {done.stderr!r}")
        return done.returncode, done.stdout, done.stderr

    def expect(self, status, *arguments, **more):
        """As call, but the exit status must be this one; stdout and stderr as text."""
        actual, out, err = self.call(*arguments, **more)
        text = (out or b"").decode(), err.decode()
        self.assertEqual(actual, status, f"{arguments}\n{text[0][-2000:]}\n{text[1]}")
        return text

    def objects(self, *arguments, status=0, **more):
        """The JSON objects, one a line, that a call prints."""
        out, _ = self.expect(status, *arguments, **more)
        self.assertTrue(out.endswith("\n"))
        return [json.loads(line) for line in out.splitlines()]

    def write(self, name, content):
        """A file beside next-app.yaml; its path."""
        path = os.path.join(self.scenarios, "knox", name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, *path):
        with open(os.path.join(self.folder, *path), "rb") as file:
            return file.read()

    def text_of_next_app(self):
        return self.read(self.next_app).decode()

    def text_without_story(self):
        """next-app.yaml without expect.trace, for what changes its story."""
        return re.sub(r"(?m)^  trace: \|\n(?:    .*\n)*", "", self.text_of_next_app())
