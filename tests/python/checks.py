"""Counts checks and says what went wrong; no test framework to install."""

import json
import os
import threading


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0
        self.lock = threading.Lock()

    def check(self, name, ok, detail=""):
        with self.lock:
            if ok:
                self.passed += 1
            else:
                self.failed += 1
                print(f"FAILED  {name}")
                for line in str(detail).splitlines():
                    print(f"        {line}")
        return bool(ok)

    def equal(self, name, got, want):
        detail = "" if got == want else f"got:  {show(got)}\nwant: {show(want)}"
        return self.check(name, got == want, detail)

    def skip(self, what, why):
        """Leaves something out, loudly: the run's report repeats it."""
        self.skipped += 1
        print(f"SKIPPED {what}: {why}")
        path = os.environ.get("TRACEWRIGHT_TEST_SKIPS")
        if path:
            with open(path, "a", encoding="utf-8") as file:
                file.write(f"{what}: {why}\n")

    def summary(self):
        line = f"{self.passed} passed, {self.failed} failed"
        return line + (f", {self.skipped} skipped" if self.skipped else "")


def show(value):
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def required(what):
    """Whether this run may not go without `what` (`tests/run --all`)."""
    return what in os.environ.get("TRACEWRIGHT_TEST_REQUIRE", "").split(",")
