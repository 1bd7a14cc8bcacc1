"""readme.py - holds the README's picture of a run, and its other examples, against what the program prints.

usage: readme.py [--update] ACTFLOW PROJECT
Between the marks stands the output of `actflow run scenarios/knox/next-app.yaml`, whole but for the part
that a line of three dots stands for. With --update that part is written anew. Every other block that begins
with "$ actflow" is executed, in one folder, and must print what stands there; three dots stand for any lines.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

HEAD, TAIL = 62, 58
COLUMNS = 120
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "COLUMNS": "120", "LC_ALL": "C.UTF-8"}
EXAMPLES_MIN = 5  # commands that the README shows with what they print
MARKS = re.compile(r"<!-- run -->\n(.*?)<!-- /run -->\n", re.S)


def picture(actflow, project):
    done = subprocess.run([actflow, "run", "scenarios/knox/next-app.yaml"], cwd=project, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, check=False,
                          env=ENVIRONMENT)
    if done.returncode != 0:
        sys.exit(f"readme.py: the run failed with {done.returncode}: {done.stderr}")
    lines = done.stdout.rstrip("\n").split("\n")
    if len(lines) > HEAD + TAIL + 1:
        lines = lines[:HEAD] + ["..."] + lines[-TAIL:]
    return "```\n$ ./tools/run\n" + "\n".join(line.rstrip() for line in lines) + "\n```\n"


def examples(text):
    """Each command that is shown with what it prints: its number in the file, the command, the lines."""
    found, inside, margin = [], False, 0
    for number, line in enumerate(text.split("\n"), 1):
        margin = len(line) - len(line.lstrip()) if line.lstrip().startswith("$ ") else margin
        if line.lstrip().startswith("$ actflow "):
            inside = True
            found.append((number, line.lstrip()[2:], []))
        elif line.startswith("```") or (line and not line.startswith(" " * margin)):
            inside = False
        elif inside:
            found[-1][2].append(line[margin:])
    return found


def is_printed(wanted, lines):
    """Whether lines are what is wanted, three dots being any number of them; blank ones at the end do not count."""
    parts = [[]]
    for line in "\n".join(wanted).rstrip().split("\n"):
        if line.strip() == "...":
            parts.append([])
        else:
            parts[-1].append(line)
    at = 0
    for index, part in enumerate(parts):
        places = range(at, len(lines) - len(part) + 1) if index else range(1)
        if index and index == len(parts) - 1 and part:
            places = places[-1:]
        place = next((i for i in places if lines[i:i + len(part)] == part), None)
        if place is None:
            return False
        at = place + len(part)
    return len(parts) > 1 or at == len(lines)


def play_examples(text, actflow, project):
    shown = examples(text)
    if len(shown) < EXAMPLES_MIN:
        sys.exit(f"README.md: expected at least {EXAMPLES_MIN} examples, actual {len(shown)}")
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(project + "/scenarios", folder + "/scenarios")
        for number, command, wanted in shown:
            done = subprocess.run([actflow, *shlex.split(command)[1:]], cwd=folder, text=True, capture_output=True,
                                  stdin=subprocess.DEVNULL, check=False, env=ENVIRONMENT)
            lines = [line.rstrip() for line in done.stdout.rstrip().split("\n")]
            if done.stderr or not is_printed(wanted, lines):
                sys.exit(f"README.md:{number}: {command}: expected what stands there, actual:\n"
                         f"{done.stderr}{done.stdout}")


def too_long(text):
    """The numbers of lines of prose that are too long; not of tables, nor of what is shown as it is."""
    numbers, shown = [], False
    for number, line in enumerate(text.split("\n"), 1):
        shown ^= line.startswith("```")
        if len(line) > COLUMNS and not shown and not line.startswith("|"):
            numbers.append(number)
    return numbers


def main(arguments):
    update = "--update" in arguments
    actflow, project = [os.path.abspath(a) for a in arguments if a != "--update"]
    path = project + "/README.md"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = MARKS.search(text)
    if not found:
        sys.exit("README.md: expected the marks <!-- run --> and <!-- /run -->, actual none")
    wanted = picture(actflow, project)
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:found.start(1)] + wanted + text[found.end(1):])
        return
    actual = found.group(1).split("\n")
    for number, line in enumerate(wanted.split("\n")):
        if number >= len(actual) or actual[number] != line:
            sys.exit(f"README.md: line {number + 1} of the picture: expected {line!r}, actual "
                     f"{actual[number] if number < len(actual) else None!r}")
    if too_long(text):
        sys.exit(f"README.md:{too_long(text)[0]}: expected at most {COLUMNS} columns, actual more")
    play_examples(text, actflow, project)


main(sys.argv[1:])
