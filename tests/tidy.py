#!/usr/bin/env python3
"""tidy.py - holds the tree to the rules of its own house: sizes, arrows, sources, banned calls.

`tidy.py [ROOT]` reads the tree and prints every place that breaks a rule; exit 1 when there is one.
`tidy.py --self-test` breaks each rule on purpose in a small made-up tree and fails when the rule does
not bite there, or bites where nothing is wrong. It judges text only: it compiles nothing and runs
nothing.
"""
import os
import re
import sys

FUNCTION_LINES = 50
SOURCE_LINES = 400
HEADER_LINES = 150
WIDE_HEADER_LINES = 320
WIDE_HEADERS = {"message.h", "record.h", "machine.h", "flow.h", "checker.h"}
PARAMETERS = 5
BANNED = ("strcpy", "strcat", "sprintf", "vsprintf", "atoi", "atol", "alloca", "gets", "strtok")
TOP_LEVEL = {"proto", "sim", "actors", "scenarios", "tools", "tests", "meson.build", "README.md",
             "LICENSE", "meson_options.txt", "meson.options"}
RANK = {"proto": 0, "sim": 1, "actors": 2, "tools": 3, "tests": 4}
ACTORS = ("active_app", "secure_connect", "infrastructure", "device", "proxy", "admin", "user", "app",
          "noc", "uem")
ACTOR_SHARED = {"vocabulary"}
ACTOR_SIM = {"sim/machine.h", "sim/store.h", "sim/policy.h", "sim/roster.h"}
FLOW_MAY_SEE = ("sim/flow/", "sim/trace/", "sim/yaml/", "sim/diag.h", "sim/utf8.h", "proto/")
CLOCK_CALLS = ("time", "gettimeofday", "clock_gettime")
CLOCK_HOMES = ("sim/host/", "tools/actflow/loop.c")
GENERATED_FOLDERS = re.compile(r"^(build.*|out|__pycache__)$")
TEXT = re.compile(r"(\.(c|h|proto|py|sh|yaml|yml|md|build|in|txt|options)|/run|/test|/bench)$")
ENTRY = re.compile(r"[ \t`]*[#|*-][ \t#|*`-]*([SD][0-9][0-9.]*[a-z]*)")


# -- reading --

def read_tree(root):
    """Text files by path from the root, without dot-folders and what a build makes."""
    tree = {}
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f == ".ci" or
                            not (f.startswith(".") or GENERATED_FOLDERS.match(f)))
        for name in sorted(files):
            path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
            if TEXT.search("/" + path):
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    tree[path] = file.read()
    for name in sorted(os.listdir(root)):
        if not name.startswith(".") and not GENERATED_FOLDERS.match(name):
            tree.setdefault("//" + name, "")
    return tree


def sources(tree, *endings):
    return [(p, t) for p, t in sorted(tree.items()) if p.endswith(endings)]


def blank(match):
    """White space in place of a comment or string, lines kept."""
    return re.sub(r"[^\n]", " ", match.group(0))


def without_comments(text):
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
    return re.sub(pattern, lambda m: m.group(0) if m.group(0)[0] == '"' else blank(m), text,
                  flags=re.S)


def code_of(text):
    """Neither comments nor the insides of strings and characters."""
    return re.sub(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", blank, text,
                  flags=re.S)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def functions(text):
    """(name, first line, lines, parameters, body) of each function; bodies open in column 0."""
    lines = code_of(text).split("\n")
    for at, line in enumerate(lines):
        if line.rstrip() != "{":
            continue
        first = at
        while first > 0 and lines[first - 1].strip() and not re.match(
                r"[#}]|.*;\s*$", lines[first - 1]):
            first -= 1
        end = at
        while end < len(lines) and not lines[end].startswith("}"):
            end += 1
        head = " ".join(lines[first:at])
        name = re.search(r"(\w+)\s*\(", head)
        if name:
            yield (name.group(1), first + 1, end - first + 1, parameters(head[name.end():]),
                   "\n".join(lines[at:end + 1]))


