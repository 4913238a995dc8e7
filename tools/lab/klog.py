# SPDX-License-Identifier: GPL-2.0
"""Reading the test machine's kernel log: progress, result, and signs of trouble.

The log comes over a serial line of its own, so what a guest or a script prints cannot
be mistaken for it. Trouble counts once init runs: emulated processors make kernels
warn while they boot, before any code of ours is there.
"""

import re

SPLAT = re.compile(
    r"WARNING: |BUG: |\bBUG\b.* at |Oops|Kernel panic|KASAN|KCSAN|UBSAN|kmemleak|unreferenced object"
    r"|possible .* (detected|deadlock)|inconsistent lock state|suspicious RCU usage"
    r"|scheduling while atomic|sleeping function called|Call Trace:|general protection fault"
    r"|rcu: .*(stall|detected)|rcu_.* kthread starved|soft lockup|hard LOCKUP|blocked for more than"
    r"|unchecked MSR access|double fault|Bad page|refcount_t: |list_(add|del) corruption"
    r"|refcount error|usercopy: |stack-protector|unable to handle|Unable to handle"
    r"|held lock freed|lock held when returning to user|still has locks held"
    r"|ODEBUG: |turning off the locking correctness validator|trying to register non-static key")
MARKER = re.compile(r"^\[ *\d+\.\d+\](?:\[.*?\])? vmh-lab: (up|exit) (\S+)")
SPLAT_LINES = 60

# Where a job says so first and then lets the machine crash, what its kernel says of that is no
# trouble; nor is what the next one says while it boots. From its init on that one counts.
CRASH_MEANT = re.compile(r"vmh-lab: crashes on purpose$")
BOOTS = re.compile(r"^\[ *0\.000000\](?:\[.*?\])? Linux version ")
CRASH = re.compile(r"Kernel panic - not syncing: sysrq triggered crash$|Call Trace:$")

# Where a job makes allocations fail, and says so first, a trace of one that failed is no trouble.
MEANT = re.compile(r"vmh-lab: allocations fail on purpose$")
NO_MEMORY = re.compile(r"(vmalloc error|page allocation failure): .*mode:0x")
TRACE = re.compile(r"\] +Call Trace:$")
TRACE_WITHIN = 6

# Where a job shows that a warning fails a test, and says so first, that warning is no trouble.
WARNING_MEANT = re.compile(r"vmh-lab: warns on purpose$")
MADE_UP = re.compile(r"\] WARNING: made up$")


class KernelLog:
    """Follows the growing log file; `new_lines()` hands out what has arrived."""

    def __init__(self, path):
        self.path = path
        self.lines = []
        self.rest = ""
        self.offset = 0
        self.up_line = None
        self.exit_status = None
        self.splat_line = None
        self.meant = False
        self.crash_meant = False
        self.warning_meant = False
        self.no_memory_line = None

    def new_lines(self):
        try:
            with open(self.path, "rb") as file:
                file.seek(self.offset)
                data = file.read()
        except FileNotFoundError:
            return []
        self.offset += len(data)
        text = self.rest + data.decode(errors="replace").replace("\r", "")
        *fresh, self.rest = text.split("\n")
        for line in fresh:
            self._note(line)
        return fresh

    def finish(self):
        """The machine is gone: its last line may lack an end."""
        self.new_lines()
        if self.rest:
            self._note(self.rest)
            self.rest = ""

    def _note(self, line):
        number = len(self.lines)
        self.lines.append(line)
        marker = MARKER.match(line)
        if marker and marker[1] == "up":
            self.up_line = number
            self.crash_meant = False
        elif marker and marker[2].isdigit():
            self.exit_status = int(marker[2])
        elif self.crash_meant and BOOTS.match(line):
            self.up_line = None
        elif MEANT.search(line):
            self.meant = True
        elif CRASH_MEANT.search(line):
            self.crash_meant = True
        elif WARNING_MEANT.search(line):
            self.warning_meant = True
        elif self.meant and NO_MEMORY.search(line):
            self.no_memory_line = number
        elif self.up_line is not None and self.splat_line is None and SPLAT.search(line):
            if not self._is_meant(number, line):
                self.splat_line = number

    def _is_meant(self, number, line):
        if self.crash_meant and CRASH.search(line):
            return True
        if self.warning_meant and MADE_UP.search(line):
            return True
        return (self.no_memory_line is not None and TRACE.search(line) and
                number - self.no_memory_line <= TRACE_WITHIN)

    @property
    def is_up(self):
        return self.up_line is not None

    def splat(self):
        """Text of the first splat, with the line before it; empty if there is none."""
        if self.splat_line is None:
            return []
        start = max(self.splat_line - 1, 0)
        return self.lines[start:start + SPLAT_LINES]

    def tail(self, count=30):
        return self.lines[-count:]
