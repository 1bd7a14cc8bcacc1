#!/usr/bin/env python3
"""vectors_cli.py - `actflow vectors` as people and machines call it: `vectors_cli.py BINARY ROOT`.

The files of tests/vectors/wycheproof must come out to the last count, those that are wrong on purpose
must fail test by test, and whatever is broken must be refused with its place, never half believed.
"""
import copy
import json
import os
import random
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "cli"))
import program  # noqa: E402
from program import Program  # noqa: E402

# passed, acceptable, skipped; nothing fails
HONEST = {
    "aes-gcm": (10, 1, 33), "ecdh-point": (42, 6, 1), "ecdh-spki": (45, 3, 1), "ecdsa-der": (102, 0, 3),
    "ecdsa-p1363": (78, 0, 3), "hkdf-sha256": (6, 0, 0), "hkdf-sha384": (5, 0, 0),
    "hkdf-sha512": (5, 0, 0), "hmac-sha256": (6, 2, 1), "hmac-sha384": (6, 2, 1),
    "hmac-sha512": (6, 2, 1), "hmac-sha1": (0, 0, 9),
}
WRONG = {"aes-gcm-wrong": 9, "ecdh-point-wrong": 18, "ecdh-spki-wrong": 18, "ecdsa-der-wrong": 22,
         "ecdsa-p1363-wrong": 22, "hkdf-sha256-wrong": 6, "hmac-sha256-wrong": 3}
COUNTS = ("tests", "passed", "acceptable", "failed", "skipped")


def path_of(name):
    return os.path.join(program.ROOT, "tests", "vectors", "wycheproof", name + ".json")


def content_of(name):
    with open(path_of(name), encoding="utf-8") as file:
        return json.load(file)


class Vectors(Program):
    def put(self, content, name="v.json"):
        """A file of this content: bytes, text or what JSON is made of."""
        if not isinstance(content, (bytes, str)):
            content = json.dumps(content)
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return name

    def refused(self, content, *pieces):
        """Exit 2, no row of results, and each of these in the message, which begins with the file."""
        out, err = self.expect(2, "vectors", self.put(content))
        self.assertTrue(err.startswith("v.json:"), err)
        self.assertIn("1 of 1 files refused", out)
        self.assertEqual(len(out.splitlines()), 1, out)
        for piece in pieces:
            self.assertIn(piece, err)
        return err

    def one(self, *arguments, status=0):
        told = self.objects("vectors", "--json", *arguments, status=status)
        self.assertEqual(len(told), 1)
        return told[0]