def parameters(text):
    """How many parameters stand in front of the bracket that closes the list."""
    depth, said = 1, [""]
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            break
        if character == "," and depth == 1:
            said.append("")
        else:
            said[-1] += character
    return len([s for s in said if s.strip() not in ("", "void", "...")])


def only_handed_over(name, text):
    """Whether a function of this file is static and never called in it: its type is another's."""
    code = code_of(text)
    static = re.search(rf"^static\b[^;{{}}()]*\b{name}\(", code, re.M)
    uses = len(re.findall(rf"\b{name}\b", code))
    return bool(static) and uses > 1 and len(re.findall(rf"\b{name}\s*\(", code)) <= 1


def includes(text):
    code = without_comments(text)
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', code, re.M):
        yield line_of(code, match.start()), match.group(1)


def entries(tree):
    """Ids that begin an entry of a document of sources or deviations."""
    found = set()
    for path, text in tree.items():
        if re.match(r"actors/.*(SOURCES|DEVIATIONS)\.md$", path):
            for line in text.split("\n"):
                match = ENTRY.match(line)
                if match:
                    found.add(match.group(1).rstrip("."))
    return found


# -- rules: each yields (path, line, what) --

def rule_sizes(tree):
    for path, text in sources(tree, ".c", ".h"):
        count = text.count("\n")
        wide = os.path.basename(path) in WIDE_HEADERS
        most = SOURCE_LINES if path.endswith(".c") else WIDE_HEADER_LINES if wide else HEADER_LINES
        if count > most:
            yield path, most + 1, f"the file: expected at most {most} lines, actual {count}"
        for name, first, lines, _, _ in functions(text):
            if lines > FUNCTION_LINES:
                yield path, first, (f"{name}: expected at most {FUNCTION_LINES} lines, "
                                    f"actual {lines}")


def rule_parameters(tree):
    for path, text in sources(tree, ".c", ".h"):
        code = code_of(text)
        for name, first, _, count, _ in functions(text):
            if count > PARAMETERS and not only_handed_over(name, text):
                yield path, first, f"{name}: expected at most {PARAMETERS} parameters, actual {count}"
        for match in re.finditer(r"^[a-z][\w \t*\n]*?\b(\w+)\(", code, re.M):
            closing = code.find(")", match.end())
            if code.find(";", match.end()) < closing or not path.endswith(".h"):
                continue
            count = parameters(code[match.end():])
            if count > PARAMETERS:
                yield (path, line_of(code, match.start()),
                       f"{match.group(1)}: expected at most {PARAMETERS} parameters, actual {count}")


def rule_banned(tree):
    for path, text in sources(tree, ".c", ".h"):
        code = code_of(text)
        for match in re.finditer(r"\b(" + "|".join(BANNED) + r")\s*\(", code):
            yield path, line_of(code, match.start()), f"{match.group(1)} is a banned call"


def rule_unfinished(tree):
    words = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))
    for path, text in sorted(tree.items()):
        for match in re.finditer(r"\b(" + words + r")\b(?!\s*\(#[0-9]+\))", text):
            yield (path, line_of(text, match.start()),
                   f"{match.group(1)}: expected the number of an issue behind it, \"(#12)\"")


def rule_listed(tree):
    builds = {os.path.dirname(p): t for p, t in tree.items() if p.endswith("meson.build")}
    for path, _ in sources(tree, ".c"):
        suite = re.match(r"tests/test_(\w+)\.c$", path)
        folder, listed = os.path.dirname(path), False
        while not listed:
            below = os.path.relpath(path, folder or ".")
            build = builds.get(folder, "")
            listed = f"'{below}'" in build or bool(suite and f"'{suite.group(1)}'" in build)
            if not folder:
                break
            folder = os.path.dirname(folder)
        if not listed:
            yield path, 1, "expected in a meson.build of its folder or above, actual in none"


def rule_arrows(tree):
    for path, text in sources(tree, ".c", ".h"):
        rank = RANK.get(path.split("/")[0])
        for line, name in includes(text):
            other = RANK.get(name.split("/")[0])
            if rank is not None and other is not None and other > rank:
                yield path, line, f"\"{name}\" is above {path.split('/')[0]}/: arrows point down only"


