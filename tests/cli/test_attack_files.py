"""test_attack_files.py - of every scenario that shows a case of the catalogue: without what it does to the run
nothing is shown, and whatever else refuses is not what it says.

Each file is played twice, changed in its text; of one with `for:` the first case of the sample.
"""
import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import program
from program import Program

SOURCES = ("adversary", "crash", "wires", "profile", "reveal", "guess", "  readable")  # the last says what a leak reads
OTHERS = ("pipe.frame_length", "uem.token_is_young", "app.response_mac_is_good")


def without(text, keys):
    """The file without these keys, and what is below them."""
    for key in keys:
        indent = len(key) - len(key.lstrip())
        text = re.sub(rf"(?m)^{key}:.*\n(?:[ ]{{{indent + 1},}}.*\n|#.*\n|\n(?= ))*", "", text)
    return text


def variables_of(case):
    return [pair.split("=", 1)[0] for pair in re.split(r"(?<!\\),", case)] if case else []


class AttackFiles(Program):
    def setUp(self):
        super().setUp()
        self.files = {}
        shutil.rmtree(self.scenarios)
        tree = os.path.join(program.ROOT, "scenarios")
        for folder, _, names in os.walk(tree):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                if name == "flow.yaml" or not name.endswith(".yaml"):
                    self.put(os.path.relpath(path, tree), text)
                elif re.search(r"(?m)^attack:", text) and not re.search(r"(?m)^thorough:", text):
                    self.files[os.path.relpath(path, tree)] = text
        self.assertGreater(len(self.files), 80)

    def put(self, name, text):
        path = os.path.join(self.scenarios, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def results(self, changed, word):
        """Play one case of each file; it must be not as expected, with this word."""
        first = {}
        for name in changed:
            self.put(name, self.files[name])
        for run in self.objects("list", "--json", self.scenarios):
            first.setdefault(os.path.relpath(run["file"], self.scenarios), run["case"])
        self.assertEqual(set(first), set(changed))

        def play(name):
            # What is used nowhere is an error: the title has all variables.
            names = "".join(f" ${{{v}}}" for v in variables_of(first[name]))
            self.put(name, re.sub(r"(?m)^(scenario: .*)$", lambda m: m[1] + names, changed[name], count=1))
            case = ["--case", first[name]] if first[name] else []
            status, out, err = self.call("run", os.path.join(self.scenarios, name), "--json", *case)
            result = json.loads(out)["result"] if status == 1 else err.decode()
            return name, first[name], status, result

        with ThreadPoolExecutor(2) as workers:
            played = list(workers.map(play, changed))
        self.assertEqual([p for p in played if p[2:] != (1, word)], [])

    def test_without_its_attack_nothing_is_shown(self):
        # Steps to compare with those of nobody else are an error of the file.
        changed = {name: without(text, (*SOURCES, "  steps")) for name, text in self.files.items()}
        for name, text in changed.items():
            self.assertNotEqual(text, self.files[name], name)
        self.results(changed, "not-delivered")

    def test_another_check_is_the_wrong_reason(self):
        changed = {}
        for name, text in self.files.items():
            by = re.search(r"(?m)^  by: *(.+)$", text)
            if not by:
                continue
            other = next(o for o in OTHERS if o not in by[1])
            changed[name] = text[:by.start()] + "  by: " + other + text[by.end():]
        self.assertGreater(len(changed), 30)
        self.results(changed, "wrong-reason")

    def test_a_refusal_that_is_not_named_is_the_wrong_reason(self):
        changed = {name: re.sub(r"(?m)^  by: .*\n", "", text) for name, text in self.files.items()}
        changed = {name: text for name, text in changed.items()
                   if text != self.files[name] and re.search(r"(?m)^adversary:", text)}
        self.assertGreater(len(changed), 80)
        self.results(changed, "wrong-reason")

    def test_what_it_comes_to_must_be_said(self):
        text = self.files[os.path.join("knox", "refusals", "second-use.yaml")]
        self.put("knox/said.yaml", text)
        path = os.path.join(self.scenarios, "knox", "said.yaml")
        self.expect(0, "lint", path)
        for key in ("outcome", "reaches"):
            text = re.sub(rf"(?m)^  {key}:.*\n(?:    .*\n)*", "", text)
        self.put("knox/said.yaml", text)
        place = text[:re.search(r"(?m)^attack: ", text).end()].count("\n") + 1
        for command in ("lint", "run"):
            _, err = self.expect(2, command, path)
            self.assertIn(f"{path}:{place}:9: attack, expected expect.outcome or expect.reaches in the same file", err)
