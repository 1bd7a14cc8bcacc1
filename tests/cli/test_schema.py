"""test_schema.py - the JSON Schema that editors get, against what the program itself accepts and refuses."""
import os
import re

import yaml

import program
from program import Program

# What a plain scalar is to an editor: YAML 1.2's core schema.
PLAIN = (
    (re.compile(r"(|~|null|Null|NULL)$"), lambda text: None),
    (re.compile(r"(true|True|TRUE|false|False|FALSE)$"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]+$"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"), float),
)
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
ANNOTATIONS = {"$schema", "title", "description"}


def value_of(node):
    """A YAML node as what JSON has."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: value_of(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [value_of(item) for item in node.value]
    if node.style is None:
        for pattern, make in PLAIN:
            if pattern.match(node.value):
                return make(node.value)
    return node.value


def is_of(value, kind):
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def count_faults(value, rule, low, high):
    return [] if rule.get(low, 0) <= len(value) <= rule.get(high, len(value)) else [f"{len(value)} entries"]


def object_faults(value, rule):
    found = count_faults(value, rule, "minProperties", "maxProperties")
    found += [f"{key} is missing" for key in rule.get("required", []) if key not in value]
    for key, below in value.items():
        found += faults(key, rule.get("propertyNames", {}))
        other = rule.get("additionalProperties", {})
        inner = rule.get("properties", {}).get(key, other)
        found += [f"{key}: unknown"] if inner is False else [f"{key}: {f}" for f in faults(below, inner)]
    return found


def number_faults(value, rule):
    good = rule.get("minimum", value) <= value <= rule.get("maximum", value)
    return [] if good else [f"{value} is out of range"]


def faults(value, rule):
    """What of the value breaks the rule, by the keywords that the program prints; another one is an error."""
    known = {"type", "enum", "pattern", "required", "additionalProperties", "properties", "minProperties",
             "maxProperties", "propertyNames", "minItems", "maxItems", "items", "anyOf", "minimum", "maximum"}
    unknown = set(rule) - known - ANNOTATIONS
    assert not unknown, unknown
    kinds = rule.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(is_of(value, kind) for kind in kinds):
        return [f"{value!r} is not of type {kinds}"]
    if "enum" in rule and value not in rule["enum"]:
        return [f"{value!r} is none of {rule['enum']}"]
    if "anyOf" in rule and all(faults(value, form) for form in rule["anyOf"]):
        return [f"{value!r} has none of the forms"]
    if isinstance(value, dict):
        return object_faults(value, rule)
    if isinstance(value, list):
        found = count_faults(value, rule, "minItems", "maxItems")
        return found + [f for item in value for f in faults(item, rule.get("items", {}))]
    if isinstance(value, str):
        good = re.search(rule.get("pattern", ""), value)
        return [] if good else [f"{value!r} does not match {rule['pattern']}"]
    return [] if isinstance(value, bool) or value is None else number_faults(value, rule)


class Schema(Program):
    HEAD = "actflow: 1\nscenario: x\nflow: knox/flow.yaml\nvariant: next-app\nseed: 1\n"

    def setUp(self):
        super().setUp()
        (self.schema,) = [self.expect(0, "lint", "--schema")[0]]
        self.schema = yaml.safe_load(self.schema)  # JSON is YAML

    def faults_of(self, text):
        return faults(value_of(yaml.compose(text, Loader=yaml.SafeLoader)), self.schema)

    def test_every_scenario_of_the_library_is_valid(self):
        read = 0
        for folder, _, names in os.walk(os.path.join(program.ROOT, "scenarios")):
            for name in (n for n in names if n.endswith(".yaml") and n != "flow.yaml"):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    self.assertEqual(self.faults_of(file.read()), [], path)
                read += 1
        self.assertGreater(read, 20)

    def test_what_the_program_takes_is_valid(self):
        for lines in ("profile: {attempts: 2}\n", "wires: {relay: {loss: 0.5, mtu: 1200}}\n",
                      "crash: [{actor: uem, step: 1}]\n", "attack: [K27]\nexpect: {reaches: {device@1: S1.10}}\n",
                      "for: {n: [1, 2]}\nprofile: {attempts: \"${n}\"}\n", "devices: {count: 2, apart: 1s}\n",
                      "adversary: [{at: user, when: user > app TypedKey, do: {set: {key: 12}}}]\n"):
            self.expect(0, "lint", self.write("good.yaml", self.HEAD + lines))
            self.assertEqual(self.faults_of(self.HEAD + lines), [], lines)

    def test_what_the_program_refuses_is_not_valid(self):
        for lines in ("crash: [{actor: uem, step: 0}]\n", "crash: [{actor: uem, step: -1}]\n",
                      "profile: {attempts: -2}\n", "profile: {suite: {a: b}}\n", "devices: {count: 0}\n",
                      "expect: {reaches: {device@0: S1.10}}\n", "expect: {verdict: maybe}\n", "seed: 1.5\n",
                      "wires: {relay: {loss: 2}}\n", "wires: {relay: {delay: 5}}\n", "unheard: of\n",
                      "adversary: [{on: [relay], when: 3s, do: {drop: 1}}]\n", "limits: {steps: many}\n"):
            text = self.HEAD.replace("seed: 1\n", "") + lines if "seed" in lines else self.HEAD + lines
            self.expect(2, "lint", self.write("bad.yaml", text))
            self.assertNotEqual(self.faults_of(text), [], lines)
