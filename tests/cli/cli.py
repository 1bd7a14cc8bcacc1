#!/usr/bin/env python3
"""cli.py - runs one file of tests of the command line: `cli.py BINARY ROOT test_runs`."""
import os
import sys
import unittest

sys.dont_write_bytecode = True
import program  # noqa: E402 # after the line above, so that it leaves nothing behind

if __name__ == "__main__":
    program.BINARY, program.ROOT = (os.path.abspath(a) for a in sys.argv[1:3])
    here = os.path.dirname(os.path.abspath(__file__))
    suite = unittest.defaultTestLoader.discover(here, pattern=sys.argv[3] + ".py")
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    sys.exit(0 if result.wasSuccessful() and result.testsRun > 0 else 1)
