"""victims.py - let the program make an honest trace, then have it broken in every way.

Arguments: actflow, test_victims, the project's folder, the variant (a scenario of the same name).
"""
import pathlib
import subprocess
import sys
import tempfile


def main():
    program, victims, root, variant = sys.argv[1:]
    knox = pathlib.Path(root) / 'scenarios' / 'knox'
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([program, 'run', '--out', folder, knox / (variant + '.yaml')],
                             stdout=subprocess.DEVNULL, check=False)
        if run.returncode != 0:
            sys.exit(f'{variant}: actflow run ended with {run.returncode}')
        bundle = pathlib.Path(folder)
        judged = subprocess.run([victims, bundle / 'run.trace', bundle / 'run.secrets',
                                 knox / 'flow.yaml', variant], check=False)
    sys.exit(judged.returncode)


main()