class Results(Vectors):
    def test_every_file_to_the_last_count(self):
        for name, (passed, acceptable, skipped) in HONEST.items():
            content = content_of(name)
            told = self.one(path_of(name), status=0 if passed else 3)
            self.assertEqual([told[k] for k in COUNTS],
                             [content["numberOfTests"], passed, acceptable, 0, skipped], name)
            self.assertEqual(told["result"], "passed" if passed else "skipped")
            self.assertEqual(told["algorithm"], content["algorithm"])
            self.assertEqual((told["failures"], told["errors"]), ([], []))

    def test_groups_add_up_and_skipped_ones_say_why(self):
        for name in HONEST:
            told = self.one(path_of(name), status=0 if HONEST[name][0] else 3)
            for at, (group, said) in enumerate(zip(told["groups"], content_of(name)["testGroups"], strict=True)):
                self.assertEqual((group["group"], group["type"], group["tests"]),
                                 (at, said["type"], len(said["tests"])))
                self.assertEqual(group["tests"], sum(group[k] for k in COUNTS[1:]))
                self.assertEqual(bool(group["reason"]), group["skipped"] > 0)
                self.assertIn(group["skipped"], (0, group["tests"]))
            for key in COUNTS:
                self.assertEqual(told[key], sum(g[key] for g in told["groups"]))

    def test_every_wrong_test_is_a_failure(self):
        for name, count in WRONG.items():
            content = content_of(name)
            told = self.one(path_of(name), status=1)
            self.assertEqual([told[k] for k in COUNTS], [count, 0, 0, count, 0], name)
            self.assertEqual(told["result"], "failed")
            tests = [t for g in content["testGroups"] for t in g["tests"]]
            for failure, test in zip(told["failures"], tests, strict=True):
                self.assertEqual(failure["tcId"], test["tcId"])
                self.assertEqual(failure["flags"], ", ".join(test["flags"]))
                self.assertNotEqual(failure["expected"], failure["actual"])
                if test["result"] == "invalid":
                    self.assertEqual(failure["expected"], "refused")
                else:
                    self.assertNotEqual(failure["expected"], "refused")

    def test_a_failure_shows_where_values_part(self):
        told = self.one(path_of("hkdf-sha256-wrong"), status=1)["failures"][0]
        for key in ("expected", "actual"):
            self.assertRegex(told[key], r"^okm of 300 bytes, from byte 242: [0-9a-f]{116}$")
        self.assertEqual(told["expected"][:49], told["actual"][:49])
        self.assertNotEqual(told["expected"][49:51], told["actual"][49:51])

    def test_the_text(self):
        out, err = self.expect(1, "vectors", path_of("hmac-sha256"), path_of("hmac-sha256-wrong"))
        self.assertEqual(err, "")
        self.assertRegex(out, r"\n +0  MacTest +SHA-256, tag 256 bits +8 +6 +2 +0 +0\n")
        self.assertRegex(out, r"\n +1  MacTest +SHA-256, tag 128 bits +1 +0 +0 +0 +1\n +skipped: tag of 128 bits")
        self.assertRegex(out, r'failed: group 0, tcId 1, "turned \\x1b\[31m", flags: One, Two\n'
                              r" +expected tag of 32 bytes: [0-9a-f]{64}\n +actual +tag of 32 bytes: [0-9a-f]{64}\n")
        self.assertNotIn("\x1b", out)
        self.assertTrue(out.endswith("12 tests: 6 passed, 2 acceptable, 3 failed, 1 skipped; 0 of 2 files refused\n"))
        self.assertTrue(all(len(line) <= 120 for line in out.splitlines() if "Test" in line))

    def test_every_value_that_is_turned_is_noticed(self):
        values = {"aes-gcm": "ct", "ecdh-point": "shared", "ecdh-spki": "shared", "ecdsa-der": "msg",
                  "ecdsa-p1363": "msg", "hkdf-sha256": "okm", "hmac-sha384": "tag", "hmac-sha512": "tag"}
        for name, field in values.items():
            content, ids = content_of(name), []
            for group in content["testGroups"]:
                for test in group["tests"]:
                    if test["result"] == "valid" and test[field]:
                        test[field] = f"{int(test[field][:2], 16) ^ 1:02x}" + test[field][2:]
                        ids.append(test["tcId"])
            told = self.one(self.put(content), status=1)
            whole = [g["group"] for g in told["groups"] if g["skipped"] == 0]
            kept = {t["tcId"] for g in whole for t in content["testGroups"][g]["tests"]}
            self.assertEqual([f["tcId"] for f in told["failures"]], [i for i in ids if i in kept], name)

    def test_files_of_before(self):
        content = content_of("ecdsa-der")
        for group in content["testGroups"][:6]:
            group["key"], group["keyDer"] = group.pop("publicKey"), group.pop("publicKeyDer")
        self.assertEqual(self.one(self.put(content))["passed"], 102)

    def test_nothing_to_run_is_not_a_pass(self):
        self.assertEqual(self.one(self.put({"algorithm": "ECDH", "numberOfTests": 0, "testGroups": []}), status=3)
                         ["result"], "skipped")
        self.expect(0, "vectors", path_of("hmac-sha1"), path_of("hmac-sha256"))

    def test_groups_that_are_not_run(self):
        for name, change, reason in (
                ("ecdh-spki", {"type": "EcdhPemTest"}, "type EcdhPemTest"), ("ecdh-spki", {"type": "MacTest"}, "type MacTest"),
                ("ecdh-point", {"curve": "brainpoolP256r1"}, "curve brainpoolP256r1"),
                ("ecdsa-der", {"sha": "SHA-1"}, "hash SHA-1"), ("hmac-sha256", {"tagSize": 248}, "tag of 248 bits"),
                ("aes-gcm", {"keySize": 192, "ivSize": 8}, "key of 192 bits; there is one of 256; iv of 8 bits")):
            content = content_of(name)
            content["testGroups"][0].update(change)
            group = self.one(self.put(content), status=3 if name in ("hmac-sha256", "aes-gcm") else 0)["groups"][0]
            self.assertEqual((group["passed"], group["skipped"]), (0, group["tests"]))
            self.assertTrue(group["reason"].startswith(reason), group["reason"])

    def test_a_refused_file_hides_no_other(self):
        told = self.objects("vectors", "--json", path_of("hmac-sha256-wrong"), "nowhere.json", path_of("hmac-sha512"),
                            status=2)
        self.assertEqual([t["result"] for t in told], ["failed", "refused", "passed"])
        self.assertEqual(told[1]["errors"][0]["text"], "cannot be opened: No such file or directory")
        self.assertNotIn("passed", told[1])


