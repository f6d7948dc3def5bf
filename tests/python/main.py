"""Runs the Python checks, all of them or those named: python tests/python/main.py [NAME ...]

TRACEWRIGHT_TEST_BINARY     the tracewright binary to test; must be set
TRACEWRIGHT_TEST_FAKECLOUD  the fakecloud program to compare with, if there is one
TRACEWRIGHT_TEST_MOTO       the same of moto_server
TRACEWRIGHT_TEST_MINISTACK  the same of ministack
TRACEWRIGHT_TEST_CFN_LINT   the same of cfn-lint
TRACEWRIGHT_TEST_ACTIONLINT  the same of actionlint
TRACEWRIGHT_TEST_SKIPS      a file that gets a line for everything left out
TRACEWRIGHT_TEST_REQUIRE    what may not be left out, separated by commas
"""

import argparse
import importlib
import os
import sys
import time
import traceback

from checks import Checks

MODULES = ["action", "action_apply", "action_drift", "action_install", "action_real", "model", "ecs_shapes", "iam_bounds", "imports", "members", "sampler", "state", "templates", "wire", "workflows"]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"one of {', '.join(MODULES)}")
    parser.add_argument("--summary", metavar="FILE", help="write the closing line there instead")
    args = parser.parse_args()
    unknown = set(args.only) - set(MODULES)
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    binary = os.environ.get("TRACEWRIGHT_TEST_BINARY")
    if not binary:
        parser.error("TRACEWRIGHT_TEST_BINARY is not set")

    checks = Checks()
    for name in args.only or MODULES:
        start, before = time.monotonic(), checks.failed
        print(f"-- {name}", flush=True)
        try:
            importlib.import_module(name).run(checks, os.path.abspath(binary))
        except Exception:
            checks.check(f"{name} runs to its end", False, traceback.format_exc())
        verdict = "ok" if checks.failed == before else f"{checks.failed - before} failed"
        print(f"-- {name}: {verdict} ({time.monotonic() - start:.1f} s)", flush=True)

    if args.summary:
        with open(args.summary, "w", encoding="utf-8") as file:
            file.write(checks.summary() + "\n")
    else:
        print(checks.summary())
    return 1 if checks.failed or not checks.passed else 0


if __name__ == "__main__":
    sys.exit(main())