def owner(stem):
    for actor in ACTORS:
        if stem == actor or stem.startswith(actor + "_"):
            return actor
    return None


def rule_actors(tree):
    for path, text in sources(tree, ".c", ".h"):
        parts = path.split("/")
        if parts[0] != "actors" or len(parts) < 3:
            continue
        mine = owner(parts[-1].rsplit(".", 1)[0])
        for line, name in includes(text):
            stem = name.split("/")[-1].rsplit(".", 1)[0]
            if name.startswith("actors/"):
                good = stem in ACTOR_SHARED or (mine and owner(stem) == mine) or (
                    not mine and name.rsplit(".", 1)[0] == path.rsplit(".", 1)[0])
            else:
                good = name.startswith("proto/") or name in ACTOR_SIM
            if not good:
                yield path, line, (f"\"{name}\": an actor sees its own headers, the shared "
                                   "vocabulary, sim/machine.h and proto/")


def rule_stranger(tree):
    for path, text in sources(tree, ".c", ".h"):
        if not path.startswith("sim/flow/"):
            continue
        for line, name in includes(text):
            if not name.startswith(FLOW_MAY_SEE):
                yield path, line, f"\"{name}\": the checker sees trace and flow only"


def rule_tests_unknown(tree):
    word = "tests" + "/"
    for path, text in sorted(tree.items()):
        top = path.split("/")[0]
        code = path.endswith((".c", ".h", ".proto", ".in", ".yaml", "meson.build"))
        if top in ("proto", "sim", "actors", "scenarios", "tools") and code and word in text:
            yield path, line_of(text, text.index(word)), f"says \"{word}\": the product knows no tests"


def rule_clock(tree):
    for path, text in sources(tree, ".c", ".h"):
        if path.startswith(CLOCK_HOMES) or path.startswith("tests/"):
            continue
        code = code_of(text)
        for match in re.finditer(r"(?<![\w.>])(" + "|".join(CLOCK_CALLS) + r")\s*\(", code):
            yield (path, line_of(code, match.start()),
                   f"{match.group(1)}: the clock is read in sim/host and the supervising loop only")


def rule_sources(tree):
    known = entries(tree)
    for path, text in sources(tree, ".c", "flow.yaml"):
        if path.startswith("actors/"):
            cited = re.finditer(r'"([SD][0-9]+(?:\.[0-9]+[a-z]?)?)"', without_comments(text))
        elif path.startswith("scenarios/"):
            cited = re.finditer(r"^  (S[0-9]+\.[0-9]+[a-z]?):", text, re.M)
        else:
            continue
        for match in cited:
            if match.group(1) not in known:
                yield (path, line_of(text, match.start()),
                       f"{match.group(1)}: expected an entry in SOURCES.md or DEVIATIONS.md, "
                       "actual none")


def rule_top_level(tree):
    for name in sorted(p[2:] for p in tree if p.startswith("//")):
        if name not in TOP_LEVEL:
            yield name, 1, "the top level is fixed: expected in one of its folders"


def rule_machine_paths(tree):
    for path, text in sorted(tree.items()):
        for match in re.finditer(r"(^|[^A-Za-z0-9_.])/(work|farm|root|home|Users)/\w", text, re.M):
            yield (path, line_of(text, match.end()), "a path of one machine")


def rule_registries(tree):
    for path, text in sorted(tree.items()):
        for match in re.finditer(r"https?://(registry|deb|security|pypi|ftp|archive)\.", text):
            yield path, line_of(text, match.start()), "the host name of a registry"


def asserting_among(bodies, known):
    """Names whose bodies assert, themselves or through another that does."""
    asserting, before = set(known), -1
    while len(asserting) != before:
        before = len(asserting)
        asserting.update(n for n, body in bodies.items() if "CU_ASSERT" in body or "CU_FAIL" in body
                         or any(re.search(rf"\b{a}\b", body) for a in asserting - {n}))
    return asserting


