"""test_new.py - `new` writes a scenario that can be played at once and names every key that there is."""
import json
import os
import re
import stat

from program import Program


def keys_of(schema, path=()):
    """Every key of a JSON Schema, with those that it is in; items of maps and lists are no keys."""
    for name, below in schema.get("properties", {}).items():
        yield path + (name,), below
        yield from keys_of(below, path + (name,))
    for kind in ("additionalProperties", "items"):
        if isinstance(schema.get(kind), dict):
            yield from keys_of(schema[kind], path)


def words_of(text):
    """A file's comments without its breaks: what a sentence is looked for in."""
    return re.sub(r"\n#? *# ", " ", text)


class New(Program):
    def setUp(self):
        super().setUp()
        self.knox = os.path.join(self.scenarios, "knox")

    def made(self, *arguments, name="mine", folder=None):
        folder = folder or self.knox
        self.expect(0, "new", name, "--dir", folder, *arguments)
        return os.path.join(folder, name + ".yaml")

    def switched_on(self, path):
        """The file with every key on."""
        text = re.sub(r"(?m)^#(?! )|^#(?=  )", "", self.read(path).decode())
        return self.write("on.yaml", text)

    def test_it_can_be_linted_and_played_at_once(self):
        for number, variant in enumerate(("", "first-app-admin", "first-app-self-service",
                                          "next-app-reverse-reply")):
            path = self.made(*(("--variant", variant) if variant else ()), name=f"m{number}")
            self.expect(0, "lint", path)
            out, _ = self.expect(0, "run", path)
            self.assertIn(f" variant {variant or 'next-app'} ", out)
            self.assertRegex(out, r"(?m)^verdict +holds$")

    def test_it_names_every_key_of_the_schema_with_its_sentence(self):
        schema = json.loads(self.expect(0, "lint", "--schema")[0])
        text = self.read(self.made()).decode()
        keys = list(keys_of(schema))
        self.assertGreater(len(keys), 20)
        for path, below in keys:
            self.assertRegex(text, rf"(?m)^#?{'  ' * (len(path) - 1)} *(- )?{path[-1]}:", path)
            self.assertIn(" " + below["description"], words_of("\n" + text), path)

    def test_every_key_can_be_put_on(self):
        path = self.switched_on(self.made())
        text = self.read(path).decode()
        for key in ("wires", "profile", "  outcome", "  trace", "limits"):
            self.assertRegex(text, rf"(?m)^{key}:")
        _, err = self.call("lint", path)[1:]
        # what a kind suggests need not fit a key that has no example yet; its shape does
        self.assertNotRegex(err.decode(), r"unknown key|duplicate|not YAML|syntax|wires|profile|limits")

    def test_what_is_off_changes_nothing(self):
        path = self.made()
        bare = "\n".join(line for line in self.read(path).decode().splitlines()
                         if not line.lstrip().startswith("#"))
        heads = [self.objects("run", p, "--json")[0]["head"] for p in (path, self.write("bare.yaml", bare))]
        self.assertEqual(*heads)
        self.assertEqual(bare.split(), ("actflow: 1 scenario: what happens in mine, in one sentence flow: "
                                        "knox/flow.yaml variant: next-app seed: 1 expect: verdict: holds").split())

    def test_lines_fit(self):
        for line in self.read(self.made()).decode().splitlines():
            self.assertLessEqual(len(line), 100)

    def test_nothing_is_overwritten(self):
        path = self.made()
        before = self.read(path)
        out, err = self.expect(74, "new", "mine", "--dir", self.knox, "--variant", "first-app-admin")
        self.assertEqual((out, self.read(path)), ("", before))
        self.assertRegex(err, r"mine\.yaml: cannot be written: it is there already")
        os.symlink("nowhere", os.path.join(self.knox, "link.yaml"))
        self.expect(74, "new", "link", "--dir", self.knox)
        self.assertFalse(os.path.exists(os.path.join(self.knox, "nowhere")))

    def test_names_that_are_none(self):
        for name in ("", "..", ".hidden", "a/b", "../up", "a b", "mine.yaml", "mine.yml", "flow", "\u00e4",
                     "x" * 64, "a\nb", "a:b"):
            before = sorted(os.listdir(self.knox))
            out, err = self.expect(2, "new", "--dir", self.knox, "--", name)
            self.assertRegex(err, r"^actflow new: NAME: expected .*, actual \"", name)
            self.assertEqual((out, sorted(os.listdir(self.knox))), ("", before))
        for name in ("x" * 63, "1.5", "true", "null", "a-b_c.d"):
            self.expect(0, "run", self.made(name=name))

    def test_where_it_may_lie(self):
        deep = os.path.join(self.knox, "attacks", "deep")
        os.makedirs(deep)
        for folder in (self.scenarios, deep):
            self.expect(0, "run", self.made(folder=folder))
        _, err = self.expect(2, "new", "mine")
        self.assertRegex(err, r"^\.: expected a folder called scenarios, or one below it, .*--dir\n$")
        self.expect(2, "new", "mine", "--dir", os.path.join(self.folder, "nowhere"))
        self.assertFalse(os.path.exists(os.path.join(self.folder, "mine.yaml")))

    def test_flows_and_variants_that_are_none(self):
        for arguments, words in ((["--variant", "nxt-app"], "did you mean next-app"),
                                 (["--flow", "knox/flaw.yaml"], "expected a file "),
                                 (["--flow", "../flow.yaml"], "expected a file below "),
                                 (["--flow", "/etc/passwd"], "expected a file below "),
                                 (["--flow", "knox/next-app.yaml"], "next-app.yaml:")):
            _, err = self.expect(2, "new", "mine", "--dir", self.knox, *arguments)
            self.assertIn(words, err)
            self.assertFalse(os.path.exists(os.path.join(self.knox, "mine.yaml")))

    def test_a_folder_that_may_not_be_written(self):
        with open(os.path.join(self.folder, "file"), "w", encoding="utf-8"):
            pass
        self.expect(2, "new", "mine", "--dir", "file")
        with open("/dev/full", "wb") as full:
            self.expect(74, "new", "mine", "--dir", self.knox, stdout=full)

    def test_json_says_what_was_written(self):
        (told,) = self.objects("new", "mine", "--dir", self.knox, "--json")
        self.assertEqual(told, {"file": os.path.join(self.knox, "mine.yaml"), "flow": "knox/flow.yaml",
                                "variant": "next-app"})
        self.assertEqual(stat.S_IMODE(os.stat(told["file"]).st_mode) & 0o600, 0o600)
