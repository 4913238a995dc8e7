#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""ktap.py SUITE...: read what KUnit reported (KTAP) on standard input, count the rows.

Every row of a case table counts as one test, also where several have one result. Says why rows failed, and ends with
"N passed, N failed". A report that is not complete is a failure: a suite is missing or
unknown, rows are not numbered 1, 2, 3 ..., or the suite's own totals differ.
"""

import re
import sys

RESULT = re.compile(r"^( *)(ok|not ok) (\d+) (.*)$")
SUBTEST = re.compile(r"^ *# Subtest: (\S+)$")
ROWS = re.compile(r"^rows (\d+) to (\d+)$")
TOTALS = re.compile(r"^# Totals: pass:(\d+) fail:(\d+) skip:(\d+) total:(\d+)$")


class Suite:
    """One suite's part of the report."""

    def __init__(self, name):
        self.name = name
        self.ok = self.bad = self.results = 0
        self.failures = 0  # results that are not ok
        self.complaints = []  # why rows failed
        self.broken = []  # why the report cannot be believed
        self.totals = None
        self.said = []  # lines since the last row, which explain a failure

    def row(self, good, number, name):
        if number != self.results + 1:
            self.broken.append(f"row {number} follows row {self.results}")
        self.results += 1
        several = ROWS.match(name)
        rows = 1
        if several:
            rows = int(several[2]) - int(several[1]) + 1
            if int(several[1]) != self.ok + self.bad + 1:
                self.broken.append(f"{name} follow row {self.ok + self.bad}")
        if good:
            self.ok += rows
        else:
            self.failures += 1
            self.bad += 1
            self.ok += rows - 1
            self.complaints += [f"not ok - {self.name}: {name}", *self.said]
        self.said = []

    def end(self, good):
        """The suite's own verdict and totals must be those of its rows; one has no totals."""
        if self.totals is None:
            if self.results > 1:
                self.broken.append("no totals")
        elif self.totals != (self.results - self.failures, self.failures):
            self.broken.append(f"{self.results} results seen, {self.failures} bad; the kernel "
                               f"counted {self.totals[0]} passed and {self.totals[1]} failed")
        if good != (self.bad == 0):
            self.broken.append(f"the kernel's verdict on the suite is {'' if good else 'not '}ok")
        if not self.ok + self.bad:
            self.broken.append("no rows")


def read(lines):
    """All suites in a report. Depths: suite 0, test 4, row 8 blanks."""
    suites, suite = {}, None
    for line in lines:
        result, subtest, totals = (RESULT.match(line), SUBTEST.match(line), TOTALS.match(line))
        if subtest and line.startswith("    #"):
            suite = suites[subtest[1]] = Suite(subtest[1])
        elif suite is None:
            continue
        elif totals:
            suite.totals = (int(totals[1]), int(totals[2]) + int(totals[3]))
        elif result and len(result[1]) == 8:
            suite.row(result[2] == "ok", int(result[3]), result[4])
        elif result and not result[1]:
            suite.end(result[2] == "ok")
            suite = None
        elif not result and not line.lstrip().startswith(("KTAP version", "1..", "# Subtest:")):
            suite.said.append(f"#   {line.strip()}")
    if suite:
        suite.broken.append("the report ends in the middle")
    return suites


def main(wanted):
    suites = read(line.rstrip("\r\n") for line in sys.stdin)
    passed = failed = 0
    for name in sorted({*wanted, *suites}):
        suite = suites.get(name) or Suite(name)
        if name not in suites:
            suite.broken = ["it did not run"]
        elif name not in wanted:
            suite.broken.append("unknown suite")
        print("\n".join([*suite.complaints, *(f"not ok - {name}: {why}" for why in suite.broken),
                         f"# {name}: {suite.ok} rows passed, {suite.bad} failed"]))
        passed += suite.ok
        failed += suite.bad + len(suite.broken)
    if not wanted:
        print("not ok - no suites")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