def rule_assertions(tree):
    helpers = {}
    for path, text in sources(tree, ".c"):
        if re.match(r"tests/\w+/", path):
            for name, _, _, _, body in functions(text):
                helpers[name] = helpers.get(name, "") + body
    shared = asserting_among(helpers, set())
    for path, text in sources(tree, ".c"):
        if not re.match(r"tests/test_\w+\.c$", path):
            continue
        asserting = asserting_among({n: b for n, _, _, _, b in functions(text)}, shared)
        registered = re.findall(r"\bTEST\(\s*(\w+)\s*\)", code_of(text))
        for name in registered or ["main"]:
            if name not in asserting:
                yield path, 1, f"{name} asserts nothing"


RULES = [rule_sizes, rule_parameters, rule_banned, rule_unfinished, rule_listed, rule_arrows,
         rule_actors, rule_stranger, rule_tests_unknown, rule_clock, rule_sources, rule_top_level,
         rule_machine_paths, rule_registries, rule_assertions]


# -- victims: for each rule trees that it must refuse, and one beside each that it must let pass --

def body_of(lines):
    return "int f(void)\n{\n" + "\tg();\n" * (lines - 3) + "}\n"


SIX = "int a, int b, int c, int d, int e, int f"
FIVE = "int a, int b, int (*c)(int, int), int d, int e"
SUITE = "static void claim(void)\n{\n\t%s;\n}\nint main(void)\n{\n\trun(TEST(claim));\n}\n"
VICTIMS = [
    (rule_sizes, {"sim/a.c": body_of(51)}, {"sim/a.c": body_of(50)}),
    (rule_sizes, {"sim/a.c": "\n" * 401}, {"sim/a.c": "\n" * 400}),
    (rule_sizes, {"sim/a.h": "\n" * 151}, {"sim/flow.h": "\n" * 320, "sim/a.h": "\n" * 150}),
    (rule_sizes, {"sim/flow.h": "\n" * 321}, {}),
    (rule_parameters, {"sim/a.c": f"int f({SIX})\n{{\n}}\n"}, {"sim/a.c": f"int f({FIVE})\n{{\n}}\n"}),
    (rule_parameters, {"sim/a.h": f"int f({SIX});\n"}, {"sim/a.h": f"int f({FIVE});\n"}),
    (rule_parameters, {"sim/a.h": "int f(int a, int b, int c,\n      int d, int e, int f);\n"}, {}),
    (rule_parameters, {"sim/a.c": f"static int f({SIX})\n{{\n}}\nint g(void)\n{{\n\tf(1);\n}}\n"},
     {"sim/a.c": f"static int f({SIX})\n{{\n}}\nstatic t *const g = f;\n"}),
    (rule_banned, {"sim/a.c": "\tstrcpy(a, b);\n"}, {"sim/a.c": "/* strcpy(a, b) */ \"atoi(x)\"\n"}),
    (rule_banned, {"sim/a.c": "\tn = atoi (b);\n"}, {"sim/a.c": "\tsnprintf(a, 1, b);\n"}),
    (rule_unfinished, {"sim/a.c": "/* TO" + "DO: more */\n"}, {"sim/a.c": "/* TO" + "DO (#12) */\n"}),
    (rule_unfinished, {"README.md": "FIX" + "ME\n"}, {}),
    (rule_listed, {"sim/x/a.c": "", "sim/x/meson.build": "files('b.c')"},
     {"sim/x/a.c": "", "sim/meson.build": "files('x/a.c')"}),
    (rule_listed, {"tests/test_a.c": "", "tests/meson.build": "'b': []"},
     {"tests/test_a.c": "", "tests/meson.build": "'a': []"}),
    (rule_arrows, {"proto/a.c": '#include "sim/diag.h"\n'}, {"sim/a.c": '#include "proto/a.h"\n'}),
    (rule_arrows, {"sim/a.c": '#include "actors/roster.h"\n'}, {"tools/a.c": '#include "actors/r.h"\n'}),
    (rule_actors, {"actors/dynamics/app.c": '#include "actors/dynamics/noc.h"\n'},
     {"actors/dynamics/app_setup.c": '#include "actors/dynamics/app.h"\n#include "proto/a.h"\n'}),
    (rule_actors, {"actors/dynamics/app.c": '#include "sim/world/world.h"\n'},
     {"actors/dynamics/app.c": '#include "sim/machine.h"\n'}),
    (rule_actors, {"actors/dynamics/vocabulary.c": '#include "actors/dynamics/noc.h"\n'},
     {"actors/dynamics/vocabulary.c": '#include "actors/dynamics/vocabulary.h"\n'}),
    (rule_stranger, {"sim/flow/a.c": '#include "sim/machine.h"\n'},
     {"sim/flow/a.c": '#include "sim/flow/flow.h"\n#include "proto/record.h"\n'}),
    (rule_tests_unknown, {"sim/a.c": "/* see tests" + "/x */\n"}, {"tests/a.c": "/* tests" + "/x */\n"}),
    (rule_clock, {"sim/world/a.c": "\tt = time(NULL);\n"},
     {"sim/host/a.c": "\tt = time(NULL);\n", "sim/a.c": "\tset_time(h); x.time(y);\n"}),
    (rule_clock, {"tools/actflow/run.c": "\tclock_gettime(CLOCK_MONOTONIC, &t);\n"},
     {"tools/actflow/loop.c": "\tclock_gettime(CLOCK_MONOTONIC, &t);\n"}),
    (rule_sources, {"actors/dynamics/a.c": 'x = "S1.12";\n', "actors/dynamics/SOURCES.md": "S1.12 one\n"},
     {"actors/dynamics/a.c": 'x = "S1.12"; y = "D7";\n', "actors/dynamics/SOURCES.md": "| S1.12 | one |\n",
      "actors/dynamics/DEVIATIONS.md": "## D7. two\n"}),
    (rule_sources, {"scenarios/knox/flow.yaml": "steps:\n  S1.4b: {say: x}\n"},
     {"scenarios/knox/flow.yaml": "steps:\n  S1.4b: {say: x}\n",
      "actors/dynamics/SOURCES.md": "- **S1.4b** one\n"}),
    (rule_top_level, {"//docs": ""}, {"//sim": "", "//README.md": ""}),
    (rule_machine_paths, {"README.md": "see /wor" + "k/main\n"}, {"README.md": "see build/work/main\n"}),
    (rule_registries, {"tools/run": "https://de" + "b.debian.org\n"}, {"README.md": "https://www.openssl.org\n"}),
    (rule_assertions, {"tests/test_a.c": SUITE % "g()"}, {"tests/test_a.c": SUITE % "CU_ASSERT(1)"}),
    (rule_assertions, {"tests/test_a.c": "static void h(void)\n{\n}\n" + SUITE % "h()"},
     {"tests/test_a.c": SUITE % "h()", "tests/lib/h.c": "void h(void)\n{\n\tCU_ASSERT(1);\n}\n"}),
    (rule_assertions, {"tests/test_a.c": "int main(void)\n{\n\treturn 0;\n}\n"},
     {"tests/test_a.c": "int main(void)\n{\n\th();\n}\n",
      "tests/lib/h.c": "void h(void)\n{\n\tCU_FAIL(\"x\");\n}\n"}),
]


def self_test():
    bad = [rule.__name__ for rule in RULES if rule not in [v[0] for v in VICTIMS]]
    for name in bad:
        print(f"{name} has no victim")
    for number, (rule, broken, good) in enumerate(VICTIMS):
        if not list(rule(broken)):
            print(f"victim {number}: {rule.__name__} does not bite: {sorted(broken)}")
            bad.append(rule.__name__)
        for path, line, what in rule(good):
            print(f"victim {number}: {rule.__name__} bites what is good: {path}:{line}: {what}")
            bad.append(rule.__name__)
    print(f"{len(VICTIMS)} victims, {len(RULES)} rules, {len(bad)} of them do not do what they say")
    return 1 if bad else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    tree = read_tree(arguments[0] if arguments else here)
    count = 0
    for rule in RULES:
        for path, line, what in rule(tree):
            print(f"{path}:{line}: {what}")
            count += 1
    print(f"{len(tree)} files, {len(RULES)} rules, {count} places that break one")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