class Refusals(Vectors):
    def test_what_is_no_json(self):
        good = json.dumps(content_of("hmac-sha256"), indent=1)
        for content, pieces in (
                ("", ("v.json:1:", "the end of the file")),
                ("{", ("v.json:1:1: not a file of vectors, expected the rest of its JSON, actual the end",)),
                ("hello", ("v.json:1:", "expected JSON, actual")),
                ("[]", ("v.json:1:1: not a file of vectors, expected an object, actual an array",)),
                (good + "x", ("v.json:", "expected JSON, actual", "end of file expected")),
                (good.replace('"tagSize"', '"keySize"'), ("each key once in an object", "keySize")),
                (good.replace('"tcId": 1\n', '"tcId": 1, "tcId": 1\n'), ("each key once in an object", "tcId")),
                ("[" * 5000, ("v.json:1:", "less nesting")), ("{\"a\":" * 100000, ("less nesting",)),
                ("[" + "1," * (1 << 20) + "1]", ("too large, expected at most 1048576 JSON values",)),
                (b"\xff\xfe{", ("v.json:1:1: encoding, expected UTF-8",)),
                (b'{"algorithm": "\xc3"}', ("v.json:1:16: not text, expected UTF-8, actual byte 0xc3",)),
                ('{"a": "\x07"}', ("v.json:1:8: control character",)), ('{"a": "\\u0000"}', ("v.json:1:",)),
                ('{"a": 1e999}', ("v.json:1:",)), ('{"a": 99999999999999999999}', ("v.json:1:",))):
            self.refused(content, *pieces)

    def test_noise(self):
        chance = random.Random(1)
        self.refused(chance.randbytes(1 << 20))
        self.refused("".join(chance.choice('{}[]",:0a\\ \n') for _ in range(1 << 20)))

    def test_what_is_no_file(self):
        os.mkfifo(os.path.join(self.folder, "fifo"))
        for name, piece in ((".", "a directory"), ("nowhere", "No such file"), ("fifo", "a FIFO"),
                            ("/dev/zero", "a device"), ("", "No such file"), ("x" * 5000, "too long")):
            _, err = self.expect(2, "vectors", name)
            self.assertIn(piece, err)
        _, err = self.expect(2, "vectors")
        self.assertIn("an argument is missing: expected FILE...", err)

    def test_every_truncation(self):
        text = json.dumps(content_of("hmac-sha256"))
        for size in range(0, len(text), 61):
            self.assertRegex(self.refused(text[:size]), r"^v\.json:1:\d+: not a file of vectors, expected ")

    def test_every_field_that_is_missing_or_of_another_type(self):
        for name in HONEST:
            content = content_of(name)
            for level, way in ((content, ""), (content["testGroups"][0], "testGroups[0]."),
                               (content["testGroups"][0]["tests"][0], "testGroups[0].tests[0].")):
                for key in list(level):
                    self.break_field(content, level, key, way)

    # what a reader of vectors needs not know; the last only where the type says the sizes
    SPARED = {"comment", "flags", "keySize"}

    def break_field(self, content, level, key, way):
        unread = content["algorithm"] == "HMACSHA1" and "tests[" in way
        kept = level.pop(key)
        if not (unread or key in self.SPARED):
            self.refused(content, f"{way}{key}: expected ", "actual nothing")
        level[key] = {"a": 1} if not isinstance(kept, dict) else 1
        if not (unread or key == "keySize"):
            self.refused(content, f"{way}{key}: expected ", "actual an object" if level[key] != 1 else "whole number")
        level[key] = kept

    def test_values_that_cannot_be(self):
        test = "testGroups[0].tests[0]."
        for name, change, piece in (
                ("hmac-sha256", {"tag": "abc"}, "hex digits, two a byte, actual an odd number of digits, 3"),
                ("hmac-sha256", {"tag": "zz"}, 'hex digits, two a byte, actual "zz" at its character 1'),
                ("hmac-sha256", {"result": "perhaps"}, 'valid, invalid or acceptable, actual "perhaps"'),
                ("hmac-sha256", {"tcId": -1}, "a whole number from 0 to"), ("hmac-sha256", {"tcId": 1.5}, "a real number"),
                ("hmac-sha256", {"flags": [1]}, "an array of strings"), ("hmac-sha256", {"comment": None}, "actual null"),
                ("hkdf-sha256", {"size": 1 << 40}, "actual 1099511627776"),
                ("aes-gcm", {"iv": "00"}, "12 bytes, as the group says, actual 1"),
                ("aes-gcm", {"key": ""}, "32 bytes, as the group says, actual 0")):
            content = content_of(name)
            content["testGroups"][0]["tests"][0].update(change)
            self.refused(content, f"v.json: {test}{next(iter(change))}: expected ", piece)

    def test_counts_and_lists(self):
        content = content_of("hmac-sha256")
        for change, piece in (({"numberOfTests": 8}, "numberOfTests: expected the number of tests, actual 8, "
                                                     "of which the groups hold 9"),
                              ({"testGroups": [1]}, "testGroups[0]: expected an object, actual a whole number"),
                              ({"testGroups": [{**content["testGroups"][0], "tests": ["x"]}]},
                               "testGroups[0].tests[0]: expected an object, actual a string")):
            self.refused({**copy.deepcopy(content), **change}, piece)

    def test_an_unknown_algorithm(self):
        for name in ("XDH", "HMACSHA257", "", "AES-GCM\x1b[2J", "ecdh", "A" * 10000):
            err = self.refused({**content_of("hmac-sha256"), "algorithm": name}, "v.json: algorithm: expected AES-GCM, ")
            self.assertNotIn("\x1b", err)
            self.assertLess(len(err), 400)
        self.refused({**content_of("hmac-sha256"), "algorithm": "HMACSHA257"}, "did you mean HMACSHA256")

    def test_many_errors_are_told_at_once(self):
        content = content_of("hmac-sha256")
        for test in content["testGroups"][0]["tests"]:
            test["tag"] = 1
        self.assertEqual(len(self.refused(content).splitlines()), 8)
        told = self.one("v.json", status=2)
        self.assertEqual((told["result"], len(told["errors"]), told["beyond"]), ("refused", 8, 0))

    def test_a_full_stdout(self):
        for options in ([], ["--json"]):
            for name in ("hmac-sha256", "ecdsa-der-wrong"):
                with open("/dev/full", "wb") as full:
                    _, err = self.expect(74, "vectors", *options, path_of(name), stdout=full)
                self.assertIn("stdout: cannot be written: No space left", err)

    def test_options(self):
        out, _ = self.expect(0, "vectors", "--help")
        self.assertIn("Usage: actflow vectors [-h] [--json] [--help] FILE...\n", out)
        _, err = self.expect(2, "vectors", "--jsn", path_of("hmac-sha256"))
        self.assertIn("did you mean --json", err)
        self.assertIn("vectors", self.expect(0, "help")[0])


if __name__ == "__main__":
    program.BINARY, program.ROOT = (os.path.abspath(a) for a in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
