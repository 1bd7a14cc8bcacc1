"""check.py - holds the benchmark to its promises: `check.py BENCH ACTFLOW ROOT`.

The JSON object has exactly the keys that later work reads, with figures that can be; the table names
them all; a program that fails, a scenario that is not there and a wrong call are told apart.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

FIGURES = {"activations_per_s": (1, 1000), "activation_ratio": (0.5, 20),
           "virtual_to_real": (1, 1000000), "run_wall_ms": (1, 60000),
           "messages_per_s": (100, 10000000), "trace_bytes": (100000, 10000000)}
DEVICES = {"activating": (10000, 100000000), "done": (100, 100000000)}

wrong = []


def expect(good, what):
    if not good:
        wrong.append(what)


def within(value, bounds):
    return isinstance(value, (int, float)) and not isinstance(value, bool) \
        and bounds[0] <= value <= bounds[1]


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, timeout=110, check=False)


def check_json(text):
    figures = json.loads(text)
    expect(text.count("\n") == 1, "one object on one line")
    expect(set(figures) == set(FIGURES) | {"bytes_per_device"}, f"keys: {sorted(figures)}")
    for key, bounds in FIGURES.items():
        expect(within(figures.get(key), bounds), f"{key}: {figures.get(key)}")
    devices = figures.get("bytes_per_device", {})
    expect(devices and all(count.isdigit() for count in devices), f"bytes_per_device: {devices}")
    for count, share in devices.items():
        expect(set(share) == set(DEVICES), f"bytes_per_device {count}: {share}")
        for key, bounds in DEVICES.items():
            expect(within(share.get(key), bounds), f"bytes_per_device {count} {key}: {share}")


def check_failures(bench, actflow, root):
    broken = run(bench, "--quick", "--json", "/bin/false", root)
    expect(broken.returncode == 1 and broken.stdout == "", "a program that fails: exit 1, no figures")
    expect("did not end as expected" in broken.stderr, f"and says why: {broken.stderr}")
    file = os.path.join(root, "scenarios", "knox", "next-app.yaml")
    for arguments in (["--memory", "0", file], ["--memory", "1", file]):  # 1: with the caches of threads
        called = run(bench, *arguments)
        expect(called.returncode == 1 and "taken by the heap" in called.stderr, f"{arguments}: {called.stderr}")
    for arguments in ([], ["--jsn", actflow, root], [actflow]):
        called = run(bench, *arguments)
        expect(called.returncode == 2 and "usage" in called.stderr, f"usage: {arguments}")


def check_holds(bench, actflow, root):
    """A scenario whose run is not as it expects must not give figures."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(root, "scenarios"), os.path.join(folder, "scenarios"))
        path = os.path.join(folder, "scenarios", "knox", "next-app.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        changed = text.replace("app: {result: 0}", "app: {result: -101}")
        expect(changed != text, "next-app.yaml expects result 0")
        with open(path, "w", encoding="utf-8") as file:
            file.write(changed)
        called = run(bench, "--quick", "--json", actflow, folder)
        expect(called.returncode == 1 and called.stdout == "", "a run that does not hold: exit 1")
        expect("does not hold" in called.stderr, f"and says so: {called.stderr}")


def main(bench, actflow, root):
    called = run(bench, "--quick", "--json", actflow, root)
    expect(called.returncode == 0, f"exit {called.returncode}: {called.stderr}")
    if called.returncode == 0:
        check_json(called.stdout)
    check_failures(bench, actflow, root)
    check_holds(bench, actflow, root)
    for line in wrong:
        print(f"bench: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
