"""readme.py - holds the README's picture of a run against what the program prints.

usage: readme.py [--update] ACTFLOW PROJECT
Between the marks stands the output of `actflow run scenarios/knox/next-app.yaml`, whole but for the part
that a line of three dots stands for. With --update the README is written anew.
"""
import os
import re
import subprocess
import sys

HEAD, TAIL = 62, 58
MARKS = re.compile(r"<!-- run -->\n(.*?)<!-- /run -->\n", re.S)


def picture(actflow, project):
    done = subprocess.run([actflow, "run", "scenarios/knox/next-app.yaml"], cwd=project, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, check=False,
                          env={"PATH": "/usr/bin:/bin", "COLUMNS": "120", "LC_ALL": "C.UTF-8"})
    if done.returncode != 0:
        sys.exit(f"readme.py: the run failed with {done.returncode}: {done.stderr}")
    lines = done.stdout.rstrip("\n").split("\n")
    if len(lines) > HEAD + TAIL + 1:
        lines = lines[:HEAD] + ["..."] + lines[-TAIL:]
    return "```\n$ ./tools/run\n" + "\n".join(line.rstrip() for line in lines) + "\n```\n"


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


main(sys.argv[1:])
